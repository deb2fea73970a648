"""Keys, tokens and a certificate for the benchmarks, made once into a folder."""

from __future__ import annotations

import base64
import datetime
import json
import secrets
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

ISSUER = "https://issuer.bench.test"
AUDIENCE = "orders"
SCOPE = "orders:read"
KEY_ID = "es256"
LIFETIME = 30 * 86400
DISTINCT = 120_000  # More than one round asks for, so that no token comes twice in it.


def base64url(data: bytes) -> str:
    """Encode as JWS does, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign_tokens(key_pem: bytes, first: int, count: int) -> list[str]:
    """Sign `count` ES256 access tokens for the subjects `user-first` and following."""
    key = serialization.load_pem_private_key(key_pem, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    header = base64url(json.dumps({"alg": "ES256", "typ": "at+jwt", "kid": KEY_ID}).encode())
    now = int(time.time())
    tokens = []
    for number in range(first, first + count):
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": f"user-{number}",
            "iat": now,
            "exp": now + LIFETIME,
            "scope": f"{SCOPE} orders:write profile",
            "jti": secrets.token_hex(8),
        }
        signed = f"{header}.{base64url(json.dumps(claims).encode())}"
        r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        tokens.append(f"{signed}.{base64url(signature)}")
    return tokens


class Material:
    """The files in a folder; each is made when it is asked for the first time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.key = folder / "es256.key.pem"
        self.public_key = folder / "es256.pub.pem"
        self.jwks = folder / "jwks.json"
        if not self.key.exists() or time.time() - self.key.stat().st_mtime > LIFETIME / 2:
            self._make_keys()

    @cached_property
    def token(self) -> str:
        """One valid token, the same all the time."""
        return sign_tokens(self.key.read_bytes(), 0, 1)[0]

    @cached_property
    def tokens(self) -> Path:
        """A file with `DISTINCT` valid tokens, one a line."""
        file = self.folder / "es256.tokens"
        if not file.exists():
            share = DISTINCT // 8
            with ProcessPoolExecutor() as pool:
                jobs = [pool.submit(sign_tokens, self.key.read_bytes(), n * share, share) for n in range(8)]
                lines = [token for job in jobs for token in job.result()]
            file.write_text("\n".join(lines) + "\n")
        return file

    @cached_property
    def certificate(self) -> Path:
        """A certificate for `localhost`; its key stands beside it."""
        file = self.folder / "tls.crt"
        if not file.exists():
            self._make_certificate(file)
        return file

    @property
    def certificate_key(self) -> Path:
        """The key of `certificate`."""
        return self.certificate.with_suffix(".key")

    @property
    def certificate_and_key(self) -> Path:
        """Both in one file, as HAProxy wants them."""
        return self.certificate.with_suffix(".pem")

    def _make_keys(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        point = key.public_key().public_numbers()
        jwk: dict[str, Any] = {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(point.x.to_bytes(32, "big")),
            "y": base64url(point.y.to_bytes(32, "big")),
            "kid": KEY_ID,
            "use": "sig",
            "alg": "ES256",
        }
        self.key.write_bytes(private_pem(key))
        self.public_key.write_bytes(
            key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        self.jwks.write_text(json.dumps({"keys": [jwk]}))
        (self.folder / "es256.tokens").unlink(missing_ok=True)

    def _make_certificate(self, file: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        file.with_suffix(".key").write_bytes(private_pem(key))
        file.with_suffix(".pem").write_bytes(pem + private_pem(key))
        file.write_bytes(pem)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as unencrypted PKCS #8."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
