"""A description as plain data: its files, references and operations, read without speclock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import yaml

from tests.qa.corpus import swagger2

Json = Any
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Unresolvable(Exception):
    """A reference that leads to nothing, or that this program doesn't follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of a description and its file."""

    file: Path
    value: Json

    def member(self, key: str) -> Node:
        """Return a member, which must exist."""
        return Node(self.file, self.value[key])

    def get(self, key: str) -> Json:
        """Return a member of a mapping, None where there is none."""
        return self.value.get(key) if isinstance(self.value, dict) else None


@dataclass(frozen=True, slots=True)
class Call:
    """One operation."""

    method: str
    path: str
    operation: Node
    parameters: tuple[Node, ...]


class Source:
    """A description and the files that it refers to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[Path, Json] = {}
        self.is_20 = "swagger" in read(path)
        self.root = Node(path, self._load(path))
        self.version = str(self.root.get("openapi"))
        self.is_30 = self.is_20 or self.version.startswith("3.0")

    def _load(self, path: Path) -> Json:
        if path not in self._files:
            self._files[path] = swagger2.renamed(read(path)) if self.is_20 else read(path)
        return self._files[path]

    def target(self, node: Node) -> tuple[str, Node]:
        """Return an identity and the node that the ``$ref`` of ``node`` names."""
        file, _, pointer = node.value["$ref"].partition("#")
        if "://" in file:
            raise Unresolvable(node.value["$ref"])
        path = (node.file.parent / unquote(file)).resolve() if file else node.file
        if pointer and not pointer.startswith("/"):
            raise Unresolvable(node.value["$ref"])
        try:
            value = self._load(path)
            for token in unquote(pointer).split("/")[1:]:
                key = token.replace("~1", "/").replace("~0", "~")
                value = value[int(key)] if isinstance(value, list) else _member(value, key)
        except (OSError, KeyError, ValueError, IndexError, TypeError) as error:
            raise Unresolvable(node.value["$ref"]) from error
        return f"{path}#{pointer}", Node(path, value)

    def resolve(self, node: Node) -> Node:
        """Follow the references of an object that isn't a schema."""
        for _ in range(20):
            if not isinstance(node.get("$ref"), str):
                return node
            _, node = self.target(node)
        raise Unresolvable("a circle")

    def calls(self) -> Iterator[Call]:
        """Yield each operation, with the parameters of its path item."""
        every = [self.root.get("paths"), self.root.get("x-ms-paths")]
        for path, value in (one for paths in every for one in (paths or {}).items()):
            item = self._item(Node(self.root.file, value))
            for method, operation in operations(item.value, self.version):
                node = Node(item.file, operation)
                with suppress(Unresolvable):
                    node = self.resolve(node)
                parameters = self._parameters(item, node)
                if self.is_20:
                    node, parameters = self._modern(node, parameters)
                yield Call(method.upper(), path, node, parameters)

    def _modern(self, node: Node, parameters: tuple[Node, ...]) -> tuple[Node, tuple[Node, ...]]:
        """Return an operation and parameters of Swagger 2.0 as those of OpenAPI 3.0."""
        responses: dict[str, Json] = {}
        for status in node.get("responses") or {}:
            with suppress(Unresolvable):
                one = self.resolve(node.member("responses").member(status))
                responses[status] = one.value if one.file == node.file else {}
        values = [one.value for one in parameters if one.file == node.file]
        made = swagger2.operation(node.value, self.root.value, values, responses)
        others = [one for one in parameters if one.value["in"] not in ("body", "formData")]
        return Node(node.file, made), tuple(
            Node(one.file, swagger2.parameter(one.value)) for one in others
        )

    def _item(self, item: Node) -> Node:
        """Return a path item, with what stands beside its ``$ref`` if it has one."""
        for _ in range(20):
            if not isinstance(item.get("$ref"), str):
                break
            beside = {key: value for key, value in item.value.items() if key != "$ref"}
            try:
                _, target = self.target(item)
                item = Node(target.file, {**target.value, **beside})
            except (Unresolvable, TypeError):
                item = Node(item.file, beside)
        return item if isinstance(item.value, dict) else Node(item.file, {})

    def _parameters(self, item: Node, operation: Node) -> tuple[Node, ...]:
        found: dict[tuple[str, str], Node] = {}
        for owner in (item, operation):
            listed = owner.get("parameters")
            for one in listed if isinstance(listed, list) else ():
                try:
                    parameter = self.resolve(Node(owner.file, one))
                    found[parameter.value["in"], parameter.value["name"]] = parameter
                except (Unresolvable, KeyError, TypeError):
                    continue
        return tuple(found.values())

    def json_bodies(self, owner: Node) -> Iterator[tuple[str, Node]]:
        """Yield the JSON media types of a request body or response, with their schemas."""
        return (
            (media_type, schema) for media_type, schema in self.bodies(owner) if is_json(media_type)
        )

    def bodies(self, owner: Node) -> Iterator[tuple[str, Node]]:
        """Yield the media types of a request body or response that have a schema, with it."""
        content = owner.get("content")
        for media_type in content if isinstance(content, dict) else ():
            try:
                media = self.resolve(owner.member("content").member(media_type))
            except Unresolvable:
                continue
            schema = media.get("schema")
            if isinstance(schema, dict) and schema:
                yield media_type, media.member("schema")

    @property
    def components(self) -> dict[str, Node]:
        """Return the schemas of the main file by their identity."""
        return _components(self.root)


@cache
def _components(root: Node) -> dict[str, Node]:
    place = "definitions" if root.get("swagger") else "components/schemas"
    schemas = root.value
    for key in place.split("/"):
        schemas = schemas.get(key) or {}
    return {
        f"{root.file}#/{place}/{name.replace('~', '~0').replace('/', '~1')}": Node(
            root.file, schema
        )
        for name, schema in schemas.items()
        if isinstance(name, str) and isinstance(schema, dict)
    }


def is_json(media_type: str) -> bool:
    """Tell whether a media type is JSON (RFC 8259) or has its suffix (RFC 6839)."""
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def _member(value: Json, key: str) -> Json:
    if not isinstance(value, dict):
        raise KeyError(key)
    if key in value:
        return value[key]
    return value[int(key)]  # an integer key in YAML, such as a status


def operations(item: dict[str, Any], version: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each method of a path item with its operation; 3.2 adds ``query`` and any other."""
    newer = not version.startswith(("3.0", "3.1"))
    for method in (*METHODS, *(("query",) if newer else ())):
        if isinstance(item.get(method), dict):
            yield method, item[method]
    if newer and isinstance(item.get("additionalOperations"), dict):
        yield from item["additionalOperations"].items()


def read(path: Path) -> dict[str, Any]:
    """The document as plain data; whatever isn't a mapping reads as an empty one."""
    text = path.read_bytes()
    try:
        data = json.loads(text) if path.suffix == ".json" else yaml.load(text, _Loader)  # noqa: S506 - a safe one
    except (ValueError, yaml.YAMLError):
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a date stays the text that it was written as."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
