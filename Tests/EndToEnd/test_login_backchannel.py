"""A provider says that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0)."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness import Gateway, SigningKey, compact
from harness.people import Person, signing_in
from harness.providers import ScriptedProvider


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway({**signing_in(provider), "server": {"workers": 2}}) as running:
        yield running


def tell(gateway: Gateway, token: str) -> httpx.Response:
    """What a provider does, with no cookie and from no browser."""
    return gateway.request("POST", "/oauth2/backchannel_logout", data={"logout_token": token})


def people(gateway: Gateway, provider: ScriptedProvider, *sessions: tuple[str, str]) -> list[Person]:
    """Signed in as somebody, with a `sid` of the provider."""
    found = []
    for subject, sid in sessions:
        provider.person["sub"], provider.claims = subject, {"sid": sid}
        found.append(Person(gateway).sign_in())
    return found


def test_by_sid_one_session_ends(gateway: Gateway, provider: ScriptedProvider) -> None:
    desk, phone, bob = people(gateway, provider, ("alice", "one"), ("alice", "two"), ("bob", "three"))
    answer = tell(gateway, provider.logout_token(sid="one", sub="alice"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert [person.is_signed_in for person in (desk, phone, bob)] == [False, True, True]
    assert desk.go("/app").headers["Location"].startswith("/oauth2/start")


def test_by_sub_all_end_but_those_that_begin_later(gateway: Gateway, provider: ScriptedProvider) -> None:
    desk, phone, bob = people(gateway, provider, ("alice", "one"), ("alice", "two"), ("bob", "three"))
    assert tell(gateway, provider.logout_token(sub="alice")).status_code == 200
    assert [person.is_signed_in for person in (desk, phone, bob)] == [False, False, True]
    (again,) = people(gateway, provider, ("alice", "four"))
    assert again.is_signed_in


def test_a_reload_forgets_no_logout(gateway: Gateway, provider: ScriptedProvider) -> None:
    (person,) = people(gateway, provider, ("alice", "one"))
    token = provider.logout_token(sid="one")
    assert tell(gateway, token).status_code == 200
    gateway.reload(login={**gateway.policy["login"], "return_to": ["https://www.example.com"]})
    assert not person.is_signed_in
    assert tell(gateway, token).status_code == 400


def test_a_logout_token_counts_once(gateway: Gateway, provider: ScriptedProvider) -> None:
    (first,) = people(gateway, provider, ("alice", "one"))
    token = provider.logout_token(sub="alice", jti="only")
    assert tell(gateway, token).status_code == 200
    (second,) = people(gateway, provider, ("alice", "two"))
    assert tell(gateway, token).json()["error"] == "invalid_request"
    assert tell(gateway, provider.logout_token(sub="alice", jti="only")).status_code == 400
    assert (first.is_signed_in, second.is_signed_in) == (False, True)


@pytest.mark.parametrize(
    ("typ", "changes"),
    [
        ("JWT", {}),
        ("at+jwt", {}),
        ("", {}),
        ("logout+jwt", {"nonce": "any"}),
        ("logout+jwt", {"jti": None}),
        ("logout+jwt", {"iat": None}),
        ("logout+jwt", {"exp": None}),
        ("logout+jwt", {"exp": 1}),
        ("logout+jwt", {"sub": None, "sid": None}),
        ("logout+jwt", {"sid": 5}),
        ("logout+jwt", {"sid": ""}),
        ("logout+jwt", {"events": None}),
        ("logout+jwt", {"events": {"http://schemas.openid.net/event/other": {}}}),
        ("logout+jwt", {"events": "http://schemas.openid.net/event/backchannel-logout"}),
        ("logout+jwt", {"aud": "another-client"}),
        ("logout+jwt", {"iss": "https://other.example"}),
    ],
)
def test_what_is_no_logout_token_of_ours_ends_nothing(
    typ: str, changes: dict[str, Any], gateway: Gateway, provider: ScriptedProvider
) -> None:
    (person,) = people(gateway, provider, ("alice", "one"))
    answer = tell(gateway, provider.logout_token(typ=typ, **{"sub": "alice", "sid": "one", **changes}))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.headers["Cache-Control"] == "no-store"
    assert person.is_signed_in


def test_a_logout_token_of_another_key_ends_nothing(gateway: Gateway, provider: ScriptedProvider) -> None:
    (person,) = people(gateway, provider, ("alice", "one"))
    provider.signer = SigningKey.generate("ES256")
    forged = provider.logout_token(sub="alice")
    unsigned = compact({"alg": "none", "typ": "logout+jwt"}, {"iss": provider.issuer, "sub": "alice"}, None)
    for token in (forged, unsigned, "", "x", "a.b.c"):
        assert tell(gateway, token).status_code == 400
    assert person.is_signed_in


def test_a_logout_token_signed_with_a_new_key_counts(gateway: Gateway, provider: ScriptedProvider) -> None:
    (person,) = people(gateway, provider, ("alice", "one"))
    provider.key = SigningKey.generate("ES256")
    assert tell(gateway, provider.logout_token(sid="one")).status_code == 200
    assert not person.is_signed_in


def test_an_id_token_is_no_logout_token(gateway: Gateway, provider: ScriptedProvider) -> None:
    (person,) = people(gateway, provider, ("alice", "one"))
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": "gatehouse-of-the-bench", "sub": "alice", "iat": now, "exp": now + 60}
    assert tell(gateway, provider.signed({"typ": "JWT"}, claims)).status_code == 400
    assert person.is_signed_in


def test_it_takes_a_form_by_post_alone(gateway: Gateway, provider: ScriptedProvider) -> None:
    token = provider.logout_token(sub="alice")
    path = "/oauth2/backchannel_logout"
    assert gateway.get(path, params={"logout_token": token}).status_code == 405
    assert gateway.request("POST", path, json={"logout_token": token}).status_code == 400
    assert gateway.request("POST", path, params={"logout_token": token}).status_code == 400
    assert tell(gateway, token).status_code == 200
