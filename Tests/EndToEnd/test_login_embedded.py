"""Browsers sign in at the authorization server in the same process (`embedded: true`)."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness.authorization import LOOPBACK, PASSWORD, AuthorizationServer, challenge
from harness.polling import eventually
from harness.visitor import Visitor

CLIENT = "gatehouse:login"
ROUTES = [
    {"path": "/items/**", "login": True, "access": {"scopes": ["items:read"]}},
    {"path": "/write/**", "login": True, "access": {"scopes": ["items:write"]}},
    {"path": "/staff/**", "login": ["local"], "access": {"claims": {"groups": ["staff"]}, "issuers": ["local"]}},
    {"path": "/", "access": "public"},
    {"path": "/bye", "access": "public"},
]


class House(AuthorizationServer):
    """A gateway whose people sign in at its own server; `provider` is the provider's entry."""

    def __init__(self, provider: dict[str, Any] | None = None, **settings: Any) -> None:
        self.provider = provider or {}
        super().__init__(routes=ROUTES, **settings)

    def _placed(self, policy: dict[str, Any]) -> dict[str, Any]:
        login = {"base_url": self.url, "providers": {"local": {"embedded": True, **self.provider}}}
        return super()._placed({**policy, "login": login})

    def visitor(self) -> Visitor:
        """A browser for which the gateway and its server are one site."""
        return Visitor(self.url)

    def signed_in(self, path: str = "/items/1", user: str = "alice") -> Visitor:
        """A browser that asked for `path`, and has signed in on the way."""
        visitor = self.visitor().open(f"{self.url}{path}")
        assert visitor.asks == "password", visitor.shown
        return visitor.sign_in(user, PASSWORD)

    def status(self, visitor: Visitor, path: str = "/items/1") -> int:
        """As a script of the page sees it: nobody is sent anywhere."""
        headers = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
        return visitor.client.get(f"{self.url}{path}", headers=headers).status_code

    def issued(self, grant_type: str) -> int:
        """How often the gateway got tokens so."""
        lines = [line for line in self.lines if line.get("event") == "token_issued" and line["client_id"] == CLIENT]
        return len([line for line in lines if line["grant_type"] == grant_type])


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as running:
        yield running


def test_a_browser_signs_in_and_passes_by_its_scopes(house: House) -> None:
    with house.signed_in() as visitor:
        # No page asks alice to allow her own gateway anything.
        assert visitor.page and visitor.page.status_code == 200, visitor.shown
        assert str(visitor.page.url) == f"{house.url}/items/1"
        assert house.status(visitor, "/write/1") == 200
        assert house.status(visitor, "/staff/1") == 200
        said = visitor.client.get(f"{house.url}/oauth2/userinfo").json()
        assert (said["provider"], said["subject"], said["groups"]) == ("local", "alice", ["staff"])
        assert said["scopes"] == ["openid", "profile", "email", "items:read", "items:write"]


def test_who_lacks_a_claim_is_refused_and_not_asked_again(house: House) -> None:
    with house.signed_in("/items/1", "bob") as visitor:
        assert house.status(visitor) == 200
        assert house.status(visitor, "/staff/1") == 403


def test_scopes_of_the_provider_are_all_that_is_granted() -> None:
    with House({"scopes": ["openid", "items:read"]}) as house, house.signed_in() as visitor:
        assert house.status(visitor) == 200
        assert house.status(visitor, "/write/1") == 403


def test_who_is_signed_in_at_the_server_is_not_asked(house: House) -> None:
    with house.signed_in() as visitor:
        visitor.client.cookies.delete("gatehouse")
        assert house.status(visitor) == 401
        visitor.open(f"{house.url}/items/2")
        assert visitor.page and str(visitor.page.url) == f"{house.url}/items/2"


def test_the_gateways_client_is_nobody_over_the_network(house: House) -> None:
    form = {"client_id": CLIENT, "grant_type": "authorization_code", "code": "guess", "code_verifier": "v" * 43}
    for proof in ({}, {"client_secret": "guess-guess-guess"}):
        answer = house.http.post(house.endpoint("token"), data={**form, **proof})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert CLIENT not in house.command("clients", "list", "--format", "json")
    for document in (".well-known/openid-configuration", "openapi.json"):
        assert CLIENT not in house.http.get(house.endpoint(document)).text


@pytest.mark.parametrize("redirect", ["https://evil.example/oauth2/callback", "http://127.0.0.1:9/oauth2/callback"])
def test_codes_go_to_the_gateway_alone(house: House, redirect: str) -> None:
    parameters = {"client_id": CLIENT, "redirect_uri": redirect, "response_type": "code", "scope": "openid"}
    pkce = {"code_challenge": challenge("v" * 43), "code_challenge_method": "S256"}
    with house.signed_in() as visitor:
        address = httpx.URL(house.endpoint("authorize"), params={**parameters, **pkce})
        visitor.open(str(address))
        assert visitor.page and visitor.page.status_code == 400, visitor.shown


def test_a_session_is_refreshed_in_process() -> None:
    with House(tokens={"access": "3s"}) as house, house.signed_in() as visitor:

        def refreshed() -> bool:
            assert house.status(visitor) == 200
            return house.issued("refresh_token") >= 2

        eventually(refreshed, within=20)
        assert house.issued("authorization_code") == 1


def test_signing_out_ends_both(house: House) -> None:
    with house.signed_in() as visitor:
        copy = dict(visitor.client.cookies)
        visitor.open(f"{house.url}/oauth2/sign_out").submit()
        assert visitor.page and str(visitor.page.url) == f"{house.url}/", visitor.shown
        assert house.status(visitor) == 401
        assert visitor.open(f"{house.url}/items/1").asks == "password"
        with httpx.Client(trust_env=False, cookies=copy) as thief:
            assert thief.get(f"{house.url}/items/1").status_code == 401


@pytest.mark.parametrize("target", ["/bye?x=1&y=%2F", "{url}/bye"])
def test_signing_out_of_both_leads_where_it_was_wanted(target: str, house: House) -> None:
    place = target.format(url=house.url)
    with house.signed_in() as visitor:
        visitor.open(str(httpx.URL(f"{house.url}/oauth2/sign_out", params={"rd": place}))).submit()
        assert visitor.page and visitor.page.url == httpx.URL(house.url).join(place), visitor.shown
        assert (visitor.page.status_code, house.status(visitor)) == (200, 401)


@pytest.mark.parametrize("state", ["https://evil.example/", "//evil.example", "/\\evil.example", "/items/1"])
def test_rp8_a_state_that_somebody_made_up_leads_nowhere(state: str, house: House) -> None:
    with house.visitor() as visitor:
        page = visitor.open(str(httpx.URL(f"{house.url}/oauth2/sign_out", params={"state": state}))).page
        assert page and (page.status_code, page.url.path) == (200, "/oauth2/sign_out"), visitor.shown


@pytest.mark.parametrize("client", [CLIENT, "app"])
@pytest.mark.parametrize("wanted", ["token", "id_token", "code token", "code id_token", "id_token token", "none"])
def test_b11_no_browser_client_gets_a_token_by_the_browser(client: str, wanted: str, house: House) -> None:
    redirect = f"{house.url}/oauth2/callback" if client == CLIENT else LOOPBACK
    parameters = {"client_id": client, "redirect_uri": redirect, "response_type": wanted, "scope": "openid"}
    pkce = {"code_challenge": challenge("v" * 43), "code_challenge_method": "S256", "nonce": "n", "state": "s"}
    with house.signed_in() as visitor:
        visitor.open(str(httpx.URL(house.endpoint("authorize"), params={**parameters, **pkce})))
        shown = [str(answer.url) + answer.headers.get("Location", "") + answer.text for answer in visitor.answers]
        assert any("unsupported_response_type" in text for text in shown), visitor.shown
        assert not any("access_token=" in text or "id_token=" in text for text in shown)


@pytest.mark.parametrize("client", [CLIENT, "app"])
def test_b11_no_browser_client_sends_a_password(client: str, house: House) -> None:
    form = {"grant_type": "password", "client_id": client, "username": "alice", "password": PASSWORD}
    answer = house.http.post(house.endpoint("token"), data=form)
    expected = (401, "invalid_client") if client == CLIENT else (400, "unauthorized_client")
    assert (answer.status_code, answer.json()["error"]) == expected


@pytest.mark.parametrize("action", ["sign_out", "sign_out_everywhere", "revoke_access"])
def test_what_ends_at_the_server_ends_at_the_gateway_at_once(house: House, action: str) -> None:
    with house.signed_in() as visitor:
        copy = dict(visitor.client.cookies)
        visitor.open(house.endpoint("account"))
        visitor.submit(visitor.form(action=action))
        with httpx.Client(trust_env=False, cookies=copy) as browser:
            eventually(lambda: browser.get(f"{house.url}/items/1").status_code == 401, within=2)
            assert browser.get(f"{house.url}/oauth2/userinfo").status_code == 401
