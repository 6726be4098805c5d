"""A transport that sends GET and HEAD requests to one server, within limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

import httpx

from ...base.errors import Unreachable, UsageError
from .errors import transport_error, unreachable
from .urls import origin_of, without_secrets

MAX_BODY = 1024 * 1024
"""The bytes of a body that are received, as many as a recorder records."""


class Sent(Exception):
    """The end of a call whose request was sent, or may be sent."""


class ProbeTransport(httpx.AsyncBaseTransport):
    """A transport that ends each call: no redirect, retry or further page follows."""

    base = httpx.URL()
    """The address of the server."""
    sender: httpx.AsyncBaseTransport | None = None
    """The transport that sends; with None a request is only checked."""
    status = 0
    """The status of the last response."""

    def __init__(self, seconds: float, headers: Mapping[str, str]) -> None:
        """``seconds`` limits the time until a response is complete; ``headers`` are sent, too."""
        self._seconds = seconds
        self._headers = headers

    async def handle_async_request(self, request: httpx.Request) -> NoReturn:
        """Send a request, and receive its response as far as the limits allow.

        Raises :class:`Sent`, :class:`UsageError` for a request that is never sent, and
        :class:`Unreachable` if no response arrives.
        """
        if request.method not in ("GET", "HEAD") or origin_of(request.url) != origin_of(self.base):
            url, base = (without_secrets(str(url)) for url in (request.url, self.base))
            raise UsageError(f"needs {request.method} {url}; only GET and HEAD to {base} are sent")
        request.headers.update(self._headers)
        response, size = None, 0
        try:
            async with asyncio.timeout(self._seconds):
                request.extensions["timeout"] = {}  # none of its own
                if self.sender is not None:
                    response = await self.sender.handle_async_request(request)
                    self.status = response.status_code
                    async for chunk in response.aiter_raw():
                        size += len(chunk)
                        if size > MAX_BODY:
                            break
        except (TimeoutError, httpx.TransportError) as error:
            if response is None:
                raise self._lost(request, error) from None
        finally:
            if response is not None:
                with suppress(httpx.TransportError):
                    await response.aclose()
        raise Sent

    def _lost(
        self, request: httpx.Request, error: TimeoutError | httpx.TransportError
    ) -> Unreachable:
        """Return the error for a request without a response, whose bytes it doesn't have."""
        if isinstance(error, httpx.TransportError) and not isinstance(error, httpx.ProtocolError):
            return transport_error(request.url, error, self._seconds)
        is_late = isinstance(error, TimeoutError)
        fact = f"no response within {self._seconds:g} s" if is_late else "the response isn't HTTP"
        return unreachable(request.url, fact, "Try again later.")
