"""Media types of bodies, and their schemas, compared.

Source: OpenAPI 3.1.1 §4.8.14 (Media Type).
"""

from __future__ import annotations

from ....reading.document.pointer import escape
from ....reading.openapi.model.messages import Content, MediaType
from ..differences.annotations import compare_annotations
from ..differences.differences import Comparison, DifferenceRecorder, action_of, paired
from ..differences.display import is_empty
from ..schemas.schemas import SchemaComparer
from .content import by_name
from .encodings import compare_encodings


def compare_content(
    schemas: SchemaComparer,
    recorder: DifferenceRecorder,
    old: Content | None,
    new: Content | None,
    unasked: Comparison | None = None,
) -> None:
    """Record what differs in the media types of two request bodies or responses.

    ``unasked`` gets the media types that only one has, where no program asks for one.
    """
    for name, before, after in paired(by_name(old), by_name(new)):
        if before is not None and after is not None:
            _media_type(schemas, recorder, name, before, after)
        else:
            at = f"{recorder.at}/content/{escape(name)}"
            if unasked is None:
                recorder.record_presence("body/media-type", before, after, name, at=at)
            else:
                own = DifferenceRecorder(
                    unasked, recorder.old, recorder.new, subject=recorder.subject
                )
                own.record_presence("incoming/media-type", before, after, name, at=at)


def _media_type(
    schemas: SchemaComparer,
    parent: DifferenceRecorder,
    name: str,
    old: MediaType,
    new: MediaType,
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
            None if old.schema is None else schemas.as_json(old.schema),
            None if new.schema is None else schemas.as_json(new.schema),
            action=action_of(before, after),
        )
    compare_encodings(schemas, recorder, name, old, new)
    compare_annotations(recorder, [old], [new])
