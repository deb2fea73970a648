"""A FastAPI service with its own documentation page, from which people try it out with a token of theirs.

The page is FastAPI's; its script and style come from a package rather than from a network that a test may not have.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import Annotated

import fastapi_offline
import uvicorn
from fastapi import FastAPI, Header, Security
from fastapi.openapi.docs import get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.responses import HTMLResponse
from fastapi.security import OAuth2AuthorizationCodeBearer
from fastapi.staticfiles import StaticFiles

from harness.browser import Browser, Tab
from harness.gateway import listens
from harness.polling import eventually
from harness.ports import free_port

ASSETS = Path(fastapi_offline.__file__).parent / "static"


def documented(issuer: str, scopes: dict[str, str]) -> FastAPI:
    """The service; its clients ask `issuer` for tokens."""
    app = FastAPI(title="Things", docs_url=None, redoc_url=None)
    app.mount("/assets", StaticFiles(directory=ASSETS))
    # The gateway has judged the token and keeps it: here the scheme only puts the lock on the operation.
    bearer = OAuth2AuthorizationCodeBearer(
        authorizationUrl=f"{issuer}/authorize", tokenUrl=f"{issuer}/token", scopes=scopes, auto_error=False
    )

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Things",
            oauth2_redirect_url="/docs/oauth2-redirect",
            init_oauth={"clientId": "docs", "usePkceWithAuthorizationCodeGrant": True, "scopes": " ".join(scopes)},
            swagger_js_url="/assets/swagger-ui-bundle.js",
            swagger_css_url="/assets/swagger-ui.css",
            swagger_favicon_url="/assets/favicon.png",
        )

    @app.get("/docs/oauth2-redirect", include_in_schema=False)
    def redirect() -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    @app.get("/items/{item}")
    def read(
        item: int,
        _: Annotated[object, Security(bearer, scopes=list(scopes))],
        x_auth_subject: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> dict[str, str | int | None]:
        return {"item": item, "reader": x_auth_subject}

    return app


class Documented:
    """The service on a port of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, issuer: str, scopes: dict[str, str]) -> "Documented":
        """Start it. It knows its issuer, which knows its port: so this comes second."""
        return self.run(documented(issuer, scopes))

    def run(self, app: FastAPI) -> "Documented":
        """Start another service in its place."""
        config = uvicorn.Config(app, port=self.port, log_level="warning", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        eventually(lambda: listens(self.port), within=30)
        return self

    def __enter__(self) -> "Documented":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.should_exit = True
        self.thread.join(10)


def sign_in(tab: Tab, user: str, password: str) -> None:
    """Fill in the page that asks for name and password."""
    tab.type("[name=username]", user)
    tab.type("[name=password]", password)
    tab.press("main form button")


def try_out(browser: Browser, url: str, user: str, password: str) -> str:
    """Press "Authorize" and then "Try it out" for item 7, as a developer does; returns what the page shows then."""
    browser.open(url)
    browser.press(".auth-wrapper .authorize")
    browser.press(".auth-container .btn.authorize")
    person = browser.other_tab()
    sign_in(person, user, password)
    person.press("button[value=allow]")
    eventually(lambda: not browser.has_other_tabs(), within=15)
    browser.press(".btn-done")
    browser.press(".opblock-summary-control")
    browser.press(".try-out__btn")
    browser.type(".parameters input", "7")
    # The page takes what was typed when the field is left.
    browser.evaluate("document.activeElement.blur()")
    browser.press(".execute")
    return browser.until("document.querySelector('.live-responses-table tbody .response-col_description')?.innerText")
