"""The base class of the models: strict where you write, generous where a response is read.

Calling a model's constructor, or setting an attribute, checks everything: unknown names, types,
constraints, values that an enumeration doesn't list, ``None`` where the API takes no null.

``model_validate`` and ``model_validate_json`` read what a server sent: unknown members are kept
(in ``model_extra``, and as attributes), unknown enumeration values stay the text they are,
``"180"`` reads as 180, null in an optional field reads as ``None``. What was read can be sent
again, so ``model_validate`` is also the way to send what this package doesn't know yet.

A field that was never set isn't sent; one that was set to ``None`` is sent as null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError, core_schema

WRITING = {"writing": True}
"""The validation context of what is sent."""
READING = {"writing": False}
"""That of a response that should be as the description says; without one, tolerance."""


class Typed:
    """A value of a type that pydantic checks."""

    def __init__(self, type_: Callable[[], Any]) -> None:
        """``type_`` returns the type; its models are loaded when it is first used."""
        self._type = type_

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """The type's validator and serializer."""
        return TypeAdapter(self.annotation)

    @cached_property
    def annotation(self) -> Any:
        """The type."""
        return self._type()

    @cached_property
    def model(self) -> type[Model] | None:
        """The type, if it is a model."""
        type_ = self.annotation
        return type_ if isinstance(type_, type) and issubclass(type_, Model) else None

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
        if isinstance(value, dict) and self.model is not None:
            return self.model(**cast("dict[str, Any]", value))
        checked = self.adapter.validator.validate_python(value, context=WRITING)
        if not isinstance(value, str):  # a parameter mostly is
            _check(value, checked)
        return checked


def _undescribed(value: Any, info: core_schema.ValidationInfo) -> Any:
    """Accept a member without a field only in a response that is read with tolerance."""
    if info.context is not None:
        raise PydanticKnownError("extra_forbidden")
    return value


_ANY = core_schema.any_schema()
_UNDESCRIBED = core_schema.with_info_before_validator_function(_undescribed, _ANY)


class Model(BaseModel):
    """A JSON object of the API."""

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        coerce_numbers_to_str=True,
        protected_namespaces=(),
    )
    nullable_fields__: ClassVar[frozenset[str]] = frozenset()
    takes_extras__: ClassVar[bool] = False

    def __init_subclass__(
        cls, *, nullable: Sequence[str] = (), extras: bool = False, **kwargs: Any
    ) -> None:
        """``nullable`` names the optional fields that may be sent as null; ``extras`` says that the
        description allows members that have no field.
        """
        super().__init_subclass__(**kwargs)
        cls.nullable_fields__ = frozenset(nullable)
        cls.takes_extras__ = extras

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler, /) -> Any:
        schema = handler(source)
        fields: Any = handler.resolve_ref_schema(schema)
        while fields["type"] != "model-fields":
            fields = fields["schema"]
        if not cls.takes_extras__:
            fields["extras_schema"] = _UNDESCRIBED
        return schema

    def __init__(self, /, **data: Any) -> None:
        """Make a value to send; raises ``pydantic.ValidationError`` for anything the API's
        description doesn't allow.
        """
        self.__pydantic_validator__.validate_python(data, self_instance=self, context=WRITING)
        _check(data, self)

    # Pydantic's own marker for "validating may skip this constructor": reading stays generous, and
    # nested values don't pay for a Python call each.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field, checked as the constructor would."""
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        probe = type(self).model_construct()
        self.__pydantic_validator__.validate_assignment(probe, name, value, context=WRITING)
        _check({name: value}, probe)
        self.__pydantic_validator__.validate_assignment(self, name, value, context=WRITING)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced, each checked as the constructor would."""
        copy = super().model_copy(deep=deep)
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    if not TYPE_CHECKING:  # a value that isn't as described is written as it was read

        def model_dump(self, **options: Any) -> dict[str, Any]:
            return super().model_dump(**{"warnings": False, **options})

        def model_dump_json(self, **options: Any) -> str:
            return super().model_dump_json(**{"warnings": False, **options})

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Show only the fields that were set."""
        given = self.model_fields_set
        return [(name, value) for name, value in super().__repr_args__() if name in given]


def _check(given: Any, made: Any) -> None:
    """Raise ``pydantic.ValidationError`` for what only a response may have."""
    faults = [*_unwritable(given, made, ())]
    if faults:
        raise ValidationError.from_exception_data(type(made).__name__, faults)


def _unwritable(given: Any, made: Any, at: tuple[str | int, ...]) -> Iterator[InitErrorDetails]:
    """Yield nulls, unknown members and numbers that would go out as another value, also in nested
    values.
    """
    if isinstance(given, dict) and isinstance(made, Model):
        kind = type(made)
        for name, value in cast("dict[str, Any]", given).items():
            field = name if name in kind.model_fields else by_alias(kind, name)
            if value is not None:
                values = made.__dict__ if field else made.__pydantic_extra__ or {}
                yield from _unwritable(value, values.get(field or name), (*at, name))
            elif field is not None and takes_no_null(kind, field):
                yield {"type": _NO_NULL, "loc": (*at, name), "input": None}
    elif isinstance(given, dict) and isinstance(made, dict):
        results = cast("dict[str, Any]", made)
        for name, value in cast("dict[str, Any]", given).items():
            if _SURROGATE.search(str(name)):  # pydantic would write another character
                yield {"type": "string_unicode", "loc": at, "input": name}
            yield from _unwritable(value, results.get(name), (*at, name))
    elif isinstance(given, (list, tuple)) and isinstance(made, (list, tuple)):
        pairs = zip(cast("Sequence[Any]", given), cast("Sequence[Any]", made), strict=False)
        for index, (value, result) in enumerate(pairs):
            yield from _unwritable(value, result, (*at, index))
    elif isinstance(given, (int, float, Decimal)):
        if isinstance(made, str):
            yield {"type": "string_type", "loc": at, "input": given}
        elif isinstance(given, bool) is not isinstance(made, bool):
            wanted = "bool_type" if isinstance(made, bool) else "int_type"
            yield {"type": wanted, "loc": at, "input": given}
        elif not isinstance(given, int) and not Decimal(given).is_finite():
            yield {"type": "finite_number", "loc": at, "input": given}


_SURROGATE = re.compile("[\ud800-\udfff]")
_NO_NULL = PydanticCustomError(
    "none_forbidden", "The API takes no null here; leave the field out instead"
)


def takes_no_null(model: type[Model], field: str) -> bool:
    """A required field's own type says whether it takes null; an optional one is listed if so."""
    return not model.model_fields[field].is_required() and field not in model.nullable_fields__


def by_alias(model: type[Model], name: str) -> str | None:
    """Return the field with an alias."""
    return next((f for f, info in model.model_fields.items() if info.alias == name), None)
