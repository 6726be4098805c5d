"""Random pairs of small descriptions whose schemas are sent and received.

What single keywords don't show is frequent in them: members of one direction, discriminators with a
mapping, maps and unions, and listed values of several types.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.qa.fuzz.mutations import Json
from tests.watch.drift.mutations import IN_DIRECTIONS, IN_SCHEMAS
from tests.watch.drift.places import SCHEMAS, sites

_MUTATIONS = {**IN_SCHEMAS, **IN_DIRECTIONS}
_LISTED: list[Json] = [
    {"enum": [1, "auto"]}, {"enum": [True, "auto"]}, {"enum": [1, 2, 3]}, {"const": 1},
    {"const": False}, {"type": "string", "enum": ["a", "b"]}, {"type": "integer", "enum": [1, 2]},
]  # fmt: skip
_SCALARS: list[Json] = [
    {"type": "string"}, {"type": "string", "maxLength": 3}, {"type": "string", "format": "date"},
    {"type": "integer"}, {"type": "integer", "minimum": 1, "maximum": 9}, {"type": "number"},
    {"type": "boolean"}, {"type": ["string", "null"]}, {"type": ["integer", "string"]},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A description, the one that it became, and the names of the changes."""

    name: str
    """The end of its operations' names: ``send_NAME`` and ``get_NAME``."""
    old: Json
    new: Json
    changes: tuple[str, ...]


def random_pair(name: str, random: Random) -> Pair:
    """Return a description with an operation in each direction, and a changed copy of it."""
    old = _Writer(name, random).description()
    new = copy.deepcopy(old)
    changes: list[str] = []
    while not changes or _is_contradictory(new):
        changes, new = [], copy.deepcopy(old)
        for chosen in random.choices(sorted(_MUTATIONS), k=random.choice([1, 1, 2])):
            if _MUTATIONS[chosen](new, random):
                changes.append(chosen)
    return Pair(name, old, new, tuple(changes))


def _is_contradictory(root: Json) -> bool:
    """Return whether a member belongs to neither direction, which OpenAPI forbids."""
    marks = [{"readOnly", "writeOnly"} <= site.node.keys() for site in sites(root)]
    return any(marks)


def joined(roots: Iterator[Json]) -> Json:
    """Return one description with the operations and the schemas of several."""
    whole = _root({}, {})
    for root in roots:
        whole["paths"] |= root["paths"]
        whole["components"]["schemas"] |= root["components"]["schemas"]
    return whole


def _root(paths: Json, schemas: Json) -> Json:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pairs", "version": "1"},
        "servers": [{"url": "https://pairs.example"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _content(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


class _Writer:
    """Writes one description; the keys of its schemas end with its name."""

    def __init__(self, name: str, random: Random) -> None:
        self.name = name
        self.random = random
        self.schemas: Json = {}
        self.keys: list[str] = []

    def description(self) -> Json:
        for key in ("Cat", "Dog", "Owl"):  # each refers to earlier ones, so that values end
            self._add(key, self._object(0))
            self.keys.append(key)
        top = {"type": "object", "required": ["value"], "properties": {"value": self._schema(3)}}
        whole = self._add("Top", top)
        paths: Json = {}
        direction = self.random.choice(["both", "both", "both", "send", "get"])
        if direction != "get":
            paths[f"/send/{self.name}"] = self._operation("send", whole, None)
        if direction != "send":
            paths[f"/get/{self.name}"] = self._operation("get", None, whole)
        if self.random.random() < 0.4:  # a branch by itself
            paths[f"/cat/{self.name}"] = self._operation("cat", None, self._reference("Cat"))
        return _root(paths, self.schemas)

    def _operation(self, verb: str, sent: Json, received: Json) -> Json:
        operation: Json = {"operationId": f"things/{verb}_{self.name}"}
        if sent is not None:
            operation["requestBody"] = {"required": True, **_content(sent)}
        if received is None:
            operation["responses"] = {"204": {"description": "Done."}}
        else:
            operation["responses"] = {"200": {"description": "It.", **_content(received)}}
        return {"post": operation}

    def _add(self, key: str, schema: Json) -> Json:
        self.schemas[f"{key}{self.name}"] = schema
        return self._reference(key)

    def _reference(self, key: str) -> Json:
        return {"$ref": f"{SCHEMAS}{key}{self.name}"}

    def _schema(self, depth: int) -> Json:
        kinds = ["scalar", "listed", *(["reference"] if self.keys else [])]
        if depth:
            kinds += ["object", "map", "array", "union", "union", "tagged", "tagged", "nullable"]
        match self.random.choice(kinds):
            case "scalar":
                return copy.deepcopy(self.random.choice(_SCALARS))
            case "listed":
                return copy.deepcopy(self.random.choice(_LISTED))
            case "reference":
                return self._reference(self.random.choice(self.keys))
            case "object":
                return self._object(depth - 1)
            case "map":
                return {"type": "object", "additionalProperties": self._schema(depth - 1)}
            case "array":
                return {"type": "array", "items": self._schema(depth - 1)}
            case "nullable":
                return {"anyOf": [self._schema(depth - 1), {"type": "null"}]}
            case "union":
                branches = [self._schema(depth - 1) for _ in range(self.random.choice([2, 2, 3]))]
                return {self.random.choice(["anyOf", "oneOf"]): branches}
            case _:
                return self._tagged()

    def _object(self, depth: int) -> Json:
        names = self.random.sample(["a", "b", "c", "d"], self.random.choice([1, 2, 3]))
        members = {name: self._schema(depth) for name in names}
        for member in members.values():
            mark = self.random.choice(["readOnly", "writeOnly", "", ""])
            if mark:
                member[mark] = True
        required = [name for name in names if self.random.random() < 0.5]
        written: Json = {"type": "object", "properties": members}
        if required:
            written["required"] = required
        if self.random.random() < 0.2:
            written["additionalProperties"] = False
        return written

    def _tagged(self) -> Json:
        keys = self.random.sample(["Cat", "Dog", "Owl"], self.random.choice([2, 3]))
        mapping: Json = {}
        for key in keys:
            schema = self.schemas[f"{key}{self.name}"]
            schema["properties"]["kind"] = {"type": "string"}
            schema["required"] = sorted({*schema.get("required", ()), "kind"})
            mapping[key.lower()] = self._reference(key)["$ref"]
        if self.random.random() < 0.3:
            mapping["pet"] = self._reference(keys[0])["$ref"]
        discriminator = {"propertyName": "kind", "mapping": mapping}
        return {"oneOf": [self._reference(key) for key in keys], "discriminator": discriminator}
