"""Models of pydantic's documentation: generics, computed fields, tuples, aliases, dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Cookie, Header, Query
from items import Priority
from pydantic import (
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    SecretStr,
    Tag,
    computed_field,
)  # fmt: skip
from typing_extensions import TypedDict

router = APIRouter(prefix="/schemas", tags=["schemas"])
T = TypeVar("T")


class Slice(BaseModel, Generic[T]):
    """One page of items of any type."""

    items: list[T]
    after: T | None = None


class Names(RootModel[list[Annotated[str, Field(max_length=5)]]]):
    """A list with a name."""


class Circle(BaseModel):
    """Read with what its radius makes of it."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    radius: Annotated[float, Field(alias="radiusCm", multiple_of=0.5)]
    corners: Literal[0] = 0
    class_: Annotated[str, Field(alias="class")] = "round"

    @computed_field
    def diameter(self) -> float:
        return self.radius * 2


class Account(BaseModel):
    password: SecretStr
    picture: Base64Bytes = b""
    address: IPv4Address | None = None


class Place(TypedDict):
    name: str
    at: tuple[float, float]


@dataclass
class Trip:
    places: list[Place]
    lengths: dict[Priority, timedelta]
    tree: Tree | None = None


class Tree(BaseModel):
    value: int | bool | None
    children: list[Tree] = []


class Headers(BaseModel):
    x_tag: list[UUID] = []
    x_day: date | None = None
    dnt: bool = False


class Cookies(BaseModel):
    model_config = ConfigDict(extra="forbid")
    session: str
    level: Priority = Priority.LOW


@router.get("/slices/numbers")
async def read_numbers(after: int = 0) -> Slice[int]:
    return Slice(items=[after + 1, after + 2], after=after)


@router.get("/slices/names")
async def read_names() -> Slice[Names]:
    return Slice(items=[Names(["a"]), Names([])], after=None)


@router.put("/names")
async def put_names(names: Names) -> Names:
    return Names(names.root[::-1])


@router.post("/circles")
async def create_circles(circles: dict[str, Circle]) -> dict[str, Circle]:
    return circles


@router.post("/accounts", response_model_exclude_unset=True)
async def create_account(account: Account) -> Account:
    return account


@router.post("/trips")
async def create_trip(trip: Trip) -> Trip:
    return trip


def shape(value: object) -> str:
    return "list" if isinstance(value, list) else "one"


@router.post("/sums")
async def add(
    value: Annotated[
        Annotated[list[Decimal], Tag("list")] | Annotated[Decimal, Tag("one")], Discriminator(shape)
    ],
) -> Decimal:
    return sum(value, Decimal(0)) if isinstance(value, list) else value


@router.get("/models")
async def read_models(
    headers: Annotated[Headers, Header()], cookies: Annotated[Cookies, Cookie()]
) -> tuple[Headers, Cookies]:
    return headers, cookies


@router.get("/many")
async def read_many(
    numbers: Annotated[list[int] | None, Query(max_length=3)] = None,
    word: Annotated[Literal["a", "b"] | None, Query()] = None,
    big: int = 2**60,
    none: None = None,
) -> dict[str, list[int] | str | int | None]:
    return {"numbers": numbers, "word": word, "big": big, "none": none}
