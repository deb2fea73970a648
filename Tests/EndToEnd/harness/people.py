"""People in front of a gateway that signs them in, and the policies that say with whom."""

import base64
import copy
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from harness.gateway import Gateway, Policy, policy
from harness.providers import CLIENT, CLIENT_SECRET, MockProvider, ScriptedProvider

# More than any sign-in has; a loop of redirects ends here.
MAXIMUM_REDIRECTS = 10
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}


def session_key() -> str:
    """32 random bytes as `session.keys` lists them."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def entry(provider: ScriptedProvider | MockProvider, **changes: Any) -> dict[str, Any]:
    """The provider as `login.providers` names it."""
    usual = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": CLIENT_SECRET, "scopes": ["openid"]}
    return {**usual, **changes}


def login(provider: ScriptedProvider | MockProvider, *, allow: Any = None, **changes: Any) -> dict[str, Any]:
    """`login` with one provider, `sso`."""
    one = entry(provider, **({"allow": allow} if allow else {}))
    return {"providers": {"sso": one}, "session": {"keys": [session_key()]}, **changes}


def until_due(provider: ScriptedProvider) -> None:
    """Wait until every access token given so far has run out; the next ones live longer."""
    provider.access_lifetime = 300
    ends = max(token["until"] for token in provider.grants.access_tokens.values())
    time.sleep(max(0.0, ends - time.time()) + 0.1)


def beside(action: Callable[[], Any]) -> threading.Thread:
    """Do something while the test goes on."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


APP = {"path": "/app/**", "login": True, "access": "authenticated"}


def signing_in(provider: ScriptedProvider | MockProvider, *routes: dict[str, Any], **changes: Any) -> Policy:
    """A policy whose `/app` is for whoever signs in; `changes` are of its `login`."""
    return policy([APP, *routes], login=login(provider, **changes))


class Person:
    """A browser without a screen: it keeps cookies, and goes where it is sent, to the provider and back."""

    def __init__(self, gateway: Gateway, *, origin: str | None = None) -> None:
        self.origin = origin or f"{'https' if gateway.tls else 'http'}://127.0.0.1:{gateway.port}"
        self.client = httpx.Client(trust_env=False, timeout=20, verify=gateway.tls or False)
        self.answers: list[httpx.Response] = []

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    # As a browser on its way

    def go(self, target: str, method: str = "GET", **options: Any) -> httpx.Response:
        """One navigation that follows nothing."""
        headers = {**NAVIGATION, **options.pop("headers", {})}
        return self.client.request(method, urljoin(self.origin, target), headers=headers, **options)

    def open(self, target: str, method: str = "GET", **options: Any) -> httpx.Response:
        """Go there, and wherever that leads; `answers` has what came on the way."""
        self.answers = [self.go(target, method, **options)]
        while self.answers[-1].is_redirect:
            assert len(self.answers) <= MAXIMUM_REDIRECTS, "redirects without end"
            last = self.answers[-1]
            self.answers.append(self.go(urljoin(str(last.url), last.headers["Location"])))
        return self.answers[-1]

    def sign_in(self, target: str = "/app") -> "Person":
        """Sign in on the way to a page, and get there."""
        answer = self.open(target)
        assert answer.status_code == 200, f"{answer.url.path}: {answer.status_code}: {answer.text}"
        return self

    def until_callback(self, target: str = "/app") -> str:
        """Go to sign in, and stop before the last step: the address of the callback."""
        answer = self.go(target)
        while "/oauth2/callback" not in (place := urljoin(str(answer.url), answer.headers["Location"])):
            answer = self.go(place)
        return place

    def sign_out(self, **form: str) -> httpx.Response:
        """Press a button of a page of the gateway's own."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": self.origin}
        return self.go("/oauth2/sign_out", "POST", headers=headers, data={"scope": "here", **form})

    def until_signed_out(self, **form: str) -> str:
        """Sign out, at the provider too, and stop before the last step: the address to which that sends browsers back."""
        asked = dict(parse_qsl(urlsplit(self.sign_out(**form).headers["Location"]).query))
        return f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}"

    # As a page of its own

    def ask(self, target: str, method: str = "GET", **options: Any) -> httpx.Response:
        """What a script of the page asks."""
        headers = {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return self.client.request(method, urljoin(self.origin, target), headers=headers, **options)

    @property
    def is_signed_in(self) -> bool:
        return self.ask("/app").status_code == 200

    @property
    def info(self) -> dict[str, Any]:
        """What `/oauth2/userinfo` says."""
        return self.ask("/oauth2/userinfo").raise_for_status().json()

    # Its cookies

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value for cookie in self.client.cookies.jar}

    @property
    def cookie_line(self) -> str:
        """The header line that a copy of the browser's cookies makes."""
        return "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sent_to(self, gateway: Gateway) -> "Person":
        """The same browser at another gateway."""
        return self._copied(Person(gateway))

    def copy_for(self, gateway: Gateway) -> "Person":
        """Somebody else with the same cookies."""
        return self._copied(Person(gateway, origin=self.origin))

    def _copied(self, other: "Person") -> "Person":
        for cookie in self.client.cookies.jar:
            other.client.cookies.jar.set_cookie(copy.copy(cookie))
        return other
