"""The guard of the request path: a request may not cost a tenth more instructions than is written down."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("GATEHOUSE_BINARY", ROOT / ".build/release/gatehouse"))
sys.path.insert(0, str(ROOT / "Benchmarks"))
# A public route, a token that is remembered, a session in a cookie, and a token that is issued.
NAMES = ["plain", "same", "session", "token"]


def need(present: bool, what: str) -> None:
    """Skip where something is not installed, but never in CI, where a skipped guard guards nothing."""
    if not present:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"missing: {what}")


@pytest.fixture(scope="module")
def figures() -> dict[str, float]:
    """The instructions per request of the release binary, measured once for all tests."""
    need(shutil.which("valgrind") is not None, "valgrind: apt-get install valgrind")
    need(BINARY.exists(), "the release binary: swift build -c release --static-swift-stdlib")
    import instructions

    return instructions.measure(BINARY, NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_request_costs_no_tenth_more_than_written_down(name: str, figures: dict[str, float]) -> None:
    import instructions

    known = instructions.recorded().get(name)
    assert known, f"no figure for {name} in Tests/Guards/instructions.json: Benchmarks/instructions.py --write"
    assert figures[name] <= known * instructions.TOLERANCE, (
        f"{name} costs {figures[name]:.0f} user instructions a request, {figures[name] / known:.2f} x the {known} "
        "written down; find the cause, or record a cost that is worth it with Benchmarks/instructions.py --write"
    )


def test_a_tenth_more_is_noticed(tmp_path: Path) -> None:
    """The command fails when the figure has grown: here the figure written down is far too small."""
    need(shutil.which("valgrind") is not None, "valgrind: apt-get install valgrind")
    need(BINARY.exists(), "the release binary: swift build -c release --static-swift-stdlib")
    record = tmp_path / "instructions.json"
    record.write_text('{"plain": 100}')
    command = [sys.executable, str(ROOT / "Benchmarks/instructions.py"), "plain", "--guard", "--record", str(record)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "more than a tenth" in ended.stdout
