"""Key material and tokens, good ones and lying ones."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt.algorithms
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://issuer.test"
AUDIENCE = "items-api"
ALGORITHMS = jwt.algorithms.get_default_algorithms()
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
# What RFC 7638 hashes, by key type.
THUMBPRINT_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}

# True while pytest collects. A token made then grows old before its test runs, and on a slow machine it expires.
is_collecting = False


def base64url(data: bytes) -> str:
    """Base64url without padding, as JOSE writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encoded(part: dict[str, Any] | bytes | str) -> str:
    """A part of a token: an object as compact JSON, anything else byte by byte."""
    if isinstance(part, dict):
        part = json.dumps(part, separators=(",", ":"))
    return base64url(part.encode() if isinstance(part, str) else part)


@dataclass(frozen=True)
class SigningKey:
    """A private key, the algorithm it signs with, and the name it goes by."""

    algorithm: str
    private: Any
    kid: str = field(default="")

    @classmethod
    def generate(cls, algorithm: str = "ES256", kid: str | None = None) -> "SigningKey":
        """A new key for `algorithm`; its thumbprint is the kid unless another is given."""
        private = _generate(algorithm)
        key = cls(algorithm, private)
        return cls(algorithm, private, key.thumbprint if kid is None else kid)

    @property
    def public_jwk(self) -> dict[str, Any]:
        """The public half as a key set lists it."""
        members = json.loads(_implementation(self.algorithm).to_jwk(self.private.public_key()))
        members.pop("key_ops", None)
        named = {"kid": self.kid} if self.kid else {}
        return {**members, "alg": self.algorithm, "use": "sig", **named}

    @property
    def thumbprint(self) -> str:
        """RFC 7638: SHA-256 over the required members in lexicographic order."""
        members = json.loads(_implementation(self.algorithm).to_jwk(self.private.public_key()))
        required = {name: members[name] for name in THUMBPRINT_MEMBERS[members["kty"]]}
        canonical = json.dumps(required, separators=(",", ":"), sort_keys=True)
        return base64url(hashlib.sha256(canonical.encode()).digest())

    @property
    def private_pem(self) -> str:
        """PKCS #8, as `keys generate` writes it."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @property
    def public_pem(self) -> str:
        """SubjectPublicKeyInfo."""
        return (
            self.private.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )

    def sign(self, message: bytes) -> bytes:
        """The raw signature of `message` as JWS wants it."""
        return _implementation(self.algorithm).sign(message, self.private)


def key_set(*keys: SigningKey) -> dict[str, Any]:
    """A JWK set of the public halves."""
    return {"keys": [key.public_jwk for key in keys]}


def secret_key(secret: bytes, algorithm: str = "HS256") -> SigningKey:
    """A symmetric key; it has no public half."""
    return SigningKey(algorithm, secret)


def compact(header: dict[str, Any] | bytes | str, payload: dict[str, Any] | bytes | str, key: SigningKey | None) -> str:
    """A compact JWS of exactly this header and payload; without a key its signature is empty."""
    assert not is_collecting, "a token was minted while tests are collected: mint it inside the test"
    signed = f"{encoded(header)}.{encoded(payload)}"
    signature = base64url(key.sign(signed.encode())) if key else ""
    return f"{signed}.{signature}"


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token with `changes`; a claim set to None is left out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "iat": now, "exp": now + 300}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def header(key: SigningKey, **changes: Any) -> dict[str, Any]:
    """The header of a good token of `key` with `changes`; a member set to None is left out."""
    good = {"alg": key.algorithm, "typ": "at+jwt", "kid": key.kid or None}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(key: "SigningKey | None" = None, *, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token that the default issuer of the bench would have given, with `changes` to its claims."""
    key = key or KEY
    return compact(header(key, **(headers or {})), claims(**changes), key)


def _generate(algorithm: str) -> Any:
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _implementation(algorithm: str) -> Any:
    return ALGORITHMS[algorithm]


KEY = SigningKey.generate("ES256")
