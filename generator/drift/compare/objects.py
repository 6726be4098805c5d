"""Properties of objects and items of arrays compared.

Source: JSON Schema 2020-12 §10.3; OpenAPI 3.1.1 §4.8.24 (readOnly, writeOnly).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ...document.pointer import escape
from ...document.tree import Location
from ...openapi.model import Schema
from ..rules import REQUEST
from .differences import ApiSymbol, ComponentSymbol, SchemaRecorder
from .display import additional_properties, described, is_empty, schema_json, shown, shown_or_none
from .resolved_schema import ResolvedSchema

Compare: TypeAlias = Callable[[Schema, Schema, ApiSymbol | None], None]
"""Compares two subschemas; the outcome becomes part of the comparison."""


def compare_objects(recorder: SchemaRecorder, compare: Compare) -> None:
    """Record what differs in properties and items."""
    _properties(recorder, compare)
    _additional(recorder, compare)
    _items(recorder, compare)


def _properties(recorder: SchemaRecorder, compare: Compare) -> None:
    old, new = recorder.old, recorder.new
    is_request = recorder.comparison.direction == REQUEST
    for name in {**old.properties, **new.properties}:
        before, after = old.properties.get(name), new.properties.get(name)
        hidden = [
            schema is not None and _is_hidden(side.resolve(schema), is_request=is_request)
            for side, schema in ((old, before), (new, after))
        ]
        required = [name in side.core.required for side in (old, new)]
        symbol = recorder.symbol
        if isinstance(symbol, ComponentSymbol):
            symbol = ComponentSymbol(symbol.old, symbol.new, name)
        action, texts = "", ("", "")
        if before is not None and after is not None:
            compare(before, after, symbol)
            if required[0] != required[1] and not all(hidden):
                action = "required/added" if required[1] else "required/removed"
                texts = _need(required=required[0]), _need(required=required[1])
        elif any(hidden):
            continue
        elif after is not None:
            action = "property/added-required" if required[1] else "property/added"
            texts = "", described(new.resolve(after))
        elif before is not None:
            action = "property/removed-required" if required[0] else "property/removed"
            texts = described(old.resolve(before)), ""
        if action:
            recorder.record(
                rule=f"schema/{action}",
                base=_location(old, name),
                revision=_location(new, name),
                old=texts[0],
                new=texts[1],
                at=f"{recorder.at}/properties/{escape(name)}",
                symbol=symbol,
                subject=f"{recorder.subject}.{name}".removeprefix("."),
            )


def _is_hidden(schema: ResolvedSchema, *, is_request: bool) -> bool:
    """Return whether a property isn't part of the direction."""
    return any(one.read_only if is_request else one.write_only for one in schema.chain)


def _need(*, required: bool) -> str:
    return "required" if required else "optional"


def _location(side: ResolvedSchema, name: str) -> Location | None:
    """Return the location of a property's name, None where there is no such property."""
    names = side.core.property_names_at
    return names.at(name) if names is not None and name in side.properties else None


def _additional(recorder: SchemaRecorder, compare: Compare) -> None:
    old, new = recorder.old.core, recorder.new.core
    before, after = old.additional_properties, new.additional_properties
    if "object" not in recorder.old.types | recorder.new.types:
        return
    if before is not False and after is not False:
        left, right = (
            value if isinstance(value, Schema) and not is_empty(value) else None
            for value in (before, after)
        )
        if left is not None or right is not None:
            anything = Schema(old.location)
            compare(left or anything, right or anything, recorder.symbol)
    elif before is not after:
        closes, other = after is False, before if after is False else after
        if other is None:
            action = "forbidden" if closes else "allowed"
        else:
            action = "closed" if closes else "opened"
        texts = [shown_or_none(additional_properties(schema)) for schema in (old, new)]
        recorder.keyword("additionalProperties", action=action, old=texts[0], new=texts[1])


def _items(recorder: SchemaRecorder, compare: Compare) -> None:
    old, new = recorder.old.core, recorder.new.core
    if old.items is not None and new.items is not None:
        compare(old.items, new.items, recorder.symbol)
    elif any(side.items is not None and not is_empty(side.items) for side in (old, new)):
        texts = [
            None if side.items is None else shown(schema_json(side.items)) for side in (old, new)
        ]
        action = "added" if texts[0] is None else "removed"
        recorder.keyword("items", action=action, old=texts[0], new=texts[1])
    first, second = old.prefix_items or (), new.prefix_items or ()
    for before, after in zip(first, second, strict=False):
        compare(before, after, recorder.symbol)
    if len(first) != len(second):
        lists = [
            None if side.prefix_items is None else shown([*map(schema_json, side.prefix_items)])
            for side in (old, new)
        ]
        recorder.keyword(
            "prefixItems", action="added" if len(second) > len(first) else "removed",
            old=lists[0], new=lists[1], words={"was": str(len(first)), "now": str(len(second))},
        )  # fmt: skip
