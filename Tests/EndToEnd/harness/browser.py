"""A headless Chromium, spoken to over its DevTools protocol: enough to look at a page and to ask it questions."""

import base64
import json
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from harness.polling import eventually

CHROMIUM = shutil.which("chromium")
# Nothing but the page may reach the network, and a container has neither a sandbox nor much shared memory.
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--no-first-run",
    "--no-proxy-server",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
]

Event = dict[str, Any]


class Browser:
    """One browser with one tab."""

    def __init__(self) -> None:
        assert CHROMIUM, "missing: chromium (deploy/test.sh installs it)"
        self.events: list[Event] = []
        self.last = 0
        self.owned = ExitStack()

    def __enter__(self) -> "Browser":
        with ExitStack() as owned:
            profile = owned.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            process = self._started(profile)
            owned.callback(process.wait, 10)
            owned.callback(process.terminate)
            self.socket = owned.enter_context(self._attached(Path(profile, "DevToolsActivePort")))
            for domain in ("Page", "Network", "Log", "Runtime", "Audits", "Accessibility"):
                self.call(f"{domain}.enable")
            self.owned = owned.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.owned.close()

    def _started(self, profile: str) -> subprocess.Popen[bytes]:
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _attached(self, port_file: Path) -> ClientConnection:
        """The connection to the one tab; the browser writes down where it listens."""
        port, path = eventually(lambda: port_file.exists() and port_file.read_text().splitlines()[:2], within=30)
        with connect(f"ws://127.0.0.1:{port}{path}", proxy=None) as self.socket:
            targets = self.call("Target.getTargets")["targetInfos"]
        tab = next(target["targetId"] for target in targets if target["type"] == "page")
        return connect(f"ws://127.0.0.1:{port}/devtools/page/{tab}", max_size=None, proxy=None)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events on the way are kept."""
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=30))
            if message.get("id") == self.last:
                assert "error" not in message, f"{method}: {message['error']}"
                return message["result"]
            self.events.append(message)

    def open(self, url: str) -> list[Event]:
        """Go to a page and return all that happened until it was there."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv(timeout=30)))
        self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
        return list(self.events)

    def show_as(self, width: int, height: int, scheme: str) -> None:
        """Be a screen of this size, for somebody who likes light or dark colours."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, which the page's policy has no say in."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def screenshot(self, file: Path) -> None:
        """The whole page, also what is below the fold."""
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(picture["data"]))

