"""Signatures and the keys behind them: RFC 8725 as J1, J2, J4, J5 and J9."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from harness import KEY, Gateway, Issuer, SigningKey, compact, issuer, policy, token
from harness.keys import base64url, claims, encoded, header, key_set, secret_key
from harness.verdicts import problems, verdict

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KEYS = {algorithm: SigningKey.generate(algorithm) for algorithm in ALGORITHMS}
RSA = KEYS["RS256"]
SECRET = bytes(range(200, 232))


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    secret = f"base64:{base64.b64encode(SECRET).decode()}"
    issuers = {
        "corp": issuer(),
        "rsa": issuer({"inline": key_set(RSA)}, issuer="https://rsa.test", algorithms=["RS256"]),
        "pem": issuer({"pem": RSA.public_pem}, issuer="https://pem.test", algorithms=["RS256"]),
        "hmac": issuer({"secret": secret}, issuer="https://hmac.test", algorithms=["HS256"]),
        "many": issuer({"inline": key_set(*KEYS.values())}, issuer="https://many.test", algorithms=ALGORITHMS),
    }
    with Gateway(policy([{"path": "/me", "access": "authenticated"}], issuers=issuers)) as running:
        yield running


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_J1_each_listed_algorithm_is_verified(gateway: Gateway, algorithm: str) -> None:
    key = KEYS[algorithm]
    good = token(key, iss="https://many.test")
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


def test_J1_an_issuer_without_algorithms_is_a_configuration_error(tmp_path: Path) -> None:
    assert "algorithms" in problems(tmp_path, algorithms=None)


def test_J2_a_public_key_is_no_secret(gateway: Gateway) -> None:
    for public in (RSA.public_pem.encode(), RSA.public_pem.strip().encode()):
        forged = SigningKey("HS256", public, RSA.kid)
        # PyJWT refuses to sign with a public key, so the MAC is made by hand.
        signed = f"{encoded(header(forged))}.{encoded(claims(iss='https://rsa.test'))}"
        mac = hmac.new(public, signed.encode(), hashlib.sha256).digest()
        assert verdict(gateway, f"{signed}.{base64url(mac)}") == "algorithm_not_allowed"


def test_J2_a_key_verifies_its_own_algorithm_only(gateway: Gateway) -> None:
    other_hash = SigningKey("RS512", RSA.private, RSA.kid)
    assert verdict(gateway, token(other_hash, iss="https://many.test")) in ("key_unknown", "signature_invalid")


def test_J2_symmetric_beside_asymmetric_is_a_configuration_error(tmp_path: Path) -> None:
    assert "algorithms" in problems(tmp_path, algorithms=["ES256", "HS256"])


def test_J4_the_length_of_an_es256_signature_is_exact(gateway: Gateway) -> None:
    signed, _, signature = token().rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    for wrong in (raw[:-1], raw + b"\0", b"\0" * 64, b"", raw[:32] + b"\0" * 32):
        assert verdict(gateway, f"{signed}.{base64url(wrong)}") in ("signature_invalid", "token_malformed")


def test_J4_a_der_signature_is_refused(gateway: Gateway) -> None:
    signed = f"{encoded(header(KEY))}.{encoded(claims())}"
    der = KEY.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
    assert verdict(gateway, f"{signed}.{base64url(der)}") == "signature_invalid"


def test_J5_a_secret_of_32_bytes_verifies_hs256(gateway: Gateway) -> None:
    assert verdict(gateway, token(secret_key(SECRET), iss="https://hmac.test")) == "allowed"
    assert verdict(gateway, token(secret_key(SECRET[::-1]), iss="https://hmac.test")) == "signature_invalid"


@pytest.mark.parametrize("secret", ["short", "x" * 31, "base64:" + base64.b64encode(b"x" * 31).decode()])
def test_J5_a_short_secret_is_a_configuration_error(tmp_path: Path, secret: str) -> None:
    assert "secret" in problems(tmp_path, keys={"secret": secret}, algorithms=["HS256"])


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


def test_a_token_without_kid_is_tried_on_the_keys_that_fit(gateway: Gateway) -> None:
    assert verdict(gateway, token(headers={"kid": None})) == "allowed"
    assert verdict(gateway, token(RSA, headers={"kid": None}, iss="https://pem.test")) == "allowed"
