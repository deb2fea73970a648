"""What an issuer gave is for that issuer; and what it gave is not lost, whatever else it said."""

from collections.abc import Iterator

import pytest
from harness import Gateway, eventually
from harness.people import Person, entry, signing_in, until_due
from harness.providers import ScriptedProvider

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        running.access_lifetime = 2
        yield running


@pytest.fixture
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    token = {"path": "/token", "login": True, "access": "authenticated", "identity": {"authorization": "session"}}
    with Gateway({**signing_in(provider, token), "server": {"workers": 2}}) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    """Signed in."""
    with Person(gateway) as somebody:
        yield somebody.sign_in()


def test_b6_nothing_of_a_session_goes_to_another_issuer_of_the_same_name(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    copy = person.copy_for(gateway)
    with ScriptedProvider() as other:
        gateway.reload(login={**gateway.policy["login"], "providers": {"sso": entry(other)}})
        assert person.ask("/token").status_code == 401
        assert copy.sign_out().status_code == 200
        assert (other.forms, other.revoked, other.requests) == ([], [], [])
        assert person.sign_in().is_signed_in
    assert provider.refreshes == 0


def test_rp4_a_code_goes_to_no_other_issuer_of_the_same_name(gateway: Gateway) -> None:
    with Person(gateway) as somebody, ScriptedProvider() as other:
        place = somebody.until_callback()
        gateway.reload(login={**gateway.policy["login"], "providers": {"sso": entry(other)}})
        assert somebody.go(place).status_code == 400
        assert other.forms == []


def test_a_rotated_token_outlives_an_answer_that_cannot_be_verified(
    provider: ScriptedProvider, person: Person
) -> None:
    until_due(provider)
    provider.claims = {"exp": 1000}
    provider.access_lifetime = 1
    assert person.is_signed_in
    until_due(provider)
    provider.claims = {}
    assert person.is_signed_in
    assert (provider.refreshes, provider.grants.reused) == (2, [])


def test_a_rotated_token_outlives_an_answer_that_is_not_believed(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.claims = {"aud": "somebody-else", "email": "mallory@example.com"}
    assert person.is_signed_in
    assert person.info["email"] == "alice@example.com"
    provider.claims = {}
    assert eventually(lambda: person.is_signed_in and provider.refreshes == 2, within=15, every=0.5)
    assert provider.grants.reused == []
