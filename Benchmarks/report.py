"""Tables of what was measured: printed, and written between the markers of a Markdown file."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from figures import Figure
from load import Round
from sets import Contest, Ratio

MISSED = "**missed**"


@dataclass
class Result:
    """A contest with the rounds of each gateway and its peak memory."""

    contest: Contest
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    peak_bytes: dict[str, int] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> dict[str, int]:
        """Who answered how many requests with another status than 2xx or 3xx."""
        counts = {name: sum(each.bad for each in rounds) for name, rounds in self.rounds.items()}
        return {name: count for name, count in counts.items() if count}

    @property
    def is_kept(self) -> bool:
        """Whether all took part and answered well, and every level was kept."""
        compared = [(self.ratios(ratio), ratio.level) for ratio in self.contest.ratios]
        return (
            not self.absent
            and not self.wrong
            and all(values and verdict(statistics.median(values), level) != MISSED for values, level in compared)
        )

    def ratios(self, ratio: Ratio) -> list[float]:
        """The ratio of each round, in which both met the same machine."""
        ours, theirs = self.rounds.get(ratio.ours, []), self.rounds.get(ratio.theirs, [])
        return [a.cpu_microseconds / b.cpu_microseconds for a, b in zip(ours, theirs)]


def verdict(median: float, level: float | None) -> str:
    """Whether the median keeps the level."""
    return "" if level is None else "kept" if median <= level else MISSED


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table with aligned columns, legible as plain text too."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"

    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(line, rows)])


def contest_text(result: Result) -> str:
    """Both tables of a contest: the gateways, and the ratios that are judged."""
    rows = []
    for name, rounds in result.rounds.items():
        cpu = [each.cpu_microseconds for each in rounds]
        rows.append(
            [
                name,
                f"{statistics.median(cpu):.2f}",
                f"{max(cpu):.2f}",
                f"{statistics.median(each.per_second for each in rounds):.0f}",
                f"{statistics.median(each.median_ms for each in rounds):.2f}",
                f"{statistics.median(each.p99_ms for each in rounds):.2f}",
                f"{result.peak_bytes[name] / 2**20:.1f}",
                str(sum(each.bad for each in rounds)),
                next((each.errors for each in rounds if each.errors), ""),
            ]
        )
    head = ["gateway", "CPU µs/request", "worst", "requests/s", "p50 ms", "p99 ms", "peak MiB", "not 2xx", "errors"]
    parts = [table(head, rows)] if rows else []
    ratios = [
        [
            f"{ratio.ours} / {ratio.theirs}",
            f"{statistics.median(values):.3f}",
            f"{max(values):.3f}",
            "" if ratio.level is None else f"{ratio.level:.2f}",
            "" if ratio.goal is None else f"{ratio.goal:.2f}",
            verdict(statistics.median(values), ratio.level),
        ]
        for ratio in result.contest.ratios
        if (values := result.ratios(ratio))
    ]
    if ratios:
        parts.append(table(["CPU per request", "median", "worst", "level", "goal", ""], ratios))
    parts += [f"**{name} answered {count} requests wrongly**" for name, count in result.wrong.items()]
    parts += [f"{name} took no part: {reason.strip().splitlines()[-1]}" for name, reason in result.absent.items()]
    return f"### {result.contest.name}: {result.contest.title}\n\n" + "\n\n".join(parts)


def figures_text(name: str, figures: list[Figure]) -> str:
    """The table of single figures."""
    rows = [
        [
            figure.subject,
            figure.what,
            f"{figure.median:.3g} {figure.unit}" if figure.median < 1000 else f"{figure.median:.0f} {figure.unit}",
            f"{figure.worst:.3g} {figure.unit}" if figure.worst < 1000 else f"{figure.worst:.0f} {figure.unit}",
            "" if figure.level is None else f"{figure.level:g} {figure.unit}",
            verdict(figure.median, figure.level),
            figure.note,
        ]
        for figure in figures
    ]
    return f"### {name}\n\n" + table(["", "what", "median", "worst", "level", "", "note"], rows)


def machine() -> str:
    """The processor, its cores, the memory and the kernel, in one line."""
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    size = int(memory.group(1)) / 2**20 if memory else 0
    return (
        f"{model.group(1) if model else 'unknown'}, {os.cpu_count()} cores, {size:.0f} GiB, Linux {os.uname().release}"
    )


def versions() -> str:
    """Which peers took part."""
    found = []
    for command in (["nginx", "-v"], ["haproxy", "-v"], ["envoy", "--version"]):
        said = subprocess.run(command, capture_output=True, text=True)
        number = re.search(r"(?:nginx/|HAProxy version |version: \w+/)(\d+\.\d+\.\d+)", said.stdout + said.stderr)
        found.append(f"{command[0]} {number.group(1) if number else '?'}")
    return ", ".join(found)


def commit(root: Path) -> str:
    """The commit that was measured, and whether the tree differed from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "Sources", "Package.swift")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + (" with changes" if changed else "")


def origin(root: Path, command: str) -> str:
    """The lines that say how a table came to be."""
    return f"`{command}` at {commit(root)}, {date.today()}; {machine()}; {versions()}"


def write(file: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of `name`."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before = file.read_text()
    if start not in before or end not in before:
        raise SystemExit(f"{file.name} has no markers for {name}")
    head, tail = before.split(start, 1)[0], before.split(end, 1)[1]
    file.write_text(f"{head}{start}\n{text}\n{end}{tail}")
