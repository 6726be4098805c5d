"""Request bodies that are files, or have some.

Sources: RFC 7578 (multipart/form-data), OpenAPI 3.1.1 §4.8.15 (Encoding Object).
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from pydantic import BaseModel, TypeAdapter

from .encoding import as_data, as_json, as_text, is_json_type, utf8
from .errors import RequestError
from .files import File
from .files import FileContent as FileContent
from .headers import header_fault, header_safe
from .model import Typed
from .operation import RequestBuilder

_CHUNK = 64 * 1024


class _OnDisk:
    """A file on disk: opened when it is first read, closed at its end."""

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._size = Path(path).stat().st_size
        except OSError as cause:
            raise RequestError(f"{path}: {cause.strerror}; nothing was sent") from cause
        self._at = 0
        self._file: IO[bytes] | None = None

    def read(self, size: int = -1) -> bytes:
        """Some bytes, or all that are left."""
        if self._file is None:
            self._file = Path(self.path).open("rb")  # noqa: SIM115 - closed at its end
            self._file.seek(self._at)
        found = self._file.read(size)
        self._at += len(found)
        if size < 0 or len(found) < size:
            self.close()
        return found

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the start or from the end."""
        self.close()
        self._at = offset + (self._size if whence == os.SEEK_END else 0)
        return self._at

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def close(self) -> None:
        """Close the file; reading opens it again."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _path(content: object) -> str | None:
    """Return the path of a file on disk."""
    return cast("str", os.fspath(content)) if isinstance(content, os.PathLike) else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _opened(content: Any) -> Any:
    """Return what can be read, of a file's content; bytes stay bytes."""
    path = _path(content)
    return content if path is None else _OnDisk(path)


def _name(file: File, otherwise: str) -> str:
    """Return the file's name without its folder, for the server."""
    found: Any = file.name
    if found is None:
        found = _path(file.content) or getattr(file.content, "name", None)
    return Path(found).name if isinstance(found, str) else otherwise


class FileBody:
    """A body that is read while it is sent."""

    def __init__(self, content: Any, media_type: str) -> None:
        self.media_type = media_type
        self._content = content
        self.is_repeatable = bool(getattr(content, "seekable", lambda: True)())
        """Whether another attempt can send it again."""
        self.length = _length(content)
        """In bytes; None where only reading it will tell."""

    def __iter__(self) -> Iterator[bytes]:
        if self.is_repeatable:
            self._content.seek(0)
        while chunk := self._content.read(_CHUNK):
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        from anyio import to_thread  # a dependency of httpx; asyncio and trio

        if self.is_repeatable:
            self._content.seek(0)
        while chunk := await to_thread.run_sync(self._content.read, _CHUNK):
            yield chunk


class Parts:
    """A multipart body, laid out by the HTTP library."""

    def __init__(self, parts: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
        from .http import httpx

        request = httpx.Request("POST", "https://localhost", files=cast("Any", parts or _NO_PARTS))
        self.media_type = request.headers["content-type"]
        length = request.headers.get("content-length")
        self.length = None if length is None else int(length)
        contents = [content for _, (_, content, *_) in parts if hasattr(content, "seekable")]
        self.is_repeatable = all(content.seekable() for content in contents)
        self._stream: Any = request.stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._stream:
            yield chunk


_NO_PARTS: list[tuple[str, tuple[Any, ...]]] = [("", (None, b""))]


def _length(content: Any) -> int | None:
    try:
        at = content.tell()
        end: int = content.seek(0, os.SEEK_END)
        content.seek(at)
    except (AttributeError, OSError):
        return None
    return end


class Content:
    """A body of any bytes."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Write bytes as they are; a file is read while it is sent."""
        if isinstance(value, bytes):
            builder.set_body(value, self.media_type)
            return
        file = value if isinstance(value, File) else File(_FILE.validate_python(value))
        media_type = file.media_type or self.media_type
        content = _opened(file.content)
        file_like = _Bytes(content) if isinstance(content, bytes) else content
        _write_stream(builder, FileBody(file_like, media_type))


def _write_stream(builder: RequestBuilder, body: FileBody | Parts) -> None:
    """Write a body that is read while it is sent."""
    from .body_streams import BodyStream  # the HTTP library, when it is needed

    builder.headers["content-type"] = header_safe("content-type", body.media_type)
    if body.length is None:
        builder.headers["transfer-encoding"] = "chunked"
    else:
        builder.headers["content-length"] = str(body.length)
    builder.content = BodyStream(body)


class _Bytes:
    """Bytes as a file."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        found = self._content[self._at : self._at + size]
        self._at += len(found)
        return found

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place, counted from the start or from the end."""
        self._at = offset + (len(self._content) if whence == os.SEEK_END else 0)
        return self._at

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at


class Multipart(Typed):
    """A multipart body, ``multipart/form-data``; its members are parts."""

    def __init__(
        self,
        type_: Callable[[], Any],
        media_type: str = "multipart/form-data",
        *,
        parts: Mapping[str, str] | None = None,
        joined: Mapping[str, str] | None = None,
    ) -> None:
        """``parts`` are media types that the description gives to members, ``joined`` the
        separators of lists that are one part.
        """
        super().__init__(type_)
        self._parts = parts or {}
        self._joined = joined or {}
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Write the members in order; of a list each item is a part of its own (RFC 7578 §4.3),
        unless its media type is JSON.
        """
        checked = self.check(value)
        builder.value = checked
        members = [*_members(checked)]
        files = {name for name, _, member in members if any(map(_is_file, _items(member)))}
        data = as_data(self.adapter, checked, exclude=files)
        parts: list[tuple[str, tuple[Any, ...]]] = []
        for name, wire, member in members:
            plain = member if name in files else data.get(wire)
            is_one = is_json_type(self._parts.get(wire))
            items = [item for item in ([plain] if is_one else _items(plain)) if item is not None]
            if items and wire in self._joined and name not in files:
                items = [self._joined[wire].join(map(as_text, items))]
            parts += [(wire, self._part(wire, item)) for item in items]
        _write_stream(builder, Parts(parts))

    def _part(self, name: str, value: Any) -> tuple[Any, ...]:
        """Return a part as httpx takes it: its file name, content, media type and headers."""
        media_type = self._parts.get(name)
        if _is_file(value):
            file = value if isinstance(value, File) else File(value)
            kind = file.media_type or media_type
            _check_part(name, file_name := _name(file, name), kind, file.headers)
            return file_name, _opened(file.content), kind, dict(file.headers)
        is_json = isinstance(value, (dict, list)) or is_json_type(media_type)
        kind = media_type or ("application/json" if is_json else None)
        _check_part(name, "", kind, {})
        return None, as_json(value) if is_json else utf8(as_text(value)), kind


def _is_file(value: object) -> bool:
    return isinstance(value, (bytes, File)) or hasattr(value, "read") or bool(_path(value))


def _items(member: Any) -> list[Any]:
    return [*cast("Sequence[Any]", member)] if isinstance(member, (list, tuple)) else [member]


def _members(value: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield the members that were set: the name, the name on the wire, the value."""
    if not isinstance(value, BaseModel):
        for name, member in cast("dict[str, Any]", value).items():
            yield name, name, member
        return
    for name, info in type(value).model_fields.items():
        if name in value.model_fields_set:
            yield name, info.alias or name, getattr(value, name)
    for name, member in (value.model_extra or {}).items():
        yield name, name, member


_NOT_IN_A_NAME = re.compile("[\0\r\n\ud800-\udfff]")


def _check_part(
    name: str, file_name: str, media_type: str | None, headers: Mapping[str, str]
) -> None:
    """Raise :class:`RequestError` if a part's header section would have more than these."""
    every = {"content-type": media_type or "", **headers}
    faults = [
        f"the header {key!r}"
        for key, value in every.items()
        if header_fault(key, value) or key.lower() == "content-disposition"
    ]
    faults += ["its name"] if _NOT_IN_A_NAME.search(name + file_name) else []
    if faults:
        raise RequestError(f"the part {name!r}: {faults[0]} can't be sent; nothing was sent")


_FILE: TypeAdapter[Any] = TypeAdapter(FileContent)
