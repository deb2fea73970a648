"""What the server says of itself: metadata, keys, its description, and how keys follow each other."""

from collections.abc import Iterator

import jwt
import pytest
from harness.authorization import OPENID, PASSWORD, SCOPES, AuthorizationServer, assert_error, clients
from harness.polling import eventually
from harness.verdicts import verdict

PROGRAMS = ["token", "par", "device_authorization", "revoke", "introspect", "register"]


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer(registration="token") as running:
        yield running


def test_nothing_is_advertised_that_does_not_answer(server: AuthorizationServer) -> None:
    metadata = server.http.get(server.endpoint(OPENID)).json()
    assert metadata == server.http.get(f"{server.url}/.well-known/oauth-authorization-server/identity").json()
    assert metadata["issuer"] == server.issuer
    addresses = {name: url for name, url in metadata.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) >= 10
    for name, address in addresses.items():
        asked = server.http.get(address)
        posted = server.http.post(address)
        assert 404 not in (asked.status_code, posted.status_code), name
        assert (asked.status_code, posted.status_code) != (405, 405), name


def test_metadata_shows_pkce_and_iss_and_no_legacy_as6_as7_as13(server: AuthorizationServer) -> None:
    metadata = server.http.get(server.endpoint(OPENID)).json()
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["response_types_supported"] == ["code"]
    assert not {"password", "implicit"} & set(metadata["grant_types_supported"])
    assert set(SCOPES) <= set(metadata["scopes_supported"])


def test_metadata_shows_a_legacy_grant_once_a_client_lists_it_as7() -> None:
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    with AuthorizationServer(clients={**clients(), "old": old}) as server:
        assert "password" in server.http.get(server.endpoint(OPENID)).json()["grant_types_supported"]
        flows = server.http.get(server.endpoint("openapi.json")).json()["components"]["securitySchemes"]
        assert any("password" in scheme.get("flows", {}) for scheme in flows.values())
        answer = server.token("password", client_id="old", username="alice", password=PASSWORD, scope="items:read")
        assert verdict(server, answer.json()["access_token"], "/items/1") == "allowed"
        refused = server.token("password", client_id="app", username="alice", password=PASSWORD)
        assert_error(refused, 400, "unauthorized_client")


def test_documents_may_be_kept_and_keys_for_ten_minutes(server: AuthorizationServer) -> None:
    assert server.http.get(server.endpoint("jwks")).headers["Cache-Control"] == "max-age=600"
    keys = server.http.get(server.endpoint("jwks")).json()["keys"]
    assert keys and not any("d" in key for key in keys)


def test_openapi_names_each_endpoint_and_the_scopes_of_the_policy(server: AuthorizationServer) -> None:
    description = server.http.get(server.endpoint("openapi.json")).json()
    assert description["openapi"].startswith("3.1")
    paths = {path.rsplit("/", 1)[-1] for path in description["paths"]}
    assert {*PROGRAMS, "userinfo", "jwks", "authorize"} <= paths
    flows = [scheme.get("flows", {}) for scheme in description["components"]["securitySchemes"].values()]
    assert all(set(SCOPES) <= set(flow["scopes"]) for scheme in flows for flow in scheme.values())
    assert {"authorizationCode", "clientCredentials"} <= {name for scheme in flows for name in scheme}


# Commands beside the running server


def test_a_new_key_is_published_within_five_seconds_and_signs_later(server: AuthorizationServer) -> None:
    def published() -> list[str]:
        return [key["kid"] for key in server.http.get(server.endpoint("jwks")).json()["keys"]]

    (old,) = published()
    server.command("keys", "rotate")
    kids = eventually(lambda: (now := published())[1:] and now, within=5)
    assert kids[0] == old and len(kids) == 2
    token = server.worker_token()
    assert jwt.get_unverified_header(token)["kid"] == old
    assert verdict(server, token) == "allowed"


def test_a_client_registers_with_an_invitation_and_no_other_way(server: AuthorizationServer) -> None:
    invitation = server.command("clients", "invite", "--scope", "items:read", "--expires", "1h").strip()
    assert invitation and not invitation.split()[1:], "the token alone is printed"
    server.secrets.add(invitation)
    wish = {"redirect_uris": ["https://new.example.test/callback"], "client_name": "New", "scope": "items:read"}
    refused = server.http.post(server.endpoint("register"), json=wish)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    headers = {"Authorization": f"Bearer {invitation}"}
    answer = server.http.post(server.endpoint("register"), json=wish, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    client = answer.json()
    assert client["redirect_uris"] == wish["redirect_uris"]
    server.secrets.add(client["client_secret"])
    wanted = {"redirect_uri": wish["redirect_uris"][0], "scope": "items:read"}
    with server.visitor() as visitor:
        assert visitor.open(server.authorization(client["client_id"], **wanted)).asks == "password"
    again = server.http.post(server.endpoint("register"), json=wish, headers=headers)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_token")
    assert server.audited("client_registered", client_id=client["client_id"])


def test_a_client_of_the_store_works_at_once(server: AuthorizationServer) -> None:
    words = ["--grant", "client_credentials", "--scope", "items:read"]
    secret = server.command("clients", "add", "fresh", *words).split()[-1]
    server.secrets.add(secret)
    answer = eventually(
        lambda: (got := server.token("client_credentials", client="fresh", secret=secret)).is_success and got
    )
    assert verdict(server, answer.json()["access_token"], "/items/1") == "allowed"
    server.command("clients", "remove", "fresh")
    eventually(lambda: server.token("client_credentials", client="fresh", secret=secret).status_code == 401)


def test_a_name_in_both_file_and_store_is_an_error(server: AuthorizationServer) -> None:
    with pytest.raises(AssertionError, match="alice"):
        server.command("users", "add", "alice", stdin=f"{PASSWORD}\n")
