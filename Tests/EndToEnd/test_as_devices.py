"""Devices without a keyboard (RFC 8628), as the protocol sees them."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness.authorization import PASSWORD, AuthorizationServer, assert_error, clients
from harness.polling import eventually
from harness.verdicts import verdict
from harness.visitor import Visitor

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    second = {"public": True, "grants": ["device_code"], "scopes": ["items:read"]}
    with AuthorizationServer(clients={**clients(), "radio": second}) as running:
        yield running


def asked(server: AuthorizationServer, **form: str) -> dict[str, Any]:
    """What a television shows and keeps."""
    answer = server.post("device_authorization", {"client_id": "tv", "scope": "items:read", **form})
    assert answer.status_code == 200, answer.text
    return answer.json()


def poll(server: AuthorizationServer, device: dict[str, Any], client: str = "tv") -> httpx.Response:
    return server.token(DEVICE_GRANT, client_id=client, device_code=device["device_code"])


def decide(server: AuthorizationServer, device: dict[str, Any], decision: str) -> None:
    """Somebody follows the link with the code."""
    with server.visitor() as visitor:
        visitor.open(device["verification_uri_complete"]).sign_in("alice", PASSWORD)
        if visitor.asks == "user_code":
            visitor.submit()
        visitor.decide(decision)


def test_an_answer_has_what_rfc_8628_wants(server: AuthorizationServer) -> None:
    device = asked(server)
    assert device["verification_uri"].startswith(f"{server.issuer}/device")
    assert device["user_code"] in device["verification_uri_complete"]
    assert device["expires_in"] == 600 and device.get("interval", 5) == 5
    assert server.post("device_authorization", {"client_id": "tv"}).headers["Cache-Control"] == "no-store"


def test_a_stranger_gets_no_code(server: AuthorizationServer) -> None:
    assert_error(server.post("device_authorization", {"client_id": "nobody"}), 401, "invalid_client")
    assert_error(server.post("device_authorization", {"client_id": "app"}), 400, "unauthorized_client")
    wrong = server.post("device_authorization", {"client_id": "tv", "scope": "items:write"})
    assert_error(wrong, 400, "invalid_scope")


def test_the_tokens_are_for_the_device_that_asked_and_once(server: AuthorizationServer) -> None:
    device = asked(server)
    assert_error(poll(server, device), 400, "authorization_pending")
    decide(server, device, "allow")
    assert_error(poll(server, device, "radio"), 400, "invalid_grant")
    answer = eventually(lambda: (got := poll(server, device)).is_success and got, within=20, every=5.1)
    assert verdict(server, answer.json()["access_token"], "/items/1") == "allowed"
    assert_error(poll(server, device), 400, "invalid_grant")
    assert server.audited("device_approved", subject="alice", client_id="tv")


def test_a_denial_is_told(server: AuthorizationServer) -> None:
    device = asked(server)
    decide(server, device, "deny")
    assert_error(poll(server, device), 400, "access_denied")
    assert server.audited("device_denied", subject="alice", client_id="tv")


def test_a_code_that_is_over_is_told() -> None:
    with AuthorizationServer(tokens={"device": "1s"}) as server:
        device = asked(server)
        ended = eventually(lambda: (got := poll(server, device)).json()["error"] == "expired_token" and got)
        assert_error(ended, 400, "expired_token")
        with server.visitor() as visitor:
            visitor.open(device["verification_uri_complete"]).sign_in("alice", PASSWORD)
            assert visitor.asks != "decision"


def test_who_guesses_codes_is_locked_out_as21() -> None:
    with AuthorizationServer(lockout={"failures": 3}) as server, server.visitor() as visitor:
        device = asked(server)
        visitor.open(server.endpoint("device")).sign_in("alice", PASSWORD)
        for guess in ("BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD"):
            visitor.submit(user_code=guess)
            assert visitor.asks == "user_code"
        visitor.submit(user_code=device["user_code"])
        assert visitor.page.status_code == 429, visitor.shown
        assert visitor.page.headers["Retry-After"].isdigit()


def test_a_code_may_be_typed_as_people_type(server: AuthorizationServer) -> None:
    device = asked(server)
    bare = device["user_code"].replace("-", "")
    for typed in (bare, bare.lower(), f" {bare[:4]} {bare[4:]} ", device["user_code"].lower()):
        with server.visitor() as visitor:
            assert confirms(visitor.open(server.endpoint("device")).sign_in("alice", PASSWORD), typed)


def confirms(visitor: Visitor, typed: str) -> bool:
    """Whether the page asks for a decision once this was typed."""
    return visitor.submit(user_code=typed).asks == "decision"
