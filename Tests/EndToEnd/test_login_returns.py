"""Where sign-in leads when it does not go straight: failures, its own paths as a target, upstreams that interfere."""

from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, RawUpstream, policy
from harness.people import APP, Person, login, signing_in, until_due
from harness.providers import ScriptedProvider

AGAIN = 'href="/oauth2/start?rd=%2Fapp%2Fhere%3Fx%3D1"'
OWN_PATHS = [
    "/oauth2/start", "/oauth2/start?rd=/app", "/oauth2/callback?code=x&state=y", "/oauth2/sign_out", "/oauth2/sign_in",
    "/oauth2", "/oauth2/", "/oauth2/nothing", "/%6fauth2/sign_out", "/oauth2/sign_out#x", "{own}/oauth2/start",
    "{own}/%256fauth2/start",
]  # fmt: skip


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(autouse=True)
def usual(provider: ScriptedProvider) -> Iterator[None]:
    """What a test changed is not the next one's."""
    yield
    provider.claims, provider.response, provider.failure, provider.access_lifetime = {}, {}, None, 300


@pytest.fixture(scope="module")
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway(signing_in(provider)) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    with Person(gateway) as somebody:
        yield somebody


# After a failure


@pytest.mark.parametrize(
    ("response", "failure", "claims", "status"),
    [
        ({"code": None, "error": "access_denied"}, None, {}, 400),
        ({"code": None, "error": "server_error"}, None, {}, 503),
        ({"code": None}, None, {}, 400),
        ({"iss": "https://other.example"}, None, {}, 400),
        ({}, (400, {"error": "invalid_grant"}), {}, 400),
        ({}, (503, {}), {}, 503),
        ({}, None, {"nonce": "somebody-elses"}, 400),
    ],
)
def test_a_callback_that_fails_leads_to_another_try(
    response: dict[str, Any], failure: Any, claims: dict[str, Any], status: int, person: Person,
    provider: ScriptedProvider
) -> None:  # fmt: skip
    provider.response, provider.failure, provider.claims = response, failure, claims
    page = person.open("/app/here?x=1")
    assert (page.status_code, page.url.path, AGAIN in page.text) == (status, "/oauth2/callback", True)
    provider.response, provider.failure, provider.claims = {}, None, {}
    assert person.open("/oauth2/start?rd=%2Fapp%2Fhere%3Fx%3D1").json()["target"] == "/app/here?x=1"


def test_a_response_that_was_used_leads_to_another_try_of_the_same(person: Person) -> None:
    callback = person.until_callback("/app/here?x=1")
    person.go(callback)
    person.client.cookies.delete("gatehouse")
    page = person.go(callback)
    assert (page.status_code, AGAIN in page.text) == (400, True)


def test_a_response_without_a_flow_leads_nowhere(person: Person, gateway: Gateway) -> None:
    """Nobody knows what its browser wanted; what it brings along does not count."""
    callback = person.until_callback("/app/here?x=1")
    with Person(gateway) as other:
        page = other.go(f"{callback}&rd=/app/here?x=1")
    assert (page.status_code, "href=" in page.text) == (400, False)


# Sign-in's own paths as a target


@pytest.mark.parametrize("path", OWN_PATHS)
def test_rp3_nobody_is_sent_back_into_sign_in(path: str, person: Person, provider: ScriptedProvider) -> None:
    target = path.format(own=person.origin)
    there = person.go("/oauth2/start", params={"rd": target})
    assert person.go(person.go(there.headers["Location"]).headers["Location"]).headers["Location"] == "/"
    assert person.go(person.until_signed_out(rd=target)).headers["Location"] == "/"


@pytest.mark.parametrize("target", ["/oauth2x", "/app/oauth2/start", "/OAUTH2/start"])
def test_rp3_paths_that_only_look_like_it_are_reached(target: str, person: Person) -> None:
    there = person.go("/oauth2/start", params={"rd": target})
    assert person.go(person.go(there.headers["Location"]).headers["Location"]).headers["Location"] == target


# Upstreams


def test_b2_no_upstream_sets_a_cookie_of_the_gateways_own(provider: ScriptedProvider) -> None:
    """It could plant a session of somebody else's, or end the one that is there."""
    planted = [
        "gatehouse=1.AAAA; Path=/", "gatehouse_1=x", "gatehouse_3=", "gatehouse_flow=x; Path=/; HttpOnly",
        "gatehouse=; Max-Age=0", " gatehouse =x", "=gatehouse=x", "gatehouse=x; Domain=example.com",
    ]  # fmt: skip
    kept = ["mine=1; Path=/", "gatehouse2=x", "gatehouse_9=x", "xgatehouse=1", "a=gatehouse=1", "Gatehouse=1"]
    lines = [f"Set-Cookie: {value}" for value in [*planted, *kept]] + ["set-cookie: gatehouse=lower"]
    with RawUpstream() as upstream:
        routes = [{**APP, "upstream": "raw"}, {"path": "/open/**", "access": "public", "upstream": "raw"}]
        rules = policy(routes, login=login(provider), upstreams={"raw": {"servers": [upstream.url]}})
        with Gateway(rules) as gateway, Person(gateway) as person:
            person.go(person.until_callback())
            for path in ("/app", "/open"):
                answer = answered(gateway, upstream, f"GET {path} HTTP/1.1\r\nHost: a\r\n{person.cookie_line}", lines)
                assert [value for name, value in answer.headers if name.lower() == "set-cookie"] == kept, path


def test_b2_nor_before_the_answer(provider: ScriptedProvider) -> None:
    with RawUpstream() as upstream:
        route = {"path": "/open", "access": "public", "upstream": "raw"}
        rules = policy([APP, route], login=login(provider), upstreams={"raw": {"servers": [upstream.url]}})
        with Gateway(rules) as gateway, gateway.raw() as client:
            client.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with upstream.accept() as peer:
                peer.request()
                peer.send("HTTP/1.1 103 Early Hints\r\nSet-Cookie: gatehouse=x\r\nLink: </a>; rel=preload\r\n\r\n")
                peer.answer(b"x")
                answer = client.answer()
    (interim,) = answer.interim
    assert (interim.get("Set-Cookie"), interim.get("Link")) == (None, "</a>; rel=preload")


def test_without_login_cookies_of_that_name_are_an_upstreams_own() -> None:
    with RawUpstream() as upstream:
        route = {"path": "/open", "access": "public", "upstream": "raw"}
        with Gateway(policy([route], upstreams={"raw": {"servers": [upstream.url]}})) as gateway:
            request = "GET /open HTTP/1.1\r\nHost: localhost"
            assert answered(gateway, upstream, request, ["Set-Cookie: gatehouse=x"]).get("Set-Cookie") == "gatehouse=x"


def answered(gateway: Gateway, upstream: RawUpstream, request: str, lines: list[str]) -> Any:
    """What the client gets when the upstream answers with these lines."""
    with gateway.raw() as client:
        client.send(f"{request}\r\nConnection: close\r\n\r\n")
        with upstream.accept() as peer:
            peer.request()
            peer.answer(b"x", *lines)
            return client.answer()


# Through a proxy that asks


def test_a_session_that_is_refreshed_goes_on_behind_a_proxy() -> None:
    """The answer that lets the request pass brings the cookie, which the proxy hands on."""
    listener = {"trusted_proxies": ["127.0.0.1"], "forward_auth": True}
    original = {"X-Original-URI": "/app/x", "X-Original-Method": "GET", "X-Forwarded-Proto": "http"}
    with ScriptedProvider() as provider:
        provider.access_lifetime = 2
        rules = policy([APP], login=login(provider), listeners={"public": listener})
        with Gateway(rules) as gateway, Person(gateway) as person:
            person.go(person.until_callback())
            for _ in range(2):
                until_due(provider)
                provider.access_lifetime = 2
                former = person.cookies["gatehouse"]
                answer = person.ask("/oauth2/auth", headers=original)
                assert (answer.status_code, answer.headers["X-Auth-Subject"]) == (200, "alice")
                assert person.cookies["gatehouse"] != former
    assert (provider.refreshes, provider.grants.reused) == (2, [])
