"""The image, built and started without a Docker daemon: buildah with the vfs driver and chroot isolation.

Registries of images may be out of reach, so the base is made here from Debian's own packages by debootstrap, and the
binary under test is what the image gets. Everything after that is deploy/Dockerfile itself.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from harness import eventually, policy
from harness.gateway import BINARY, ROOT, listens
from harness.ports import free_port

pytestmark = pytest.mark.timeout(300)
BASE = "localhost/gatehouse-base"
IMAGE = "localhost/gatehouse"


class Builder:
    """buildah with a storage of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        places = ["--root", folder / "storage", "--runroot", folder / "run"]
        self.command = ["buildah", *map(str, places), "--storage-driver", "vfs"]

    def __call__(self, *arguments: str | Path) -> str:
        """Standard output of a subcommand that must succeed."""
        done = subprocess.run([*self.command, *map(str, arguments)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def make_base(self) -> None:
        """A minimal Debian 12 from the mirror that this machine itself uses."""
        sites = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(CODENAME) $(SITE)", "Created-By: Packages"],
            capture_output=True,
            text=True,
            check=True,
        )
        mirror = next(line.split()[1] for line in sites.stdout.splitlines() if line.split()[0] == "bookworm")
        root = self.folder / "rootfs"
        subprocess.run(
            ["debootstrap", "--variant=minbase", "bookworm", root, mirror], check=True, stdout=subprocess.DEVNULL
        )
        container = self("from", "scratch")
        self("copy", "--quiet", container, root, "/")
        self("commit", "--quiet", container, BASE)
        self("rm", container)
        shutil.rmtree(root)

    def run(self, container: str, *command: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """A command in a container, to its end."""
        return subprocess.run(self.starting(container, *command, options=options), capture_output=True, text=True)

    def starting(self, container: str, *command: str, options: tuple[str, ...] = ()) -> list[str]:
        """The command line that starts a command in a container."""
        return [*self.command, "run", "--isolation", "chroot", *options, container, "--", *command]


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Builder:
    if os.geteuid() != 0:
        pytest.skip("debootstrap and chroot isolation need root")
    context = tmp_path_factory.mktemp("context")
    (context / ".build/release").mkdir(parents=True)
    shutil.copy(BINARY, context / ".build/release/gatehouse")
    builder = Builder(tmp_path_factory.mktemp("buildah"))
    builder.make_base()
    arguments = ["--build-arg", f"BASE={BASE}", "--build-arg", "BINARY=prebuilt", "--tag", IMAGE]
    builder("build", "--isolation", "chroot", *arguments, "--file", ROOT / "deploy/Dockerfile", context)
    return builder


@pytest.fixture
def container(builder: Builder) -> Iterator[str]:
    name = builder("from", IMAGE)
    yield name
    builder("rm", name)


def test_the_image_runs_the_gateway_as_nobody_in_particular(builder: Builder, container: str) -> None:
    template = "{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}}"
    assert builder("inspect", "--format", template, container) == "65532 [/usr/bin/gatehouse] [run]"
    assert builder.run(container, "id", "-u").stdout.strip() == "65532"


def test_without_a_policy_it_exits_with_2_and_says_where_to_mount_one(builder: Builder, container: str) -> None:
    assert builder.run(container, "test", "-e", "/etc/gatehouse/gateway.yaml").returncode != 0
    done = builder.run(container, "/usr/bin/gatehouse", "run")
    assert done.returncode == 2
    assert "/etc/gatehouse/gateway.yaml" in done.stderr


def test_with_a_policy_it_serves_and_drains(builder: Builder, container: str, tmp_path: Path) -> None:
    port, admin = free_port(), free_port()
    rules = policy(
        [{"path": "/", "access": "public"}],
        server={"workers": 1, "drain_delay": "0s"},
        listeners={"public": {"address": f"127.0.0.1:{port}"}},
        admin={"address": f"127.0.0.1:{admin}"},
    )
    file = tmp_path / "gateway.yaml"
    file.write_text(yaml.safe_dump(rules))
    file.chmod(0o644)
    mount = ("--volume", f"{file}:/etc/gatehouse/gateway.yaml:ro")
    serving = subprocess.Popen(
        builder.starting(container, "/usr/bin/gatehouse", "run", options=mount),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        eventually(lambda: listens(port) or serving.poll() is not None, within=20)
        assert serving.poll() is None, serving.stdout.read()
        assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).status_code == 200
    finally:
        # The whole session of this command: buildah passes no signal on.
        os.killpg(serving.pid, signal.SIGTERM)
        serving.wait(20)
    eventually(lambda: not listens(port), within=20)


def test_it_can_make_keys_in_its_own_folder(builder: Builder, container: str) -> None:
    made = builder.run(container, "/usr/bin/gatehouse", "keys", "generate", "--algorithm", "ES256", "--out", "demo")
    assert made.returncode == 0, made.stderr
    assert "demo.jwks" in builder.run(container, "ls", "/var/lib/gatehouse").stdout
