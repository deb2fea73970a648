"""Items: read with one scope, written with another, watched over a WebSocket."""

from typing import Annotated

from fastapi import FastAPI, HTTPException, Security, WebSocket
from identity import Caller, caller
from pydantic import BaseModel


class NewItem(BaseModel):
    """What a caller says about an item."""

    name: str


class Item(NewItem):
    """A stored item."""

    id: int
    owner: str


Reader = Annotated[Caller, Security(caller, scopes=["items:read"])]
Writer = Annotated[Caller, Security(caller, scopes=["items:write"])]

app = FastAPI(title="Items")
items = {1: Item(id=1, name="Lantern", owner="alice")}
watchers: set[WebSocket] = set()


@app.get("/")
def list_items(_: Reader) -> list[Item]:
    """All items."""
    return list(items.values())


@app.get("/{item_id}")
def read_item(item_id: int, _: Reader) -> Item:
    """One item."""
    if item_id not in items:
        raise HTTPException(404, "No such item.")
    return items[item_id]


@app.post("/", status_code=201)
async def create_item(new: NewItem, writer: Writer) -> Item:
    """Store an item for the caller and tell those who watch."""
    item = Item(id=max(items) + 1, name=new.name, owner=writer.subject)
    items[item.id] = item
    for watcher in list(watchers):
        await watcher.send_json(item.model_dump())
    return item


@app.websocket("/watch")
async def watch(socket: WebSocket) -> None:
    """Each new item as it is stored. The gateway decides who gets here, and hangs up when the token ends."""
    await socket.accept()
    watchers.add(socket)
    await socket.send_json({"watching": socket.headers["x-auth-subject"]})
    async for _ in socket.iter_text():
        pass  # Watchers only listen; the loop ends when they leave.
    watchers.discard(socket)
