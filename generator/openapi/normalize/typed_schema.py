"""Canonical schemas as :class:`..model.Schema`, read by the table of keywords."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ...document.component_keys import PREFIX
from ...document.tree import MappingNode, SequenceNode, Value
from .. import model
from ..keywords import (
    ROWS,
    FlagKeyword,
    NamesKeyword,
    NumberKeyword,
    Row,
    SchemaKeyword,
    TextKeyword,
)
from ..model import Json, Schema
from .intersect import ANNOTATIONS
from .node_values import (
    data,
    flag,
    items,
    mapping,
    mappings,
    members,
    number,
    optional_text,
    text,
    texts,
)
from .nullability import is_null
from .server_side_constraints import CHECKED

_TYPES: Mapping[object, model.Type] = {
    "string": "string", "number": "number", "integer": "integer", "boolean": "boolean",
    "array": "array", "object": "object", "null": "null",
}  # fmt: skip


def schema(node: MappingNode) -> Schema:
    """Return the typed form of a canonical schema."""
    core, nullable = node, False
    options: Sequence[MappingNode] = ()
    if "anyOf" in node:
        core, options, nullable = _without_null(node)
    values: dict[str, Any] = {}
    for key, value in core.items():
        reader = _READERS.get(key)
        if reader is not None and (found := reader[1](value)) is not None:
            values[reader[0]] = found
    if "default" in core:  # null is a value here
        values["default"] = data(core["default"])
    if core is not node:  # an annotation beside ``anyOf`` counts, before the branch's own
        for key in ANNOTATIONS:
            if key in node:
                attribute, read = _READERS[key]
                values[attribute] = read(node[key])
    types: tuple[model.Type, ...] = values.pop("types", ())
    if len(types) > 1 and "null" in types:
        nullable, types = True, tuple[model.Type, ...](k for k in types if k != "null")
    if (properties := mapping(core.get("properties"))) is not None:
        values["property_names_at"] = model.Part(
            properties.location, positions=_positions(properties)
        )
    return Schema(
        node.location,
        positions=_positions(core if core.positions else node),
        types=types,
        nullable=nullable,
        union=_union(core, options) if options or "oneOf" in core else None,
        **values,
    )


def _positions(node: MappingNode) -> Mapping[str, tuple[int, int]] | None:
    """Return the positions of members; of one that the text has under another key its value's."""
    if node.positions is None:
        return None
    others = {
        key: value.location.position
        for key, value in node.items()
        if key not in node.positions
        and isinstance(value, MappingNode | SequenceNode)
        and value.location.position is not None
    }
    return {**node.positions, **others} if others else node.positions


def _without_null(node: MappingNode) -> tuple[MappingNode, list[MappingNode], bool]:
    """Take null out of ``anyOf``: the schema, the branches, and whether null was one.

    The schema is the only branch left, where ``node`` has nothing else that restricts values.
    """
    branches = mappings(node.get("anyOf"))
    options = [branch for branch in branches if not is_null(branch)]
    nullable = len(options) < len(branches)
    if nullable and len(options) == 1 and not (node.keys() - _BESIDE_NULL):
        core = options[0]
        return core, [b for b in mappings(core.get("anyOf")) if not is_null(b)], True
    return node, options, nullable


def _union(node: MappingNode, options: Sequence[MappingNode]) -> model.Union | None:
    keyword: Literal["oneOf", "anyOf"] = "oneOf" if "oneOf" in node else "anyOf"
    branches = mappings(node["oneOf"]) if keyword == "oneOf" else options
    if not branches:
        return None
    listed, found = node.get(keyword), mapping(node.get("discriminator"))
    return model.Union(
        keyword,
        tuple(map(schema, branches)),
        listed.location if isinstance(listed, SequenceNode) else node.location,
        _discriminator(found) if found is not None else None,
    )


def _discriminator(node: MappingNode) -> model.Discriminator:
    return model.Discriminator(
        node.location,
        positions=node.positions,
        property_name=text(node, "propertyName"),
        mapping={value: str(ref).removeprefix(PREFIX) for value, ref in items(node.get("mapping"))},
        default_mapping=text(node, "defaultMapping").removeprefix(PREFIX),
    )


# ── values of keywords ──────────────────────────────────────────────────────────────────────


def _types(value: Value) -> tuple[model.Type, ...]:
    kinds = value if isinstance(value, SequenceNode) else [value]
    return tuple(_TYPES[kind] for kind in kinds if kind in _TYPES)


def _reference(value: Value) -> str | None:
    return value.removeprefix(PREFIX) if isinstance(value, str) else None


def _data_tuple(value: Value) -> tuple[Json, ...] | None:
    return tuple(map(data, value)) if isinstance(value, SequenceNode) else None


def optional_schema(value: Value) -> Schema | None:
    return schema(value) if isinstance(value, MappingNode) else None


def _schemas(value: Value) -> tuple[Schema, ...]:
    return tuple(map(schema, mappings(value)))


def _properties(value: Value) -> dict[str, Schema]:
    return {name: schema(inner) for name, inner in members(value)}


def _schema_or_flag(value: Value) -> Schema | bool | None:
    return value if isinstance(value, bool) else optional_schema(value)


def _names_by_member(value: Value) -> dict[str, tuple[str, ...]]:
    return {name: texts(names) for name, names in items(value)}


def _data_by_name(value: Value) -> dict[str, Json]:
    return {key: data(inner) for key, inner in items(value)}


def _reader(row: Row) -> Callable[[Value], object]:
    match row:
        case NumberKeyword():
            return number
        case TextKeyword():
            return optional_text
        case FlagKeyword():
            return flag
        case SchemaKeyword():
            return optional_schema
        case NamesKeyword():
            return _names_by_member


_READERS: Mapping[str, tuple[str, Callable[[Value], object]]] = {
    **{row.name: (row.attribute, _reader(row)) for row in ROWS.values()},
    "$ref": ("ref", _reference),
    "type": ("types", _types),
    "enum": ("enum", _data_tuple),
    "properties": ("properties", _properties),
    "required": ("required", texts),
    "additionalProperties": ("additional_properties", _schema_or_flag),
    "prefixItems": ("prefix_items", _schemas),
    "examples": ("examples", _data_tuple),
    CHECKED: ("server_checked", _data_by_name),
}
"""Keyword → the attribute of :class:`Schema`, and the function that reads its value."""
_BESIDE_NULL = {"anyOf", *ANNOTATIONS}
