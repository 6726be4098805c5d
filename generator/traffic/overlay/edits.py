"""The edits of an overlay, each once, with what they are for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...document.edit.written import Place, WrittenDescription
from ...document.tree import MAX_DIGITS
from ...openapi.model import Json


class Left(Exception):
    """A finding that an overlay doesn't describe; the message is the reason."""


@dataclass(frozen=True, slots=True)
class OverlayEdit:
    """An action: the update of a target, or its removal."""

    target: Place
    update: Json = None
    item: str | None = None
    """The text in the list at ``target`` that is removed."""
    is_removal: bool = False


@dataclass(slots=True)
class _Wider:
    """The values that a schema admits besides its own."""

    schemas: list[Json] = field(default_factory=list[Json])
    notes: list[str] = field(default_factory=list[str])


class Edits:
    """The edits for all findings. Those of one place that depend on each other are made at last."""

    def __init__(self, written: WrittenDescription) -> None:
        self._written = written
        self._edits: dict[tuple[Place, str | None, str], tuple[OverlayEdit, list[str]]] = {}
        self._wider: dict[Place, _Wider] = {}
        self._optional: dict[Place, dict[str, list[str]]] = {}

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

    def widen(self, schema: Place, others: Iterable[Json], note: str) -> None:
        """Let a schema with one type, or with a reference, admit the values of other schemas."""
        wider = self._wider.setdefault(schema, _Wider())
        wider.schemas += [one for one in others if one not in wider.schemas]
        wider.notes.append(note)

    def make_optional(self, required: Place, name: str, note: str) -> None:
        """Remove a name from the list ``required``."""
        if not is_writable(name):
            raise Left("its name has text that no file can hold")
        self._optional.setdefault(required, {}).setdefault(name, []).append(note)

    def all(self) -> Iterator[tuple[OverlayEdit, Sequence[str]]]:
        """Yield the edits with their notes."""
        yield from self._edits.values()
        for place, names in self._optional.items():
            if {*self._written.listed(place)} <= names.keys():
                notes = [note for each in names.values() for note in each]
                yield OverlayEdit(place, is_removal=True), notes
            else:
                for name, notes in names.items():
                    yield OverlayEdit(place, item=name, is_removal=True), notes
        for place, wider in self._wider.items():
            for edit in self._widening(place, wider.schemas):
                yield edit, wider.notes

    def _widening(self, place: Place, others: Sequence[Json]) -> Iterator[OverlayEdit]:
        node = self._written.members(place)
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield OverlayEdit((*place, "$ref"), is_removal=True)
            yield OverlayEdit(place, {"anyOf": [{"$ref": reference}, *others]})
            return
        kinds = [one["type"] for one in others if isinstance(one, dict)]
        own = node.get("type")
        own = own if isinstance(own, str) else None
        if "number" in kinds and own == "integer":
            own = "number"
            kinds = [kind for kind in kinds if kind not in ("number", "integer")]
        if not kinds:
            yield OverlayEdit(place, {"type": own})
            return
        if "type" in node:
            yield OverlayEdit((*place, "type"), is_removal=True)
        yield OverlayEdit(place, {"type": [*([own] if own else []), *kinds]})


def is_writable(value: Json) -> bool:
    """Return whether a value can be written in YAML and read again."""
    todo: list[Json] = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            todo += one
        elif isinstance(one, str):
            if any("\ud800" <= character <= "\udfff" for character in one):
                return False
        elif isinstance(one, int) and abs(one) >= 10**MAX_DIGITS:
            return False
    return True
