"""The test bench: a gateway, its peers on both sides, and the keys between them."""

from harness.gateway import Gateway, before, gatehouse, issuer, policy
from harness.issuers import Issuer
from harness.keys import AUDIENCE, ISSUER, KEY, SigningKey, compact, token
from harness.polling import eventually
from harness.upstream import RawUpstream, Recorder
from harness.wire import Answer, RawClient, bearer

__all__ = [
    "AUDIENCE",
    "Answer",
    "Gateway",
    "ISSUER",
    "Issuer",
    "KEY",
    "RawClient",
    "RawUpstream",
    "Recorder",
    "SigningKey",
    "bearer",
    "before",
    "compact",
    "eventually",
    "gatehouse",
    "issuer",
    "policy",
    "token",
]
