"""What the commands say to somebody who slipped: what is wrong, and what to write instead."""

import subprocess
from pathlib import Path

import pytest
from harness import KEY, gatehouse
from harness.gateway import BINARY


@pytest.fixture
def keys(folder: Path) -> Path:
    """A key pair of its own, `mine.key` and `mine.jwks`, beside a good policy."""
    assert gatehouse("keys", "generate", "--algorithm", "ES256", "--out", "mine", cwd=folder).returncode == 0
    return folder


def test_a_tab_is_called_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text("version: 1\nserver:\n\tworkers: 2\n")
    assert "indent with spaces, not tabs" in gatehouse("check", cwd=tmp_path).stdout


def test_a_byte_order_mark_is_skipped(folder: Path) -> None:
    file = folder / "gateway.yaml"
    listeners = "listeners: { public: { address: 127.0.0.1:8080 } }\n"
    file.write_bytes(b"\xef\xbb\xbfversion: 1\n" + listeners.encode() + b"routes: []\nserver: { wrokers: 1 }\n")
    checked = gatehouse("check", cwd=folder).stdout
    assert "gateway.yaml:4:11: error: server.wrokers: unknown key" in checked
    assert checked.count("error:") == 1


def test_the_private_half_in_place_of_the_public_one(keys: Path) -> None:
    policy = (keys / "gateway.yaml").read_text()
    start, end = policy.index('"keys": {"inline"'), policy.index("]}}") + 3
    (keys / "gateway.yaml").write_text(policy[:start] + '"keys": {"file": "mine.key"}' + policy[end:])
    assert "this is a private key; name the .jwks" in gatehouse("check", cwd=keys).stdout


def test_the_public_half_in_place_of_the_private_one(keys: Path) -> None:
    done = gatehouse("token", "mint", "--key", "mine.jwks", cwd=keys)
    assert (done.returncode, done.stdout) == (2, "")
    assert "this is a key set, which holds public keys; name the .key" in done.stderr


@pytest.mark.parametrize(
    "command", [["token", "mint", "--key", "corp.key"], ["routes"], ["keys", "generate", "--session"]]
)
def test_output_that_cannot_be_written_is_a_failure(folder: Path, command: list[str]) -> None:
    (folder / "corp.key").write_text(KEY.private_pem)
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, *command], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
