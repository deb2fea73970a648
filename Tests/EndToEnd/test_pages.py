"""What people see, as a browser shows it: each page on a phone and a desk, in light and in dark.

The pictures are in `.build/pages` afterwards.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from harness.browser import Browser
from harness.gateway import ROOT
from harness.pages import SpecimenServer, write_specimens

FOLDER = ROOT / ".build/pages"
RULES = Path(__file__).with_name("harness").joinpath("page_rules.js").read_text()
SCREENS = {"phone": (360, 740), "desk": (1280, 860)}
SCHEMES = ["light", "dark"]
# The unit tests may have to be built, and there are many pages.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def names() -> list[str]:
    return write_specimens(FOLDER)


@pytest.fixture(scope="module")
def server(names: list[str]) -> Iterator[SpecimenServer]:
    assert len(names) > 60
    with SpecimenServer(FOLDER) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


def complaints(browser: Browser, url: str) -> list[str]:
    """What a browser has to say of a page on its way to the screen."""
    said = []
    for event in browser.open(url):
        parameters = event.get("params", {})
        match event["method"]:
            case "Network.requestWillBeSent":
                if parameters["request"]["url"] != url:
                    said.append(f"asks for {parameters['request']['url']}")
            case "Log.entryAdded":
                said.append(parameters["entry"]["text"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                said.append(str(parameters))
            case "Audits.issueAdded":
                said.append(json.dumps(parameters["issue"]))
    return said


def test_every_page_holds_to_the_rules(browser: Browser, server: SpecimenServer, names: list[str]) -> None:
    broken = {}
    server.requested.clear()
    for name in names:
        found = complaints(browser, server.url(name))
        for (screen, size), scheme in product(SCREENS.items(), SCHEMES):
            browser.show_as(*size, scheme)
            found += [f"{screen}, {scheme}: {sentence}" for sentence in browser.evaluate(RULES)]
            browser.screenshot(FOLDER / f"{name}.{screen}.{scheme}.png")
        if found:
            broken[name] = found
    assert not broken
    assert server.requested == [f"/{name}" for name in names], "something else was asked for"


def test_everything_that_can_be_used_has_a_name(browser: Browser, server: SpecimenServer, names: list[str]) -> None:
    """As a screen reader has it: from the browser's accessibility tree."""
    nameless = []
    for name in names:
        browser.open(server.url(name))
        for node in browser.call("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if role in ("textbox", "button", "link", "heading", "region") and not node.get("name", {}).get("value"):
                nameless.append((name, role))
    assert not nameless


def test_problems_are_told_with_their_fields(browser: Browser, server: SpecimenServer) -> None:
    browser.open(server.url("sign-in-wrong.en"))
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    fields = [node for node in nodes if node.get("role", {}).get("value") == "textbox"]
    assert [field["name"]["value"] for field in fields] == ["User name", "Password"]
    assert {field["description"]["value"] for field in fields} == {"User name or password is wrong. Please try again."}
    assert browser.evaluate("document.activeElement.id") == "password"
    assert browser.evaluate("document.title").startswith("Error: ")


def test_nothing_that_is_filled_in_is_printed(browser: Browser, server: SpecimenServer) -> None:
    browser.open(server.url("device-confirmation.en"))
    seen = "[...document.querySelectorAll('.code, button')].filter(part => part.checkVisibility()).length"
    assert browser.evaluate(seen) == 3
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.evaluate(seen) == 0
    browser.call("Emulation.setEmulatedMedia", media="")


def test_pages_do_without_the_style_sheet(browser: Browser, server: SpecimenServer, names: list[str]) -> None:
    """Nothing says something by its looks alone, and nothing hides behind them."""
    text = "document.querySelector('main').textContent.replace(/\\s+/g, ' ')"
    for name in filter(lambda name: name.endswith(".en"), names):
        browser.open(server.url(name))
        styled = browser.evaluate(text)
        browser.evaluate("document.querySelector('style').remove()")
        assert browser.evaluate("document.querySelector('h1').checkVisibility()")
        assert browser.evaluate(text) == styled


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({b"box-sizing": b"box-Sizing"}, "Content Security Policy"),
        ({b"<main": b'<main style="color:red"'}, "Content Security Policy"),
        ({b"<main": b"<script>document.title = 'x'</script><main"}, "Content Security Policy"),
        ({b"<main": b'<img src="/x.png"><main'}, "Content Security Policy"),
    ],
)
def test_the_policy_stops_what_is_not_of_the_page(
    browser: Browser, server: SpecimenServer, changes: dict[bytes, bytes], complaint: str
) -> None:
    server.changes = changes
    try:
        said = complaints(browser, server.url("sign-in-first.en"))
    finally:
        server.changes = {}
    assert any(complaint in line for line in said), said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("document.querySelector('label').remove()", "<input username> has no label"),
        ("document.querySelector('h1').remove()", "there is not one h1"),
        ("document.documentElement.lang = ''", "the language is not said"),
        ("document.querySelector('.lead').style.color = '#aaa'", "has a contrast of 2.3"),
        ("document.querySelector('main').style.width = '400px'", "the page is wider than the screen"),
        ("document.querySelector('button').style.minHeight = 0", "is too small for a finger"),
    ],
)
def test_the_rules_see_what_is_wrong(browser: Browser, server: SpecimenServer, change: str, sentence: str) -> None:
    browser.show_as(*SCREENS["phone"], "light")
    browser.open(server.url("sign-in-first.en"))
    assert browser.evaluate(RULES) == []
    browser.evaluate(change)
    assert any(sentence in line for line in browser.evaluate(RULES))
