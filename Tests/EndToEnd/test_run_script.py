"""deploy/run.sh in a clone whose build is done: what the gateway is told, the demo issuer's keys, the demo user."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from harness import gatehouse
from harness.gateway import BINARY, ROOT

REPORT = "#!/bin/sh\ncase $1 in keys | users) exec {binary} \"$@\" ;; esac\necho \"$@\"\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The scripts, a `swift` that has nothing to do, and a gateway that says what it was called with."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for name, text in (
        ("tools/swift", "#!/bin/sh\n"),
        ("tools/dpkg-query", "#!/bin/sh\nprintf installed\n"),
        (".build/release/gatehouse", REPORT.format(binary=BINARY)),
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    return tmp_path


def started(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script, to its end."""
    environment = {**os.environ, "PATH": f"{clone / 'tools'}:{os.environ['PATH']}"}
    command = [clone / "deploy/run.sh", *arguments]
    return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("arguments", "passed_on"),
    [
        ([], "run"),
        (["--workers", "2"], "run --workers 2"),
        (["--yes", "--config", "mine.yaml"], "run --config mine.yaml"),
        (["check", "--strict"], "check --strict"),
        (["--help"], "--help"),
        (["--version"], "--version"),
    ],
)
def test_options_alone_are_those_of_run(clone: Path, arguments: list[str], passed_on: str) -> None:
    done = started(clone, *arguments)
    assert (done.returncode, done.stdout) == (0, f"{passed_on}\n"), done.stderr


def test_the_first_run_makes_a_pair_of_keys_and_the_next_keeps_it(clone: Path) -> None:
    assert started(clone).returncode == 0
    made = (clone / "data/demo.key").read_text(), (clone / "data/demo.jwks").read_text()
    assert started(clone).returncode == 0
    assert ((clone / "data/demo.key").read_text(), (clone / "data/demo.jwks").read_text()) == made


@pytest.mark.parametrize("lost", ["demo.key", "demo.jwks"])
def test_half_a_pair_of_keys_stops_with_the_way_out(clone: Path, lost: str) -> None:
    assert started(clone).returncode == 0
    (clone / "data" / lost).unlink()
    (kept,) = (clone / "data").iterdir()
    stopped = started(clone)
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert f"rm data/{kept.name}" in stopped.stderr
    kept.unlink()
    assert started(clone).returncode == 0


def test_the_first_run_of_the_shipped_policy_makes_a_user_and_tells_the_password_once(clone: Path) -> None:
    shutil.copy(ROOT / "gateway.yaml", clone)
    first = started(clone)
    assert first.returncode == 0, first.stderr
    (password,) = re.findall(r"the user demo with the password (\S{20})$", first.stderr, re.MULTILINE)
    users = json.loads(gatehouse("users", "list", "--format", "json", cwd=clone).stdout)
    assert [(user["name"], user["source"]) for user in users] == [("demo", "store")]
    for name in ("gatehouse.db", "seal.key"):
        assert (clone / "data" / name).stat().st_mode & 0o777 == 0o600
        assert password.encode() not in (clone / "data" / name).read_bytes()
    again = started(clone)
    assert (again.returncode, again.stdout) == (0, "run\n")
    assert "password" not in again.stderr


def test_a_policy_without_that_store_gets_no_user(clone: Path) -> None:
    (clone / "gateway.yaml").write_text("version: 1\nroutes: []\n")
    assert started(clone).returncode == 0
    assert not (clone / "data/gatehouse.db").exists()


def test_a_store_in_memory_gets_no_user_and_that_is_said(clone: Path) -> None:
    shipped = (ROOT / "gateway.yaml").read_text()
    changed = re.sub(r"^  store: sqlite:\S+", "  store: memory", shipped, count=1, flags=re.MULTILINE)
    assert changed != shipped
    (clone / "gateway.yaml").write_text(changed)
    done = started(clone)
    assert (done.returncode, done.stdout) == (0, "run\n"), done.stderr
    assert "no user was made" in done.stderr and "users hash" in done.stderr
    assert not (clone / "data/gatehouse.db").exists()
