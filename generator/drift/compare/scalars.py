"""Keywords of single values compared: enum, bounds, pattern, format, default.

Source: JSON Schema 2020-12 validation §6 and §7.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from ...openapi.model import MISSING, Json, Number, Schema
from .differences import SchemaRecorder, action_of
from .display import dependent_required, shown, shown_or_none
from .resolved_schema import ResolvedSchema

REPEATED: dict[str, Callable[[Schema], Json]] = {
    "pattern": lambda s: s.pattern,
    "multipleOf": lambda s: s.multiple_of,
}
"""The keywords of which several values may hold, one for each part of an ``allOf``."""
_LIMITS: tuple[tuple[str, Callable[[Schema], Number | None], Number | None], ...] = (
    ("minLength", lambda s: s.min_length, 0),
    ("minItems", lambda s: s.min_items, 0),
    ("minProperties", lambda s: s.min_properties, 0),
    ("minContains", lambda s: s.min_contains, 1),
    ("maxLength", lambda s: s.max_length, None),
    ("maxItems", lambda s: s.max_items, None),
    ("maxProperties", lambda s: s.max_properties, None),
    ("maxContains", lambda s: s.max_contains, None),
)
"""Keyword, its value, and what its absence means."""
_ASSERTIONS: tuple[tuple[str, Callable[[Schema], Json]], ...] = (
    ("contentEncoding", lambda s: s.content_encoding),
    ("contentMediaType", lambda s: s.content_media_type),
    ("dependentRequired", dependent_required),
    ("uniqueItems", lambda s: s.unique_items or None),
)
_WIDER = {("int32", "int64"), ("float", "double")}
_UNRESTRICTING = ("int64", "double")


def compare_scalars(recorder: SchemaRecorder) -> None:
    """Record what differs in the keywords of single values."""
    _enum(recorder)
    _range(recorder, "minimum", "exclusiveMinimum", _lowest, 1)
    _range(recorder, "maximum", "exclusiveMaximum", _highest, -1)
    for keyword, read, absent in _LIMITS:
        _limit(recorder, keyword, read, absent)
    for keyword, value_of in _ASSERTIONS:
        record_value(recorder, keyword, *map(value_of, (recorder.old.core, recorder.new.core)))
    for keyword in REPEATED:
        record_repeated(recorder, keyword, own=True)
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
    found = [REPEATED[keyword](side.core) if own else None, side.checked.get(keyword)]
    found += [part[keyword] for part in _parts(side) if part.keys() == {keyword}]
    return sorted({shown(value) for value in found if value is not None})


def _parts(side: ResolvedSchema) -> list[dict[str, Json]]:
    found = side.checked.get("allOf")
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _enum(recorder: SchemaRecorder) -> None:
    old, new = recorder.old.core.enum, recorder.new.core.enum
    if old is None and new is None:
        return
    before, after = (None if side is None else shown([*side]) for side in (old, new))
    if old is None or new is None:
        recorder.keyword(
            "enum", action="removed" if new is None else "added", old=before, new=after
        )
        return
    removed, added = (
        ", ".join(shown(value) for value in one if not _contains(other, value))
        for one, other in ((old, new), (new, old))
    )
    if removed or added:
        action = "changed" if removed and added else "value-removed" if removed else "value-added"
        recorder.keyword(
            "enum", action=action, old=before, new=after,
            changed=(removed, added), words={"removed": removed, "added": added},
        )  # fmt: skip


def _range(
    recorder: SchemaRecorder,
    keyword: str,
    exclusive: str,
    read: Callable[[Schema], tuple[Number, bool] | None],
    sign: int,
) -> None:
    old, new = read(recorder.old.core), read(recorder.new.core)
    if old == new:
        return
    tighter = old is None or (new is not None and (new[0] * sign, new[1]) > (old[0] * sign, old[1]))
    members = [exclusive if side is not None and side[1] else keyword for side in (old, new)]
    recorder.keyword(
        keyword,
        action="narrowed" if tighter else "widened",
        old=_bound(old),
        new=_bound(new),
        members=(members[0], members[1]),
    )


def _lowest(schema: Schema) -> tuple[Number, bool] | None:
    """Return the lower bound and whether it is exclusive."""
    return max(_bounds(schema.minimum, schema.exclusive_minimum), default=None)


def _highest(schema: Schema) -> tuple[Number, bool] | None:
    return min(_bounds(schema.maximum, schema.exclusive_maximum), default=None)


def _bounds(inclusive: Number | None, exclusive: Number | None) -> list[tuple[Number, bool]]:
    found = ((inclusive, False), (exclusive, True))
    return [(value, is_open) for value, is_open in found if value is not None]


def _bound(bound: tuple[Number, bool] | None) -> str | None:
    if bound is None:
        return None
    return f"{shown(bound[0])} (exclusive)" if bound[1] else shown(bound[0])


def _limit(
    recorder: SchemaRecorder,
    keyword: str,
    read: Callable[[Schema], Number | None],
    absent: Number | None,
) -> None:
    old, new = read(recorder.old.core), read(recorder.new.core)
    before, after = (absent if value is None else value for value in (old, new))
    if before == after:
        return
    sign = -1 if absent is None else 1
    tighter = before is None or (after is not None and sign * after > sign * before)
    recorder.keyword(
        keyword,
        action="narrowed" if tighter else "widened",
        old=shown_or_none(old),
        new=shown_or_none(new),
        absent=shown_or_none(absent) or "",
    )


def _format(recorder: SchemaRecorder) -> None:
    old, new = recorder.old.core.format, recorder.new.core.format
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
    old, new = recorder.old.core.default, recorder.new.core.default
    if not same(old, new):
        before, after = (None if side is MISSING else shown(side) for side in (old, new))
        action = "added" if before is None else "removed" if after is None else "changed"
        recorder.keyword("default", action=action, old=before, new=after)


def _contains(values: Collection[Json], value: Json) -> bool:
    return any(same(one, value) for one in values)
