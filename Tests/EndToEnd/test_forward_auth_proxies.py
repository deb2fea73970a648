"""Forward-auth behind the real nginx, Caddy, Traefik and Envoy, with the files of deploy/examples as printed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from harness import Gateway, Recorder, gatehouse, token
from harness.gateway import issuer
from harness.people import session_key
from harness.ports import free_port
from harness.proxies import EXAMPLES, PROXIES, Proxy, command, shipped
from harness.wire import Closed, Request, bearer


@dataclass
class Place:
    """A proxy, the service behind it, and the gateway that it asks."""

    proxy: Proxy
    service: Recorder
    gateway: Gateway

    def ask(self, method: str, target: str, *lines: str, **options):
        self.service.forget()
        return self.proxy.ask(method, target, *lines, **options)

    @property
    def seen(self) -> Request | None:
        """What the service saw of the latest request; nil when it saw nothing of it."""
        return self.service.requests[-1] if self.service.requests else None


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """The policy of the examples, for the tokens of the tests."""
    with Gateway(shipped(issuers={"demo": issuer()}), SESSION_KEY=session_key()) as running:
        yield running


@pytest.fixture(scope="module", params=PROXIES)
def place(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[Place]:
    with Recorder() as service, Proxy(request.param, gateway=gateway.port, service=service.port) as proxy:
        yield Place(proxy, service, gateway)


def reader(scope: str = "items:read") -> str:
    return bearer(token(scope=scope, sub="u1", client_id="web"))


def test_who_may_pass_reaches_the_service_which_learns_who_it_is(place: Place) -> None:
    assert place.ask("GET", "/items/7?a=b%2Fc", reader()).status == 200
    assert (place.seen.method, place.seen.target) == ("GET", "/items/7?a=b%2Fc")
    assert (place.seen.get("X-Auth-Subject"), place.seen.get("X-Auth-Client")) == ("u1", "web")
    assert (place.seen.get("X-Auth-Scopes"), place.seen.get("Authorization")) == ("items:read", None)
    assert place.seen.get("Host") == "app.example.com"


def test_who_may_not_is_told_why_and_the_service_sees_nothing(place: Place) -> None:
    answer = place.ask("GET", "/items/7")
    assert (answer.status, answer.get("WWW-Authenticate")) == (401, 'Bearer realm="gatehouse"')
    assert place.ask("GET", "/items/7", bearer("rubbish")).status == 401
    assert place.ask("GET", "/items/7", reader("other")).status == 403
    assert place.ask("POST", "/items/7", reader(), body=b"{}").status == 403
    assert place.ask("GET", "/elsewhere", reader()).status == (403 if place.proxy.name == "nginx" else 404)
    assert place.seen is None


def test_methods_and_bodies_are_those_of_the_client(place: Place) -> None:
    body = b"x" * 200_000
    assert place.ask("POST", "/items/7", reader("items:write"), body=body).status == 200
    assert (place.seen.method, place.seen.body) == ("POST", body)
    assert place.ask("HEAD", "/items/7", reader()).status == 200
    assert place.seen.method == "HEAD"
    assert place.ask("DELETE", "/items/7", reader()).status == (403 if place.proxy.name == "nginx" else 405)
    assert place.ask("OPTIONS", "/items/7", reader()).status == (403 if place.proxy.name == "nginx" else 405)


def test_a_public_path_is_public_and_carries_no_name(place: Place) -> None:
    assert place.ask("GET", "/public/a").status == 200
    assert place.seen.get("X-Auth-Subject") is None


@pytest.mark.parametrize("name", ["X-Auth-Subject", "x-auth-scopes", "X_Auth_Subject", "x.auth.subject"])
def test_a_client_s_own_identity_never_arrives(place: Place, name: str) -> None:
    for target, lines in (("/public/a", []), ("/items/7", [reader()])):
        answer = place.ask("GET", target, f"{name}: root", *lines)
        if answer.status == 200:
            assert b"root" not in place.seen.head
        else:
            assert (place.seen, answer.status) == (None, 400)


SMUGGLED = [
    ["X-Forwarded-Uri: /public/a"],
    ["X-Original-URI: /public/a"],
    ["X-Original-URL: http://app.example.com/public/a", "X-Original-Method: GET"],
    ["X-Forwarded-Uri: /public/a", "X-Forwarded-Method: GET", "X-Forwarded-Host: h", "X-Forwarded-Proto: http"],
    ["X-Forwarded-Uri: /items/7", "X-Forwarded-Uri: /public/a"],
    ["X-Original-URI: /public/a", "X-Original-URI: /public/a"],
    ["X_Forwarded_Uri: /public/a", "X-Original-Uri: /public/a"],
    ["X-Forwarded-Method: GET", "X-Original-Method: GET"],
    ["X-Envoy-Original-Path: /public/a", "X-Rewrite-Url: /public/a"],
    ["Content-Type: application/grpc"],
    ["Connection: X-Original-URI, X-Forwarded-Uri, X-Original-Method"],
    ["Connection: X-Forwarded-For, Authorization"],
]


@pytest.mark.parametrize("lines", SMUGGLED, ids=range(len(SMUGGLED)))
def test_what_a_client_says_of_another_path_opens_nothing(place: Place, lines: list[str]) -> None:
    answer = place.ask("GET", "/items/7", *lines)
    # Envoy makes gRPC's form of the gateway's refusal.
    assert answer.status in (400, 401, 403, 500) or answer.get("grpc-status") == "16", answer.start
    assert place.seen is None


PATHS = [
    "/public/..%2fitems/7", "/public/..;/items/7", "/public/%2e%2e/items/7", "/public/../items/7", "//items/7",
    "/public/..%252fitems/7", "/public%2f..%2fitems/7", "/public/..%5citems/7", "/public/;/../../items/7",
    "/oauth2/auth/../../public/a/../../items/7", "/public/a%00/../../items/7", "/./items/7", "/public//../items/7",
]  # fmt: skip


@pytest.mark.parametrize("target", PATHS)
def test_a_path_with_two_meanings_opens_nothing(place: Place, target: str) -> None:
    """A proxy may give it another one than the gateway would, but then asks about what it sends on."""
    answer = place.ask("GET", target)
    if place.seen:
        assert (place.proxy.name, place.seen.target) == ("envoy", "/public/items/7")
    else:
        assert answer.status in (301, 307, 308, 400, 401, 403, 404), answer.start


def test_a_client_is_who_the_proxy_says(place: Place) -> None:
    target = f"/public/{place.proxy.name}"
    assert place.ask("GET", target, "X-Forwarded-For: 198.51.100.9", "X-Real-IP: 198.51.100.9").status == 200
    assert place.gateway.logged(path=target)["client"] == "127.0.0.1"


def test_a_huge_header_is_refused_somewhere(place: Place) -> None:
    try:
        answer = place.ask("GET", "/items/7", "Cookie: a=" + "a" * 65536, reader())
        assert 400 <= answer.status <= 500
    except (Closed, OSError):
        pass
    assert place.seen is None


def test_a_websocket_is_opened_only_for_who_may(place: Place) -> None:
    lines = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]  # fmt: skip
    assert place.ask("GET", "/items/7", *lines).status == 401
    assert place.seen is None
    assert place.ask("GET", "/items/7", *lines, reader()).status < 500
    assert (place.seen.get("Upgrade"), place.seen.get("X-Auth-Subject")) == ("websocket", "u1")


@pytest.mark.parametrize("name", PROXIES)
def test_nobody_passes_when_the_gateway_is_gone(name: str) -> None:
    with Recorder() as service, Proxy(name, gateway=free_port(), service=service.port) as proxy:
        assert proxy.ask("GET", "/public/a").status in (403, 500, 502, 503)
        assert not service.requests


def test_the_policy_of_the_examples_passes() -> None:
    done = gatehouse("check", "--strict", "--unset-ok", "--config", EXAMPLES / "gateway.yaml")
    assert done.returncode == 0, done.stdout
    assert "protected  GET /items/**   scope items:read, by forward_auth alone" in done.stdout


@pytest.mark.parametrize("name", PROXIES)
def test_the_page_of_the_examples_starts_them_as_their_files_do(name: str) -> None:
    page = " ".join((EXAMPLES / "README.md").read_text().split())
    assert command(name) in page
