"""Properties of objects and items of arrays compared.

Source: JSON Schema 2020-12 §10.3; OpenAPI 3.1.1 §4.8.24 (readOnly, writeOnly).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ....reading.document.pointer import escape
from ....reading.document.tree import Location
from ....reading.openapi.model.schemas import Schema
from ...changes.rules import REQUEST
from ...changes.symbols import ApiSymbol, ComponentSymbol
from ..differences.differences import DifferenceRecorder, SchemaRecorder, action_of
from ..differences.display import described, is_empty, need
from ..differences.resolved_schema import ResolvedSchema

Compare: TypeAlias = Callable[[Schema, Schema, ApiSymbol | None], None]
"""Compares two subschemas; the outcome becomes part of the comparison."""


def compare_objects(recorder: SchemaRecorder, compare: Compare) -> None:
    """Record what differs in properties and items."""
    old, new = recorder.sides
    for name in {**old.properties, **new.properties}:
        _property(recorder, compare, name)
    if "object" in old.types | new.types:
        _additional(recorder, compare)
    _items(recorder, compare)


def _property(recorder: SchemaRecorder, compare: Compare, name: str) -> None:
    old, new = recorder.sides
    direction = recorder.comparison.direction
    before, after = old.properties.get(name), new.properties.get(name)
    required = _is_required(old, name, direction), _is_required(new, name, direction)
    symbol = recorder.symbol
    if isinstance(symbol, ComponentSymbol):
        symbol = ComponentSymbol(symbol.old, symbol.new, name)
    if before is not None and after is not None:
        compare(before, after, symbol)
        if required[0] == required[1]:
            return
        rule = f"schema/required/{'added' if required[1] else 'removed'}"
        words = [need(required=one) for one in required]
    elif _is_hidden(old, name, direction) or _is_hidden(new, name, direction):
        return
    else:
        rule = f"schema/property/{action_of(before, after)}{'-required' if any(required) else ''}"
        words = [
            "" if schema is None else described(side.resolve(schema))
            for side, schema in ((old, before), (new, after))
        ]
    base, revision = _location(old, name), _location(new, name)
    inner = DifferenceRecorder(
        recorder.comparison,
        old.core,
        new.core,
        symbol,
        at=base.pointer if base else f"{recorder.at}/properties/{escape(name)}",
        subject=f"{recorder.subject}.{name}".removeprefix("."),
    )
    inner.record(rule, *words, locations=(base, revision))


def _is_required(side: ResolvedSchema, name: str, direction: str) -> bool:
    """Return whether every object has a property in a direction.

    A class of both directions doesn't require what one of them hides; the other one still does.
    """
    is_listed = name in side.core.required or name in side.core.one_way
    return is_listed and not _is_hidden(side, name, direction)


def _is_hidden(side: ResolvedSchema, name: str, direction: str) -> bool:
    """Return whether a property is there, but isn't part of the direction."""
    schema = side.properties.get(name)
    if schema is None:
        return False
    chain = side.resolve(schema).chain
    return any(each.read_only if direction == REQUEST else each.write_only for each in chain)


def _location(side: ResolvedSchema, name: str) -> Location | None:
    """Return the location of a property, None where there is no such property."""
    return side.properties[name].location if name in side.properties else None


def _additional(recorder: SchemaRecorder, compare: Compare) -> None:
    old, new = (core.additional_properties for core in recorder.cores)
    if old is not False and new is not False:
        left, right = (
            value if isinstance(value, Schema) and not is_empty(value) else None
            for value in (old, new)
        )
        if left is not None or right is not None:
            anything = Schema(recorder.old.location)
            compare(left or anything, right or anything, recorder.symbol)
    else:
        closes, other = new is False, old if new is False else new
        actions = ("forbidden", "allowed") if other is None else ("closed", "opened")
        recorder.compare_keyword("additionalProperties", action=actions[not closes])


def _items(recorder: SchemaRecorder, compare: Compare) -> None:
    old, new = recorder.cores
    if old.items is not None and new.items is not None:
        compare(old.items, new.items, recorder.symbol)
    elif any(side.items is not None and not is_empty(side.items) for side in (old, new)):
        recorder.compare_keyword("items")
    first, second = old.prefix_items or (), new.prefix_items or ()
    for before, after in zip(first, second, strict=False):
        compare(before, after, recorder.symbol)
    if len(first) != len(second):
        recorder.compare(
            "schema/prefixItems",
            "prefixItems",
            *(values.get("prefixItems") for values in recorder.values),
            action="added" if len(second) > len(first) else "removed",
            was=str(len(first)),
            now=str(len(second)),
        )
