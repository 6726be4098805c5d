"""Arguments that don't match the description, in the caller's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from ._words import one_line

if TYPE_CHECKING:
    from ._operation import RequestBuilder


class ArgumentErrors:
    """Collects what is wrong with the arguments of one call."""

    def __init__(self) -> None:
        self._given: dict[str, Any] = {}
        self._errors: list[InitErrorDetails] = []

    def write(
        self,
        write: Callable[[RequestBuilder, Any], None],
        builder: RequestBuilder,
        name: str,
        value: Any,
    ) -> None:
        """Write an argument into the request, or note why it can't be sent."""
        try:
            write(builder, value)
        except ValidationError as cause:
            self._given[name] = value
            for error in cause.errors(include_url=False, include_context=False):
                text = error["msg"].replace("Input should", "must", 1)
                place = _place(error["loc"], value, is_missing=error["type"] == "missing")
                kind = PydanticCustomError(error["type"], "{text}", {"text": text})  # pyright: ignore[reportArgumentType]
                self._errors.append({"type": kind, "loc": (name, *place), "input": error["input"]})

    def check(self, method: str) -> None:
        """Raise one ``pydantic.ValidationError`` for all of them, titled by the call."""
        if self._errors:
            given = [f"{name}={one_line(repr(one), 40)}" for name, one in self._given.items()]
            title = f"{method}({', '.join(given)})"
            raise ValidationError.from_exception_data(title, self._errors)


def _place(path: Sequence[str | int], value: Any, *, is_missing: bool) -> list[str | int]:
    """Return a path without pydantic's names for branches of unions and for validators."""
    place: list[str | int] = []
    for step in path:
        try:
            value = getattr(value, str(step)) if isinstance(value, BaseModel) else value[step]
        except (LookupError, TypeError, AttributeError):
            if not is_missing or step != path[-1]:
                continue
        place.append(step)
    return place
