"""The types of responses and of what is in them, by the description."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from ....base.immutable import immutable
from ....reading.openapi.model.document import Document
from ....reading.openapi.model.schemas import Schema
from ..calls.libraries import SENDERS, HttpLibraries
from ..values import Declared, Instance, Item, Value, generic, listed, union
from .schemas import leaves_of

_DEEPEST = 6
"""The lists that are inside each other."""
_LONGEST = 8
"""The members on the way to a value of an operation that isn't known yet."""
_EACH = "*"
"""The member for each item of a list."""
_TEXTS = ("text", "content", "read", "data")
"""Attributes and methods that have the text of a body."""


@immutable
class DescribedValue:
    """A response of an operation, its text, its body, or an object in that."""

    kind: str
    """``response``, ``text``, ``body`` or ``object``."""
    label: str = ""
    """That of the operation; empty in a function that is called for several."""
    path: tuple[str, ...] = ()
    """Of a body without an operation: the members that lead to a value in it."""
    key: str = ""
    """Of an object: the key of its schema."""
    is_passed: bool = False
    """True for a response that the function around it is passed, by several callers."""


class ResponseTypes(HttpLibraries):
    """The declarations of HTTP libraries, with the responses that the description has."""

    def __init__(self, document: Document) -> None:
        self.schemas = document.schemas
        self.operations = {operation.label: operation for operation in document.operations}
        self._names: dict[DescribedValue, str] = {}
        self._described: dict[str, DescribedValue] = {}
        self._bodies: dict[str, Value] = {}

    def instance(self, value: DescribedValue) -> Instance:
        """Return a described value as the evaluation of programs knows it."""
        name = self._names.setdefault(value, f"#{len(self._names)}")
        self._described[name] = value
        return Instance(name)

    def described(self, item: Item) -> DescribedValue | None:
        """Return the described value that an item is; None for another item."""
        return self._described.get(item.name) if isinstance(item, Instance) else None

    # ── the declarations ─────────────────────────────────────────────────────────────────────

    def attribute(self, item: Instance | Declared, name: str) -> tuple[str, Value]:
        """Return the full name of an attribute, and its value."""
        value = self.described(item)
        if value is None or value.kind != "response":
            return super().attribute(item, name)
        if name == "json":
            return "", (Declared("method", f"json {item.name}"),)
        if name in _TEXTS:
            return "", (self.instance(replace(value, kind="text")),)
        if name == "raise_for_status":
            return "", (Declared("method", f"same {item.name}"),)
        return "", ()

    def result(self, name: str) -> Value:
        """Return what a function gives."""
        method, _, instance = name.partition(" ")
        if instance in self._described:
            value = self._described[instance]
            return self.body(value) if method == "json" else (Instance(instance),)
        if name in SENDERS and not name.endswith("build_request"):
            return (self.instance(DescribedValue("response")),)
        return super().result(name)

    # ── what is in a response ────────────────────────────────────────────────────────────────

    def body(self, value: DescribedValue) -> Value:
        """Return the body of a response or of its text."""
        if not value.label:
            return (self.instance(DescribedValue("body", is_passed=value.is_passed)),)
        if value.label not in self._bodies:
            self._bodies[value.label] = self._body(value.label)
        return self._bodies[value.label]

    def _body(self, label: str) -> Value:
        operation = self.operations.get(label)
        if operation is None:
            return ()
        values: list[Value] = []
        for status, response in operation.responses.items():
            if response.content is None or not (status[:1] == "2" or status == "default"):
                continue
            for media_type in response.content.media_types.values():
                if media_type.schema is not None:
                    values.append(self.value_of(label, media_type.schema))
        return union(values)

    def value_of(self, label: str, schema: Schema, levels: int = _DEEPEST) -> Value:
        """Return the value that a schema describes."""
        values: list[Value] = []
        for keys, leaf in leaves_of(schema, self.schemas) if levels else ():
            if leaf.items is not None:
                values.append(listed(self.value_of(label, leaf.items, levels - 1)))
            if isinstance(leaf.additional_properties, Schema):
                inner = self.value_of(label, leaf.additional_properties, levels - 1)
                values.append((generic("dict", (), inner),))
            if leaf.properties is not None and keys:
                value = DescribedValue("object", label, key=keys[-1])
                values.append((self.instance(value),))
        return union(values)

    def member(self, item: Item, name: str) -> Value:
        """Return a member of an object."""
        value = self.described(item)
        if value is None:
            return ()
        if value.kind == "body" and len(value.path) < _LONGEST:
            return (self.instance(replace(value, path=(*value.path, name))),)
        described = self.property_of(value, name)
        return () if described is None else self.value_of(value.label, described)

    def property_of(self, value: DescribedValue, name: str) -> Schema | None:
        """Return the schema of a property of an object."""
        if value.kind != "object":
            return None
        return (self.schemas[value.key].properties or {}).get(name)

    def each(self, item: Item) -> Value:
        """Return the items of a list whose operation isn't known yet."""
        value = self.described(item)
        if value is None or value.kind != "body":
            return ()
        return self.member(item, _EACH)

    # ── operations of functions that are called for several ──────────────────────────────────

    def of_operations(self, value: Value, labels: Sequence[str]) -> Value:
        """Return what a function gives where it is called for some operations."""
        responses = [DescribedValue("response", label) for label in labels]
        return self._filled(value, responses, is_passed=False)

    def of_passed(self, value: Value, responses: Sequence[DescribedValue]) -> Value:
        """Return what a function gives where some responses are passed to it."""
        return self._filled(value, responses, is_passed=True)

    def _filled(
        self, value: Value, responses: Sequence[DescribedValue], *, is_passed: bool
    ) -> Value:
        results: list[Value] = []
        for item in value:
            described = self.described(item)
            if described is None:
                results.append((self._with_arguments(item, responses, is_passed=is_passed),))
            elif described.label or described.is_passed != is_passed:
                results.append((item,))
            else:
                results += [self._of_response(described, response) for response in responses]
        return union(results)

    def _with_arguments(
        self, item: Item, responses: Sequence[DescribedValue], *, is_passed: bool
    ) -> Item:
        if not (isinstance(item, Instance) and item.arguments):
            return item
        inner: list[Value] = []
        for argument in item.arguments:
            inner.append(self._filled(argument, responses, is_passed=is_passed))
        return generic(item.name, *inner)

    def _of_response(self, value: DescribedValue, response: DescribedValue) -> Value:
        """Return what a value is of a response."""
        if value.kind != "body":
            of_response = replace(value, label=response.label, is_passed=response.is_passed)
            return (self.instance(of_response),)
        result = self.body(response)
        for name in value.path:
            result = self._below(result, name)
        return result

    def _below(self, value: Value, name: str) -> Value:
        results: list[Value] = []
        for item in value:
            if name == _EACH:
                results += [_items_of(item), self.each(item)]
            else:
                results.append(self.member(item, name))
        return union(results)


def _items_of(item: Item) -> Value:
    if isinstance(item, Instance) and item.arguments:
        return item.arguments[-1]
    return ()


def labels_in(types: ResponseTypes, value: Value) -> Mapping[str, None]:
    """Return the operations whose responses a value is of."""
    labels: dict[str, None] = {}
    for described in described_in(types, value):
        if described.label:
            labels[described.label] = None
    return labels


def described_in(types: ResponseTypes, value: Value) -> Iterator[DescribedValue]:
    """Yield the described values that a value is, or holds."""
    for item in value:
        described = types.described(item)
        if described is not None:
            yield described
        elif isinstance(item, Instance):
            for argument in item.arguments:
                yield from described_in(types, argument)


def without(types: ResponseTypes, value: Value, labels: Collection[str]) -> Value:
    """Return a value without what is of the responses of some operations."""
    results: list[Item] = []
    for item in value:
        described = types.described(item)
        if described is None and isinstance(item, Instance) and item.arguments:
            inner = [without(types, argument, labels) for argument in item.arguments]
            results.append(generic(item.name, *inner))
        elif described is None or described.label not in labels:
            results.append(item)
    return tuple(results)
