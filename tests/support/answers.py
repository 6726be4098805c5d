"""Servers in memory that answer as a test says."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import httpx

Answer = Callable[[httpx.Request], httpx.Response]
Reply = Answer | Exception | int | dict[str, Any] | list[Any]
"""What a server does: an error is raised, a number is a status, and a value the JSON of a 200."""


def answering(status: int = 204, value: Any = None, **headers: str) -> Answer:
    """Return the server that always gives one answer; bytes are its content, the rest is JSON.

    In the names of headers ``_`` is ``-``.
    """
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    content: dict[str, Any] = {"json": value}
    if value is None or isinstance(value, bytes):
        content = {"stream": httpx.ByteStream(value or b"")}  # isn't decoded beforehand
    return lambda _: httpx.Response(status, headers=named, **content)


class Recorder:
    """A server in memory that keeps its requests and answers in turn, the last one repeatedly."""

    def __init__(self, *replies: Reply) -> None:
        self.replies: list[Reply] = [*(replies or [204])]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        noted = copy.copy(request)  # an ``httpx.Auth`` sends the same object again
        noted.extensions = request.extensions
        noted.headers = request.headers.copy()
        self.requests.append(noted)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, int):
            reply = answering(reply)
        return (reply if callable(reply) else answering(200, reply))(request)

    @property
    def request(self) -> httpx.Request:
        """The only request."""
        (request,) = self.requests
        return request

    @property
    def targets(self) -> list[str]:
        """Method, path and query of each request, as they were sent."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]

    @property
    def bodies(self) -> list[Any]:
        """The JSON body of each request."""
        return [json.loads(request.content) for request in self.requests]

    def headers(self, name: str) -> list[str | None]:
        """Return a header of each request."""
        return [request.headers.get(name) for request in self.requests]


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in pieces, and knows whether it was closed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.pieces = pieces
        self.is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True
