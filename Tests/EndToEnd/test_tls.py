"""TLS on both sides: certificates by SNI and re-read, upstreams verified against the authority they should have."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Gateway, RawClient, RawUpstream, Recorder, eventually, gatehouse, policy
from harness.tls import Authority, Identity
from harness.wire import Closed

ROUTES = [{"path": "/**", "access": "public"}]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def listening(*identities: Identity, **tls: Any) -> dict[str, Any]:
    """A listener that shows these certificates."""
    shown = [{"certificate": str(one.certificate), "key": str(one.key)} for one in identities]
    return {"public": {"tls": {"certificates": shown, **tls}}}


@pytest.fixture(scope="module")
def gateway(authority: Authority) -> Iterator[Gateway]:
    identities = [authority.issue("localhost"), authority.issue("other.test"), authority.issue("*.wild.test")]
    with Gateway(policy(ROUTES, listeners=listening(*identities)), tls=authority.client_context()) as running:
        yield running


def shown_name(port: int, authority: Authority, server_name: str) -> str:
    """The first name of the certificate that the gateway shows for this SNI."""
    context = authority.client_context()
    context.check_hostname = False
    with RawClient(port, tls=context, server_name=server_name) as client:
        return client.socket.getpeercert()["subjectAltName"][0][1]


def test_requests_over_tls_are_served_and_logged(gateway: Gateway) -> None:
    answer = gateway.get("/x")
    assert answer.status_code == 200
    assert answer.json()["headers"]["x-forwarded-proto"] == "https"
    assert gateway.logged(request_id=answer.headers["X-Request-Id"])["tls"]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_1_2_and_1_3_are_spoken(gateway: Gateway, authority: Authority, version: ssl.TLSVersion) -> None:
    context = authority.client_context()
    context.minimum_version = context.maximum_version = version
    with RawClient(gateway.port, tls=context) as client:
        assert client.ask("GET", "/").status == 200


def test_a_full_gateway_is_overloaded_over_tls_too(authority: Authority) -> None:
    narrow = {"workers": 1, "limits": {"connections": 1}}
    rules = policy(ROUTES, listeners=listening(authority.issue("localhost")), server=narrow)
    with Gateway(rules, tls=authority.client_context()) as gateway, gateway.raw() as busy:
        busy.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")
        eventually(lambda: gateway.metric("connections") >= 1)
        with gateway.raw() as newest:
            newest.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = newest.answer()
            assert (answer.status, answer.code) == (503, "overloaded")
            assert newest.is_closed()
        busy.send("x")
        assert busy.answer().status == 200


def test_below_the_minimum_there_is_no_handshake(authority: Authority) -> None:
    strict = listening(authority.issue("localhost"), minimum="1.3")
    with Gateway(policy(ROUTES, listeners=strict), tls=authority.client_context()) as gateway:
        context = authority.client_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((ssl.SSLError, ConnectionError)):
            RawClient(gateway.port, tls=context)
        assert gateway.get("/").status_code == 200


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("localhost", "localhost"),
        ("other.test", "other.test"),
        ("a.wild.test", "*.wild.test"),
        ("none.test", "localhost"),
    ],
)
def test_the_certificate_is_chosen_by_sni(gateway: Gateway, authority: Authority, asked: str, shown: str) -> None:
    assert shown_name(gateway.port, authority, asked) == shown


def test_a_large_body_passes_both_ways(gateway: Gateway) -> None:
    body = b"x" * 4_000_000
    assert gateway.request("POST", "/", content=body).json()["body_bytes"] == len(body)


def test_hsts_is_sent_when_configured(authority: Authority) -> None:
    listeners = listening(authority.issue("localhost"), hsts="365d")
    with Gateway(policy(ROUTES, listeners=listeners), tls=authority.client_context()) as gateway:
        assert "max-age=31536000" in gateway.get("/").headers["Strict-Transport-Security"]


def test_a_changed_certificate_is_read_again(authority: Authority) -> None:
    shown, renewed = authority.issue("localhost"), authority.issue("renewed.test", "localhost")
    with Gateway(policy(ROUTES, listeners=listening(shown)), tls=authority.client_context()) as gateway:
        shown.key.write_bytes(renewed.key.read_bytes())
        shown.certificate.write_bytes(renewed.certificate.read_bytes())
        eventually(lambda: shown_name(gateway.port, authority, "localhost") == "renewed.test", within=15, every=0.2)


def test_plain_http_on_a_tls_port_harms_nobody(gateway: Gateway) -> None:
    with RawClient(gateway.port) as plain:
        plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        plain.read_to_end()
    assert gateway.get("/").status_code == 200


def test_a_handshake_that_stalls_keeps_nobody_waiting(gateway: Gateway) -> None:
    stalled = [socket.create_connection(("127.0.0.1", gateway.port)) for _ in range(50)]
    for connection in stalled:
        connection.send(b"\x16\x03\x01")
    assert gateway.get("/").status_code == 200
    for connection in stalled:
        connection.close()


def test_a_bad_certificate_is_a_configuration_error(tmp_path: Path, authority: Authority) -> None:
    good, other = authority.issue("localhost"), authority.issue("localhost")
    mixed = Identity(good.certificate, other.key)
    missing = Identity(tmp_path / "none.crt", good.key)
    for bad in (mixed, missing):
        gateway = Gateway(policy(ROUTES, listeners=listening(bad)))
        assert gatehouse("check", "--config", gateway.file).returncode == 1
        gateway.folder.cleanup()


def behind(upstream: RawUpstream, **tls: Any) -> Gateway:
    """A gateway before a TLS upstream."""
    app = {"servers": [upstream.url], "tls": tls} if tls else {"servers": [upstream.url]}
    return Gateway(policy(ROUTES, upstreams={"app": app}, defaults={"upstream": "app"}))


def test_an_upstream_is_verified_against_its_own_authority(authority: Authority) -> None:
    with Recorder("tls", tls=authority.issue("127.0.0.1").server_context()) as upstream:
        with behind(upstream, ca=str(authority.certificate)) as gateway:
            assert gateway.get("/x").text == "tls"
            assert upstream.last().get("X-Forwarded-Proto") == "http"


def test_an_upstream_of_another_authority_is_502(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Other CA")
    with Recorder("tls", tls=authority.issue("127.0.0.1").server_context()) as upstream:
        for tls in ({"ca": str(stranger.certificate)}, {}):
            with behind(upstream, **tls) as gateway:
                answer = gateway.get("/x")
                assert (answer.status_code, answer.json()["code"]) == (502, "upstream_failed")
        assert not upstream.requests


def test_a_certificate_for_another_name_is_502(authority: Authority) -> None:
    with Recorder("tls", tls=authority.issue("somebody-else.test").server_context()) as upstream:
        with behind(upstream, ca=str(authority.certificate)) as gateway:
            assert gateway.get("/x").status_code == 502
        assert not upstream.requests


def test_the_server_name_is_sent_and_verified(authority: Authority) -> None:
    names: list[str | None] = []
    context = authority.issue("app.internal").server_context()
    context.sni_callback = lambda _, name, __: names.append(name)
    with Recorder("tls", tls=context) as upstream:
        with behind(upstream, ca=str(authority.certificate), server_name="app.internal") as gateway:
            assert gateway.get("/x").text == "tls"
    assert set(names) == {"app.internal"}


def test_verification_may_be_switched_off_with_a_warning(authority: Authority) -> None:
    with Recorder("tls", tls=authority.issue("somebody-else.test").server_context()) as upstream:
        with behind(upstream, verify=False) as gateway:
            assert gateway.get("/x").text == "tls"
            assert "warning" in gatehouse("check", "--config", gateway.file).stdout


def test_a_truncated_tls_answer_is_not_taken_for_whole(authority: Authority) -> None:
    with RawUpstream(tls=authority.issue("127.0.0.1").server_context()) as upstream:
        with behind(upstream, ca=str(authority.certificate)) as gateway, gateway.raw() as client:
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with upstream.accept() as peer:
                peer.request()
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            with pytest.raises(Closed):
                client.answer()
