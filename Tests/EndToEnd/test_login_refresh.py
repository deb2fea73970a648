"""Sessions are refreshed by what the provider says: once, in time, and with patience."""

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, RawClient, eventually
from harness.people import Person, beside, signing_in, until_due
from harness.providers import ScriptedProvider

CROWD = 200
pytestmark = pytest.mark.timeout(120)


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


def test_a_crowd_at_the_moment_of_expiry_is_one_token_call(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    provider.delay = 3
    clients = [RawClient(gateway.port) for _ in range(CROWD)]
    for client in clients:
        client.socket.settimeout(30)
        client.send(f"GET /app HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\n{person.cookie_line}\r\n\r\n")
    answers = [client.answer() for client in clients]
    for client in clients:
        client.close()
    assert [answer.status for answer in answers] == [200] * CROWD
    assert (provider.refreshes, provider.grants.reused, len(provider.requests)) == (1, [], 1)
    # Each has what the next request needs, and so has who comes late with the old cookie.
    assert all(any(line.startswith("gatehouse=") for line in answer.all("Set-Cookie")) for answer in answers)
    assert person.copy_for(gateway).is_signed_in
    person.client.cookies.set("gatehouse", cookie_of(answers[-1].all("Set-Cookie")), domain="127.0.0.1")
    assert person.is_signed_in
    assert (provider.refreshes, provider.grants.reused) == (1, [])


def cookie_of(lines: list[str]) -> str:
    return next(line for line in lines if line.startswith("gatehouse=")).split(";")[0].partition("=")[2]


def test_b6_what_goes_up_is_the_latest_access_token(provider: ScriptedProvider, person: Person) -> None:
    assert person.ask("/token").json()["headers"]["authorization"].removeprefix("Bearer ") in token_names(provider)
    until_due(provider)
    given = person.ask("/token").json()["headers"]["authorization"].removeprefix("Bearer ")
    assert given == token_names(provider)[-1]


def token_names(provider: ScriptedProvider) -> list[str]:
    return list(provider.grants.access_tokens)


def test_a_rotated_token_is_used_for_the_next_refresh(provider: ScriptedProvider, person: Person) -> None:
    for count in range(1, 4):
        until_due(provider)
        provider.access_lifetime = 1
        assert person.is_signed_in
        assert (provider.refreshes, provider.grants.reused) == (count, [])


def test_claims_are_what_the_provider_last_said(provider: ScriptedProvider, person: Person) -> None:
    assert person.info["email"] == "alice@example.com"
    until_due(provider)
    provider.grants.rename(email="alice@elsewhere.example")
    assert person.is_signed_in
    assert person.info["email"] == "alice@elsewhere.example"


def test_b8_a_session_ends_with_its_refresh_token(provider: ScriptedProvider, gateway: Gateway, person: Person) -> None:
    until_due(provider)
    provider.grants.end_all()
    answer = person.ask("/app")
    assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
    assert "gatehouse" not in person.cookies
    assert person.go("/app").headers["Location"] == "/oauth2/start?rd=%2Fapp"


def test_a_refreshed_id_token_of_another_subject_ends_the_session(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.claims = {"sub": "mallory"}
    assert not person.is_signed_in
    assert "gatehouse" not in person.cookies


def test_a_provider_that_fails_keeps_the_session_and_is_left_alone(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.failure = (500, {})
    assert all(person.is_signed_in for _ in range(10))
    assert provider.refreshes == 1
    provider.failure = None
    # It is asked again after a pause.
    assert eventually(lambda: person.is_signed_in and provider.refreshes == 2, within=15, every=0.5)
    assert provider.grants.reused == []


def test_a_provider_that_is_gone_keeps_the_session(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.server.shutdown()
    provider.server.server_close()
    assert person.is_signed_in


def test_a_provider_that_says_nothing_keeps_the_session(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.delay = 12
    began = time.monotonic()
    assert person.is_signed_in
    assert time.monotonic() - began < 11.5


def test_without_a_refresh_token_a_session_has_its_own_time(provider: ScriptedProvider, gateway: Gateway) -> None:
    provider.gives_refresh_tokens = False
    with Person(gateway) as person:
        person.sign_in()
        until_due(provider)
        assert person.is_signed_in
    assert provider.refreshes == 0


def test_an_answer_that_got_lost_is_there_for_the_next_request(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    provider.delay = 1
    with gateway.raw() as client:
        client.send(f"GET /app HTTP/1.1\r\nHost: localhost\r\n{person.cookie_line}\r\n\r\n")
        assert eventually(lambda: provider.refreshes == 1)
    assert person.is_signed_in
    assert (provider.refreshes, provider.grants.reused) == (1, [])


def test_a_body_waits_for_the_session(provider: ScriptedProvider, person: Person) -> None:
    until_due(provider)
    provider.delay = 1
    assert person.ask("/app", "POST", content=b"x" * 3_000_000).json()["body_bytes"] == 3_000_000


def test_requests_that_follow_each_other_wait_in_their_order(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    provider.delay = 1
    paths = [f"/app/{number}" for number in range(3)]
    with gateway.raw() as client:
        client.send(
            "".join(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{person.cookie_line}\r\n\r\n" for path in paths)
        )
        assert [client.answer().json()["target"] for _ in paths] == paths
    assert provider.refreshes == 1


def test_a_gateway_that_stops_waits_for_the_session(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    provider.delay = 2
    answers: list[Any] = []
    waiting = beside(lambda: answers.append(person.ask("/app")))
    assert eventually(lambda: provider.refreshes == 1)
    gateway.signal(signal.SIGTERM)
    waiting.join(10)
    assert [answer.status_code for answer in answers] == [200]


def test_a_reload_without_login_answers_who_waits(provider: ScriptedProvider, gateway: Gateway, person: Person) -> None:
    until_due(provider)
    provider.delay = 2
    answers: list[Any] = []
    waiting = beside(lambda: answers.append(person.ask("/app")))
    assert eventually(lambda: provider.refreshes == 1)
    gateway.policy.pop("login")
    gateway.reload(routes=[{"path": "/app", "access": "authenticated"}])
    waiting.join(10)
    assert len(answers) == 1


def test_a_sign_out_while_the_provider_thinks_wins(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    until_due(provider)
    provider.delay = 2
    other = person.copy_for(gateway)
    answers: list[Any] = []
    waiting = beside(lambda: answers.append(other.ask("/app")))
    assert eventually(lambda: provider.refreshes == 1)
    signed_out = person.sign_out()
    waiting.join(10)
    assert signed_out.status_code == 303
    assert answers[0].status_code == 401
    assert "gatehouse" not in other.cookies


def test_several_sessions_of_one_person_are_refreshed_apart(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    with Person(gateway) as other:
        other.sign_in()
        until_due(provider)
        assert person.is_signed_in and other.is_signed_in
    assert (provider.refreshes, provider.grants.reused) == (2, [])
