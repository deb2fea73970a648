"""A gateway with the embedded authorization server: its policy, its endpoints, and what people and clients do there."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import bcrypt
import httpx

from harness.gateway import Gateway, gatehouse, policy
from harness.keys import AUDIENCE, SigningKey, key_set
from harness.polling import eventually
from harness.visitor import Visitor

# Made anew for each run: nothing in the repository looks like a secret, and nothing can be remembered between runs.
PASSWORD = secrets.token_urlsafe(12)
SECRET = secrets.token_urlsafe(32)
CLIENT_KEY = SigningKey.generate("ES256")
# The least that bcrypt has: tests try passwords by the hundred.
BCRYPT_COST = 4
OTHER_AUDIENCE = "https://api.example.test/orders"
LOOPBACK = "http://127.0.0.1/callback"
WEB = "https://web.example.test/callback"
PRIVATE_USE = "com.example.app:/callback"
OPENID = ".well-known/openid-configuration"

Settings = dict[str, Any]
ROUTES = [
    {"name": "open", "path": "/open", "access": "public"},
    {"name": "me", "path": "/me", "access": "authenticated"},
    {"name": "items", "path": "/items/**", "access": {"scopes": ["items:read"]}},
]
SCOPES = {"items:read": "Read your items", "items:write": "Add and change items"}
FOR_PEOPLE = ["openid", "profile", "email", *SCOPES]
CODE_AND_REFRESH = ["authorization_code", "refresh_token"]


def password_hash(password: str) -> str:
    """As `users` keeps it."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()


def secret_hash(secret: str) -> str:
    """As `clients` keeps it: over the text as shown."""
    return f"sha256:{hashlib.sha256(secret.encode()).hexdigest()}"


def clients() -> Settings:
    """One of each kind. A fresh copy: tests change it."""
    code = {"grants": CODE_AND_REFRESH, "scopes": FOR_PEOPLE}
    return {
        "app": {"public": True, "redirect_uris": [LOOPBACK, PRIVATE_USE], **code},
        "web": {"secret_hash": secret_hash(SECRET), "redirect_uris": [WEB], **code},
        "other": {"secret_hash": secret_hash(SECRET), "redirect_uris": ["https://other.example.test/callback"], **code},
        "worker": {
            "secret_hash": secret_hash(SECRET),
            "grants": ["client_credentials"],
            "scopes": list(SCOPES),
            "introspect": [AUDIENCE],
        },
        "signed": {
            "jwks": {"file": "client.jwks"},
            "grants": ["client_credentials"],
            "scopes": ["items:read"],
        },
        "tv": {"public": True, "grants": ["device_code", "refresh_token"], "scopes": ["openid", "items:read"]},
    }


def users() -> Settings:
    """Two people who have the same password."""
    alice = {
        "name": "Alice Example",
        "email": "alice@example.test",
        "email_verified": True,
        "groups": ["staff"],
        "claims": {"tenant": "acme"},
    }
    hashed = password_hash(PASSWORD)
    return {"alice": {"password_hash": hashed, **alice}, "bob": {"password_hash": hashed, "name": "Bob"}}


@dataclass
class Code:
    """An authorization code with what redeems it."""

    code: str
    client: str
    redirect_uri: str
    verifier: str
    answer: dict[str, str] = field(default_factory=dict)


class AuthorizationServer(Gateway):
    """`gatehouse run` with an `authorization_server` whose keys a test may change by name.

    Leaving the `with` block fails if a secret that went over its wire stands in a log.
    """

    def __init__(self, *, routes: list[Settings] = ROUTES, sections: Settings | None = None, **settings: Any) -> None:
        self.settings = settings
        self.secrets = {PASSWORD, SECRET}
        super().__init__(policy(routes, **{"issuers": {"local": embedded()}, **(sections or {})}))
        (self.directory / "client.jwks").write_text(json.dumps(key_set(CLIENT_KEY)))
        self.http = httpx.Client(trust_env=False, timeout=20)

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.http.close()
        super().__exit__(kind, error, trace)
        if not error:
            self.assert_no_secret_was_logged()

    def _placed(self, policy: Settings) -> Settings:
        usual = {
            "issuer": self.issuer,
            "store": "sqlite:data/gatehouse.db",
            "audiences": [AUDIENCE, OTHER_AUDIENCE],
            "scopes": SCOPES,
            "clients": clients(),
            "users": users(),
        }
        return super()._placed({**policy, "authorization_server": {**usual, **self.settings}})

    @property
    def url(self) -> str:
        """By the issuer's own name, so that cookies and origins are those of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/identity"

    def endpoint(self, name: str) -> str:
        """The address of an endpoint."""
        return f"{self.issuer}/{name}"

    def reload_server(self, **settings: Any) -> None:
        """Reload with other keys of `authorization_server`."""
        self.reload(authorization_server={**self.policy["authorization_server"], **settings})

    def command(self, *words: str, stdin: str = "") -> str:
        """What a command of the binary prints for this server's policy."""
        done = gatehouse(*words, "--config", self.file, cwd=self.directory, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    # What clients do

    def post(self, endpoint: str, form: Settings | None = None, **options: Any) -> httpx.Response:
        """A form to an endpoint. `client` and `secret` go into Authorization as RFC 6749 2.3.1 has it."""
        headers = dict(options.pop("headers", {}))
        if client := options.pop("client", None):
            headers["Authorization"] = basic(client, options.pop("secret", SECRET))
        answer = self.http.post(self.endpoint(endpoint), data=form or {}, headers=headers, **options)
        self._remember(answer)
        return answer

    def token(self, grant_type: str, **form: Any) -> httpx.Response:
        """A token request; public clients name themselves by `client_id`."""
        options = {name: form.pop(name) for name in ("client", "secret", "headers") if name in form}
        return self.post("token", {"grant_type": grant_type, **form}, **options)

    def worker_token(self, **form: Any) -> str:
        """An access token of a program."""
        answer = self.token("client_credentials", client="worker", **form)
        assert answer.status_code == 200, answer.text
        return answer.json()["access_token"]

    def redeem(self, code: Code, **changes: Any) -> httpx.Response:
        """Exchange a code as the client that asked for it, unless `changes` say otherwise."""
        form = {"code": code.code, "redirect_uri": code.redirect_uri, "code_verifier": code.verifier, **changes}
        form = {name: value for name, value in form.items() if value is not None}
        return self.token("authorization_code", **self.identified(code.client), **form)

    def refresh(self, refresh_token: str, client: str = "app", **form: Any) -> httpx.Response:
        return self.token("refresh_token", refresh_token=refresh_token, **self.identified(client), **form)

    def revoke(self, token: str, client: str = "app", **form: Any) -> httpx.Response:
        options = self.identified(client)
        named = {"client_id": options["client_id"]} if "client_id" in options else {}
        return self.post("revoke", {"token": token, **named, **form}, client=options.get("client"))

    def identified(self, client: str) -> Settings:
        """How a client says who it is: confidential ones by Basic."""
        is_public = self.policy["authorization_server"]["clients"][client].get("public", False)
        return {"client_id": client} if is_public else {"client": client}

    # What people do

    def authorization(self, client: str = "app", verifier: str = "", **parameters: str | None) -> str:
        """The address that a client sends people to. A parameter set to None is left out."""
        usual = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": WEB if client == "web" else LOOPBACK,
            "scope": "openid items:read",
            "state": secrets.token_urlsafe(8),
            "code_challenge": challenge(verifier or secrets.token_urlsafe(48)),
            "code_challenge_method": "S256",
        }
        chosen = {name: value for name, value in {**usual, **parameters}.items() if value is not None}
        return f"{self.endpoint('authorize')}?{urlencode(chosen)}"

    def visitor(self) -> Visitor:
        """A new browser without a script."""
        return Visitor(self.issuer)

    def code(self, client: str = "app", user: str = "alice", visitor: Visitor | None = None, **parameters: str) -> Code:
        """A code, with a person who signs in and agrees."""
        verifier = secrets.token_urlsafe(48)
        uri = parameters.setdefault("redirect_uri", WEB if client == "web" else LOOPBACK)
        somebody = visitor or self.visitor()
        answer = somebody.agree(self.authorization(client, verifier, **parameters), user, PASSWORD)
        assert "code" in answer, answer
        self.secrets |= {answer["code"], verifier}
        return Code(answer["code"], client, uri, verifier, answer)

    def tokens(self, client: str = "app", **parameters: Any) -> Settings:
        """What a person's grant gives the client."""
        answer = self.redeem(self.code(client, **parameters))
        assert answer.status_code == 200, answer.text
        return answer.json()

    # Watching it

    def audited(self, event: str, **fields: Any) -> Settings:
        """The first audit line of this event with these fields; it may take a second to come."""
        return self.logged(event=event, **fields)

    def refuses(self, token: str, path: str = "/me", within: float = 1.0) -> bool:
        """Whether a route refuses a token in time, with 401."""
        return eventually(lambda: self.get(path, token).status_code == 401, within=within)

    def assert_no_secret_was_logged(self) -> None:
        """Neither standard output nor standard error has a secret of this server."""
        written = "\n".join([*map(json.dumps, self.lines), *self.noise, *self.messages])
        leaked = sum(secret in written for secret in self.secrets)
        assert not leaked, f"{leaked} secrets stand in the logs"

    def _remember(self, answer: httpx.Response) -> None:
        if answer.headers.get("content-type", "").startswith("application/json") and answer.content:
            members = answer.json()
            for name in ("access_token", "refresh_token", "id_token", "device_code", "user_code", "client_secret"):
                if isinstance(members, dict) and name in members:
                    self.secrets.add(members[name])


def assert_error(answer: httpx.Response, status: int, error: str) -> None:
    """An error as RFC 6749 5.2 has it, which nobody keeps."""
    assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text
    assert set(answer.json()) <= {"error", "error_description", "error_uri"}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"


def embedded() -> Settings:
    """The issuer of the gateway's own tokens."""
    return {"embedded": True, "audiences": [AUDIENCE]}


def challenge(verifier: str) -> str:
    """RFC 7636 4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client: str, secret: str) -> str:
    """RFC 6749 2.3.1: both parts are form-encoded before they are joined."""
    joined = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(joined.encode()).decode()}"
