"""What operators do beside a running authorization server: names in two places, keys and tokens to look at."""

import json
import time

from harness import gatehouse
from harness.authorization import PASSWORD, AuthorizationServer
from harness.polling import eventually


def people(server: AuthorizationServer) -> dict:
    return server.policy["authorization_server"]["users"]


def test_a_reload_with_a_name_of_the_store_is_refused_and_changes_nothing() -> None:
    with AuthorizationServer() as server:
        carol = people(server)["bob"]
        server.command("users", "add", "carol", stdin=f"{PASSWORD}\n")
        failures = server.metric("config_reloads_total", result="failure")
        both = {**server.policy["authorization_server"], "users": {**people(server), "carol": carol}}
        server.reload(authorization_server=both, routes=[{"path": "/new", "access": "public"}])
        assert server.metric("config_reloads_total", result="failure") == failures + 1
        refused = [json.loads(line) for line in server.messages if '"reload_refused"' in line]
        assert any(
            "error: authorization_server.users.carol: the store has a user of that name, too" in line["message"]
            and "gateway.yaml:" in line["message"]
            for line in refused
        ), server.said()
        # The old policy stays as a whole: the routes, too.
        assert server.get("/open").status_code == 200
        assert server.get("/new").status_code == 404
        assert server.redeem(server.code(user="carol")).status_code == 200
        server.command("users", "remove", "carol")
        server.reload()
        assert server.metric("config_reloads_total", result="failure") == failures + 1
        assert server.get("/new").status_code == 200


def inspected(server: AuthorizationServer, token: str) -> tuple[int, dict]:
    """The exit status and what is said of a token, which is no argument that others could see."""
    done = gatehouse(
        "token", "inspect", "--format", "json", "--config", server.file, cwd=server.directory, stdin=f"{token}\n"
    )
    return done.returncode, json.loads(done.stdout)


def test_token_inspect_judges_the_servers_own_tokens_as_the_gateway_does() -> None:
    with AuthorizationServer() as server:
        tokens = server.tokens()
        access = tokens["access_token"]
        status, said = inspected(server, access)
        assert (status, said["accepted"], said["issuer"]) == (0, True, "local")
        forged = f"{access[:-8]}AAAAAAAA"
        assert inspected(server, forged)[1]["code"] == "signature_invalid"
        assert server.revoke(tokens["refresh_token"]).status_code == 200
        status, said = inspected(server, access)
        assert (status, said["code"]) == (1, "token_revoked")
        worker = server.worker_token()
        server.kill()
        server.expected_to_end = True
        before = sorted(file.name for file in (server.directory / "data").iterdir())
        assert inspected(server, worker)[0] == 0, "nobody has to run for it"
        assert sorted(file.name for file in (server.directory / "data").iterdir()) == before


def test_keys_list_says_what_each_key_is_for() -> None:
    with AuthorizationServer() as server:
        (first,) = json.loads(server.command("keys", "list", "--format", "json"))["signing_keys"]
        assert (first["use"], first["algorithm"], first["until"]) == ("signs", "ES256", None)
        server.command("keys", "rotate")
        document = json.loads(server.command("keys", "list", "--format", "json"))
        assert [key["use"] for key in document["signing_keys"]] == ["signs", "waits"]
        assert document["signing_keys"][1]["until"] > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        assert document["issuers"][0]["name"] == "local"
        text = eventually(lambda: server.command("keys", "list"))
        assert f"{first['kid']}  ES256      signs now\n" in text
        assert "  ES256      published, signs from 2" in text
        server.kill()
        server.expected_to_end = True
        alone = gatehouse("keys", "list", "--config", server.file, cwd=server.directory)
        assert alone.returncode == 1 and "does it run?" in alone.stderr
        assert "signs now" in alone.stdout
