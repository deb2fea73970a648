"""RFC 8725 as this gateway reads it: the J lines, each by its id."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness import (
    AUDIENCE,
    ISSUER,
    KEY,
    Gateway,
    Issuer,
    SigningKey,
    bearer,
    compact,
    gatehouse,
    issuer,
    policy,
    token,
)
from harness.keys import base64url, claims, encoded, header, key_set, secret_key

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KEYS = {algorithm: SigningKey.generate(algorithm) for algorithm in ALGORITHMS}
RSA = KEYS["RS256"]
SECRET = bytes(range(200, 232))
SECOND = "https://second.test"
SECOND_KEY = SigningKey.generate(kid=KEY.kid)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    issuers = {
        "corp": issuer(),
        "second": issuer({"inline": key_set(SECOND_KEY)}, issuer=SECOND),
        "rsa": issuer({"inline": key_set(RSA)}, issuer="https://rsa.test", algorithms=["RS256"]),
        "pem": issuer({"pem": RSA.public_pem}, issuer="https://pem.test", algorithms=["RS256"]),
        "hmac": issuer(
            {"secret": f"base64:{base64.b64encode(SECRET).decode()}"}, issuer="https://hmac.test", algorithms=["HS256"]
        ),
        "any": issuer(
            {"inline": key_set(*KEYS.values())}, issuer="https://any.test", algorithms=ALGORITHMS, audiences="any"
        ),
        "short": issuer(issuer="https://short.test", max_lifetime="5m", require=["sub", "client_id"]),
    }
    routes = [
        {"path": "/me", "access": "authenticated"},
        {"path": "/orders", "access": {"audiences": ["orders"]}},
        {"path": "/write", "access": {"scopes": ["write"]}},
    ]
    with Gateway(policy(routes, issuers=issuers)) as running:
        yield running


def verdict(gateway: Gateway, bad: str, path: str = "/me") -> str:
    """`allowed`, or the code of the refusal."""
    answer = gateway.ask("GET", path, bearer(bad))
    return "allowed" if answer.status == 200 else answer.code


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_J1_each_listed_algorithm_is_verified(gateway: Gateway, algorithm: str) -> None:
    key = KEYS[algorithm]
    good = token(key, iss="https://any.test")
    assert verdict(gateway, good) == "allowed"
    signed, _, signature = good.rpartition(".")
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    assert verdict(gateway, f"{signed}.{flipped}") == "signature_invalid"


@pytest.mark.parametrize("none", ["none", "None", "NONE", "nOnE"])
def test_J1_none_is_refused_in_any_letter_case(gateway: Gateway, none: str) -> None:
    unsigned = compact({"alg": none, "typ": "at+jwt"}, claims(), None)
    assert verdict(gateway, unsigned) in ("algorithm_not_allowed", "token_malformed")


def test_J1_an_algorithm_that_the_issuer_does_not_list_is_refused(gateway: Gateway) -> None:
    assert verdict(gateway, token(KEYS["ES384"])) == "algorithm_not_allowed"


def test_J1_an_issuer_without_algorithms_is_a_configuration_error(tmp_path: Any) -> None:
    assert "algorithms" in problems(tmp_path, algorithms=None)


def test_J2_a_public_key_is_no_secret(gateway: Gateway) -> None:
    for public in (RSA.public_pem.encode(), RSA.public_pem.strip().encode()):
        forged = SigningKey("HS256", public, RSA.kid)
        # PyJWT refuses to sign with a public key, so the MAC is made by hand.
        import hashlib
        import hmac

        signed = f"{encoded(header(forged))}.{encoded(claims(iss='https://rsa.test'))}"
        mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()
        assert verdict(gateway, f"{signed}.{base64url(mac)}") == "algorithm_not_allowed"


def test_J2_a_key_verifies_its_own_algorithm_only(gateway: Gateway) -> None:
    other_hash = SigningKey("RS512", RSA.private, RSA.kid)
    assert verdict(gateway, token(other_hash, iss="https://any.test")) in ("key_unknown", "signature_invalid")


def test_J2_symmetric_beside_asymmetric_is_a_configuration_error(tmp_path: Any) -> None:
    assert "algorithms" in problems(tmp_path, algorithms=["ES256", "HS256"])


BAD_FORMS = {
    "nothing after the second dot": lambda good: good + ".",
    "four parts": lambda good: good + ".AAAA",
    "five parts": lambda good: good + ".AAAA.AAAA",
    "two parts": lambda good: good.rpartition(".")[0],
    "padding": lambda good: good + "=",
    "the other alphabet": lambda good: good[:-4] + "+/+/",
    "no base64": lambda good: good[:-1] + "*",
    "a header that is no object": lambda good: encoded("[]") + good[good.index(".") :],
    "a header that is no JSON": lambda good: encoded("alg") + good[good.index(".") :],
    "an empty header": lambda good: good[good.index(".") :],
    "the JSON serialization": lambda good: json.dumps(
        {"payload": good.split(".")[1], "protected": good.split(".")[0], "signature": good.split(".")[2]},
        separators=(",", ":"),
    ),
}


@pytest.mark.parametrize("form", BAD_FORMS)
def test_J3_anything_but_three_base64url_parts_is_malformed(gateway: Gateway, form: str) -> None:
    assert verdict(gateway, BAD_FORMS[form](token())) in ("token_malformed", "multiple_credentials")


def test_J3_an_unsigned_body_may_not_be_anything_but_an_object(gateway: Gateway) -> None:
    for body in ("[]", '"text"', "", "{", "{}x", "null"):
        assert verdict(gateway, compact(header(KEY), body, KEY)) == "token_malformed"


def test_J4_the_length_of_an_es256_signature_is_exact(gateway: Gateway) -> None:
    signed, _, signature = token().rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    for wrong in (raw[:-1], raw + b"\0", b"\0" * 64, b"", raw[:32] + b"\0" * 32):
        assert verdict(gateway, f"{signed}.{base64url(wrong)}") in ("signature_invalid", "token_malformed")


def test_J4_a_der_signature_is_refused(gateway: Gateway) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    signed = f"{encoded(header(KEY))}.{encoded(claims())}"
    der = KEY.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert verdict(gateway, f"{signed}.{base64url(der)}") == "signature_invalid"


def test_J5_a_secret_of_32_bytes_verifies_hs256(gateway: Gateway) -> None:
    assert verdict(gateway, token(secret_key(SECRET), iss="https://hmac.test")) == "allowed"
    assert verdict(gateway, token(secret_key(SECRET[::-1]), iss="https://hmac.test")) == "signature_invalid"


@pytest.mark.parametrize("secret", ["short", "x" * 31, "base64:" + base64.b64encode(b"x" * 31).decode()])
def test_J5_a_short_secret_is_a_configuration_error(tmp_path: Any, secret: str) -> None:
    told = problems(tmp_path, keys={"secret": secret}, algorithms=["HS256"])
    assert "secret" in told
    assert "short" not in told.replace("too short", "").replace("shorter", "") or secret != "short"


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


def test_J9_a_kid_is_a_name_and_nothing_else(gateway: Gateway) -> None:
    for kid in ("../../../../dev/null", "' OR 1=1 --", "|/bin/true", "\u0000", "k" * 300):
        assert verdict(gateway, token(headers={"kid": kid})) in ("key_unknown", "token_malformed")
    assert verdict(gateway, token(headers={"kid": 7})) in ("key_unknown", "token_malformed")


def test_J9_keys_that_a_token_brings_along_are_ignored(gateway: Gateway) -> None:
    stranger = SigningKey.generate(kid=KEY.kid)
    with Issuer(stranger) as elsewhere:
        pointers = {"jku": elsewhere.url + "/jwks", "x5u": elsewhere.url + "/cert", "jwk": stranger.public_jwk}
        for name, value in pointers.items():
            assert verdict(gateway, token(stranger, headers={name: value})) == "signature_invalid"
            assert verdict(gateway, token(stranger, headers={name: value, "kid": "new"})) == "key_unknown"
        assert not elsewhere.fetches


@pytest.mark.parametrize("kind", ["at+jwt", "AT+JWT", "application/at+jwt", "jwt", "JWT", "application/jwt", None])
def test_J10_the_type_of_an_access_token_is_a_media_type(gateway: Gateway, kind: str | None) -> None:
    assert verdict(gateway, token(headers={"typ": kind})) == "allowed"


@pytest.mark.parametrize("kind", ["logout+jwt", "dpop+jwt", "secevent+jwt", "JWE", "x/at+jwt", ""])
def test_J10_J11_another_type_is_refused(gateway: Gateway, kind: str) -> None:
    assert verdict(gateway, token(headers={"typ": kind})) == "type_not_allowed"


def test_J12_an_encrypted_token_is_malformed(gateway: Gateway) -> None:
    parts = [encoded({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2**31}), "AAAA", "AAAA", "AAAA", "AAAA"]
    assert verdict(gateway, ".".join(parts)) == "token_malformed"


def test_J13_crit_is_refused(gateway: Gateway) -> None:
    for crit in (["b64"], ["exp"], []):
        assert verdict(gateway, token(headers={"crit": crit, "b64": False})) == "token_malformed"


def test_J13_duplicate_members_are_refused(gateway: Gateway) -> None:
    head, body = json.dumps(header(KEY)), json.dumps(claims())
    assert verdict(gateway, compact(head[:-1] + ', "alg": "ES256"}', body, KEY)) == "token_malformed"
    assert verdict(gateway, compact(head, body[:-1] + ', "sub": "root"}', KEY)) == "token_malformed"
    nested = body[:-1] + ', "a": {"b": 1, "b": 2}}'
    assert verdict(gateway, compact(head, nested, KEY)) == "token_malformed"


@pytest.mark.parametrize("date", ["soon", True, None, [], {}, "1e400"])
def test_J13_a_date_that_is_no_number_is_malformed(gateway: Gateway, date: Any) -> None:
    for name in ("exp", "nbf", "iat"):
        body = {**claims(), name: date}
        assert verdict(gateway, compact(header(KEY), body, KEY)) == "token_malformed", name


def test_J13_a_number_too_large_for_a_date_is_refused(gateway: Gateway) -> None:
    body = json.dumps(claims(exp=None))
    for number in ("1e999", "1e308", "-1", "9" * 400):
        assert verdict(gateway, compact(header(KEY), f'{body[:-1]}, "exp": {number}}}', KEY)) != "allowed"


def test_J13_deep_nesting_is_malformed(gateway: Gateway) -> None:
    body = json.dumps(claims())
    assert (
        verdict(gateway, compact(header(KEY), f'{body[:-1]}, "a": {"[" * 2000}{"]" * 2000}}}', KEY))
        == "token_malformed"
    )


def test_J13_a_token_without_exp_is_refused(gateway: Gateway) -> None:
    assert verdict(gateway, token(exp=None)) == "claim_missing"


def test_J13_the_leeway_is_30_seconds(gateway: Gateway) -> None:
    now = int(time.time())
    assert verdict(gateway, token(exp=now - 20)) == "allowed"
    assert verdict(gateway, token(exp=now - 40)) == "token_expired"
    assert verdict(gateway, token(nbf=now + 20)) == "allowed"
    assert verdict(gateway, token(nbf=now + 40)) == "token_not_yet_valid"
    assert verdict(gateway, token(iat=now + 40)) == "token_not_yet_valid"


def test_J13_a_leeway_above_a_minute_is_a_configuration_error(tmp_path: Any) -> None:
    assert "leeway" in problems(tmp_path, leeway="61s")
    assert problems(tmp_path, leeway="60s") == ""


def test_J13_the_lifetime_and_the_required_claims_are_the_issuers_own(gateway: Gateway) -> None:
    now = int(time.time())
    mine = {"iss": "https://short.test", "client_id": "app", "iat": now}
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


def test_a_token_without_kid_is_tried_on_the_keys_that_fit(gateway: Gateway) -> None:
    assert verdict(gateway, token(headers={"kid": None})) == "allowed"
    assert verdict(gateway, token(RSA, headers={"kid": None}, iss="https://pem.test")) == "allowed"


def test_the_scheme_is_matched_in_any_case(gateway: Gateway) -> None:
    for scheme in ("bearer", "BEARER", "BeArEr"):
        assert gateway.ask("GET", "/me", f"Authorization: {scheme} {token()}").status == 200


def test_a_token_in_the_query_is_none(gateway: Gateway) -> None:
    assert gateway.ask("GET", f"/me?access_token={token()}").code == "token_missing"


def problems(folder: Any, **changes: Any) -> str:
    """What `check` says about an issuer with `changes`; empty when it is content."""
    corp = {name: value for name, value in issuer(**changes).items() if value is not None}
    file = folder / "gateway.yaml"
    file.write_text(json.dumps(policy([{"path": "/", "access": "authenticated"}], issuers={"corp": corp})))
    done = gatehouse("check", "--config", file)
    return "" if done.returncode == 0 else done.stdout
