"""The README by its chapters: the blocks that a reader copies, the commands, and what they are said to print."""

import os
import re
import subprocess
from pathlib import Path

from harness.gateway import ROOT

TEXT = (ROOT / "README.md").read_text()
TRYING = "Try it"
SERVICE = "Your own service, and people who sign in"
CLIENTS = "A token for every kind of client"
BROWSERS = "A web application that people sign in to"
PROXIES = "Behind a proxy that stays"
MARK = "\x1e"
# A command goes on in the next line after a backslash.
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)$\n?", re.MULTILINE)


def chapter(title: str) -> str:
    """What stands below a heading, up to the next one of its rank."""
    (text,) = re.findall(rf"^## {re.escape(title)}$\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return text


def blocks(language: str, title: str) -> list[str]:
    """The code blocks of a chapter in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", chapter(title), re.MULTILINE | re.DOTALL)


def steps(title: str) -> list[tuple[str, str]]:
    """Each command of a chapter, and what it prints."""
    found = [COMMAND.split(block)[1:] for block in blocks("console", title)]
    return [(parts[i], parts[i + 1]) for parts in found for i in range(0, len(parts), 2)]


def is_as_printed(output: str, printed: str) -> bool:
    """`…` alone on a line stands for any lines, inside a line for any text."""
    lines = [".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in printed.splitlines()]
    return re.fullmatch(r"\n".join(lines), output.rstrip("\n"), re.DOTALL) is not None


def environment(**changes: str) -> dict[str, str]:
    """Of a reader who has no proxy before this machine."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GATEHOUSE")}
    return {**clean, "no_proxy": "*", "NO_PROXY": "*", **changes}


class Shell:
    """A terminal in which a reader goes from command to command: variables stay."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            ["bash"],
            cwd=directory,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)

    def run(self, command: str, typed: str = "") -> str:
        """What a command prints; `typed` is what it reads from the terminal."""
        # The mark is in the same line: what comes after it belongs to the command.
        self.process.stdin.write(f"{command}; printf '{MARK}\\n'\n{typed}")
        self.process.stdin.flush()
        output = ""
        for line in self.process.stdout:
            if line.endswith(f"{MARK}\n"):
                return (output + line.removesuffix(f"{MARK}\n")).replace("\r", "")
            output += line
        raise AssertionError(f"the shell ended in: {command}")
