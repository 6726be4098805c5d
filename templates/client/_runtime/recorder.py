"""The workings of the recorder in :mod:`testing`: exchanges as lines of JSON, without secrets."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from .connections import LIMITS
from .content import Decoder
from .http import httpx
from .masks import MASK, is_secret, mask_body, mask_fields, mask_tokens
from .operation import OPERATION
from .words import DEEPEST, SHORTEST, Mask, without_escapes

FilePath = str | os.PathLike[str]
_MOST = 1024 * 1024
"""How many bytes of a body are recorded."""
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
"""``O_BINARY`` keeps line ends on Windows."""
_HIDDEN = ("authorization", "proxy-authorization", "cookie", "set-cookie")
_TOKEN_URL = "token_url"
"""The key in the ``extensions`` of a request for a token, which isn't recorded."""
_INCOMPLETE = re.compile(
    r"(?:\\+(?:ud[89ab][0-9a-f]{2}(?:\\+(?:u[0-9a-f]{0,3})?)?|u[0-9a-f]{0,3})?"
    r"|%(?:25)*(?:[c-f][0-9a-f](?:%(?:25)*[89ab][0-9a-f]){0,2}(?:%(?:25)*)?)?[0-9a-f]?"
    r"|&(?:amp;)*#?\w{0,31}|[\ud800-\udfff]{1,3})\Z",
    re.IGNORECASE,
)
"""The beginning of an escaped character, or of one in UTF-8, where a text is cut."""


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that notes what passes; ``done`` is called once, at its end or when it is closed."""

    def __init__(self, stream: Any, encoding: str, done: Callable[[], None]) -> None:
        self._stream = stream
        self._done: Callable[[], None] | None = done
        self._size = 0
        self._is_whole = False
        self.content: bytearray | None = bytearray()
        """What passed, without its content-encoding; None if that can't be removed."""
        self._decoder: Decoder | None = None
        with suppress(ValueError):
            self._decoder = Decoder(encoding)
        if self._decoder is None:
            self.content = None

    @property
    def is_truncated(self) -> bool:
        return not self._is_whole or self.content is None or self._size > _MOST

    def note(self, chunk: bytes) -> None:
        if self._decoder is None or self.content is None or self._size > _MOST:
            return
        try:
            for piece in self._decoder.feed(chunk):
                self._size += len(piece)
                self.content += piece[: _MOST - len(self.content)]
                if self._size > _MOST:
                    return
        except ValueError:
            self.content = None

    def end(self) -> None:
        self._is_whole = True
        self._finish()

    def _finish(self) -> None:
        done, self._done = self._done, None
        if done is not None:
            done()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self.note(chunk)
            yield chunk
        self.end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self.note(chunk)
            yield chunk
        self.end()

    def close(self) -> None:
        self._stream.close()
        self._finish()

    async def aclose(self) -> None:
        await self._stream.aclose()
        self._finish()


class RecordingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that appends each exchange to a file."""

    def __init__(
        self,
        path: FilePath,
        transport: httpx.BaseTransport | httpx.AsyncBaseTransport | None,
        keys: Iterable[tuple[str, str]],
    ) -> None:
        """Create the file, with its folder, unless it is there; raise ``OSError``.

        ``keys`` are the places and names with a secret: header, query or cookie, and body for
        members and fields of bodies.
        """
        self._path = Path(path).absolute()
        self._transport: Any = transport
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, _FLAGS, 0o600))
        names: dict[str, set[str]] = {
            "header": set(),
            "query": set(),
            "cookie": set(),
            "body": set(),
        }
        for place, name in keys:
            names[place].add(name.lower() if place == "header" else name)
        self._names = names
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of the synchronous client."""
        if self._transport is None:
            self._transport = httpx.HTTPTransport(limits=LIMITS)
        sent = _sent(request)
        return self._noted(request, sent, self._transport.handle_request(request))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request of the asynchronous client."""
        if self._transport is None:
            self._transport = httpx.AsyncHTTPTransport(limits=LIMITS)
        sent = _sent(request)
        return self._noted(request, sent, await self._transport.handle_async_request(request))

    def close(self) -> None:
        """Close the transport that sends."""
        if self._transport is not None:
            self._transport.close()

    async def aclose(self) -> None:
        """Close the transport that sends."""
        if self._transport is not None:
            await self._transport.aclose()

    def _noted(
        self, request: httpx.Request, sent: _Body, response: httpx.Response
    ) -> httpx.Response:
        if _TOKEN_URL in request.extensions:
            return response
        is_read = response.is_stream_consumed
        encoding = "" if is_read else response.headers.get("content-encoding", "")
        body = _Body(response.stream, encoding, lambda: self._write(request, sent, response, body))
        if is_read:
            body.note(response.content)
            body.end()
        else:
            response.stream = body
        return response

    def _write(
        self, request: httpx.Request, sent: _Body, response: httpx.Response, received: _Body
    ) -> None:
        """Append a line; raises ``OSError``."""
        mask = _ExchangeMask(request, self._names)
        line: dict[str, Any] = {
            "speclock_recording": 1,
            "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }
        if OPERATION in request.extensions:
            line["operation"] = request.extensions[OPERATION]
        line["request"] = {
            "method": request.method,
            "url": mask.url(str(request.url)),
            "headers": mask.headers(request.headers),
            **mask.body(sent, request.headers),
        }
        line["response"] = {
            "status": response.status_code,
            "headers": mask.headers(response.headers),
            **mask.body(received, response.headers),
        }
        data = json.dumps(line, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            file = os.open(self._path, _FLAGS, 0o600)
            try:
                if os.write(file, data) < len(data):
                    raise OSError(f"{self._path}: a line wasn't written as a whole")
            finally:
                os.close(file)


def _sent(request: httpx.Request) -> _Body:
    """Return the body of a request, noted now or while it is sent."""
    sent = _Body(request.stream, request.headers.get("content-encoding", ""), lambda: None)
    try:
        sent.note(request.content)
        sent.end()
    except httpx.RequestNotRead:
        request.stream = sent
    return sent


class _ExchangeMask:
    """A mask for the secrets of one request, and for those that names tell."""

    def __init__(self, request: httpx.Request, names: Mapping[str, Collection[str]]) -> None:
        self._names = names
        given: set[str] = set()
        for name in names["header"]:
            value = request.headers.get(name, "")
            given |= {value, value.rpartition(" ")[2]}  # also without a prefix
        for name in ("authorization", "proxy-authorization"):
            scheme, _, value = request.headers.get(name, "").partition(" ")
            given.add(value or scheme)
            if scheme.lower() == "basic":
                with suppress(ValueError):
                    given.add(base64.b64decode(value).decode().partition(":")[2])
        for name, value in request.url.params.multi_items():
            given |= {value} if name in names["query"] else set()
        for pair in request.headers.get("cookie", "").split(";"):
            name, _, value = pair.strip().partition("=")
            given |= {value} if name in names["cookie"] else set()
        self._secrets = Mask(given)

    def url(self, url: str) -> str:
        """Return a URL; what carries a credential in its query is ``***``."""
        start, mark, query = url.partition("?")
        parts = "&".join(self._part(part) for part in query.split("&"))
        masked = mask_fields(parts.encode(), self._names["body"]).decode()
        return self._text(start + mark + masked)

    def _text(self, text: str, *, is_cut: bool = False) -> str:
        length = _uncut_length(text, self._secrets) if is_cut else None
        return mask_tokens(self._secrets.text(text, length), is_cut=is_cut)

    def _part(self, part: str) -> str:
        name = part.partition("=")[0]
        return f"{name}={MASK}" if unquote_plus(name) in self._names["query"] else part

    def headers(self, headers: httpx.Headers) -> list[list[str]]:
        """Return names and values; of those with a credential ``***``."""
        hidden = {*_HIDDEN, *self._names["header"]}
        masked: list[list[str]] = []
        for name, value in headers.multi_items():
            is_hidden = name in hidden or is_secret(name.removeprefix("x-"), value)
            masked.append([name, MASK if is_hidden else self._text(value)])
        return masked

    def body(self, body: _Body, headers: httpx.Headers) -> dict[str, Any]:
        """Return a body as text, or else in base64; its secrets are ``***``."""
        more = {"truncated": True} if body.is_truncated else {}
        if body.content is None:
            return {"body": None, **more}
        content_type = headers.get("content-type", "")
        masked = mask_body(bytes(body.content), content_type, self._names["body"])
        text = self._text(masked.decode("utf-8", "surrogateescape"), is_cut=bool(more))
        content = text.encode("utf-8", "surrogateescape")
        if not content and not more:
            return {"body": None}
        try:
            return {"body": content.decode(), **more}
        except UnicodeDecodeError:
            return {"body": base64.b64encode(content).decode(), "base64": True, **more}


def _uncut_length(text: str, mask: Mask) -> int:
    """Return the length of a text that is cut, without the beginning of a secret at its end."""
    offset = max(0, len(text) - mask.longest)
    length = len(text)
    level = text[offset:]
    places: Sequence[int] = range(offset, length + 1)
    for _ in range(DEEPEST):
        level = level.replace("+", " ")
        for end in (len(level), _complete(level)):
            level = level[:end]
            length = min(length, places[_beginning(level, mask)])
        level, places = without_escapes(level, places)
    return length


def _beginning(text: str, mask: Mask) -> int:
    """Return where the beginning of a secret starts that ends a text; its end without one."""
    starts = [len(text)]
    for form in mask.forms:
        if len(form) < SHORTEST:
            continue
        start = text.find(form[0], max(0, len(text) - len(form) + 1))
        while start >= 0 and not form.startswith(text[start:]):
            start = text.find(form[0], start + 1)
        if start >= 0:
            starts.append(start)
    return min(starts)


def _complete(text: str) -> int:
    """Return the length of a text without the beginning of an escaped character at its end."""
    incomplete = _INCOMPLETE.search(text, max(0, len(text) - 50))
    return incomplete.start() if incomplete else len(text)
