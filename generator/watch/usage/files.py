"""The Python files of a user's program, parsed; nothing is imported or run."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import TypeAlias

from ...base.immutable import immutable

Located: TypeAlias = ast.expr | ast.pattern | ast.keyword | ast.alias
"""A node with a place."""
MOST_BYTES = 2_000_000
"""The size of a file that is read."""
_WORD = re.compile(r"\w+")
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


@immutable(eq=False, slots=False)
class ProgramFile:
    """A module of the program."""

    path: Path
    """Absolute, without links."""
    name: str
    """The path as reports show it."""
    text: str
    tree: ast.Module

    @cached_property
    def lines(self) -> list[str]:
        """The lines as Python counts them."""
        return self.text.split("\n")

    @cached_property
    def words(self) -> frozenset[str]:
        """The names in the text, and the words in its strings and comments."""
        return frozenset(_WORD.findall(self.text))

    def span(self, node: Located) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the lines and columns of the start and the end of a node, as :meth:`column`."""
        last, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        start = node.lineno, self.column(node.lineno, node.col_offset)
        return start, (last, self.column(last, end))

    def column(self, line: int, offset: int) -> int:
        """Return the 1-based column in characters of an offset in the bytes of a line."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        if text.isascii():  # without a look at each character
            return min(offset, len(text)) + 1
        return len(text.encode()[:offset].decode(errors="replace")) + 1


@dataclass(slots=True)
class Program:
    """The files of a program, with the names of those that cannot be read."""

    files: list[ProgramFile] = field(default_factory=list[ProgramFile])
    unread: list[str] = field(default_factory=list[str])


def read_program(folders: Sequence[Path], root: Path, left_out: Sequence[Path]) -> Program:
    """Return the modules in folders, and in files that are given by name, in order.

    ``root`` is the folder that their names are relative to. Links aren't followed; virtual
    environments, hidden folders and ``left_out`` aren't read.
    """
    program, paths = Program(), set[Path]()
    for folder in folders:
        for path in _python_files(folder.resolve(), {left.resolve() for left in left_out}):
            if path not in paths:
                paths.add(path)
                _read(path, shown(path, root), program)
    return program


def _python_files(start: Path, left_out: set[Path]) -> Iterator[Path]:
    if start.is_file():
        yield start
        return
    for folder, inner, names in os.walk(start):
        here = Path(folder)
        inner[:] = sorted(
            name
            for name in inner
            if name not in _SKIPPED
            and not name.startswith(".")
            and here / name not in left_out
            and not (here / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            path = here / name
            if name.endswith(".py") and path.is_file() and not path.is_symlink():
                yield path


def shown(path: Path, root: Path) -> str:
    """Return the name of a file in a report: relative to ``root`` if it is in that folder."""
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    return PurePath(relative).as_posix()


def _read(path: Path, name: str, program: Program) -> None:
    try:
        if path.stat().st_size > MOST_BYTES:
            program.unread.append(name)
            return
        text = path.read_bytes().decode("utf-8-sig")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        with warnings.catch_warnings():  # of the program's escapes
            warnings.simplefilter("ignore")
            tree = ast.parse(text, str(path))
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError):
        program.unread.append(name)
    else:
        program.files.append(ProgramFile(path, name, text, tree))
