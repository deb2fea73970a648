"""The files under deploy/ hang together: what one of them names, another one provides."""

import subprocess
from typing import Any

import pytest
import yaml
from harness.gateway import BINARY, ROOT

DEPLOY = ROOT / "deploy"


def read(place: str) -> Any:
    """A YAML file of deploy/."""
    return yaml.safe_load((DEPLOY / place).read_text())


def test_compose_starts_the_gateway_after_its_services_and_keys() -> None:
    services = read("compose/docker-compose.yml")["services"]
    assert set(services["gateway"]["depends_on"]) == {"keys", "users", "items"}
    assert [name for name, service in services.items() if "ports" in service] == ["gateway"]


def test_the_compose_policy_names_the_services_of_the_compose_file() -> None:
    services, rules = read("compose/docker-compose.yml")["services"], read("compose/gateway.yaml")
    for upstream in rules["upstreams"].values():
        (server,) = upstream["servers"]
        host, port = server.removeprefix("http://").split(":")
        assert host in services
        assert f"--port {port}" in (DEPLOY / "compose/services/Dockerfile").read_text()


def test_the_sidecar_starts_first_and_its_probes_are_those_of_its_policy() -> None:
    pod, rules = read("kubernetes/deployment.yaml")["spec"]["template"]["spec"], read("kubernetes/gateway.yaml")
    (gateway,) = pod["initContainers"]
    assert gateway["restartPolicy"] == "Always"
    ports = {port["name"]: port["containerPort"] for port in gateway["ports"]}
    assert rules["listeners"]["public"]["address"] == f"0.0.0.0:{ports['http']}"
    assert rules["admin"]["probes"] == f"0.0.0.0:{ports['probes']}"
    for probe, path in (("startupProbe", "/healthz"), ("readinessProbe", "/readyz"), ("livenessProbe", "/healthz")):
        assert gateway[probe]["httpGet"] == {"path": path, "port": "probes"}


def test_the_service_of_the_pod_listens_on_the_loopback_alone() -> None:
    (app,) = read("kubernetes/deployment.yaml")["spec"]["template"]["spec"]["containers"]
    assert app["command"][app["command"].index("--host") + 1] == "127.0.0.1"
    assert read("kubernetes/gateway.yaml")["upstreams"]["items"]["servers"] == ["http://127.0.0.1:8000"]


def test_every_manifest_is_in_the_kustomization() -> None:
    listed = read("kubernetes/kustomization.yaml")
    named = {*listed["resources"], *listed["configMapGenerator"][0]["files"], "kustomization.yaml"}
    assert {file.name for file in (DEPLOY / "kubernetes").iterdir()} == named


def test_systemd_finds_no_fault_in_the_unit(tmp_path: Any) -> None:
    unit = tmp_path / "gatehouse.service"
    unit.write_text((DEPLOY / "systemd/gatehouse.service").read_text().replace("/usr/bin/gatehouse", str(BINARY)))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("script", ["deploy/run.sh", "deploy/test.sh", "deploy/packages.sh", ".ci/run"])
def test_the_scripts_are_sound(script: str) -> None:
    assert subprocess.run(["bash", "-n", ROOT / script]).returncode == 0
