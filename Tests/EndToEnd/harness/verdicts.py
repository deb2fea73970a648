"""What the gateway thinks of a token, and what `check` thinks of an issuer."""

import json
from pathlib import Path
from typing import Any

from harness.gateway import Gateway, gatehouse, issuer, policy
from harness.wire import bearer


def verdict(gateway: Gateway, token: str, path: str = "/me") -> str:
    """`allowed`, or the code of the refusal."""
    answer = gateway.ask("GET", path, bearer(token))
    return "allowed" if answer.status == 200 else answer.code


def problems(folder: Path, **changes: Any) -> str:
    """What `check` says about the usual issuer with `changes`; empty when it is content."""
    corp = {name: value for name, value in issuer(**changes).items() if value is not None}
    file = folder / "gateway.yaml"
    file.write_text(json.dumps(policy([{"path": "/", "access": "authenticated"}], issuers={"corp": corp})))
    done = gatehouse("check", "--config", file)
    return "" if done.returncode == 0 else done.stdout
