"""What a request with a session may do, and what one without is told."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from harness import Gateway, RawUpstream, Recorder, issuer, policy, token
from harness.people import APP, Person, beside, entry, session_key
from harness.providers import ScriptedProvider

FRONT = "https://front.example.com"
EVIL = "https://evil.example"
PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(scope="module")
def other_provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        running.person["sub"] = "bob"
        yield running


@pytest.fixture(scope="module")
def gateway(provider: ScriptedProvider, other_provider: ScriptedProvider) -> Iterator[Gateway]:
    shared = {"origins": [FRONT], "credentials": True}
    routes = [
        APP,
        {"path": "/one/**", "login": ["sso"], "access": "authenticated"},
        {"path": "/two/**", "login": ["partner"], "access": "authenticated"},
        {"path": "/shared", "login": ["sso"], "access": "authenticated", "cors": shared},
        {"path": "/api", "access": "authenticated"},
        {"path": "/open", "access": "public"},
        {"path": "/maybe", "login": True, "access": "optional"},
        {"path": "/staff", "login": True, "access": {"claims": {"groups": ["staff"]}}},
        {"path": "/of-sso", "login": True, "access": {"issuers": ["sso"]}},
        {"path": "/token", "login": True, "access": "authenticated", "identity": {"authorization": "session"}},
    ]
    providers = {"sso": entry(provider), "partner": entry(other_provider)}
    login = {"providers": providers, "session": {"keys": [session_key()]}}
    with Gateway(policy(routes, login=login, issuers={"corp": issuer()})) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    """Nobody yet."""
    with Person(gateway) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def alice(gateway: Gateway) -> Iterator[Person]:
    """Signed in with the first provider."""
    with Person(gateway) as somebody:
        yield somebody.sign_in("/one")


def bare(gateway: Gateway, method: str, path: str, **fields: str) -> httpx.Response:
    """A request with exactly these fields, and no others that negotiate."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    answer = gateway.ask(method, path, *lines, host=f"127.0.0.1:{gateway.port}")
    return httpx.Response(answer.status, headers=answer.headers, content=answer.body)


# Browser or program


@pytest.mark.parametrize(
    ("method", "fields", "status"),
    [
        ("GET", {"Sec_Fetch_Mode": "navigate"}, 302),
        ("HEAD", {"Sec_Fetch_Mode": "navigate"}, 302),
        ("POST", {"Sec_Fetch_Mode": "navigate"}, 303),
        ("PUT", {"Sec_Fetch_Mode": "navigate"}, 303),
        ("GET", PAGE, 302),
        ("HEAD", PAGE, 302),
        ("GET", {"Sec_Fetch_Mode": "navigate", "X_Requested_With": "XMLHttpRequest"}, 302),
        ("POST", PAGE, 401),
        ("GET", {}, 401),
        ("GET", {"Accept": "*/*"}, 401),
        ("GET", {"Accept": "application/json"}, 401),
        ("GET", {**PAGE, "X_Requested_With": "XMLHttpRequest"}, 401),
        ("GET", {**PAGE, "Sec_Fetch_Mode": "cors"}, 401),
        ("GET", {**PAGE, "Sec_Fetch_Mode": "no-cors"}, 401),
        ("GET", {**PAGE, "Sec_Fetch_Mode": "same-origin"}, 401),
        ("POST", {"Sec_Fetch_Mode": "cors"}, 401),
    ],
)
def test_rp8_browsers_are_sent_to_sign_in_and_programs_are_told(
    method: str, fields: dict[str, str], status: int, gateway: Gateway
) -> None:
    answer = bare(gateway, method, "/one/x?y=1&z=%2F", **fields)
    assert answer.status_code == status
    if status == 401:
        assert "login_required" in answer.text
        assert "WWW-Authenticate" in answer.headers
    else:
        parts = urlsplit(answer.headers["Location"])
        assert parts.path == "/oauth2/start"
        assert dict(parse_qsl(parts.query)) == {"rd": "/one/x?y=1&z=%2F", "provider": "sso"}
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_program_is_told_where_people_sign_in(person: Person) -> None:
    answer = person.ask("/one/x?y=1", "POST")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["login_url"] == f"{person.origin}/oauth2/start?provider=sso"
    assert person.ask("/app").json()["login_url"] == f"{person.origin}/oauth2/sign_in"


def test_a_page_of_another_origin_that_may_ask_can_read_where_to_sign_in(gateway: Gateway) -> None:
    answer = bare(gateway, "GET", "/shared", Origin=FRONT, Sec_Fetch_Mode="cors")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
    assert answer.headers["Access-Control-Allow-Origin"] == FRONT
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.json()["login_url"].startswith(f"http://127.0.0.1:{gateway.port}/oauth2/start")
    assert "Access-Control-Allow-Origin" not in bare(gateway, "GET", "/shared", Origin=EVIL).headers


def test_a_browser_at_another_host_is_sent_to_the_one_with_the_cookies(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/one", "Sec-Fetch-Mode: navigate", host=f"localhost:{gateway.port}")
    assert answer.get("Location").startswith(f"http://127.0.0.1:{gateway.port}/oauth2/start?")


# Whose sessions a route takes


def test_several_providers_are_a_choice(person: Person) -> None:
    page = person.open("/app/x")
    assert (page.status_code, page.url.path, dict(page.url.params)) == (200, "/oauth2/sign_in", {"rd": "/app/x"})
    for name in ("sso", "partner"):
        assert f'href="/oauth2/start?provider={name}&amp;rd=%2Fapp%2Fx"' in page.text
    assert person.open("/oauth2/start?provider=partner&rd=/app/x").json()["headers"]["x-auth-subject"] == "bob"


def test_start_without_a_provider_is_the_choice(person: Person) -> None:
    assert person.go("/oauth2/start?rd=/app/x").headers["Location"] == "/oauth2/sign_in?rd=%2Fapp%2Fx"
    assert person.go("/oauth2/start?provider=nobody").status_code == 400


def test_a_session_of_another_provider_is_none_on_a_route(alice: Person) -> None:
    assert alice.ask("/one").status_code == 200
    answer = alice.ask("/two")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
    assert alice.go("/two").headers["Location"] == "/oauth2/start?rd=%2Ftwo&provider=partner"
    # It is still one elsewhere.
    assert alice.ask("/one").status_code == 200


@pytest.mark.parametrize("path", ["/app", "/maybe", "/of-sso"])
def test_a_session_is_a_principal(path: str, alice: Person, provider: ScriptedProvider) -> None:
    headers = alice.ask(path).json()["headers"]
    assert (headers["x-auth-subject"], headers["x-auth-issuer"]) == ("alice", provider.issuer)


def test_the_log_says_who_it_was(alice: Person, gateway: Gateway) -> None:
    alice.ask("/app/logged")
    line = gateway.logged(path="/app/logged")
    assert (line["subject"], line["issuer"], line["decision"]) == ("alice", "sso", "allow")


def test_a_session_that_lacks_a_claim_is_403_and_not_asked_again(alice: Person) -> None:
    answer = alice.go("/staff")
    assert (answer.status_code, answer.headers.get("Location")) == (403, None)
    assert alice.ask("/staff").json()["code"] == "claim_mismatch"


def test_optional_access_asks_nobody_to_sign_in(person: Person) -> None:
    assert "x-auth-subject" not in person.go("/maybe").json()["headers"]


def test_a_route_without_login_ignores_sessions(alice: Person) -> None:
    answer = alice.ask("/api")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert alice.go("/api").status_code == 401
    assert "x-auth-subject" not in alice.ask("/open").json()["headers"]


@pytest.mark.parametrize("mode", ["cors", "navigate"])
def test_a_bearer_token_is_judged_alone(mode: str, alice: Person) -> None:
    fields = {"Sec-Fetch-Mode": mode, "Accept": "text/html"}
    good = alice.client.get(f"{alice.origin}/app", headers={**fields, "Authorization": f"Bearer {token(sub='tom')}"})
    assert good.json()["headers"]["x-auth-subject"] == "tom"
    bad = alice.client.get(f"{alice.origin}/app", headers={**fields, "Authorization": f"Bearer {token(exp=1)}"})
    assert (bad.status_code, "Location" in bad.headers) == (401, False)


def test_a_bearer_token_needs_no_origin(gateway: Gateway) -> None:
    assert gateway.request("POST", "/app", token()).status_code == 200


# Cookies


def test_b6_no_cookie_of_sign_in_goes_up(alice: Person) -> None:
    alice.go("/oauth2/start?provider=sso")
    assert {"gatehouse", "gatehouse_flow"} <= set(alice.cookies)
    for path in ("/app", "/open", "/maybe"):
        headers = alice.client.get(f"{alice.origin}{path}", headers={"Cookie": f"{alice.cookie_line[8:]}; theme=dark"})
        assert headers.json()["headers"]["cookie"] == "theme=dark", path
        assert "gatehouse" not in headers.text
    assert "cookie" not in alice.ask("/app").json()["headers"]


def test_b6_the_access_token_goes_up_where_the_route_says_so(alice: Person, provider: ScriptedProvider) -> None:
    scheme, _, given = alice.ask("/token").json()["headers"]["authorization"].partition(" ")
    assert (scheme, given in provider.grants.access_tokens) == ("Bearer", True)
    assert "authorization" not in alice.ask("/app").json()["headers"]


def test_b5_a_providers_token_goes_to_the_upstream_of_its_route_alone(provider: ScriptedProvider) -> None:
    """Also where that one answers that the browser, or the gateway, should ask another."""
    with RawUpstream() as first, Recorder() as second:
        given = {"path": "/given/**", "login": True, "access": "authenticated", "upstream": "first"}
        routes = [
            {**given, "identity": {"authorization": "session"}},
            {"path": "/kept/**", "login": True, "access": "authenticated", "upstream": "second"},
            {"path": "/open/**", "access": "public", "upstream": "second"},
            {"path": "/back/**", "login": True, "access": "authenticated", "upstream": "second", "strip_prefix": "/back"},
        ]
        upstreams = {name: {"servers": [server.url]} for name, server in (("first", first), ("second", second))}
        rules = policy(routes, upstreams=upstreams, login={"providers": {"sso": entry(provider)}})
        with Gateway(rules) as gateway, Person(gateway) as person:
            person.go(person.until_callback("/kept"))
            answers: list[httpx.Response] = []
            asking = beside(lambda: answers.append(person.ask("/given/x")))
            with first.accept() as peer:
                given_token = (peer.request().get("Authorization") or "").removeprefix("Bearer ")
                peer.answer(b"", f"Location: {second.url}/stolen", status="307 Temporary Redirect")
                asking.join(10)
            assert given_token in provider.grants.access_tokens
            assert (answers[0].status_code, second.requests) == (307, [])
            for path in ("/kept", "/open", "/back/given/x", "/open/../given/../kept"):
                assert person.ask(path).status_code == 200
            assert len(second.requests) == 4
            assert not any(secret.encode() in seen.head for seen in second.requests for secret in [given_token])
            assert not any(seen.get("Authorization") for seen in second.requests)


def test_b9_a_session_shows_no_token_to_the_page(alice: Person, provider: ScriptedProvider) -> None:
    answer = alice.ask("/oauth2/userinfo")
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"provider", "subject", "email", "groups", "scopes", "expires_at"}
    shown = json.dumps(answer.json()) + alice.cookie_line
    assert not any(secret in shown for secret in [*provider.grants.access_tokens, *provider.grants.families])


@pytest.mark.parametrize(
    "cookie", ["gatehouse=", "gatehouse=1.", "gatehouse=1.AAAA", "gatehouse=9.AAAA", "gatehouse=2.AAAA", "gatehouse=x"]
)
def test_b3_a_cookie_that_is_none_of_ours_is_nobody(cookie: str, gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/app", f"Cookie: {cookie}", "Sec-Fetch-Mode: cors")
    assert (answer.status, answer.code) == (401, "login_required")
    assert any(line.startswith("gatehouse=;") and "Max-Age=0" in line for line in answer.all("Set-Cookie"))


def test_b3_a_changed_cookie_is_nobody(alice: Person, gateway: Gateway) -> None:
    value = alice.cookies["gatehouse"]
    for place in range(2, len(value), 29):
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        answer = gateway.ask("GET", "/app", f"Cookie: gatehouse={changed}")
        assert (answer.status, answer.code) == (401, "login_required")


def test_b3_of_two_sessions_none_counts(alice: Person, gateway: Gateway) -> None:
    value = alice.cookies["gatehouse"]
    answer = gateway.ask("GET", "/app", f"Cookie: gatehouse={value}; gatehouse={value}")
    assert answer.status == 401


# Requests that a page of another site made (B4)


def outcome(alice: Person, path: str, method: str, fields: dict[str, str]) -> int | str:
    """200, or the code of the refusal."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    answer = alice.client.request(method, f"{alice.origin}{path}", headers=headers)
    return 200 if answer.status_code == 200 else answer.json()["code"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"Sec_Fetch_Site": "same-origin"}, True),
        ({"Sec_Fetch_Site": "none"}, True),
        ({"Sec_Fetch_Site": "same-origin", "Origin": EVIL}, True),
        ({"Sec_Fetch_Site": "same-site"}, False),
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Sec_Fetch_Site": "cross-site", "Origin": "{own}"}, False),
        ({"Sec_Fetch_Site": "SAME-ORIGIN"}, False),
        ({"Origin": "{own}"}, True),
        ({"Origin": EVIL}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "{own}.evil.example"}, False),
        ({"Origin": FRONT}, False),
        ({}, False),
    ],
)
def test_b4_who_may_change_something(method: str, fields: dict[str, str], passes: bool, alice: Person) -> None:
    own = {name: value.format(own=alice.origin) for name, value in fields.items()}
    assert outcome(alice, "/app", method, own) == (200 if passes else "origin_not_allowed")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_b4_what_changes_nothing_needs_no_origin(method: str, alice: Person) -> None:
    fields = {"Sec_Fetch_Site": "cross-site", "Origin": EVIL, "Sec_Fetch_Mode": "navigate"}
    assert outcome(alice, "/app", method, fields) == 200


def test_b4_an_origin_that_cors_lists_may_change_something_where_the_browser_says_no_more(alice: Person) -> None:
    assert outcome(alice, "/shared", "POST", {"Origin": FRONT}) == 200
    assert outcome(alice, "/shared", "POST", {"Origin": EVIL}) == "origin_not_allowed"
    for site in ("cross-site", "same-site"):
        fields = {"Origin": FRONT, "Sec_Fetch_Site": site}
        assert outcome(alice, "/shared", "POST", fields) == "origin_not_allowed"
        assert outcome(alice, "/shared", "GET", fields) == 200


def test_b7_who_is_signed_in_is_not_for_pages_of_other_origins(alice: Person) -> None:
    answer = alice.ask("/oauth2/userinfo", headers={"Origin": FRONT})
    assert not any(name.lower().startswith("access-control-") for name in answer.headers)
    assert alice.client.get(f"{alice.origin}/oauth2/userinfo", headers={"Origin": EVIL}).status_code == 200


def test_b7_nobody_is_401_without_a_side_effect(person: Person) -> None:
    answer = person.ask("/oauth2/userinfo")
    assert (answer.status_code, answer.json(), answer.headers.get("Set-Cookie")) == (
        401,
        {"error": "login_required"},
        None,
    )
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/oauth2", "/oauth2/", "/oauth2/other", "/oauth2/start/x", "/oauth2/callback/"])
def test_below_oauth2_there_is_nothing_else(path: str, person: Person) -> None:
    assert person.go(path).status_code == 404
