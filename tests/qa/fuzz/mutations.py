"""Descriptions that were changed at random, by their structure or by their bytes."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml
from hypothesis import strategies as st

Json: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]

ODD: list[Json] = [
    None, True, False, 0, 1, -1, 1.5, -0.0, 1e300, 10**40, 2**63, "", " ", "a", "\n", "x" * 600, "é", "日本", "\u202e",
    "\x7f", "\U0001f600", "'", '"""', "\\", "{}", "{a}", "${a}", "#/components/schemas/A", "%", "..", "/", "null", "1",
    "string", "integer", "number", "object", "array", "boolean", "binary", "date-time", "uuid", "decimal", "application/json",
    "text/plain", "multipart/form-data", "*/*", "^a+$", "(?=a)", "[", "(?<n>a)\\k<n>", "\\p{L}", "class", "None", "self",
    "model_dump", "__init__", "X-Y", "200", "2XX", "default", "https://example.com", "//", "https://[", "http://a:b",
    "apiKey", "http", "bearer", "oauth2", "3.0.3", "3.1.0", "3.2.0", [], {}, [None], [[]], [{}], {"": {}}, {"$ref": ""},
    {"$ref": "#"}, {"$ref": "#/"}, {"$ref": "#/paths"}, {"$ref": "#/components/schemas"}, {"$ref": "other.yaml"},
    {"$ref": "https://example.com/a"}, {"$ref": "../spec.yaml"}, {"$ref": "spec.yaml#/components"}, {"$ref": 1},
    {"type": "string"}, {"type": ["null"]}, {"type": []}, {"enum": []}, {"enum": [1, "1", 1.0, True, None, {}, []]},
    {"const": None}, {"allOf": []}, {"oneOf": []}, {"anyOf": [{}]}, {"not": {}}, {"allOf": [True, False]},
]  # fmt: skip
"""Values that are right somewhere, or right nowhere."""

KEYS = [
    "$ref", "$defs", "$anchor", "$id", "$dynamicRef", "type", "enum", "const", "default", "example", "examples", "format",
    "pattern", "nullable", "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems",
    "allOf", "oneOf", "anyOf", "not", "if", "then", "discriminator", "minimum", "exclusiveMinimum", "multipleOf", "minLength",
    "maxLength", "minItems", "uniqueItems", "readOnly", "writeOnly", "deprecated", "description", "title", "xml",
    "schema", "content", "in", "name", "style", "explode", "allowReserved", "headers", "encoding", "itemSchema", "links",
    "callbacks", "security", "servers", "tags", "operationId", "parameters", "requestBody", "responses", "get", "post",
    "query", "additionalOperations", "components", "schemas", "securitySchemes", "x-anything", "", "a b", "é", "class", "200",
    "default", "url", "variables", "flows", "tokenUrl", "scopes", "mapping", "propertyName", "unevaluatedProperties",
]  # fmt: skip


def places(node: Json, at: Path = ()) -> Iterator[Path]:
    """The path of every node, the root's first."""
    yield at
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*at, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from places(value, (*at, index))


def node_at(root: Json, at: Path) -> Json:
    """The node at a path."""
    for key in at:
        root = root[key]
    return root


def dumped(root: Json) -> bytes:
    """As YAML; with the letters of every script as they are."""
    text: str = yaml.dump(root, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return text.encode("utf-8", errors="surrogatepass")


class _Dumper(yaml.SafeDumper):
    """Writes copies, not aliases, and quotes what YAML 1.2 would read as something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, data: str) -> yaml.Node:
    plain = data.replace("-", "").replace("_", "").replace("/", "").isalpha() and data.isascii()
    words = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    style = None if plain and data.lower() not in words else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(str, _text)


@st.composite
def changed(draw: st.DrawFn, seeds: list[Json]) -> Json:
    """One of ``seeds``, changed in one to three places; its version is left alone."""
    root = copy.deepcopy(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 3))):
        found = [at for at in places(root) if at not in ((), ("openapi",))]
        if not found:
            return root
        at = draw(st.sampled_from(found))
        _change(draw, root, at, found, seeds)
    return root


def _change(draw: st.DrawFn, root: Json, at: Path, found: list[Path], seeds: list[Json]) -> None:
    parent, key = node_at(root, at[:-1]), at[-1]
    kind = draw(st.sampled_from(
        ["delete", "odd", "odd", "add", "add", "copy", "graft", "swap", "rename", "deepen", "wrap", "ref"]
    ))  # fmt: skip
    match kind:
        case "delete":
            del parent[key]
        case "odd":
            parent[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case "add":
            value = copy.deepcopy(draw(st.sampled_from(ODD)))
            node = parent[key] if isinstance(parent[key], (dict, list)) else parent
            if isinstance(node, dict):
                node[draw(st.sampled_from(KEYS))] = value
            else:
                node.append(value)
        case "copy" | "swap":
            other = draw(st.sampled_from(found))
            value = copy.deepcopy(node_at(root, other))
            if kind == "swap" and at[: len(other)] != other and other[: len(at)] != at:
                node_at(root, other[:-1])[other[-1]] = copy.deepcopy(parent[key])
            parent[key] = value
        case "graft":
            seed = draw(st.sampled_from(seeds))
            alike = [path for path in places(seed) if path and path[-1] == key] or [()]
            parent[key] = copy.deepcopy(node_at(seed, draw(st.sampled_from(alike))))
        case "rename":
            if isinstance(parent, dict):
                new = draw(st.sampled_from(KEYS) | st.text(max_size=8))
                parent[new] = parent.pop(key)
        case "deepen":
            inner = {"type": "array", "items": parent[key]}
            for _ in range(draw(st.sampled_from([1, 5, 60]))):
                inner = {"type": "array", "items": inner}
            parent[key] = inner
        case "wrap":
            parent[key] = draw(
                st.sampled_from([[parent[key]], {"allOf": [parent[key]]}, {"x": parent[key]}])
            )
        case _:
            target = draw(st.sampled_from(found))
            words = (str(part).replace("~", "~0").replace("/", "~1") for part in target)
            parent[key] = {"$ref": "#/" + "/".join(words)}


@st.composite
def garbled(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """The text of one of ``seeds``, with bytes cut out, put in, doubled or moved."""
    data = seed = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        put = draw(
            st.sampled_from([b"", b"\t", b"\n", b"  ", b":", b"- ", b"[", b"}", b"&a ", b"*a", b"!!int ", b"---\n", b"\x00",
                             b"\xff", b"\xc3", b"\r", b'"', b"'", b"#", b"? ", b"|\n", b"<<: ", b"%", b"\xe2\x80\xa8",
                             b"\xef\xbb\xbf", b"9" * 400, b"[" * 300, b"{a: " * 900, b"{" * 9000, b"- " * 450, b".nan", b"1e999"])
            | st.binary(max_size=6)
            | st.integers(0, len(seed)).map(lambda at: seed[at : at + 100])
        )  # fmt: skip
        data = data[:start] + put + data[end:]
    return data


def add_mistake(draw: st.DrawFn, root: Json) -> None:
    """Add a fault that a client can live with, or that leaves the operation out."""
    operations = [operation for item in root["paths"].values() for operation in item.values()]
    operation: Json = draw(st.sampled_from(operations))
    listed = operation.get("parameters", [])
    parameter: Json = draw(st.sampled_from(listed)) if listed else {}
    schemas = root["components"]["schemas"]
    objects = [schemas[key] for key in sorted(schemas) if isinstance(schemas[key], dict)]
    schema: Json = draw(st.sampled_from(objects or [{}]))
    match draw(st.integers(0, 15)):
        case 0:
            operation["responses"] = {}
        case 1:
            operation.pop("responses", None)
        case 2:
            operation["responses"] = {"2x": {"description": None}, "200": {}, "99": {}}
        case 3:
            parameter.pop("required", None)
        case 4:
            parameter["style"] = draw(st.sampled_from(["matrix", "deepObject", "none", 1]))
        case 5:
            parameter.pop(draw(st.sampled_from(["name", "in", "schema"])), None)
        case 6:
            operation["security"] = [{"undeclared": []}]
        case 7:
            operation["requestBody"] = {"content": {"": {}, "a/b/c": None, "text/plain": 7}}
        case 8:
            schema["type"] = draw(st.sampled_from(["strin", "null", ["null"], "any", None]))
        case 9:
            schema |= {"enum": [], "required": []}
        case 10:
            schema["$ref"] = draw(st.sampled_from(["#/nowhere", "#/components", "no.yaml", ""]))
        case 11:
            schema |= {"exclusiveMinimum": draw(st.sampled_from([True, 3])), "minimum": "1"}
        case 12:
            schema |= {"requierd": ["a"], "properties": draw(st.sampled_from([None, [], {"a": 1}]))}
        case 13:
            schema |= {"example": 1, "examples": [2], "default": {"a": []}, "description": 7}
        case 14:
            root["servers"] = draw(st.lists(st.sampled_from([{"url": "x y"}, {"url": ""}, {}, 1])))
        case _:
            operation["operationId"] = draw(st.sampled_from(["", "same", "same", 7, "\n"]))
