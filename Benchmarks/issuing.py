#!/usr/bin/env python3
"""Measure what the authorization server costs: tokens for machines, and sign-ins beside proxying.

`tokens`: the CPU time of one worker for a token by client credentials (client_secret_basic), beside OpenSSL's bare
signature on the same core in the same round.

`signins`: fifty sign-ins a second are offered, with bcrypt of cost 12, while a thousand requests a second are proxied.
What the hashing pool does not take must be refused at once, and proxying must not notice.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bcrypt
from process import LOAD_CORE, Running, Service, cpu_seconds, on_core

ROOT = Path(__file__).resolve().parent.parent
PORT = 9461
SECRET, PASSWORD = secrets.token_urlsafe(32), secrets.token_urlsafe(16)


def policy(work: Path) -> Path:
    """A policy with a machine, a person, and a route to proxy."""
    server = {
        "issuer": f"http://127.0.0.1:{PORT}/identity",
        "store": f"sqlite:{work}/store/gatehouse.db",
        "audiences": ["items-api"],
        "scopes": {"items:read": "Read your items"},
        "clients": {
            "worker": {"secret": SECRET, "grants": ["client_credentials"], "scopes": ["items:read"]},
            "old": {"public": True, "legacy": ["password"], "scopes": ["items:read"]},
        },
        "users": {"alice": {"password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(12)).decode()}},
    }
    text = {
        "version": 1,
        "listeners": {"public": {"address": f"127.0.0.1:{PORT}"}},
        "admin": "off",
        "issuers": {"local": {"embedded": True, "audiences": ["items-api"]}},
        "authorization_server": server,
        "upstreams": {"echo": {"builtin": "echo"}},
        "routes": [{"path": "/open", "access": "public", "upstream": "echo"}],
    }
    file = work / "gateway.yaml"
    file.write_text(json.dumps(text))
    return file


# Tokens


def bare_signature() -> float:
    """Microseconds of OpenSSL's own measurement, on the core of the gateway."""
    command = ["taskset", "-c", "0", "openssl", "speed", "-seconds", "2", "ecdsap256"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return 1e6 / float(re.search(r"nistp256\)\s+\S+\s+\S+\s+([\d.]+)", output)[1])


def credential() -> str:
    """The machine's, for `Authorization`."""
    return "Basic " + base64.b64encode(f"worker:{SECRET}".encode()).decode()


def token_request() -> bytes:
    """For one token, as bytes."""
    return request("POST", "/identity/token", "grant_type=client_credentials", f"Authorization: {credential()}\r\n")


def script(work: Path) -> Path:
    """What wrk sends."""
    file = work / "token.lua"
    file.write_text(
        'wrk.method = "POST"\nwrk.body = "grant_type=client_credentials"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        f'wrk.headers["Authorization"] = "{credential()}"\n'
    )
    return file


def tokens(running: Running, work: Path, rounds: int, seconds: float) -> None:
    """Print microseconds of CPU for each round."""
    lua, extra = script(work), []
    for number in range(rounds + 1):
        signature = bare_signature()
        before = cpu_seconds(running.pid)
        with on_core(LOAD_CORE):
            command = ["wrk", "-t1", "-c32", f"-d{round(seconds)}s", "-s", str(lua), f"http://127.0.0.1:{PORT}/identity/token"]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if "Non-2xx" in output:
            sys.exit(output)
        count = int(re.search(r"(\d+) requests in", output)[1])
        cost = (cpu_seconds(running.pid) - before) * 1e6 / count
        if number == 0:
            continue  # The first round warms up.
        extra.append(cost - signature)
        print(f"token {cost:6.2f} us, bare signature {signature:6.2f} us, beside it {extra[-1]:6.2f} us", flush=True)
    print(f"tokens: {statistics.median(extra):.2f} us beside the signature, worst {max(extra):.2f}")


# Sign-ins


class Caller:
    """Asks on kept connections, and remembers how long each answer took."""

    def __init__(self, request: bytes, connections: int) -> None:
        self.request = request
        self.idle: asyncio.Queue = asyncio.Queue()
        self.connections = connections
        self.answers: list[tuple[int, float]] = []

    async def open(self) -> None:
        """Connect."""
        for _ in range(self.connections):
            self.idle.put_nowait(await asyncio.open_connection("127.0.0.1", PORT))

    async def call(self) -> None:
        """One request; the time begins before a connection is free."""
        began = time.perf_counter()
        reader, writer = await self.idle.get()
        writer.write(self.request)
        head = await reader.readuntil(b"\r\n\r\n")
        if length := re.search(rb"Content-Length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        self.idle.put_nowait((reader, writer))
        self.answers.append((int(head[9:12]), time.perf_counter() - began))


async def offer(caller: Caller, rate: float, seconds: float) -> None:
    """Begin `rate` calls a second, whatever becomes of those before."""
    await caller.open()
    began, calls = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        if (pause := began + number / rate - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        calls.append(asyncio.create_task(caller.call()))
    await asyncio.gather(*calls)


def request(method: str, path: str, body: str = "", fields: str = "") -> bytes:
    """A request as bytes. `fields` are whole lines."""
    kind = "Content-Type: application/x-www-form-urlencoded\r\n" if body else ""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\n{kind}{fields}Content-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def percentile(times: list[float], part: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1e3


def signins(rounds: int, seconds: float) -> None:
    """Print the 99th percentile of proxying without and with sign-ins, and what became of those."""
    sign_in = f"grant_type=password&client_id=old&username=alice&password={PASSWORD}"
    for _ in range(rounds):
        alone = Caller(request("GET", "/open"), 16)
        asyncio.run(offer(alone, 1000, seconds))
        beside, people = Caller(request("GET", "/open"), 16), Caller(request("POST", "/identity/token", sign_in), 200)

        async def both() -> None:
            await asyncio.gather(offer(beside, 1000, seconds), offer(people, 50, seconds))

        asyncio.run(both())
        refused = [took for status, took in people.answers if status == 503]
        taken = [took for status, took in people.answers if status == 200]
        if len(refused) + len(taken) != len(people.answers) or {status for status, _ in beside.answers} != {200}:
            sys.exit("another answer than 200 and 503")
        before, after = (percentile([took for _, took in caller.answers], 0.99) for caller in (alone, beside))
        print(
            f"proxying p99 {before:.2f} ms alone, {after:.2f} ms beside; {len(taken)} sign-ins in {seconds:g} s, "
            f"{len(refused)} refused after p99 {percentile(refused, 0.99):.1f} ms, worst {max(refused) * 1e3:.1f} ms",
            flush=True,
        )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", choices=["tokens", "signins"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    wish = parser.parse_args()
    for name in wish.sets:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            command = [str(wish.binary), "run", "--config", str(policy(work))]
            if name == "tokens":
                with Running(Service("gatehouse", PORT, [*command, "--workers", "1"]), work) as running:
                    tokens(running, work, wish.rounds, wish.seconds)
            else:
                # On both cores, as it is deployed: the hashing threads have to give way.
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    time.sleep(1)
                    signins(wish.rounds, wish.seconds)
                finally:
                    process.kill()
                    process.wait()


if __name__ == "__main__":
    main()
