"""What every file of the suite shares: the services behind the gateway, started once."""

import json
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from harness import Gateway, RawClient, RawUpstream, Recorder, keys
from harness.gateway import BINARY, policy
from harness.ports import free_port
from harness.services import Service


def pytest_sessionstart() -> None:
    """Without the binary there is nothing to judge, and that is a failure rather than a skip."""
    if not BINARY.is_file():
        pytest.exit(f"no binary at {BINARY}: build a release first, or set GATEHOUSE", returncode=1)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """No token is minted before its test runs; `harness.keys` sees to it."""
    keys.is_collecting = True
    try:
        return (yield)
    finally:
        keys.is_collecting = False


@pytest.fixture(scope="session")
def users() -> Iterator[Service]:
    """The users service."""
    with Service("users") as service:
        yield service


@pytest.fixture(scope="session")
def items() -> Iterator[Service]:
    """The items service."""
    with Service("items") as service:
        yield service


@pytest.fixture
def upstream() -> Iterator[RawUpstream]:
    """One that the test plays."""
    with RawUpstream() as listener:
        yield listener


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """One that answers everything, and keeps what it saw."""
    with Recorder() as listener:
        yield listener


@pytest.fixture
def client(gateway: Gateway) -> Iterator[RawClient]:
    """A connection to the gateway of the file."""
    with gateway.raw() as connection:
        yield connection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with a good policy."""
    routes = [
        {"name": "open", "path": "/open", "access": "public"},
        {"name": "read", "path": "/items/**", "methods": ["GET"], "access": {"scopes": ["items:read"]}},
    ]
    listeners = {"public": {"address": f"127.0.0.1:{free_port()}"}}
    admin = {"address": f"127.0.0.1:{free_port()}"}
    (tmp_path / "gateway.yaml").write_text(json.dumps(policy(routes, listeners=listeners, admin=admin)))
    return tmp_path
