"""What the claims of a verified token must say, and what is remembered of it: J7, J8, J13 and J14."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import AUDIENCE, ISSUER, KEY, Gateway, SigningKey, issuer, policy, token
from harness.keys import claims, encoded, key_set
from harness.verdicts import problems, verdict

SECOND = "https://second.test"
# Another issuer's key of the same name.
SECOND_KEY = SigningKey.generate(kid=KEY.kid)
SHORT = "https://short.test"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    issuers = {
        "corp": issuer(),
        "second": issuer({"inline": key_set(SECOND_KEY)}, issuer=SECOND),
        "short": issuer(issuer=SHORT, max_lifetime="5m", require=["sub", "client_id"]),
    }
    routes = [
        {"path": "/me", "access": "authenticated"},
        {"path": "/orders", "access": {"audiences": ["orders"]}},
        {"path": "/write", "access": {"scopes": ["write"]}},
    ]
    with Gateway(policy(routes, issuers=issuers)) as running:
        yield running


def test_J7_a_token_without_issuer_or_of_an_unknown_one_is_refused(gateway: Gateway) -> None:
    assert verdict(gateway, token(iss="https://elsewhere.test")) == "issuer_unknown"
    assert verdict(gateway, token(iss=f"{ISSUER}/")) == "issuer_unknown"
    assert verdict(gateway, token(iss=None)) in ("issuer_unknown", "claim_missing", "token_malformed")


def test_J7_one_kid_under_two_issuers_is_not_confused(gateway: Gateway) -> None:
    assert verdict(gateway, token(SECOND_KEY, iss=SECOND)) == "allowed"
    assert verdict(gateway, token(KEY, iss=SECOND)) == "signature_invalid"
    assert verdict(gateway, token(SECOND_KEY)) == "signature_invalid"


def test_J8_the_audience_is_checked_for_the_issuer_and_the_route(gateway: Gateway) -> None:
    assert verdict(gateway, token(aud="orders")) == "audience_mismatch"
    assert verdict(gateway, token(aud=None)) in ("audience_mismatch", "claim_missing")
    assert verdict(gateway, token(aud=[])) == "audience_mismatch"
    assert verdict(gateway, token(aud=["x", AUDIENCE])) == "allowed"
    assert verdict(gateway, token(aud=[AUDIENCE]), "/orders") == "audience_mismatch"
    assert verdict(gateway, token(aud=[AUDIENCE, "orders"]), "/orders") == "allowed"
    assert verdict(gateway, token(aud=f"x{AUDIENCE}")) == "audience_mismatch"


def test_J8_the_subject_must_be_there(gateway: Gateway) -> None:
    assert verdict(gateway, token(sub=None)) == "claim_missing"


def test_J13_a_token_without_exp_is_refused(gateway: Gateway) -> None:
    assert verdict(gateway, token(exp=None)) == "claim_missing"


def test_J13_the_leeway_is_30_seconds(gateway: Gateway) -> None:
    now = int(time.time())
    assert verdict(gateway, token(exp=now - 20)) == "allowed"
    assert verdict(gateway, token(exp=now - 40)) == "token_expired"
    assert verdict(gateway, token(nbf=now + 20)) == "allowed"
    assert verdict(gateway, token(nbf=now + 40)) == "token_not_yet_valid"
    assert verdict(gateway, token(iat=now + 40)) == "token_not_yet_valid"


def test_J13_a_leeway_above_a_minute_is_a_configuration_error(tmp_path: Path) -> None:
    assert "leeway" in problems(tmp_path, leeway="61s")
    assert problems(tmp_path, leeway="60s") == ""


def test_J13_the_lifetime_and_the_required_claims_are_the_issuers_own(gateway: Gateway) -> None:
    now = int(time.time())
    mine = {"iss": SHORT, "client_id": "app", "iat": now}
    assert verdict(gateway, token(**mine, exp=now + 300)) == "allowed"
    assert verdict(gateway, token(**mine, exp=now + 301)) == "token_expired"
    assert verdict(gateway, token(**{**mine, "client_id": None}, exp=now + 300)) == "claim_missing"


def test_J14_what_is_remembered_is_the_verification_alone(gateway: Gateway) -> None:
    narrow = token(scope="read")
    for _ in range(3):
        assert verdict(gateway, narrow) == "allowed"
        assert verdict(gateway, narrow, "/write") == "scope_insufficient"


def test_J14_a_remembered_token_is_compared_whole(gateway: Gateway) -> None:
    good = token()
    assert verdict(gateway, good) == "allowed"
    head, body, signature = good.split(".")
    assert verdict(gateway, f"{head}.{encoded(claims(sub='root'))}.{signature}") == "signature_invalid"
    assert verdict(gateway, good) == "allowed"


def test_J14_a_remembered_token_ends_with_its_exp(gateway: Gateway) -> None:
    now = time.time()
    brief = token(exp=int(now) - 28)
    verdicts = []
    while time.time() < now + 4 and "token_expired" not in verdicts:
        verdicts.append(verdict(gateway, brief))
        time.sleep(0.05)
    assert verdicts[0] == "allowed"
    assert verdicts[-1] == "token_expired"


def test_a_token_bound_to_a_key_is_no_plain_bearer_token(gateway: Gateway) -> None:
    assert verdict(gateway, token(cnf={"jkt": "0" * 43})) == "proof_invalid"


def test_the_scheme_is_matched_in_any_case(gateway: Gateway) -> None:
    for scheme in ("bearer", "BEARER", "BeArEr"):
        assert gateway.ask("GET", "/me", f"Authorization: {scheme} {token()}").status == 200


def test_a_token_in_the_query_is_none(gateway: Gateway) -> None:
    assert gateway.ask("GET", f"/me?access_token={token()}").code == "token_missing"
