"""What nobody reads in a log: codes, states, cookies, tokens, and the secret of the client."""

import json
from urllib.parse import parse_qsl, urlsplit

import httpx
from harness import Gateway
from harness.people import Person, signing_in
from harness.providers import CLIENT_SECRET, ScriptedProvider


def pieces(person: Person, provider: ScriptedProvider) -> set[str]:
    """All secrets of everything that has happened so far."""
    secrets = {CLIENT_SECRET, *provider.grants.access_tokens, *provider.grants.families}
    for asked in provider.requests:
        secrets |= {asked["state"], asked["nonce"], asked["code_challenge"]}
    for form in provider.forms:
        secrets |= {form[name] for name in ("code", "code_verifier", "refresh_token") if name in form}
    for value in person.cookies.values():
        secrets |= {value[2:42], value[-40:]}
    return secrets


def test_b9_nothing_that_a_browser_gets_has_a_secret_of_the_client_in_it() -> None:
    """Nor a token, but for the ID token in the address at which the provider signs out (`id_token_hint`)."""
    with ScriptedProvider() as provider, Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        own: list[httpx.Response] = []

        def keep(answer: httpx.Response) -> None:
            if answer.url.port == gateway.port:
                answer.read()
                own.append(answer)

        person.client.event_hooks["response"].append(keep)
        person.sign_in()
        for path in ("/oauth2/userinfo", "/oauth2/sign_in", "/oauth2/sign_out", "/oauth2/callback?code=x&state=y"):
            person.go(path)
        for failure in ((401, {"error": "invalid_client"}), (503, {})):
            provider.failure = failure
            person.open("/oauth2/start?rd=/app")
        person.sign_out()
        secrets = [CLIENT_SECRET, *provider.grants.access_tokens, *provider.grants.families]
    assert len(own) > 10 and len(secrets) == 3
    for answer in own:
        shown = f"{answer.headers} {answer.text}"
        assert not any(secret in shown for secret in secrets), answer.url


def test_b9_rp10_no_log_has_a_secret_in_it() -> None:
    with ScriptedProvider() as provider, Gateway(signing_in(provider)) as gateway, Person(gateway) as person:
        provider.access_lifetime = 1
        callback = person.until_callback("/app/first")
        code = dict(parse_qsl(urlsplit(callback).query))["code"]
        person.open(callback)
        secrets = pieces(person, provider)
        # Everything that may go wrong does.
        person.go(f"{callback}&code=again")
        person.go(callback.replace("state=", "state=x"))
        for failure in ((500, {}), (400, {"error": "invalid_grant"}), (200, {"access_token": "x"}), (200, [])):
            provider.failure = failure
            with Person(gateway) as other:
                other.open("/app")
                secrets |= pieces(other, provider)
        provider.failure, provider.claims = None, {"nonce": "other"}
        with Person(gateway) as other:
            other.open("/app")
        provider.claims = {}
        gateway.ask("GET", "/app", f"Cookie: gatehouse={person.cookies['gatehouse'][:-3]}AAA")
        token = provider.logout_token(sub="alice", nonce="x")
        gateway.request("POST", "/oauth2/backchannel_logout", data={"logout_token": token})
        person.sign_out()
        secrets |= pieces(person, provider) | {code, token, token.split(".")[2]}
        person.go("/last")
        gateway.logged(path="/last")
        logged = gateway.said() + "\n".join(map(json.dumps, gateway.lines))
        shown = gateway.admin("/metrics").text + gateway.admin("/api/decisions").text
    assert "sign_in_failed" in logged and '"/oauth2/callback"' in logged
    assert '"login_required"' in shown
    assert len(secrets) > 30
    assert [secret for secret in secrets if secret in logged or secret in shown] == []
