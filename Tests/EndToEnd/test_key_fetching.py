"""How keys are fetched: who waits, what a reload keeps, and what is said when it fails."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import KEY, Gateway, Issuer, Recorder, SigningKey, eventually, issuer, policy, token
from harness.issuers import JWKS, OPENID
from harness.ports import free_port
from harness.tls import Authority
from harness.verdicts import verdict

ROUTES = [{"path": "/me", "access": "authenticated"}]


@contextmanager
def trusting(*sources: Issuer, **changes: Any) -> Iterator[Gateway]:
    """A gateway that fetches the keys of each source, under the names `first`, `second`..."""
    with Gateway(policy(ROUTES, issuers=issuers(*sources, **changes), server={"workers": 2})) as gateway:
        yield gateway


def issuers(*sources: Issuer, **changes: Any) -> dict[str, Any]:
    names = ["first", "second", "third"]
    usual = {"keys": "discovery", **changes}
    return {name: issuer(issuer=source.url, **usual) for name, source in zip(names, sources)}


def reasons(gateway: Gateway, name: str = "first") -> set[str]:
    """Why fetches have failed so far."""
    series = gateway.metrics().get("gatehouse_key_fetch_failures_total", [])
    return {labels["reason"] for labels, count in series if labels["issuer"] == name and count > 0}


def known(gateway: Gateway, name: str = "first") -> dict[str, Any]:
    """What `/api/issuers` says of one."""
    return next(entry for entry in gateway.admin("/api/issuers").json()["issuers"] if entry["name"] == name)


# Waiting


def test_a_request_waits_for_the_first_keys() -> None:
    with Issuer(KEY) as source:
        source.stall()
        rules = policy(ROUTES, issuers=issuers(source), server={"workers": 2})
        gateway = Gateway(rules)
        try:
            gateway.start()
            eventually(lambda: source.fetches[OPENID] > 0)
            with ThreadPoolExecutor(8) as crowd:
                bearer = token(iss=source.url)
                waiting = [crowd.submit(verdict, gateway, bearer) for _ in range(7)]
                upload = crowd.submit(gateway.request, "POST", "/me", bearer, content=b"x" * 300_000)
                threading.Timer(0.5, source.flow).start()
                assert {answer.result() for answer in waiting} == {"allowed"}
                # Its body waited, too.
                assert upload.result().json()["body_bytes"] == 300_000
            assert source.key_fetches == 1
        finally:
            gateway.kill()


def test_a_request_with_a_new_key_waits_for_it() -> None:
    old, new = SigningKey.generate(), SigningKey.generate()
    with Issuer(old) as source, trusting(source) as gateway:
        source.rotate(old, new)
        with ThreadPoolExecutor(8) as crowd:
            waiting = [crowd.submit(verdict, gateway, token(new, iss=source.url)) for _ in range(8)]
            assert {answer.result() for answer in waiting} == {"allowed"}
        assert source.key_fetches == 2


def test_the_wait_for_keys_is_not_the_upstreams_time() -> None:
    new = SigningKey.generate()
    with Issuer(KEY) as source, Recorder() as app:
        routes = [{"path": "/me", "access": "authenticated", "upstream": "app"}]
        with Gateway(policy(routes, issuers=issuers(source), upstreams={"app": {"servers": [app.url]}})) as gateway:
            source.rotate(new)
            source.stall()
            threading.Timer(0.5, source.flow).start()
            assert gateway.get("/me", token(new, iss=source.url)).status_code == 200
            line = gateway.logged(path="/me")
            assert line["duration_ms"] > 400 > line["upstream_ms"] > 0


def test_while_a_fetch_has_just_failed_nobody_waits() -> None:
    with Issuer(KEY) as source:
        source.stall()
        with trusting(source, key_refresh={"timeout": "1s"}) as gateway:
            eventually(lambda: "timeout" in reasons(gateway))
            before = source.fetches.total()
            verdicts = {verdict(gateway, token(iss=source.url)) for _ in range(20)}
            assert verdicts == {"keys_unavailable"}
            assert source.fetches.total() - before <= 3


def test_one_issuer_that_stalls_holds_up_no_other() -> None:
    with Issuer(KEY) as slow, Issuer(KEY) as quick:
        slow.stall()
        with trusting(slow, quick, key_refresh={"timeout": "2s"}) as gateway:
            assert verdict(gateway, token(iss=quick.url)) == "allowed"
            assert json.dumps(gateway.admin("/readyz").json()["degraded"]) == '["first"]'


def test_J7_the_same_kid_under_two_issuers_is_two_keys() -> None:
    one, other = SigningKey.generate(kid="same"), SigningKey.generate(kid="same")
    with Issuer(one) as first, Issuer(other) as second, trusting(first, second) as gateway:
        assert verdict(gateway, token(one, iss=first.url)) == "allowed"
        assert verdict(gateway, token(other, iss=second.url)) == "allowed"
        assert verdict(gateway, token(other, iss=first.url)) == "signature_invalid"
        assert verdict(gateway, token(one, iss=second.url)) == "signature_invalid"


def test_a_refresh_without_a_change_forgets_no_token() -> None:
    with Issuer(KEY) as source:
        rules = policy(ROUTES, issuers=issuers(source, key_refresh={"fresh": "1s"}))
        with Gateway(rules) as gateway:
            good = token(iss=source.url)
            assert verdict(gateway, good) == "allowed"
            fetches = source.key_fetches
            eventually(lambda: source.key_fetches > fetches + 1)
            misses = gateway.metric("token_cache_misses_total")
            assert verdict(gateway, good) == "allowed"
            assert gateway.metric("token_cache_misses_total") == misses


# Reasons


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, b"<html>"), "json"),
        ((200, b'{"keys": 7}'), "json"),
        ((200, b" " * (256 * 1024 + 1)), "size"),
        ((404, b""), "http"),
        ((302, b""), "http"),
    ],
)
def test_a_failed_fetch_is_counted_by_its_reason(answer: tuple[int, bytes], reason: str) -> None:
    with Issuer(KEY) as source:
        source.reply(JWKS, *answer)
        with trusting(source) as gateway:
            assert reasons(gateway) == {reason}
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
            assert known(gateway)["last_error"]


def test_an_encoded_set_is_refused() -> None:
    with Issuer(KEY) as source:
        source.headers["Content-Encoding"] = "gzip"
        with trusting(source) as gateway:
            assert reasons(gateway) == {"http"}


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://keys.invalid/jwks", "dns"),
        ("http://169.254.169.254/latest/meta-data/", "link_local"),
        (f"http://127.0.0.1:{free_port()}/jwks", "tcp"),
    ],
)
def test_a_place_that_cannot_be_called_is_said(url: str, reason: str) -> None:
    rules = policy(ROUTES, issuers={"first": issuer({"url": url}), "corp": issuer(issuer="https://corp.test")})
    with Gateway(rules) as gateway:
        eventually(lambda: reasons(gateway) == {reason}, within=10)
        assert verdict(gateway, token()) == "keys_unavailable"
        assert verdict(gateway, token(iss="https://corp.test")) == "allowed"


def test_a_name_is_resolved() -> None:
    with Issuer(KEY) as source:
        url = f"http://localhost:{source.port}{JWKS}"
        with trusting(source, keys={"url": url}) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "allowed"


def test_an_issuer_on_https_is_not_led_to_http(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with Issuer(KEY) as plain, Issuer(KEY, tls=authority.issue("127.0.0.1").server_context()) as source:
        source.metadata[OPENID]["jwks_uri"] = plain.url + JWKS
        with trusting(source, tls={"ca": str(authority.certificate)}) as gateway:
            assert reasons(gateway) == {"jwks_uri"}
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
            assert not plain.fetches


def test_an_untrusted_certificate_is_said(tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Other CA")
    with Issuer(KEY, tls=stranger.issue("127.0.0.1").server_context()) as source, trusting(source) as gateway:
        assert reasons(gateway) == {"tls"}
        assert "certificate" in known(gateway)["last_error"]


def test_RP9_an_issuer_that_becomes_another_loses_its_keys() -> None:
    with Issuer(KEY) as source, trusting(source, key_refresh={"fresh": "1s"}) as gateway:
        good = token(iss=source.url)
        assert verdict(gateway, good) == "allowed"
        source.metadata[OPENID]["issuer"] = "https://elsewhere.test"
        eventually(lambda: verdict(gateway, good) == "keys_unavailable", within=10)
        assert reasons(gateway) == {"issuer_mismatch"}
        assert "https://elsewhere.test" in known(gateway)["last_error"]
        source.metadata[OPENID]["issuer"] = source.url
        eventually(lambda: verdict(gateway, good) == "allowed", within=20)


def test_skipped_keys_are_told_once() -> None:
    with Issuer() as source:
        source.keys = {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "odd"}, KEY.public_jwk]}
        with trusting(source, key_refresh={"fresh": "1s"}) as gateway:
            eventually(lambda: source.key_fetches > 3)
            told = [json.loads(line) for line in gateway.messages if "keys_skipped" in line]
            assert [message["issuer"] for message in told] == ["first"]
            assert "odd" in told[0]["message"]


# What is known


def test_keys_are_listed_with_their_last_use() -> None:
    with Issuer(KEY) as source, trusting(source) as gateway:
        [key] = known(gateway)["keys"]
        assert (key["kid"], key["algorithm"], key["last_used"]) == (KEY.kid, "ES256", None)
        assert verdict(gateway, token(iss=source.url)) == "allowed"
        entry = known(gateway)
        [key] = entry["keys"]
        assert key["last_used"] >= key["first_seen"]
        assert entry["last_error"] is None
        assert entry["next_refresh"] > entry["last_fetch"]


# Reload


def test_a_reload_keeps_the_keys_of_unchanged_issuers() -> None:
    with Issuer(KEY) as source, trusting(source) as gateway:
        good = token(iss=source.url)
        assert verdict(gateway, good) == "allowed"
        used = known(gateway)["keys"][0]
        source.disappear()
        gateway.reload(routes=[*ROUTES, {"path": "/more", "access": "public"}])
        assert verdict(gateway, good) == "allowed"
        assert source.key_fetches == 1
        assert known(gateway)["keys"][0]["first_seen"] == used["first_seen"]


def test_a_reload_that_changes_what_an_issuer_allows_fetches_nothing() -> None:
    with Issuer(KEY) as source, trusting(source) as gateway:
        good = token(iss=source.url)
        assert verdict(gateway, good) == "allowed"
        source.disappear()
        gateway.reload(issuers=issuers(source, audiences=["other"]))
        assert verdict(gateway, good) == "audience_mismatch"
        gateway.reload(issuers=issuers(source))
        assert verdict(gateway, good) == "allowed"
        assert source.key_fetches == 1


def test_a_reload_fetches_what_is_new_and_drops_what_is_gone() -> None:
    with Issuer(KEY) as old, Issuer(KEY) as new, trusting(old) as gateway:
        assert verdict(gateway, token(iss=old.url)) == "allowed"
        # The same name, another issuer: nothing of the old one is good for it.
        gateway.reload(issuers=issuers(new))
        assert verdict(gateway, token(iss=new.url)) == "allowed"
        assert verdict(gateway, token(iss=old.url)) == "issuer_unknown"
        fetches = old.fetches.total()
        gateway.reload(issuers={"corp": issuer()})
        assert verdict(gateway, token()) == "allowed"
        assert verdict(gateway, token(iss=new.url)) == "issuer_unknown"
        assert old.fetches.total() == fetches
        assert gateway.admin("/readyz").json()["degraded"] == []
