"""Gatehouse under measurement: the policies that the sets serve, one worker each."""

from __future__ import annotations

import json
from pathlib import Path

from material import AUDIENCE, ISSUER, SCOPE, Material
from peers import UPSTREAM_PORT
from process import Service


class Gatehouse:
    """Writes policies into a folder and names the services that run them."""

    def __init__(self, binary: Path, work: Path, material: Material) -> None:
        self.binary = binary
        self.work = work
        self.material = material

    def plain(self, port: int, tls: bool = False) -> Service:
        """One public route."""
        route = {"path": "/orders/**", "access": "public", "upstream": "orders"}
        return self._service("gatehouse", port, [route], tls=tls)

    def protected(self, port: int) -> Service:
        """One route that wants a scope; the identity headers of the defaults are injected."""
        route = {
            "path": "/orders/**",
            "methods": ["GET"],
            "access": {"scopes": [SCOPE]},
            "upstream": "orders",
        }
        issuer = {
            "issuer": ISSUER,
            "audiences": [AUDIENCE],
            "algorithms": ["ES256"],
            "keys": {"file": str(self.material.jwks)},
        }
        return self._service("gatehouse-token", port, [route], issuers={"bench": issuer})

    def many_routes(self, port: int, count: int) -> Service:
        """So many public routes, of three shapes."""
        return self._service(f"gatehouse-{count}-routes", port, routes(count))

    def many_routes_policy(self, count: int) -> Path:
        """The policy of `many_routes` alone, for `check`."""
        return self._policy(f"check-{count}", 8080, routes(count))

    def run(self, policy: Path, *options: str) -> list[str]:
        """The command that serves a policy."""
        return [str(self.binary), "run", "--config", str(policy), "--workers", "1", *options]

    # Details

    def _service(self, name: str, port: int, table: list[dict], tls: bool = False, **more: dict) -> Service:
        return Service(name, port, self.run(self._policy(name, port, table, tls, **more)), tls)

    def _policy(self, name: str, port: int, table: list[dict], tls: bool = False, **more: dict) -> Path:
        listener: dict = {"address": f"127.0.0.1:{port}"}
        if tls:
            pair = {
                "certificate": str(self.material.certificate),
                "key": str(self.material.certificate_key),
            }
            listener["tls"] = {"certificates": [pair]}
        policy = {
            "version": 1,
            "server": {"workers": 1, "drain_delay": "0s", "drain_timeout": "1s"},
            "admin": "off",
            "listeners": {"bench": listener},
            "upstreams": {"orders": {"servers": [f"http://127.0.0.1:{UPSTREAM_PORT}"]}},
            **more,
            "routes": table,
        }
        file = self.work / f"{name}.yaml"
        # JSON is YAML; one route a line keeps the file readable, and its problems findable.
        lines = [f"{key}: {json.dumps(value)}" for key, value in policy.items() if key != "routes"]
        lines += ["routes:"] + [f"  - {json.dumps(route)}" for route in table]
        file.write_text("\n".join(lines) + "\n")
        return file


def routes(count: int) -> list[dict]:
    """A table as a grown company has it: prefixes, parameters and single paths in turn.

    Names are equally long in every table, so that paths and log lines are too.
    """
    table = []
    for number in range(count):
        shape = (
            f"/service-{number:05}/**",
            f"/service-{number:05}/items/{{item}}",
            f"/service-{number:05}/status",
        )[number % 3]
        table.append({"path": shape, "methods": ["GET"], "access": "public", "upstream": "orders"})
    return table


def paths(count: int) -> list[str]:
    """A path that each of `routes` takes, spread so that neighbours in the table do not follow one another."""
    tails = ("/orders/1", "/items/1", "/status")
    stride = 7919  # A prime, so that every route has its turn.
    return [f"/service-{n:05}{tails[n % 3]}" for n in (turn * stride % count for turn in range(count))]
