"""The limits of what intersections make of a description.

An intersection of unions has a branch for each combination of their branches (JSON Schema 2020-12
§10.2.1), so that a short description could take all memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from math import prod

from .....base.budget import Budget, BudgetExceeded
from ....document.tree import Location
from ...model.schemas import Schema
from ..nodes.context import Context
from .canonical import annotate, restrictions
from .intersect import clash

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

    def __init__(self, context: Context, resolve: Callable[[Schema], Schema]) -> None:
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

    def kinds(self, schema: Schema) -> set[str | None]:
        """Return the types of a canonical schema, None for any."""
        kinds = set[str | None]()
        for index, leaf in enumerate(self._leaves(schema)):
            kinds.update(leaf.types or [None])
            if index >= _MAX_BRANCHES or None in kinds:
                return {*kinds, None}
        return kinds

    def limited(self, parts: Sequence[Schema], location: Location) -> Schema | None:
        """Return the type that replaces an intersection past the limits; None for another.

        That is the union alone, if one part is a union, and else any value.
        """
        parts = [part for part in parts if restrictions(part)]
        if len(parts) < 2:
            return None
        try:
            self.spend(1)
            counts = self._counts(parts)
        except BudgetExceeded as error:
            return self.open(parts, location, error)
        if prod(counts) <= _MAX_BRANCHES or self._have_few(parts, prod(counts)):
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
        self, parts: Sequence[Schema], location: Location, error: BudgetExceeded | str
    ) -> Schema:
        """Return the type of any value, or of any object, that replaces an intersection."""
        fact = f"an intersection of unions has {error}"
        if isinstance(error, BudgetExceeded):
            fact = f"the intersections of the description take {error}"
        self._findings.assume("allof-size", location, f"{fact}; any value is admitted", _REMEDY)
        are_objects = all(self.kinds(part) == {"object"} for part in parts)
        whole = Schema(location, types=("object",) if are_objects else ())
        return reduce(annotate, parts, whole)

    def void_member(self, left: Schema, right: Schema) -> str | None:
        """Return a required property of two schemas that has no value in common, as a tag has."""
        first, second = left.properties or {}, right.properties or {}
        for name in dict.fromkeys((*left.required, *right.required)):
            if name in first and name in second:
                both = [self._resolve(each[name]) for each in (first, second)]
                is_null_admitted = all(one.nullable or one.is_null for one in both)
                if not is_null_admitted and clash(*both):
                    return name
        return None

    def _have_few(self, parts: Sequence[Schema], most: int) -> bool:
        """Return whether few of ``most`` combinations of branches have a value in common."""
        if most > _MAX_LEAVES:
            return False
        found: list[tuple[Schema, ...]] = [()]
        for part in parts:
            leaves = [*self._leaves(part)] or [part]
            cost = 1 + max(len(leaf.required) for leaf in leaves)
            self._spend(len(found) * len(leaves) * cost)
            combined: list[tuple[Schema, ...]] = []
            for before in found:
                combined += [(*before, leaf) for leaf in leaves if self._admits(before, leaf)]
            found = combined
        return len(found) <= _MAX_BRANCHES

    def _admits(self, schemas: Iterable[Schema], leaf: Schema) -> bool:
        """Return whether a value may be of each of some schemas and of another one."""
        for schema in schemas:
            if clash(schema, leaf) or self.void_member(schema, leaf) is not None:
                return False
        return True

    def _counts(self, parts: Sequence[Schema]) -> list[int]:
        """Return the number of branches of each part that the parts without branches admit."""
        resolved = [self._resolve(part) for part in parts]
        alone = [part for part in resolved if part.union is None]
        if len(alone) == len(parts):
            self._spend(len(parts))
            return [1] * len(parts)
        counts = list[int]()
        for part in resolved:
            count = 0
            for index, leaf in enumerate(self._leaves(part)):
                self._spend(1)
                count += not any(clash(leaf, one) for one in alone if one is not part)
                if count > _MAX_BRANCHES or index >= _MAX_LEAVES:
                    count = _MAX_BRANCHES + 1
                    break
            counts.append(max(count, 1))
        return counts

    def _leaves(self, schema: Schema, around: frozenset[str] = frozenset()) -> Iterator[Schema]:
        """Yield the branches of a union, and of the unions that they are; else the schema.

        ``around`` are the keys of the unions that the schema is a branch of, which add nothing.
        """
        if schema.ref in around:
            return
        whole = self._resolve(schema)
        for branch in whole.branches:
            yield from self._leaves(branch, around | {schema.ref} if schema.ref else around)
        if not whole.branches:
            yield whole
