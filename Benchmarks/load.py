"""One round of load by wrk against one gateway, with the gateway's own CPU beside it."""

from __future__ import annotations

import http.client
import os
import re
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from process import LOAD_CORE, Running, cpu_seconds, on_core

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Load:
    """What wrk asks for: a path, and who asks."""

    path: str = "/orders/1"
    token: str | None = None
    tokens: Path | None = None
    paths: Path | None = None
    connections: int = 32


@dataclass(frozen=True)
class Round:
    """What one round showed."""

    requests: int
    seconds: float
    cpu_microseconds: float
    median_ms: float
    p99_ms: float
    bad: int
    errors: str

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class WrongAnswer(Exception):
    """A gateway does not do the work that is to be measured."""


def run(gateway: Running, load: Load, seconds: float) -> Round:
    """Put the gateway under load for so long."""
    scheme = "https" if gateway.service.tls else "http"
    command = ["wrk", "-t1", f"-c{load.connections}", f"-d{seconds:g}s", "--latency"]
    environment = dict(os.environ)
    if load.token:
        command += ["-H", f"Authorization: Bearer {load.token}"]
    if load.tokens or load.paths:
        command += ["-s", str(HERE / "load.lua")]
        environment |= {"TOKENS": str(load.tokens or ""), "PATHS": str(load.paths or "")}
    command.append(f"{scheme}://127.0.0.1:{gateway.service.port}{load.path}")
    before = cpu_seconds(gateway.pid)
    with on_core(LOAD_CORE):
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    used = cpu_seconds(gateway.pid) - before
    if ended.returncode:
        raise WrongAnswer(f"wrk failed on {gateway.service.name}: {ended.stdout}{ended.stderr}")
    return read(ended.stdout, used)


def read(output: str, cpu: float) -> Round:
    """Read wrk's report."""

    def part(pattern: str, default: str = "") -> str:
        found = re.search(pattern, output)
        return found.group(1) if found else default

    total = re.search(r"(\d+) requests in ([\d.]+\w+),", output)
    requests = int(total.group(1)) if total else 0
    return Round(
        requests=requests,
        seconds=milliseconds(total.group(2)) / 1e3 if total else 1,
        cpu_microseconds=cpu / max(requests, 1) * 1e6,
        median_ms=milliseconds(part(r"\n\s+50%\s+(\S+)", "0ms")),
        p99_ms=milliseconds(part(r"\n\s+99%\s+(\S+)", "0ms")),
        bad=int(part(r"Non-2xx or 3xx responses: (\d+)", "0")),
        errors=part(r"Socket errors: (.*)"),
    )


def milliseconds(text: str) -> float:
    """Read one of wrk's durations, such as `1.5ms`."""
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]


def status(gateway: Running, path: str, token: str | None = None) -> int:
    """The status of one request."""
    port = gateway.service.port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    if gateway.service.tls:
        # The certificate is the run's own, and nothing is trusted to this connection.
        unverified = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=unverified)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def prove(gateway: Running, path: str, token: str | None = None, checks_tokens: bool = False) -> None:
    """Make sure that the gateway lets the load pass, and that one which checks tokens refuses a bad one."""
    expected = [(token, 200)]
    if checks_tokens and token:
        expected += [(None, 401), (token[:-8] + "AAAAAAAA", 401)]
    for sent, wanted in expected:
        got = status(gateway, path, sent)
        if got != wanted:
            kind = "no token" if sent is None else "the token" if sent == token else "a forged token"
            raise WrongAnswer(f"{gateway.service.name} answered {got} to {kind} on {path}, not {wanted}")
