"""Thousands of connections at once, from a process of their own: idle ones, or ones that trickle.

usage: crowd.py idle|trickle PORT COUNT

`idle` asks once on each connection and then keeps quiet; `trickle` sends one byte of a head a second on each, and
comes again where it is thrown out. Prints `ready N` when all stand; ends when its standard input is closed.
"""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

REQUEST = b"GET /orders/1 HTTP/1.1\r\nHost: bench.test\r\n\r\n"
TRICKLE = b"GET /orders/1 HTTP/1.1\r\nHost: bench.test\r\nX-Slow: " + b"z" * 4096


class Crowd:
    """The other process, seen from the one that measures."""

    def __init__(self, kind: str, port: int, count: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), kind, str(port), str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        words = self.process.stdout.readline().split()
        self.count = int(words[1]) if words[:1] == ["ready"] else 0

    def __enter__(self) -> Crowd:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def connect(port: int) -> socket.socket:
    """A new connection; a full backlog is tried again for a while."""
    for _ in range(50):
        try:
            return socket.create_connection(("127.0.0.1", port), 5)
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"crowd: port {port} no longer accepts")


def stand_idle(port: int, count: int) -> None:
    """Ask once on each connection, then wait for the end."""
    crowd = []
    for _ in range(count):
        member = connect(port)
        member.sendall(REQUEST)
        answer = member.recv(65536)
        if b" 200 " not in answer[:20]:
            raise SystemExit(f"crowd: unexpected answer {answer[:60]!r}")
        crowd.append(member)
    time.sleep(1)
    print("ready", sum(1 for member in crowd if is_open(member)), flush=True)
    sys.stdin.read()


def is_open(member: socket.socket) -> bool:
    """Whether the other side has not closed."""
    member.setblocking(False)
    try:
        return bool(member.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False


def trickle(port: int, count: int) -> None:
    """Send a byte a second on each connection, spread over the second."""
    crowd = [connect(port) for _ in range(count)]
    sent = [0] * count
    for member in crowd:
        member.setblocking(False)
    ending = selectors.DefaultSelector()
    ending.register(sys.stdin, selectors.EVENT_READ)
    slices = 50
    print("ready", count, flush=True)
    turn = 0
    while True:
        began = time.perf_counter()
        for index in range(turn % slices, count, slices):
            try:
                crowd[index].send(TRICKLE[sent[index] % len(TRICKLE) :][:1])
                sent[index] += 1
            except BlockingIOError:
                pass
            except OSError:  # Thrown out: come again.
                crowd[index].close()
                crowd[index] = connect(port)
                crowd[index].setblocking(False)
                sent[index] = 0
        turn += 1
        if ending.select(max(0.0, 1 / slices - (time.perf_counter() - began))):
            return


if __name__ == "__main__":
    {"idle": stand_idle, "trickle": trickle}[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]))
