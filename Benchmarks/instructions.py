#!/usr/bin/env python3
"""Count the user instructions of a request, under callgrind.

The release binary serves with one worker under valgrind; a small client asks on one connection, of an upstream
outside of valgrind. It is done twice with different numbers of requests, so that the start and the end cancel:
(I2 - I1) / (N2 - N1). The figure repeats to a part in a thousand, on a busy machine too.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from gatehouse import Gatehouse
from material import Material
from peers import UPSTREAM_PORT
from process import Service, accepts

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RECORD = ROOT / "Tests/Guards/instructions.json"
TOLERANCE = 1.10  # A tenth more than what is written down fails.
FEW, MANY = 500, 4500
PORT = 9440


class Upstream:
    """Answers every request on every connection with the same 128 bytes."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 128\r\n\r\n" + b"x" * 128

    def __init__(self, port: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept nobody any more."""
        self.listener.shutdown(socket.SHUT_RDWR)  # A thread in accept() would hold the port.
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while received := connection.recv(65536):
                head += received
                while b"\r\n\r\n" in head:
                    head = head.split(b"\r\n\r\n", 1)[1]
                    connection.sendall(self.ANSWER)


class Client:
    """Asks one request after another on one connection."""

    def __init__(self, port: int, token: str | None) -> None:
        credential = f"Authorization: Bearer {token}\r\n" if token else ""
        # The fields that wrk and a browser's fetch would send, and no more.
        self.request = (f"GET /orders/1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n{credential}\r\n").encode()
        self.connection = socket.create_connection(("127.0.0.1", port), 60)

    def ask(self, count: int) -> None:
        """Send `count` requests, each after the whole answer to the one before."""
        for _ in range(count):
            self.connection.sendall(self.request)
            answer = b""
            while not (b"\r\n\r\n" in answer and answer.endswith(b"x" * 128)):
                received = self.connection.recv(65536)
                if not received or not answer.startswith(b"HTTP/1.1 200 ") and answer:
                    raise SystemExit(f"unexpected answer: {(answer + received)[:200]!r}")
                answer += received

    def close(self) -> None:
        """Leave."""
        self.connection.close()


def total(service: Service, token: str | None, requests: int, work: Path) -> int:
    """All instructions of a process that served so many requests, from its start to its end."""
    log = work / "valgrind.log"
    callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={work}/callgrind.out", f"--log-file={log}"]
    with (work / "access.log").open("wb") as output:
        process = subprocess.Popen([*callgrind, *service.command], stdout=output, stderr=subprocess.STDOUT, cwd=work)
    try:
        end = time.monotonic() + 60
        while not accepts(service.port):
            if process.poll() is not None or time.monotonic() > end:
                words = (work / "access.log").read_text(errors="replace") + log.read_text(errors="replace")
                raise SystemExit(f"{service.name} did not start under valgrind:\n{words[-2000:]}")
            time.sleep(0.1)
        client = Client(service.port, token)
        client.ask(requests)
        client.close()
        leave(process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    counted = re.search(r"Collected : (\d+)", log.read_text())
    if not counted:
        raise SystemExit(f"valgrind counted nothing:\n{log.read_text()[-2000:]}")
    return int(counted.group(1))


def leave(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end in order, again when it missed the first asking."""
    for _ in range(6):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
            return
        except subprocess.TimeoutExpired:
            pass  # nginx in one process can miss a signal just before it waits for events.


def per_request(service: Service, token: str | None, work: Path) -> float:
    """The instructions that one request more costs."""
    return (total(service, token, MANY, work) - total(service, token, FEW, work)) / (MANY - FEW)


def nginx(work: Path, port: int) -> Service:
    """Plain proxying by nginx in one process, for comparison."""
    file = work / "nginx.conf"
    file.write_text(f"""daemon off; master_process off; pid {work}/nginx.pid; error_log stderr crit;
events {{ }}
http {{
 access_log off; keepalive_requests 100000000;
 upstream u {{ server 127.0.0.1:{UPSTREAM_PORT}; keepalive 128; keepalive_requests 100000000; }}
 server {{
  listen 127.0.0.1:{port};
  location / {{
   proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
   proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme; proxy_pass http://u;
  }}
 }}
}}
""")
    return Service("nginx", port, ["nginx", "-c", str(file)])


def measure(binary: Path, names: list[str]) -> dict[str, float]:
    """The instructions per request of each name: `plain`, `same`, or `nginx`."""
    upstream = Upstream(UPSTREAM_PORT)
    try:
        with tempfile.TemporaryDirectory(prefix="gatehouse-instructions-") as folder:
            work = Path(folder)
            work.chmod(0o755)
            material = Material(work / "material")
            ours = Gatehouse(binary.resolve(), work, material)
            services = {
                "plain": (ours.plain(PORT), None),
                "same": (ours.protected(PORT + 1), material.token),
                "nginx": (nginx(work, PORT + 2), None),
            }
            return {name: per_request(*services[name], work) for name in names}
    finally:
        upstream.close()


def recorded(file: Path = RECORD) -> dict[str, int]:
    """The figures that are written down."""
    figures: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return figures


def main() -> int:
    """Print, compare or record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="plain, same, nginx; without any: plain and same")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    parser.add_argument("--record", type=Path, default=RECORD, help="where the figures are written down")
    parser.add_argument("--guard", action="store_true", help="fail when a figure grew by more than a tenth")
    parser.add_argument("--write", action="store_true", help="write the figures down")
    options = parser.parse_args()
    names = options.names or ["plain", "same"]
    if unknown := set(names) - {"plain", "same", "nginx"}:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if not shutil.which("valgrind"):
        print("missing: valgrind: apt-get install valgrind", file=sys.stderr)
        return 2
    if not options.binary.exists() and names != ["nginx"]:
        print("missing: the release binary: swift build -c release --static-swift-stdlib", file=sys.stderr)
        return 2

    failed = False
    before = recorded(options.record)
    figures = measure(options.binary, names)
    for name, figure in figures.items():
        known = before.get(name)
        grown = known is not None and figure > known * TOLERANCE
        failed |= grown
        beside = f"{figure / known:.3f} x the {known} written down" if known else "not written down"
        print(f"{name:6} {figure:9.0f} instructions per request; {beside}{'  <- more than a tenth' if grown else ''}")
    if options.write:
        kept = {**before, **{name: round(figure) for name, figure in figures.items() if name != "nginx"}}
        options.record.write_text(json.dumps(kept, indent=2) + "\n")
    return 1 if options.guard and failed else 0


if __name__ == "__main__":
    sys.exit(main())
