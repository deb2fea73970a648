"""Identity cannot be forged: what the client says about itself never reaches the service."""

from collections.abc import Iterator
from typing import Any

import pytest
from harness import ISSUER, Gateway, Recorder, bearer, policy, token

CONFIGURED = {"X-Team": "team", "X-Roles": "roles", "X-Level": "level", "X-Staff": "staff", "X-Nested": "nested"}


@pytest.fixture(scope="module")
def gateway(recorder: Recorder) -> Iterator[Gateway]:
    routes = [
        {"path": "/public", "access": "public"},
        {"path": "/me", "access": "authenticated"},
        {"path": "/configured", "access": "authenticated", "identity": {"headers": CONFIGURED}},
        {"path": "/forward", "access": "authenticated", "identity": {"authorization": "forward"}},
    ]
    rules = policy(routes, upstreams={"app": {"servers": [recorder.url]}}, defaults={"upstream": "app"})
    with Gateway(rules) as running:
        yield running


def seen(gateway: Gateway, recorder: Recorder, path: str, *lines: str) -> dict[str, str]:
    """The headers that the upstream got, folded to lower case."""
    answer = gateway.ask("GET", path, *lines)
    assert answer.status == 200, answer.body
    return {name.lower(): value for name, value in recorder.last().headers}


FORGED = [
    "X-Auth-Subject", "x-auth-subject", "X_Auth_Subject", "X_AUTH_SUBJECT", "X.Auth.Subject", "x-auth_subject",
    "X-Auth-Anything", "X~Auth~Scopes", "X-Auth-Issuer", "Remote-User", "remote_user", "Remote.Groups",
    "X-Forwarded-User", "X_Forwarded_Email", "X-Forwarded-Access-Token", "X-Team", "x_team", "X!Level",
]  # fmt: skip


@pytest.mark.parametrize("path", ["/public", "/me", "/configured"])
@pytest.mark.parametrize("name", FORGED)
def test_RP11_no_spelling_of_an_identity_header_passes(
    gateway: Gateway, recorder: Recorder, name: str, path: str
) -> None:
    headers = seen(gateway, recorder, path, f"{name}: forged", bearer(token()) if path != "/public" else "A: b")
    assert "forged" not in " ".join(headers.values())


def test_RP11_forged_headers_are_counted_by_their_configured_name(gateway: Gateway, recorder: Recorder) -> None:
    before = gateway.metric("spoofed_headers_total")
    seen(gateway, recorder, "/public", "X_Auth_Subject: forged", "x-attacker-chosen: 1")
    assert gateway.metric("spoofed_headers_total") == before + 1
    names = {labels["header"] for labels, _ in gateway.metrics()["gatehouse_spoofed_headers_total"]}
    assert not any("attacker" in name for name in names)


@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-For: 192.0.2.1",
        "X_Forwarded_For: 192.0.2.1",
        "X-Forwarded-Host: 192.0.2.1",
        "X-Forwarded-Anything: 192.0.2.1",
        "Forwarded: for=192.0.2.1",
        "X-Real-IP: 192.0.2.1",
        "X-Original-URL: /192.0.2.1",
        "X_Original_Method: 192.0.2.1",
    ],
)
def test_forwarding_headers_of_a_stranger_are_dropped(gateway: Gateway, recorder: Recorder, line: str) -> None:
    headers = seen(gateway, recorder, "/public", line)
    assert "192.0.2.1" not in str(headers)
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-host"] == "localhost"
    assert headers["x-forwarded-port"].isdigit()


@pytest.mark.parametrize("named", ["X-Auth-Subject", "x-auth-subject, x-auth-scopes", "X-Request-Id", "Authorization"])
def test_connection_cannot_name_a_protected_header_away(gateway: Gateway, recorder: Recorder, named: str) -> None:
    headers = seen(gateway, recorder, "/me", f"Connection: keep-alive, {named}", bearer(token(scope="a")))
    assert (headers["x-auth-subject"], headers["x-auth-scopes"]) == ("alice", "a")
    assert headers["x-request-id"]


def test_connection_names_other_headers_away(gateway: Gateway, recorder: Recorder) -> None:
    headers = seen(gateway, recorder, "/public", "Connection: X-Hop", "X-Hop: 1", "Keep-Alive: 5", "TE: trailers")
    assert not {"x-hop", "keep-alive", "te", "proxy-connection"} & set(headers)


def test_the_default_identity_says_who_for_whom_and_what(gateway: Gateway, recorder: Recorder) -> None:
    headers = seen(gateway, recorder, "/me", bearer(token(scope="a b", scp=["c"], client_id="app", azp="other")))
    assert headers["x-auth-subject"] == "alice"
    assert headers["x-auth-issuer"] == ISSUER
    assert headers["x-auth-client"] == "app"
    assert set(headers["x-auth-scopes"].split(" ")) == {"a", "b", "c"}
    assert "authorization" not in headers
    assert seen(gateway, recorder, "/me", bearer(token(azp="other")))["x-auth-client"] == "other"
    assert "x-auth-client" not in seen(gateway, recorder, "/me", bearer(token()))


def test_authorization_may_be_forwarded(gateway: Gateway, recorder: Recorder) -> None:
    good = token()
    assert seen(gateway, recorder, "/forward", bearer(good))["authorization"] == f"Bearer {good}"


@pytest.mark.parametrize(
    ("claims", "header", "value"),
    [
        ({"team": "red"}, "x-team", "red"),
        ({"level": 3}, "x-level", "3"),
        ({"staff": True}, "x-staff", "true"),
        ({"roles": ["a", "b"]}, "x-roles", "a,b"),
        ({"roles": ["a,b", "50%"]}, "x-roles", "a%2Cb,50%25"),
        ({"roles": [1, True, "x"]}, "x-roles", "1,true,x"),
        ({"nested": {"a": 1}}, "x-nested", None),
        ({}, "x-team", None),
    ],
)
def test_a_claim_becomes_a_header_by_its_type(
    gateway: Gateway, recorder: Recorder, claims: dict[str, Any], header: str, value: str | None
) -> None:
    headers = seen(gateway, recorder, "/configured", bearer(token(**claims)))
    assert headers.get(header) == value
    assert "x-auth-subject" not in headers


def test_text_goes_up_as_utf8(gateway: Gateway, recorder: Recorder) -> None:
    headers = seen(gateway, recorder, "/configured", bearer(token(team="café")))
    assert headers["x-team"].encode("latin-1").decode() == "café"


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "a\0b", "\x7f", "x" * 4097])
def test_a_value_that_no_header_can_carry_refuses_the_request(gateway: Gateway, recorder: Recorder, value: str) -> None:
    recorder.forget()
    answer = gateway.ask("GET", "/configured", bearer(token(team=value)))
    assert (answer.status, answer.code) == (403, "claim_mismatch")
    assert not recorder.requests


def test_trailers_of_a_request_are_dropped(gateway: Gateway, recorder: Recorder) -> None:
    with gateway.raw() as client:
        client.send(
            "POST /public HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTrailer: X-Auth-Subject\r\n\r\n"
            "3\r\nabc\r\n0\r\nX-Auth-Subject: forged\r\nX-Sum: 1\r\n\r\n"
        )
        assert client.answer().status == 200
    assert (recorder.last().body, recorder.last().trailers) == (b"abc", [])


def test_a_request_id_of_a_stranger_is_replaced_and_answered(gateway: Gateway, recorder: Recorder) -> None:
    answer = gateway.ask("GET", "/public", "X-Request-Id: mine")
    made = recorder.last().get("X-Request-Id")
    assert made == answer.get("X-Request-Id")
    assert made != "mine"


def test_traceparent_is_started_or_continued(gateway: Gateway, recorder: Recorder) -> None:
    started = seen(gateway, recorder, "/public")["traceparent"].split("-")
    assert [len(part) for part in started] == [2, 32, 16, 2]
    trace = "0af7651916cd43dd8448eb211c80319c"
    continued = seen(gateway, recorder, "/public", f"traceparent: 00-{trace}-b7ad6b7169203331-01")["traceparent"]
    assert continued.split("-")[1] == trace
    assert seen(gateway, recorder, "/public", "traceparent: rubbish")["traceparent"] != "rubbish"


def test_no_via_is_added(gateway: Gateway, recorder: Recorder) -> None:
    assert "via" not in seen(gateway, recorder, "/public")
