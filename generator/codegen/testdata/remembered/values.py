"""The values of members that a request doesn't have."""

from __future__ import annotations

from collections.abc import Mapping

from ....reading.openapi.examples.check import Examples
from ....reading.openapi.model.schemas import MISSING, Json, Schema
from .schemas import ItemSchemas


class ItemValues:
    """Values of the schemas of one document."""

    def __init__(self, schemas: ItemSchemas) -> None:
        self.schemas = schemas
        self.document = schemas.document
        self.examples = Examples(schemas.document)

    def filled(self, item: Schema, sent: Mapping[str, Schema]) -> dict[str, Json]:
        """Return defaults, and values of members that are required or only in responses."""
        members: dict[str, Json] = {}
        example = self.value(item)
        if isinstance(example, dict):
            members = example
        filled: dict[str, Json] = {}
        for name, schema in (item.properties or {}).items():
            if self.schemas.has_mark(schema, "write_only"):
                continue
            default = self._default(sent.get(name), schema)
            if default:
                filled[name] = default[0]
            elif name in item.required or self.schemas.has_mark(schema, "read_only"):
                if self.schemas.has_mark(schema, "nullable"):
                    filled[name] = None
                elif name in members:
                    filled[name] = members[name]
                else:
                    filled[name] = self.value(schema)
        return filled

    def value(self, schema: Schema) -> Json:
        """Return a value of a schema; None if there is none."""
        try:
            return self.examples.make(schema, without="writeOnly")
        except LookupError:
            return None

    def is_valid(self, value: Json, schema: Schema) -> bool:
        """Return whether a value is one of a schema."""
        return self.examples.fault(value, schema) is None

    def _default(self, *schemas: Schema | None) -> list[Json]:
        """Return the first default that satisfies its schema, alone in a list; else none."""
        for schema in schemas:
            if schema is None:
                continue
            for owner in (schema, self.document.resolve(schema)):
                value = owner.default
                if value is not MISSING and self.is_valid(value, schema):
                    return [value]
        return []
