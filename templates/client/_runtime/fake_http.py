"""The HTTP/1.1 server of the fake, with limits for each request; h11 reads and writes HTTP."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

import h11  # a dependency of httpx

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of a request's body."""
_LARGEST_HEAD = 64 * 1024
_LONGEST_TARGET = 8 * 1024
_PIECE = 16 * 1024
_MOST_CONNECTIONS = 500
_LARGEST_BODIES = 256 * 1024 * 1024
"""Bytes of all bodies at a time."""
_PATIENCE = 60.0
"""Seconds for a request to arrive, and for an answer to be read."""
_BACKLOG = 512
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True)
class Incoming:
    """A request that arrived whole."""

    method: str
    target: str
    """The path and the query, as they were sent."""
    headers: Mapping[str, str]
    """Names in lower case; the values of equal names, joined."""
    body: bytes


@dataclass(frozen=True)
class Outgoing:
    """An answer."""

    status: int
    headers: Sequence[tuple[str, str]] = ()
    """Without those about the connection and the length."""
    body: bytes = b""


class Dropped(Exception):
    """The connection is to end without an answer, at once or after the client's patience."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once


Answer = Callable[[Incoming], Awaitable[Outgoing]]
"""Returns the answer to a request; raises :class:`Dropped` for none."""
Refuse = Callable[[int, str], Outgoing]
"""Returns the answer to what isn't a request of HTTP, from a status and the reason."""


class _Load:
    """The connections that a server has, and the bodies that it holds."""

    def __init__(self) -> None:
        self.connections = 0
        self.waiting: dict[_Connection, None] = {}
        """Those whose request isn't complete, the one that has waited longest first."""
        self.size = 0
        """Bytes of bodies."""


class _Connection:
    """A connection: requests one after the other."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, load: _Load
    ) -> None:
        self._reader, self._writer, self._load = reader, writer, load
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LARGEST_HEAD)
        self._size = 0

    async def run(self, answer: Answer, refuse: Refuse) -> None:
        """Answer until one side ends the connection.

        If there are too many, the one that has waited longest for a request ends.
        """
        self._load.connections += 1
        if self._load.connections > _MOST_CONNECTIONS:
            oldest = next(iter(self._load.waiting), self)
            oldest.abort()
        try:
            while self._http.our_state is h11.IDLE:
                self._release()
                self._load.waiting[self] = None
                try:
                    async with asyncio.timeout(_PATIENCE):
                        await self._writer.drain()
                        request = await self._request()
                except h11.RemoteProtocolError as cause:
                    self._write("", refuse(cause.error_status_hint, str(cause)))
                    await self._linger()
                    return
                finally:
                    self._load.waiting.pop(self, None)
                self._write(request.method, await answer(request))
                await asyncio.sleep(0)  # other connections have their turn
            async with asyncio.timeout(_PATIENCE):
                await self._writer.drain()
        except (OSError, EOFError, TimeoutError):
            pass  # the client is gone, or too slow
        except Dropped as cause:
            if not cause.at_once:
                with suppress(OSError, TimeoutError):
                    async with asyncio.timeout(10 * _PATIENCE):
                        while await self._reader.read(_PIECE):
                            pass
            self._writer.transport.abort()
        finally:
            self._release()
            self._load.connections -= 1
            self._writer.close()

    def abort(self) -> None:
        """End the connection at once."""
        self._load.waiting.pop(self, None)
        self._writer.transport.abort()

    def _release(self) -> None:
        """Forget the size of the last body."""
        self._load.size -= self._size
        self._size = 0

    async def _linger(self) -> None:
        """Read what the client still sends, so that it gets the answer before the end."""
        with suppress(OSError, TimeoutError):
            self._writer.write_eof()
            async with asyncio.timeout(2):
                while await self._reader.read(_PIECE):
                    pass

    async def _request(self) -> Incoming:
        """Return the next request.

        Raises ``EOFError`` at the end, and ``h11.RemoteProtocolError`` for what isn't HTTP or is
        too large.
        """
        head = await self._event()
        if not isinstance(head, h11.Request):
            raise EOFError
        if len(head.target) > _LONGEST_TARGET:
            raise _too_large(414, _LONGEST_TARGET, "the URL")
        values: dict[str, list[str]] = {}
        for key, text in head.headers:
            values.setdefault(key.decode("ascii"), []).append(text.decode("latin-1"))
        headers = {n: ("; " if n == "cookie" else ", ").join(each) for n, each in values.items()}
        size, body = int(headers.get("content-length", "0")), bytearray()
        while size <= LARGEST_BODY and isinstance(part := await self._event(), h11.Data):
            body += part.data
            size = max(size, len(body))
            self._size += len(part.data)
            self._load.size += len(part.data)
            if self._load.size > _LARGEST_BODIES:
                fact = f"more than {_LARGEST_BODIES:,} bytes in the bodies of all requests"
                raise h11.RemoteProtocolError(fact, error_status_hint=503)
        if size > LARGEST_BODY:
            raise _too_large(413, LARGEST_BODY, "the body")
        target = _relative(head.target.decode("ascii"))
        if target[0] != "/" and target != "*":
            raise h11.RemoteProtocolError("the target is neither a path nor a URL")
        return Incoming(head.method.decode("ascii"), target, headers, bytes(body))

    async def _event(self) -> object:
        """Return the next part of a request."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(_PIECE))
        return event

    def _write(self, method: str, answer: Outgoing) -> None:
        """Write an answer, its headers and body at once."""
        has_body = answer.status not in (204, 304)
        headers = [("date", formatdate(usegmt=True)), *answer.headers]
        headers += [("content-length", str(len(answer.body)))] if has_body else []
        fields = [(n.encode("ascii"), v.encode("latin-1", "replace")) for n, v in headers]
        reason = _PHRASES.get(answer.status, "").encode()
        body = answer.body if has_body and method != "HEAD" else b""
        head = h11.Response(status_code=answer.status, headers=fields, reason=reason)
        self._send(head, h11.Data(data=body), h11.EndOfMessage())
        if self._http.our_state is self._http.their_state is h11.DONE:  # or else it is the last
            self._http.start_next_cycle()

    def _send(self, *events: h11.Event) -> None:
        self._writer.write(b"".join(self._http.send(event) or b"" for event in events))


def _too_large(status: int, limit: int, place: str) -> h11.RemoteProtocolError:
    fact = f"more than {limit:,} bytes in {place}"
    return h11.RemoteProtocolError(fact, error_status_hint=status)


def _relative(target: str) -> str:
    """Return the path and the query of a request target, which may be a whole URL."""
    scheme, mark, rest = target.partition("://")
    if mark and scheme.lower() in ("http", "https"):
        path = re.sub(r"^[^/?]*", "", rest)
        return path if path.startswith("/") else f"/{path}"
    return target


async def serve(
    answer: Answer, refuse: Refuse, host: str, port: int, started: Callable[[int], None]
) -> None:
    """Serve until SIGINT or SIGTERM; ``started`` gets the port. Raises ``OSError`` for a bad
    address.
    """

    load = _Load()

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Connection(reader, writer, load).run(answer, refuse)

    server = await asyncio.start_server(run, host, port, backlog=_BACKLOG)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
