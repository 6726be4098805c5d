"""The Python annotations of types."""

from __future__ import annotations

from typing import Literal

from ...reading.openapi.keywords import ROWS
from .types import (
    Array,
    Code,
    Constant,
    Dict,
    File,
    Json,
    Nullable,
    Ref,
    Scalar,
    Type,
    UnionType,
    covariant_lists,
    is_exact,
    takes_bytes,
    union,
)

Use = Literal["result", "argument", "header", "check"]


def annotation(type_: Type, use: Use = "result") -> Code:
    """Return the annotation of a type outside the models, as callers have it.

    In a header, a text that an enumeration doesn't list stays one. In a check, which pydantic makes
    of arguments and bodies, it has the constraints.
    """
    return Code(_annotation(type_, use))


def optional(hint: Code) -> Code:
    """Return an annotation that admits None, too."""
    admits_none = hint == "None" or hint.endswith(" | None")
    return hint if admits_none else Code(f"{hint} | None")


def _annotation(made: Type, use: Use) -> str:
    def inner(type_: Type) -> str:
        return _annotation(type_, use)

    is_checked = use == "check"
    match made:
        case Scalar("any", is_sent=True) if is_checked:
            return "Annotated[Any, DIGITS]"
        case Scalar("number", constraints=constraints) if is_checked and made.number:
            return _constrained(made.number, constraints)
        case Scalar("number", constraints=constraints) if is_checked:
            return _constrained(made.python, constraints, "INTEGERS", "DIGITS")
        case Scalar(is_base64=True) if use == "argument":
            return "str | bytes"
        case Scalar(constraints=constraints, is_base64=is_base64):
            if not is_checked:
                return made.python
            return _constrained(made.python, constraints, *(["BASE64"] if is_base64 else []))
        case Constant(values):
            return f"Literal[{', '.join(repr(value) for value in values)}]"
        case Ref(name, beside):
            hint = f"models.{name} | {beside}" if beside and not is_checked else f"models.{name}"
            marks = ["Field(union_mode='left_to_right')"] if beside and use == "header" else []
            return _constrained(hint, (), *marks)
        case Array(items, constraints):
            is_wider = bool(covariant_lists(made)) or takes_bytes(made)
            name = "Sequence" if use == "argument" and is_wider else "list"
            return _constrained(f"{name}[{inner(items)}]", constraints if is_checked else ())
        case Dict(values):
            if use == "argument" and takes_bytes(made):
                return f"Mapping[str, {inner(values)}]"
            return f"dict[str, {inner(values)}]"
        case UnionType(options):
            mark = ("EXACT",) if is_checked and is_exact(made) else ()
            return _constrained(union(map(inner, options)), (), *mark)
        case Nullable(one):
            return f"{inner(one)} | None"
        case File():
            return "FileContent"


def _constrained(base: str, constraints: tuple[tuple[str, Json], ...], *marks: str) -> str:
    arguments = ", ".join(f"{ROWS[key].pydantic}={value!r}" for key, value in constraints)
    every = [f"Field({arguments})", *marks] if constraints else marks
    return f"Annotated[{base}, {', '.join(every)}]" if every else base
