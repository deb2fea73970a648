"""Resets that make no event of their own are found within a second or two, and end what they belong to."""

from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, RawUpstream, before, eventually
from harness.wire import Closed

GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Which of a reset and the bytes before it is noticed first is a matter of luck.
TIMES = 20


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    with before(upstream) as running:
        yield running


def asking(gateway: Gateway, request: str = GET) -> list[RawClient]:
    """Many clients, each with a request under way."""
    clients = [gateway.raw() for _ in range(TIMES)]
    for client in clients:
        client.send(request)
    return clients


def held(gateway: Gateway) -> list[float]:
    """Connections to clients and upstreams."""
    return [gateway.metric("connections", side=side) for side in ("client", "upstream")]


def break_off(upstream: RawUpstream, answer: bytes) -> None:
    """The server takes each request, sends no more of an answer than this, and resets."""
    for _ in range(TIMES):
        peer = upstream.accept()
        peer.request()
        peer.send(answer)
        peer.reset()


def test_a_server_that_resets_behind_half_a_head_costs_502(gateway: Gateway, upstream: RawUpstream) -> None:
    clients = asking(gateway)
    break_off(upstream, b"HT")
    for client in clients:
        assert client.answer().code == "upstream_failed"
        client.close()


def test_an_answer_that_a_reset_breaks_off_is_cut(gateway: Gateway, upstream: RawUpstream) -> None:
    clients = asking(gateway)
    break_off(upstream, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    for client in clients:
        # Nothing of it was passed on, or not all.
        try:
            assert client.answer().status == 502
        except Closed:
            pass
        client.close()


@pytest.mark.parametrize("request_bytes", [GET, GET + "G"], ids=["alone", "with a pipelined byte"])
def test_a_client_that_asks_and_resets_keeps_no_place(
    gateway: Gateway, upstream: RawUpstream, request_bytes: str
) -> None:
    clients = asking(gateway, request_bytes)
    peers = [upstream.accept() for _ in clients]
    assert held(gateway) == [TIMES, TIMES]
    for client in clients:
        client.reset()
    eventually(lambda: held(gateway) == [0, 0])
    for peer in peers:
        peer.close()
