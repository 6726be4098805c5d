"""The limits of what intersections make of a description.

An intersection of unions has a branch for each combination of their branches (JSON Schema 2020-12
§10.2.1), so that a short description could take all memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

from ...document.tree import Location, MappingNode, Value
from .components import Components
from .intersect import annotate, without_annotations
from .node_values import mappings, sequence
from .nullability import without_null

UNIONS = ("oneOf", "anyOf")
_MAX_BRANCHES = 256
"""The number of branches of one intersection."""
_MAX_PARTS = 2000
"""The number of intersections, and of their properties, that each description may have."""
_CHARACTERS = 50
"""The number of characters of a description for which it may have one more."""
_REMEDY = "Describe the intersection as a schema without allOf."


class Combinations:
    """The intersections of one document; ``resolve`` returns the schema that a reference names."""

    def __init__(
        self, components: Components, resolve: Callable[[MappingNode], MappingNode]
    ) -> None:
        self._refs = components.refs
        self._findings = components.findings
        self._resolve = resolve
        self._parts = 0

    def add(self, parts: int) -> None:
        """Count intersections, or properties of intersections."""
        self._parts += parts

    def kinds(self, schema: MappingNode) -> set[Value]:
        """Return the types of a canonical schema, None for any."""
        types = [without_null(leaf).get("type") for leaf in self._leaves(schema)]
        return {kind for one in types for kind in sequence(one) or [one]}

    def limited(self, parts: Sequence[MappingNode], location: Location) -> MappingNode | None:
        """Return the type that replaces an intersection past the limits; None for another.

        That is the union alone, if one part is a union, and else any value.
        """
        parts = [part for part in parts if without_annotations(part)]
        if len(parts) < 2:
            return None
        self.add(1)
        counts = [len(self._leaves(part)) for part in parts]
        if prod(counts) > _MAX_BRANCHES:
            unions = [part for part, count in zip(parts, counts, strict=True) if count > 1]
            if len(unions) == 1:
                self._findings.warn(
                    "union-size",
                    location,
                    f"an intersection with a union of more than {_MAX_BRANCHES} branches; the "
                    "server alone checks what is beside the union",
                    _REMEDY,
                )
                return unions[0]
            fact = f"an intersection of unions has more than {_MAX_BRANCHES} branches"
        elif self._is_spent():
            fact = "the description has too many intersections for its length"
        else:
            return None
        self._findings.assume("allof-size", location, f"{fact}; any value is admitted", _REMEDY)
        whole = MappingNode(location)
        if all(self.kinds(part) == {"object"} for part in parts):
            whole["type"] = "object"
        for part in parts:
            whole = annotate(whole, part)
        return whole

    def _is_spent(self) -> bool:
        """Return whether the description has no more intersections."""
        if self._parts < _MAX_PARTS:
            return False
        texts = [text for one in self._refs.documents.values() for text in one.texts]
        return self._parts >= _MAX_PARTS + sum(map(len, texts)) // _CHARACTERS

    def _leaves(self, schema: MappingNode) -> Sequence[MappingNode]:
        """Return the branches of a union, and of the unions that they are; else the schema.

        If that is more than one intersection may have, some of them are unions still.
        """
        todo, found = [without_null(schema)], list[MappingNode]()
        while todo and len(found) + len(todo) <= _MAX_BRANCHES:
            one = self._resolve(todo.pop())
            branches = [branch for key in UNIONS for branch in mappings(one.get(key))]
            todo += branches
            found += [] if branches else [one]
        return [*found, *todo]
