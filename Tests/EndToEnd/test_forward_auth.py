"""Forward-auth as a proxy speaks it: which request is asked about, who may ask, and what the answers say."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness import Answer, Gateway, SigningKey, bearer, eventually, gatehouse, policy, token
from harness.proofs import proof

AUTH, FORWARD, ENVOY = "/oauth2/auth", "/oauth2/auth/forward", "/oauth2/auth/envoy"

ROUTES = [
    {"name": "open", "path": "/public/**", "access": "public"},
    {"name": "read", "path": "/items/**", "methods": ["GET"], "access": {"scopes": ["items:read"]}},
    {"name": "admin", "path": "/admin/**", "access": {"scopes": ["admin"]}},
    {"name": "office", "path": "/office", "access": "public", "networks": ["198.51.100.0/24"]},
    {"name": "hosted", "path": "/", "hosts": ["app.example.com"], "access": "authenticated"},
]


def rules(**listener: Any) -> dict[str, Any]:
    """Routes without a destination, behind a listener that proxies on this machine may ask."""
    usual = {"trusted_proxies": ["127.0.0.0/8"], "forward_auth": True}
    made = policy(ROUTES, listeners={"public": {**usual, **listener}}, defaults={})
    del made["upstreams"]
    return made


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Gateway(rules()) as running:
        yield running


def forwarded(target: str, method: str = "GET", host: str = "app.example.com", scheme: str = "https") -> list[str]:
    """What Traefik and Caddy say of a request."""
    uri = f"X-Forwarded-Uri: {target}"
    return [uri, f"X-Forwarded-Method: {method}", f"X-Forwarded-Host: {host}", f"X-Forwarded-Proto: {scheme}"]


def original(target: str, method: str = "GET") -> list[str]:
    """What nginx says of a request; its Host is the question's own."""
    return [f"X-Original-URI: {target}", f"X-Original-Method: {method}"]


def ask(gateway: Gateway, target: str, *more: str, path: str = FORWARD, **said: str) -> Answer:
    return gateway.ask("GET", path, *forwarded(target, **said), *more)


def identity(answer: Answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers if name.lower().startswith("x-auth-")}


# What is allowed


@pytest.mark.parametrize("path", [AUTH, FORWARD])
def test_allowed_is_200_with_who_asks_and_nothing_else(gateway: Gateway, path: str) -> None:
    answer = ask(gateway, "/items/7?a=b", bearer(token(scope="items:read", sub="u1")), path=path)
    assert (answer.status, answer.body) == (200, b"")
    assert (answer.get("Cache-Control"), answer.get("Content-Length")) == ("no-store", "0")
    assert identity(answer)["x-auth-subject"] == "u1"
    assert identity(answer)["x-auth-scopes"] == "items:read"


def test_envoy_asks_with_the_request_s_own_method_path_and_host(gateway: Gateway) -> None:
    credential = bearer(token(scope="items:read", sub="u1"))
    answer = gateway.ask("GET", f"{ENVOY}/items/7?a=b", credential, host="app.example.com")
    assert (answer.status, identity(answer)["x-auth-subject"]) == (200, "u1")
    assert gateway.ask("POST", f"{ENVOY}/items/7", credential, host="app.example.com").status == 405
    line = gateway.logged(method="POST", path="/items/7", code="method_not_allowed")
    assert (line["host"], line["status"]) == ("app.example.com", 405)


def test_the_three_families_tell_the_same(gateway: Gateway) -> None:
    url = ["X-Original-URL: https://app.example.com/items/7?a=b", "X-Original-Method: GET"]
    credential = bearer(token(scope="items:read"))
    for lines in (forwarded("/items/7?a=b"), url, original("/items/7?a=b")):
        assert gateway.ask("GET", AUTH, *lines, credential, host="app.example.com").status == 200, lines
        assert gateway.ask("GET", AUTH, *lines, host="app.example.com").status == 401, lines


def test_the_log_and_the_metrics_show_the_original_request(gateway: Gateway) -> None:
    answer = gateway.ask("POST", AUTH, *original("/items//7"), bearer(token(scope="items:read")), host="h.example")
    line = gateway.logged(request_id=answer.get("X-Request-Id"))
    shown = {name: line[name] for name in ("method", "host", "path", "route", "status", "decision", "upstream")}
    assert shown == {
        "method": "GET", "host": "h.example", "path": "/items/7", "route": "read", "status": 200, "decision": "allow",
        "upstream": None,
    }  # fmt: skip
    assert gateway.metric("requests_total", route="read", status="200", decision="allow") >= 1


def test_hosts_are_those_of_the_original_request(gateway: Gateway) -> None:
    credential = bearer(token())
    assert ask(gateway, "/", credential).status == 200
    assert ask(gateway, "/", credential, host="other.example.com").status == 404
    answer = gateway.ask("GET", AUTH, *original("/"), credential, host="other.example.com")
    assert (answer.status, answer.code) == (403, "route_not_found")


def test_networks_are_those_of_the_client_behind_the_proxy(gateway: Gateway) -> None:
    assert ask(gateway, "/office", "X-Forwarded-For: 198.51.100.7").status == 200
    assert ask(gateway, "/office", "X-Forwarded-For: 198.51.100.7, 203.0.113.5").code == "network_denied"
    assert ask(gateway, "/office").code == "network_denied"


def test_a_public_route_names_nobody_whoever_claims_to_ask(gateway: Gateway) -> None:
    for line in ("X-Auth-Subject: root", "x_auth_subject: root", "Remote-User: root", "X-Forwarded-User: root"):
        answer = ask(gateway, "/public/a", line)
        assert answer.status == 200
        assert b"root" not in answer.head


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "BREW"])
def test_a_question_may_come_with_any_method(gateway: Gateway, method: str) -> None:
    """The connection stays in step, whichever of the two methods has no body in its answer."""
    with gateway.raw() as client:
        for target, status in (("/public/a", 200), ("/items/7", 401), ("/public/a", 200)):
            assert client.ask(method, FORWARD, *forwarded(target)).status == status
        for told in ("HEAD", "GET"):
            assert client.ask(method, FORWARD, *forwarded("/items/7", told)).status == 401


def test_the_body_of_a_question_is_read_and_forgotten(gateway: Gateway) -> None:
    with gateway.raw() as client:
        for _ in range(2):
            assert client.ask("POST", FORWARD, *forwarded("/public/a"), body=b"x" * 100_000).status == 200
        chunked = [*forwarded("/public/a"), "Transfer-Encoding: chunked", "Host: h"]
        client.send("\r\n".join([f"POST {FORWARD} HTTP/1.1", *chunked, "", "3\r\nabc\r\n0\r\n\r\n"]))
        assert client.answer().status == 200
        assert client.ask("GET", FORWARD, *forwarded("/public/a")).status == 200
    huge = gateway.ask("POST", AUTH, *forwarded("/public/a"), "Content-Length: 1048577", "Expect: 100-continue")
    assert (huge.status, huge.code) == (403, "body_too_large")


# What is refused


REFUSALS = [
    ("/items/7", "GET", 401, "token_missing"),
    ("/nowhere", "GET", 404, "route_not_found"),
    ("/items/7", "DELETE", 405, "method_not_allowed"),
    ("/public/..%2fadmin", "GET", 400, "path_not_allowed"),
    ("/public/..%5cadmin", "GET", 400, "path_not_allowed"),
    ("/public/..;/admin", "GET", 400, "path_not_allowed"),
    ("/public/%2e%2e/admin/x", "GET", 401, "token_missing"),
    ("//admin/x", "GET", 401, "token_missing"),
    ("/public/../admin/x", "GET", 401, "token_missing"),
    ("/public/a", "TRACE", 405, "method_not_allowed"),
    ("/public/a", "CONNECT", 501, "not_implemented"),
    ("/public/" + "a" * 8192, "GET", 414, "target_too_long"),
    ("/public/a?b=#c", "GET", 400, "request_malformed"),
]


@pytest.mark.parametrize(("target", "method", "status", "code"), REFUSALS)
def test_refusals_keep_their_status_but_for_nginx(
    gateway: Gateway, target: str, method: str, status: int, code: str
) -> None:
    with gateway.raw() as client:
        answer = client.ask("GET", FORWARD, *forwarded(target, method))
        assert (answer.status, answer.code, answer.json()["status"]) == (status, code, status)
        answer = client.ask("GET", AUTH, *forwarded(target, method))
        known = 401 if status == 401 else 403
        assert (answer.status, answer.code, answer.json()["status"]) == (known, code, known)
        assert ("WWW-Authenticate" in dict(answer.headers)) == (status == 401)


def test_a_scope_that_is_missing_is_named_to_every_proxy(gateway: Gateway) -> None:
    for path in (AUTH, FORWARD):
        answer = ask(gateway, "/admin/x", bearer(token(scope="items:read")), path=path)
        assert (answer.status, answer.code) == (403, "scope_insufficient")
        assert 'scope="admin"' in answer.get("WWW-Authenticate")


@pytest.mark.parametrize("path", [AUTH, FORWARD, f"{ENVOY}/items/7"])
def test_no_refusal_is_ever_a_success(gateway: Gateway, path: str) -> None:
    """gRPC's errors have status 200, which to a proxy would mean that the request may pass."""
    lines = [*forwarded("/items/7", host="localhost"), "Content-Type: application/grpc"]
    answer = gateway.ask("GET", path, *lines)
    assert (answer.status, answer.code) == (401, "token_missing")
    assert gateway.ask("GET", path, *lines, bearer("rubbish")).code == "token_malformed"
    assert gateway.ask("GET", path, *lines, "X-Original-URI: /public/a").code == "request_malformed"


def test_a_person_gets_a_page_where_the_proxy_shows_it(gateway: Gateway) -> None:
    answer = ask(gateway, "/nowhere", "Accept: text/html")
    assert answer.get("Content-Type").startswith("text/html")
    assert (answer.get("Location"), b"route_not_found" in answer.body) == (None, True)


# Which request is asked about


@pytest.mark.parametrize("missing", range(4))
@pytest.mark.parametrize("path", [AUTH, FORWARD])
def test_a_part_that_is_missing_is_refused(gateway: Gateway, path: str, missing: int) -> None:
    lines = forwarded("/public/a")
    del lines[missing]
    answer = gateway.ask("GET", path, *lines)
    assert (answer.status, answer.code) == (403 if path == AUTH else 400, "request_malformed")


@pytest.mark.parametrize("part", range(4))
def test_a_part_that_comes_twice_is_refused(gateway: Gateway, part: int) -> None:
    lines = forwarded("/public/a")
    assert gateway.ask("GET", FORWARD, *lines, lines[part]).code == "request_malformed"


@pytest.mark.parametrize("hosts", ["app.example.com,evil.example", "app.example.com, evil.example", "app.example.com,"])
@pytest.mark.parametrize("path", [AUTH, FORWARD])
def test_hosts_of_several_proxies_in_one_line_are_refused(gateway: Gateway, path: str, hosts: str) -> None:
    answer = gateway.ask("GET", path, *forwarded("/public/a", host=hosts))
    assert (answer.status, answer.code) == (403 if path == AUTH else 400, "request_malformed")


@pytest.mark.parametrize(
    "smuggled",
    [
        "X-Original-URI: /public/a", "X-Original-URL: https://app.example.com/public/a", "X-Original-Method: HEAD",
        "X-Forwarded-Uri: /public/a", "X-Forwarded-Method: HEAD", "X-Forwarded-Host: evil.example",
        "X-Forwarded-Proto: ftp",
    ],
)  # fmt: skip
@pytest.mark.parametrize("family", ["forwarded", "url", "uri", "envoy"])
def test_what_a_client_smuggles_in_is_never_believed(gateway: Gateway, family: str, smuggled: str) -> None:
    """Each proxy sets one family and passes the fields of the others on as its client sent them."""
    asked = {
        "forwarded": (FORWARD, forwarded("/admin/x")),
        "url": (AUTH, ["X-Original-URL: https://app.example.com/admin/x", "X-Original-Method: GET"]),
        "uri": (AUTH, original("/admin/x")),
        "envoy": (f"{ENVOY}/admin/x", []),
    }
    path, lines = asked[family]
    answer = gateway.ask("GET", path, *lines, smuggled, bearer(token(scope="admin")), host="app.example.com")
    assert answer.status in (400, 403)
    assert answer.code == "request_malformed"


def test_the_path_of_another_form_is_none_of_envoy_s(gateway: Gateway) -> None:
    """What stands behind Envoy's prefix comes from its client, dot segments included."""
    answer = gateway.ask("GET", f"{ENVOY}/../forward", *forwarded("/public/a"))
    assert (answer.status, answer.code) == (400, "request_malformed")
    assert gateway.ask("GET", f"{ENVOY}/../forward").code == "route_not_found"
    assert gateway.ask("GET", f"{ENVOY}/../../../public/a").status == 200


@pytest.mark.parametrize("path", ["/oauth2", "/oauth2/", "/oauth2//auth", "/oauth2/auth/", "/%6fauth2/auth", ENVOY])
def test_no_other_path_under_the_prefix_is_anything(gateway: Gateway, path: str) -> None:
    assert gateway.ask("GET", path, *forwarded("/public/a")).code == "route_not_found"


def test_a_missing_method_is_a_get_only_by_the_policy(gateway: Gateway) -> None:
    assert gateway.ask("GET", AUTH, "X-Original-URI: /public/a").code == "request_malformed"
    with Gateway(rules(forward_auth={"default_method": True})) as lenient:
        credential = bearer(token(scope="items:read"))
        assert lenient.ask("GET", AUTH, "X-Original-URI: /items/7", credential).status == 200
        assert lenient.ask("GET", AUTH, *original("/items/7", "DELETE"), credential).code == "method_not_allowed"
        lone = lenient.ask("GET", AUTH, "X-Original-URI: /items/7", "X-Forwarded-Method: DELETE", credential)
        assert lone.code == "request_malformed"
        assert lenient.ask("GET", FORWARD, "X-Original-URI: /items/7", credential).code == "request_malformed"


def test_what_cannot_be_read_is_told_to_the_operator() -> None:
    with Gateway(rules()) as gateway:
        gateway.ask("GET", AUTH, "X-Original-URI: /public/a")
        eventually(lambda: "x-original-method is missing" in gateway.said())


def test_a_header_beyond_the_limit_is_refused(gateway: Gateway) -> None:
    for path, status in ((AUTH, 403), (FORWARD, 431), (f"{ENVOY}/public/a", 431)):
        answer = ask(gateway, "/public/a", "Cookie: " + "a" * 65536, path=path)
        assert (answer.status, answer.code, answer.json()["status"]) == (status, "headers_too_large", status)
        assert gateway.logged(request_id=answer.get("X-Request-Id"))["path"] == path.removesuffix("/public/a")


def test_a_question_that_is_no_http_is_refused(gateway: Gateway) -> None:
    for path, status in ((AUTH, 403), (FORWARD, 400)):
        answer = ask(gateway, "/public/a", "Bad Name: a", path=path)
        assert (answer.status, answer.code) == (status, "request_malformed")
    assert gateway.ask("GET", AUTH + "\x01", *forwarded("/public/a")).status == 400


def test_another_site_opens_no_socket_with_a_cookie() -> None:
    """A proxy keeps `Upgrade` to itself; the handshake has a key all the same."""
    made = rules()
    made["issuers"]["corp"]["token_from"] = [{"cookie": "session"}]
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    with Gateway(made) as gateway:
        cookie = f"Cookie: session={token(scope='items:read')}"
        own, other = "Origin: https://app.example.com", "Origin: https://evil.example"
        assert ask(gateway, "/items/7", cookie, other).status == 200
        assert ask(gateway, "/items/7", cookie, key, own).status == 200
        assert ask(gateway, "/items/7", cookie, key, other).code == "origin_not_allowed"


def test_a_proof_is_for_the_request_that_the_proxy_was_sent(gateway: Gateway) -> None:
    """RFC 9449, section 4.3: method and address of the original request, not of the question."""
    holder = SigningKey.generate("ES256")
    bound = token(scope="items:read", cnf={"jkt": holder.thumbprint})
    address = "https://app.example.com/items/7"
    families = [
        (FORWARD, forwarded("/items/7?a=b")),
        (AUTH, ["X-Original-URL: https://app.example.com/items/7?a=b", "X-Original-Method: GET"]),
        (f"{ENVOY}/items/7?a=b", ["X-Forwarded-Proto: https"]),
    ]
    for path, lines in families:
        for proven, status in ((address, 200), (address.replace("https", "http"), 401), (gateway.url + path, 401)):
            proofs = [f"Authorization: DPoP {bound}", f"DPoP: {proof(holder, proven, bound)}"]
            assert gateway.ask("GET", path, *lines, *proofs, host="app.example.com").status == status, (path, proven)


# Who may ask, and where


def test_a_proxy_may_ask_through_a_unix_socket() -> None:
    made = rules()
    made["listeners"]["proxies"] = {"address": "unix:proxies.sock", "trusted_proxies": ["unix"], "forward_auth": True}
    with Gateway(made) as gateway, httpx.Client(transport=_unix(gateway)) as client:
        lines = dict(line.split(": ") for line in forwarded("/items/7"))
        assert client.get(f"http://gateway{FORWARD}", headers=lines).status_code == 401
        lines["Authorization"] = f"Bearer {token(scope='items:read', sub='u1')}"
        answer = client.get(f"http://gateway{FORWARD}", headers=lines)
        assert (answer.status_code, answer.headers["X-Auth-Subject"]) == (200, "u1")


def _unix(gateway: Gateway) -> httpx.HTTPTransport:
    return httpx.HTTPTransport(uds=str(gateway.directory / "proxies.sock"))


def test_who_is_not_trusted_is_refused_and_the_operator_told() -> None:
    with Gateway(rules(trusted_proxies=["192.0.2.0/24"])) as gateway:
        for path in (AUTH, FORWARD, f"{ENVOY}/public/a"):
            answer = gateway.ask("GET", path, *forwarded("/public/a"), "Content-Type: application/grpc")
            assert (answer.status, answer.code) == (403, "network_denied")
        eventually(lambda: "listeners.public.trusted_proxies" in gateway.said())


def test_other_listeners_answer_404() -> None:
    made = rules()
    made["listeners"]["proxies"] = {**made["listeners"]["public"], "address": "unix:proxies.sock"}
    made["listeners"]["proxies"]["trusted_proxies"] = ["unix"]
    made["listeners"]["public"] = {"trusted_proxies": ["127.0.0.0/8"]}
    made["routes"] = [{"path": "/**", "access": "public", "respond": {"status": 200}}]
    with Gateway(made) as gateway:
        for path in (AUTH, FORWARD, f"{ENVOY}/public/a", "/oauth2/other"):
            answer = gateway.ask("GET", path, *forwarded("/public/a"), "Content-Type: application/grpc")
            assert (answer.status, answer.code) == (404, "route_not_found")
        assert gateway.ask("GET", "/public/a").status == 200


def test_without_forward_auth_these_paths_have_no_route() -> None:
    with Gateway(policy([{"path": "/a", "access": "public"}])) as gateway:
        answer = gateway.ask("GET", AUTH, *forwarded("/a"), "Content-Type: application/grpc")
        assert (answer.status, answer.code) == (404, "route_not_found")


def test_a_route_without_destination_is_not_found_directly(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/public/a").code == "route_not_found"
    assert gateway.ask("GET", "/items/7", bearer(token(scope="items:read"))).code == "route_not_found"


def test_a_route_s_destination_does_not_matter_to_a_proxy() -> None:
    made = rules()
    made["routes"] = [
        {"path": "/a", "access": "public", "respond": {"status": 204}, "response_headers": {"X-Auth-Subject": "root"}},
        {"path": "/b", "access": "public", "redirect": "/a"},
    ]
    with Gateway(made) as gateway:
        for target in ("/a", "/b"):
            answer = ask(gateway, target)
            assert (answer.status, identity(answer), answer.get("Location")) == (200, {}, None)
        assert gateway.ask("GET", "/a").status == 204


def test_a_preflight_that_cors_allows_goes_on_to_the_service_without_anybody_s_name() -> None:
    made = rules()
    cors = {"origins": ["https://page.example"]}
    made["routes"] = [{"path": "/items/**", "methods": ["GET"], "access": "authenticated", "cors": cors}]
    preflight = forwarded("/items/7", "OPTIONS") + ["Access-Control-Request-Method: GET"]
    with Gateway(made) as gateway:
        allowed = gateway.ask("GET", FORWARD, *preflight, "Origin: https://page.example", bearer(token()))
        assert (allowed.status, identity(allowed), allowed.body) == (200, {}, b"")
        assert gateway.ask("GET", FORWARD, *preflight, "Origin: https://evil.example").code == "origin_not_allowed"
        direct = ["Origin: https://page.example", "Access-Control-Request-Method: GET"]
        assert gateway.ask("OPTIONS", "/items/7", *direct).code == "route_not_found"


def test_a_reload_turns_it_on_and_off() -> None:
    made = rules()
    made["routes"] = [{"path": "/public/**", "access": "public", "respond": {"status": 204}}]
    with Gateway(made) as gateway:
        assert ask(gateway, "/public/a").status == 200
        off = {"public": {**gateway.policy["listeners"]["public"], "forward_auth": False}}
        gateway.reload(listeners=off)
        assert ask(gateway, "/public/a").code == "route_not_found"
        gateway.reload(listeners={"public": {**off["public"], "forward_auth": True}})
        assert ask(gateway, "/public/a").status == 200


def test_the_listing_begins_with_the_paths_that_proxies_ask_on(gateway: Gateway) -> None:
    listed = gatehouse("routes", "--config", gateway.file).stdout.splitlines()[1:]
    first = [line.split()[:4] for line in listed[:3]]
    assert first == [["built_in", "any", "any", path] for path in (AUTH, FORWARD, f"{ENVOY}/**")]
    assert all("trusted_proxies of public" in line for line in listed[:3])
    assert all("forward_auth alone" in line for line in listed[3:])
