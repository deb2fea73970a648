"""Where a token may come from, and what becomes of it on the way up."""

from collections.abc import Iterator

import pytest
from harness import Gateway, Recorder, bearer, issuer, policy, token


@pytest.fixture(scope="module")
def gateway(recorder: Recorder) -> Iterator[Gateway]:
    places = ["header", {"header": "X-Token"}, {"cookie": "session"}]
    rules = policy(
        [
            {"path": "/me", "access": "authenticated"},
            {"path": "/open", "access": "public"},
            {"path": "/own", "access": "authenticated", "request_headers": {"Cookie": "svc=policy"}},
        ],
        issuers={"corp": issuer(token_from=places)},
        upstreams={"app": {"servers": [recorder.url]}},
        defaults={"upstream": "app"},
    )
    with Gateway(rules) as running:
        yield running


@pytest.mark.parametrize("line", ["Authorization: Bearer {}", "X-Token: {}", "Cookie: a=b; session={}; c=d"])
def test_a_token_may_come_from_each_configured_place(gateway: Gateway, recorder: Recorder, line: str) -> None:
    good = token()
    assert gateway.ask("GET", "/me", line.format(good)).status == 200
    assert recorder.last().get("X-Auth-Subject") == "alice"
    assert good not in recorder.last().head.decode()


def test_other_cookies_stay(gateway: Gateway, recorder: Recorder) -> None:
    gateway.ask("GET", "/me", f"Cookie: a=b; session={token()}; c=d")
    assert (recorder.last().get("Cookie") or "").replace(" ", "") == "a=b;c=d"


@pytest.mark.parametrize("line", ["X-Token: {}\r\nCookie: svc=evil", "Cookie: session={}; svc=evil"])
def test_cookies_that_the_policy_sets_are_no_clients(gateway: Gateway, recorder: Recorder, line: str) -> None:
    assert gateway.ask("GET", "/own", *line.format(token()).split("\r\n")).status == 200
    assert recorder.last().all("Cookie") == ["svc=policy"]


def test_a_credential_of_another_scheme_beside_the_used_one_stays(gateway: Gateway, recorder: Recorder) -> None:
    answer = gateway.ask("GET", "/me", f"Cookie: session={token()}", "Authorization: Basic YTpi")
    if answer.status == 200:
        assert recorder.last().get("Authorization") == "Basic YTpi"
    else:
        assert answer.code in ("multiple_credentials", "token_missing")


@pytest.mark.parametrize(
    "lines",
    [
        ("Authorization: Bearer {0}", "X-Token: {0}"),
        ("Authorization: Bearer {0}", "Cookie: session={0}"),
        ("X-Token: {0}", "X-Token: {0}"),
        ("Cookie: session={0}; session={0}",),
        ("Authorization: Bearer {0}", "Authorization: Basic YTpi"),
        ("Authorization: Bearer {0}, Bearer {0}",),
    ],
)
def test_a_repeated_credential_or_two_places_is_refused(gateway: Gateway, lines: tuple[str, ...]) -> None:
    good = token()
    answer = gateway.ask("GET", "/me", *[line.format(good) for line in lines])
    assert (answer.status, answer.code) in ((400, "multiple_credentials"), (401, "token_malformed"))
    if len(lines) == 2:
        assert answer.code == "multiple_credentials"


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer\t{}", "Bearer  {} x", "Bearer={}"])
def test_a_bearer_header_without_one_token_is_401(gateway: Gateway, value: str) -> None:
    answer = gateway.ask("GET", "/me", f"Authorization: {value.format(token())}")
    assert answer.status == 401
    assert answer.code in ("token_missing", "token_malformed")


def test_a_token_in_a_place_that_is_not_configured_is_none() -> None:
    with Gateway(policy([{"path": "/me", "access": "authenticated"}])) as gateway:
        assert gateway.ask("GET", "/me", f"Cookie: session={token()}").code == "token_missing"
        assert gateway.ask("GET", "/me", f"X-Token: {token()}").code == "token_missing"


def test_a_public_route_passes_every_credential_on(gateway: Gateway, recorder: Recorder) -> None:
    gateway.ask("GET", "/open", bearer("anything"), "Cookie: session=anything; a=b")
    assert recorder.last().get("Authorization") == "Bearer anything"
    assert recorder.last().get("Cookie") == "session=anything; a=b"
