"""Properties that one direction alone has: ``readOnly`` in responses, ``writeOnly`` in requests.

One class serves both directions, so it can't require them; it has the names of those that one
direction needs.

Source: OpenAPI 3.0.4 §4.7.24.2 (Fixed Fields: readOnly, writeOnly).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ...model.document import Document
from ...model.schemas import Schema


def relax(document: Document) -> Document:
    """Remove names from ``required`` that a direction in which the component is used hasn't got.

    Declared schemas that are there for their own sake are used in both directions.
    """
    schemas = {**document.schemas}
    models = [schemas[key] for key in document.models]
    answers = (each for request in document.incoming() for each in request.response_schemas())
    sent = document.reachable(*document.sent_schemas(), *answers, *models) | {*document.models}
    received = document.reachable(*document.received_schemas(), *models) | {*document.models}
    for key in sent:
        schemas[key] = _relaxed(schemas[key], "read_only", document)
    for key in received:
        schemas[key] = _relaxed(schemas[key], "write_only", document)
    return replace(document, schemas=schemas)


def _relaxed(
    schema: Schema, mark: Literal["read_only", "write_only"], document: Document
) -> Schema:
    def has_mark(name: str) -> bool:
        """Return whether a property, or the component that it refers to, has the mark."""
        each = (schema.properties or {}).get(name)
        while each is not None and each.ref and not getattr(each, mark):
            each = document.schemas[each.ref]
        return each is not None and bool(getattr(each, mark))

    gone = tuple(filter(has_mark, schema.required))
    if not gone:
        return schema
    required = tuple(name for name in schema.required if name not in gone)
    return schema.replace(required=required, one_way=(*schema.one_way, *gone))
