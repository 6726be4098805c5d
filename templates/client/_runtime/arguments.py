"""Arguments that don't match the description, in the caller's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from .words import one_line

Writer = Callable[[Any, Any], None]


def write_all(
    method: str,
    builder: object,
    given: Iterable[tuple[str, Writer, Any]],
    most: int | None = None,
    about_body: str = "",
) -> None:
    """Write the arguments of a call into its request, each by its name, writer and value.

    Raises one ``pydantic.ValidationError`` for all that don't match, titled by the call; of each
    argument it has ``most`` errors, and the last one of the body ends with ``about_body``.
    """
    refused: dict[str, Any] = {}
    errors: list[InitErrorDetails] = []
    for name, write, value in given:
        try:
            write(builder, value)
        except ValidationError as cause:
            refused[name] = value
            found = cause.errors(include_url=False)[:most]
            if name == "body":
                found[-1]["msg"] += about_body
            errors += [_named(name, value, error) for error in found]
    if errors:
        shown = [f"{name}={one_line(repr(value), 40)}" for name, value in refused.items()]
        raise ValidationError.from_exception_data(f"{method}({', '.join(shown)})", errors)


def _named(name: str, value: Any, error: Any) -> InitErrorDetails:
    """Return an error without pydantic's names for branches of unions and for validators."""
    place: list[str | int] = [name]
    for step in error["loc"]:
        try:
            value = getattr(value, str(step)) if isinstance(value, BaseModel) else value[step]
        except (LookupError, TypeError, AttributeError):
            if error["type"] != "missing" or step != error["loc"][-1]:
                continue
        place.append(step)
    text = error["msg"].replace("Input should", "must", 1)
    kind = PydanticCustomError(error["type"], "{text}", {"text": text})
    return {"type": kind, "loc": tuple(place), "input": error["input"]}
