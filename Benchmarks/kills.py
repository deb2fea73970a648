#!/usr/bin/env python3
"""Kills the authorization server while people use it, and asks each time whether it kept its promises.

usage: .venv/bin/python Benchmarks/kills.py [--kills N] [--customers N] [--seed N]

Codes, refresh tokens, devices and programs over HTTP, with an SQLite store. After each kill everything that was
handed out is presented again: nothing that was answered may be lost, and nothing may count twice. Ends with 1 if
something did, or if there were fewer than fifty grants a kill. It judges the binary of the end-to-end tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests/EndToEnd"))

from harness.kills import KillRun  # noqa: E402

# 200 kills make the ten thousand grants that a release has to survive.
GRANTS_A_KILL = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()
    # Each has a site to consent to at most every other round.
    with KillRun(chosen.customers, max(1, chosen.kills // 2), chosen.seed) as run:
        while run.kills < chosen.kills:
            run.round(is_last=run.kills + 1 == chosen.kills)
            print(f"\r{run.kills} kills, {run.grants} grants, {run.faults.total()} faults", end="", flush=True)
        print(f" in {time.monotonic() - began:.0f} s")
        for name, count in sorted(run.counts.items()):
            print(f"{count:8} {name}")
        for fault, count in run.faults.most_common():
            print(f"{count:8} FAULT {fault}")
        return 1 if run.faults or run.grants < GRANTS_A_KILL * chosen.kills else 0


if __name__ == "__main__":
    sys.exit(main())
