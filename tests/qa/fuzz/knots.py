"""Small descriptions and recordings that may cost much: schemas that refer to each other.

A description of some hundred bytes can stand for a tree of any size: each component refers to the
next one more than once, or to itself. All texts here have at most :data:`MOST` bytes.
"""

# ruff: noqa: E501 - tables
from __future__ import annotations

import gzip
import json
from collections.abc import Callable

from hypothesis import strategies as st

from tests.qa.fuzz.mutations import Json
from tests.watch.traffic.exchanges import Exchange, har, json_cassette, ndjson, yaml_cassette
from tests.watch.traffic.making import parts

MOST = 5_000
"""Bytes of a description or a recording."""
NAMES = ("a", "b", "c", "kind")
PATTERNS = [
    "^a+$", "(a*)*b", "(a|a)*c", "^(\\w+\\s?)*$", "(x{0,60}){0,60}", "((a{40}){40}){2}", "(?=a)(a+)+",
    "[^b]*b[^b]*b", "\\p{L}{1,200}", "^" + "(a?)" * 40 + "a" * 40, "|".join(["ab"] * 300),
]  # fmt: skip
WRAPPERS: dict[str, Callable[[Json, Json], Json]] = {
    "list": lambda x, _: {"type": "array", "items": x},
    "tuple": lambda x, y: {"type": "array", "prefixItems": [x, y]},
    "object": lambda x, _: {"type": "object", "properties": {"a": x}},
    "required": lambda x, y: {"type": "object", "required": ["a"], "properties": {"a": x, "b": y}},
    "map": lambda x, _: {"type": "object", "additionalProperties": x},
    "pattern": lambda x, _: {"type": "object", "patternProperties": {"^x-": x}},
    "all": lambda x, y: {"allOf": [x, y]},
    "extended": lambda x, y: {"allOf": [x], "type": "object", "properties": {"b": y}},
    "any": lambda x, y: {"anyOf": [x, y]},
    "one": lambda x, y: {"oneOf": [x, y]},
    "one list": lambda x, y: {
        "oneOf": [{"type": "array", "items": x}, {"type": "array", "items": y}]
    },
    "one member": lambda x, y: {
        "oneOf": [
            {"type": "object", "required": ["a"], "properties": {"a": x, "b": {"type": "integer"}}},
            {"type": "object", "required": ["a"], "properties": {"a": y, "c": {"type": "string"}}},
        ]
    },
    "tagged": lambda x, y: {
        "oneOf": [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": kind}, "a": of}}
            for kind, of in (("x", x), ("y", y))
        ]
    },
    "nullable": lambda x, _: {"anyOf": [x, {"type": "null"}]},
    "null or": lambda x, y: {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"a": x}}, y]},
    "if": lambda x, y: {"if": {"properties": {"kind": {"const": "x"}}}, "then": x, "else": y},
    "not": lambda x, _: {"not": x},
    "contains": lambda x, _: {"type": "array", "contains": x},
    "dependent": lambda x, y: {"type": "object", "dependentSchemas": {"a": x, "b": y}},
    "names": lambda x, _: {"type": "object", "propertyNames": x},
}  # fmt: skip
"""What a schema is made of, from one or two others."""

leaves: st.SearchStrategy[Json] = st.one_of(
    st.sampled_from([
        {}, {"type": "string"}, {"type": "integer"}, {"type": "null"}, {"const": 1}, {"type": "object"},
        {"type": "string", "format": "date-time"}, {"enum": ["x", "y"]}, {"type": ["string", "null"]},
        {"type": "array", "items": {}, "uniqueItems": True}, {"type": "string", "minLength": 3000},
        {"type": "array", "items": {"type": "string"}, "minItems": 300}, {"type": "integer", "multipleOf": 7},
    ]),
    st.sampled_from(PATTERNS).map(lambda pattern: {"type": "string", "pattern": pattern}),
)  # fmt: skip
wrappers = st.lists(st.sampled_from(sorted(WRAPPERS)), min_size=1, max_size=3)


def _wrapped(kinds: list[str], left: Json, right: Json) -> Json:
    """A schema around two others, by wrappers from the inside out; the rest use it twice."""
    schema = WRAPPERS[kinds[0]](left, right)
    for kind in kinds[1:]:
        schema = WRAPPERS[kind](schema, right)
    return schema


def _ref(index: int) -> Json:
    return {"$ref": f"#/components/schemas/S{index}"}


@st.composite
def schemas(draw: st.DrawFn) -> Json:
    """Components ``S0``, ``S1`` and so on; the first one leads to all others."""
    count = draw(st.sampled_from([1, 2, 3, 8, 20, 40]))
    shape = draw(st.sampled_from(["ladder", "ring", "mesh"]))
    kinds = [draw(wrappers) for _ in range(draw(st.sampled_from([1, 1, 2, 3])))]
    leaf = draw(leaves)
    found: dict[str, Json] = {}
    for index in range(count):
        left = right = _ref((index + 1) % count)
        if shape == "ladder" and index == count - 1:
            left = right = leaf
        elif shape == "mesh":
            left, right = (_ref(draw(st.integers(0, count - 1))) for _ in range(2))
        elif shape == "ring" and draw(st.booleans()):
            right = leaf
        found[f"S{index}"] = _wrapped(kinds[index % len(kinds)], left, right)
    if draw(st.booleans()):  # one schema, nested in itself, instead of components
        inner = leaf
        for _ in range(count):
            inner = _wrapped(kinds[0], inner, leaf)
        found["S0"] = inner
    return found


def description(found: Json, *, media: str = "application/json") -> Json:
    """A description whose operation sends and returns ``S0``."""
    content = {media: {"schema": _ref(0)}}
    operation = {
        "operationId": "call",
        "requestBody": {"content": content},
        "responses": {"200": {"description": "", "content": content}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Knots", "version": "1"},
        "servers": [{"url": "https://knots.example/{v}", "variables": {"v": {"default": "1"}}}],
        "paths": {"/{p}/calls": {"post": operation, "parameters": [
            {"name": "p", "in": "path", "required": True, "schema": {"type": "string"}}
        ]}},
        "components": {"schemas": found},
    }  # fmt: skip


def small(value: Json) -> bytes | None:
    """The text of a description in JSON; None if it is too large."""
    data = json.dumps(value, separators=(",", ":")).encode()
    return data if len(data) <= MOST else None


descriptions = schemas().map(description).map(small).filter(bool)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A description and its revision: changed in one place, or another one."""
    old = draw(schemas())
    new = json.loads(json.dumps(old))
    change = draw(st.integers(0, 3))
    keys = sorted(new)
    if change == 0:
        new = draw(schemas())
    elif change == 1:
        new[draw(st.sampled_from(keys))] = draw(leaves)
    elif change == 2:
        key = draw(st.sampled_from(keys))
        new[key] = {"anyOf": [new[key], draw(leaves)]}
    else:
        new = {key: {**schema, "description": "Changed."} for key, schema in new.items()}
    texts = [small(description(one)) for one in (old, new)]
    return texts[0] or b"{}", texts[1] or b"{}"


@st.composite
def bodies(draw: st.DrawFn) -> Json:
    """A value, nested in the ways that the schemas are."""
    value: Json = draw(st.sampled_from([1, "x", None, {}, [], "a" * 200, 1e300, {"new": 1}]))
    steps = draw(st.lists(st.sampled_from(["a", "b", "list", "two", "kind", "x-1", "pair"]),
                          min_size=1, max_size=3))  # fmt: skip
    for step in steps * draw(st.sampled_from([1, 2, 6, 20, 60])):
        match step:
            case "list":
                value = [value]
            case "two":
                value = [value, 1]
            case "kind":
                value = {"kind": "x", "a": value}
            case "pair":
                value = {"a": value, "b": value if len(json.dumps(value)) < 200 else 2}
            case _:
                value = {step: value}
    return value


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, dict[str, str]]:
    """A body with its headers: JSON, or a form, of many parts, or packed."""
    text = json.dumps(draw(bodies())).encode()
    kind = draw(st.sampled_from(["json"] * 6 + ["form", "multipart", "nested", "packed", "spaces"]))
    headers = {"Content-Type": "application/json"}
    match kind:
        case "form":
            return b"&".join([b"a=1"] * 300), {"Content-Type": "application/x-www-form-urlencoded"}
        case "multipart":
            headers = {"Content-Type": "multipart/form-data; boundary=b"}
            return parts(*[("a", text.decode())] * draw(st.integers(1, 5))), headers
        case "nested":
            inner = b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            comment = "(" * draw(st.sampled_from([0, 900]))
            return inner * 40, {"Content-Type": f"multipart/mixed; boundary=b {comment}"}
        case "packed":
            packed = gzip.compress(
                gzip.compress(b"[" + b"[]," * 2_000_000 + b"1]", mtime=0), mtime=0
            )
            return packed, {**headers, "Content-Encoding": "gzip, gzip"}
        case "spaces":
            return gzip.compress(b" " * 9_000_000, mtime=0), {**headers, "Content-Encoding": "gzip"}
        case _:
            return text, headers


@st.composite
def _recordings(draw: st.DrawFn) -> tuple[str, bytes]:
    exchanges: list[Exchange] = []
    for _ in range(draw(st.integers(1, 2))):
        body, headers = draw(messages())
        url = (
            "https://knots.example/1/"
            + draw(st.sampled_from(["p", "%2F" * 200, "p" * 900]))
            + "/calls"
        )
        sent, sent_headers = draw(messages()) if draw(st.booleans()) else (None, {})
        exchanges.append(Exchange("POST", url, 200, body, headers, sent, sent_headers))
    write, name = draw(st.sampled_from([
        (ndjson, "a.ndjson"), (har, "a.har"), (json_cassette, "a.json"), (yaml_cassette, "a.yaml"),
    ]))  # fmt: skip
    data = write(exchanges)
    if draw(st.integers(0, 3)) == 3:
        data, name = gzip.compress(data, mtime=0), f"{name}.gz"
    return name, data


recordings = _recordings().filter(lambda found: len(found[1]) <= MOST)
"""The name and the bytes of a file with an exchange or two."""
