"""A client as its provider knows it, and the proofs by which it is told from others."""

from typing import Any

import jwt
from harness.grants import basic_credentials
from harness.keys import SigningKey

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# RFC 7523, section 3, asks for all but the last two; OpenID Connect Core 1.0, section 9, for those as well.
REQUIRED = ["iss", "sub", "aud", "exp", "jti", "iat"]
# Seconds: an assertion is used at once.
MAXIMUM_LIFETIME = 120


class KnownClient:
    """Strict: one proof, in the one way that it is for, and an assertion once."""

    def __init__(self, name: str, secret: str, audience: str) -> None:
        self.name = name
        self.secret = secret
        self.key: SigningKey | None = None
        # What assertions have to be made out to.
        self.audience = audience
        # How it has proved itself, and by which claims.
        self.ways: list[str] = []
        self.assertions: list[dict[str, Any]] = []

    def proves_itself(self, form: dict[str, str], authorization: str, methods: list[str]) -> bool:
        """Whether a form comes from it. Two proofs are none (RFC 6749, section 2.3)."""
        found = [
            ("client_secret_basic", authorization, lambda: self._is_basic(authorization, form)),
            ("client_secret_post", form.get("client_secret"), lambda: self._is_post(form)),
            ("private_key_jwt", form.get("client_assertion"), lambda: self._is_signed(form)),
        ]
        tried = [(way, holds) for way, proof, holds in found if proof]
        if len(tried) != 1 or tried[0][0] not in methods or not tried[0][1]():
            return False
        self.ways.append(tried[0][0])
        return True

    def _is_basic(self, authorization: str, form: dict[str, str]) -> bool:
        credentials = basic_credentials(authorization)
        return credentials == (self.name, self.secret) and form.get("client_id", self.name) == self.name

    def _is_post(self, form: dict[str, str]) -> bool:
        return (form.get("client_id"), form["client_secret"]) == (self.name, self.secret)

    def _is_signed(self, form: dict[str, str]) -> bool:
        if not self.key or form.get("client_assertion_type") != ASSERTION_TYPE or form.get("client_id") != self.name:
            return False
        try:
            claims = jwt.decode(
                form["client_assertion"],
                self.key.private.public_key(),
                algorithms=[self.key.algorithm],
                audience=self.audience,
                issuer=self.name,
                options={"require": REQUIRED},
            )
        except jwt.InvalidTokenError:
            return False
        if claims["sub"] != self.name or claims["exp"] - claims["iat"] > MAXIMUM_LIFETIME:
            return False
        if claims["jti"] in [earlier["jti"] for earlier in self.assertions]:
            return False
        self.assertions.append(claims)
        return True
