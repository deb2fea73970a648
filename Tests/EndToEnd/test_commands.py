"""The commands: what they print, where, and how they end."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import jwt
import pytest
from harness import AUDIENCE, ISSUER, KEY, Gateway, SigningKey, gatehouse, policy, token
from harness.gateway import BINARY
from jwt.algorithms import ECAlgorithm


@pytest.fixture
def key(folder: Path) -> Path:
    """The key of the bench's issuer as a PEM file."""
    file = folder / "corp.key"
    file.write_text(KEY.private_pem)
    return file


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


def test_run_without_a_policy_is_2_and_says_where_to_put_one(tmp_path: Path) -> None:
    done = gatehouse("run", cwd=tmp_path)
    assert done.returncode == 2
    assert "/etc/gatehouse/gateway.yaml" in done.stderr


def test_run_with_a_bad_policy_is_2(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text("version: 1\nrouts: []\n")
    assert gatehouse("run", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("count", ["0", "-3", "1025", "many", "1.5", "auto"])
def test_workers_have_the_range_of_the_policy(folder: Path, count: str) -> None:
    for arguments in (["--workers", count], [f"--workers={count}"]):
        done = gatehouse("run", *arguments, cwd=folder)
        assert done.returncode == 2
        assert f"expected a whole number from 1 to 1024, found `{count}`" in done.stderr


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
        taken = gatehouse("run", "--config", second)
        assert taken.returncode == 1
        assert str(gateway.admin_port) in taken.stderr
        assert "Is another gateway running?" in taken.stderr and "admin: {address:" in taken.stderr
        second.write_text(json.dumps({**rules, "admin": "off"}))
        taken = gatehouse("run", "--config", second)
        assert (taken.returncode, str(gateway.port) in taken.stderr) == (1, True)


def test_the_binary_stands_alone() -> None:
    libraries = subprocess.run(["ldd", BINARY], capture_output=True, text=True, check=True).stdout
    assert "libc.so" in libraries
    assert "libswift" not in libraries
