"""The base class of the models: strict where you write, generous where a response is read.

Calling a model's constructor, or setting an attribute, checks everything: unknown names, types,
constraints, values that an enumeration doesn't list, ``None`` where the API takes no null.

``model_validate`` and ``model_validate_json`` read what a server sent, as responses are read:
unknown members are kept (in ``model_extra``, and as attributes), values that aren't as described
stay as they are. What was read can be sent again, so ``model_validate`` is also the way to send
what this package doesn't know yet.

A field that was never set isn't sent; one that was set to ``None`` is sent as null; ``del`` unsets
a field.
"""

# Annotations aren't texts here: pydantic reads a text with the names of a subclass's module.

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import cached_property
from math import isfinite
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    get_origin,
)
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import InitErrorDetails

from .composed import json_schema_of, own_adapter, own_types, schema_in
from .numbers import NUMBER, with_digits, with_numbers
from .readers import UNDOCUMENTED, first_fault, is_beyond, reader_of
from .reading import Report, read_json, read_value
from .scalars import FORMATS, Reader

T = TypeVar("T")
_DIGITS = PlainSerializer(with_digits, when_used="json")

if TYPE_CHECKING:
    Opt: TypeAlias = "T | None"
    """A member that may be absent, which reads as None; null can't be sent."""
    OrStr: TypeAlias = "T | str"
    """An enumeration of texts; a response may have others."""
    OrInt: TypeAlias = "T | int"
    """An enumeration of integers; a response may have others."""
    ListOf = Sequence
    """A list; one whose items are of a part of the type is accepted too."""
else:  # pydantic checks what the description says

    class Opt:
        def __class_getitem__(cls, type_: Any) -> Any:
            return type_

    OrStr = OrInt = Opt

    class ListOf:
        def __class_getitem__(cls, type_: Any) -> Any:
            return first_fault(list[type_])


class SetByCaller(str):
    """The name of a field in ``model_fields_set`` that the caller set, where it is ``readOnly``."""

    __slots__ = ()


class Typed:
    """A value of a type that pydantic checks."""

    def __init__(self, type_: Callable[[], Any]) -> None:
        """``type_`` returns the type; its models are loaded when it is first used."""
        self._type = type_

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type's validator and serializer."""
        type_ = self.annotation
        if get_origin(type_) is list:
            type_ = first_fault(type_)
        return own_adapter(type_)

    @cached_property
    def annotation(self) -> Any:
        """The type."""
        return self._type()

    @cached_property
    def model(self) -> "type[Model] | None":
        """The type, if it is a model."""
        type_ = self.annotation
        return type_ if isinstance(type_, type) and issubclass(type_, Model) else None

    @cached_property
    def _reader(self) -> Reader:
        return reader_of(self.annotation)

    def read_json(self, content: bytes | bytearray | str, report: Report) -> Any:
        """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

        Raises ``ValueError`` for what isn't JSON (RFC 8259), or has more than 200 levels.
        """
        return read_json(self.adapter, self._reader, content, report)

    def read_value(self, data: Any, report: Report = lambda *_: None) -> Any:
        """Return data read with tolerance, such as a text for a number."""
        return read_value(self._reader, data, report)

    def takes(self, value: object) -> bool:
        """Return whether a value is of the type."""
        if self.model is not None:
            return isinstance(value, self.model)
        try:
            self.adapter.validate_python(value)
        except ValidationError:
            return False
        return True

    def check(self, value: Any) -> Any:
        """Return a value to send; raise ``pydantic.ValidationError`` if it can't be sent."""
        try:
            return self._checked(value)
        except ValidationError:
            plain = with_dicts(value, {})
            if plain is value:
                raise
            return self._checked(plain)

    def _checked(self, value: Any) -> Any:
        if self.model is not None and isinstance(value, dict):
            return self.model(**cast("dict[str, Any]", value))
        checked = self.adapter.validate_python(value)
        if is_beyond(value, checked):
            return value
        if type(checked) is not str or checked != value:
            _check(value, checked)
        return checked


def with_dicts(value: Any, results: dict[int, Any]) -> Any:
    """Return JSON data with a dictionary for each other mapping; the same if there is none.

    ``results`` are by the identity of what they were made of.
    """
    key = id(value)
    if key in results:
        return results[key]
    results[key] = value  # also in a circle
    if isinstance(value, Mapping):
        members = cast("dict[Any, Any]", value)
        data: Any = {name: with_dicts(item, results) for name, item in members.items()}
        is_same = isinstance(value, dict) and all(data[name] is members[name] for name in data)
    elif isinstance(value, (list, tuple)):
        items = cast("Sequence[Any]", value)
        data = [with_dicts(item, results) for item in items]
        is_same = all(new is old for new, old in zip(data, items, strict=True))
    else:
        return value
    if not is_same:
        results[key] = data
    return results[key]


if TYPE_CHECKING:
    _Base = BaseModel
else:

    class _Checked(type(BaseModel)):
        """A constructor refuses arguments that pydantic would convert."""

        def __call__(cls, /, **data: Any) -> Any:
            value = super().__call__(**data)
            _check(data, value)
            return value

    class _Base(BaseModel, metaclass=_Checked):
        __pydantic_extra__: dict[str, Annotated[Any, UNDOCUMENTED, _DIGITS]]

        @classmethod
        def model_rebuild(cls, *, _parent_namespace_depth: int = 2, **options: Any) -> bool | None:
            depth = _parent_namespace_depth + 1
            with own_types():
                return super().model_rebuild(_parent_namespace_depth=depth, **options)

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return schema_in(cls, source, handler)

        @classmethod
        def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
            return json_schema_of(schema, handler)


class Model(_Base):
    """A JSON object of the API."""

    model_config = ConfigDict(
        extra="allow",  # what a response has is kept, and sent again
        defer_build=True,
        validate_assignment=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )

    _needed_in_requests: ClassVar[tuple[str, ...]] = ()
    """Fields that the constructor needs, but not a response."""
    _needed_in_responses: ClassVar[tuple[str, ...]] = ()
    """Fields that a response needs, but not the constructor."""

    _read_only: ClassVar[tuple[str, ...]] = ()
    """Fields that a request has only if the caller set them."""

    if not TYPE_CHECKING:  # or else a type checker would take any name

        def __setattr__(self, name: str, value: Any) -> None:
            """Set a field, checked as the constructor would."""
            if name.startswith("_"):
                super().__setattr__(name, value)
                return
            probe = self.model_construct()
            BaseModel.__setattr__(probe, name, value)
            members, member = _slot(probe, name)
            checked = {name: members.get(member)}
            _check({name: value}, checked, type(self).__name__)
            super().__setattr__(name, value)
            members, member = _slot(self, name)
            members[member] = checked[name]
            _note_set(self, {name})

    def __delattr__(self, name: str) -> None:
        """Unset a field, which then isn't sent; a required one can't be."""
        field = type(self).model_fields.get(name)
        if field is None:
            super().__delattr__(name)
        elif field.is_required():
            raise AttributeError(f"{name} is required")
        else:
            vars(self)[name] = None
            self.model_fields_set.discard(name)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Read what a server sent, with tolerance; with options of pydantic's, without."""
        if options or not isinstance(obj, dict):
            return super().model_validate(obj, **options)
        return cast("Self", read_value(reader_of(cls), obj))

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Read JSON as :meth:`model_validate` reads its value."""
        if options:
            return super().model_validate_json(json_data, **options)
        return cls.model_validate(reader_of(cls).data_of(json_data))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields replaced, each checked as the constructor would."""
        copy = super().model_copy(deep=deep)
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    if not TYPE_CHECKING:
        # What was never set isn't written, and a value that isn't as described as it was read.

        def model_dump(self, **options: Any) -> dict[str, Any]:
            return super().model_dump(**{"warnings": False, "exclude_unset": True, **options})

        def model_dump_json(self, **options: Any) -> str:
            usual = {"warnings": False, "exclude_unset": True, "context": NUMBER}
            text = super().model_dump_json(**{**usual, **options})
            return with_numbers(text.encode()).decode() if NUMBER in text else text

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show only the fields that were set."""
        return [pair for pair in super().__repr_args__() if pair[0] in self.model_fields_set]


class OpenModel(Model):
    """A JSON object that may have members of any name."""

    if not TYPE_CHECKING:
        # Of Any, pydantic 2.12 takes the type of the base.
        __pydantic_extra__: dict[str, Annotated[object, _DIGITS]]
    else:

        def __setattr__(self, name: str, value: Any) -> None: ...


def _check(data: Any, value: Any, title: str = "") -> None:
    """Raise ``pydantic.ValidationError`` for data that pydantic converted to a value.

    A text of a format that Python's type doesn't hold takes the place of its value.
    """
    faults = [*_conversions(data, value, ())]
    if faults:
        raise ValidationError.from_exception_data(title or type(value).__name__, faults)


def _conversions(data: Any, value: Any, at: tuple[str | int, ...]) -> Iterator[InitErrorDetails]:
    """Yield what went out as another value, also in what data holds."""
    fault = _fault(data, value)
    if fault:
        yield {"type": fault, "loc": at, "input": data}
    elif isinstance(data, dict):
        is_model = isinstance(value, BaseModel)
        if getattr(value, "_read_only", ()):
            _note_set(value, value.model_fields_set)
        for field in getattr(value, "_needed_in_requests", ()):
            if field not in value.model_fields_set:
                info = cast("BaseModel", value).__class__.model_fields[field]
                yield {"type": "missing", "loc": (*at, info.alias or field), "input": data}
        for name, item in cast("Mapping[object, Any]", data).items():
            if not isinstance(name, str):
                yield {"type": "string_type", "loc": at, "input": name}
                continue
            if not is_model and _SURROGATE.search(name):  # pydantic would write another one
                yield {"type": "string_unicode", "loc": at, "input": name}
            members, member = _slot(value, name) if is_model else (value, name)
            result = members.get(member)
            if type(item) is type(result) and type(item) in _PLAIN:
                continue
            if is_beyond(item, result):
                members[member] = item
            else:
                yield from _conversions(item, result, (*at, name))
    elif isinstance(data, (list, tuple)) and isinstance(value, (list, tuple)):
        pairs = zip(cast("Sequence[Any]", data), cast("Sequence[Any]", value), strict=False)
        for index, (item, result) in enumerate(pairs):
            if type(item) is type(result) and type(item) in _PLAIN:
                continue
            if is_beyond(item, result):
                cast("list[Any]", value)[index] = item
            else:
                yield from _conversions(item, result, (*at, index))


def _note_set(value: Model, names: set[str]) -> None:
    """Note which ``readOnly`` fields the caller set."""
    for name in names.intersection(value._read_only):  # pyright: ignore[reportPrivateUsage]
        value.model_fields_set.discard(name)
        value.model_fields_set.add(SetByCaller(name))


def _slot(value: BaseModel, name: str) -> tuple[dict[str, Any], str]:
    """Return what has a member of a model, and the key in it."""
    members = vars(value)
    if name not in members:
        fields = type(value).model_fields.items()
        name = next((field for field, info in fields if info.alias == name), name)
    return (members, name) if name in members else (value.model_extra or {}, name)


_PLAIN = frozenset((str, int, bool, NoneType))
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBERS = (int, float, Decimal)
_SOURCES: dict[type, tuple[tuple[type, ...], str]] = {
    bool: ((bool,), "bool_type"), str: ((str,), "string_type"),
    int: (_NUMBERS, "int_type"), float: (_NUMBERS, "float_type"),
    Decimal: ((*_NUMBERS, str), "decimal_type"),
    list: ((list, tuple), "list_type"), set: ((), "list_type"), dict: ((dict,), "dict_type"),
    UUID: ((UUID, str), "uuid_type"), BaseModel: ((dict, BaseModel), "dict_type"),
}  # fmt: skip
"""What a value may be made of, and pydantic's error for anything else."""


def _fault(data: Any, value: Any) -> str:
    """Return the type of pydantic's error for what isn't sent as it is; empty for what is."""
    if isinstance(data, Decimal) and not data.is_finite():  # not of what is beyond a float
        return "finite_number"
    if isinstance(data, float) and not isfinite(data):
        return "finite_number"
    if isinstance(data, bytes) and isinstance(value, str):  # a text in base64 takes bytes, too
        return "" if value == b64encode(data).decode() else "string_type"
    if isinstance(value, Enum):
        value = value.value
    type_ = cast("type", BaseModel if isinstance(value, BaseModel) else type(value))
    form = FORMATS.get(type_)
    if isinstance(data, str) and form is not None:
        return "" if form.exact.fullmatch(data) else form.error
    sources, fault = _SOURCES.get(type_) or ((type_,), form.error if form else "")
    is_flag = isinstance(data, bool) and type_ is not bool
    return fault if is_flag or not isinstance(data, sources) else ""
