"""The limits of what intersections make of a description.

An intersection of unions has a branch for each combination of their branches (JSON Schema 2020-12
§10.2.1), so that a short description could take all memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from math import prod

from ....budget import Budget, BudgetExceeded
from ....document.tree import Location, MappingNode
from ..nodes.context import Context
from ..nodes.intersect import annotate, clash, without_annotations
from ..nodes.node_values import UNIONS, branches_of, key_of, kinds_of
from ..nodes.nullability import without_null

_MAX_BRANCHES = 256
"""The number of branches of one intersection."""
_MAX_LEAVES = 10_000
"""The number of branches that are looked at to find those of one intersection."""
_MAKE = 20
"""The cost of an intersection, or of a property of one; that of a branch looked at is 1."""
_LEAST = 2000
"""The intersections that each description may have, besides one for each two nodes."""
_REMEDY = "Describe the intersection as a schema without allOf."


class Combinations:
    """The intersections of one document; ``resolve`` returns the schema that a reference names."""

    def __init__(self, context: Context, resolve: Callable[[MappingNode], MappingNode]) -> None:
        self._refs = context.refs
        self._findings = context.findings
        self._resolve = resolve
        self._budget = Budget(0, "steps")

    def spend(self, amount: int) -> None:
        """Count intersections, or properties of intersections, before they are made."""
        self._spend(amount * _MAKE)

    def _spend(self, amount: int) -> None:
        self._budget.limit = _MAKE * (_LEAST + self._refs.nodes // 2)
        self._budget.spend(amount)

    def kinds(self, schema: MappingNode) -> set[str | None]:
        """Return the types of a canonical schema, None for any."""
        kinds = set[str | None]()
        for index, leaf in enumerate(self._leaves(schema)):
            kinds.update(kinds_of(without_null(leaf)) or [None])
            if index >= _MAX_BRANCHES or None in kinds:
                return {*kinds, None}
        return kinds

    def limited(self, parts: Sequence[MappingNode], location: Location) -> MappingNode | None:
        """Return the type that replaces an intersection past the limits; None for another.

        That is the union alone, if one part is a union, and else any value.
        """
        parts = [part for part in parts if without_annotations(part)]
        if len(parts) < 2:
            return None
        try:
            self.spend(1)
            counts = self._counts(parts)
        except BudgetExceeded as error:
            return self.open(parts, location, error)
        if prod(counts) <= _MAX_BRANCHES:
            return None
        unions = [part for part, count in zip(parts, counts, strict=True) if count > 1]
        if len(unions) > 1:
            return self.open(parts, location, f"more than {_MAX_BRANCHES} branches")
        self._findings.warn(
            "union-size",
            location,
            f"an intersection with a union of more than {_MAX_BRANCHES} branches; the "
            "server alone checks what is beside the union",
            _REMEDY,
        )
        return unions[0]

    def open(
        self, parts: Sequence[MappingNode], location: Location, error: BudgetExceeded | str
    ) -> MappingNode:
        """Return the type of any value, or of any object, that replaces an intersection."""
        fact = f"an intersection of unions has {error}"
        if isinstance(error, BudgetExceeded):
            fact = f"the intersections of the description take {error}"
        self._findings.assume("allof-size", location, f"{fact}; any value is admitted", _REMEDY)
        whole = MappingNode(location)
        if all(self.kinds(part) == {"object"} for part in parts):
            whole["type"] = "object"
        return reduce(annotate, parts, whole)

    def _counts(self, parts: Sequence[MappingNode]) -> list[int]:
        """Return the number of branches of each part that the parts without branches admit."""
        resolved = [self._resolve(part) for part in parts]
        alone = [part for part in resolved if not any(key in part for key in UNIONS)]
        counts = list[int]()
        for part in resolved:
            count = 0
            for index, leaf in enumerate(self._leaves(part) if len(alone) < len(parts) else [part]):
                self._spend(1)
                count += not any(clash(leaf, one) for one in alone if one is not part)
                if count > _MAX_BRANCHES or index >= _MAX_LEAVES:
                    count = _MAX_BRANCHES + 1
                    break
            counts.append(max(count, 1))
        return counts

    def _leaves(
        self, schema: MappingNode, around: frozenset[str] = frozenset()
    ) -> Iterator[MappingNode]:
        """Yield the branches of a union, and of the unions that they are; else the schema.

        ``around`` are the keys of the unions that the schema is a branch of, which add nothing.
        """
        schema = without_null(schema)
        key = key_of(schema)
        if key in around:
            return
        one = self._resolve(schema)
        branches = branches_of(one)
        for branch in branches:
            yield from self._leaves(branch, around | {key} if key else around)
        if not branches:
            yield one
