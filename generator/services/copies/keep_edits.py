"""The edits of a copy, merged with the new version of the client."""

from __future__ import annotations

import ast
import warnings
from pathlib import Path

from ...codegen.output.manifest import Manifest
from ...errors import UsageError
from ...hashing import sha256_of
from ...printable import counted, display_path
from ...vendor.copy import Copy, CopySource
from ...vendor.keep import EditedFile, edited_files, with_edits
from ..project.git_history import has_history, versions
from .git_merge import Conflict, lines_in, merge

_AGAIN = "then run the command again. To drop all edits: --force"


class EditConflicts(UsageError):
    """Edits of a copy that cannot be merged; nothing was written.

    ``conflicts`` has a line ``file:line: message`` for each.
    """

    def __init__(self, *conflicts: str) -> None:
        self.conflicts = conflicts
        heading = f"{counted(len(conflicts), 'conflict')}; nothing was written."
        super().__init__("\n".join((heading, *conflicts)))


def copy_with_edits(copy: Copy, old: Manifest, source: CopySource) -> Copy:
    """Return a new copy that contains the edits of the one on disk, whose manifest is ``old``.

    Raise :class:`EditConflicts` if one of them cannot be merged.
    """
    edited = edited_files(copy, old, source)
    merged: dict[Path, bytes] = {}
    conflicts: list[str] = []
    for file in edited:
        try:
            merged[file.path] = _merged(file)
        except EditConflicts as error:
            conflicts += error.conflicts
    if conflicts:
        raise EditConflicts(*conflicts)
    return with_edits(copy, merged, edited)


def _merged(file: EditedFile) -> bytes:
    text = _merged_text(file)
    if file.path.suffix == ".py":
        _check_syntax(file, text)
    return text


def _merged_text(file: EditedFile) -> bytes:
    if file.new is None:
        raise EditConflicts(
            f"{file.shown}:1: the file was edited, and the new version doesn't have it. Remove it, "
            f"or give it another name, {_AGAIN}"
        )
    if sha256_of(file.new) == file.generated:
        return file.text
    result = merge(_base(file), file.text, file.new)
    if result is None:
        raise EditConflicts(
            f"{file.shown}:1: git merge-file cannot merge the edits of this file. Undo them, "
            + _AGAIN
        )
    if result.conflicts:
        raise EditConflicts(*(_conflict(file, conflict) for conflict in result.conflicts))
    return result.text


def _base(file: EditedFile) -> bytes:
    """Return the text that was edited: from the history of the copy, or of the original."""
    for path in (file.path, file.original):
        for data in versions(path) if path.parent.is_dir() else ():
            original = data.replace(b"\r\n", b"\n")
            for text in (original, file.copied(original)):
                if sha256_of(text) == file.generated:
                    return text
    without = "" if has_history(file.path.parent) else " The copy isn't in a git repository."
    raise EditConflicts(
        f"{file.shown}:1: the file was edited, and its text before that is needed for a merge. It "
        f"is neither in the git history of the copy nor in that of {display_path(file.original)}."
        f"{without} Overwrite the file with --force, then make your edits again."
    )


def _conflict(file: EditedFile, one: Conflict) -> str:
    here = _lines(one.line, one.count) or f"the lines before line {one.line}"
    there = _lines(one.new_line, one.new_count)
    new = f"to {there} of {display_path(file.original)}" if there else "it removes them"
    return (
        f"{file.shown}:{one.line}: the new version changes {here}, too: {new}. Make your file the "
        "same as the new version at this place, run the command again, then make the edit once "
        "more. To drop all edits: --force"
    )


def _lines(first: int, count: int) -> str:
    if count < 2:
        return f"line {first}" if count else ""
    return f"lines {first} to {first + count - 1}"


def _check_syntax(file: EditedFile, text: bytes) -> None:
    """Raise :class:`EditConflicts` if a merged Python file cannot be parsed."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        at, fact = 1, str(error)
        if isinstance(error, SyntaxError):
            at, fact = error.lineno or 1, error.msg
        (line,) = lines_in(file.text, text.split(b"\n"), [at - 1])
        raise EditConflicts(
            f"{file.shown}:{line}: the new version with your edits isn't valid Python ({fact}). "
            f"Change or undo the edit, {_AGAIN}"
        ) from None
