"""The README's chapter about browsers, as a newcomer reads it: every block runs as printed."""

import json
from typing import Any

import httpx
import yaml
from harness import Gateway, Recorder, eventually, policy
from harness.clone import Clone
from harness.people import Person, session_key
from harness.providers import CLIENT_SECRET, MockProvider
from harness.readme import BROWSERS, Shell, blocks, chapter, is_as_printed, steps
from harness.state import Redis
from harness.visitor import Visitor

# The first block is for the server that is built in, the others are for a provider of one's own.
EMBEDDED, PROVIDER, ROUTE, STATE = (yaml.safe_load(block) for block in blocks("yml", BROWSERS))


def test_a_newcomer_signs_in_and_out_and_a_program_is_told_where() -> None:
    (make_key, nothing), (curl, printed) = steps(BROWSERS)
    with Clone() as clone, Shell(clone.directory) as shell:
        assert shell.run(make_key) == nothing
        assert (clone.directory / "data/session.key").stat().st_mode & 0o777 == 0o600
        rules = clone.policy = yaml.safe_load(clone.file.read_text())
        clone.reload(login=EMBEDDED["login"], routes=[*rules["routes"], *EMBEDDED["routes"]])
        assert shell.run(".build/release/gatehouse check --strict > said; echo $?") == "0\n"
        output = shell.run(clone.here(curl))
        assert is_as_printed(output, clone.here(printed)), output
        with Visitor(clone.here("http://127.0.0.1:8080")) as visitor:
            signs_in_and_out(clone, visitor)


def signs_in_and_out(clone: Clone, visitor: Visitor) -> None:
    """What the chapter says between its blocks."""
    app = clone.here("http://127.0.0.1:8080/app/")
    visitor.open(app).sign_in("demo", clone.password)
    assert visitor.page and str(visitor.page.url) == app, visitor.shown
    seen = visitor.page.json()["headers"]
    shown = '"x-auth-subject":"demo"'
    assert shown in visitor.page.text and shown in text()
    assert not {"cookie", "authorization"} & seen.keys()
    assert visitor.client.get(httpx.URL(app).join("/oauth2/userinfo")).json()["subject"] == "demo"
    visitor.open(str(httpx.URL(app).join("/oauth2/sign_out?rd=/"))).submit()
    assert visitor.page and visitor.page.url.path == "/", visitor.shown
    assert visitor.open(app).asks == "password"


def text() -> str:
    """The chapter in one line."""
    return " ".join(chapter(BROWSERS).split())


def test_the_policy_for_another_provider_signs_in_and_sends_its_token_on() -> None:
    with MockProvider() as provider, Recorder() as app:
        provider.know("alice", email="alice@example.com", email_verified=True, groups=["staff", "sales"])
        provider.know("bob", email="bob@example.com", email_verified=True, groups=["sales"])
        provider.know("eve", email="eve@evil.example", email_verified=True, groups=["staff"])
        with Gateway(placed(provider, app), CORP_SECRET=CLIENT_SECRET, SESSION_KEY=session_key()) as gateway:
            assert arrives(gateway, "alice") == 200
            seen = app.last()
            assert (seen.get("X-Auth-Subject"), seen.get("X-Auth-Email")) == ("alice", "alice@example.com")
            assert seen.get("X-Auth-Groups") == "staff,sales"
            token = (seen.get("Authorization") or "").removeprefix("Bearer ")
            fields = {"Authorization": f"Bearer {token}"}
            known = httpx.get(f"{provider.issuer}/userinfo", headers=fields, trust_env=False)
            assert known.json()["sub"] == "alice"
            app.forget()
            assert (arrives(gateway, "bob"), arrives(gateway, "eve"), app.requests) == (403, 403, [])


def test_several_gateways_share_what_they_know() -> None:
    with MockProvider() as provider, Recorder() as app, Redis() as redis:
        provider.know("alice", email="alice@example.com", email_verified=True, groups=["staff"])
        shared = placed(provider, app)
        shared["state"] = {"url": STATE["state"]["url"].replace("6379", str(redis.port))}
        for store in ("cookie", "state"):
            shared["login"]["session"]["store"] = store
            values = {"CORP_SECRET": CLIENT_SECRET, "SESSION_KEY": session_key()}
            with Gateway(shared, **values) as here, Gateway(shared, **values) as there:
                with Person(here) as person:
                    assert sign_in(person, "alice").status_code == 200
                    goes_where_the_state_goes(person, person.sent_to(there), redis)


def goes_where_the_state_goes(person: Person, elsewhere: Person, redis: Redis) -> None:
    """What the chapter says of Redis."""
    assert elsewhere.ask("/app/").status_code == 200
    redis.kill()
    eventually(lambda: elsewhere.ask("/app/").status_code == 503)
    redis.start()
    eventually(lambda: elsewhere.ask("/app/").status_code == 200)
    eventually(lambda: person.sign_out().status_code in (200, 303))
    eventually(lambda: elsewhere.ask("/app/").status_code == 401)


def placed(provider: MockProvider, app: Recorder) -> dict[str, Any]:
    """The blocks of the README with three addresses of this machine in place of theirs."""
    login = json.loads(json.dumps(PROVIDER["login"]))
    del login["base_url"]
    login["providers"]["corp"]["issuer"] = provider.issuer
    upstreams = {"app": {"servers": [app.url]}}
    return policy(ROUTE["routes"], login=login, upstreams=upstreams, defaults={"upstream": "app"})


def arrives(gateway: Gateway, name: str) -> int:
    """The status that somebody gets in the end."""
    with Person(gateway) as person:
        return sign_in(person, name).status_code


def sign_in(person: Person, name: str) -> httpx.Response:
    """Where somebody gets to in the end."""
    page = person.go(person.go("/oauth2/start?rd=/app/").headers["Location"])
    return person.open(person.go(str(page.url), "POST", data={"sub": name}).headers["Location"])


def test_the_address_to_register_is_that_of_the_policy() -> None:
    assert f"`{PROVIDER['login']['base_url']}/oauth2/callback`" in text()
