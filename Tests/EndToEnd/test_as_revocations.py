"""What the server of one gateway has revoked, the others of its shared state refuse."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest
from harness import Gateway, eventually, policy
from harness.authorization import ROUTES, AuthorizationServer
from harness.keys import AUDIENCE
from harness.people import session_key
from harness.state import Redis
from test_login_embedded import House

KNOWN = 2.0
SESSION_KEY = session_key()


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture
def server(redis: Redis) -> Iterator[AuthorizationServer]:
    with AuthorizationServer(sections={"state": redis.state}) as running:
        yield running


def reader(server: AuthorizationServer, redis: Redis) -> Gateway:
    """A gateway that takes the tokens of `server`, and knows no more of it than its address."""
    issuers = {"house": {"issuer": server.issuer, "audiences": [AUDIENCE], "algorithms": ["ES256"]}}
    return Gateway(policy(ROUTES, issuers=issuers, state=redis.state))


def asked(gateway: Gateway, token: str) -> tuple[int, str]:
    answer = gateway.get("/me", token)
    return answer.status_code, answer.json().get("code", "")


def until(gateway: Gateway, token: str, status: int, code: str = "", within: float = KNOWN) -> None:
    eventually(lambda: asked(gateway, token) == (status, code), within=within)


def test_as10_a_token_that_was_revoked_elsewhere_is_refused_remembered_or_not(
    server: AuthorizationServer, redis: Redis
) -> None:
    remembered, fresh, other = (server.worker_token() for _ in range(3))
    with reader(server, redis) as gateway:
        until(gateway, remembered, 200)
        until(gateway, other, 200)
        for token in (remembered, fresh):
            assert server.revoke(token, client="worker").status_code == 200
        until(gateway, remembered, 401, "token_revoked")
        until(gateway, fresh, 401, "token_revoked")
        assert asked(gateway, other) == (200, "")
    # One that starts later learns it, too.
    with reader(server, redis) as late:
        until(late, other, 200)
        assert asked(late, remembered) == (401, "token_revoked")


def test_as10_while_the_state_is_away_nobody_elsewhere_passes_by_what_may_be_revoked(
    server: AuthorizationServer, redis: Redis
) -> None:
    revoked, later, other = (server.worker_token() for _ in range(3))
    assert server.revoke(revoked, client="worker").status_code == 200
    with reader(server, redis) as gateway:
        until(gateway, other, 200)
        redis.kill()
        # Remembered or not.
        for token in (other, later):
            until(gateway, token, 503, "state_unavailable", within=4)
        # Where the store is everything is known.
        assert [asked(server, token)[0] for token in (revoked, other)] == [401, 200]
        assert server.revoke(later, client="worker").status_code == 200
        until(server, later, 401, "token_revoked")
        with reader(server, redis) as late:
            assert asked(late, other) == (503, "state_unavailable")
            redis.start()
            until(late, other, 200, within=5)
        # Told once it can be, and not let through before.
        seen = []
        eventually(lambda: seen.append(asked(gateway, later)[0]) or seen[-1] == 401, within=8)
        assert set(seen) <= {503, 401}
        until(gateway, other, 200, within=5)


def test_as10_a_state_that_has_lost_everything_is_told_again(server: AuthorizationServer, redis: Redis) -> None:
    revoked, other = server.worker_token(), server.worker_token()
    assert server.revoke(revoked, client="worker").status_code == 200
    with reader(server, redis) as gateway:
        until(gateway, revoked, 401, "token_revoked")
        redis.forget()
        eventually(lambda: "gatehouse:{grants}:ends" in redis.ask("KEYS", "*"), within=8)
        with reader(server, redis) as late:
            until(late, other, 200)
            assert asked(late, revoked) == (401, "token_revoked")


class Copy(House):
    """Another gateway of the same policy, with a copy of the store of `house` as it was."""

    def __init__(self, house: House, redis: Redis) -> None:
        self.house = house
        super().__init__(issuer=house.issuer, sections={"state": redis.state})
        (self.directory / "data").mkdir(mode=0o700)
        shutil.copy2(house.directory / "data/seal.key", self.directory / "data/seal.key")
        with closing(sqlite3.connect(house.directory / "data/gatehouse.db")) as store:
            with closing(sqlite3.connect(self.directory / "data/gatehouse.db")) as copy:
                store.backup(copy)

    def _placed(self, policy: dict) -> dict:
        placed = super()._placed(policy)
        login = {**placed["login"], "base_url": self.house.url, "session": {"keys": [SESSION_KEY]}}
        return {**placed, "login": login}


class Original(House):
    """The house itself, with a key that its copies have as well."""

    def _placed(self, policy: dict) -> dict:
        placed = super()._placed(policy)
        return {**placed, "login": {**placed["login"], "session": {"keys": [SESSION_KEY]}}}


def test_as10_with_a_copy_of_the_store_tokens_and_sessions_of_a_revoked_grant_end_there_too(redis: Redis) -> None:
    with Original(sections={"state": redis.state}) as house:
        with Copy(house, redis) as copy, house.signed_in() as visitor:
            token, other = house.worker_token(), house.worker_token()
            api = [copy.get("/staff/x", each).status_code for each in (token, other)]
            browser = httpx.Client(trust_env=False, cookies=dict(visitor.client.cookies))
            assert (api, browser.get(f"{copy.url}/items/1").status_code) == ([403, 403], 200)
            assert house.revoke(token, client="worker").status_code == 200
            eventually(lambda: copy.get("/staff/x", token).status_code == 401, within=KNOWN)
            visitor.open(house.endpoint("account"))
            visitor.submit(visitor.form(action="revoke_access"))
            info = f"{copy.url}/oauth2/userinfo"
            eventually(lambda: browser.get(info).status_code == 401, within=KNOWN)
            program = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
            eventually(lambda: browser.get(f"{copy.url}/items/1", headers=program).status_code == 401, within=KNOWN)
            # What the copy's own store knows it goes on to know.
            redis.kill()
            assert copy.get("/staff/x", other).status_code == 403
