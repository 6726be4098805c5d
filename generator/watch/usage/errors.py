"""Errors of a type checker, joined with uses by the syntax at their place."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...base.immutable import immutable
from ..changes.symbols import ClientPart
from .files import Located
from .index import Found


@immutable
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
    """Return the uses in the file of an error that it is about.

    They are the innermost around its expression, else the outermost inside that, else those on its
    line. ``calls`` has the calls of methods, by the expressions that name these. An error about a
    call is about a value that is read only if no call that is a use is there.
    """
    if error.code in _OF_CALLS:
        of_calls = [use for use in uses if use.kind not in ("read", "value")]
        return _nearest(error, of_calls, calls) or _nearest(error, uses, calls)
    return _nearest(error, uses, calls)


def _nearest(
    error: TypeCheckerError, uses: Sequence[Found], calls: Mapping[Located, ast.Call]
) -> list[Found]:
    spans = {use: use.file.span(calls.get(use.node, use.node)) for use in uses}
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


_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_WORD = re.compile(r"\w+")


class ErrorNames:
    """The names that the message of an error quotes: of classes, attributes and arguments."""

    def __init__(self, error: TypeCheckerError) -> None:
        quoted = ("".join(groups) for groups in _QUOTED.findall(error.message))
        words = {word for text in quoted for word in _WORD.findall(text)}
        self.words = words | {word.removeprefix("Async") for word in words}

    def closeness(self, part: ClientPart, owner: str) -> int:
        """Return how surely the error is about a part of the client, from 0 to 3.

        ``owner`` is the class that has the part: of a method its resource's. 3 is for a part and
        its owner, 2 for a class, 1 for a part whose name others may have, too.
        """
        names = {*part.new} if part.new else {part.name.rpartition(".")[2]}
        if names.isdisjoint(self.words):
            return 0
        if owner in self.words:
            return 3
        is_class = part.kind in ("class", "alias") and not part.new
        return 2 if is_class else 1
