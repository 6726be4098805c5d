"""JSON values as JSON Schema compares them.

Source: JSON Schema 2020-12 §4.2.2 (Instance Equality), §6.1.1 (type).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, cast

CLASSES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
"""The classes of the values of each type."""


def is_of_type(value: object, kind: object) -> bool:
    """Return whether a value has a type: 1.0 is an integer, and true isn't."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, CLASSES.get(str(kind), ()))


def type_of(value: object) -> str:
    """Return the narrowest type of a value: that of 1.0 is integer."""
    return next(kind for kind in ("integer", *CLASSES) if is_of_type(value, kind))


def is_enumeration(values: object) -> bool:
    """Return whether ``enum`` has several values, all text or all integers: it gets a class."""
    listed = cast("Iterable[object]", values if isinstance(values, list | tuple) else ())
    distinct = {(type(value), str(value)) for value in listed if value is not None}
    return len(distinct) > 1 and {kind for kind, _ in distinct} in ({str}, {int})


def identity_of(value: object) -> object:
    """Return an object that is equal for equal values alone: 1 is 1.0, and isn't true.

    Python's hashes of numbers can be made to collide; those of bytes cannot.
    """
    match value:
        case bool():
            return (value,)
        case str() | None:
            return value
        case list():
            return ("list", *map(identity_of, cast("list[object]", value)))
        case dict():
            members = cast("dict[str, object]", value)
            return frozenset((name, identity_of(item)) for name, item in members.items())
        case _:
            is_whole = isinstance(value, float) and value.is_integer()
            return str(int(value) if is_whole else value).encode()  # type: ignore[call-overload]
