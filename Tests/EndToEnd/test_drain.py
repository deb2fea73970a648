"""SIGTERM: not ready at once, accepting for a while, running requests finished, the rest cut."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from harness import Gateway, RawClient, RawUpstream, eventually, gatehouse, policy
from harness.gateway import listens
from harness.wire import Closed, ServerWire

GET = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def draining(delay: str = "1s", timeout: str = "10s") -> Iterator[tuple[Gateway, RawUpstream]]:
    """A gateway before a raw upstream; nothing was signalled yet."""
    routes = [{"path": "/slow", "access": "public", "upstream": "app"}, {"path": "/", "access": "public"}]
    server = {"workers": 2, "drain_delay": delay, "drain_timeout": timeout}
    with RawUpstream() as upstream:
        with Gateway(policy(routes, upstreams={"app": {"servers": [upstream.url]}}, server=server)) as gateway:
            yield gateway, upstream


def running_request(gateway: Gateway, upstream: RawUpstream) -> tuple[RawClient, ServerWire]:
    """A request that waits for its upstream."""
    client = gateway.raw()
    client.send(GET)
    peer = upstream.accept()
    peer.request()
    return client, peer


def test_it_is_not_ready_at_once_but_still_accepts_and_says_close() -> None:
    with draining(delay="3s") as (gateway, _):
        gateway.signal(signal.SIGTERM)
        eventually(lambda: gateway.admin("/readyz").status_code == 503, within=2)
        assert gateway.admin("/healthz").status_code == 200
        answer = gateway.ask("GET", "/")
        assert (answer.status, answer.get("Connection")) == (200, "close")
        assert gateway.wait_for_exit() == 0


def test_it_says_how_long_it_may_take_and_how_to_end_it_at_once() -> None:
    with draining(delay="500ms", timeout="90s") as (gateway, _):
        gateway.signal(signal.SIGTERM)
        message = eventually(lambda: next((text for text in gateway.messages if '"draining"' in text), None))
        assert "for 90500ms at most" in message
        assert "second signal ends it at once" in message
        assert gateway.wait_for_exit() == 0


def test_who_waits_for_it_hears_why_it_is_not_ready() -> None:
    with draining(delay="30s") as (gateway, _):
        gateway.signal(signal.SIGTERM)
        eventually(lambda: gateway.admin("/readyz").status_code == 503, within=2)
        waited = gatehouse("wait", "--timeout", "300ms", "--config", gateway.file)
        assert waited.returncode == 1
        assert "not ready after 300ms: the gateway is draining" in waited.stderr


def test_an_idle_gateway_exits_with_0_and_listens_no_more() -> None:
    with draining(delay="0s") as (gateway, _):
        gateway.signal(signal.SIGTERM)
        assert gateway.wait_for_exit() == 0
        assert not listens(gateway.port)


def test_sigint_drains_too() -> None:
    with draining(delay="0s") as (gateway, _):
        gateway.signal(signal.SIGINT)
        assert gateway.wait_for_exit() == 0


def test_an_idle_connection_is_closed() -> None:
    with draining(delay="0s") as (gateway, _), gateway.raw() as client:
        assert client.ask("GET", "/").status == 200
        gateway.signal(signal.SIGTERM)
        assert client.is_closed()


def test_a_running_request_is_finished() -> None:
    with draining(delay="0s") as (gateway, upstream):
        client, peer = running_request(gateway, upstream)
        gateway.signal(signal.SIGTERM)
        eventually(lambda: not listens(gateway.port))
        peer.answer(b"finished")
        answer = client.answer()
        assert (answer.body, answer.get("Connection")) == (b"finished", "close")
        assert gateway.wait_for_exit() == 0


def test_what_takes_too_long_is_cut_and_the_exit_says_so() -> None:
    with draining(delay="0s", timeout="1s") as (gateway, upstream):
        client, _ = running_request(gateway, upstream)
        gateway.signal(signal.SIGTERM)
        assert gateway.wait_for_exit() == 1
        assert is_cut(client)


def test_a_second_signal_ends_it_at_once() -> None:
    with draining(delay="30s", timeout="30s") as (gateway, upstream):
        client, _ = running_request(gateway, upstream)
        gateway.signal(signal.SIGTERM)
        eventually(lambda: gateway.admin("/readyz").status_code == 503)
        gateway.signal(signal.SIGTERM)
        assert gateway.wait_for_exit(within=3) == 1
        assert is_cut(client)


def is_cut(client: RawClient) -> bool:
    """Whether the client got no success."""
    try:
        return client.answer().status >= 500
    except Closed:
        return True
