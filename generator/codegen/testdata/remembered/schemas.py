"""The schemas of the items of a resource, in requests and in answers."""

from __future__ import annotations

from collections.abc import Mapping

from ....reading.openapi.model.document import Document
from ....reading.openapi.model.messages import MediaType
from ....reading.openapi.model.schemas import Schema
from ...ir.operations import Answer, ClientOperation


class ItemSchemas:
    """The schemas of one document, as items of resources."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def item(self, operation: ClientOperation) -> Schema | None:
        """Return the object that an operation answers with; None without one."""
        schema = self.answer(operation)
        if schema is None or not schema.properties:
            return None
        return schema

    def answer(self, operation: ClientOperation) -> Schema | None:
        """Return the schema of a success that is JSON by default."""
        answer = json_answer(operation)
        if answer is None:
            return None
        return self._resolved(answer.origin)

    def sent_properties(self, operation: ClientOperation) -> Mapping[str, Schema] | None:
        """Return the properties of a body; None where the description has none."""
        sent = self._sent(operation)
        if sent is None:
            return None
        return sent.properties

    def takes_object(self, operation: ClientOperation) -> bool:
        """Return whether a request has an object as JSON, or no body."""
        if not operation.bodies:
            return True
        sent = self._sent(operation)
        return sent is not None and "object" in self.document.kinds(sent)

    def accepted(self, item: Schema, create: ClientOperation) -> list[str]:
        """Return the members of an item that are as a request has them."""
        known = self.sent_properties(create)
        accepted: list[str] = []
        for name, schema in (item.properties or {}).items():
            if self.has_mark(schema, "read_only") or self.has_mark(schema, "write_only"):
                continue
            if known is None or (name in known and self._has_same_type(known[name], schema)):
                accepted.append(name)
        return accepted

    def has_mark(self, schema: Schema, mark: str) -> bool:
        """Return whether a property has a mark, there or at the component that it refers to."""
        return bool(getattr(schema, mark) or getattr(self.document.resolve(schema), mark))

    def is_same(self, one: Schema, other: Schema) -> bool:
        """Return whether schemas are one, or have members with the same names and JSON types."""
        if one is other:
            return True
        members, others = one.properties or {}, other.properties or {}
        if not members or members.keys() != others.keys():
            return False
        return all(self._has_same_type(members[name], others[name]) for name in members)

    def has_items(self, schema: Schema, item: Schema) -> bool:
        """Return whether a schema is an array of items."""
        items = self.document.resolve(schema).items
        return items is not None and self.is_same(self.document.resolve(items), item)

    def _has_same_type(self, one: Schema, other: Schema) -> bool:
        """Return whether a value of one schema has a type of the other, in lists, too."""
        first, second = self.document.resolve(one), self.document.resolve(other)
        if self.document.kinds(first).isdisjoint(self.document.kinds(second)):
            return False
        if first.items is not None and second.items is not None:
            return self._has_same_type(first.items, second.items)
        return True

    def _sent(self, operation: ClientOperation) -> Schema | None:
        """Return the schema of a body of JSON."""
        for body in operation.bodies:
            if body.codec == "json":
                return self._resolved(body.origin)
        return None

    def _resolved(self, media: MediaType | None) -> Schema | None:
        if media is None or media.schema is None:
            return None
        return self.document.resolve(media.schema)


def json_answer(operation: ClientOperation) -> Answer | None:
    """Return the first success with a body, if JSON is its default."""
    for answer in operation.answers:
        default = answer.each[0]
        if default.codec != "none":
            if default.codec == "json":
                return default
            break
    return None
