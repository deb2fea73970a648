"""RP3: what a browser makes of the targets that the gateway takes after sign-in.

The unit tests hold the gateway to `accepted.json`: of the corpus it takes these targets alone, and answers with these
locations. Here Chromium, which knows nothing of that code, says where each of them leads.
"""

import json
from collections.abc import Iterator

import pytest
from harness.browser import Browser
from harness.gateway import ROOT

CORPUS = ROOT / "Tests/LoginTests/Corpus"
OWN = "https://app.example.com"
# As the unit tests list them in `return_to`.
ALLOWED = {OWN, "https://docs.example.com", "http://127.0.0.1:8080"}
# A redirect is resolved against the page that answers it, and a page may be anywhere.
BASES = [f"{OWN}/oauth2/callback?code=x&state=y", f"{OWN}/", f"{OWN}/oauth2/sign_out"]
RESOLVED = """
    (locations, base) => locations.map(location => {
        try { return new URL(location, base).origin } catch { return "invalid" }
    })
"""


def texts(name: str) -> list[str]:
    return json.loads((CORPUS / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


def origins(browser: Browser, locations: list[str], base: str) -> list[str]:
    """Where each of them leads from `base`."""
    return browser.evaluate(f"({RESOLVED})({json.dumps(locations)}, {json.dumps(base)})")


@pytest.mark.parametrize("base", BASES)
def test_rp3_no_target_that_is_taken_leads_elsewhere(browser: Browser, base: str) -> None:
    accepted = json.loads((CORPUS / "accepted.json").read_text())
    assert len(accepted) > 50
    for locations in (list(accepted.values()), list(accepted)):
        found = zip(locations, origins(browser, locations, base), strict=True)
        assert {location: origin for location, origin in found if origin not in ALLOWED} == {}


@pytest.mark.parametrize("name, least", [("wpt", 300), ("django", 20), ("techniques", 250)])
def test_rp3_the_corpus_is_no_paper_tiger(browser: Browser, name: str, least: int) -> None:
    """Unchecked, most of it would lead elsewhere."""
    found = origins(browser, texts(name), BASES[0])
    assert sum(origin not in {OWN, "invalid"} for origin in found) > least
