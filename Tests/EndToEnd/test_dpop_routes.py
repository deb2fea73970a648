"""RFC 9449, section 7: tokens that are bound to a key, at the gateway's routes."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from harness import Answer, Gateway, Recorder, SigningKey, bearer, gatehouse, issuer, policy, token
from harness.proofs import proof

HOLDER = SigningKey.generate("ES256")
THIEF = SigningKey.generate("ES256")
ALGORITHMS = {"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"}


@pytest.fixture(scope="module")
def gateway(recorder: Recorder) -> Iterator[Gateway]:
    rules = policy(
        [
            {"path": "/me", "access": "authenticated"},
            {"path": "/maybe", "access": "optional"},
            {"path": "/open", "access": "public"},
            {"path": "/write", "access": {"scopes": ["write"]}},
            {"path": "/both", "access": "authenticated", "identity": {"authorization": "forward"}},
            {"path": "/files/**", "access": "authenticated", "allow_encoded_slash": True},
        ],
        server={"workers": 2},
        upstreams={"app": {"servers": [recorder.url]}},
        defaults={"upstream": "app"},
    )
    with Gateway(rules) as running:
        yield running


def bound(key: SigningKey = HOLDER, **changes: Any) -> str:
    """A good token that is bound to `key`."""
    return token(**{"cnf": {"jkt": key.thumbprint}, **changes})


def ask(gateway: Gateway, path: str, access_token: str, *proofs: str, method: str = "GET", scheme: str = "DPoP"):
    """A request with these proofs."""
    lines = [f"Authorization: {scheme} {access_token}", *[f"DPoP: {text}" for text in proofs]]
    return gateway.ask(method, path, *lines)


def visit(gateway: Gateway, path: str = "/me", access_token: str | None = None, **changes: Any) -> Answer:
    """A request with a good token and a proof with `changes`."""
    access_token = access_token or bound()
    key = changes.pop("key", HOLDER)
    good = proof(key, f"http://localhost{path}", access_token, **changes)
    return ask(gateway, path, access_token, good)


def refused(answer: Answer) -> None:
    """The proof was refused, and the challenge asks for another."""
    assert (answer.status, answer.code) == (401, "proof_invalid")
    challenge = answer.get("WWW-Authenticate")
    assert challenge.startswith('DPoP realm="gatehouse", error="invalid_dpop_proof", error_description="')
    assert set(re.search(r' algs="([^"]+)"$', challenge)[1].split(" ")) == ALGORITHMS


def test_a_bound_token_passes_with_a_proof_each_time_anew(gateway: Gateway, recorder: Recorder) -> None:
    good = bound()
    for _ in range(3):
        assert visit(gateway, access_token=good).status == 200
        assert recorder.last().get("X-Auth-Subject") == "alice"
        assert recorder.last().get("Authorization") is None
        assert recorder.last().get("DPoP") is None


@pytest.mark.parametrize("scheme", ["dpop", "DPOP", "dPoP"])
def test_the_scheme_is_matched_in_any_case(gateway: Gateway, scheme: str) -> None:
    good = bound()
    assert ask(gateway, "/me", good, proof(HOLDER, "http://localhost/me", good), scheme=scheme).status == 200


@pytest.mark.parametrize("algorithm", ["ES384", "ES512", "EdDSA", "RS256", "PS256"])
def test_j1_a_key_of_any_asymmetric_kind_may_prove(gateway: Gateway, algorithm: str) -> None:
    key = SigningKey.generate(algorithm)
    assert visit(gateway, access_token=bound(key), key=key).status == 200


def test_a_bound_token_as_a_plain_bearer_is_refused_also_when_it_is_remembered(gateway: Gateway) -> None:
    good = bound()
    for _ in range(2):
        answer = gateway.ask("GET", "/me", bearer(good))
        assert (answer.status, answer.code) == (401, "proof_invalid")
        assert answer.get("WWW-Authenticate").startswith('Bearer realm="gatehouse", error="invalid_token"')
        with_proof = ask(gateway, "/me", good, proof(HOLDER, "http://localhost/me", good), scheme="Bearer")
        assert with_proof.code == "proof_invalid"
        assert visit(gateway, access_token=good).status == 200


def test_an_unbound_token_is_refused_with_a_proof_and_passes_without(gateway: Gateway) -> None:
    plain = token()
    refused(visit(gateway, access_token=plain))
    assert gateway.ask("GET", "/me", bearer(plain)).status == 200
    refused(visit(gateway, access_token=plain))


@pytest.mark.parametrize("confirmation", [{"x5t#S256": "x"}, {"jkt": 7}, {"jkt": ""}, {}, "jkt"])
def test_a_binding_that_names_no_key_is_met_by_no_proof(gateway: Gateway, confirmation: Any) -> None:
    refused(visit(gateway, access_token=bound(cnf=confirmation)))


def test_no_proof_and_two_proofs_are_refused(gateway: Gateway) -> None:
    good = bound()
    refused(ask(gateway, "/me", good))
    refused(ask(gateway, "/me", good, *[proof(HOLDER, "http://localhost/me", good) for _ in range(2)]))
    refused(ask(gateway, "/me", good, ""))
    refused(ask(gateway, "/me", good, good))


def test_another_key_proves_nothing(gateway: Gateway) -> None:
    refused(visit(gateway, key=THIEF))


@pytest.mark.parametrize(
    "changes",
    [
        {"htm": "POST"},
        {"htm": "get"},
        {"htm": None},
        {"htu": "http://localhost/other"},
        {"htu": "http://localhost/me/"},
        {"htu": "https://localhost/me"},
        {"htu": "http://localhost:81/me"},
        {"htu": "http://other/me"},
        {"htu": "/me"},
        {"htu": None},
        {"ath": None},
        {"ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"},
        {"jti": None},
        {"jti": ""},
        {"iat": None},
        {"iat": "now"},
        {"headers": {"typ": "JWT"}},
        {"headers": {"jwk": None}},
        {"headers": {"crit": ["b64"]}},
    ],
    ids=str,
)
def test_a_proof_for_another_request_is_refused(gateway: Gateway, changes: dict[str, Any]) -> None:
    refused(visit(gateway, **changes))


@pytest.mark.parametrize(("age", "passes"), [(-50, True), (0, True), (50, True), (-75, False), (75, False)])
def test_a_proof_holds_for_a_minute(gateway: Gateway, age: int, passes: bool) -> None:
    answer = visit(gateway, iat=int(time.time()) - age)
    assert answer.status == 200 if passes else answer.code == "proof_invalid"


def test_query_and_fragment_do_not_count(gateway: Gateway) -> None:
    for htu in ("http://localhost/me?x=1", "http://localhost/me#x", "http://localhost/me", "HTTP://LOCALHOST:80/m%65"):
        good = bound()
        assert ask(gateway, "/me?y=2", good, proof(HOLDER, htu, good)).status == 200


def test_the_address_is_the_clients_and_not_the_one_that_is_matched(gateway: Gateway) -> None:
    good = bound()
    same = proof(HOLDER, "http://localhost/files//a%2Fb", good)
    assert ask(gateway, "/files//a%2fb", good, same).status == 200
    refused(ask(gateway, "/files//a%2fb", good, proof(HOLDER, "http://localhost/files/a/b", good)))


def test_a_proof_counts_once_with_whichever_worker(gateway: Gateway) -> None:
    good = bound()
    text = proof(HOLDER, "http://localhost/me", good)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(gateway, "/me", good, text).status, range(50)))
    assert sorted(answers) == [200] + [401] * 49
    refused(ask(gateway, "/me", good, text))


def test_an_identifier_counts_once_for_its_key_whatever_the_proof_says(gateway: Gateway) -> None:
    now = int(time.time())
    assert visit(gateway, jti="the-same", iat=now).status == 200
    refused(visit(gateway, jti="the-same", iat=now - 1))
    refused(visit(gateway, "/maybe", jti="the-same"))
    assert visit(gateway, access_token=bound(THIEF), key=THIEF, jti="the-same").status == 200


def test_a_proof_is_not_used_up_by_a_request_that_fails_before_it(gateway: Gateway) -> None:
    good = bound()
    text = proof(HOLDER, "http://localhost/me", good)
    refused(ask(gateway, "/maybe", good, text))
    assert ask(gateway, "/me", bound(exp=int(time.time()) - 100), text).code == "token_expired"
    assert ask(gateway, "/me", good, text).status == 200


def test_what_is_wrong_with_the_token_is_told_first(gateway: Gateway) -> None:
    answer = visit(gateway, access_token=bound(aud="other"), key=THIEF)
    assert answer.code == "audience_mismatch"
    assert answer.get("WWW-Authenticate").startswith('DPoP realm="gatehouse", error="invalid_token"')
    assert ask(gateway, "/me", "x").code == "token_malformed"
    assert gateway.ask("GET", "/me", "Authorization: DPoP").code == "token_malformed"


def test_the_binding_is_judged_before_access(gateway: Gateway) -> None:
    refused(visit(gateway, "/write", key=THIEF))
    answer = visit(gateway, "/write")
    assert (answer.status, answer.code) == (403, "scope_insufficient")
    challenge = answer.get("WWW-Authenticate")
    assert challenge.startswith('DPoP realm="gatehouse", error="insufficient_scope"')
    assert 'scope="write"' in challenge and "algs=" in challenge


def test_two_credentials_are_refused(gateway: Gateway) -> None:
    good = bound()
    text = proof(HOLDER, "http://localhost/me", good)
    lines = [f"Authorization: DPoP {good}", bearer(token()), f"DPoP: {text}"]
    assert gateway.ask("GET", "/me", *lines).code == "multiple_credentials"


def test_without_a_credential_the_challenge_is_bearer_alone(gateway: Gateway) -> None:
    for lines in ([], ["DPoP: x"]):
        answer = gateway.ask("GET", "/me", *lines)
        assert (answer.code, answer.get("WWW-Authenticate")) == ("token_missing", 'Bearer realm="gatehouse"')


def test_an_optional_route_judges_a_proof_that_comes(gateway: Gateway, recorder: Recorder) -> None:
    assert visit(gateway, "/maybe").status == 200
    assert recorder.last().get("X-Auth-Subject") == "alice"
    refused(visit(gateway, "/maybe", key=THIEF))


def test_both_go_up_with_forward_and_on_public_routes(gateway: Gateway, recorder: Recorder) -> None:
    good = bound()
    text = proof(HOLDER, "http://localhost/both", good)
    assert ask(gateway, "/both", good, text).status == 200
    assert recorder.last().get("Authorization") == f"DPoP {good}"
    assert recorder.last().get("DPoP") == text
    assert ask(gateway, "/open", "anything", "anything").status == 200
    assert recorder.last().get("Authorization") == "DPoP anything"
    assert recorder.last().get("DPoP") == "anything"
    assert gateway.ask("GET", "/me", bearer(token()), "DPoP: unused").status == 200
    assert recorder.last().get("DPoP") == "unused"


def test_the_log_names_the_subject_of_a_proven_token_alone(gateway: Gateway) -> None:
    good = bound(sub="prover", client_id="spa")
    assert visit(gateway, access_token=good).status == 200
    line = gateway.logged(subject="prover")
    assert (line["client_id"], line["issuer"], line["code"]) == ("spa", "corp", None)
    before = gateway.metric("denials_total", code="proof_invalid")
    answer = visit(gateway, access_token=good, key=THIEF)
    line = gateway.logged(request_id=answer.get("X-Request-Id"))
    assert (line["subject"], line["client_id"], line["code"]) == (None, None, "proof_invalid")
    assert gateway.metric("denials_total", code="proof_invalid") == before + 1
    assert not any(good in str(line) for line in gateway.lines)


def test_a_bound_token_in_another_place_is_refused() -> None:
    places = ["header", {"header": "X-Token"}, {"cookie": "session"}]
    rules = policy([{"path": "/me", "access": "authenticated"}], issuers={"corp": issuer(token_from=places)})
    with Gateway(rules) as gateway:
        good = bound()
        for line in (f"X-Token: {good}", f"X-Token: DPoP {good}", f"Cookie: session={good}"):
            text = proof(HOLDER, "http://localhost/me", good)
            assert gateway.ask("GET", "/me", line, f"DPoP: {text}").code in ("proof_invalid", "token_malformed")
        assert visit(gateway, access_token=good).status == 200


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_trusted_proxy_says_what_the_client_addressed(is_trusted: bool) -> None:
    trusted = ["127.0.0.0/8"] if is_trusted else []
    rules = policy(
        [{"path": "/me", "access": "authenticated"}],
        listeners={"public": {"trusted_proxies": trusted}},
    )
    with Gateway(rules) as gateway:
        good = bound()
        forwarded = ["X-Forwarded-Proto: https", "X-Forwarded-Host: api.example.com"]
        outside, inside = "https://api.example.com/me", "http://localhost/me"
        for address, passes in ((outside, is_trusted), (inside, not is_trusted)):
            lines = [f"Authorization: DPoP {good}", f"DPoP: {proof(HOLDER, address, good)}", *forwarded]
            answer = gateway.ask("GET", "/me", *lines)
            assert answer.status == 200 if passes else answer.code == "proof_invalid"


def test_inspect_says_how_a_bound_token_counts(gateway: Gateway) -> None:
    said = gatehouse("token", "inspect", "--config", gateway.file, bound())
    assert said.returncode == 1
    assert "proof_invalid" in said.stdout and "Authorization: DPoP" in said.stdout
