"""The access log: one JSON object a request, with every field and no secret."""

import json
import re
from collections.abc import Iterator

import pytest
from harness import ISSUER, Gateway, Recorder, eventually, issuer, policy, token

FIELDS = {
    "time", "request_id", "client", "method", "host", "path", "route", "status", "code", "decision", "subject",
    "client_id", "issuer", "upstream", "duration_ms", "upstream_ms", "bytes_in", "bytes_out", "protocol", "tls",
}  # fmt: skip


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with Recorder("hello") as app:
        routes = [
            {"name": "me", "path": "/me/**", "access": "authenticated", "upstream": "app"},
            {"name": "open", "path": "/open/**", "access": "public"},
        ]
        issuers = {"corp": issuer(token_from=["header", {"cookie": "session"}, {"header": "X-Token"}])}
        with Gateway(policy(routes, upstreams={"app": {"servers": [app.url]}}, issuers=issuers)) as running:
            yield running


def test_a_line_has_every_field(gateway: Gateway) -> None:
    answer = gateway.request("POST", "/me/a?secret=1", token(client_id="app"), content=b"four")
    line = gateway.logged(request_id=answer.headers["X-Request-Id"])
    assert set(line) >= FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    expected = {
        "client": "127.0.0.1",
        "method": "POST",
        "path": "/me/a",
        "route": "me",
        "status": 200,
        "code": None,
        "decision": "allow",
        "subject": "alice",
        "client_id": "app",
        "upstream": "app",
        "bytes_in": 4,
        "bytes_out": 5,
        "tls": None,
    }
    assert {name: line[name] for name in expected} == expected
    assert line["host"].split(":")[0] == "localhost"
    assert line["issuer"] in (ISSUER, "corp")
    assert 0 <= line["upstream_ms"] <= line["duration_ms"] < 5000
    assert "1.1" in line["protocol"]


def test_what_is_absent_is_null(gateway: Gateway) -> None:
    answer = gateway.get("/nowhere")
    line = gateway.logged(request_id=answer.headers["X-Request-Id"])
    absent = ("subject", "client_id", "issuer", "upstream", "upstream_ms", "tls")
    assert {name: line[name] for name in absent} == dict.fromkeys(absent)
    assert not line["route"]
    assert (line["status"], line["code"], line["decision"]) == (404, "route_not_found", "deny")


def test_the_path_is_the_normalised_one_without_the_query(gateway: Gateway) -> None:
    answer = gateway.ask("GET", "/open//x/../%61?token=s3cret")
    assert gateway.logged(request_id=answer.get("X-Request-Id"))["path"] == "/open/a"


def test_a_refusal_names_its_code(gateway: Gateway) -> None:
    answer = gateway.get("/me/a", token(exp=1))
    line = gateway.logged(request_id=answer.headers["X-Request-Id"])
    assert (line["status"], line["code"], line["decision"], line["route"]) == (401, "token_expired", "deny", "me")


def test_every_request_of_a_connection_is_one_line(gateway: Gateway) -> None:
    with gateway.raw() as client:
        ids = [client.ask("GET", f"/open/{number}").get("X-Request-Id") for number in range(20)]
    assert len(set(ids)) == 20
    eventually(lambda: set(ids) <= {line["request_id"] for line in gateway.lines})
    assert sum(line["request_id"] in ids for line in gateway.lines) == 20


def test_what_a_client_sends_cannot_break_a_line(gateway: Gateway) -> None:
    answer = gateway.ask("GET", '/open/"}%22,"a":"b', 'User-Agent: "}\\', host="localhost")
    if answer.status == 200:
        assert gateway.logged(request_id=answer.get("X-Request-Id"))["route"] == "open"
    odd = gateway.get("/me/a", token(sub='"},{"\n\u2028', client_id="\\"))
    assert gateway.logged(request_id=odd.headers["X-Request-Id"])["status"] in (200, 403)


def test_no_token_cookie_or_secret_is_ever_written(gateway: Gateway) -> None:
    good, other, expired = token(), token(sub="bob"), token(exp=1)
    gateway.get("/me/a", good)
    gateway.get("/me/a", headers={"Cookie": f"session={other}; theme=s3cret-cookie"})
    gateway.get("/me/a", headers={"X-Token": expired})
    gateway.get("/open/a?access_token=s3cret-query", "s3cret-bearer")
    last = gateway.get("/open/b", headers={"X-Api-Key": "s3cret-header", "Authorization": "Basic czNjcmV0"})
    gateway.logged(request_id=last.headers["X-Request-Id"])
    written = json.dumps(gateway.lines) + gateway.said()
    secrets = [part for bearer in (good, other, expired) for part in bearer.split(".")[1:]]
    for secret in (*secrets, "s3cret", "czNjcmV0"):
        assert secret not in written


def test_a_line_comes_within_a_second(gateway: Gateway) -> None:
    answer = gateway.get("/open/now")
    eventually(lambda: any(line["request_id"] == answer.headers["X-Request-Id"] for line in gateway.lines), within=1.5)
