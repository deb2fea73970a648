"""What counts once counts once: codes, refresh tokens, and all that came of them."""

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness.authorization import PASSWORD, AuthorizationServer, Code, clients, users
from harness.crowd import at_once
from harness.polling import eventually
from harness.verdicts import verdict

CROWD = 50
Form = dict[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


@pytest.fixture(scope="module")
def strict() -> Iterator[AuthorizationServer]:
    """One that gives no second chance."""
    with AuthorizationServer(tokens={"refresh_grace": "0s"}) as running:
        yield running


def together(server: AuthorizationServer, form: Form) -> list[httpx.Response]:
    """The answers to one token request that a crowd sends."""
    answers = at_once(CROWD, lambda client: client.post(server.endpoint("token"), data=form))
    server.secrets |= {answer.json().get("access_token", "-" * 99) for answer in answers}
    return answers


def outcomes(answers: list[httpx.Response]) -> Counter[Any]:
    """How often each status and error came."""
    return Counter((answer.status_code, answer.json().get("error")) for answer in answers)


def successes(answers: list[httpx.Response]) -> list[dict[str, Any]]:
    return [answer.json() for answer in answers if answer.status_code == 200]


def redemption(code: Code) -> Form:
    """The form that redeems a code of a public client."""
    return {
        "grant_type": "authorization_code",
        "client_id": code.client,
        "code": code.code,
        "redirect_uri": code.redirect_uri,
        "code_verifier": code.verifier,
    }


def renewal(refresh_token: str) -> Form:
    return {"grant_type": "refresh_token", "client_id": "app", "refresh_token": refresh_token}


# Codes


def test_a_code_that_a_crowd_redeems_counts_once_as20(server: AuthorizationServer) -> None:
    answers = together(server, redemption(server.code()))
    assert outcomes(answers) == {(200, None): 1, (400, "invalid_grant"): CROWD - 1}
    (tokens,) = successes(answers)
    assert server.refuses(tokens["access_token"])
    assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_code_that_comes_again_revokes_what_came_of_it_as3(server: AuthorizationServer) -> None:
    code = server.code()
    tokens = server.redeem(code).json()
    assert verdict(server, tokens["access_token"]) == "allowed"
    again = server.redeem(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert server.refuses(tokens["access_token"])
    assert verdict(server, tokens["access_token"]) == "token_revoked"
    assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert server.audited("code_reuse", client_id="app", subject="alice")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "x" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1/elsewhere"}, "invalid_grant"),
        ({"resource": "https://elsewhere.example.test"}, "invalid_target"),
    ],
    ids=["verifier", "no verifier", "redirect", "resource"],
)
def test_a_code_is_bound_to_its_request_as3(server: AuthorizationServer, changes: Form, error: str) -> None:
    answer = server.redeem(server.code(), **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_code_is_bound_to_its_client_as3(server: AuthorizationServer) -> None:
    code = server.code("web")
    stolen = server.token(
        "authorization_code",
        client="other",
        code=code.code,
        redirect_uri=code.redirect_uri,
        code_verifier=code.verifier,
    )
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")


def test_a_code_ends() -> None:
    with AuthorizationServer(tokens={"code": "1s"}) as server:
        code = server.code()
        over = time.monotonic() + 1.1
        eventually(lambda: time.monotonic() > over)
        answer = server.redeem(code)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


# Refresh tokens


def test_a_refresh_token_that_a_crowd_uses_without_grace_counts_once_as20(strict: AuthorizationServer) -> None:
    answers = together(strict, renewal(strict.tokens()["refresh_token"]))
    assert outcomes(answers) == {(200, None): 1, (400, "invalid_grant"): CROWD - 1}
    (tokens,) = successes(answers)
    assert strict.refuses(tokens["access_token"])
    assert strict.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert strict.audited("refresh_token_reuse", client_id="app", subject="alice")


def test_a_refresh_token_that_a_crowd_uses_has_one_successor_as20(server: AuthorizationServer) -> None:
    first = server.tokens()["refresh_token"]
    answers = together(server, renewal(first))
    assert outcomes(answers) == {(200, None): CROWD}
    renewed = successes(answers)
    (successor,) = {tokens["refresh_token"] for tokens in renewed}
    assert successor != first
    assert len({tokens["access_token"] for tokens in renewed}) == CROWD
    assert {verdict(server, tokens["access_token"]) for tokens in renewed} == {"allowed"}


def test_a_predecessor_is_reuse_once_its_successor_was_used_as9(server: AuthorizationServer) -> None:
    first = server.tokens()
    second = server.refresh(first["refresh_token"]).json()
    assert server.refresh(first["refresh_token"]).json()["refresh_token"] == second["refresh_token"]
    third = server.refresh(second["refresh_token"]).json()
    reused = server.refresh(first["refresh_token"])
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    assert all(server.refuses(tokens["access_token"]) for tokens in (first, second, third))
    assert server.refresh(third["refresh_token"]).json()["error"] == "invalid_grant"
    assert server.audited("refresh_token_reuse", client_id="app", subject="alice")


def test_a_refresh_token_narrows_and_never_widens_as10(server: AuthorizationServer) -> None:
    refresh_token = server.tokens(scope="openid items:read items:write")["refresh_token"]
    narrowed = server.refresh(refresh_token, scope="items:write").json()
    assert narrowed["scope"] == "items:write"
    assert verdict(server, narrowed["access_token"], "/items/1") == "scope_insufficient"
    whole = server.refresh(narrowed["refresh_token"]).json()
    assert set(whole["scope"].split()) == {"openid", "items:read", "items:write"}
    wider = server.refresh(whole["refresh_token"], scope="items:read profile")
    assert (wider.status_code, wider.json()["error"]) == (400, "invalid_scope")
    elsewhere = server.refresh(whole["refresh_token"], resource="https://api.example.test/orders")
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (400, "invalid_target")


def test_a_refresh_token_is_bound_to_its_client_as10(server: AuthorizationServer) -> None:
    tokens = server.tokens("web")
    stolen = server.refresh(tokens["refresh_token"], client="other")
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("limit", ["refresh", "refresh_idle"])
def test_a_refresh_token_ends_as10(limit: str) -> None:
    """Both ends: of the whole chain, and of a token that nobody uses."""
    with AuthorizationServer(tokens={limit: "1s"}) as server:
        refresh_token = server.tokens("web")["refresh_token"]
        # To look at it is no use of it.
        eventually(lambda: not server.post("introspect", {"token": refresh_token}, client="web").json()["active"])
        ended = server.refresh(refresh_token, "web")
        assert (ended.status_code, ended.json()["error"]) == (400, "invalid_grant")


# What ends them all


def test_revoking_a_refresh_token_ends_its_access_tokens(server: AuthorizationServer) -> None:
    first = server.tokens()
    second = server.refresh(first["refresh_token"]).json()
    assert server.revoke(second["refresh_token"]).status_code == 200
    assert server.refuses(first["access_token"]) and server.refuses(second["access_token"])
    assert verdict(server, second["access_token"]) == "token_revoked"
    assert server.audited("token_revoked", client_id="app", subject="alice")


def test_a_user_who_is_removed_loses_the_refresh_tokens() -> None:
    with AuthorizationServer() as server:
        tokens, others = server.tokens(), server.tokens(user="bob")
        server.reload_server(users={"bob": server.policy["authorization_server"]["users"]["bob"]})
        lost = server.refresh(tokens["refresh_token"])
        assert (lost.status_code, lost.json()["error"]) == (400, "invalid_grant")
        assert server.refresh(others["refresh_token"]).status_code == 200
        # Whoever gets the name later is somebody else.
        server.reload_server(users=users())
        assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_client_that_is_removed_loses_its_refresh_tokens() -> None:
    with AuthorizationServer() as server:
        tokens, others = server.tokens(), server.tokens("web")
        server.reload_server(clients={name: client for name, client in clients().items() if name != "app"})
        lost = server.post("token", renewal(tokens["refresh_token"]))
        assert (lost.status_code, lost.json()["error"]) == (401, "invalid_client")
        assert server.refresh(others["refresh_token"], client="web").status_code == 200
        server.reload_server(clients=clients())
        assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_new_password_ends_what_was_granted_with_the_old_one_as10(server: AuthorizationServer) -> None:
    server.command("users", "add", "carol", stdin=f"{PASSWORD}\n")
    tokens = server.tokens(user="carol")
    server.command("users", "password", "carol", stdin=f"another {PASSWORD}\n")
    assert server.refuses(tokens["access_token"])
    assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
