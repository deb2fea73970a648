"""A failing store: nobody is told what is not so, the operator hears why, and all is well when the fault is gone."""

import re
import resource
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import islice
from pathlib import Path

import bcrypt
import httpx
import pytest
from harness.authorization import PASSWORD, AuthorizationServer, assert_error, clients
from harness.kills import KillRun
from harness.polling import eventually
from harness.verdicts import verdict

Fault = Callable[[AuthorizationServer], AbstractContextManager[None]]
# Longer than the store waits for somebody else's transaction.
PATIENCE = 20.0
KILLS = 20


def database(server: AuthorizationServer) -> Path:
    return server.directory / "data/gatehouse.db"


@contextmanager
def locked(server: AuthorizationServer) -> Iterator[None]:
    """Another process has begun to write, and does not finish."""
    with closing(sqlite3.connect(database(server), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(server: AuthorizationServer) -> Iterator[None]:
    """No file may grow: what a full disk is, without a disk of one's own."""
    usual = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    sizes = [file.stat().st_size for file in database(server).parent.iterdir()]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (max(sizes), usual[1]))
    yield
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, usual)


FAULTS = {
    "locked": (locked, "locked by another process"),
    "full": (full, "the store failed"),
}


def readiness(server: AuthorizationServer) -> httpx.Response:
    return server.admin("/readyz")


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_store_that_cannot_be_written(fault: Fault, reason: str) -> None:
    with AuthorizationServer(tokens={"refresh_grace": "1m"}) as server:
        tokens = server.tokens()
        newest = [tokens["refresh_token"]]

        def fails() -> httpx.Response | None:
            """The log of the store may have room for some more."""
            answer = server.refresh(newest[-1])
            if answer.status_code == 200:
                newest.append(answer.json()["refresh_token"])
                return None
            return answer

        with fault(server):
            answer = eventually(fails, within=PATIENCE)
            assert_error(answer, 503, "temporarily_unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            unready = eventually(lambda: (now := readiness(server)).status_code == 503 and now, within=PATIENCE)
            assert reason in unready.text
            assert eventually(lambda: reason in server.said())
            # What needs no store goes on.
            assert verdict(server, tokens["access_token"]) == "allowed"
            assert server.http.get(server.endpoint("jwks")).status_code == 200
            with server.visitor() as visitor:
                # An attempt that is to be kept later, for alice to see.
                visitor.open(server.authorization()).sign_in("alice", "not her password")
            # Nor does who only reads wait for what cannot be written.
            assert [server.http.get(server.authorization()).status_code for _ in range(5)] == [303] * 5
            with server.visitor() as visitor:
                visitor.open(server.authorization()).sign_in("alice", PASSWORD)
                assert visitor.page.status_code == 503
                assert visitor.page.headers["Content-Type"].startswith("text/html")
        eventually(lambda: readiness(server).status_code == 200, within=PATIENCE)
        assert server.refresh(newest[-1]).status_code == 200, "the refresh token was lost"
        assert server.redeem(server.code()).status_code == 200
        assert verdict(server, tokens["access_token"]) == "allowed"


def test_nobody_waits_behind_others_for_a_locked_store() -> None:
    """SQLite waits five seconds for whoever holds the store; a crowd must not wait so long for each of its own."""
    with AuthorizationServer() as server:
        tokens = server.tokens()
        with locked(server), ThreadPoolExecutor(20) as crowd:
            answers = list(crowd.map(lambda _: server.refresh(tokens["refresh_token"]), range(20)))
        assert {answer.status_code for answer in answers} == {503}
        assert max(answer.elapsed.total_seconds() for answer in answers) < 15
        assert server.refresh(tokens["refresh_token"]).status_code == 200


def test_a_tried_password_is_answered_however_long_the_store_takes() -> None:
    """Who was right must not hear that the server is busy because of others who came while the password was tried."""
    slow = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(12)).decode()
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    with AuthorizationServer(users={"alice": {"password_hash": slow}}, clients={**clients(), "old": old}) as server:
        form = {"grant_type": "password", "client_id": "old", "username": "alice", "password": PASSWORD}
        with ThreadPoolExecutor(2) as crowd:
            with locked(server):
                sign_in = crowd.submit(server.http.post, server.endpoint("token"), data=form)
                # The password is being tried when the other request begins to wait for the store.
                time.sleep(0.1)
                device = crowd.submit(
                    server.http.post, server.endpoint("device_authorization"), data={"client_id": "tv"}
                )
                # Longer than a request waits for its first turn, and less than SQLite waits.
                time.sleep(3)
            assert device.result().status_code == 200
            assert sign_in.result().status_code == 200, sign_in.result().text


def test_a_password_that_cannot_be_tried_is_refused_while_the_store_is_held() -> None:
    """As on a slow disk: who will not get a place anyhow must not wait for the store to hear so."""
    old = {"public": True, "legacy": ["password"], "scopes": ["items:read"]}
    form = {"grant_type": "password", "client_id": "old", "username": "alice", "password": PASSWORD}
    with AuthorizationServer(clients={**clients(), "old": old}) as server, ThreadPoolExecutor(41) as crowd:
        with locked(server):
            device = crowd.submit(
                server.http.post, server.endpoint("device_authorization"), data={"client_id": "tv"}
            )
            sign_ins = [crowd.submit(server.http.post, server.endpoint("token"), data=form) for _ in range(40)]
            # Four threads at the most, and sixteen that wait for them, have a place.
            for refused in islice(as_completed(sign_ins), 20):
                assert_error(refused.result(), 503, "temporarily_unavailable")
        assert device.result().status_code == 200, "the refusals waited for the store"


def test_a_damaged_store_is_left_as_it_is() -> None:
    server = AuthorizationServer()
    server.command("users", "add", "zoe", stdin=f"{PASSWORD}\n")
    database(server).write_bytes(b"this is no database, but somebody may want it back" * 100)
    server.start()
    assert server.wait_for_exit() != 0
    assert re.search(r"authorization_server\.store: .*is no SQLite database", server.said())
    assert database(server).read_bytes().startswith(b"this is no database")
    # Once somebody has looked at it, the server starts.
    database(server).unlink()
    with server:
        assert server.redeem(server.code()).status_code == 200


def test_nothing_that_opens_something_stands_in_the_file() -> None:
    """Digests are kept of what is presented, and what must be read again is sealed."""
    with AuthorizationServer() as server:
        first = server.tokens()
        server.refresh(first["refresh_token"])
        with server.visitor() as visitor:
            server.redeem(server.code("web", visitor=visitor))
            cookies = [cookie.value for cookie in visitor.client.cookies.jar]
            server.secrets |= {cookie for cookie in cookies if cookie}
        server.post("device_authorization", {"client_id": "tv"})
        files = list(database(server).parent.iterdir())
        kept = b"".join(file.read_bytes() for file in files)
        assert {"gatehouse.db", "seal.key"} <= {file.name for file in files}
        assert not [secret for secret in server.secrets if secret.encode() in kept]
        assert b"PRIVATE KEY" not in kept and b'"d":' not in kept
        assert {file.stat().st_mode & 0o077 for file in files} == {0}, "others may read the store or its key"


def test_a_store_in_memory_forgets_everything() -> None:
    with AuthorizationServer(store="memory") as server:
        tokens = server.tokens()
        assert server.refresh(tokens["refresh_token"]).status_code == 200
        assert not (server.directory / "data").exists()
        server.kill()
        server.start()
        server.wait_until_ready()
        assert server.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
        assert verdict(server, tokens["access_token"]) != "allowed"


def test_kills_lose_nothing_and_repeat_nothing() -> None:
    """A small one; `Benchmarks/kills.py` is the large one."""
    with KillRun(customers=4, sites_each=10, seed=7) as run:
        for number in range(1, KILLS + 1):
            run.round(is_last=number == KILLS)
        assert not run.faults
        counts = run.counts
    assert {"authorization_code", "refresh_token", "client_credentials", "consents"} <= set(counts)
    assert run.grants >= 200
