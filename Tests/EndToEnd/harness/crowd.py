"""Many who do the same at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import httpx

Result = TypeVar("Result")


def at_once(count: int, action: Callable[[httpx.Client], Result]) -> list[Result]:
    """What `count` callers get who begin together, each on a connection of its own."""
    start = threading.Barrier(count)

    def one(_: int) -> Result:
        with httpx.Client(trust_env=False, timeout=30) as client:
            start.wait()
            return action(client)

    with ThreadPoolExecutor(count) as crowd:
        return list(crowd.map(one, range(count)))
