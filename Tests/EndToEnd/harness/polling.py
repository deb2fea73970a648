"""Waiting for something to become true, with a deadline instead of a fixed sleep."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def eventually(claim: Callable[[], Result], within: float = 5.0, every: float = 0.02) -> Result:
    """Return the first truthy result of `claim`; fail when there is none in time."""
    deadline = time.monotonic() + within
    while True:
        result = claim()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: last result was {result!r}")
        time.sleep(every)
