"""What the commands say to somebody who slipped: what is wrong, and what to write instead."""

import subprocess
from pathlib import Path

import pytest
from harness import KEY
from harness.gateway import BINARY


@pytest.mark.parametrize(
    "command", [["token", "mint", "--key", "corp.key"], ["routes"], ["keys", "generate", "--session"]]
)
def test_output_that_cannot_be_written_is_a_failure(folder: Path, command: list[str]) -> None:
    (folder / "corp.key").write_text(KEY.private_pem)
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, *command], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
