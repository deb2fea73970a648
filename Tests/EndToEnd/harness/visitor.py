"""A browser without a script or a screen: keeps cookies, follows redirects of the server, sends forms as they stand."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

# More than any way through the server's pages has; a loop of redirects ends here.
MAXIMUM_REDIRECTS = 10
MAXIMUM_PAGES = 4


@dataclass
class Form:
    """A form of a page: what it sends by itself, what a person fills in, and its buttons."""

    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Visitor:
    """`page` is what it shows, `left_for` where it was sent outside of the server's own pages."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.client = httpx.Client(trust_env=False, timeout=20)
        self.page: httpx.Response | None = None
        self.left_for: str | None = None
        self.answers: list[httpx.Response] = []

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def open(self, url: str) -> "Visitor":
        """Go to an address."""
        self.answers = []
        return self._arrived(self.client.get(url, headers=_navigation("none")))

    def submit(self, form: Form | None = None, *, press: tuple[str, str] | None = None, **typed: str) -> "Visitor":
        """Send a form; the only one of the page unless another is named."""
        chosen = form or self.form()
        pressed = dict([press]) if press else {}
        data = {**chosen.hidden, **chosen.fields, **typed, **pressed}
        self.answers = []
        headers = _navigation("same-origin", self.origin)
        return self._arrived(self.client.post(chosen.action, data=data, headers=headers))

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def forms(self) -> list[Form]:
        """The forms of the page."""
        assert self.page is not None, f"no page is shown: left for {self.left_for}"
        return _Forms(str(self.page.url), self.page.text).found

    def form(self, **hidden: str) -> Form:
        """The form of the page whose hidden fields have these values."""
        forms = [form for form in self.forms() if hidden.items() <= form.hidden.items()]
        assert len(forms) == 1, f"{len(forms)} such forms at {self.shown}"
        return forms[0]

    def sign_in(self, user: str, password: str) -> "Visitor":
        """Fill in the page that asks for name and password."""
        return self.submit(username=user, password=password)

    def decide(self, decision: str) -> "Visitor":
        """Press `allow` or `deny`."""
        button = ("decision", decision)
        assert button in self.form().buttons, self.shown
        return self.submit(press=button)

    @property
    def asks(self) -> str:
        """What the page wants: `password`, `decision`, `user_code`, or nothing."""
        if self.page is None:
            return ""
        for form in self.forms():
            for wish in ("password", "user_code"):
                if wish in form.fields:
                    return wish
            if any(name == "decision" for name, _ in form.buttons):
                return "decision"
        return ""

    def agree(self, url: str, user: str, password: str) -> dict[str, str]:
        """Go to `url`, sign in and allow whatever is asked; returns the parameters of the redirect at the end."""
        self.open(url)
        for _ in range(MAXIMUM_PAGES):
            match self.asks:
                case "password":
                    self.sign_in(user, password)
                case "decision":
                    self.decide("allow")
                case _:
                    return self.arrival
        raise AssertionError(f"the pages lead nowhere: {self.shown}")

    @property
    def arrival(self) -> dict[str, str]:
        """The query of the address outside that the server led to."""
        assert self.left_for, f"still at {self.shown}"
        return dict(parse_qsl(urlsplit(self.left_for).query, keep_blank_values=True, strict_parsing=True))

    @property
    def shown(self) -> str:
        """Address, status and words of the page, or where the browser went instead."""
        if self.page is None:
            return f"left for {self.left_for}"
        return f"{self.page.url}: {self.page.status_code}: {self.words}"

    @property
    def words(self) -> str:
        """What a person reads."""
        return " ".join(_Forms(str(self.page.url), self.page.text).words)

    def _arrived(self, answer: httpx.Response) -> "Visitor":
        for _ in range(MAXIMUM_REDIRECTS):
            self.answers.append(answer)
            if not answer.is_redirect:
                self.page, self.left_for = answer, None
                return self
            target = urljoin(str(answer.url), answer.headers["Location"])
            if not target.startswith(f"{self.issuer}/"):
                self.page, self.left_for = None, target
                return self
            answer = self.client.get(target, headers=_navigation("same-origin"))
        raise AssertionError(f"more than {MAXIMUM_REDIRECTS} redirects, the last to {answer.url}")


def _navigation(site: str, origin: str | None = None) -> dict[str, str]:
    """The fields by which browsers tell a navigation from a script (Fetch Metadata)."""
    fields = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Accept": "text/html"}
    return {**fields, "Origin": origin} if origin else fields


class _Forms(HTMLParser):
    """Finds the forms and the words of a page."""

    def __init__(self, url: str, text: str) -> None:
        super().__init__()
        self.url = url
        self.found: list[Form] = []
        self.words: list[str] = []
        self.is_inside = False
        self.is_style = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        match tag:
            case "style":
                self.is_style = True
            case "form":
                action = urljoin(self.url, given.get("action", ""))
                self.found.append(Form(action, given.get("method", "get").lower()))
                self.is_inside = True
            case "input" if self.is_inside and "name" in given:
                kind = "hidden" if given.get("type") == "hidden" else "fields"
                getattr(self.found[-1], kind)[given["name"]] = given.get("value", "")
            case "button" if self.is_inside:
                self.found[-1].buttons.append((given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"
        self.is_style = self.is_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if not self.is_style:
            self.words += data.split()
