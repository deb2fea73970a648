"""What there is to be seen: the API, the dashboard, and who may do what there."""

import re
import socket
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
import yaml
from harness import KEY, Gateway, Recorder, eventually, policy, token
from harness.gateway import listens
from harness.ports import free_port

PAGES = ["/healthz", "/readyz", "/metrics", "/api/routes", "/api/issuers", "/api/upstreams", "/api/decisions", "/"]


@pytest.fixture(scope="module")
def app() -> Iterator[Recorder]:
    with Recorder("app") as recorder:
        yield recorder


@pytest.fixture(scope="module")
def gateway(app: Recorder) -> Iterator[Gateway]:
    routes = [
        {"name": "write", "path": "/items/**", "methods": ["POST"], "access": {"scopes": ["items:write"]}},
        {"name": "open", "path": "/open", "access": "public", "upstream": "app"},
    ]
    upstreams = {"app": {"servers": [app.url]}}
    with Gateway(policy(routes, upstreams=upstreams, server={"workers": 2})) as running:
        yield running


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_read_only_and_kept_by_nobody(gateway: Gateway, path: str) -> None:
    answer = gateway.admin(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    url = f"http://127.0.0.1:{gateway.admin_port}{path}"
    assert httpx.head(url, trust_env=False).headers["Content-Length"]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        refused = httpx.request(method, url, content=b"x", trust_env=False)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/index.html", "/metrics/", "//metrics", "/%6detr"])
def test_there_is_nothing_else(gateway: Gateway, path: str) -> None:
    assert gateway.admin(path).status_code == 404


def test_a_page_is_found_whatever_the_query(gateway: Gateway) -> None:
    assert gateway.admin("/readyz?verbose=1").status_code == 200


def test_routes_say_who_may_pass_in_matching_order(gateway: Gateway) -> None:
    routes = gateway.admin("/api/routes").json()["routes"]
    assert [route["name"] for route in routes] == ["write", "open"]
    write = routes[0]
    assert (write["methods"], write["path"], write["exposure"]) == (["POST"], "/items/**", "protected")
    assert "items:write" in write["access"]


def test_issuers_tell_their_keys_and_when_they_were_used(gateway: Gateway) -> None:
    gateway.request("POST", "/items/1", token(scope="items:write"))
    (one,) = gateway.admin("/api/issuers").json()["issuers"]
    (key,) = one["keys"]
    assert (one["name"], one["degraded"], key["kid"], key["algorithm"]) == ("corp", False, KEY.kid, "ES256")
    assert key["last_used"] >= key["first_seen"][:19]
    assert "d" not in key


def test_upstreams_tell_their_servers(gateway: Gateway, app: Recorder) -> None:
    gateway.get("/open")
    upstreams = {one["name"]: one for one in gateway.admin("/api/upstreams").json()["upstreams"]}
    (server,) = upstreams["app"]["servers"]
    assert (server["url"], server["healthy"]) == (app.url, True)
    assert gateway.metric("upstream_healthy", upstream="app", server=app.url) == 1


def test_decisions_tell_the_latest_refusals_with_reasons(gateway: Gateway) -> None:
    secret = token(scope="items:read", sub="someone")
    gateway.request("POST", "/items/1?secret=s3cret", secret, headers={"Cookie": "session=s3cret"})
    page = gateway.admin("/api/decisions")
    latest = page.json()["decisions"][0]
    expected = {"route": "write", "status": 403, "code": "scope_insufficient", "decision": "deny", "path": "/items/1"}
    assert {name: latest[name] for name in expected} == expected
    assert latest["reason"] and latest["subject"] == "someone"
    assert "s3cret" not in page.text and secret.split(".")[2] not in page.text


def test_decisions_are_bounded_and_the_latest_come_first(gateway: Gateway) -> None:
    with gateway.raw() as client:
        for number in range(300):
            client.ask("GET", f"/none/{number}")
    decisions = gateway.admin("/api/decisions").json()["decisions"]
    assert 50 <= len(decisions) <= 200
    assert decisions[0]["path"] == "/none/299"
    times = [one["time"] for one in decisions]
    assert times == sorted(times, reverse=True)


class Resources(HTMLParser):
    """Everything that a page names elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.named: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.named += [value for name, value in attributes if name in ("src", "href", "action") and value]


def test_the_dashboard_is_one_page_with_nothing_from_elsewhere(gateway: Gateway) -> None:
    answer = gateway.admin("/")
    rules = answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in rules and "unsafe" not in rules
    (nonce,) = set(re.findall(r"'nonce-(\w+)'", rules))
    assert set(re.findall(r'nonce="(\w+)"', answer.text)) == {nonce}
    assert nonce not in gateway.admin("/").text
    assert all(re.fullmatch(r"/[a-z/]*", name) for name in Resources(answer.text).named)


def test_many_idle_connections_do_not_keep_a_probe_out(gateway: Gateway) -> None:
    idle = [httpx.Client(trust_env=False) for _ in range(100)]
    for client in idle:
        client.get(f"http://127.0.0.1:{gateway.admin_port}/healthz")
    assert gateway.admin("/healthz").status_code == 200
    for client in idle:
        client.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /" + b"x" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["broken", "impossible host", "too long"],
)
def test_what_is_no_request_is_refused(gateway: Gateway, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", gateway.admin_port), timeout=5) as client:
        client.sendall(request_bytes)
        assert client.recv(4096).split()[1] in (b"400", b"414")
    assert gateway.admin("/healthz").status_code == 200


def test_admin_off_opens_nothing() -> None:
    gateway = Gateway(policy([{"path": "/", "access": "public"}]))
    gateway.write(yaml.dump({**gateway.policy, "admin": "off"}).replace("admin: 'off'", "admin: off"))
    gateway.start()
    try:
        eventually(lambda: listens(gateway.port))
        assert not listens(gateway.admin_port)
        assert gateway.get("/").status_code == 200
    finally:
        gateway.kill()
        gateway.folder.cleanup()


def test_a_taken_admin_address_ends_the_start_with_1() -> None:
    with Gateway(policy([{"path": "/", "access": "public"}])) as first:
        taken = {"address": f"127.0.0.1:{first.admin_port}"}
        second = Gateway(policy([{"path": "/", "access": "public"}], admin=taken))
        second.start()
        assert second.wait_for_exit() == 1
        eventually(lambda: "admin.address" in second.said())
        assert not listens(second.port)
        second.folder.cleanup()


def test_probes_may_be_reached_by_address_from_outside() -> None:
    port = free_port()
    with Gateway(policy([{"path": "/", "access": "public"}], admin={"probes": f"0.0.0.0:{port}"})):
        answer = httpx.get(f"http://127.0.0.1:{port}/readyz", headers={"Host": f"10.1.2.3:{port}"}, trust_env=False)
        assert answer.status_code == 200
