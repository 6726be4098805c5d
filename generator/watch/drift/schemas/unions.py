"""Unions compared: branches are matched whatever their order and names.

Sources: JSON Schema 2020-12 §10.2.1.2 and §10.2.1.3; OpenAPI 3.1.1 §4.8.25 (Discriminator).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Protocol

from ....base.budget import Budget
from ....reading.openapi.model.schemas import Schema
from ...changes.rules import REQUEST, RESPONSE
from ...changes.symbols import ApiSymbol
from ..differences.differences import Comparison, SchemaRecorder
from ..differences.display import described
from ..differences.resolved_schema import ResolvedSchema
from .branches import Branches, overlaps, property_names
from .discriminators import compare_discriminators, tags_by_component
from .identity import SchemaIds
from .severity import IDENTICAL, MILD, SAME_ON_WIRE

_MAX_PAIRS = 2_500
"""The number of pairs of branches of one union to compare."""
_OVERLAPS_FOR_ONE = 16
"""Pairs whose overlap is found for the cost of comparing one keyword."""


class Comparer(Protocol):
    """The comparison of schemas that unions need."""

    ids: tuple[SchemaIds, SchemaIds]
    branches: Branches
    declared: frozenset[str]
    """The keys of the components that both descriptions declare."""
    work: Budget

    def compare(
        self, old: Schema, new: Schema, direction: str, symbol: ApiSymbol | None = None
    ) -> Comparison:
        """Return the comparison of two schemas."""
        ...

    def severity(self, old: Schema, new: Schema, direction: str) -> int:
        """Return the most severe level of what differs between two schemas."""
        ...


class UnionComparison:
    """Two schemas, at least one of which is a union."""

    def __init__(self, recorder: SchemaRecorder, comparer: Comparer) -> None:
        self.recorder = recorder
        self.comparer = comparer
        self.old, self.new = recorder.sides
        self.direction = recorder.comparison.direction
        self.olds = comparer.branches.of(self.old, beside_union=bool(self.new.branches))
        self.news = comparer.branches.of(self.new, beside_union=bool(self.old.branches))
        self.lost, self.gained = dict.fromkeys(self.olds), dict.fromkeys(self.news)
        self.matches: list[tuple[Schema, Schema]] = []
        self._pairs = Budget(_MAX_PAIRS, "pairs of branches")
        self._tags = tags_by_component(self.old), tags_by_component(self.new)

    def compare(self) -> None:
        """Compare the branches that match, and record those that don't."""
        self._match()
        compare_discriminators(self.recorder, self.matches)
        for old, new in self.matches:
            inner = self.comparer.compare(old, new, self.direction, self.recorder.symbol)
            self.recorder.comparison.inner.append(inner)
        for old in self.lost:
            if self._overlaps(self.old, old, [before for before, _ in self.matches]):
                self._record("removed-overlapping", old, self.old)
            elif self._is_known(old, self.old) or not any(
                self._is_mild(old, new, REQUEST) for new in self.news
            ):
                self._record("removed", old, self.old)
        for new in self.gained:
            if self._overlaps(self.new, new, [after for _, after in self.matches]):
                self._record("added-overlapping", new, self.new)
            elif (
                self.direction == REQUEST
                or self._is_known(new, self.new)
                or not any(self._is_mild(old, new, RESPONSE) for old in self.olds)
            ):
                self._record("added", new, self.new)

    # ── matching ─────────────────────────────────────────────────────────────────────────────

    def _match(self) -> None:
        """Match the branches that belong together, the surest first.

        Raises :class:`BudgetExceeded` if too many are left that have no name in common.
        """
        old_tags, new_tags = self._tags
        old_ids, new_ids = self.comparer.ids
        self._match_by(lambda b: old_tags.get(b.ref, ()), lambda b: new_tags.get(b.ref, ()))
        self._match_by(lambda b: _keyed(b, old_ids), lambda b: _keyed(b, new_ids))
        self._match_by(lambda b: [old_ids.of(b)], lambda b: [new_ids.of(b)])
        self._match_by(self._declared_key, self._declared_key)
        if len(self.lost) * len(self.gained) > _MAX_PAIRS:
            self._match_by(self._key, self._key)
        self._pairs.spend(len(self.lost) * len(self.gained))
        ranked: list[tuple[int, Schema, Schema]] = []
        for old in self.lost:
            for new in self.gained:
                rank = self._rank(old, new)
                if rank is not None:
                    ranked.append((rank, old, new))
        for _, old, new in sorted(ranked, key=lambda each: each[0]):
            self._take(old, new)
        for old in [*self.lost]:
            self._take(old, next((n for n in self.gained if self._only_of_type(old, n)), None))

    def _match_by(
        self,
        old_keys: Callable[[Schema], Iterable[Hashable]],
        new_keys: Callable[[Schema], Iterable[Hashable]],
    ) -> None:
        """Match each branch to the first that has one of its keys."""
        order = {new: index for index, new in enumerate(self.gained)}
        schemas: dict[Hashable, list[Schema]] = {}
        for new in reversed(self.gained):
            for key in new_keys(new):
                schemas.setdefault(key, []).append(new)
        for old in [*self.lost]:
            first: list[Schema] = []
            for key in old_keys(old):
                news = schemas.get(key, [])
                while news and news[-1] not in self.gained:
                    news.pop()
                first += news[-1:]
            self._take(old, min(first, key=order.__getitem__, default=None))

    def _take(self, old: Schema, new: Schema | None) -> None:
        """Match two branches, unless one of them is."""
        if old in self.lost and new in self.gained:
            self.matches.append((old, new))
            del self.lost[old], self.gained[new]

    def _key(self, branch: Schema) -> Iterator[Hashable]:
        """Yield the component of a branch without a value of the discriminator."""
        if branch.ref and not all(branch.ref in tags for tags in self._tags):
            yield branch.ref

    def _declared_key(self, branch: Schema) -> Iterator[Hashable]:
        if branch.ref in self.comparer.declared:
            yield from self._key(branch)

    def _rank(self, old: Schema, new: Schema) -> int | None:
        """Return how well two branches match, best first; None if they don't."""
        severity = self.comparer.severity(old, new, self.direction)
        has_key = bool(old.ref) and old.ref == new.ref and not self._differ_in_tag(old, new)
        ranks = (
            has_key and severity <= SAME_ON_WIRE,
            severity == IDENTICAL,
            severity <= SAME_ON_WIRE,
            has_key,
            severity <= MILD,
            self._alike(old, new),
        )
        return ranks.index(True) if True in ranks else None

    def _tags_of(self, side: ResolvedSchema, branch: Schema) -> AbstractSet[str]:
        """Return the values of the discriminator that lead to a branch."""
        return self._tags[side is self.new].get(branch.ref, frozenset())

    def _differ_in_tag(self, old: Schema, new: Schema) -> bool:
        left, right = self._tags_of(self.old, old), self._tags_of(self.new, new)
        return bool(left and right and not left & right)

    def _alike(self, old: Schema, new: Schema) -> bool:
        """Return whether they are the only branches, or objects that share most properties."""
        if self._differ_in_tag(old, new) or 1 not in (len(self.olds), len(self.news)):
            left, right = self._property_names[old], self._property_names[new]
            shared = left & right
            return bool(shared) and 2 * len(shared) >= len(left | right)
        return len(self.olds) == len(self.news)

    @cached_property
    def _property_names(self) -> Mapping[Schema, AbstractSet[str]]:
        """The names of the properties of each branch, and of its own branches if it is a union."""
        return {
            branch: {
                name
                for schema in (branch, *side.resolve(branch).branches)
                for name in property_names(side.resolve(schema))
            }
            for side, branches in ((self.old, self.olds), (self.new, self.news))
            for branch in branches
        }

    def _only_of_type(self, old: Schema, new: Schema) -> bool:
        """Return whether no other unmatched branch has their type; objects have no properties."""
        kind = self._kind(self.old, old)
        if not kind or kind != self._kind(self.new, new):
            return False
        return all(
            [self._kind(side, branch) for branch in branches].count(kind) == 1
            for side, branches in ((self.old, self.lost), (self.new, self.gained))
        )

    def _kind(self, side: ResolvedSchema, branch: Schema) -> AbstractSet[str]:
        """Return the types of a branch; none of objects that their properties tell apart."""
        schema = side.resolve(branch)
        return frozenset() if schema.properties else schema.value_types

    def _is_mild(self, old: Schema, new: Schema, direction: str) -> bool:
        if not self._pairs.remaining:
            return False
        self._pairs.spend()
        return self.comparer.severity(old, new, direction) <= MILD

    def _overlaps(self, side: ResolvedSchema, branch: Schema, others: Sequence[Schema]) -> bool:
        union = side.core.union
        if union is None or union.keyword != "oneOf" or union.discriminator is not None:
            return False
        self.comparer.work.spend(len(others) // _OVERLAPS_FOR_ONE)
        return overlaps(side, branch, others)

    # ── recording ────────────────────────────────────────────────────────────────────────────

    def _is_known(self, branch: Schema, side: ResolvedSchema) -> bool:
        """Return whether a discriminator, which both have, has values for a branch."""
        return all(self._tags) and bool(self._tags_of(side, branch))

    def _record(self, action: str, branch: Schema, side: ResolvedSchema) -> None:
        if self._is_known(branch, side) and action in ("added", "removed"):
            action += "-known"
        words, added = described(side.resolve(branch)), action.startswith("added")
        core = (self.old if added else self.new).core.location
        self.recorder.record(
            f"schema/branch/{action}",
            "" if added else words,
            words if added else "",
            locations=(core, branch.location) if added else (branch.location, core),
        )


def _keyed(branch: Schema, ids: SchemaIds) -> Iterator[Hashable]:
    if branch.ref:
        yield branch.ref, ids.of(branch)
