"""The real binary with a policy of the test's own, on free ports of the loopback."""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
import yaml

from harness.keys import AUDIENCE, ISSUER, KEY, key_set
from harness.polling import eventually
from harness.ports import free_port
from harness.upstream import RawUpstream
from harness.wire import RawClient

ROOT = Path(__file__).resolve().parents[3]
BINARY = Path(os.environ.get("GATEHOUSE", ROOT / ".build/release/gatehouse")).absolute()
START = 15.0
SERIES = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)(?: \d+)?$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

Policy = dict[str, Any]


def issuer(keys: Any = None, **changes: Any) -> dict[str, Any]:
    """The issuer whose tokens `harness.token` makes."""
    usual = {"issuer": ISSUER, "audiences": [AUDIENCE], "algorithms": ["ES256"]}
    return {**usual, "keys": keys or {"inline": key_set(KEY)}, **changes}


def policy(routes: list[dict[str, Any]], **sections: Any) -> Policy:
    """A whole policy from its routes: one issuer and the builtin echo unless `sections` say otherwise."""
    usual = {
        "server": {"workers": 1},
        "issuers": {"corp": issuer()},
        "defaults": {"upstream": "echo"},
        "routes": routes,
    }
    upstreams = {"echo": {"builtin": "echo"}, **sections.pop("upstreams", {})}
    return {"version": 1, **usual, "upstreams": upstreams, **sections}


def before(upstream: RawUpstream, **changes: Any) -> "Gateway":
    """A gateway with `upstream` behind every path; `changes` are of its entry in `upstreams`."""
    app = {"servers": [upstream.url], **changes}
    return Gateway(policy([{"path": "/**", "access": "public", "upstream": "app"}], upstreams={"app": app}))


def gatehouse(*arguments: str | Path, cwd: Path | None = None, stdin: str = "", **environment: str):
    """Run a command of the binary to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        env={**_clean_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


class Gateway:
    """A running `gatehouse run`. Leaving the `with` block fails if it died before."""

    def __init__(self, policy: Policy, *, tls: ssl.SSLContext | None = None, **environment: str) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="gatehouse-")
        self.directory = Path(self.folder.name)
        self.file = self.directory / "gateway.yaml"
        self.tls = tls
        self.port = free_port()
        self.admin_port = free_port()
        self.environment = environment
        self.policy = self._placed(policy)
        self.lines: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self.messages: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self.expected_to_end = False
        self.write(self.policy)

    # Its life

    def __enter__(self) -> "Gateway":
        self.start()
        self.wait_until_ready()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        ended_by_itself = self.process.poll() is not None and not self.expected_to_end
        self.kill()
        self.folder.cleanup()
        if not error:
            assert not ended_by_itself, f"died with {self.process.returncode}: {self.said()}"
            assert not self.noise, f"standard output is for the access log alone: {self.noise}"

    def start(self) -> None:
        """Start the process; it may not be ready yet."""
        self.process = subprocess.Popen(
            [BINARY, "run", "--config", self.file],
            cwd=self.directory,
            env={**_clean_environment(), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read_log, args=(self.process,), daemon=True).start()
        threading.Thread(target=self._read_messages, args=(self.process.stderr,), daemon=True).start()

    def wait_until_ready(self) -> None:
        """Wait for 200 from /readyz."""
        eventually(self._is_ready, within=START)

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, f"did not start: exit {self.process.returncode}: {self.said()}"
        try:
            return self.admin("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; those that end it are then no surprise."""
        self.expected_to_end = self.expected_to_end or number != signal.SIGHUP
        self.process.send_signal(number)

    def wait_for_exit(self, within: float = 10.0) -> int:
        """The exit code."""
        return self.process.wait(timeout=within)

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """Standard error so far."""
        return "\n".join(self.messages)

    # Its policy

    def write(self, policy: Policy | str) -> None:
        """Replace the policy file as a whole; nobody sees half of it."""
        text = policy if isinstance(policy, str) else yaml.dump(policy, Dumper=_WithoutAliases, sort_keys=False)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.file)

    def change(self, **sections: Any) -> None:
        """Write the policy with other sections."""
        self.policy = {**self.policy, **sections}
        self.write(self.policy)

    def reload(self, **sections: Any) -> None:
        """Change the policy, send SIGHUP and wait until the outcome is counted."""
        before = self.reloads()
        self.change(**sections)
        self.signal(signal.SIGHUP)
        eventually(lambda: self.reloads() > before)

    def reloads(self) -> float:
        """How many reloads have ended, well or badly."""
        return sum(value for _, value in self.metrics().get("gatehouse_config_reloads_total", []))

    def _placed(self, policy: Policy) -> Policy:
        public = {"address": f"127.0.0.1:{self.port}"}
        listeners = policy.get("listeners", {"public": {}})
        return {
            **policy,
            "listeners": {**listeners, "public": {**public, **listeners.get("public", {})}},
            "admin": {"address": f"127.0.0.1:{self.admin_port}", **policy.get("admin", {})},
        }

    # Speaking to it

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def raw(self, server_name: str = "localhost") -> RawClient:
        """A connection to its public listener."""
        return RawClient(self.port, tls=self.tls, server_name=server_name)

    def ask(self, method: str, target: str, *lines: str, host: str | None = "localhost", body: bytes = b""):
        """One raw request on a connection of its own."""
        with self.raw() as client:
            return client.ask(method, target, *lines, host=host, body=body)

    def request(self, method: str, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        """One polite request; `token` goes into Authorization."""
        headers = dict(options.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with httpx.Client(base_url=self.url, verify=self.tls or False, trust_env=False) as client:
            return client.request(method, path, headers=headers, **options)

    def get(self, path: str, token: str | None = None, **options: Any) -> httpx.Response:
        return self.request("GET", path, token, **options)

    def admin(self, path: str, **options: Any) -> httpx.Response:
        """GET from the admin listener."""
        return httpx.get(f"http://127.0.0.1:{self.admin_port}{path}", trust_env=False, **options)

    # Watching it

    def metrics(self) -> dict[str, list[tuple[dict[str, str], float]]]:
        """Every series of /metrics by its name."""
        series: dict[str, list[tuple[dict[str, str], float]]] = {}
        for line in self.admin("/metrics").text.splitlines():
            if match := SERIES.match(line):
                labels = dict(LABEL.findall(match["labels"] or ""))
                series.setdefault(match["name"], []).append((labels, float(match["value"])))
        return series

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the series of `gatehouse_<name>` that carry these labels."""
        found = self.metrics().get(f"gatehouse_{name}", [])
        return sum(value for series, value in found if labels.items() <= series.items())

    def logged(self, **fields: Any) -> dict[str, Any]:
        """The first access log line with these fields; it may take a second to come."""
        return eventually(lambda: next((line for line in self.lines if fields.items() <= line.items()), None))

    def _read_log(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout:
            try:
                self.lines.append(json.loads(line))
            except json.JSONDecodeError:
                if line.endswith("\n") or process.wait() != -signal.SIGKILL:
                    self.noise.append(line)
                # Else it was torn: a pipe takes more than 64 KiB in pieces.

    def _read_messages(self, stream: Any) -> None:
        for line in stream:
            self.messages.append(line.rstrip("\n"))


class _WithoutAliases(yaml.SafeDumper):
    """Writes what a person would write: shared parts again, rather than by anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def listens(port: int) -> bool:
    """Whether somebody accepts connections on a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE")}
