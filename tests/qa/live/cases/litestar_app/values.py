"""Parameters, unions, forms and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post, put
from litestar.datastructures import Cookie, UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, Parameter


class Circle(msgspec.Struct, tag="circle"):
    radius: Annotated[float, msgspec.Meta(gt=0)]


class Square(msgspec.Struct, tag="square"):
    side: int
    inner: Circle | Square | None = None


@get("/types/{day:date}/{at:datetime}/{wait:timedelta}/{price:decimal}/{share:float}/{rest:path}")
async def get_types(
    day: date, at: datetime, wait: timedelta, price: Decimal, share: float, rest: Path,
    ids: list[int], on: bool = False,
) -> list[str]:  # fmt: skip
    return [repr(one) for one in (day, at, wait, price, share, str(rest), ids, on)]


@get("/sent", response_cookies=[Cookie(key="seen", value="1")])
async def get_sent(
    version: Annotated[UUID, Parameter(header="X-API-VERSION")],
    session: Annotated[str | None, Parameter(cookie="session")] = None,
    page: Annotated[int, Parameter(query="page[number]")] = 1,
) -> dict[str, UUID | str | int | None]:
    return {"version": version, "session": session, "page": page}


@put("/shapes", status_code=200)
async def put_shape(data: Circle | Square) -> Circle | Square:
    return Square(side=2, inner=data)


@dataclass
class Upload:
    title: str
    file: UploadFile
    count: int = 1


@post("/uploads")
async def create_upload(
    data: Annotated[Upload, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> dict[str, str | int]:
    content = await data.file.read()
    return {"title": data.title, "name": data.file.filename, "size": len(content) * data.count}


@post("/uploads/many")
async def create_uploads(
    data: Annotated[list[UploadFile], Body(media_type=RequestEncodingType.MULTI_PART)],
) -> list[str]:
    return [file.filename for file in data]


@dataclass
class Feedback:
    text: str
    stars: int = 5
    tags: list[str] = field(default_factory=list)


@post("/feedback", status_code=202)
async def send_feedback(
    data: Annotated[Feedback, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Feedback:
    return data


handlers = (get_types, get_sent, put_shape, create_upload, create_uploads, send_feedback)
