"""Items: create, read in pages, change in parts, delete; the state is in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Annotated, Literal
from uuid import UUID, uuid5

from fastapi import APIRouter, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, HttpUrl

router = APIRouter(tags=["items"])
ROOT = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
ITEMS: dict[UUID, Item] = {}
TASKS: dict[str, str] = {}


class ModelName(StrEnum):
    ALEX_NET = "alexnet"
    LE_NET = "le-net"


class Priority(IntEnum):
    LOW = 1
    HIGH = 2


class Image(BaseModel):
    url: HttpUrl
    name: str | None = None


class NewItem(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    price: Annotated[Decimal, Field(gt=0, decimal_places=2)]
    tax: float | None = None
    tags: set[str] = set()
    images: list[Image] | None = None
    priority: Priority = Priority.LOW
    released: date | None = None


class Item(NewItem):
    id: UUID
    created: datetime


class ItemChange(BaseModel):
    name: str | None = None
    price: Decimal | None = None
    tax: float | None = None
    released: date | None = None


class Page(BaseModel):
    items: list[Item]
    total: int


class Message(BaseModel):
    message: str


class Filter(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: Annotated[int, Field(gt=0, le=100)] = 2
    offset: Annotated[int, Field(ge=0)] = 0
    order_by: Literal["created", "name"] = "created"
    tags: list[str] = []


@router.get("/models/{name}")
async def get_model(name: ModelName) -> dict[str, ModelName]:
    return {"name": name}


@router.post("/items/", status_code=201)
async def create_item(item: NewItem, response: Response) -> Item:
    made = Item(id=uuid5(ROOT, item.name), created=NOW, **item.model_dump())
    ITEMS[made.id] = made
    response.headers["Location"] = f"/items/{made.id}"
    return made


@router.get("/items/")
async def read_items(query: Annotated[Filter, Query()]) -> Page:
    found = [one for one in ITEMS.values() if set(query.tags) <= one.tags]
    found.sort(key=lambda one: str(getattr(one, query.order_by)))
    return Page(items=found[query.offset : query.offset + query.limit], total=len(found))


@router.get("/items/{item_id}", responses={404: {"model": Message}})
async def read_item(item_id: UUID) -> Item:
    if item_id not in ITEMS:
        return JSONResponse({"message": "no such item"}, 404)
    return ITEMS[item_id]


@router.patch("/items/{item_id}")
async def update_item(item_id: UUID, item: ItemChange) -> Item:
    if item_id not in ITEMS:
        raise HTTPException(404, "Item not found", headers={"X-Error": "There goes my error"})
    ITEMS[item_id] = ITEMS[item_id].model_copy(update=item.model_dump(exclude_unset=True))
    return ITEMS[item_id]


@router.delete("/items/{item_id}", status_code=204)
async def delete_item(item_id: UUID) -> None:
    del ITEMS[item_id]


@router.put("/tasks/{name}")
async def get_or_create_task(name: str, response: Response) -> Message:
    """The tutorial's "Response - Change Status Code": 201 isn't in the description."""
    if name not in TASKS:
        TASKS[name] = f"this is {name}"
        response.status_code = 201
    return Message(message=TASKS[name])
