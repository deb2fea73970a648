"""DPoP proofs (RFC 9449), as PyJWT makes them."""

import hashlib
import time
import uuid
from typing import Any

import jwt

from harness.keys import SigningKey, base64url


def proof(
    key: SigningKey,
    address: str,
    access_token: str | None = None,
    *,
    method: str = "GET",
    headers: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    """A good proof of `key` for a request, with `changes` to its claims; a claim set to None is left out."""
    claims: dict[str, Any] = {"jti": str(uuid.uuid4()), "htm": method, "htu": address, "iat": int(time.time())}
    if access_token is not None:
        claims["ath"] = base64url(hashlib.sha256(access_token.encode()).digest())
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    jwk = {name: value for name, value in key.public_jwk.items() if name not in ("kid", "use", "alg")}
    header = {"typ": "dpop+jwt", "jwk": jwk, **(headers or {})}
    return jwt.encode(claims, key.private, algorithm=key.algorithm, headers=header)
