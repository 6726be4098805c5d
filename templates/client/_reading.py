"""JSON in responses, read as it is described; a value that isn't so is kept, and reported.

The rule of a deviation is that of the drift check by which the description would have to change.
Each value is read once for each type that may be at its place, so time grows in a line with JSON.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import Enum
from functools import cache, cached_property
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    TypeAlias,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_json
from typing_extensions import TypeAliasType

from ._deviations import Report
from ._model import READING, Model, Typed, takes_no_null

_LIMITS = {
    "string_too_short": "minLength/widened", "string_too_long": "maxLength/widened",
    "string_pattern_mismatch": "pattern/changed", "multiple_of": "multipleOf/changed",
    "too_short": "minItems/widened", "too_long": "maxItems/widened",
    "greater_than": "minimum/widened", "greater_than_equal": "minimum/widened",
    "less_than": "maximum/widened", "less_than_equal": "maximum/widened",
}  # fmt: skip
"""The rules for pydantic's types of errors."""
_NUMBERS = (int, float)
_ANY: frozenset[type] = frozenset((dict, list, str, int, float, bool, NoneType))
_STRICT: Any = {"strict": True, "context": READING, "by_alias": True, "by_name": False}
_Place: TypeAlias = "tuple[_Place | None, str | int, int]"
"""The place of the container, a name or an index in it, and a number for all items of a list."""


def read_json(typed: Typed, content: bytes | str, report: Report) -> Any:
    """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

    Raises ``ValueError`` for what isn't JSON (RFC 8259), or has more than 200 levels.
    """
    reader = _whole(typed)
    text = content.encode() if isinstance(content, str) else content
    text = text.removeprefix(b"\xef\xbb\xbf")  # RFC 8259 §8.1
    if not text:
        if NoneType in reader.kinds:
            return None
        raise ValueError("no body")
    if reader.is_direct and b"null" not in text:
        with suppress(ValidationError):
            return typed.adapter.validator.validate_json(text, **_STRICT)
    notes = _Notes({}, {})
    try:
        value = reader.read(from_json(text, allow_inf_nan=False), (None, "", 0), notes)
    except ValueError as cause:
        raise ValueError(f"not JSON: {cause}") from None
    except RecursionError:
        raise ValueError("too many levels") from None
    for rule, place, count in notes:
        report(f"response/schema/{rule}", _pointer(place), count)
    return value


class _Notes:
    """The deviations in a value, and how well it fits its type."""

    def __init__(self, places: dict[Any, int], unions: dict[Any, tuple[Any, _Notes]]) -> None:
        self.places = places
        self.unions = unions
        """The values of unions, by the data and the union."""
        self.deviations = self.described = self.undescribed = 0
        self._seen: set[tuple[str, int]] = set()
        self._entries: list[tuple[str, _Place, int] | _Notes] = []

    def add(self, rule: str, place: _Place, count: int = 1) -> None:
        """Add a deviation; one for all items of a list is kept."""
        self.deviations += count
        if (rule, place[2]) not in self._seen:
            self._seen.add((rule, place[2]))
            self._entries.append((rule, place, count))

    def add_all(self, part: _Notes) -> None:
        """Add what was noted of a part of the value."""
        self.deviations += part.deviations
        self.described += part.described
        self.undescribed += part.undescribed
        self._entries.append(part)

    def below(self, place: _Place, step: str | int, group: str) -> _Place:
        """Return the place of a member, or of one in a group of items."""
        return place, step, self.places.setdefault((place[2], group), len(self.places) + 1)

    def __iter__(self) -> Iterator[tuple[str, _Place, int]]:
        for entry in self._entries:
            if isinstance(entry, _Notes):
                yield from entry
            else:
                yield entry


def _pointer(place: _Place) -> str:
    """Return a pointer (RFC 6901 §3)."""
    outer, step, _ = place
    escaped = str(step).replace("~", "~0").replace("/", "~1")
    return "" if outer is None else f"{_pointer(outer)}/{escaped}"


# ── readers ──────────────────────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads any JSON; its subclasses read that of a type."""

    exact: type | None = None
    """The type of JSON that is its own value."""
    limits: TypeAdapter[Any] | None = None

    @cached_property
    def kinds(self) -> frozenset[type]:
        """The types of JSON that it takes, as Python has them."""
        return _ANY

    @property
    def is_ambiguous(self) -> bool:
        """True for a union of which several branches take objects, or lists."""
        return False

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:  # noqa: ARG002
        """Return the value of JSON, and note its deviations."""
        return data

    def inner(self) -> Sequence[_Reader]:
        """Return the readers of what is in the value."""
        return ()

    @cached_property
    def is_direct(self) -> bool:
        """False where pydantic could try the branches of a union in one another."""
        readers: dict[int, _Reader] = {id(self): self}
        queue = [self]
        for reader in queue:
            inner = [each for each in reader.inner() if id(each) not in readers]
            readers.update((id(each), each) for each in inner)
            queue += inner
        return not any(reader.is_ambiguous for reader in queue)

    def check(self, data: Any, place: _Place, notes: _Notes) -> bool:
        """Return whether JSON is of the type; note the limits that it breaks."""
        if type(data) not in self.kinds:
            notes.add("nullable/added" if data is None else "type/changed", place)
            return False
        if self.limits is not None:
            for rule in _broken(self.limits, data):
                notes.add(rule, place)
        return True


def _broken(limits: TypeAdapter[Any], data: Any) -> Iterator[str]:
    try:
        limits.validate_python(data)
    except ValidationError as cause:
        for error in cause.errors(include_url=False, include_context=False, include_input=False):
            if not error["loc"] and error["type"] in _LIMITS:
                yield _LIMITS[error["type"]]


class _Scalar(_Reader):
    """Reads text, in a format or not, a number or a boolean."""

    def __init__(self, base: Any, limits: Sequence[Any] = ()) -> None:
        self.base = base
        self.type: Any = Annotated[(base, *limits)] if limits else base
        own = bool if base is bool else str
        self.kinds = frozenset[type](_NUMBERS if base in _NUMBERS else (own,))
        self.exact = None if limits or base not in (str, int, bool) else base

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type's validator."""
        return TypeAdapter(self.type)

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        kind = data.__class__
        if kind is self.exact:
            return data
        if kind is float and self.base is int and data.is_integer():
            data = int(data)  # 1.0 is an integer too (JSON Schema 2020-12 §4.2.3)
        try:
            value = self.adapter.validate_json(to_json(data), strict=True)
            return data if self.base is float else value
        except ValidationError as cause:
            error = cause.errors(include_url=False, include_context=False, include_input=False)[0]
        if error["type"] in _LIMITS:
            notes.add(_LIMITS[error["type"]], place)
            return _plain(self.base).read(data, place, notes)
        if kind is str and self.base not in (*_NUMBERS, bool):
            notes.add("format/changed", place)
            return data
        notes.add("nullable/added" if data is None else "type/changed", place)
        return self._converted(data)

    def _converted(self, data: Any) -> Any:
        """Return a number that is a text as a text, and a text that is a number as a number."""
        if self.base is str and type(data) in _NUMBERS:
            return str(data)
        if self.base in _NUMBERS and type(data) is str and data[-1:].isdigit():
            with suppress(ValueError):
                return self.adapter.validate_json(data, strict=True)
        return data


class _Enumeration(_Reader):
    """Reads the values of an enumeration as its members."""

    def __init__(self, members: type[Enum]) -> None:
        self.plain = reader_of(str if issubclass(members, str) else int)
        self.kinds = self.plain.kinds
        self.members = {member.value: member for member in members}

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        value = self.plain.read(data, place, notes)
        if type(value) is self.plain.exact:
            if value not in self.members:
                notes.add("enum/value-added", place)
            return self.members.get(value, value)
        return value


class _Constant(_Reader):
    """Reads one of a few values."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = {(isinstance(value, bool), value): value for value in values}
        self.kinds = frozenset(map(type, values))
        if int in self.kinds:
            self.kinds |= {float}

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        key = isinstance(data, bool), data
        if type(data) in self.kinds and key in self.values:
            return self.values[key]
        listed = "enum/value-added" if type(data) in self.kinds else "type/changed"
        notes.add("nullable/added" if data is None else listed, place)
        return data


class _List(_Reader):
    """Reads arrays as lists."""

    def __init__(self, items: Any, limits: TypeAdapter[Any] | None) -> None:
        self.items = reader_of(items)
        self.limits = limits
        self.kinds = frozenset[type]((list,))

    def inner(self) -> Sequence[_Reader]:
        return (self.items,)

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        if not self.check(data, place, notes):
            return data
        items, exact = self.items, self.items.exact
        return [
            item if type(item) is exact else items.read(item, notes.below(place, index, "*"), notes)
            for index, item in enumerate(data)
        ]


class _Map(_Reader):
    """Reads objects as dictionaries."""

    def __init__(self, values: Any, limits: TypeAdapter[Any] | None) -> None:
        self.values = reader_of(values)
        self.limits = limits
        self.kinds = frozenset[type]((dict,))

    def inner(self) -> Sequence[_Reader]:
        return (self.values,)

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        if not self.check(data, place, notes):
            return data
        inner = notes.below(place, "*", "*")  # a key is data
        return {name: self.values.read(item, inner, notes) for name, item in data.items()}


class _Object(_Reader):
    """Reads objects of a class."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.kinds = frozenset[type]((dict,))

    @cached_property
    def members(self) -> dict[str, tuple[str, _Reader]]:
        """The field and the reader of each member."""
        self.model.model_rebuild()
        members: dict[str, tuple[str, _Reader]] = {}
        for name, info in self.model.model_fields.items():
            type_: Any = info.annotation
            reader = reader_of(Annotated[(type_, *info.metadata)] if info.metadata else type_)
            if isinstance(reader, _Union) and takes_no_null(self.model, name):
                reader.is_nullable = False
            members[info.alias or name] = name, reader
        return members

    @cached_property
    def others(self) -> _Reader | None:
        """The reader of other members; None if the description has none."""
        if not self.model.takes_extras__:
            return None
        hint = get_type_hints(self.model, include_extras=True).get("__pydantic_extra__")
        return reader_of(get_args(hint)[1]) if get_origin(hint) is dict else _Reader()

    @cached_property
    def required(self) -> dict[str, str]:
        """The required fields, and their members."""
        fields = self.model.model_fields
        return {name: key for key, (name, _) in self.members.items() if fields[name].is_required()}

    @cached_property
    def empty(self) -> Model:
        """An object without members."""
        return self.model.model_construct()

    def inner(self) -> Sequence[_Reader]:
        others = [self.others] if self.others else []
        return [*others, *(reader for _, reader in self.members.values())]

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        if not self.check(data, place, notes):
            return data
        members, others = self.members, self.others
        fields: dict[str, Any] = {}
        extras: dict[str, Any] = {}
        for key, item in data.items():
            if key in members:
                name, reader = members[key]
                if type(item) is not reader.exact:
                    item = reader.read(item, notes.below(place, key, key), notes)
                fields[name] = item
            elif others is None:
                notes.add("property/added", notes.below(place, key, key))
                extras[key] = item
            else:
                notes.undescribed += type(others) is _Reader
                extras[key] = others.read(item, notes.below(place, "*", "*"), notes)
        notes.described += len(fields)
        missing = [key for name, key in self.required.items() if name not in fields]
        if len(missing) > 1 and 2 * len(missing) > len(self.required):
            notes.add("required/removed", place, len(missing))
        else:
            for key in missing:
                notes.add("required/removed", notes.below(place, key, key))
        value = copy.copy(self.empty)
        vars(value).update(fields)
        value.model_fields_set.update(fields, extras)
        cast("dict[str, Any]", value.model_extra).update(extras)
        return value


class _Union(_Reader):
    """Reads the branch with the fewest deviations, then with the most described members."""

    def __init__(self, type_: Any, branches: Sequence[Any]) -> None:
        self.type = type_
        self.branches = [reader_of(branch) for branch in branches if branch is not NoneType]
        self.is_nullable = len(self.branches) < len(branches)
        if len(self.branches) == 1:
            self.exact = self.branches[0].exact

    @cached_property
    def kinds(self) -> frozenset[type]:
        """The types of JSON that its branches take."""
        null = {NoneType} if self.is_nullable else set[type]()
        return frozenset(null).union(*(branch.kinds for branch in self.branches))

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type's validator."""
        return TypeAdapter(self.type)

    @property
    def is_ambiguous(self) -> bool:
        """Return whether several branches take objects, or lists."""
        return any(len(self._taking(kind)) > 1 for kind in (dict, list))

    def inner(self) -> Sequence[_Reader]:
        return self.branches

    def _taking(self, kind: type) -> list[_Reader]:
        return [branch for branch in self.branches if kind in branch.kinds]

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        if data is None and self.is_nullable:
            return None
        kind = data.__class__
        taking = self._taking(kind) or (self.branches if kind not in (dict, list) else ())
        if len(taking) == 1:
            return taking[0].read(data, place, notes)
        if not taking:
            self.check(data, place, notes)
            return data
        if kind not in (dict, list, NoneType):
            with suppress(ValidationError):  # pydantic tells texts and their formats apart
                return self.adapter.validate_json(to_json(data), strict=True)
        value, part = self._best(taking, data, place, notes)
        notes.add_all(part)
        return value

    def _best(
        self, branches: Sequence[_Reader], data: Any, place: _Place, notes: _Notes
    ) -> tuple[Any, _Notes]:
        """Return the value of the branch that fits best, and what was noted of it."""
        key = id(data), id(self)
        if key not in notes.unions:
            ranked: list[tuple[Any, Any, _Notes]] = []
            for index, branch in enumerate(branches):
                part = _Notes(notes.places, notes.unions)
                value = branch.read(data, place, part)
                faults = part.deviations + part.undescribed
                rank = bool(part.deviations), faults, -part.described, value is data, index
                ranked.append((rank, value, part))
                if not faults and type(data) not in (dict, list):
                    break
            notes.unions[key] = min(ranked, key=lambda one: one[0])[1:]
        return notes.unions[key]


class _TaggedUnion(_Union):
    """Reads a union that a discriminator tells apart; the mark is an ``OpenUnion``."""

    def __init__(self, type_: Any, branches: Sequence[Any], mark: Any) -> None:
        *described, unknown = branches
        super().__init__(type_, described)
        self.unknown = reader_of(unknown)
        self.mark = mark

    @property
    def is_ambiguous(self) -> bool:
        """Return whether the discriminator alone doesn't tell all classes apart."""
        return sum(not values for values in self.mark.values) > 1

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        if type(data) is not dict:
            return super().read(data, place, notes)
        positions, is_known = self.mark.positions(data)
        branches: list[_Reader] = [self.branches[at] for at in positions]
        value, part = self._best(branches, data, place, notes)
        if is_known or not part.deviations:
            notes.add_all(part)
            return value
        notes.add("branch/added-known", place)
        return self.unknown.read(data, place, _Notes({}, {}))


class _Alias(_Reader):
    """Reads the type of an alias, which may have itself in it."""

    def __init__(self, alias: TypeAliasType) -> None:
        self.alias = alias

    @cached_property
    def target(self) -> _Reader:
        """The reader of the type."""

        class Holder:
            value: Any

        Holder.__annotations__["value"] = self.alias.__value__
        names = vars(sys.modules[str(self.alias.__module__)])
        return reader_of(get_type_hints(Holder, names, include_extras=True)["value"])

    @cached_property
    def kinds(self) -> frozenset[type]:
        """The types of JSON that the type takes."""
        return self.target.kinds

    def inner(self) -> Sequence[_Reader]:
        return (self.target,)

    def read(self, data: Any, place: _Place, notes: _Notes) -> Any:
        return self.target.read(data, place, notes)


# ── from types to readers ────────────────────────────────────────────────────────────────────────

_plain = cache(_Scalar)
_object = cache(_Object)
_alias = cache(_Alias)
_enumeration = cache(_Enumeration)


@cache
def _whole(typed: Typed) -> _Reader:
    return reader_of(typed.annotation)


def reader_of(type_: Any) -> _Reader:
    """Return what reads JSON of a type of the models."""
    base: Any = type_
    marks: tuple[Any, ...] = ()
    if get_origin(type_) is Annotated:
        base, marks = type_.__origin__, type_.__metadata__
    limits = [mark for mark in marks if not hasattr(mark, "__get_pydantic_core_schema__")]
    origin, arguments = get_origin(base), get_args(base)
    if isinstance(base, TypeAliasType):
        return _alias(base)
    if origin is Literal:
        return _Constant(arguments)
    if origin is list:
        return _List(arguments[0], _limited(list[Any], limits))
    if origin is dict:
        return _Map(arguments[1], _limited(dict[str, Any], limits))
    if origin in (Union, UnionType):
        return _union(type_, arguments, marks, limits)
    if base is Any:
        return _Reader()
    if base in (None, NoneType):
        return _Union(NoneType, (NoneType,))
    if issubclass(base, Model):
        return _object(base)
    if issubclass(base, Enum):
        return _enumeration(base)
    return _Scalar(base, limits) if limits else _plain(base)


def _limited(type_: Any, limits: Sequence[Any]) -> TypeAdapter[Any] | None:
    if not limits:
        return None
    limited: Any = Annotated[(type_, *limits)]  # pyright: ignore[reportInvalidTypeForm]
    return TypeAdapter[Any](limited)


def _union(
    type_: Any, branches: Sequence[Any], marks: Sequence[Any], limits: Sequence[Any]
) -> _Reader:
    tagged = next((mark for mark in marks if hasattr(mark, "tag")), None)
    if tagged is not None:
        return _TaggedUnion(type_, branches, tagged)
    if isinstance(branches[0], type) and issubclass(branches[0], Enum):
        return _enumeration(branches[0])  # beside it is what else a server may send
    if limits:  # of the only type beside null
        branches = [one if one is NoneType else Annotated[(one, *limits)] for one in branches]
    return _Union(type_, branches)
