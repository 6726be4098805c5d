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

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, PydanticKnownError, SchemaValidator, core_schema

if TYPE_CHECKING:
    from pydantic_core import CoreConfig, InitErrorDetails

WRITING = {"writing": True}
"""The validation context of what goes out; the same object everywhere, told by identity."""


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
        """``nullable`` names the optional fields that may be sent as null; ``extras`` lets the
        constructor take members that have no field, because the description allows them.
        """
        super().__init_subclass__(**kwargs)
        cls.nullable_fields__ = frozenset(nullable)
        cls.takes_extras__ = extras

    def __init__(self, /, **data: Any) -> None:
        """Make a value to send; raises ``pydantic.ValidationError`` for anything the API's
        description doesn't allow.
        """
        self.__pydantic_validator__.validate_python(data, self_instance=self, context=WRITING)
        errors = [*_unwritable(data, self, ())]
        if errors:
            raise ValidationError.from_exception_data(type(self).__name__, errors)

    # Pydantic's own marker for "validating may skip this constructor": reading stays generous, and
    # nested values don't pay for a Python call each.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a field, checked as the constructor would."""
        known = name in type(self).model_fields
        if not known and (self.takes_extras__ or name.startswith("_")):
            super().__setattr__(name, value)
            return
        probe = type(self).model_construct()
        self.__pydantic_validator__.validate_assignment(probe, name, value, context=WRITING)
        errors = [*_unwritable({name: value}, probe, ())]
        if errors:
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        self.__pydantic_validator__.validate_assignment(self, name, value, context=WRITING)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields replaced, each checked as the constructor would."""
        copy = super().model_copy(deep=deep)
        for name, value in (update or {}).items():
            setattr(copy, name, value)
        return copy

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Only what was set: a rule of twenty fields shows the two that matter."""
        given = self.model_fields_set
        return [(name, value) for name, value in super().__repr_args__() if name in given]


def _error(kind: str, location: tuple[str | int, ...], value: object) -> InitErrorDetails:
    from pydantic_core import InitErrorDetails, PydanticCustomError

    if kind == "none_forbidden":
        message = "The API takes no null here; leave the field out instead"
        return InitErrorDetails(
            type=PydanticCustomError("none_forbidden", message), loc=location, input=value
        )
    return InitErrorDetails(type=kind, loc=location, input=value)


def _unwritable(
    given: Mapping[str, Any], made: Model, at: tuple[str | int, ...]
) -> Sequence[InitErrorDetails]:
    """Nulls and unknown members in ``given`` that only reading may have, nested ones included."""
    errors: list[InitErrorDetails] = []
    kind = type(made)
    if made.__pydantic_extra__ and not kind.takes_extras__:
        errors = [
            _error("extra_forbidden", (*at, n), given.get(n)) for n in made.__pydantic_extra__
        ]
    for name, value in given.items():
        field = name if name in kind.model_fields else _by_alias(kind, name)
        if field is None:
            continue
        if value is not None:
            errors += _nested(cast("object", value), made.__dict__.get(field), (*at, name))
        elif _takes_no_null(kind, field):
            errors.append(_error("none_forbidden", (*at, name), value))
    return errors


def _nested(value: object, made: object, at: tuple[str | int, ...]) -> Sequence[InitErrorDetails]:
    if isinstance(value, str):
        return ()
    if isinstance(value, (int, float)):
        return [_error("string_type", at, value)] if isinstance(made, str) else ()
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        if isinstance(made, Model):
            return _unwritable(given, made, at)
        if isinstance(made, dict):
            results = cast("dict[str, object]", made)
            return [e for k, v in given.items() for e in _nested(v, results.get(k), (*at, k))]
    elif isinstance(value, (list, tuple)) and isinstance(made, (list, tuple)):
        pairs = zip(cast("Sequence[object]", value), cast("Sequence[object]", made), strict=False)
        return [e for i, (v, m) in enumerate(pairs) for e in _nested(v, m, (*at, i))]
    return ()


def _takes_no_null(model: type[Model], field: str) -> bool:
    """A required field's own type says whether it takes null; an optional one is listed if so."""
    return not model.model_fields[field].is_required() and field not in model.nullable_fields__


def _by_alias(model: type[Model], name: str) -> str | None:
    return next((f for f, info in model.model_fields.items() if info.alias == name), None)


LIMITS = frozenset((
    "string_too_short", "string_too_long", "string_pattern_mismatch", "too_short", "too_long",
    "greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of",
    "literal_error",
))  # fmt: skip
"""The kinds of fault that a response is read in spite of."""
_LIMITING = ("min_length", "max_length", "pattern", "gt", "ge", "lt", "le", "multiple_of")


def forgiving(schema: Any) -> SchemaValidator:
    """A validator that admits what ``schema``, pydantic's of a type, does, but for its limits."""
    config: CoreConfig = {"extra_fields_behavior": "allow", "coerce_numbers_to_str": True}
    return SchemaValidator(_without_limits(schema), config)


def _without_limits(schema: Any) -> Any:
    if isinstance(schema, (list, tuple)):
        return [_without_limits(item) for item in cast("Sequence[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    node = cast("dict[str, Any]", schema)
    kind = node.get("type")
    if kind == "literal":
        return {"type": "union", "mode": "left_to_right", "choices": [node, {"type": "any"}]}
    limiting = _LIMITING if isinstance(kind, str) else ()  # else it maps names to schemas
    made = {key: _without_limits(value) for key, value in node.items() if key not in limiting}
    if kind == "model":  # pydantic would take the class's own validator, limits and all
        make = {"type": "no-info", "function": partial(_made_of, node["cls"])}
        named = {"ref": node["ref"]} if "ref" in node else {}
        return {"type": "function-after", "function": make, "schema": made["schema"], **named}
    return made


def _made_of(model: type[Model], read: tuple[dict[str, Any], dict[str, Any] | None, Any]) -> Model:
    fields, extras, given = read
    return model.model_construct(given, **fields, **(extras or {}))


class _Open:
    """Marks ``Enum | str`` or ``Enum | int``: known values read as members, unknown ones plain."""

    def __get_pydantic_core_schema__(self, source_type: Any, _: object) -> CoreSchema:
        members, plain = source_type.__args__
        known = {member.value: member for member in members}
        *most, last = map(repr, known)
        expected = {"expected": f"{', '.join(most)} or {last}"}

        def member(value: Any, info: ValidationInfo) -> Any:
            found = known.get(value)
            if found is None and info.context is WRITING:
                raise PydanticKnownError("enum", expected)
            return value if found is None else found

        return core_schema.with_info_after_validator_function(
            member,
            core_schema.union_schema(
                _whole_numbers(known) if plain is int else _texts(known),
                mode="left_to_right",
                custom_error_type="enum",
                custom_error_context={**expected},
            ),
            serialization=core_schema.simple_ser_schema("any"),
        )


def _texts(known: Iterable[Any]) -> list[CoreSchema | tuple[CoreSchema, str]]:
    text = core_schema.str_schema(coerce_numbers_to_str=True)
    return [core_schema.literal_schema([*known]), text]


def _whole_numbers(known: Iterable[Any]) -> list[CoreSchema | tuple[CoreSchema, str]]:
    """Schemas for integers, of which true is none, and for 7.0 and ``"7"`` in a response."""
    whole = core_schema.int_schema(strict=True)
    text, number = core_schema.str_schema(strict=True), core_schema.float_schema(strict=True)
    return [
        core_schema.chain_schema([whole, core_schema.literal_schema([*known])]),
        core_schema.chain_schema(
            [core_schema.union_schema([whole, number, text]), core_schema.int_schema()]
        ),
    ]


OPEN = _Open()
