"""A message from one side to the other: framing, streaming, informational answers, and when a connection ends."""

import threading
from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, RawUpstream, bearer, eventually, policy, token
from harness.wire import Closed, ServerWire

MIB = 1024 * 1024
GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    """One for each test, so that no kept connection leads from one to the next."""
    routes = [{"path": "/**", "access": "public"}, {"path": "/private", "access": "authenticated"}]
    rules = policy(routes, upstreams={"app": {"servers": [upstream.url]}}, defaults={"upstream": "app"})
    with Gateway(rules) as running:
        yield running


def post(*lines: str, path: str = "/x") -> str:
    """The head of a POST."""
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""])


def test_a_chunked_request_streams_up_chunk_by_chunk(client: RawClient, upstream: RawUpstream) -> None:
    client.send(post("Transfer-Encoding: chunked") + "3\r\nabc\r\n")
    with upstream.accept() as peer:
        head = peer.request_head()
        assert (head.get("Transfer-Encoding"), head.get("Content-Length")) == ("chunked", None)
        assert peer.read_until(b"abc").endswith(b"abc")
        client.send("2\r\nde\r\n0\r\n\r\n")
        assert b"de" in peer.read_until(b"0\r\n\r\n")
        peer.answer(b"ok")
        assert client.answer().body == b"ok"


def test_a_chunked_answer_streams_down_with_its_trailers(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n3\r\nabc\r\n")
        assert client.answer_head().get("Transfer-Encoding") == "chunked"
        assert client.read_until(b"abc").endswith(b"abc")
        peer.send(b"0\r\nX-Sum: 9\r\n\r\n")
        assert client.read_until(b"\r\n\r\n").endswith(b"0\r\nX-Sum: 9\r\n\r\n")


def test_an_answer_without_length_ends_with_the_connection(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\nall there is")
    assert client.answer().body == b"all there is"


def test_status_headers_and_server_come_as_they_are(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.answer(b"", "Server: odd/1", "Set-Cookie: a=1", "Set-Cookie: b=2", "X-A: b  c", status="299 Just So")
        answer = client.answer()
    assert answer.start == "HTTP/1.1 299 Just So"
    assert answer.get("Server") == "odd/1"
    assert answer.all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.get("X-A") == "b  c"


def test_hop_by_hop_headers_of_an_answer_stay_behind(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.answer(b"", "Connection: keep-alive, X-Hop", "X-Hop: 1", "Keep-Alive: timeout=5", "X-End: 1")
        answer = client.answer()
    assert (answer.get("X-Hop"), answer.get("Keep-Alive"), answer.get("X-End")) == (None, None, "1")


def test_pipelined_requests_are_answered_in_order(client: RawClient, upstream: RawUpstream) -> None:
    client.send("".join(f"GET /{number} HTTP/1.1\r\nHost: localhost\r\n\r\n" for number in range(3)))
    with upstream.accept() as peer:
        for number in range(3):
            assert peer.request().target == f"/{number}"
            peer.answer(str(number).encode())
        assert [client.answer().body for _ in range(3)] == [b"0", b"1", b"2"]


def test_a_connection_is_kept_on_both_sides(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        for _ in range(3):
            peer.request()
            peer.answer(b"ok")
            assert client.answer().status == 200
            client.send(GET)
        peer.request()
        peer.answer(b"ok")
        assert client.answer().status == 200
        assert not upstream.has_caller()


def test_connection_close_ends_the_clients_side_alone(client: RawClient, upstream: RawUpstream) -> None:
    client.send("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    with upstream.accept() as peer:
        assert (peer.request().get("Connection") or "").lower() != "close"
        peer.answer(b"ok")
        assert client.answer().get("Connection") == "close"
        assert client.is_closed()


def test_http_1_0_gets_a_body_it_can_read_and_a_close(client: RawClient, upstream: RawUpstream) -> None:
    client.send("GET /x HTTP/1.0\r\nHost: localhost\r\n\r\n")
    with upstream.accept() as peer:
        assert peer.request().start == "GET /x HTTP/1.1"
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        answer = client.answer()
    assert (answer.get("Transfer-Encoding"), answer.body) == (None, b"abc")


def test_head_has_the_length_and_no_body(client: RawClient, upstream: RawUpstream) -> None:
    client.send("HEAD /x HTTP/1.1\r\nHost: localhost\r\n\r\n" + GET)
    with upstream.accept() as peer:
        assert peer.request().method == "HEAD"
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        assert client.answer(to="HEAD").get("Content-Length") == "1000"
        peer.request()
        peer.answer(b"next")
        assert client.answer().body == b"next"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_leaves_the_connection_in_step(
    client: RawClient, upstream: RawUpstream, status: str
) -> None:
    client.send(GET + GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(f"HTTP/1.1 {status}\r\nETag: a\r\n\r\n")
        answer = client.answer()
        assert (answer.status, answer.get("Transfer-Encoding")) == (int(status[:3]), None)
        peer.request()
        peer.answer(b"next")
        assert client.answer().body == b"next"


def test_100_continue_is_sent_once_access_is_granted(client: RawClient, upstream: RawUpstream) -> None:
    client.send(post(bearer(token()), "Content-Length: 3", "Expect: 100-continue", path="/private"))
    assert client.answer_head().status == 100
    client.send("abc")
    with upstream.accept() as peer:
        assert peer.request().body == b"abc"
        peer.answer(b"ok")
        answer = client.answer()
    assert (answer.status, answer.interim) == (200, [])


def test_100_continue_is_not_sent_to_the_uninvited(client: RawClient, upstream: RawUpstream) -> None:
    client.send(post("Content-Length: 3", "Expect: 100-continue", path="/private"))
    answer = client.answer()
    assert (answer.status, answer.interim) == (401, [])
    assert not upstream.has_caller()


def test_a_client_that_half_closes_still_gets_its_answer(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    client.half_close()
    with upstream.accept() as peer:
        peer.request()
        peer.answer(b"late")
        assert client.answer().body == b"late"
        assert client.is_closed()


def test_an_early_answer_to_a_large_upload_arrives(client: RawClient, upstream: RawUpstream) -> None:
    client.send(post(f"Content-Length: {8 * MIB}") + "x" * 1000)
    with upstream.accept() as peer:
        peer.request_head()
        peer.answer(b"no thanks", "Connection: close", status="413 Content Too Large")
        answer = client.answer()
    assert (answer.status, answer.body) == (413, b"no thanks")


def test_a_large_upload_waits_for_a_slow_upstream(client: RawClient, upstream: RawUpstream) -> None:
    total = 48 * MIB
    sent = Progress()
    client.send(post(f"Content-Length: {total}"))
    pusher = threading.Thread(target=sent.push, args=(client, total), daemon=True)
    pusher.start()
    with upstream.accept() as peer:
        peer.request_head()
        held = sent.standstill()
        assert held < 24 * MIB, "the gateway swallowed what its upstream had not read"
        assert len(peer.read_exactly(total)) == total
        pusher.join(10)
        peer.answer(b"done")
        assert client.answer().body == b"done"


def test_a_large_download_waits_for_a_slow_client(client: RawClient, upstream: RawUpstream) -> None:
    total = 48 * MIB
    sent = Progress()
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(f"HTTP/1.1 200 OK\r\nContent-Length: {total}\r\n\r\n")
        pusher = threading.Thread(target=sent.push, args=(peer, total), daemon=True)
        pusher.start()
        held = sent.standstill()
        assert held < 24 * MIB, "the gateway swallowed what its client had not read"
        client.answer_head()
        assert len(client.read_exactly(total)) == total
        pusher.join(10)


def test_a_client_that_leaves_takes_its_upstream_request_with_it(gateway: Gateway, upstream: RawUpstream) -> None:
    client = gateway.raw()
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        client.reset()
        assert peer.is_closed()


class Progress:
    """How much a sender could get rid of."""

    def __init__(self) -> None:
        self.count = 0

    def push(self, wire: RawClient | ServerWire, total: int) -> None:
        """Send `total` bytes as fast as they are taken."""
        piece = b"x" * 65536
        wire.socket.settimeout(60)
        try:
            while self.count < total:
                wire.socket.sendall(piece)
                self.count += len(piece)
        except (OSError, Closed):
            return

    def standstill(self) -> int:
        """The count once it no longer grows."""
        last = [-1]

        def settled() -> bool:
            before, last[0] = last[0], self.count
            return before == self.count > 0

        eventually(settled, within=20, every=0.5)
        return self.count
