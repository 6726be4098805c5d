"""Bodies judged by their media types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from ...reading.document.pointer import split
from ...reading.document.tree import Location
from ...reading.openapi.model.media_types import SEQUENTIAL, codec_of, is_binary, precedence
from ...reading.openapi.model.messages import Content, MediaType
from ...reading.openapi.model.schemas import MISSING, Json, Missing, Schema
from ..changes.rules import RESPONSE
from .deviation import Deviation
from .exchange import Message
from .json_text import json_or_missing
from .multipart import BodyPart, parts_of
from .parameters import Pairs, ParameterReader, append
from .schemas import SchemaJudge

_JSON = "application/json"
LINES: Final = "application/x-ndjson"
"""The media type of several JSON values, one a line."""
_FORM = "application/x-www-form-urlencoded"
_UPLOAD = "multipart/form-data"
UNREADABLE: Final = "body/content/malformed"
MEMBER: Final = "schema/property/added"
WEB_PAGES: Final = ("text/html", "application/xhtml+xml")
"""The media types that a client takes for the page of a proxy where a typed value is described."""
UNTOLD: Final = "application/octet-stream"
"""The media type of a body without one (RFC 9110 §8.3)."""


class BodyJudge:
    """Judges the bodies of one direction."""

    def __init__(self, schemas: SchemaJudge, reader: ParameterReader, direction: str) -> None:
        self._schemas = schemas
        self._reader = reader
        self._direction = direction

    def deviations(
        self, content: Content, message: Message, body: bytes, accept: str = ""
    ) -> Iterator[Deviation]:
        """Yield how a body deviates from what is described for its media type.

        Another media type is read as the one that the request accepts, or else as JSON.
        """
        sent = message.media_type
        is_untold = self._direction == RESPONSE and message.headers and not sent
        sent = UNTOLD if is_untold else sent
        media = described(content, message, sent)
        if media is None and sent == _JSON and _has_lines(content):
            return  # servers label lines of JSON as JSON, too
        if media is None:
            value = json_of(message)
            media = content.media_types.get(accept) or media_of_json(content)
            is_unread = False
            is_other = accept in content.media_types and media not in _structured(content)
            if is_other:
                sent = accept
            elif media is None:
                is_unread = self._direction == RESPONSE and bool(_structured(content))
            elif self._direction == RESPONSE and codec_of(sent) == "lines":
                yield from self._lines(content, media, body, sent)
                return
            elif self._direction == RESPONSE and not is_json(sent):
                read = json_or_missing(body) if is_untold else self._value_of_other(media, body)
                is_unread = read is MISSING and not self._is_stated(media, message.media_type)
                if read is not MISSING:
                    value = value if codec_of(sent) in SEQUENTIAL else read
                    sent = _JSON
            yield Deviation(
                self._direction,
                "body/media-type/added",
                content.location,
                message.media_type or "none",
                value=value,
                is_unread=is_unread,
            )
            media = media if is_json(sent) or is_other else None
        elif media is content.media_types.get("*/*") and not self._takes_text(media):
            sent = _JSON  # whatever its label
        if media is None or media.item_schema is not None or codec_of(sent) in SEQUENTIAL:
            return
        if media.schema is not None and is_binary(media.schema):
            return
        if is_json(sent) or (not sent and any(map(is_json, content.media_types))):
            yield from self._json(content, media, body)
        elif sent == _FORM:
            yield from self._form(media, body)
        elif sent == _UPLOAD or (sent.startswith("multipart/") and self._is_object(media)):
            yield from self._multipart(media, message.header("content-type"), body)
        elif sent.startswith("text/") and media.schema is not None:
            yield from self._text(media, body)

    def _value_of_other(self, media: MediaType, body: bytes) -> Json | Missing:
        """Return the value that a client reads from a body with a label of another type than JSON.

        An object or an array is read as described, unless only text or any value is; another value
        only where no text is described.
        """
        types = self._reader.types(media.schema) if media.schema is not None else ()
        value = MISSING if {*types} <= {"string"} else json_or_missing(body)
        is_text = "string" in types and not isinstance(value, (dict, list))
        return MISSING if is_text else value

    def _is_stated(self, media: MediaType, sent: str) -> bool:
        """Return whether the text or the bytes of a label are a value of the described type.

        A body without a label may be text.
        """
        types = self._reader.types(media.schema) if media.schema is not None else ()
        is_text = not sent or (codec_of(sent) == "text" and sent not in WEB_PAGES)
        return not types or ("string" in types and is_text)

    def takes_nothing(self, content: Content) -> bool:
        """Return whether a client reads an empty body: as text, as bytes, or as null."""
        items = content.media_types.items()
        plain = [media for name, media in items if codec_of(name, media.schema) not in SEQUENTIAL]
        structured = _structured(content)
        return len(structured) < len(plain) or any(
            not (one.schema and self._schemas.deviations(one.schema, None)) for one in structured
        )

    def _json(self, content: Content, media: MediaType, body: bytes) -> Iterator[Deviation]:
        value = json_or_missing(body)
        if value is not MISSING:
            yield from self._values(media, value)
            return
        if self._direction == RESPONSE and _values_in_lines(body):
            yield from self._lines(content, media, body, LINES)
        else:
            yield self._unreadable(media.location, "JSON")

    def _lines(
        self, content: Content, media: MediaType, body: bytes, name: str
    ) -> Iterator[Deviation]:
        """Yield how lines of JSON deviate from what is described for JSON."""
        lines = _values_in_lines(body)
        yield Deviation(
            self._direction,
            "body/media-type/added",
            content.location,
            name,
            value=lines[0] if lines else MISSING,
            is_unread=len(lines) != 1,
        )
        schema = self._reader.item(media.schema)
        if schema is not None:
            for line in lines:
                yield from self._schemas.deviations(schema, line, self._direction)

    def _text(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = body.decode("latin-1")
        if media.schema is not None and "string" in self._reader.types(media.schema):
            yield from self._values(media, text)

    def _form(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        types = self._reader.types(media.schema) if media.schema is not None else ()
        if types and "object" not in types:
            return  # the schema isn't used: a form has fields
        pairs = Pairs.of_query(body.decode("latin-1"))
        value, is_whole = self._reader.form(media.schema, media.encoding, pairs)
        for deviation in self._values(media, value):
            if is_whole or deviation.name != "schema/required/removed":
                yield deviation

    def _multipart(self, media: MediaType, content_type: str, body: bytes) -> Iterator[Deviation]:
        parts = [*parts_of(body, content_type)]
        if not parts or media.schema is None:
            yield self._unreadable(media.location, content_type.partition(";")[0].strip())
            return
        properties = self._reader.properties(media.schema)
        value: dict[str, Json] = {}
        opaque: set[str] = set()
        for part in parts:
            name = part.disposition.get("name", "")
            if not name and not content_type.lower().startswith(_UPLOAD):
                return  # a part by position
            member, encoding = properties.get(name), media.encoding.get(name)
            if encoding is not None and encoding.style and encoding.explode is False:
                text = part.content.decode("utf-8", "replace")
                value[name] = self._reader.delimited(member, text, encoding.style)
                continue
            read: Json | Missing = self._part(part, self._reader.item(member))
            if read is MISSING:
                opaque.add(name)
                read = ""
            if self._reader.kind(member) == "array" and not isinstance(read, list):
                append(value, name, read)
            else:
                value[name] = read
        for deviation in self._values(media, value):
            name = next(iter(split(deviation.pointer)), "")
            if name not in opaque or deviation.name == MEMBER:
                yield deviation

    def _is_object(self, media: MediaType) -> bool:
        return media.schema is not None and self._reader.kind(media.schema) == "object"

    def _part(self, part: BodyPart, schema: Schema | None) -> Json | Missing:
        """Return the value of a part; nothing if it isn't readable as its schema describes."""
        if is_json(part.media_type):
            return json_or_missing(part.content.decode("utf-8", "replace"))
        is_text = part.media_type.startswith("text/") and "filename" not in part.disposition
        if not is_text or self._reader.kind(schema):
            return MISSING
        return self._reader.scalar(schema, part.content.decode("utf-8", "replace"))

    def _values(self, media: MediaType, value: Json) -> Iterator[Deviation]:
        if media.schema is not None:
            yield from self._schemas.deviations(media.schema, value, self._direction)

    def _takes_text(self, media: MediaType) -> bool:
        types = self._reader.types(media.schema) if media.schema is not None else ()
        return not types or "string" in types

    def _unreadable(self, location: Location, expected: str) -> Deviation:
        is_unread = self._direction == RESPONSE
        return Deviation(self._direction, UNREADABLE, location, expected, is_unread=is_unread)


def _values_in_lines(body: bytes) -> list[Json]:
    """Return values of JSON, one a line; nothing if a line is something else."""
    values: list[Json] = []
    for line in body.split(b"\n"):
        if not line.strip():
            continue
        value = json_or_missing(line)
        if value is MISSING:
            return []
        values.append(value)
    return values


@lru_cache(maxsize=4096)
def _has_lines(content: Content) -> bool:
    """Return whether lines of JSON are described."""
    return any(codec_of(name) == "lines" for name in content.media_types)


def described(content: Content, message: Message, media_type: str) -> MediaType | None:
    """Return what is described for a media type: with its parameters, without, for its range."""
    known = content.media_types
    if not media_type:  # the recording doesn't tell
        return next(iter(known.values()), None)
    compact, plain = _tables(content)
    whole = compact.get(_compact(message.header("content-type"))) or known.get(media_type)
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return whole or next((plain[name] for name in ranges if name in plain), None)


def _compact(media_type: str) -> str:
    return media_type.replace(" ", "").lower()


@lru_cache(maxsize=4096)
def _tables(content: Content) -> tuple[Mapping[str, MediaType], Mapping[str, MediaType]]:
    """Return the media types by their names, and by their names without parameters."""
    known = [*content.media_types.items()]
    compact = {_compact(name): media for name, media in reversed(known)}
    return compact, {name.partition(";")[0].strip().lower(): media for name, media in known}


@lru_cache(maxsize=4096)
def media_of_json(content: Content) -> MediaType | None:
    """Return what is described for JSON; of several media types the default, as a client does."""
    known = content.media_types
    names = [name for name, media in known.items() if codec_of(name, media.schema) == "json"]
    return known[min(names, key=lambda name: precedence(name, known))] if names else None


@lru_cache(maxsize=4096)
def _structured(content: Content) -> Sequence[MediaType]:
    """Return the media types that a client reads as JSON or as parts, which not any body is."""
    return [
        media
        for name, media in content.media_types.items()
        if codec_of(name, media.schema) == "json"
        or (name.lower().startswith("multipart/") and media.schema is not None)
    ]


def json_of(message: Message) -> Json | Missing:
    """Return the value of a body that is JSON by its media type; nothing of another one."""
    return json_or_missing(message.body or b"") if is_json(message.media_type) else MISSING


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON (RFC 6839 §3.1)."""
    name = media_type.partition(";")[0].strip()
    return name.endswith(("/json", "+json"))
