"""The commands: what they print, where, and how they end."""

import json
import os
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from harness import AUDIENCE, ISSUER, KEY, Gateway, SigningKey, gatehouse, policy, token
from harness.gateway import BINARY
from harness.ports import free_port
from jwt.algorithms import ECAlgorithm

WRONG = """\
version: 1
issuers:
  corp:
    issuer: https://issuer.test
    audiences: [items-api]
    algorithms: [ES256]
    keys: { file: missing.jwks }
    leeway: 90s
upstreams:
  echo: { builtin: echo }
routes:
  - path: /a
    access: public
    upstrem: echo
  - path: /b
    access: { issuers: [acme] }
    upstream: ecoh
  - path: /c
    upstream: echo
"""
PROBLEM = re.compile(
    r"^(?P<file>\S*gateway\.yaml):(?P<line>\d+):(?P<column>\d+): (?P<kind>error|warning): (?P<text>.+)$"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with a good policy."""
    routes = [
        {"name": "open", "path": "/open", "access": "public"},
        {"name": "read", "path": "/items/**", "methods": ["GET"], "access": {"scopes": ["items:read"]}},
    ]
    listeners = {"public": {"address": f"127.0.0.1:{free_port()}"}}
    admin = {"address": f"127.0.0.1:{free_port()}"}
    (tmp_path / "gateway.yaml").write_text(json.dumps(policy(routes, listeners=listeners, admin=admin)))
    return tmp_path


@pytest.fixture
def key(folder: Path) -> Path:
    """The key of the bench's issuer as a PEM file."""
    file = folder / "corp.key"
    file.write_text(KEY.private_pem)
    return file


def problems(text: str) -> Iterator[re.Match[str]]:
    return (match for line in text.splitlines() if (match := PROBLEM.match(line)))


def test_version_and_help_are_there() -> None:
    assert re.search(r"\d+\.\d+", gatehouse("--version").stdout)
    for command in ([], ["run"], ["check"], ["routes"], ["token"], ["token", "mint"], ["token", "inspect"], ["wait"]):
        done = gatehouse(*command, "--help")
        assert (done.returncode, "USAGE" in done.stdout.upper()) == (0, True), command


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["run", "--frobnicate"], ["token", "mint"], ["keys", "generate"]]
)
def test_wrong_usage_is_2_and_said_on_standard_error(arguments: list[str], folder: Path) -> None:
    done = gatehouse(*arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_check_names_every_problem_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(WRONG)
    done = gatehouse("check", cwd=tmp_path)
    assert done.returncode == 1
    found = {(int(problem["line"]), problem["kind"]): problem["text"] for problem in problems(done.stdout)}
    errors = {line: text for (line, kind), text in found.items() if kind == "error"}
    assert "missing.jwks" in errors[7]
    assert "leeway" in errors[8]
    assert "upstrem" in errors[14] and "upstream" in errors[14].replace("upstrem", "")
    assert "acme" in errors[16]
    assert "ecoh" in errors[17] and "echo" in errors[17]
    assert any("access: public" in text for text in errors.values())


def test_check_points_at_the_column(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text("version: 1\nserver:\n    wrokers: 2\nroutes: []\n")
    (problem,) = (
        problem for problem in problems(gatehouse("check", cwd=tmp_path).stdout) if problem["kind"] == "error"
    )
    assert (problem["line"], problem["column"]) == ("3", "5")
    assert "workers" in problem["text"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nversion: 1\n",
        "version: 1\n---\nversion: 1\n",
        "a: &a {version: 1}\n<<: *a\n",
        "version: 2\n",
        "version: 1\nserver: {limits: {connections: yes}}\n",
        "version: [1\n",
        "",
    ],
    ids=["duplicate", "documents", "merge", "version", "boolean", "syntax", "empty"],
)
def test_what_yaml_allows_and_a_policy_does_not_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "gateway.yaml").write_text(text)
    done = gatehouse("check", cwd=tmp_path)
    assert done.returncode == 1
    assert any(problem["kind"] == "error" for problem in problems(done.stdout))


def test_check_passes_a_good_policy_and_says_what_is_public(folder: Path) -> None:
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert "public" in done.stdout and "protected" in done.stdout


def test_strict_fails_on_a_warning(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["issuers"]["corp"]["audiences"] = "any"
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 0
    assert any(problem["kind"] == "warning" and "audiences" in problem["text"] for problem in problems(done.stdout))
    assert gatehouse("check", "--strict", cwd=folder).returncode == 1


def test_an_unset_variable_is_an_error_unless_allowed_and_never_shown(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["routes"][0]["request_headers"] = {"X-Api-Key": "${BENCH_KEY}"}
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    unset = gatehouse("check", cwd=folder)
    assert (unset.returncode, "BENCH_KEY" in unset.stdout) == (1, True)
    assert gatehouse("check", "--unset-ok", cwd=folder).returncode == 0
    for command in (["check"], ["routes"], ["routes", "--format", "json"]):
        done = gatehouse(*command, cwd=folder, BENCH_KEY="s3cret")
        assert done.returncode == 0
        assert "s3cret" not in done.stdout + done.stderr


def test_a_key_for_later_versions_is_refused_by_name(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["routes"][0]["rate_limit"] = {"requests": 1, "per": "1m", "by": "ip"}
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 1
    assert "`rate_limit` is not supported by this version" in done.stdout


def test_run_without_a_policy_is_2_and_says_where_to_put_one(tmp_path: Path) -> None:
    done = gatehouse("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "/etc/gatehouse/gateway.yaml" in done.stderr


def test_run_with_a_bad_policy_is_2(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(WRONG)
    assert gatehouse("run", cwd=tmp_path).returncode == 2


def test_the_policy_may_be_named_by_the_environment(folder: Path) -> None:
    assert gatehouse("check", cwd=Path("/"), GATEHOUSE_CONFIG=str(folder / "gateway.yaml")).returncode == 0


def test_routes_lists_the_table(folder: Path) -> None:
    text = gatehouse("routes", cwd=folder).stdout
    assert all(word in text for word in ("open", "/open", "/items/**", "items:read", "public"))
    listed = json.dumps(json.loads(gatehouse("routes", "--format", "json", cwd=folder).stdout))
    assert all(word in listed for word in ("/open", "/items/**", "items:read"))


def test_mint_prints_a_token_that_anybody_can_verify(folder: Path, key: Path) -> None:
    arguments = ["--subject", "carol", "--scope", "items:read", "--claim", "team=red", "--lifetime", "5m"]
    done = gatehouse("token", "mint", "--key", key, *arguments, cwd=folder)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    minted = done.stdout.strip()
    head = jwt.get_unverified_header(minted)
    assert (head["alg"], head["typ"], head["kid"]) == ("ES256", "at+jwt", KEY.thumbprint)
    claims = jwt.decode(minted, KEY.private.public_key(), algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    assert (claims["sub"], claims["scope"], claims["team"]) == ("carol", "items:read", "red")
    assert claims["exp"] - claims["iat"] == 300


def test_mint_defaults_to_demo_and_ten_minutes_and_reads_a_jwk(folder: Path) -> None:
    (folder / "corp.jwk").write_text(ECAlgorithm.to_jwk(KEY.private))
    minted = gatehouse("token", "mint", "--key", "corp.jwk", cwd=folder).stdout.strip()
    claims = jwt.decode(minted, KEY.private.public_key(), algorithms=["ES256"], audience=AUDIENCE)
    assert (claims["sub"], claims["exp"] - claims["iat"]) == ("demo", 600)


def test_inspect_says_what_the_policy_thinks(folder: Path) -> None:
    good = gatehouse("token", "inspect", token(), cwd=folder)
    assert (good.returncode, "alice" in good.stdout) == (0, True)
    piped = gatehouse("token", "inspect", "-", cwd=folder, stdin=token() + "\n")
    assert piped.returncode == 0
    for bad, code in ((token(exp=1), "token_expired"), (token(SigningKey.generate()), "key_unknown")):
        done = gatehouse("token", "inspect", bad, cwd=folder)
        assert (done.returncode, code in done.stdout) == (1, True)


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS256", "PS256", "EdDSA"])
def test_generated_keys_are_private_complete_and_never_overwritten(folder: Path, algorithm: str) -> None:
    done = gatehouse("keys", "generate", "--algorithm", algorithm, "--out", "new", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(os.stat(folder / "new.key").st_mode) == 0o600
    assert (folder / "new.key").read_text().startswith("-----BEGIN ")
    (public,) = json.loads((folder / "new.jwks").read_text())["keys"]
    assert public["alg"] == algorithm and public["kid"]
    assert not {"d", "p", "q", "k"} & set(public)
    before = (folder / "new.key").read_bytes()
    assert gatehouse("keys", "generate", "--algorithm", algorithm, "--out", "new", cwd=folder).returncode != 0
    assert (folder / "new.key").read_bytes() == before


def test_a_session_key_is_printed() -> None:
    first, second = (gatehouse("keys", "generate", "--session").stdout.strip() for _ in range(2))
    assert len(first) >= 43 and first != second


def test_keys_list_and_wait_ask_the_running_gateway() -> None:
    with Gateway(policy([{"path": "/", "access": "authenticated"}])) as gateway:
        config = ["--config", gateway.file]
        assert gatehouse("wait", "--timeout", "5s", *config).returncode == 0
        listed = gatehouse("keys", "list", *config)
        assert (listed.returncode, KEY.kid in listed.stdout, "ES256" in listed.stdout) == (0, True, True)
        assert KEY.kid in json.dumps(json.loads(gatehouse("keys", "list", "--format", "json", *config).stdout))


def test_wait_gives_up_after_its_timeout(folder: Path) -> None:
    assert gatehouse("wait", "--timeout", "500ms", cwd=folder).returncode == 1


def test_a_second_gateway_on_the_same_address_says_so() -> None:
    with Gateway(policy([{"path": "/", "access": "public"}])) as gateway:
        rules = {**gateway.policy, "admin": {"address": f"127.0.0.1:{gateway.admin_port}"}}
        second = gateway.directory / "second.yaml"
        second.write_text(json.dumps(rules))
        done = gatehouse("run", "--config", second)
        assert done.returncode != 0
        assert str(gateway.port) in done.stderr or str(gateway.admin_port) in done.stderr


def test_the_binary_stands_alone() -> None:
    libraries = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    assert "libc.so" in libraries
    assert "libswift" not in libraries
