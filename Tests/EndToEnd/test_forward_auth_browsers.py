"""Browsers behind the real nginx, Caddy, Traefik and Envoy, with the files of deploy/examples: they sign in and out."""

import json
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

import httpx
import pytest
from harness import Gateway, Recorder
from harness.authorization import PASSWORD, users
from harness.browser import Browser
from harness.documented import sign_in
from harness.gateway import issuer
from harness.people import Person, entry, session_key, until_due
from harness.ports import free_port
from harness.providers import ScriptedProvider
from harness.proxies import PROXIES, Proxy, shipped
from harness.visitor import Visitor
from harness.wire import Request

pytestmark = pytest.mark.timeout(120)
FORGED = ["X-Auth-Subject", "x-auth-issuer", "X-Auth-Client", "X-Auth-Scopes"]


@dataclass
class Site:
    """What browsers see: a proxy, the service behind it, and the gateway beside it."""

    proxy: Proxy
    service: Recorder
    gateway: Gateway

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"

    def visitor(self) -> Visitor:
        """A browser for which all of it is one site."""
        return Visitor(self.url)

    def signed_in(self, target: str = "/app/page") -> Visitor:
        visitor = self.visitor().open(f"{self.url}{target}")
        assert visitor.asks == "password", visitor.shown
        return visitor.sign_in("alice", PASSWORD)

    def ask(self, visitor: Visitor, method: str = "GET", target: str = "/app/page", **fields: str) -> httpx.Response:
        """As a script of a page does; nobody is sent anywhere."""
        self.service.forget()
        headers = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin", **fields}
        return visitor.client.request(method, f"{self.url}{target}", headers=headers)

    @property
    def seen(self) -> Request | None:
        """What the service saw of the latest request."""
        return self.service.requests[-1] if self.service.requests else None


def opened(name: str, provider: ScriptedProvider | None = None) -> Generator[Site, None, None]:
    """One proxy with a gateway of its own: browsers see both at one address, which the policy names."""
    port = free_port()
    rules = shipped(port, authorization_server={"users": users()}, issuers={"demo": issuer()})
    if provider:
        rules["login"] |= {"providers": {"sso": entry(provider)}}
    with Gateway(rules, SESSION_KEY=session_key()) as gateway, Recorder() as service:
        with Proxy(name, gateway=gateway.port, service=service.port, port=port) as proxy:
            yield Site(proxy, service, gateway)


@pytest.fixture(scope="module", params=PROXIES)
def site(request: pytest.FixtureRequest) -> Generator[Site, None, None]:
    yield from opened(request.param)


def test_a_browser_signs_in_and_comes_back_where_it_wanted(site: Site) -> None:
    target = "/app/page?a=b%2Fc&d=e"
    with site.signed_in(target) as visitor:
        assert visitor.page and str(visitor.page.url) == f"{site.url}{target}", visitor.shown
        assert (visitor.page.status_code, visitor.page.text) == (200, "recorder")
        assert (site.seen.method, site.seen.target) == ("GET", target)
        assert site.seen.get("X-Auth-Subject") == "alice"
        # Everything on the way was the proxy's own origin.
        assert {answer.url.port for answer in visitor.answers} == {site.proxy.port}


def test_a_session_passes_and_the_service_learns_whose_it_is(site: Site) -> None:
    with site.signed_in() as visitor:
        for method in ("GET", "POST"):
            assert site.ask(visitor, method).status_code == 200
            assert (site.seen.method, site.seen.get("X-Auth-Subject")) == (method, "alice")
        info = visitor.client.get(f"{site.url}/oauth2/userinfo").json()
        assert (info["provider"], info["subject"], info["email"]) == ("local", "alice", "alice@example.test")


@pytest.mark.parametrize("name", FORGED)
def test_a_browser_s_own_identity_never_arrives(site: Site, name: str) -> None:
    with site.signed_in() as visitor:
        answer = site.ask(visitor, **{name: "mallory"})
        assert (answer.status_code, site.seen.get("X-Auth-Subject")) == (200, "alice")
        assert b"mallory" not in site.seen.head


def test_nobody_brings_a_cookie_for_others_along(site: Site) -> None:
    """Caddy has the gateway's in a field of the request for a while."""
    with site.signed_in() as visitor:
        answer = site.ask(visitor, **{"X-Auth-Cookie": "gatehouse=mallory", "Set-Cookie": "gatehouse=mallory"})
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None)


def test_a_program_hears_401_and_where_people_sign_in(site: Site) -> None:
    with site.visitor() as visitor:
        answer = site.ask(visitor, Accept="application/json")
        said = answer.json()
        assert (answer.status_code, said["code"], site.seen) == (401, "login_required", None)
        assert said["login_url"].startswith(f"{site.url}/oauth2/start")


def test_b4_a_page_of_another_site_changes_nothing(site: Site) -> None:
    with site.signed_in() as visitor:
        answer = site.ask(visitor, "POST", **{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
        assert (answer.status_code, site.seen) == (403, None)


def test_signing_out_ends_it(site: Site) -> None:
    with site.signed_in() as visitor:
        copy = dict(visitor.client.cookies)
        visitor.open(f"{site.url}/oauth2/sign_out?rd=/app/bye").submit()
        # At the gateway and at its server: there is nothing left to come back with.
        assert visitor.asks == "password", visitor.shown
        assert site.ask(visitor).status_code == 401
        with httpx.Client(trust_env=False, cookies=copy) as thief:
            assert thief.get(f"{site.url}/app/page").status_code == 401
        assert site.seen is None


@pytest.mark.parametrize("target", ["/oauth2/auth", "/oauth2/auth/forward", "/oauth2/auth/envoy/app/page"])
def test_what_proxies_ask_is_not_for_their_clients(site: Site, target: str) -> None:
    with site.signed_in() as visitor:
        said = {"X-Forwarded-Uri": "/app/page", "X-Forwarded-Method": "GET"}
        answer = site.ask(visitor, "GET", target, **said)
        assert (answer.status_code, site.seen) == (404, None)
        assert not [name for name in answer.headers if name.lower().startswith("x-auth-")]


@pytest.mark.parametrize("name", PROXIES)
def test_a_session_that_is_refreshed_goes_on(name: str) -> None:
    """The provider's refresh token is good once: the browser must get what the gateway got, by way of the proxy."""
    with ScriptedProvider() as provider, closing(opened(name, provider)) as sites:
        site = next(sites)
        provider.access_lifetime = 2
        with Person(site.gateway, origin=site.url) as person:
            person.sign_in("/app/page")
            for _ in range(2):
                until_due(provider)
                provider.access_lifetime = 2
                former = person.cookies["gatehouse"]
                assert person.ask("/app/page").status_code == 200
                assert person.cookies["gatehouse"] != former
                assert site.seen.get("X-Auth-Subject") == "alice"
    assert (provider.refreshes, provider.grants.reused) == (2, [])


def test_a_person_in_a_real_browser() -> None:
    with closing(opened("nginx")) as sites, Browser() as browser:
        site = next(sites)
        browser.open(f"{site.url}/app/page?a=1&b=2")
        sign_in(browser, "alice", PASSWORD)
        browser.until(f"location.href === '{site.url}/app/page?a=1&b=2'")
        assert browser.evaluate("document.body.innerText") == "recorder"
        assert site.seen.get("X-Auth-Subject") == "alice"
        assert browser.evaluate("document.cookie") == ""
        read = "fetch('/oauth2/userinfo').then(answer => answer.text())"
        assert json.loads(browser.evaluate(read))["subject"] == "alice"
        browser.open(f"{site.url}/oauth2/sign_out")
        browser.press("button[name=scope][value=here]")
        browser.until(f"location.href === '{site.url}/'")
        browser.open(f"{site.url}/app/page")
        browser.until("document.querySelector('[name=password]') !== null")
