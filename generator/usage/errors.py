"""Errors of a type checker, joined with uses by the syntax at their place."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .index import Found


@dataclass(frozen=True, slots=True)
class TypeCheckerError:
    """An error that a program has with the new client alone."""

    path: Path
    line: int
    column: int
    """From 1, in characters."""
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" if self.code else self.message


def explained(error: TypeCheckerError, uses: Sequence[Found]) -> list[Found]:
    """Return the uses that an error is about: the innermost around its place, else on its line."""
    here = [one for one in uses if one.file.path == error.path]
    around = [one for one in here if _is_around(one, error)]
    if around:
        least = min(map(_size, around))
        return [one for one in around if _size(one) == least]
    return [one for one in here if _lines(one)[0] <= error.line <= _lines(one)[1]]


def _is_around(one: Found, error: TypeCheckerError) -> bool:
    node, file = one.node, one.file
    first, last = _lines(one)
    start = first, file.column(first, node.col_offset)  # type: ignore[attr-defined]
    end = last, file.column(last, node.end_col_offset)  # type: ignore[attr-defined]
    return start <= (error.line, error.column) < end


def _lines(one: Found) -> tuple[int, int]:
    node: ast.expr = one.node  # type: ignore[assignment]
    return node.lineno, node.end_lineno or node.lineno


def _size(one: Found) -> tuple[int, int]:
    node: ast.expr = one.node  # type: ignore[assignment]
    first, last = _lines(one)
    return last - first, (node.end_col_offset or 0) - (node.col_offset if first == last else 0)
