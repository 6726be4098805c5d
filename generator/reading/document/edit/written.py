"""The description as it is written: where a keyword is that canonical schemas have in one place.

Sources: OpenAPI 3.1.1 §4.8.23 (Reference Object), JSON Schema 2020-12 §10.2.1.1 (``allOf``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast
from urllib.parse import unquote

from ..declared import is_swagger
from ..json_text import Plain
from ..pointer import KeysPath, split
from ..tree import MappingNode, SequenceNode, SourceFile, descend, walk

Place: TypeAlias = KeysPath
_NAMED = ("properties", "patternProperties")
_SINGLE = ("items", "additionalProperties")
_MOST = 200
"""Places of one schema that are looked at."""
_DEEPEST = 20


class WrittenDescription:
    """The tree of a description, with overlays applied."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.is_swagger = is_swagger(source.root)
        is_3_0 = str(source.root.get("openapi", "")).startswith("3.0")
        self.null_keyword = "x-nullable" if self.is_swagger else "nullable" if is_3_0 else ""
        """The keyword that admits null; empty where null is a type of JSON Schema."""
        self._parts: dict[Place, dict[Place, None]] = {}

    def place(self, keys: Sequence[str | int]) -> Place | None:
        """Return keys with the indices of lists as numbers; None if they lead nowhere."""
        node: object = self.source.root
        path: list[str | int] = []
        for key in keys:
            path.append(int(key) if isinstance(node, SequenceNode) and str(key).isdigit() else key)
            try:
                node = descend(node, (key,))
            except KeyError:
                return None
        return tuple(path)

    def of_pointer(self, pointer: str) -> Place | None:
        """Return the place that a JSON pointer leads to; None if that is nowhere."""
        return self.place(split(pointer))

    def node(self, place: Place) -> object:
        """Return the node at a place; None if there is none."""
        try:
            return descend(self.source.root, place)
        except KeyError:
            return None

    def is_mapping(self, place: Place) -> bool:
        """Return whether there is a mapping at a place."""
        return isinstance(self.node(place), MappingNode)

    def members(self, place: Place) -> Mapping[str, object]:
        """Return the members of what is at a place; none if that isn't a mapping."""
        node = self.node(place)
        return node if isinstance(node, MappingNode) else {}

    def listed(self, place: Place) -> Sequence[object]:
        """Return the items of what is at a place; none if that isn't a list."""
        node = self.node(place)
        return node if isinstance(node, SequenceNode) else ()

    def plain(self, place: Place) -> Plain:
        """Return what is at a place as data of JSON, which nodes are."""
        return cast("Plain", self.node(place))

    def mapping(self, place: Place) -> dict[str, Plain]:
        """Return the mapping at a place as data of JSON; empty if there is none."""
        plain = self.plain(place)
        return plain if isinstance(plain, dict) else {}

    def holders(self, schema: Place, keyword: str) -> list[Place]:
        """Return the schemas that have a keyword and that a schema is made of."""
        return [place for place in self.parts(schema) if keyword in self.members(place)]

    def parts(self, schema: Place, depth: int = 0) -> list[Place]:
        """Return the places that restrict the same values: parts of ``allOf``, referred schemas."""
        if schema in self._parts or depth > _DEEPEST:
            return [*self._parts.get(schema, (schema,))]
        parts = self._parts[schema] = {}
        todo = [schema]
        while todo and len(parts) < _MOST:
            place = todo.pop()
            if place not in parts:
                parts[place] = None
                todo += [*self._inside(place), *self._around(place, depth)]
        return [*parts]

    def roots(self, schema: Place) -> list[Place]:
        """Return those of the places that restrict the same values that no other one has."""
        parts = self.parts(schema)
        inside = {each for part in parts for each in self._inside(part)}
        return [part for part in parts if part not in inside]

    def composed(self, part: Place) -> list[Place]:
        """Return the schemas with an ``allOf`` that a schema is a part of."""
        places: list[Place] = []
        for node in walk(self.source.root):
            if isinstance(node.get("allOf"), SequenceNode):
                place = self.of_pointer(node.location.pointer)
                if place is not None and part in self.parts(place):
                    places.append(place)
        return places

    def _inside(self, place: Place) -> Iterator[Place]:
        """Yield what a schema refers to, and its parts; a branch beside null is one."""
        reference = self.members(place).get("$ref")
        if isinstance(reference, str) and reference.startswith("#/"):
            target = self.of_pointer(unquote(reference[1:]))
            if target is not None:
                yield target
        for index in range(len(self.listed((*place, "allOf")))):
            yield (*place, "allOf", index)
        for keyword in ("anyOf", "oneOf"):
            branches = self.listed((*place, keyword))
            others = [index for index, branch in enumerate(branches) if not _is_null(branch)]
            if len(others) == 1:
                yield (*place, keyword, others[0])

    def _around(self, place: Place, depth: int) -> Iterator[Place]:
        """Yield the schema that a part belongs to; and the same member of its other parts."""
        if place[-2:-1] == ("allOf",):
            yield place[:-2]
        is_named = any(key in _NAMED for key in place[-2:-1])
        step = 2 if is_named else 1 if any(key in _SINGLE for key in place[-1:]) else 0
        if not step or len(place) <= step:
            return
        for owner in self.parts(place[:-step], depth + 1):
            other = self.place((*owner, *place[-step:]))
            if other is not None and other != place:
                yield other


def _is_null(branch: object) -> bool:
    """Return whether null is the only value of a branch."""
    return isinstance(branch, MappingNode) and (
        branch.get("type") == "null" or branch.get("enum") == [None]
    )
