"""A canonical document as a description of OpenAPI 3.1, to be read again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, cast

from generator.reading.document.component_keys import PREFIX
from generator.reading.document.declared import METHODS
from generator.reading.openapi.json_schema import with_null
from generator.reading.openapi.model.document import (
    Document,
    IncomingRequest,
    Operation,
    SecurityRequirement,
)
from generator.reading.openapi.model.messages import Content, Example
from generator.reading.openapi.model.schemas import Discriminator, Json, Missing, Part, Schema

_APART = {
    "location", "positions", "security_location", "security", "callbacks",
    "shares_id", "path", "method", "is_optional", "ref", "types", "is_type_implied", "nullable",
    "union", "property_names_at", "one_way", "server_checked", "is_default_declared",
}  # fmt: skip
"""Attributes without a member of their own."""
_SPELLED = {"sunset": "x-sunset", "enum_names": "x-enum-varnames"}
_BESIDE_NULL = (
    "description", "deprecated", "x-sunset", "readOnly", "writeOnly", "examples", "x-enum-varnames",
)  # fmt: skip


def description_of(document: Document) -> dict[str, Json]:
    """Return a description whose canonical form is ``document`` again."""
    webhooks = dict[str, Json]()
    for hook in document.webhooks:
        cast("dict[str, Json]", webhooks.setdefault(hook.name, {}))[hook.method] = _value(hook)
    info: dict[str, Json] = {"title": document.title, "version": document.version}
    if document.description:
        info["description"] = document.description
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": _value(document.servers),
        "tags": _value(document.tags),
        "paths": _items(document.operations),
        "webhooks": webhooks,
        "components": {
            "schemas": {key: _component(schema) for key, schema in document.schemas.items()},
            "securitySchemes": _value(document.security_schemes),
        },
    }


def _items(operations: tuple[Operation, ...]) -> dict[str, Json]:
    items: dict[str, Any] = {}
    for operation in operations:
        item = items.setdefault(operation.path, {})
        if operation.method in METHODS:
            item[operation.method] = _value(operation)
        else:
            item.setdefault("additionalOperations", {})[operation.verb] = _value(operation)
    return items


def _value(value: object) -> Json:
    match value:
        case Schema():
            return _schema(value)
        case Content(media_types=media_types):
            return _value(media_types)
        case SecurityRequirement(schemes=schemes):
            return _value(schemes)
        case Example():
            return {"value": value.value, "summary": value.summary}
        case Discriminator():
            return _discriminator(value)
        case Operation():
            return {**_members(value), **_around(value)}
        case Part():
            return _members(value)
        case Mapping():
            named = cast("Mapping[str, object]", value)
            return {key: _value(inner) for key, inner in named.items()}
        case list() | tuple():
            return [_value(inner) for inner in cast("tuple[object, ...]", value)]
        case _:
            return cast("Json", value)


def _around(operation: Operation) -> dict[str, Json]:
    """Return the security and the callbacks of an operation."""
    out: dict[str, Json] = {}
    if operation.security_location is not None:
        out["security"] = _value(operation.security)
    callbacks: dict[str, Any] = {}
    for request in operation.callbacks:
        item = callbacks.setdefault(request.name, {}).setdefault(request.path, {})
        item[request.method] = _value(request)
    return {**out, "callbacks": callbacks} if callbacks else out


def _members(part: Part) -> dict[str, Json]:
    skipped = {*_APART, *(("name",) if isinstance(part, IncomingRequest) else ())}
    return {
        _SPELLED.get(each.name, _camel(each.name)): _value(value)
        for each in fields(part)
        if each.name not in skipped
        and not isinstance(value := getattr(part, each.name), Missing)
        and value is not None
        and value != _default(each)
    }


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name.rstrip("_"))


def _default(each: Field[Any]) -> object:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _component(schema: Schema) -> dict[str, Json]:
    """Return a component, a union of one where it would have no name of its own otherwise."""
    out = _schema(schema)
    if out.keys() & {"properties", "enum", "anyOf", "oneOf"}:
        return out
    beside = {key: out.pop(key) for key in _BESIDE_NULL if key in out}
    return {"anyOf": [out], **beside}


def _schema(schema: Schema) -> dict[str, Json]:
    out = _members(schema)
    if schema.default is None:
        out["default"] = None
    if schema.ref:
        out["$ref"] = PREFIX + schema.ref
    if schema.types and not schema.is_type_implied:
        out["type"] = schema.types[0] if len(schema.types) == 1 else [*schema.types]
    if schema.required or schema.one_way:
        out["required"] = [*schema.required, *schema.one_way]
    if schema.union is not None:
        out[schema.union.keyword] = _value(schema.union.branches)
        tag = schema.union.discriminator
        if tag is not None and not tag.is_implied:  # the constants of its branches imply it again
            out["discriminator"] = _value(tag)
    out |= schema.server_checked
    if not schema.nullable:
        return out
    beside = {key: out.pop(key) for key in _BESIDE_NULL if key in out}
    return {**with_null(out), **beside}


def _discriminator(discriminator: Discriminator) -> dict[str, Json]:
    mapping: Json = {value: PREFIX + key for value, key in discriminator.mapping.items()}
    out: dict[str, Json] = {"propertyName": discriminator.property_name, "mapping": mapping}
    if discriminator.default_mapping:
        out["defaultMapping"] = PREFIX + discriminator.default_mapping
    return out
