"""An issuer whose keys rotate, disappear, stall and come back, and what becomes of its tokens meanwhile."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from harness import KEY, Gateway, Issuer, SigningKey, eventually, issuer, policy, token
from harness.issuers import JWKS, OPENID, RFC8414
from harness.keys import key_set
from harness.tls import Authority
from harness.verdicts import verdict

# Short enough to watch, and with nothing else that would fetch.
QUICK = {"fresh": "1s", "unknown_kid": "1s", "timeout": "2s"}
ROUTES = [{"path": "/me", "access": "authenticated"}]


@contextmanager
def trusting(source: Issuer, keys: Any = None, *, refresh: dict[str, str] = QUICK, **changes: Any) -> Iterator[Gateway]:
    """A gateway that fetches the keys of `source`, beside another issuer whose keys are at hand."""
    fetched = issuer(keys or {"url": source.url + JWKS}, issuer=source.url, key_refresh=refresh, **changes)
    rules = policy(ROUTES, issuers={"fetched": fetched, "corp": issuer()}, server={"workers": 2})
    with Gateway(rules) as gateway:
        yield gateway


def becomes(gateway: Gateway, bearer: str, expected: str, within: float = 10.0) -> None:
    """The verdict on a token becomes what is expected."""
    eventually(lambda: verdict(gateway, bearer) == expected, within=within, every=0.1)


def test_a_rotated_key_is_accepted_and_the_old_one_is_not() -> None:
    old, new = SigningKey.generate(), SigningKey.generate()
    with Issuer(old) as source, trusting(source) as gateway:
        before, after = token(old, iss=source.url), token(new, iss=source.url)
        assert verdict(gateway, before) == "allowed"
        assert verdict(gateway, after) == "key_unknown"
        source.rotate(new)
        becomes(gateway, after, "allowed")
        # Also J14: `before` was remembered, and its key has gone.
        assert verdict(gateway, before) == "key_unknown"


def test_an_unknown_kid_fetches_before_the_keys_run_out() -> None:
    old, new = SigningKey.generate(), SigningKey.generate()
    with Issuer(old) as source, trusting(source, refresh={"fresh": "1h", "unknown_kid": "1s"}) as gateway:
        source.rotate(old, new)
        becomes(gateway, token(new, iss=source.url), "allowed")
        assert verdict(gateway, token(old, iss=source.url)) == "allowed"


def test_J15_a_flood_of_unknown_kids_is_one_fetch() -> None:
    with Issuer(KEY) as source, trusting(source, refresh={}) as gateway:
        assert verdict(gateway, token(iss=source.url)) == "allowed"
        before = source.key_fetches
        flood = [token(SigningKey("ES256", KEY.private, f"kid-{number}"), iss=source.url) for number in range(60)]
        with ThreadPoolExecutor(12) as crowd:
            verdicts = set(crowd.map(lambda bad: verdict(gateway, bad), flood))
        assert verdicts == {"key_unknown"}
        assert source.key_fetches - before <= 1


def test_keys_are_refreshed_in_the_background() -> None:
    with Issuer(KEY) as source, trusting(source):
        eventually(lambda: source.key_fetches >= 3, within=15)


def test_a_max_age_of_an_hour_is_honoured() -> None:
    with Issuer(KEY) as plain, Issuer(KEY) as patient:
        patient.headers["Cache-Control"] = "public, max-age=3600"
        issuers = {
            name: issuer({"url": source.url + JWKS}, issuer=source.url, key_refresh=QUICK)
            for name, source in {"plain": plain, "patient": patient}.items()
        }
        with Gateway(policy(ROUTES, issuers=issuers)):
            eventually(lambda: plain.key_fetches >= 4, within=20)
            assert patient.key_fetches == 1


def test_an_empty_set_is_a_set_without_this_key() -> None:
    with Issuer() as source, trusting(source) as gateway:
        assert verdict(gateway, token(iss=source.url)) == "key_unknown"


def test_an_issuer_that_is_down_costs_its_own_tokens_503_until_it_is_back() -> None:
    with Issuer(KEY) as source:
        source.disappear()
        with trusting(source) as gateway:
            answer = gateway.get("/me", token(iss=source.url))
            assert (answer.status_code, answer.json()["code"]) == (503, "keys_unavailable")
            assert int(answer.headers["Retry-After"]) > 0
            assert verdict(gateway, token()) == "allowed"
            assert "fetched" in json.dumps(gateway.admin("/readyz").json()["degraded"])
            assert gateway.metric("key_fetch_failures_total", issuer="fetched") > 0
            source.come_back()
            becomes(gateway, token(iss=source.url), "allowed", within=20)


def test_an_issuer_that_stalls_makes_nobody_wait_longer_than_its_timeout() -> None:
    with Issuer(KEY) as source:
        source.stall()
        with trusting(source, refresh={**QUICK, "timeout": "1s"}) as gateway:
            assert verdict(gateway, token()) == "allowed"
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
            source.flow()
            becomes(gateway, token(iss=source.url), "allowed", within=20)


def test_an_old_set_serves_while_the_issuer_is_down_but_not_for_ever() -> None:
    with Issuer(KEY) as source, trusting(source, refresh={**QUICK, "stale": "4s"}) as gateway:
        good = token(iss=source.url)
        assert verdict(gateway, good) == "allowed"
        source.disappear()
        eventually(lambda: gateway.metric("key_fetch_failures_total", issuer="fetched") > 0, within=10)
        assert verdict(gateway, good) == "allowed"
        becomes(gateway, good, "keys_unavailable", within=20)
        source.come_back()
        becomes(gateway, good, "allowed", within=20)


def test_a_redirect_is_not_followed() -> None:
    with Issuer(KEY) as elsewhere, Issuer(KEY) as source:
        source.reply(JWKS, 302, Location=elsewhere.url + JWKS)
        with trusting(source) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
            assert not elsewhere.fetches


@pytest.mark.parametrize(("size", "expected"), [(256 * 1024, "allowed"), (256 * 1024 + 1, "keys_unavailable")])
def test_a_set_may_have_256_kib(size: int, expected: str) -> None:
    with Issuer(KEY) as source:
        source.reply(JWKS, 200, json.dumps(source.keys).encode().ljust(size), **{"Content-Type": "application/json"})
        with trusting(source) as gateway:
            assert verdict(gateway, token(iss=source.url)) == expected


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"keys": 7}', b"<html>", b'{"keys": []'])
def test_nonsense_is_no_set(body: bytes) -> None:
    with Issuer(KEY) as source:
        source.reply(JWKS, 200, body)
        with trusting(source) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_is_no_set(status: int) -> None:
    with Issuer(KEY) as source:
        source.reply(JWKS, status, json.dumps(source.keys).encode())
        with trusting(source) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"


def test_unusable_keys_are_skipped_and_the_rest_kept() -> None:
    # Entra publishes keys without `alg`; others publish what nobody knows.
    odd = [
        {"kty": "XYZ"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
        {"kty": "EC", "crv": "P-256", "x": "AA"},
        {},
    ]
    bare = {name: value for name, value in KEY.public_jwk.items() if name not in ("alg", "use")}
    with Issuer() as source:
        source.keys = {"keys": [*odd, bare]}
        with trusting(source) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "allowed"


def test_two_keys_with_one_kid_are_both_tried() -> None:
    twins = [SigningKey.generate(kid="twin"), SigningKey.generate(kid="twin")]
    with Issuer(*twins) as source, trusting(source) as gateway:
        assert [verdict(gateway, token(twin, iss=source.url)) for twin in twins] == ["allowed", "allowed"]


def test_discovery_finds_the_keys() -> None:
    with Issuer(KEY) as source, trusting(source, "discovery") as gateway:
        assert verdict(gateway, token(iss=source.url)) == "allowed"
        assert source.fetches[OPENID] > 0


def test_discovery_falls_back_to_the_place_of_rfc_8414() -> None:
    with Issuer(KEY) as source:
        source.metadata = {RFC8414: source.metadata[OPENID]}
        with trusting(source, "discovery") as gateway:
            assert verdict(gateway, token(iss=source.url)) == "allowed"


@pytest.mark.parametrize("claimed", ["https://elsewhere.test", "SELF/", None])
def test_RP9_another_issuer_in_the_metadata_leaves_it_without_keys(claimed: str | None) -> None:
    with Issuer(KEY) as source:
        said = claimed.replace("SELF", source.url) if claimed else None
        source.metadata[OPENID]["issuer"] = said
        with trusting(source, "discovery") as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
            assert "fetched" in json.dumps(gateway.admin("/readyz").json()["degraded"])


def test_an_issuer_over_https_is_verified_against_its_own_authority(tmp_path: Path) -> None:
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "Other CA")
    with Issuer(KEY, tls=authority.issue("127.0.0.1").server_context()) as source:
        with trusting(source, "discovery", tls={"ca": str(authority.certificate)}) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "allowed"
        with trusting(source, "discovery", tls={"ca": str(stranger.certificate)}) as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"
        with trusting(source, "discovery") as gateway:
            assert verdict(gateway, token(iss=source.url)) == "keys_unavailable"


def test_the_age_of_a_set_is_measured() -> None:
    with Issuer(KEY) as source, trusting(source, refresh={}) as gateway:
        assert verdict(gateway, token(iss=source.url)) == "allowed"
        ages = dict((labels["issuer"], age) for labels, age in gateway.metrics()["gatehouse_key_set_age_seconds"])
        assert 0 <= ages["fetched"] < 30


def test_an_issuer_that_never_answers_does_not_stop_the_start(tmp_path: Path) -> None:
    with Issuer(KEY) as source:
        source.stall()
        with trusting(source, refresh={**QUICK, "timeout": "30s"}) as gateway:
            # The first fetch has not ended, so readiness waited for it, but for no more than ten seconds.
            assert verdict(gateway, token()) == "allowed"


def test_keys_of_a_file_are_read_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "keys.jwks"
    file.write_text(json.dumps(key_set(KEY)))
    with Gateway(policy(ROUTES, issuers={"corp": issuer({"file": str(file)})})) as gateway:
        assert verdict(gateway, token()) == "allowed"
