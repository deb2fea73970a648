"""What every file of the suite shares: the services behind the gateway, started once."""

from collections.abc import Iterator

import pytest
from harness.gateway import BINARY
from harness.services import Service


def pytest_sessionstart() -> None:
    """Without the binary there is nothing to judge, and that is a failure rather than a skip."""
    if not BINARY.is_file():
        pytest.exit(f"no binary at {BINARY}: build a release first, or set GATEHOUSE", returncode=1)


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
