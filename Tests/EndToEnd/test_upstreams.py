"""Where an allowed request goes: balancing, sockets, builtin answers, and what a route changes on the way."""

import contextlib
from collections import Counter
from collections.abc import Iterator

import pytest
from harness import Gateway, RawUpstream, Recorder, eventually, policy
from harness.ports import free_port


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Recorder]]:
    with Recorder("a") as a, Recorder("b") as b:
        with Recorder("unix", path=str(tmp_path_factory.mktemp("sock") / "app")) as unix:
            yield {"a": a, "b": b, "unix": unix}


@pytest.fixture(scope="module")
def gateway(servers: dict[str, Recorder]) -> Iterator[Gateway]:
    a, b = servers["a"].url, servers["b"].url
    upstreams = {
        "one": {"servers": a},
        "turns": {"servers": [a, b], "balance": "round_robin"},
        "heavy": {"servers": [{"url": a, "weight": 3}, b]},
        "least": {"servers": [a, b], "balance": "least_request"},
        "unix": {"servers": [servers["unix"].url]},
        "named": {"servers": [f"http://localhost:{servers['a'].port}"]},
        "own-host": {"servers": [a], "host": "upstream"},
        "own-hosts": {"servers": [a, b], "host": "upstream"},
    }
    go = {"to": "https://{host}/new{path}{query}", "status": 307}
    headers = {"request_headers": {"X-Api-Key": "${API_KEY}"}, "response_headers": {"X-Frame-Options": "DENY"}}
    routes = [
        *({"path": f"/{name}/**", "access": "public", "upstream": name} for name in upstreams),
        {"path": "/api/v1/**", "access": "public", "upstream": "one", "strip_prefix": "/api/v1"},
        {"path": "/headers", "access": "public", "upstream": "one", **headers},
        {"path": "/gone", "access": "public", "respond": {"status": 410, "headers": {"X-A": "1"}, "body": "gone"}},
        {"path": "/old", "access": "public", "redirect": "https://new.example.com/"},
        {"path": "/moved", "access": "public", "redirect": go},
        {"path": "/echo", "access": "public"},
    ]
    with Gateway(policy(routes, upstreams=upstreams), API_KEY="k3y") as running:
        yield running


def shares(gateway: Gateway, path: str, count: int) -> Counter[str]:
    """How many of `count` requests each server answered."""
    with gateway.raw() as client:
        return Counter(client.ask("GET", path).body.decode() for _ in range(count))


def test_round_robin_takes_turns(gateway: Gateway) -> None:
    assert shares(gateway, "/turns/x", 10) == {"a": 5, "b": 5}


def test_a_weight_of_three_is_three_turns(gateway: Gateway) -> None:
    assert shares(gateway, "/heavy/x", 12) == {"a": 9, "b": 3}


def test_least_request_uses_both(gateway: Gateway) -> None:
    assert set(shares(gateway, "/least/x", 40)) == {"a", "b"}


def test_least_request_avoids_the_busy_server() -> None:
    with RawUpstream() as slow, Recorder("free") as free:
        upstream = {"servers": [slow.url, free.url], "balance": "least_request"}
        routes = [{"path": "/**", "access": "public", "upstream": "app"}]
        with Gateway(policy(routes, upstreams={"app": upstream})) as gateway:
            waiting = []
            for _ in range(40):
                before = len(free.requests)
                client = gateway.raw()
                waiting.append(client)
                client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                # One after the other: a burst would find both servers equally busy.
                with contextlib.suppress(AssertionError):
                    eventually(lambda: len(free.requests) > before, within=0.1)
            # Turns would give each of them 20.
            assert len(free.requests) >= 26
            for client in waiting:
                client.close()


def test_a_unix_socket_is_an_upstream(gateway: Gateway, servers: dict[str, Recorder]) -> None:
    assert gateway.get("/unix/x").text == "unix"
    assert servers["unix"].last().target == "/unix/x"


def test_a_name_is_resolved(gateway: Gateway) -> None:
    assert gateway.get("/named/x").text == "a"


def test_the_host_is_preserved_unless_the_upstream_wants_its_own(
    gateway: Gateway, servers: dict[str, Recorder]
) -> None:
    gateway.ask("GET", "/one/x", host="api.example.com:8443")
    assert servers["a"].last().get("Host") == "api.example.com:8443"
    gateway.ask("GET", "/own-host/x", host="api.example.com:8443")
    assert servers["a"].last().get("Host") == f"127.0.0.1:{servers['a'].port}"


def test_each_of_several_servers_is_called_by_its_own_name(gateway: Gateway, servers: dict[str, Recorder]) -> None:
    assert shares(gateway, "/own-hosts/x", 4) == {"a": 2, "b": 2}
    for name in ("a", "b"):
        last = servers[name].last()
        assert (last.target, last.get("Host")) == ("/own-hosts/x", f"127.0.0.1:{servers[name].port}")


@pytest.mark.parametrize(
    ("sent", "received"),
    [("/api/v1/a/b?x=1", "/a/b?x=1"), ("/api/v1", "/"), ("/api/v1/", "/"), ("/api/v1/%61", "/a")],
)
def test_a_prefix_is_stripped_by_whole_segments(
    gateway: Gateway, servers: dict[str, Recorder], sent: str, received: str
) -> None:
    assert gateway.ask("GET", sent).status == 200
    assert servers["a"].last().target == received
    assert servers["a"].last().get("X-Forwarded-Prefix") == "/api/v1"


def test_what_resembles_the_prefix_is_not_the_route(gateway: Gateway) -> None:
    assert gateway.ask("GET", "/api/v12/x").status == 404


def test_headers_are_set_both_ways(gateway: Gateway, servers: dict[str, Recorder]) -> None:
    answer = gateway.ask("GET", "/headers", "x-api-key: mine")
    assert servers["a"].last().get("X-Api-Key") == "k3y"
    assert answer.get("X-Frame-Options") == "DENY"


def test_the_echo_says_what_a_service_would_have_seen(gateway: Gateway) -> None:
    answer = gateway.request("POST", "/echo?x=1", headers={"X-Custom": "yes"}, content=b"abcd")
    assert answer.headers["Content-Type"].startswith("application/json")
    echo = answer.json()
    assert set(echo) == {"method", "target", "headers", "body_bytes"}
    assert (echo["method"], echo["target"], echo["body_bytes"]) == ("POST", "/echo?x=1", 4)
    assert echo["headers"]["x-custom"] == "yes"


def test_the_echo_counts_a_body_without_a_length(gateway: Gateway) -> None:
    assert gateway.request("POST", "/echo", content=iter([b"ab", b"cde"])).json()["body_bytes"] == 5


def test_a_fixed_answer(gateway: Gateway) -> None:
    answer = gateway.get("/gone")
    assert (answer.status_code, answer.headers["X-A"], answer.text) == (410, "1", "gone")


def test_a_redirect(gateway: Gateway) -> None:
    answer = gateway.get("/old")
    assert answer.is_redirect
    assert answer.headers["Location"] == "https://new.example.com/"


def test_a_redirect_with_placeholders(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/moved?x=1", host="api.example.com")
    assert (answer.status, answer.get("Location")) == (307, "https://api.example.com/new/moved?x=1")


def test_a_redirect_cannot_be_split(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/moved?x=%0d%0aSet-Cookie:a=b", host="api.example.com")
    assert answer.get("Set-Cookie") is None


def test_the_limit_of_connections_is_that_of_all_workers_together() -> None:
    with RawUpstream() as upstream:
        app = {"servers": [upstream.url], "limits": {"connections": 4, "pending": 100}}
        routes = [{"path": "/**", "access": "public", "upstream": "app"}]
        with Gateway(policy(routes, upstreams={"app": app}, server={"workers": 2})) as gateway:
            # So many that each worker gets its two, wherever the kernel sends them.
            clients = [gateway.raw() for _ in range(30)]
            for client in clients:
                client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            peers = [upstream.accept() for _ in range(4)]
            with pytest.raises(TimeoutError):
                upstream.accept(within=0.5)
            for wire in (*clients, *peers):
                wire.close()


def test_a_dead_server_does_not_stop_the_others() -> None:
    with Recorder("alive") as alive:
        upstream = {"servers": [f"http://127.0.0.1:{free_port()}", alive.url]}
        routes = [{"path": "/**", "access": "public", "upstream": "app"}]
        with Gateway(policy(routes, upstreams={"app": upstream})) as gateway:
            answers = [gateway.get("/x").status_code for _ in range(4)]
            assert answers.count(200) >= 2
