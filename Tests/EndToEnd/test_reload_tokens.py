"""What is remembered of a token across reloads: the verification while it would come out alike, and nothing else."""

from typing import Any

import pytest
from harness import AUDIENCE, Gateway, Recorder, SigningKey, bearer, issuer, policy, token
from harness.keys import key_set
from harness.verdicts import verdict

ROUTE = {"name": "me", "path": "/me", "access": "authenticated"}


def counts(gateway: Gateway) -> tuple[float, float]:
    """Hits and misses of the token cache."""
    return gateway.metric("token_cache_hits_total"), gateway.metric("token_cache_misses_total")


def test_a_reload_that_changes_a_routes_name_forgets_no_token_and_no_count() -> None:
    with Gateway(policy([ROUTE])) as gateway:
        good = token()
        for _ in range(3):
            assert verdict(gateway, good) == "allowed"
        assert counts(gateway) == (2, 1)
        gateway.reload(routes=[{**ROUTE, "name": "myself"}])
        assert verdict(gateway, good) == "allowed"
        assert gateway.logged(route="myself")["subject"] == "alice"
        assert counts(gateway) == (3, 1)


def test_the_counts_go_on_when_the_tokens_are_verified_anew() -> None:
    with Gateway(policy([ROUTE])) as gateway:
        good = token()
        for _ in range(3):
            assert verdict(gateway, good) == "allowed"
        gateway.reload(issuers={"corp": issuer(leeway="20s")})
        assert counts(gateway) == (2, 1)
        assert verdict(gateway, good) == "allowed"
        assert counts(gateway) == (2, 2)


def test_a_change_of_the_identity_headers_is_told_of_remembered_tokens_too() -> None:
    with Recorder() as upstream:
        app = {"upstreams": {"app": {"servers": [upstream.url]}}, "defaults": {"upstream": "app"}}

        def told(gateway: Gateway, good: str) -> dict[str, str]:
            assert gateway.ask("GET", "/me", bearer(good)).status == 200
            return {name: value for name, value in upstream.last().headers if name.startswith("X-Is-")}

        def naming(header: str, claim: str) -> list[dict[str, Any]]:
            return [{**ROUTE, "identity": {"headers": {header: claim}}}]

        with Gateway(policy(naming("X-Is-Named", "sub"), **app)) as gateway:
            good = token(team="blue")
            assert told(gateway, good) == {"X-Is-Named": "alice"}
            gateway.reload(routes=naming("X-Is-Named", "team"))
            assert told(gateway, good) == {"X-Is-Named": "blue"}
            gateway.reload(routes=naming("X-Is-Called", "team"))
            assert told(gateway, good) == {"X-Is-Called": "blue"}
            assert counts(gateway) == (2, 1)


def test_a_change_of_a_routes_claims_and_scopes_is_judged_of_remembered_tokens_too() -> None:
    with Gateway(policy([ROUTE])) as gateway:
        good = token(team="blue", scope="read write")
        assert verdict(gateway, good) == "allowed"
        gateway.reload(routes=[{**ROUTE, "access": {"claims": {"team": "red"}}}])
        assert verdict(gateway, good) == "claim_mismatch"
        # Scopes get other bits: what was remembered under the first numbers may not be read by the second.
        gateway.reload(routes=[{**ROUTE, "access": {"scopes": ["read"]}}])
        assert verdict(gateway, good) == "allowed"
        gateway.reload(routes=[{**ROUTE, "access": {"scopes": ["delete"]}}])
        assert verdict(gateway, good) == "scope_insufficient"
        gateway.reload(routes=[{**ROUTE, "access": {"scopes": ["write"]}}])
        assert verdict(gateway, good) == "allowed"


OTHER = SigningKey.generate("ES256", kid="shared")
FORMER = SigningKey.generate("ES256", kid="shared")
CHANGES = {
    "name of the issuer": ({"issuer": "https://other.test"}, "issuer_unknown"),
    "keys under the same kid": ({"keys": {"inline": key_set(OTHER)}}, "signature_invalid"),
    "algorithms": ({"algorithms": ["EdDSA"], "keys": {"inline": key_set(SigningKey.generate("EdDSA"))}},
                   "algorithm_not_allowed"),
    "audiences": ({"audiences": [f"not-{AUDIENCE}"]}, "audience_mismatch"),
    "required claims": ({"require": ["sub", "team"]}, "claim_missing"),
    "lifetime": ({"max_lifetime": "60s"}, "token_expired"),
    "types": ({"types": ["jwt"]}, "type_not_allowed"),
    "places of the token": ({"token_from": [{"cookie": "session"}]}, "token_missing"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "code"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_issuer_takes_no_token_of_the_former_one(change: dict[str, Any], code: str) -> None:
    former = issuer({"inline": key_set(FORMER)})
    with Gateway(policy([ROUTE], issuers={"corp": former})) as gateway:
        good = token(FORMER)
        assert verdict(gateway, good) == "allowed"
        gateway.reload(issuers={"corp": {**former, **change}})
        assert verdict(gateway, good) == code


def test_issuers_that_change_places_keep_their_own_tokens() -> None:
    first, second = issuer({"inline": key_set(FORMER)}), issuer({"inline": key_set(OTHER)}, issuer="https://other.test")
    routes = [{**ROUTE, "access": {"issuers": ["first"]}}]
    with Gateway(policy(routes, issuers={"first": first, "second": second})) as gateway:
        tokens = token(FORMER), token(OTHER, iss="https://other.test")
        assert [verdict(gateway, one) for one in tokens] == ["allowed", "issuer_not_allowed"]
        gateway.reload(issuers={"second": second, "first": first})
        assert [verdict(gateway, one) for one in tokens] == ["allowed", "issuer_not_allowed"]


def test_a_smaller_limit_holds_for_remembered_tokens_too() -> None:
    with Gateway(policy([ROUTE])) as gateway:
        large = token(padding="x" * 2000)
        assert verdict(gateway, large) == "allowed"
        gateway.reload(server={"workers": 1, "limits": {"token_bytes": "1KiB"}})
        assert verdict(gateway, large) == "token_too_large"
