"""Faults that were found between clients and the gateway: who is let in, with what, and how they are let go."""

import os
import re
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import ISSUER, Gateway, Recorder, bearer, eventually, issuer, policy, token
from harness.tls import Authority
from harness.wire import Wire

OTHER = "https://other.test"
OPEN = [{"path": "/**", "access": "public"}]
POST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
LARGE = "x" * 4 * 1024 * 1024


@pytest.fixture
def app() -> Iterator[Recorder]:
    with Recorder() as recorder:
        yield recorder


def narrow(connections: int) -> Gateway:
    """A gateway for so many connections before the echo."""
    return Gateway(policy(OPEN, server={"workers": 1, "limits": {"connections": connections}}))


def descriptors(gateway: Gateway) -> int:
    """How many descriptors the gateway has open."""
    return len(os.listdir(f"/proc/{gateway.process.pid}/fd"))


def test_an_old_request_without_a_host_is_echoed() -> None:
    with Gateway(policy(OPEN)) as gateway:
        with gateway.raw() as client:
            client.send("GET / HTTP/1.0\r\n\r\n")
            assert client.answer().status == 200
        assert gateway.get("/").status_code == 200


def test_an_old_request_without_a_host_has_one_upstream(app: Recorder) -> None:
    routes = [{"path": "/**", "access": "public", "upstream": "app"}]
    with Gateway(policy(routes, upstreams={"app": {"servers": [app.url]}})) as gateway:
        with gateway.raw() as client:
            client.send("GET / HTTP/1.0\r\n\r\n")
            assert client.answer().status == 200
        assert app.last().get("Host")


def test_those_beyond_the_limit_are_let_go_even_if_they_stay() -> None:
    with narrow(2) as gateway:
        busy = [gateway.raw() for _ in range(2)]
        for client in busy:
            client.send(POST)
            eventually(lambda: gateway.metric("connections") >= len(busy))
        before = descriptors(gateway)
        beyond = [gateway.raw() for _ in range(20)]
        for client in beyond:
            assert client.answer().code == "overloaded"
        eventually(lambda: descriptors(gateway) < before + 5, within=8, every=0.1)
        for client in (*busy, *beyond):
            client.close()


def test_one_that_was_served_makes_room_and_not_one_that_has_yet_to_speak() -> None:
    with narrow(4) as gateway:
        served = [gateway.raw() for _ in range(4)]
        for client in served:
            assert client.ask("GET", "/").status == 200
            # One is idle for longer than the next.
            time.sleep(0.02)
        fresh = [gateway.raw() for _ in range(3)]
        for client in served[:3]:
            assert client.is_closed(within=2)
        for client in (*fresh, served[3]):
            assert client.ask("GET", "/").status == 200
            client.close()


def two_issuers(first: list[Any], second: list[Any]) -> Gateway:
    """A gateway whose two issuers take their tokens from different places."""
    issuers = {"first": issuer(token_from=first), "second": issuer(issuer=OTHER, token_from=second)}
    return Gateway(policy([{"path": "/me", "access": "authenticated"}], issuers=issuers))


@pytest.mark.parametrize(
    ("places", "right", "wrong"),
    [
        (([{"cookie": "session"}], ["header"]), "Cookie: session={}", "Authorization: Bearer {}"),
        (([{"header": "X-A"}], [{"header": "X-B"}]), "X-A: {}", "X-B: {}"),
        (([{"cookie": "a"}], [{"cookie": "b"}]), "Cookie: a={}", "Cookie: b={}"),
    ],
    ids=["cookie and header", "two headers", "two cookies"],
)
@pytest.mark.parametrize("warm", [False, True], ids=["new", "remembered"])
def test_a_token_counts_only_in_a_place_of_its_own_issuer(
    places: tuple[list[Any], list[Any]], right: str, wrong: str, warm: bool
) -> None:
    with two_issuers(*places) as gateway:
        good = token(iss=ISSUER)
        if warm:
            assert gateway.ask("GET", "/me", right.format(good)).status == 200
        answer = gateway.ask("GET", "/me", wrong.format(good))
        assert answer.status == 401
        assert answer.code == "issuer_unknown"
        assert gateway.ask("GET", "/me", right.format(good)).status == 200
        assert gateway.ask("GET", "/me", wrong.format(token(iss=OTHER))).status == 200


def test_a_public_route_strips_the_credential_that_the_policy_lists(app: Recorder) -> None:
    identity = {"strip": ["Authorization", "X-Auth-*", "X-User-*", "X-Forwarded-User"]}
    routes = [{"path": "/**", "access": "public", "upstream": "app", "identity": identity}]
    with Gateway(policy(routes, upstreams={"app": {"servers": [app.url]}})) as gateway:
        assert gateway.ask("GET", "/", bearer(token()), "X-Kept: 1").status == 200
        assert (app.last().get("Authorization"), app.last().get("X-Kept")) == (None, "1")


def test_a_last_answer_over_tls_ends_with_close_notify_for_a_late_reader(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    shown = authority.issue("localhost")
    listeners = {"public": {"tls": {"certificates": [{"certificate": str(shown.certificate), "key": str(shown.key)}]}}}
    routes = [{"path": "/", "access": "public", "respond": {"status": 200, "body": LARGE}}]
    with Gateway(policy(routes, listeners=listeners), tls=authority.client_context()) as gateway:
        with strict(gateway) as client:
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            client.read_until(b"\r\n\r\n")
            time.sleep(0.3)
            # A missing close_notify is an SSLEOFError here.
            assert client.read_to_end() == LARGE.encode()


def strict(gateway: Gateway) -> Wire:
    """A TLS client to which an end without close_notify is an error."""
    connection = socket.socket()
    # Little room on the way: what is last then waits in the gateway.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1000)
    connection.connect(("127.0.0.1", gateway.port))
    context: ssl.SSLContext = gateway.tls
    return Wire(context.wrap_socket(connection, server_hostname="localhost", suppress_ragged_eofs=False))


def test_a_client_that_reads_no_answers_is_not_read_from() -> None:
    with narrow(4) as gateway, gateway.raw() as client:
        before = resident(gateway)
        client.socket.settimeout(0.5)
        sent = 0
        with pytest.raises(TimeoutError):
            while sent < 64 << 20:
                sent += client.socket.send(b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1000)
        # What the kernels keep is theirs; the gateway keeps one receive and the answers that did not fit.
        assert resident(gateway) - before < 4 << 20


def resident(gateway: Gateway) -> int:
    """The gateway's resident memory in bytes."""
    status = Path(f"/proc/{gateway.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


@pytest.mark.parametrize(
    "name",
    ["Content_Length", "Content.Length", "Transfer_Encoding", "X_Request_Id", "Keep_Alive", "Proxy"],
)
def test_a_name_that_upstreams_take_for_a_judged_one_does_not_go_up(name: str) -> None:
    with narrow(4) as gateway:
        seen = gateway.ask("GET", "/", f"{name}: 9").json()["headers"]
        assert name.lower() not in seen
