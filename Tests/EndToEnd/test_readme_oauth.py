"""The README's chapters about sign-in and tokens, as a newcomer reads them: every block runs as printed."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import yaml
from fastapi import FastAPI, applications
from fastapi.staticfiles import StaticFiles
from harness.browser import Browser
from harness.clone import Clone
from harness.documented import ASSETS, Documented, try_out
from harness.readme import CLIENTS, SERVICE, Shell, blocks, environment, is_as_printed, steps

ALICE = "a rather long word"


@pytest.fixture(scope="module")
def service() -> Iterator[Documented]:
    """Where the README's service will be."""
    with Documented() as somewhere:
        yield somewhere


@pytest.fixture(scope="module")
def clone(service: Documented) -> Iterator[Clone]:
    """Started for the first time, with all that the README adds to its policy, and with its service."""
    with Clone() as running:
        (code,) = blocks("python", SERVICE)
        service.run(application(running.here(code)))
        (added,) = [yaml.safe_load(running.here(block)) for block in blocks("yml", SERVICE)]
        (old,) = [yaml.safe_load(block) for block in blocks("yml", CLIENTS)]
        rules = running.policy = yaml.safe_load(running.file.read_text())
        rules["upstreams"]["items"] = {"servers": [service.url]}
        assert added["upstreams"].keys() == {"items"}
        rules["routes"] += added["routes"]
        rules["authorization_server"]["clients"] |= old
        running.reload()
        yield running


def application(code: str) -> FastAPI:
    """What `uvicorn items:app` finds, with the page's script from a package rather than from a network."""
    names: dict[str, Any] = {"__name__": "items"}
    exec(compile(code, "items.py", "exec"), names)
    app = names["app"]
    app.mount("/docs/assets", StaticFiles(directory=ASSETS))
    return app


@pytest.fixture
def page_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI's page as it is, but for the places of its script and its style."""
    local = {
        "swagger_js_url": "/docs/assets/swagger-ui-bundle.js",
        "swagger_css_url": "/docs/assets/swagger-ui.css",
        "swagger_favicon_url": "/docs/assets/favicon.png",
    }
    monkeypatch.setattr(applications, "get_swagger_ui_html", partial(applications.get_swagger_ui_html, **local))


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("page_without_a_network")
def test_the_page_of_the_service_gets_a_token_and_calls_it(clone: Clone) -> None:
    with Browser() as browser:
        shown = try_out(browser, clone.here("http://127.0.0.1:8080/docs"), "demo", clone.password)
    assert '"owner": "demo"' in shown, shown


def test_the_first_start_tells_a_password_once_and_it_signs_in() -> None:
    with Clone() as fresh:
        password = fresh.password
        account = fresh.visitor().open(f"{fresh.issuer}/account").sign_in("demo", password)
        assert (account.page.status_code, "Demo User" in account.words) == (200, True), account.shown
        fresh.again()
        assert fresh.passwords == []
        assert password not in fresh.said() + json.dumps(fresh.lines)
        account = fresh.visitor().open(f"{fresh.issuer}/account").sign_in("demo", password)
        assert "Demo User" in account.words, account.shown


def test_the_commands_for_each_kind_of_client_print_what_the_readme_says(clone: Clone) -> None:
    typed = {"read -rs password": clone.password, ".build/release/gatehouse users add alice": ALICE}
    with Shell(clone.directory) as shell:
        for command, printed in steps(CLIENTS):
            line = next((f"{text}\n" for start, text in typed.items() if command.startswith(start)), "")
            output = shell.run(clone.here(command), line)
            assert is_as_printed(output, clone.here(printed)), f"{command} printed:\n{output}"
            if shown := re.search(r"and type (\S+)$", output):
                approve(clone, shown[1])


def approve(clone: Clone, code: str) -> None:
    """Type the code of a device, and allow what it wants."""
    visitor = clone.visitor().open(f"{clone.issuer}/device").sign_in("demo", clone.password)
    visitor.submit(user_code=code).decide("allow")
    assert visitor.page.status_code == 200, visitor.shown


def test_the_app_of_the_readme_signs_in_refreshes_and_revokes(clone: Clone) -> None:
    (made,) = [command for command, _ in steps(CLIENTS) if "clients add app" in command]
    with Shell(clone.directory) as shell:
        # Another test may have made it.
        shell.run(made)
    script = clone.here("".join(blocks("python", CLIENTS)))
    (clone.directory / "app.py").write_text(script)
    with running_app(clone) as app:
        url = app.stdout.readline().strip()
        visitor = clone.visitor()
        assert "code" in visitor.agree(url, "demo", clone.password)
        said, _ = app.communicate(f"{visitor.left_for}\n", timeout=30)
    seen = json.loads(re.search(r"\{.*\}", said)[0])
    assert (app.returncode, seen, said.splitlines()[-1]) == (0, {"item": 7, "owner": "demo"}, "200"), said
    revoked = clone.logged(event="token_revoked", client_id="app")
    assert revoked["subject"] == "demo"


def running_app(clone: Clone) -> subprocess.Popen[str]:
    """`python app.py` as the README says."""
    return subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=clone.directory,
        env=environment(AUTHLIB_INSECURE_TRANSPORT="1", PYTHONUNBUFFERED="1"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_password_grant_is_warned_of_and_fails_a_strict_check(clone: Clone) -> None:
    with Shell(clone.directory) as shell:
        said = shell.run(".build/release/gatehouse check")
        strict = shell.run(".build/release/gatehouse check --strict > strict; echo $?")
    assert "clients.old.legacy" in said and "warning" in said, said
    assert strict == "1\n"


def test_the_backup_of_a_running_store_is_whole_and_for_its_owner_alone(clone: Clone) -> None:
    (backup,) = [command for command, _ in steps(CLIENTS) if "sqlite3" in command]
    with Shell(clone.directory) as shell:
        shell.run(backup)
    copy = clone.directory / "data/backup.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("SELECT name FROM users WHERE name = 'demo'").fetchone() == ("demo",)
