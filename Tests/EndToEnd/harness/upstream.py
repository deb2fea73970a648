"""Upstreams that do exactly what a test tells them."""

import select
import socket
import ssl
import threading
from types import TracebackType
from typing import Any

from harness.wire import PATIENCE, Closed, Request, ServerWire


class RawUpstream:
    """A listener whose connections the test plays itself, on its own thread."""

    def __init__(self, *, port: int = 0, path: str | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self.path = path
        self.listener = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(path or ("127.0.0.1", port))
        self.listener.listen(64)

    def __enter__(self):
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    @property
    def url(self) -> str:
        """As `upstreams.….servers` names it."""
        return f"unix:{self.path}" if self.path else f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def accept(self, within: float = PATIENCE) -> ServerWire:
        """The next connection of the gateway."""
        self.listener.settimeout(within)
        connection, _ = self.listener.accept()
        if not self.path:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls:
            connection.settimeout(within)
            connection = self.tls.wrap_socket(connection, server_side=True)
        return ServerWire(connection)

    def has_caller(self) -> bool:
        """Whether somebody has connected and was not accepted yet."""
        return bool(select.select([self.listener], [], [], 0)[0])

    def close(self) -> None:
        """Stop listening. A thread in `accept` would keep the socket alive, so it is shut down first."""
        if self.listener.fileno() >= 0:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()


class Recorder(RawUpstream):
    """An upstream that answers 200 to everything and keeps what it saw.

    The body of its answers is its `name`, so that a test can tell several of them apart.
    """

    def __init__(self, name: str = "recorder", **place: Any) -> None:
        super().__init__(**place)
        self.name = name
        self.requests: list[Request] = []
        self.wires: list[ServerWire] = []
        self.lock = threading.Lock()
        threading.Thread(target=self._accept_all, daemon=True).start()

    def last(self) -> Request:
        """The latest request."""
        return self.requests[-1]

    def forget(self) -> None:
        """Start a new page."""
        self.requests.clear()

    def close(self) -> None:
        """Stop listening and hang up on everybody."""
        super().close()
        for wire in self.wires:
            wire.hang_up()

    def _accept_all(self) -> None:
        while True:
            try:
                wire = self.accept(within=86_400)
            except ssl.SSLError:
                continue
            except OSError:
                return
            self.wires.append(wire)
            threading.Thread(target=self._serve, args=(wire,), daemon=True).start()

    def _serve(self, wire: ServerWire) -> None:
        wire.socket.settimeout(None)
        try:
            while True:
                request = wire.request()
                with self.lock:
                    self.requests.append(request)
                wire.answer(b"" if request.method == "HEAD" else self.name.encode(), "Content-Type: text/plain")
        except (Closed, OSError):
            wire.close()
