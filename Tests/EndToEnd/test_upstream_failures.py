"""An upstream that dies, stalls, truncates or talks nonsense costs its own request a 502, 503 or 504 and nothing else."""

import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, Recorder, eventually, policy
from harness.ports import free_port
from harness.tls import Authority
from harness.wire import Closed, measured

TIMEOUTS = {"connect": "1s", "first_byte": "2s", "idle": "1s", "pool": "4s"}
GET = "GET /app HTTP/1.1\r\nHost: localhost\r\n\r\n"


def impatient(upstream: RawUpstream, **changes: Any) -> Gateway:
    """A gateway with `upstream` as its app, which has little time."""
    app = {"servers": [upstream.url], "timeouts": TIMEOUTS, **changes}
    routes = [
        {"path": "/app", "access": "public", "upstream": "app"},
        {"path": "/brief", "access": "public", "upstream": "app", "timeout": "500ms"},
        {"path": "/echo", "access": "public"},
    ]
    return Gateway(policy(routes, upstreams={"app": app}))


@pytest.fixture
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    """One for each test, so that no kept connection leads from one to the next."""
    with impatient(upstream) as running:
        yield running


def test_a_kept_connection_is_not_used_when_its_time_is_over(upstream: RawUpstream) -> None:
    with impatient(upstream, timeouts={**TIMEOUTS, "pool": "300ms"}) as gateway, gateway.raw() as client:
        peers = []
        # The look at idle connections comes once a second: some of these waits end before it, some after.
        for wait in (0.35, 0.5, 0.65, 0.8):
            client.send(GET)
            peers.append(upstream.accept())
            peers[-1].request()
            peers[-1].answer(b"ok")
            assert client.answer().body == b"ok"
            time.sleep(wait)
        for peer in peers:
            peer.close()


def test_why_there_is_no_answer_is_said(upstream: RawUpstream) -> None:
    with impatient(upstream) as gateway:
        with gateway.raw() as client:
            client.send(GET)
            with upstream.accept() as peer:
                peer.request()
                peer.send(b"HTTP/1.1 2x0 What\r\n\r\n")
                assert client.answer().code == "upstream_failed"
        eventually(lambda: "the answer is no HTTP" in gateway.said())
        upstream.close()
        assert gateway.ask("GET", "/app").code == "upstream_failed"
        eventually(lambda: "upstream_connect_failed" in gateway.said() and "refused" in gateway.said())


def test_a_refused_connection_is_502() -> None:
    nobody = {"servers": [f"http://127.0.0.1:{free_port()}"]}
    routes = [{"path": "/**", "access": "public", "upstream": "app"}]
    with Gateway(policy(routes, upstreams={"app": nobody})) as gateway:
        answer = gateway.get("/x")
        assert (answer.status_code, answer.json()["code"]) == (502, "upstream_failed")
        assert "127.0.0.1" not in answer.text


def test_a_connection_that_is_never_accepted_times_out() -> None:
    with RawUpstream() as upstream:
        upstream.listener.listen(0)
        # A full backlog drops further SYNs.
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", upstream.port))
        with impatient(upstream) as gateway:
            with gateway.raw() as client:
                client.send(GET)
                answer = client.answer()
                assert (answer.status, answer.code) == (504, "upstream_timeout")
        for filler in fillers:
            filler.close()


def test_silence_until_the_first_byte_is_504(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        answer = client.answer()
    assert (answer.status, answer.code) == (504, "upstream_timeout")


def test_the_time_of_a_route_counts_from_the_decision(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET.replace("/app", "/brief"))
    with upstream.accept() as peer:
        peer.request()
        assert measured(lambda: client.answer()) < 1.9


def test_an_answer_that_stalls_is_cut_and_not_completed(client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        with pytest.raises(Closed):
            client.answer()


@pytest.mark.parametrize(
    "begun",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
    ids=["length", "chunked"],
)
def test_a_truncated_answer_is_cut_and_not_completed(client: RawClient, upstream: RawUpstream, begun: bytes) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        peer.send(begun)
    with pytest.raises(Closed):
        client.answer()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"",
        b"HTTP/1.1 200",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 2x0 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nX A: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-A: 1\x00\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Large: " + b"x" * 1_000_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "half a line", "another protocol", "a bad status", "length and coding", "two lengths",
         "a bad length", "a bad name", "a NUL", "a huge head"],
)  # fmt: skip
def test_nonsense_is_502(client: RawClient, upstream: RawUpstream, nonsense: bytes) -> None:
    client.send(GET)
    with upstream.accept() as peer:
        peer.request()
        try:
            peer.send(nonsense)
            peer.half_close()
        except OSError:
            pass  # The gateway had heard enough.
        answer = client.answer()
    assert (answer.status, answer.code) == (502, "upstream_failed")


def test_beyond_its_limits_an_upstream_is_unavailable() -> None:
    with RawUpstream() as upstream, impatient(upstream, limits={"connections": 1, "pending": 1}) as gateway:
        served, *crowd = [gateway.raw() for _ in range(3)]
        served.send(GET)
        with upstream.accept() as peer:
            peer.request()
            for client in crowd:
                client.send(GET)
            # One of the two waits for the connection; the other is refused at once.
            ready, _, _ = select.select([client.socket for client in crowd], [], [], 5)
            refused = next(client for client in crowd if client.socket in ready).answer()
            assert (refused.status, refused.code) == (503, "upstream_unavailable")
            assert refused.get("Retry-After") == "5"
        for client in (served, *crowd):
            client.close()


def test_a_place_that_does_not_come_within_the_time_to_connect_is_503() -> None:
    with RawUpstream() as upstream, impatient(upstream, limits={"connections": 1, "pending": 1}) as gateway:
        with gateway.raw() as served, gateway.raw() as queued:
            served.send(GET)
            with upstream.accept() as peer:
                peer.request()
                queued.send(GET)
                # Once, and not again at the same server.
                assert 0.8 < measured(lambda: queued.answer_head()) < 1.6
                queued.send(GET)
                queued.read_until(b'"upstream_unavailable"')
                peer.answer(b"served")
                assert served.answer().body == b"served"


def test_the_wait_for_a_place_is_not_the_time_to_connect(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    secure = {"limits": {"connections": 1, "pending": 1}, "tls": {"ca": str(authority.certificate)}}
    with RawUpstream(tls=authority.issue("127.0.0.1").server_context()) as upstream:
        with impatient(upstream, **secure) as gateway, gateway.raw() as served, gateway.raw() as queued:
            served.send(GET)
            with upstream.accept() as peer:
                peer.request()
                queued.send(GET)
                time.sleep(0.7)
                peer.answer(b"served", "Connection: close")
                assert served.answer().body == b"served"
            # Less than a second for each of the two, and more for both: TLS stands when the upstream accepts.
            time.sleep(0.6)
            with upstream.accept() as peer:
                peer.request()
                peer.answer(b"waited")
                assert queued.answer().body == b"waited"


def test_one_failing_upstream_touches_no_other(gateway: Gateway, client: RawClient, upstream: RawUpstream) -> None:
    client.send(GET)
    with upstream.accept() as stalled:
        stalled.request()
        assert measured(lambda: gateway.get("/echo")) < 1


def test_an_upstream_that_comes_back_is_used_again() -> None:
    port = free_port()
    app = {"servers": [f"http://127.0.0.1:{port}"], "timeouts": TIMEOUTS}
    routes = [{"path": "/**", "access": "public", "upstream": "app"}]
    with Gateway(policy(routes, upstreams={"app": app})) as gateway:
        assert gateway.get("/x").status_code == 502
        with Recorder(port=port):
            eventually(lambda: gateway.get("/x").status_code == 200)


def test_a_failed_upstream_does_not_turn_permission_into_denial() -> None:
    nobody = {"servers": [f"http://127.0.0.1:{free_port()}"]}
    routes = [{"path": "/**", "access": "public", "upstream": "app"}]
    with Gateway(policy(routes, upstreams={"app": nobody})) as gateway:
        assert gateway.get("/x").status_code == 502
        line = gateway.logged(status=502)
        assert (line["decision"], line["code"]) == ("allow", "upstream_failed")
        eventually(lambda: gateway.metric("requests_total", status="502", decision="allow") == 1)
        assert gateway.metric("requests_total", decision="deny") == 0
