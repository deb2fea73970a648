"""Sending again: once, on a fresh connection, and only what cannot happen twice (RFC 9110 9.2.2)."""

from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, RawUpstream, before
from harness.wire import ServerWire


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    """One for each test, so that no kept connection leads from one to the next."""
    with before(upstream) as running:
        yield running


def head(method: str, length: int = 0) -> str:
    """A request's head. Without a body it announces none."""
    announced = f"Content-Length: {length}\r\n" if length else ""
    return f"{method} /x HTTP/1.1\r\nHost: localhost\r\n{announced}\r\n"


def reused(client: RawClient, upstream: RawUpstream) -> ServerWire:
    """An upstream connection that has served one request and is kept."""
    client.send(head("GET"))
    peer = upstream.accept()
    peer.request()
    peer.answer(b"first")
    assert client.answer().body == b"first"
    return peer


# A kept connection that ends before the answer may have been closed before the request came.


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_what_may_be_done_twice_is_sent_again(client: RawClient, upstream: RawUpstream, method: str) -> None:
    with reused(client, upstream) as stale:
        client.send(head(method))
        assert stale.request().method == method
    with upstream.accept() as fresh:
        assert fresh.request().method == method
        fresh.answer(b"", "X-Attempt: 2")
        assert client.answer(to=method).get("X-Attempt") == "2"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_body_that_is_still_at_hand_goes_with_the_second_head(
    client: RawClient, upstream: RawUpstream, method: str
) -> None:
    with reused(client, upstream) as stale:
        client.send(head(method, length=3))
        # The head does not wait for a body that may take its time.
        assert stale.request_head().method == method
    with upstream.accept() as fresh:
        assert fresh.request_head().get("Content-Length") == "3"
        client.send("abc")
        assert fresh.read_exactly(3) == b"abc"
        fresh.answer(b"again")
        assert client.answer().body == b"again"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_a_body_that_was_sent_is_gone(client: RawClient, upstream: RawUpstream, method: str) -> None:
    with reused(client, upstream) as stale:
        client.send(head(method, length=3) + "abc")
        assert stale.request().body == b"abc"
    assert client.answer().code == "upstream_failed"
    assert not upstream.has_caller()


@pytest.mark.parametrize("length", [0, 3], ids=["without a body", "before its body"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_could_count_twice_is_502(client: RawClient, upstream: RawUpstream, method: str, length: int) -> None:
    with reused(client, upstream) as stale:
        client.send(head(method, length))
        assert stale.request_head().method == method
    assert client.answer().code == "upstream_failed"
    assert not upstream.has_caller()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_is_sent_again_after_the_first_answer_byte(
    client: RawClient, upstream: RawUpstream, method: str
) -> None:
    with reused(client, upstream) as stale:
        client.send(head(method))
        stale.request()
        stale.send(b"H")
    assert client.answer().status == 502
    assert not upstream.has_caller()


def test_once_is_enough(client: RawClient, upstream: RawUpstream) -> None:
    with reused(client, upstream) as stale:
        client.send(head("GET"))
        stale.request()
    with upstream.accept() as fresh:
        fresh.request()
    assert client.answer().status == 502
    assert not upstream.has_caller()


# A fresh one that ends says that the server fails.


@pytest.mark.parametrize("body", ["", "abc"], ids=["without a body", "with a body"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_a_fresh_connection_that_ends_is_not_tried_again(
    client: RawClient, upstream: RawUpstream, method: str, body: str
) -> None:
    client.send(head(method, len(body)) + body)
    with upstream.accept() as peer:
        assert peer.request().body == body.encode()
    assert client.answer().code == "upstream_failed"
    assert not upstream.has_caller()


# A connection that is known to have ended is not used at all.


@pytest.mark.parametrize("body", ["", "abc"], ids=["without a body", "with a body"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
def test_a_connection_closed_while_idle_is_only_forgotten(
    gateway: Gateway, client: RawClient, upstream: RawUpstream, method: str, body: str
) -> None:
    reused(client, upstream).close()
    # One turn of the loop, in which the gateway hears of it.
    assert gateway.ask("TRACE", "/").status == 405
    client.send(head(method, len(body)) + body)
    with upstream.accept() as fresh:
        assert fresh.request().body == body.encode()
        fresh.answer(b"ok")
        assert client.answer().status == 200


def test_bytes_that_nobody_asked_for_end_a_pooled_connection(client: RawClient, upstream: RawUpstream) -> None:
    with reused(client, upstream) as peer:
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
        assert peer.is_closed()
    client.send(head("GET"))
    with upstream.accept() as fresh:
        fresh.request()
        fresh.answer(b"real")
        assert client.answer().body == b"real"
