"""The listener of an application on somebody's own device, which waits for the browser to come back (RFC 8252 7.3)."""

import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class RedirectReceiver:
    """Listens on a port that nobody registered; `requested` has the targets that came."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.host = host
        self.requested: queue.Queue[str] = queue.Queue()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        kind = type("Listener", (_Listener,), {"address_family": family, "requested": self.requested})
        self.listener = kind((host.strip("[]"), 0), _Handler)

    def __enter__(self) -> "RedirectReceiver":
        threading.Thread(target=self.listener.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.listener.shutdown()
        self.listener.server_close()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.listener.server_address[1]}"


class _Listener(ThreadingHTTPServer):
    requested: queue.Queue[str]


class _Handler(BaseHTTPRequestHandler):
    server: _Listener

    def do_GET(self) -> None:
        """Any page will do: the person may close it."""
        self.server.requested.put(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
