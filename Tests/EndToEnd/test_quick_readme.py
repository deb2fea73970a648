"""The README is true: its policy passes, and its commands print what stands below them."""

import re
from pathlib import Path

import pytest
from harness import gatehouse
from harness.clone import Clone
from harness.gateway import ROOT
from harness.readme import BROWSERS, CLIENTS, PROXIES, SERVICE, TEXT, TRYING, Shell, blocks, is_as_printed, steps


def test_the_commands_print_what_the_readme_says() -> None:
    with Clone() as clone, Shell(clone.directory) as shell:
        for command, printed in steps(TRYING):
            output = shell.run(clone.here(command))
            assert is_as_printed(output, clone.here(printed)), f"{command} printed:\n{output}"


@pytest.mark.parametrize(
    ("language", "chapters"),
    [
        ("console", [TRYING, CLIENTS, BROWSERS, PROXIES]),
        ("python", [SERVICE, CLIENTS]),
        ("yml", [SERVICE, CLIENTS, BROWSERS]),
    ],
)
def test_no_block_of_the_readme_is_left_out(language: str, chapters: list[str]) -> None:
    """Those that the other tests of the README and the test above run are all that there are."""
    run = [block for chapter in chapters for block in blocks(language, chapter)]
    assert len(run) == TEXT.count(f"```{language}\n") > 0


def test_the_readme_shows_401_403_and_200() -> None:
    printed = "".join(printed for _, printed in steps(TRYING))
    assert "HTTP/1.1 401 Unauthorized" in printed
    assert "HTTP/1.1 403 Forbidden" in printed
    assert '"x-auth-subject":"demo"' in printed


def test_the_policy_of_the_readme_passes(tmp_path: Path) -> None:
    (policy,) = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
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
    listed = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)
    manifest = (ROOT / "Package.swift").read_text()
    assert listed == [*re.findall(r'layer\(\s*"(\w+)"', manifest), "gatehouse"]
