"""What stands on a token of the server ends when that is revoked: a WebSocket, which may last for hours."""

from collections.abc import Iterator

import pytest
from harness import RawClient, RawUpstream, bearer
from harness.authorization import AuthorizationServer
from harness.wire import ServerWire

SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawUpstream]:
    with RawUpstream() as listener:
        yield listener


@pytest.fixture(scope="module")
def server(upstream: RawUpstream) -> Iterator[AuthorizationServer]:
    routes = [{"path": "/feed", "access": "authenticated", "upstream": "raw"}]
    with AuthorizationServer(routes=routes, sections={"upstreams": {"raw": {"servers": [upstream.url]}}}) as running:
        yield running


def asked(client: RawClient, upstream: RawUpstream, token: str) -> ServerWire:
    """A handshake that the upstream has, and has not answered."""
    lines = ["GET /feed HTTP/1.1", "Host: localhost", "Connection: Upgrade", "Upgrade: websocket", bearer(token)]
    client.send("\r\n".join([*lines, "", ""]))
    peer = upstream.accept()
    peer.request_head()
    return peer


def test_a_tunnel_ends_within_a_second_when_its_token_is_revoked(
    server: AuthorizationServer, upstream: RawUpstream
) -> None:
    revoked, other = server.worker_token(), server.worker_token()
    with server.raw() as ending, server.raw() as lasting:
        peers = [asked(ending, upstream, revoked), asked(lasting, upstream, other)]
        for client, peer in zip((ending, lasting), peers, strict=True):
            peer.send(SWITCHING)
            assert client.answer().status == 101
        assert server.revoke(revoked, client="worker").status_code == 200
        assert ending.is_closed(within=1.0)
        assert peers[0].is_closed(within=1.0)
        assert not lasting.is_closed(within=0.5)


def test_a_tunnel_does_not_begin_with_a_token_that_was_revoked_meanwhile(
    server: AuthorizationServer, upstream: RawUpstream
) -> None:
    token = server.worker_token()
    with server.raw() as client:
        peer = asked(client, upstream, token)
        assert server.revoke(token, client="worker").status_code == 200
        assert not client.is_closed(within=1.0)
        peer.send(SWITCHING)
        client.answer_head()
        assert client.is_closed(within=1.0)
