"""Sign-in at a provider that others wrote: by a client of the bench, and by a person in front of a real browser."""

import json
from collections.abc import Iterator

import pytest
from harness import Gateway
from harness.browser import Browser
from harness.gateway import ROOT
from harness.people import Person, signing_in
from harness.providers import MockProvider

FOLDER = ROOT / ".build/pages"
SUBMIT = "form[method=post] button[type=submit]:not([value=deny])"
DENY = "button[value=deny]"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def provider() -> Iterator[MockProvider]:
    with MockProvider() as running:
        running.know("alice", name="Alice", email="alice@example.com", email_verified=True, groups=["staff"])
        yield running


@pytest.fixture(scope="module")
def gateway(provider: MockProvider) -> Iterator[Gateway]:
    settings = signing_in(provider, allow={"domains": ["example.com"]})
    settings["login"]["providers"]["sso"]["scopes"] = ["openid", "profile", "email"]
    settings["routes"].append({"path": "/staff", "login": True, "access": {"claims": {"groups": ["staff"]}}})
    bye = {"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "See you."}
    settings["routes"].append({"path": "/bye", "access": "public", "respond": bye})
    with Gateway(settings) as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A new profile each time: nobody is signed in."""
    with Browser() as running:
        running.show_as(1280, 860, "light")
        yield running


def photograph(browser: Browser, name: str) -> None:
    """Keep a picture of the page with those of the specimens; one of nothing would be small."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = FOLDER / f"login-{name}.png"
    browser.screenshot(picture)
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 5_000


def sign_in_there(browser: Browser, name: str) -> None:
    """At the provider, which asks for no password."""
    browser.type("[name=sub]", name)
    browser.press(SUBMIT)


def place(browser: Browser) -> str:
    return browser.evaluate("location.href")


def test_claims_of_the_user_info_are_in_the_session(gateway: Gateway, provider: MockProvider) -> None:
    with Person(gateway) as person:
        page = person.go(person.go("/oauth2/start?rd=/staff").headers["Location"])
        back = person.go(str(page.url), "POST", data={"sub": "alice"})
        assert person.open(back.headers["Location"]).status_code == 200
        info = person.info
    assert (info["subject"], info["email"], info["groups"]) == ("alice", "alice@example.com", ["staff"])


def test_a_person_signs_in_sees_the_app_and_signs_out(
    gateway: Gateway, provider: MockProvider, browser: Browser
) -> None:
    own = f"http://127.0.0.1:{gateway.port}"
    browser.open(f"{own}/app/page?tab=2")
    assert place(browser).startswith(provider.issuer)
    sign_in_there(browser, "alice")
    browser.until(f"location.href === '{own}/app/page?tab=2'")
    seen = json.loads(browser.evaluate("document.body.innerText"))
    assert (seen["target"], seen["headers"]["x-auth-subject"]) == ("/app/page?tab=2", "alice")
    assert "cookie" not in seen["headers"]
    # No script of the page reads the cookies, and one may ask who is signed in.
    assert browser.evaluate("document.cookie") == ""
    info = browser.evaluate("fetch('/oauth2/userinfo').then(answer => answer.json())")
    assert (info["provider"], info["email"]) == ("sso", "alice@example.com")
    assert browser.evaluate("fetch('/app', {method: 'POST'}).then(answer => answer.status)") == 200

    browser.events.clear()
    browser.open(f"{own}/oauth2/sign_out?rd=/bye")
    assert "alice@example.com" in browser.evaluate("document.body.innerText")
    photograph(browser, "sign-out")
    browser.press("button[name=scope][value=here]")
    browser.until(f"location.href.startsWith('{provider.issuer}')")
    problems = [event for event in browser.events if event["method"] in ("Log.entryAdded", "Audits.issueAdded")]
    assert [event for event in problems if own in json.dumps(event)] == []
    browser.press("form button[type=submit]")
    browser.until("document.body.innerText === 'See you.'")
    browser.open(f"{own}/app/page")
    assert place(browser).startswith(provider.issuer)


def test_a_person_who_says_no_is_back_on_a_page_of_the_gateway(
    gateway: Gateway, provider: MockProvider, browser: Browser
) -> None:
    browser.open(f"http://127.0.0.1:{gateway.port}/app")
    browser.press(DENY)
    browser.until(f"location.href.startsWith('http://127.0.0.1:{gateway.port}/oauth2/callback')")
    assert "sign_in_failed" in browser.evaluate("document.body.innerText")
    photograph(browser, "cancelled")


def test_a_person_of_another_domain_is_not_let_in(gateway: Gateway, provider: MockProvider, browser: Browser) -> None:
    provider.know("eve", name="Eve", email="eve@example.com.evil.example", email_verified=True)
    browser.open(f"http://127.0.0.1:{gateway.port}/app")
    sign_in_there(browser, "eve")
    browser.until("document.querySelector('h1')?.textContent === 'You are not let in'")
    assert "sign_in_denied" in browser.evaluate("document.body.innerText")
    photograph(browser, "denied")


def test_a_page_of_another_origin_neither_signs_out_nor_reads(
    gateway: Gateway, provider: MockProvider, browser: Browser
) -> None:
    own = f"http://127.0.0.1:{gateway.port}"
    browser.open(f"{own}/app")
    sign_in_there(browser, "alice")
    browser.until(f"location.href === '{own}/app'")
    browser.open(provider.issuer)
    send = "fetch('{}', {{method: 'POST', mode: 'no-cors', credentials: 'include', body: new URLSearchParams('rd=/')}})"
    browser.evaluate(send.format(f"{own}/oauth2/sign_out") + ".then(() => true)")
    read = f"fetch('{own}/oauth2/userinfo', {{credentials: 'include'}}).then(() => 'read', () => 'kept away')"
    assert browser.evaluate(read) == "kept away"
    browser.open(f"{own}/app")
    assert place(browser) == f"{own}/app"
