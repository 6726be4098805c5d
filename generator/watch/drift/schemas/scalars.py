"""Keywords of single values compared: enum, bounds, pattern, format, default.

Source: JSON Schema 2020-12 validation §6 and §7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ....reading.openapi.json_values import identity_of
from ....reading.openapi.keywords import ASSERTIONS, Compare, NumberKeyword
from ....reading.openapi.model.schemas import MISSING, Json, Missing, Number, Schema
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
    if default is MISSING:
        return None
    if default is None:
        return "null"
    return default


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
    old, new = (
        _values(keyword, owned, side) for owned, side in zip(own, recorder.sides, strict=True)
    )
    action = "changed"
    if old < new:
        action = "added"
    elif new < old:
        action = "removed"
    recorder.compare(f"schema/{keyword}", keyword, _joined(old), _joined(new), action=action)


def _values(keyword: str, owned: Mapping[str, Json], side: ResolvedSchema) -> set[str]:
    """Return the values of a keyword: its own, and those of the parts that have nothing else."""
    sources = [owned, side.checked]
    for part in _parts(side):
        if part.keys() == {keyword}:
            sources.append(part)
    return {shown(source[keyword]) for source in sources if keyword in source}


def _joined(values: set[str]) -> str | None:
    return " and ".join(sorted(values)) or None


def _parts(side: ResolvedSchema) -> list[dict[str, Json]]:
    """Return the parts of ``allOf``."""
    parts = side.checked.get("allOf")
    if not isinstance(parts, list):
        return []
    return [part for part in parts if isinstance(part, dict)]


def _rest(side: ResolvedSchema) -> Json:
    """Return the parts of ``allOf`` that are more than a repeated keyword; None without any."""
    rest: list[Json] = []
    for part in _parts(side):
        is_repeated = len(part) == 1 and part.keys() <= {*_REPEATED}
        if not is_repeated:
            rest.append(part)
    return rest or None


def _enum(recorder: SchemaRecorder) -> None:
    old, new = (None if core.enum is None else [*core.enum] for core in recorder.cores)
    if old is None or new is None:
        recorder.compare("schema/enum", "enum", old, new)
        return
    lost, gained = _without(old, new), _without(new, old)
    if lost and gained:
        action = "changed"
    elif lost:
        action = "value-removed"
    elif gained:
        action = "value-added"
    else:
        return
    removed, added = ", ".join(map(shown, lost)), ", ".join(map(shown, gained))
    recorder.compare(
        "schema/enum",
        "enum",
        old,
        new,
        changed=(removed, added),
        removed=removed,
        added=added,
        action=action,
    )


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
    if old == new:
        return
    names: list[str] = []
    for bound in bounds:
        is_exclusive = bound is not None and bound.is_exclusive
        names.append(rows[-1].name if is_exclusive else row.name)
    is_narrowed = old is None or (new is not None and new > old)
    recorder.compare(
        f"schema/{row.name}",
        (names[0], names[1]),
        old and str(old),
        new and str(new),
        action="narrowed" if is_narrowed else "widened",
        present=(bounds[0], bounds[1]),
    )


def _bounds(rows: Iterable[NumberKeyword], schema: Schema, sign: int) -> Iterator[_Bound]:
    for bound in rows:
        value = bound.get(schema)
        if value is not None:
            yield _Bound(sign * value, bool(bound.inclusive), value)


def _format(recorder: SchemaRecorder) -> None:
    old, new = (core.format for core in recorder.cores)
    action = ""
    if (old, new) in _WIDER:
        action = "widened"
    elif (new, old) in _WIDER:
        action = "narrowed"
    else:
        old, new = ("" if name in _UNRESTRICTING else name for name in (old, new))
    recorder.compare("schema/format", "format", old or None, new or None, action=action)
