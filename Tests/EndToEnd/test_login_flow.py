"""Sign-in with a provider: the way there, the way back, and what must not pass on it."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from harness import Gateway, SigningKey, eventually, policy
from harness.keys import secret_key
from harness.people import APP, Person, entry, session_key, signing_in
from harness.providers import CLIENT, CLIENT_SECRET, ScriptedProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(autouse=True)
def usual(provider: ScriptedProvider) -> Iterator[None]:
    """What a test changed is not the next one's."""
    yield
    provider.claims, provider.response, provider.failure, provider.signer = {}, {}, None, None


@pytest.fixture(scope="module")
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway(signing_in(provider)) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    with Person(gateway) as somebody:
        yield somebody


def with_query(url: str, **changes: str | None) -> str:
    """The address with other parameters; None leaves one out."""
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **changes}
    return parts._replace(query=urlencode({name: value for name, value in query.items() if value is not None})).geturl()


def test_b1_whoever_signs_in_gets_where_they_wanted(person: Person, provider: ScriptedProvider) -> None:
    answer = person.open("/app/page?tab=2")
    assert (answer.status_code, answer.json()["target"]) == (200, "/app/page?tab=2")
    assert answer.json()["headers"]["x-auth-subject"] == "alice"
    assert (person.info["provider"], person.info["subject"]) == ("sso", "alice")


@pytest.mark.parametrize(
    "target", ["/app/a%20b?q=%2F&x=%E2%82%AC", "/app/%E2%82%AC", "/app/x;y=1?z", "/app/a+b", "/app/a%25b", "/app/"]
)
def test_the_way_back_is_exact(target: str, person: Person) -> None:
    assert person.open(target).json()["target"] == target


def test_rp5_rp6_rp7_each_request_has_its_own_secrets(person: Person, provider: ScriptedProvider) -> None:
    provider.requests.clear()
    for _ in range(3):
        person.go(person.go("/oauth2/start?rd=/app").headers["Location"])
    assert all(
        (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
        for asked in provider.requests
    )
    for name in ("state", "nonce", "code_challenge"):
        values = [asked[name] for asked in provider.requests]
        # 256 bits in base64url.
        assert len(set(values)) == 3 and all(re.fullmatch(r"[\w-]{43,}", value) for value in values), name


def test_rp5_the_verifier_has_256_bits_and_comes_once(person: Person, provider: ScriptedProvider) -> None:
    provider.forms.clear()
    person.sign_in()
    person.client.cookies.clear()
    person.sign_in()
    verifiers = [form["code_verifier"] for form in provider.forms]
    assert len(set(verifiers)) == 2 and all(re.fullmatch(r"[\w.~-]{43,128}", verifier) for verifier in verifiers)


@pytest.mark.parametrize("what", ["no cookie", "a cookie of another browser", "a state that is not ours", "no state"])
def test_rp1_a_response_that_this_browser_did_not_ask_for_costs_no_token_request(
    what: str, person: Person, gateway: Gateway, provider: ScriptedProvider
) -> None:
    callback = person.until_callback()
    provider.forms.clear()
    with Person(gateway) as other:
        if what == "a cookie of another browser":
            other.until_callback()
        changes = {"a state that is not ours": {"state": "A" * 43}, "no state": {"state": None}}
        visitor = person if what in changes else other
        answer = visitor.go(with_query(callback, **changes.get(what, {})))
        assert (answer.status_code, provider.forms) == (400, [])
        assert "sign_in_failed" in answer.text
        assert "gatehouse" not in visitor.cookies


def test_rp2_a_response_signs_in_once(person: Person, provider: ScriptedProvider) -> None:
    callback = person.until_callback()
    before = dict(person.cookies)
    assert person.go(callback).status_code == 302
    provider.forms.clear()
    person.client.cookies.delete("gatehouse")
    assert person.go(callback).status_code == 400
    assert (provider.forms, "gatehouse" in person.cookies) == ([], False)
    # Nor with its cookies put back as they were.
    person.client.cookies.clear()
    for name, value in before.items():
        person.client.cookies.set(name, value, domain="127.0.0.1")
    assert person.go(callback).status_code == 400
    assert (provider.forms, "gatehouse" in person.cookies) == ([], False)


def test_rp2_a_stale_response_leads_who_is_signed_in_to_its_target(person: Person, provider: ScriptedProvider) -> None:
    callback = person.until_callback("/app/here?x=1")
    person.go(callback)
    session, calls = person.cookies["gatehouse"], len(provider.forms)
    again = person.go(callback)
    assert (again.status_code, again.headers["Location"]) == (302, "/app/here?x=1")
    assert (person.cookies["gatehouse"], len(provider.forms)) == (session, calls)


@pytest.mark.parametrize("issuer", [None, "https://other.example", "{}/", ""])
def test_rp4_a_response_of_another_issuer_is_not_redeemed(
    issuer: str | None, person: Person, provider: ScriptedProvider
) -> None:
    provider.forms.clear()
    callback = with_query(person.until_callback(), iss=issuer and issuer.format(provider.issuer))
    assert person.go(callback).status_code == 400
    assert (provider.forms, "gatehouse" in person.cookies) == ([], False)


@pytest.mark.parametrize("issuer", [None, "https://other.example", "{}/", ""])
def test_rp4_an_error_of_another_issuer_is_not_shown_as_the_providers(
    issuer: str | None, person: Person, provider: ScriptedProvider
) -> None:
    error = {"code": None, "error": "a_word_of_somebody_elses"}
    answer = person.go(with_query(person.until_callback(), iss=issuer and issuer.format(provider.issuer), **error))
    assert (answer.status_code, "gave an answer that cannot be used" in answer.text) == (400, True)
    assert "a_word_of_somebody_elses" not in answer.text
    # The provider's own is.
    own = person.go(with_query(person.until_callback(), **error))
    assert (own.status_code, "a_word_of_somebody_elses" in own.text) == (400, True)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("nonce", "somebody-elses"),
        ("nonce", None),
        ("aud", "another-client"),
        ("aud", ["gatehouse-of-the-bench", "another-client"]),
        ("azp", "another-client"),
        ("iss", "https://other.example"),
        ("sub", None),
        ("exp", 1),
        ("iat", 1),
        ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
    ],
)
def test_rp6_an_id_token_that_is_not_for_this_sign_in_is_refused(
    claim: str, value: object, person: Person, provider: ScriptedProvider
) -> None:
    provider.claims = {claim: value}
    answer = person.open("/app")
    assert (answer.status_code, "gatehouse" in person.cookies) == (400, False)
    assert "sign_in_failed" in answer.text


def test_rp4_an_issuer_that_nobody_promised_may_be_missing() -> None:
    with ScriptedProvider() as provider:
        provider.metadata, provider.response = {"authorization_response_iss_parameter_supported": None}, {"iss": None}
        with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
            assert person.sign_in().is_signed_in


def test_rp4_the_code_of_another_provider_is_not_redeemed() -> None:
    with ScriptedProvider() as good, ScriptedProvider() as evil:
        login = {"providers": {"good": entry(good), "evil": entry(evil)}, "session": {"keys": [session_key()]}}
        with Gateway(policy([APP], login=login)) as gateway, Person(gateway) as person:
            asked = person.go("/oauth2/start?provider=good&rd=/app").headers["Location"]
            other = person.go("/oauth2/start?provider=evil&rd=/app").headers["Location"]
            code = dict(parse_qsl(urlsplit(person.go(asked).headers["Location"]).query))["code"]
            mixed = with_query(person.go(other).headers["Location"], code=code, iss=good.issuer)
            assert person.go(mixed).status_code == 400
    assert (good.forms, evil.forms) == ([], [])


@pytest.mark.parametrize("kind", ["secret of the client", "another key"])
def test_rp6_an_id_token_that_another_key_signed_is_refused(
    kind: str, person: Person, provider: ScriptedProvider
) -> None:
    secret = secret_key(CLIENT_SECRET.encode())
    provider.signer = secret if kind == "secret of the client" else SigningKey.generate("ES256")
    assert (person.open("/app").status_code, "gatehouse" in person.cookies) == (400, False)


def test_a_new_key_of_the_provider_is_fetched() -> None:
    with ScriptedProvider() as provider, Gateway(signing_in(provider)) as gateway:
        for _ in range(2):
            with Person(gateway) as person:
                assert person.sign_in().is_signed_in
            provider.key = SigningKey.generate("ES256")
    assert provider.calls["/jwks"] == 2


@pytest.mark.parametrize("issuer", ["{}/", "https://other.example", None])
def test_rp9_metadata_of_another_issuer_is_not_used(issuer: str | None) -> None:
    with ScriptedProvider() as provider:
        provider.metadata = {"issuer": issuer and issuer.format(provider.issuer)}
        with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
            page = person.open("/app")
            assert (page.status_code, "sign_in_failed" in page.text, provider.requests) == (400, True, [])
            assert eventually(lambda: "sign_in_failed" in gateway.said())


def test_a_provider_that_is_away_keeps_no_gateway_from_starting() -> None:
    with ScriptedProvider() as provider:
        settings = signing_in(provider)
    with Gateway(settings) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "cannot be reached" in page.text) == (503, True)
        # There is somewhere to try again.
        assert 'href="/oauth2/start?rd=%2Fapp"' in page.text


def test_why_an_id_token_is_refused_is_told_to_the_operator_alone(provider: ScriptedProvider) -> None:
    provider.claims = {"nonce": "somebody-elses"}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        page = person.open("/app")
        line = json.loads(eventually(lambda: [line for line in gateway.messages if "sign_in_failed" in line])[0])
    assert (line["level"], line["provider"], "nonce" in line["message"]) == ("error", "sso", True)
    assert line["request_id"] in page.text and "nonce" not in page.text


@pytest.mark.parametrize("name", ["access_token", "id_token"])
def test_rp7_a_token_in_the_query_is_not_looked_at(name: str, person: Person, provider: ScriptedProvider) -> None:
    provider.forms.clear()
    answer = person.go(with_query(person.until_callback(), **{name: "eyJ"}))
    assert (answer.status_code, provider.forms) == (400, [])


def test_rp7_what_says_a_thing_twice_is_refused(person: Person, provider: ScriptedProvider) -> None:
    provider.forms.clear()
    callback = person.until_callback()
    assert person.go(f"{callback}&code=other").status_code == 400
    assert person.go(f"{callback}&state=other").status_code == 400
    assert provider.forms == []


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT"])
def test_a_callback_takes_get_alone(method: str, person: Person, provider: ScriptedProvider) -> None:
    provider.forms.clear()
    answer = person.go(person.until_callback(), method)
    assert (answer.status_code, answer.headers["Allow"], provider.forms) == (405, "GET", [])


def test_five_tabs_sign_in_and_a_sixth_makes_the_first_start_again(person: Person) -> None:
    callbacks = [person.until_callback(f"/app/{tab}") for tab in range(6)]
    assert person.go(callbacks[0]).status_code == 400
    arrivals = [person.go(callback).headers.get("Location") for callback in callbacks[1:3]]
    assert arrivals == ["/app/1", "/app/2"]


def test_the_session_is_a_new_one_each_time(person: Person) -> None:
    person.sign_in()
    first = person.cookies["gatehouse"]
    person.open("/oauth2/start?rd=/app")
    assert person.cookies["gatehouse"] != first


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_provider_that_fails_is_503(status: int, person: Person, provider: ScriptedProvider) -> None:
    provider.failure = (status, {"error": "server_error"})
    answer = person.open("/app")
    assert (answer.status_code, "gatehouse" in person.cookies) == (503, False)
    assert "sign_in_failed" in answer.text


def test_a_provider_that_says_no_is_400(person: Person, provider: ScriptedProvider) -> None:
    provider.failure = (400, {"error": "invalid_grant"})
    assert person.open("/app").status_code == 400
