"""The values of discriminators as constants of the branches that they lead to.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...discriminator_values import typed_text
from ...json_schema import restricts
from ...json_values import is_of_type
from ...model.document import Document
from ...model.schemas import Discriminator, Schema, Type, Union, schemas_in, walk
from .canonical import annotations_of

_Schemas = Mapping[str, Schema]


def tag_branches(document: Document) -> Document:
    """Give the property of each branch of a discriminated union its value as an enumeration.

    A branch without the property gets it, and requires it if a base does whose subtype it is. One
    that has several values keeps its own schema of the property, and so does one that is also used
    by itself, where any value is allowed; one that is only another schema's name becomes a schema
    of its own.
    """
    schemas = {**document.schemas}
    document = replace(document, schemas=schemas)
    tags: dict[tuple[str, str], set[str]] = {}
    required: set[tuple[str, str]] = set()
    for key, schema in document.schemas.items():
        union, found = schema.union, _declared(schema)
        if union is None or found is None:
            continue
        name, mapping = found.property_name, {**found.mapping}
        for target in dict.fromkeys(found.mapping.values()):
            for value in _inner_values(target, name, schemas, set()):
                mapping.setdefault(value, target)
        found = replace(found, mapping=mapping)
        schemas[key] = schema.replace(union=replace(union, discriminator=found))
        is_required = _is_family(union) and (
            name in document.resolve(schemas[found.default_mapping]).required
        )
        for target in (found.default_mapping, *mapping.values()):
            for one in _objects(target, name, document, set()):
                tags.setdefault((one, name), set())
                required |= {(one, name)} if is_required else set()
        for value, target in mapping.items():
            for one in _objects(target, name, document, set()):
                tags[one, name].add(value)
    alone = _used_alone(document) if tags else set[str]()
    for (key, name), values in tags.items():
        _tag(document, schemas, key, name, set() if key in alone else values)
        listed = schemas[key].required
        if (key, name) in required and key not in alone and name not in listed:
            schemas[key] = schemas[key].replace(required=(*listed, name))
    return document


def _used_alone(document: Document) -> set[str]:
    """Return the keys of schemas that are used by themselves, and have no base that names them."""
    branches: set[Schema] = set()
    named: set[str] = set()
    for schema in document.schemas.values():
        if schema.union is not None and _declared(schema) is not None:
            listed = [*_branches(schema, document.schemas, set())]
            branches.update(listed)
            if _is_family(schema.union):
                named.update(branch.ref for branch in listed)
    every = walk(*schemas_in(document.operations, document.webhooks, document.schemas))
    return {schema.ref for schema in every if schema not in branches} - named


def _declared(schema: Schema) -> Discriminator | None:
    """Return the discriminator of a union, unless its branches have its values already."""
    found = schema.union.discriminator if schema.union is not None else None
    return None if found is None or found.is_implied else found


def _is_family(union: Union) -> bool:
    """Return whether a union with a discriminator is of a base and its subtypes."""
    found = union.discriminator
    has_default = found is not None and found.default_mapping and not found.is_default_declared
    return union.keyword == "anyOf" and bool(has_default)


def _branches(union: Schema, schemas: _Schemas, seen: set[str]) -> Iterator[Schema]:
    for branch in union.branches:
        yield branch
        if branch.ref and branch.ref not in seen:
            seen.add(branch.ref)
            yield from _branches(schemas[branch.ref], schemas, seen)


def _has_values(schema: Schema, name: str) -> bool:
    """Return whether a schema is a union that has values of its own for a property."""
    found = schema.union.discriminator if schema.union is not None else None
    return found is not None and found.property_name == name


def _inner_values(key: str, name: str, schemas: _Schemas, seen: set[str]) -> Iterator[str]:
    """Yield the values that a union which is a branch has for the same property."""
    if key in seen or not _has_values(schema := schemas[key], name):
        return
    seen.add(key)
    assert schema.union is not None
    assert schema.union.discriminator is not None
    for value, target in schema.union.discriminator.mapping.items():
        yield value
        yield from _inner_values(target, name, schemas, seen)


def _objects(key: str, name: str, document: Document, seen: set[str]) -> Iterator[str]:
    """Yield the keys of the objects that a branch may be, which have the property ``name``.

    A union with a discriminator of the same property has values of its own.
    """
    schema = document.schemas.get(key)
    if schema is None or key in seen or _has_values(schema, name):
        return
    seen.add(key)
    for branch in schema.branches:
        yield from _objects(branch.ref, name, document, seen)
    if not schema.branches and document.resolve(schema).properties is not None:
        yield key


def _tag(
    document: Document, schemas: dict[str, Schema], key: str, name: str, values: set[str]
) -> None:
    own, schema = schemas[key], document.resolve(schemas[key])
    old = (schema.properties or {}).get(name, Schema(schema.location))
    constant = _constant(old, document, *values) if len(values) == 1 else None
    if constant is None:
        if not own.ref and restricts(old):
            return
        constant = old if restricts(old) else old.replace(types=("string",))
    properties = {**(schema.properties or {}), name: constant}
    whole = schema.replace(location=own.location, properties=properties)
    schemas[key] = whole.replace(**{**annotations_of(own), "examples": schema.examples})


def _constant(old: Schema, document: Document, text: str) -> Schema | None:
    """Return a property with one value, in the type that it had; None for a fraction."""
    value, kinds = typed_text(document, old, text), document.kinds(old)
    if isinstance(value, float) or not any(is_of_type(value, kind) for kind in kinds):
        return None
    kind: Type = "string" if isinstance(value, str) else "integer"
    kind = "boolean" if isinstance(value, bool) else kind
    described: dict[str, Any] = {**annotations_of(old), "examples": ()}
    return Schema(old.location, types=(kind,), enum=(value,), **described)
