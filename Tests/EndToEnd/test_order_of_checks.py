"""The first failure answers, in the contract's order, and nothing of a token is told before its signature holds."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness import AUDIENCE, KEY, Gateway, SigningKey, bearer, issuer, policy
from harness.keys import claims, compact, header, key_set

STRANGER = SigningKey.generate(kid=KEY.kid)
OTHER = SigningKey.generate()
NOW = int(time.time())

# Each fault and the code that names it; a token has all the faults from one line down to the last.
FAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("issuer_unknown", {}, {"iss": "https://elsewhere.test"}),
    ("algorithm_not_allowed", {"alg": "ES384"}, {}),
    ("type_not_allowed", {"typ": "logout+jwt"}, {}),
    ("key_unknown", {"kid": "nobody"}, {}),
    ("signature_invalid", {"signer": STRANGER}, {}),
    ("token_expired", {}, {"exp": NOW - 600}),
    ("token_not_yet_valid", {}, {"nbf": NOW + 86_400}),
    ("audience_mismatch", {}, {"aud": "somebody-else"}),
    ("claim_missing", {}, {"sub": None}),
    ("proof_invalid", {}, {"cnf": {"jkt": "0" * 43}}),
]
ALL = {"issuers": ["other"], "audiences": ["orders"], "scopes": ["orders:read"], "claims": {"team": "red"}}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    other = issuer({"inline": key_set(OTHER)}, issuer="https://other.test")
    routes = [
        {"path": "/me", "access": "authenticated"},
        {"path": "/all", "access": ALL, "methods": ["GET"]},
        {"path": "/inside", "access": "authenticated", "networks": ["10.0.0.0/8"], "methods": ["GET"]},
        {"path": "/small", "access": {"scopes": ["w"]}, "max_body": "1KiB"},
    ]
    with Gateway(policy(routes, issuers={"corp": issuer(), "other": other})) as running:
        yield running


@pytest.mark.parametrize("first", range(len(FAULTS)), ids=[code for code, _, _ in FAULTS])
def test_a_token_with_many_faults_hears_of_the_first(gateway: Gateway, first: int) -> None:
    heads: dict[str, Any] = {}
    bodies: dict[str, Any] = {}
    for _, head, body in FAULTS[first:]:
        heads |= head
        bodies |= body
    signer = heads.pop("signer", KEY)
    bad = compact(header(KEY, **heads), claims(**bodies), signer)
    answer = gateway.ask("GET", "/me", bearer(bad))
    assert (answer.status, answer.code) == (401, FAULTS[first][0])


def test_access_is_judged_from_issuer_to_audience_to_scope_to_claim(gateway: Gateway) -> None:
    def code(key: SigningKey, **changes: Any) -> str:
        answer = gateway.ask("GET", "/all", bearer(compact(header(key), claims(**changes), key)))
        return "allowed" if answer.status == 200 else f"{answer.status} {answer.code}"

    other = {"iss": "https://other.test"}
    wide = {**other, "aud": [AUDIENCE, "orders"]}
    assert code(KEY) == "403 issuer_not_allowed"
    assert code(OTHER, **other) == "401 audience_mismatch"
    assert code(OTHER, **wide) == "403 scope_insufficient"
    assert code(OTHER, **wide, scope="orders:read") == "403 claim_mismatch"
    assert code(OTHER, **wide, scope="orders:read", team="red") == "allowed"


def test_a_broken_message_comes_before_everything(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/nowhere%2F", "Broken header", host=None).code == "request_malformed"


def test_a_bad_path_comes_before_the_route(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/nowhere%2F").code == "path_not_allowed"


def test_the_route_comes_before_the_network(gateway: Gateway) -> None:
    assert gateway.ask("DELETE", "/inside").code == "method_not_allowed"
    assert gateway.ask("GET", "/inside/nowhere").code == "route_not_found"


def test_the_network_comes_before_the_credential(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/inside").code == "network_denied"
    assert gateway.ask("GET", "/inside", "Authorization: Bearer a", "Authorization: Bearer b").code == "network_denied"


def test_two_credentials_come_before_what_is_in_them(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/me", "Authorization: Bearer a", "Authorization: Basic b").code == "multiple_credentials"


def test_the_size_of_a_token_comes_before_its_form(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/me", f"Authorization: Bearer {'!' * 8193}").code == "token_too_large"
    assert gateway.ask("GET", "/me", f"Authorization: Bearer {'!' * 8192}").code == "token_malformed"


def test_the_body_comes_last(gateway: Gateway) -> None:
    good = bearer(compact(header(KEY), claims(scope="w"), KEY))
    narrow = bearer(compact(header(KEY), claims(), KEY))
    assert gateway.ask("POST", "/small", body=b"x" * 1025).code == "token_missing"
    assert gateway.ask("POST", "/small", narrow, body=b"x" * 1025).code == "scope_insufficient"
    assert gateway.ask("POST", "/small", good, body=b"x" * 1025).code == "body_too_large"
    assert gateway.ask("POST", "/small", good, body=b"x" * 1024).status == 200
