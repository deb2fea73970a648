"""Users: everybody may read their own profile, and support may read all of them."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Security
from identity import Caller, caller
from pydantic import BaseModel


class User(BaseModel):
    """A person known to this service."""

    name: str
    email: str


app = FastAPI(title="Users")
people = {
    "alice": User(name="Alice", email="alice@example.com"),
    "bob": User(name="Bob", email="bob@example.com"),
    "demo": User(name="Demo", email="demo@example.com"),
}


@app.get("/me")
def read_me(me: Annotated[Caller, Security(caller)]) -> User:
    """The caller's own profile."""
    return find(me.subject)


@app.get("/{subject}")
def read_user(
    subject: str, _: Annotated[Caller, Security(caller, scopes=["users:read"])]
) -> User:
    """Anybody's profile."""
    return find(subject)


def find(subject: str) -> User:
    """The profile of a subject, or 404."""
    if subject not in people:
        raise HTTPException(404, "No such user.")
    return people[subject]
