"""Multipart responses: their parts, read into an object by name or into a list by position.

A part's name is that of its Content-Disposition, or else its Content-ID if a member has it; one
without a name is the next member that no named part is (OpenAPI 3.1.1 §4.8.15.3, RFC 2387 §3).

The ``email`` package of the standard library isn't used: it ends a part also at a boundary after a
lone LF or CR, and so changes files, and it reads long headers slowly.

Sources: RFC 2046 §5.1, RFC 2045 §5.1 (parameters), RFC 8187 (parameters in UTF-8).
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

from pydantic_core import from_json, to_json

from .content import text_of
from .deviations import Report
from .model import Model, Typed
from .readers import Container, Object, UnionReader
from .reading import read_value
from .scalars import Reader
from .words import one_line

_MOST_PARTS = 10_000
_LONGEST_HEAD = 8 * 1024
"""Bytes of a part's headers."""
_HEADER = re.compile(
    r"^content-(type|disposition|id|transfer-encoding)[ \t]*:(.*(?:\n[ \t].*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_PARAMETER = re.compile(r';\s*+([^=;\s]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_FILE = b'""'
"""The JSON in place of a file."""


class Part(NamedTuple):
    """A part, with its content as it was sent."""

    headers: Mapping[str, str]
    """Those that are read, without ``content-``."""
    content: bytes

    def name(self, known: Mapping[str, str]) -> str | None:
        """Return the name of the part; None if it has none."""
        name = _parameters(self.headers.get("disposition", "")).get("name")
        id_ = self.headers.get("id", "").strip("<>")
        return name if name is not None or id_ not in known else id_

    def value(self, kind: str) -> tuple[bytes, bytes | None]:
        """Return the content as JSON, or a file; raises ``ValueError`` for what is neither."""
        content = self.content if kind == "encoded" else self.decoded()
        is_text = self.media_type[:5] in ("", "text/")  # RFC 2046 §5.1
        if kind == "file" or (kind == "any" and not self.is_json and not is_text):
            return _FILE, content
        if kind == "json" or self.is_json:
            with suppress(ValueError) if is_text and self.media_type else nullcontext():
                from_json(content)
                return content, None
        return to_json(text_of(content, self.media_type)), None

    @property
    def media_type(self) -> str:
        """The media type in lower case; empty if it has none."""
        return self.headers.get("type", "").lower()

    @property
    def is_json(self) -> bool:
        """Return whether its media type is JSON."""
        return re.match(r"(application|text)/(.+\+)?json\b(?!-)", self.media_type) is not None

    @property
    def is_file(self) -> bool:
        """Return whether it has the name of a file."""
        return "filename" in _parameters(self.headers.get("disposition", ""))

    def decoded(self) -> bytes:
        """Return the content without its transfer encoding (RFC 2045 §6)."""
        match self.headers.get("transfer-encoding", "").lower():
            case "base64":
                return base64.b64decode(self.content)
            case "quoted-printable":
                return quopri.decodestring(self.content)
            case _:
                return self.content


def parts_of(content: bytes, content_type: str) -> list[Part]:
    """Return the parts of a multipart body; raises ``ValueError`` for one that is malformed.

    Where the first line ends with LF alone, LF ends the other lines too.
    """
    boundary = _parameters(content_type).get("boundary", "").encode()
    if not boundary:
        raise ValueError("the Content-Type has no boundary")
    line = re.escape(b"--" + boundary)
    first = re.search(rb"(?:\A|\n)%b[ \t]*(\r?\n)" % line, content)
    newline = first[1] if first else b"\r\n"
    content = newline + content
    delimiter = rb"%b%b(--)?[ \t]*(?=%b|\Z)" % (newline, line, newline)
    parts: list[Part] = []
    start = -1
    for found in re.finditer(delimiter, content):
        if start >= 0:
            parts.append(_part(content[start : found.start()], newline))
        if found[1]:
            return parts
        start = found.end()
        if len(parts) == _MOST_PARTS:
            raise ValueError(f"more than {_MOST_PARTS} parts")
    raise ValueError("the last boundary is missing" if start >= 0 else "no boundary in the body")


def _part(content: bytes, newline: bytes) -> Part:
    end = content.find(newline * 2)
    end = len(content) if end < 0 else end
    if end > _LONGEST_HEAD:
        raise ValueError("the headers of a part are too long")
    head = content[:end].replace(newline, b"\n").strip(b"\n")
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    return Part(_headers(text), content[end + 2 * len(newline) :])


def _headers(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _HEADER.findall(text):
        found.setdefault(name.lower(), re.sub(r"\n[ \t]+", " ", value).strip())
    return found


def _parameters(header: str) -> dict[str, str]:
    """Return the parameters of a header; one in UTF-8 comes before another of the same name."""
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(header):
        text = value.strip()
        if text[:1] == '"':
            text = re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'), flags=re.DOTALL)
        if name[-1] == "*":
            charset, _, text = text.partition("'")
            is_latin = charset.lower() == "iso-8859-1"
            text = unquote(text.partition("'")[2], "iso-8859-1" if is_latin else "utf-8")
        found[name.lower()] = text
    return found | {name[:-1]: text for name, text in found.items() if name[-1] == "*"}


class _Parts(Typed):
    """A multipart body; ``kinds`` are what its parts are: json, text, encoded, file or any."""

    def __init__(self, type_: Callable[[], Any], media_type: str, kinds: Mapping[str, str]) -> None:
        super().__init__(type_)
        self.media_type = media_type
        self.kinds = kinds

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value of a response; raises ``ValueError`` for an unreadable one."""
        kind = content_type.partition(";")[0].strip().lower()
        if not kind.startswith("multipart/"):
            raise ValueError(f"{kind or 'no media type'} instead of multipart")
        return self._value(parts_of(content, content_type), report)

    def _value(self, parts: Sequence[Part], report: Report) -> Any:
        raise NotImplementedError

    def _read(self, content: bytes, report: Report) -> Any:
        """Return the value of all parts together, as JSON."""
        return self.read_json(content, report)

    def _content(self, key: str, part: Part) -> tuple[bytes, bytes | None]:
        """Return the content of a part as JSON, or a file."""
        kind = self.kinds.get(key, self.kinds.get("", "any"))
        try:
            json, file = part.value(kind.removesuffix("*"))
        except ValueError as cause:
            raise ValueError(f"the part {one_line(key, 1_000)}: {cause}") from cause
        if kind[:3] == "any" and file is None and not part.is_json:
            json = self._described(json, _readers_at(self._reader, key), is_many=kind == "any*")
        return json, file

    def _described(self, json: bytes, readers: Sequence[Reader], *, is_many: bool) -> bytes:
        """Return a text as a number, a boolean or null if only such a type admits it."""
        if is_many:
            readers = [item for reader in readers for item in _readers_at(reader, "")]
        text = from_json(json)
        with suppress(ValueError):
            data = from_json(text, allow_inf_nan=False)
            texts, others = (any(_admits(one, each) for one in readers) for each in (text, data))
            return json if texts or not others else text.encode()
        return json


def _admits(reader: Reader, data: Any) -> bool:
    """Return whether JSON's data has no deviation."""
    faults: list[Any] = []
    read_value(reader, data, lambda *fault: faults.append(fault))
    return not faults


def _readers_at(reader: Reader, key: str) -> Sequence[Reader]:
    """Return the readers of a member or of an item."""
    match reader:
        case UnionReader():
            return [one for branch in reader.branches for one in _readers_at(branch, key)]
        case Object() if key in reader.members:
            return (reader.members[key][1],)
        case Object():
            return (reader.others,) if reader.others else ()
        case Container():
            return (reader.items,)
        case _:
            return ()


class OrderedParts(_Parts):
    """A multipart body whose parts are the items of a list."""

    def _value(self, parts: Sequence[Part], report: Report) -> Any:
        values = [self._content(str(index), part) for index, part in enumerate(parts)]
        read = self._read(_array(values), report)
        _put_files(read, values)
        return read


class NamedParts(_Parts):
    """A multipart body whose parts are the members of an object.

    Of a list each item is a part, or one part has the whole list as JSON. ``*`` after a kind means
    a list.
    """

    def _value(self, parts: Sequence[Part], report: Report) -> Any:
        values: dict[str, list[tuple[bytes, bytes | None]]] = {}
        for name, part in self._named(parts):
            values.setdefault(name, []).append(self._content(name, part))
        lists = {name for name, value in values.items() if self._is_list(name, value)}
        written = (
            to_json(name) + b":" + (_array(value) if name in lists else value[-1][0])
            for name, value in values.items()
        )
        read = self._read(b"{" + b",".join(written) + b"}", report)
        for name, value in values.items():
            if name in lists:
                _put_files(_members(read, name).get(_key(read, name)), value)
            elif value[-1][1] is not None:
                _members(read, name)[_key(read, name)] = value[-1][1]
        return read

    def _named(self, parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
        names = [part.name(self.kinds) for part in parts]
        free = iter([name for name in self.kinds if name and name not in names])
        for index, (name, part) in enumerate(zip(names, parts, strict=True)):
            yield name if name is not None else next(free, str(index)), part

    def _is_list(self, name: str, found: Sequence[tuple[bytes, bytes | None]]) -> bool:
        if not self.kinds.get(name, "").endswith("*"):
            return len(found) > 1
        return len(found) > 1 or found[0][0].lstrip()[:1] != b"["


def _array(values: Sequence[tuple[bytes, bytes | None]]) -> bytes:
    return b"[" + b",".join(json for json, _ in values) + b"]"


def _put_files(read: Any, values: Sequence[tuple[bytes, bytes | None]]) -> None:
    """Put the contents of files in their places in a list."""
    for index, (_, content) in enumerate(values if isinstance(read, list) else ()):
        if content is not None:
            read[index] = content


def _members(read: Any, name: str) -> dict[str, Any]:
    """Return the members of an object, among which one with that name is."""
    if not isinstance(read, Model):
        return cast("dict[str, Any]", read)
    extras: dict[str, Any] = read.__pydantic_extra__ or {}
    return extras if name in extras else vars(read)


def _key(read: Any, name: str) -> str:
    """Return the name that a member has in Python."""
    fields = type(read).model_fields if isinstance(read, Model) else {}
    return next((field for field, info in fields.items() if info.alias == name), name)
