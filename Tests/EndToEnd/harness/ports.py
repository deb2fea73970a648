"""Loopback ports that nobody listens on."""

import random
import socket

# Below the kernel's ephemeral range, so that no outgoing connection takes one between choosing and listening.
_CANDIDATES = range(10_000, 32_000)
_given: set[int] = set()


def free_port() -> int:
    """A TCP port that is free now and that this run has not given to anybody yet."""
    while True:
        port = random.choice(_CANDIDATES)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
