"""The places of parts: the line in a description that has the name of a part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ...base.errors import Place
from .pointer import join, split
from .tree import Location, MappingNode, SequenceNode, SourceFile, Value, step

_SPELLINGS = {"examples": ("example",), "enum": ("const",), "nullable": ("type", "anyOf", "oneOf")}
"""Members of the canonical form to those that have their values in a description."""
_PART = re.compile(r"/allOf/\d+(?=/)")


def place_of(location: Location) -> Place:
    """Return the place of the name of a part, or of the index of an item.

    Where the description doesn't have the part itself, as in a schema that is made of an ``allOf``,
    this is the part of it that has the member, or else what is around it.
    """
    document, keys = location.document, split(location.pointer)
    if not keys:
        return location.place
    for last in (keys[-1], *_SPELLINGS.get(keys[-1], ())):
        pointer = join([*keys[:-1], last])
        for each in (pointer, _PART.sub("", pointer)):  # another part of an allOf may have it
            found, is_whole = _written(document, split(each))
            if found is not None and is_whole:
                return replace(found.place, pointer=pointer)
    around = None if location.position else _written(document, keys)[0]
    return replace((around or location).place, pointer=location.pointer)


def place_at(document: SourceFile, pointer: str) -> Place:
    """Return the place of what is at a JSON pointer, or else of what is around it."""
    location, _ = _written(document, split(pointer))
    return replace((location or document.root.location).place, pointer=pointer)


def _written(document: SourceFile, keys: list[str]) -> tuple[Location | None, bool]:
    """Return the location of the last key that the text has, and whether that is all keys."""
    location: Location | None = None
    nodes: list[Value] = [document.whole]
    for key in keys:
        members = [*_members(document, nodes, key)]
        if not members:
            return location, False
        location, nodes = members[0][0], [value for _, value in members]
    return location, True


def _members(
    document: SourceFile, nodes: list[Value], key: str
) -> Iterator[tuple[Location, Value]]:
    """Yield what nodes have under a key; also what they refer to, and the parts of an ``allOf``."""
    todo, seen = [*nodes], set[int]()
    for one in todo:
        if id(one) in seen:
            continue
        seen.add(id(one))
        with suppress(KeyError):
            yield step(one, key)
        if not isinstance(one, MappingNode):
            continue
        parts, ref = one.get("allOf"), one.get("$ref")
        todo += parts if isinstance(parts, SequenceNode) else ()
        if isinstance(ref, str) and ref.startswith("#"):
            with suppress(KeyError):
                todo.append(document.resolve(ref[1:]))
