"""Multipart request bodies other than forms: each part with its media type, read while it is sent.

A part of an object has the header ``Content-Disposition: form-data`` with the name of its member:
the only way to name a part that OpenAPI has, for every multipart type (OpenAPI 3.1.1 §4.8.15.3,
3.2.0 §4.15). Parts of a list have a position, and no name.

Sources: RFC 2046 §5.1 (multipart), RFC 2183 (Content-Disposition), RFC 2387 (multipart/related).
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from mimetypes import guess_type
from typing import Any, cast
from uuid import uuid4

from pydantic import BaseModel

from .encoding import as_data, as_json, as_text, is_json_type, utf8
from .files import File
from .operation import RequestBuilder
from .uploads import Content, Multipart

_TEXT = "text/plain; charset=utf-8"  # without a charset it would be ASCII (RFC 2046 §4.1.2)
_BYTES = "application/octet-stream"


class PartsBody(Multipart):
    """A multipart body: the members of an object, or the items of a list, are its parts."""

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Write the parts in the order of the description; the first one is the root."""
        checked = self.check(value)
        boundary = uuid4().hex
        contents: list[Any] = []
        root = ""
        for head, content, media_type in self._written(checked):
            root = root or media_type
            contents += [utf8(f"--{boundary}\r\n{head}\r\n\r\n"), content, b"\r\n"]
        contents.append(utf8(f"--{boundary}--\r\n"))
        media_type = f"{self.media_type}; boundary={boundary}"
        is_related = self.media_type.lower().startswith("multipart/related")
        if is_related and root and "type=" not in self.media_type:  # RFC 2387 §3.1
            media_type += f'; type="{root.partition(";")[0].strip()}"'
        Content(media_type).write(builder, File(cast("Any", _Joined(contents))))
        builder.value = checked

    def _written(self, value: Any) -> Iterator[tuple[str, Any, str]]:
        """Yield the header section, the content and the media type of each part."""
        is_list = isinstance(value, list)
        pairs: Any = enumerate(cast("list[Any]", value)) if is_list else _members(value)
        members: list[tuple[Any, Any]] = [*pairs]
        files: Any = {key for key, item in members if any(map(_is_file, _items(item)))}
        data = as_data(self.adapter, value, exclude=files)
        rest = iter(data)
        for key, item in members:
            if is_list:
                known = str(key) if str(key) in self._parts else ""
                yield self._one(known, item if key in files else next(rest), None)
                continue
            name = _wire(value, key)
            plain = item if key in files else data.get(name)
            is_one = is_json_type(self._parts.get(name))
            for each in [plain] if is_one else _items(plain):
                if each is not None:
                    yield self._one(name, each, name)

    def _one(self, key: str, value: Any, name: str | None) -> tuple[str, Any, str]:
        """Return a part; ``key`` is its name or its position among the described ones."""
        file_name, content, media_type, *more = self._part(key, value)
        headers: dict[str, str] = dict(*more)
        if _is_file(value):
            guessed = guess_type(file_name)[0] if file_name != key else None
            media_type = media_type or guessed or _BYTES
        elif isinstance(value, (dict, list)) or value is None or is_json_type(media_type):
            content, media_type = as_json(value), media_type or "application/json"
        else:
            content, media_type = utf8(as_text(value)), media_type or _TEXT
        disposition = [] if name is None else [f"form-data; name={_quoted(name)}"]
        if file_name and (name is not None or file_name != key):
            disposition = [*(disposition or ["attachment"]), f"filename={_quoted(file_name)}"]
        lines = [f"Content-Type: {media_type}"]
        lines += [f"Content-Disposition: {'; '.join(disposition)}"] if disposition else []
        lines += [f"{header}: {text}" for header, text in headers.items()]
        return "\r\n".join(lines), content, media_type


class _Joined:
    """Contents one after another, as one file."""

    def __init__(self, contents: Sequence[Any]) -> None:
        self._contents = [io.BytesIO(c) if isinstance(c, bytes) else c for c in contents]
        self._at = 0

    def seekable(self) -> bool:
        """Return whether all of them can be read again."""
        return all(getattr(content, "seekable", lambda: True)() for content in self._contents)

    def read(self, size: int) -> bytes:
        """Return the next bytes; none at the end."""
        while self._at < len(self._contents):
            if found := cast("bytes", self._contents[self._at].read(size)):
                return found
            self._at += 1
        return b""

    def seek(self, _offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to the start, or to the end."""
        self._at = 0 if whence == os.SEEK_SET else len(self._contents)
        return sum(int(content.seek(0, whence)) for content in self._contents)

    def tell(self) -> int:
        """Return where the next byte is read."""
        return sum(int(content.tell()) for content in self._contents)


def _is_file(value: object) -> bool:
    return isinstance(value, (bytes, File, os.PathLike)) or hasattr(value, "read")


def _items(member: Any) -> list[Any]:
    return member if isinstance(member, list) else [member]  # pyright: ignore[reportUnknownVariableType]


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the members that were set, in the order of the description."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name in value.model_fields_set:
                yield name, getattr(value, name)
        value = value.model_extra or {}
    yield from value.items()


def _wire(value: Any, name: str) -> str:
    """Return the name of a member on the wire."""
    info = type(value).model_fields.get(name) if isinstance(value, BaseModel) else None
    return (info.alias or name) if info else name


def _quoted(text: str) -> str:
    """Return a quoted string (RFC 2045 §5.1)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
