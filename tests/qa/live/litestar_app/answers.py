"""Streams, files, redirects, other media types, and handlers that need a credential."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.response import File, Redirect, ServerSentEvent, ServerSentEventMessage, Stream


async def numbers() -> AsyncGenerator[bytes, None]:
    for number in range(3):
        await asyncio.sleep(0)
        yield bytes([number]) * 1000


async def messages() -> AsyncGenerator[ServerSentEventMessage, None]:
    yield ServerSentEventMessage(data="one\ntwo", event="special", id="1", retry=1000)
    yield ServerSentEventMessage(data='{"count": 2}', comment="a comment")


@get("/stream", media_type="application/octet-stream")
async def get_stream() -> Stream:
    return Stream(numbers())


@get("/events", media_type="text/event-stream")
async def get_events() -> ServerSentEvent:
    return ServerSentEvent(messages())


@get("/file", media_type="text/x-python")
async def get_file() -> File:
    return File(path=Path(__file__), filename="ü.py")


@get("/old", status_code=301)
async def get_old() -> Redirect:
    return Redirect(path="/text", status_code=301)


@get("/text", media_type=MediaType.TEXT)
async def get_text(word: str) -> str:
    return f"grüße, {word}"


@get("/page", media_type=MediaType.HTML)
async def get_page() -> str:
    return "<p>hello</p>"


@get("/packed", media_type=MediaType.MESSAGEPACK)
async def get_packed() -> dict[str, int]:
    return {"a": 1}


@post("/created-or-not", status_code=200)
async def create_or_not(data: dict[str, int]) -> Response[dict[str, int]]:
    """The description has status 200 alone."""
    return Response(data, status_code=data["status"], headers={"x-total": "1"})


@get("/divide")
async def divide(by: int) -> float:
    return 1 / by


def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Let only requests with one of both credentials pass."""
    sent = connection.headers
    if sent.get("authorization") != "Bearer secret" and sent.get("x-api-key") != "key":
        raise NotAuthorizedException("who are you?")


class MeController(Controller):
    path = "/me"
    guards = (guard,)
    security = ({"BearerToken": []}, {"ApiKey": []})

    @get()
    async def get_me(self, request: Request[Any, Any, Any]) -> dict[str, str | None]:
        sent = request.headers
        return {"token": sent.get("authorization"), "key": sent.get("x-api-key")}


handlers = (
    get_stream, get_events, get_file, get_old, get_text, get_page, get_packed, create_or_not,
    divide, MeController,
)  # fmt: skip
