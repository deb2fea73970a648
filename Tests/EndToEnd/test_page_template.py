"""The operator's frame around the pages of signing in and of the authorization server, in a real browser."""

import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from harness import gatehouse
from harness.authorization import PASSWORD, AuthorizationServer
from harness.browser import Browser
from harness.gateway import ROOT
from harness.people import APP, entry, session_key
from harness.polling import eventually
from harness.providers import ScriptedProvider

EXAMPLE = ROOT / "deploy/pages/frame.html"
FOLDER = ROOT / ".build/pages"
RULES = Path(__file__).with_name("harness").joinpath("page_rules.js").read_text()
SCREENS = {"phone": (360, 740), "desk": (1280, 860)}
SCHEMES = {"light": "rgb(246, 241, 238)", "dark": "rgb(26, 18, 20)"}
PAGES = {"chooser": "/oauth2/sign_in?rd=/app", "sign-out": "/oauth2/sign_out", "failed": "/oauth2/callback"}
PAGES |= {"sign-in": "/identity/account", "error": "/identity/authorize"}
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def gateway() -> Iterator[AuthorizationServer]:
    """With both kinds of pages, and the example around them."""
    with ScriptedProvider() as provider:
        login = {"providers": {"sso": entry(provider), "local": {"embedded": True}}, "session": {"keys": [session_key()]}}
        sections = {"login": login, "pages": {"template": "frame.html"}}
        server = AuthorizationServer(routes=[APP], sections=sections)
        shutil.copy(EXAMPLE, server.directory / "frame.html")
        with server:
            yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


def complaints(browser: Browser, url: str) -> list[str]:
    """What the browser logs on its way to a page, but for the status of pages that say that something went wrong."""
    entries = [event["params"]["entry"] for event in browser.open(url) if event["method"] == "Log.entryAdded"]
    return [entry["text"] for entry in entries if entry["source"] != "network"]


@pytest.mark.parametrize("name", PAGES)
def test_the_example_stands_around_every_page(gateway: AuthorizationServer, browser: Browser, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    assert complaints(browser, gateway.url + PAGES[name]) == []
    said = []
    for (screen, size), (scheme, ground) in product(SCREENS.items(), SCHEMES.items()):
        browser.show_as(*size, scheme)
        # Its logo and its icon are elements that the usual frame has not.
        said += [sentence for sentence in browser.evaluate(RULES) if sentence != "a forbidden element"]
        # Its style sheet holds, and comes after that of the pages.
        assert browser.evaluate("getComputedStyle(document.documentElement).backgroundColor") == ground
        browser.screenshot(FOLDER / f"template-{name}.{screen}.{scheme}.png")
    assert said == []
    assert browser.evaluate("document.title").endswith(" · Acme")
    assert browser.evaluate("document.querySelectorAll('main.card h1').length") == 1
    assert browser.evaluate("document.querySelector('footer').innerText").strip().startswith("Questions?")
    assert "127.0.0.1" in browser.evaluate("document.querySelector('header.acme').innerText")


def test_a_page_of_several_parts_is_wide(gateway: AuthorizationServer, browser: Browser) -> None:
    browser.show_as(1280, 860, "light")
    browser.open(gateway.url + PAGES["sign-in"])
    browser.type("[name=username]", "alice")
    browser.type("[name=password]", PASSWORD)
    browser.press("main button")
    browser.until("document.querySelector('div.wide section') !== null")
    browser.screenshot(FOLDER / "template-account.desk.light.png")
    assert browser.evaluate("document.querySelector('div.wide').getBoundingClientRect().width") > 600


def test_without_a_script_and_with_images_of_its_own_alone(gateway: AuthorizationServer) -> None:
    field = gateway.http.get(gateway.url + PAGES["chooser"]).headers["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in field.split(";"))
    assert (directives["default-src"], directives["img-src"]) == ("'none'", "'self' data:")
    assert len(directives["style-src"].split()) == 2
    assert all(source.startswith("'sha256-") for source in directives["style-src"].split())
    assert "script-src" not in directives


def test_the_frame_follows_a_change_and_a_wrong_one_changes_nothing(gateway: AuthorizationServer) -> None:
    file, text = gateway.directory / "frame.html", EXAMPLE.read_text()

    def seen() -> str:
        return gateway.http.get(gateway.url + PAGES["chooser"]).text

    try:
        file.write_text(text.replace("Questions?", "Anything else?"))
        eventually(lambda: "Anything else?" in seen())
        file.write_text(text.replace("{{content}}", "{{contents}}"))
        checked = gatehouse("check", "--config", gateway.file, cwd=gateway.directory)
        assert checked.returncode == 1
        line = text[: text.index("{{content}}")].count("\n") + 1
        assert f": error: pages.template: frame.html:{line}:1: `{{{{contents}}}}` is no placeholder" in checked.stdout
        eventually(lambda: any("is no placeholder" in line for line in gateway.messages))
        assert "Anything else?" in seen()
    finally:
        file.write_text(text)
        eventually(lambda: "Questions?" in seen())


def test_what_the_reader_cannot_see_the_browser_stops(gateway: AuthorizationServer, browser: Browser) -> None:
    """CSS has more ways to write an address than anybody reads."""
    file, text = gateway.directory / "frame.html", EXAMPLE.read_text()
    hidden = "<style>body { background: u\\72l(http://127.0.0.1:1/spy.png) }</style></head>"
    try:
        file.write_text(text.replace("</head>", hidden))
        eventually(lambda: "spy.png" in gateway.http.get(gateway.url + PAGES["chooser"]).text)
        (said,) = complaints(browser, gateway.url + PAGES["chooser"])
        assert "spy.png" in said and "Content Security Policy" in said
    finally:
        file.write_text(text)
        eventually(lambda: "spy.png" not in gateway.http.get(gateway.url + PAGES["chooser"]).text)
