"""A WebSocket is tunnelled after the decision, and ends when its token does."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, bearer, issuer, policy, token
from harness.services import Service
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]
SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawUpstream]:
    with RawUpstream() as listener:
        yield listener


@pytest.fixture(scope="module")
def gateway(upstream: RawUpstream, items: Service) -> Iterator[Gateway]:
    routes = [
        {"path": "/items/**", "access": {"scopes": ["items:read"]}, "upstream": "items", "strip_prefix": "/items"},
        {
            "path": "/items",
            "methods": ["POST"],
            "access": "authenticated",
            "upstream": "items",
            "strip_prefix": "/items",
        },
        {"path": "/private", "access": "authenticated", "upstream": "raw"},
        {"path": "/open", "access": "public", "upstream": "raw"},
        {"path": "/brief", "access": "public", "upstream": "raw", "timeout": "500ms"},
        {"path": "/none", "access": "public", "upstream": "raw", "upgrades": []},
    ]
    upstreams = {"items": {"servers": [items.url]}, "raw": {"servers": [upstream.url]}}
    # With the widest leeway a token can be used shortly before the end of its grace.
    issuers = {"corp": issuer(leeway="60s", token_from=["header", {"cookie": "token"}])}
    with Gateway(policy(routes, upstreams=upstreams, issuers=issuers)) as running:
        yield running


def handshake(path: str, *lines: str) -> str:
    """A WebSocket handshake."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *HANDSHAKE, *lines, "", ""])


def watch(gateway: Gateway, **headers: str) -> connect:
    """The items service's feed as a real client opens it."""
    return connect(f"ws://127.0.0.1:{gateway.port}/items/watch", additional_headers=headers, proxy=None)


def test_a_websocket_through_the_gateway_knows_its_caller(gateway: Gateway) -> None:
    good = token(scope="items:read items:write")
    with watch(gateway, Authorization=f"Bearer {good}") as feed:
        assert json.loads(feed.recv(5)) == {"watching": "alice"}
        assert gateway.request("POST", "/items", good, json={"name": "Kettle"}).status_code == 201
        assert json.loads(feed.recv(5))["name"] == "Kettle"


def test_a_browser_may_bring_its_token_in_a_cookie(gateway: Gateway) -> None:
    with watch(gateway, Cookie=f"token={token(scope='items:read')}") as feed:
        assert json.loads(feed.recv(5)) == {"watching": "alice"}


@pytest.mark.parametrize(("claims", "status"), [(None, 401), ({"exp": 1}, 401), ({}, 403)])
def test_a_handshake_without_permission_is_refused(
    gateway: Gateway, claims: dict[str, Any] | None, status: int
) -> None:
    headers = {} if claims is None else {"Authorization": f"Bearer {token(**claims)}"}
    with pytest.raises(InvalidStatus) as refused:
        watch(gateway, **headers)
    assert refused.value.response.status_code == status


def test_bytes_flow_both_ways_after_the_switch(client: RawClient, upstream: RawUpstream) -> None:
    client.send(handshake("/private", bearer(token())))
    with upstream.accept() as peer:
        request = peer.request_head()
        assert (request.get("Upgrade"), request.get("Connection").lower()) == ("websocket", "upgrade")
        assert request.get("Sec-WebSocket-Key") == "dGhlIHNhbXBsZSBub25jZQ=="
        assert (request.get("X-Auth-Subject"), request.get("Authorization")) == ("alice", None)
        peer.send(SWITCHING + "down")
        answer = client.answer()
        assert (answer.status, answer.get("Upgrade")) == (101, "websocket")
        assert client.read_exactly(4) == b"down"
        client.send("up")
        assert peer.read_exactly(2) == b"up"


def test_no_byte_passes_before_the_switch(client: RawClient, upstream: RawUpstream) -> None:
    client.send(handshake("/open") + "EARLY")
    with upstream.accept() as peer:
        peer.request_head()
        peer.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            peer.read_exactly(1)
        peer.socket.settimeout(5)
        peer.send(SWITCHING)
        assert client.answer().status == 101
        assert peer.read_exactly(5) == b"EARLY"


def test_an_upstream_may_decline_the_switch(client: RawClient, upstream: RawUpstream) -> None:
    client.send(handshake("/open"))
    with upstream.accept() as peer:
        peer.request_head()
        peer.answer(b"no", status="403 Forbidden")
        answer = client.answer()
    assert (answer.status, answer.body) == (403, b"no")


def test_a_switch_that_nobody_asked_for_is_502(client: RawClient, upstream: RawUpstream) -> None:
    client.send("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n")
    with upstream.accept() as peer:
        peer.request_head()
        peer.send(SWITCHING)
        assert client.answer().status == 502


@pytest.mark.parametrize(("path", "wanted"), [("/open", "h2c"), ("/open", "TLS/1.2"), ("/none", "websocket")])
def test_another_upgrade_loses_its_upgrade(client: RawClient, upstream: RawUpstream, path: str, wanted: str) -> None:
    client.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: {wanted}\r\n\r\n")
    with upstream.accept() as peer:
        request = peer.request_head()
        assert request.get("Upgrade") is None
        assert "upgrade" not in (request.get("Connection") or "").lower()
        peer.answer(b"plain")
        assert client.answer().body == b"plain"


@pytest.mark.parametrize("leaver", ["client", "upstream"])
def test_when_one_side_leaves_the_other_hears_of_it(client: RawClient, upstream: RawUpstream, leaver: str) -> None:
    client.send(handshake("/open"))
    with upstream.accept() as peer:
        peer.request_head()
        peer.send(SWITCHING)
        assert client.answer().status == 101
        (client if leaver == "client" else peer).close()
        assert (peer if leaver == "client" else client).is_closed()


def test_the_time_of_a_route_is_not_for_tunnels(client: RawClient, upstream: RawUpstream) -> None:
    client.send(handshake("/brief"))
    with upstream.accept() as peer:
        peer.request_head()
        peer.send(SWITCHING)
        assert client.answer().status == 101
        assert not client.is_closed(within=1.5)
        client.send("still")
        assert peer.read_exactly(5) == b"still"


@pytest.mark.timeout(120)
def test_it_ends_when_its_token_does_within_a_minute_of_grace(gateway: Gateway) -> None:
    ending = token(scope="items:read", exp=int(time.time()) - 56)
    with watch(gateway, Authorization=f"Bearer {ending}") as feed:
        assert json.loads(feed.recv(5)) == {"watching": "alice"}
        with pytest.raises(ConnectionClosed):
            feed.recv(90)
