"""OpenID providers: a real one as a process, and one that answers as a test says."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from harness.gateway import listens
from harness.grants import Grants, SignIn
from harness.keys import SigningKey, compact, key_set
from harness.known_client import KnownClient
from harness.polling import eventually
from harness.ports import free_port

CLIENT = "gatehouse-of-the-bench"
# Made anew for each run, so that logs can be searched for it and no scanner takes it for a leak.
CLIENT_SECRET = secrets.token_urlsafe(24)
ALICE = {"sub": "alice", "name": "Alice", "email": "alice@example.com", "email_verified": True}


class MockProvider:
    """`oidc-provider-mock`: whoever types a name is signed in as that."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"

    def __enter__(self) -> "MockProvider":
        command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: listens(self.port), within=30)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def know(self, subject: str, **claims: Any) -> None:
        """Have a person with these claims."""
        assert httpx.put(f"{self.issuer}/users/{subject}", json=claims, trust_env=False).is_success


class ScriptedProvider:
    """Signs in `person` without a question. What a test sets is what the next request gets."""

    def __init__(self) -> None:
        self.key = SigningKey.generate("ES256")
        # What signs instead of the key that it publishes.
        self.signer: SigningKey | None = None
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.provider = self
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.client = KnownClient(CLIENT, CLIENT_SECRET, self.issuer)
        self.person: dict[str, Any] = dict(ALICE)
        self.grants = Grants()
        self.access_lifetime = 300
        self.gives_refresh_tokens = True
        # Changes to the claims of ID tokens, of the response in the browser, and to the metadata; None leaves out.
        self.claims: dict[str, Any] = {}
        self.response: dict[str, str | None] = {}
        self.metadata: dict[str, Any] = {}
        # Before the token endpoint answers, in seconds; and what it answers instead.
        self.delay = 0.0
        self.failure: tuple[int, dict[str, Any]] | None = None
        self.userinfo_failure: int | None = None
        self.push_failure: tuple[int, dict[str, Any]] | None = None
        self.calls: Counter[str] = Counter()
        self.requests: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.revoked: list[str] = []
        # Requests that were handed in beforehand (RFC 9126), by their names, until a browser comes with it.
        self.pushed: dict[str, dict[str, str]] = {}

    def __enter__(self) -> "ScriptedProvider":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def refreshes(self) -> int:
        """How often the token endpoint was asked for a refresh."""
        return sum(form.get("grant_type") == "refresh_token" for form in self.forms)

    def document(self) -> dict[str, Any]:
        """Its metadata."""
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        places |= {"jwks_uri": "jwks", "end_session_endpoint": "end_session", "revocation_endpoint": "revoke"}
        usual = {name: f"{self.issuer}/{place}" for name, place in places.items()}
        usual |= {"issuer": self.issuer, "id_token_signing_alg_values_supported": ["ES256"]}
        return _without_none({**usual, "authorization_response_iss_parameter_supported": True, **self.metadata})

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes: back, with a code."""
        self.requests.append(query)
        if "request_uri" in query:
            # RFC 9126, section 4: of the rest only `client_id` counts, and the name is good once.
            query = self.pushed.pop(query["request_uri"])
        asked = SignIn(
            query["client_id"], query["redirect_uri"], query["code_challenge"], query["nonce"], dict(self.person)
        )
        response = {"code": self.grants.code(asked), "state": query["state"], "iss": self.issuer, **self.response}
        return f"{query['redirect_uri']}?{urlencode(_without_none(response))}"

    def push(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the endpoint for pushed requests (RFC 9126, section 2.2)."""
        if self.push_failure:
            return self.push_failure
        if not self.knows_client(form, authorization):
            return 401, {"error": "invalid_client"}
        name = f"urn:ietf:params:oauth:request_uri:{secrets.token_urlsafe(16)}"
        self.pushed[name] = form
        return 201, {"request_uri": name, "expires_in": 60}

    def knows_client(self, form: dict[str, str], authorization: str) -> bool:
        """Whether the client has proved itself, in a way that the metadata lists."""
        methods = self.document().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return self.client.proves_itself(form, authorization, methods)

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint."""
        self.forms.append(form)
        time.sleep(self.delay)
        if self.failure:
            return self.failure
        if not self.knows_client(form, authorization):
            return 401, {"error": "invalid_client"}
        redeem = self.grants.redeem if form["grant_type"] == "authorization_code" else self.grants.refresh
        family = redeem(form, self.client.name)
        if not family:
            return 400, {"error": "invalid_grant"}
        tokens = self.grants.issue(family, with_refresh=self.gives_refresh_tokens, lifetime=self.access_lifetime)
        return 200, {**tokens, "id_token": self.id_token(family.sign_in)}

    def id_token(self, sign_in: SignIn) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": self.client.name, "iat": now, "exp": now + 300, "nonce": sign_in.nonce}
        claims = _without_none({**usual, **sign_in.person, **self.claims})
        return self.signed({}, claims)

    def logout_token(self, *, typ: str = "logout+jwt", **claims: Any) -> str:
        """One of back-channel logout (OpenID Connect Back-Channel Logout 1.0, section 2.4); None leaves a claim out."""
        now = int(time.time())
        events = {"http://schemas.openid.net/event/backchannel-logout": {}}
        usual = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8)}
        return self.signed({"typ": typ}, _without_none({**usual, "events": events, **claims}))

    def signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """A token of its own, by its key or whatever signs instead."""
        signer = self.signer or self.key
        return compact({"alg": signer.algorithm, "kid": self.key.kid, **header}, claims, signer)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    provider: ScriptedProvider

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A gateway that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Documents, user info, and the browser's way through."""
        provider, parts = self.server.provider, urlsplit(self.path)
        provider.calls[parts.path] += 1
        match parts.path:
            case "/.well-known/openid-configuration":
                self._answer(200, provider.document())
            case "/jwks":
                self._answer(200, key_set(provider.key))
            case "/authorize":
                self._answer(302, {}, Location=provider.authorize(dict(parse_qsl(parts.query))))
            case "/userinfo":
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                person = provider.grants.access_tokens.get(token)
                known = (200, person) if person else (401, {"error": "invalid_token"})
                self._answer(*((provider.userinfo_failure, {}) if provider.userinfo_failure else known))
            case "/end_session":
                self._answer(200, dict(parse_qsl(parts.query)))
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        """What the gateway itself asks."""
        provider = self.server.provider
        provider.calls[self.path] += 1
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        authorization = self.headers.get("Authorization", "")
        match self.path:
            case "/revoke" if provider.knows_client(form, authorization):
                provider.revoked.append(form["token"])
                self._answer(200, {})
            case "/revoke":
                self._answer(401, {"error": "invalid_client"})
            case "/par":
                self._answer(*provider.push(form, authorization))
            case _:
                self._answer(*provider.token(form, authorization))

    def _answer(self, status: int, document: dict[str, Any], **fields: str) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def _without_none(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
