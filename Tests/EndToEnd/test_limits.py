"""Every limit has its code, and those who trickle do not keep others waiting."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, eventually, policy
from harness.wire import Closed, measured

LIMITS = {"connections": 1500, "header_bytes": "4KiB", "header_count": 20, "target_bytes": "1KiB"}
TIMEOUTS = {"header": "2s", "body_idle": "1s", "keep_alive": "2s"}
GET = "GET / HTTP/1.1\r\nHost: localhost\r\n"


def guarded(limits: dict[str, Any] = LIMITS, timeouts: dict[str, Any] = TIMEOUTS, **sections: Any) -> Gateway:
    """A gateway with narrow limits and one public route to the echo."""
    server = {"workers": 1, "limits": limits, "timeouts": timeouts}
    return Gateway(policy([{"path": "/**", "access": "public"}], server=server, **sections))


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with guarded() as running:
        yield running


def test_too_many_header_bytes_are_431(client: RawClient) -> None:
    answer = client.ask("GET", "/", f"X-Large: {'x' * 4096}")
    assert (answer.status, answer.code) == (431, "headers_too_large")
    assert client.is_closed()


def test_too_many_headers_are_431(client: RawClient) -> None:
    assert client.ask("GET", "/", *[f"X-{number}: 1" for number in range(19)]).status == 200
    answer = client.ask("GET", "/", *[f"X-{number}: 1" for number in range(20)])
    assert (answer.status, answer.code) == (431, "headers_too_large")


def test_a_head_that_never_ends_is_431_before_it_ends(client: RawClient) -> None:
    client.send(GET)
    try:
        for _ in range(1000):
            client.send("X-More: " + "x" * 100 + "\r\n")
    except ConnectionError:
        pass
    assert client.answer().status == 431


def test_a_long_target_is_414(client: RawClient) -> None:
    assert client.ask("GET", "/" + "x" * 1023).status == 200
    answer = client.ask("GET", "/" + "x" * 1024)
    assert (answer.status, answer.code) == (414, "target_too_long")


def test_a_target_that_never_ends_is_414(client: RawClient) -> None:
    try:
        for _ in range(100):
            client.send("GET /" + "x" * 1000)
    except ConnectionError:
        pass
    assert client.answer().status in (400, 414, 431)


def test_a_head_that_takes_too_long_is_408(client: RawClient) -> None:
    client.send(GET)
    answer = client.answer()
    assert (answer.status, answer.code) == (408, "request_timeout")
    assert client.is_closed()


def test_a_body_that_stalls_is_408(client: RawClient) -> None:
    client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
    assert client.answer().code == "request_timeout"
    assert client.is_closed()


def test_an_idle_connection_is_closed_without_a_word(client: RawClient) -> None:
    assert client.ask("GET", "/").status == 200
    assert client.is_closed(within=8)


def test_a_full_gateway_closes_the_longest_idle_connection_for_a_new_one() -> None:
    with guarded({"connections": 4}, {}) as gateway:
        idle = []
        for _ in range(4):
            idle.append(gateway.raw())
            assert idle[-1].ask("GET", "/").status == 200
        assert gateway.ask("GET", "/").status == 200
        assert idle[0].is_closed()
        assert idle[3].ask("GET", "/").status == 200
        for client in idle:
            client.close()


def test_a_full_gateway_without_an_idle_connection_is_overloaded() -> None:
    with RawUpstream() as upstream:
        sections = {"upstreams": {"app": {"servers": [upstream.url]}}, "defaults": {"upstream": "app"}}
        with guarded({"connections": 3}, {}, **sections) as gateway:
            busy = [gateway.raw() for _ in range(3)]
            peers = []
            for client in busy:
                client.send(f"{GET}\r\n")
                peers.append(upstream.accept())
            with gateway.raw() as newest:
                newest.send(f"{GET}\r\n")
                answer = newest.answer()
            assert (answer.status, answer.code) == (503, "overloaded")
            assert int(answer.get("Retry-After")) > 0
            for client, peer in zip(busy, peers):
                peer.request()
                peer.answer(b"served")
                assert client.answer().body == b"served"
                client.close()


def test_those_who_are_refused_take_no_place_from_those_who_come_later() -> None:
    with RawUpstream() as upstream:
        sections = {"upstreams": {"app": {"servers": [upstream.url]}}, "defaults": {"upstream": "app"}}
        with guarded({"connections": 2}, {}, **sections) as gateway:
            busy = [gateway.raw() for _ in range(2)]
            peers = []
            for client in busy:
                client.send(f"{GET}\r\n")
                peers.append(upstream.accept())
            refused = [gateway.raw() for _ in range(5)]
            for client in refused:
                assert client.answer().code == "overloaded"
            # They are told, and stay as long as they may; one of those who are served goes.
            busy[0].reset()
            peers[0].request()
            assert peers[0].is_closed()
            with gateway.raw() as newest:
                newest.send(f"{GET}\r\n")
                with upstream.accept() as peer:
                    peer.request()
                    peer.answer(b"served")
                    assert newest.answer().body == b"served"
            for client in [*refused, *busy]:
                client.close()
            for peer in peers:
                peer.close()


def test_a_thousand_trickling_connections_leave_an_honest_client_served() -> None:
    with guarded(timeouts={"header": "30s"}) as gateway:
        slow = [gateway.raw() for _ in range(1000)]
        stop = threading.Event()

        def trickle() -> None:
            text = GET + "X-Slow: " + "x" * 3000
            for byte in text:
                for client in slow:
                    client.send(byte)
                if stop.wait(0.2):
                    return

        trickler = threading.Thread(target=trickle, daemon=True)
        trickler.start()
        try:
            for _ in range(10):
                assert measured(lambda: gateway.ask("GET", "/")) < 1
                time.sleep(0.05)
        finally:
            stop.set()
            trickler.join(10)
            for client in slow:
                client.close()


def test_those_who_trickle_are_let_go() -> None:
    with guarded() as gateway:
        slow = [gateway.raw() for _ in range(20)]
        deadline = time.monotonic() + 10
        for byte in GET * 10:
            if time.monotonic() > deadline or not slow:
                break
            slow = [client for client in slow if still_trickles(client, byte)]
            time.sleep(0.1)
        assert not slow, "a byte now and then kept the connection open beyond the header timeout"


def still_trickles(client: RawClient, byte: str) -> bool:
    """Send one byte; whether the gateway has not answered yet."""
    client.socket.settimeout(0.001)
    try:
        client.send(byte)
        client.answer()
        return False
    except TimeoutError:
        return True
    except (Closed, OSError):
        return False


def test_the_descriptor_limit_is_raised() -> None:
    with guarded() as gateway:
        limits = open(f"/proc/{gateway.process.pid}/limits").read()
        soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
        assert soft == hard


def test_the_connections_are_counted(gateway: Gateway) -> None:
    with gateway.raw() as client:
        assert client.ask("GET", "/").status == 200
        eventually(lambda: gateway.metric("connections") >= 1)
