"""Faults that were found between the gateway and an upstream, each with the least that shows it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, eventually, policy
from harness.ports import free_port

GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
ROUTES = [{"path": "/**", "access": "public", "upstream": "app"}]


@contextmanager
def before(upstream: RawUpstream, **changes: Any) -> Iterator[Gateway]:
    """A gateway with `upstream` behind every path."""
    with Gateway(policy(ROUTES, upstreams={"app": {"servers": [upstream.url], **changes}})) as gateway:
        yield gateway


@pytest.fixture
def upstream() -> Iterator[RawUpstream]:
    with RawUpstream() as listener:
        yield listener


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    """One for each test, so that no kept connection leads from one to the next."""
    with before(upstream) as running:
        yield running


@pytest.fixture
def client(gateway: Gateway) -> Iterator[RawClient]:
    with gateway.raw() as connection:
        yield connection


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


def test_a_request_that_could_count_twice_is_not_sent_again(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as stale:
        stale.request()
        stale.answer(b"first")
        assert client.answer().body == b"first"
        client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n")
        # The head does not wait for a body that may take its time.
        assert stale.request_head().target == "/x"
    assert client.answer().status == 502


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


def test_an_interim_answer_loses_its_hop_by_hop_fields(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        hop = "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n"
        peer.send(f"HTTP/1.1 103 Early Hints\r\n{hop}Link: </a.css>; rel=preload\r\n\r\n")
        peer.answer(b"ok")
        answer = client.answer()
    assert (answer.status, len(answer.interim)) == (200, 1)
    hints = answer.interim[0]
    assert hints.get("Link") == "</a.css>; rel=preload"
    assert [hints.get(name) for name in ("X-Hop", "Connection", "Keep-Alive", "Proxy-Connection")] == [None] * 4


def test_a_failed_upstream_does_not_turn_permission_into_denial() -> None:
    nobody = {"servers": [f"http://127.0.0.1:{free_port()}"]}
    with Gateway(policy(ROUTES, upstreams={"app": nobody})) as gateway:
        assert gateway.get("/x").status_code == 502
        line = gateway.logged(status=502)
        assert (line["decision"], line["code"]) == ("allow", "upstream_failed")
        eventually(lambda: gateway.metric("requests_total", status="502", decision="allow") == 1)
        assert gateway.metric("requests_total", decision="deny") == 0


def test_a_reload_closes_what_was_kept_for_an_upstream_that_is_gone(
    gateway: Gateway, client: RawClient, upstream: RawUpstream
) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.answer(b"ok")
        assert client.answer().status == 200
        gateway.reload(upstreams={"echo": {"builtin": "echo"}}, routes=[{"path": "/**", "access": "public"}])
        assert peer.is_closed(within=3)
    assert gateway.get("/x").json()["target"] == "/x"


def test_a_stream_of_interim_answers_ends_the_request(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 33)
        answers = client.read_to_end() if client.is_closed(within=2) else client.read_until(b"upstream_failed")
        assert answers.count(b" 103 ") == 32
        assert b" 502 " in answers
