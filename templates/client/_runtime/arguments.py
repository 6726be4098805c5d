"""The arguments of a call: all of them, and their errors in the caller's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    refused: list[str] = []
    errors: list[InitErrorDetails] = []
    for name, write, value in given:
        try:
            write(builder, value)
        except ValidationError as cause:
            refused.append(f"{name}={one_line(repr(value), 40)}")
            details = cause.errors(include_url=False)[:most]
            faults = _closest([_Fault(name, value, error) for error in details])
            if name == "body":
                faults[-1].remedy = about_body
            errors += [fault.details() for fault in faults]
    if errors:
        raise ValidationError.from_exception_data(f"{method}({', '.join(refused)})", errors)


class _Fault:
    """An error of pydantic's, without its names for branches of unions and for validators."""

    def __init__(self, name: str, value: Any, error: Any) -> None:
        self.error = error
        self.place: list[str | int] = [name]
        self.branches: list[tuple[tuple[str | int, ...], str]] = []
        """The places of unions, and the names of their branches, from the outside."""
        self.branch = ""
        """The branch that is meant, if others are as close."""
        self.remedy = ""
        for step in error["loc"]:
            try:
                value = getattr(value, str(step)) if isinstance(value, BaseModel) else value[step]
            except (LookupError, TypeError, AttributeError):
                if error["type"] != "missing" or step != error["loc"][-1]:
                    self.branches.append((tuple(self.place), str(step)))
                    continue
            self.place.append(step)

    def details(self) -> InitErrorDetails:
        """Return the error in the words of this package."""
        text = self.error["msg"].replace("Input should", "must", 1)
        if self.branch.isidentifier() and self.branch not in text:
            text += f" (for {self.branch})"
        text += self.remedy
        kind = PydanticCustomError(self.error["type"], "{text}", {"text": text})
        return {"type": kind, "loc": tuple(self.place), "input": self.error["input"]}


def _distance(faults: Sequence[_Fault], place: tuple[str | int, ...]) -> tuple[bool, int]:
    """Return whether a branch takes another type of value at a place, and the number of faults."""
    is_other = any(
        tuple(fault.place) == place and fault.error["type"].endswith("_type") for fault in faults
    )
    return is_other, len(faults)


def _closest(faults: Sequence[_Fault], level: int = 0) -> list[_Fault]:
    """Return the faults of the branch with the fewest, for each union; of several such branches
    all, by name.
    """
    closest: list[_Fault] = []
    unions: dict[Any, dict[str, list[_Fault]]] = {}
    for fault in faults:
        if len(fault.branches) == level:
            closest.append(fault)
        else:
            place, branch = fault.branches[level]
            unions.setdefault(place, {}).setdefault(branch, []).append(fault)
    for union, branches in unions.items():
        inner = {branch: _closest(each, level + 1) for branch, each in branches.items()}
        distances = {branch: _distance(each, union) for branch, each in inner.items()}
        least = min(distances.values())
        near = {branch: each for branch, each in inner.items() if distances[branch] == least}
        for branch, each in near.items():
            for fault in each:
                fault.branch = branch if len(near) > 1 else fault.branch
                closest.append(fault)
    return closest
