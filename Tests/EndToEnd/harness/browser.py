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


class Tab:
    """One page, and what happened on it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.last = 0
        self.socket: ClientConnection

    def prepare(self) -> None:
        """Be told of everything that the page does."""
        for domain in ("Page", "Network", "Log", "Runtime", "Audits", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; events on the way are kept."""
        message = self._answer(method, parameters)
        assert "error" not in message, f"{method}: {message['error']}"
        return message["result"]

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

    def until(self, expression: str, within: float = 15.0) -> Any:
        """The first truthy value of an expression, on this page or on the one that comes after it, once it is whole."""
        whole = f"document.readyState === 'complete' && ({expression})"

        def value() -> Any:
            parameters = {"expression": whole, "returnByValue": True}
            result = self._answer("Runtime.evaluate", parameters).get("result", {})
            return "exceptionDetails" not in result and result.get("result", {}).get("value")

        return eventually(value, within=within)

    def type(self, selector: str, text: str) -> None:
        """Fill in a field as somebody at the keyboard does."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{element} !== null")
        self.evaluate(f"{element}.select()")
        self.call("Input.insertText", text=text)

    def press(self, selector: str) -> None:
        """Click on what is there once it is there; the page may open others."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.until(f"{element} !== null")
        self.call("Runtime.evaluate", expression=f"{element}.click()", userGesture=True)

    def screenshot(self, file: Path) -> None:
        """The whole page, also what is below the fold."""
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(picture["data"]))

    def _answer(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=30))
            if message.get("id") == self.last:
                return message
            self.events.append(message)


class Browser(Tab):
    """One browser, and its first tab."""

    def __init__(self) -> None:
        super().__init__()
        assert CHROMIUM, "missing: chromium (deploy/test.sh installs it)"
        self.owned = ExitStack()

    def __enter__(self) -> "Browser":
        with ExitStack() as owned:
            profile = owned.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
            process = self._started(profile)
            owned.callback(process.wait, 10)
            owned.callback(process.terminate)
            self.socket = owned.enter_context(self._attached(Path(profile, "DevToolsActivePort")))
            self.prepare()
            self.owned = owned.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.owned.close()

    def other_tab(self) -> Tab:
        """The tab that the page has opened."""
        tab = Tab()
        found = eventually(lambda: [target for target in self._tabs() if target["targetId"] != self.target])
        tab.socket = self.owned.enter_context(self._connected(found[0]["targetId"]))
        tab.prepare()
        return tab

    def has_other_tabs(self) -> bool:
        return len(self._tabs()) > 1

    def _tabs(self) -> list[dict[str, Any]]:
        targets = self.call("Target.getTargets")["targetInfos"]
        return [target for target in targets if target["type"] == "page"]

    def _started(self, profile: str) -> subprocess.Popen[bytes]:
        command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _attached(self, port_file: Path) -> ClientConnection:
        """The connection to the first tab; the browser writes down where it listens."""
        self.port, path = eventually(lambda: port_file.exists() and port_file.read_text().splitlines()[:2], within=30)
        with connect(f"ws://127.0.0.1:{self.port}{path}", proxy=None) as self.socket:
            self.target = self._tabs()[0]["targetId"]
        return self._connected(self.target)

    def _connected(self, target: str) -> ClientConnection:
        return connect(f"ws://127.0.0.1:{self.port}/devtools/page/{target}", max_size=None, proxy=None, close_timeout=1)
