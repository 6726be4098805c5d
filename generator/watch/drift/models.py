"""Schemas compared by themselves, for models without a client.

A model may be sent and received, so each schema is compared in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...codegen.description.selection import Selection
from ...reading.openapi.model.schemas import Part, Schema
from ..changes.rules import REQUEST, RESPONSE
from ..changes.symbols import ComponentSymbol
from .differences.differences import Comparison, DifferenceRecorder
from .schemas.schemas import SchemaComparer


def schema_label(key: str) -> str:
    """Return what a report calls a schema, by its key."""
    return f"schema {key}"


class ModelComparer:
    """Compares the declared schemas of two descriptions, by their keys."""

    def __init__(self, old: Selection, new: Selection, schemas: SchemaComparer) -> None:
        self.old = old.canonical
        self.new = new.canonical
        self.schemas = schemas

    def compare(self) -> Iterator[tuple[str, Sequence[Comparison]]]:
        """Yield the comparisons of each schema, with its label."""
        for key in dict.fromkeys((*self.old.models, *self.new.models)):
            yield schema_label(key), self._compare(key)

    def _compare(self, key: str) -> list[Comparison]:
        old, new = (
            Schema(document.schemas[key].location, ref=key) if key in document.models else None
            for document in (self.old, self.new)
        )
        if old is not None and new is not None:
            symbol = ComponentSymbol(key, key)
            return [self.schemas.compare(old, new, way, symbol) for way in (REQUEST, RESPONSE)]
        comparison, part = Comparison(""), Part((old or new or self.old).location)
        symbol = ComponentSymbol(key, "")
        recorder = DifferenceRecorder(comparison, part, part, symbol, subject="")
        recorder.record_presence("schema/presence", old, new, key)
        return [comparison]
