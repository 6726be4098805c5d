"""The edits of an overlay, each once, with what they are for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ....base.immutable import immutable
from ....reading.document.edit.written import Place, WrittenDescription
from ....reading.document.tree import MAX_DIGITS
from ....reading.openapi.keywords import ANNOTATIONS, IGNORED
from ....reading.openapi.model.schemas import Json
from ..seen_types import MOST_NAMES, SeenTypes, joined

_UNIONS: Final = ("oneOf", "anyOf")
_ASSERTING: Final = ("type", "enum", "const", "allOf", "properties", "items", *_UNIONS)
"""Keywords beside which another one doesn't admit more values."""
_NOTES: Final = frozenset((*(row.name for row in ANNOTATIONS), *IGNORED, "default", "examples"))
"""Keywords that don't restrict values."""
_CONTAINERS: Final = ("array", "object")


class Left(Exception):
    """A finding that an overlay doesn't describe; the message is the reason."""


@immutable
class OverlayEdit:
    """An action: the update of a target, or its removal."""

    target: Place
    update: Json = None
    item: str | None = None
    """The text in the list at ``target`` that is removed."""
    is_removal: bool = False
    is_of_members: bool = False
    """True if all members of the target are removed, not itself."""


@dataclass(slots=True)
class _Seen:
    """The types that were seen at a place, and the findings that show them."""

    types: SeenTypes = field(default_factory=SeenTypes)
    notes: list[str] = field(default_factory=list[str])

    def add(self, types: SeenTypes, note: str) -> None:
        self.types.join(types)
        if note not in self.notes:
            self.notes.append(note)


class Edits:
    """The edits for all findings. Those of one place that depend on each other are made at last."""

    def __init__(self, written: WrittenDescription) -> None:
        self._written = written
        self._null = written.null_keyword
        self._edits: dict[tuple[Place, str | None, str], tuple[OverlayEdit, list[str]]] = {}
        self._wider: dict[Place, _Seen] = {}
        self._optional: dict[Place, dict[str, list[str]]] = {}
        self._members: dict[Place, dict[str | None, _Seen]] = {}

    def add(self, edit: OverlayEdit, note: str) -> None:
        """Add an edit; one that is there already gets the note."""
        what = "remove" if edit.is_removal else json.dumps(edit.update, sort_keys=True)
        if not is_writable(edit.update) or not is_writable([str(key) for key in edit.target]):
            raise Left("it has text or a number that no file can hold")
        notes = self._edits.setdefault((edit.target, edit.item, what), (edit, []))[1]
        if note not in notes:
            notes.append(note)

    def remove(self, target: Place, note: str) -> None:
        """Remove what is at a place."""
        self.add(OverlayEdit(target, is_removal=True), note)

    def widen(self, schema: Place, types: SeenTypes, note: str) -> None:
        """Let a schema admit the values of other types."""
        self._wider.setdefault(schema, _Seen()).add(types, note)

    def add_member(self, properties: Place, name: str | None, types: SeenTypes, note: str) -> None:
        """Describe a member; None is for names that are data, and an empty one for names that
        aren't shown, which only an object with others that are data has among them.
        """
        self._members.setdefault(properties, {}).setdefault(name, _Seen()).add(types, note)

    def make_optional(self, required: Place, name: str, note: str) -> None:
        """Remove a name from the list ``required``."""
        if not is_writable(name):
            raise Left("its name has text that no file can hold")
        self._optional.setdefault(required, {}).setdefault(name, []).append(note)

    def all(self) -> Iterator[tuple[OverlayEdit, Sequence[str]]]:
        """Yield the edits with their notes, without those of :meth:`branches`."""
        yield from self._edits.values()
        for place, members in self._members.items():
            yield from self._of_members(place, members)
        removed = {edit.target for edit, _ in self._edits.values() if edit.is_removal}
        for place, names in self._optional.items():
            if place[:-1] in removed:  # the whole dependentRequired
                continue
            if {*self._written.listed(place)} <= names.keys():
                notes = [note for each in names.values() for note in each]
                yield OverlayEdit(place, is_removal=True), notes
            else:
                for name, notes in names.items():
                    yield OverlayEdit(place, item=name, is_removal=True), notes
        for place, seen in self._wider.items():
            for edit in self._widening(place, seen.types) or ():
                yield edit, seen.notes

    def branches(self) -> Iterator[tuple[Place, Sequence[Json], Sequence[str]]]:
        """Yield schemas that become a branch of ``anyOf``, the inner ones first, and the others."""
        for place in sorted(self._wider, key=len, reverse=True):
            seen = self._wider[place]
            if self._widening(place, seen.types) is None:
                yield place, seen.types.branches(null_keyword=self._null), seen.notes

    def _of_members(
        self, place: Place, members: Mapping[str | None, _Seen]
    ) -> Iterator[tuple[OverlayEdit, Sequence[str]]]:
        """Yield the edits of an object's members; many are those of a map."""
        is_map = len(members) > MOST_NAMES
        is_open = is_map or None in members
        data = [seen for name, seen in members.items() if is_map or (is_open and not name)]
        for name, seen in members.items():
            if name and not is_map:
                update: Json = {name: seen.types.schema(null_keyword=self._null)}
                yield OverlayEdit(place, update), seen.notes
        if data:
            owner, notes = place[:-1], [note for seen in data for note in seen.notes]
            schema = joined(seen.types for seen in data).schema(null_keyword=self._null)
            is_part = len(self._written.parts(owner)) > 1 or self._written.composed(owner)
            if "additionalProperties" in self._written.members(owner):
                yield OverlayEdit((*owner, "additionalProperties"), is_removal=True), notes
            # In a part of an allOf, it would be about the members of the other parts too.
            yield OverlayEdit(owner, {"additionalProperties": True if is_part else schema}), notes

    def _widening(self, place: Place, types: SeenTypes) -> Sequence[OverlayEdit] | None:
        """Return the edits that let a schema admit other types; None if it must be a branch."""
        node, kinds = self._written.members(place), types.others
        has_null = "null" in types.kinds
        others = types.branches(null_keyword=self._null)
        present = {*_ASSERTING} & node.keys()
        reference, own = node.get("$ref"), self._written.plain((*place, "type"))
        if isinstance(reference, str) and not present:
            whole: Json = {"anyOf": [{"$ref": reference}, *others]}
            return [OverlayEdit((*place, "$ref"), is_removal=True), OverlayEdit(place, whole)]
        if len(present) == 1 and present <= {*_UNIONS}:
            return [OverlayEdit((*place, *present), value) for value in others]
        if not present <= {"type", "properties", "items", *(() if kinds else ("enum",))}:
            return None
        if own is None or "$ref" in node:
            return None
        if own == "integer" and kinds == ["number"]:
            own, kinds = "number", []
        if self._null:
            if kinds:
                return None
            changed: Json = {self._null: True} if has_null else {"type": own}
            both: Json = {"type": own, self._null: True}
            is_number = own != node["type"]
            return [OverlayEdit(place, both if has_null and is_number else changed)]
        if {*_CONTAINERS} & {*kinds}:
            return None
        known = own if isinstance(own, list) else [own]
        more = [kind for kind in (*kinds, *(["null"] if has_null else [])) if kind not in known]
        if isinstance(own, list):
            return [OverlayEdit((*place, "type"), kind) for kind in more]
        if not more:
            return [OverlayEdit(place, {"type": own})]
        removal = OverlayEdit((*place, "type"), is_removal=True)
        return [removal, OverlayEdit(place, {"type": [own, *more]})]


def with_branches(schema: Mapping[str, Json], others: Sequence[Json]) -> Json:
    """Return a schema that admits the values of others too; what doesn't restrict stays beside."""
    notes = {name: value for name, value in schema.items() if name in _NOTES}
    own = {name: value for name, value in schema.items() if name not in notes}
    parts = own.get("allOf")
    if isinstance(parts, list) and len(own) == len(parts) == 1:
        return {**notes, "anyOf": [*parts, *others]}
    return {**notes, "anyOf": [own, *others]}


def is_writable(value: Json) -> bool:
    """Return whether a value can be written in YAML and read again."""
    digits = [0]
    try:
        data = json.dumps(value, ensure_ascii=False).encode()  # raises for half a surrogate pair
        json.loads(data, parse_int=lambda number: digits.append(len(number.lstrip("-"))))
    except ValueError:
        return False
    return max(digits) <= MAX_DIGITS
