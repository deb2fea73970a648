"""How a refusal looks: problem+json for programs, HTML for browsers, gRPC for gRPC, and its challenge."""

import re
from collections.abc import Iterator

import httpx
import pytest
from harness import AUDIENCE, Gateway, SigningKey, policy, token
from harness.keys import claims, compact, header

STATUS_PHRASES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
}
SCOPES = {"scopes": ["orders:read", "orders:list"], "any_scope": ["orders:admin", "orders:support"]}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    routes = [
        {"path": "/public", "access": "public"},
        {"path": "/me", "access": "authenticated"},
        {"path": "/scoped", "access": SCOPES},
        {"path": "/claimed", "access": {"claims": {"team": "red"}}},
        {"path": "/internal", "access": "public", "networks": ["10.0.0.0/8"]},
        {"path": "/small", "access": "public", "max_body": "1KiB", "methods": ["POST"]},
        {"path": "/both", "access": "public", "methods": ["PUT", "GET"]},
    ]
    with Gateway(policy(routes)) as running:
        yield running


def problem(response: httpx.Response) -> dict:
    """The problem document, whose shape is the same for all of them."""
    assert response.headers["Content-Type"].split(";")[0] == "application/problem+json"
    document = response.json()
    assert set(document) == {"type", "title", "status", "code", "detail", "request_id"}
    assert document["type"] == "about:blank"
    assert document["status"] == response.status_code
    assert document["request_id"] == response.headers["X-Request-Id"]
    assert document["detail"]
    return document


def parameters(challenge: str) -> dict[str, str]:
    """The parameters of a Bearer challenge."""
    assert challenge.startswith("Bearer ")
    return dict(re.findall(r'(\w+)="([^"]*)"', challenge))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/a%2Fb", 400, "path_not_allowed"),
        ("GET", "/me", 401, "token_missing"),
        ("GET", "/internal", 403, "network_denied"),
        ("GET", "/nowhere", 404, "route_not_found"),
        ("DELETE", "/both", 405, "method_not_allowed"),
    ],
)
def test_a_refusal_is_a_problem_document(gateway: Gateway, method: str, path: str, status: int, code: str) -> None:
    document = problem(gateway.request(method, path))
    assert (document["status"], document["code"]) == (status, code)
    assert document["title"] == STATUS_PHRASES[status]


def test_method_not_allowed_lists_the_methods_of_the_pattern(gateway: Gateway) -> None:
    allowed = gateway.request("DELETE", "/both").headers["Allow"]
    assert {method.strip() for method in allowed.split(",")} == {"GET", "HEAD", "PUT"}


def test_a_body_over_the_limit_is_413(gateway: Gateway) -> None:
    assert problem(gateway.request("POST", "/small", content=b"x" * 1025))["code"] == "body_too_large"
    assert gateway.request("POST", "/small", content=b"x" * 1024).status_code == 200


def test_a_refusal_of_head_has_no_body(gateway: Gateway) -> None:
    answer = gateway.request("HEAD", "/me")
    assert (answer.status_code, answer.content) == (401, b"")


def test_no_credential_gets_the_bare_challenge(gateway: Gateway) -> None:
    assert gateway.get("/me").headers["WWW-Authenticate"] == 'Bearer realm="gatehouse"'


@pytest.mark.parametrize("credential", ["Basic YWxhZGRpbjpvcGVu", "Negotiate abc"])
def test_another_scheme_is_no_credential(gateway: Gateway, credential: str) -> None:
    answer = gateway.get("/me", headers={"Authorization": credential})
    assert problem(answer)["code"] == "token_missing"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="gatehouse"'


def test_a_bad_token_gets_invalid_token_with_a_description(gateway: Gateway) -> None:
    answer = gateway.get("/me", token(exp=1))
    challenge = parameters(answer.headers["WWW-Authenticate"])
    assert (challenge["realm"], challenge["error"]) == ("gatehouse", "invalid_token")
    assert challenge["error_description"] == problem(answer)["detail"]


def test_a_repeated_credential_is_an_invalid_request(gateway: Gateway) -> None:
    good = token()
    with gateway.raw() as client:
        answer = client.ask("GET", "/me", f"Authorization: Bearer {good}", f"Authorization: Bearer {good}")
    assert (answer.status, answer.code) == (400, "multiple_credentials")
    assert parameters(answer.get("WWW-Authenticate"))["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("", "orders:read orders:list orders:admin"),
        ("orders:read", "orders:read orders:list orders:admin"),
        ("orders:read orders:support", "orders:read orders:list"),
        ("orders:read orders:list", "orders:read orders:list orders:admin"),
    ],
)
def test_a_missing_scope_is_named_in_the_challenge(gateway: Gateway, held: str, wanted: str) -> None:
    answer = gateway.get("/scoped", token(scope=held))
    assert problem(answer)["code"] == "scope_insufficient"
    challenge = parameters(answer.headers["WWW-Authenticate"])
    assert (challenge["error"], challenge["scope"]) == ("insufficient_scope", wanted)


def test_a_claim_that_does_not_match_is_403(gateway: Gateway) -> None:
    assert problem(gateway.get("/claimed", token(team="blue")))["code"] == "claim_mismatch"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("application/json", "application/problem+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html", "text/html"),
        ("application/json, text/html;q=0.5", "application/problem+json"),
        ("application/json;q=0.5, text/html;q=0.5", "text/html"),
        ("application/problem+json;q=0.9, text/html", "text/html"),
        ("text/html;q=0", "application/problem+json"),
    ],
)
def test_html_is_for_those_who_name_it_and_want_no_json_more(gateway: Gateway, accept: str | None, kind: str) -> None:
    answer = gateway.ask("GET", "/me", *([f"Accept: {accept}"] if accept else []))
    assert answer.status == 401
    assert answer.get("Content-Type").split(";")[0] == kind


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/me", "16"), ("POST", "/internal", "7"), ("POST", "/nowhere", "12"), ("POST", "/a%2Fb", "13")],
)
def test_a_grpc_caller_hears_it_as_grpc_status(gateway: Gateway, method: str, path: str, status: str) -> None:
    answer = gateway.request(method, path, headers={"Content-Type": "application/grpc+proto"})
    assert answer.status_code == 200
    assert answer.headers["grpc-status"] == status
    assert answer.headers["grpc-message"]
    assert answer.content == b""


def test_the_detail_is_the_same_sentence_for_everybody(gateway: Gateway) -> None:
    one = problem(gateway.get("/me", token(sub="alice", exp=1)))
    other = problem(gateway.get("/me", token(sub="bob", exp=2)))
    assert one["detail"] == other["detail"]


def test_no_refusal_repeats_the_token_or_an_address(gateway: Gateway) -> None:
    stranger = SigningKey.generate(kid="s3cret-kid")
    for bad in (token(exp=1), token(stranger), compact(header(stranger), claims(aud="s3cret-aud"), stranger)):
        answer = gateway.get("/me", bad)
        told = answer.text + str(answer.headers)
        for secret in (*bad.split("."), "s3cret", AUDIENCE, "127.0.0.1"):
            assert secret not in told
