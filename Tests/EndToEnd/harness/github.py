"""A GitHub Enterprise Server with one person on it, as GitHub's documentation has it."""

import json
import secrets
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from harness.grants import Grants, SignIn, basic_credentials

CLIENT = "Iv1.0123456789abcdef"
CLIENT_SECRET = secrets.token_urlsafe(24)
API = "/api/v3"
Answer = tuple[int, Any]


class ScriptedGitHub:
    """Its lists are what the next request gets; `failures` by path below the interface come before them."""

    def __init__(self) -> None:
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.github = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.user: dict[str, Any] = {"id": 583231, "login": "frodo", "name": "Frodo", "email": "public@example.org"}
        self.emails: list[dict[str, Any]] = [
            {"email": "second@example.net", "primary": False, "verified": True},
            {"email": "frodo@example.com", "primary": True, "verified": True},
        ]
        self.orgs: list[dict[str, Any]] = [{"login": "acme"}]
        self.teams: list[dict[str, Any]] = [team("acme", "platform")]
        self.grants = Grants(rotates=False)
        self.failures: dict[str, Answer] = {}
        self.requests: list[dict[str, str]] = []
        self.calls: Counter[str] = Counter()
        self.revoked: list[str] = []

    def __enter__(self) -> "ScriptedGitHub":
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes: back, with a code."""
        self.requests.append(query)
        asked = SignIn(query["client_id"], query["redirect_uri"], query["code_challenge"], "", {"id": self.user["id"]})
        return f"{query['redirect_uri']}?{urlencode({'code': self.grants.code(asked), 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> Answer:
        """GitHub knows its clients by the form, and says no with 200."""
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            return 200, {"error": "incorrect_client_credentials"}
        family = self.grants.redeem({"grant_type": "authorization_code", **form}, CLIENT)
        if not family:
            return 200, {"error": "bad_verification_code"}
        issued = self.grants.issue(family, with_refresh=False, lifetime=28800)
        return 200, {"access_token": issued["access_token"], "token_type": "bearer", "scope": "read:org,user:email"}

    def interface(self, path: str, query: dict[str, list[str]], token: str) -> Answer:
        """What the holder of an access token is told."""
        if token not in self.grants.access_tokens:
            return 401, {"message": "Bad credentials"}
        if path in self.failures:
            return self.failures[path]
        lists = {"/user/emails": self.emails, "/user/orgs": self.orgs, "/user/teams": self.teams}
        if path not in lists:
            return (200, self.user) if path == "/user" else (404, {"message": "Not Found"})
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return 200, lists[path][(page - 1) * size : page * size]


def team(organization: str, name: str) -> dict[str, Any]:
    """One of `/user/teams`."""
    return {"slug": name, "name": name.title(), "organization": {"login": organization}}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    github: ScriptedGitHub


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """The browser's way through, and the interface."""
        github, parts = self.server.github, urlsplit(self.path)
        github.calls[parts.path.removeprefix(API)] += 1
        if parts.path == "/login/oauth/authorize":
            return self._answer(302, {}, Location=github.authorize(dict(parse_qsl(parts.query))))
        # GitHub answers nobody who does not say what it is.
        if not parts.path.startswith(API) or not self.headers.get("User-Agent"):
            return self._answer(403, {"message": "Forbidden"})
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self._answer(*github.interface(parts.path.removeprefix(API), parse_qs(parts.query), token))

    def do_POST(self) -> None:
        """A code for a token; as a form, unless JSON is asked for."""
        status, answer = self.server.github.token(dict(parse_qsl(self._body().decode())))
        if "application/json" not in self.headers.get("Accept", ""):
            return self._send(status, urlencode(answer).encode(), "application/x-www-form-urlencoded")
        self._answer(status, answer)

    def do_DELETE(self) -> None:
        """A token is taken back."""
        known = basic_credentials(self.headers.get("Authorization", "")) == (CLIENT, CLIENT_SECRET)
        if known and self.path == f"{API}/applications/{CLIENT}/token":
            self.server.github.revoked.append(json.loads(self._body())["access_token"])
        self._send(204 if known else 401, b"", "application/json")

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, document: Any, **fields: str) -> None:
        self._send(status, json.dumps(document).encode(), "application/json", **fields)

    def _send(self, status: int, body: bytes, kind: str, **fields: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **fields, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
