"""An https upstream's records are no places where an answer may end: what is behind one is nobody's answer."""

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from harness import Gateway, RawUpstream, eventually, policy
from harness.tls import Authority
from harness.wire import ServerWire

Result = TypeVar("Result")
RECORD = 16 * 1024
FULL_READ = 64 * 1024


class Records:
    """The server's side of TLS on a connection, with each record in the test's hands."""

    def __init__(self, wire: ServerWire, context: ssl.SSLContext) -> None:
        self.wire = wire
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.session = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self._until_done(self.session.do_handshake)
        self.wire.send(self.outgoing.read())

    def target(self) -> bytes:
        """The target of the next request, which has no body."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += self._until_done(self.session.read)
        return head.split()[1]

    def made_of(self, *pieces: bytes) -> bytes:
        """A record for each piece."""
        for piece in pieces:
            self.session.write(piece)
        return self.outgoing.read()

    def _until_done(self, step: Callable[[], Result]) -> Result:
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.wire.send(self.outgoing.read())
                self.incoming.write(self.wire.socket.recv(65536))


def answer(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def waiting(gateway: Gateway) -> int:
    """Calls that wait for a connection to the one server of the app."""
    upstreams = {one["name"]: one for one in gateway.admin("/api/upstreams").json()["upstreams"]}
    return upstreams["app"]["servers"][0]["waiting"]


def test_an_answer_in_a_record_behind_the_answer_is_nobodys(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    identity = authority.issue("localhost", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    with RawUpstream() as upstream:
        app = {
            "servers": [upstream.url.replace("http:", "https:")],
            "limits": {"connections": 1},
            "tls": {"ca": str(authority.certificate)},
        }
        rules = policy(
            [{"path": "/**", "access": "public", "upstream": "app"}], server={"workers": 1}, upstreams={"app": app}
        )
        with Gateway(rules) as gateway, gateway.raw() as first, gateway.raw() as second:
            first.send("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n")
            with upstream.accept() as wire:
                peer = Records(wire, context)
                assert peer.target() == b"/first"
                second.send("GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n")
                eventually(lambda: waiting(gateway) == 1)
                whole = answer(b"a" * 65494)
                assert len(whole) == FULL_READ
                pieces = [whole[start : start + RECORD] for start in range(0, FULL_READ, RECORD)]
                records = peer.made_of(*pieces, answer(b"others"))
                # One record but for its last byte (5 of header, 1 of type, 16 of tag): the rest is then read as one.
                cut = RECORD + 21
                wire.send(records[:cut])
                time.sleep(0.3)
                wire.send(records[cut:])
                assert len(first.answer().body) == 65494
            with upstream.accept() as wire:
                peer = Records(wire, context)
                assert peer.target() == b"/second"
                wire.send(peer.made_of(answer(b"mine")))
                assert second.answer().body == b"mine"
