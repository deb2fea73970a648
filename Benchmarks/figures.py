"""The figures that are no throughput: checking a policy, the footprint, and slow clients."""

from __future__ import annotations

import http.client
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crowd import Crowd
from gatehouse import Gatehouse
from material import Material
from peers import Peers
from process import LOAD_CORE, Running, Service, resident_bytes

CROWD = 10_000
PEERS_CROWD = 9_000  # HAProxy reserves two descriptors for each, and 20 000 are a common hard limit.
MIB = 1024 * 1024


@dataclass(frozen=True)
class Figure:
    """One thing measured some times; `level` is the most it may be."""

    subject: str
    what: str
    unit: str
    values: list[float]
    level: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def worst(self) -> float:
        return max(self.values)


class NotMeasured(Exception):
    """Something that a figure needs is absent or misbehaves."""


class Figures:
    """Takes the figures of one run."""

    def __init__(self, ours: Gatehouse, peers: Peers, material: Material, shipped: Path, rounds: int) -> None:
        self.ours = ours
        self.peers = peers
        self.material = material
        self.shipped = shipped
        self.work = ours.work
        self.rounds = rounds

    @property
    def all(self) -> dict[str, Callable[[], list[Figure]]]:
        """Every kind by name, in the order of the report."""
        return {"check": self.check, "footprint": self.footprint, "slow": self.slow}

    def check(self) -> list[Figure]:
        """How long `gatehouse check` takes on 10 000 routes."""
        policy = self.ours.many_routes_policy(10_000)
        command = [str(self.ours.binary), "check", "--config", str(policy)]
        values = []
        for _ in range(self.rounds):
            began = time.perf_counter()
            ended = subprocess.run(command, capture_output=True, text=True)
            values.append(time.perf_counter() - began)
            if ended.returncode:
                raise NotMeasured(f"check refuses 10 000 routes:\n{ended.stdout[:1000]}{ended.stderr[:1000]}")
        return [Figure("gatehouse", "check of 10 000 routes", "s", values, 2)]

    def footprint(self) -> list[Figure]:
        """Size, start, memory at rest with the shipped policy, and memory of a connection at rest."""
        figures = [self._stripped_size()]
        figures += self._start(self._shipped(9420), start=30, memory=16)
        with Running(self.peers.upstream(128), self.work, LOAD_CORE):
            figures.append(self._idle(self.ours.plain(9421), CROWD, 1024))
            for peer in (self.peers.nginx(9422), self.peers.haproxy(9423), self.peers.envoy(9424)):
                figures += self._start(peer)
                figures.append(self._idle(peer, PEERS_CROWD))
        return figures

    def slow(self) -> list[Figure]:
        """How long an honest client waits, on a new connection, beside a crowd that trickles."""
        figures = []
        with Running(self.peers.upstream(128), self.work, LOAD_CORE):
            for service, level in ((self.ours.plain(9430), 1.0), (self.peers.nginx(9431), None)):
                with Running(service, self.work) as gateway:
                    alone = statistics.median(self._honest(gateway, 50))
                    with Crowd("trickle", service.port, CROWD) as crowd:
                        slowest = [max(self._honest(gateway, 50, pause=0.1)) for _ in range(self.rounds)]
                what = f"slowest of 50 honest requests beside {crowd.count} tricklers"
                note = f"alone: median {alone * 1e3:.1f} ms"
                figures.append(Figure(service.name, what, "s", slowest, level, note))
        return figures

    # Details

    def _stripped_size(self) -> Figure:
        copy = self.work / "gatehouse.stripped"
        shutil.copy(self.ours.binary, copy)
        subprocess.run(["strip", str(copy)], check=True)
        size = copy.stat().st_size / MIB
        copy.unlink()
        return Figure("gatehouse", "stripped binary", "MiB", [size], 25)

    def _shipped(self, port: int) -> Service:
        """The policy in the root of the repository, on a port of ours, with a key made for the run."""
        if not self.shipped.exists():
            raise NotMeasured(f"there is no {self.shipped.name} to serve")
        policy = self.shipped.read_text().replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        folder = self.work / "shipped"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "data/demo.jwks").write_bytes(self.material.jwks.read_bytes())
        (folder / "data/demo.key").write_bytes(self.material.key.read_bytes())
        (folder / "gateway.yaml").write_text(policy)
        return Service("gatehouse", port, self.ours.run(folder / "gateway.yaml"))

    def _start(self, service: Service, start: float | None = None, memory: float | None = None) -> list[Figure]:
        ready, resident = [], []
        for _ in range(self.rounds):
            with Running(service, self.work) as gateway:
                ready.append(gateway.ready_after * 1e3)
                time.sleep(1)
                resident.append(resident_bytes(gateway.pid) / MIB)
        what = "with the shipped policy" if start else "with its benchmark configuration"
        return [
            Figure(service.name, f"start until it accepts, {what}", "ms", ready, start),
            Figure(service.name, f"resident at rest, {what}", "MiB", resident, memory),
        ]

    def _idle(self, service: Service, count: int, level: float | None = None) -> Figure:
        with Running(service, self.work) as gateway:
            self._honest(gateway, 200)
            before = resident_bytes(gateway.pid)
            with Crowd("idle", service.port, count) as crowd:
                growth = resident_bytes(gateway.pid) - before
                what = f"memory of an idle connection, {crowd.count} of them"
                return Figure(service.name, what, "B", [growth / max(crowd.count, 1)], level)

    def _honest(self, gateway: Running, count: int, pause: float = 0) -> list[float]:
        """Seconds of `count` requests, each on a connection of its own."""
        times = []
        for _ in range(count):
            began = time.perf_counter()
            connection = http.client.HTTPConnection("127.0.0.1", gateway.service.port, timeout=30)
            connection.request("GET", "/orders/1")
            answer = connection.getresponse()
            answer.read()
            connection.close()
            times.append(time.perf_counter() - began)
            time.sleep(pause)
            if answer.status != 200:
                raise NotMeasured(f"{gateway.service.name} answered {answer.status} to an honest client")
        return times
