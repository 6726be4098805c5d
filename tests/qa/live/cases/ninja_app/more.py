"""A router with files, streams and security."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, UploadedFile
from ninja.security import APIKeyCookie, APIKeyHeader, APIKeyQuery
from ninja.streaming import JSONL, SSE

router = Router(tags=["more"])


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


@router.post("/upload", response=Received)
def post_upload(request: HttpRequest, details: Form[Details], files: File[list[UploadedFile]]):
    size = sum(len(file.read()) for file in files)
    return {
        "names": [f"{file.name} {file.content_type}" for file in files],
        "size": size,
        "details": details,
    }


@router.get("/lines", response=JSONL[Message])
def get_lines(request: HttpRequest) -> Iterator[Any]:
    yield from ({"text": "grüße\n2"}, {"text": ""})


@router.get("/events", response=SSE[Message])
def get_events(request: HttpRequest) -> Iterator[Any]:
    yield from ({"text": "grüße\n2"}, {"text": ""})


class Key:
    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        return key


class HeaderKey(Key, APIKeyHeader):
    param_name = "X-API-Key"


class QueryKey(Key, APIKeyQuery):
    param_name = "api_key"


class CookieKey(Key, APIKeyCookie):
    param_name = "session"


@router.get("/me/query", response=Message, auth=QueryKey())
@router.get("/me/any", response=Message, auth=[QueryKey(), HeaderKey(), CookieKey()])
def get_me(request: HttpRequest):
    return {"text": request.auth}
