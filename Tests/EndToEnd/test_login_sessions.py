"""How long sessions live, what browsers keep of them, and what a reload does to them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness import Gateway, eventually, policy
from harness.people import APP, Person, entry, session_key, signing_in
from harness.providers import ScriptedProvider
from harness.tls import Authority


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(autouse=True)
def usual(provider: ScriptedProvider) -> Iterator[None]:
    """What a test changed is not the next one's."""
    yield
    provider.claims = {}


def with_session(gateway: Gateway, **session: Any) -> dict[str, Any]:
    """`login` of a gateway with another `session`."""
    login = gateway.policy["login"]
    return {**login, "session": {**login["session"], **session}}


def attributes(line: str) -> set[str]:
    """Those of a cookie but for Max-Age, which time changes."""
    return {part for part in line.split("; ")[1:] if not part.startswith("Max-Age=")}


def set_cookies(person: Person) -> dict[str, str]:
    """The latest line by which each cookie was set on the way of the person."""
    lines = [line for answer in person.answers for line in answer.headers.get_list("set-cookie")]
    return {line.partition("=")[0]: line for line in lines if "Max-Age=0" not in line}


# Cookies


@pytest.mark.parametrize(("same_site", "word"), [("lax", "Lax"), ("strict", "Strict")])
def test_b2_on_this_machine_cookies_are_plain(same_site: str, word: str, provider: ScriptedProvider) -> None:
    settings = signing_in(provider, cookie={"name": "app", "same_site": same_site})
    with Gateway(settings) as gateway, Person(gateway) as person:
        given = set_cookies(person.sign_in())
    assert set(given) == {"app", "app_flow"}
    assert attributes(given["app"]) == {"Path=/", "HttpOnly", f"SameSite={word}"}
    # The provider's page sends the browser back, and it must bring this one.
    assert attributes(given["app_flow"]) == {"Path=/", "HttpOnly", "SameSite=Lax"}
    assert "Max-Age=600" in given["app_flow"] and "Max-Age=28800" in given["app"]


def test_b2_with_https_cookies_are_the_hosts_alone(provider: ScriptedProvider, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    identity = authority.issue("127.0.0.1", "localhost")
    certificates = [{"certificate": str(identity.certificate), "key": str(identity.key)}]
    settings = {**signing_in(provider), "listeners": {"public": {"tls": {"certificates": certificates}}}}
    gateway = Gateway(settings, tls=authority.client_context())
    origin = f"https://127.0.0.1:{gateway.port}"
    gateway.change(login={**settings["login"], "base_url": origin})
    with gateway, Person(gateway) as person:
        given = set_cookies(person.sign_in())
        assert set(given) == {"__Host-gatehouse", "__Host-gatehouse_flow"}
        for line in given.values():
            assert attributes(line) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}
        assert person.is_signed_in
        value = person.cookies["__Host-gatehouse"]
        assert gateway.ask("GET", "/app", f"Cookie: gatehouse={value}").status == 401
        # Browsers take a removal, too, with the attributes of the name alone.
        # The way back from the provider is in the other cookie.
        lines = person.sign_out().headers.get_list("set-cookie")
        (removal,) = [line for line in lines if not line.startswith("__Host-gatehouse_flow=")]
        assert removal.startswith("__Host-gatehouse=;") and "Max-Age=0" in removal
        assert attributes(removal) == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


def test_b2_a_shared_cookie_names_its_domain(provider: ScriptedProvider, tmp_path: Path) -> None:
    settings = signing_in(provider, base_url="https://app.example.com", cookie={"domain": "example.com"})
    with Gateway(settings) as gateway:
        answer = gateway.ask("GET", "/oauth2/start", host="app.example.com")
        (flow,) = answer.all("Set-Cookie")
    assert flow.startswith("__Host-gatehouse_flow=") and "Domain" not in flow and "; Secure" in flow


def test_a_large_session_is_in_several_cookies(provider: ScriptedProvider) -> None:
    provider.claims = {"groups": [f"group-{number:04}" for number in range(400)]}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        person.sign_in()
        parts = {name for name in person.cookies if name != "gatehouse_flow"}
        assert len(parts) >= 2 and parts <= {"gatehouse", "gatehouse_1", "gatehouse_2", "gatehouse_3"}
        assert all(len(line) <= 4096 for line in set_cookies(person).values())
        assert len(person.info["groups"]) == 400
        assert "gatehouse" not in str(person.ask("/app").json()["headers"].get("cookie"))
        # A part alone is none, and a smaller session leaves no part behind.
        last = max(parts)
        kept = person.copy_for(gateway)
        kept.client.cookies.delete(last)
        assert not kept.is_signed_in
        provider.claims = {}
        person.open("/oauth2/start?rd=/app")
        assert set(person.cookies) == {"gatehouse", "gatehouse_flow"}
        assert person.is_signed_in


def test_a_session_that_is_too_large_is_told_to_both(provider: ScriptedProvider) -> None:
    provider.claims = {"groups": [f"group-{number:06}" for number in range(2000)]}
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        page = person.open("/app")
        assert (page.status_code, "gatehouse" in person.cookies) == (400, False)
        assert "does not fit into a cookie" in page.text and "login.session.store: state" in page.text
        assert eventually(lambda: "session_too_large" in gateway.said())


# Their end


def test_a_session_ends_after_its_lifetime_however_it_is_used(provider: ScriptedProvider) -> None:
    settings = signing_in(provider, session={"keys": [session_key()], "lifetime": "3s", "idle": "1m"})
    with Gateway(settings) as gateway, Person(gateway) as person:
        began = time.monotonic()
        line = person.sign_in().cookie_line
        while (spent := time.monotonic() - began) < 2.5:
            assert gateway.ask("GET", "/app", line).status == 200, spent
            time.sleep(0.1)
        # Workers count whole seconds.
        time.sleep(max(0.0, began + 4.5 - time.monotonic()))
        assert gateway.ask("GET", "/app", line).code == "login_required"


def test_a_session_ends_when_it_is_idle_and_lasts_while_it_is_used(provider: ScriptedProvider) -> None:
    settings = signing_in(provider, session={"keys": [session_key()], "idle": "2s"})
    with Gateway(settings) as gateway, Person(gateway) as person:
        person.sign_in()
        given = 0
        for _ in range(12):
            time.sleep(0.25)
            answer = person.ask("/app")
            assert answer.status_code == 200
            given += "set-cookie" in answer.headers
        # Once in a quarter of `idle`, and no more often.
        assert 2 <= given <= 6
        time.sleep(3.1)
        answer = person.ask("/app")
        assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
        assert "gatehouse" not in person.cookies


# Reload


def test_b3_a_new_key_signs_nobody_out(provider: ScriptedProvider) -> None:
    first, second = session_key(), session_key()
    settings = signing_in(provider, session={"keys": [first], "idle": "8s"})
    with Gateway(settings) as gateway, Person(gateway) as person, Person(gateway) as late:
        person.sign_in()
        callback = late.until_callback()
        gateway.reload(login=with_session(gateway, keys=[second, first]))
        assert person.is_signed_in
        assert late.open(callback).status_code == 200
        # What is given from now on is sealed with the new key: after a quarter of `idle`, in whole seconds.
        time.sleep(3.1)
        assert person.is_signed_in
        gateway.reload(login=with_session(gateway, keys=[second]))
        assert person.is_signed_in and late.is_signed_in


def test_b3_a_key_that_is_gone_opens_nothing(provider: ScriptedProvider) -> None:
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        person.sign_in()
        gateway.reload(login=with_session(gateway, keys=[session_key()]))
        assert not person.is_signed_in
        assert person.sign_in().is_signed_in


def test_sessions_without_a_key_outlive_a_reload(provider: ScriptedProvider) -> None:
    with Gateway(signing_in(provider, session={"idle": "10m"})) as gateway, Person(gateway) as person:
        person.sign_in()
        gateway.reload(login={**gateway.policy["login"], "session": {"idle": "11m"}})
        assert person.is_signed_in


def test_a_session_with_keys_outlives_the_process(provider: ScriptedProvider) -> None:
    settings = signing_in(provider)
    with Gateway(settings) as gateway, Person(gateway) as person:
        person.sign_in()
        copy = person.copy_for(gateway)
    with Gateway(settings) as other:
        copy.origin = f"http://127.0.0.1:{other.port}"
        assert copy.is_signed_in


def test_a_signed_out_session_stays_so_after_a_reload(provider: ScriptedProvider) -> None:
    with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        copy = person.sign_in().copy_for(gateway)
        person.sign_out()
        gateway.reload(login=with_session(gateway, idle="11m"))
        assert not copy.is_signed_in


def test_login_may_come_and_go(provider: ScriptedProvider) -> None:
    settings = signing_in(provider)
    login = settings.pop("login")
    plain = [{"path": "/app/**", "access": "authenticated"}]
    with Gateway({**settings, "routes": plain}) as gateway, Person(gateway) as person:
        assert person.go("/app").status_code == 401
        assert person.go("/oauth2/start").status_code == 404
        gateway.reload(login=login, routes=[APP])
        assert person.sign_in().is_signed_in
        gateway.policy.pop("login")
        gateway.reload(routes=plain)
        assert (person.go("/app").status_code, person.go("/oauth2/userinfo").status_code) == (401, 404)
        gateway.reload(login=login, routes=[APP])
        assert person.is_signed_in


def test_a_provider_that_is_gone_signs_its_people_out(provider: ScriptedProvider) -> None:
    with ScriptedProvider() as other:
        with Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
            person.sign_in()
            login = {**gateway.policy["login"], "providers": {"other": entry(other)}}
            gateway.reload(login=login)
            assert not person.is_signed_in
            assert person.sign_in().info["provider"] == "other"


def test_a_policy_that_is_wrong_changes_nothing(provider: ScriptedProvider) -> None:
    with Gateway(policy([APP], login=signing_in(provider)["login"])) as gateway, Person(gateway) as person:
        person.sign_in()
        gateway.reload(login={**gateway.policy["login"], "cookie": {"name": "a b"}})
        assert person.is_signed_in
