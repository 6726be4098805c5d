"""Readers of JSON's arrays and objects, and of unions, one for each type of the models.

Each value is read once for each type that may be at its place, so time grows in a line with JSON.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from math import inf
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    FailFast,
    TypeAdapter,
    ValidationInfo,
)
from pydantic_core import PydanticKnownError, to_json
from typing_extensions import TypeAliasType

from .budget import OBJECT
from .composed import own_adapter
from .notes import ADDITION, CONTRADICTION, ITEM, Fit, Notes, Rank
from .numbers import Digits
from .scalars import FORMATS, LIMITS, Listed, Reader, Scalar, checked, is_listed

_CONTAINERS = frozenset[type]((dict, list))
_FIELDS_OF_A_VALUE = 8
"""So many fields of an object take as much memory as a value."""
_LIST, _TRIAL = 5, 10
"""A list, and a branch of a union that is tried, take as long to read as so many values."""
MANY_BRANCHES = 8
"""Unions of more branches aren't read by pydantic, which tries all."""
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
    def adapter(self) -> TypeAdapter[Any]:
        """The validator of a list of the items."""
        items: Any = list[self._items]  # type: ignore[name-defined]
        return own_adapter(first_fault(items))

    def read(self, data: Any, notes: Notes) -> Any:
        if type(data) not in self.kinds:
            notes.add_other(data)
            return data
        if self.limits is not None:
            error = checked(self.limits.validate_python, data)[1]
            if error in LIMITS:
                notes.add(LIMITS[error])
        notes.budget.spend(_LIST + len(data))
        if data.__class__ is list:
            return self.read_items(data, 0, notes)
        members = cast("dict[str, Any]", data).items()
        notes.path.append("*")  # a key is data
        values = {name: self.items.read(item, notes) for name, item in members}
        notes.path.pop()
        return values

    def read_items(self, items: list[Any], first: int, notes: Notes) -> list[Any]:
        """Return the values of items, of which the index of the first one is told."""
        reader, exact = self.items, self.items.exact
        values: list[Any] = []
        notes.path.append(ITEM)
        notes.indices.append(first)
        for index, item in enumerate(items, first):
            if type(item) is not exact:
                notes.indices[-1] = index
                item = reader.read(item, notes)
            values.append(item)
        notes.path.pop()
        notes.indices.pop()
        return values


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

    def read(self, data: Any, notes: Notes) -> Any:
        if type(data) is not dict:
            if self.is_untyped:
                notes.add_inner(data)
            else:
                notes.add_other(data)
            return data
        items = cast("dict[str, Any]", data)
        notes.budget.spend(self.own_weight + len(items))
        read: dict[str, Any] = {}
        extras: dict[str, Any] = {}
        notes.path.append("")
        for key, item in items.items():
            member = self.members.get(key)
            if member is None:
                extras[key] = self._read_other(key, item, notes)
                continue
            name, reader = member
            if type(item) is not reader.exact:
                notes.path[-1] = key
                item = reader.read(item, notes)
            read[name] = item
        notes.path.pop()
        notes.fit.described += len(read)
        fields = {**self._absent, **read}
        if not self.required.keys() <= data.keys():
            self._note_missing(fields, read, notes)
        value = self.model.__new__(self.model)
        value.__setstate__(
            {
                "__dict__": fields,
                "__pydantic_fields_set__": {*read, *(extras.keys() - fields.keys())},
                "__pydantic_extra__": extras,
                "__pydantic_private__": None,
            }
        )
        return value

    def _read_other(self, key: str, item: Any, notes: Notes) -> Any:
        """Return the value of a member that no field has."""
        if self.others is None:
            notes.path[-1] = key
            notes.add("property/added")
            notes.fit.additions += 1
            return item
        notes.path[-1] = "*"
        notes.fit.undescribed += type(self.others) is Reader
        return self.others.read(item, notes)

    def _note_missing(self, fields: dict[str, Any], read: dict[str, Any], notes: Notes) -> None:
        """Note required members that are missing; they aren't attributes."""
        missing = {key: name for key, name in self.required.items() if name not in read}
        if len(missing) > 1 and 2 * len(missing) > len(self.required):
            notes.add("required/removed", count=len(missing))
        else:
            for key in missing:
                notes.add("required/removed", key)
        for name in missing.values():
            if name not in self.needed:
                del fields[name]

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
Ranked = tuple[Rank, int, Reader]
"""The least rank of a branch's value, its position, and the branch."""
Tried = tuple[Reader, Any, Fit]
"""A branch, its value, and how well that fits."""


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
        for kind in (dict, list, str):
            self.is_ambiguous |= len(self._taking(kind)) > 1
        self._tried: dict[Any, Branches] = {}

    def inner(self) -> Sequence[Reader]:
        return self.branches

    def candidates(self, data: Any) -> Sequence[Reader]:  # noqa: ARG002 - see those with a tag
        """Return the branches that data may be of."""
        return self.branches

    def _taking(self, kind: type) -> list[Reader]:
        return [branch for branch in self.branches if kind in branch.kinds or branch.is_untyped]

    def tried(self, data: Any) -> Branches:
        """Return the branches that are tried for data."""
        kind: type = float if data.__class__ is Digits else data.__class__
        if kind not in self._tried:
            taking = self._taking(kind)
            if not taking:  # a text tells as little of one class of objects as of another
                containers = [one for one in self.typed if one.kinds <= {dict, list}]
                taking = [one for one in self.typed if one not in containers[1:]]
            self._tried[kind] = in_order(taking)
        return self._tried[kind]

    def read(self, data: Any, notes: Notes) -> Any:
        branches = self.tried(data)
        if len(branches) == 1:
            return branches[0].read(data, notes)
        is_inner = notes.is_trial or bool(notes.best)
        branch, value, fit = self._best(branches, data, notes)
        has_text = type(data) is str and any(branch.exact is str for branch in branches)
        if has_text and to_json(value) != to_json(data):
            return data  # the other branch would write another text
        if notes.is_trial or fit.is_exact:
            notes.fit.add(fit)
        else:
            value = branch.read(data, notes)
        if not is_inner:
            notes.best.clear()
        return value

    def _best(self, branches: Branches, data: Any, notes: Notes) -> Tried:
        """Return the branch that fits best, its value and how well it fits.

        Branches that can't fit better by the names of their members aren't read.
        """
        key = id(data), id(self)
        is_container = type(data) in _CONTAINERS  # Python may have one object for equal scalars
        known: Tried | None = notes.best.get(key)
        if known is not None:
            return known
        outer = notes.is_trial, notes.fit
        notes.is_trial = True
        best: Any = None
        tried: Any = None
        for least, index, branch in self._ranked(branches, data, notes):
            if best is not None and (*least, False, index) > best:
                break
            notes.budget.spend(_TRIAL)
            notes.fit = Fit()
            value = branch.read(data, notes)
            rank = *notes.fit.rank, value is data, index
            if best is None or rank < best:
                best, tried = rank, (branch, value, notes.fit)
            if not is_container and notes.fit.is_exact:
                break
        notes.is_trial, notes.fit = outer
        if is_container:
            notes.best[key] = tried
        result: Tried = tried
        return result

    def _ranked(self, branches: Branches, data: Any, notes: Notes) -> Sequence[Ranked]:
        """Return branches, those first that may fit best, each with the least rank of its value."""
        if not isinstance(data, dict):
            return [(_BEST, index, branch) for index, branch in enumerate(branches)]
        members = cast("dict[str, Any]", data)
        has_inner = not _CONTAINERS.isdisjoint(map(type, members.values()))
        shape = id(branches), has_inner, *members
        known: Sequence[Ranked] | None = notes.shapes.get(shape)
        if known is not None:
            return known
        ranked: list[Ranked] = []
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

_scalar = cache(Scalar)
_listed = cache(Listed)
_object = cache(Object)


@cache
def _alias(alias: TypeAliasType) -> Reader:
    names = vars(sys.modules[str(alias.__module__)])
    holder = SimpleNamespace(__annotations__={"value": alias.__value__})
    return reader_of(get_type_hints(holder, names, include_extras=True)["value"])


def _is_limit(mark: Any) -> bool:
    return not (isinstance(mark, FailFast) or hasattr(mark, "__get_pydantic_core_schema__"))


def _is_model(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, BaseModel)


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
    if _is_model(base):
        return _object(base)
    if base in FORMATS:
        return cast("Reader", FORMATS[base].reader(base, limits, marks))
    if is_listed(base):
        return _listed(base)
    return Scalar(base, limits) if limits else _scalar(base)
