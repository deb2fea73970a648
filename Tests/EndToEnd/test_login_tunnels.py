"""WebSockets and long answers of browsers that are signed in."""

import time
from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, RawUpstream, eventually, policy
from harness.people import Person, entry, session_key
from harness.providers import ScriptedProvider
from harness.wire import ServerWire

HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]
SWITCHING = (
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        running.claims = {"sid": "one"}
        yield running


@pytest.fixture
def gateway(provider: ScriptedProvider, upstream: RawUpstream) -> Iterator[Gateway]:
    routes = [{"path": "/app/**", "login": True, "access": "authenticated"}]
    routes.append({"path": "/feed", "login": True, "access": "authenticated", "upstream": "raw"})
    login = {"providers": {"sso": entry(provider)}, "session": {"keys": [session_key()], "lifetime": "2m"}}
    upstreams = {"raw": {"servers": [upstream.url]}}
    with Gateway(policy(routes, login=login, upstreams=upstreams, server={"workers": 2})) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    """Signed in."""
    with Person(gateway) as somebody:
        yield somebody.sign_in()


def handshake(gateway: Gateway, person: Person, *lines: str) -> str:
    host = f"Host: 127.0.0.1:{gateway.port}"
    return "\r\n".join(["GET /feed HTTP/1.1", host, *HANDSHAKE, person.cookie_line, *lines, "", ""])


def tunnel(gateway: Gateway, person: Person, upstream: RawUpstream) -> tuple[RawClient, ServerWire]:
    """Both ends of a WebSocket of the person."""
    client = gateway.raw()
    client.send(handshake(gateway, person, f"Origin: {person.origin}"))
    peer = upstream.accept()
    head = peer.request_head()
    assert (head.get("X-Auth-Subject"), head.get("Cookie")) == ("alice", None)
    peer.send(SWITCHING)
    assert client.answer().status == 101
    client.send("still")
    assert peer.read_exactly(5) == b"still"
    return client, peer


@pytest.mark.parametrize(
    "lines", [[], ["Origin: https://evil.example"], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: same-site"]]
)
def test_b4_a_page_of_another_origin_opens_no_websocket(
    lines: list[str], gateway: Gateway, person: Person, upstream: RawUpstream
) -> None:
    with gateway.raw() as client:
        client.send(handshake(gateway, person, *lines))
        assert client.answer().code == "origin_not_allowed"
    assert not upstream.has_caller()


def test_a_websocket_without_a_session_is_told_to_sign_in(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/feed", *HANDSHAKE, "Sec-Fetch-Mode: websocket")
    assert (answer.status, answer.code) == (401, "login_required")


def test_it_ends_when_its_person_signs_out(gateway: Gateway, person: Person, upstream: RawUpstream) -> None:
    with Person(gateway) as other:
        other.sign_in()
        client, peer = tunnel(gateway, person, upstream)
        spared, spared_peer = tunnel(gateway, other, upstream)
        with client, peer, spared, spared_peer:
            assert person.sign_out().status_code == 303
            assert client.is_closed(within=5) and peer.is_closed(within=5)
            spared.send("still")
            assert spared_peer.read_exactly(5) == b"still"


def test_it_ends_when_the_provider_says_so(
    gateway: Gateway, person: Person, provider: ScriptedProvider, upstream: RawUpstream
) -> None:
    client, peer = tunnel(gateway, person, upstream)
    with client, peer:
        form = {"logout_token": provider.logout_token(sid="one")}
        assert gateway.request("POST", "/oauth2/backchannel_logout", data=form).status_code == 200
        assert client.is_closed(within=5) and peer.is_closed(within=5)


def test_it_goes_on_when_the_session_is_refreshed(
    gateway: Gateway, provider: ScriptedProvider, upstream: RawUpstream
) -> None:
    provider.access_lifetime = 2
    with Person(gateway) as person:
        client, peer = tunnel(gateway, person.sign_in(), upstream)
        with client, peer:
            time.sleep(2.2)
            assert person.is_signed_in and provider.refreshes == 1
            client.send("still")
            assert peer.read_exactly(5) == b"still"


def test_it_ends_within_a_minute_of_its_session(provider: ScriptedProvider, upstream: RawUpstream) -> None:
    routes = [{"path": "/app/**", "login": True, "access": "authenticated"}]
    routes.append({"path": "/feed", "login": True, "access": "authenticated", "upstream": "raw"})
    login = {"providers": {"sso": entry(provider)}, "session": {"keys": [session_key()], "lifetime": "2s"}}
    with Gateway(policy(routes, login=login, upstreams={"raw": {"servers": [upstream.url]}})) as gateway:
        with Person(gateway) as person:
            client, peer = tunnel(gateway, person.sign_in(), upstream)
            with client, peer:
                assert client.is_closed(within=75) and peer.is_closed(within=5)


def test_a_long_answer_of_a_session_passes(gateway: Gateway, person: Person, upstream: RawUpstream) -> None:
    with gateway.raw() as client:
        client.send(f"GET /feed HTTP/1.1\r\nHost: localhost\r\n{person.cookie_line}\r\n\r\n")
        with upstream.accept() as peer:
            peer.request_head()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n")
            assert client.answer_head().status == 200
            assert eventually(lambda: client.read_until(b"data:"))
            peer.send("4\r\nmore\r\n0\r\n\r\n")
            assert client.read_until(b"0\r\n\r\n").endswith(b"more\r\n0\r\n\r\n")


def test_a_stream_that_begins_after_its_person_signed_out_ends(
    gateway: Gateway, person: Person, upstream: RawUpstream
) -> None:
    with gateway.raw() as client:
        client.send(f"GET /feed HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n{person.cookie_line}\r\n\r\n")
        with upstream.accept() as peer:
            peer.request_head()
            assert person.sign_out().status_code == 303
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            assert peer.is_closed(within=5)
            assert client.read_until(b"first\r\n") and client.is_closed(within=5)
