"""What the gateway says of itself once it serves."""

import json

from harness import Gateway, eventually, policy


def test_started_names_the_addresses_and_the_policy() -> None:
    with Gateway(policy([{"path": "/", "access": "public"}])) as gateway:
        lines = eventually(lambda: [text for text in gateway.messages if '"started"' in text])
        started = json.loads(lines[0])
        assert started["listeners"] == f"public 127.0.0.1:{gateway.port}"
        assert started["admin"] == f"127.0.0.1:{gateway.admin_port}"
        assert started["policy"] == str(gateway.file)
