"""The service of the README answers behind the route of the README."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from harness import Gateway, eventually, token
from harness.gateway import ROOT, issuer, listens
from harness.ports import free_port
from harness.readme import SERVICE, blocks, chapter


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where the service listens."""
    (service,) = blocks("python", SERVICE)
    (tmp_path / "items.py").write_text(service)
    port = free_port()
    (arguments,) = re.findall(r"`uvicorn (items:app .*?)`", chapter(SERVICE))
    command = [sys.executable, "-m", "uvicorn", *arguments.replace("9000", str(port)).split()]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        try:
            eventually(lambda: listens(port), within=20)
            yield port
        finally:
            service.terminate()


def test_the_service_of_the_readme_learns_who_asks(port: int) -> None:
    rules = yaml.safe_load((ROOT / "gateway.yaml").read_text())
    (addition,) = blocks("yml", SERVICE)
    added = yaml.safe_load(addition.replace(":9000", f":{port}"))
    rules["upstreams"].update(added["upstreams"])
    rules["routes"] += added["routes"]
    rules |= {"issuers": {"corp": issuer()}, "listeners": {"public": {}}}
    del rules["authorization_server"]
    with Gateway(rules) as gateway:
        assert gateway.get("/items/7").status_code == 401
        assert gateway.get("/items/7", token(scope="items:write")).status_code == 403
        answer = gateway.get("/items/7", token(scope="items:read", sub="carol"))
        assert (answer.status_code, answer.json()) == (200, {"item": 7, "owner": "carol"})
        assert gateway.get("/docs").status_code == 200
        assert gateway.request("POST", "/items", token(scope="items:write")).status_code == 200
