"""Bodies judged by their media types."""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes
from email.message import Message as Part
from email.policy import HTTP
from typing import Final

from ..document.pointer import split
from ..document.tree import Location
from ..openapi.model import MISSING, Content, Json, MediaType, Missing, Schema
from .deviation import Deviation
from .exchange import Message
from .parameters import ParameterReader, json_value, pairs_of
from .schemas import SchemaJudge

_FORM = "application/x-www-form-urlencoded"
_UPLOAD = "multipart/form-data"
_SEQUENTIAL: Final = (
    "text/event-stream", "application/jsonl", "application/x-ndjson", "application/ndjson",
    "application/json-seq", "application/x-jsonlines",
)  # fmt: skip
UNREADABLE = "body/content/malformed"


class BodyJudge:
    """Judges the bodies of one direction."""

    def __init__(self, schemas: SchemaJudge, reader: ParameterReader, direction: str) -> None:
        self._schemas = schemas
        self._reader = reader
        self._direction = direction

    def deviations(self, content: Content, message: Message, body: bytes) -> Iterator[Deviation]:
        """Yield how a body deviates from what is described for its media type."""
        sent = message.media_type
        media = described(content, message)
        if media is None:
            yield Deviation(
                f"{self._direction}/body/media-type/added", content.location, sent or "none"
            )
            media = _similar(content, sent)
        if media is None or media.item_schema is not None or sent in _SEQUENTIAL:
            return
        if is_json(sent) or (not sent and any(map(is_json, content.media_types))):
            yield from self._json(media, body)
        elif sent == _FORM:
            yield from self._form(media, body)
        elif sent == _UPLOAD or (sent.startswith("multipart/") and self._is_object(media)):
            yield from self._multipart(media, message.header("content-type"), body)
        elif sent.startswith("text/") and media.schema is not None:
            yield from self._text(media, body)

    def _json(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        try:
            encoding = json.detect_encoding(body) if b"\0" in body[:4] else "utf-8"
            value: Json = _JSON.decode(body.removeprefix(BOM_UTF8).decode(encoding))
            if b"\\u" in body:  # half of a surrogate pair isn't text (RFC 8259 §8.2)
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            yield self._unreadable(media.location, "JSON")
            return
        yield from self._values(media, value)

    def _text(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = body.decode("latin-1")
        if media.schema is not None and "string" in self._reader.types(media.schema):
            yield from self._values(media, text)

    def _form(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        pairs = pairs_of(body.decode("latin-1"))
        value, is_whole = self._reader.form(media.schema, media.encoding, pairs)
        for one in self._values(media, value):
            if is_whole or not one.rule.endswith("required/removed"):
                yield one

    def _multipart(self, media: MediaType, content_type: str, body: bytes) -> Iterator[Deviation]:
        head = f"content-type: {content_type}\r\n\r\n".encode("latin-1", "replace")
        message = message_from_bytes(head + body, policy=HTTP)
        if not message.is_multipart() or media.schema is None:
            yield self._unreadable(media.location, content_type.partition(";")[0].strip())
            return
        properties = self._reader.properties(media.schema)
        value: dict[str, Json] = {}
        opaque: set[str] = set()
        for part in message.iter_parts():
            name = part.get_param("name", "", header="content-disposition")
            name = name if isinstance(name, str) else name[2]
            if not name and not content_type.lower().startswith(_UPLOAD):
                return  # a part by position
            member = properties.get(name)
            read: Json | Missing = self._part(part, self._reader.item(member))
            if read is MISSING:
                opaque.add(name)
                read = ""
            if self._reader.kind(member) == "array" and not isinstance(read, list):
                before = value.get(name)
                read = [*before, read] if isinstance(before, list) else [read]
            value[name] = read
        for one in self._values(media, value):
            name = next(iter(split(one.pointer)), "")
            if name not in opaque or one.rule.endswith("property/added"):
                yield one

    def _is_object(self, media: MediaType) -> bool:
        return media.schema is not None and self._reader.kind(media.schema) == "object"

    def _part(self, part: Part, schema: Schema | None) -> Json | Missing:
        """Return the value of a part; nothing if it isn't readable as its schema describes."""
        if is_json(part.get_content_type()):
            return json_value(_payload(part))
        text = _text_of(part)
        is_opaque = text is None or self._reader.kind(schema)
        return MISSING if is_opaque else self._reader.scalar(schema, text or "")

    def _values(self, media: MediaType, value: Json) -> Iterator[Deviation]:
        if media.schema is None:
            return
        is_sent = self._direction == "request"
        for one in self._schemas.deviations(media.schema, value, is_sent=is_sent):
            yield replace(one, rule=f"{self._direction}/{one.rule}")

    def _unreadable(self, location: Location, expected: str) -> Deviation:
        return Deviation(f"{self._direction}/{UNREADABLE}", location, expected)


def _finite(text: str) -> float:
    """Return a number; the largest one for one that is larger, since a validator takes no other."""
    return max(-sys.float_info.max, min(sys.float_info.max, float(text)))


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} isn't JSON")


_JSON: Final = json.JSONDecoder(parse_constant=_refused, parse_float=_finite)


def described(content: Content, message: Message) -> MediaType | None:
    """Return what is described for a media type: with its parameters, without, for its range."""
    known, media_type = content.media_types, message.media_type
    if not media_type:  # the server doesn't tell
        return next(iter(known.values()), None)
    whole = _compact(message.header("content-type"))
    for name, media in known.items():
        if _compact(name) == whole:
            return media
    if media_type in known:
        return known[media_type]
    plain = _without_parameters(known)
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in plain:
            return plain[name]
    return None


def _compact(media_type: str) -> str:
    return media_type.replace(" ", "").lower()


def _without_parameters(known: Mapping[str, MediaType]) -> dict[str, MediaType]:
    return {name.partition(";")[0].strip().lower(): media for name, media in known.items()}


def _similar(content: Content, media_type: str) -> MediaType | None:
    """Return what is described for another media type of JSON, where there is just one."""
    found = [media for name, media in content.media_types.items() if is_json(name)]
    return found[0] if len(found) == 1 and is_json(media_type) else None


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON (RFC 6839 §3.1)."""
    name = media_type.partition(";")[0].strip()
    return name.endswith(("/json", "+json"))


def _text_of(part: Part) -> str | None:
    """Return the text of a part; None for a file, or another media type than text."""
    if part.get_filename() is not None or part.get_content_maintype() != "text":
        return None
    return _payload(part).decode("utf-8", "replace")


def _payload(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
