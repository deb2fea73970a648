"""What becomes of an upstream's answer: whose it is, when its head goes on, and what stays behind."""

import time
from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, RawUpstream, before, eventually

GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    """One for each test, so that no kept connection leads from one to the next."""
    with before(upstream) as running:
        yield running


@pytest.mark.parametrize(
    "framing",
    ["Content-Length: 5\r\n", "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n", ""],
    ids=["length", "event stream", "until close"],
)
def test_a_head_that_comes_alone_is_passed_on_at_once(client: RawClient, upstream: RawUpstream, framing: str) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(f"HTTP/1.1 200 OK\r\n{framing}X-Whose: alice\r\n\r\n")
        client.socket.settimeout(1)
        assert client.answer_head().get("X-Whose") == "alice"


def test_a_head_that_waits_for_its_body_is_not_given_to_another_client(
    gateway: Gateway, client: RawClient, upstream: RawUpstream
) -> None:
    with gateway.raw() as other:
        client.send(GET)
        first = upstream.accept()
        first.request()
        other.send(GET)
        second = upstream.accept()
        second.request()
        first.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: session=alice\r\n\r\n")
        # The gateway reads it before the other answer.
        time.sleep(0.1)
        second.answer(b"bob", "Set-Cookie: session=bob")
        answer = other.answer()
        assert (answer.get("Set-Cookie"), answer.body) == ("session=bob", b"bob")
        first.send("alice")
        answer = client.answer()
        assert (answer.get("Set-Cookie"), answer.body) == ("session=alice", b"alice")
        first.close()
        second.close()


@pytest.mark.parametrize("extra", ["HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", "x"], ids=["answer", "byte"])
def test_bytes_behind_an_answer_are_nobodys_answer(upstream: RawUpstream, extra: str) -> None:
    with before(upstream, limits={"connections": 1, "pending": 10}) as gateway:
        with gateway.raw() as served, gateway.raw() as queued:
            served.send(GET)
            with upstream.accept() as peer:
                peer.request()
                queued.send(GET)
                # It waits for the only connection by then.
                time.sleep(0.1)
                peer.send(f"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na{extra}")
                assert served.answer().body == b"a"
                assert eventually(upstream.has_caller, within=2)
            with upstream.accept() as fresh:
                fresh.request()
                fresh.answer(b"own")
                assert queued.answer().body == b"own"


@pytest.mark.parametrize("option", ["close", "keep-alive"])
def test_an_answer_cannot_name_its_length_hop_by_hop(client: RawClient, upstream: RawUpstream, option: str) -> None:
    client.send(GET)
    client.socket.settimeout(2)
    with upstream.accept() as peer:
        peer.request()
        peer.answer(b"abc", f"Connection: {option}, content-length")
        answer = client.answer()
        assert (answer.get("Content-Length"), answer.body) == ("3", b"abc")


def test_an_answer_cannot_name_its_coding_hop_by_hop(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    client.socket.settimeout(2)
    with upstream.accept() as peer:
        peer.request()
        peer.send("HTTP/1.1 200 OK\r\nConnection: transfer-encoding\r\nTransfer-Encoding: chunked\r\n\r\n")
        peer.send("3\r\nabc\r\n0\r\n\r\n")
        answer = client.answer()
        assert (answer.get("Transfer-Encoding"), answer.body) == ("chunked", b"abc")


def test_an_interim_answer_is_passed_on_without_its_hop_by_hop_fields(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        hop = "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n"
        peer.send(f"HTTP/1.1 103 Early Hints\r\n{hop}Link: </a.css>; rel=preload\r\n\r\n")
        hints = client.answer_head()
        peer.answer(b"ok")
        assert client.answer().body == b"ok"
    assert (hints.status, hints.get("Link")) == (103, "</a.css>; rel=preload")
    assert [hints.get(name) for name in ("X-Hop", "Connection", "Keep-Alive", "Proxy-Connection")] == [None] * 4


def test_a_stream_of_interim_answers_ends_the_request(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 33)
        answers = client.read_to_end() if client.is_closed(within=2) else client.read_until(b"upstream_failed")
        assert answers.count(b" 103 ") == 32
        assert b" 502 " in answers


def test_a_length_that_no_body_follows_is_not_announced(client: RawClient, upstream: RawUpstream) -> None:
    """RFC 9110 8.6: whoever is in front of the gateway would wait for it."""
    client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n")
        peer.send(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-A: 1\r\n\r\n")
        heads = client.read_until(b"X-A: 1")
    assert b" 103 " in heads and b" 204 " in heads
    assert b"content-length" not in heads.lower()
