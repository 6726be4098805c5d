"""What values say of two descriptions: jsonschema's word, and none of the project's own.

Both descriptions are in OpenAPI 3.1 as they are written, so that their schemas are JSON Schema.
"""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

import copy
import json
from random import Random

import jsonschema

from tests.qa.fuzz.mutations import Json
from tests.watch.drift.places import SCHEMAS, incoming, operations, reached, resolved, sites, target

_TEXTS = ["", "a", "b", "bb", "ab", "A", "AB", "1", "12", "quite_new", "2026-01-01"]
_NUMBERS = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 977, 2000, 0.5, 9001]
_OTHERS: list[Json] = [None, True, 5, 1.5, "a", [], {}, [True]]
_DEEPEST = 6


def directed(root: Json, direction: str) -> Json:
    """A description as it holds in one direction: what is never sent there isn't required, and who
    reads doesn't mind members that nobody described."""
    root = copy.deepcopy(root)
    hidden = "readOnly" if direction == "request" else "writeOnly"
    for site in list(sites(root)):
        node = site.node
        if not isinstance(node, dict):
            continue
        members = node.get("properties", {})
        marked = {n for n, m in members.items() if isinstance(m, dict) and m.get(hidden) is True}
        if isinstance(node.get("required"), list):
            node["required"] = [name for name in node["required"] if name not in marked]
        if direction == "response" and node.get("additionalProperties") is False:
            del node["additionalProperties"]
    return root


def visible(root: Json, direction: str) -> Json:
    """A description without the members that its other direction alone has."""
    root = copy.deepcopy(root)
    hidden = "readOnly" if direction == "request" else "writeOnly"
    for node in [site.node for site in sites(root) if isinstance(site.node, dict)]:
        members = node.get("properties", {})
        marked = {n for n, m in members.items() if isinstance(m, dict) and m.get(hidden) is True}
        for name in marked:
            del members[name]
        if marked and "required" in node:
            node["required"] = [name for name in node["required"] if name not in marked]
    return root


def schemas(root: Json, direction: str) -> dict[tuple[str, ...], Json]:
    """The schema of every parameter and body, or of every answer and header, by where it is used."""
    found: dict[tuple[str, ...], Json] = {}
    other = "response" if direction == "request" else "request"
    every = [(direction, *call) for call in operations(root)]
    every += [(other, *call) for call in incoming(root)]
    for seen, item, method, op in every:
        label = op.get("operationId", method)
        if seen == "request":
            for one in [*item.get("parameters", ()), *op.get("parameters", ())]:
                parameter = resolved(root, one)
                found[label, parameter["in"], parameter["name"]] = parameter.get("schema")
            body = resolved(root, op.get("requestBody", {}))
            for name, media in body.get("content", {}).items():
                found[label, "body", name] = media.get("schema")
        else:
            for status, one in op.get("responses", {}).items():
                answer = resolved(root, one)
                for name, media in answer.get("content", {}).items():
                    found[label, status, name] = media.get("schema")
                for name, header in answer.get("headers", {}).items():
                    found[label, status, "header", name] = resolved(root, header).get("schema")
    return {key: schema for key, schema in found.items() if isinstance(schema, dict)}


def witness(wide: Json, narrow: Json, direction: str, random: Random, tries: int) -> Json:
    """A place and a value that fits there in ``wide`` and not in ``narrow``; None if none is found.

    Both are whole descriptions of one direction.
    """
    olds, news = schemas(wide, direction), schemas(narrow, direction)
    pairs = [(key, olds[key], news[key]) for key in olds if key in news]
    pairs = [pair for pair in pairs if _whole(pair[1], wide) != _whole(pair[2], narrow)]
    checks = [
        (key, old, new, *(jsonschema.Draft202012Validator(_rooted(s, r)) for s, r in ((old, wide), (new, narrow))))
        for key, old, new in pairs
    ]  # fmt: skip
    for index in range(tries):
        for key, old, new, first, second in checks:
            source, root = ((old, wide), (new, narrow))[index % 2]
            value = made(source, root, random)
            if direction == "request" and '"quite_new":' in json.dumps(value):
                continue  # a caller sends no member that its description lacks
            if first.is_valid(value) and not second.is_valid(value):
                return [*key, value]
    return None


def _rooted(schema: Json, root: Json) -> Json:
    return {**schema, "components": root.get("components", {})}


def _whole(schema: Json, root: Json) -> str:
    """All of a schema as a text, in which 1 isn't true."""
    targets = {ref: target(root, {"$ref": ref}) for ref in reached(root, schema)}
    return json.dumps([schema, targets], sort_keys=True)


def made(schema: Json, root: Json, random: Random, depth: int = 0) -> Json:
    """A value that fits a schema as a rule, and lies at its borders."""
    if not isinstance(schema, dict) or depth > 3 * _DEEPEST or random.random() < 0.03:
        return random.choice(_OTHERS)
    if "$ref" in schema:
        return made(target(root, schema), root, random, depth)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "allOf" in schema:
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        values = [made(part, root, random, depth) for part in [*schema["allOf"], rest]]
        whole: Json = {}
        for value in values:
            whole |= value if isinstance(value, dict) else {}
        return whole or values[0]
    for keyword in ("oneOf", "anyOf"):
        if keyword in schema:
            branch = random.choice(schema[keyword])
            value = made(branch, root, random, depth)
            tags = schema.get("discriminator", {}).get("mapping", {})
            for tag, ref in tags.items():
                if isinstance(value, dict) and branch.get("$ref") in (ref, SCHEMAS + ref):
                    value[schema["discriminator"]["propertyName"]] = tag
            return value
    kind = schema.get("type", "object" if "properties" in schema else None)
    kind = random.choice(kind) if isinstance(kind, list) else kind
    match kind:
        case "null":
            return None
        case "boolean":
            return random.random() < 0.5
        case "string":
            bounds = [schema[b] for b in ("minLength", "maxLength") if b in schema]
            lengths = [n for bound in bounds for n in (bound - 1, bound, bound + 1) if n >= 0]
            texts = [text for text in _TEXTS if len(text) in lengths] or _TEXTS
            sized = [random.choice("a1A") * n for n in lengths]
            return random.choice([*texts, *sized])
        case "integer" | "number":
            bounds = [
                v for k, v in schema.items() if k.endswith("imum") and not isinstance(v, bool)
            ]
            near = [bound + step for bound in bounds for step in (-1, 0, 1)]
            value = random.choice([*near, *_NUMBERS])
            return int(value) if kind == "integer" else value
        case "array":
            return _items(schema, root, random, depth)
        case "object":
            return _members(schema, root, random, depth)
        case _:
            return random.choice(_OTHERS)


def _items(schema: Json, root: Json, random: Random, depth: int) -> Json:
    least = schema.get("minItems", 0)
    sizes = [least, least + 1, least + 2]
    sizes += [schema["maxItems"] + more for more in (0, 1) if "maxItems" in schema]
    size = random.choice(sizes) if depth < _DEEPEST else least
    first = [made(one, root, random, depth + 1) for one in schema.get("prefixItems", ())]
    items = made(schema.get("items", {}), root, random, depth + 1)
    alike = random.random() < 0.5
    rest = [
        items if alike else made(schema.get("items", {}), root, random, depth + 1)
        for _ in range(size)
    ]
    return [*first, *rest] if random.random() < 0.8 else rest


def _members(schema: Json, root: Json, random: Random, depth: int) -> Json:
    needed = schema.get("required", ())
    chance = random.choice([0.0, 0.3, 0.9]) if depth < _DEEPEST else 0.0
    value = {
        name: made(member, root, random, depth + 1)
        for name, member in schema.get("properties", {}).items()
        if name in needed or random.random() < chance
    }
    value |= {name: "a" for name in needed if name not in value}
    extra = schema.get("additionalProperties", {})
    if extra is not False and random.random() < chance:
        value["further"] = made(extra, root, random, depth + 1)
    return value
