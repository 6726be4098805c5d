"""Edits of schemas: what values were seen that the description doesn't admit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ...document.edit.written import Place, WrittenDescription
from ...document.pointer import join, split
from ...openapi.model import Json
from ..findings import Finding
from ..shown import UNSHOWN, shown_name
from .edits import Edits, Left, OverlayEdit, is_writable
from .seen_types import schema_of, types_of

_UNIONS: Final = ("oneOf", "anyOf")
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "minimum": ("minimum", "exclusiveMinimum"),
    "exclusiveMinimum": ("exclusiveMinimum", "minimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMaximum": ("exclusiveMaximum", "maximum"),
}
"""Keywords that a bound may be written with: in 3.0 an exclusive one is a flag beside another."""
_IMPLYING: Final = ("properties", "additionalProperties", "items", "prefixItems")
_TYPES: Final = {"string", "number", "integer", "boolean", "array", "object"}
_NAMES: Final = ("x-enum-varnames", "x-enumNames")
HIDDEN: Final = "its name isn't shown: it may be a value"
_NO_VALUE: Final = "no value was recorded, or none that is short"
_NOWHERE: Final = "it isn't in the description as it is written"
_SEVERAL: Final = "its type is written in several schemas of an allOf"


class SchemaEdits:
    """Edits of the schemas of one description; each raises :class:`Left` if there is none."""

    def __init__(self, written: WrittenDescription, edits: Edits) -> None:
        self._written = written
        self._edits = edits
        self.values: dict[str, list[Json]] = {}
        """New values of enumerations, by the enumeration's pointer."""

    def add(self, finding: Finding, note: str) -> None:
        """Add the edits for a deviation from a schema."""
        one = finding.deviation
        path = split(one.location.pointer)
        place = self._written.place(path if one.name == _PROPERTY else path[:-1])
        if place is None or not self._written.is_mapping(place):
            raise Left(_NOWHERE)
        seen = [*finding.values.values()]
        match one.name:
            case "schema/property/added":
                self._property(place, one.expected, seen, note)
            case "schema/required/removed" if path[-1] == "required" and not one.expected:
                raise Left("most required members are missing: it is another object")
            case "schema/required/removed":
                self._required(place, one.expected, note)
            case "schema/enum/value-added":
                self._enumeration(place, seen, note)
            case "schema/nullable/added":
                self._nullable(place, one.expected, note)
            case "schema/type/changed":
                self._type(place, one.expected, seen, note)
            case "schema/branch/added-known":
                raise Left("a person must describe the branch")
            case _:
                family = _FAMILIES.get(path[-1], (path[-1],))
                self._keyword(place, family, note)

    def remove(self, schemas: Sequence[Place], keyword: str, note: str) -> None:
        """Remove a keyword from places."""
        if not schemas:
            raise Left(_NOWHERE)
        for place in schemas:
            self._edits.remove((*place, keyword), note)

    # ── keywords ─────────────────────────────────────────────────────────────────────────────────

    def _keyword(self, schema: Place, family: Sequence[str], note: str) -> None:
        found = self._written.holders(schema, family[0])
        if not found:
            family = [*reversed(family)]
            found = self._written.holders(schema, family[0])
        if not found and schema[-1:] == (family[0],):  # the keyword's own value is a schema
            found = [schema[:-1]]
        self.remove(found, family[0], note)
        for place in found:
            for other in family[1:]:
                node = self._written.members(place)
                is_flag = isinstance(node.get(other), bool) or node.get(family[0]) is True
                if is_flag and other in node:
                    self._edits.remove((*place, other), note)

    def _property(self, place: Place, name: str, seen: Sequence[Json], note: str) -> None:
        if not self._written.is_mapping(place) or place[-1] != "properties":
            raise Left(_NOWHERE)
        if not name:
            raise Left("its name is empty")
        if shown_name(name) == UNSHOWN:
            raise Left(HIDDEN)
        schema = schema_of(seen, is_3_0=self._written.is_3_0)
        self._edits.add(OverlayEdit(place, {name: schema}), note)

    def _required(self, place: Place, name: str, note: str) -> None:
        """Remove a name from each list of the object; ``place`` is that of its properties."""
        owner = place[:-1] if place[-1:] == ("properties",) else place
        found = self._requiring(self._written.parts(owner), name)
        if not found:
            composed = self._written.composed(owner)
            found = self._requiring([p for one in composed for p in self._written.parts(one)], name)
        if not found:
            raise Left(_NOWHERE)
        for each in found:
            self._edits.make_optional(each, name, note)

    def _requiring(self, schemas: Sequence[Place], name: str) -> list[Place]:
        """Return the lists that a name is required in, in ``dependentRequired`` too."""
        found: list[Place] = []
        for one in dict.fromkeys(schemas):
            dependent: Place = (*one, "dependentRequired")
            lists: list[Place] = [(*one, "required")]
            lists += [(*dependent, key) for key in self._written.members(dependent)]
            found += [each for each in lists if name in self._written.listed(each)]
        return found

    # ── enumerations ─────────────────────────────────────────────────────────────────────────────

    def _enumeration(self, schema: Place, seen: Sequence[Json], note: str) -> None:
        if any(isinstance(value, dict | list) for value in seen):
            raise Left("an enumeration of objects or lists")
        if not seen:
            raise Left(_NO_VALUE)
        if not all(map(is_writable, seen)):
            raise Left("a value has text or a number that no file can hold")
        lists = self._written.holders(schema, "enum")
        constants = self._written.holders(schema, "const")
        if not lists and not constants:
            raise Left("the place where its values are listed isn't found")
        for place in lists:
            self._append(place, seen, note)
        for place in constants:
            if place not in lists:
                self._note_values((*place, "enum"), seen)
                self._edits.remove((*place, "const"), note)
                self._edits.add(
                    OverlayEdit(place, {"enum": [self._written.plain((*place, "const")), *seen]}),
                    note,
                )

    def _append(self, schema: Place, values: Sequence[Json], note: str) -> None:
        """Append values to an enumeration, and names for them where it has a list of names."""
        old = self._written.listed((*schema, "enum"))
        known = self.values.get(join((*schema, "enum")), ())
        new = [v for v in values if not _contains(old, v) and not _contains(known, v)]
        if not new:
            return
        self._note_values((*schema, "enum"), new)
        self._edits.add(OverlayEdit((*schema, "enum"), new), note)
        for key in _NAMES:
            if old and len(self._written.listed((*schema, key))) == len(old):
                self._edits.add(OverlayEdit((*schema, key), [*map(str, new)]), note)

    def _note_values(self, place: Place, values: Sequence[Json]) -> None:
        known = self.values.setdefault(join(place), [])
        known += [value for value in values if value is not None and value not in known]

    # ── types ────────────────────────────────────────────────────────────────────────────────────

    def _nullable(self, schema: Place, expected: str, note: str) -> None:
        holder = self._holder(schema)
        node = self._written.members(holder)
        for place in self._written.holders(schema, "enum"):
            self._append(place, [None], note)
        if "const" in node:
            self._edits.remove((*holder, "const"), note)
            self._edits.add(
                OverlayEdit(holder, {"enum": [self._written.plain((*holder, "const")), None]}), note
            )
        union = _union_of(node)
        if self._written.is_3_0:
            null: Json = {"nullable": True, "enum": [None]}
            if "type" in node or not (union or "$ref" in node):
                self._edits.add(OverlayEdit(holder, {"nullable": True}), note)
            elif union:
                self._edits.add(OverlayEdit((*holder, union), null), note)
            else:
                self._edits.widen(holder, [null], note)
        elif "type" not in node and ("enum" in node or "const" in node) and not union:
            return
        else:
            self._admit(holder, [{"type": "null"}], expected, note)

    def _type(self, schema: Place, expected: str, seen: Sequence[Json], note: str) -> None:
        holder = self._holder(schema)
        node = self._written.members(holder)
        kinds = types_of(seen)
        if not kinds:
            raise Left(_NO_VALUE)
        is_union = _union_of(node) is not None or "$ref" in node
        is_implied = any(key in node for key in _IMPLYING) or not (is_union or "type" in node)
        is_number = node.get("type") == "integer" and kinds == ["number"]
        if self._written.is_3_0 and is_implied:
            raise Left("in OpenAPI 3.0 only a branch of anyOf can describe it")
        if self._written.holders(schema, "enum") or self._written.holders(schema, "const"):
            self._enumeration(schema, seen, note)
        is_whole = self._written.is_3_0 and not is_union and not is_number
        if (_is_of_header(holder) and "type" in node) or is_whole:
            self._edits.remove((*holder, "type"), note)
        else:
            others: list[Json] = [{"type": kind} for kind in kinds]
            self._admit(holder, others, expected, note)

    def _admit(self, place: Place, others: Sequence[Json], expected: str, note: str) -> None:
        """Let a schema admit the values of other schemas, each of one type."""
        node = self._written.members(place)
        union = _union_of(node)
        kinds: object = self._written.plain((*place, "type"))
        for one in others if union else ():
            self._edits.add(OverlayEdit((*place, str(union)), one), note)
        if isinstance(kinds, list):
            for kind in (one["type"] for one in others if isinstance(one, dict)):
                if kind not in kinds:
                    self._edits.add(OverlayEdit((*place, "type"), kind), note)
        elif kinds is not None and union and self._written.is_3_0:
            self._edits.remove((*place, "type"), note)
        elif kinds is not None or ("$ref" in node and not union):
            self._edits.widen(place, others, note)
        elif not union:
            known: list[Json] = [{"type": kind} for kind in expected.split(" or ")]
            if not {*expected.split(" or ")} <= _TYPES:
                raise Left("it isn't told by a type")
            self._edits.widen(place, [*known, *others], note)

    def _holder(self, schema: Place) -> Place:
        """Return the schema that has the type of values, ``schema`` itself where none has one."""
        if "allOf" in self._written.members(schema) or schema[-2:-1] == ("allOf",):
            raise Left(_SEVERAL)
        found = self._written.holders(schema, "type")
        if len(found) > 1:
            raise Left(_SEVERAL)
        return found[0] if found else schema


_PROPERTY: Final = "schema/property/added"


def _union_of(node: Mapping[str, object]) -> str | None:
    """Return the keyword of a schema's branches."""
    return next((key for key in _UNIONS if isinstance(node.get(key), list)), None)


def _is_of_header(schema: Place) -> bool:
    """Return whether a schema is written in a header."""
    steps = [*schema]
    return any(
        one == "headers" and "schema" in steps[index + 2 : index + 3]
        for index, one in enumerate(steps)
    )


def _contains(values: Sequence[object], value: object) -> bool:
    return any(type(one) is type(value) and one == value for one in values)
