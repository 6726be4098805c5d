"""Unions compared: branches are matched whatever their order and names.

Sources: JSON Schema 2020-12 §10.2.1.2 and §10.2.1.3; OpenAPI 3.1.1 §4.8.25 (Discriminator).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TypeAlias

from ...openapi.model import MISSING, Discriminator, Schema, Union
from ..changes import NONE, SAFE
from ..rules import REQUEST, RESPONSE
from .differences import ApiSymbol, Comparison, SchemaRecorder, action_of
from .display import described, schema_json
from .resolved_schema import ResolvedSchema

Compare: TypeAlias = Callable[[Schema, Schema, str, ApiSymbol | None], Comparison]
"""Compares two schemas in a direction."""
Candidates: TypeAlias = Callable[[Schema], Iterable[Schema]]
"""Returns the branches of the revision that may be one of the base."""
_MILD = (NONE, SAFE)
_MAX_PAIRS = 6_000
"""The number of pairs of branches of one union to compare; more are taken as different."""


class UnionComparison:
    """Two schemas, at least one of which is a union."""

    def __init__(self, recorder: SchemaRecorder, compare: Compare) -> None:
        self.recorder = recorder
        self.compare_schemas = compare
        self.old, self.new = recorder.sides
        self.direction = recorder.comparison.direction
        self.olds = _branches(self.old, self.new)
        self.news = _branches(self.new, self.old)
        self.unmatched: tuple[list[Schema], list[Schema]] = ([*self.olds], [*self.news])
        self._pairs = 0
        self._tags = _tags(self.old), _tags(self.new)

    def compare(self) -> None:
        """Compare the branches that match, and record those that don't."""
        self._discriminators()
        matches = self._match()
        self._defaults(matches)
        for old, new in matches:
            inner = self.compare_schemas(old, new, self.direction, self.recorder.symbol)
            self.recorder.comparison.inner.append(inner)
        lost, gained = self.unmatched
        for old in lost:
            if _overlaps(self.old, old, [before for before, _ in matches]):
                self._record("removed-overlapping", old, self.old)
            elif self._is_known(old, self.old) or not any(
                self._is_mild(old, new, REQUEST) for new in self.news
            ):
                self._record("removed", old, self.old)
        for new in gained:
            if _overlaps(self.new, new, [after for _, after in matches]):
                self._record("added-overlapping", new, self.new)
            elif (
                self.direction == REQUEST
                or self._is_known(new, self.new)
                or not any(self._is_mild(old, new, RESPONSE) for old in self.olds)
            ):
                self._record("added", new, self.new)

    # ── matching ─────────────────────────────────────────────────────────────────────────────

    def _match(self) -> list[tuple[Schema, Schema]]:
        """Take the pairs that belong together out of the unmatched, the surest first."""
        matches: list[tuple[Schema, Schema]] = []
        olds, news = self.unmatched
        for candidates, test in (
            (self._of_tag, self._same_tag), (self._of_key, self._unchanged),
            (self._any, self._identical), (self._any, self._equal), (self._of_key, self._same_key),
            (self._any, self._mild), (self._any, self._alike), (self._any, self._only_of_type),
        ):  # fmt: skip
            find = candidates()
            for old in [*olds]:
                new = next((new for new in find(old) if new in news and test(old, new)), None)
                if new is not None:
                    matches.append((old, new))
                    olds.remove(old)
                    news.remove(new)
        return matches

    def _any(self) -> Candidates:
        """Return a function from a branch to all that are left, while there may be more pairs."""
        news = self.unmatched[1]

        def find(_: Schema) -> Iterator[Schema]:
            for new in news:
                self._pairs += 1
                if self._pairs > _MAX_PAIRS:
                    return
                yield new

        return find

    def _of_key(self) -> Candidates:
        """Return a function from a branch to those that are left with the same component."""
        return _lookup(self.unmatched[1], lambda new: (new.ref,), lambda old: (old.ref,))

    def _of_tag(self) -> Candidates:
        """Return a function from a branch to those that are left with a tag of its own."""
        old_tags, new_tags = self._tags
        return _lookup(
            self.unmatched[1],
            lambda new: new_tags.get(new.ref, ()),
            lambda old: old_tags.get(old.ref, ()),
        )

    def _same_tag(self, old: Schema, new: Schema) -> bool:
        return bool(self._tags_of(self.old, old) & self._tags_of(self.new, new))

    def _tags_of(self, side: ResolvedSchema, branch: Schema) -> AbstractSet[str]:
        """Return the values of the discriminator that lead to a branch."""
        return self._tags[side is self.new].get(branch.ref, frozenset())

    def _differ_in_tag(self, old: Schema, new: Schema) -> bool:
        left, right = self._tags_of(self.old, old), self._tags_of(self.new, new)
        return bool(left and right and not left & right)

    def _same_key(self, old: Schema, new: Schema) -> bool:
        return bool(old.ref) and old.ref == new.ref and not self._differ_in_tag(old, new)

    def _unchanged(self, old: Schema, new: Schema) -> bool:
        """Return whether key and meaning match; another inline branch may have the key now."""
        return self._same_key(old, new) and self._equal(old, new)

    def _identical(self, old: Schema, new: Schema) -> bool:
        return self.compare_schemas(old, new, self.direction, None).is_equal(docs=True)

    def _equal(self, old: Schema, new: Schema) -> bool:
        return self._wire(old, new, self.direction) == NONE

    def _mild(self, old: Schema, new: Schema) -> bool:
        return self._wire(old, new, self.direction) in _MILD

    def _alike(self, old: Schema, new: Schema) -> bool:
        """Return whether they are the only branches, or objects that share most properties."""
        if self._differ_in_tag(old, new) or 1 not in (len(self.olds), len(self.news)):
            left = self.old.resolve(old).properties.keys()
            right = self.new.resolve(new).properties.keys()
            shared = left & right
            return bool(shared) and 2 * len(shared) >= len(left | right)
        return len(self.olds) == len(self.news)

    def _only_of_type(self, old: Schema, new: Schema) -> bool:
        """Return whether no other unmatched branch has their type, and it isn't ``object``."""
        types = self.old.resolve(old).types
        if not types or "object" in types or types != self.new.resolve(new).types:
            return False
        return all(
            [side.resolve(branch).types for branch in branches].count(types) == 1
            for side, branches in zip((self.old, self.new), self.unmatched, strict=True)
        )

    def _is_mild(self, old: Schema, new: Schema, direction: str) -> bool:
        self._pairs += 1
        return self._pairs <= _MAX_PAIRS and self._wire(old, new, direction) in _MILD

    def _wire(self, old: Schema, new: Schema, direction: str) -> str:
        return self.compare_schemas(old, new, direction, None).wire

    # ── recording ────────────────────────────────────────────────────────────────────────────

    def _is_known(self, branch: Schema, side: ResolvedSchema) -> bool:
        """Return whether a discriminator, which both have, has values for a branch."""
        both_tagged = all(one and one.mapping for one in map(_discriminator, (self.old, self.new)))
        return both_tagged and bool(self._tags_of(side, branch))

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

    def _discriminators(self) -> None:
        sides = [_discriminator(side) for side in (self.old, self.new)]
        old, new = (one.property_name if one else None for one in sides)
        base, revision = (
            one.location if one else side.core.location
            for one, side in zip(sides, (self.old, self.new), strict=True)
        )
        if old != new:
            self.recorder.record(
                f"schema/discriminator/{action_of(old, new)}",
                old or "",
                new or "",
                locations=(base, revision),
            )

    def _defaults(self, matches: Sequence[tuple[Schema, Schema]]) -> None:
        """Compare the branches of objects whose discriminator's value is absent or unknown."""
        found = [*map(_discriminator, (self.old, self.new))]
        if not any(one is not None and one.is_default_declared for one in found):
            return
        old, new = (one.default_mapping if one is not None else "" for one in found)
        if old == new or any((before.ref, after.ref) == (old, new) for before, after in matches):
            return
        sides = zip(found, (self.old, self.new), strict=True)
        base, revision = (
            one.at("defaultMapping")
            if one and one.is_default_declared
            else (one or side.core).location
            for one, side in sides
        )
        action = action_of(old or None, new or None)
        self.recorder.record(
            f"schema/defaultMapping/{action}", old, new, locations=(base, revision)
        )


def _discriminator(side: ResolvedSchema) -> Discriminator | None:
    return side.core.union.discriminator if side.core.union else None


def _tags(side: ResolvedSchema) -> dict[str, set[str]]:
    """Return the values of the discriminator by the component that they lead to."""
    found = _discriminator(side)
    tags: dict[str, set[str]] = {}
    for value, key in found.mapping.items() if found is not None else ():
        tags.setdefault(key, set()).add(value)
    return tags


def _lookup(
    news: Iterable[Schema],
    keys: Callable[[Schema], Iterable[str]],
    wanted: Callable[[Schema], Iterable[str]],
) -> Candidates:
    """Return a function from a branch to those of ``news`` that have one of its keys, in order."""
    known: dict[str, dict[Schema, int]] = {}
    for index, new in enumerate(news):
        for key in keys(new):
            known.setdefault(key, {})[new] = index
    return lambda old: (
        new
        for _, new in sorted(
            {index: new for key in wanted(old) for new, index in known.get(key, {}).items()}.items()
        )
    )


def _branches(side: ResolvedSchema, other: ResolvedSchema) -> list[Schema]:
    """Return the branches of a union; of a schema with several types, one for each."""
    core = side.core
    if core.union is not None:
        return [*_flat(core.union.branches, core.union)]
    if len(core.types) > 1:
        return [replace(core, types=(name,)) for name in sorted(core.types)]
    if not other.branches:
        return []
    return [Schema(side.site.location, ref=side.key) if side.key else replace(core, nullable=False)]


def _flat(branches: Iterable[Schema], whole: Union) -> Iterator[Schema]:
    """Yield the branches, and those of inline unions of the same keyword among them."""
    for branch in branches:
        inner = branch.union
        if (
            inner is not None
            and inner.keyword == whole.keyword
            and inner.discriminator is None
            and not branch.description
            and branch.default is MISSING
            and schema_json(branch).keys() == {inner.keyword}
        ):
            yield from _flat(inner.branches, whole)
        else:
            yield branch


def _overlaps(side: ResolvedSchema, branch: Schema, others: Iterable[Schema]) -> bool:
    """Return whether a value of another branch may fit this one too, which ``oneOf`` forbids."""
    union = side.core.union
    if union is None or union.keyword != "oneOf" or union.discriminator is not None:
        return False
    return any(_share_objects(side.resolve(branch), side.resolve(other)) for other in others)


def _share_objects(one: ResolvedSchema, other: ResolvedSchema) -> bool:
    """Return whether an object may fit both schemas."""
    if "object" not in one.types or "object" not in other.types:
        return False
    for left, right in ((one, other), (other, one)):
        for name in left.core.required:
            if right.core.additional_properties is False and name not in right.properties:
                return False
            values = [_listed(side, name) for side in (left, right)]
            if values[0] and values[1] and not values[0] & values[1]:
                return False
    return True


def _listed(side: ResolvedSchema, name: str) -> set[str]:
    """Return the values that a property's ``enum`` lists."""
    schema = side.properties.get(name)
    return {*map(str, schema.enum)} if schema is not None and schema.enum is not None else set()
