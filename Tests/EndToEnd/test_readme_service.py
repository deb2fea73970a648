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

README = (ROOT / "README.md").read_text()


def block(language: str) -> str:
    """The one code block of the README in that language."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return text


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where the service listens."""
    (tmp_path / "orders.py").write_text(block("python"))
    port = free_port()
    (arguments,) = re.findall(r"`uvicorn (orders:app .*?)`", README)
    command = [sys.executable, "-m", "uvicorn", *arguments.replace("9000", str(port)).split()]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        try:
            eventually(lambda: listens(port), within=20)
            yield port
        finally:
            service.terminate()


def test_the_service_of_the_readme_learns_who_asks(port: int) -> None:
    rules = yaml.safe_load((ROOT / "gateway.yaml").read_text())
    added = yaml.safe_load(block("yml").replace(":9000", f":{port}"))
    rules["upstreams"].update(added["upstreams"])
    rules["routes"] += added["routes"]
    rules |= {"issuers": {"corp": issuer()}, "listeners": {"public": {}}}
    with Gateway(rules) as gateway:
        assert gateway.get("/orders/7").status_code == 401
        assert gateway.get("/orders/7", token(scope="orders:write")).status_code == 403
        answer = gateway.get("/orders/7", token(scope="orders:read", sub="carol"))
        assert (answer.status_code, answer.json()) == (200, {"order": 7, "owner": "carol"})
        assert gateway.get("/items/1", token(scope="items:read")).status_code == 200
