"""AS12: the embedded server binds a token to the client's key, and the gateway's routes ask for that key."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from harness import Gateway, SigningKey, bearer, eventually, policy
from harness.proofs import proof

HOLDER = SigningKey.generate("ES256")
THIEF = SigningKey.generate("ES256")
CLIENT = ("worker", "worker-" + "of-this-test" * 3)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    rules = policy(
        [{"path": "/items", "access": {"scopes": ["items:read"]}}],
        issuers={"local": {"embedded": True, "audiences": ["items-api"]}},
    )
    running = Gateway(rules)
    worker = {"secret": CLIENT[1], "grants": ["client_credentials"], "scopes": ["items:read"]}
    running.change(
        authorization_server={
            "issuer": f"http://127.0.0.1:{running.port}/identity",
            "store": "memory",
            "audiences": ["items-api"],
            "scopes": {"items:read": "Read your items"},
            "clients": {CLIENT[0]: worker},
        }
    )
    with running:
        yield running


def post(gateway: Gateway, endpoint: str, headers: dict[str, str] | None = None, **form: str) -> httpx.Response:
    """A form for an endpoint of the server, from the client."""
    address = f"http://127.0.0.1:{gateway.port}/identity/{endpoint}"
    return httpx.post(address, data=form, headers=headers, auth=CLIENT, trust_env=False)


def issued(gateway: Gateway, key: SigningKey | None = HOLDER) -> dict[str, Any]:
    """What the token endpoint answers, with a proof of `key` if there is one."""
    address = f"http://127.0.0.1:{gateway.port}/identity/token"
    headers = {"DPoP": proof(key, address, method="POST")} if key else {}
    answer = post(gateway, "token", headers, grant_type="client_credentials", scope="items:read")
    assert answer.status_code == 200, answer.text
    return answer.json()


def visit(gateway: Gateway, access_token: str, key: SigningKey = HOLDER):
    text = proof(key, "http://localhost/items", access_token)
    return gateway.ask("GET", "/items", f"Authorization: DPoP {access_token}", f"DPoP: {text}")


def test_as12_a_bound_token_passes_with_a_proof_of_its_key_alone(gateway: Gateway) -> None:
    answer = issued(gateway)
    assert answer["token_type"] == "DPoP"
    assert visit(gateway, answer["access_token"]).status == 200
    assert visit(gateway, answer["access_token"], THIEF).code == "proof_invalid"
    assert gateway.ask("GET", "/items", bearer(answer["access_token"])).code == "proof_invalid"


def test_as12_an_unbound_token_stays_a_bearer(gateway: Gateway) -> None:
    answer = issued(gateway, None)
    assert answer["token_type"] == "Bearer"
    assert gateway.ask("GET", "/items", bearer(answer["access_token"])).status == 200
    assert visit(gateway, answer["access_token"]).code == "proof_invalid"


def test_as12_the_proof_for_the_server_is_of_no_use_at_a_route(gateway: Gateway) -> None:
    access_token = issued(gateway)["access_token"]
    there = proof(HOLDER, f"http://127.0.0.1:{gateway.port}/identity/token", access_token, method="POST")
    lines = [f"Authorization: DPoP {access_token}", f"DPoP: {there}"]
    assert gateway.ask("GET", "/items", *lines).code == "proof_invalid"


def test_as12_a_revoked_token_is_told_so_before_its_proof_is_asked_for(gateway: Gateway) -> None:
    access_token = issued(gateway)["access_token"]
    assert visit(gateway, access_token).status == 200
    assert post(gateway, "revoke", token=access_token).status_code == 200
    eventually(lambda: gateway.ask("GET", "/items", bearer(access_token)).code == "token_revoked")
    assert visit(gateway, access_token).code == "token_revoked"
