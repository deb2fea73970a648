"""What a provider remembers of those it signed in: codes, and refresh tokens that are good once."""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True)
class SignIn:
    """What was asked for when somebody was sent to sign in, and who they turned out to be."""

    client_id: str
    redirect_uri: str
    challenge: str
    nonce: str
    person: dict[str, Any]


@dataclass
class Family:
    """All refresh tokens that came of one sign-in; one that comes twice ends them all."""

    sign_in: SignIn
    is_alive: bool = True
    latest: str = ""


@dataclass
class Grants:
    """Thread-safe. A code and a refresh token are good once each."""

    rotates: bool = True
    codes: dict[str, SignIn] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    access_tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def code(self, sign_in: SignIn) -> str:
        """A code for the token endpoint."""
        code = secrets.token_urlsafe(24)
        with self.lock:
            self.codes[code] = sign_in
        return code

    def redeem(self, form: dict[str, str], client_id: str) -> Family | None:
        """The family of a code (RFC 6749, section 4.1.3; RFC 7636, section 4.6)."""
        with self.lock:
            sign_in = self.codes.pop(form.get("code", ""), None)
        if not sign_in or (form.get("redirect_uri"), client_id) != (sign_in.redirect_uri, sign_in.client_id):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_same = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == sign_in.challenge
        return Family(sign_in) if is_same else None

    def refresh(self, form: dict[str, str], client_id: str) -> Family | None:
        """The family of a refresh token that comes for the first time."""
        token = form.get("refresh_token", "")
        with self.lock:
            family = self.families.get(token)
            if not family or family.sign_in.client_id != client_id:
                return None
            if self.rotates and family.latest != token:
                family.is_alive = False
                self.reused.append(token)
            return family if family.is_alive else None

    def issue(self, family: Family, *, with_refresh: bool, lifetime: int) -> dict[str, Any]:
        """The tokens of an answer, but for the ID token."""
        access = secrets.token_urlsafe(24)
        tokens: dict[str, Any] = {"token_type": "Bearer", "access_token": access, "expires_in": lifetime}
        with self.lock:
            self.access_tokens[access] = {**family.sign_in.person, "until": time.time() + lifetime}
            if with_refresh and (self.rotates or not family.latest):
                family.latest = tokens["refresh_token"] = secrets.token_urlsafe(24)
                self.families[family.latest] = family
        return tokens

    def end_all(self) -> None:
        """No refresh token is good any more."""
        with self.lock:
            for family in self.families.values():
                family.is_alive = False

    def rename(self, **person: Any) -> None:
        """Everybody who signed in turns out to be somebody else."""
        with self.lock:
            for family in self.families.values():
                family.sign_in = replace(family.sign_in, person={**family.sign_in.person, **person})


def basic_credentials(value: str) -> tuple[str, str]:
    """Name and secret of a client (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    name, _, secret = base64.b64decode(encoded).decode().partition(":")
    return unquote_plus(name), unquote_plus(secret)
