"""Headers compared: those of responses, and of the parts of multipart bodies.

Source: OpenAPI 3.1.1 §4.8.21 (Header).
"""

from __future__ import annotations

from collections.abc import Mapping

from ....reading.document.pointer import escape
from ....reading.openapi.model.messages import Header
from ....reading.openapi.model.schemas import Schema, kinds
from ..differences.annotations import compare_annotations
from ..differences.differences import DifferenceRecorder, paired
from ..differences.display import need
from ..schemas.schemas import SchemaComparer
from .content import schema_pairs


def compare_headers(
    schemas: SchemaComparer,
    parent: DifferenceRecorder,
    old: Mapping[str, Header],
    new: Mapping[str, Header],
) -> None:
    """Record what differs in the headers of two responses or parts."""
    for name, before, after in paired(_by_name(old), _by_name(new)):
        recorder = DifferenceRecorder(
            parent.comparison, before or parent.old, after or parent.new, subject=parent.subject
        )
        if before is not None and after is not None:
            _header(schemas, recorder, before, after, name)
        elif header := before or after:
            at = f"{parent.at}/headers/{escape(name)}"
            rule = f"header/{need(required=header.required)}"
            recorder.record_presence(rule, before, after, name, at=at)


def _header(
    schemas: SchemaComparer, recorder: DifferenceRecorder, old: Header, new: Header, name: str
) -> None:
    recorder.compare(
        "header/presence",
        "required",
        old.required or None,
        new.required or None,
        action=need(required=new.required),
        name=name,
    )
    recorder.compare(
        "header/serialization",
        ("content" if old.content else "explode", "content" if new.content else "explode"),
        _serialization(old, schemas.old),
        _serialization(new, schemas.new),
        name=name,
        present=(old.content or old.explode, new.content or new.explode),
    )
    compare_annotations(recorder, [old], [new])
    for before, after in schema_pairs(old, new):
        direction = recorder.comparison.direction
        recorder.comparison.inner.append(schemas.compare(before, after, direction))


def _by_name(headers: Mapping[str, Header]) -> dict[str, Header]:
    return {
        name.lower(): header for name, header in headers.items() if name.lower() != "content-type"
    }


def _serialization(header: Header, components: Mapping[str, Schema]) -> str:
    """Return the media types, or the style; ``explode`` has an effect on objects alone in it."""
    if header.content is not None:
        return ", ".join(header.content.media_types)
    schema = header.schema
    has_members = schema is None or "object" in kinds(schema, components)
    return "simple, explode" if header.explode and has_members else "simple"
