"""Somebody who uses the authorization server all the time, and knows afterwards what was promised to them.

What the server has answered is a promise: whatever happens to the process, a code or refresh token that arrived works
once more, and one that was used does not. What was under way when the process died may have happened or not.
"""

import random
import secrets
import threading
from collections import Counter
from dataclasses import dataclass

import httpx

from harness.authorization import PASSWORD, SECRET, AuthorizationServer, basic
from harness.visitor import Visitor

# How many of the consents that were asked about before are asked about again after each kill; the last kill asks all.
SAMPLE = 5
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
Form = dict[str, str]


@dataclass
class Chain:
    """The refresh tokens of one grant, the oldest first; `is_open` while the last one may have been used."""

    client: str
    tokens: list[str]
    is_open: bool = False


@dataclass
class Ticket:
    """A code or device code, by the form that redeems it."""

    form: Form
    client: str
    state: str = "fresh"  # then `open` while its redemption is under way, and `used`


class Customer:
    """One person with a browser, and the clients they use; belongs to one thread at a time."""

    def __init__(self, server: AuthorizationServer, user: str, sites: list[str]) -> None:
        self.server = server
        self.user = user
        self.sites = sites
        self.consented: list[str] = []
        self.checked: list[str] = []
        self.undecided: str | None = None
        self.chains: list[Chain] = []
        self.tickets: list[Ticket] = []
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.random = random.Random(user)
        self.visitor = Visitor(server.issuer)
        self.http = httpx.Client(trust_env=False, timeout=20)

    def close(self) -> None:
        self.visitor.client.close()
        self.http.close()

    # While the server lives

    def use(self, stop: threading.Event) -> None:
        """One grant after the other, until the server is gone."""
        try:
            while not stop.is_set():
                self.random.choice([self.allow_another, self.come_back, self.renew, self.renew, self.pair, self.work])()
        except httpx.TransportError:
            return

    def allow_another(self) -> None:
        """Consent to a site that was never allowed anything, as long as there are some."""
        if self.undecided is None and not self.sites:
            return self.come_back()
        self.undecided = self.undecided or self.sites.pop()
        self._redeem(self._ticket(self.undecided, may_ask=True))
        self.counts["consents"] += 1

    def come_back(self) -> None:
        """A code without a question: signed in and consented to before."""
        if self.consented:
            self._redeem(self._ticket(self.random.choice(self.consented), may_ask=False))

    def renew(self) -> None:
        """Refresh one of the chains."""
        chains = [chain for chain in self.chains if not chain.is_open]
        if chains:
            self._renew(self.random.choice(chains))

    def pair(self) -> None:
        """RFC 8628 with a device that waits until it was approved."""
        asked = self.http.post(self.server.endpoint("device_authorization"), data={"client_id": "tv"})
        if not self._is(asked, 200, "a device asks"):
            return
        self.visitor.open(asked.json()["verification_uri_complete"])
        for _ in range(4):
            match self.visitor.asks:
                case "password":
                    self.visitor.sign_in(self.user, PASSWORD)
                case "user_code":
                    self.visitor.submit()
                case "decision":
                    self.visitor.decide("allow")
        form = {"grant_type": DEVICE_GRANT, "client_id": "tv", "device_code": asked.json()["device_code"]}
        self._redeem(self._kept(Ticket(form, "tv")))

    def work(self) -> None:
        """A program's own token."""
        form = {"grant_type": "client_credentials"}
        answer = self.http.post(self.server.endpoint("token"), data=form, headers=self._headers("worker"))
        if self._is(answer, 200, "client credentials"):
            self.counts["client_credentials"] += 1

    # After it died and came back

    def check(self, is_last: bool) -> None:
        """What was promised holds: consents, the session, fresh codes, and the latest token of each chain."""
        fresh = [site for site in self.consented if site not in self.checked]
        older = self.checked if is_last else self.random.sample(self.checked, min(SAMPLE, len(self.checked)))
        for site in [*fresh, *older]:
            self.counts["consents asked again"] += 1
            self._redeem(self._ticket(site, may_ask=False))
        self.checked = list(self.consented)
        for ticket in self.tickets:
            if ticket.state != "used":
                self._redeem(ticket)
        for chain in self.chains:
            self._renew(chain)

    def replay(self) -> None:
        """Present everything again. It ends the grants, so that the next round begins with new ones."""
        for ticket in self.tickets:
            self._replay(ticket)
        for chain in self.chains:
            # The last one is unused, and its predecessor gives it again within the grace: both are no second use.
            for token in reversed(chain.tokens[:-2]):
                form = {"grant_type": "refresh_token", "refresh_token": token, **self._identity(chain.client)}
                answer = self.http.post(self.server.endpoint("token"), data=form, headers=self._headers(chain.client))
                self.counts["refresh tokens replayed"] += 1
                self._is(answer, 400, "a used refresh token again")
        self.tickets, self.chains = [], []

    # Private details

    def _ticket(self, site: str, may_ask: bool) -> Ticket:
        verifier = secrets.token_urlsafe(48)
        uri = f"https://{site}.example.test/callback"
        url = self.server.authorization(site, verifier, redirect_uri=uri, scope="openid items:read")
        self.visitor.open(url)
        while (wish := self.visitor.asks) and self.visitor.page.status_code == 200:
            if not may_ask:
                self.faults.append(f"{wish} was asked for again")
                may_ask = True
            if wish == "password":
                self.visitor.sign_in(self.user, PASSWORD)
            else:
                self.visitor.decide("allow")
        code = self.visitor.arrival["code"]
        if site == self.undecided:
            self.consented.append(site)
            self.undecided = None
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri, "code_verifier": verifier}
        return self._kept(Ticket(form, site))

    def _kept(self, ticket: Ticket) -> Ticket:
        self.tickets.append(ticket)
        return ticket

    def _redeem(self, ticket: Ticket) -> None:
        was_open, ticket.state = ticket.state == "open", "open"
        answer = self._present(ticket)
        ticket.state = "used"
        if was_open and answer.status_code == 400:
            # The first try had come through, and this second one has ended what came of it.
            return
        if self._is(answer, 200, f"{ticket.form['grant_type']} for the first time"):
            self.counts[ticket.form["grant_type"]] += 1
            self.chains.append(Chain(ticket.client, [answer.json()["refresh_token"]]))

    def _replay(self, ticket: Ticket) -> None:
        self.counts["codes replayed"] += 1
        self._is(self._present(ticket), 400, f"{ticket.form['grant_type']} again")

    def _present(self, ticket: Ticket) -> httpx.Response:
        return self.http.post(self.server.endpoint("token"), data=ticket.form, headers=self._headers(ticket.client))

    def _renew(self, chain: Chain) -> None:
        form = {"grant_type": "refresh_token", "refresh_token": chain.tokens[-1], **self._identity(chain.client)}
        chain.is_open = True
        answer = self.http.post(self.server.endpoint("token"), data=form, headers=self._headers(chain.client))
        chain.is_open = False
        if self._is(answer, 200, "the latest refresh token"):
            self.counts["refresh_token"] += 1
            chain.tokens.append(answer.json()["refresh_token"])

    def _identity(self, client: str) -> Form:
        return {"client_id": client} if client == "tv" else {}

    def _headers(self, client: str) -> Form:
        return {} if client == "tv" else {"Authorization": basic(client, SECRET)}

    def _is(self, answer: httpx.Response, status: int, what: str) -> bool:
        if answer.status_code != status:
            said = answer.json().get("error") if "json" in answer.headers.get("content-type", "") else "a page"
            self.faults.append(f"{what}: {answer.status_code} {said}, expected {status}")
        return answer.status_code == status
