"""Values judged by schemas: how they deviate, by the rules of the drift check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final, TypeAlias

from ...base.budget import Budget
from ...reading.document.pointer import escape
from ...reading.openapi.formats import is_readable, typed_format
from ...reading.openapi.keywords import ROWS, NumberKeyword
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import Json, Missing, Schema
from ..changes.rules import REQUEST, RESPONSE
from ..changes.symbols import ComponentSymbol
from .deviation import Deviation
from .json_text import json_or_missing
from .own_keywords import OwnKeywords
from .value_walk import Flaw, Outcome, ValueWalk

_POINTER_WORK: Final = 500
"""Characters of a pointer that cost as much as one value."""
_RULES: Final[Mapping[str, str]] = {
    "type": "type/changed", "enum": "enum/value-added", "format": "format/changed",
    "required": "required/removed", "additionalProperties": "property/added",
    "unevaluatedProperties": "property/added", "pattern": "pattern/changed",
    "multipleOf": "multipleOf/changed", "uniqueItems": "uniqueItems/removed",
}  # fmt: skip
"""Keyword to rule, below ``schema``; a bound is widened, another keyword changed."""
_ORDER: Final = {"type": 0, "enum": 1}
"""What is told first of a value."""
Shift: TypeAlias = tuple[str, str]
"""The pointer of a schema in place of equal ones, and that of the one that is meant."""
IN_PLACE: Final[Shift] = ("", "")
_FoundFlaw: TypeAlias = tuple[str, Flaw, bool, str, Shift]
"""The pointer of a value, its flaw, True if a client takes it, the pointer of the reference to the
schema, and the shift of its places.
"""
_SETTLING: Final = ("schema/type/changed", "schema/nullable/added", "schema/enum/value-added")
"""The rules beside which other deviations of the same value mean nothing."""


class SchemaJudge:
    """Judges values by the schemas of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._own_keywords = cache(OwnKeywords)
        self.work = Budget(0, "comparisons")
        """The work that the values of an exchange may cost."""
        self._expected = cache(_expected)
        self._symbols: dict[Schema, ComponentSymbol] = {}
        for key, schema in document.schemas.items():
            self._symbols[schema] = ComponentSymbol(key, key)
            for name, inner in (schema.properties or {}).items():
                self._add_symbol(inner, ComponentSymbol(key, key, name))

    def _add_symbol(self, schema: Schema, symbol: ComponentSymbol) -> None:
        """Note the field that a schema, and what is inline in it, is a part of."""
        self._symbols[schema] = symbol
        for inner in schema.subschemas():
            self._add_symbol(inner, symbol)

    def deviations(
        self, schema: Schema, value: Json, direction: str = RESPONSE
    ) -> Sequence[Deviation]:
        """Return how a value deviates that is sent in a direction; raise :class:`BudgetExceeded`.

        A request needn't have what is ``readOnly``.
        """
        is_sent = direction == REQUEST
        outcome = self.walk(is_sent=is_sent).outcome(schema, value)
        if not outcome.errors:
            return ()
        flaws = [*self._flaws(outcome, is_mild=is_sent)]
        flaws.sort(key=lambda pair: _ORDER.get(pair[1].keyword if not pair[1].rule else "", 2))
        unique: dict[tuple[str, str], Deviation] = {}
        settled: set[str] = set()
        for at, flaw, is_mild, site, shift in flaws:
            deviation = self._at(flaw, direction, at, site, shift)
            if not is_mild and self._is_unread(deviation.name, flaw):
                deviation = replace(deviation, is_unread=True)
            if deviation.pointer not in settled:
                unique[deviation.pointer, deviation.name] = deviation
            if deviation.name in _SETTLING:
                settled.add(deviation.pointer)
        return [*unique.values()]

    def walk(self, *, is_sent: bool = False) -> ValueWalk:
        """Return a walk over a value, within the budget."""
        return ValueWalk(self._document, self._own_keywords, self.work, is_sent=is_sent)

    def _flaws(self, outcome: Outcome, *, is_mild: bool) -> Iterator[_FoundFlaw]:
        """Yield the flaws of an outcome, with the pointer of its value, once for each place."""
        done = set[tuple[int, str, frozenset[str]]]()
        todo: list[tuple[Outcome, str, frozenset[str], str, Shift, bool]] = [
            (outcome, "", frozenset(), "", IN_PLACE, is_mild)
        ]
        while todo:
            outcome, pointer, described, site, shift, is_mild = todo.pop()
            described |= outcome.described
            if outcome.site is not None:
                site = moved(outcome.site, shift)
                shift = inside(self._document, outcome.site, shift)
            key = id(outcome), pointer, described
            if key in done:
                continue
            done.add(key)
            self.work.spend(1 + len(outcome.flaws) + len(pointer) // _POINTER_WORK)
            for flaw in outcome.flaws:
                if flaw.rule != "property/added" or flaw.keyword not in described:
                    at = pointer if flaw.member is None else f"{pointer}/{escape(flaw.member)}"
                    yield at, flaw, is_mild, site, shift
            for step, part, is_part_mild in reversed(outcome.parts):
                is_inner_mild = is_mild or is_part_mild
                if step is None:
                    todo.append((part, pointer, described, site, shift, is_inner_mild))
                else:
                    inner = f"{pointer}/{escape(str(step))}"
                    todo.append((part, inner, frozenset(), "", shift, is_inner_mild))

    def _at(self, flaw: Flaw, direction: str, pointer: str, site: str, shift: Shift) -> Deviation:
        """Return the deviation from a keyword of a schema, or from the description of a member."""
        schema, member, rule = flaw.schema, flaw.keyword, flaw.rule
        if not rule and flaw.value is None and member in ("type", "enum"):
            rule, member = "nullable/added", "type" if schema.types else member
        elif not rule:
            rule, member = _rule(member)
        inner = (schema.properties or {}).get(member) if rule == "required/removed" else None
        if rule == "required/removed" and flaw.member is None:  # most of the members
            inner, location, expected = None, schema.at(member), ""
        elif inner is not None:
            location, expected = inner.location, member
        elif rule == "property/added":
            location = (schema.property_names_at or schema).location
            expected = member
        else:
            location, expected = schema.at(member), self._expected(schema, member)
        symbol = self._symbols.get(inner or schema)
        if rule == "required/removed" and flaw.member is not None:
            site = moved(schema, shift)
        place = moved_pointer(location.pointer, shift) if shift != IN_PLACE else ""
        return Deviation(
            direction,
            f"schema/{rule}",
            location,
            expected,
            pointer,
            flaw.value,
            place,
            site,
            symbol,
        )

    def _is_unread(self, rule: str, flaw: Flaw) -> bool:
        """Return whether a client's value isn't of the described type, since it stays as it is."""
        if rule == "schema/format/changed" and isinstance(flaw.value, str):
            form = typed_format(flaw.schema)
            return bool(form) and not is_readable(form, flaw.value)
        if rule == "schema/type/changed":
            return not self._is_converted(flaw.schema, flaw.value)
        return rule == "schema/nullable/added"

    def _is_converted(self, schema: Schema, value: Json | Missing) -> bool:
        """Return whether a client reads a number as the text, or text as the number, that it is."""
        # A constant is only itself.
        leaves = self._document.leaves(schema)
        schemas = [leaf for leaf in leaves if leaf.enum is None or len(leaf.enum) > 1]
        self.work.spend(len(schemas))
        numbers = [leaf for leaf in schemas if {"integer", "number"} & {*leaf.types}]
        if isinstance(value, str) and value[-1:].isdigit():
            number = json_or_missing(value)
            return isinstance(number, int | float) and any(
                {*self._own_keywords(leaf).errors(number, self.work)} <= {"enum"}
                and (isinstance(number, int) or "number" in leaf.types)
                for leaf in numbers
            )
        if isinstance(value, bool) or not isinstance(value, int | float) or numbers:
            return False
        return any("string" in s.types and typed_format(s) in ("", "decimal") for s in schemas)


def _rule(keyword: str) -> tuple[str, str]:
    """Return the rule for a value that a keyword doesn't admit, and the keyword."""
    row = ROWS.get(keyword)
    if keyword in _RULES:
        return _RULES[keyword], keyword
    if isinstance(row, NumberKeyword):
        return f"{row.inclusive or keyword}/widened", keyword
    return (f"{keyword}/changed" if row is not None else "type/changed"), keyword


def _expected(schema: Schema, keyword: str) -> str:
    """Return the value of a keyword as text."""
    if keyword == "type":
        return " or ".join(schema.types) or "a value"
    if keyword == "enum":
        return ", ".join(map(str, schema.enum or ()))
    row = ROWS.get(keyword)
    value = row.get(schema) if row is not None else None
    return str(value) if isinstance(value, str | int | float) else keyword


def inside(document: Document, reference: Schema, shift: Shift) -> Shift:
    """Return the shift of what is in the schema that a reference leads to.

    A schema that isn't a component of the description is written where the reference is.
    """
    key = reference.ref
    while key not in document.declared and document.schemas[key].ref:
        key = document.schemas[key].ref
    target = document.schemas[key].location
    if key in document.declared or target.document is not reference.location.document:
        return IN_PLACE
    return target.pointer, moved(reference, shift)


def moved(schema: Schema, shift: Shift) -> str:
    """Return the pointer of the place where a schema is written."""
    return moved_pointer(schema.location.pointer, shift)


def moved_pointer(pointer: str, shift: Shift) -> str:
    """Return the pointer of the place where a part of a schema is written."""
    old, new = shift
    is_inside = pointer == old or pointer.startswith(f"{old}/")
    return new + pointer.removeprefix(old) if is_inside and shift != IN_PLACE else pointer
