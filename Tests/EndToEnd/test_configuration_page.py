"""The page of the configuration is true: the gateway takes each policy that stands on it."""

import re
from pathlib import Path

import pytest
import yaml
from harness import gatehouse
from harness.gateway import ROOT

PAGE = (ROOT / "Sources/Gateway/Gateway.docc/Configuration.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
REST = {
    "version": 1,
    "issuers": {"corp": {"issuer": "https://login.example.com", "audiences": ["a"], "algorithms": ["ES256"]}},
    "upstreams": {"orders": {"servers": ["http://127.0.0.1:9000"]}},
    "routes": [{"path": "/", "access": "public", "upstream": "orders"}],
}


def whole(block: str) -> str:
    """A block, and behind it those of the top keys that a policy needs and the block leaves out."""
    missing = {key: value for key, value in REST.items() if key not in yaml.safe_load(block)}
    return block + (yaml.safe_dump(missing) if missing else "")


def test_the_page_has_examples() -> None:
    assert len(BLOCKS) >= 7


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_each_example_passes(block: str, tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(whole(block))
    done = gatehouse("check", "--unset-ok", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("key", ["tests"])
def test_what_the_page_calls_not_supported_is_refused_by_name(key: str, tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(whole(f"{key}: {{ a: b }}\n"))
    done = gatehouse("check", cwd=tmp_path)
    assert done.returncode == 1
    assert f"`{key}` is not supported by this version" in done.stdout
    assert f"`{key}`" in PAGE.partition("## Not supported by this version")[2]
