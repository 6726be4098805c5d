"""Keywords of single values compared: enum, bounds, pattern, format, default.

Source: JSON Schema 2020-12 validation §6 and §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ...openapi.keywords import ASSERTIONS, Compare, NumberKeyword
from ...openapi.model import MISSING, Json, Number, Schema
from .differences import SchemaRecorder, action_of
from .display import keyword_value, shown, shown_or_none
from .resolved_schema import ResolvedSchema

REPEATED = {row.name: row for row in ASSERTIONS if row.compare is Compare.VALUES}
"""The keywords of which several values may hold, one for each part of an ``allOf``."""
_EXCLUSIVE = {
    row.inclusive: row for row in ASSERTIONS if isinstance(row, NumberKeyword) and row.inclusive
}
"""Inclusive bounds to the row of the exclusive one."""
_WIDER = {("int32", "int64"), ("float", "double")}
_UNRESTRICTING = ("int64", "double")


def compare_scalars(recorder: SchemaRecorder) -> None:
    """Record what differs in the keywords of single values."""
    _enum(recorder)
    for row in ASSERTIONS:
        match row.compare:
            case Compare.LOWER_BOUND | Compare.UPPER_BOUND if isinstance(row, NumberKeyword):
                if not row.inclusive:
                    _bound(recorder, row)
            case Compare.VALUE:
                record_value(
                    recorder, row.name, *(keyword_value(row, core) for core in recorder.cores)
                )
            case Compare.VALUES:
                record_repeated(recorder, row.name, own=True)
            case _:
                pass
    _format(recorder)
    _default(recorder)


def record_value(recorder: SchemaRecorder, keyword: str, old: Json, new: Json) -> None:
    """Record a keyword whose values differ; None is its absence."""
    if not same(old, new):
        action = "added" if old is None else "removed" if new is None else "changed"
        recorder.keyword(keyword, action=action, old=shown_or_none(old), new=shown_or_none(new))


def record_repeated(recorder: SchemaRecorder, keyword: str, *, own: bool) -> None:
    """Record a keyword of :data:`REPEATED` that differs; ``own`` counts the schema's own value."""
    old, new = (_values(side, keyword, own=own) for side in (recorder.old, recorder.new))
    if old != new:
        action = "added" if {*old} < {*new} else "removed" if {*new} < {*old} else "changed"
        left, right = (" and ".join(side) or None for side in (old, new))
        recorder.keyword(keyword, action=action, old=left, new=right)


def parts_besides(side: ResolvedSchema) -> list[Json]:
    """Return the server-checked parts of ``allOf`` that are more than a repeated keyword."""
    return [part for part in _parts(side) if len(part) != 1 or not part.keys() <= REPEATED.keys()]


def same(left: object, right: object) -> bool:
    """Return whether two values are equal, and not a boolean on one side only."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _values(side: ResolvedSchema, keyword: str, *, own: bool) -> list[str]:
    """Return the values of a keyword that hold together, as text."""
    found = [
        keyword_value(REPEATED[keyword], side.core) if own else None,
        side.checked.get(keyword),
    ]
    found += [part[keyword] for part in _parts(side) if part.keys() == {keyword}]
    return sorted({shown(value) for value in found if value is not None})


def _parts(side: ResolvedSchema) -> list[dict[str, Json]]:
    found = side.checked.get("allOf")
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _enum(recorder: SchemaRecorder) -> None:
    old, new = (core.enum for core in recorder.cores)
    if old is None and new is None:
        return
    before, after = (None if side is None else shown([*side]) for side in (old, new))
    if old is None or new is None:
        recorder.keyword(
            "enum", action="removed" if new is None else "added", old=before, new=after
        )
        return
    lost, gained = _without(old, new), _without(new, old)
    removed, added = (", ".join(map(shown, values)) for values in (lost, gained))
    if lost or gained:
        action = "changed" if lost and gained else "value-removed" if lost else "value-added"
        recorder.keyword(
            "enum", action=action, old=before, new=after,
            changed=(removed, added), words={"removed": removed, "added": added},
        )  # fmt: skip


def _bound(recorder: SchemaRecorder, row: NumberKeyword) -> None:
    """Record a bound that differs; of an inclusive and an exclusive one the tighter counts."""
    rows = [row, _EXCLUSIVE[row.name]] if row.name in _EXCLUSIVE else [row]
    if all(one.get(recorder.old.core) == one.get(recorder.new.core) for one in rows):
        return
    sign = 1 if row.compare is Compare.LOWER_BOUND else -1
    default = None if row.default is None else _Bound(sign * row.default, False, row.default)
    found = [max(_bounds(rows, core, sign), default=None) for core in recorder.cores]
    old, new = (bound or default for bound in found)
    if old != new:
        names = [
            _EXCLUSIVE[row.name].name if one and one.is_exclusive else row.name for one in found
        ]
        recorder.keyword(
            row.name,
            action="narrowed" if old is None or (new is not None and new > old) else "widened",
            old=found[0] and str(found[0]),
            new=found[1] and str(found[1]),
            absent="" if default is None else str(default),
            members=(names[0], names[1]),
        )


class _Bound(NamedTuple):
    """A bound; the greater one admits less."""

    strength: Number
    is_exclusive: bool
    value: Number

    def __str__(self) -> str:
        return f"{shown(self.value)} (exclusive)" if self.is_exclusive else shown(self.value)


def _bounds(rows: Iterable[NumberKeyword], schema: Schema, sign: int) -> Iterator[_Bound]:
    for one in rows:
        value = one.get(schema)
        if value is not None:
            yield _Bound(sign * value, bool(one.inclusive), value)


def _format(recorder: SchemaRecorder) -> None:
    old, new = (core.format for core in recorder.cores)
    if (old, new) in _WIDER:
        action = "widened"
    elif (new, old) in _WIDER:
        action = "narrowed"
    else:
        old, new = ("" if name in _UNRESTRICTING else name for name in (old, new))
        if old == new:
            return
        action = action_of(old, new)
    recorder.keyword("format", action=action, old=old or None, new=new or None)


def _default(recorder: SchemaRecorder) -> None:
    old, new = (core.default for core in recorder.cores)
    if not same(old, new):
        before, after = (None if side is MISSING else shown(side) for side in (old, new))
        action = "added" if before is None else "removed" if after is None else "changed"
        recorder.keyword("default", action=action, old=before, new=after)


def _without(values: Iterable[Json], others: Iterable[Json]) -> list[Json]:
    """Return the values that aren't among others; 1 isn't true."""
    known = {*map(_key, others)}
    return [value for value in values if _key(value) not in known]


def _key(value: Json) -> tuple[bool, object]:
    is_container = isinstance(value, list | dict)
    return isinstance(value, bool), shown(value) if is_container else value
