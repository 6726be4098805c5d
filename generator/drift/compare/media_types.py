"""Media types, their schemas and encodings compared.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.15 (Encoding).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...document.pointer import escape
from ...openapi.model import Content, Encoding, Header, Json, MediaType, Parameter, Schema
from .annotations import compare_annotations
from .differences import DifferenceRecorder, action_of
from .display import is_empty, schema_json
from .schemas import SchemaComparer


def compare_content(
    schemas: SchemaComparer, recorder: DifferenceRecorder, old: Content | None, new: Content | None
) -> None:
    """Record what differs in the media types of two request bodies or responses."""
    left, right = _media_types(old), _media_types(new)
    for name in {**left, **right}:
        before, after = left.get(name), right.get(name)
        if before is not None and after is not None:
            _media_type(schemas, recorder, before, after)
        else:
            at = f"{recorder.at}/content/{escape(name)}"
            recorder.record_presence("body/media-type", before, after, name, at=at)


def schema_pairs(old: Parameter | Header, new: Parameter | Header) -> list[tuple[Schema, Schema]]:
    """Return the schemas of two parameters or headers that belong together."""
    left, right = _media_types(old.content), _media_types(new.content)
    pairs = [(old.schema, new.schema)]
    pairs += [(left[name].schema, right[name].schema) for name in left if name in right]
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _media_type(
    schemas: SchemaComparer, parent: DifferenceRecorder, old: MediaType, new: MediaType
) -> None:
    comparison, symbol = parent.comparison, parent.symbol
    recorder = DifferenceRecorder(comparison, old, new, symbol, subject=parent.subject)
    before, after = (
        schema if schema is not None and not is_empty(schema) else None
        for schema in (old.schema, new.schema)
    )
    for left, right in ((before, after), (old.item_schema, new.item_schema)):
        if left is not None and right is not None:
            comparison.inner.append(schemas.compare(left, right, comparison.direction, symbol))
    if (before is None) != (after is None):
        recorder.compare(
            "body/schema",
            "schema",
            None if old.schema is None else schema_json(old.schema),
            None if new.schema is None else schema_json(new.schema),
            action=action_of(before, after),
        )
    encodings = [_encodings(one.encoding) or None for one in (old, new)]
    recorder.compare("body/encoding", "encoding", *encodings, action="changed")
    compare_annotations(recorder, [old], [new])


def _media_types(content: Content | None) -> dict[str, MediaType]:
    """Return media types by name, in lower case and without ``charset=utf-8``."""
    found: dict[str, MediaType] = {}
    for name, media in content.media_types.items() if content is not None else ():
        plain = re.sub(r"\s*;\s*charset=\"?utf-8\"?", "", name.strip().lower())
        found.setdefault(re.sub(r"\s*;\s*", ";", plain), media)
    return found


def _encodings(encodings: Mapping[str, Encoding]) -> dict[str, Json]:
    return {name: _encoding(encoding) for name, encoding in encodings.items()}


def _encoding(encoding: Encoding) -> dict[str, Json]:
    """Return how a part is written, without its headers, as JSON data."""
    items = encoding.item_encoding
    members: dict[str, Json] = {
        "contentType": encoding.content_type,
        "style": encoding.style,
        "explode": encoding.explode,
        "allowReserved": encoding.allow_reserved or None,
        "encoding": _encodings(encoding.encoding) or None,
        "itemEncoding": _encoding(items) if items is not None else None,
        "prefixEncoding": [*map(_encoding, encoding.prefix_encoding)] or None,
    }
    return {name: value for name, value in members.items() if value not in (None, "")}
