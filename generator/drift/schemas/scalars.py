"""Keywords of single values compared: enum, bounds, pattern, format, default.

Source: JSON Schema 2020-12 validation §6 and §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ...openapi.json_values import identity_of
from ...openapi.keywords import ASSERTIONS, Compare, NumberKeyword
from ...openapi.model.schemas import MISSING, Json, Missing, Number, Schema
from ..differences.differences import SchemaRecorder
from ..differences.display import shown
from ..differences.resolved_schema import ResolvedSchema

_REPEATED = tuple(row.name for row in ASSERTIONS if row.compare is Compare.VALUES)
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
        exclusive = _EXCLUSIVE.get(row.name, row)
        if recorder.keywords.isdisjoint((row.name, exclusive.name, "allOf")):
            continue
        match row.compare:
            case Compare.LOWER_BOUND | Compare.UPPER_BOUND if isinstance(row, NumberKeyword):
                if not row.inclusive:
                    _bound(recorder, row)
            case Compare.VALUE:
                _value(recorder, row.name, *(values.get(row.name) for values in recorder.values))
            case Compare.VALUES:
                _repeated(recorder, row.name, recorder.values)
            case _:
                pass
    _format(recorder)
    old, new = (default_value(core.default) for core in recorder.cores)
    recorder.compare("schema/default", "default", old, new)


def compare_server_checked(recorder: SchemaRecorder) -> None:
    """Record what differs in the keywords that only the server checks."""
    old, new = (side.checked for side in recorder.sides)
    if not (old or new):
        return
    for keyword in sorted({*old, *new} - {*_REPEATED, "allOf"}):
        _value(recorder, keyword, old.get(keyword), new.get(keyword))
    _value(recorder, "allOf", *map(_rest, recorder.sides))
    if any(side.branches for side in recorder.sides):
        for keyword in _REPEATED:  # a branch's own values are compared with the branch
            _repeated(recorder, keyword, ({}, {}))


def default_value(default: Json | Missing) -> Json:
    """Return a default value, None where there is none."""
    return None if default is MISSING else "null" if default is None else default


def _value(recorder: SchemaRecorder, keyword: str, old: Json, new: Json) -> None:
    recorder.compare(f"schema/{keyword}", keyword, _in_order(old), _in_order(new))


def _in_order(value: Json) -> Json:
    """Return a value with its members and lists sorted: their order has no meaning."""
    match value:
        case dict():
            return {key: _in_order(inner) for key, inner in sorted(value.items())}
        case list():
            return sorted(map(_in_order, value), key=shown)
        case _:
            return value


def _repeated(
    recorder: SchemaRecorder, keyword: str, own: tuple[Mapping[str, Json], Mapping[str, Json]]
) -> None:
    """Record a keyword whose values differ, its own and those of the parts of ``allOf``."""
    values = [
        {
            shown(each[keyword])
            for each in (owned, side.checked, *(p for p in _parts(side) if p.keys() == {keyword}))
            if keyword in each
        }
        for owned, side in zip(own, recorder.sides, strict=True)
    ]
    action = "added" if values[0] < values[1] else "removed" if values[1] < values[0] else "changed"
    old, new = (" and ".join(sorted(side)) or None for side in values)
    recorder.compare(f"schema/{keyword}", keyword, old, new, action=action)


def _parts(side: ResolvedSchema) -> list[dict[str, Json]]:
    pointer = side.checked.get("allOf")
    return [part for part in pointer if isinstance(part, dict)] if isinstance(pointer, list) else []


def _rest(side: ResolvedSchema) -> Json:
    """Return the parts of ``allOf`` that are more than a repeated keyword; None without any."""
    return [
        part for part in _parts(side) if len(part) != 1 or not part.keys() <= {*_REPEATED}
    ] or None


def _enum(recorder: SchemaRecorder) -> None:
    old, new = (None if core.enum is None else [*core.enum] for core in recorder.cores)
    if old is None or new is None:
        recorder.compare("schema/enum", "enum", old, new)
        return
    lost, gained = _without(old, new), _without(new, old)
    removed, added = (", ".join(map(shown, values)) for values in (lost, gained))
    if lost or gained:
        recorder.compare(
            "schema/enum", "enum", old, new, changed=(removed, added), removed=removed, added=added,
            action="changed" if lost and gained else "value-removed" if lost else "value-added",
        )  # fmt: skip


def _without(values: Iterable[Json], others: Iterable[Json]) -> list[Json]:
    """Return the values that aren't among others; 1 isn't true."""
    identities = {*map(identity_of, others)}
    return [value for value in values if identity_of(value) not in identities]


class _Bound(NamedTuple):
    """A bound; the greater one admits less."""

    strength: Number
    is_exclusive: bool
    value: Number

    def __str__(self) -> str:
        return f"{shown(self.value)} (exclusive)" if self.is_exclusive else shown(self.value)


def _bound(recorder: SchemaRecorder, row: NumberKeyword) -> None:
    """Record a bound that differs; of an inclusive and an exclusive one the tighter counts."""
    rows = [row, _EXCLUSIVE[row.name]] if row.name in _EXCLUSIVE else [row]
    sign = 1 if row.compare is Compare.LOWER_BOUND else -1
    default = None if row.default is None else _Bound(sign * row.default, False, row.default)
    bounds = [max(_bounds(rows, core, sign), default=None) for core in recorder.cores]
    old, new = (bound or default for bound in bounds)
    names = [rows[-1].name if bound and bound.is_exclusive else row.name for bound in bounds]
    if old != new:
        recorder.compare(
            f"schema/{row.name}",
            (names[0], names[1]),
            old and str(old),
            new and str(new),
            action="narrowed" if old is None or (new is not None and new > old) else "widened",
            present=(bounds[0], bounds[1]),
        )


def _bounds(rows: Iterable[NumberKeyword], schema: Schema, sign: int) -> Iterator[_Bound]:
    for bound in rows:
        value = bound.get(schema)
        if value is not None:
            yield _Bound(sign * value, bool(bound.inclusive), value)


def _format(recorder: SchemaRecorder) -> None:
    old, new = (core.format for core in recorder.cores)
    action = "widened" if (old, new) in _WIDER else "narrowed" if (new, old) in _WIDER else ""
    if not action:
        old, new = ("" if name in _UNRESTRICTING else name for name in (old, new))
    recorder.compare("schema/format", "format", old or None, new or None, action=action)
