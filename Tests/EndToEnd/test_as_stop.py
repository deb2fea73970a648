"""The end of a gateway whose authorization server has work under way, and a start without what it needs."""

import signal
import socket
import struct

import bcrypt
import httpx
from harness.authorization import PASSWORD, AuthorizationServer, clients
from harness.polling import eventually

# Half a second of hashing: long enough to end the gateway meanwhile.
SLOW = 12


def test_an_answer_that_comes_when_nobody_waits_any_more_harms_nobody() -> None:
    """Passwords are being hashed, their clients have gone, and the gateway ends: the answers find no worker."""
    people = {"alice": {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(SLOW)).decode()}}
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    with AuthorizationServer(users=people, clients={**clients(), "old": old}) as server:
        form = f"grant_type=password&client_id=old&username=alice&password={PASSWORD}"
        head = (
            f"POST /identity/token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(form)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        url = httpx.URL(server.url)
        for _ in range(4):
            with socket.create_connection((url.host, url.port)) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall((head + form).encode())
                connection.settimeout(0.05)
                try:
                    assert not connection.recv(1)
                except TimeoutError:
                    pass  # It is being hashed.
        server.expected_to_end = True
        server.process.send_signal(signal.SIGTERM)
        eventually(lambda: "draining" in server.said())
        server.process.send_signal(signal.SIGTERM)
        assert server.wait_for_exit() == 1, server.said()


def test_a_mislaid_seal_key_is_not_replaced() -> None:
    """Another key in its place would lose all that was sealed, and what comes later."""
    server = AuthorizationServer()
    server.command("users", "add", "zoe", stdin=f"{PASSWORD}\n")
    seal = server.directory / "data/seal.key"
    kept = seal.rename(server.directory / "kept.key")
    server.start()
    assert server.wait_for_exit() != 0
    assert "seal.key is not there, and the store holds keys that it sealed" in server.said()
    assert not seal.exists()
    kept.rename(seal)
    with server:
        assert server.redeem(server.code()).status_code == 200
