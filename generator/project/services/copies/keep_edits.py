"""The edits of a copy, merged with the new version of the client."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import sha256_of
from ....base.printable import counted, display_path
from ...output.manifest import MANIFEST, Manifest, tests_of
from ...output.write import read_file
from ...vendor.copy import Copy, CopySource, copied_file, copied_test
from ...vendor.verify import Edit, edits_of
from ..generation.overwriting import successor_of
from ..project.git import has_history, versions
from .git_merge import Conflict, lines_in, merge

ASIDE = ".orig"
"""The end of the name of an edited file that is kept beside the new version."""
_AGAIN = "then run the command again. To drop all edits: --force"


class EditConflicts(UsageError):
    """Edits of a copy that cannot be merged; nothing was written.

    ``conflicts`` has a line ``file:line: message`` for each.
    """

    def __init__(self, *conflicts: str) -> None:
        self.conflicts = conflicts
        heading = f"{counted(len(conflicts), 'conflict')}; nothing was written."
        super().__init__("\n".join((heading, *conflicts)))


@immutable
class _EditedFile:
    """A file of a copy that was edited by hand."""

    edit: Edit
    text: bytes
    """The text on disk, with LF line ends."""
    new: bytes | None
    """The text in the new version; None if it doesn't have the file."""
    original: Path
    """The path of the file in the package that the copy is made from, or in its tests."""
    copied: Callable[[bytes], bytes]
    """Returns the text in the copy for one in the original."""

    def conflict(self, line: int, fact: str) -> str:
        """Return a message about a line of the file."""
        return f"{self.edit.path}:{line}: {fact}"


def copy_with_edits(copy: Copy, old: Manifest, source: CopySource) -> Copy:
    """Return a new copy that contains the edits of the one on disk, whose manifest is ``old``.

    The texts that differ from its own are recorded as edited. Edits of a file that the new version
    doesn't have are merged into its successor, or that file is kept beside it. Raise
    :class:`EditConflicts` if another edit cannot be merged.
    """
    texts: dict[Path, bytes] = {}
    kept: dict[Path, bytes] = {}
    moved: dict[Path, Path] = {}
    aside: dict[Path, bytes] = {}
    conflicts: list[str] = []
    for file in _edited_files(copy, old, source):
        path = file.edit.file
        texts[path] = file.text
        try:
            if file.new is None:
                place, text = _moved(file, copy)
                moved[path] = place
                (kept if place in copy.files else aside)[place] = text
            else:
                kept[path] = _merged(file)
        except EditConflicts as error:
            conflicts += error.conflicts
    if conflicts:
        raise EditConflicts(*conflicts)
    to = copy.destination
    kept = {path: text for path, text in kept.items() if text != copy.files[path]}

    def hashes(folder: Path | None) -> dict[str, str]:
        return {
            path.relative_to(folder).as_posix(): sha256_of(text)
            for path, text in kept.items()
            if folder and path.is_relative_to(folder)
        }

    manifest = replace(copy.manifest, edited=hashes(to.package), edited_tests=hashes(to.tests))
    record = {to.package / MANIFEST: manifest.to_json().encode()}
    files = {**copy.files, **kept, **aside, **record}
    return replace(copy, manifest=manifest, files=files, merged=texts, moved=moved)


def _edited_files(copy: Copy, old: Manifest, source: CopySource) -> Iterator[_EditedFile]:
    """Yield the edited files that a new copy would replace or remove."""
    to = copy.destination
    tests = to.tests if to.tests == tests_of(to.package, old) else None
    for edit in edits_of(to.package, old, copy.files):
        copied: Callable[[bytes], bytes]
        if edit.folder == to.package:
            folder, copied = source.folder, partial(copied_file, source.manifest, edit.name)
        elif edit.folder == tests and old.vendored:
            folder = tests_of(source.folder, source.manifest) or source.folder
            copied = partial(copied_test, old.vendored, to)
        else:
            continue
        if edit.loses_text:
            original = folder / source.manifest.modules.get(edit.name, edit.name)
            text, new = read_file(edit.file) or b"", copy.files.get(edit.file)
            yield _EditedFile(edit, text, new, original, copied)


def _moved(file: _EditedFile, copy: Copy) -> tuple[Path, bytes]:
    """Return where the edits go of a file that the new version doesn't have, and the text there.

    That is its successor, or a file beside that for what cannot be merged.
    """
    folder = file.edit.folder
    places = [path for path in copy.files if path.is_relative_to(folder)]
    names = [path.relative_to(folder).as_posix() for path in places]
    successor = successor_of(file.edit.name, names)
    if successor:
        place = folder / successor
        with suppress(EditConflicts):
            return place, _merged(replace(file, new=copy.files[place]))
    place = folder / (successor or file.edit.name)
    return place.with_name(f"{place.name}{ASIDE}"), file.text


def _merged(file: _EditedFile) -> bytes:
    text = _merged_text(file)
    if file.edit.file.suffix == ".py":
        _check_syntax(file, text)
    return text


def _merged_text(file: _EditedFile) -> bytes:
    assert file.new is not None
    if sha256_of(file.new) == file.edit.generated:
        return file.text
    result = merge(_base(file), file.text, file.new)
    if result is None:
        fact = "git merge-file cannot merge the edits of this file. Undo them, "
        raise EditConflicts(file.conflict(1, fact + _AGAIN))
    if result.conflicts:
        raise EditConflicts(*(_conflict(file, conflict) for conflict in result.conflicts))
    return result.text


def _base(file: _EditedFile) -> bytes:
    """Return the text that was edited: from the history of the copy, or of the original."""
    for path in (file.edit.file, file.original):
        for data in versions(path) if path.parent.is_dir() else ():
            original = data.replace(b"\r\n", b"\n")
            for text in (original, file.copied(original)):
                if sha256_of(text) == file.edit.generated:
                    return text
    without = "" if has_history(file.edit.file.parent) else " The copy isn't in a git repository."
    raise EditConflicts(
        file.conflict(
            1,
            "the file was edited, and its text before that is needed for a merge. It is neither in "
            f"the git history of the copy nor in that of {display_path(file.original)}.{without} "
            "Overwrite the file with --force, then make your edits again.",
        )
    )


def _conflict(file: _EditedFile, one: Conflict) -> str:
    here = _lines(one.line, one.count) or f"the lines before line {one.line}"
    there = _lines(one.new_line, one.new_count)
    new = f"to {there} of {display_path(file.original)}" if there else "it removes them"
    return file.conflict(
        one.line,
        f"the new version changes {here}, too: {new}. Make your file the same as the new version "
        "at this place, run the command again, then make the edit once more. To drop all edits: "
        "--force",
    )


def _lines(first: int, count: int) -> str:
    if count < 2:
        return f"line {first}" if count else ""
    return f"lines {first} to {first + count - 1}"


def _check_syntax(file: _EditedFile, text: bytes) -> None:
    """Raise :class:`EditConflicts` if a merged Python file cannot be parsed."""
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        at, fact = 1, str(error)
        if isinstance(error, SyntaxError):
            at, fact = error.lineno or 1, error.msg
        (line,) = lines_in(file.text, text.split(b"\n"), [at - 1])
        fact = f"the new version with your edits isn't valid Python ({fact}). Change or undo the"
        raise EditConflicts(file.conflict(line, f"{fact} edit, {_AGAIN}")) from None
