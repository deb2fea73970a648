"""Signing out: it is meant, it ends all copies, and it leads nowhere else (B7)."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from harness import Gateway, eventually
from harness.people import Person, signing_in
from harness.providers import CLIENT, ScriptedProvider

EVIL = "https://evil.example"
FRIEND = "https://www.example.com"
# What browsers may read as another origin, or as another path than it looks like (RP3).
ESCAPES = [
    "https://evil.example",
    "http://evil.example/app",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/%252fevil.example",
    "/..//evil.example",
    "/app/..//evil.example",
    "/.//evil.example",
    "/%2e%2e//evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "app",
    "?x=1",
    "#x",
    " /app",
    "/app\r\nSet-Cookie: a=b",
    "{own}@evil.example",
    "{own}.evil.example",
    "{own}:pass@evil.example",
    "https://www.example.com.evil.example",
    "https://www.example.com@evil.example",
    "https://evil.example/https://www.example.com",
    "https://evil.example#https://www.example.com",
    "https://evil.example\\@www.example.com",
    "http://www.example.com/",
    "https://www.example.com:8443/",
    "https://sub.www.example.com/",
    "/" + "a" * 2000,
]
PLACES = ["/", "/app", "/app/a%20b?x=1&y=%2F#part", "/app/", f"{FRIEND}/", f"{FRIEND}/home?x=1"]


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(scope="module")
def gateway(provider: ScriptedProvider) -> Iterator[Gateway]:
    with Gateway(signing_in(provider, return_to=[FRIEND])) as running:
        yield running


@pytest.fixture
def person(gateway: Gateway) -> Iterator[Person]:
    """Signed in."""
    with Person(gateway) as somebody:
        yield somebody.sign_in()


def hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))


def test_b7_a_link_asks_and_does_nothing(person: Person) -> None:
    page = person.go("/oauth2/sign_out?rd=/app/x", headers={"Sec-Fetch-Site": "cross-site"})
    assert (page.status_code, page.headers.get("Set-Cookie")) == (200, None)
    assert hidden(page)["rd"] == "/app/x" and "alice@example.com" in page.text
    assert person.is_signed_in


def test_b7_the_pages_button_signs_out_whatever_the_browser_says(person: Person, gateway: Gateway) -> None:
    copy = person.copy_for(gateway)
    form = {**hidden(person.go("/oauth2/sign_out")), "scope": "here"}
    answer = person.go("/oauth2/sign_out", "POST", data=form)
    assert answer.status_code == 303
    assert "gatehouse" not in person.cookies
    # A sealed cookie cannot be taken back: its copies are known.
    assert not copy.is_signed_in and not person.is_signed_in


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": EVIL},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": EVIL},
        {"Origin": "null"},
        {},
    ],
)
def test_b4_a_page_of_another_origin_signs_nobody_out(headers: dict[str, str], person: Person) -> None:
    for token in ({}, {"csrf": ""}, {"csrf": "AAAA"}):
        answer = person.go("/oauth2/sign_out", "POST", headers=headers, data={"rd": "/", **token})
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (403, None)
    assert person.is_signed_in


def test_b4_the_form_of_another_session_signs_nobody_out(person: Person, gateway: Gateway) -> None:
    with Person(gateway) as other:
        form = hidden(other.sign_in().go("/oauth2/sign_out"))
    answer = person.go("/oauth2/sign_out", "POST", headers={"Sec-Fetch-Site": "cross-site"}, data=form)
    assert (answer.status_code, person.is_signed_in) == (403, True)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "{own}"}])
def test_b4_a_page_of_ones_own_may_sign_out(headers: dict[str, str], person: Person) -> None:
    own = {name: value.format(own=person.origin) for name, value in headers.items()}
    assert person.go("/oauth2/sign_out", "POST", headers=own, data={"rd": "/"}).status_code == 303
    assert not person.is_signed_in


def test_rp8_the_provider_signs_out_too(person: Person, provider: ScriptedProvider) -> None:
    refresh_token = list(provider.grants.families)[-1]
    answer = person.sign_out(rd="/app/bye")
    parts = urlsplit(answer.headers["Location"])
    asked = dict(parse_qsl(parts.query))
    assert (answer.status_code, f"{parts.scheme}://{parts.netloc}{parts.path}") == (
        303,
        f"{provider.issuer}/end_session",
    )
    assert (asked["client_id"], asked["post_logout_redirect_uri"]) == (CLIENT, f"{person.origin}/oauth2/sign_out")
    assert asked["id_token_hint"].count(".") == 2
    assert eventually(lambda: refresh_token in provider.revoked)


def test_everywhere_ends_the_other_browsers_of_the_same_person(
    person: Person, gateway: Gateway, provider: ScriptedProvider
) -> None:
    with Person(gateway) as phone, Person(gateway) as bob:
        phone.sign_in()
        provider.person["sub"] = "bob"
        bob.sign_in()
        provider.person["sub"] = "alice"
        person.sign_out(scope="everywhere")
        assert not phone.is_signed_in
        assert bob.is_signed_in
        assert phone.sign_in().is_signed_in


def test_here_leaves_the_other_browsers_alone(person: Person, gateway: Gateway) -> None:
    with Person(gateway) as phone:
        phone.sign_in()
        person.sign_out(scope="here")
        assert phone.is_signed_in


def test_signing_in_again_ends_the_former_session(person: Person, gateway: Gateway) -> None:
    copy = person.copy_for(gateway)
    person.open("/oauth2/start?rd=/app")
    assert person.is_signed_in and not copy.is_signed_in


def test_who_is_not_signed_in_is_told_so(gateway: Gateway) -> None:
    with Person(gateway) as nobody:
        for answer in (nobody.go("/oauth2/sign_out"), nobody.sign_out(rd="/")):
            assert (answer.status_code, "Signed out" in answer.text) == (200, True)
        assert nobody.sign_out(rd="/app").headers["Location"] == "/app"


def test_without_sign_out_at_the_provider_the_page_says_so(provider: ScriptedProvider) -> None:
    provider.metadata = {"end_session_endpoint": None, "revocation_endpoint": None}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        page = person.sign_in().sign_out(rd="/")
        assert (page.status_code, person.is_signed_in) == (200, False)
        assert "you may still be signed in" in page.text
        answer = person.sign_in().sign_out(rd="/app?x=1")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/app?x=1")
    provider.metadata = {}


@pytest.mark.parametrize("where", ESCAPES)
def test_rp3_nobody_is_sent_elsewhere(where: str, person: Person) -> None:
    target = where.format(own=person.origin)
    answers = [
        person.sign_out(rd=target),
        person.go("/oauth2/sign_out", params={"rd": target}),
        person.go("/oauth2/start", params={"rd": target}),
        person.go("/oauth2/sign_in", params={"rd": target}),
    ]
    assert [(answer.status_code, "Location" in answer.headers) for answer in answers] == [(400, False)] * 4
    assert person.is_signed_in


@pytest.mark.parametrize("place", PLACES)
def test_rp3_allowed_places_are_reached(place: str, gateway: Gateway) -> None:
    with Person(gateway) as person:
        callback = person.go(person.go("/oauth2/start", params={"rd": place}).headers["Location"]).headers["Location"]
        assert person.go(callback).headers["Location"] == place
        back = person.go(person.until_signed_out(rd=place))
        assert (back.status_code, back.headers["Location"]) == (302, place)


def test_rp8_the_way_back_from_the_provider_is_this_browsers_alone_and_good_once(gateway: Gateway) -> None:
    with Person(gateway) as person, Person(gateway) as other:
        back = person.sign_in().until_signed_out(rd="/app/bye")
        for stranger in (other, other.sign_in()):
            assert "Location" not in stranger.go(back).headers
        assert other.is_signed_in
        assert person.go(back).headers["Location"] == "/app/bye"
        again = person.go(back)
        assert (again.status_code, "Signed out" in again.text) == (200, True)


@pytest.mark.parametrize("state", [EVIL, "/app", "//evil.example", "", "x" * 2000])
def test_rp8_a_state_that_somebody_made_up_leads_nowhere(state: str, gateway: Gateway, person: Person) -> None:
    with Person(gateway) as nobody:
        page = nobody.go("/oauth2/sign_out", params={"state": state})
        assert (page.status_code, "Location" in page.headers, "Signed out" in page.text) == (200, False, True)
    # Who is signed in is asked, as always.
    assert hidden(person.go("/oauth2/sign_out", params={"state": state}))["rd"] == "/"
    assert person.is_signed_in


def test_rp3_where_a_sign_out_leads_is_judged_again_when_it_comes_back(provider: ScriptedProvider) -> None:
    with Gateway(signing_in(provider, return_to=[FRIEND])) as gateway, Person(gateway) as person:
        back = person.sign_in().until_signed_out(rd=f"{FRIEND}/home")
        gateway.reload(login={**gateway.policy["login"], "return_to": []})
        answer = person.go(back)
        assert (answer.status_code, "Location" in answer.headers) == (400, False)
