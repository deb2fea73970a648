"""Faults that were found in who is waited for, and how long: uploads, slow readers, streams and tunnels."""

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, policy
from harness.wire import ServerWire

MIB = 1024 * 1024
GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n"
HANDSHAKE = (
    "GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


@contextmanager
def served(
    upstream: RawUpstream, server: dict[str, str], app: dict[str, str] | None = None, **route: Any
) -> Iterator[RawClient]:
    """A client of a gateway with these timeouts towards clients and towards the upstream."""
    rules = policy(
        [{"path": "/**", "access": "public", "upstream": "app", "max_body": "64MiB", **route}],
        server={"workers": 1, "timeouts": server},
        upstreams={"app": {"servers": [upstream.url], "timeouts": app or {}}},
    )
    with Gateway(rules) as gateway, gateway.raw() as client:
        yield client


@contextmanager
def uploading(client: RawClient, size: int) -> Iterator[threading.Thread]:
    """A POST of `size` bytes under way on a thread of its own."""

    def upload() -> None:
        with suppress(OSError):
            client.send(f"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n")
            for _ in range(0, size, MIB):
                client.send(b"x" * min(size, MIB))

    uploader = threading.Thread(target=upload, daemon=True)
    uploader.start()
    yield uploader
    client.hang_up()
    uploader.join(5)


@contextmanager
def tunnel(upstream: RawUpstream, tunnel_idle: str, **route: Any) -> Iterator[tuple[RawClient, ServerWire]]:
    """Both ends of a WebSocket through the gateway."""
    with served(upstream, {"tunnel_idle": tunnel_idle}, **route) as client:
        client.send(HANDSHAKE)
        with upstream.accept() as peer:
            peer.request_head()
            peer.send(SWITCHING)
            assert client.answer().status == 101
            yield client, peer


@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_tunnel_lives_as_long_as_bytes_pass(upstream: RawUpstream, direction: str) -> None:
    with tunnel(upstream, "1s") as (client, peer):
        sender, receiver = (client, peer) if direction == "up" else (peer, client)
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            sender.send("ping")
            assert receiver.read_exactly(4) == b"ping"
            time.sleep(0.3)


def test_a_tunnel_ends_when_no_byte_passes(upstream: RawUpstream) -> None:
    with tunnel(upstream, "1s") as (client, peer):
        assert not client.is_closed(within=0.5)
        assert client.is_closed(within=4)
        assert peer.is_closed()


def test_the_limit_of_a_body_is_not_for_tunnels(upstream: RawUpstream) -> None:
    with tunnel(upstream, "10s", max_body="1KiB") as (client, peer):
        for _ in range(3):
            client.send("x" * 1000)
            assert peer.read_exactly(1000) == b"x" * 1000
        peer.send("y" * 3000)
        assert client.read_exactly(3000) == b"y" * 3000


def test_the_first_byte_is_not_due_before_the_upload_ends(upstream: RawUpstream) -> None:
    with served(upstream, {"body_idle": "5s"}, {"first_byte": "1s"}) as client:
        client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhello")
        with upstream.accept() as peer:
            time.sleep(1.6)
            client.send("world")
            assert peer.request().body == b"helloworld"
            peer.answer(b"ok")
            assert client.answer().body == b"ok"


def test_an_answer_that_has_begun_before_the_upload_ends_has_its_first_byte(upstream: RawUpstream) -> None:
    with served(upstream, {}, {"first_byte": "1s", "idle": "10s"}) as client:
        client.send("POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        with upstream.accept() as peer:
            peer.request_head()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n")
            assert client.answer_head().status == 200
            assert client.read_until(b"a\r\n") == b"1\r\na\r\n"
            client.send("3\r\nend\r\n0\r\n\r\n")
            peer.read_until(b"0\r\n\r\n")
            time.sleep(1.8)
            peer.send("1\r\nb\r\n0\r\n\r\n")
            assert client.read_until(b"0\r\n\r\n") == b"1\r\nb\r\n0\r\n\r\n"


def test_an_upstream_that_stops_reading_is_not_the_fault_of_its_client(upstream: RawUpstream) -> None:
    with served(upstream, {"body_idle": "1s"}, {"first_byte": "10s", "idle": "10s"}) as client:
        # The upload blocks on the same socket for as long as nobody reads.
        client.socket.settimeout(20)
        with uploading(client, 24 * MIB), upstream.accept() as peer:
            peer.request_head()
            answered, _, _ = select.select([client.socket], [], [], 2.5)
            assert not answered
            peer.read_exactly(24 * MIB)
            peer.answer(b"ok")
            assert client.answer().status == 200


def test_an_upstream_that_takes_no_small_pieces_is_late(tmp_path: Path) -> None:
    """What leaves at the end of a turn is found to be stuck only then."""
    with (
        RawUpstream(path=str(tmp_path / "app.sock")) as upstream,
        served(upstream, {"body_idle": "30s"}, {"first_byte": "1s"}) as client,
    ):
        client.send(f"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: {24 * MIB}\r\n\r\n")
        with upstream.accept() as peer:
            peer.request_head()
            until = time.monotonic() + 10
            while time.monotonic() < until and not select.select([client.socket], [], [], 0.001)[0]:
                if select.select([], [client.socket], [], 0)[1]:
                    client.send(b"x" * 1000)
            assert client.answer().status == 504


def test_a_client_that_reads_slowly_is_not_the_fault_of_its_upstream(upstream: RawUpstream) -> None:
    with served(upstream, {"write_idle": "10s"}, {"idle": "1s"}) as client:
        client.send(GET)
        with upstream.accept() as peer:
            peer.request()
            answer = threading.Thread(target=give, args=(peer, 24 * MIB), daemon=True)
            answer.start()
            assert client.answer_head().status == 200
            for _ in range(5):
                client.read_exactly(65536)
                time.sleep(0.5)
            assert len(client.read_exactly(24 * MIB - 5 * 65536)) == 24 * MIB - 5 * 65536
            answer.join(5)


def give(peer: ServerWire, size: int) -> None:
    """Answer with a body of `size` bytes, as fast as it is taken."""
    peer.socket.settimeout(30)
    with suppress(OSError):
        peer.answer(b"x" * size)


def test_an_early_answer_reaches_a_client_that_still_uploads(upstream: RawUpstream) -> None:
    for _ in range(10):
        with served(upstream, {}) as client, uploading(client, 3 * MIB):
            with upstream.accept() as peer:
                peer.request_head()
                peer.answer(b"big", "Connection: close", status="413 Content Too Large")
            answer = client.answer()
            assert (answer.status, answer.body) == (413, b"big")


def test_a_client_that_reads_slowly_and_steadily_is_not_cut(upstream: RawUpstream) -> None:
    """The kernel has room for megabytes: there is no write event long after the client has taken some."""
    with served(upstream, {"write_idle": "1s"}) as client:
        client.send(GET)
        with upstream.accept() as peer:
            peer.request()
            feeder = threading.Thread(target=lambda: feed(peer, 40 * MIB), daemon=True)
            feeder.start()
            until = time.monotonic() + 4
            while time.monotonic() < until:
                client.read_exactly(64 * 1024)
                time.sleep(0.1)
            client.hang_up()
        feeder.join(5)


def feed(peer: ServerWire, size: int) -> None:
    """Answers with that many bytes, until nobody takes them."""
    with suppress(OSError):
        peer.send(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n")
        for _ in range(0, size, MIB):
            peer.send(b"x" * MIB)
