"""`gatehouse doctor`: what is wrong with those whom the gateway asks, before users find out."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from harness import gatehouse
from harness.authorization import SECRET, WEB, AuthorizationServer, clients
from harness.issuers import JWKS, OPENID, Issuer
from harness.keys import AUDIENCE, SigningKey
from harness.people import entry
from harness.ports import free_port
from harness.providers import CLIENT_SECRET, MockProvider, ScriptedProvider
from harness.state import Redis
from harness.tls import Authority

KEY = SigningKey.generate("ES256")
BASE_URL = "http://127.0.0.1:8080"
pytestmark = pytest.mark.timeout(90)


def accepting(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    """A policy with this issuer alone."""
    usual = {"issuer": issuer.url, "audiences": [AUDIENCE], "algorithms": ["ES256"], "keys": "discovery"}
    routes = [{"path": "/**", "access": "authenticated", "respond": {"status": 204}}]
    return {"version": 1, "issuers": {"corp": {**usual, **changes}}, "routes": routes}


def signing_in(provider: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A policy with this provider alone."""
    login = {"base_url": BASE_URL, "providers": {"sso": provider}, **changes}
    route = {"path": "/**", "login": True, "access": "authenticated", "respond": {"status": 204}}
    return {"version": 1, "login": login, "routes": [route]}


def doctor(folder: Path, rules: dict[str, Any], *options: str) -> tuple[int, str]:
    """Its exit status and what it says, which has no secret in it."""
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("doctor", *options, cwd=folder)
    assert done.stderr == ""
    for secret in (CLIENT_SECRET, SECRET):
        assert secret not in done.stdout
    return done.returncode, done.stdout


def failures(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("FAIL")]


def the_failure(folder: Path, rules: dict[str, Any]) -> str:
    """What the one failure says."""
    code, said = doctor(folder, rules)
    assert code == 1, said
    (line,) = failures(said)
    return line


# All is well


def test_issuers_that_are_well_are_a_line_each(tmp_path: Path) -> None:
    with Issuer(KEY, SigningKey.generate("RS256")) as issuer:
        code, said = doctor(tmp_path, accepting(issuer, algorithms=["RS256", "ES256"]))
    assert (code, failures(said)) == (0, []), said
    policy, corp, summary = said.splitlines()
    assert policy == "ok  policy       gateway.yaml has no error"
    assert corp.startswith(f"ok  issuer corp  {issuer.url}: discovery and 2 keys (RS256, ES256), ")
    assert corp.endswith(" ms, clocks agree")
    assert summary == "gateway.yaml: 1 looked at, nothing failed, nothing to be warned of"


def test_programs_read_the_same_as_json(tmp_path: Path) -> None:
    with Issuer(KEY) as issuer:
        code, said = doctor(tmp_path, accepting(issuer, algorithms=["RS256"]), "--format", "json")
    report = json.loads(said)
    assert (code, report["failures"], report["warnings"]) == (1, 1, 0)
    (finding,) = report["findings"]
    assert (finding["verdict"], finding["subject"], finding["name"]) == ("failure", "issuer", "corp")
    assert finding["remedy"] == "write those that it signs with in `issuers.corp.algorithms`"


def test_a_provider_that_others_wrote_is_well(tmp_path: Path) -> None:
    with MockProvider() as provider:
        code, said = doctor(tmp_path, signing_in(entry(provider)))
    assert code == 0, said
    assert "ok    provider sso  it knows the client" in said
    assert f"ok    login         the redirect URI to register at sso: {BASE_URL}/oauth2/callback" in said
    assert f"ok    login         the post-logout redirect URI to register at sso: {BASE_URL}/oauth2/sign_out" in said


def test_a_policy_that_does_not_read_is_told_as_check_tells_it(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text('{"version": 1, "routes": [{"path": "/"}]}')
    asked, checked = (gatehouse(command, cwd=tmp_path) for command in ("doctor", "check"))
    assert (asked.returncode, asked.stdout, asked.stderr) == (1, checked.stdout, checked.stderr)
    assert checked.returncode == 1 and "access" in checked.stdout
    assert gatehouse("doctor", "--config", "nowhere.yaml", cwd=tmp_path).returncode == 1
    assert gatehouse("doctor", "--no-such-option", cwd=tmp_path).returncode == 1


# Issuers


def another_issuer(issuer: Issuer) -> None:
    issuer.metadata[OPENID]["issuer"] = "https://other.example.test"


def no_keys(issuer: Issuer) -> None:
    issuer.rotate()


def other_keys(issuer: Issuer) -> None:
    issuer.rotate(SigningKey.generate("RS256"))


def no_discovery(issuer: Issuer) -> None:
    issuer.metadata.clear()


def redirected(issuer: Issuer) -> None:
    issuer.reply(OPENID, 302, Location=issuer.url + "/elsewhere")


def no_json(issuer: Issuer) -> None:
    issuer.reply(JWKS, 200, b"<!doctype html>")


def clock_ahead(issuer: Issuer) -> None:
    issuer.ahead = 95


def clock_behind(issuer: Issuer) -> None:
    issuer.ahead = -95


@pytest.mark.parametrize(
    "happened, says",
    [
        (another_issuer, "the metadata is of another issuer, \"https://other.example.test\"; write `issuer: https://other"),
        (no_keys, "there is no key that can be used; ask those who run it"),
        (other_keys, "no key fits `algorithms`, which is ES256; there are keys for RS256"),
        (no_discovery, "the answer is 404; write the issuer exactly as it calls itself"),
        (redirected, "redirects are not followed; write the address that it redirects to"),
        (no_json, f"{JWKS}: "),
        (clock_ahead, "ahead of this machine's, and 30 s are forgiven: its tokens are not valid yet"),
        (clock_behind, "behind this machine's, and 30 s are forgiven: its tokens expire too early"),
        (Issuer.disappear, "Connection refused; see whether it runs there"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_wrong_with_an_issuer_is_said(tmp_path: Path, happened: Callable[[Issuer], None], says: str) -> None:
    with Issuer(KEY) as issuer:
        happened(issuer)
        assert says in the_failure(tmp_path, accepting(issuer))


def test_a_clock_within_the_leeway_is_a_warning(tmp_path: Path) -> None:
    with Issuer(KEY) as issuer:
        issuer.ahead = 45
        code, said = doctor(tmp_path, accepting(issuer, leeway="60s"))
    assert code == 0 and "warn  issuer corp  its clock is 4" in said, said


def test_an_issuer_that_says_nothing_costs_its_timeout_and_no_more(tmp_path: Path) -> None:
    with Issuer(KEY) as issuer:
        issuer.stall()
        began = time.monotonic()
        line = the_failure(tmp_path, accepting(issuer, key_refresh={"timeout": "1s"}))
        assert time.monotonic() - began < 5
        assert "the time was up before the answer was complete" in line
        # However long the policy would wait.
        began = time.monotonic()
        line = the_failure(tmp_path, accepting(issuer, key_refresh={"timeout": "25s"}))
        assert 9 < time.monotonic() - began < 20
        assert "it has not answered all that it was asked within 10 s" in line


@pytest.mark.parametrize(
    "names, days, trusted, says",
    [
        (["127.0.0.1"], (-1, 1), False, "name its authority in `issuers.corp.tls.ca`"),
        (["127.0.0.1"], (-9, -2), True, "certificate has expired; renew the certificate there"),
        (["127.0.0.1"], (2, 9), True, "certificate is not yet valid; set the clock of this machine"),
        (["other.test"], (-1, 1), True, "IP address mismatch; write the name that is in its certificate"),
    ],
    ids=["unknown-authority", "expired", "not-yet-valid", "other-name"],
)
def test_what_is_wrong_with_a_certificate_is_said(
    tmp_path: Path, names: list[str], days: tuple[int, int], trusted: bool, says: str
) -> None:
    authority = Authority(tmp_path)
    with Issuer(KEY, tls=authority.issue(*names, days=days).server_context()) as issuer:
        trust = {"tls": {"ca": str(authority.certificate)}} if trusted else {}
        assert says in the_failure(tmp_path, accepting(issuer, **trust))


def test_a_certificate_that_is_trusted_is_well(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with Issuer(KEY, tls=authority.issue("127.0.0.1").server_context()) as issuer:
        code, said = doctor(tmp_path, accepting(issuer, tls={"ca": str(authority.certificate)}))
    assert code == 0, said


# Providers


@pytest.mark.parametrize(
    "metadata, says",
    [
        ({"issuer": "https://other.example.test"}, "the metadata is of another issuer"),
        ({"token_endpoint": None}, "the metadata has no token_endpoint"),
        ({"code_challenge_methods_supported": ["plain"]}, "lack `S256`"),
        ({"response_types_supported": ["token"]}, "lack `code`"),
        ({"token_endpoint_auth_methods_supported": ["tls_client_auth"]}, "have no place for a client_secret"),
        ({"id_token_signing_alg_values_supported": ["RS256"]}, "it publishes no key for RS256"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_wrong_with_a_providers_metadata_is_said(tmp_path: Path, metadata: dict[str, Any], says: str) -> None:
    with ScriptedProvider() as provider:
        provider.metadata = metadata
        assert says in the_failure(tmp_path, signing_in(entry(provider)))


def test_a_secret_that_the_provider_does_not_know_is_a_failure(tmp_path: Path) -> None:
    with ScriptedProvider() as provider:
        line = the_failure(tmp_path, signing_in(entry(provider, client_secret="another-one")))
    assert "it does not know the client" in line and "another-one" not in line


def test_a_provider_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    provider = {"issuer": f"http://127.0.0.1:{free_port()}", "client_id": "gatehouse", "client_secret": CLIENT_SECRET}
    assert "Connection refused" in the_failure(tmp_path, signing_in(provider))


def test_a_provider_that_names_s256_leaves_nothing_to_warn_of(tmp_path: Path) -> None:
    with ScriptedProvider() as provider:
        provider.metadata = {"code_challenge_methods_supported": ["S256"]}
        code, said = doctor(tmp_path, signing_in(entry(provider)))
    assert code == 0 and "discovery and keys, S256, client_secret_basic, " in said and "warn  provider" not in said, said


# Signing in at a real server that takes pushed requests (RFC 9126)


def at(server: AuthorizationServer, **changes: Any) -> dict[str, Any]:
    provider = {"issuer": server.issuer, "client_id": "web", "client_secret": SECRET, "scopes": ["openid"], **changes}
    return signing_in(provider)


def test_a_pushed_request_proves_client_secret_and_redirect_uri(tmp_path: Path) -> None:
    known = clients()
    known["web"]["redirect_uris"] = [f"{BASE_URL}/oauth2/callback", WEB]
    with AuthorizationServer(clients=known) as server:
        code, said = doctor(tmp_path, at(server))
        assert code == 0, said
        assert f"it took a sign-in of this client, back to {BASE_URL}/oauth2/callback" in said
        assert "it knows the client web by its secret" in said
        assert "S256, client_secret_basic, pushed requests" in said


def test_a_redirect_uri_that_is_not_registered_is_a_failure(tmp_path: Path) -> None:
    with AuthorizationServer() as server:
        line = the_failure(tmp_path, at(server))
        assert f"register exactly {BASE_URL}/oauth2/callback there" in line


# The gateway itself


def test_an_embedded_server_needs_nobody(tmp_path: Path) -> None:
    issuer = "http://127.0.0.1:8080/identity"
    rules = signing_in({"embedded": True})
    rules["authorization_server"] = {"issuer": issuer, "store": "memory", "audiences": [AUDIENCE]}
    rules["issuers"] = {"local": {"embedded": True, "audiences": [AUDIENCE]}}
    code, said = doctor(tmp_path, rules)
    assert code == 0, said
    assert said.count("the authorization server of this gateway, which needs no network") == 2
    assert "redirect URI" not in said


def test_https_that_a_proxy_ends_needs_a_proxy_that_is_believed(tmp_path: Path) -> None:
    with MockProvider() as provider:
        rules = signing_in(entry(provider), base_url="https://127.0.0.1:8443")
        code, said = doctor(tmp_path, rules)
        assert code == 0 and "name the proxy that ends TLS in `trusted_proxies`" in said, said
        rules["listeners"] = {"public": {"address": "127.0.0.1:8080", "trusted_proxies": ["10.0.0.0/8"]}}
        code, said = doctor(tmp_path, rules)
        assert code == 0 and "listener public believes its X-Forwarded-Proto" in said, said


def test_a_name_that_browsers_cannot_look_up_is_a_warning(tmp_path: Path) -> None:
    with MockProvider() as provider:
        code, said = doctor(tmp_path, signing_in(entry(provider), base_url="https://app.nowhere.invalid"))
    assert code == 0 and "the name app.nowhere.invalid of `login.base_url` does not resolve here" in said, said


# The shared state


def sharing(url: str) -> dict[str, Any]:
    route = {"path": "/**", "access": "public", "respond": {"status": 204}}
    return {"version": 1, "state": {"url": url}, "routes": [route]}


def test_a_redis_that_keeps_what_it_is_given_is_well(tmp_path: Path) -> None:
    with Redis() as redis:
        code, said = doctor(tmp_path, sharing(redis.state["url"]))
        assert code == 0, said
        assert f"ok  state   {redis.state['url']}: Redis " in said and ", written and read, " in said
        assert redis.ask("DBSIZE").strip() == "0"
        redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        code, said = doctor(tmp_path, sharing(redis.state["url"]))
        assert code == 0 and "set `maxmemory-policy noeviction`" in said, said


def test_what_to_do_is_told_in_the_words_of_the_address(tmp_path: Path) -> None:
    with Redis() as redis:
        line = the_failure(tmp_path, sharing(f"redis+cluster://127.0.0.1:{redis.port}"))
        assert "for one server alone the URL begins with redis://" in line
    line = the_failure(tmp_path, sharing(f"unix:{tmp_path}/redis.sock"))
    assert "No such file or directory; see whether Redis runs on this machine with this path as its `unixsocket`" in line


def test_a_redis_that_cannot_be_used_is_a_failure(tmp_path: Path) -> None:
    with Redis() as redis:
        line = the_failure(tmp_path, sharing(f"redis://gateway:{SECRET}@127.0.0.1:{redis.port}/0"))
        assert "WRONGPASS; compare user and password of `state.url` with its ACL" in line
        line = the_failure(tmp_path, sharing(f"rediss://127.0.0.1:{redis.port}/0"))
        assert "see whether Redis has its `tls-port` there" in line
        redis.freeze()
        began = time.monotonic()
        assert "no connection in time" in the_failure(tmp_path, sharing(redis.state["url"]))
        assert time.monotonic() - began < 8
        redis.thaw()
        redis.kill()
        assert "Connection refused; see whether Redis runs there" in the_failure(tmp_path, sharing(redis.state["url"]))
