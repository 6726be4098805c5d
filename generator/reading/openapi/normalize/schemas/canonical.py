"""Canonical schemas as values: their attributes, compared, annotated, with and without null."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import MISSING as NONE
from dataclasses import fields
from functools import partial
from typing import Any, cast

from ....document.component_keys import PREFIX
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...json_schema import assertions
from ...json_values import identity_of
from ...keywords import ANNOTATIONS
from ...model.schemas import Discriminator, Json, Missing, Part, Schema, Union, map_inside
from ...server_checks import with_server_checked
from ..nodes.node_values import ENUM_NAMES

ANNOTATION_ATTRIBUTES = (
    *(row.attribute for row in ANNOTATIONS),
    "examples",
    "server_checked",
    "enum_names",
    "is_type_implied",
)
"""The attributes that don't restrict values, or only for the server: they make no other type."""
_ANNOTATIONS = (
    *(row.name for row in ANNOTATIONS),
    "examples",
    "x-server-checked",
    ENUM_NAMES,
    "x-implied",
)
"""The keys of these attributes in :func:`as_json`."""
_PLACES = ("location", "positions", "property_names_at")
ABSENT: Mapping[str, Any] = {
    each.name: each.default if each.default_factory is NONE else each.default_factory()
    for each in fields(Schema)
    if each.name != "location"
}
"""The value of each attribute of a schema that any value is valid for."""


def attributes(schema: Schema) -> dict[str, Any]:
    """Return the attributes that a schema has, but for its location."""
    own: dict[str, Any] = {}
    for name, value in vars(schema).items():
        if name not in _PLACES and value != ABSENT[name]:
            own[name] = value
    return own


def annotations_of(schema: Schema) -> dict[str, Any]:
    """Return the attributes of a schema that don't restrict values."""
    return {k: v for k, v in attributes(schema).items() if k in ANNOTATION_ATTRIBUTES}


def restrictions(schema: Schema) -> dict[str, Any]:
    """Return the attributes of a schema that restrict values."""
    return {k: v for k, v in attributes(schema).items() if k not in ANNOTATION_ATTRIBUTES}


def without(schema: Schema, *names: str) -> Schema:
    """Return a schema without some of its attributes."""
    return schema.replace(**{name: ABSENT[name] for name in names})


def only(schema: Schema, names: Iterable[str]) -> Schema:
    """Return a schema with nothing but some of its attributes, and its location."""
    own = vars(schema)
    values = {name: own[name] for name in names if name in own}
    return Schema(schema.location, positions=schema.positions, **values)


def placed(schema: Schema, location: Location) -> Schema:
    """Return a schema that is at another location."""
    if schema.location is location:
        return schema
    return schema.replace(location=location, positions=places_of(schema))


def places_of(part: Part | None) -> Mapping[str, Location]:
    """Return the locations of the members of a part, for one that is elsewhere."""
    if part is None or not part.positions:
        return {}
    return {member: part.at(member) for member in part.positions}


def updated(schema: Schema, other: Schema) -> Schema:
    """Return a schema with the attributes that another one has in place of its own."""
    names_at = other.property_names_at or schema.property_names_at
    positions = {**places_of(schema), **places_of(other)}
    return schema.replace(positions=positions, property_names_at=names_at, **attributes(other))


def annotate(schema: Schema, other: Schema) -> Schema:
    """Return ``schema`` with the annotations of another one, which is beside a reference to it."""
    ignored = ("examples", "is_type_implied", "server_checked")
    added = {k: v for k, v in annotations_of(other).items() if k not in ignored}
    schema = with_server_checked(schema, other.server_checked)
    return schema.replace(**added) if added else schema


def unshared(schema: Schema, seen: set[Schema]) -> Schema:
    """Return a schema of which no part is in ``seen``, and add its parts to these.

    What several intersections have from one base is one object until then.
    """
    own = map_inside(schema, lambda inner: unshared(inner, seen))
    if own in seen:
        own = own.replace()
    seen.add(own)
    return own


# ── null: ``nullable`` is true where null is a value besides others ──────────────────────────


def or_null(schema: Schema) -> Schema:
    """Return a schema that admits null as well."""
    if schema.is_null or schema.nullable or not restrictions(schema):
        return schema
    return schema.replace(nullable=True)


def without_null(schema: Schema) -> Schema:
    """Return a schema that admits the same values but null."""
    return schema.replace(nullable=False) if schema.nullable else schema


# ── comparison ───────────────────────────────────────────────────────────────────────────────


def same(left: object, right: object) -> bool:
    """Return whether two schemas, or values of their attributes, are equal but for locations."""
    if left is right:
        return True
    match left, right:
        case Schema(), Schema():
            return same(attributes(left), attributes(right))
        case Union(), Union():
            return same(
                (left.keyword, left.branches, left.discriminator),
                (right.keyword, right.branches, right.discriminator),
            )
        case Discriminator(), Discriminator():
            return as_mapping(left) == as_mapping(right)
        case dict(), dict():
            members, others = cast("dict[str, object]", left), cast("dict[str, object]", right)
            return members.keys() == others.keys() and all(
                same(value, others[name]) for name, value in members.items()
            )
        case tuple(), tuple():
            items, rest = cast("tuple[object, ...]", left), cast("tuple[object, ...]", right)
            return len(items) == len(rest) and all(map(same, items, rest))
        case _:
            return left == right and identity_of(left) == identity_of(right)


def as_mapping(value: Discriminator) -> dict[str, Json]:
    """Return a discriminator as it is written in OpenAPI."""
    out: dict[str, Json] = {
        "propertyName": value.property_name,
        "mapping": {text: PREFIX + key for text, key in value.mapping.items()},
    }
    if value.is_default_declared:
        out["x-default-declared"] = True
    if value.default_mapping:
        out["defaultMapping"] = PREFIX + value.default_mapping
    return out


def as_json(
    schema: Schema, left_out: Collection[str] = (), *, is_sorted: bool = False
) -> dict[str, Json]:
    """Return a schema as JSON with all that it has, but for the keywords that are left out.

    With ``is_sorted`` the order of names and of values doesn't count.
    """
    convert = partial(as_json, left_out=left_out, is_sorted=is_sorted)
    out = assertions(schema, convert, PREFIX.__add__)
    out |= {row.name: value for row in ANNOTATIONS if (value := row.get(schema))}
    if schema.union is not None and schema.union.discriminator is not None:
        out["discriminator"] = as_mapping(schema.union.discriminator)
    others: dict[str, Json] = {
        "nullable": schema.nullable,
        "x-implied": schema.is_type_implied,
        "examples": [*schema.examples],
        ENUM_NAMES: {**schema.enum_names},
        "x-server-checked": {**schema.server_checked},
    }
    out |= {key: value for key, value in others.items() if value}
    if not isinstance(schema.default, Missing):
        out["default"] = schema.default
    for key in ("required", "enum") if is_sorted else ():
        if isinstance(values := out.get(key), list):
            out[key] = [*sorted(map(repr, values))]
    return {key: value for key, value in out.items() if key not in left_out}


def as_text(schema: Schema, left_out: Collection[str] = (), *, is_sorted: bool = False) -> str:
    """Return :func:`as_json` as text that equal schemas have, whatever the order of members."""
    return json.dumps(as_json(schema, left_out, is_sorted=is_sorted), sort_keys=True)


def as_node(schema: Schema) -> MappingNode:
    """Return a schema as it would be written, without the locations of its parts."""
    return MappingNode(schema.location, {k: _node(v, schema) for k, v in as_json(schema).items()})


def _node(value: Json, schema: Schema) -> Value:
    match value:
        case dict():
            return MappingNode(schema.location, {k: _node(v, schema) for k, v in value.items()})
        case list():
            return SequenceNode(schema.location, [_node(item, schema) for item in value])
        case _:
            return value


def is_alike(left: Schema, right: Schema) -> bool:
    """Return whether two schemas differ in annotations and in the order of lists alone."""
    first, second = (as_json(each, _ANNOTATIONS, is_sorted=True) for each in (left, right))
    return first == second
