"""Nodes as the typed parts of :mod:`..model` that aren't schemas.

Each part is read by the declaration of its class: an attribute is the member of that name in
OpenAPI's spelling, read by the attribute's type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from ...document.tree import MappingNode, SequenceNode, Value
from ..model.document import OAuthFlow, SecurityRequirement, ServerVariable
from ..model.schemas import Part
from .nodes.node_values import items, members, read_data, sequence, text, texts, texts_by_member

Part_ = TypeVar("Part_", bound=Part)
_Reader = Callable[[Value], object]
_Table = tuple[Mapping[str, tuple[str, _Reader]], Mapping[str, object]]
_TABLES: dict[type[Part], _Table] = {}


def read(kind: type[Part_], node: MappingNode, **given: object) -> Part_:
    """Return a part with the attributes that ``node`` has, apart from those that are given.

    A part or a schema in it is given, but for flows and variables, which contain neither.
    """
    table, absent = _table(kind)
    values: dict[str, Any] = {"location": node.location, "positions": node, **absent}
    for key, value in node.items():
        attribute, reader = table.get(key, ("", None))
        if reader is not None and attribute not in given:
            values[attribute] = reader(value)
    values.update(given)
    return kind(**values)


def _table(kind: type[Part]) -> _Table:
    """Return the attribute and the reader of each member, and attributes that are never absent."""
    if kind in _TABLES:
        return _TABLES[kind]
    table: dict[str, tuple[str, _Reader]] = {}
    absent: dict[str, object] = {}
    for field in fields(kind):
        if field.type in _READERS:
            name = re.sub(r"_([a-z])", lambda match: match[1].upper(), field.name.rstrip("_"))
            reader = _READERS[field.type]
            table["x-sunset" if name == "sunset" else name] = (field.name, reader)
            if field.default is MISSING and field.default_factory is MISSING:
                absent[field.name] = reader(None)
    _TABLES[kind] = table, absent
    return table, absent


def requirement(node: MappingNode) -> SecurityRequirement:
    """Return schemes that are needed together."""
    schemes = texts_by_member(node)
    return SecurityRequirement(node.location, positions=node, schemes=schemes)


def _variables(value: Value) -> dict[str, ServerVariable]:
    return {
        name: read(
            ServerVariable,
            node,
            default=_scalar(node.get("default")),
            enum=tuple(map(str, sequence(node.get("enum")))),
        )
        for name, node in members(value)
    }


def _scalar(value: Value) -> str | None:
    return None if value is None or isinstance(value, (MappingNode, SequenceNode)) else str(value)


def _optional_text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _optional_flag(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: Mapping[object, _Reader] = {
    "str": text,
    "str | None": _optional_text,
    "bool": lambda value: value is True,
    "bool | None": _optional_flag,
    "Json": read_data,
    "Json | Missing": read_data,
    "ParameterIn": text,
    "tuple[str, ...]": texts,
    "Mapping[str, str]": lambda value: {key: text(inner) for key, inner in items(value)},
    "Mapping[str, Json]": lambda value: {key: read_data(inner) for key, inner in items(value)},
    "Mapping[str, OAuthFlow]": lambda value: {
        name: read(OAuthFlow, node) for name, node in members(value)
    },
    "Mapping[str, ServerVariable]": _variables,
}
"""The type of an attribute, as the model spells it → the function that reads its value."""
