"""JSON in responses: read as it is described, or else with tolerance.

What only tolerance can read is a deviation: a value of another type, one that isn't listed, a
broken limit, a member that isn't described or is missing. The models also take null for every
optional member.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, from_json

from ._deviations import Report
from ._model import READING, Model, by_alias, takes_no_null

if TYPE_CHECKING:
    from pydantic_core import CoreConfig

_LIMITS = ("min_length", "max_length", "pattern", "gt", "ge", "lt", "le", "multiple_of")
_MISSING = object()


def read_json(adapter: TypeAdapter[Any], content: bytes | str, report: Report) -> Any:
    """Return the value in a response; ``report`` gets the rule and the pointer of a deviation.

    Raises ``pydantic.ValidationError`` for what can't be read with tolerance either.
    """
    validator = adapter.validator
    names: Any = {"by_alias": True, "by_name": False}
    try:
        value = validator.validate_json(content, strict=True, context=READING, **names)
    except ValidationError as cause:
        value = _read_with_tolerance(adapter, content)
        for rule, pointer in _deviations(cause, from_json(content), value):
            report(f"response/schema/{rule}", pointer)
    if b"null" in content if isinstance(content, bytes) else "null" in content:
        for pointer in _nulls(value):
            report("response/schema/nullable/added", pointer)
    return value


def is_foreign(value: object) -> bool:
    """Return whether a value is an object without any member that its class describes."""
    fields = type(value).model_fields if isinstance(value, Model) else {}
    return bool(fields) and fields.keys().isdisjoint(cast("Model", value).model_fields_set)


# ── tolerance ────────────────────────────────────────────────────────────────────────────────────


def _read_with_tolerance(adapter: TypeAdapter[Any], content: bytes | str) -> Any:
    with suppress(ValidationError):
        return adapter.validator.validate_json(content, by_alias=True, by_name=False)
    return _tolerant(adapter).validate_json(content, by_alias=True, by_name=False)


@cache
def _tolerant(adapter: TypeAdapter[Any]) -> SchemaValidator:
    """Return a validator without limits and without required members."""
    config: CoreConfig = {"extra_fields_behavior": "allow", "coerce_numbers_to_str": True}
    definitions: dict[str, Any] = {}
    schema = _without_limits(adapter.core_schema, definitions)
    whole: Any = {"type": "definitions", "schema": schema, "definitions": [*definitions.values()]}
    return SchemaValidator(whole, config)


def _without_limits(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema without limits, and add its classes to ``definitions``.

    pydantic repeats a class where it is used, and reads it once; what is made of it is named.
    """
    if isinstance(schema, (list, tuple)):
        return [_without_limits(item, definitions) for item in cast("Sequence[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    node = cast("dict[str, Any]", schema)
    kind = node.get("type")
    if kind == "literal":
        return {"type": "union", "mode": "left_to_right", "choices": [node, {"type": "any"}]}
    if kind == "definitions":
        for one in node["definitions"]:  # a class is added by itself
            definitions.setdefault(one["ref"], _without_limits(one, definitions))
        return _without_limits(node["schema"], definitions)
    if kind == "model":  # pydantic would use the class's own validator, with its limits
        name = node.get("ref", f"{node['cls'].__name__}:{id(node['cls'])}")
        if name not in definitions:
            definitions[name] = None
            make = {"type": "no-info", "function": partial(_construct, node["cls"])}
            inner = _without_limits(node["schema"], definitions)
            made = {"type": "function-after", "function": make, "schema": inner, "ref": name}
            definitions[name] = made
        return {"type": "definition-ref", "schema_ref": name}
    limits = _LIMITS if isinstance(kind, str) else ()  # else it maps names to schemas
    made = {k: _without_limits(v, definitions) for k, v in node.items() if k not in limits}
    if kind == "model-field" and made["schema"]["type"] != "default":
        made["schema"] = {"type": "default", "schema": made["schema"], "default": _MISSING}
    return made


def _construct(model: type[Model], read: tuple[dict[str, Any], Any, Any]) -> Model:
    fields, extras, given = read
    present = {name: value for name, value in fields.items() if value is not _MISSING}
    made = model.model_construct(given, **present)
    made.__pydantic_extra__ = extras or {}  # apart: one may have the name of an argument
    if len(present) < len(fields) and is_foreign(made):
        raise ValueError("none of its members is described")
    return made


# ── deviations ───────────────────────────────────────────────────────────────────────────────────

_RULES: Mapping[str, str] = {
    "enum": "enum/value-added", "literal_error": "enum/value-added",
    "extra_forbidden": "property/added", "missing": "required/removed",
    "string_too_short": "minLength/widened", "string_too_long": "maxLength/widened",
    "string_pattern_mismatch": "pattern/changed", "multiple_of": "multipleOf/changed",
    "too_short": "minItems/widened", "too_long": "maxItems/widened",
    "greater_than": "minimum/widened", "greater_than_equal": "minimum/widened",
    "less_than": "maximum/widened", "less_than_equal": "maximum/widened",
}  # fmt: skip
"""The rules of the drift check for pydantic's types of errors; every other is ``type/changed``."""
_FORMATS = ("date", "time", "uuid", "decimal", "url", "base64")
"""What pydantic's types of errors for a text in another format begin with."""


def _rule(kind: str, data: object) -> str:
    if data is None and kind != "extra_forbidden":
        return "nullable/added"
    if isinstance(data, str) and kind.startswith(_FORMATS):
        return "format/changed"
    return _RULES.get(kind, "type/changed")


def _deviations(cause: ValidationError, data: Any, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the rule and the pointer of each error in what became ``value``."""
    others: dict[str, str] = {}
    explained: list[str] = []
    for error in cause.errors(include_url=False, include_context=False):
        at, made, pointer, path = data, value, "", error["loc"]
        for step in path:
            item = _item(at, step)
            if item is not _MISSING or (error["type"] == "missing" and step == path[-1]):
                pointer += _step(step)
                at, made = item, _item(made, step)
            elif not _is_branch_of(made, at, str(step)):
                kind = error["type"] if error["type"] in ("literal_error", "enum") else ""
                unknown = type(made).__name__ == "UnknownVariant"
                rule = "branch/added-known" if unknown else _rule(kind, at)
                same = others.setdefault(pointer, rule) == rule
                others[pointer] = rule if same else _rule("", at)
                break
        else:
            explained.append(pointer)
            whole = isinstance(at, float) and at.is_integer()
            if error["type"] != "int_type" or not whole:  # 1.0 is an integer too (JSON Schema)
                yield _rule(error["type"], at), pointer
    for pointer, rule in others.items():  # of a union: a fault in a branch is the better reason
        if not any(f"{one}/".startswith(f"{pointer}/") for one in explained):
            yield rule, pointer


def _nulls(value: Any) -> list[str]:
    """Return the pointers of null in optional members that can't be null."""
    kind = cast("object", type(value))
    if kind is dict or kind is list:
        steps: Any = value.items() if kind is dict else enumerate(value)
        nested = ((name, _nulls(item)) for name, item in steps if type(item) not in _SCALARS)
        return [_step(name) + pointer for name, found in nested for pointer in found]
    if not isinstance(value, Model):
        return []
    model, given = type(value), value.model_fields_set
    found = _nulls(value.__pydantic_extra__) if value.__pydantic_extra__ else []
    for name, item in value.__dict__.items():
        if name in given and type(item) not in _SCALARS:
            below = [""] * takes_no_null(model, name) if item is None else _nulls(item)
            found += [_step(model.model_fields[name].alias or name) + each for each in below]
    return found


_SCALARS = frozenset((str, int, float, bool))


def _step(name: str | int) -> str:
    """Return a name as part of a pointer (RFC 6901 §3)."""
    return f"/{str(name).replace('~', '~0').replace('/', '~1')}"


def _is_branch_of(made: object, data: Any, branch: str) -> bool:
    """Return whether a value is of a branch of a union, by pydantic's name for it.

    The name has the value's class, or it is the value of the discriminator.
    """
    tags: Any = cast("Any", data).values() if isinstance(data, dict) else ()
    name = re.escape(type(made).__name__)
    own = re.search(rf"(^|, |constrained-){name}(\]|\[|$)|^\(", branch)
    return own is not None or branch in map(str, tags)


def _item(value: Any, step: str | int) -> Any:
    """Return an item or a member; :data:`_MISSING` if there is none."""
    if isinstance(value, Model):
        step = by_alias(type(value), str(step)) or step
        value = {**(value.__pydantic_extra__ or {}), **value.__dict__}
    try:
        return value[step]
    except (TypeError, LookupError):
        return _MISSING
