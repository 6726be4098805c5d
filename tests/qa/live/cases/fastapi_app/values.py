"""Parameters and bodies of every type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Cookie, Header, Path, Query, Request
from items import Message, NewItem, Priority
from pydantic import BaseModel, Field

router = APIRouter(prefix="/values", tags=["values"])


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    good: bool
    friend: Cat | Dog | None = Field(None, discriminator="kind")


Animal = Annotated[Cat | Dog, Field(discriminator="kind")]


class Extra(BaseModel):
    id: UUID | None = None
    start: datetime
    process_after: timedelta
    repeat_at: time | None = None
    day: date


class Value(BaseModel):
    value: Message | int | str | None
    kind: str


@router.put("/both/{item_id}")
async def update_both(
    item_id: Annotated[int, Path(ge=0, le=1000)],
    item: NewItem,
    user: Annotated[Message | None, Body()] = None,
    importance: Annotated[int, Body(gt=0)] = 5,
) -> dict[str, NewItem | Message | int | None]:
    return {"id": item_id, "item": item, "user": user, "importance": importance}


@router.put("/extra/{item_id}")
async def shift_extra_types(item_id: UUID, extra: Extra) -> Extra:
    """Return all values one step later, so that each was understood."""
    return Extra(
        id=item_id,
        start=extra.start + extra.process_after,
        process_after=extra.process_after * 2,
        repeat_at=extra.repeat_at and extra.repeat_at.replace(minute=59),
        day=extra.day + timedelta(days=1),
    )


@router.post("/weights")
async def create_index_weights(weights: dict[int, float]) -> dict[int, float]:
    return {number + 1: weight / 2 for number, weight in weights.items()}


@router.post("/animals")
async def create_animal(animal: Animal) -> Animal:
    return Dog(kind="dog", good=True, friend=animal)


@router.post("/values")
async def create_value(value: Annotated[Message | int | str | None, Body(embed=True)]) -> Value:
    return Value(value=value, kind=type(value).__name__)


@router.get("/days/{day}/{number}/{share}/{flag}")
async def read_day(
    day: date,
    number: int,
    share: float,
    flag: bool,
    at: datetime,
    ids: Annotated[list[UUID], Query()],
    levels: Annotated[set[Priority] | None, Query(alias="level[]")] = None,
    price: Decimal | None = None,
    q: Annotated[str, Query(min_length=3, pattern="^fix")] = "fixedquery",
) -> list[str]:
    return [repr(one) for one in (day, number, share, flag, at, ids, levels, price, q)]


@router.get("/sent")
async def read_sent(
    request: Request,
    user_agent: Annotated[str | None, Header()] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    if_newer: Annotated[datetime | None, Header()] = None,
    strange_header: Annotated[bool | None, Header(convert_underscores=False)] = None,
    ads_id: Annotated[str | None, Cookie()] = None,
    fatebook_tracker: Annotated[int, Cookie()] = 7,
) -> list[str]:
    seen = (user_agent, x_token, if_newer, strange_header, ads_id, fatebook_tracker)
    return [*map(repr, seen), request.headers["accept"]]
