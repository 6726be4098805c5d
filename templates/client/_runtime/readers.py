"""Readers of JSON's data, one for each type; a value that isn't as described is kept, and noted.

The rule of a deviation is that of the drift check by which the description would have to change.
Each value is read once for each type that may be at its place, so time grows in a line with JSON.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from enum import Enum
from functools import cache, cached_property
from math import inf, isfinite
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    FailFast,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WrapValidator,
)
from pydantic_core import PydanticKnownError, from_json, to_json
from typing_extensions import TypeAliasType

from .budget import OBJECT, Budget
from .composed import own_adapter
from .notes import ADDITION, CONTRADICTION, Notes, Place, Rank
from .numbers import Digits, data_of
from .pieces import NotPieces, Pieces

_LIMITS = {
    "string_too_short": "minLength/widened", "string_too_long": "maxLength/widened",
    "string_pattern_mismatch": "pattern/changed", "multiple_of": "multipleOf/changed",
    "too_short": "minItems/widened", "too_long": "maxItems/widened",
    "greater_than": "minimum/widened", "greater_than_equal": "minimum/widened",
    "less_than": "maximum/widened", "less_than_equal": "maximum/widened",
}  # fmt: skip
"""The rules for pydantic's types of errors."""
_NUMBERS = frozenset[type]((int, float))
_CONTAINERS = (dict, list)
_FAILURES = 2
"""After so many pieces of a list in a row that deviate, only one in four is tried by pydantic."""
_FIELDS_OF_A_VALUE = 8
"""So many fields of an object take as much memory as a value."""
_LIST, _TRIAL = 5, 10
"""A list, and a branch of a union that is tried, take as long to read as so many values."""
MANY_BRANCHES = 8
"""Unions of more branches aren't read by pydantic, which tries all."""
_ANY = frozenset[type]((*_CONTAINERS, str, int, float, bool, NoneType))
STRICT: Any = {"strict": True, "by_alias": True, "by_name": False}
"""Pydantic's options for JSON that is as described."""
RECEIVED = object()
"""The context of a validation that keeps undocumented members."""


def _refuse(value: Any, info: ValidationInfo) -> Any:
    if info.context is RECEIVED:
        return value
    raise PydanticKnownError("extra_forbidden")


UNDOCUMENTED = BeforeValidator(_refuse)
"""Marks the type of members that no field has, and that only a response may have."""


class Untyped:
    """Marks a class whose description states no type, so that it admits every JSON type."""


FORMATS: dict[Any, Any] = {}
"""The formats by type; :mod:`formats` registers those that a package has."""


class _FirstFault(FailFast):
    def __hash__(self) -> int:  # a list with it can be in a union
        return id(self)


_FIRST_FAULT = _FirstFault()


def first_fault(type_: Any) -> Any:
    """Return the type of a list of which pydantic reads no more after an item that it refuses."""
    return Annotated[type_, _FIRST_FAULT]


def is_beyond(data: object, value: object) -> bool:
    """Return whether data is a text of a value's format, with years, months or digits of a fraction
    that the value doesn't have.
    """
    form = FORMATS.get(type(value))
    return form is not None and isinstance(data, str) and form.is_beyond(data)


_BEST: Rank = (0, 0, 0, -inf, -inf)
_MOST_SHAPES = 1000
"""For how many shapes of objects of one body the order of branches is remembered."""


class Reader:
    """Reads any JSON; its subclasses read that of a type."""

    kinds: frozenset[type] = _ANY
    """The types of JSON that it takes, as Python has them."""
    exact: type | None = None
    """The type of JSON that is its own value."""
    form: Any = None
    """The format of a text."""
    is_ambiguous = False
    """True if pydantic alone could read another value than described."""
    is_untyped = False
    """True for a class that admits every JSON type."""
    is_constant = False
    """True if it may read a constant."""

    own_weight = OBJECT
    """How many values the object itself counts as."""

    def read(self, data: Any, place: Place, notes: Notes) -> Any:  # noqa: ARG002
        """Return the value of JSON, and note its deviations."""
        return data

    def inner(self) -> Sequence[Reader]:
        """Return the readers of what is in the value."""
        return ()

    def data_of(self, content: bytes | bytearray | str) -> Any:
        """Return the data of JSON text, with all digits where it has decimals."""
        return data_of(content, is_exact=self._has_decimals)

    @cached_property
    def _has_decimals(self) -> bool:
        return any(Decimal in reader.kinds for reader in self.parts)

    @cached_property
    def doubtful(self) -> Sequence[re.Pattern[bytes]] | None:
        """Patterns of JSON that pydantic alone could read as another value; None if any could be.

        There are some where texts have formats, or numbers are decimals.
        """
        if any(reader.is_ambiguous for reader in self.parts):
            return None  # pydantic could read another value, or try the branches of unions often
        form = next(iter(FORMATS.values()), None)
        return form.doubtful(self) if form else ()

    def is_exact_in(self, text: bytes | bytearray) -> bool:
        """Return whether pydantic alone reads JSON as described, or else refuses it."""
        return self.doubtful is not None and not any(one.search(text) for one in self.doubtful)

    @cached_property
    def weight(self) -> int:
        """How many values the largest object in the value counts as."""
        return max((part.own_weight for part in self.parts), default=OBJECT)

    @cached_property
    def parts(self) -> Sequence[Reader]:
        """The readers of the value and of all that is in it."""
        parts: list[Reader] = [self]
        seen: set[Reader] = {self}
        for part in parts:
            inner = [each for each in part.inner() if each not in seen]
            seen.update(inner)
            parts += inner
        return parts


def _error(validate: Callable[..., Any], data: Any, **options: Any) -> tuple[Any, str]:
    """Return a valid value, or the type of its first error."""
    try:
        return validate(data, **options), ""
    except ValidationError as cause:
        return None, cause.errors(include_url=False, include_context=False)[0]["type"]


class Scalar(Reader):
    """Reads text, in a format or not, a number, a boolean, null, or one of a few of these."""

    _listed: Mapping[Any, Any] = {}
    """The values of a list by the texts of JSON."""

    def __init__(self, base: Any, limits: Sequence[Any] = (), *, is_decimal: bool = False) -> None:
        self.base = base
        self.is_decimal = is_decimal
        self.type: Any = Annotated[(base, *limits)] if limits else base
        self.has_limits = bool(limits)
        self.is_enum = isinstance(base, type) and issubclass(base, Enum)
        members: list[Any] = [*get_args(base)]
        values = members
        if self.is_enum:
            members = [*cast("type[Enum]", base)]
            values = [member.value for member in members]
        self.is_listed = bool(values)
        self.is_constant = len(values) == 1
        kinds: set[type] = set(map(type, values))
        if not values and base in (bool, int, float, NoneType):
            kinds.add(base)
        elif not values:
            kinds.add(Decimal if is_decimal else str)
        if str in kinds and not limits:
            self._listed = dict(zip(values, members, strict=True))
        if is_decimal or kinds & _NUMBERS:
            kinds |= _NUMBERS
        self.kinds = frozenset(kinds)
        # Pydantic takes true for a listed 1, and 1 for a listed true.
        self.is_ambiguous = self.is_listed and not kinds.isdisjoint((bool, *_NUMBERS))
        if not is_decimal:
            self.form = FORMATS.get(base)
        if not limits and base in (str, int, bool, NoneType):
            self.exact = base

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type's validator."""
        return own_adapter(self.type)

    def read(self, data: Any, place: Place, notes: Notes) -> Any:
        kind = data.__class__
        if kind is self.exact:
            return data
        if kind is Digits:
            data = data.value(int if int in self.kinds and self.is_listed else self.base)
            kind = data.__class__
        if kind is float is self.base and not self.has_limits and isfinite(data):
            return data
        if kind is str and self._listed:
            if data not in self._listed:
                notes.add("enum/value-added", place)
                return data
            notes.constants += self.is_constant
            return self._listed[data]
        if kind is float and kind in self.kinds and self.base is not float and data.is_integer():
            data = int(data)  # 1.0 is an integer too (JSON Schema 2020-12 §4.2.3)
        form: Any = None
        if kind is str:
            form = self.form
        if kind in self.kinds and (form is None or form.is_readable(data)):
            if self.base is Decimal and kind is not float and not self.has_limits:
                with suppress(ArithmeticError):  # an exponent of 20 digits
                    return Decimal(data)
            value, error = _error(self.adapter.validate_json, to_json(data), strict=True)
            if not error:
                if self.base is float and not isfinite(data):
                    notes.add("type/changed", place)
                if form is not None and not form.exact.fullmatch(data):
                    _note_format(form, data, place, notes)
                notes.constants += self.is_constant
                return data if self.base is float else value
            if error in _LIMITS:
                notes.add(_LIMITS[error], place)
                return _plain(self.base, is_decimal=self.is_decimal).read(data, place, notes)
            if self.is_listed:
                notes.add("enum/value-added", place)
                return data
            if self.base not in _NUMBERS:
                _note_format(form, data, place, notes)
                return data
        if form is None:
            notes.add_other(data, place)
        else:
            _note_format(form, data, place, notes)
        return self._converted(data)

    def _converted(self, data: Any) -> Any:
        """Return a number that is a text as a text, and a text that is a number as a number."""
        converted = data
        if type(data) in _NUMBERS and (self.base is str or (self.is_enum and str in self.kinds)):
            converted = str(data)
        elif type(data) is str and (self.base in _NUMBERS or self.is_enum):
            with suppress(ValueError):
                number = from_json(data, allow_inf_nan=False)
                if type(number) in _NUMBERS and isfinite(number):
                    converted = number
        if converted is data and not (self.is_decimal and type(data) is str):
            return data
        value, error = _error(self.adapter.validate_json, to_json(converted), strict=True)
        if not error:
            return value
        is_kept = self.base is str or (self.is_enum and type(converted) in (str, int))
        return converted if is_kept else data


def _note_format(form: Any, text: Any, place: Place, notes: Notes) -> None:
    """Note a text that isn't of a format, or that the type of Python doesn't hold."""
    is_beyond = form is not None and form.whole.fullmatch(text) is not None
    notes.add("format/changed", place, is_beyond=is_beyond)


class Container(Reader):
    """Reads arrays as lists, or objects as dictionaries."""

    def __init__(self, kind: type, items: Any, limits: Sequence[Any]) -> None:
        self.limits: TypeAdapter[Any] | None = None
        """The validator of the limits."""
        if limits:
            self.limits = own_adapter(Annotated[(kind, *limits)])
        self.kinds = frozenset[type]((kind,))
        self._items = items

    @cached_property
    def items(self) -> Reader:
        """The reader of items, or of members; made late, since their type may have this one."""
        return reader_of(self._items)

    def inner(self) -> Sequence[Reader]:
        return (self.items,)

    @cached_property
    def _some(self) -> TypeAdapter[Any]:
        """The validator of some of the items."""
        items: Any = list[self._items]  # type: ignore[name-defined]
        return own_adapter(first_fault(items))

    def read(self, data: Any, place: Place, notes: Notes) -> Any:
        if type(data) is Pieces:
            return self._read_pieces(data, place, notes)
        if type(data) not in self.kinds:
            notes.add_other(data, place)
            return data
        if self.limits is not None:
            _, error = _error(self.limits.validate_python, data)
            if error in _LIMITS:
                notes.add(_LIMITS[error], place)
        notes.budget.spend(_LIST + len(data))
        if isinstance(data, dict):
            inner = place, "*"  # a key is data
            members = cast("dict[str, Any]", data).items()
            return {name: self.items.read(item, inner, notes) for name, item in members}
        return self._read_items(cast("list[Any]", data), 0, place, notes)

    def _read_items(self, items: list[Any], first: int, place: Place, notes: Notes) -> list[Any]:
        """Return the values of items, of which the index of the first one is told."""
        reader, exact = self.items, self.items.exact
        return [
            item if type(item) is exact else reader.read(item, (place, index), notes)
            for index, item in enumerate(items, first)
        ]

    def _read_pieces(self, data: Pieces, place: Place, notes: Notes) -> list[Any]:
        """Return the values of items; pydantic reads pieces without a deviation, which is faster.

        Raises :class:`NotPieces` where they aren't JSON.
        """
        notes.budget.spend(_LIST)
        values: list[Any] = []
        failures = 0
        for text in data.texts():
            valid: list[Any] | None = None
            if failures < _FAILURES or failures % 4 == 0:
                valid = self._validated(text, notes.budget)
            if valid is not None:
                values += valid
                failures = 0
                continue
            failures += 1
            try:
                items = self.data_of(text)
            except ValueError as cause:
                raise NotPieces from cause
            notes.budget.spend(len(items))
            values += self._read_items(items, len(values), place, notes)
        return values

    def _validated(self, text: bytes, budget: Budget) -> list[Any] | None:
        """Return the values of items by pydantic alone; None if it can't read them exactly."""
        if len(text) <= budget.most_at_once and self.is_exact_in(text):
            with suppress(ValidationError):
                return cast("list[Any]", self._some.validate_json(text, **STRICT))
        return None


class Object(Reader):
    """Reads objects of a class."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.kinds = frozenset[type]((dict,))
        self.is_untyped = issubclass(model, Untyped)
        self.needed: tuple[str, ...] = getattr(model, "_needed_in_responses", ())
        self.is_ambiguous = bool(self.needed)
        self.own_weight = OBJECT + len(model.model_fields) // _FIELDS_OF_A_VALUE

    @cached_property
    def members(self) -> dict[str, tuple[str, Reader]]:
        """The field and the reader of each member."""
        self.model.model_rebuild()
        members: dict[str, tuple[str, Reader]] = {}
        for name, info in self.model.model_fields.items():
            type_: Any = info.annotation
            if info.metadata:
                type_ = Annotated[(type_, *info.metadata)]
            members[info.alias or name] = name, reader_of(type_)
        return members

    @cached_property
    def others(self) -> Reader | None:
        """The reader of other members; None if the description has none."""
        hint = get_type_hints(self.model, include_extras=True)["__pydantic_extra__"]
        values = get_args(hint)[1]
        return None if UNDOCUMENTED in get_args(values) else reader_of(values)

    @cached_property
    def required(self) -> dict[str, str]:
        """The members that a response needs, and their fields."""
        required: dict[str, str] = {}
        for key, (name, _) in self.members.items():
            if name in self.needed or self.model.model_fields[name].is_required():
                required[key] = name
        return required

    @cached_property
    def _absent(self) -> dict[str, Any]:
        """The fields of an object without members, in the order of the description."""
        empty = vars(self.model.model_construct())
        return {name: empty.get(name) for name in self.model.model_fields}

    def inner(self) -> Sequence[Reader]:
        readers = [reader for _, reader in self.members.values()]
        return [self.others, *readers] if self.others else readers

    def read(self, data: Any, place: Place, notes: Notes) -> Any:
        if type(data) is not dict:
            if self.is_untyped:
                notes.add_inner(data)
            else:
                notes.add_other(data, place)
            return data
        items = cast("dict[str, Any]", data)
        notes.budget.spend(self.own_weight + len(items))
        members, others = self.members, self.others
        read: dict[str, Any] = {}
        extras: dict[str, Any] = {}
        for key, item in items.items():
            member = members.get(key)
            if member is not None:
                name, reader = member
                if type(item) is not reader.exact:
                    item = reader.read(item, (place, key), notes)
                read[name] = item
            elif others is None:
                notes.add("property/added", (place, key))
                notes.additions += 1
                extras[key] = item
            else:
                notes.undescribed += type(others) is Reader
                extras[key] = others.read(item, (place, "*"), notes)
        notes.described += len(read)
        fields = {**self._absent, **read}
        names = {*read}
        if extras:
            names.update(extras.keys() - fields.keys())
        if not self.required.keys() <= data.keys():
            self._note_missing(fields, read, place, notes)
        value = self.model.__new__(self.model)
        value.__setstate__(
            {
                "__dict__": fields,
                "__pydantic_fields_set__": names,
                "__pydantic_extra__": extras,
                "__pydantic_private__": None,
            }
        )
        return value

    def _note_missing(
        self, fields: dict[str, Any], read: dict[str, Any], place: Place, notes: Notes
    ) -> None:
        """Note required members that are missing; they aren't attributes."""
        missing = [(name, key) for key, name in self.required.items() if name not in read]
        is_sparse = len(missing) > 1 and 2 * len(missing) > len(self.required)
        if is_sparse:
            notes.add("required/removed", place, len(missing))
        for name, key in missing:
            if name not in self.needed:
                del fields[name]
            if not is_sparse:
                notes.add("required/removed", (place, key))

    def least(self, data: Any) -> Rank:
        """Return what tells from the names of members alone how well an object fits."""
        described = self.members.keys() & data.keys()
        missing = len(self.required.keys() - data.keys())
        faults, others = missing, len(data) - len(described)
        if self.others is None or type(self.others) is Reader:
            faults += others
        worst = 0
        if missing:
            worst = CONTRADICTION
        elif others and self.others is None:
            worst = ADDITION
        constants = 0
        for key in described:
            constants += self.members[key][1].is_constant
        return worst, faults, 0, -constants, -len(described)


Branches = tuple[Reader, ...]


class UnionReader(Reader):
    """Reads the branch with the fewest deviations, then with the most constants, then members."""

    def __init__(self, branches: Sequence[Any]) -> None:
        self.branches = [reader_of(branch) for branch in branches]
        self.typed: list[Reader] = []
        """The branches beside null."""
        self.kinds = frozenset()
        for branch in self.branches:
            self.kinds |= branch.kinds
            self.is_constant |= branch.is_constant
            if branch.exact is not NoneType:
                self.typed.append(branch)
        if len(self.typed) == 1:
            self.exact = self.typed[0].exact
        self.is_ambiguous = len(self.branches) > MANY_BRANCHES
        for kind in (*_CONTAINERS, str):
            self.is_ambiguous |= len(self._taking(kind)) > 1
        self._tried: dict[Any, Branches] = {}

    def inner(self) -> Sequence[Reader]:
        return self.branches

    def candidates(self, data: Any) -> Sequence[Reader]:  # noqa: ARG002 - see those with a tag
        """Return the branches that data may be of."""
        return self.branches

    def _taking(self, kind: type) -> list[Reader]:
        return [branch for branch in self.branches if kind in branch.kinds or branch.is_untyped]

    def _branches(self, kind: type) -> Branches:
        """Return the branches that are tried for a type of JSON; pieces are a list."""
        if kind is Pieces:
            return self._branches(list)
        branches = self._tried.get(kind)
        if branches is None:
            taking = self._taking(kind)
            if not taking:  # a text tells as little of one class of objects as of another
                containers = [one for one in self.typed if one.kinds <= {dict, list}]
                taking = [one for one in self.typed if one not in containers[1:]]
            branches = self._tried[kind] = in_order(taking)
        return branches

    def read(self, data: Any, place: Place, notes: Notes) -> Any:
        kind = float if data.__class__ is Digits else data.__class__
        branches = self._branches(kind)
        if len(branches) == 1:
            return branches[0].read(data, place, notes)
        value, part = self.best(branches, data, place, notes)
        has_text = kind is str and any(branch.exact is str for branch in branches)
        if has_text and to_json(value) != to_json(data):
            return data  # the other branch would write another text
        notes.add_all(part)
        return value

    def best(self, branches: Branches, data: Any, place: Place, notes: Notes) -> tuple[Any, Notes]:
        """Return the value of the branch that fits best, and what was noted of it.

        Branches that can't fit better by the names of their members aren't read.
        """
        key = id(data), id(self)
        is_container = type(data) in _CONTAINERS  # Python may have one object for equal scalars
        if is_container and key in notes.unions:
            return notes.unions[key]
        best: Any = None
        for least, index, branch in self._ranked(branches, data, notes):
            if best is not None and (*least, False, index) > best[0]:
                break
            notes.budget.spend(_TRIAL)
            part = notes.part()
            value = branch.read(data, place, part)
            rank = *part.rank, value is data, index
            if best is None or rank < best[0]:
                best = rank, value, part
            if part.is_exact and not is_container:
                break
        _, value, part = best
        if notes.is_whole:
            notes.unions.clear()
        elif is_container:
            notes.unions[key] = value, part
        return value, part

    def _ranked(
        self, branches: Branches, data: Any, notes: Notes
    ) -> Sequence[tuple[Rank, int, Reader]]:
        """Return branches, those first that may fit best, each with the least rank of its value."""
        if not isinstance(data, dict):
            return [(_BEST, index, branch) for index, branch in enumerate(branches)]
        members = cast("dict[str, Any]", data)
        has_inner = any(type(item) in _CONTAINERS for item in members.values())
        shape = id(branches), has_inner, *members
        if shape in notes.shapes:
            return cast("Sequence[tuple[Rank, int, Reader]]", notes.shapes[shape])
        ranked: list[tuple[Rank, int, Reader]] = []
        for index, branch in enumerate(branches):
            least = _BEST
            if isinstance(branch, Object):
                least = branch.least(members)
                if has_inner:  # whose members count, too
                    least = *least[:3], -inf, -inf
            ranked.append((least, index, branch))
        notes.budget.spend(len(ranked))
        ranked.sort(key=lambda one: one[:2])
        if len(notes.shapes) < _MOST_SHAPES:
            notes.shapes[shape] = ranked
        return ranked


def in_order(branches: Iterable[Reader]) -> Branches:
    """Return branches in the order in which they are tried.

    A text is of a format or an enumeration, if it can be, and else plain.
    """
    return tuple(sorted(branches, key=lambda branch: branch.exact is str or branch.is_untyped))


# ── from types to readers ────────────────────────────────────────────────────────────────────────

_plain: Any = cache(Scalar)
_object = cache(Object)


@cache
def _alias(alias: TypeAliasType) -> Reader:
    names = vars(sys.modules[str(alias.__module__)])
    holder = SimpleNamespace(__annotations__={"value": alias.__value__})
    return reader_of(get_type_hints(holder, names, include_extras=True)["value"])


def _is_limit(mark: Any) -> bool:
    return not (isinstance(mark, FailFast) or hasattr(mark, "__get_pydantic_core_schema__"))


def reader_of(type_: Any) -> Reader:
    """Return what reads JSON of a type of the models."""
    base, marks = type_, list[Any]()
    if get_origin(type_) is Annotated:
        base, *marks = get_args(type_)
    if base is None:  # as in list[None]
        base = NoneType
    limits = [mark for mark in marks if _is_limit(mark)]
    origin, arguments = get_origin(base), list[Any](get_args(base))
    if isinstance(base, TypeAliasType):
        return _alias(base)
    if origin in _CONTAINERS:
        return Container(origin, arguments[-1], limits)
    if origin in (Union, UnionType):
        if limits:  # of the only type beside null
            arguments = [a if a is NoneType else Annotated[(a, *marks)] for a in arguments]
        for mark in marks:
            if hasattr(mark, "reader"):
                return cast("Reader", mark.reader(arguments))
        return UnionReader(arguments)
    if base in (Any, object):
        return Reader()
    if isinstance(base, type) and issubclass(base, BaseModel):
        return _object(base)
    is_decimal = base is Decimal and len(marks) > len(limits)
    if limits:
        reader = Scalar(base, limits, is_decimal=is_decimal)
    else:
        reader = cast("Scalar", _plain(base, is_decimal=is_decimal))
    for mark in marks:  # a decimal with a multiple calls a function, which keeps integers
        reader.is_ambiguous |= is_decimal and isinstance(mark, WrapValidator)
    return reader
