"""The pages of signing in: what they say, what they let nobody do, and who they do not let in."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from harness import Answer, Gateway, policy
from harness.people import APP, Person, entry, session_key, signing_in
from harness.providers import ScriptedProvider

HOSTILE = "<script>alert(1)</script>\"'&\x1b[31m\u202e"


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(autouse=True)
def usual(provider: ScriptedProvider) -> Iterator[None]:
    """What a test changed is not the next one's."""
    person = dict(provider.person)
    yield
    provider.claims, provider.response, provider.failure, provider.person = {}, {}, None, person


@pytest.fixture(scope="module")
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway(signing_in(provider)) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    with Person(gateway) as somebody:
        yield somebody


def response(callback: str, **parameters: str) -> str:
    """The callback of the same flow with only `state`, `iss` and these parameters."""
    given = dict(parse_qsl(urlsplit(callback).query))
    kept = {name: given[name] for name in ("state", "iss")}
    return f"{callback.partition('?')[0]}?{urlencode({**kept, **parameters})}"


def is_guarded(page: httpx.Response) -> None:
    """RP13."""
    policy_of_page = page.headers["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy_of_page.split(";"))
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert (directives["default-src"], directives["frame-ancestors"]) == ("'none'", "'none'")
    assert directives["base-uri"] == "'none'" and "script-src" not in directives
    # With a form the browser has to say where it comes from.
    assert page.headers["Referrer-Policy"] == ("same-origin" if "<form" in page.text else "no-referrer")
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|@import|url\(|\bon\w+=", page.text, re.IGNORECASE)


def test_rp13_no_page_can_be_framed_kept_or_asks_elsewhere(person: Person, provider: ScriptedProvider) -> None:
    pages = [person.go("/oauth2/sign_in"), person.go("/oauth2/callback"), person.go("/oauth2/start?rd=//evil.example")]
    pages.append(person.go(response(person.until_callback(), error="access_denied")))
    provider.failure = (500, {})
    pages.append(person.open("/app"))
    provider.failure = None
    pages += [person.sign_in().go("/oauth2/sign_out"), person.go("/oauth2/sign_out", "POST", data={"rd": "/"})]
    person.client.cookies.clear()
    pages.append(person.go("/oauth2/sign_out"))
    assert [page.status_code for page in pages] == [200, 400, 400, 400, 503, 200, 403, 200]
    for page in pages:
        is_guarded(page)


def test_rp13_redirects_of_sign_in_leave_no_trace(person: Person) -> None:
    person.sign_in()
    for answer in person.answers[1:-1]:
        if answer.url.path.startswith("/oauth2"):
            assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_a_person_who_cancels_is_told_so(person: Person, provider: ScriptedProvider) -> None:
    calls = len(provider.forms)
    page = person.go(response(person.until_callback(), error="access_denied", error_description="No!"))
    assert (page.status_code, "was cancelled" in page.text, len(provider.forms)) == (400, True, calls)
    assert "sign_in_failed" in page.text and "No!" not in page.text


def test_rp14_what_a_provider_says_is_escaped_and_cut(person: Person) -> None:
    page = person.go(response(person.until_callback(), error=HOSTILE + "x" * 4000, error_description="described" * 99))
    assert page.status_code == 400
    assert "<script" not in page.text and "described" not in page.text
    assert not any(mark in page.text for mark in ("\x1b", "\u202e"))
    (shown,) = re.findall(r"<code><bdi>(.*?)</bdi></code>", page.text)
    assert html.unescape(shown).startswith("<script>") and len(html.unescape(shown)) <= 256


def test_rp14_what_somebody_is_called_is_escaped(provider: ScriptedProvider) -> None:
    provider.person |= {"email": HOSTILE, "email_verified": True}
    with Gateway(signing_in(provider, allow={"domains": ["example.com"]})) as gateway, Person(gateway) as person:
        page = person.open("/app")
    assert (page.status_code, "<script" in page.text) == (403, False)
    is_guarded(page)


def test_pages_speak_german(person: Person) -> None:
    page = person.go("/oauth2/sign_in", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.1"})
    assert (page.headers["Content-Language"], 'lang="de"' in page.text) == ("de", True)


# Who is let in


@pytest.mark.parametrize(
    ("allow", "changes", "is_let_in"),
    [
        ({"emails": ["alice@example.com"]}, {}, True),
        ({"emails": ["ALICE@EXAMPLE.COM"]}, {}, True),
        ({"emails": ["bob@example.com"]}, {}, False),
        ({"domains": ["example.com"]}, {}, True),
        ({"domains": ["example.com"]}, {"email": "alice@example.com.evil.example"}, False),
        ({"domains": ["example.com"]}, {"email": "alice@example.com@evil.example"}, False),
        ({"domains": ["example.com"]}, {"email": "alice@sub.example.com"}, False),
        ({"domains": ["example.com"]}, {"email_verified": False}, False),
        ({"domains": ["example.com"]}, {"email_verified": "true"}, False),
        ({"domains": ["example.com"]}, {"email_verified": None}, False),
        ({"domains": ["example.com"]}, {"email": None}, False),
        ({"groups": ["staff"]}, {"groups": ["staff", "other"]}, True),
        ({"groups": ["staff"]}, {"groups": ["staffs"]}, False),
        ({"groups": ["staff"]}, {}, False),
        ({"domains": ["example.com"], "groups": ["staff"]}, {}, False),
        ({"domains": ["example.com"], "groups": ["staff"]}, {"groups": ["staff"]}, True),
    ],
)
def test_who_is_not_on_the_list_is_not_let_in(
    allow: dict[str, list[str]], changes: dict[str, Any], is_let_in: bool, provider: ScriptedProvider
) -> None:
    provider.person |= changes
    provider.person = {name: value for name, value in provider.person.items() if value is not None}
    with Gateway(signing_in(provider, allow=allow)) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, person.is_signed_in) == ((200, True) if is_let_in else (403, False))
        if not is_let_in:
            assert "sign_in_denied" in page.text
            # It names the rule, and nobody who would be let in.
            shown = page.text.replace(str(provider.person.get("email")), "")
            assert not any(one in shown for entries in allow.values() for one in entries)


# Browsers that come back again and again


def forgetful(person: Person, *kept: str) -> httpx.Response:
    """Sign in twice and lose the session each time; what the third time is answered."""
    for _ in range(2):
        assert person.open("/app").status_code == 200
        for name in [name for name in person.cookies if name not in kept]:
            person.client.cookies.delete(name)
    return person.open("/app")


def test_the_third_sign_in_within_a_moment_is_a_page_that_says_why(person: Person, provider: ScriptedProvider) -> None:
    calls = len(provider.requests)
    page = forgetful(person, "gatehouse_flow")
    assert (page.status_code, len(provider.requests) - calls) == (400, 2)
    assert "your browser does not keep the cookie" in page.text and "sign_in_failed" in page.text
    assert 'href="/oauth2/start?rd=%2Fapp"' in page.text
    is_guarded(page)


def test_a_session_that_was_over_at_once_is_a_matter_of_clocks(person: Person) -> None:
    for _ in range(2):
        person.sign_in()
        person.client.cookies.set("gatehouse", "1.AAAA", domain="127.0.0.1")
    # Where the gateway takes it away, the browser has none the next time.
    page = person.go("/oauth2/start?rd=/app")
    assert (page.status_code, "A clock is wrong" in page.text) == (400, True)


def test_another_host_than_the_cookies_is_named(person: Person, gateway: Gateway) -> None:
    for _ in range(2):
        person.sign_in()
        person.client.cookies.delete("gatehouse")
    line = f"Cookie: gatehouse_flow={person.cookies['gatehouse_flow']}"
    answer = gateway.ask("GET", "/oauth2/start?rd=/app", line, host=f"localhost:{gateway.port}")
    text = answer.body.decode()
    assert answer.status == 400
    assert "<bdi>127.0.0.1</bdi>" in text and "<bdi>localhost</bdi>" in text and "login.cookie.domain" in text


def test_http_where_the_cookie_needs_https_is_named(provider: ScriptedProvider) -> None:
    gateway = Gateway(signing_in(provider))
    gateway.change(login={**gateway.policy["login"], "base_url": f"https://127.0.0.1:{gateway.port}"})
    host = f"127.0.0.1:{gateway.port}"
    flow = ""

    def go(target: str) -> Answer:
        nonlocal flow
        answer = gateway.ask("GET", target, f"Cookie: {flow}", host=host)
        flow = next(line for line in answer.all("Set-Cookie") if "_flow=" in line).split(";")[0]
        return answer

    with gateway:
        for _ in range(2):
            there = httpx.get(go("/oauth2/start?rd=/app").get("Location"), trust_env=False)
            assert go(there.headers["Location"].removeprefix(f"https://{host}")).status == 302
        page = go("/oauth2/start?rd=/app")
    assert (page.status, "opened over http" in page.body.decode()) == (400, True)


def test_two_sign_ins_in_a_moment_are_a_person(provider: ScriptedProvider) -> None:
    with ScriptedProvider() as other:
        login = {"providers": {"sso": entry(provider), "other": entry(other)}, "session": {"keys": [session_key()]}}
        with Gateway(policy([APP], login=login)) as gateway, Person(gateway) as person:
            assert person.open("/oauth2/start?provider=sso&rd=/app").status_code == 200
            assert person.open("/oauth2/start?provider=other&rd=/app").status_code == 200
            assert person.info["provider"] == "other"


def test_a_sign_in_that_failed_has_its_code_in_the_access_log(provider: ScriptedProvider) -> None:
    def logged(answer: httpx.Response) -> tuple[int, str, str]:
        line = gateway.logged(request_id=answer.headers["X-Request-Id"])
        return answer.status_code, line["code"], line["decision"]

    refused = {"sso": entry(provider, allow={"emails": ["nobody@example.com"]}), "open": entry(provider)}
    login = {"providers": refused, "session": {"keys": [session_key()]}}
    with Gateway(policy([APP], login=login)) as gateway, Person(gateway) as person:
        began = person.go("/oauth2/start?provider=open&rd=/app")
        line = gateway.logged(request_id=began.headers["X-Request-Id"])
        assert (line["status"], line["code"], line["decision"]) == (302, None, "allow")
        assert logged(person.go("/oauth2/callback?state=unknown&code=x")) == (400, "sign_in_failed", "deny")
        assert logged(person.open("/oauth2/start?provider=sso&rd=/app")) == (403, "sign_in_denied", "deny")
        provider.failure = (503, {"error": "server_error"})
        assert logged(person.open("/oauth2/start?provider=open&rd=/app")) == (503, "sign_in_failed", "deny")
        provider.failure = None
        for _ in range(2):
            assert person.open("/oauth2/start?provider=open&rd=/app").status_code == 200
            person.client.cookies.delete("gatehouse")
        assert logged(person.go("/oauth2/start?provider=open&rd=/app")) == (400, "sign_in_failed", "deny")
        assert gateway.metric("denials_total", code="sign_in_failed") == 3
        assert gateway.metric("denials_total", code="sign_in_denied") == 1


def test_who_did_not_get_in_is_not_in_a_loop(provider: ScriptedProvider, person: Person) -> None:
    provider.failure = (400, {"error": "invalid_grant"})
    assert [person.open("/app").status_code for _ in range(4)] == [400] * 4
    provider.failure = None
    assert person.open("/app").status_code == 200
