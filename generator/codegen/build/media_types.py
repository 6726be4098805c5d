"""The codecs of media types, and files in multipart bodies.

Sources: RFC 9110 §8.3.1 (media types) and §12.5.1 (Accept), RFC 6839 (structured suffixes), OpenAPI
3.1.1 §4.8.14 and 3.2.0 §4.14 (Media Type Object, sequential media types).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...openapi.model import Content, Document, Operation, Schema
from ..ir import Array, File, Type

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
_SCALARS = frozenset(("string", "integer", "number", "boolean"))
SEQUENTIAL = frozenset({*_SEQUENCES.values(), "whole-events"})
ORDER = ("json", "form", "multipart", "text", "bytes")
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

    ``*/*`` and ``application/*`` are json, unless the format of the schema is binary.
    """
    bare = media_type.partition(";")[0].strip().lower()
    if bare in _SEQUENCES:
        return _SEQUENCES[bare]
    if bare in ("*/*", "application/*") and schema is not None:
        return "bytes" if schema.format == "binary" else "json"
    if _JSON.match(bare):
        return "json"
    if bare == "application/x-www-form-urlencoded":
        return "form"
    if bare in ("multipart/form-data", "multipart/*"):
        return "multipart"
    if bare.startswith("text/") or bare.endswith(("xml", "+yaml")) or bare == "application/yaml":
        return "text"
    return "bytes"


def codec_of_query(media_type: str, schema: Schema | None) -> str:
    """Return json or text for a parameter that is the whole query (OpenAPI 3.2.0 §4.12.2).

    Text of any media type has a schema of scalars; empty for other values.
    """
    if codec_of(media_type) == "json":
        return "json"
    is_text = schema is not None and schema.types and _SCALARS.issuperset(schema.types)
    return "text" if is_text else ""


# ── files in multipart bodies (OpenAPI 3.1.1 §4.8.14.3, RFC 7578) ───────────────────────────


def is_file(schema: Schema) -> bool:
    """Return whether a part is a file or a list of files."""
    if schema.items is not None:
        return is_file(schema.items)
    is_media = schema.content_media_type is not None and schema.content_encoding is None
    if not schema.types:
        return is_media
    return "string" in schema.types and (schema.format == "binary" or is_media)


def file_type(schema: Schema) -> Type:
    """Return the type of a part that is a file or a list of files."""
    return Array(File()) if schema.items is not None else File()


def referenced_outside_multipart(document: Document) -> set[str]:
    """Return the keys of the components that are referred to outside of multipart bodies."""
    todo = list(document.schemas.values())
    for operation in (*document.operations, *document.incoming()):
        forms = {schema for content in _bodies(operation) for schema in _forms(content)}
        for schema in operation.schemas():
            todo += schema.subschemas() if schema in forms else [schema]
    keys: set[str] = set()
    while todo:
        schema = todo.pop()
        if schema.ref:
            keys.add(schema.ref)
        todo += schema.subschemas()
    return keys


def _bodies(operation: Operation) -> Iterator[Content]:
    for body in (operation.request_body, *operation.responses.values()):
        if body is not None and body.content is not None:
            yield body.content


def _forms(content: Content) -> Iterator[Schema]:
    for name, media in content.media_types.items():
        if name.startswith("multipart/") and media.schema and not media.schema.nullable:
            yield media.schema
