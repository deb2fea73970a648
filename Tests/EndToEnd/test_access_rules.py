"""Who may pass: scopes, claims, path parameters, lists of rules, optional and public routes, networks."""

from collections.abc import Iterator
from typing import Any

import pytest
from harness import Gateway, SigningKey, bearer, issuer, policy, token
from harness.keys import key_set
from harness.verdicts import verdict

PARTNER = SigningKey.generate()
CLAIMS: dict[str, dict[str, Any]] = {
    "equal": {"team": "red"},
    "number": {"level": 3},
    "truth": {"staff": True},
    "listed": {"team": ["red", "blue"]},
    "nested": {"realm_access.roles": ["ops", "admin"]},
    "pointer": {"/https:~1~1example.com~1team": "red"},
    "literal": {"https://example.com/team": "red"},
    "none": {"team": {"none_of": ["guest"]}},
    "all": {"roles": {"all_of": ["a", "b"]}},
    "any": {"roles": {"any_of": ["a", "b"]}},
    "prefix": {"email": {"prefix": "ops-"}},
    "exists": {"team": {"exists": True}},
    "absent": {"team": {"exists": False}},
}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    routes = [
        {"path": "/me", "access": "authenticated"},
        {"path": "/open", "access": "public"},
        {"path": "/maybe", "access": "optional"},
        {"path": "/both", "access": {"scopes": ["a", "b"]}},
        {"path": "/either", "access": {"any_scope": ["a", "b"]}},
        {"path": "/corp-only", "access": {"issuers": ["corp"]}},
        {"path": "/one-of", "access": [{"scopes": ["admin"]}, {"claims": {"team": "red"}}]},
        {"path": "/tenants/{tenant}/orders", "access": {"claims": {"tenant": "{tenant}"}}},
        {"path": "/near", "access": "public", "networks": ["127.0.0.0/8", "::1/128"]},
        {"path": "/far", "access": "public", "networks": ["192.0.2.0/24"]},
        *({"path": f"/claims/{name}", "access": {"claims": rule}} for name, rule in CLAIMS.items()),
    ]
    partner = issuer({"inline": key_set(PARTNER)}, issuer="https://partner.test")
    with Gateway(policy(routes, issuers={"corp": issuer(), "partner": partner})) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "scope", "expected"),
    [
        ("/both", "a b", "allowed"),
        ("/both", "b c a", "allowed"),
        ("/both", "a", "scope_insufficient"),
        ("/both", "", "scope_insufficient"),
        ("/both", "ab", "scope_insufficient"),
        ("/both", "A B", "scope_insufficient"),
        ("/either", "b", "allowed"),
        ("/either", "bb superb", "scope_insufficient"),
    ],
)
def test_scopes_are_words(gateway: Gateway, path: str, scope: str, expected: str) -> None:
    assert verdict(gateway, token(scope=scope), path) == expected


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": "a b"},
        {"scp": ["a", "b"]},
        {"scopes": ["a", "b"]},
        {"scp": "a b"},
        {"scope": "a", "scp": ["b"]},
        {"scope": ["a"], "scopes": "b"},
    ],
)
def test_scopes_come_from_three_claims_as_text_or_list(gateway: Gateway, claims: dict[str, Any]) -> None:
    assert verdict(gateway, token(**claims), "/both") == "allowed"


@pytest.mark.parametrize("odd", [7, {"a": "b"}, True, [["a", "b"]], [7]])
def test_a_scope_claim_of_another_type_grants_nothing(gateway: Gateway, odd: Any) -> None:
    assert verdict(gateway, token(scope=odd), "/both") != "allowed"


@pytest.mark.parametrize(
    ("rule", "claims", "passes"),
    [
        ("equal", {"team": "red"}, True),
        ("equal", {"team": ["blue", "red"]}, True),
        ("equal", {"team": "Red"}, False),
        ("equal", {"team": "reddish"}, False),
        ("equal", {"team": {"red": True}}, False),
        ("equal", {}, False),
        ("number", {"level": 3}, True),
        ("number", {"level": "3"}, False),
        ("number", {"level": 4}, False),
        ("truth", {"staff": True}, True),
        ("truth", {"staff": "true"}, False),
        ("truth", {"staff": 1}, False),
        ("listed", {"team": "blue"}, True),
        ("listed", {"team": "green"}, False),
        ("nested", {"realm_access": {"roles": ["user", "ops"]}}, True),
        ("nested", {"realm_access": {"roles": "admin"}}, True),
        ("nested", {"realm_access": {"roles": ["user"]}}, False),
        ("nested", {"realm_access": "roles"}, False),
        ("nested", {"realm_access.roles": ["ops"]}, False),
        ("pointer", {"https://example.com/team": "red"}, True),
        ("pointer", {"https://example.com/team": "blue"}, False),
        ("literal", {"https://example.com/team": "red"}, True),
        ("none", {"team": "red"}, True),
        ("none", {"team": "guest"}, False),
        ("none", {"team": ["red", "guest"]}, False),
        ("none", {}, False),
        ("none", {"team": {"guest": 1}}, False),
        ("all", {"roles": ["a", "b", "c"]}, True),
        ("all", {"roles": ["a"]}, False),
        ("any", {"roles": ["b"]}, True),
        ("any", {"roles": ["c"]}, False),
        ("prefix", {"email": "ops-1@example.com"}, True),
        ("prefix", {"email": "no-ops-1@example.com"}, False),
        ("prefix", {"email": 7}, False),
        ("exists", {"team": "any"}, True),
        ("exists", {}, False),
        ("absent", {}, True),
        ("absent", {"team": "red"}, False),
    ],
)
def test_a_claim_is_compared_by_type_and_value(gateway: Gateway, rule: str, claims: dict, passes: bool) -> None:
    assert verdict(gateway, token(**claims), f"/claims/{rule}") == ("allowed" if passes else "claim_mismatch")


@pytest.mark.parametrize(
    ("path", "tenant", "expected"),
    [
        ("/tenants/acme/orders", "acme", "allowed"),
        ("/tenants/acme/orders/", "acme", "allowed"),
        ("/tenants/acme/orders", "other", "claim_mismatch"),
        ("/tenants/7/orders", "7", "allowed"),
        ("/tenants/7/orders", 7, "claim_mismatch"),
        ("/tenants/caf%C3%A9/orders", "café", "allowed"),
        ("/tenants/%61cme/orders", "acme", "allowed"),
        ("/tenants/acme/orders", None, "claim_mismatch"),
    ],
)
def test_a_path_parameter_is_text(gateway: Gateway, path: str, tenant: Any, expected: str) -> None:
    assert verdict(gateway, token(tenant=tenant), path) == expected


def test_one_of_several_rules_is_enough_and_the_first_answers(gateway: Gateway) -> None:
    assert verdict(gateway, token(scope="admin"), "/one-of") == "allowed"
    assert verdict(gateway, token(team="red"), "/one-of") == "allowed"
    assert verdict(gateway, token(), "/one-of") == "scope_insufficient"


def test_a_rule_may_name_its_issuers(gateway: Gateway) -> None:
    assert verdict(gateway, token(), "/corp-only") == "allowed"
    assert verdict(gateway, token(PARTNER, iss="https://partner.test"), "/corp-only") == "issuer_not_allowed"


@pytest.mark.parametrize("form", [None, "Bearer rubbish", "Bearer {token}", "Basic YTpi"])
def test_public_looks_at_no_credential_and_passes_it_on(gateway: Gateway, form: str | None) -> None:
    credential = form and form.format(token=token())
    seen = gateway.get("/open", headers={"Authorization": credential} if credential else {})
    assert seen.status_code == 200
    assert seen.json()["headers"].get("authorization") == credential
    assert "x-auth-subject" not in seen.json()["headers"]


def test_optional_is_public_without_a_credential_and_strict_with_one(gateway: Gateway) -> None:
    assert "x-auth-subject" not in gateway.get("/maybe").json()["headers"]
    assert gateway.get("/maybe", token()).json()["headers"]["x-auth-subject"] == "alice"
    assert gateway.get("/maybe", token(exp=1)).json()["code"] == "token_expired"
    assert gateway.ask("GET", "/maybe", bearer("a"), bearer("b")).code == "multiple_credentials"


def test_networks_are_compared_with_the_peer(gateway: Gateway) -> None:
    assert gateway.get("/near").status_code == 200
    assert gateway.get("/far").json()["code"] == "network_denied"
    assert gateway.get("/far", headers={"X-Forwarded-For": "192.0.2.7"}).json()["code"] == "network_denied"
