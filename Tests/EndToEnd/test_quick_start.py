"""The first five minutes: the shipped policy and the commands of the README."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness import Gateway, gatehouse
from harness.gateway import BINARY, ROOT


class Shipped(Gateway):
    """The shipped gateway.yaml with nothing changed but its ports."""

    def __init__(self) -> None:
        super().__init__({"routes": []})
        text = (ROOT / "gateway.yaml").read_text()
        assert "127.0.0.1:8080" in text
        text = text.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
        assert "admin" not in yaml.safe_load(text), "the default address of the admin listener is used"
        text += f"\nadmin: {{ address: 127.0.0.1:{self.admin_port} }}\n"
        self.write(text)
        (self.directory / "data").mkdir()
        self.run("keys", "generate", "--algorithm", "ES256", "--out", "data/demo")

    def run(self, *arguments: str) -> str:
        """Standard output of a command that must succeed, without its newline."""
        done = gatehouse(*arguments, cwd=self.directory)
        assert done.returncode == 0, done.stderr
        return done.stdout.rstrip("\n")

    def mint(self, *arguments: str) -> str:
        return self.run("token", "mint", "--key", "data/demo.key", *arguments)

    def curl(self, path: str, *arguments: str) -> tuple[int, str]:
        """Status and body as curl sees them."""
        url = f"http://127.0.0.1:{self.port}{path}"
        command = ["curl", "--silent", "--noproxy", "*", "--write-out", "\n%{http_code}", *arguments, url]
        body, _, status = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("\n")
        return int(status), body


@pytest.fixture(scope="module")
def shipped() -> Iterator[Shipped]:
    with Shipped() as gateway:
        yield gateway


def test_without_a_token_curl_sees_401(shipped: Shipped) -> None:
    status, body = shipped.curl("/items/1")
    assert (status, json.loads(body)["code"]) == (401, "token_missing")


def test_with_too_narrow_a_scope_curl_sees_403(shipped: Shipped) -> None:
    token = shipped.mint("--scope", "items:write")
    status, body = shipped.curl("/items/1", "--header", f"Authorization: Bearer {token}")
    assert (status, json.loads(body)["code"]) == (403, "scope_insufficient")


def test_with_the_scope_curl_sees_200_and_the_identity_that_the_service_saw(shipped: Shipped) -> None:
    token = shipped.mint("--scope", "items:read")
    status, body = shipped.curl("/items/1?x=1", "--header", f"Authorization: Bearer {token}")
    echo = json.loads(body)
    assert (status, echo["method"], echo["target"], echo["body_bytes"]) == (200, "GET", "/items/1?x=1", 0)
    assert echo["headers"]["x-auth-subject"] == "demo"
    assert echo["headers"]["x-auth-scopes"] == "items:read"
    assert echo["headers"]["x-auth-issuer"] == "https://demo.invalid"
    assert "authorization" not in echo["headers"]


def test_writing_needs_the_scope_to_write(shipped: Shipped) -> None:
    reader, writer = shipped.mint("--scope", "items:read"), shipped.mint("--scope", "items:write")
    assert shipped.request("POST", "/items", reader).status_code == 403
    written = shipped.request("POST", "/items", writer, content=b"four")
    assert (written.status_code, written.json()["body_bytes"]) == (200, 4)


def test_me_wants_any_valid_token(shipped: Shipped) -> None:
    assert shipped.get("/me").status_code == 401
    assert shipped.get("/me", shipped.mint("--subject", "carol")).json()["headers"]["x-auth-subject"] == "carol"


@pytest.mark.parametrize("path", ["/", "/public", "/public/a/b"])
def test_the_public_paths_are_open(shipped: Shipped, path: str) -> None:
    assert shipped.get(path).status_code == 200


def test_everything_else_is_closed(shipped: Shipped) -> None:
    assert shipped.get("/elsewhere").status_code == 404
    assert shipped.request("DELETE", "/items/1").status_code == 405


def test_the_shipped_policy_checks_without_a_problem(shipped: Shipped) -> None:
    assert gatehouse("check", cwd=shipped.directory).returncode == 0


def test_run_sh_passes_its_arguments_on() -> None:
    if BINARY != ROOT / ".build/release/gatehouse":
        pytest.skip("run.sh builds the binary of this clone, and another one is being tested")
    done = subprocess.run(
        [ROOT / "deploy/run.sh", "--yes", "--version"], capture_output=True, text=True, timeout=600, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == gatehouse("--version").stdout


def test_run_sh_says_what_is_missing_when_there_is_no_swift(tmp_path: Path) -> None:
    tools = ["bash", "dirname", "env", "dpkg-query", "apt-get"]
    for tool in tools:
        found = next(Path(folder) / tool for folder in ("/usr/bin", "/bin") if (Path(folder) / tool).exists())
        (tmp_path / tool).symlink_to(found)
    bare = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run([ROOT / "deploy/run.sh", "--yes"], capture_output=True, text=True, timeout=60, env=bare)
    assert done.returncode == 1
    assert "no 'swift' on the PATH" in done.stderr


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    for word in ("deploy/run.sh", "deploy/test.sh", "token mint"):
        assert word in readme
