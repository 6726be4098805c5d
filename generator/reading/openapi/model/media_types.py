"""The codecs of media types, and files in multipart bodies.

Sources: RFC 9110 §8.3.1 (media types) and §12.5.1 (Accept), RFC 6839 (structured suffixes), OpenAPI
3.1.1 §4.8.14 and 3.2.0 §4.14 (Media Type Object, sequential media types).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .document import Document
from .messages import MediaType
from .schemas import Schema

_JSON = re.compile(r"(application|text)/(.+\+)?json\b|\*/\*\Z", re.IGNORECASE)
_WELL_FORMED = re.compile(
    r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+"
    r"(\s*;\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+=([!#$%&'*+.^_`|~0-9A-Za-z-]+|\"[\x20\x21\x23-\x7e]*\"))*\Z"
)
_HEADER = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\Z")
_SEQUENCES = {
    "text/event-stream": "events",
    "application/jsonl": "lines",
    "application/x-ndjson": "lines",
    "application/ndjson": "lines",
    "application/x-jsonlines": "lines",
    "application/json-lines": "lines",
    "application/stream+json": "lines",
    "application/json-seq": "sequence",
    "application/geo+json-seq": "sequence",
}
SCALARS = frozenset(("string", "integer", "number", "boolean"))
_ALWAYS = ("form", "multipart", "events")
"""The codecs of media types that lay out their content, binary or not."""
SEQUENTIAL = frozenset({*_SEQUENCES.values(), "whole-events"})
_ORDER = ("json", "multipart", "form", "parts", "text", "bytes")
"""The codecs in order of precedence, for the default media type."""


def is_well_formed(media_type: str) -> bool:
    """Return whether a media type or a range is well-formed (RFC 9110 §8.3.1)."""
    return _WELL_FORMED.match(media_type) is not None


def is_range(media_type: str) -> bool:
    """Return whether it is a range such as ``*/*`` or ``text/*`` (RFC 9110 §12.5.1)."""
    return "*" in media_type.partition(";")[0]


def is_sendable(media_type: str) -> bool:
    """Return whether a media type has a slash and is allowed in a header."""
    return "/" in media_type and _HEADER.match(media_type) is not None


def codec_of(media_type: str, schema: Schema | None = None) -> str:
    """Return json, form, multipart, text or bytes; events, lines or sequence if sequential.

    A schema that is binary as a whole is bytes, in JSON too; ``application/*`` with any other one
    is json.
    """
    bare = media_type.partition(";")[0].strip().lower()
    codec = "json" if bare == "application/*" and schema is not None else _codec_of(bare)
    is_whole = schema is not None and is_binary(schema) and codec not in _ALWAYS
    return "bytes" if is_whole else codec


def json_in(media_types: Mapping[str, MediaType]) -> list[MediaType]:
    """Return those of several media types that a client reads as JSON."""
    return [media for name, media in media_types.items() if codec_of(name, media.schema) == "json"]


def is_part(media_type: str, offered: Iterable[str]) -> bool:
    """Return whether a type with parameters is offered without them too."""
    bare, mark, _ = media_type.partition(";")
    return bool(mark) and bare.strip().lower() in map(str.lower, offered)


def precedence(media_type: str, offered: Iterable[str]) -> tuple[int, bool, bool]:
    """Return the key that sorts the default media type of an operation first.

    It depends on the media types alone, so that no change of a schema changes the default.
    """
    bare = media_type.partition(";")[0].strip().lower()
    codec = "json" if bare == "application/*" else _codec_of(bare)
    codec = "parts" if codec == "bytes" and bare.startswith("multipart/") else codec
    codec = "text" if codec in SEQUENTIAL else codec
    return _ORDER.index(codec), is_range(media_type), is_part(media_type, offered)


def _codec_of(bare: str) -> str:
    if bare in _SEQUENCES:
        return _SEQUENCES[bare]
    if _JSON.match(bare):
        return "json"
    if bare == "application/x-www-form-urlencoded":
        return "form"
    if bare in ("multipart/form-data", "multipart/*"):
        return "multipart"
    if bare.startswith("text/") or bare.endswith(("xml", "+yaml")) or bare == "application/yaml":
        return "text"
    return "bytes"


def codec_of_query(document: Document, media_type: str, schema: Schema | None) -> str:
    """Return json or text for a parameter that is the whole query (OpenAPI 3.2.0 §4.12.2).

    Text of any media type has a schema of scalars; empty for other values.
    """
    if codec_of(media_type) == "json":
        return "json"
    return "text" if schema is not None and document.kinds(schema) <= SCALARS else ""


# ── files in multipart bodies (OpenAPI 3.1.1 §4.8.14.3, RFC 7578) ───────────────────────────


def is_binary(schema: Schema) -> bool:
    """Return whether a schema describes a text that is bytes, which JSON can't hold.

    The encoding ``binary`` of RFC 2045 §6 is none; OpenAPI 3.0 has the format (§4.7.14.2).
    """
    is_text = not schema.types or "string" in schema.types
    encoding = (schema.content_encoding or "").lower()
    return is_text and (encoding == "binary" or (schema.format == "binary" and not encoding))


def is_file(schema: Schema) -> bool:
    """Return whether a part is a file or a list of files."""
    if schema.items is not None:
        return is_file(schema.items)
    is_media = schema.content_media_type is not None and schema.content_encoding is None
    return is_binary(schema) or (is_media and (not schema.types or "string" in schema.types))
