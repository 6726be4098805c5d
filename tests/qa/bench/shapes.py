"""Synthetic descriptions, each of one shape whose size is a number."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any
Members: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape, and the sizes between which its cost is compared."""

    make: Callable[[int], Members]
    small: int
    large: int
    revised: Callable[[int], Members] | None = None
    """The function of the revision, where it isn't the description with another property."""

    def revision(self, size: int) -> Members:
        """Return the description of a size as drift compares it."""
        return self.revised(size) if self.revised else changed(self.make(size))


def operations(count: int) -> Members:
    """Return a description of ``count`` operations, each with a body and an answer of its own."""
    schemas: Members = {}
    paths: Members = {}
    for n in range(count):
        schemas[f"Order{n}"] = _object(
            {
                "id": {"type": "string"},
                "copies": {"type": "integer", "minimum": 1},
                "notes": {"type": "array", "items": {"type": "string"}},
                "state": {"type": "string", "enum": ["OPEN", "PAID", "SENT"]},
                "address": {"$ref": f"#/components/schemas/Address{n // 10}"},
            },
            "id",
        )
        if n % 10 == 0:
            schemas[f"Address{n // 10}"] = _object(
                {"street": {"type": "string", "maxLength": 80}, "town": {"type": "string"}}
            )
        shelf: Members = {"name": "shelf", "in": "path", "required": True, "schema": _STRING}
        paths[f"/shelves-{n}/{{shelf}}"] = {
            "post": _operation(f"place_{n}", f"Order{n}", f"Order{n}", f"shelf {n // 40}", [shelf])
        }
    return _document(paths, schemas)


def enumeration(count: int) -> Members:
    """Return a description with an enumeration of ``count`` values."""
    values: list[Json] = [f"CODE_{n}" for n in range(count)]
    return _one({"Order": _object({"code": _ref("Code")}), "Code": {**_STRING, "enum": values}})


def one_of(count: int) -> Members:
    """Return a description with a union of ``count`` branches."""
    schemas: Members = {
        f"Item{n}": _object({f"of{n}": _STRING, "size": {"type": "integer"}}, f"of{n}")
        for n in range(count)
    }
    branches: list[Json] = [_ref(name) for name in schemas]
    return _one({"Order": _object({"item": {"oneOf": branches}}), **schemas})


def more_branches(count: int) -> Members:
    """Return the description of a union of ``count`` branches with a fifth more of them."""
    return one_of(count + count // 5)


def discriminated(count: int) -> Members:
    """Return a description with a union of ``count`` branches and a discriminator."""
    schemas: Members = {
        f"Item{n}": _object({"kind": {**_STRING, "enum": [f"item{n}"]}, "size": _STRING}, "kind")
        for n in range(count)
    }
    mapping: Members = {f"item{n}": f"#/components/schemas/Item{n}" for n in range(count)}
    union: Members = {
        "oneOf": [_ref(name) for name in schemas],
        "discriminator": {"propertyName": "kind", "mapping": mapping},
    }
    return _one({"Order": _object({"item": union}), **schemas})


def all_of(count: int) -> Members:
    """Return a description with a chain of ``count`` schemas, each of which extends the next."""
    schemas: Members = {"Order": {"allOf": [_ref("Level0"), _object({"own": _STRING})]}}
    for n in range(count):
        own = _object({f"level{n}": _STRING}, f"level{n}")
        below: list[Json] = [_ref(f"Level{n + 1}")] if n + 1 < count else []
        schemas[f"Level{n}"] = {"allOf": [*below, own]}
    return _one(schemas)


def dense(count: int) -> Members:
    """Return a description of ``count`` schemas that all refer to all."""
    names = ["Order", *(f"Part{n}" for n in range(1, count))]
    schemas: Members = {
        name: _object({f"to_{other.lower()}": _ref(other) for other in names}) for name in names
    }
    return _one(schemas)


def doubling(count: int) -> Members:
    """Return a description of ``count`` schemas with two required references to the next."""
    names = ["Order", *(f"Part{n}" for n in range(1, count))]
    schemas: Members = {}
    for name, below in itertools.pairwise(names):
        schemas[name] = _object({"left": _ref(below), "right": _ref(below)}, "left", "right")
    schemas[names[-1]] = _object({"leaf": _STRING}, "leaf")
    return _one(schemas)


def cycle(count: int) -> Members:
    """Return a description of ``count`` schemas that all lead to all, as in a resource-based API.

    They are a tree in which each refers to its root, and has a long description. More than half of
    them have an operation.
    """
    schemas: Members = {}
    for n in range(count):
        properties: Members = {
            f"member{m}": {**_STRING, "description": f"Member {m} of part {n}. {_PROSE}"}
            for m in range(8)
        }
        below = [part for part in range(8 * n + 1, 8 * n + 9) if part < count]
        properties |= {f"part{part}": _ref(f"Part{part}") for part in below or [0]}
        properties["parts"] = {"type": "array", "items": _ref("Part0")}
        schemas[f"Part{n}"] = _object(properties, "member0")
    paths: Members = {}
    for n in range(count * 9 // 16):
        name = f"Part{n * 16 // 9}"
        paths[f"/parts-{n}"] = {"post": _operation(f"make_{n}", name, name, f"parts {n // 30}")}
    return _document(paths, schemas)


def deep(count: int) -> Members:
    """Return a description of ``count`` schemas in a ring, each of which refers to the next."""
    schemas: Members = {
        "Order" if n == 0 else f"Part{n}": _object(
            {"name": _STRING, "next": _ref(f"Part{n + 1}" if n + 1 < count else "Order")}
        )
        for n in range(count)
    }
    return _one(schemas)


def mesh(count: int) -> Members:
    """Return a description of ``count`` unions, each of all later ones and an object of its own."""
    names = ["Order", *(f"Part{n}" for n in range(1, count))]
    schemas: Members = {}
    for n, name in enumerate(names):
        branches: list[Json] = [_ref(other) for other in names[n + 1 :]]
        schemas[name] = {"oneOf": [*branches, _object({f"of{n}": _TIME}, f"of{n}")]}
    return _one(schemas)


def subtypes(count: int) -> Members:
    """Return a description of a base with ``count`` subtypes, each of which has one as a child."""
    schemas: Members = {
        "Order": {**_object({"kind": _STRING}, "kind"), "discriminator": {"propertyName": "kind"}}
    }
    for n in range(count):
        own = _object({f"of{n}": _TIME, "child": _ref("Order")})
        schemas[f"Part{n}"] = {"allOf": [_ref("Order"), own]}
    return _one(schemas)


def parts(count: int) -> Members:
    """Return a description of one intersection of ``count`` schemas."""
    schemas: Members = {f"Part{n}": _object({f"of{n}": _STRING}) for n in range(count)}
    return _one({"Order": {"allOf": [_ref(name) for name in schemas]}, **schemas})


def rings(count: int) -> Members:
    """Return a description of the intersection of a ring of ``count`` schemas and a shorter one."""
    schemas: Members = {"Order": {"allOf": [_ref("Left0"), _ref("Right0")]}}
    for side, size in (("Left", count), ("Right", count - 1)):
        for n in range(size):
            following = _ref(f"{side}{(n + 1) % size}")
            schemas[f"{side}{n}"] = _object({"next": following, f"{side.lower()}{n}": _STRING})
    return _one(schemas)


def patterns(count: int) -> Members:
    """Return a description of ``count`` patterns, each of which has 30,000 states."""
    return _one(
        {
            "Order": _object(
                {f"of{n}": {**_STRING, "pattern": f"^{n}(a{{300}}){{100}}$"} for n in range(count)}
            )
        }
    )


def long_names(count: int) -> Members:
    """Return a description whose names have ``count`` words."""
    name = "aB" * count
    document = _one({"Order": _object({name: {**_STRING, "enum": [f"c{name}", "d-" * count]}})})
    document["paths"] = {"/orders": {"post": _operation(name, "Order", "Order", f"e{name}")}}
    return document


def unions_in_unions(count: int) -> Members:
    """Return a description of ``count`` nullable unions, each of which has the next twice."""
    schemas = _union_frame()
    for n in range(count):
        below = _ref(f"Union{n + 1}" if n + 1 < count else "Leaf")
        nullable: Json = {"anyOf": [below, {"type": "null"}]}
        schemas[f"Union{n}"] = {"oneOf": [nullable, {"type": "array", "items": below}]}
    return _one(schemas)


def unions_of_arrays(count: int) -> Members:
    """Return a description of ``count`` unions, each of arrays of the next ones."""
    schemas = _union_frame()
    for n in range(count):
        names = [f"Union{m}" if m < count else "Leaf" for m in range(n + 1, n + 6)]
        branches: list[Json] = [
            {"type": "array", "minItems": index + 1, "items": _ref(name)}
            for index, name in enumerate(dict.fromkeys(names))
        ]
        schemas[f"Union{n}"] = {"anyOf": [*branches, {"type": "string"}]}
    return _one(schemas)


def conditions(count: int) -> Members:
    """Return a description of an object with ``count`` conditions."""
    parts: list[Json] = [
        {
            "if": {"properties": {f"kind{n}": {"const": "a"}}},
            "then": {"required": [f"name{n}"]},
        }
        for n in range(count)
    ]
    return _one({"Order": {**_object({"name": _STRING}), "allOf": parts}})


def blocks(count: int) -> Members:
    """Return a description of ``count`` kinds of blocks, each in each other, as rich text has them.

    Each has a part whose blocks are two kinds alone.
    """
    kinds = [f"Block{n}" for n in range(count)]
    schemas: Members = {
        "Order": _object({"it": _ref("Block")}),
        "Block": {"oneOf": [*map(_ref, kinds)]},
        "Fragment": _object({"nodes": {"type": "array", "items": _ref("Block")}}, "nodes"),
        "Line": _object({"kind": {**_STRING, "enum": ["Line"]}, "text": _STRING}, "kind"),
    }
    for n, kind in enumerate(kinds):
        few = {"oneOf": [_ref(kind), _ref(kinds[(n + 7) % count])]}
        narrowed = {"properties": {"nodes": {"type": "array", "items": few}}}
        inner = {"oneOf": [_ref("Block"), _ref("Line")]}
        properties: Members = {
            "kind": {**_STRING, "enum": [kind]},
            "part": {"allOf": [_ref("Fragment"), narrowed]},
            "nodes": {"type": "array", "items": inner},
        }
        schemas[kind] = _object(properties, *properties)
    return _one(schemas)


def changed(document: Members) -> Members:
    """Return a description with another property in the first schema with properties."""
    new = copy.deepcopy(document)
    for schema in new["components"]["schemas"].values():
        if "properties" in schema:
            schema["properties"]["added"] = _STRING
            break
    return new


SHAPES: Mapping[str, Shape] = {
    "operations": Shape(operations, 1000, 4000),
    "enum": Shape(enumeration, 2500, 10_000),
    "oneOf": Shape(one_of, 250, 1000),
    "oneOf with new branches": Shape(one_of, 250, 1000, more_branches),
    "oneOf with a discriminator": Shape(discriminated, 250, 1000),
    "allOf in a chain": Shape(all_of, 125, 500),
    "all refer to all": Shape(dense, 30, 60),
    "two references to the next": Shape(doubling, 100, 400),
    "one cycle": Shape(cycle, 200, 800),
    "a ring": Shape(deep, 200, 800),
    "unions of later unions": Shape(mesh, 20, 60),
    "subtypes with a child": Shape(subtypes, 100, 400),
    "allOf of many": Shape(parts, 500, 2000),
    "allOf of two rings": Shape(rings, 32, 128),
    "blocks in each other": Shape(blocks, 30, 120),
    "patterns": Shape(patterns, 250, 1000),
    "long names": Shape(long_names, 20_000, 80_000),
    "unions in unions": Shape(unions_in_unions, 100, 400),
    "unions of arrays": Shape(unions_of_arrays, 50, 200),
    "conditions": Shape(conditions, 250, 1000),
}
"""The shapes by what grows."""

_STRING: Members = {"type": "string"}
_TIME: Members = {"type": "string", "format": "date-time"}
_PROSE = "It is written as the shop prints it on the receipt, without the currency. " * 5


def _object(properties: Members, *required: str) -> Members:
    return {
        "type": "object",
        **({"required": [*required]} if required else {}),
        "properties": properties,
    }


def _union_frame() -> Members:
    """Return the leaf of unions in each other, which drift finds changed, and what has them."""
    order = _object({"it": _ref("Union0")})
    return {"Leaf": _object({"name": _STRING}), "Order": order}


def _ref(name: str) -> Members:
    return {"$ref": f"#/components/schemas/{name}"}


def _operation(
    name: str, body: str, answer: str, tag: str, parameters: list[Json] | None = None
) -> Members:
    content: Members = {"application/json": {"schema": _ref(answer)}}
    return {
        "operationId": name,
        "tags": [tag],
        **({"parameters": parameters} if parameters else {}),
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(body)}}},
        "responses": {"200": {"description": "The answer.", "content": content}},
    }


def _one(schemas: Members) -> Members:
    """Return a description of one operation whose body and answer are the schema ``Order``."""
    return _document(
        {"/orders": {"post": _operation("place", "Order", "Order", "orders")}}, schemas
    )


def _document(paths: Members, schemas: Members) -> Members:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bookshop", "version": "1"},
        "servers": [{"url": "https://books.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }
