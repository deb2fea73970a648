#!/usr/bin/env python3
"""Measure what a request with a browser's session costs, beside one with a bearer token that is remembered.

Both go to one gateway with one worker on core 0; the upstream and the load share core 1. Ten thousand sessions come in
turn, each with 2 KB of claims and tokens sealed in its cookie, or with `--held` in a Redis beside the load; the token is
always the same. What counts is the ratio of CPU time for a request within one round.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hashlib
import json
import os
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from gatehouse import AUDIENCE, ISSUER, SCOPE, Gatehouse
from material import Material
from peers import Peers
from process import LOAD_CORE, Running, Service, cpu_seconds, on_core

ROOT = Path(__file__).resolve().parent.parent
PORT = 9471
SESSIONS = 10_000
# Of each record before it is sealed.
SESSION_BYTES = 2048
REDIS_PORT = 9473
CHUNK = 3600


def policy(gatehouse: Gatehouse, material: Material, key: bytes, *, held: bool = False) -> Service:
    """One route for tokens and one for sessions; the upstream is told the same of both."""
    issuer = {
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "algorithms": ["ES256"],
        "keys": {"file": str(material.jwks)},
    }
    provider = {"issuer": "http://127.0.0.1:9/", "client_id": "bench", "client_secret": secrets.token_urlsafe(32)}
    login = {
        "base_url": f"http://127.0.0.1:{PORT}",
        "providers": {"corp": provider},
        "session": {"keys": [base64.b64encode(key).decode()], "store": "state" if held else "cookie"},
    }
    state = {"state": {"url": f"redis://127.0.0.1:{REDIS_PORT}/0"}} if held else {}
    routes = [
        {"path": "/orders/**", "access": {"scopes": [SCOPE]}, "upstream": "orders"},
        {"path": "/app/**", "access": {"claims": {"groups": ["staff"]}}, "login": True, "upstream": "orders"},
    ]
    return gatehouse._service("gatehouse-sessions", PORT, routes, issuers={"bench": issuer}, login=login, **state)


def field(text: str) -> bytes:
    """A text of a record: its length, and its bytes."""
    data = text.encode()
    return len(data).to_bytes(4, "big") + data


def record(number: int, now: int, name: bytes) -> bytes:
    """A session as the gateway writes it (SessionRecord)."""
    claims = {
        "iss": "http://127.0.0.1:9/",
        "sub": f"248289761001-{number}",
        "aud": "bench",
        "exp": now // 1000 + 3600,
        "iat": now // 1000,
        "name": "Jane Doe",
        "given_name": "Jane",
        "family_name": "Doe",
        "email": f"jane.doe.{number}@example.com",
        "email_verified": True,
        "groups": ["staff", "engineering", "on-call"],
    }
    times = b"".join(moment.to_bytes(8, "big") for moment in (now, now, now, (1 << 63) - 1))
    head = b"\x01" + name + times + (0).to_bytes(4, "big")
    start = head + field("corp") + field(json.dumps(claims)) + field("") + ((1 << 63) - 1).to_bytes(8, "big")
    # The rest are tokens, whose bytes nobody looks at.
    left = SESSION_BYTES - len(start) - 12
    return start + field("a" * (left // 2)) + field("r" * (left - left // 2)) + field("")


def box(key: bytes, text: bytes, purpose: bytes) -> bytes:
    """A text as the gateway seals it (SealingKey)."""
    name = hashlib.sha256(b"gatehouse sealing key " + key).digest()[:8]
    nonce = secrets.token_bytes(12)
    return b"\x01" + name + nonce + AESGCM(key).encrypt(nonce, text, purpose)


def text_of(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cookie(number: int, key: bytes, now: int) -> str:
    """The values of a session's cookies, as one field."""
    text = text_of(box(key, record(number, now, secrets.token_bytes(16)), b"gatehouse session gatehouse"))
    whole = f"{(len(text) + 2 + CHUNK - 1) // CHUNK}." + text
    parts = [whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK)]
    return "; ".join(f"gatehouse{f'_{index}' if index else ''}={part}" for index, part in enumerate(parts))


def handle(number: int, key: bytes, now: int, commands: IO[bytes]) -> str:
    """The cookie of a session in the state, whose value is written there (SessionHandle)."""
    name, secret = secrets.token_bytes(16), secrets.token_bytes(16)
    text = text_of(name + secret)
    value = secrets.token_bytes(16) + box(key, record(number, now, name), b"gatehouse held session " + name + secret)
    words = [b"SET", b"gatehouse:sessions:" + hashlib.sha256(text.encode()).hexdigest().encode(), value]
    commands.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    return f"gatehouse={text}"


def redis(work: Path) -> Service:
    """A Redis that writes nothing to disk."""
    arguments = ["--bind", "127.0.0.1", "--port", str(REDIS_PORT), "--save", "", "--dir", str(work)]
    return Service("redis", REDIS_PORT, ["redis-server", *arguments])


def fill(commands: Path) -> None:
    """Write the sessions into the state."""
    with commands.open("rb") as file:
        subprocess.run(["redis-cli", "-p", str(REDIS_PORT), "--pipe"], stdin=file, check=True, capture_output=True)


SCRIPT = """
local values, turn = {}, 0
function init()
  for line in io.lines(os.getenv("VALUES")) do values[#values + 1] = line end
end
function request()
  turn = turn % #values + 1
  wrk.headers[os.getenv("FIELD")] = values[turn]
  return wrk.format("GET", os.getenv("TARGET"))
end
"""


def cost(running: Running, script: Path, values: Path, name: str, target: str, seconds: float) -> float:
    """Microseconds of CPU for each request."""
    environment = {**os.environ, "VALUES": str(values), "FIELD": name, "TARGET": target}
    before = cpu_seconds(running.pid)
    with on_core(LOAD_CORE):
        command = ["wrk", "-t1", "-c32", f"-d{round(seconds)}s", "-s", str(script), f"http://127.0.0.1:{PORT}"]
        output = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    if "Non-2xx" in output:
        sys.exit(output)
    return (cpu_seconds(running.pid) - before) * 1e6 / int(re.search(r"(\d+) requests in", output)[1])


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--held", action="store_true", help="sessions are in the shared state")
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work, key, now = Path(folder), secrets.token_bytes(32), int(time.time() * 1000)
        material = Material(work / "material")
        sessions, token, script = work / "sessions", work / "token", work / "script.lua"
        commands = work / "commands"
        with commands.open("wb") as file:
            made = (handle(n, key, now, file) if wish.held else cookie(n, key, now) for n in range(SESSIONS))
            sessions.write_text("\n".join(made) + "\n")
        token.write_text(f"Bearer {material.token}\n")
        script.write_text(SCRIPT)
        gateway = policy(Gatehouse(wish.binary, work, material), material, key, held=wish.held)
        ratios = []
        with contextlib.ExitStack() as stack:
            stack.enter_context(Running(Peers(work, material).upstream(128), work, LOAD_CORE))
            if wish.held:
                stack.enter_context(Running(redis(work), work, LOAD_CORE))
                fill(commands)
            running = stack.enter_context(Running(gateway, work))
            for number in range(wish.rounds + 1):
                bearer = cost(running, script, token, "Authorization", "/orders/1", wish.seconds)
                session = cost(running, script, sessions, "Cookie", "/app/1", wish.seconds)
                if number == 0:
                    continue  # The first round warms up.
                ratios.append(session / bearer)
                print(f"bearer {bearer:.2f} us, session {session:.2f} us, ratio {ratios[-1]:.3f}", flush=True)
    print(f"sessions: {statistics.median(ratios):.3f} x bearer, worst {max(ratios):.3f}")


if __name__ == "__main__":
    main()
