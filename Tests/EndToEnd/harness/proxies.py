"""The proxies of deploy/examples, real ones, each with its files as they stand there but for the ports."""

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import yaml

from harness.gateway import ROOT, listens
from harness.polling import eventually
from harness.ports import free_port
from harness.wire import Answer, RawClient

EXAMPLES = ROOT / "deploy/examples"
TOOLS = Path(sys.executable).parent

PROXIES = {"nginx": "nginx.conf", "caddy": "Caddyfile", "traefik": "traefik.yaml", "envoy": "envoy.yaml"}
# The command stands below this line of the file.
STARTED = "From the repository's root:\n#   "
# What several of one kind on one machine need beside that.
APART = {"envoy": ["--use-dynamic-base-id"]}


class Proxy:
    """One of them between its clients and a service, with the gateway at its side."""

    def __init__(self, name: str, *, gateway: int, service: int, port: int | None = None) -> None:
        self.name = name
        self.port = port or free_port()
        self.folder = tempfile.TemporaryDirectory(prefix=f"{name}-")
        self.directory = Path(self.folder.name)
        self.said = self.directory / "said"
        for file in (EXAMPLES / name).iterdir():
            here = self.directory / "deploy/examples" / name / file.name
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_text(placed(file.read_text(), proxy=self.port, gateway=gateway, service=service))

    def __enter__(self) -> "Proxy":
        program, *arguments = [part.replace("$PWD", str(self.directory)) for part in shlex.split(command(self.name))]
        started = [TOOLS / program if (TOOLS / program).exists() else program, *arguments, *APART.get(self.name, [])]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(started, cwd=self.directory, stdout=said, stderr=said)
        eventually(self._serves, within=30)
        return self

    def _serves(self) -> bool:
        assert self.process.poll() is None, f"{self.name} ended: {self.said.read_text()}"
        # Traefik listens before it has read its routes.
        return listens(self.port) and self.ask("GET", "/").body != b"404 page not found\n"

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.folder.cleanup()

    def ask(self, method: str, target: str, *lines: str, host: str = "app.example.com", body: bytes = b"") -> Answer:
        """One raw request on a connection of its own."""
        with RawClient(self.port) as client:
            return client.ask(method, target, *lines, host=host, body=body)


def shipped(proxy: int | None = None, **changes: Any) -> dict[str, Any]:
    """The policy of the examples with other sections, in memory, for a proxy on another port."""
    text = (EXAMPLES / "gateway.yaml").read_text()
    rules = yaml.safe_load(text.replace(":8000", f":{proxy}") if proxy else text)
    listener = {key: value for key, value in rules["listeners"]["proxies"].items() if key != "address"}
    server = {**rules["authorization_server"], "store": "memory", **changes.pop("authorization_server", {})}
    del server["keys"]
    rules |= {"authorization_server": server, "listeners": {"public": listener}, "admin": {}}
    return {**rules, **changes}


def command(name: str) -> str:
    """How a proxy is started, as the first lines of its file say."""
    return (EXAMPLES / name / PROXIES[name]).read_text().split(STARTED)[1].splitlines()[0]


def placed(text: str, *, proxy: int, gateway: int, service: int) -> str:
    """A file of the examples for other ports."""
    for shown, port in ((8000, proxy), (8181, gateway), (9000, service)):
        text = text.replace(f":{shown}", f":{port}").replace(f"port_value: {shown}", f"port_value: {port}")
    return text
