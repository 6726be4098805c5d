"""Nodes as the typed parts of :mod:`..model`: of a schema its canonical node.

Each part is read by the declaration of its class: an attribute is the member of that name in
OpenAPI's spelling, read by the attribute's type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, MISSING, dataclass, fields
from typing import Any, Literal, TypeVar

from ...document.component_keys import PREFIX
from ...document.tree import MappingNode, SequenceNode, Value
from .. import model
from ..model import Json, Number, Schema
from .nodes.intersect import ENUM_NAMES, IMPLIED
from .nodes.node_values import items, kinds_of, mappings, members, sequence
from .nodes.server_side_constraints import CHECKED
from .schemas.discriminators import DECLARED

Part_ = TypeVar("Part_", bound=model.Part)
_Reader = Callable[[Value], object]
_Table = tuple[Mapping[str, tuple[str, _Reader]], Mapping[str, object]]
_TABLES: dict[type[model.Part], _Table] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Draft(Schema):
    """A schema that a part of an operation has, until the components have their final keys."""

    _: KW_ONLY
    node: MappingNode


def finished(schema: Schema) -> Schema:
    """Return the schema that a draft is for."""
    return read_schema(schema.node) if isinstance(schema, Draft) else schema


def read(kind: type[Part_], node: MappingNode, **given: object) -> Part_:
    """Return a part with the attributes that ``node`` has, apart from those that are given.

    A part or a schema in it is given, but for flows and variables, which contain neither.
    """
    table, absent = _table(kind)
    values: dict[str, Any] = {"location": node.location, "positions": node.positions, **absent}
    for key, value in node.items():
        attribute, reader = table.get(key, ("", None))
        if reader is not None and attribute not in given:
            values[attribute] = reader(value)
    values.update(given)
    return kind(**values)


def _table(kind: type[model.Part]) -> _Table:
    """Return the attribute and the reader of each member, and attributes that are never absent."""
    if kind in _TABLES:
        return _TABLES[kind]
    table: dict[str, tuple[str, _Reader]] = {}
    absent: dict[str, object] = {}
    for field in fields(kind):
        if field.type in _READERS:
            name = re.sub(r"_([a-z])", lambda match: match[1].upper(), field.name.rstrip("_"))
            reader = _READERS[field.type]
            table[_SPELLED.get(field.name, name)] = (field.name, reader)
            if field.default is MISSING and field.default_factory is MISSING:
                absent[field.name] = reader(None)
    _TABLES[kind] = table, absent
    return table, absent


def requirement(node: MappingNode) -> model.SecurityRequirement:
    """Return schemes that are needed together."""
    schemes = _names_by_member(node)
    return model.SecurityRequirement(node.location, positions=node.positions, schemes=schemes)


def _variables(value: Value) -> dict[str, model.ServerVariable]:
    return {
        name: read(
            model.ServerVariable,
            node,
            default=_scalar(node.get("default")),
            enum=tuple(map(str, sequence(node.get("enum")))),
        )
        for name, node in members(value)
    }


def _scalar(value: Value) -> str | None:
    return None if value is None or isinstance(value, (MappingNode, SequenceNode)) else str(value)


# ── schemas ──────────────────────────────────────────────────────────────────────────────────


def read_schema(node: MappingNode) -> Schema:
    """Return a canonical node as a schema."""
    given: dict[str, object] = {"ref": _text(node.get("$ref")).removeprefix(PREFIX)}
    properties = node.get("properties")
    if isinstance(properties, MappingNode):
        given["property_names_at"] = model.Part(
            properties.location, positions=_positions(properties)
        )
    if "anyOf" in node or "oneOf" in node:
        given["union"] = _union(node)
    return read(Schema, node, positions=_positions(node), types=tuple(kinds_of(node)), **given)


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


def _union(node: MappingNode) -> model.Union | None:
    keyword: Literal["oneOf", "anyOf"] = "oneOf" if "oneOf" in node else "anyOf"
    branches, found = node[keyword], node.get("discriminator")
    if not isinstance(branches, SequenceNode) or not branches:
        return None
    return model.Union(
        keyword,
        tuple(map(read_schema, mappings(branches))),
        branches.location,
        _discriminator(found) if isinstance(found, MappingNode) else None,
    )


def _discriminator(node: MappingNode) -> model.Discriminator:
    keys = {value: str(ref).removeprefix(PREFIX) for value, ref in items(node.get("mapping"))}
    default = _text(node.get("defaultMapping")).removeprefix(PREFIX)
    return read(model.Discriminator, node, mapping=keys, default_mapping=default)


def _schema_or_flag(value: Value) -> Schema | bool | None:
    return value if isinstance(value, bool) else _optional_schema(value)


def _optional_schema(value: Value) -> Schema | None:
    return read_schema(value) if isinstance(value, MappingNode) else None


# ── values ───────────────────────────────────────────────────────────────────────────────────


def read_data(value: Value) -> Json:
    """Return a value as JSON data in Python's own containers."""
    match value:
        case MappingNode():
            return {key: read_data(inner) for key, inner in value.items()}
        case SequenceNode():
            return [read_data(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"not JSON data: {type(value).__name__}")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(item for item in sequence(value) if isinstance(item, str))


def _optional_text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Value) -> Number | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _optional_flag(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _names_by_member(value: Value) -> dict[str, tuple[str, ...]]:
    return {name: _texts(names) for name, names in items(value)}


def _each(kind: type[Part_]) -> Callable[[Value], dict[str, Part_]]:
    return lambda value: {name: read(kind, node) for name, node in members(value)}


_SPELLED = {
    "sunset": "x-sunset",
    "server_checked": CHECKED,
    "enum_names": ENUM_NAMES,
    "is_type_implied": IMPLIED,
    "is_default_declared": DECLARED,
}
"""The keys of attributes that are named otherwise."""
_READERS: Mapping[object, _Reader] = {
    "str": _text,
    "str | None": _optional_text,
    "bool": lambda value: value is True,
    "bool | None": _optional_flag,
    "Number | None": _number,
    "Json": read_data,
    "Json | Missing": read_data,
    "ParameterIn": _text,
    "tuple[str, ...]": _texts,
    "tuple[Json, ...]": lambda value: tuple(map(read_data, sequence(value))),
    "tuple[Json, ...] | None": lambda value: (
        tuple(map(read_data, value)) if isinstance(value, SequenceNode) else None
    ),
    "Mapping[str, str]": lambda value: {key: _text(inner) for key, inner in items(value)},
    "Mapping[str, Json]": lambda value: {key: read_data(inner) for key, inner in items(value)},
    "Mapping[str, tuple[str, ...]] | None": _names_by_member,
    "Schema | None": _optional_schema,
    "Schema | bool | None": _schema_or_flag,
    "tuple[Schema, ...] | None": lambda value: tuple(map(read_schema, mappings(value))),
    "Mapping[str, Schema] | None": lambda value: {
        name: read_schema(node) for name, node in members(value)
    },
    "Mapping[str, OAuthFlow]": _each(model.OAuthFlow),
    "Mapping[str, ServerVariable]": _variables,
}
"""The type of an attribute, as the model spells it → the function that reads its value."""
