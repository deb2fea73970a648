"""The pages as the protocol sees them: who is sent where, with which parameters, and what no redirect ever carries."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import httpx
import pytest
from harness.authorization import LOOPBACK, PASSWORD, PRIVATE_USE, AuthorizationServer, clients
from harness.polling import eventually
from harness.verdicts import verdict

EVIL = "https://evil.example.test/callback"


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


def shown(server: AuthorizationServer, **parameters: str | None) -> httpx.Response:
    """What a stranger gets at `authorize`, followed to a page; fails if it leaves the server."""
    with server.visitor() as visitor:
        visitor.open(server.authorization(**parameters))
        assert visitor.page is not None, visitor.shown
        return visitor.page


# Who is never sent anywhere


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": EVIL},
        {"redirect_uri": f"{LOOPBACK}/more"},
        {"redirect_uri": f"{LOOPBACK}?a=b"},
        {"redirect_uri": "http://localhost/callback"},
        {"redirect_uri": "http://127.0.0.1@evil.example.test/callback"},
        {"redirect_uri": "http://127.0.0.1:1/callback#fragment"},
        {"redirect_uri": "http://127.0.0.2/callback"},
        {"redirect_uri": "com.example.app:/other"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
    ],
    ids=lambda changes: str(next(iter(changes.values()))),
)
def test_an_unknown_client_or_redirect_is_a_page_at_once_as1_as2(
    server: AuthorizationServer, changes: dict[str, str | None]
) -> None:
    page = shown(server, **changes)
    assert 400 <= page.status_code < 500
    assert page.headers["Content-Type"].startswith("text/html")
    assert "evil" not in page.text.lower()
    assert "form" not in page.text.split("</style>")[1]


def test_a_parameter_twice_is_a_page_as2(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        page = visitor.open(f"{server.authorization()}&redirect_uri={EVIL}").page
        assert page is not None and page.status_code == 400


# Errors that the client hears, after sign-in


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"resource": "https://elsewhere.example.test"}, "invalid_target"),
        ({"request": "e30.e30."}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(next(iter(value.items()))),
)
def test_a_wrong_request_is_told_after_sign_in_or_on_a_page_as4_as6_as8_as14(
    server: AuthorizationServer, changes: dict[str, str | None], error: str
) -> None:
    with server.visitor() as visitor:
        visitor.open(server.authorization(state="mine", **changes))
        assert visitor.left_for is None, "the client was told before anybody had signed in"
        if visitor.asks != "password":
            assert visitor.page.status_code == 400 and error in visitor.words
            return
        visitor.sign_in("alice", PASSWORD)
        answer = visitor.arrival
    assert (answer["error"], answer["state"], answer["iss"]) == (error, "mine", server.issuer)
    assert "code" not in answer


def test_nobody_is_asked_with_prompt_none(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        url = server.authorization("web", state="mine", prompt="none")
        stranger = visitor.open(url).arrival
        assert (stranger["error"], stranger["state"], stranger["iss"]) == ("login_required", "mine", server.issuer)
        visitor.agree(server.authorization("web"), "bob", PASSWORD)
        assert "code" in visitor.open(url).arrival
        undecided = visitor.open(server.authorization("web", prompt="none", scope="openid items:write")).arrival
        assert undecided["error"] == "consent_required"


def test_who_denies_is_sent_back_without_a_code_as13(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        visitor.open(server.authorization(state="mine")).sign_in("alice", PASSWORD).decide("deny")
        answer = visitor.arrival
        assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "mine", server.issuer)
        assert server.audited("consent_denied", subject="alice", client_id="app")


# What a code comes with


@pytest.mark.parametrize("uri", [LOOPBACK, "http://127.0.0.1:54321/callback", PRIVATE_USE])
def test_a_code_comes_with_iss_to_the_very_address_as1_as13(server: AuthorizationServer, uri: str) -> None:
    with server.visitor() as visitor:
        answer = visitor.agree(server.authorization(redirect_uri=uri, state="a&b=c d"), "alice", PASSWORD)
        assert visitor.left_for.startswith(f"{uri}?")
    assert (answer["state"], answer["iss"]) == ("a&b=c d", server.issuer)
    assert set(answer) == {"code", "state", "iss"}


def test_remembered_consent_skips_the_page_only_for_web_clients_as18(server: AuthorizationServer) -> None:
    for client, is_asked in (("web", ""), ("app", "decision")):
        with server.visitor() as visitor:
            visitor.agree(server.authorization(client), "alice", PASSWORD)
            assert visitor.open(server.authorization(client)).asks == is_asked
            assert visitor.open(server.authorization(client, prompt="consent")).asks == "decision"
            assert visitor.open(server.authorization(client, prompt="login")).asks == "password"
            assert visitor.open(server.authorization(client, max_age="0")).asks == "password"


def test_a_post_is_answered_with_303_and_no_page_is_framed_or_kept_as16(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        visitor.open(server.authorization())
        sign_in = visitor.page
        visitor.sign_in("alice", PASSWORD)
        assert visitor.answers[0].status_code == 303
        consent = visitor.page
        visitor.decide("allow")
        assert visitor.answers[0].status_code == 303
        for page in (sign_in, consent):
            assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
            assert page.headers["X-Frame-Options"] == "DENY"
            assert page.headers["Cache-Control"] == "no-store"
            assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
            assert "<script" not in page.text


def test_forms_are_bound_to_browser_and_flow_as16(server: AuthorizationServer) -> None:
    with server.visitor() as victim, server.visitor() as attacker:
        mine = attacker.open(server.authorization()).form()
        theirs = victim.open(server.authorization()).form()
        page = victim.submit(mine, username="alice", password=PASSWORD).page
        assert page is not None and page.status_code in (400, 403)
        bare = httpx.post(
            theirs.action, data={**theirs.hidden, "username": "alice", "password": PASSWORD}, trust_env=False
        )
        assert bare.status_code in (400, 403)
        elsewhere = victim.client.post(
            theirs.action,
            data={**theirs.hidden, "username": "alice", "password": PASSWORD},
            headers={"Origin": "https://evil.example.test", "Sec-Fetch-Site": "cross-site"},
        )
        assert elsewhere.status_code in (400, 403)
        assert victim.open(server.authorization()).asks == "password", "somebody was signed in"


def test_what_was_typed_stands_in_no_page_and_a_hint_does(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        assert visitor.open(server.authorization(login_hint="ali<ce")).form().fields["username"] == "ali<ce"
        visitor.sign_in("alice", "not the one")
        assert "not the one" not in visitor.page.text
        assert visitor.asks == "password"
        assert server.audited("sign_in_failed", subject="alice")


# Pushed requests (RFC 9126), the end of a session, legacy


def test_a_pushed_request_counts_once_for_its_client(server: AuthorizationServer) -> None:
    query = dict(httpx.URL(server.authorization("web", state="mine")).params)
    pushed = server.post("par", query, client="web")
    assert pushed.status_code == 201, pushed.text
    assert 5 <= pushed.json()["expires_in"] <= 600
    reference = {"client_id": "web", "request_uri": pushed.json()["request_uri"]}
    with server.visitor() as visitor:
        address = httpx.URL(server.endpoint("authorize"))
        stolen = visitor.open(str(address.copy_merge_params({**reference, "client_id": "other"}))).page
        assert stolen is not None and stolen.status_code == 400
        url = str(address.copy_merge_params(reference))
        assert visitor.agree(url, "alice", PASSWORD)["state"] == "mine"
        again = visitor.open(url).page
        assert again is not None and again.status_code == 400
    assert server.post("par", query).json()["error"] == "invalid_client"


def test_a_client_that_must_push_cannot_do_without() -> None:
    web = {**clients()["web"], "require_par": True}
    with AuthorizationServer(clients={"web": web}) as server, server.visitor() as visitor:
        visitor.open(server.authorization("web"))
        if visitor.asks == "password":
            visitor.sign_in("alice", PASSWORD)
            assert visitor.arrival["error"] == "invalid_request"
        else:
            assert visitor.page.status_code == 400


def test_implicit_is_only_for_a_client_that_lists_it_as8() -> None:
    """The token is in the fragment, which no server sees (RFC 6749 4.2.2), and comes without a refresh token."""
    page = {"public": True, "redirect_uris": ["https://page.example.test/callback"], "legacy": ["implicit"]}
    with AuthorizationServer(clients={**clients(), "page": {**page, "scopes": ["items:read"]}}) as server:
        wanted = {"redirect_uri": page["redirect_uris"][0], "scope": "items:read", "response_type": "token"}
        with server.visitor() as visitor:
            visitor.open(server.authorization("page", **wanted)).sign_in("alice", PASSWORD).decide("allow")
            address = httpx.URL(visitor.left_for)
        answer = dict(parse_qsl(address.fragment))
        server.secrets.add(answer["access_token"])
        assert not address.query
        assert (answer["token_type"], answer["iss"]) == ("Bearer", server.issuer)
        assert "refresh_token" not in answer
        assert verdict(server, answer["access_token"], "/items/1") == "allowed"
        assert shown(server, response_type="token").status_code == 400


@pytest.mark.parametrize("limit", ["lifetime", "idle"])
def test_a_session_ends(limit: str) -> None:
    with AuthorizationServer(session={limit: "1s"}) as server, server.visitor() as visitor:
        visitor.open(server.endpoint("account")).sign_in("alice", PASSWORD)
        assert visitor.asks != "password"
        # Less often than a session may be idle: to look is to use it.
        assert eventually(lambda: visitor.open(server.endpoint("account")).asks == "password", every=1.1)


def test_signing_out_ends_the_session_and_its_grants(server: AuthorizationServer) -> None:
    with server.visitor() as visitor:
        tokens = server.redeem(server.code(visitor=visitor)).json()
        visitor.open(server.endpoint("end_session")).decide("allow")
        assert visitor.open(server.authorization()).asks == "password"
    assert server.refuses(tokens["access_token"])
    assert eventually(lambda: server.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


def test_signing_out_returns_to_the_exact_address_of_the_client() -> None:
    web = {**clients()["web"], "post_logout_redirect_uris": ["https://web.example.test/bye"]}
    with AuthorizationServer(clients={"web": web}) as server, server.visitor() as visitor:
        tokens = server.redeem(server.code("web", visitor=visitor)).json()
        address = httpx.URL(server.endpoint("end_session"))
        named = {"id_token_hint": tokens["id_token"], "state": "bye"}
        wrong = {**named, "post_logout_redirect_uri": "https://web.example.test/bye/more"}
        assert visitor.open(str(address.copy_merge_params(wrong))).page is not None
        right = {**named, "post_logout_redirect_uri": "https://web.example.test/bye"}
        visitor.open(str(address.copy_merge_params(right)))
        assert visitor.left_for == "https://web.example.test/bye?state=bye"
