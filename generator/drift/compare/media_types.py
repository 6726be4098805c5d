"""Media types, their schemas and encodings compared.

Sources: OpenAPI 3.1.1 §4.8.14 (Media Type), §4.8.15 (Encoding).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...openapi.model import Content, Encoding, Header, Json, MediaType, Parameter, Part, Schema
from .differences import DifferenceRecorder
from .display import is_empty, schema_json, shown
from .parts import record_examples
from .schemas import SchemaComparer


def compare_content(
    schemas: SchemaComparer,
    recorder: DifferenceRecorder,
    old_owner: Part,
    new_owner: Part,
    old: Content | None,
    new: Content | None,
) -> None:
    """Record what differs in the media types of two request bodies or responses."""
    left, right = _media_types(old), _media_types(new)
    for name in {**left, **right}:
        before, after = left.get(name), right.get(name)
        if before is not None and after is not None:
            _media_type(schemas, recorder, before, after)
        else:
            recorder.record_presence(
                rule="body/media-type", parts=(before, after), value=name,
                owners=(old_owner, new_owner), at=f"{old_owner.location.pointer}/content/{name}",
            )  # fmt: skip


def schema_pairs(old: Parameter | Header, new: Parameter | Header) -> list[tuple[Schema, Schema]]:
    """Return the schemas of two parameters or headers that belong together."""
    left, right = _media_types(old.content), _media_types(new.content)
    pairs = [(old.schema, new.schema)]
    pairs += [(left[name].schema, right[name].schema) for name in left if name in right]
    return [(a, b) for a, b in pairs if a is not None and b is not None]


def _media_type(
    schemas: SchemaComparer, parent: DifferenceRecorder, old: MediaType, new: MediaType
) -> None:
    comparison = parent.comparison
    recorder = DifferenceRecorder(comparison, old.location.pointer, parent.symbol, parent.subject)
    before, after = (
        schema if schema is not None and not is_empty(schema) else None
        for schema in (old.schema, new.schema)
    )
    pairs = [(before, after), (old.item_schema, new.item_schema)]
    for left, right in pairs:
        if left is not None and right is not None:
            comparison.inner.append(
                schemas.compare(left, right, comparison.direction, parent.symbol)
            )
    if (before is None) != (after is None):
        recorder.record_member(
            rule=f"body/schema/{'added' if before is None else 'removed'}", member="schema",
            parts=(old, new), old=_shown(old.schema), new=_shown(new.schema),
        )  # fmt: skip
    recorder.record_member(
        rule="body/encoding/changed", member="encoding", parts=(old, new),
        old=shown(_encodings(old.encoding)) if old.encoding else "",
        new=shown(_encodings(new.encoding)) if new.encoding else "",
    )  # fmt: skip
    record_examples(recorder, old, new)


def _shown(schema: Schema | None) -> str:
    return "" if schema is None else shown(schema_json(schema))


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
