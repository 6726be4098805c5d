"""Two schemas compared, keyword by keyword, in one direction.

Sources: JSON Schema 2020-12 validation §6 to §9; OpenAPI 3.1.1 §4.8.24 (Schema Object).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from collections.abc import Set as AbstractSet

from ....base.budget import Budget, BudgetExceeded
from ....reading.document.tree import Location
from ....reading.openapi.keywords import ASSERTIONS, Compare, SchemaKeyword
from ....reading.openapi.model.document import Document
from ....reading.openapi.model.schemas import Schema
from ...changes.rules import REQUEST, RESPONSE
from ...changes.symbols import ApiSymbol, ComponentSymbol
from ..differences.annotations import compare_annotations
from ..differences.differences import Comparison, DifferenceRecorder, SchemaRecorder, reached
from ..differences.display import SchemasAsJson, described, keywords
from ..differences.resolved_schema import ResolvedSchema, resolved
from .branches import Branches
from .identity import SchemaIds
from .objects import compare_objects
from .scalars import compare_scalars, compare_server_checked
from .severity import MILD, SAME_VALUES, Severities
from .unions import UnionComparison

_SUBSCHEMAS = tuple(
    row for row in ASSERTIONS if isinstance(row, SchemaKeyword) and row.compare is not Compare.APART
)
_LEAST_WORK, _WORK = 100_000, 3
"""The keywords that are compared at most: a number, and a multiple of those in the descriptions."""


class SchemaComparer:
    """Compares schemas of two documents; each pair once in each direction.

    Schemas that are equal in all that they lead to aren't compared. Work is limited in proportion
    to the descriptions: beyond it, what would be compared is reported as not compared.
    """

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old.schemas
        self.new = new.schemas
        numbers: dict[Hashable, int] = {}
        self.ids = SchemaIds(old.schemas, numbers), SchemaIds(new.schemas, numbers)
        self.work = Budget(_LEAST_WORK + _WORK * sum(side.weight for side in self.ids), "keywords")
        self.severities = Severities(self.work)
        self.branches = Branches()
        self.declared = old.declared & new.declared
        self.as_json = SchemasAsJson()
        self._uses: dict[tuple[Schema, Schema, str, ApiSymbol | None], Comparison] = {}
        self._cores: dict[tuple[str | Schema, str | Schema, str], Comparison] = {}
        self._outer: dict[tuple[str | Schema, str | Schema, str], Comparison] = {}
        self._equal: dict[Comparison, tuple[Schema, Schema]] = {}

    def compare(
        self, old: Schema, new: Schema, direction: str, symbol: ApiSymbol | None = None
    ) -> Comparison:
        """Return the comparison of two schemas where they are used."""
        key = (old, new, direction, symbol)
        comparison = self._uses.get(key)
        if comparison is None:
            comparison = self._uses[key] = Comparison(direction)
            if self.ids[0].of(old) == self.ids[1].of(new):
                self._equal[comparison] = old, new
            else:
                self._use(comparison, resolved(old, self.old), resolved(new, self.new), symbol)
        return comparison

    def severity(self, old: Schema, new: Schema, direction: str) -> int:
        """Return the most severe level of what differs between two schemas.

        Where the keywords of single values differ too much, it is theirs: then the schemas in the
        two aren't compared, which most branches that don't match would be.
        """
        sides = resolved(old, self.old), resolved(new, self.new)
        key = (sides[0].identity, sides[1].identity, direction)
        if key not in self._cores and not any(side.branches for side in sides):
            outer = self._outer.get(key)
            if outer is None:
                outer = self._outer[key] = Comparison(direction)
                self._spend(*sides)
                recorder = self._recorder(outer, *sides)
                if _types(recorder):
                    compare_scalars(recorder)
            severity = self.severities.of(outer)
            if severity > MILD:
                return severity
        return self.severities.of(self.compare(old, new, direction))

    def renamed(self, tops: Iterable[Comparison]) -> list[tuple[str, str]]:
        """Return the keys of components, with those that took their place in the revision.

        Only what ``tops`` lead to counts: branches are also compared to find out which match.
        """
        used = {*reached(tops)}
        return [
            *self._equal_components(used),
            *(
                (a, b)
                for (a, b, _), comparison in self._cores.items()
                if isinstance(a, str) and isinstance(b, str) and comparison in used
            ),
        ]

    def _equal_components(self, used: AbstractSet[Comparison]) -> Iterator[tuple[str, str]]:
        """Yield the keys of components that are equal, each of the base once."""
        todo = [pair for comparison, pair in self._equal.items() if comparison in used]
        names: set[str] = set()
        while todo:
            old, new = todo.pop()
            if old.ref in self.old and old.ref not in names:
                names.add(old.ref)
                yield old.ref, new.ref
                todo.append((self.old[old.ref], self.new[new.ref]))
            todo += zip(old.subschemas(), new.subschemas(), strict=True)

    # ── where a schema is used: null and annotations ─────────────────────────────────────────

    def _use(
        self,
        comparison: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        symbol: ApiSymbol | None,
    ) -> None:
        use = DifferenceRecorder(comparison, old.site, new.site, symbol)
        compare_annotations(use, old.annotated, new.annotated, "schema")
        if (
            old.nullable != new.nullable
            and "null" not in old.types | new.types
            and (keywords(old.core) or keywords(new.core))
        ):
            action = "added" if new.nullable else "removed"
            use.record(
                f"schema/nullable/{action}",
                described(old),
                described(new),
                locations=(_nullable_at(old), _nullable_at(new)),
            )
        key = (old.identity, new.identity, comparison.direction)
        is_new = key not in self._cores
        core = self._cores.setdefault(key, Comparison(comparison.direction))
        comparison.inner.append(core)
        if is_new:
            if old.key and new.key:
                symbol = ComponentSymbol(old.key, new.key)
            recorder = self._recorder(core, old, new, symbol)
            try:
                self.severities.begin(core)
                self._spend(old, new)
                self._core(recorder)
            except BudgetExceeded:
                recorder.record("schema/comparison/incomplete")
            self.severities.end(core)

    def _recorder(
        self,
        core: Comparison,
        old: ResolvedSchema,
        new: ResolvedSchema,
        symbol: ApiSymbol | None = None,
    ) -> SchemaRecorder:
        values = self.as_json.without_null(old.core), self.as_json.without_null(new.core)
        return SchemaRecorder(core, old, new, symbol, values)

    def _spend(self, old: ResolvedSchema, new: ResolvedSchema) -> None:
        self.work.spend(self.ids[0].weight_of(old.core) + self.ids[1].weight_of(new.core))

    # ── what restricts values ────────────────────────────────────────────────────────────────

    def _core(self, recorder: SchemaRecorder) -> None:
        def compare(old: Schema, new: Schema, symbol: ApiSymbol | None) -> None:
            comparison = recorder.comparison
            comparison.inner.append(self.compare(old, new, comparison.direction, symbol))

        compare_server_checked(recorder)
        if any(side.branches for side in recorder.sides):
            UnionComparison(recorder, self).compare()
        elif _types(recorder):
            compare_scalars(recorder)
            for row in _SUBSCHEMAS:
                if row.name in recorder.keywords:
                    self._subschema(recorder, row)
            compare_objects(recorder, compare)

    def _subschema(self, recorder: SchemaRecorder, row: SchemaKeyword) -> None:
        old, new = map(row.get, recorder.cores)
        if old is None or new is None:
            recorder.compare_keyword(row.name)
            return
        direction = recorder.comparison.direction
        if row.compare is Compare.NEGATED_SCHEMA:
            direction = RESPONSE if direction == REQUEST else REQUEST
        if self.severity(old, new, direction) > SAME_VALUES:
            # References to a component that differs look the same.
            recorder.compare_keyword(row.name, differs=True)


def _nullable_at(side: ResolvedSchema) -> Location:
    """Return the location of what allows null, or else of the type."""
    nullable = next((schema for schema in side.chain if schema.nullable), None)
    if nullable is not None:
        return nullable.at("nullable")
    return side.site.at("type") if side.site.types else side.site.location


def _types(recorder: SchemaRecorder) -> bool:
    """Record what differs in the types; return whether the other keywords are comparable."""
    sides = recorder.sides
    old, new = _types_of(*sides), _types_of(*reversed(sides))
    if old == new:
        return True
    action = "widened" if _covers(new, old) else "narrowed" if _covers(old, new) else "changed"
    members = _member_of_types(sides[0]), _member_of_types(sides[1])
    present = sides[0].value_types, sides[1].value_types
    texts = [described(side) for side in sides]
    recorder.compare("schema/type", members, *texts, action=action, present=present)
    return _share_values(old, new)


def _types_of(side: ResolvedSchema, other: ResolvedSchema) -> frozenset[str]:
    """Return the types of a schema; without one those of the values that it lists.

    Where the difference from the ``other`` schema is one of the values alone, it has that one's.
    """
    if side.types or side.core.enum is None:
        return side.types
    if other.core.enum is not None:
        is_of_values = _share_values(side.value_types, other.value_types)
    else:
        is_of_values = _covers(other.types, side.value_types)
    return other.types if is_of_values else side.value_types


def _member_of_types(side: ResolvedSchema) -> str:
    """Return the keyword that tells the types of a schema."""
    return "enum" if side.core.enum is not None and not side.types else "type"


def _share_values(old: frozenset[str], new: frozenset[str]) -> bool:
    """Return whether a value may have one of the types on either side."""
    return bool(old & new) or {"integer", "number"} <= old | new


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Return whether every value of the types ``narrow`` has one of the types ``wide``."""
    if not wide:
        return True
    every = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= every
