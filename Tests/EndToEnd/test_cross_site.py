"""B4: a token in a cookie is of no use to pages of other sites."""

from collections.abc import Iterator

import pytest
from harness import Gateway, issuer, policy, token
from harness.services import Service
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

APP = "https://app.example.com"
EVIL = "https://evil.example"


@pytest.fixture(scope="module")
def gateway(items: Service) -> Iterator[Gateway]:
    routes = [
        {"path": "/me", "access": "authenticated"},
        {"path": "/write", "access": {"scopes": ["write"]}},
        {"path": "/maybe", "access": "optional"},
        {"path": "/open", "access": "public"},
        {"path": "/shared", "access": "authenticated", "cors": {"origins": [APP], "credentials": True}},
        {"path": "/anybody", "access": "authenticated", "cors": {"origins": ["*"]}},
        {"path": "/items/**", "access": "authenticated", "upstream": "items", "strip_prefix": "/items"},
    ]
    issuers = {"corp": issuer(token_from=["header", {"cookie": "token"}])}
    with Gateway(policy(routes, issuers=issuers, upstreams={"items": {"servers": [items.url]}})) as running:
        yield running


def ask(gateway: Gateway, path: str, *lines: str, method: str = "POST", cookie: str | None = None) -> int | str:
    """200, or the code of the refusal of a request with its token in a cookie."""
    answer = gateway.ask(method, path, f"Cookie: token={cookie or token()}", *lines)
    return 200 if answer.status == 200 else answer.code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
def test_b4_another_sites_page_changes_nothing(gateway: Gateway, method: str) -> None:
    for lines in (
        ["Sec-Fetch-Site: cross-site", f"Origin: {EVIL}"],
        ["Sec-Fetch-Site: same-site", "Origin: http://other.localhost"],
        ["Sec-Fetch-Site: cross-site"],
        [f"Origin: {EVIL}"],
        ["Origin: null"],
    ):
        answer = gateway.ask(method, "/me", f"Cookie: token={token()}", *lines)
        assert (answer.status, answer.code) == (403, "origin_not_allowed")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_b4_what_changes_nothing_passes(gateway: Gateway, method: str) -> None:
    lines = [f"Cookie: token={token()}", "Sec-Fetch-Site: cross-site", f"Origin: {EVIL}"]
    assert gateway.ask(method, "/me", *lines).status == 200


@pytest.mark.parametrize(
    "lines",
    [
        ["Sec-Fetch-Site: same-origin", "Origin: http://localhost"],
        ["Sec-Fetch-Site: none"],
        ["Origin: http://localhost"],
        ["Origin: http://localhost:80"],
        [],
    ],
)
def test_b4_the_gateways_own_pages_and_other_clients_pass(gateway: Gateway, lines: list[str]) -> None:
    assert ask(gateway, "/me", *lines) == 200


def test_b4_a_page_that_cors_lists_passes_where_the_browser_says_no_more(gateway: Gateway) -> None:
    assert ask(gateway, "/shared", f"Origin: {APP}") == 200
    for site in ("cross-site", "same-site"):
        assert ask(gateway, "/shared", f"Sec-Fetch-Site: {site}", f"Origin: {APP}") == "origin_not_allowed"
        assert ask(gateway, "/shared", f"Sec-Fetch-Site: {site}", f"Origin: {APP}", method="GET") == 200
    assert ask(gateway, "/shared", f"Origin: {EVIL}") == "origin_not_allowed"
    assert ask(gateway, "/anybody", f"Origin: {EVIL}") == "origin_not_allowed"


def test_b4_other_credentials_may_come_from_anywhere(gateway: Gateway) -> None:
    headers = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site"}
    assert gateway.request("POST", "/me", token(), headers=headers).status_code == 200
    assert gateway.request("POST", "/maybe", headers=headers).status_code == 200
    assert ask(gateway, "/open", f"Origin: {EVIL}") == 200
    assert ask(gateway, "/maybe", f"Origin: {EVIL}") == "origin_not_allowed"


def test_b4_is_judged_after_the_token_and_before_its_scopes(gateway: Gateway) -> None:
    evil = f"Origin: {EVIL}"
    assert ask(gateway, "/write", evil, cookie=token(exp=1)) == "token_expired"
    assert ask(gateway, "/write", evil) == "origin_not_allowed"
    assert ask(gateway, "/write") == "scope_insufficient"


def test_b4_the_scheme_is_the_listeners_and_a_stranger_cannot_name_another(gateway: Gateway) -> None:
    lines = ["Origin: https://localhost", "X-Forwarded-Proto: https"]
    assert ask(gateway, "/me", *lines) == "origin_not_allowed"


def test_b4_the_scheme_is_what_a_trusted_proxy_says() -> None:
    issuers = {"corp": issuer(token_from=[{"cookie": "token"}])}
    listeners = {"public": {"trusted_proxies": ["127.0.0.0/8"]}}
    with Gateway(
        policy([{"path": "/me", "access": "authenticated"}], issuers=issuers, listeners=listeners)
    ) as gateway:
        assert ask(gateway, "/me", "Origin: https://localhost", "X-Forwarded-Proto: https") == 200
        assert ask(gateway, "/me", "Origin: http://localhost", "X-Forwarded-Proto: https") == "origin_not_allowed"
        assert ask(gateway, "/me", "Origin: http://localhost") == 200


def watch(gateway: Gateway, origin: str | None) -> connect:
    """A WebSocket with its token in a cookie, as a page of `origin` opens it."""
    return connect(
        f"ws://127.0.0.1:{gateway.port}/items/watch",
        additional_headers={"Cookie": f"token={token()}"},
        origin=origin,
        proxy=None,
    )


def test_b4_a_websocket_opens_for_its_own_pages(gateway: Gateway) -> None:
    for origin in (None, f"http://127.0.0.1:{gateway.port}"):
        with watch(gateway, origin) as feed:
            assert "alice" in feed.recv(5)


@pytest.mark.parametrize("origin", [EVIL, "null", "http://127.0.0.1"])
def test_b4_a_websocket_stays_shut_for_other_pages(gateway: Gateway, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        watch(gateway, origin)
    assert refused.value.response.status_code == 403
    assert b"origin_not_allowed" in refused.value.response.body
