"""`gatehouse check` and `routes` of policies that sign browsers in."""

import json
from pathlib import Path
from typing import Any

import pytest
from harness import gatehouse


def policy(**login: Any) -> dict[str, Any]:
    corp = {"issuer": "https://login.example.com", "client_id": "gatehouse", "client_secret": "${CLIENT_SECRET}"}
    return {
        "version": 1,
        "login": {
            "base_url": "https://app.example.com",
            "providers": {"corp": corp},
            "session": {"keys": ["${SESSION_KEY}"]},
            **login,
        },
        "routes": [{"path": "/app/**", "access": "authenticated", "login": ["corp"], "respond": {"status": 204}}],
    }


@pytest.fixture
def session_key() -> str:
    return gatehouse("keys", "generate", "--session").stdout.strip()


def check(folder: Path, rules: dict[str, Any], key: str, *options: str) -> tuple[int, str]:
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("check", *options, cwd=folder, CLIENT_SECRET="made-up-secret", SESSION_KEY=key)
    assert "made-up-secret" not in done.stdout + done.stderr
    assert key not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_a_printed_session_key_leaves_nothing_to_warn_of(tmp_path: Path, session_key: str) -> None:
    code, said = check(tmp_path, policy(), session_key, "--strict")
    assert code == 0, said
    assert "any valid token; login corp" in said


def test_routes_list_the_pages_of_signing_in(tmp_path: Path, session_key: str) -> None:
    (tmp_path / "gateway.yaml").write_text(json.dumps(policy()))
    done = gatehouse(
        "routes", "--format", "json", cwd=tmp_path, CLIENT_SECRET="made-up-secret", SESSION_KEY=session_key
    )
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    assert (first["exposure"], first["path"], first["hosts"]) == ("built_in", "/oauth2/**", ["app.example.com"])
    assert (second["exposure"], second["access"]) == ("protected", "any valid token; login corp")


def test_sessions_without_a_key_are_warned_of(tmp_path: Path, session_key: str) -> None:
    rules = policy(session={"idle": "5m"})
    code, said = check(tmp_path, rules, session_key)
    assert (code, "sessions end with the process" in said) == (0, True)
    assert check(tmp_path, rules, session_key, "--strict")[0] == 1


@pytest.mark.parametrize(
    ("login", "place", "words"),
    [
        ({"base_url": "http://app.example.com"}, "login.base_url", "sessions need https"),
        ({"session": {"keys": ["short"]}}, "login.session.keys[0]", "expected 32 bytes in base64"),
        ({"cookie": {"domain": "other.example"}}, "login.cookie.domain", "browsers refuse it"),
        ({"cookie": {"domain": "com"}}, "login.cookie.domain", "name a domain of your own"),
        ({"base_url": "http://[0:0::1]:8080"}, "login.base_url", "write `http://[::1]:8080`"),
        ({"return_to": ["https://0x7f.1"]}, "login.return_to[0]", "write `https://127.0.0.1`"),
        ({"providers": {"local": {"embedded": True}}}, "login.providers.local.embedded", "`authorization_server`"),
        ({"provders": {}}, "login.provders", "did you mean `providers`?"),
    ],
)
def test_each_slip_is_named_with_its_place(
    login: dict[str, Any], place: str, words: str, tmp_path: Path, session_key: str
) -> None:
    code, said = check(tmp_path, policy(**login), session_key)
    assert code == 1
    assert any(f" error: {place}: " in line and words in line for line in said.splitlines()), said


@pytest.mark.parametrize(
    ("keys", "place", "words"),
    [
        ({"login": ["crop"]}, "routes[0].login[0]", "did you mean `corp`?"),
        ({"access": "public"}, "routes[0].login", "looks at no session"),
        ({"path": "/oauth2/extra"}, "routes[0]", "`login` answers this path itself"),
    ],
)
def test_each_slip_of_a_route_is_named_with_its_place(
    keys: dict[str, Any], place: str, words: str, tmp_path: Path, session_key: str
) -> None:
    rules = policy()
    rules["routes"][0] |= keys
    code, said = check(tmp_path, rules, session_key)
    assert code == 1
    assert any(f" error: {place}: " in line and words in line for line in said.splitlines()), said


SERVER = {"issuer": "http://127.0.0.1:8080/identity", "store": "memory", "audiences": ["items-api"]}
SHARED = {"cookie": {"domain": "example.com"}}


@pytest.mark.parametrize(
    ("login", "route", "place", "words"),
    [
        (
            {"providers": {"local": {"embedded": True}}},
            {"login": True},
            "login.providers.local.embedded",
            "write an issuer below that",
        ),
        ({}, {"access": {"scopes": ["items:read"]}}, "routes[0].access", "ask for `claims` instead"),
        (SHARED, {"hosts": ["app.example.com", "shop.example.com"]}, "routes[0]", "list each other host in `return_to`"),
        ({}, {"hosts": ["app.example.com", "shop.example.com"]}, "routes[0]", "to some hosts of this route"),
        ({"session": {"keys": "KEY"}}, {}, "login.session.keys", "write `${NAME}` or `${file:PATH}` for it"),
        (
            {"providers": {"corp": {"preset": "github", "client_id": "a", "client_secret": "b", "allow": {"groups": "c"}}}},
            {},
            "login.providers.corp.client_secret",
            "write `${NAME}` or `${file:PATH}` for it",
        ),
    ],
)
def test_what_leads_people_astray_is_warned_of(
    login: dict[str, Any], route: dict[str, Any], place: str, words: str, tmp_path: Path, session_key: str
) -> None:
    rules = policy(**login)
    if login.get("session") == {"keys": "KEY"}:
        rules["login"]["session"] = {"keys": gatehouse("keys", "generate", "--session").stdout.strip()}
    rules["routes"][0] |= route
    rules["authorization_server"] = SERVER
    rules["listeners"] = {"public": {"address": "127.0.0.1:8080"}}
    code, said = check(tmp_path, rules, session_key)
    assert code == 0, said
    line = next((line for line in said.splitlines() if f" warning: {place}: " in line and words in line), None)
    assert line and line.startswith("gateway.yaml:1:"), said
    assert check(tmp_path, rules, session_key, "--strict")[0] == 1


def test_login_of_a_route_needs_one_at_the_top(tmp_path: Path, session_key: str) -> None:
    rules = policy()
    del rules["login"]
    code, said = check(tmp_path, rules, session_key)
    assert (code, "there is no `login` at the top of this policy" in said) == (1, True)


def test_check_says_what_one_process_alone_knows(tmp_path: Path, session_key: str) -> None:
    words = "no `state`: who was signed out, and what counts once, is known to this process alone"
    code, said = check(tmp_path, policy(), session_key, "--strict")
    assert (code, words in said) == (0, True)
    shared = {**policy(), "state": {"url": "redis://127.0.0.1:6379/0"}}
    code, said = check(tmp_path, shared, session_key, "--strict")
    assert (code, words in said) == (0, False)
