"""HTTP/1.1 byte by byte: what a polite library would never send, and what it would hide of the answer."""

import json
import socket
import ssl
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

PATIENCE = 5.0


class Closed(Exception):
    """The peer ended the connection before the message was whole."""


@dataclass
class Message:
    """A head and a body as they came."""

    start: str
    headers: list[tuple[str, str]]
    body: bytes = b""
    trailers: list[tuple[str, str]] = field(default_factory=list)
    head: bytes = b""

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str | None:
        """The only value of a header; two of them are an error of the sender."""
        values = self.all(name)
        assert len(values) < 2, f"{name} repeated: {values}"
        return values[0] if values else None


@dataclass
class Answer(Message):
    """What a client got."""

    interim: list["Answer"] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.start.split(" ")[1])

    def json(self) -> Any:
        """The body, which must say that it is JSON."""
        assert "json" in (self.get("Content-Type") or ""), self.headers
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        return self.json()["code"]


@dataclass
class Request(Message):
    """What an upstream got."""

    @property
    def method(self) -> str:
        return self.start.split(" ")[0]

    @property
    def target(self) -> str:
        return self.start.split(" ")[1]


class Wire:
    """One end of a connection, with everything that was read and not yet used."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.socket.settimeout(PATIENCE)
        self.buffer = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def send(self, data: bytes | str) -> None:
        """Send exactly these bytes."""
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def read_until(self, mark: bytes) -> bytes:
        """Bytes up to and including `mark`."""
        while mark not in self.buffer:
            self._fill()
        return self._take(self.buffer.index(mark) + len(mark))

    def read_exactly(self, count: int) -> bytes:
        """Exactly `count` bytes."""
        while len(self.buffer) < count:
            self._fill()
        return self._take(count)

    def read_to_end(self) -> bytes:
        """Everything until the peer closes."""
        try:
            while True:
                self._fill()
        except Closed:
            return self._take(len(self.buffer))

    def is_closed(self, within: float = PATIENCE) -> bool:
        """Whether the peer closes in time without sending another byte."""
        if self.buffer:
            return False
        self.socket.settimeout(within)
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False
        finally:
            self.socket.settimeout(PATIENCE)

    def half_close(self) -> None:
        """Say that nothing more will be sent, and go on reading."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """End the connection with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()

    def hang_up(self) -> None:
        """End it although another thread may be reading. That one closes: TLS would write its alert to a number reused."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self) -> None:
        self.socket.close()

    def _take(self, count: int) -> bytes:
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def _fill(self) -> None:
        try:
            received = self.socket.recv(65536)
        except ConnectionError as error:
            raise Closed(str(error)) from error
        if not received:
            raise Closed(f"closed after {bytes(self.buffer[-200:])!r}")
        self.buffer += received

    def _read_head(self) -> tuple[str, list[tuple[str, str]], bytes]:
        raw = self.read_until(b"\r\n\r\n")
        start, *lines = raw[:-4].decode("latin-1").split("\r\n")
        return start, [_field(line) for line in lines], raw

    def _read_body(self, message: Message, *, until_close: bool) -> None:
        coding = message.get("Transfer-Encoding")
        length = message.get("Content-Length")
        assert not (coding and length), "both Transfer-Encoding and Content-Length"
        if coding:
            assert coding.lower() == "chunked"
            self._read_chunks(message)
        elif length is not None:
            message.body = self.read_exactly(int(length))
        elif until_close:
            message.body = self.read_to_end()

    def _read_chunks(self, message: Message) -> None:
        while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
            message.body += self.read_exactly(size)
            assert self.read_exactly(2) == b"\r\n"
        while (line := self.read_until(b"\r\n")) != b"\r\n":
            message.trailers.append(_field(line[:-2].decode("latin-1")))


class RawClient(Wire):
    """A client that says anything."""

    def __init__(self, port: int, *, tls: ssl.SSLContext | None = None, server_name: str = "localhost") -> None:
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(tls.wrap_socket(connection, server_hostname=server_name) if tls else connection)

    def answer(self, to: str = "GET") -> Answer:
        """The next final answer whole; `1xx` before it are kept in `interim`."""
        interim: list[Answer] = []
        while (answer := self.answer_head()).status in range(100, 200) and answer.status != 101:
            interim.append(answer)
        answer.interim = interim
        if to != "HEAD" and answer.status not in (101, 204, 304):
            self._read_body(answer, until_close=True)
        return answer

    def answer_head(self) -> Answer:
        """The next head alone, `1xx` too."""
        start, headers, raw = self._read_head()
        assert start.startswith(("HTTP/1.1 ", "HTTP/1.0 ")), start
        return Answer(start, headers, head=raw)

    def ask(self, method: str, target: str, *lines: str, host: str | None = "localhost", body: bytes = b"") -> Answer:
        """Send a request with these header lines and read its answer."""
        named = [f"Host: {host}"] if host is not None else []
        length = [f"Content-Length: {len(body)}"] if body else []
        head = "\r\n".join([f"{method} {target} HTTP/1.1", *named, *lines, *length, "", ""])
        self.send(head.encode("latin-1") + body)
        return self.answer(to=method)


class ServerWire(Wire):
    """The upstream's end of a connection from the gateway."""

    def request(self) -> Request:
        """The next request whole."""
        request = self.request_head()
        self._read_body(request, until_close=False)
        return request

    def request_head(self) -> Request:
        """The next request's head alone."""
        start, headers, raw = self._read_head()
        return Request(start, headers, head=raw)

    def answer(self, body: bytes = b"", *lines: str, status: str = "200 OK") -> None:
        """Send a whole answer with a Content-Length."""
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines, "", ""])
        self.send(head.encode("latin-1") + body)


def bearer(token: str) -> str:
    """The header line that carries a token."""
    return f"Authorization: Bearer {token}"


def measured(action) -> float:
    """How long an action took, in seconds."""
    began = time.monotonic()
    action()
    return time.monotonic() - began


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    assert colon, f"no colon in {line!r}"
    return name, value.strip(" \t")
