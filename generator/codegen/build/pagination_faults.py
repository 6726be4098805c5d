"""Settings of pagination that don't fit an operation: the fact, and what is there instead."""

from __future__ import annotations

from collections.abc import Sequence

from ...budget import close_names
from ...document import pointer
from ...openapi import model
from .. import ir


class Unfit(Exception):
    """The reason why an operation cannot be paginated, as the end of a sentence.

    ``key`` is the setting that doesn't fit, ``where`` the part of the description that it was
    looked for in, ``hint`` the remedy: what is there instead.
    """

    def __init__(
        self, fact: str, key: str = "style", where: model.Part | None = None, hint: str = ""
    ) -> None:
        super().__init__(fact)
        self.key = key
        self.where = where
        self.hint = hint


def is_scalar(made: ir.Type, kind: str) -> bool:
    """Tell whether a type is a scalar of a kind, or any value."""
    return isinstance(made, ir.Scalar) and made.kind in (kind, "any")


def is_text(made: ir.Type) -> bool:
    """Tell whether a type is text."""
    return is_scalar(made, "string")


def is_count(made: ir.Type) -> bool:
    """Tell whether a type is a number, which counts."""
    return is_scalar(made, "integer") or is_scalar(made, "number")


def is_flag(made: ir.Type) -> bool:
    """Tell whether a type is true or false."""
    return is_scalar(made, "boolean")


def is_list(made: ir.Type) -> bool:
    """Tell whether a type is a list."""
    return isinstance(made, ir.Array)


def steps_of(path: str) -> list[str]:
    """Return the members that a dotted path or a JSON pointer names."""
    if path.startswith("/"):
        return list(pointer.split(path))
    return path.split(".") if path else []


def path_of(steps: Sequence[str], like: str) -> str:
    """Return a path as ``like`` is written; as a pointer where a member has a dot in its name."""
    dotted = not like.startswith("/") and not any("." in step for step in steps)
    return ".".join(steps) if dotted else pointer.join(steps)


def hint_at(name: str, names: Sequence[str], kind: str) -> str:
    """Return the remedy: the ``names`` that may be meant instead of ``name``; "" without any."""
    near = close_names(name, names)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Name one of its {kind}: {', '.join(map(repr, names[:10]))}." if names else ""
