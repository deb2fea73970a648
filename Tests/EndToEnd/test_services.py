"""The two FastAPI services behind the gateway, under the very policy of the compose file."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from harness import Gateway, SigningKey, gatehouse, token
from harness.gateway import ROOT
from harness.keys import key_set
from harness.services import Service

COMPOSE = ROOT / "deploy/compose"
DEMO = SigningKey.generate()


def composed(users: Service, items: Service) -> dict[str, Any]:
    """The compose policy with the services and the keys of this machine."""
    rules = yaml.safe_load((COMPOSE / "gateway.yaml").read_text())
    rules["upstreams"]["users"]["servers"] = [users.url]
    rules["upstreams"]["items"]["servers"] = [items.url]
    rules["issuers"]["demo"]["keys"] = {"inline": key_set(DEMO)}
    rules["listeners"]["public"].pop("address")
    rules["admin"] = {}
    return rules


@pytest.fixture(scope="module")
def gateway(users: Service, items: Service) -> Iterator[Gateway]:
    with Gateway(composed(users, items)) as running:
        yield running


def minted(**claims: Any) -> str:
    """A token of the compose file's issuer."""
    return token(DEMO, iss="https://demo.invalid", aud="items-api", **claims)


def test_the_documentation_of_both_is_public(gateway: Gateway) -> None:
    for name in ("users", "items"):
        page = gateway.get(f"/{name}/docs")
        assert (page.status_code, f"/{name}/openapi.json" in page.text) == (200, True)
        assert gateway.get(f"/{name}/openapi.json").json()["servers"] == [{"url": f"/{name}"}]


def test_a_user_reads_their_own_profile(gateway: Gateway) -> None:
    assert gateway.get("/users/me").status_code == 401
    assert gateway.get("/users/me", minted()).json()["name"] == "Alice"


def test_items_are_read_with_one_scope_and_written_with_another(gateway: Gateway) -> None:
    reader, writer = minted(scope="items:read"), minted(scope="items:read items:write", sub="bob")
    assert gateway.get("/items").status_code == 401
    assert gateway.get("/items", minted()).status_code == 403
    assert gateway.get("/items/1", reader).json()["name"] == "Lantern"
    assert gateway.request("POST", "/items", reader, json={"name": "Rope"}).status_code == 403
    stored = gateway.request("POST", "/items", writer, json={"name": "Rope"})
    assert (stored.status_code, stored.json()["owner"]) == (201, "bob")
    assert gateway.get(f"/items/{stored.json()['id']}", reader).json() == stored.json()


def test_support_reads_all_profiles(gateway: Gateway) -> None:
    assert gateway.get("/users/bob", minted()).status_code == 403
    assert gateway.get("/users/bob", minted(scope="users:read")).json()["name"] == "Bob"


def test_the_services_own_errors_come_through(gateway: Gateway) -> None:
    answer = gateway.get("/items/999", minted(scope="items:read"))
    assert (answer.status_code, answer.json()) == (404, {"detail": "No such item."})
    assert gateway.request("POST", "/items", minted(scope="items:write"), json={}).status_code == 422


def test_nobody_calls_themselves_alice(gateway: Gateway) -> None:
    forged = {"X-Auth-Subject": "alice", "X_Auth_Scopes": "items:write", "x-auth-scopes": "items:write"}
    assert gateway.get("/users/me", headers=forged).status_code == 401
    assert gateway.get("/users/me", minted(sub="bob"), headers=forged).json()["name"] == "Bob"


@pytest.mark.parametrize("place", ["compose/gateway.yaml", "kubernetes/gateway.yaml"])
def test_the_policies_of_deploy_are_complete(place: str) -> None:
    done = gatehouse("check", "--unset-ok", "--config", ROOT / "deploy" / place)
    errors = [line for line in done.stdout.splitlines() if ": error: " in line and ".jwks" not in line]
    assert errors == []
