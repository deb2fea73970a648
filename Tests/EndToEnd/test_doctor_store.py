"""What `check` and `doctor` say of the authorization server's files: what `run` would, and nothing is made or changed."""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from harness import AUDIENCE, gatehouse
from harness.gateway import BINARY
from harness.ports import free_port

NOBODY = 65534
pytestmark = pytest.mark.timeout(90)


def keeping(store: str = "data/gatehouse.db") -> dict[str, Any]:
    """A policy with an authorization server of its own, which keeps what it has in a file."""
    address = f"127.0.0.1:{free_port()}"
    return {
        "version": 1,
        "server": {"drain_delay": "0s"},
        "admin": {"address": f"127.0.0.1:{free_port()}"},
        "listeners": {"public": {"address": address}},
        "authorization_server": {
            "issuer": f"http://{address}/identity",
            "store": f"sqlite:{store}",
            "audiences": [AUDIENCE],
        },
        "routes": [{"path": "/**", "access": "public", "respond": {"status": 204}}],
    }


def started(folder: Path) -> int:
    """The exit status of `run`, which is told to end as soon as it serves."""
    with subprocess.Popen([BINARY, "run"], cwd=folder, stderr=subprocess.PIPE) as running:
        while running.poll() is None and gatehouse("wait", "--timeout", "1s", cwd=folder).returncode != 0:
            pass
        running.terminate()
        return running.wait(20)


def seen(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def failures(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("FAIL")]


def doctor(folder: Path) -> tuple[int, str]:
    done = gatehouse("doctor", cwd=folder)
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The directory of a store that a gateway has made."""
    (tmp_path / "gateway.yaml").write_text(json.dumps(keeping()))
    assert started(tmp_path) == 0
    return tmp_path / "data"


def test_a_store_is_looked_at_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(json.dumps(keeping()))
    code, said = doctor(tmp_path)
    assert code == 0 and "ok  authorization_server  data/gatehouse.db: not there yet" in said, said
    assert set(seen(tmp_path)) == {"gateway.yaml"}


def test_a_store_that_opens_is_well_and_stays_as_it_is(tmp_path: Path, data: Path) -> None:
    code, said = doctor(tmp_path)
    before = seen(data)
    assert code == 0 and "data/gatehouse.db: opened and read, 1 signing key" in said, said
    assert doctor(tmp_path)[0] == 0 and seen(data) == before


def no_database(data: Path) -> None:
    (data / "gatehouse.db").write_text("a letter to somebody, which is no database")


def of_another_program(data: Path) -> None:
    (data / "gatehouse.db").unlink()
    with closing(sqlite3.connect(data / "gatehouse.db")) as other:
        other.execute("PRAGMA application_id = 7")
        other.execute("CREATE TABLE theirs (a)")


def of_a_newer_gatehouse(data: Path) -> None:
    with closing(sqlite3.connect(data / "gatehouse.db", isolation_level=None)) as store:
        store.execute("PRAGMA user_version = 99")
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def seal_is_gone(data: Path) -> None:
    (data / "seal.key").unlink()


def seal_is_open_to_others(data: Path) -> None:
    (data / "seal.key").chmod(0o644)


def seal_is_cut(data: Path) -> None:
    (data / "seal.key").write_text("AAAA")


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (no_database, "authorization_server.store: data/gatehouse.db is no SQLite database"),
        (of_another_program, "authorization_server.store: data/gatehouse.db belongs to another program"),
        (of_a_newer_gatehouse, "authorization_server.store: data/gatehouse.db has version 99, and this Gatehouse knows"),
        (seal_is_gone, "authorization_server.keys.seal: data/seal.key is not there, and the store holds keys"),
        (seal_is_open_to_others, "authorization_server.keys.seal: data/seal.key may be read by others"),
        (seal_is_cut, "authorization_server.keys.seal: data/seal.key is no key of 32 bytes"),
    ],
)
def test_what_no_gateway_starts_with_is_an_error_of_check_and_doctor(
    happened: Callable[[Path], None], says: str, tmp_path: Path, data: Path
) -> None:
    happened(data)
    before = seen(data)
    assert started(tmp_path) == 2
    for looks in ("check", "doctor"):
        done = gatehouse(looks, cwd=tmp_path)
        assert (done.returncode, f" error: {says}" in done.stdout) == (1, True), done.stdout
    assert seen(data) == before


def test_a_directory_that_nobody_can_make_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(json.dumps(keeping("none/at/all/gatehouse.db")))
    assert started(tmp_path) == 2
    for looks in ("check", "doctor"):
        done = gatehouse(looks, cwd=tmp_path)
        assert (done.returncode, "there is no directory none/at/all for it" in done.stdout) == (1, True), done.stdout
    assert gatehouse("check", "--unset-ok", cwd=tmp_path).returncode == 0


def another_seal(data: Path) -> None:
    (data / "seal.key").write_text(gatehouse("keys", "generate", "--session").stdout)


def damaged(data: Path) -> None:
    size = (data / "gatehouse.db").stat().st_size
    with (data / "gatehouse.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (size - 100))


@pytest.mark.parametrize(
    ("happened", "says"),
    [(another_seal, "was sealed with another key, or was changed"), (damaged, "the store is damaged")],
)
def test_what_only_an_open_store_shows_is_a_failure_of_doctor(
    happened: Callable[[Path], None], says: str, tmp_path: Path, data: Path
) -> None:
    happened(data)
    assert started(tmp_path) == 2
    before = seen(data)
    code, said = doctor(tmp_path)
    assert (code, len(failures(said))) == (1, 1), said
    assert failures(said)[0].startswith("FAIL  authorization_server  ") and says in failures(said)[0]
    assert seen(data) == before


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A directory that everybody may read, with a store that belongs to nobody, in a directory of somebody else."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-") as folder:
        place = Path(folder)
        (place / "gateway.yaml").write_text(json.dumps(keeping()))
        shutil.copy(BINARY, place / "gatehouse")
        assert started(place) == 0
        for file in (place / "data").iterdir():
            os.chown(file, NOBODY, NOBODY) if os.geteuid() == 0 else None
        place.chmod(0o755)
        (place / "data").chmod(0o555)
        yield place
        (place / "data").chmod(0o755)


@pytest.mark.parametrize("command", ["run", "check", "doctor"])
def test_a_directory_that_this_user_may_not_write_is_an_error(command: str, foreign: Path) -> None:
    # To root all directories are open.
    somebody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    line = [*somebody, foreign / "gatehouse", command]
    done = subprocess.run(line, cwd=foreign, capture_output=True, text=True, timeout=20)
    assert done.returncode == (2 if command == "run" else 1), done.stdout + done.stderr
    assert "the directory data cannot be written by this user: Permission denied" in done.stdout + done.stderr
