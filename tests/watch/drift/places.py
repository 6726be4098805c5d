"""Where a description, as plain data, holds schemas, parameters, responses and the like."""

# ruff: noqa: E501 - tables, and odds
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.qa.fuzz.mutations import Json

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
SCHEMAS = "#/components/schemas/"
_ONE = ("items", "additionalProperties", "not", "contains", "if", "then", "else")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


@dataclass(frozen=True)
class Site:
    """A place that holds a schema: ``holder[key]``."""

    holder: Any
    key: Any
    role: str
    """``component``, ``top`` (a media type's, a parameter's or a header's), ``property``, ``tagged``
    (a branch of a union with a discriminator), ``inverse`` (``not`` and the like), or its keyword."""

    @property
    def node(self) -> Json:
        return self.holder[self.key]

    def put(self, value: Json) -> None:
        self.holder[self.key] = value


def operations(root: Json) -> Iterator[tuple[Json, str, Json]]:
    for item in root.get("paths", {}).values():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield item, method, item[method]
        for method, operation in item.get("additionalOperations", {}).items():
            yield item, method, operation


def incoming(root: Json) -> Iterator[tuple[Json, str, Json]]:
    items = [*root.get("webhooks", {}).values()]
    for _, _, op in operations(root):
        for callback in op.get("callbacks", {}).values():
            items += [item for key, item in callback.items() if not key.startswith(("$ref", "x-"))]
    for item in items:
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield item, method, item[method]


def calls(root: Json) -> list[tuple[Json, str, Json]]:
    return [*operations(root), *incoming(root)]


def components(root: Json, kind: str) -> Json:
    found = root.get("components", {}).get(kind)
    return found if isinstance(found, dict) else {}


_KINDS = {
    kind: kind for kind in ("responses", "requestBodies", "parameters", "headers", "examples")
}
_KINDS |= {"content": "media"}
"""The kinds of parts by the key of what holds them."""
_OTHER = ("schema", "itemSchema", "schemas", "example", "value", "securitySchemes")
"""Keys below which there are no parts."""


def parts(root: Json, kind: str) -> list[tuple[Any, Any]]:
    return [(holder, key) for found, holder, key in _parts(root, "") if found == kind]


def _parts(node: Json, name: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield the parts in a node, which is the value of the key ``name``, with their kinds."""
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if isinstance(value, dict) and name in _KINDS:
            yield _KINDS[name], node, key
        elif isinstance(value, dict) and key == "requestBody":
            yield "requestBodies", node, key
        if isinstance(value, (dict, list)) and key not in _OTHER:
            yield from _parts(value, "" if name in _KINDS else str(key))


def sites(root: Json) -> Iterator[Site]:
    for key in components(root, "schemas"):
        yield from _at(Site(components(root, "schemas"), key, "component"))
    for kind in ("media", "parameters", "headers"):
        for holder, key in parts(root, kind):
            for name in ("schema", "itemSchema"):
                if name in holder[key]:
                    yield from _at(Site(holder[key], name, "top"))


def _at(site: Site) -> Iterator[Site]:
    yield site
    node = site.node
    if not isinstance(node, dict):
        return
    for name in node.get("properties", {}):
        yield from _at(Site(node["properties"], name, "property"))
    for keyword in _ONE:
        if isinstance(node.get(keyword), dict):
            inverse = keyword not in ("items", "additionalProperties")
            yield from _at(Site(node, keyword, "inverse" if inverse else keyword))
    for keyword in _LISTS:
        for index in range(len(node.get(keyword, ()))):
            role = "tagged" if "discriminator" in node and keyword != "allOf" else keyword
            yield from _at(Site(node[keyword], index, role))


def target(root: Json, node: Json) -> Json:
    ref = node.get("$ref") if isinstance(node, dict) else None
    if not isinstance(ref, str) or not ref.startswith(SCHEMAS):
        return None
    key = ref.removeprefix(SCHEMAS).replace("~1", "/").replace("~0", "~")
    return components(root, "schemas").get(key)


def resolved(root: Json, node: Json) -> Json:
    while isinstance(node.get("$ref"), str):
        _, _, kind, name = node["$ref"].split("/")
        node = root["components"][kind][name]
    return node


def references(node: Json) -> Iterator[Json]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def reached(root: Json, node: Json) -> set[str]:
    found: set[str] = set()
    todo = [node]
    while todo:
        for ref in references(todo.pop()):
            if ref["$ref"] not in found:
                found.add(ref["$ref"])
                todo.append(target(root, ref))
    return found
