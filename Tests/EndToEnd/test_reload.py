"""Reload is atomic: the new policy whole, or the old one."""

import json
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from harness import KEY, Gateway, RawUpstream, SigningKey, before, eventually, issuer, policy, token
from harness.keys import key_set
from harness.ports import free_port
from harness.verdicts import verdict


def named(name: str) -> dict[str, Any]:
    """A public route at `/<name>` whose answer is its name."""
    return {"path": f"/{name}", "access": "public", "respond": {"status": 200, "body": name}}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway(policy([named("old"), named("both")], server={"workers": 2})) as running:
        yield running


def test_sighup_takes_the_new_policy(gateway: Gateway) -> None:
    gateway.reload(routes=[named("new"), named("both")])
    assert gateway.get("/new").status_code == 200
    assert gateway.get("/old").status_code == 404


def events(gateway: Gateway, event: str) -> list[str]:
    """What the gateway said of itself in messages of one kind."""
    return [line["message"] for line in map(json.loads, gateway.messages) if line["event"] == event]


def test_a_policy_that_means_the_same_is_said_to_be_unchanged(gateway: Gateway) -> None:
    gateway.reload()
    gateway.write("# A comment means nothing.\n" + gateway.file.read_text())
    before = gateway.metric("config_reloads_total", result="success")
    gateway.signal(signal.SIGHUP)
    eventually(lambda: len(events(gateway, "unchanged")) == 2)
    assert gateway.metric("config_reloads_total", result="success") == before + 1
    assert set(events(gateway, "unchanged")) == {"The policy was read again and says the same."}
    assert not events(gateway, "reloaded")
    gateway.reload(routes=[named("new")])
    assert eventually(lambda: events(gateway, "reloaded")) == ["The policy was read again and is in force."]


def test_a_changed_file_is_taken_without_a_signal(gateway: Gateway) -> None:
    gateway.change(routes=[named("new")])
    eventually(lambda: gateway.get("/new").status_code == 200, within=10)


def test_a_swapped_symlink_is_taken_as_a_mounted_volume_does_it(gateway: Gateway) -> None:
    first, second = gateway.directory / "first", gateway.directory / "second"
    for folder in (first, second):
        folder.mkdir()
    (first / "gateway.yaml").write_bytes(gateway.file.read_bytes())
    gateway.change(routes=[named("new")])
    eventually(lambda: gateway.get("/new").status_code == 200, within=10)
    (second / "gateway.yaml").write_bytes((first / "gateway.yaml").read_bytes())
    gateway.file.unlink()
    gateway.file.symlink_to(second / "gateway.yaml")
    eventually(lambda: gateway.get("/old").status_code == 200, within=10)


@pytest.mark.parametrize(
    "bad", ["version: 1\nroutes: [", "version: 1\nrouts: []\n", ""], ids=["broken", "misspelt", "empty"]
)
def test_a_bad_file_changes_nothing_and_is_reported(gateway: Gateway, bad: str) -> None:
    before = gateway.reloads()
    gateway.write(bad)
    gateway.signal(signal.SIGHUP)
    eventually(lambda: gateway.reloads() > before)
    assert gateway.get("/old").status_code == 200
    assert gateway.admin("/readyz").status_code == 200
    eventually(lambda: "gateway.yaml" in gateway.said())
    gateway.reload(routes=[named("new")])
    eventually(lambda: gateway.get("/new").status_code == 200)


def test_success_and_failure_are_counted_apart(gateway: Gateway) -> None:
    gateway.reload(routes=[named("new")])
    gateway.write("nonsense: true\n")
    gateway.signal(signal.SIGHUP)

    def results() -> set[str]:
        series = gateway.metrics().get("gatehouse_config_reloads_total", [])
        return {labels["result"] for labels, value in series if value > 0}

    eventually(lambda: len(results()) == 2)


@pytest.mark.parametrize("section", ["listeners", "workers", "admin"])
def test_what_needs_a_restart_is_refused(gateway: Gateway, section: str) -> None:
    elsewhere = {"address": f"127.0.0.1:{free_port()}"}
    change = {
        "listeners": {"listeners": {"public": elsewhere}},
        "workers": {"server": {"workers": 1}},
        "admin": {"admin": elsewhere},
    }[section]
    gateway.reload(routes=[named("new")], **change)
    assert gateway.get("/old").status_code == 200
    assert gateway.get("/new").status_code == 404
    eventually(lambda: "restart" in gateway.said())


def test_every_request_sees_one_policy_whole(gateway: Gateway) -> None:
    strange: list[int] = []
    stop = threading.Event()

    def hammer() -> None:
        while not stop.is_set():
            with gateway.raw() as client:
                for _ in range(20):
                    status = client.ask("GET", "/both").status
                    if status != 200:
                        strange.append(status)

    crowd = [threading.Thread(target=hammer) for _ in range(3)]
    for one in crowd:
        one.start()
    for turn in range(10):
        gateway.reload(routes=[named("even" if turn % 2 else "odd"), named("both")])
    stop.set()
    for one in crowd:
        one.join(20)
    assert strange == []


def test_a_running_request_finishes_on_the_old_policy() -> None:
    with RawUpstream() as upstream:
        routes = [{"path": "/slow", "access": "public", "upstream": "app"}]
        with Gateway(policy(routes, upstreams={"app": {"servers": [upstream.url]}})) as gateway:
            with gateway.raw() as client:
                client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
                with upstream.accept() as peer:
                    peer.request()
                    gateway.reload(routes=[named("new")], upstreams={"echo": {"builtin": "echo"}})
                    assert gateway.get("/slow").status_code == 404
                    peer.answer(b"finished")
                    assert client.answer().body == b"finished"


def test_an_unchanged_upstream_keeps_its_connections() -> None:
    with RawUpstream() as upstream:
        routes = [{"path": "/slow", "access": "public", "upstream": "app"}]
        with Gateway(policy(routes, upstreams={"app": {"servers": [upstream.url]}})) as gateway:
            with gateway.raw() as client:
                client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
                with upstream.accept() as peer:
                    peer.request()
                    peer.answer(b"one")
                    assert client.answer().body == b"one"
                    gateway.reload(routes=[*routes, named("new")])
                    client.send("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    peer.request()
                    peer.answer(b"two")
                    assert client.answer().body == b"two"


def test_a_changed_key_file_is_read_again() -> None:
    new = SigningKey.generate()
    routes = [{"path": "/me", "access": "authenticated"}]
    with Gateway(policy(routes)) as gateway:
        file = gateway.directory / "keys.jwks"
        file.write_text(json.dumps(key_set(KEY)))
        gateway.reload(issuers={"corp": issuer({"file": "keys.jwks"})})
        assert (verdict(gateway, token()), verdict(gateway, token(new))) == ("allowed", "key_unknown")
        file.write_text(json.dumps(key_set(new)))
        eventually(lambda: verdict(gateway, token(new)) == "allowed", within=10)
        assert verdict(gateway, token()) == "key_unknown"


def test_J14_a_remembered_token_does_not_outlive_its_issuers_keys() -> None:
    with Gateway(policy([{"path": "/me", "access": "authenticated"}])) as gateway:
        good = token()
        assert verdict(gateway, good) == "allowed"
        gateway.reload(issuers={"corp": issuer({"inline": key_set(SigningKey.generate())})})
        assert verdict(gateway, good) == "key_unknown"


def test_what_was_kept_for_an_upstream_that_is_gone_is_closed(upstream: RawUpstream) -> None:
    with before(upstream) as gateway, gateway.raw() as client:
        client.send("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with upstream.accept() as peer:
            peer.request()
            peer.answer(b"ok")
            assert client.answer().status == 200
            gateway.reload(upstreams={"echo": {"builtin": "echo"}}, routes=[{"path": "/**", "access": "public"}])
            assert peer.is_closed(within=3)
        assert gateway.get("/x").json()["target"] == "/x"
