#!/usr/bin/env python3
"""Count the user instructions of a request, under callgrind.

The release binary serves with one worker under valgrind; a small client asks on one connection, of an upstream
outside of valgrind. It is done twice with different numbers of requests, so that the start and the end cancel:
(I2 - I1) / (N2 - N1). The figure repeats to a part in a thousand, on a busy machine too.

`plain` is a public route, `same` one with a token that is remembered, `session` one with sessions in cookies, `token` a
token by client credentials from the authorization server. The last two are counted outside of OpenSSL's libcrypto: a
signature alone is six times what is ours, and a tenth of that would hide everything.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
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
NAMES = ("plain", "same", "session", "token", "nginx")
GUARDED = NAMES[:-1]


@dataclass(frozen=True)
class Load:
    """Who serves, what is asked in turn, how an answer ends, and whether OpenSSL's instructions count."""

    service: Service
    requests: Sequence[bytes]
    ending: bytes = b"x" * 128
    counts_crypto: bool = True


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

    def __init__(self, load: Load) -> None:
        self.load = load
        self.connection = socket.create_connection(("127.0.0.1", load.service.port), 60)

    def ask(self, count: int) -> None:
        """Send `count` requests, each after the whole answer to the one before."""
        for number in range(count):
            self.connection.sendall(self.load.requests[number % len(self.load.requests)])
            answer = b""
            while not (b"\r\n\r\n" in answer and answer.endswith(self.load.ending)):
                received = self.connection.recv(65536)
                if not received or not answer.startswith(b"HTTP/1.1 200 ") and answer:
                    raise SystemExit(f"unexpected answer: {(answer + received)[:200]!r}")
                answer += received

    def close(self) -> None:
        """Leave."""
        self.connection.close()


def request(port: int, path: str, field: str = "") -> bytes:
    """A GET with the fields that wrk and a browser's fetch would send, and one more."""
    line = f"{field}\r\n" if field else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n{line}\r\n".encode()


def total(load: Load, requests: int, work: Path) -> int:
    """All instructions of a process that served so many requests, from its start to its end."""
    log, out = work / "valgrind.log", work / "callgrind.out"
    callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", f"--log-file={log}"]
    with (work / "access.log").open("wb") as output:
        process = subprocess.Popen([*callgrind, *load.service.command], stdout=output, stderr=subprocess.STDOUT, cwd=work)
    try:
        end = time.monotonic() + 60
        while not accepts(load.service.port):
            if process.poll() is not None or time.monotonic() > end:
                words = (work / "access.log").read_text(errors="replace") + log.read_text(errors="replace")
                raise SystemExit(f"{load.service.name} did not start under valgrind:\n{words[-2000:]}")
            time.sleep(0.1)
        client = Client(load)
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
    return int(counted.group(1)) - (0 if load.counts_crypto else inside(out, "libcrypto"))


def inside(out: Path, library: str) -> int:
    """The instructions that callgrind counted in a library itself, without what it called elsewhere."""
    names: dict[str, str] = {}
    found, here, is_call = 0, False, False
    for line in out.read_text(errors="replace").splitlines():
        if line.startswith(("ob=", "cob=")):
            # A name is written out once, where it comes first: perhaps as a callee's.
            number, _, name = line.partition("=")[2].partition(" ")
            name = names.setdefault(number, name)
            here = library in name if line.startswith("ob=") else here
        elif line.startswith("calls="):
            is_call = True  # The next line is what the callee took, which stands there as well.
        elif line[:1] in set("0123456789+-*"):
            found += 0 if is_call or not here else int(line.split()[1])
            is_call = False
    return found


def leave(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end in order, again when it missed the first asking."""
    for _ in range(6):
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
            return
        except subprocess.TimeoutExpired:
            pass  # nginx in one process can miss a signal just before it waits for events.


def per_request(load: Load, work: Path) -> float:
    """The instructions that one request more costs."""
    return (total(load, MANY, work) - total(load, FEW, work)) / (MANY - FEW)


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


def sessions(gatehouse: Gatehouse) -> Load:
    """Browsers that are signed in, as many as are warm in one run."""
    import sessions as browsers

    key, now = secrets.token_bytes(32), int(time.time() * 1000)
    service = browsers.policy(gatehouse, gatehouse.material, key)
    cookies = (browsers.cookie(number, key, now) for number in range(FEW))
    requests = [request(service.port, "/app/1", f"Cookie: {cookie}") for cookie in cookies]
    return Load(service, requests, counts_crypto=False)


def tokens(gatehouse: Gatehouse) -> Load:
    """A machine that fetches tokens (client_secret_basic)."""
    import issuing

    service = Service("gatehouse-issuing", issuing.PORT, gatehouse.run(issuing.policy(gatehouse.work)))
    return Load(service, [issuing.token_request()], ending=b"}", counts_crypto=False)


def load(name: str, gatehouse: Gatehouse) -> Load:
    """What each of `NAMES` asks of whom."""
    if name == "session":
        return sessions(gatehouse)
    if name == "token":
        return tokens(gatehouse)
    if name == "nginx":
        return Load(nginx(gatehouse.work, PORT + 2), [request(PORT + 2, "/orders/1")])
    if name == "same":
        field = f"Authorization: Bearer {gatehouse.material.token}"
        return Load(gatehouse.protected(PORT + 1), [request(PORT + 1, "/orders/1", field)])
    return Load(gatehouse.plain(PORT), [request(PORT, "/orders/1")])


def measure(binary: Path, names: Sequence[str]) -> dict[str, float]:
    """The instructions per request of each name, one of `NAMES`."""
    upstream = Upstream(UPSTREAM_PORT)
    try:
        with tempfile.TemporaryDirectory(prefix="gatehouse-instructions-") as folder:
            work = Path(folder)
            work.chmod(0o755)
            gatehouse = Gatehouse(binary.resolve(), work, Material(work / "material"))
            return {name: per_request(load(name, gatehouse), work) for name in names}
    finally:
        upstream.close()


def recorded(file: Path = RECORD) -> dict[str, int]:
    """The figures that are written down."""
    figures: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    return figures


def main() -> int:
    """Print, compare or record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"{', '.join(NAMES)}; without any: all but nginx")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    parser.add_argument("--record", type=Path, default=RECORD, help="where the figures are written down")
    parser.add_argument("--guard", action="store_true", help="fail when a figure grew by more than a tenth")
    parser.add_argument("--write", action="store_true", help="write the figures down")
    options = parser.parse_args()
    names = options.names or list(GUARDED)
    if unknown := set(names) - set(NAMES):
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
        print(f"{name:7} {figure:9.0f} instructions per request; {beside}{'  <- more than a tenth' if grown else ''}")
    if options.write:
        kept = {**before, **{name: round(figure) for name, figure in figures.items() if name != "nginx"}}
        options.record.write_text(json.dumps(kept, indent=2) + "\n")
    return 1 if options.guard and failed else 0


if __name__ == "__main__":
    sys.exit(main())
