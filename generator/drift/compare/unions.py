"""Unions compared: which branch became which, whatever their order and names.

Sources: JSON Schema 2020-12 §10.2.1.2 and §10.2.1.3; OpenAPI 3.1.1 §4.8.25 (Discriminator).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ...document.tree import Location, MappingNode, SequenceNode
from ...openapi.normalize.all_of import PREFIX
from ...openapi.normalize.nullability import made
from ..changes import NONE, SAFE
from ..kinds import REQUEST
from .differences import ApiSymbol, Comparison, Difference
from .resolved_schema import ResolvedSchema, described, kinds_of

if TYPE_CHECKING:
    from .schemas import Comparer

_MILD = (NONE, SAFE)


class Branches:
    """Compares two schemas of which at least one is a union."""

    def __init__(
        self,
        comparer: Comparer,
        pair: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        owner: ApiSymbol | None,
    ) -> None:
        self.comparer = comparer
        self.pair = pair
        self.old = old
        self.new = new
        self.owner = owner
        self.olds = _branches(old, new)
        self.news = _branches(new, old)
        self.tags = [_tags(old.core), _tags(new.core)]
        self.left: tuple[list[MappingNode], list[MappingNode]] = ([], [])
        """The branches that nothing matched yet."""

    def compare(self) -> None:
        """Match the branches, compare those that match, and note those that don't."""
        self._discriminators()
        matches, lost, come = self._matched()
        for old, new in matches:
            self.pair.inner.append(self.comparer.pair(old, new, self.pair.direction, self.owner))
        for old in lost:
            if self._overlaps(old, [before for before, _ in matches], self.old):
                self._note(
                    "removed", old, self.tags[0], self.comparer.open_old(old), "-overlapping"
                )
            elif not any(self._covers(old, new) for new in self.news):
                self._note("removed", old, self.tags[0], self.comparer.open_old(old))
        for new in come:
            if self._overlaps(new, [after for _, after in matches], self.new):
                self._note("added", new, self.tags[1], self.comparer.open_new(new), "-overlapping")
            elif not any(self._covered(old, new) for old in self.olds):
                self._note("added", new, self.tags[1], self.comparer.open_new(new))

    # ── matching ─────────────────────────────────────────────────────────────────────────────

    def _matched(
        self,
    ) -> tuple[list[tuple[MappingNode, MappingNode]], list[MappingNode], list[MappingNode]]:
        matches: list[tuple[MappingNode, MappingNode]] = []
        olds, news = self.left = list(self.olds), list(self.news)
        for test in (
            self._same_tag, self._unchanged, self._identical, self._equal, self._same_key,
            self._mild, self._alike, self._only_of_type,
        ):  # fmt: skip
            for old in list(olds):
                for new in news:
                    if test(old, new):
                        matches.append((old, new))
                        olds.remove(old)
                        news.remove(new)
                        break
        return matches, olds, news

    def _same_tag(self, old: MappingNode, new: MappingNode) -> bool:
        left, right = self.tags[0].get(_ref(old)), self.tags[1].get(_ref(new))
        return bool(left and right and left & right)

    def _same_key(self, old: MappingNode, new: MappingNode) -> bool:
        return bool(_ref(old)) and _ref(old) == _ref(new) and not self._differ_in_tag(old, new)

    def _unchanged(self, old: MappingNode, new: MappingNode) -> bool:
        """The same key, and the same thing: an inline branch's key may be another one's now."""
        return self._same_key(old, new) and self._equal(old, new)

    def _differ_in_tag(self, old: MappingNode, new: MappingNode) -> bool:
        left, right = self.tags[0].get(_ref(old)), self.tags[1].get(_ref(new))
        return bool(left and right and not left & right)

    def _identical(self, old: MappingNode, new: MappingNode) -> bool:
        """Equal, prose and what means nothing on the wire as well."""
        pair = self.comparer.pair(old, new, self.pair.direction, None)
        return not any(inner.found for inner in pair.all())

    def _equal(self, old: MappingNode, new: MappingNode) -> bool:
        return self._trial(old, new) == NONE

    def _mild(self, old: MappingNode, new: MappingNode) -> bool:
        return self._trial(old, new) in _MILD

    def _alike(self, old: MappingNode, new: MappingNode) -> bool:
        """Of one type, and objects with members in common: the same thing, changed."""
        if self._differ_in_tag(old, new) or 1 not in (len(self.olds), len(self.news)):
            left, right = self.comparer.open_old(old), self.comparer.open_new(new)
            shared = _members(left) & _members(right)
            return bool(shared) and 2 * len(shared) >= len(_members(left) | _members(right))
        return len(self.olds) == len(self.news)

    def _only_of_type(self, old: MappingNode, new: MappingNode) -> bool:
        """The only ones left of a type that has no members."""
        kinds = kinds_of(self.comparer.open_old(old))
        if not kinds or "object" in kinds or kinds != kinds_of(self.comparer.open_new(new)):
            return False
        others = [
            [kinds_of(read(branch)) for branch in left]
            for read, left in zip(
                (self.comparer.open_old, self.comparer.open_new), self.left, strict=True
            )
        ]
        return all(left.count(kinds) == 1 for left in others)

    def _trial(self, old: MappingNode, new: MappingNode) -> str:
        return self.comparer.pair(old, new, self.pair.direction, None).wire

    def _covers(self, old: MappingNode, new: MappingNode) -> bool:
        """Whether every value of a lost branch fits another that is there."""
        return self.comparer.pair(old, new, REQUEST, None).wire in _MILD

    def _covered(self, old: MappingNode, new: MappingNode) -> bool:
        """Whether every value of a new branch fitted another that was there."""
        if self.pair.direction == REQUEST:
            return False
        return self.comparer.pair(old, new, self.pair.direction, None).wire in _MILD

    def _overlaps(
        self, branch: MappingNode, others: list[MappingNode], side: ResolvedSchema
    ) -> bool:
        """Whether a value of another branch may fit this one too, which ``oneOf`` forbids."""
        if "oneOf" not in side.core or "discriminator" in side.core:
            return False
        read = self.comparer.open_old if side is self.old else self.comparer.open_new
        return any(_share_objects(read(branch), read(other)) for other in others)

    # ── what is noted ────────────────────────────────────────────────────────────────────────

    def _note(
        self,
        action: str,
        branch: MappingNode,
        tags: dict[str, frozenset[str]],
        side: ResolvedSchema,
        known: str = "",
    ) -> None:
        if not known and tags.get(_ref(branch)) and all(self.tags):
            known = "-known"
        word = described(side)
        added = action == "added"
        words = f"takes {word} as well" if added else f"no longer takes {word}"
        whole = self.old.core
        self.pair.found.append(
            Difference(
                f"schema/branch/{action}{known}",
                _place(self.old) if added else branch.location,
                branch.location if added else _place(self.new),
                words,
                "" if added else word,
                word if added else "",
                self.owner,
                f"{whole.location.pointer}",
            )
        )

    def _discriminators(self) -> None:
        before, after = (o.core.get("discriminator") for o in (self.old, self.new))
        left = before.get("propertyName") if isinstance(before, MappingNode) else None
        right = after.get("propertyName") if isinstance(after, MappingNode) else None
        if left == right:
            return
        action = "added" if left is None else "removed" if right is None else "changed"
        words = f"branches are told apart by {right}" if right else "no member tells branches apart"
        self.pair.found.append(
            Difference(
                f"schema/discriminator/{action}",
                before.location if isinstance(before, MappingNode) else _place(self.old),
                after.location if isinstance(after, MappingNode) else _place(self.new),
                words,
                str(left or ""),
                str(right or ""),
                self.owner,
                self.old.core.location.pointer,
            )
        )


def _flat(branches: Iterable[MappingNode], keyword: str) -> Iterator[MappingNode]:
    """The branches, and those of unions among them that stand in place and say nothing else."""
    for branch in branches:
        inner = branch.get(keyword)
        if isinstance(inner, SequenceNode) and set(branch) == {keyword}:
            yield from _flat((one for one in inner if isinstance(one, MappingNode)), keyword)
        else:
            yield branch


def _branches(side: ResolvedSchema, other: ResolvedSchema) -> list[MappingNode]:
    """The branches of a union; of a schema with several types, one for each."""
    if side.branches:
        return list(_flat(side.branches, "oneOf" if "oneOf" in side.core else "anyOf"))
    kinds = side.core.get("type")
    if isinstance(kinds, SequenceNode) and len(side.types) > 1:
        return [_of_type(side.core, kind) for kind in sorted(side.types)]
    if not other.branches:
        return []
    if side.key:
        return [made(side.site.location, {"$ref": PREFIX + side.key})]
    return [side.site if not side.nullable else side.core]


def _share_objects(one: ResolvedSchema, other: ResolvedSchema) -> bool:
    """Whether nothing keeps an object from fitting both schemas."""
    if "object" not in one.types or "object" not in other.types:
        return False
    for left, right in ((one, other), (other, one)):
        needed = left.core.get("required")
        names = set(map(str, needed)) if isinstance(needed, SequenceNode) else set[str]()
        if right.core.get("additionalProperties") is False and names - _members(right):
            return False
        for name in names:
            values = [_listed(side, name) for side in (left, right)]
            if values[0] and values[1] and not values[0] & values[1]:
                return False
    return True


def _listed(side: ResolvedSchema, name: str) -> set[str]:
    found = side.core.get("properties")
    schema = found.get(name) if isinstance(found, MappingNode) else None
    values = schema.get("enum") if isinstance(schema, MappingNode) else None
    return set(map(str, values)) if isinstance(values, SequenceNode) else set()


def _of_type(core: MappingNode, kind: str) -> MappingNode:
    copy = made(core.location, dict(core))
    copy["type"] = kind
    return copy


def _tags(core: MappingNode) -> dict[str, frozenset[str]]:
    """The values of the discriminator for each branch's reference."""
    found = core.get("discriminator")
    mapping = found.get("mapping") if isinstance(found, MappingNode) else None
    tags: dict[str, set[str]] = {}
    if isinstance(mapping, MappingNode):
        for value, ref in mapping.items():
            tags.setdefault(str(ref), set()).add(value)
    return {ref: frozenset(values) for ref, values in tags.items()}


def _ref(branch: MappingNode) -> str:
    ref = branch.get("$ref")
    return ref if isinstance(ref, str) else ""


def _members(side: ResolvedSchema) -> set[str]:
    found = side.core.get("properties")
    return set(found) if isinstance(found, MappingNode) else set()


def _place(side: ResolvedSchema) -> Location:
    return side.core.location
