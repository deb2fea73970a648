"""Processes under measurement: pinned to a core, accounted as a tree, always stopped again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

GATEWAY_CORE = 0
LOAD_CORE = 1  # The upstream, the load and this program itself.


class DidNotStart(Exception):
    """A gateway ended, or did not accept in time; the text says which and shows its last words."""


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Let processes started inside inherit `core`, as `taskset -c` would, without its own start."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Service:
    """Something that listens on a port of 127.0.0.1 when its command runs."""

    name: str
    port: int
    command: Sequence[str]
    tls: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


class Running:
    """A started service; use it as a context manager."""

    def __init__(self, service: Service, work: Path, core: int = GATEWAY_CORE) -> None:
        self.service = service
        self.output = work / f"{service.name}.out"
        self.errors = work / f"{service.name}.err"
        if accepts(service.port):
            raise DidNotStart(f"{service.name}: port {service.port} is taken by another process")
        # Standard output is Gatehouse's access log: a file, as the levels demand.
        with self.output.open("wb") as output, self.errors.open("wb") as errors, on_core(core):
            self.started = time.perf_counter()
            self.process = subprocess.Popen(
                service.command,
                stdout=output,
                stderr=errors,
                cwd=work,
                env={**os.environ, **service.environment},
            )
        self.ready_after = self._wait()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self.process.pid

    def _wait(self, limit: float = 20) -> float:
        """Return the seconds from the start of the process to the first accepted connection."""
        while time.perf_counter() - self.started < limit:
            if accepts(self.service.port):
                return time.perf_counter() - self.started
            if self.process.poll() is not None:
                break
            time.sleep(0.0005)
        self.stop()
        words = self.errors.read_text(errors="replace")[-2000:] or self.output.read_text(errors="replace")[-2000:]
        raise DidNotStart(f"{self.service.name} did not start (exit {self.process.returncode}):\n{words}")

    def stop(self) -> None:
        """Ask twice (Gatehouse drains on the first), then insist."""
        for ask in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                return
            self.process.send_signal(ask)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                pass
        self.process.wait()


def accepts(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
        return True
    except OSError:
        return False


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                found += tree(int(child))
        except OSError:
            pass  # The thread ended meanwhile.
    return found


def cpu_seconds(pid: int) -> float:
    """Time on a processor so far of all threads of the tree: the scheduler's own nanoseconds."""
    nanoseconds = 0
    for member in tree(pid):
        for accounting in Path(f"/proc/{member}/task").glob("*/schedstat"):
            try:
                nanoseconds += int(accounting.read_text().split()[0])
            except OSError:
                pass  # The thread ended meanwhile.
    return nanoseconds / 1e9


def resident_bytes(pid: int, peak: bool = False) -> int:
    """Memory of the tree that is in RAM now, or at its highest."""
    name = "VmHWM" if peak else "VmRSS"
    total = 0
    for member in tree(pid):
        try:
            line = re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{member}/status").read_text())
        except OSError:
            continue
        total += int(line.group(1)) * 1024 if line else 0
    return total
