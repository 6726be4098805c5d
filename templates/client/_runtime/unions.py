"""Unions that a discriminator tells apart, and members of them that the description doesn't know.

Source: OpenAPI 3.1.1 §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import Annotated, Any, Union, cast, get_args

from pydantic import Discriminator, GetCoreSchemaHandler, InstanceOf, Tag
from pydantic_core import core_schema

from .model import OpenModel
from .notes import Notes
from .readers import MANY_BRANCHES, Branches, Object, UnionReader, in_order, reader_of
from .scalars import Reader


class UnknownVariant(OpenModel):
    """An object of a kind that the description doesn't know; its members are attributes.

    A response may hold one. Making one is the way to send what this package doesn't know yet.
    """


_UNTAGGED, _OTHER, _UNKNOWN, _NO_OBJECT = "(no tag)", "(another)", "(unknown)", "(no object)"


class OpenUnion:
    """Marks a union with :class:`UnknownVariant`: the member ``tag`` tells which class it is.

    ``values`` are those of each class, in the order of the union; a class without any has all
    others, and a type that no object has has None. With ``default`` that is the class at this
    position, which an object without the tag has too (OpenAPI 3.2.0 §4.25). Where the tag
    ``is_implied`` such an object is of the class that it fits best.
    """

    def __init__(
        self,
        tag: str,
        *values: tuple[str | float, ...] | None,
        default: int = -1,
        is_implied: bool = False,
    ) -> None:
        self.tag = tag
        self.values = values
        self.default = default
        self.is_implied = is_implied
        self._tags: dict[str, str] = {}
        """The choices of pydantic's union by the text of a tag."""

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> Any:
        described: tuple[Any, ...] = get_args(source_type)[:-1]
        every = tuple(range(len(described)))
        others = self._others or every
        kinds = {_UNTAGGED: every, _OTHER: others if self.default < 0 else (self.default,)}
        kinds.update((text, tuple(several)) for text, several in self._positions.items())
        if no_objects := tuple(i for i, values in enumerate(self.values) if values is None):
            kinds[_NO_OBJECT] = no_objects
        first: dict[Any, str] = {}  # of equal choices, since each has a copy of a class
        self._tags = {
            text: first.setdefault((several, self._is_in_python(text)), text)
            for text, several in kinds.items()
        }
        choices: dict[str, Any] = {}
        for (several, is_in_python), text in first.items():
            union = _union(tuple(described[i] for i in several))
            is_tried = len(several) <= MANY_BRANCHES and not is_in_python
            choices[text] = union if is_tried else Annotated[union, _IN_PYTHON]
        choices[_UNKNOWN] = InstanceOf[UnknownVariant]
        tagged: Any = _union(tuple(Annotated[kind, Tag(tag)] for tag, kind in choices.items()))
        chosen: Any = Annotated[tagged, Discriminator(self._choose)]
        return handler.generate_schema(chosen)

    def reader(self, branches: Sequence[Any]) -> UnionReader:
        """Return what reads the union in a response; the last branch is the unknown variant."""
        return _TaggedReader(branches, self)

    def _is_in_python(self, text: str) -> bool:
        """Return whether pydantic may not try a choice in JSON.

        Where no tag tells the class it would try each, and again each in the objects inside. And
        it takes other tags than the text of one: 0 for false.
        """
        if text != _OTHER:
            return text == _UNTAGGED
        has_booleans = not self._positions.keys().isdisjoint(("true", "false"))
        return not self._others and (self.default < 0 or has_booleans)

    @property
    def is_ambiguous(self) -> bool:
        """Return whether several classes can have one value of the tag."""
        return len(self._others) > 1 or any(len(each) > 1 for each in self._positions.values())

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """The classes by the text of a tag."""
        positions: dict[str, list[int]] = {}
        for position, values in enumerate(self.values):
            for text in dict.fromkeys(map(_text, values or ())):
                positions.setdefault(text, []).append(position)
        return positions

    @cached_property
    def _others(self) -> tuple[int, ...]:
        """The classes that have all other values of the tag."""
        return tuple(i for i, values in enumerate(self.values) if values == ())

    def positions(self, value: dict[str, Any]) -> Sequence[int]:
        """Return the classes that an object can be of; none if its tag is unknown.

        An object without the tag can be of any class.
        """
        every = range(len(self.values)) if self.default < 0 else (self.default,)
        if self.tag not in value:
            return every
        known = self._positions.get(_text(value[self.tag]))
        if not known and self.default >= 0:
            return every
        return known or self._others

    def _choose(self, value: Any) -> str:
        if isinstance(value, UnknownVariant):
            return _UNKNOWN
        if not isinstance(value, dict):
            is_of_json = isinstance(value, (str, int, float, list, NoneType))
            return self._tags.get(_NO_OBJECT if is_of_json else "", self._tags[_UNTAGGED])
        if self.tag not in value:
            return self._tags[_UNTAGGED if self.default < 0 else _OTHER]
        text = _text(cast("Any", value[self.tag]))
        return self._tags.get(text, self._tags[_OTHER])


class _InPython:
    """Marks a choice that isn't taken in JSON, where pydantic would try many branches."""

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> Any:
        in_python = handler(source_type)
        never = core_schema.is_instance_schema(UnknownVariant)
        return core_schema.json_or_python_schema(never, in_python)


_IN_PYTHON = _InPython()


class _UnknownReader(Reader):
    """Reads an object of a kind that isn't described."""

    def __init__(self, type_: Any, tag: str) -> None:
        self._reader = reader_of(type_)
        self._tag = tag

    def read(self, data: Any, notes: Notes) -> Any:
        if self._tag in data:
            notes.add("branch/added-known")
        else:
            notes.add("required/removed", self._tag)
        return self._reader.read(data, Notes(notes.budget))


class _TaggedReader(UnionReader):
    """Reads the branch that the tag tells, or an object of a kind that isn't described."""

    def __init__(self, branches: Sequence[Any], mark: OpenUnion) -> None:
        super().__init__(branches[:-1])
        self._unknown = _UnknownReader(branches[-1], mark.tag)
        self._mark = mark
        several = any(len(self._taking(kind)) > 1 for kind in (list, str))
        self.is_ambiguous = mark.is_ambiguous or (None in mark.values and several)

    def candidates(self, data: Any) -> Sequence[Reader]:
        is_object = isinstance(data, dict)
        positions = self._mark.positions(cast("dict[str, Any]", data)) if is_object else ()
        return [self.branches[position] for position in positions] or self.branches

    def tried(self, data: Any) -> Branches:
        is_tagged = isinstance(data, dict) and self._mark.tag in data
        if not isinstance(data, dict) or (self._mark.is_implied and not is_tagged):
            return super().tried(data)
        positions = tuple(self._mark.positions(cast("dict[str, Any]", data)))
        if not is_tagged and self._mark.default < 0:
            positions = self._without_tag
        if positions not in self._tried:
            self._tried[positions] = in_order(self.branches[position] for position in positions)
        return self._tried[positions] or (self._unknown,)

    @cached_property
    def _without_tag(self) -> tuple[int, ...]:
        """The positions of the branches whose objects may lack the tag."""
        tag = self._mark.tag
        return tuple(
            i for i, one in enumerate(self.branches) if dict in one.kinds and not _needs(one, tag)
        )


def _needs(reader: Reader, member: str) -> bool:
    """Return whether each object that a reader takes has a member."""
    if isinstance(reader, UnionReader):
        return all(_needs(branch, member) for branch in reader.branches)
    return isinstance(reader, Object) and member in reader.required


def _union(kinds: tuple[Any, ...]) -> Any:
    return Union[kinds]  # noqa: UP007 - of a tuple


def _text(value: object) -> str:
    """Return the same text for a value as the mapping of a discriminator has."""
    if isinstance(value, Enum):
        value = cast("object", value.value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)
