"""The form of a token, judged before any cryptography: J3, J10, J11, J12 and most of J13."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness import KEY, Gateway, compact, policy, token
from harness.keys import claims, encoded, header
from harness.verdicts import verdict


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(policy([{"path": "/me", "access": "authenticated"}])) as running:
        yield running


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
