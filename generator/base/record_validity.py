"""Values of our own files that are valid for certain, told without a validator.

Importing one and compiling a schema takes longer than a check by hashes. Keywords of JSON Schema
(draft-07) that schemas of :mod:`.records` have are here; where two implementations could differ,
for instance about a pattern and a text beyond ASCII, nothing is certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sized
from typing import Any, Final, TypeAlias, cast

_Keyword: TypeAlias = Callable[[Any, Any, Any], bool]
"""A check of a value by the keyword's value, in a schema."""


class _Uncertain(Exception):
    """A value or a keyword that only a validator can judge."""


def is_certainly_valid(value: Any, schema: Any) -> bool:
    """Return whether a value is valid; False, too, where only a validator can tell."""
    try:
        return _is_valid(value, schema)
    except _Uncertain:
        return False


def _is_valid(value: Any, schema: Any) -> bool:
    if isinstance(schema, bool):
        return schema
    for keyword, expected in schema.items():
        if keyword in _ANNOTATIONS:
            continue
        check = _KEYWORDS.get(keyword)
        if check is None:
            raise _Uncertain
        if not check(value, expected, schema):
            return False
    return True


def _has_type(value: Any, expected: Any, _: Any) -> bool:
    name = _TYPES.get(value.__class__)
    if name is None:  # a float may be an integer, and a date is a text in JSON
        raise _Uncertain
    return name == expected or (isinstance(expected, list) and name in expected)


def _is_one_of(value: Any, expected: Any, _: Any) -> bool:
    if type(value) not in (str, bool):
        raise _Uncertain
    for item in expected:
        if value == item and type(value) is type(item):
            return True
    return False


def _is_constant(value: Any, expected: Any, schema: Any) -> bool:
    return _is_one_of(value, [expected], schema)


def _matches(value: Any, expected: Any, _: Any) -> bool:
    if not isinstance(value, str):
        return True
    if not value.isascii() or not value.isprintable():
        raise _Uncertain
    return re.search(expected, value) is not None


def _has_properties(value: Any, expected: Any, _: Any) -> bool:
    if not isinstance(value, dict):
        return True
    for name, schema in expected.items():
        if name in value and not _is_valid(value[name], schema):
            return False
    return True


def _has_other_properties(value: Any, expected: Any, schema: Any) -> bool:
    if not isinstance(value, dict):
        return True
    own: dict[str, Any] = schema.get("properties", {})
    members = cast("dict[str, Any]", value)
    if expected is False:
        return members.keys() <= own.keys()
    for name, member in members.items():
        if name not in own and not _is_valid(member, expected):
            return False
    return True


def _has_names(value: Any, expected: Any, _: Any) -> bool:
    return not isinstance(value, dict) or _are_valid(cast("Any", value), expected)


def _has_items(value: Any, expected: Any, _: Any) -> bool:
    return not isinstance(value, list) or _are_valid(cast("Any", value), expected)


def _are_valid(values: Iterable[Any], schema: Any) -> bool:
    return all(_is_valid(value, schema) for value in values)


def _has_required(value: Any, expected: Any, _: Any) -> bool:
    return not isinstance(value, dict) or value.keys() >= set(expected)


def _is_all_of(value: Any, expected: Any, _: Any) -> bool:
    return _count_valid(value, expected) == len(expected)


def _is_any_of(value: Any, expected: Any, _: Any) -> bool:
    return _count_valid(value, expected) > 0


def _is_exactly_one_of(value: Any, expected: Any, _: Any) -> bool:
    return _count_valid(value, expected) == 1


def _count_valid(value: Any, schemas: Iterable[Any]) -> int:
    """Return how many of the schemas a value is valid for."""
    return sum(_is_valid(value, schema) for schema in schemas)


def _is_not(value: Any, expected: Any, _: Any) -> bool:
    return not _is_valid(value, expected)


def _meets_condition(value: Any, expected: Any, schema: Any) -> bool:
    if _is_valid(value, expected):
        return _is_valid(value, schema.get("then", True))
    return _is_valid(value, schema.get("else", True))


def _size_check(kind: type[Sized], is_within: Callable[[int, int], bool]) -> _Keyword:
    """Return the check of the size of values of a type, by a limit."""

    def check(value: Any, expected: Any, _: Any) -> bool:
        return not isinstance(value, kind) or is_within(len(value), expected)

    return check


def _number_check(is_within: Callable[[int, int], bool]) -> _Keyword:
    """Return the check of whole numbers by a limit."""

    def check(value: Any, expected: Any, _: Any) -> bool:
        if type(value) is not int:
            raise _Uncertain
        return is_within(value, expected)

    return check


_TYPES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    dict: "object",
    list: "array",
    type(None): "null",
}
_ANNOTATIONS: Final = ("$schema", "title", "description", "default", "then", "else")
"""Keywords that allow every value; ``then`` and ``else`` do by themselves."""
_KEYWORDS: Final[Mapping[str, _Keyword]] = {
    "type": _has_type,
    "enum": _is_one_of,
    "const": _is_constant,
    "pattern": _matches,
    "properties": _has_properties,
    "additionalProperties": _has_other_properties,
    "propertyNames": _has_names,
    "items": _has_items,
    "required": _has_required,
    "allOf": _is_all_of,
    "anyOf": _is_any_of,
    "oneOf": _is_exactly_one_of,
    "not": _is_not,
    "if": _meets_condition,
    "minLength": _size_check(str, int.__ge__),
    "minItems": _size_check(list, int.__ge__),
    "maxItems": _size_check(list, int.__le__),
    "maxProperties": _size_check(dict, int.__le__),
    "minimum": _number_check(int.__ge__),
    "maximum": _number_check(int.__le__),
}
