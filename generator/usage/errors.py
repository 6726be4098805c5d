"""Errors of a type checker, joined with uses by the syntax at their place."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .files import Located
from .index import Found


@dataclass(frozen=True, slots=True)
class TypeCheckerError:
    """An error that a program has with the new client alone."""

    path: Path
    line: int
    column: int
    """From 1, in characters."""
    end_line: int
    end_column: int
    """That after the last character."""
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]" if self.code else self.message


_OF_CALLS = ("call-arg", "reportCallIssue")
"""The codes of errors about the arguments of a call."""
_Span = tuple[tuple[int, int], tuple[int, int]]


def explained(
    error: TypeCheckerError, uses: Sequence[Found], calls: Mapping[Located, ast.Call]
) -> list[Found]:
    """Return the uses that an error is about.

    They are the innermost around its expression, else the outermost inside that, else those on its
    line. ``calls`` has the calls of methods, by the expressions that name these.
    """
    spans = {
        use: use.file.span(calls.get(use.node, use.node))
        for use in uses
        if use.file.path == error.path
        and not (error.code in _OF_CALLS and use.kind in ("read", "value"))
    }
    start, end = (error.line, error.column), (error.end_line, error.end_column)
    around = {use: s for use, s in spans.items() if s[0] <= start and end <= s[1]}
    inside = {use: s for use, s in spans.items() if start <= s[0] and s[1] <= end}
    if around or inside:
        chosen = around or inside
        size = (min if around else max)(map(_size, chosen.values()))
        return [use for use, span in chosen.items() if _size(span) == size]
    return [use for use, s in spans.items() if s[0][0] <= error.line <= s[1][0]]


def _size(span: _Span) -> tuple[int, int]:
    (first, start), (last, end) = span
    return last - first, end - start
