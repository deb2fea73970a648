"""Signed proofs: clients that authenticate with a key of theirs, and tokens that are bound to one."""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from harness.authorization import CLIENT_KEY, AuthorizationServer, assert_error
from harness.keys import SigningKey, compact
from harness.verdicts import verdict

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


# private_key_jwt (RFC 7523)


def assertion(server: AuthorizationServer, key: SigningKey = CLIENT_KEY, **changes: Any) -> str:
    """A good assertion of the client `signed`, with `changes` to its claims."""
    now = int(time.time())
    good = {
        "iss": "signed",
        "sub": "signed",
        "aud": server.issuer,
        "jti": secrets.token_urlsafe(12),
        "iat": now,
        "exp": now + 60,
    }
    claims = {name: value for name, value in {**good, **changes}.items() if value is not None}
    return compact({"alg": "ES256", "typ": "JWT", "kid": key.kid}, claims, key)


def presented(server: AuthorizationServer, signed: str) -> httpx.Response:
    form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}
    return server.token("client_credentials", **form)


def test_an_assertion_for_the_issuer_or_the_token_endpoint_counts_once(server: AuthorizationServer) -> None:
    for audience in (server.issuer, server.endpoint("token"), [server.issuer]):
        good = assertion(server, aud=audience)
        answer = presented(server, good)
        assert answer.status_code == 200, answer.text
        assert verdict(server, answer.json()["access_token"], "/items/1") == "allowed"
        assert_error(presented(server, good), 401, "invalid_client")


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://elsewhere.example.test"},
        {"aud": None},
        {"jti": None},
        {"exp": None},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"sub": "worker"},
        {"iss": "worker"},
        {"iss": None},
        {"nbf": 4_000_000_000},
    ],
    ids=str,
)
def test_an_assertion_that_says_something_else_is_refused(server: AuthorizationServer, changes: dict[str, Any]) -> None:
    assert_error(presented(server, assertion(server, **changes)), 401, "invalid_client")


def test_an_assertion_of_another_key_or_of_none_is_refused_j1(server: AuthorizationServer) -> None:
    stranger = SigningKey.generate("ES256", kid=CLIENT_KEY.kid)
    assert_error(presented(server, assertion(server, stranger)), 401, "invalid_client")
    head, body, _ = assertion(server).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    assert_error(presented(server, f"{unsigned}.{body}."), 401, "invalid_client")
    assert_error(presented(server, f"{head}.{body}."), 401, "invalid_client")


def test_a_client_with_keys_has_no_secret(server: AuthorizationServer) -> None:
    assert_error(server.token("client_credentials", client="signed"), 401, "invalid_client")
    assert_error(server.token("client_credentials", client_id="signed"), 401, "invalid_client")


# DPoP (RFC 9449)


def proof(server: AuthorizationServer, key: SigningKey, endpoint: str = "token", **changes: Any) -> str:
    """A proof for a POST to an endpoint, with `changes` to its claims."""
    claims = {
        "jti": secrets.token_urlsafe(12),
        "htm": "POST",
        "htu": server.endpoint(endpoint),
        "iat": int(time.time()),
        **changes,
    }
    public = {name: value for name, value in key.public_jwk.items() if name in ("kty", "crv", "x", "y")}
    return compact({"alg": "ES256", "typ": "dpop+jwt", "jwk": public}, claims, key)


def bound(server: AuthorizationServer, key: SigningKey, signed: str | None = None) -> httpx.Response:
    """The answer to a program that shows a proof."""
    headers = {"DPoP": signed or proof(server, key)}
    return server.token("client_credentials", client="worker", headers=headers)


def test_a_token_is_bound_to_the_key_and_no_bearer_token_as12(server: AuthorizationServer) -> None:
    key = SigningKey.generate()
    answer = bound(server, key)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP"), answer.text
    token = answer.json()["access_token"]
    assert jwt.decode(token, options={"verify_signature": False})["cnf"] == {"jkt": key.thumbprint}
    assert verdict(server, token, "/items/1") != "allowed"
    seen = server.post("introspect", {"token": token}, client="worker").json()
    assert (seen["token_type"], seen["cnf"]) == ("DPoP", {"jkt": key.thumbprint})


def test_a_bound_token_opens_userinfo_with_its_proof_alone_as12(server: AuthorizationServer) -> None:
    key, stranger = SigningKey.generate(), SigningKey.generate()
    tokens = server.redeem(server.code(), headers={"DPoP": proof(server, key)}).json()
    token = tokens["access_token"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()

    def asked(scheme: str, holder: SigningKey, **changes: Any) -> int:
        signed = proof(server, holder, "userinfo", **{"htm": "GET", "ath": digest, **changes})
        headers = {"Authorization": f"{scheme} {token}", "DPoP": signed}
        return server.http.get(server.endpoint("userinfo"), headers=headers).status_code

    assert asked("DPoP", key) == 200
    assert asked("DPoP", stranger) == 401
    assert asked("DPoP", key, ath="x" * 43) == 401
    assert asked("Bearer", key) == 401


def test_a_code_for_a_key_is_redeemed_with_its_proof_alone_as12(server: AuthorizationServer) -> None:
    key, stranger = SigningKey.generate(), SigningKey.generate()
    assert_error(server.redeem(server.code(dpop_jkt=key.thumbprint)), 400, "invalid_grant")
    stolen = server.redeem(server.code(dpop_jkt=key.thumbprint), headers={"DPoP": proof(server, stranger)})
    assert_error(stolen, 400, "invalid_grant")
    answer = server.redeem(server.code(dpop_jkt=key.thumbprint), headers={"DPoP": proof(server, key)})
    assert (answer.status_code, answer.json()["token_type"]) == (200, "DPoP"), answer.text


def test_a_public_clients_refresh_token_wants_the_same_key_as9(server: AuthorizationServer) -> None:
    key, thief = SigningKey.generate(), SigningKey.generate()
    token = server.redeem(server.code(), headers={"DPoP": proof(server, key)}).json()["refresh_token"]
    assert server.refresh(token).json()["error"] in ("invalid_grant", "invalid_dpop_proof")
    stolen = server.refresh(token, headers={"DPoP": proof(server, thief)})
    assert stolen.json()["error"] in ("invalid_grant", "invalid_dpop_proof")
    assert server.refresh(token, headers={"DPoP": proof(server, key)}).json()["token_type"] == "DPoP"


@pytest.mark.parametrize(
    "changes",
    [{"htm": "GET"}, {"htu": "https://elsewhere.example.test/token"}, {"iat": 1}, {"jti": ""}, {"iat": "now"}],
    ids=str,
)
def test_a_proof_of_something_else_is_refused(server: AuthorizationServer, changes: dict[str, Any]) -> None:
    key = SigningKey.generate()
    assert_error(bound(server, key, proof(server, key, **changes)), 400, "invalid_dpop_proof")


def test_a_proof_counts_once(server: AuthorizationServer) -> None:
    key = SigningKey.generate()
    used = proof(server, key)
    assert bound(server, key, used).status_code == 200
    assert_error(bound(server, key, used), 400, "invalid_dpop_proof")
