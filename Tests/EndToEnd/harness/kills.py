"""A server that is killed again and again while people use it, and is asked each time whether it kept its promises."""

import random
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from harness.authorization import PASSWORD, SECRET, AuthorizationServer, clients, password_hash, secret_hash
from harness.customers import Customer

# How long the server lives, in seconds: from the middle of its first writes on.
LIVES = (0.05, 1.0)


class KillRun:
    """`customers` people with `sites_each` sites that they may consent to."""

    def __init__(self, customers: int, sites_each: int, seed: int) -> None:
        self.random = random.Random(seed)
        names = [f"user-{number}" for number in range(customers)]
        sites = [f"site-{number}" for number in range(customers * sites_each)]
        hashed = password_hash(PASSWORD)
        self.server = AuthorizationServer(
            # The server keeps a bounded number of a client's devices until their codes are over.
            tokens={"refresh_grace": "1m", "code": "5m", "device": "15s"},
            users={name: {"password_hash": hashed} for name in names},
            clients={**{name: clients()[name] for name in ("tv", "worker")}, **{name: _site(name) for name in sites}},
        )
        self.customers = [
            Customer(self.server, name, sites[number * sites_each : (number + 1) * sites_each])
            for number, name in enumerate(names)
        ]
        self.kills = 0

    def __enter__(self) -> "KillRun":
        self.server.__enter__()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for customer in self.customers:
            customer.close()
        self.server.__exit__(kind, error, trace)

    def round(self, is_last: bool = False) -> None:
        """Use it, kill it, start it, see what it kept, and present everything again."""
        stop = threading.Event()
        with ThreadPoolExecutor(len(self.customers)) as crowd:
            using = [crowd.submit(customer.use, stop) for customer in self.customers]
            stop.wait(self.random.uniform(*LIVES))
            self.server.signal(signal.SIGKILL)
            stop.set()
            for one in using:
                one.result()
            self.server.wait_for_exit()
            self.kills += 1
            self.server.start()
            self.server.wait_until_ready()
            list(crowd.map(lambda customer: customer.check(is_last), self.customers))
            list(crowd.map(Customer.replay, self.customers))

    @property
    def counts(self) -> Counter[str]:
        return sum((customer.counts for customer in self.customers), Counter())

    @property
    def grants(self) -> int:
        """How many token answers came, of whatever grant."""
        return sum(count for name, count in self.counts.items() if " " not in name and name != "consents")

    @property
    def faults(self) -> Counter[str]:
        """Broken promises, and how often."""
        return Counter(fault for customer in self.customers for fault in customer.faults)


def _site(name: str) -> dict[str, object]:
    return {
        "secret_hash": secret_hash(SECRET),
        "redirect_uris": [f"https://{name}.example.test/callback"],
        "grants": ["authorization_code", "refresh_token"],
        "scopes": ["openid", "items:read"],
    }
