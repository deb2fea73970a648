"""Watching it: health, readiness, metrics, and who may ask."""

from collections.abc import Iterator

import httpx
import pytest
from harness import Gateway, Issuer, Recorder, eventually, issuer, policy, token
from harness.gateway import listens
from harness.issuers import JWKS
from harness.ports import free_port

BUCKETS = ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]


@pytest.fixture(scope="module")
def probes() -> int:
    return free_port()


@pytest.fixture(scope="module")
def gateway(probes: int) -> Iterator[Gateway]:
    with Recorder("app") as app:
        routes = [
            {"name": "me", "path": "/me", "access": "authenticated"},
            {"name": "app", "path": "/app", "access": "public", "upstream": "app"},
        ]
        admin = {"probes": f"127.0.0.1:{probes}"}
        with Gateway(policy(routes, upstreams={"app": {"servers": [app.url]}}, admin=admin)) as running:
            yield running


def test_healthz_says_alive(gateway: Gateway) -> None:
    assert gateway.admin("/healthz").status_code == 200


def test_readyz_says_ready_and_who_is_degraded(gateway: Gateway) -> None:
    answer = gateway.admin("/readyz")
    assert answer.status_code == 200
    assert not answer.json().get("degraded")


def test_it_is_not_ready_before_the_first_fetch_has_ended() -> None:
    with Issuer() as source:
        source.stall()
        fetched = issuer({"url": source.url + JWKS}, issuer=source.url, key_refresh={"timeout": "5s"})
        gateway = Gateway(policy([{"path": "/", "access": "authenticated"}], issuers={"fetched": fetched}))
        gateway.start()
        try:
            answer = wait_for_admin(gateway)
            assert answer.status_code == 503
            source.flow()
            gateway.wait_until_ready()
        finally:
            gateway.kill()
            gateway.folder.cleanup()


def wait_for_admin(gateway: Gateway) -> httpx.Response:
    """The first answer of /readyz."""
    eventually(lambda: listens(gateway.admin_port))
    return gateway.admin("/readyz")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "localhost:9901", "[::1]", "10.0.0.7:80"])
def test_an_address_or_localhost_may_ask(gateway: Gateway, host: str) -> None:
    assert gateway.admin("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a:9901"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/"])
def test_a_page_that_rebinds_its_name_may_not(gateway: Gateway, host: str, path: str) -> None:
    assert gateway.admin(path, headers={"Host": host}).status_code in (400, 403, 421)


def test_probes_have_a_place_of_their_own_without_the_rest(gateway: Gateway, probes: int) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert httpx.get(f"http://127.0.0.1:{probes}{path}", trust_env=False).status_code == 200
    for path in ("/", "/api/routes", "/api/decisions"):
        assert httpx.get(f"http://127.0.0.1:{probes}{path}", trust_env=False).status_code == 404


def test_the_admin_pages_are_not_on_the_public_listener(gateway: Gateway) -> None:
    for path in ("/metrics", "/healthz", "/readyz"):
        assert gateway.get(path).status_code == 404


def test_metrics_are_prometheus_text(gateway: Gateway) -> None:
    answer = gateway.admin("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    typed = {line.split()[2] for line in answer.text.splitlines() if line.startswith("# TYPE ")}
    assert {"gatehouse_requests_total", "gatehouse_request_duration_seconds", "gatehouse_build_info"} <= typed


@pytest.mark.parametrize(
    ("request_of", "labels"),
    [
        (lambda gateway: gateway.get("/me", token()), {"route": "me", "status": "200", "decision": "allow"}),
        (lambda gateway: gateway.get("/me"), {"route": "me", "status": "401", "decision": "deny"}),
        (lambda gateway: gateway.get("/none"), {"route": "", "status": "404", "decision": "deny"}),
    ],
    ids=["allowed", "denied", "no route"],
)
def test_requests_are_counted_by_route_status_and_decision(gateway: Gateway, request_of, labels) -> None:
    before = gateway.metric("requests_total", **labels)
    request_of(gateway)
    assert gateway.metric("requests_total", **labels) == before + 1


def test_denials_are_counted_by_code(gateway: Gateway) -> None:
    before = gateway.metric("denials_total", route="me", code="token_expired")
    gateway.get("/me", token(exp=1))
    assert gateway.metric("denials_total", route="me", code="token_expired") == before + 1


def test_durations_are_a_histogram_from_a_millisecond_to_ten_seconds(gateway: Gateway) -> None:
    gateway.get("/app")
    bounds = {float(labels["le"]) for labels, _ in gateway.metrics()["gatehouse_request_duration_seconds_bucket"]}
    assert bounds == {float(bound) for bound in BUCKETS}
    counts = gateway.metric("request_duration_seconds_count")
    assert counts == gateway.metric("request_duration_seconds_bucket", le="+Inf") > 0


def test_upstream_requests_are_counted(gateway: Gateway) -> None:
    before = gateway.metric("upstream_requests_total", upstream="app", status="200")
    gateway.get("/app")
    assert gateway.metric("upstream_requests_total", upstream="app", status="200") == before + 1


def test_the_token_cache_is_counted(gateway: Gateway) -> None:
    hits, misses = gateway.metric("token_cache_hits_total"), gateway.metric("token_cache_misses_total")
    good = token()
    gateway.get("/me", good)
    assert gateway.metric("token_cache_misses_total") == misses + 1
    gateway.get("/me", good)
    assert gateway.metric("token_cache_hits_total") == hits + 1


def test_there_is_one_build_info(gateway: Gateway) -> None:
    ((_, value),) = gateway.metrics()["gatehouse_build_info"]
    assert value == 1


def test_labels_never_come_from_requests(gateway: Gateway) -> None:
    gateway.ask("GET", "/att4cker", host="att4cker.example")
    gateway.ask("ATT4CKER", "/me", "X-Att4cker: 1")
    gateway.get("/me", token(iss="https://att4cker.test"))
    gateway.get("/me", token(headers={"kid": "att4cker"}))
    assert "att4cker" not in gateway.admin("/metrics").text.lower()
