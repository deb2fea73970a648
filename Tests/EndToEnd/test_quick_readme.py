"""The README is true: its policy passes, and its commands print what stands below them."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Gateway, gatehouse
from harness.gateway import BINARY, ROOT

README = (ROOT / "README.md").read_text()
MARK = "\x1e"


def blocks(language: str) -> list[str]:
    """The code blocks of the README in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """Each command of the console blocks, and what it prints."""
    found = [re.split(r"^\$ (.*)$\n?", block, flags=re.MULTILINE)[1:] for block in blocks("console")]
    return [(parts[i], parts[i + 1]) for parts in found for i in range(0, len(parts), 2)]


def pattern(printed: str) -> str:
    """`…` alone on a line stands for any lines, inside a line for any text."""
    lines = [".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in printed.splitlines()]
    return r"\n".join(lines)


@pytest.fixture(scope="module")
def shipped() -> Iterator[Gateway]:
    """The shipped policy on free ports, in a directory that looks like a clone after its first start."""
    with Shipped() as gateway:
        yield gateway


class Shipped(Gateway):
    def __init__(self) -> None:
        super().__init__({"routes": []})
        text = (ROOT / "gateway.yaml").read_text().replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
        self.write(text + f"\nadmin: {{ address: 127.0.0.1:{self.admin_port} }}\n")
        release = self.directory / ".build/release"
        release.mkdir(parents=True)
        (release / "gatehouse").symlink_to(BINARY)
        (self.directory / "data").mkdir()
        done = gatehouse("keys", "generate", "--algorithm", "ES256", "--out", "data/demo", cwd=self.directory)
        assert done.returncode == 0, done.stderr


def test_the_commands_print_what_the_readme_says(shipped: Gateway) -> None:
    script = "".join(f"{command}\nprintf '{MARK}'\n" for command, _ in steps())
    script = script.replace("127.0.0.1:8080", f"127.0.0.1:{shipped.port}")
    environment = {**os.environ, "no_proxy": "*", "NO_PROXY": "*"}
    environment.pop("GATEHOUSE_CONFIG", None)
    done = subprocess.run(
        ["bash", "-c", script], cwd=shipped.directory, env=environment, capture_output=True, text=True, timeout=30
    )
    outputs = done.stdout.replace("\r", "").split(MARK)[:-1]
    assert len(outputs) == len(steps())
    for (command, printed), output in zip(steps(), outputs):
        assert re.fullmatch(pattern(printed), output.rstrip("\n"), re.DOTALL), f"{command} printed:\n{output}"


def test_the_readme_shows_401_403_and_200() -> None:
    printed = "".join(printed for _, printed in steps())
    assert "HTTP/1.1 401 Unauthorized" in printed
    assert "HTTP/1.1 403 Forbidden" in printed
    assert '"x-auth-subject":"demo"' in printed


def test_the_policy_of_the_readme_passes(tmp_path: Path) -> None:
    (policy,) = blocks("yaml")
    (tmp_path / "gateway.yaml").write_text(policy)
    done = gatehouse("check", "--strict", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert len(policy.splitlines()) <= 10


def pages() -> list[Path]:
    """Every page of prose that is meant for readers."""
    top = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
    return top + sorted((ROOT / "Sources").rglob("*.md"))


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


def test_the_module_table_is_the_manifest() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    manifest = (ROOT / "Package.swift").read_text()
    assert listed == [*re.findall(r'layer\(\s*"(\w+)"', manifest), "gatehouse"]
