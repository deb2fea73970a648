"""The commands that change the authorization server's store, with the release binary."""

import json
import os
import pty
import signal
import subprocess
import termios
from pathlib import Path

import pytest
from harness import gatehouse
from harness.gateway import BINARY

POLICY = """
version: 1
authorization_server:
  issuer: http://127.0.0.1:8080/identity
  store: {store}
  audiences: [items-api]
  scopes: {{ "items:read": Read your items }}
routes: [{{ path: /, access: public, respond: {{ status: 204 }} }}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "gateway.yaml").write_text(POLICY.format(store="sqlite:data/gatehouse.db"))
    return tmp_path


def run(folder: Path, *arguments: str, line: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run([BINARY, *arguments], cwd=folder, input=line, capture_output=True, text=True, timeout=30)


@pytest.fixture
def stored(folder: Path) -> Path:
    """With a store, which the first who is added makes."""
    assert run(folder, "users", "add", "zoe", line="a rather long word\n").returncode == 0
    return folder


def test_a_user_comes_with_a_line_of_standard_input_and_goes(folder: Path) -> None:
    added = run(folder, "users", "add", "bob", "--group", "staff", "--claim", "level=3", line="a rather long word\n")
    assert (added.returncode, added.stdout, added.stderr) == (0, "", "")
    (user,) = json.loads(run(folder, "users", "list", "--format", "json").stdout)
    assert (user["name"], user["groups"], user["claims"]) == ("bob", ["staff"], {"level": 3})
    assert run(folder, "users", "password", "bob", line="another long word\n").returncode == 0
    assert run(folder, "users", "remove", "bob").returncode == 0
    assert json.loads(run(folder, "users", "list", "--format", "json").stdout) == []


def echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_the_echo_comes_back_when_the_prompt_is_ended(folder: Path, ending: signal.Signals) -> None:
    terminal, slave = pty.openpty()
    command = [BINARY, "users", "add", "bob"]
    with subprocess.Popen(command, cwd=folder, stdin=slave, stdout=slave, stderr=slave) as prompt:
        shown = b""
        while not shown.endswith(b"Password: "):
            shown += os.read(terminal, 1024)
        assert not echoes(slave)
        prompt.send_signal(ending)
        assert prompt.wait(timeout=10) == -ending
    assert echoes(slave)
    os.close(slave)
    os.close(terminal)


def test_what_a_person_types_is_not_shown(folder: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(BINARY, ["gatehouse", "users", "add", "bob"])
    shown = b""
    for prompt in (b"Password: ", b"Again: "):
        while not shown.endswith(prompt):
            shown += os.read(terminal, 1024)
        os.write(terminal, b"unseen words\n")
    try:
        while more := os.read(terminal, 1024):
            shown += more
    except OSError:
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert b"unseen" not in shown
    assert "bob" in run(folder, "users", "list").stdout


def test_a_secret_is_printed_once_and_kept_nowhere(folder: Path) -> None:
    added = run(folder, "clients", "add", "worker", "--grant", "client_credentials", "--scope", "items:read")
    secret = added.stdout.strip()
    assert (added.returncode, len(secret)) == (0, 43)
    assert secret not in run(folder, "clients", "list", "--format", "json").stdout
    assert not any(secret.encode() in file.read_bytes() for file in (folder / "data").iterdir())


def test_an_invitation_is_printed_alone(folder: Path) -> None:
    invited = run(folder, "clients", "invite", "--scope", "items:read", "--expires", "1h", "--uses", "3")
    assert (invited.returncode, len(invited.stdout)) == (0, 44)


def test_keys_rotate_says_when_the_new_key_signs(stored: Path) -> None:
    rotated = run(stored, "keys", "rotate")
    assert (rotated.returncode, rotated.stdout.startswith("The new key signs from 2")) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "line", "said"),
    [
        (["users", "add", "client:x"], "word\n", "without `:`"),
        (["users", "add", "bob"], "", "no password"),
        (["users", "hash"], "\n", "shorter than 12 characters"),
        (["users", "add", "bob", "--scheme", "bcrypt"], "a" * 73 + "\n", "longer than 72 bytes"),
        (["users", "remove", "bob"], "", "there is no user bob"),
        (["clients", "add", "app", "--public", "--grant", "client_credentials"], "", "with a secret or keys"),
        (["clients", "add", "app", "--jwks", "absent.jwks"], "", "absent.jwks: No such file"),
        (["clients", "invite", "--scope", "items:write"], "", "--scope items:write: unknown"),
        (["clients", "add", "app", "--scope", "item:read"], "", "did you mean `items:read`?"),
        (["clients", "add", "app", "--grant", "devicecode"], "", "did you mean `device_code`?"),
        (["clients", "remove", "app"], "", "there is no client app"),
    ],
)
def test_what_is_wrong_is_said_and_ends_with_2(stored: Path, arguments: list[str], line: str, said: str) -> None:
    done = run(stored, *arguments, line=line)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_what_only_looks_makes_no_store(folder: Path) -> None:
    for command in (["users", "list"], ["clients", "list"], ["users", "remove", "zoe"], ["keys", "rotate"]):
        done = run(folder, *command)
        assert (done.returncode, done.stdout) == (2, "")
        assert "gateway.yaml:5:3: error: authorization_server.store: there is no data/gatehouse.db yet" in done.stderr
    assert not (folder / "data").exists()


def test_a_store_in_memory_is_beyond_their_reach(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(POLICY.format(store="memory"))
    for command in (["users", "list"], ["clients", "list"], ["keys", "rotate"]):
        done = run(tmp_path, *command)
        assert (done.returncode, done.stdout) == (2, "")
        assert "gateway.yaml:5:3: error: authorization_server.store: `memory` is what only" in done.stderr


def test_a_hash_needs_no_policy(tmp_path: Path) -> None:
    done = run(tmp_path, "users", "hash", "--scheme", "bcrypt", line="a rather long word\n")
    assert (done.returncode, done.stdout[:7]) == (0, "$2b$12$")
    users = f'  users: {{ alice: {{ password_hash: "{done.stdout.strip()}" }} }}\n'
    (tmp_path / "gateway.yaml").write_text(POLICY.format(store="memory").replace("  scopes:", users + "  scopes:"))
    assert gatehouse("check", "--strict", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("arguments", [["add", "bob"], ["password", "zoe"], ["hash"]], ids=lambda words: words[0])
def test_a_short_password_is_taken_with_a_warning(stored: Path, arguments: list[str]) -> None:
    done = run(stored, "users", *arguments, line="eleven char\n")
    assert done.returncode == 0
    assert done.stderr == "warning: the password is shorter than 12 characters, which the account page would refuse\n"


def test_what_is_in_the_policy_is_changed_there(stored: Path) -> None:
    policy = (stored / "gateway.yaml").read_text()
    people = '  clients: {{ app: {{ public: true, grants: device_code }} }}\n  users: {{ carol: {{ password_hash: "{0}" }} }}\n'
    hashed = run(stored, "users", "hash", line="a rather long word\n").stdout.strip()
    (stored / "gateway.yaml").write_text(policy.replace("  scopes:", people.format(hashed) + "  scopes:"))
    for command in (["users", "add", "carol"], ["clients", "add", "app", "--public", "--grant", "device_code"]):
        done = run(stored, *command, line="a rather long word\n")
        assert done.returncode == 2 and "stands in the policy; change it there" in done.stderr


@pytest.mark.parametrize("command", ["add", "password", "hash"])
def test_help_says_what_a_password_must_be(tmp_path: Path, command: str) -> None:
    words = " ".join(run(tmp_path, "users", command, "--help").stdout.split())
    assert "fewer than 12 characters is warned of; with --scheme bcrypt it has at most 72 bytes" in words
