"""Behind another proxy: its word counts only if it is trusted, and only as far as the chain is."""

from collections.abc import Iterator

import pytest
from harness import Gateway, Recorder, policy


@pytest.fixture(scope="module")
def gateway(recorder: Recorder) -> Iterator[Gateway]:
    rules = policy(
        [
            {"path": "/open", "access": "public"},
            {"path": "/office", "access": "public", "networks": ["198.51.100.0/24"]},
        ],
        listeners={"public": {"trusted_proxies": ["127.0.0.0/8", "10.0.0.0/8"]}},
        upstreams={"app": {"servers": [recorder.url]}},
        defaults={"upstream": "app"},
    )
    with Gateway(rules) as running:
        yield running


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.5, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 10.1.2.3", "198.51.100.7"),
        ("198.51.100.7, 203.0.113.5, 10.1.2.3", "203.0.113.5"),
    ],
)
def test_the_first_untrusted_address_from_the_right_is_the_client(
    gateway: Gateway, recorder: Recorder, chain: str, client: str
) -> None:
    answer = gateway.ask("GET", "/open", f"X-Forwarded-For: {chain}")
    assert gateway.logged(request_id=answer.get("X-Request-Id"))["client"] == client
    assert recorder.last().get("X-Forwarded-For").replace(" ", "") == f"{chain}, 127.0.0.1".replace(" ", "")


def test_networks_are_compared_with_the_client_behind_the_proxy(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/office", "X-Forwarded-For: 198.51.100.7").status == 200
    assert gateway.ask("GET", "/office", "X-Forwarded-For: 198.51.100.7, 203.0.113.5").code == "network_denied"
    assert gateway.ask("GET", "/office").code == "network_denied"


def test_rubbish_in_the_chain_is_not_taken_for_an_address(gateway: Gateway) -> None:
    for rubbish in ("198.51.100.7, rubbish", "198.51.100.7, 198.51.100.7x"):
        answer = gateway.ask("GET", "/office", f"X-Forwarded-For: {rubbish}")
        assert answer.status in (400, 403), rubbish


def test_the_scheme_of_a_trusted_proxy_is_kept(gateway: Gateway, recorder: Recorder) -> None:
    gateway.ask("GET", "/open", "X-Forwarded-For: 198.51.100.7", "X-Forwarded-Proto: https")
    assert recorder.last().get("X-Forwarded-Proto") == "https"


@pytest.mark.parametrize("kept", ["abc-123", "a", "A.b_c-9", "x" * 128])
def test_a_request_id_of_a_trusted_proxy_is_kept(gateway: Gateway, recorder: Recorder, kept: str) -> None:
    assert gateway.ask("GET", "/open", f"X-Request-Id: {kept}").get("X-Request-Id") == kept
    assert recorder.last().get("X-Request-Id") == kept


@pytest.mark.parametrize("odd", ["", "a b", "a/b", "<script>", "x" * 129, "caf\xe9"])
def test_an_odd_request_id_is_replaced(gateway: Gateway, recorder: Recorder, odd: str) -> None:
    made = gateway.ask("GET", "/open", f"X-Request-Id: {odd}").get("X-Request-Id")
    assert made and made != odd
    assert recorder.last().get("X-Request-Id") == made


def test_identity_is_not_taken_even_from_a_trusted_proxy(gateway: Gateway, recorder: Recorder) -> None:
    gateway.ask("GET", "/open", "X-Auth-Subject: root", "X-Forwarded-User: root")
    assert (recorder.last().get("X-Auth-Subject"), recorder.last().get("X-Forwarded-User")) == (None, None)
