"""Intersections of enumerations, constants, unions and nullability, and the values they admit.

The judge is jsonschema-rs: a value that it admits must be written and read as it is, and whatever
the models write must be admitted, apart from what a warning is about.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import strategies as st
from pydantic import ValidationError

from generator.reading.openapi.json_values import identity_of
from tests.qa.fuzz.mutations import Json

CONSTANTS: list[Json] = ["a", "b", "c", 2, 3, None]
"""Neither true nor 1, which are equal in Python: generated unions take one for the other."""
TYPES = ["string", "integer", "number", "boolean", "object", "array"]
OTHERS: list[Json] = [
    *CONSTANTS, "z", 4, 1.5, True, False, {}, [], ["a"], ["z"], {"kind": "a"}, {"kind": "b"},
    {"x": "a"}, {"kind": "a", "x": 2}, {"kind": "b", "x": "b"}, {"kind": "z"},
    {"kind": "a", "y": ["a"]},
]  # fmt: skip
"""The values that are tried."""
GROUPS = 12
"""The schemas of one description that are judged, so that one package serves several."""
MEMBERS = "ABC"
_REF = "#/components/schemas/"


def leaf(draw: st.DrawFn, *, is_30: bool, depth: int = 1) -> Json:
    """Return a schema of some values."""
    kinds = ["enum", "enum", "type", "any", "null", "nullable", "typed"]
    kinds += ["object", "object", "list"] if depth else []
    kind = draw(st.sampled_from(kinds))
    listed = st.lists(st.sampled_from(CONSTANTS), min_size=1, max_size=3, unique_by=repr)
    match kind:
        case "enum":
            one = draw(listed)
            return {"const": one[0]} if not is_30 and len(one) == 1 else {"enum": one}
        case "typed":
            texts = [value for value in draw(listed) if isinstance(value, str)]
            return {"type": "string", "enum": texts or ["a"]}
        case "type":
            return {"type": draw(st.sampled_from(TYPES))}
        case "null" if is_30:
            return {"enum": [None], "nullable": True}
        case "null":
            return draw(st.sampled_from([{"type": "null"}, {"const": None}, {"enum": [None]}]))
        case "nullable" if is_30:
            return {"type": draw(st.sampled_from(TYPES)), "nullable": True}
        case "nullable":
            return {"type": [draw(st.sampled_from(TYPES)), "null"]}
        case "object":
            names = draw(st.lists(st.sampled_from(["kind", "x"]), min_size=1, unique=True))
            properties = {name: leaf(draw, is_30=is_30, depth=0) for name in names}
            schema: Json = {"type": "object", "properties": properties}
            schema["additionalProperties"] = True  # else a request may have no other member
            if draw(st.booleans()):
                schema["required"] = [draw(st.sampled_from(names))]
            return schema
        case "list":
            return {"type": "array", "items": leaf(draw, is_30=is_30, depth=0)}
        case _:
            return {}


def part(draw: st.DrawFn, refs: list[str], *, is_30: bool) -> Json:
    """Return a schema, a reference to one, or a union of some."""
    kind = draw(st.sampled_from(["leaf", "ref", "union", "union"] if refs else ["leaf", "union"]))
    if kind == "leaf":
        return leaf(draw, is_30=is_30)
    if kind == "ref":
        return {"$ref": draw(st.sampled_from(refs))}
    count = draw(st.integers(1, 4))
    branches = [
        {"$ref": draw(st.sampled_from(refs))} if refs and not draw(st.integers(0, 2)) else
        leaf(draw, is_30=is_30) for _ in range(count)
    ]  # fmt: skip
    union: Json = {draw(st.sampled_from(["oneOf", "anyOf"])): branches}
    if is_30 and draw(st.integers(0, 4)) == 4:
        union["nullable"] = True
    return union


def intersection(draw: st.DrawFn, refs: list[str], *, is_30: bool) -> Json:
    """Return an ``allOf``, often with keywords beside it."""
    parts = [part(draw, refs, is_30=is_30) for _ in range(draw(st.integers(1, 3)))]
    beside: Json = part(draw, [], is_30=is_30) if draw(st.booleans()) else {}
    if is_30 and draw(st.integers(0, 4)) == 4:
        beside["nullable"] = True
    if not is_30 and refs and not draw(st.integers(0, 3)):
        return {**beside, "$ref": draw(st.sampled_from(refs))}
    return {**beside, "allOf": parts}


@st.composite
def descriptions(draw: st.DrawFn) -> Json:
    """A description whose body has a property for each of some intersections."""
    version = draw(st.sampled_from(["3.0.3", "3.1.0"]))
    is_30 = version == "3.0.3"
    schemas: Json = {}
    for group in range(GROUPS):
        refs: list[str] = []
        for name in MEMBERS:
            key = f"P{group}{name}"
            schemas[key] = part(draw, refs, is_30=is_30)
            refs = [*refs, f"{_REF}{key}"]
        schemas[f"P{group}"] = intersection(draw, refs, is_30=is_30)
    properties = {f"p{group}": {"$ref": f"{_REF}P{group}"} for group in range(GROUPS)}
    schemas["Whole"] = {"type": "object", "properties": properties}
    content = {"application/json": {"schema": {"$ref": f"{_REF}Whole"}}}
    operation: Json = {
        "operationId": "things/put",
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    return {
        "openapi": version,
        "info": {"title": "Intersections", "version": "1"},
        "servers": [{"url": "https://fuzz.example"}],
        "paths": {"/things": {"put": operation}},
        "components": {"schemas": schemas},
    }


# ── the judge ────────────────────────────────────────────────────────────────────────────────────


def as_2020(schema: Any, schemas: Json) -> Json:
    """Return a schema of OpenAPI 3.0 in JSON Schema's words: null is a type of its own.

    An enumeration of null alone in an ``allOf`` means null.
    """
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}  # siblings are ignored
    result: Json = {}
    for key, value in schema.items():
        if key in ("allOf", "oneOf", "anyOf"):
            result[key] = [as_2020(one, schemas) for one in value]
        elif key == "items":
            result[key] = as_2020(value, schemas)
        elif key == "properties":
            result[key] = {name: as_2020(one, schemas) for name, one in value.items()}
        elif key != "nullable":
            result[key] = value
    parts = [*schema.get("allOf", ()), *([schema] if "allOf" in schema else [])]
    if any(_is_null(one, schemas) for one in parts):
        return {"type": "null"}
    return {"anyOf": [result, {"type": "null"}]} if schema.get("nullable") else result


def _is_null(schema: Json, schemas: Json) -> bool:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(_REF)]
    branches = [one for key in ("oneOf", "anyOf") for one in schema.get(key, ())]
    if branches:
        return all(_is_null(one, schemas) for one in branches)
    return bool(schema.get("enum") == [None])


def judges(description: Json, group: int) -> tuple[jsonschema_rs.Validator, ...]:
    """Return a validator of what must be accepted, and one of what may be written.

    The second reads ``oneOf`` as ``anyOf``: a client doesn't count the branches that match.
    """
    schemas = description["components"]["schemas"]
    if description["openapi"] == "3.0.3":
        schemas = {key: as_2020(schema, schemas) for key, schema in schemas.items()}
    whole = {"$ref": f"{_REF}P{group}", "components": {"schemas": schemas}}
    loose = json.loads(json.dumps(whole).replace('"oneOf"', '"anyOf"'))
    return tuple(map(jsonschema_rs.Draft202012Validator, (whole, loose)))


def dissents(package: str, description: Json, warned: list[str]) -> Iterator[str]:
    """Yield what the models of a package do with values, where the judge says otherwise.

    ``warned`` has the pointers of the warnings: what is there may be written all the same.
    """
    model = importlib.import_module(f"{package}.models").Whole
    for group in range(GROUPS):
        strict, loose = judges(description, group)
        name = f"p{group}"
        own = tuple(f"/components/schemas/P{group}{member}/" for member in ("", *MEMBERS))
        is_warned = any(f"{pointer}/".startswith(own) for pointer in warned)
        for value in OTHERS:
            given = {name: value}
            try:
                written = json.loads(
                    model(**given).model_dump_json(exclude_unset=True, by_alias=True)
                )
            except ValidationError as error:
                if strict.is_valid(value):
                    fault = error.errors()[0]["msg"]
                    yield f"P{group}: {value!r} isn't written: {fault}"
                continue
            if strict.is_valid(value):
                read = model.model_validate_json(json.dumps(given))
                again = json.loads(read.model_dump_json(exclude_unset=True, by_alias=True))
                for what, one in (("written", written), ("read", again)):
                    if identity_of(one) != identity_of(given):
                        yield f"P{group}: {value!r} is {what} as {one.get(name)!r}"
            elif not is_warned and not loose.is_valid(written.get(name)):
                yield f"P{group}: {value!r} is written, which the schema doesn't admit"


def first_dissent(package: str) -> str:
    """Return the first dissent about the package in the current folder; empty if there is none."""
    description, warned = json.loads(Path("judged.json").read_text(encoding="utf-8"))
    return next(dissents(package, description, warned), "")
