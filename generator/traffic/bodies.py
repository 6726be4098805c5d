"""Bodies judged by their media types."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes
from email.message import Message as Part
from email.policy import HTTP
from typing import Final

from ..document.tree import Location
from ..openapi.model import Content, Json, MediaType
from .deviation import Deviation
from .exchange import Message
from .parameters import ParameterReader, pairs_of
from .schemas import SchemaJudge

_FORM = "application/x-www-form-urlencoded"
_SEQUENTIAL: Final = (
    "text/event-stream", "application/jsonl", "application/x-ndjson", "application/ndjson",
    "application/json-seq", "application/x-jsonlines", "multipart/mixed",
)  # fmt: skip
UNREADABLE = "body/content/unreadable"


class BodyJudge:
    """Judges the bodies of one direction."""

    def __init__(self, schemas: SchemaJudge, reader: ParameterReader, direction: str) -> None:
        self._schemas = schemas
        self._reader = reader
        self._direction = direction

    def deviations(self, content: Content, message: Message, body: bytes) -> Iterator[Deviation]:
        """Yield how a body deviates from what is described for its media type."""
        sent = message.media_type
        media = described(content, sent)
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
        elif sent == "multipart/form-data":
            yield from self._multipart(media, message.header("content-type"), body)
        elif sent.startswith("text/") and media.schema is not None:
            yield from self._text(media, body)

    def _json(self, media: MediaType, body: bytes) -> Iterator[Deviation]:
        try:
            value: Json = json.loads(body, parse_constant=_refused)
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
            yield self._unreadable(media.location, "multipart/form-data")
            return
        properties = self._reader.properties(media.schema)
        value: dict[str, Json] = {}
        opaque: set[str] = set()
        for part in message.iter_parts():
            name = part.get_param("name", "", header="content-disposition")
            name = name if isinstance(name, str) else name[2]
            text = _text_of(part)
            if text is None or self._reader.kind(properties.get(name)):
                opaque.add(name)
                text = ""
            value[name] = self._reader.scalar(properties.get(name), text)
        for one in self._values(media, value):
            if one.pointer.removeprefix("/") not in opaque or one.rule.endswith("property/added"):
                yield one

    def _values(self, media: MediaType, value: Json) -> Iterator[Deviation]:
        if media.schema is None:
            return
        is_sent = self._direction == "request"
        for one in self._schemas.deviations(media.schema, value, is_sent=is_sent):
            yield replace(one, rule=f"{self._direction}/{one.rule}")

    def _unreadable(self, location: Location, expected: str) -> Deviation:
        return Deviation(f"{self._direction}/{UNREADABLE}", location, expected)


def described(content: Content, media_type: str) -> MediaType | None:
    """Return what is described for a media type: for itself, else for its range."""
    known = content.media_types
    if not media_type:  # the server doesn't tell
        return next(iter(known.values()), None)
    if media_type in known:
        return known[media_type]
    plain = _without_parameters(known)
    for name in (media_type, f"{media_type.partition('/')[0]}/*", "*/*"):
        if name in plain:
            return plain[name]
    return None


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


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} isn't JSON")


def _text_of(part: Part) -> str | None:
    """Return the text of a part; None for a file, or another media type than text."""
    if part.get_filename() is not None or part.get_content_maintype() != "text":
        return None
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else None
