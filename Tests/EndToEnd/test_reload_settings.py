"""What a reload takes over beside routes: limits, timeouts, trusted proxies, certificates."""

import signal
import time
from pathlib import Path

import pytest
from harness import Gateway, RawClient, Recorder, eventually, policy
from harness.people import Person, signing_in
from harness.providers import ScriptedProvider
from harness.tls import Authority, Identity

OPEN = [{"path": "/**", "access": "public"}]


def test_limits_and_timeouts_are_taken() -> None:
    with Gateway(policy(OPEN)) as gateway:
        long = "X-Long: " + "x" * 3000
        with gateway.raw() as client:
            assert client.ask("GET", "/", long).status == 200
            gateway.reload(server={"workers": 1, "limits": {"header_bytes": "2KiB"}, "timeouts": {"keep_alive": "1s"}})
            assert client.ask("GET", "/", long).status == 431
        with gateway.raw() as client:
            assert client.ask("GET", "/").status == 200
            started = time.monotonic()
            assert client.is_closed()
            assert time.monotonic() - started < 4


def test_trusted_proxies_are_taken() -> None:
    with Recorder() as upstream:
        rules = policy(OPEN, upstreams={"app": {"servers": [upstream.url]}}, defaults={"upstream": "app"})
        with Gateway(rules) as gateway:
            forged = {"X-Forwarded-For": "198.51.100.7"}
            gateway.get("/a", headers=forged)
            assert upstream.last().get("X-Forwarded-For") == "127.0.0.1"
            public = {"address": f"127.0.0.1:{gateway.port}", "trusted_proxies": ["127.0.0.1"]}
            gateway.reload(listeners={"public": public})
            gateway.get("/b", headers=forged)
            assert upstream.last().get("X-Forwarded-For").startswith("198.51.100.7")


def test_sign_in_that_a_policy_has_lost_goes_on_when_it_comes_back() -> None:
    with ScriptedProvider() as provider, Gateway(signing_in(provider)) as gateway:
        person, gone = Person(gateway).sign_in(), Person(gateway).sign_in()
        copy = gone.copy_for(gateway)
        gone.sign_out()
        former = gateway.policy
        gateway.policy = {key: value for key, value in former.items() if key != "login"}
        gateway.reload(routes=OPEN)
        seen = person.ask("/oauth2/userinfo").json()
        assert seen["target"] == "/oauth2/userinfo"
        # The browser brings the cookie, which will count again: no upstream gets it.
        assert "gatehouse" not in str(seen["headers"])
        gateway.reload(**former)
        assert person.is_signed_in and person.info["subject"]
        # Its own pages know of the end as the routes do, which take the cookie away.
        assert copy.ask("/oauth2/userinfo").status_code == 401
        assert not copy.is_signed_in


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def secured(gateway_port: int, identity: Identity, **tls: str) -> dict:
    """A listener with one certificate."""
    shown = {"certificate": str(identity.certificate), "key": str(identity.key)}
    return {"public": {"address": f"127.0.0.1:{gateway_port}", "tls": {"certificates": [shown], **tls}}}


def serial(gateway: Gateway, authority: Authority) -> str:
    with RawClient(gateway.port, tls=authority.client_context()) as client:
        return client.socket.getpeercert()["serialNumber"]


def test_a_renewed_certificate_is_shown_and_live_connections_stay(authority: Authority) -> None:
    first, second = authority.issue("localhost"), authority.issue("localhost")
    rules = policy(OPEN, listeners=secured(0, first), server={"workers": 2})
    rules["listeners"]["public"].pop("address")
    with Gateway(rules, tls=authority.client_context()) as gateway:
        before = serial(gateway, authority)
        with gateway.raw() as client:
            assert client.ask("GET", "/").status == 200
            first.key.write_bytes(second.key.read_bytes())
            first.certificate.write_bytes(second.certificate.read_bytes())
            eventually(lambda: serial(gateway, authority) != before, within=10)
            assert client.ask("GET", "/").status == 200


def test_a_certificate_without_its_key_changes_nothing_and_is_reported(authority: Authority) -> None:
    first, second = authority.issue("localhost"), authority.issue("localhost")
    rules = policy(OPEN, listeners=secured(0, first))
    rules["listeners"]["public"].pop("address")
    with Gateway(rules, tls=authority.client_context()) as gateway:
        before = serial(gateway, authority)
        first.key.write_bytes(second.key.read_bytes())
        failures = gateway.metric("config_reloads_total", result="failure")
        gateway.signal(signal.SIGHUP)
        eventually(lambda: gateway.metric("config_reloads_total", result="failure") > failures)
        assert serial(gateway, authority) == before
        eventually(lambda: "key" in gateway.said())


def test_hsts_is_taken(authority: Authority) -> None:
    identity = authority.issue("localhost")
    rules = policy(OPEN, listeners=secured(0, identity))
    rules["listeners"]["public"].pop("address")
    with Gateway(rules, tls=authority.client_context()) as gateway:
        assert "Strict-Transport-Security" not in gateway.get("/").headers
        gateway.reload(listeners=secured(gateway.port, identity, hsts="1d"))
        assert gateway.get("/").headers["Strict-Transport-Security"] == "max-age=86400"


def test_a_listener_that_gets_tls_leaves_no_plain_connection(authority: Authority) -> None:
    identity = authority.issue("localhost")
    with Gateway(policy(OPEN)) as gateway:
        with gateway.raw() as plain:
            assert plain.ask("GET", "/").status == 200
            gateway.reload(listeners=secured(gateway.port, identity))
            assert plain.is_closed()
        gateway.tls = authority.client_context()
        assert gateway.get("/").json()["headers"]["x-forwarded-proto"] == "https"


def test_each_problem_of_a_bad_policy_is_said() -> None:
    with Gateway(policy(OPEN)) as gateway:
        gateway.write("version: 1\n" + "".join(f"wrong{number}: 1\n" for number in range(25)) + "routes: []\n")
        gateway.signal(signal.SIGHUP)
        eventually(lambda: all(f"wrong{number}" in gateway.said() for number in range(25)))


def test_a_file_that_appears_mends_the_policy() -> None:
    with Gateway(policy(OPEN)) as gateway:
        body = gateway.directory / "body.txt"
        answers = [{"path": "/**", "access": "public", "respond": {"status": 200, "body": "${file:body.txt}"}}]
        failures = gateway.metric("config_reloads_total", result="failure")
        gateway.change(routes=answers)
        eventually(lambda: gateway.metric("config_reloads_total", result="failure") > failures, within=10)
        body.write_text("mended")
        eventually(lambda: gateway.get("/").text == "mended", within=10)


def test_a_change_is_taken_once() -> None:
    with Gateway(policy(OPEN)) as gateway:
        gateway.reload(routes=[{"path": "/new", "access": "public"}])
        before = gateway.reloads()
        time.sleep(3)
        assert gateway.reloads() == before


def test_a_lower_limit_of_connections_is_reached_at_once() -> None:
    rules = policy([{"path": "/**", "access": "public"}], server={"workers": 1, "limits": {"connections": 20}})
    with Gateway(rules) as gateway:
        idle = [gateway.raw() for _ in range(12)]
        for client in idle:
            assert client.ask("GET", "/").status == 200
        gateway.reload(server={"workers": 1, "limits": {"connections": 5}})
        eventually(lambda: gateway.metric("connections", side="client") == 5)
        assert idle[0].is_closed()
        assert idle[-1].ask("GET", "/").status == 200
        for client in idle:
            client.close()
