"""Two schemas compared, keyword by keyword, in one direction.

Sources: JSON Schema 2020-12 validation §6 to §9; OpenAPI 3.1.1 §4.8.24 (Schema Object).
"""

from __future__ import annotations

from collections.abc import Iterable

from ...document.tree import Location
from ...openapi.keywords import ASSERTIONS, Compare, SchemaKeyword
from ...openapi.model import Document, Schema
from ..rules import REQUEST, RESPONSE
from .annotations import compare_annotations
from .differences import (
    ApiSymbol,
    Comparison,
    ComponentSymbol,
    DifferenceRecorder,
    SchemaRecorder,
    reached,
)
from .display import described, schema_json
from .objects import compare_objects
from .resolved_schema import ResolvedSchema, resolved
from .scalars import compare_scalars, compare_server_checked
from .unions import UnionComparison


class SchemaComparer:
    """Compares schemas of two documents; each pair once in each direction."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old.schemas
        self.new = new.schemas
        self._uses: dict[tuple[Schema, Schema, str, ApiSymbol | None], Comparison] = {}
        self._cores: dict[tuple[str | Schema, str | Schema, str], Comparison] = {}

    def compare(
        self, old: Schema, new: Schema, direction: str, symbol: ApiSymbol | None = None
    ) -> Comparison:
        """Return the comparison of two schemas where they are used."""
        key = (old, new, direction, symbol)
        found = self._uses.get(key)
        if found is None:
            found = self._uses[key] = Comparison(direction)
            self._use(found, resolved(old, self.old), resolved(new, self.new), symbol)
        return found

    def renamed(self, tops: Iterable[Comparison]) -> list[tuple[str, str]]:
        """Return the keys of components, with those that took their place in the revision.

        Only what ``tops`` lead to counts: branches are also compared to find out which match.
        """
        used = {*reached(tops)}
        return [
            (a, b)
            for (a, b, _), comparison in self._cores.items()
            if isinstance(a, str) and isinstance(b, str) and comparison in used
        ]

    # ── where a schema is used: null and annotations ─────────────────────────────────────────

    def _use(
        self,
        comparison: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        symbol: ApiSymbol | None,
    ) -> None:
        use = DifferenceRecorder(comparison, old.site, new.site, symbol)
        compare_annotations(use, old.chain, new.chain, "schema")
        if (
            old.nullable != new.nullable
            and "null" not in old.types | new.types
            and (schema_json(old.core) or schema_json(new.core))
        ):
            action = "added" if new.nullable else "removed"
            use.record(
                f"schema/nullable/{action}", described(old), described(new),
                locations=(_nullable_at(old), _nullable_at(new)),
            )  # fmt: skip
        key = (old.identity, new.identity, comparison.direction)
        core = self._cores.get(key)
        if core is None:
            core = self._cores[key] = Comparison(comparison.direction)
            if old.key and new.key:
                symbol = ComponentSymbol(old.key, new.key)
            self._core(SchemaRecorder(core, old, new, symbol))
        comparison.inner.append(core)

    # ── what restricts values ────────────────────────────────────────────────────────────────

    def _core(self, recorder: SchemaRecorder) -> None:
        def compare(old: Schema, new: Schema, symbol: ApiSymbol | None) -> None:
            comparison = recorder.comparison
            comparison.inner.append(self.compare(old, new, comparison.direction, symbol))

        compare_server_checked(recorder)
        if any(side.branches for side in recorder.sides):
            UnionComparison(recorder, self.compare).compare()
        elif _types(recorder):
            compare_scalars(recorder)
            for row in ASSERTIONS:
                if isinstance(row, SchemaKeyword) and row.compare is not Compare.APART:
                    self._subschema(recorder, row)
            compare_objects(recorder, compare)

    def _subschema(self, recorder: SchemaRecorder, row: SchemaKeyword) -> None:
        old, new = map(row.get, recorder.cores)
        if old is not None and new is not None:
            direction = recorder.comparison.direction
            if row.compare is Compare.NEGATED_SCHEMA:
                direction = RESPONSE if direction == REQUEST else REQUEST
            if self.compare(old, new, direction, recorder.symbol).is_equal(docs=False):
                return
        values = [values.get(row.name) for values in recorder.values]
        recorder.compare(f"schema/{row.name}", row.name, *values)


def _nullable_at(side: ResolvedSchema) -> Location:
    """Return the location of what allows null, or else of the type."""
    found = next((one for one in side.chain if one.nullable), None)
    if found is not None:
        return found.at("nullable")
    return side.site.at("type") if side.site.types else side.site.location


def _types(recorder: SchemaRecorder) -> bool:
    """Record what differs in the types; return whether the other keywords are comparable."""
    sides = recorder.sides
    old, new = (side.types for side in sides)
    if old == new:
        return True
    action = "widened" if _covers(new, old) else "narrowed" if _covers(old, new) else "changed"
    texts = [described(side) for side in sides]
    recorder.compare("schema/type", "type", *texts, action=action, present=(old, new))
    return bool(old & new) or {"integer", "number"} <= old | new


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Return whether every value of the types ``narrow`` has one of the types ``wide``."""
    if not wide:
        return True
    every = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= every
