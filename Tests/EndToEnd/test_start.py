"""What the gateway says of itself once it serves."""

import json

from harness import Gateway, eventually, policy
from harness.authorization import PASSWORD, AuthorizationServer


def test_started_names_the_addresses_and_the_policy() -> None:
    with Gateway(policy([{"path": "/", "access": "public"}])) as gateway:
        lines = eventually(lambda: [text for text in gateway.messages if '"started"' in text])
        started = json.loads(lines[0])
        assert started["listeners"] == f"public 127.0.0.1:{gateway.port}"
        assert started["admin"] == f"127.0.0.1:{gateway.admin_port}"
        assert started["policy"] == str(gateway.file)


def test_a_taken_port_is_named_with_its_likely_cause() -> None:
    with Gateway(policy([{"path": "/", "access": "public"}])) as first:
        taken = {"public": {"address": f"127.0.0.1:{first.port}"}}
        second = Gateway(policy([{"path": "/", "access": "public"}], listeners=taken))
        second.start()
        assert second.wait_for_exit() == 1
        eventually(lambda: "Is another gatehouse running?" in second.said())
        assert f"listeners.public: 127.0.0.1:{first.port}: " in second.said()
        second.folder.cleanup()


def line_of(server: AuthorizationServer, key: str) -> int:
    """Where the policy says it."""
    lines = server.file.read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(f"{key}:"))


def refused_start(server: AuthorizationServer) -> str:
    """What is said by a start that ends with 2."""
    server.start()
    assert server.wait_for_exit() == 2, server.said()
    eventually(lambda: "error: " in server.said())
    return server.said()


def test_a_seal_that_is_none_is_named_with_its_place() -> None:
    server = AuthorizationServer(keys={"seal": {"file": "my.key"}})
    (server.directory / "my.key").write_text("too short\n")
    (server.directory / "my.key").chmod(0o600)
    said = refused_start(server)
    place = f"gateway.yaml:{line_of(server, 'seal')}:5: error: authorization_server.keys.seal: "
    assert place in said and "`gatehouse keys generate --session` prints one" in said
    server.folder.cleanup()


def test_a_store_that_cannot_be_made_is_named_with_its_place() -> None:
    server = AuthorizationServer(store="sqlite:nowhere/further/gatehouse.db")
    said = refused_start(server)
    assert f"gateway.yaml:{line_of(server, 'store')}:3: error: authorization_server.store: " in said
    server.folder.cleanup()


def test_a_name_in_policy_and_store_is_named_with_its_place() -> None:
    server = AuthorizationServer()
    others = {name: user for name, user in server.policy["authorization_server"]["users"].items() if name != "bob"}
    both = server.policy
    server.change(authorization_server={**both["authorization_server"], "users": others})
    server.command("users", "add", "bob", stdin=f"{PASSWORD}\n")
    server.write(both)
    said = refused_start(server)
    assert f"gateway.yaml:{line_of(server, 'bob')}:5: error: authorization_server.users.bob: " in said
    assert "`gatehouse users remove bob`" in said
    server.folder.cleanup()
