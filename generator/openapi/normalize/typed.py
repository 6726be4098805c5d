"""The canonical tree as the typed document of :mod:`..model`.

Each part is read by the declaration of its class: an attribute is the member of that name in
OpenAPI's spelling, read by the attribute's type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any, Literal, TypeVar

from ...document.component_keys import PREFIX
from ...document.operations import OperationNode
from ...document.tree import MappingNode, SequenceNode, Value
from .. import model
from ..model import Json, Number, Schema
from .nodes.intersect import ENUM_NAMES, IMPLIED
from .nodes.node_values import child, items, kinds_of, mappings, members, sequence
from .nodes.schema_analysis import ONE_WAY
from .nodes.server_side_constraints import CHECKED
from .schemas.discriminators import DECLARED

_Part = TypeVar("_Part", bound=model.Part)
_Reader = Callable[[Value], object]
_Table = tuple[Mapping[str, tuple[str, _Reader]], Mapping[str, object]]
_TABLES: dict[type[model.Part], _Table] = {}


@dataclass(frozen=True, slots=True)
class OtherOperations:
    """The operations that weren't selected, whose names count."""

    operations: tuple[OperationNode, ...]
    schemes: MappingNode
    """Their security schemes."""
    demands: frozenset[frozenset[frozenset[str]]]
    """The alternatives of each, which are sets of keys of schemes."""


def document(
    root: MappingNode,
    openapi: str,
    operations: Sequence[OperationNode],
    others: OtherOperations,
    declared: frozenset[str],
    models: SequenceNode,
    rivals: Mapping[str, str],
    origins: Mapping[str, Iterable[str]],
) -> model.Document:
    """Return the typed form of a canonical tree that contains ``operations``.

    ``others`` are those that weren't selected, ``declared`` are the keys of the schemas that the
    description declares as components, ``models`` references to those that are in the document for
    their own sake. ``rivals`` are the schemas of others whose names count, ``origins`` the
    places of inline schemas by the beginnings of their keys.
    """
    info, paths, components = (child(root, key) for key in ("info", "paths", "components"))
    return model.Document(
        root.location,
        positions=root.positions,
        openapi=openapi,
        title=_text(info.get("title")),
        version=_text(info.get("version")),
        operations=tuple(
            _operation(operation, item[operation.method])
            for operation in operations
            if operation.method in (item := child(paths, operation.path))
        ),
        schemas={key: _schema(node) for key, node in members(components.get("schemas"))},
        declared=declared,
        security_schemes=_each(model.SecurityScheme)(components.get("securitySchemes")),
        servers=_servers(root.get("servers")) or (),
        tags=_list(model.Tag)(root.get("tags")),
        webhooks=tuple(
            request
            for name, item in members(root.get("webhooks"))
            for request in _incoming(name, name, item)
        ),
        description=_text(info.get("description")),
        others=others.operations,
        other_schemes=_each(model.SecurityScheme)(others.schemes),
        other_demands=others.demands,
        rivals=rivals,
        origins={key: tuple(places) for key, places in origins.items()},
        models=tuple(_schema(node).ref for node in mappings(models)),
    )


def _read(kind: type[_Part], node: MappingNode, **given: object) -> _Part:
    """Return a part with the attributes that ``node`` has, apart from those that are given."""
    table, absent = _table(kind)
    values: dict[str, Any] = {"location": node.location, "positions": node.positions, **absent}
    for key, value in node.items():
        if key in table:
            attribute, read = table[key]
            values[attribute] = read(value)
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
            read = _READERS[field.type]
            table[_SPELLED.get(field.name, name)] = (field.name, read)
            if field.default is MISSING and field.default_factory is MISSING:
                absent[field.name] = read(None)
    _TABLES[kind] = table, absent
    return table, absent


# ── parts ────────────────────────────────────────────────────────────────────────────────────


def _operation(op: OperationNode, value: Value) -> model.Operation:
    assert isinstance(value, MappingNode)
    security = value.get("security")
    return _read(
        model.Operation,
        value,
        path=op.path,
        method=op.method,
        shares_id=op.shares_id,
        responses_location=child(value, "responses").location,
        security_location=security.location if isinstance(security, SequenceNode) else None,
        callbacks=tuple(
            request
            for name, callback in members(value.get("callbacks"))
            for path, item in members(callback)
            for request in _incoming(name, path, item)
        ),
    )


def _incoming(name: str, path: str, item: MappingNode) -> Iterator[model.IncomingRequest]:
    for method, node in members(item):
        security = node.get("security")
        yield _read(
            model.IncomingRequest,
            node,
            name=name,
            path=path,
            method=method,
            responses_location=child(node, "responses").location,
            security_location=security.location if isinstance(security, SequenceNode) else None,
        )


def _content(value: Value) -> model.Content | None:
    if not isinstance(value, MappingNode):
        return None
    types = _each(model.MediaType)(value)
    return model.Content(value.location, positions=value.positions, media_types=types)


def _request_body(value: Value) -> model.RequestBody | None:
    if not isinstance(value, MappingNode):
        return None
    return _read(model.RequestBody, value, is_optional=value.get("required") is False)


def _examples(value: Value) -> dict[str, model.Example]:
    return {
        name: model.Example(
            value.at(name), value=_data(node.get("value")), summary=_text(node.get("summary"))
        )
        for name, node in members(value)
        if isinstance(value, MappingNode)
    }


def _servers(value: Value) -> tuple[model.Server, ...] | None:
    return _list(model.Server)(value) if isinstance(value, SequenceNode) else None


def _variables(value: Value) -> dict[str, model.ServerVariable]:
    return {
        name: _read(
            model.ServerVariable,
            node,
            default=_scalar(node.get("default")),
            enum=tuple(map(str, sequence(node.get("enum")))),
        )
        for name, node in members(value)
    }


def _scalar(value: Value) -> str | None:
    return None if value is None or isinstance(value, (MappingNode, SequenceNode)) else str(value)


def _requirements(value: Value) -> tuple[model.SecurityRequirement, ...]:
    return tuple(
        _read(model.SecurityRequirement, node, schemes=_names_by_member(node))
        for node in mappings(value)
    )


# ── schemas ──────────────────────────────────────────────────────────────────────────────────


def _schema(node: MappingNode) -> Schema:
    given: dict[str, object] = {"ref": _text(node.get("$ref")).removeprefix(PREFIX)}
    properties = node.get("properties")
    if isinstance(properties, MappingNode):
        given["property_names_at"] = model.Part(
            properties.location, positions=_positions(properties)
        )
    if "anyOf" in node or "oneOf" in node:
        given["union"] = _union(node)
    return _read(Schema, node, positions=_positions(node), types=tuple(kinds_of(node)), **given)


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
        tuple(map(_schema, mappings(branches))),
        branches.location,
        _discriminator(found) if isinstance(found, MappingNode) else None,
    )


def _discriminator(node: MappingNode) -> model.Discriminator:
    keys = {value: str(ref).removeprefix(PREFIX) for value, ref in items(node.get("mapping"))}
    default = _text(node.get("defaultMapping")).removeprefix(PREFIX)
    return _read(model.Discriminator, node, mapping=keys, default_mapping=default)


def _schema_or_flag(value: Value) -> Schema | bool | None:
    return value if isinstance(value, bool) else _optional_schema(value)


def _optional_schema(value: Value) -> Schema | None:
    return _schema(value) if isinstance(value, MappingNode) else None


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _data(value: Value) -> Json:
    """Return a value as JSON data in Python's own containers."""
    match value:
        case MappingNode():
            return {key: _data(inner) for key, inner in value.items()}
        case SequenceNode():
            return [_data(inner) for inner in value]
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


def _each(kind: type[_Part]) -> Callable[[Value], dict[str, _Part]]:
    return lambda value: {name: _read(kind, node) for name, node in members(value)}


def _list(kind: type[_Part]) -> Callable[[Value], tuple[_Part, ...]]:
    return lambda value: tuple(_read(kind, node) for node in mappings(value))


def _one(kind: type[_Part]) -> Callable[[Value], _Part | None]:
    return lambda value: _read(kind, value) if isinstance(value, MappingNode) else None


_SPELLED = {
    "sunset": "x-sunset",
    "one_way": ONE_WAY,
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
    "Json": _data,
    "Json | Missing": _data,
    "ParameterIn": _text,
    "tuple[str, ...]": _texts,
    "tuple[Json, ...]": lambda value: tuple(map(_data, sequence(value))),
    "tuple[Json, ...] | None": lambda value: (
        tuple(map(_data, value)) if isinstance(value, SequenceNode) else None
    ),
    "Mapping[str, str]": lambda value: {key: _text(inner) for key, inner in items(value)},
    "Mapping[str, Json]": lambda value: {key: _data(inner) for key, inner in items(value)},
    "Mapping[str, tuple[str, ...]] | None": _names_by_member,
    "Schema | None": _optional_schema,
    "Schema | bool | None": _schema_or_flag,
    "tuple[Schema, ...] | None": lambda value: tuple(map(_schema, mappings(value))),
    "Mapping[str, Schema] | None": lambda value: {k: _schema(node) for k, node in members(value)},
    "Content": _content,
    "Content | None": _content,
    "Encoding | None": _one(model.Encoding),
    "RequestBody | None": _request_body,
    "Mapping[str, Encoding]": _each(model.Encoding),
    "Mapping[str, Example]": _examples,
    "Mapping[str, Header]": _each(model.Header),
    "Mapping[str, Link]": _each(model.Link),
    "Mapping[str, OAuthFlow]": _each(model.OAuthFlow),
    "Mapping[str, Response]": _each(model.Response),
    "Mapping[str, ServerVariable]": _variables,
    "tuple[Encoding, ...]": _list(model.Encoding),
    "tuple[Parameter, ...]": _list(model.Parameter),
    "tuple[SecurityRequirement, ...]": _requirements,
    "tuple[Server, ...] | None": _servers,
}
"""The type of an attribute, as the model spells it → the function that reads its value."""
