"""Who is calling, as the gateway says.

The gateway has verified the token, removed every identity header that a client sent, and set its own. A service therefore only
reads two headers, and never sees a token. The bearer scheme is there for /docs: it puts the lock on each operation.
"""

from typing import Annotated

from fastapi import Depends, Header, HTTPException, status
from fastapi.security import HTTPBearer, SecurityScopes
from pydantic import BaseModel

bearer = HTTPBearer(
    auto_error=False, description="Sent to the gateway, which keeps it."
)


class Caller(BaseModel):
    """A verified subject and what it may do."""

    subject: str
    scopes: frozenset[str]


def caller(
    needed: SecurityScopes,
    _: Annotated[object, Depends(bearer)],
    x_auth_subject: Annotated[str | None, Header(include_in_schema=False)] = None,
    x_auth_scopes: Annotated[str, Header(include_in_schema=False)] = "",
) -> Caller:
    """The caller, who holds every scope that the operation names with `Security(caller, scopes=[...])`."""
    if x_auth_subject is None:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            "This request did not come through the gateway.",
        )
    identified = Caller(subject=x_auth_subject, scopes=frozenset(x_auth_scopes.split()))
    if missing := set(needed.scopes) - identified.scopes:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, f"Missing scope: {' '.join(sorted(missing))}"
        )
    return identified
