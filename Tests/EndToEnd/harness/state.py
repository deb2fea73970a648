"""A real Redis of the test's own, and gateways that share it."""

import shutil
import signal
import subprocess
import tempfile
import time
from typing import Any

from harness.gateway import Gateway, Policy
from harness.polling import eventually
from harness.ports import free_port


class Redis:
    """A `redis-server` that keeps on disk whatever it has confirmed."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="gatehouse-redis-")
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Redis":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.folder.cleanup()

    @property
    def state(self) -> dict[str, Any]:
        """`state` of a policy."""
        return {"url": f"redis://127.0.0.1:{self.port}/0"}

    def start(self) -> None:
        """Start it with what it has kept, and wait until it answers."""
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--dir", self.folder.name]
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *durable],
            stdout=subprocess.DEVNULL,
        )
        eventually(self._answers)

    def kill(self) -> None:
        """As a machine that loses its power."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def forget(self) -> None:
        """It comes back with nothing of what it had."""
        self.kill()
        shutil.rmtree(f"{self.folder.name}/appendonlydir")
        self.start()

    def freeze(self) -> None:
        """It takes connections and says nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def ask(self, *words: str) -> str:
        """What `redis-cli` gets for a command."""
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=10).stdout

    def _answers(self) -> bool:
        return self.ask("PING") == "PONG\n"


def replica(policy: Policy, redis: Redis) -> Gateway:
    """A gateway that shares `redis` with others of the same policy."""
    return Gateway({**policy, "state": redis.state})


def until_known() -> None:
    """Wait until what one gateway has ended is known to all."""
    time.sleep(1.0)
