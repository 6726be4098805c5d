"""A router with parameters, forms, files, streams and security."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Cookie, Field, File, Form, Header, Query, Router, Schema, UploadedFile
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, APIKeyHeader, APIKeyQuery, HttpBasicAuth, HttpBearer
from ninja.streaming import JSONL, SSE

router = Router(tags=["more"])


class Cat(Schema):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(Schema):
    kind: Literal["dog"] = "dog"
    born: date | None = None


Animal = Annotated[Cat | Dog, Field(discriminator="kind")]


class Home(Schema):
    animals: list[Animal]
    owner: str | int | None = None
    open_at: time = time(8)
    price: Decimal = Decimal("1.50")


class Details(Schema):
    title: str
    count: int = 1
    born: date | None = None


class Received(Schema):
    names: list[str]
    size: int
    details: Details


class Message(Schema):
    text: str


@router.put("/home", response=Home)
def put_home(request: HttpRequest, home: Home):
    return home


@router.get("/days/{day}/{int:number}/{word}", response=list[str])
def get_day(
    request: HttpRequest, day: date, number: int, word: str, at: datetime, wait: timedelta,
    price: Decimal, key: Annotated[UUID, Header(alias="X-Key")], ids: Query[list[int]],
    theme: Annotated[str, Cookie(alias="ui-theme")] = "light", on: bool = False,
):  # fmt: skip
    return [repr(one) for one in (day, number, word, at, wait, price, key, ids, theme, on)]


@router.post("/form", response=Details)
def post_form(request: HttpRequest, details: Form[Details]):
    return details


@router.post("/upload", response=Received)
def post_upload(request: HttpRequest, details: Form[Details], files: File[list[UploadedFile]]):
    size = sum(len(file.read()) for file in files)
    return {
        "names": [f"{file.name} {file.content_type}" for file in files],
        "size": size,
        "details": details,
    }


@router.post("/upload/one", response={200: Received})
def post_one(request: HttpRequest, details: Details, file: File[UploadedFile]):
    return {"names": [file.name], "size": file.size, "details": details}


@router.get("/download")
def get_download(request: HttpRequest):
    return FileResponse(Path(__file__).open("rb"), filename="ü.py")


@router.get("/lines", response=JSONL[Message])
def get_lines(request: HttpRequest) -> Iterator[Any]:
    yield from ({"text": "grüße\n2"}, {"text": ""})


@router.get("/events", response=SSE[Message])
def get_events(request: HttpRequest) -> Iterator[Any]:
    yield from ({"text": "grüße\n2"}, {"text": ""})


@router.get("/cookie", response={200: Message, 202: Message})
def get_cookie(request: HttpRequest, response: HttpResponse, status: int = 200):
    response.set_cookie("seen", "1")
    return status, {"text": "baked"}


@router.get("/teapot/{reason}", response=Message)
def get_teapot(request: HttpRequest, reason: str):
    if reason == "crash":
        raise HttpError(418, "I'm a teapot")
    return {"text": reason}


class Bearer(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> str | None:
        return token if token == "secret" else None


class Basic(HttpBasicAuth):
    def authenticate(self, request: HttpRequest, username: str, password: str) -> str | None:
        return username if password == "pä:ss" else None


class Key:
    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


class HeaderKey(Key, APIKeyHeader):
    param_name = "X-API-Key"


class QueryKey(Key, APIKeyQuery):
    param_name = "api_key"


class CookieKey(Key, APIKeyCookie):
    param_name = "session"


@router.get("/me/bearer", response=Message, auth=Bearer())
@router.get("/me/basic", response=Message, auth=Basic())
@router.get("/me/any", response=Message, auth=[QueryKey(), HeaderKey(), CookieKey()])
def get_me(request: HttpRequest):
    return {"text": request.auth}
