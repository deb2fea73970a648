"""The bench itself: what it forbids its tests."""

import subprocess
import sys
from pathlib import Path

import pytest
from harness.gateway import ROOT

LATE = {
    "constant": "from harness import token\nTOKEN = token()\ndef test_it(): pass\n",
    "parameter": "import pytest\nfrom harness import token\n@pytest.mark.parametrize('good', [token()])\n"
    "def test_it(good): pass\n",
}


@pytest.mark.parametrize("place", LATE)
def test_no_token_is_minted_while_tests_are_collected(tmp_path: Path, place: str) -> None:
    module = tmp_path / "test_late.py"
    module.write_text(LATE[place])
    tests = ROOT / "Tests"
    # A file of the suite beside it, so that the suite's own conftest is in force.
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", tests / "pyproject.toml", "--rootdir", tests, "--collect-only"]
        + ["-p", "no:cacheprovider", tests / "EndToEnd/test_bench.py", module],
        capture_output=True,
        text=True,
    )
    assert collected.returncode != 0
    assert "mint it inside the test" in collected.stdout
