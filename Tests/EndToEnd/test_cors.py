"""CORS by the Fetch standard: preflights answered without a token, refusals readable by the page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from harness import Gateway, RawUpstream, gatehouse, policy, token

APP = "https://app.example.com"
WANTED = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-custom"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawUpstream]:
    with RawUpstream() as listener:
        yield listener


@pytest.fixture(scope="module")
def gateway(upstream: RawUpstream) -> Iterator[Gateway]:
    shared = {"origins": [APP], "credentials": True}
    routes = [
        {"path": "/shared", "methods": ["GET"], "access": "authenticated", "cors": shared},
        {"path": "/shared", "methods": ["PUT"], "access": {"scopes": ["write"]}, "cors": shared},
        {"path": "/anybody", "methods": ["GET"], "access": "authenticated", "cors": {"origins": ["*"]}},
        {"path": "/closed", "methods": ["GET"], "access": "authenticated"},
        {"path": "/own", "methods": ["GET"], "access": "public", "cors": shared, "upstream": "raw"},
    ]
    with Gateway(policy(routes, upstreams={"raw": {"servers": [upstream.url]}})) as running:
        yield running


def preflight(gateway: Gateway, path: str, origin: str = APP, method: str = "GET") -> httpx.Response:
    """What a browser asks before it sends the request."""
    return gateway.request(
        "OPTIONS", path, headers={**WANTED, "Origin": origin, "Access-Control-Request-Method": method}
    )


def words(response: httpx.Response, header: str) -> set[str]:
    """The members of a list header."""
    return {word.strip().lower() for word in response.headers.get(header, "").split(",")} - {""}


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_preflight_is_answered_without_a_token(gateway: Gateway, method: str) -> None:
    answer = preflight(gateway, "/shared", method=method)
    assert answer.is_success
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert method.lower() in words(answer, "Access-Control-Allow-Methods")
    # With credentials `*` is a name like any other, so each header is listed.
    assert words(answer, "Access-Control-Allow-Headers") >= {"authorization", "x-custom"}
    assert "origin" in words(answer, "Vary")


def test_a_method_without_a_route_is_not_allowed_to_pages(gateway: Gateway) -> None:
    answer = preflight(gateway, "/shared", method="DELETE")
    granted = "Access-Control-Allow-Origin" in answer.headers and answer.is_success
    assert not (granted and words(answer, "Access-Control-Allow-Methods") & {"delete", "*"})


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{APP}.evil.example", "http://app.example.com", "null", f"{APP}:444"]
)
def test_another_origin_is_granted_nothing(gateway: Gateway, origin: str) -> None:
    for answer in (preflight(gateway, "/shared", origin), gateway.get("/shared", token(), headers={"Origin": origin})):
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_any_origin_is_granted_without_credentials(gateway: Gateway) -> None:
    answer = preflight(gateway, "/anybody", "https://whoever.example")
    assert answer.is_success
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://whoever.example")
    assert "Access-Control-Allow-Credentials" not in answer.headers
    # `*` never covers Authorization, so it is named.
    assert "authorization" in words(answer, "Access-Control-Allow-Headers")


@pytest.mark.parametrize(("claims", "status"), [(None, 401), ({"exp": 1}, 401), ({}, 200)])
def test_a_page_may_read_the_answer_and_the_refusal(
    gateway: Gateway, claims: dict[str, Any] | None, status: int
) -> None:
    credential = None if claims is None else token(**claims)
    answer = gateway.get("/shared", credential, headers={"Origin": APP})
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert "origin" in words(answer, "Vary")


def test_a_403_is_readable_too(gateway: Gateway) -> None:
    answer = gateway.request("PUT", "/shared", token(), headers={"Origin": APP})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (403, APP)


def test_a_route_without_cors_grants_nothing(gateway: Gateway) -> None:
    answer = preflight(gateway, "/closed")
    assert answer.status_code in (401, 403, 405)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Access-Control-Allow-Origin" not in gateway.get("/closed", headers={"Origin": APP}).headers


def test_options_that_is_no_preflight_is_an_ordinary_method(gateway: Gateway) -> None:
    assert gateway.request("OPTIONS", "/shared", headers={"Origin": APP}).status_code == 405


def test_the_gateways_grant_replaces_the_services_own(gateway: Gateway, upstream: RawUpstream) -> None:
    with gateway.raw() as client:
        client.send(f"GET /own HTTP/1.1\r\nHost: localhost\r\nOrigin: {APP}\r\n\r\n")
        with upstream.accept() as peer:
            peer.request()
            peer.answer(b"", "Access-Control-Allow-Origin: *")
            assert client.answer().get("Access-Control-Allow-Origin") == APP


def test_a_preflight_never_reaches_the_service(gateway: Gateway, upstream: RawUpstream) -> None:
    assert preflight(gateway, "/own").is_success
    assert not upstream.has_caller()


def test_credentials_for_every_origin_do_not_pass_a_strict_check(tmp_path: Path) -> None:
    file = tmp_path / "gateway.yaml"
    rules = policy([{"path": "/", "access": "public", "cors": {"origins": ["*"], "credentials": True}}])
    file.write_text(json.dumps(rules))
    assert gatehouse("check", "--strict", "--config", file).returncode == 1
