"""Sign-in with GitHub (`preset: github`), at a server of a company's own."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, eventually, policy
from harness.github import CLIENT, CLIENT_SECRET, ScriptedGitHub, team
from harness.people import APP, Person, session_key


@pytest.fixture
def github() -> Iterator[ScriptedGitHub]:
    with ScriptedGitHub() as running:
        yield running


def rules(github: ScriptedGitHub, **allow: Any) -> dict[str, Any]:
    """A policy that lets in whom `allow` says."""
    known = {"client_id": CLIENT, "client_secret": CLIENT_SECRET, "allow": allow or {"groups": ["acme"]}}
    entry = {"preset": "github", "issuer": github.url, **known}
    platform = {"path": "/platform", "login": True, "access": {"claims": {"groups": ["acme:platform"]}}}
    return policy([APP, platform], login={"providers": {"github": entry}, "session": {"keys": [session_key()]}})


def said(gateway: Gateway, event: str) -> list[dict[str, Any]]:
    """The lines of the operational log about an event."""
    return [json.loads(line) for line in gateway.messages if f'"{event}"' in line]


def test_rp5_a_person_is_who_github_says(github: ScriptedGitHub) -> None:
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        answer = person.open("/app/page")
        assert answer.json()["target"] == "/app/page"
        # The number: another account may get the name one day.
        assert answer.json()["headers"]["x-auth-subject"] == "583231"
        info = person.info
        assert (info["provider"], info["subject"], info["email"]) == ("github", "583231", "frodo@example.com")
        assert info["groups"] == ["acme", "acme:platform"]
        assert person.open("/platform").status_code == 200
        assert said(gateway, "groups_unknown") == []
    (asked,) = github.requests
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "read:user user:email read:org"


def test_signing_out_takes_the_token_back(github: ScriptedGitHub) -> None:
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        person.sign_in()
        answer = person.sign_out(rd="/")
        assert (answer.status_code, "still be signed in" in answer.text) == (200, True)
        assert eventually(lambda: github.revoked) == list(github.grants.access_tokens)


@pytest.mark.parametrize(
    ("allow", "passes"),
    [
        ({"groups": ["acme:platform"]}, True),
        ({"groups": ["acme:sales"]}, False),
        ({"groups": ["acme:Platform"]}, False),
        ({"groups": ["platform"]}, False),
        ({"domains": ["example.com"]}, True),
        # Neither another address, nor that of the public profile, which anybody may write.
        ({"domains": ["example.net"]}, False),
        ({"domains": ["example.org"]}, False),
        ({"emails": ["frodo@example.com"], "groups": ["acme"]}, True),
        ({"emails": ["frodo@example.com"], "groups": ["other"]}, False),
    ],
)
def test_allow_lets_in_by_teams_and_addresses(allow: dict[str, Any], passes: bool, github: ScriptedGitHub) -> None:
    with Gateway(rules(github, **allow)) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "sign_in_denied" in page.text) == ((200, False) if passes else (403, True))


@pytest.mark.parametrize(
    "emails",
    [
        [{"email": "frodo@example.com", "primary": True, "verified": False}],
        [{"email": "frodo@example.com", "primary": False, "verified": True}],
        [],
    ],
)
def test_an_address_that_is_not_primary_and_verified_is_none(
    emails: list[dict[str, Any]], github: ScriptedGitHub
) -> None:
    github.emails = emails
    with Gateway(rules(github, domains=["example.com"])) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "sign_in_denied" in page.text) == (403, True)


def test_teams_on_further_pages_count(github: ScriptedGitHub) -> None:
    github.teams = [team("acme", f"team-{number}") for number in range(250)]
    with Gateway(rules(github, groups=["acme:team-249"])) as gateway, Person(gateway) as person:
        assert person.sign_in().is_signed_in
        assert len(person.info["groups"]) == 251
    assert github.calls["/user/teams"] == 3


def test_teams_without_end_are_none(github: ScriptedGitHub) -> None:
    github.teams = [team("acme", f"team-{number}") for number in range(501)]
    with Gateway(rules(github, groups=["acme:team-0"])) as gateway, Person(gateway) as person:
        assert person.open("/app").status_code == 403
        assert eventually(lambda: said(gateway, "groups_unknown"))
    assert github.calls["/user/teams"] == 5


@pytest.mark.parametrize("path", ["/user/orgs", "/user/teams"])
def test_groups_that_are_not_told_let_nobody_in_and_the_operator_learns_it(path: str, github: ScriptedGitHub) -> None:
    github.failures[path] = 403, {"message": "Resource not accessible by integration"}
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "sign_in_denied" in page.text) == (403, True)
        (line,) = eventually(lambda: said(gateway, "groups_unknown"))
        assert (line["level"], line["provider"], "read:org" in line["message"]) == ("warning", "github", True)
        # It says what to do, and nobody's name.
        assert line.keys() == {"time", "level", "event", "message", "provider"}
        assert not any(word in json.dumps(line).lower() for word in ("frodo", "583231", "acme"))
        del github.failures[path]
        assert person.sign_in().is_signed_in


def test_addresses_that_are_not_told_are_none(github: ScriptedGitHub) -> None:
    github.failures["/user/emails"] = 404, {"message": "Not Found"}
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        person.sign_in()
        assert (person.info["email"], person.info["groups"]) == (None, ["acme", "acme:platform"])


@pytest.mark.parametrize("path", ["/user", "/user/emails", "/user/orgs", "/user/teams"])
@pytest.mark.parametrize(("answer", "status"), [((502, {}), 503), ((429, {}), 503), ((200, {"message": "?"}), 400)])
def test_a_part_that_fails_ends_the_sign_in_for_now(
    path: str, answer: tuple[int, Any], status: int, github: ScriptedGitHub
) -> None:
    github.failures[path] = answer
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        page = person.open("/app/here")
        assert (page.status_code, "sign_in_failed" in page.text) == (status, True)
        assert "gatehouse" not in person.cookies
        assert 'href="/oauth2/start?rd=%2Fapp%2Fhere"' in page.text
        del github.failures[path]
        assert person.sign_in().is_signed_in


def test_rp4_a_response_of_another_issuer_is_not_redeemed(github: ScriptedGitHub) -> None:
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        assert person.go(f"{person.until_callback()}&iss=https://other.example").status_code == 400
        assert github.grants.access_tokens == {}
        own = f"{github.url}/login/oauth"
        assert person.go(f"{person.until_callback()}&iss={own}").status_code == 302


def test_a_code_that_github_does_not_know_is_400(github: ScriptedGitHub) -> None:
    with Gateway(rules(github)) as gateway, Person(gateway) as person:
        callback = person.until_callback()
        github.grants.codes.clear()
        page = person.go(callback)
        assert (page.status_code, "bad_verification_code" in page.text) == (400, True)
