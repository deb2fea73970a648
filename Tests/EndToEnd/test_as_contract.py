"""The contract of the authorization server for programs: one test a sentence. Pages are in `test_as_pages`."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import bcrypt
import httpx
import jwt
import pytest
from harness import AUDIENCE
from harness.authorization import OTHER_AUDIENCE, PASSWORD, SECRET, AuthorizationServer, assert_error, clients
from harness.crowd import at_once
from harness.verdicts import verdict

PROGRAMS = ["token", "par", "device_authorization", "revoke", "introspect", "register"]


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer(registration="token") as running:
        yield running


def claims(token: str) -> dict[str, Any]:
    """Of a token that another test has verified."""
    return jwt.decode(token, options={"verify_signature": False})


# Errors in the form of the RFCs


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "magic"}, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "alice", "password": PASSWORD}, "unauthorized_client"),
        ({"grant_type": "authorization_code"}, "unauthorized_client"),
        ({"grant_type": "client_credentials", "scope": "admin"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "resource": "https://elsewhere.example.test"}, "invalid_target"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, "invalid_request"),
    ],
    ids=["nothing", "unknown grant", "password", "grant not listed", "scope", "resource", "twice"],
)
def test_token_refuses_in_the_form_of_the_rfc(server: AuthorizationServer, form: Any, error: str) -> None:
    assert_error(server.post("token", form, client="worker"), 400, error)


@pytest.mark.parametrize(
    ("client", "secret"), [("worker", "wrong"), ("nobody", SECRET), ("app", SECRET)], ids=["secret", "client", "public"]
)
def test_a_wrong_secret_is_401_with_a_challenge_if_basic_was_tried(client: str, secret: str) -> None:
    with AuthorizationServer() as server:
        by_basic = server.token("client_credentials", client=client, secret=secret)
        assert_error(by_basic, 401, "invalid_client")
        assert by_basic.headers["WWW-Authenticate"].startswith("Basic")
        by_post = server.token("client_credentials", client_id=client, client_secret=secret)
        assert_error(by_post, 401, "invalid_client")
        assert "WWW-Authenticate" not in by_post.headers


def test_two_ways_to_authenticate_at_once_are_refused(server: AuthorizationServer) -> None:
    both = server.token("client_credentials", client="worker", client_id="worker", client_secret=SECRET)
    assert_error(both, 400, "invalid_request")


@pytest.mark.parametrize("endpoint", PROGRAMS)
def test_what_is_posted_must_be_a_form_or_json(server: AuthorizationServer, endpoint: str) -> None:
    answer = server.http.post(server.endpoint(endpoint), content=b"<x/>", headers={"Content-Type": "text/xml"})
    assert answer.status_code in (400, 401, 415), answer.text
    assert answer.json()["error"] in ("invalid_request", "invalid_client", "invalid_client_metadata", "invalid_token")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_success_is_kept_by_nobody(server: AuthorizationServer) -> None:
    answer = server.token("client_credentials", client="worker")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


# What tokens say


def test_a_programs_token_is_of_rfc_9068_with_a_subject_of_its_own_as17(server: AuthorizationServer) -> None:
    token = server.worker_token(scope="items:read")
    key = jwt.PyJWKClient(server.endpoint("jwks")).get_signing_key_from_jwt(token)
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    said = jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=server.issuer)
    assert {"iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope"} <= set(said)
    assert (said["sub"], said["client_id"], said["scope"]) == ("client:worker", "worker", "items:read")
    assert said["exp"] - said["iat"] == 600
    assert verdict(server, token, "/items/1") == "allowed"


def test_a_token_has_one_audience_and_routes_refuse_another_as11(server: AuthorizationServer) -> None:
    assert claims(server.worker_token())["aud"] == AUDIENCE
    elsewhere = server.worker_token(resource=OTHER_AUDIENCE)
    assert claims(elsewhere)["aud"] == OTHER_AUDIENCE
    assert verdict(server, elsewhere) == "audience_mismatch"
    several = server.token("client_credentials", client="worker", resource=[OTHER_AUDIENCE, "https://x.example.test"])
    assert_error(several, 400, "invalid_target")


def test_groups_and_claims_are_in_tokens_and_names_follow_their_scopes(server: AuthorizationServer) -> None:
    tokens = server.tokens(scope="openid items:read", nonce="once")
    identity, access = claims(tokens["id_token"]), claims(tokens["access_token"])
    assert identity["nonce"] == "once"
    for said in (identity, access, userinfo(server, tokens)):
        assert (said["sub"], said["groups"], said["tenant"]) == ("alice", ["staff"], "acme")
        assert not {"name", "email"} & set(said)
    tokens = server.tokens(scope="openid profile email")
    told = {"name": "Alice Example", "email": "alice@example.test", "email_verified": True}
    assert told.items() <= claims(tokens["id_token"]).items()
    assert told.items() <= userinfo(server, tokens).items()


def userinfo(server: AuthorizationServer, tokens: dict[str, Any]) -> dict[str, Any]:
    """What the endpoint says to the bearer of a token."""
    answer = server.http.get(server.endpoint("userinfo"), headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_id_token_is_no_access_token_j11(server: AuthorizationServer) -> None:
    tokens = server.tokens()
    assert verdict(server, tokens["id_token"]) == "type_not_allowed"
    assert verdict(server, tokens["refresh_token"]) == "token_malformed"
    answer = server.http.get(server.endpoint("userinfo"), headers={"Authorization": f"Bearer {tokens['id_token']}"})
    assert answer.status_code == 401


def test_userinfo_challenges_as_rfc_6750_has_it(server: AuthorizationServer) -> None:
    without = server.http.get(server.endpoint("userinfo"))
    assert (without.status_code, without.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")
    assert "error=" not in without.headers["WWW-Authenticate"]
    wrong = server.http.get(server.endpoint("userinfo"), headers={"Authorization": "Bearer wrong"})
    assert (wrong.status_code, 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]) == (401, True)
    headers = {"Authorization": f"Bearer {server.worker_token()}"}
    program = server.http.get(server.endpoint("userinfo"), headers=headers)
    assert (program.status_code, 'error="insufficient_scope"' in program.headers["WWW-Authenticate"]) == (403, True)


def test_an_id_token_is_tied_to_the_access_token_beside_it(server: AuthorizationServer) -> None:
    """OpenID Connect Core 3.1.3.6."""
    tokens = server.tokens()
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims(tokens["id_token"])["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims(tokens["id_token"])["aud"] == "app"


# Introspection and revocation


def test_introspection_is_for_those_in_the_audience(server: AuthorizationServer) -> None:
    token = server.worker_token()
    seen = server.post("introspect", {"token": token}, client="worker").json()
    assert seen["active"] and seen["sub"] == "client:worker"
    assert server.post("introspect", {"token": token}, client="web").json() == {"active": False}
    assert server.post("introspect", {"token": "nonsense"}, client="worker").json() == {"active": False}
    assert_error(server.post("introspect", {"token": token}), 401, "invalid_client")


def test_revocation_answers_200_to_nonsense_and_spares_what_is_of_others(server: AuthorizationServer) -> None:
    tokens = server.tokens("web")
    assert server.revoke("nonsense", "web").status_code == 200
    server.revoke(tokens["refresh_token"], "other")
    assert server.refresh(tokens["refresh_token"], "web").status_code == 200


def test_a_program_revokes_its_own_access_token(server: AuthorizationServer) -> None:
    token = server.worker_token()
    assert server.post("revoke", {"token": token}, client="worker").status_code == 200
    assert server.refuses(token)
    assert server.post("introspect", {"token": token}, client="worker").json() == {"active": False}


# Lockout


def test_the_attempt_after_the_last_allowed_failure_is_429_as21() -> None:
    lockout = {"failures": 3, "window": "1m", "block": "1m"}
    legacy = {"old": {"public": True, "legacy": ["password"], "scopes": ["items:read"]}}
    with AuthorizationServer(lockout=lockout, clients={**clients(), **legacy}) as server:

        def tried(user: str, password: str) -> httpx.Response:
            return server.token("password", client_id="old", username=user, password=password)

        for user in ("alice", "whoever"):
            for _ in range(3):
                assert_error(tried(user, "wrong"), 400, "invalid_grant")
            blocked = tried(user, PASSWORD)
            assert_error(blocked, 429, "temporarily_unavailable")
            assert 1 <= int(blocked.headers["Retry-After"]) <= 60
        for _ in range(3):
            assert_error(server.token("client_credentials", client="worker", secret="wrong"), 401, "invalid_client")
        blocked = server.token("client_credentials", client="worker")
        assert_error(blocked, 429, "temporarily_unavailable")
        # Page and grant count together.
        with server.visitor() as visitor:
            page = visitor.open(server.authorization()).sign_in("alice", PASSWORD).page
            assert (page.status_code, page.headers["Retry-After"].isdigit()) == (429, True)
        assert server.token("password", client_id="old", username="bob", password=PASSWORD).status_code == 200
        assert server.audited("locked_out", subject="alice")


def test_a_network_that_guesses_at_many_names_is_locked_out_more_slowly_as21() -> None:
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    with AuthorizationServer(lockout={"failures": 1}, clients={"old": old}) as server:
        form = {"grant_type": "password", "client_id": "old", "password": "wrong"}
        statuses = [server.post("token", {**form, "username": f"guess-{number}"}).status_code for number in range(60)]
        allowed = statuses.index(429)
        assert 5 < allowed and set(statuses[:allowed]) == {400} and set(statuses[allowed:]) == {429}
        assert server.token("password", client_id="old", username="alice", password=PASSWORD).status_code == 429


def test_a_full_queue_of_passwords_is_503_with_retry_after() -> None:
    costly = {"alice": {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(11)).decode()}}
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    lockout = {"failures": 1000}
    with AuthorizationServer(users=costly, clients={"old": old}, lockout=lockout) as server:
        form = {"grant_type": "password", "client_id": "old", "username": "alice", "password": PASSWORD}
        answers = at_once(60, lambda client: client.post(server.endpoint("token"), data=form))
        server.secrets |= {answer.json().get("access_token", "-" * 99) for answer in answers}
        busy = [answer for answer in answers if answer.status_code != 200]
        assert busy and len(busy) < len(answers)
        for answer in busy:
            assert_error(answer, 503, "temporarily_unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        assert server.post("token", form).status_code == 200


# What is written down


def test_audit_lines_say_who_what_and_from_where(server: AuthorizationServer) -> None:
    server.redeem(server.code("web", user="bob", scope="openid email"))
    for event in ("sign_in", "consent_granted", "token_issued"):
        line = server.audited(event, subject="bob")
        assert {"time", "event", "subject", "client_id", "client"} <= set(line)
        assert line["client"] == "127.0.0.1"
        assert datetime.fromisoformat(line["time"]).tzinfo is not None
    assert server.audited("token_issued", subject="bob")["client_id"] == "web"


def test_a_wrong_secret_and_an_unknown_name_are_written_without_them(server: AuthorizationServer) -> None:
    typed = secrets.token_urlsafe(12)
    server.secrets.add(typed)
    server.token("client_credentials", client="worker", secret=typed)
    assert server.audited("client_authentication_failed", client="127.0.0.1")
    with server.visitor() as visitor:
        # Some people type their password where the name belongs.
        visitor.open(server.authorization()).sign_in(typed, "x")
    server.audited("sign_in_failed", subject=None)
