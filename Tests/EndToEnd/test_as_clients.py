"""The authorization server as client libraries use it. What none of them does is in `test_as_contract`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from harness.authorization import CLIENT_KEY, LOOPBACK, PASSWORD, SECRET, WEB, AuthorizationServer, challenge
from harness.redirects import RedirectReceiver
from httpx_oauth.clients.openid import OpenID
from idpyoidc.client.rp_handler import RPHandler
from joserfc.jwk import ECKey
from requests_oauthlib import OAuth2Session


@pytest.fixture(scope="module")
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


def agreed(server: AuthorizationServer, url: str) -> str:
    """Where the browser of somebody who agrees to everything is sent in the end."""
    with server.visitor() as visitor:
        visitor.agree(url, "alice", PASSWORD)
        return visitor.left_for


def authlib(server: AuthorizationServer, client: str, method: str, secret: Any = None, **options: Any) -> OAuth2Client:
    """A client of Authlib that finds the endpoints in the metadata."""
    metadata = httpx.get(server.endpoint(".well-known/openid-configuration"), trust_env=False).json()
    return OAuth2Client(
        client,
        secret,
        token_endpoint_auth_method=method,
        token_endpoint=metadata["token_endpoint"],
        revocation_endpoint_auth_method=method,
        trust_env=False,
        **options,
    )


# Authlib


def test_authlib_exchanges_a_code_with_pkce_and_refreshes(server: AuthorizationServer) -> None:
    options = {"redirect_uri": LOOPBACK, "scope": "openid items:read", "code_challenge_method": "S256"}
    with authlib(server, "app", "none", **options) as client:
        verifier = generate_token(48)
        url, state = client.create_authorization_url(server.endpoint("authorize"), code_verifier=verifier)
        answer = agreed(server, url)
        tokens = client.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
        assert client.get(f"{server.url}/items/1").status_code == 200
        renewed = client.refresh_token(server.endpoint("token"))
        assert renewed["refresh_token"] != tokens["refresh_token"]
        assert renewed["access_token"] != tokens["access_token"]
        assert client.get(f"{server.url}/items/1").status_code == 200


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_a_programs_token_by(server: AuthorizationServer, method: str) -> None:
    with authlib(server, "worker", method, SECRET, scope="items:read") as client:
        tokens = client.fetch_token(grant_type="client_credentials")
        assert tokens["token_type"] == "Bearer"
        assert "refresh_token" not in tokens
        assert client.get(f"{server.url}/items/1").status_code == 200


@pytest.mark.parametrize("audience", ["token endpoint", "issuer"])
def test_authlib_signs_its_assertion_for_the(server: AuthorizationServer, audience: str) -> None:
    key = ECKey.import_key(CLIENT_KEY.private_pem)
    named = server.endpoint("token") if audience == "token endpoint" else server.issuer
    with authlib(server, "signed", "private_key_jwt", key, scope="items:read") as client:
        client.register_client_auth_method(PrivateKeyJWT(named, headers={"kid": CLIENT_KEY.kid}, alg="ES256"))
        client.fetch_token(grant_type="client_credentials")
        assert client.get(f"{server.url}/items/1").status_code == 200


def test_authlib_introspects_and_revokes(server: AuthorizationServer) -> None:
    tokens = server.tokens()
    with authlib(server, "worker", "client_secret_basic", SECRET) as resource_server:
        seen = resource_server.introspect_token(server.endpoint("introspect"), token=tokens["access_token"]).json()
        assert (seen["active"], seen["sub"], seen["client_id"]) == (True, "alice", "app")
        with authlib(server, "app", "none") as client:
            revoked = client.revoke_token(
                server.endpoint("revoke"), token=tokens["refresh_token"], token_type_hint="refresh_token"
            )
            assert revoked.status_code == 200
        seen = resource_server.introspect_token(server.endpoint("introspect"), token=tokens["access_token"]).json()
        assert seen == {"active": False}
    assert server.refuses(tokens["access_token"])


# Others


def test_requests_oauthlib_exchanges_a_code_and_refreshes(
    server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its own switch for an issuer on the loopback.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with OAuth2Session("web", redirect_uri=WEB, scope=["openid", "items:read"], pkce="S256") as session:
        session.trust_env = False
        url, _ = session.authorization_url(server.endpoint("authorize"))
        tokens = session.fetch_token(
            server.endpoint("token"), authorization_response=agreed(server, url), client_secret=SECRET
        )
        assert session.get(f"{server.url}/items/1").status_code == 200
        renewed = session.refresh_token(server.endpoint("token"), auth=("web", SECRET))
        assert renewed["refresh_token"] != tokens["refresh_token"]


def test_httpx_oauth_discovers_exchanges_refreshes_and_revokes(server: AuthorizationServer) -> None:
    client = OpenID("web", SECRET, server.endpoint(".well-known/openid-configuration"))

    async def visit() -> str:
        verifier = generate_token(48)
        pkce = {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
        scope = ["openid", "email", "items:read"]
        url = await client.get_authorization_url(WEB, state="here", scope=scope, **pkce)
        code = dict(parse_qsl(urlsplit(await asyncio.to_thread(agreed, server, url)).query))["code"]
        tokens = await client.get_access_token(code, WEB, verifier)
        assert await client.get_id_email(tokens["access_token"]) == ("alice", "alice@example.test")
        renewed = await client.refresh_token(tokens["refresh_token"])
        assert renewed["refresh_token"] != tokens["refresh_token"]
        await client.revoke_token(renewed["refresh_token"], "refresh_token")
        return renewed["access_token"]

    assert server.refuses(asyncio.run(visit()))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_application_listens_on_any_port_of_the_loopback_as1(host: str) -> None:
    """As AppAuth does it: a port that is free at the moment, and a listener for one answer."""
    app = {"public": True, "redirect_uris": [f"http://{host}/callback"], "grants": ["authorization_code"]}
    with AuthorizationServer(clients={"app": {**app, "scopes": ["items:read"]}}) as server:
        for _ in range(2):
            with RedirectReceiver(host) as receiver, authlib(server, "app", "none") as client:
                client.redirect_uri, client.code_challenge_method = f"{receiver.url}/callback", "S256"
                client.scope = "items:read"
                verifier = generate_token(48)
                url, state = client.create_authorization_url(server.endpoint("authorize"), code_verifier=verifier)
                httpx.get(agreed(server, url), trust_env=False)
                answer = f"{receiver.url}{receiver.requested.get(timeout=5)}"
                client.fetch_token(authorization_response=answer, code_verifier=verifier, state=state)
                assert client.get(f"{server.url}/items/1").status_code == 200


@pytest.fixture
def certified() -> Iterator[AuthorizationServer]:
    """One that signs with RS256, which OpenID Connect Discovery wants of everybody and this client insists on."""
    with AuthorizationServer(keys={"algorithm": "RS256"}) as running:
        yield running


def test_idpyoidc_believes_the_discovery_and_the_id_token(
    certified: AuthorizationServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It checks `iss`, `aud`, `exp`, `nonce` and the signature by what the server publishes."""
    server = certified
    # It keeps keys of its own in the working directory.
    monkeypatch.chdir(tmp_path)
    handler = RPHandler(WEB.removesuffix("/callback"), client_configs={"local": relying_party(server)})
    url = handler.begin("local", req_args={"scope": ["openid", "profile", "email"]})
    arrived = dict(parse_qsl(urlsplit(agreed(server, url)).query))
    done = handler.finalize(server.issuer, arrived)
    assert "error" not in done, done
    claims = done["id_token"].to_dict()
    assert (claims["iss"], claims["aud"], claims["sub"]) == (server.issuer, ["web"], "alice")
    assert done["userinfo"]["email"] == "alice@example.test"
    assert done["userinfo"]["sub"] == "alice"


def relying_party(server: AuthorizationServer) -> dict[str, Any]:
    """The configuration of a client of idpyoidc."""
    return {
        "issuer": server.issuer,
        "client_id": "web",
        "client_secret": SECRET,
        "client_type": "oidc",
        "redirect_uris": [WEB],
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            },
        },
        "services": {
            "discovery": {"class": "idpyoidc.client.oidc.provider_info_discovery.ProviderInfoDiscovery"},
            "authorization": {"class": "idpyoidc.client.oidc.authorization.Authorization"},
            "access_token": {"class": "idpyoidc.client.oidc.access_token.AccessToken"},
            "userinfo": {"class": "idpyoidc.client.oidc.userinfo.UserInfo"},
        },
    }
