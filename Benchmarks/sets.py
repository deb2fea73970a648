"""The sets that put load on gateways: who takes part, what is asked, and which ratio is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gatehouse import Gatehouse, paths
from load import Load
from material import Material
from peers import Peers
from process import Service

KIB = 1024
PLAIN_PEERS = ("nginx", "haproxy", "envoy")


@dataclass(frozen=True)
class Ratio:
    """Gatehouse's CPU per request over that of another, and the level it must keep."""

    ours: str
    theirs: str
    level: float | None = None
    goal: float | None = None


@dataclass(frozen=True)
class Contest:
    """Some gateways under the same load in one run."""

    name: str
    title: str
    load: Load
    gateways: list[Service]
    ratios: list[Ratio]
    body_bytes: int = 128
    checks_tokens: frozenset[str] = frozenset()
    fresh_each_round: bool = False
    loads: dict[str, Load] = field(default_factory=dict)

    def load_for(self, gateway: str) -> Load:
        """The load of one gateway, which differs only where the set compares a gateway with itself."""
        return self.loads.get(gateway, self.load)


class Sets:
    """Makes each set when it is asked for."""

    def __init__(self, ours: Gatehouse, peers: Peers, material: Material) -> None:
        self.ours = ours
        self.peers = peers
        self.material = material

    @property
    def all(self) -> dict[str, Callable[[], Contest]]:
        """Every set by name, in the order of the report."""
        return {
            "plain": self.plain,
            "same": self.same,
            "distinct": self.distinct,
            "64k": lambda: self._body("64k", 64 * KIB, Ratio("gatehouse", "haproxy", 0.95)),
            "1m": lambda: self._body("1m", 1024 * KIB, Ratio("gatehouse", "envoy", 1.1)),
            "routes": self.routes,
            "tls": self.tls,
        }

    def plain(self) -> Contest:
        return Contest(
            name="plain",
            title="A public route, keep-alive, an answer of 128 bytes",
            load=Load(),
            gateways=self._plain(),
            ratios=[
                Ratio("gatehouse", "nginx", 0.95, 0.90),
                Ratio("gatehouse", "haproxy"),
                Ratio("gatehouse", "envoy"),
            ],
        )

    def same(self) -> Contest:
        return Contest(
            name="same",
            title="The same valid ES256 token on each request, identity injected, our access log in a file",
            load=Load(token=self.material.token),
            gateways=[self.peers.nginx(9401), *self._token()],
            ratios=[
                Ratio("gatehouse-token", "nginx", 1.0, 0.95),
                Ratio("gatehouse-token", "envoy-token", 0.40, 0.35),
            ],
            checks_tokens=frozenset({"gatehouse-token", "haproxy-token", "envoy-token"}),
        )

    def distinct(self) -> Contest:
        return Contest(
            name="distinct",
            title="A new ES256 token on each request",
            load=Load(token=self.material.token, tokens=self.material.tokens),
            gateways=self._token(),
            ratios=[Ratio("gatehouse-token", "haproxy-token", 1.0, 0.9)],
            checks_tokens=frozenset({"gatehouse-token", "haproxy-token", "envoy-token"}),
            fresh_each_round=True,  # Nobody remembers the tokens of the round before.
        )

    def routes(self) -> Contest:
        few, many = 10, 10_000
        gateways = [self.ours.many_routes(9410, few), self.ours.many_routes(9411, many)]
        loads = {}
        for gateway, count in zip(gateways, (few, many)):
            file = self.ours.work / f"{gateway.name}.paths"
            file.write_text("\n".join(paths(count)) + "\n")
            loads[gateway.name] = Load(path=paths(count)[0], paths=file)
        return Contest(
            name="routes",
            title="10 000 routes instead of 10, each route asked in turn",
            load=Load(),
            gateways=gateways,
            ratios=[Ratio(gateways[1].name, gateways[0].name, 1.05)],
            loads=loads,
        )

    def tls(self) -> Contest:
        return Contest(
            name="tls",
            title="A public route over TLS, keep-alive",
            load=Load(),
            gateways=self._plain(tls=True),
            ratios=[Ratio("gatehouse", name) for name in PLAIN_PEERS],
        )

    # Details

    def _body(self, name: str, size: int, ratio: Ratio) -> Contest:
        return Contest(
            name=name,
            title=f"A public route with an answer of {size // KIB} KiB",
            load=Load(),
            # In short rounds larger buffers seemed to help HAProxy with 1 MiB, and not with 64 KiB.
            gateways=self._plain(haproxy_buffer=64 * KIB if size > 64 * KIB else 16 * KIB),
            ratios=[ratio, *(Ratio("gatehouse", name) for name in PLAIN_PEERS if name != ratio.theirs)],
            body_bytes=size,
        )

    def _plain(self, tls: bool = False, haproxy_buffer: int = 16 * KIB) -> list[Service]:
        return [
            self.ours.plain(9400, tls=tls),
            self.peers.nginx(9401, tls=tls),
            self.peers.haproxy(9402, tls=tls, buffer_bytes=haproxy_buffer),
            self.peers.envoy(9403, tls=tls),
        ]

    def _token(self) -> list[Service]:
        return [
            self.ours.protected(9404),
            self.peers.haproxy(9405, tokens=True),
            self.peers.envoy(9406, tokens=True),
        ]
