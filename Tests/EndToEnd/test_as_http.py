"""The endpoints as HTTP sees them: methods, sizes, hosts, odd paths, and pages of other origins."""

from collections.abc import Iterator

import httpx
import pytest
from harness import Answer
from harness.authorization import OPENID, WEB, AuthorizationServer, embedded
from harness.gateway import gatehouse

PROGRAMS = ["token", "par", "device_authorization", "revoke", "introspect"]
DOCUMENTS = [OPENID, "jwks", "openapi.json"]
PEOPLE = ["authorize", "login", "consent", "device", "end_session", "account"]
ORIGIN = "https://web.example.test"
MAXIMUM_BODY = 64 * 1024
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


def asked(server: AuthorizationServer, method: str, path: str, *lines: str, body: bytes = b"") -> Answer:
    """One raw request below the issuer's path."""
    return server.ask(method, f"/identity/{path}", *lines, host=f"127.0.0.1:{server.port}", body=body)


# Methods


@pytest.mark.parametrize("endpoint", PROGRAMS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_programs_post(server: AuthorizationServer, method: str, endpoint: str) -> None:
    answer = asked(server, method, endpoint)
    assert (answer.status, answer.get("Allow")) == (405, "POST")


@pytest.mark.parametrize("endpoint", DOCUMENTS)
def test_documents_are_only_read(server: AuthorizationServer, endpoint: str) -> None:
    whole, head = asked(server, "GET", endpoint), asked(server, "HEAD", endpoint)
    assert (whole.status, head.status, head.body) == (200, 200, b"")
    assert head.get("Content-Length") == str(len(whole.body))
    refused = asked(server, "POST", endpoint, FORM, body=b"a=b")
    assert (refused.status, refused.get("Allow")) == (405, "GET, HEAD")


@pytest.mark.parametrize("endpoint", PEOPLE)
@pytest.mark.parametrize("method", ["DELETE", "HEAD"])
def test_people_get_a_page_for_a_wrong_method(server: AuthorizationServer, method: str, endpoint: str) -> None:
    answer = asked(server, method, endpoint)
    assert (answer.status, answer.get("Allow")) == (405, "GET, POST")
    assert answer.get("Content-Type").startswith("text/html")


# Sizes


@pytest.mark.parametrize("endpoint", ["token", "login"])
def test_a_body_above_its_limit_is_413(server: AuthorizationServer, endpoint: str) -> None:
    answer = asked(server, "POST", endpoint, FORM, body=b"a=" + b"x" * MAXIMUM_BODY)
    assert answer.status == 413


def test_a_body_at_its_limit_is_read(server: AuthorizationServer) -> None:
    answer = asked(server, "POST", "token", FORM, body=b"a=" + b"x" * (MAXIMUM_BODY - 2))
    assert answer.status in (400, 401) and answer.json()["error"]


def test_a_body_in_chunks_is_read(server: AuthorizationServer) -> None:
    with server.raw() as client:
        head = ["POST /identity/token HTTP/1.1", "Host: localhost", FORM, "Transfer-Encoding: chunked", "", ""]
        client.send("\r\n".join(head) + "3\r\ngra\r\n7\r\nnt_type\r\n6\r\n=magic\r\n0\r\n\r\n")
        assert client.answer().json()["error"] in ("unsupported_grant_type", "invalid_client")


def test_a_length_above_the_limit_is_refused_before_the_body_is_asked_for(server: AuthorizationServer) -> None:
    """RFC 9110, 10.1.1: who waits for `100 Continue` hears the final answer instead."""
    with server.raw() as client:
        length = f"Content-Length: {MAXIMUM_BODY + 1}"
        head = ["POST /identity/token HTTP/1.1", "Host: localhost", FORM, length, "Expect: 100-continue", "", ""]
        client.send("\r\n".join(head))
        answer = client.answer()
        assert (answer.status, answer.interim) == (413, [])


# Repeated fields


@pytest.mark.parametrize("endpoint", ["token", "login", "jwks", "userinfo"])
@pytest.mark.parametrize("line", [FORM, "Origin: https://web.example.test", "Sec-Fetch-Site: same-origin"])
def test_a_field_that_is_there_once_is_refused_twice(server: AuthorizationServer, endpoint: str, line: str) -> None:
    method = "POST" if endpoint in ("token", "login") else "GET"
    answer = asked(server, method, endpoint, line, line, body=b"a=b" if method == "POST" else b"")
    assert answer.status == 400
    assert endpoint == "login" or answer.json()["error"] == "invalid_request"


# Paths and hosts


@pytest.mark.parametrize(
    "path", ["", "nothing", "token/", "TOKEN", "token/x", "token.json", ".well-known", "oauth-authorization-server"]
)
def test_nothing_else_is_below_the_prefix(server: AuthorizationServer, path: str) -> None:
    assert asked(server, "GET", path).status == 404


def test_the_prefix_alone_is_the_servers_too(server: AuthorizationServer) -> None:
    assert server.ask("GET", "/identity").status == 404
    # The next segment begins with the same letters: it is nobody's, not the server's.
    assert server.ask("GET", "/identitytoken").status == 404


SHAPES = [
    "/%s",
    "//%s",
    "/./%s",
    "/x/../%s",
    "/%%2e/%s",
    "/x/%%2E%%2E/%s",
    "/%%2f%s",
    "/%s%%00",
    "/%s%%2f",
    "/%s;x=1",
    "/%s#x",
    "/%s\\",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_path_means_to_endpoints_what_it_means_to_routes(server: AuthorizationServer, shape: str) -> None:
    """Normalised once, and refused where two readers could differ."""
    endpoint, route = server.ask("GET", shape % "identity/jwks"), server.ask("GET", shape % "open")
    assert (endpoint.status == 200) == (route.status == 200)
    assert endpoint.status in (200, 400, 404)


def test_a_loopback_issuer_answers_to_any_host_and_another_to_its_own(server: AuthorizationServer) -> None:
    assert server.ask("GET", "/identity/jwks", host="anything.example.test").status == 200
    sections = {"issuers": {"local": embedded()}}
    with AuthorizationServer(issuer="https://id.example.test/identity", sections=sections) as named:
        assert named.ask("GET", "/identity/jwks", host="id.example.test").status == 200
        assert named.ask("GET", "/identity/jwks", host="ID.EXAMPLE.TEST:443").status == 200
        assert named.ask("GET", "/identity/jwks", host="other.example.test").status == 404
        assert named.ask("GET", "/.well-known/openid-configuration/identity", host="other.example.test").status == 404


def test_a_route_below_the_prefix_is_an_error_and_routes_lists_the_servers_own() -> None:
    with AuthorizationServer() as server:
        assert "/identity" in gatehouse("routes", "--config", server.file, cwd=server.directory).stdout
        server.change(routes=[{"path": "/identity/token", "access": "public"}])
        checked = gatehouse("check", "--config", server.file, cwd=server.directory)
        assert checked.returncode != 0
        assert "routes[0]" in checked.stdout + checked.stderr


# Pages of other origins


def preflight(server: AuthorizationServer, endpoint: str, origin: str) -> Answer:
    lines = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,dpop"]
    return asked(server, "OPTIONS", endpoint, f"Origin: {origin}", *lines)


@pytest.mark.parametrize("endpoint", ["token", "revoke", "userinfo"])
def test_preflights_are_answered_for_origins_of_clients_as15(server: AuthorizationServer, endpoint: str) -> None:
    allowed = preflight(server, endpoint, ORIGIN)
    assert (allowed.status, allowed.get("Access-Control-Allow-Origin")) == (204, ORIGIN)
    assert "authorization" in allowed.get("Access-Control-Allow-Headers").lower()
    assert allowed.get("Access-Control-Allow-Credentials") is None
    assert preflight(server, endpoint, "https://evil.example.test").get("Access-Control-Allow-Origin") is None


def test_an_answer_is_shared_with_the_callers_origin_alone_as15(server: AuthorizationServer) -> None:
    def shared(client: str, origin: str) -> str | None:
        answer = server.token("client_credentials", client=client, headers={"Origin": origin})
        assert "Origin" in answer.headers["Vary"]
        return answer.headers.get("Access-Control-Allow-Origin")

    assert shared("web", ORIGIN) == ORIGIN
    assert shared("other", ORIGIN) is None
    assert shared("web", "https://evil.example.test") is None


@pytest.mark.parametrize("endpoint", DOCUMENTS)
def test_documents_are_shared_with_everybody_as15(server: AuthorizationServer, endpoint: str) -> None:
    assert asked(server, "GET", endpoint, "Origin: https://any.example.test").get("Access-Control-Allow-Origin") == "*"


@pytest.mark.parametrize("endpoint", [*PEOPLE, "par", "introspect", "device_authorization"])
def test_pages_are_shared_with_nobody_as15(server: AuthorizationServer, endpoint: str) -> None:
    for answer in (asked(server, "GET", endpoint, f"Origin: {ORIGIN}"), preflight(server, endpoint, ORIGIN)):
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control-")]


def test_authorize_is_not_shared_with_the_clients_own_origin_as15(server: AuthorizationServer) -> None:
    answer = httpx.get(server.authorization("web", redirect_uri=WEB), headers={"Origin": ORIGIN}, trust_env=False)
    assert not [name for name in answer.headers if name.startswith("access-control-")]
