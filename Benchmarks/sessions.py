#!/usr/bin/env python3
"""Measure what a request with a browser's session costs, beside one with a bearer token that is remembered.

Both go to one gateway with one worker on core 0; the upstream and the load share core 1. Ten thousand sessions come in
turn, each with 2 KB of claims and tokens sealed in its cookie; the token is always the same. What counts is the ratio of
CPU time for a request within one round.
"""

from __future__ import annotations

import argparse
import base64
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
CHUNK = 3600


def policy(gatehouse: Gatehouse, material: Material, key: bytes) -> Service:
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
        "session": {"keys": [base64.b64encode(key).decode()]},
    }
    routes = [
        {"path": "/orders/**", "access": {"scopes": [SCOPE]}, "upstream": "orders"},
        {"path": "/app/**", "access": {"claims": {"groups": ["staff"]}}, "login": True, "upstream": "orders"},
    ]
    return gatehouse._service("gatehouse-sessions", PORT, routes, issuers={"bench": issuer}, login=login)


def field(text: str) -> bytes:
    """A text of a record: its length, and its bytes."""
    data = text.encode()
    return len(data).to_bytes(4, "big") + data


def record(number: int, now: int) -> bytes:
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
    head = b"\x01" + secrets.token_bytes(16) + times + (0).to_bytes(4, "big")
    start = head + field("corp") + field(json.dumps(claims)) + field("") + ((1 << 63) - 1).to_bytes(8, "big")
    # The rest are tokens, whose bytes nobody looks at.
    left = SESSION_BYTES - len(start) - 12
    return start + field("a" * (left // 2)) + field("r" * (left - left // 2)) + field("")


def cookie(number: int, key: bytes, now: int) -> str:
    """The values of a session's cookies, as one field."""
    name = hashlib.sha256(b"gatehouse sealing key " + key).digest()[:8]
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, record(number, now), b"gatehouse session gatehouse")
    text = base64.urlsafe_b64encode(b"\x01" + name + nonce + sealed).rstrip(b"=").decode()
    whole = f"{(len(text) + 2 + CHUNK - 1) // CHUNK}." + text
    parts = [whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK)]
    return "; ".join(f"gatehouse{f'_{index}' if index else ''}={part}" for index, part in enumerate(parts))


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
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/gatehouse")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work, key, now = Path(folder), secrets.token_bytes(32), int(time.time() * 1000)
        material = Material(work / "material")
        sessions, token, script = work / "sessions", work / "token", work / "script.lua"
        sessions.write_text("\n".join(cookie(number, key, now) for number in range(SESSIONS)) + "\n")
        token.write_text(f"Bearer {material.token}\n")
        script.write_text(SCRIPT)
        gateway = policy(Gatehouse(wish.binary, work, material), material, key)
        ratios = []
        with Running(Peers(work, material).upstream(128), work, LOAD_CORE), Running(gateway, work) as running:
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
