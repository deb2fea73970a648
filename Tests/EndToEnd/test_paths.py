"""One path, one meaning: normalised once, matched and forwarded alike, and refused where readers could differ."""

from collections.abc import Iterator

import pytest
from harness import Gateway, RawClient, bearer, policy, token

ADMIN = {"scopes": ["admin"]}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    routes = [
        {"path": "/public/**", "access": "public"},
        {"path": "/admin/**", "access": ADMIN},
        {"path": "/tenants/{tenant}/x", "access": {"claims": {"tenant": "{tenant}"}}},
        {"path": "/people/{name}", "access": "public"},
        {"path": "/slashes/**", "access": "public", "allow_encoded_slash": True},
        {"path": "/lenient/**", "access": "public", "other_readings": "ignore"},
        {"path": "/lenient/secret", "access": ADMIN},
        {"path": "/", "access": "public"},
    ]
    with Gateway(policy(routes)) as running:
        yield running


@pytest.mark.parametrize(
    ("sent", "forwarded"),
    [
        ("/public/a", "/public/a"),
        ("/public/%61%62%2D%2e%5F%7E", "/public/ab-._~"),
        ("/public//a///b", "/public/a/b"),
        ("//public/a", "/public/a"),
        ("/public/./a", "/public/a"),
        ("/public/b/../a", "/public/a"),
        ("/public/%2e/a", "/public/a"),
        ("/public/b/%2E%2e/a", "/public/a"),
        ("/public/a/.", "/public/a/"),
        ("/public/a/b/..", "/public/a/"),
        ("/../../public/a", "/public/a"),
        ("/public/a/", "/public/a/"),
        ("/public/a?x=/../%2F;%5c//", "/public/a?x=/../%2F;%5c//"),
        ("/public/a?", "/public/a?"),
        ("/public/a:b@c!$&'()*+,=", "/public/a:b@c!$&'()*+,="),
        ("/public/%C3%A9", "/public/%C3%A9"),
        ("/public/%20", "/public/%20"),
        ("/public/a;v=1", "/public/a;v=1"),
        ("/public/...", "/public/..."),
        ("/public/.a", "/public/.a"),
    ],
)
def test_the_normalised_path_is_forwarded_and_the_query_untouched(client: RawClient, sent: str, forwarded: str) -> None:
    answer = client.ask("GET", sent)
    assert (answer.status, answer.json()["target"]) == (200, forwarded)


@pytest.mark.parametrize(
    "path",
    [
        "%2F",
        "%2f",
        "%5C",
        "%5c",
        "%00",
        "%0a",
        "%1F",
        "%7F",
        "%7f",
        "\\",
        "#",
        "a#b",
        "%",
        "%4",
        "%zz",
        "%%34",
        "%u0041",
    ],
)
def test_bytes_that_others_read_otherwise_are_refused(client: RawClient, path: str) -> None:
    answer = client.ask("GET", f"/public/{path}")
    assert (answer.status, answer.code) == (400, "path_not_allowed")


@pytest.mark.parametrize("byte", [0x01, 0x1F, 0x7F, 0x80, 0xC3, 0xFF])
def test_raw_control_and_high_bytes_are_refused(gateway: Gateway, byte: int) -> None:
    with gateway.raw() as client:
        client.send(b"GET /public/" + bytes([byte]) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.answer().status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/public/../admin",
        "/public/..;/admin",
        "/public/%2e%2e/admin",
        "/public/%252e%252e/admin",
        "/public/..%252fadmin",
        "/public/%252e%252e%252fadmin",
        "/public/..%3B/admin",
        "/public/..;x=y/admin",
        "/public/a;/../../admin",
        "/public/..%253B/admin",
        "//admin",
        "/./admin",
        "/%61dmin",
        "/%2561dmin",
        "/admin;x",
        "/admin%3Bx",
        "/admin%3Fx",
        "/admin%23",
        "/public%3F/../admin",
        "/;/admin",
    ],
)
def test_no_reading_of_a_path_gets_into_admin_without_the_scope(client: RawClient, path: str) -> None:
    answer = client.ask("GET", path)
    assert answer.status in (400, 401, 404), answer.body


@pytest.mark.parametrize("path", ["/public/..;/admin", "/public/%252e%252e/admin", "/public/%252e%252e%252fadmin"])
def test_a_path_with_two_readings_is_refused_even_with_the_scope(client: RawClient, path: str) -> None:
    assert client.ask("GET", path, bearer(token(scope="admin"))).code == "path_not_allowed"


@pytest.mark.parametrize(
    "path", ["/public/50%25", "/public/a%3Bb", "/public/what%3F", "/public/a;b;c", "/public/%25zz"]
)
def test_a_path_whose_readings_agree_passes(client: RawClient, path: str) -> None:
    assert client.ask("GET", path).status == 200


def test_the_readings_must_agree_on_parameters_that_access_uses(client: RawClient) -> None:
    mine = bearer(token(tenant="acme"))
    assert client.ask("GET", "/tenants/acme/x", mine).status == 200
    for other in ("acme;v=1", "acme%3Bx", "%2561cme", "acme%3Fx"):
        assert client.ask("GET", f"/tenants/{other}/x", mine).code == "path_not_allowed"
    assert client.ask("GET", "/people/ann;v=1").status == 200


def test_an_encoded_slash_may_be_allowed_as_data(client: RawClient) -> None:
    answer = client.ask("GET", "/slashes/a%2Fb")
    assert (answer.status, answer.json()["target"]) == (200, "/slashes/a%2Fb")
    assert client.ask("GET", "/slashes/a%5Cb").code == "path_not_allowed"


def test_other_readings_may_be_ignored(client: RawClient) -> None:
    assert client.ask("GET", "/lenient/secret;x").status == 200
    assert client.ask("GET", "/lenient/secret").status == 401
    assert client.ask("GET", "/lenient/..%2Fadmin").code == "path_not_allowed"


def test_options_star_is_400(client: RawClient) -> None:
    assert client.ask("OPTIONS", "*").status == 400


def test_a_target_without_a_slash_is_400(client: RawClient) -> None:
    assert client.ask("GET", "public/a").status == 400


def test_the_absolute_form_must_name_the_host_and_scheme(gateway: Gateway) -> None:
    assert gateway.ask("GET", "http://localhost/public/a").json()["target"] == "/public/a"
    assert gateway.ask("GET", "http://localhost:81/public/a", host="localhost:81").status == 200
    assert gateway.ask("GET", "http://other/public/a").status == 400
    assert gateway.ask("GET", "https://localhost/public/a").status == 400


def test_refusals_of_paths_are_counted_by_reason(gateway: Gateway) -> None:
    before = gateway.metric("path_refusals_total")
    gateway.ask("GET", "/public/%2F")
    gateway.ask("GET", "/public/..;/admin")
    assert gateway.metric("path_refusals_total") == before + 2
