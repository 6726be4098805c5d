"""Streams, files, redirects, other media types, and handlers that need a credential."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from litestar import Controller, MediaType, Request, get
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.response import File, ServerSentEvent, ServerSentEventMessage, Stream


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


@get("/packed", media_type=MediaType.MESSAGEPACK)
async def get_packed() -> dict[str, int]:
    return {"a": 1}


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
    get_stream, get_events, get_file, get_packed, MeController,
)  # fmt: skip
