"""Paths of what a description has elsewhere in another version: in Swagger 2.0, or OpenAPI 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..declared import SECTIONS_20, is_swagger, path_of_section
from ..pointer import KeysPath
from ..tree import MappingNode, SequenceNode, Value, descend


def path_in(root: MappingNode, keys: KeysPath) -> KeysPath | None:
    """Return the path, in a document, of what is at ``keys`` in one of the other version.

    None if the document doesn't have that either.
    """
    try:
        if is_swagger(root):
            return tuple(_swagger_path(root, keys))
        return tuple(_openapi_path(root, keys))
    except (KeyError, StopIteration):
        return None


def _openapi_path(root: MappingNode, keys: KeysPath) -> Iterator[str | int]:
    """Yield keys with those that Swagger 2.0 lacks: ``components``, media types, ``schema``."""
    start = (
        [*path_of_section(root, SECTIONS_20[str(keys[0])])] if keys[0] in SECTIONS_20 else keys[:1]
    )
    node: Value = root
    for key in [*start, *keys[1:]]:
        inner: list[str | int] = []
        if isinstance(node, MappingNode) and key not in node:
            content = node.get("content")
            media_type = next(iter(content)) if isinstance(content, MappingNode) else ""
            inner = ["content", media_type, "schema"] if media_type else ["schema"]
            inner = inner[:-1] if key == "schema" else inner
        yield from (*inner, key)
        node = descend(node, [*inner, key])


def _swagger_path(root: MappingNode, keys: KeysPath) -> Iterator[str | int]:
    """Yield keys without those that Swagger 2.0 lacks."""
    rest: Iterable[str | int] = keys
    if keys[0] == "components" and len(keys) > 1:
        rest = (*path_of_section(root, str(keys[1])), *keys[2:])
    todo = iter(rest)
    node: Value = root
    for key in todo:
        path = [key]
        if isinstance(node, MappingNode) and key not in node:
            if key == "content":
                next(todo)  # the media type
                continue
            if key == "schema":
                continue
            if key == "requestBody":
                listed = node["parameters"]
                assert isinstance(listed, SequenceNode)
                path = ["parameters", next(_body(listed))]
        yield from path
        node = descend(node, path)


def _body(parameters: SequenceNode) -> Iterator[int]:
    """Yield the indices of the parameters that are bodies."""
    for index, node in enumerate(parameters):
        if isinstance(node, MappingNode) and node.get("in") == "body":
            yield index
