"""How the gateway proves to a provider who asks, and requests that it hands in beforehand (PAR, RFC 9126)."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from harness import Gateway, SigningKey, eventually
from harness.keys import ALGORITHMS
from harness.people import Person, entry, signing_in, until_due
from harness.providers import CLIENT, ScriptedProvider

PUSHED = "pushed_authorization_request_endpoint"
METHODS = "token_endpoint_auth_methods_supported"
# What RFC 6749, section 2.3.1, wants form-encoded before it goes into a Basic field; the name has a colon.
ODD_NAME = "gate:house of+the%2Fbench&=?#"
ODD_SECRET = secrets.token_urlsafe(16) + " :+%&=?#/~\"'\\<>"


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


def pushing(provider: ScriptedProvider, **metadata: Any) -> dict[str, Any]:
    """Its metadata where requests may be pushed."""
    return {PUSHED: f"{provider.issuer}/par", **metadata}


def signing(provider: ScriptedProvider, key: SigningKey, folder: Path, form: str = "pem") -> dict[str, Any]:
    """A policy whose gateway has that key, and a provider that takes nothing else."""
    provider.client.key = key
    provider.metadata = {**provider.metadata, METHODS: ["private_key_jwt"]}
    file = folder / "client.key"
    file.write_text(key.private_pem if form == "pem" else json.dumps(private_jwk(key)))
    rules = signing_in(provider)
    rules["login"]["providers"]["sso"] = entry(provider, private_key={"file": str(file)})
    del rules["login"]["providers"]["sso"]["client_secret"]
    return rules


def private_jwk(key: SigningKey) -> dict[str, Any]:
    """The whole key as JWK."""
    members = json.loads(ALGORITHMS[key.algorithm].to_jwk(key.private))
    return {**{name: value for name, value in members.items() if name != "key_ops"}, "alg": key.algorithm}


# Requests that are handed in beforehand


@pytest.mark.parametrize("metadata", [{}, {"require_pushed_authorization_requests": True}], ids=["offered", "required"])
def test_rp5_rp6_what_can_be_pushed_is_pushed(metadata: dict[str, Any], provider: ScriptedProvider) -> None:
    provider.metadata = pushing(provider, **metadata)
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        address = person.go("/oauth2/start?rd=/app/here").headers["Location"]
        (name,) = provider.pushed
        (form,) = provider.pushed.values()
        assert (form["response_type"], form["code_challenge_method"], form["scope"]) == ("code", "S256", "openid")
        assert form["redirect_uri"] == f"{person.origin}/oauth2/callback"
        assert form["state"] and form["nonce"] and form["code_challenge"]
        # The browser carries its name, and nothing else of it.
        assert dict(parse_qsl(urlsplit(address).query)) == {"client_id": CLIENT, "request_uri": name}
        assert person.open(address).json()["target"] == "/app/here"
    assert provider.client.ways == ["client_secret_basic"] * 2


def test_rp5_each_sign_in_pushes_a_request_of_its_own(provider: ScriptedProvider) -> None:
    provider.metadata = pushing(provider)
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        for tab in range(3):
            person.go(f"/oauth2/start?rd=/app/{tab}")
    forms = list(provider.pushed.values())
    for name in ("state", "nonce", "code_challenge"):
        assert len({form[name] for form in forms}) == 3, name


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        ((400, {"error": "invalid_request"}), 400),
        ((401, {"error": "invalid_client"}), 400),
        ((201, {"expires_in": 60}), 400),
        ((503, {}), 503),
    ],
)
def test_a_request_that_cannot_be_pushed_is_not_sent_by_the_browser_instead(
    failure: tuple[int, dict[str, Any]], status: int, provider: ScriptedProvider
) -> None:
    provider.metadata, provider.push_failure = pushing(provider), failure
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        page = person.open("/app/here")
        assert (page.status_code, "sign_in_failed" in page.text, provider.requests) == (status, True, [])
        assert 'href="/oauth2/start?rd=%2Fapp%2Fhere"' in page.text
        provider.push_failure = None
        assert person.sign_in().is_signed_in


def test_an_endpoint_without_https_gets_no_request() -> None:
    """A provider on this machine may have one there; it may not send secrets elsewhere in the clear."""
    with ScriptedProvider() as provider:
        provider.metadata = {PUSHED: "http://provider.example/par"}
        with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
            assert person.open("/app").status_code == 400
            assert eventually(lambda: "pushed_authorization_request_endpoint leaves https" in gateway.said())
    assert provider.requests == []


# How it proves who it is


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_name_and_a_secret_with_any_characters_arrive(method: str, provider: ScriptedProvider) -> None:
    provider.client.name, provider.client.secret = ODD_NAME, ODD_SECRET
    provider.metadata = {METHODS: [method]}
    # A policy may name the environment: `$` and braces are nothing special in what comes from there.
    rules = signing_in(provider)
    odd = entry(provider, client_id="${CLIENT_NAME}", client_secret="${CLIENT_SECRET}")
    rules["login"]["providers"]["sso"] = odd
    environment = {"CLIENT_NAME": ODD_NAME, "CLIENT_SECRET": ODD_SECRET}
    with Gateway(rules, **environment) as gateway, Person(gateway) as person:
        assert person.sign_in().is_signed_in
        person.sign_out()
        eventually(lambda: provider.revoked)
        assert ODD_SECRET not in gateway.said()
    assert provider.client.ways == [method] * 2


@pytest.mark.parametrize("listed", [None, ["client_secret_post", "client_secret_basic"]])
def test_without_a_reason_the_secret_is_in_the_field_and_not_in_the_form(
    listed: list[str] | None, provider: ScriptedProvider
) -> None:
    provider.metadata = {METHODS: listed}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        person.sign_in()
    assert provider.client.ways == ["client_secret_basic"]
    assert "client_secret" not in provider.forms[0]


@pytest.mark.parametrize(("algorithm", "form"), [("ES256", "pem"), ("RS256", "pem"), ("EdDSA", "pem"), ("ES384", "jwk")])
def test_rp10_a_key_proves_it_at_every_endpoint(
    algorithm: str, form: str, provider: ScriptedProvider, tmp_path: Path
) -> None:
    """RFC 7523, section 3; the scripted provider verifies each assertion, and takes it once."""
    provider.metadata, provider.access_lifetime = pushing(provider), 2
    rules = signing(provider, SigningKey.generate(algorithm), tmp_path, form)
    with Gateway(rules) as gateway, Person(gateway) as person:
        assert person.sign_in().is_signed_in
        until_due(provider)
        assert person.is_signed_in
        person.sign_out()
        eventually(lambda: provider.revoked)
    # To push, to redeem, to refresh, to revoke.
    assert provider.client.ways == ["private_key_jwt"] * 4
    assert provider.refreshes == 1
    for claims in provider.client.assertions:
        assert (claims["iss"], claims["sub"], claims["aud"]) == (CLIENT, CLIENT, provider.issuer)
        assert claims["exp"] - claims["iat"] == 60
    assert len({claims["jti"] for claims in provider.client.assertions}) == 4
    assert "client_secret" not in str(provider.forms)


def test_rp10_another_key_proves_nothing(provider: ScriptedProvider, tmp_path: Path) -> None:
    rules = signing(provider, SigningKey.generate("ES256"), tmp_path)
    provider.client.key = SigningKey.generate("ES256")
    with Gateway(rules) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "invalid_client" in page.text) == (400, True)
        assert "gatehouse" not in person.cookies
    assert provider.client.ways == []


@pytest.mark.parametrize("listed", [["tls_client_auth"], ["private_key_jwt"], []])
def test_rp10_a_provider_that_takes_no_secret_is_not_told_it(listed: list[str], provider: ScriptedProvider) -> None:
    provider.metadata = {METHODS: listed}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        assert person.open("/app").status_code == 400
        assert eventually(lambda: "has no place for client_secret" in gateway.said())
    assert provider.forms == []
