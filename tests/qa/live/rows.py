"""A row: one call of a generated client, and the result or the error that it must have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel

STATUS, MEDIA_TYPE = "response/status/success/added", "response/body/media-type/added"
"""Deviations: a status or a media type that the description doesn't have."""


@dataclass(frozen=True)
class Row:
    """One call; without ``gives``, ``raises`` or ``refuses`` its result must be None."""

    call: str
    """The method: ``items.read_item``."""
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: Mapping[str, Any] | None = None
    """The arguments of the client that makes this call; None if it is the common one."""
    expected: Any = None
    check: Callable[[Any], object] | None = None
    """Return something true for the right result."""
    error: str = ""
    """The class of the error."""
    status: int = 200
    body: Any = None
    """The JSON of an error that the description doesn't have."""
    deviations: tuple[str, ...] = ()
    """The rules by which the answer isn't as described."""

    def by(self, **settings: Any) -> Self:
        """Make the call with a client of its own."""
        return replace(self, settings=settings)

    def gives(self, expected: Any, status: int = 200) -> Self:
        """Expect a result: of a stream, a list of all items."""
        return replace(self, expected=expected, status=status)

    def answers(self, status: int) -> Self:
        """Expect no content."""
        return replace(self, status=status)

    def satisfies(self, check: Callable[[Any], object], status: int = 200) -> Self:
        """Expect a result for which ``check`` returns something true."""
        return replace(self, check=check, status=status)

    def raises(self, status: int, error: Any = None, *, body: Any = None) -> Self:
        """Expect an ``ApiError`` with this documented error, and this body if it isn't None."""
        return replace(self, error="ApiError", status=status, expected=error, body=body)

    def deviates(self, *rules: str) -> Self:
        """Expect that these deviations of the answer are reported; without this, none are."""
        return replace(self, deviations=rules)

    def refuses(self, error: str = "ValidationError") -> Self:
        """Expect that nothing is sent."""
        return replace(self, error=error, status=0)


def call(method: str, *positional: Any, **named: Any) -> Row:
    """Return a row for a method with these arguments."""
    return Row(method, positional, named)


def difference(expected: Any, actual: Any, at: str = "result") -> str:
    """Return where two values differ first, in type or value; "" if they don't."""
    shown = f"{at}: {actual!r} instead of {expected!r}"
    if type(expected) is not type(actual):
        return f"{shown} ({type(actual).__name__} instead of {type(expected).__name__})"
    match expected:
        case BaseModel():
            unset = expected.model_fields_set ^ actual.model_fields_set
            if unset:
                return f"{at}: only one of both has {sorted(unset)}: {shown}"
            return difference(_members(expected), _members(actual), at)
        case dict():
            if expected.keys() != actual.keys():
                return shown
            parts = [(expected[key], actual[key], f"{at}.{key}") for key in expected]
        case list() | tuple():
            if len(expected) != len(actual):
                return f"{at}: {len(actual)} instead of {len(expected)}: {shown}"
            pairs = enumerate(zip(expected, actual, strict=True))
            parts = [(one, other, f"{at}[{index}]") for index, (one, other) in pairs]
        case datetime() | time():
            same = expected == actual and expected.utcoffset() == actual.utcoffset()
            return "" if same else shown
        case Decimal():
            return "" if str(expected) == str(actual) else shown
        case _:
            return "" if expected == actual else shown
    return next(filter(None, (difference(*part) for part in parts)), "")


def _members(model: BaseModel) -> dict[str, Any]:
    return {**model.__dict__, **(model.model_extra or {})}
