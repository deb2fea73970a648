"""The FastAPI services of the compose file, run by uvicorn."""

import subprocess
import sys
from types import TracebackType

from harness.gateway import ROOT, listens
from harness.polling import eventually
from harness.ports import free_port

SERVICES = ROOT / "deploy/compose/services"


class Service:
    """One service on a free port."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = free_port()

    def __enter__(self) -> "Service":
        command = [sys.executable, "-m", "uvicorn", f"{self.name}:app", "--port", str(self.port)]
        options = ["--root-path", f"/{self.name}", "--no-access-log", "--log-level", "warning"]
        self.process = subprocess.Popen([*command, *options], cwd=SERVICES)
        eventually(lambda: listens(self.port), within=30)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"
