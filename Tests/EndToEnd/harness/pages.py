"""The specimens of the server's pages, written by the unit tests and served as the server would send them."""

import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.gateway import ROOT


def write_specimens(folder: Path) -> list[str]:
    """Let the unit tests write every specimen into `folder`; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    command = ["swift", "test", "--filter", "SpecimenFiles"]
    environment = {**os.environ, "GATEHOUSE_SPECIMENS": str(folder)}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return sorted(file.stem for file in folder.glob("*.html"))


class SpecimenServer(ThreadingHTTPServer):
    """Answers each specimen with its own fields, and remembers what else is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder
        self.requested: list[str] = []
        self.changes: dict[bytes, bytes] = {}

    def __enter__(self) -> "SpecimenServer":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *arguments: object) -> None:
        self.shutdown()
        super().__exit__(*arguments)

    def url(self, name: str) -> str:
        """Where a specimen is."""
        return f"http://127.0.0.1:{self.server_port}/{name}"


class _Handler(BaseHTTPRequestHandler):
    server: SpecimenServer

    def do_GET(self) -> None:
        """A specimen, or nothing."""
        self.server.requested.append(self.path)
        page = self.server.folder / f"{self.path[1:]}.html"
        if not page.is_file():
            self.send_error(404)
            return
        body = page.read_bytes()
        for old, new in self.server.changes.items():
            body = body.replace(old, new)
        self.send_response(200)
        for line in page.with_suffix(".fields").read_text().splitlines():
            self.send_header(*line.split(": ", 1))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""
