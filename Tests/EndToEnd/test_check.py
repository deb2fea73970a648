"""`gatehouse check`: every problem with its place, nothing accepted and ignored, nothing secret shown."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import gatehouse

WRONG = """\
version: 1
issuers:
  corp:
    issuer: https://issuer.test
    audiences: [items-api]
    algorithms: [ES256]
    keys: { file: missing.jwks }
    leeway: 90s
upstreams:
  echo: { builtin: echo }
routes:
  - path: /a
    access: public
    upstrem: echo
  - path: /b
    access: { issuers: [acme] }
    upstream: ecoh
  - path: /c
    upstream: echo
"""
# What a policy cannot do without, behind the lines that a test is about.
REST = "listeners: { public: { address: 127.0.0.1:8080 } }\nroutes: []\n"
PROBLEM = re.compile(
    r"^(?P<file>\S*gateway\.yaml):(?P<line>\d+):(?P<column>\d+): (?P<kind>error|warning): (?P<text>.+)$"
)


def problems(text: str) -> Iterator[re.Match[str]]:
    return (match for line in text.splitlines() if (match := PROBLEM.match(line)))


def test_check_names_every_problem_with_its_place_and_a_suggestion(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text(WRONG)
    done = gatehouse("check", cwd=tmp_path)
    assert done.returncode == 1
    found = {(int(problem["line"]), problem["kind"]): problem["text"] for problem in problems(done.stdout)}
    errors = {line: text for (line, kind), text in found.items() if kind == "error"}
    assert "missing.jwks" in errors[7]
    assert "leeway" in errors[8]
    assert "upstrem" in errors[14] and "upstream" in errors[14].replace("upstrem", "")
    assert "acme" in errors[16]
    assert "ecoh" in errors[17] and "echo" in errors[17]
    assert any("access: public" in text for text in errors.values())


def test_check_points_at_the_column(tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text("version: 1\nserver:\n    wrokers: 2\n" + REST)
    (problem,) = (
        problem for problem in problems(gatehouse("check", cwd=tmp_path).stdout) if problem["kind"] == "error"
    )
    assert (problem["line"], problem["column"]) == ("3", "5")
    assert "workers" in problem["text"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nversion: 1\n",
        "version: 1\n---\nversion: 1\n",
        "a: &a {version: 1}\n<<: *a\n",
        "version: 2\n",
        "version: 1\nserver: {limits: {connections: yes}}\n",
        "version: [1\n",
        "",
    ],
    ids=["duplicate", "documents", "merge", "version", "boolean", "syntax", "empty"],
)
def test_what_yaml_allows_and_a_policy_does_not_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "gateway.yaml").write_text(text)
    done = gatehouse("check", cwd=tmp_path)
    assert done.returncode == 1
    assert any(problem["kind"] == "error" for problem in problems(done.stdout))


def test_check_passes_a_good_policy_and_says_what_is_public(folder: Path) -> None:
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 0, done.stdout
    assert "public" in done.stdout and "protected" in done.stdout


def test_strict_fails_on_a_warning(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["issuers"]["corp"]["audiences"] = "any"
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 0
    assert any(problem["kind"] == "warning" and "audiences" in problem["text"] for problem in problems(done.stdout))
    assert gatehouse("check", "--strict", cwd=folder).returncode == 1


def test_an_unset_variable_is_an_error_unless_allowed_and_never_shown(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["routes"][0]["request_headers"] = {"X-Api-Key": "${BENCH_KEY}"}
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    unset = gatehouse("check", cwd=folder)
    assert (unset.returncode, "BENCH_KEY" in unset.stdout) == (1, True)
    assert gatehouse("check", "--unset-ok", cwd=folder).returncode == 0
    for command in (["check"], ["routes"], ["routes", "--format", "json"]):
        done = gatehouse(*command, cwd=folder, BENCH_KEY="s3cret")
        assert done.returncode == 0
        assert "s3cret" not in done.stdout + done.stderr


def test_a_key_for_later_versions_is_refused_by_name(folder: Path) -> None:
    rules = json.loads((folder / "gateway.yaml").read_text())
    rules["routes"][0]["rate_limit"] = {"requests": 1, "per": "1m", "by": "ip"}
    (folder / "gateway.yaml").write_text(json.dumps(rules))
    done = gatehouse("check", cwd=folder)
    assert done.returncode == 1
    assert "`rate_limit` is not supported by this version" in done.stdout
