"""Edits of schemas: what values were seen that the description doesn't admit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ....base.immutable import immutable
from ....reading.document.edit.written import Place, WrittenDescription
from ....reading.document.pointer import join, split
from ....reading.openapi.model.schemas import Json
from ..bodies import MEMBER
from ..findings import Finding
from ..seen_types import SeenTypes
from ..shown import UNSHOWN, shown_name
from .edits import Edits, Left, OverlayEdit, is_writable

_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "minimum": ("minimum", "exclusiveMinimum"),
    "exclusiveMinimum": ("exclusiveMinimum", "minimum"),
    "maximum": ("maximum", "exclusiveMaximum"),
    "exclusiveMaximum": ("exclusiveMaximum", "maximum"),
}
"""Keywords that a bound may be written with: in 3.0 an exclusive one is a flag beside another."""
_NAMES: Final = ("x-enum-varnames", "x-enumNames")
HIDDEN: Final = "its name isn't shown: it may be a value"
_NO_VALUE: Final = "no value was recorded, or none that is short"
_NOWHERE: Final = "it isn't in the description as it is written"


class SchemaEdits:
    """Edits of the schemas of one description; each raises :class:`Left` if there is none."""

    def __init__(
        self, written: WrittenDescription, edits: Edits, sent: Mapping[str, Sequence[str]]
    ) -> None:
        """``sent`` are the operations whose requests have a schema, by its pointer."""
        self._sent = sent
        self._written = written
        self._edits = edits
        self.values: dict[str, list[Json]] = {}
        """New values of enumerations, by the enumeration's pointer."""

    def add(self, finding: Finding, note: str) -> Sequence[str]:
        """Add the edits for a deviation from a schema.

        Return the labels of the operations whose requests they loosen.
        """
        places: list[Place] = []
        reasons: list[Left] = []
        for (pointer, site), types in finding.places.items():
            path = split(pointer)
            if self._written.place(path[:-1]) is None:  # a reference to a part of an operation
                path = split(finding.deviation.location.pointer)
            at = _At(path, self._written.of_pointer(site) if site else None, types, note)
            try:
                places += self._add(finding, at)
            except Left as reason:
                reasons.append(reason)
        if reasons:
            raise reasons[0]
        return [*dict.fromkeys(label for one in places for label in self._sent.get(join(one), ()))]

    def _add(self, finding: Finding, at: _At) -> Sequence[Place]:
        """Add the edits of one place, and return the schemas that they change."""
        deviation, path, note = finding.deviation, at.path, at.note
        if deviation.name == "schema/required/removed" and deviation.expected:
            return self._required(deviation.expected, at)
        place = self._written.place(path if deviation.name == MEMBER else path[:-1])
        if place is None or not self._written.is_mapping(place):
            raise Left(_NOWHERE)
        match deviation.name:
            case _ if deviation.name == MEMBER:
                self._property(place, deviation.expected, at)
                return [place[:-1]]
            case "schema/enum/value-added":
                self._enumeration(place, [*finding.values.values()], note)
            case "schema/nullable/added" | "schema/type/changed" | "schema/required/removed":
                return self._type(place, at)  # the last one: it is another object
            case "schema/branch/added-known":
                raise Left("a person must describe the branch")
            case _:
                family = _FAMILIES.get(path[-1], (path[-1],))
                self._keyword(place, family, note)
        return [place]

    def remove(self, schemas: Sequence[Place], keyword: str, note: str) -> None:
        """Remove a keyword from places."""
        if not schemas:
            raise Left(_NOWHERE)
        for place in schemas:
            self._edits.remove((*place, keyword), note)

    # ── keywords ─────────────────────────────────────────────────────────────────────────────────

    def _keyword(self, schema: Place, family: Sequence[str], note: str) -> None:
        holders = self._written.holders(schema, family[0])
        if not holders:
            family = [*reversed(family)]
            holders = self._written.holders(schema, family[0])
        if not holders and schema[-1:] == (family[0],):  # the keyword's own value is a schema
            holders = [schema[:-1]]
        self.remove(holders, family[0], note)
        for place in holders:
            for other in family[1:]:
                node = self._written.members(place)
                is_flag = isinstance(node.get(other), bool) or node.get(family[0]) is True
                if is_flag and other in node:
                    self._edits.remove((*place, other), note)

    def _property(self, place: Place, name: str, at: _At) -> None:
        if not self._written.is_mapping(place) or place[-1] != "properties":
            raise Left(_NOWHERE)
        if not name:
            raise Left("its name is empty")
        if name != UNSHOWN and shown_name(name) == UNSHOWN:
            self._edits.add_member(place, "", at.types, at.note)
            raise Left(HIDDEN)
        self._edits.add_member(place, None if name == UNSHOWN else name, at.types, at.note)

    def _required(self, name: str, at: _At) -> Sequence[Place]:
        """Remove a name from each list of the object that lacks it."""
        owner = at.site or ()
        found = self._requiring(self._written.parts(owner), name)
        if not found:
            composed = self._written.composed(owner)
            found = self._requiring([p for one in composed for p in self._written.parts(one)], name)
        if not found:
            raise Left(_NOWHERE)
        for each in found:
            self._edits.make_optional(each, name, at.note)
        return [each[:-1] if each[-1] == "required" else each[:-2] for each in found]

    def _requiring(self, schemas: Sequence[Place], name: str) -> list[Place]:
        """Return the lists that a name is required in, in ``dependentRequired`` too."""
        places: list[Place] = []
        for schema in dict.fromkeys(schemas):
            dependent: Place = (*schema, "dependentRequired")
            lists: list[Place] = [(*schema, "required")]
            lists += [(*dependent, key) for key in self._written.members(dependent)]
            places += [each for each in lists if name in self._written.listed(each)]
        return places

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

    def _type(self, schema: Place, at: _At) -> Sequence[Place]:
        """Let the place where values were seen admit their types."""
        if not at.types.kinds:
            raise Left(_NO_VALUE)
        places = self._places(schema, at.site)
        for place in places:
            node = self._written.members(place)
            if {*at.types.kinds} == {"null"} and "enum" in node:
                self._append(place, [None], at.note)
                if "type" not in node:
                    continue
            if _is_of_header(place) and "type" in node:
                self._edits.remove((*place, "type"), at.note)
            else:
                self._edits.widen(place, at.types, at.note)
        return places

    def _places(self, schema: Place, site: Place | None) -> Sequence[Place]:
        """Return the places to change: what refers to a schema, or the schema itself.

        A scalar that no request has is changed itself, since it means the same everywhere.
        """
        node = self._written.members(schema)
        is_scalar = isinstance(node.get("type"), str) and node["type"] not in ("object", "array")
        is_alone = is_scalar and join(schema) not in self._sent
        reference = self._written.members(site or ())
        if site is not None and reference and not (is_alone and "$ref" in reference):
            return self._written.roots(site)
        while schema[-2:-1] == ("allOf",):
            schema = schema[:-2]
        return self._written.roots(schema)


@immutable
class _At:
    """A place where a deviation's location is written."""

    path: Sequence[str]
    site: Place | None
    """The place that refers to the schema; of a missing member, that of what requires it."""
    types: SeenTypes
    note: str


def _is_of_header(schema: Place) -> bool:
    """Return whether a schema is written in a header."""
    steps = [*schema]
    return steps[-2:-1] == ["headers"] or any(
        step == "headers" and "schema" in steps[index + 2 : index + 3]
        for index, step in enumerate(steps)
    )


def _contains(values: Sequence[object], value: object) -> bool:
    return any(type(each) is type(value) and each == value for each in values)
