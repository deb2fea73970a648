"""Several gateways share what they know of sessions, in a real Redis."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from harness import Answer, Gateway, RawClient, SigningKey, eventually, policy, token
from harness.people import APP, Person, login, signing_in, until_due
from harness.proofs import proof
from harness.providers import ScriptedProvider
from harness.state import Redis, replica, until_known

CROWD = 200
API = {"path": "/api/**", "access": "authenticated"}
TOKEN = {"path": "/token", "login": True, "access": "authenticated", "identity": {"authorization": "session"}}
pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis() as running:
        yield running


@pytest.fixture
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider() as running:
        yield running


@pytest.fixture(params=["cookie", "state"])
def store(request: pytest.FixtureRequest) -> str:
    """Where sessions are kept."""
    return request.param


@pytest.fixture
def replicas(provider: ScriptedProvider, redis: Redis, store: str) -> Iterator[tuple[Gateway, Gateway]]:
    shared = signing_in(provider, API, TOKEN)
    shared["login"]["session"]["store"] = store
    with replica(shared, redis) as here, replica(shared, redis) as there:
        yield here, there


def test_a_session_of_one_is_a_session_of_all(replicas: tuple[Gateway, Gateway], store: str, redis: Redis) -> None:
    here, there = replicas
    person = Person(here).sign_in()
    assert person.sent_to(there).info["subject"] == person.info["subject"]
    assert person.sent_to(there).is_signed_in
    if store == "state":
        # The browser has a handle alone, and what is kept says nothing to whoever reads it.
        assert len(person.cookies["gatehouse"]) == 43
        (key,) = redis.ask("KEYS", "gatehouse:sessions:*").split()
        assert person.cookies["gatehouse"] not in key
        kept = redis.ask("GET", key)
        assert len(kept) > 100
        assert not any(word in kept for word in ("alice", person.cookies["gatehouse"]))


def test_who_signs_out_at_one_is_signed_out_at_all(replicas: tuple[Gateway, Gateway], redis: Redis, store: str) -> None:
    here, there = replicas
    person = Person(here).sign_in()
    copied, copied_there = person.copy_for(here), person.sent_to(there)
    assert copied_there.is_signed_in
    assert person.sign_out().status_code == 303
    assert not copied.is_signed_in
    until_known()
    assert not copied_there.is_signed_in
    if store == "state":
        assert redis.ask("KEYS", "gatehouse:sessions:*").split() == []


def test_signing_out_everywhere_ends_other_browsers_at_other_gateways(replicas: tuple[Gateway, Gateway]) -> None:
    here, there = replicas
    desk, phone = Person(here).sign_in(), Person(there).sign_in()
    assert desk.sign_out(scope="everywhere").status_code == 303
    until_known()
    assert not phone.is_signed_in
    assert Person(there).sign_in().is_signed_in


def test_a_logout_of_the_provider_holds_at_all_and_counts_once(
    replicas: tuple[Gateway, Gateway], provider: ScriptedProvider
) -> None:
    here, there = replicas
    provider.claims = {"sid": "one"}
    person = Person(here).sign_in()
    logout = {"logout_token": provider.logout_token(sid="one")}
    assert there.request("POST", "/oauth2/backchannel_logout", data=logout).status_code == 200
    until_known()
    assert not person.is_signed_in
    assert here.request("POST", "/oauth2/backchannel_logout", data=logout).status_code == 400


def test_a_response_counts_once_among_all(replicas: tuple[Gateway, Gateway]) -> None:
    here, there = replicas
    person = Person(here)
    callback = httpx.URL(person.until_callback())
    other = person.sent_to(there)
    assert person.go(str(callback)).status_code == 302
    again = other.go(f"{other.origin}{callback.raw_path.decode()}")
    assert (again.status_code, "sign_in_failed" in again.text) == (400, True)


def test_b5_a_crowd_at_two_gateways_at_the_moment_of_expiry_is_one_token_call(
    replicas: tuple[Gateway, Gateway], provider: ScriptedProvider
) -> None:
    provider.access_lifetime = 2
    person = Person(replicas[0]).sign_in()
    until_due(provider)
    provider.delay = 3
    clients = [RawClient(replicas[index % 2].port) for index in range(CROWD)]
    for client in clients:
        client.socket.settimeout(30)
        client.send(f"GET /app HTTP/1.1\r\nHost: 127.0.0.1:{replicas[0].port}\r\n{person.cookie_line}\r\n\r\n")
    answers = [client.answer() for client in clients]
    for client in clients:
        client.close()
    assert [answer.status for answer in answers] == [200] * CROWD
    assert (provider.refreshes, provider.grants.reused) == (1, [])
    # Who comes late with what the browser had before gets the winner's result, at both.
    for gateway in replicas:
        given = person.sent_to(gateway).ask("/token").json()["headers"]["authorization"].removeprefix("Bearer ")
        assert given == list(provider.grants.access_tokens)[-1]
    assert (provider.refreshes, provider.grants.reused) == (1, [])


def test_redis_away_never_means_no_session(replicas: tuple[Gateway, Gateway], redis: Redis) -> None:
    here, there = replicas
    person, leaver = Person(here).sign_in(), Person(here).sign_in()
    assert leaver.sign_out().status_code == 303
    redis.kill()
    refused = eventually(lambda: found if (found := person.ask("/app")).status_code != 200 else None)
    assert (refused.status_code, refused.json()["code"]) == (503, "state_unavailable")
    assert refused.headers["Retry-After"] and "Set-Cookie" not in refused.headers
    # A page, too, is told so, and is not sent to sign in.
    assert person.go("/app").status_code == 503
    assert person.ask("/oauth2/userinfo").status_code == 503
    left = person.sign_out()
    assert (left.status_code, "Set-Cookie" in left.headers) == (503, False)
    # Nobody else is touched.
    assert Person(here).go("/app").status_code == 302
    assert Person(here).ask("/app").status_code == 401
    assert here.get("/api", token()).status_code == 200
    assert Person(here).open("/app").status_code == 503
    redis.start()
    for gateway in (here, there):
        eventually(lambda gateway=gateway: person.sent_to(gateway).is_signed_in)
        assert not leaver.sent_to(gateway).is_signed_in


def test_a_redis_that_says_nothing_is_one_that_is_away(replicas: tuple[Gateway, Gateway], redis: Redis) -> None:
    person = Person(replicas[0]).sign_in()
    redis.freeze()
    try:
        eventually(lambda: person.ask("/app").status_code == 503, within=5)
        began = time.monotonic()
        assert person.ask("/app").json()["code"] == "state_unavailable"
        assert time.monotonic() - began < 2.5
    finally:
        redis.thaw()
    eventually(lambda: person.is_signed_in)


def test_no_session_is_lost_when_redis_is_killed_under_load(replicas: tuple[Gateway, Gateway], redis: Redis) -> None:
    people = [Person(replicas[index % 2]).sign_in() for index in range(6)]
    leaver = Person(replicas[0]).sign_in()
    assert leaver.sign_out().status_code == 303
    until_known()
    ends = threading.Event()
    seen: list[tuple[int, str]] = []
    passed: list[int] = []

    def ask(index: int) -> None:
        browser = people[index % len(people)].sent_to(replicas[index % 2])
        left = leaver.sent_to(replicas[index % 2])
        while not ends.is_set():
            answer = browser.ask("/app")
            seen.append((answer.status_code, answer.json()["code"] if answer.status_code != 200 else ""))
            passed.append(left.ask("/app").status_code)

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, index) for index in range(8)]
        for _ in range(3):
            time.sleep(1)
            redis.kill()
            time.sleep(2.5)
            redis.start()
        time.sleep(2)
        ends.set()
        for each in asking:
            each.result()
    assert set(seen) == {(200, ""), (503, "state_unavailable")}
    assert 200 not in passed
    eventually(lambda: all(person.is_signed_in for person in people))


def test_one_that_starts_without_redis_judges_no_session_before_it_can(
    provider: ScriptedProvider, redis: Redis, store: str
) -> None:
    shared = signing_in(provider, API)
    shared["login"]["session"]["store"] = store
    with replica(shared, redis) as gateway:
        person = Person(gateway).sign_in()
        left = person.copy_for(gateway)
        assert person.sign_out().status_code == 303
        redis.kill()
        with replica(shared, redis) as late:
            assert left.sent_to(late).ask("/app").status_code == 503
            assert late.get("/api", token()).status_code == 200
            redis.start()
            answer = eventually(lambda: found if (found := left.sent_to(late).ask("/app")).status_code != 503 else None)
            assert answer.status_code == 401


def test_b7_who_signed_out_stays_so_where_a_gateway_starts_after_redis_has_lost_everything(
    provider: ScriptedProvider, redis: Redis
) -> None:
    shared = signing_in(provider)
    with replica(shared, redis) as gateway:
        person = Person(gateway).sign_in()
        left = person.copy_for(gateway)
        assert person.sign_out().status_code == 303
        redis.forget()
        eventually(lambda: "gatehouse:{cutoffs}:ends" in redis.ask("KEYS", "*"), within=8)
        with replica(shared, redis) as late:
            status = eventually(lambda: found if (found := left.sent_to(late).ask("/app").status_code) != 503 else None)
            assert status == 401


@pytest.mark.parametrize("rests", [False, True], ids=["at once", "after a policy without login"])
def test_b8_a_copy_of_a_session_that_has_ended_stays_so_with_longer_times(
    provider: ScriptedProvider, rests: bool
) -> None:
    short = login(provider)
    short["session"] |= {"idle": "3s"}
    with Gateway(policy([APP], login=short)) as gateway:
        idle = Person(gateway).sign_in()
        time.sleep(4.2)
        assert not idle.copy_for(gateway).is_signed_in
        person = Person(gateway).sign_in()
        if rests:
            former, gateway.policy = gateway.policy, {key: value for key, value in gateway.policy.items() if key != "login"}
            gateway.reload(routes=[{"path": "/**", "access": "public"}])
            gateway.change(**former)
        gateway.reload(login={**short, "session": {**short["session"], "idle": "1h"}})
        assert not idle.copy_for(gateway).is_signed_in
        # Who is signed in is noticed, by clocks that show seconds, and lives by the longer times.
        time.sleep(1.1)
        assert person.is_signed_in
        time.sleep(4.2)
        assert person.is_signed_in


def test_what_is_kept_for_one_session_opens_under_no_other_handle(provider: ScriptedProvider, redis: Redis) -> None:
    shared = signing_in(provider)
    shared["login"]["session"]["store"] = "state"
    with replica(shared, redis) as gateway:
        first = Person(gateway).sign_in()
        (first_key,) = redis.ask("KEYS", "gatehouse:sessions:*").split()
        second = Person(gateway).sign_in()
        (second_key,) = {*redis.ask("KEYS", "gatehouse:sessions:*").split()} - {first_key}
        assert first.is_signed_in and second.is_signed_in
        redis.ask("COPY", first_key, second_key, "REPLACE")
        time.sleep(1.2)
        assert (first.is_signed_in, second.is_signed_in) == (True, False)


def test_sessions_of_the_state_outlive_the_gateway(provider: ScriptedProvider, redis: Redis) -> None:
    shared = signing_in(provider)
    shared["login"]["session"]["store"] = "state"
    with replica(shared, redis) as gateway:
        person = Person(gateway).sign_in()
    with replica(shared, redis) as gateway:
        assert person.sent_to(gateway).is_signed_in


def test_b8_a_session_of_the_state_lives_while_it_is_used(provider: ScriptedProvider, redis: Redis) -> None:
    shared = signing_in(provider)
    shared["login"]["session"] |= {"store": "state", "idle": "3s", "lifetime": "1h"}
    with replica(shared, redis) as gateway:
        person, idler = Person(gateway).sign_in(), Person(gateway).sign_in()
        for _ in range(5):
            time.sleep(1)
            assert person.is_signed_in
        assert not idler.is_signed_in
        time.sleep(3.5)
        assert not person.is_signed_in
        assert redis.ask("KEYS", "gatehouse:sessions:*").split() == []


def test_a_port_that_is_taken_is_said_with_a_state_too(provider: ScriptedProvider, redis: Redis) -> None:
    with replica(signing_in(provider), redis) as gateway:
        late = replica(signing_in(provider), redis)
        late.write({**gateway.policy, "admin": "off"})
        late.start()
        assert late.process.wait(10) == 1
        eventually(lambda: "Address already in use" in late.said())


def test_without_state_one_process_keeps_sessions_by_itself(provider: ScriptedProvider) -> None:
    alone = login(provider)
    alone["session"]["store"] = "state"
    with Gateway(policy([APP], login=alone, server={"workers": 2})) as gateway:
        person = Person(gateway).sign_in()
        assert len(person.cookies["gatehouse"]) == 43
        assert all(person.copy_for(gateway).is_signed_in for _ in range(20))
        gateway.reload(login={**alone, "return_to": ["https://www.example.com"]})
        assert person.is_signed_in
        left = person.copy_for(gateway)
        assert person.sign_out().status_code == 303
        assert not left.is_signed_in


def test_where_the_state_is_needs_a_restart(provider: ScriptedProvider, redis: Redis) -> None:
    with replica(signing_in(provider), redis) as gateway:
        gateway.write({**gateway.policy, "state": {"url": "redis://127.0.0.1:1/0"}})
        eventually(lambda: "state: changing this needs a restart" in gateway.said())


def test_a_proof_counts_once_among_all(provider: ScriptedProvider, redis: Redis) -> None:
    shared = signing_in(provider, API)
    with replica(shared, redis) as here, replica(shared, redis) as there:
        holder = SigningKey.generate("ES256")
        access_token = token(cnf={"jkt": holder.thumbprint})

        def visit(gateway: Gateway, once: str) -> Answer:
            lines = [f"Authorization: DPoP {access_token}", f"DPoP: {once}"]
            return gateway.ask("GET", "/api", *lines)

        first, second, third = (proof(holder, "http://localhost/api", access_token) for _ in range(3))
        assert visit(here, first).status == 200
        assert [visit(gateway, first).code for gateway in (there, here)] == ["proof_invalid"] * 2
        assert visit(there, second).status == 200
        redis.kill()
        assert (refused := visit(here, third)).status == 503 and refused.code == "state_unavailable"
        redis.start()
        eventually(lambda: visit(here, proof(holder, "http://localhost/api", access_token)).status == 200)


def test_readiness_waits_for_the_state_and_then_names_it(provider: ScriptedProvider, redis: Redis) -> None:
    with replica(signing_in(provider), redis) as gateway:
        assert gateway.admin("/readyz").json() == {"status": "ready", "reasons": [], "degraded": []}
        assert "state_available" in gateway.said()


def test_what_a_session_is_asked_twice_within_a_second_is_answered_twice(replicas: tuple[Gateway, Gateway]) -> None:
    person = Person(replicas[0]).sign_in()
    assert [person.ask("/oauth2/userinfo").status_code for _ in range(4)] == [200] * 4
    copied = person.copy_for(replicas[0])
    assert person.go("/oauth2/sign_out").status_code == 200
    assert person.sign_out().status_code == 303
    assert not copied.is_signed_in


def test_who_signs_out_while_a_provider_fails_does_not_pass(
    replicas: tuple[Gateway, Gateway], provider: ScriptedProvider
) -> None:
    provider.access_lifetime = 2
    person = Person(replicas[0]).sign_in()
    until_due(provider)
    provider.delay, provider.failure = 2, (500, {"error": "server_error"})
    other = person.copy_for(replicas[0])
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other.ask, "/app")
        eventually(lambda: provider.refreshes == 1)
        assert person.sign_out().status_code == 303
        assert waiting.result().status_code == 401


def test_a_logout_that_redis_has_swallowed_can_be_sent_again(
    replicas: tuple[Gateway, Gateway], provider: ScriptedProvider, redis: Redis
) -> None:
    provider.claims = {"sid": "one"}
    person = Person(replicas[0]).sign_in()
    logout = {"logout_token": provider.logout_token(sid="one")}
    redis.freeze()
    thawing = threading.Timer(1.4, redis.thaw)
    thawing.start()
    first = replicas[0].request("POST", "/oauth2/backchannel_logout", data=logout)
    thawing.join()
    assert first.status_code == 503
    eventually(lambda: replicas[0].request("POST", "/oauth2/backchannel_logout", data=logout).status_code == 200)
    assert not person.is_signed_in
    assert replicas[0].request("POST", "/oauth2/backchannel_logout", data=logout).status_code == 400


def test_who_is_let_in_no_more_is_signed_out_at_the_next_refresh(provider: ScriptedProvider, redis: Redis) -> None:
    provider.access_lifetime, provider.claims = 2, {"groups": ["staff"]}
    with replica(signing_in(provider, allow={"groups": ["staff"]}), redis) as gateway:
        person = Person(gateway).sign_in()
        until_due(provider)
        provider.claims = {"groups": ["former"]}
        assert person.ask("/app").status_code == 401
        assert person.open("/app").status_code == 403
