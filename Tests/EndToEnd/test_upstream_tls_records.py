"""An https upstream's records are no places where an answer may end: what is behind one is nobody's answer."""

import socket
import ssl
import threading
import time
from pathlib import Path

from harness import Gateway, policy
from harness.tls import Authority

RECORD = 16 * 1024
FULL_READ = 64 * 1024


class RecordServer:
    """Answers `/first` with as many bytes as one read of the gateway takes, and another answer in a record of its own.

    The first record comes without its last byte, and that one together with all others, so that they are read as one.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        self.asked: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.listener.getsockname()[1]}"

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        session = self.context.wrap_bio(incoming, outgoing, server_side=True)

        def until_done(step):
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    connection.sendall(outgoing.read())
                    incoming.write(connection.recv(65536) or b"")

        with connection:
            until_done(session.do_handshake)
            connection.sendall(outgoing.read())
            while True:
                head = b""
                while b"\r\n\r\n" not in head:
                    received = until_done(session.read)
                    if not received:
                        return
                    head += received
                self.asked.append(head.split()[1])
                if self.asked[-1] == b"/first":
                    self._answer_too_much(session, outgoing, connection)
                else:
                    session.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine")
                    connection.sendall(outgoing.read())

    @staticmethod
    def _answer_too_much(session: ssl.SSLObject, outgoing: ssl.MemoryBIO, connection: socket.socket) -> None:
        # The other request has to wait for this connection meanwhile.
        time.sleep(0.5)
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 65494\r\n\r\n"
        answer = head + b"a" * 65494
        assert len(answer) == FULL_READ
        for start in range(0, FULL_READ, RECORD):
            session.write(answer[start : start + RECORD])
        session.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nothers")
        records = outgoing.read()
        cut = RECORD + 21  # One record but for its last byte: 5 of header, 1 of type, 16 of tag.
        connection.sendall(records[:cut])
        time.sleep(0.3)
        connection.sendall(records[cut:])


def test_an_answer_in_a_record_behind_the_answer_is_nobodys(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    identity = authority.issue("localhost", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    server = RecordServer(context)
    app = {"servers": [server.url], "limits": {"connections": 1}, "tls": {"ca": str(authority.certificate)}}
    rules = policy(
        [{"path": "/**", "access": "public", "upstream": "app"}], server={"workers": 1}, upstreams={"app": app}
    )
    with Gateway(rules) as gateway, gateway.raw() as first, gateway.raw() as second:
        first.send("GET /first HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.2)
        second.send("GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert len(first.answer().body) == 65494
        assert second.answer().body == b"mine"
        assert server.asked == [b"/first", b"/second"]
    server.close()
