"""The decorator of values: no attribute is assigned, which type checkers see to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform, overload

_Class = TypeVar("_Class")


@overload
def immutable(cls: type[_Class], /) -> type[_Class]: ...


@overload
def immutable(
    *, eq: bool = True, order: bool = False, kw_only: bool = False, slots: bool = True
) -> Callable[[type[_Class]], type[_Class]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(
    cls: type[_Class] | None = None,
    /,
    *,
    eq: bool = True,
    order: bool = False,
    kw_only: bool = False,
    slots: bool = True,
) -> type[_Class] | Callable[[type[_Class]], type[_Class]]:
    """Make a dataclass, with slots, whose instances are compared and hashed by their fields.

    Type checkers take it as frozen. At run time it isn't, since a guard of each attribute makes
    classes and their instances take about twice as long.
    """

    def made(cls: type[_Class]) -> type[_Class]:
        hashes = eq and vars(cls).get("__hash__") is None
        return dataclass(cls, eq=eq, unsafe_hash=hashes, order=order, kw_only=kw_only, slots=slots)

    return made(cls) if cls is not None else made
