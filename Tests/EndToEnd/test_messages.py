"""What the commands say to somebody who slipped: what is wrong, and what to write instead."""

import subprocess
import time
from pathlib import Path

import pytest
from harness import KEY, gatehouse, token
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


@pytest.mark.parametrize("arguments", [["wait", "--timeout", "5"], ["token", "mint", "--key", "k", "--lifetime", "1w"]])
def test_a_duration_shows_examples(folder: Path, arguments: list[str]) -> None:
    done = gatehouse(*arguments, cwd=folder)
    assert done.returncode == 2
    expected = f"expected a duration such as `250ms`, `30s`, `10m`, `12h` or `30d`, found `{arguments[-1]}`"
    assert expected in done.stderr


def test_wait_says_what_it_last_saw(folder: Path) -> None:
    done = gatehouse("wait", "--timeout", "300ms", cwd=folder)
    assert done.returncode == 1
    assert "not ready after 300ms: nothing listens at 127.0.0.1:" in done.stderr


@pytest.mark.parametrize("form", ["Bearer {}", "bearer  {}", " Bearer {}\n"])
def test_inspect_takes_a_token_as_it_stands_in_the_header(folder: Path, form: str) -> None:
    text = form.format(token())
    assert gatehouse("token", "inspect", text, cwd=folder).returncode == 0
    assert gatehouse("token", "inspect", "-", cwd=folder, stdin=text).returncode == 0


def test_inspect_says_that_a_token_lives_by_the_leeway(folder: Path) -> None:
    late = gatehouse("token", "inspect", token(exp=int(time.time()) - 5), cwd=folder)
    assert (late.returncode, "within the leeway of 30s" in late.stdout) == (0, True)
    assert "leeway" not in gatehouse("token", "inspect", token(), cwd=folder).stdout


def test_without_a_policy_the_local_way_is_told_first(tmp_path: Path) -> None:
    said = gatehouse("routes", cwd=tmp_path).stderr
    assert said.index("--config FILE or GATEHOUSE_CONFIG") < said.index("mount it at /etc/gatehouse/gateway.yaml")


def test_help_names_the_variable_and_explains_the_order() -> None:
    for command in (["run"], ["check"], ["routes"], ["token", "mint"], ["wait"]):
        assert "GATEHOUSE_CONFIG" in gatehouse(*command, "--help").stdout
    listing = gatehouse("routes", "--help").stdout
    assert "in matching order" in listing and "The order is for reading" in listing


@pytest.mark.parametrize(
    "command", [["token", "mint", "--key", "corp.key"], ["routes"], ["keys", "generate", "--session"]]
)
def test_output_that_cannot_be_written_is_a_failure(folder: Path, command: list[str]) -> None:
    (folder / "corp.key").write_text(KEY.private_pem)
    with open("/dev/full", "w") as full:
        done = subprocess.run([BINARY, *command], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize(("command", "status"), [("check", 1), ("routes", 2), ("run", 2)])
def test_a_policy_without_config_before_it(folder: Path, command: str, status: int) -> None:
    done = gatehouse(command, "gateway.yaml", cwd=folder)
    assert done.returncode == status
    assert "named with --config: `--config gateway.yaml`" in done.stderr
