"""The chapter of the README about proxies: its gateway starts, and answers what stands there."""

import os
import shlex
import subprocess

from harness import eventually
from harness.clone import Clone
from harness.gateway import listens
from harness.ports import free_port
from harness.readme import PROXIES, Shell, blocks, is_as_printed, steps


def test_a_proxy_hears_what_the_readme_says() -> None:
    port, admin = free_port(), free_port()
    ((make, start),) = [block.splitlines() for block in blocks("sh", PROXIES)]
    with Clone() as clone, Shell(clone.directory) as shell:
        policy = clone.directory / "deploy/examples/gateway.yaml"
        policy.write_text(policy.read_text().replace(":8181", f":{port}").replace(":9911", f":{admin}"))
        key = shell.run(f'{make}; printf "%s\\n" "$SESSION_KEY"').strip()
        environment = {**os.environ, "SESSION_KEY": key}
        with subprocess.Popen(
            shlex.split(start), cwd=clone.directory, env=environment, stdout=subprocess.DEVNULL
        ) as gateway:
            try:
                eventually(lambda: listens(port))
                for command, printed in steps(PROXIES):
                    output = shell.run(command.replace(":8181", f":{port}"))
                    assert is_as_printed(output, printed), f"{command} printed:\n{output}"
            finally:
                gateway.kill()
