"""A small HTTP/1.1 server on asyncio (RFC 9112), with limits for each request."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of a request's body."""
_LARGEST_HEAD = 64 * 1024
_LONGEST_TARGET = 8 * 1024
_PATIENCE = 60.0
"""Seconds for a request to arrive, and for an answer to be read."""
_BACKLOG = 512
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e]+) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00-\x08\x0a-\x1f\x7f]*)")
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n]*)?\r\n")


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


class _Bad(Exception):
    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason


class _Connection:
    """A connection: requests one after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._is_last = False

    async def run(self, answer: Answer, refuse: Refuse) -> None:
        """Answer until one side ends the connection."""
        try:
            while not self._is_last:
                try:
                    async with asyncio.timeout(_PATIENCE):
                        await self._writer.drain()
                        request = await self._request()
                except _Bad as cause:
                    self._is_last = True
                    self._write("", refuse(cause.status, cause.reason))
                    await self._linger()
                    return
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
                        while await self._reader.read(_LARGEST_HEAD):
                            pass
            self._writer.transport.abort()
        finally:
            self._writer.close()

    async def _linger(self) -> None:
        """Read what the client still sends, so that it gets the answer before the end."""
        with suppress(OSError, TimeoutError):
            self._writer.write_eof()
            async with asyncio.timeout(2):
                while await self._reader.read(_LARGEST_HEAD):
                    pass

    async def _request(self) -> Incoming:
        """Return the next request.

        Raises ``EOFError`` at the end, and :class:`_Bad` for what isn't HTTP or is too large.
        """
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise _Bad(431, f"more than {_LARGEST_HEAD:,} bytes of headers") from None
        first, *lines = head.lstrip(b"\r\n")[:-4].split(b"\r\n")
        line = _REQUEST_LINE.fullmatch(first)
        if line is None:
            raise _Bad(400, "not a request line of HTTP/1.1")
        if len(line[2]) > _LONGEST_TARGET:
            raise _Bad(414, f"more than {_LONGEST_TARGET:,} bytes in the URL")
        headers: dict[str, str] = {}
        for text in lines:
            field = _FIELD.fullmatch(text)
            if field is None:
                raise _Bad(400, "a line of the headers is not a name and a value")
            name = field[1].decode("ascii").lower()
            value = field[2].strip(b" \t").decode("latin-1")
            if name in headers and name in ("host", "content-length", "transfer-encoding"):
                raise _Bad(400, f"the header {name} occurs twice")
            joint = "; " if name == "cookie" else ", "
            headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
        asked = headers.get("connection", "").lower()
        self._is_last = "close" in asked or (line[3] == b"0" and "keep-alive" not in asked)
        method, target = line[1].decode("ascii"), _relative(line[2].decode("ascii"))
        if target[0] != "/" and target != "*":
            raise _Bad(400, "the target is neither a path nor a URL")
        return Incoming(method, target, headers, await self._body(headers))

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if coding is not None and (length is not None or coding.lower() != "chunked"):
            raise _Bad(400, "the length of the body is not clear")
        if length is not None and not re.fullmatch("[0-9]{1,18}", length, re.ASCII):
            raise _Bad(400, "the header content-length is not a number")
        size = int(length or 0)
        if size > LARGEST_BODY:
            raise _Bad(413, f"more than {LARGEST_BODY:,} bytes in the body")
        if headers.get("expect", "").lower() == "100-continue" and (size or coding):
            self._writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if coding is None:
            return await self._reader.readexactly(size) if size else b""
        body = bytearray()
        while size := await self._chunk_size():
            if len(body) + size > LARGEST_BODY:
                raise _Bad(413, f"more than {LARGEST_BODY:,} bytes in the body")
            body += await self._reader.readexactly(size)
            if await self._reader.readexactly(2) != b"\r\n":
                raise _Bad(400, "a chunk of the body is longer than its size")
        total = 0
        while (trailer := await self._line()) != b"\r\n":
            total += len(trailer)
            if total > _LARGEST_HEAD:
                raise _Bad(431, "too many trailers")
        return bytes(body)

    async def _chunk_size(self) -> int:
        size = _CHUNK.fullmatch(await self._line())
        if size is None:
            raise _Bad(400, "a chunk of the body has no size")
        return int(size[1], 16)

    async def _line(self) -> bytes:
        try:
            return await self._reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError:
            raise _Bad(400, "a line of the body's chunks is too long") from None

    def _write(self, method: str, answer: Outgoing) -> None:
        """Write an answer, its headers and body at once."""
        phrase = _PHRASES.get(answer.status, "")
        lines = [f"HTTP/1.1 {answer.status} {phrase}", f"date: {formatdate(usegmt=True)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        has_body = answer.status >= 200 and answer.status not in (204, 304)
        lines += [f"content-length: {len(answer.body)}"] if has_body else []
        lines += ["connection: close"] if self._is_last else []
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self._writer.write(head + answer.body if has_body and method != "HEAD" else head)


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

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Connection(reader, writer).run(answer, refuse)

    server = await asyncio.start_server(run, host, port, limit=_LARGEST_HEAD, backlog=_BACKLOG)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    started(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
