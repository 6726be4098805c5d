"""Two schemas compared, keyword by keyword, in one direction.

Sources: JSON Schema 2020-12 validation §6 to §9; OpenAPI 3.1.1 §4.8.24 (Schema Object).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...document.tree import Location
from ...openapi.keywords import ASSERTIONS, Compare, SchemaKeyword
from ...openapi.model import Document, Json, Schema
from ..rules import REQUEST, RESPONSE
from .differences import ApiSymbol, Comparison, ComponentSymbol, SchemaRecorder, action_of, reached
from .display import described, schema_json, shown
from .objects import compare_objects
from .resolved_schema import ResolvedSchema, resolved
from .scalars import REPEATED, compare_scalars, parts_besides, record_repeated, same
from .unions import UnionComparison

_FLAGS: tuple[tuple[str, Callable[[Schema], bool]], ...] = (
    ("readOnly", lambda s: s.read_only),
    ("writeOnly", lambda s: s.write_only),
    ("deprecated", lambda s: s.deprecated),
)
_MAX_DEPTH = 200


class SchemaComparer:
    """Compares schemas of two documents; each pair once in each direction."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old.schemas
        self.new = new.schemas
        self._uses: dict[tuple[Schema, Schema, str, ApiSymbol | None], Comparison] = {}
        self._cores: dict[tuple[str | Schema, str | Schema, str], Comparison] = {}
        self._depth = 0

    def compare(
        self, old: Schema, new: Schema, direction: str, symbol: ApiSymbol | None = None
    ) -> Comparison:
        """Return the comparison of two schemas where they are used."""
        key = (old, new, direction, symbol)
        found = self._uses.get(key)
        if found is None:
            found = self._uses[key] = Comparison(direction)
            sides = resolved(old, self.old), resolved(new, self.new)
            self._use(SchemaRecorder(found, *sides, symbol))
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

    def _use(self, recorder: SchemaRecorder) -> None:
        old, new = recorder.old, recorder.new
        use = SchemaRecorder(recorder.comparison, old, new, recorder.symbol, at=old.site.location)
        _annotations(use)
        if (
            old.nullable != new.nullable
            and "null" not in old.types | new.types
            and (schema_json(old.core) or schema_json(new.core))
        ):
            use.record(
                rule=f"schema/nullable/{'added' if new.nullable else 'removed'}",
                base=old.site.location,
                revision=new.site.location,
                old=described(old),
                new=described(new),
            )
        key = (old.identity, new.identity, recorder.comparison.direction)
        core = self._cores.get(key)
        if core is None:
            core = self._cores[key] = Comparison(recorder.comparison.direction)
            keys = ComponentSymbol(old.key, new.key) if old.key and new.key else recorder.symbol
            self._depth += 1
            try:
                if self._depth < _MAX_DEPTH:
                    self._core(SchemaRecorder(core, old, new, keys))
            finally:
                self._depth -= 1
        recorder.comparison.inner.append(core)

    # ── what restricts values ────────────────────────────────────────────────────────────────

    def _core(self, recorder: SchemaRecorder) -> None:
        _server_checked(recorder)
        if recorder.old.branches or recorder.new.branches:
            UnionComparison(recorder, self.compare).compare()
        elif _types(recorder):
            compare_scalars(recorder)
            for row in ASSERTIONS:
                if isinstance(row, SchemaKeyword) and row.compare is not Compare.APART:
                    self._subschema(recorder, row)

            def compare(old: Schema, new: Schema, symbol: ApiSymbol | None) -> None:
                comparison = recorder.comparison
                comparison.inner.append(self.compare(old, new, comparison.direction, symbol))

            compare_objects(recorder, compare)

    def _subschema(self, recorder: SchemaRecorder, row: SchemaKeyword) -> None:
        old, new = map(row.get, recorder.cores)
        if old is None and new is None:
            return
        before, after = (None if one is None else shown(schema_json(one)) for one in (old, new))
        action = "added" if old is None else "removed"
        if old is not None and new is not None:
            direction = recorder.comparison.direction
            if row.compare is Compare.NEGATED_SCHEMA:
                direction = RESPONSE if direction == REQUEST else REQUEST
            if self.compare(old, new, direction, recorder.symbol).is_equal(docs=False):
                return
            action = "changed"
        recorder.keyword(row.name, action=action, old=before, new=after)


def _annotations(recorder: SchemaRecorder) -> None:
    sides = recorder.old, recorder.new
    texts = [side.annotation("description", lambda s: s.description) for side in sides]
    _documentation(recorder, "text", [(" ".join(text.split()), at) for text, at in texts])
    lists = [side.annotation("examples", lambda s: s.examples) for side in sides]
    examples = [(shown([*values]) if values else "", at) for values, at in lists]
    _documentation(recorder, "example", examples)
    for keyword, read in _FLAGS:
        flags = [side.annotation(keyword, read) for side in sides]
        _annotation(recorder, keyword, [("true" if flag else "", at) for flag, at in flags])
    dates = [side.annotation("x-sunset", lambda s: s.sunset) for side in sides]
    _annotation(recorder, "sunset", dates)


def _documentation(
    recorder: SchemaRecorder, subject: str, sides: list[tuple[str, Location]]
) -> None:
    (old, base), (new, revision) = sides
    if old != new:
        recorder.record(
            rule=f"docs/{subject}/{action_of(old, new)}", base=base, revision=revision,
            old=old, new=new, words={"keyword": "description"},
        )  # fmt: skip


def _annotation(recorder: SchemaRecorder, name: str, sides: list[tuple[str, Location]]) -> None:
    (old, base), (new, revision) = sides
    if old != new:
        recorder.record(
            rule=f"schema/{name}/{action_of(old, new)}", base=base, revision=revision,
            old=old, new=new,
        )  # fmt: skip


def _types(recorder: SchemaRecorder) -> bool:
    """Record what differs in the types; return whether the other keywords are comparable."""
    old, new = recorder.old, recorder.new
    if old.types == new.types:
        return True
    widens, narrows = _covers(new.types, old.types), _covers(old.types, new.types)
    action = "widened" if widens else "narrowed" if narrows else "changed"
    recorder.record(
        rule=f"schema/type/{action}",
        base=old.core.at("type") if old.types else old.core.location,
        revision=new.core.at("type") if new.types else new.core.location,
        old=described(old),
        new=described(new),
    )
    return bool(old.types & new.types) or {"integer", "number"} <= old.types | new.types


def _covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Return whether every value of the types ``narrow`` has one of the types ``wide``."""
    if not wide:
        return True
    every = wide | {"integer"} if "number" in wide else wide
    return bool(narrow) and narrow <= every


def _server_checked(recorder: SchemaRecorder) -> None:
    old, new = recorder.old, recorder.new
    for keyword in sorted((old.checked.keys() | new.checked.keys()) - {*REPEATED, "allOf"}):
        _checked(recorder, keyword, *(side.checked.get(keyword) for side in (old, new)))
    _checked(recorder, "allOf", *(parts_besides(side) or None for side in (old, new)))
    if old.branches or new.branches:  # a branch's own values are compared with the branch
        for keyword in REPEATED:
            record_repeated(recorder, keyword, own=False)


def _checked(recorder: SchemaRecorder, keyword: str, old: Json, new: Json) -> None:
    before, after = _in_order(old), _in_order(new)
    if not same(before, after):
        action = "added" if before is None else "removed" if after is None else "changed"
        recorder.record(
            rule=f"schema/{keyword}/{action}",
            base=_written(recorder.old, keyword, before),
            revision=_written(recorder.new, keyword, after),
            old="" if before is None else shown(before),
            new="" if after is None else shown(after),
        )


def _written(side: ResolvedSchema, keyword: str, value: Json) -> Location:
    """Return the location of a keyword; the schema's where it is absent, or merged from others."""
    core = side.core
    is_here = value is not None and keyword in (core.positions or {keyword})
    return core.at(keyword) if is_here else core.location


def _in_order(value: Json) -> Json:
    """Return a value with its members and lists sorted: their order has no meaning."""
    match value:
        case dict():
            return {key: _in_order(inner) for key, inner in sorted(value.items())}
        case list():
            return sorted(map(_in_order, value), key=shown)
        case _:
            return value
