"""Two canonical schemas compared, keyword by keyword, in one direction.

Sources: JSON Schema 2020-12 validation §6 to §9; OpenAPI 3.1.1 §4.8.24 (Schema Object).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from ..kinds import REQUEST, RESPONSE
from .differences import ApiSymbol, Comparison, Difference
from .objects import compare_members
from .resolved_schema import ResolvedSchema, described, kinds_of, opened, shown
from .scalars import REPEATED, compare_values, parts_besides, said_of
from .schema_differences import DifferenceRecorder, note_docs, place_of
from .unions import Branches

_LOWEST = ("minLength", "minItems", "minProperties", "minContains")
_HIGHEST = ("maxLength", "maxItems", "maxProperties", "maxContains")
_ASSERTIONS = ("pattern", "multipleOf", "contentEncoding", "contentMediaType", "dependentRequired")
_SUBSCHEMAS = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "contentSchema",
)
_WIDER = {("int32", "int64"), ("float", "double")}
_PROSE = {"description": "text", "examples": "example"}
_MAX_DEPTH = 200


class Comparer:
    """Compares schemas of two canonical documents; equal pairs are compared once."""

    def __init__(self, old: MappingNode, new: MappingNode) -> None:
        self.old = _schemas(old)
        self.new = _schemas(new)
        self._sites: dict[tuple[int, int, str, ApiSymbol | None], Comparison] = {}
        self._cores: dict[tuple[str | int, str | int, str], Comparison] = {}
        self._compared: list[
            tuple[MappingNode, MappingNode]
        ] = []  # kept, so that no id is used again
        self._depth = 0

    def pair(
        self, old: MappingNode, new: MappingNode, direction: str, owner: ApiSymbol | None = None
    ) -> Comparison:
        """What differs between two schemas where they are used."""
        key = (id(old), id(new), direction, owner)
        found = self._sites.get(key)
        if found is None:
            found = self._sites[key] = Comparison(direction)
            self._compared.append((old, new))
            self._site(found, self.open_old(old), self.open_new(new), owner)
        return found

    def open_old(self, node: MappingNode) -> ResolvedSchema:
        """A schema of the base."""
        return opened(node, self.old)

    def open_new(self, node: MappingNode) -> ResolvedSchema:
        """A schema of the revision."""
        return opened(node, self.new)

    def renamed(self, tops: Iterable[Comparison]) -> list[tuple[str, str]]:
        """Keys of components of the base, with those of the revision that took their place.

        Only what ``tops`` lead to counts: branches are also compared to find out which match.
        """
        used = {id(pair) for top in tops for pair in top.all()}
        return [
            (a, b)
            for (a, b, _), pair in self._cores.items()
            if isinstance(a, str) and isinstance(b, str) and id(pair) in used
        ]

    # ── a use: null and annotations ──────────────────────────────────────────────────────────

    def _site(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> None:
        self._annotations(pair, old, new, owner)
        if old.nullable != new.nullable and not (old.is_null or new.is_null):
            kind = "schema/nullable/added" if new.nullable else "schema/nullable/removed"
            words = "may be null" if new.nullable else "may no longer be null"
            if not (old.core or new.core):
                return
            pair.found.append(
                Difference(
                    kind,
                    old.site.location,
                    new.site.location,
                    words,
                    described(old),
                    described(new),
                    owner,
                    old.site.location.pointer,
                )
            )
        key = (old.identity, new.identity, pair.direction)
        core = self._cores.get(key)
        if core is None:
            core = self._cores[key] = Comparison(pair.direction)
            inner = ApiSymbol(old.key, new.key) if old.key and new.key else owner
            self._depth += 1
            try:
                if self._depth < _MAX_DEPTH:
                    self._core(core, old, new, inner)
            finally:
                self._depth -= 1
        pair.inner.append(core)

    def _annotations(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> None:
        for name, word in _PROSE.items():
            note_docs(pair, word, old.notes.get(name), new.notes.get(name), old, new)
        for name in ("readOnly", "writeOnly", "deprecated"):
            sides = [o.notes.get(name, (False,))[0] is True for o in (old, new)]
            if sides[0] != sides[1]:
                action = "added" if sides[1] else "removed"
                words = f"became {name}" if sides[1] else f"is no longer {name}"
                self._note(pair, f"schema/{name}/{action}", old, new, name, words, owner)
        dates = [o.notes.get("x-sunset", ("",))[0] for o in (old, new)]
        if dates[0] != dates[1]:
            action = "added" if not dates[0] else "removed" if not dates[1] else "changed"
            words = f"ends on {shown(dates[1])}" if dates[1] else "ends on no given day"
            self._note(pair, f"schema/sunset/{action}", old, new, "x-sunset", words, owner)

    def _note(
        self,
        pair: Comparison,
        kind: str,
        old: ResolvedSchema,
        new: ResolvedSchema,
        name: str,
        words: str,
        owner: ApiSymbol | None,
    ) -> None:
        before, after = (o.notes.get(name) for o in (old, new))
        pair.found.append(
            Difference(
                kind,
                before[1] if before else old.site.location,
                after[1] if after else new.site.location,
                words,
                shown(before[0]) if before else "",
                shown(after[0]) if after else "",
                owner,
                old.site.location.pointer,
            )
        )

    # ── what restricts values ────────────────────────────────────────────────────────────────

    def _core(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> None:
        self._checked(pair, old, new, owner)
        if old.branches or new.branches:
            Branches(self, pair, old, new, owner).compare()
            return
        if not self._types(pair, old, new, owner):
            return
        say = DifferenceRecorder(pair, old, new, owner)
        compare_values(say)
        for keyword in _SUBSCHEMAS:
            self._subschema(say, keyword)
        compare_members(self, say)

    def _types(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> bool:
        """Compare the types; whether the rest is comparable."""
        before, after = kinds_of(old), kinds_of(new)
        if before == after:
            return True
        if not (before or after):
            return True
        covers = _covers(before, after), _covers(after, before)
        action = "widened" if covers[1] else "narrowed" if covers[0] else "changed"
        words = f"is {described(new)}, was {described(old)}"
        pair.found.append(
            Difference(
                f"schema/type/{action}",
                place_of(old, "type"),
                place_of(new, "type"),
                words,
                described(old),
                described(new),
                owner,
                old.core.location.pointer,
            )
        )
        return bool(before & after) or {"integer", "number"} <= (before | after)

    def _checked(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> None:
        say = DifferenceRecorder(pair, old, new, owner)
        before, after = old.checked, new.checked
        for keyword in sorted((before.keys() | after.keys()) - {*REPEATED, "allOf"}):
            left, right = _loose(before.get(keyword)), _loose(after.get(keyword))
            say.assertion(keyword, left, right, before, after)
        parts = [_loose(parts_besides(side)) for side in (old, new)]
        say.assertion("allOf", parts[0] or None, parts[1] or None, before, after)
        if old.branches or new.branches:  # what a branch says itself is compared with it
            for keyword in REPEATED:
                say.repeated(keyword, said_of(old, keyword, False), said_of(new, keyword, False))

    def _subschema(self, say: DifferenceRecorder, keyword: str) -> None:
        before, after = say.old.core.get(keyword), say.new.core.get(keyword)
        if not isinstance(before, MappingNode) or not isinstance(after, MappingNode):
            say.assertion(keyword, before, after)
            return
        inverse = RESPONSE if say.pair.direction == REQUEST else REQUEST
        direction = inverse if keyword in ("not", "if") else say.pair.direction
        inner = self.pair(before, after, direction, say.owner)
        if any(not f.kind.startswith("docs/") for pair in inner.all() for f in pair.found):
            say.differs(keyword, f"{keyword}/changed", f"{keyword} says something else")


def _schemas(root: MappingNode) -> MappingNode:
    components = root.get("components")
    schemas = components.get("schemas") if isinstance(components, MappingNode) else None
    return schemas if isinstance(schemas, MappingNode) else MappingNode(root.location)


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether every value of the types ``narrow`` has one of the types ``wide``."""
    if not wide:
        return True
    every = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= every


def _loose(value: Value) -> Value:
    """A raw schema to compare: the order of a list of names, types or values doesn't count."""
    if isinstance(value, MappingNode):
        return {key: _loose(inner) for key, inner in sorted(value.items())}
    if isinstance(value, (SequenceNode, list)):
        return sorted((_loose(v) for v in cast("list[Value]", value)), key=shown)
    return value
