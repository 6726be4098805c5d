"""The keywords that restrict single values: enumerations, bounds, formats, defaults.

Source: JSON Schema 2020-12 validation §6 and §7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from .resolved_schema import ResolvedSchema, shown
from .schema_differences import DifferenceRecorder, same

_LOWEST = ("minLength", "minItems", "minProperties", "minContains")
_HIGHEST = ("maxLength", "maxItems", "maxProperties", "maxContains")
_ASSERTIONS = ("contentEncoding", "contentMediaType", "dependentRequired")
REPEATED = ("pattern", "multipleOf")
"""What the parts of an ``allOf`` may each say another value of, all of which hold."""
_WIDER = {("int32", "int64"), ("float", "double")}


def compare_values(say: DifferenceRecorder) -> None:
    """Note what differs in the keywords for single values."""
    _enum(say)
    _bounds(say)
    _assertions(say)
    _format(say)
    _default(say)


def _enum(say: DifferenceRecorder) -> None:
    before, after = say.old.core.get("enum"), say.new.core.get("enum")
    if not isinstance(before, SequenceNode) and not isinstance(after, SequenceNode):
        return
    if not isinstance(before, SequenceNode):
        say.differs("enum", "enum/added", f"takes only {shown(after)}")
        return
    if not isinstance(after, SequenceNode):
        say.differs("enum", "enum/removed", "takes any value, not only those listed before")
        return
    gone = [value for value in before if not _contains(after, value)]
    come = [value for value in after if not _contains(before, value)]
    lost, won = ", ".join(map(shown, gone)), ", ".join(map(shown, come))
    if gone and come:
        say.differs("enum", "enum/changed", f"loses {lost} and gains {won}", (lost, won))
    elif gone:
        say.differs("enum", "enum/value-removed", f"loses {lost}", (lost, ""))
    elif come:
        say.differs("enum", "enum/value-added", f"gains {won}", ("", won))


def _bounds(say: DifferenceRecorder) -> None:
    for keyword, exclusive, sign in (
        ("minimum", "exclusiveMinimum", 1),
        ("maximum", "exclusiveMaximum", -1),
    ):
        before, after = (_bound(o.core, keyword, exclusive) for o in (say.old, say.new))
        if before == after:
            continue
        if before is None:
            tighter = True
        elif after is None:
            tighter = False
        else:
            tighter = (after[0] * sign, after[1]) > (before[0] * sign, before[1])
        say.limit(keyword, tighter, _bounded(before), _bounded(after), exclusive)
    for keywords, sign in ((_LOWEST, 1), (_HIGHEST, -1)):
        for keyword in keywords:
            usual = 1 if keyword == "minContains" else 0 if sign == 1 else None
            low, high = (o.core.get(keyword, usual) for o in (say.old, say.new))
            if low == high:
                continue
            tight = low is None or (
                high is not None and sign * cast("float", high) > sign * cast("float", low)
            )
            say.limit(keyword, tight, _number(low), _number(high))


def _assertions(say: DifferenceRecorder) -> None:
    for keyword in _ASSERTIONS:
        before, after = say.old.core.get(keyword), say.new.core.get(keyword)
        if keyword == "dependentRequired":
            before, after = _sorted(before), _sorted(after)
        say.assertion(keyword, before, after)
    for keyword in REPEATED:
        say.repeated(keyword, said_of(say.old, keyword, True), said_of(say.new, keyword, True))
    unique = [o.core.get("uniqueItems") is True or None for o in (say.old, say.new)]
    say.assertion("uniqueItems", unique[0], unique[1])


def said_of(side: ResolvedSchema, keyword: str, whole: bool) -> tuple[Value, ...]:
    """All values of a keyword that hold: those of further ``allOf`` parts, and the schema's own."""
    parts = side.checked.get("allOf")
    found = [side.core.get(keyword) if whole else None, side.checked.get(keyword)]
    found += [part[keyword] for part in _parts(parts) if set(part) == {keyword}]
    return tuple(sorted({value for value in found if value is not None}, key=str))


def parts_besides(side: ResolvedSchema) -> list[Value]:
    """The further parts of an ``allOf`` that say more than a value of a repeated keyword."""
    parts = _parts(side.checked.get("allOf"))
    return [part for part in parts if len(part) != 1 or not set(part) <= set(REPEATED)]


def _parts(value: Value) -> list[dict[str, Value]]:
    found = cast("list[Value]", value) if isinstance(value, list) else []
    return [cast("dict[str, Value]", part) for part in found if isinstance(part, dict)]


def _narrowing(name: Value) -> Value:
    """A format, unless it names what numbers are anyway."""
    return None if name in ("int64", "double") else name


def _format(say: DifferenceRecorder) -> None:
    before, after = say.old.core.get("format"), say.new.core.get("format")
    words = f"is {shown(after)}, was {shown(before)}"
    if (before, after) in _WIDER:
        say.differs("format", "format/widened", words)
    elif (after, before) in _WIDER:
        say.differs("format", "format/narrowed", words)
    else:
        before, after = _narrowing(before), _narrowing(after)
        if before is None or after is None:
            say.assertion("format", before, after)
        elif before != after:
            say.differs("format", "format/changed", words)


def _default(say: DifferenceRecorder) -> None:
    missing = object()
    before, after = (o.core.get("default", missing) for o in (say.old, say.new))
    if (before is missing and after is missing) or same(before, after):
        return
    action = "added" if before is missing else "removed" if after is missing else "changed"
    words = "has no default any more" if after is missing else f"defaults to {shown(after)}"
    say.differs("default", f"default/{action}", words)


def _bound(core: MappingNode, keyword: str, exclusive: str) -> tuple[float, bool] | None:
    found: list[tuple[float, bool]] = []
    for name, is_open in ((keyword, False), (exclusive, True)):
        value = core.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((value, is_open))
    if not found:
        return None
    pick: Callable[[Iterable[tuple[float, bool]]], tuple[float, bool]] = (
        max if keyword == "minimum" else min
    )
    return pick(found)


def _bounded(bound: tuple[float, bool] | None) -> str:
    if bound is None:
        return ""
    return f"{shown(bound[0])} (exclusive)" if bound[1] else shown(bound[0])


def _number(value: Value) -> str:
    return "" if value is None else shown(value)


def _contains(values: SequenceNode, value: Value) -> bool:
    return any(same(one, value) for one in values)


def _sorted(value: Value) -> Value:
    if not isinstance(value, MappingNode):
        return value
    return {k: sorted(map(str, v)) if isinstance(v, SequenceNode) else v for k, v in value.items()}
