"""An issuer double: discovery and keys over HTTP, which rotate, disappear, stall and come back."""

import json
import ssl
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from harness.keys import SigningKey, key_set
from harness.ports import free_port

OPENID = "/.well-known/openid-configuration"
RFC8414 = "/.well-known/oauth-authorization-server"
JWKS = "/jwks"


class Issuer:
    """What a test sets is what the next fetch gets; `fetches` counts them by path."""

    def __init__(self, *keys: SigningKey, tls: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.tls = tls
        self.keys = key_set(*keys)
        self.metadata: dict[str, dict[str, Any]] = {OPENID: {"issuer": self.url, "jwks_uri": self.url + JWKS}}
        self.raw: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.headers: dict[str, str] = {}
        self.fetches: Counter[str] = Counter()
        # By how many seconds its clock is ahead of ours.
        self.ahead = 0
        self.flowing = threading.Event()
        self.flowing.set()
        self.server: ThreadingHTTPServer | None = None
        self.come_back()

    def __enter__(self) -> "Issuer":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.flowing.set()
        self.disappear()

    @property
    def url(self) -> str:
        """The `iss` of its tokens."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def key_fetches(self) -> int:
        return self.fetches[JWKS]

    def rotate(self, *keys: SigningKey) -> None:
        """Publish these keys and no others."""
        self.keys = key_set(*keys)

    def stall(self) -> None:
        """Accept requests and say nothing."""
        self.flowing.clear()

    def flow(self) -> None:
        """Answer again, also those who wait."""
        self.flowing.set()

    def reply(self, path: str, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer `path` with exactly this."""
        self.raw[path] = (status, headers, body)

    def disappear(self) -> None:
        """Refuse connections."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def come_back(self) -> None:
        """Listen on the same port again."""
        server = _Server(("127.0.0.1", self.port), _handler_of(self))
        if self.tls:
            server.socket = self.tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.server = server

    def answer_to(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to a GET."""
        if path in self.raw:
            return self.raw[path]
        document = self.keys if path == JWKS else self.metadata.get(path)
        if document is None:
            return 404, {}, b"not here"
        return (200, {"Content-Type": "application/json", **self.headers}, json.dumps(document).encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A gateway that hangs up is no news."""


def _handler_of(issuer: Issuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # One connection a request: a closed listener is then really gone.
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            issuer.fetches[self.path] += 1
            issuer.flowing.wait()
            status, headers, body = issuer.answer_to(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string((time.time() if timestamp is None else timestamp) + issuer.ahead)

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    return Handler
