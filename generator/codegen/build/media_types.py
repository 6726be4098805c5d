"""Media types: what is written and read for each.

Sources: RFC 9110 §8.3.1 (media types) and §12.5.1 (Accept), RFC 6839 (structured suffixes), OpenAPI
3.1.1 §4.8.14 and 3.2.0 §4.14 (Media Type Object, sequential media types).
"""

from __future__ import annotations

import re

from ...openapi.model import Schema

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
SEQUENTIAL = frozenset({*_SEQUENCES.values(), "whole-events"})
ORDER = ("json", "form", "multipart", "text", "bytes")
"""Of several media types the first of these is what a caller gets without asking."""


def is_well_formed(media_type: str) -> bool:
    """Return whether a media type, or a range of them, can stand in a header (RFC 9110 §8.3.1)."""
    return _WELL_FORMED.match(media_type) is not None


def is_sendable(media_type: str) -> bool:
    """Return whether a header can hold it, and it looks like a media type at all."""
    return "/" in media_type and _HEADER.match(media_type) is not None


def codec_of(media_type: str, schema: Schema | None = None) -> str:
    """How a body of that media type is written and read: json, form, multipart, text, bytes, or
    events, lines, sequence for a sequential one.

    ``*/*`` is JSON, unless its schema says that the body is binary.
    """
    bare = media_type.partition(";")[0].strip().lower()
    if bare in _SEQUENCES:
        return _SEQUENCES[bare]
    if bare == "*/*" and schema is not None and schema.format == "binary":
        return "bytes"
    if _JSON.match(bare):
        return "json"
    if bare == "application/x-www-form-urlencoded":
        return "form"
    if bare in ("multipart/form-data", "multipart/*"):
        return "multipart"
    if bare.startswith("text/") or bare.endswith(("xml", "+yaml")) or bare == "application/yaml":
        return "text"
    return "bytes"
