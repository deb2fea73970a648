"""People in front of a real browser: they sign in, allow and deny, look after their account, and approve a device."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from harness import documented
from harness.authorization import PASSWORD, SCOPES, AuthorizationServer, clients
from harness.browser import Browser, Tab
from harness.documented import Documented, try_out
from harness.gateway import ROOT
from harness.polling import eventually
from harness.redirects import RedirectReceiver

FOLDER = ROOT / ".build/pages"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
TITLE = "document.querySelector('h1')?.textContent"
ALLOW, DENY, SUBMIT = "button[value=allow]", "button[value=deny]", "main form button"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


@pytest.fixture
def browser() -> Iterator[Browser]:
    """A new profile each time: nobody is signed in."""
    with Browser() as running:
        running.show_as(1280, 860, "light")
        yield running


@pytest.fixture
def app() -> Iterator[RedirectReceiver]:
    """The listener of an application on this device."""
    with RedirectReceiver() as receiver:
        yield receiver


def sign_in(tab: Tab, user: str = "alice", password: str = PASSWORD) -> None:
    documented.sign_in(tab, user, password)


def photograph(tab: Tab, name: str) -> None:
    """Keep a picture of the page with those of the specimens."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    tab.screenshot(FOLDER / f"as-{name}.png")


def came(app: RedirectReceiver) -> dict[str, str]:
    """What the browser brought to the application."""
    while not (target := app.requested.get(timeout=15)).startswith("/callback"):
        assert target == "/favicon.ico"
    return dict(parse_qsl(urlsplit(target).query))


def authorization(server: AuthorizationServer, app: RedirectReceiver, **parameters: str) -> str:
    return server.authorization(redirect_uri=f"{app.url}/callback", state="mine", **parameters)


def test_a_person_signs_in_allows_and_confirms_as18(
    server: AuthorizationServer, browser: Browser, app: RedirectReceiver
) -> None:
    browser.open(authorization(server, app))
    photograph(browser, "sign-in")
    sign_in(browser)
    browser.until(f"document.querySelector('{ALLOW}') !== null")
    assert "Read your items" in browser.evaluate("document.body.innerText")
    photograph(browser, "consent")
    browser.press(ALLOW)
    answer = came(app)
    assert (answer["state"], answer["iss"], "code" in answer) == ("mine", server.issuer, True)
    # Anybody on the device could listen there: it is asked again, with one click and no password.
    browser.open(authorization(server, app))
    assert browser.evaluate("document.querySelector('[name=password]') === null")
    photograph(browser, "confirm")
    browser.press(ALLOW)
    assert "code" in came(app)


def test_a_person_denies(server: AuthorizationServer, browser: Browser, app: RedirectReceiver) -> None:
    browser.open(authorization(server, app))
    sign_in(browser, "bob")
    browser.press(DENY)
    answer = came(app)
    assert (answer["error"], answer["iss"]) == ("access_denied", server.issuer)


def test_no_page_complains_or_asks_elsewhere(
    server: AuthorizationServer, browser: Browser, app: RedirectReceiver
) -> None:
    events = browser.open(authorization(server, app))
    sign_in(browser)
    browser.press(ALLOW)
    came(app)
    said = [event for event in [*events, *browser.events] if event["method"] in ("Log.entryAdded", "Audits.issueAdded")]
    own = [event for event in said if server.issuer in json.dumps(event)]
    assert not own
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert all(url.startswith(server.issuer) for url in asked)


def test_too_many_wrong_passwords_lock_the_person_out_as21(browser: Browser, app: RedirectReceiver) -> None:
    lockout = {"failures": 2, "window": "1m", "block": "1m"}
    with AuthorizationServer(lockout=lockout) as server:
        browser.open(authorization(server, app))
        for _ in range(2):
            browser.evaluate("window.isOld = true")
            sign_in(browser, password="wrong")
            browser.until("!window.isOld && document.querySelector('[aria-invalid=true]') !== null")
            assert browser.evaluate("document.querySelector('[name=password]').value") == ""
        sign_in(browser)
        browser.until("/minute|second/.test(document.querySelector('.problem')?.textContent)")
        photograph(browser, "locked-out")
        assert app.requested.empty()
        assert server.audited("locked_out", subject="alice")


def test_withdrawn_consent_ends_the_tokens_within_a_second(server: AuthorizationServer, browser: Browser) -> None:
    tokens, others = server.tokens("web"), server.tokens("app")
    browser.open(server.endpoint("account"))
    sign_in(browser)
    revoke = "form:has([name=action][value=revoke_access]):has([name=client_id][value=web]) button"
    browser.until(f"document.querySelector('{revoke}') !== null")
    photograph(browser, "account")
    browser.press(revoke)
    assert server.refuses(tokens["access_token"])
    assert server.refresh(tokens["refresh_token"], "web").json()["error"] == "invalid_grant"
    assert server.refresh(others["refresh_token"], "app").status_code == 200
    assert server.audited("consent_withdrawn", subject="alice", client_id="web")


def test_signing_out_everywhere_ends_all_tokens_within_a_second(server: AuthorizationServer, browser: Browser) -> None:
    tokens = [server.tokens(client) for client in ("web", "app")]
    browser.open(server.endpoint("account"))
    sign_in(browser)
    browser.press("form:has([name=action][value=sign_out_everywhere]) button")
    assert all(server.refuses(one["access_token"]) for one in tokens)
    browser.open(server.endpoint("account"))
    assert browser.evaluate("document.querySelector('[name=password]') !== null")


# Devices (RFC 8628)


class Device(threading.Thread):
    """It polls as section 3.5 says, but for its first two questions: those come too fast."""

    def __init__(self, server: AuthorizationServer) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.shown = server.post("device_authorization", {"client_id": "tv", "scope": "items:read"}).json()
        self.heard: list[str] = []
        self.tokens: dict[str, str] = {}

    def ask(self) -> httpx.Response:
        answer = self.server.token(DEVICE_GRANT, client_id="tv", device_code=self.shown["device_code"])
        self.heard.append(answer.json().get("error", "tokens"))
        return answer

    def run(self) -> None:
        interval = self.shown.get("interval", 5)
        self.ask()
        while (answer := self.ask()).status_code == 400:
            if answer.json()["error"] == "slow_down":
                interval += 5
            elif answer.json()["error"] != "authorization_pending":
                return
            time.sleep(interval)
        self.tokens = answer.json()


def test_a_person_approves_a_device_that_polls_too_fast(server: AuthorizationServer, browser: Browser) -> None:
    device = Device(server)
    assert {"device_code", "user_code", "verification_uri", "verification_uri_complete"} <= set(device.shown)
    device.start()
    browser.open(device.shown["verification_uri"])
    sign_in(browser)
    browser.type("[name=user_code]", device.shown["user_code"].lower().replace("-", " "))
    photograph(browser, "device-code")
    browser.press(SUBMIT)
    browser.until(f"document.querySelector('{ALLOW}') !== null")
    assert device.shown["user_code"] in browser.evaluate("document.body.innerText")
    photograph(browser, "device-confirmation")
    browser.press(ALLOW)
    device.join(30)
    assert device.heard[:2] == ["authorization_pending", "slow_down"]
    assert device.heard[-1] == "tokens"
    assert server.get("/items/1", device.tokens["access_token"]).status_code == 200
    assert device.ask().json()["error"] == "invalid_grant"


def test_a_link_with_the_code_still_asks_and_a_denial_is_told(server: AuthorizationServer, browser: Browser) -> None:
    device = Device(server)
    browser.open(device.shown["verification_uri_complete"])
    sign_in(browser)
    browser.until(f"document.querySelector('{DENY}, [name=user_code]') !== null")
    if browser.evaluate(f"document.querySelector('{DENY}') === null"):
        browser.press(SUBMIT)
    browser.press(DENY)
    assert eventually(lambda: device.ask().json()["error"] == "access_denied", every=0.5)


# The documentation page of a service


def test_fastapis_page_gets_a_token_with_pkce_and_calls_a_protected_route(browser: Browser, tmp_path: Path) -> None:
    with Documented() as service:
        upstreams = {"service": {"servers": [service.url]}}
        public = ["/docs/**", "/openapi.json", "/assets/**"]
        routes = [{"path": path, "access": "public", "upstream": "service"} for path in public]
        routes += [{"path": "/items/**", "access": {"scopes": ["items:read"]}, "upstream": "service"}]
        server = AuthorizationServer(routes=routes, sections={"upstreams": upstreams})
        docs = {"public": True, "redirect_uris": [f"{server.url}/docs/oauth2-redirect"], "scopes": list(SCOPES)}
        server.change(
            authorization_server={
                **server.policy["authorization_server"],
                "clients": {**clients(), "docs": {**docs, "grants": ["authorization_code", "refresh_token"]}},
            }
        )
        service.serve(server.issuer, {"items:read": SCOPES["items:read"]})
        with server:
            shown = try_out(browser, f"{server.url}/docs", "alice", PASSWORD)
            photograph(browser, "fastapi-docs")
        assert '"reader": "alice"' in shown and '"item": 7' in shown
