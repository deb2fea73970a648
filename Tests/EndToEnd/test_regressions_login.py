"""What went wrong with sessions once."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness import Gateway, RawUpstream, eventually, policy
from harness.browser import Browser
from harness.people import Person, beside, login, session_key, signing_in, until_due
from harness.providers import MockProvider, ScriptedProvider

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        running.access_lifetime = 2
        yield running


@pytest.fixture
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway(signing_in(provider)) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    """Signed in."""
    with Person(gateway) as somebody:
        yield somebody.sign_in()


def test_a_rotated_refresh_token_outlives_a_user_info_that_fails(provider: ScriptedProvider) -> None:
    """The token endpoint has taken the old one: whatever fails after that, the new one is the session's."""
    settings = signing_in(provider)
    settings["login"]["providers"]["sso"]["scopes"] = ["openid", "profile"]
    provider.claims = {"name": None}
    with Gateway(settings) as gateway, Person(gateway) as person:
        person.sign_in()
        until_due(provider)
        provider.userinfo_failure = 503
        assert person.is_signed_in
        provider.userinfo_failure = None
        # Longer than the pause after which a provider that failed is asked again.
        for _ in range(13):
            time.sleep(0.5)
            assert person.is_signed_in
    assert provider.grants.reused == []


def test_a_reload_while_a_session_is_refreshed_asks_no_second_time(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    """New keys for sessions are no reason to forget which refreshes are under way, or have just ended."""
    until_due(provider)
    provider.delay = 2
    other = person.copy_for(gateway)
    answers: list[Any] = []
    waiting = beside(lambda: answers.append(other.ask("/app")))
    assert eventually(lambda: provider.refreshes == 1)
    former = gateway.policy["login"]
    gateway.reload(login={**former, "session": {"keys": [session_key(), *former["session"]["keys"]]}})
    statuses = [person.ask("/app").status_code]
    waiting.join(10)
    statuses += [answer.status_code for answer in answers]
    assert (statuses, provider.refreshes, provider.grants.reused) == ([200, 200], 1, [])


def test_b8_a_session_that_the_provider_ended_stays_so_when_it_is_away(
    provider: ScriptedProvider, gateway: Gateway, person: Person
) -> None:
    """A copy of the cookie asks again, and a provider that then fails must not bring the session back."""
    until_due(provider)
    copy = person.copy_for(gateway)
    provider.grants.end_all()
    assert not person.is_signed_in
    provider.failure = (500, {})
    assert not copy.is_signed_in


@pytest.mark.parametrize(("status", "document"), [(404, {}), (200, {}), (401, {"error": "invalid_client"})])
def test_only_a_dead_refresh_token_ends_a_session(
    status: int, document: dict[str, str], provider: ScriptedProvider, person: Person
) -> None:
    """A page of maintenance, or a secret that somebody has changed there, says nothing of the session."""
    until_due(provider)
    provider.failure = (status, document)
    assert person.is_signed_in


def test_b7_signing_out_needs_no_form(person: Person) -> None:
    """`fetch('/oauth2/sign_out', {method: 'POST'})` of a page of one's own has neither a body nor a type."""
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": person.origin}
    assert person.go("/oauth2/sign_out", "POST", headers=headers).status_code == 303
    assert not person.is_signed_in


def test_b2_strict_cookies_survive_the_way_back_from_another_site() -> None:
    """A browser keeps `Strict` cookies away from all that a page of another site began, redirects included."""
    with MockProvider() as provider, Gateway(signing_in(provider, cookie={"same_site": "strict"})) as gateway:
        with Browser() as browser:
            own = f"http://127.0.0.1:{gateway.port}"
            browser.open(f"{own}/app")
            browser.type("[name=sub]", "alice")
            browser.press("form[method=post] button[type=submit]")
            browser.until(f"location.href === '{own}/app'", within=5)


def test_a_refusal_as_a_page_leads_to_sign_in(gateway: Gateway, person: Person) -> None:
    """Who prefers HTML gets the refusal as a page; `login_url` is what it is about."""
    answer = gateway.ask("GET", "/app", "Accept: text/html", "Sec-Fetch-Mode: cors")
    assert answer.status == 401
    assert f"{person.origin}/oauth2/start" in answer.body.decode()


def test_rp2_two_callbacks_at_once_redeem_the_code_once(provider: ScriptedProvider, gateway: Gateway) -> None:
    """Providers that see a code twice end what came of it the first time (RFC 6749, section 4.1.2)."""
    with Person(gateway) as person:
        callback = person.until_callback()
        provider.delay = 1
        copy = person.copy_for(gateway)
        first = beside(lambda: person.go(callback))
        assert eventually(lambda: provider.forms)
        assert copy.go(callback).status_code == 400
        first.join(10)
        assert person.is_signed_in
    assert len(provider.forms) == 1


def test_an_answer_that_brings_a_session_is_in_no_shared_cache(
    provider: ScriptedProvider, upstream: RawUpstream
) -> None:
    """A cache in front would give the cookie to everybody (RFC 9111, section 3)."""
    route = {"path": "/app/**", "login": True, "access": "authenticated", "upstream": "raw"}
    settings = policy([route], login=login(provider), upstreams={"raw": {"servers": [upstream.url]}})
    with Gateway(settings) as gateway, Person(gateway) as person:
        person.go(person.until_callback())
        until_due(provider)
        answers: list[Any] = []
        asking = beside(lambda: answers.append(person.ask("/app")))
        with upstream.accept() as peer:
            peer.request_head()
            peer.answer(b"x", "Cache-Control: public, max-age=3600")
            asking.join(10)
        (answer,) = answers
    assert answer.headers["Set-Cookie"].startswith("gatehouse=")
    assert {"no-store", "private"} & set(answer.headers["Cache-Control"].split(", "))


def test_a_long_answer_ends_when_its_person_signs_out(provider: ScriptedProvider, upstream: RawUpstream) -> None:
    """As a WebSocket does: a stream of events goes on as long as its route lets it."""
    route = {"path": "/app/**", "login": True, "access": "authenticated", "upstream": "raw"}
    settings = policy([route], login=login(provider), upstreams={"raw": {"servers": [upstream.url]}})
    with Gateway(settings) as gateway, Person(gateway) as person, gateway.raw() as client:
        person.go(person.until_callback())
        client.send(f"GET /app HTTP/1.1\r\nHost: localhost\r\n{person.cookie_line}\r\n\r\n")
        with upstream.accept() as peer:
            peer.request_head()
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:\r\n")
            assert client.answer_head().status == 200
            client.read_until(b"data:\r\n")
            assert person.sign_out().status_code == 303
            assert client.is_closed(within=5)


def test_what_a_browser_brings_back_is_cut_in_the_log(gateway: Gateway) -> None:
    """`error` of the callback is anybody's text, as long as a request line lets it be."""
    with Person(gateway) as person:
        given = httpx.URL(person.until_callback()).params
        person.go("/oauth2/callback", params={**given.remove("code"), "error": "x" * 4000})
    line = json.loads(eventually(lambda: [line for line in gateway.messages if "sign_in_failed" in line])[0])
    assert line["message"].startswith("xxx") and len(line["message"]) <= 256
