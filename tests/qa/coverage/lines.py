"""The lines of packages that can run, and those that did.

A line is known by its module, its function and its text, so that it counts for every package that
has it.
"""

from __future__ import annotations

import ast
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple


class Line(NamedTuple):
    """A line of code, in whatever package."""

    module: str
    function: str
    text: str


class Source:
    """One module of a package."""

    def __init__(self, path: Path, package: Path) -> None:
        self._text = path.read_text(encoding="utf-8")
        self._lines = self._text.splitlines()
        self.module = path.relative_to(package).as_posix()

    def line(self, function: str, number: int) -> Line:
        """Return the line with a number."""
        return Line(self.module, function, self._lines[number - 1].strip())

    @cached_property
    def executable(self) -> dict[Line, int]:
        """Return the lines that have code, with their numbers."""
        left_out = set[int]().union(*map(_for_type_checkers, ast.walk(ast.parse(self._text))))
        return {
            self.line(function, number): number
            for function, number in _lines(compile(self._text, self.module, "exec"))
            if number not in left_out
        }


class LineRecorder:
    """The lines of modules in some folders that run while :meth:`recording`."""

    def __init__(self, *folders: Path) -> None:
        self._folders = tuple(f"{folder}/" for folder in folders)
        self._ran: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what this thread and new threads run."""
        threading.settrace(self._call)
        self.resume()
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def resume(self) -> None:
        """Record again: Python stops it when the stack is too deep for a line to be recorded."""
        sys.settrace(self._call)

    def pytest_runtest_logstart(self) -> None:
        """Record each test, whatever the one before did."""
        self.resume()

    def ran(self, path: Path) -> set[tuple[str, int]]:
        """Return the functions and numbers of a module's lines that ran."""
        return self._ran[str(path)]

    def _call(self, frame: FrameType, _: str, __: Any) -> Any:
        path, function = frame.f_code.co_filename, frame.f_code.co_qualname
        if not path.startswith(self._folders):
            return None
        ran = self._ran[path]

        def note(frame: FrameType, event: str, _: Any) -> Any:
            if event == "line":
                ran.add((function, frame.f_lineno))
            return note

        return note


def _for_type_checkers(node: ast.AST) -> set[int]:
    """Return the lines of a block under TYPE_CHECKING, or of a function without a body."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body):
            return set(range(body[0].lineno, (body[-1].end_lineno or 0) + 1))
        case ast.FunctionDef(body=[*_, last]) | ast.AsyncFunctionDef(body=[*_, last]):
            return {last.lineno} if ast.unparse(last) == "..." else set()
        case _:
            return set()


def _lines(code: CodeType) -> Iterator[tuple[str, int]]:
    """Yield the lines of code; the first of a function is its definition."""
    first = 0 if code.co_name == "<module>" else code.co_firstlineno
    yield from {(code.co_qualname, line) for *_, line in code.co_lines() if line and line != first}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _lines(constant)
