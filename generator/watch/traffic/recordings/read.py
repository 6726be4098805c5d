"""The exchanges of the files that are named, and of those of a folder that may be recordings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ....base.errors import Place, Problem
from ....base.immutable import immutable
from ..exchange import RecordedExchange, RecordingPlace
from .entries import entries_of
from .flaws import Broken, Malformed, Unrecognized
from .text_file import TextFile

MAX_ENTRIES = 50_000
"""Entries of a file, beside one for each byte on the disk."""
_NAMES = (".har", ".json", ".ndjson", ".jsonl", ".yaml", ".yml")
_SUFFIXES = (*_NAMES, *(f"{name}.gz" for name in _NAMES))
_FORMATS = "a HAR file, a cassette of vcrpy or VCR, or lines of JSON from the recorder of a client"


@immutable
class NotARecording:
    """A file in a folder that isn't a recording."""

    file: str


def read_recordings(
    paths: Sequence[Path], name: Callable[[Path], str]
) -> Iterator[RecordedExchange | Problem | NotARecording]:
    """Yield the exchanges of the files, and a problem for each file or entry that isn't readable.

    A folder is searched for files with the usual suffixes; those that aren't recordings are
    counted only. ``name`` gives the name of a file in places. Nothing is raised.
    """
    for path, is_named in _files(paths):
        shown = name(path)
        try:
            with TextFile(path) as source:
                yield from _exchanges(source, shown, is_named)
        except OSError as error:
            fact = f"cannot be read: {error.strerror or error}"
            yield Problem("recording", fact, "Check the path.", Place(shown))


def _exchanges(
    source: TextFile, file: str, is_named: bool
) -> Iterator[RecordedExchange | Problem | NotARecording]:
    number = work = 0
    try:
        convert, entries = entries_of(source)
        for value, line in entries:
            number += 1
            if number > MAX_ENTRIES + source.size:
                raise Broken(f"more than {number - 1:,} entries", line)
            try:
                if isinstance(value, Malformed):
                    raise value
                exchange = convert(value, RecordingPlace(file, line, number))
            except Malformed as error:
                fact = f"entry {number} isn't readable: {error}"
                remedy = "Record the exchange again, or remove the entry."
                yield Problem("recording", fact, remedy, Place(file, line, 1))
            else:
                before, work = work, _work_for(source)
                yield replace(exchange, work=work - before)
    except Unrecognized as error:
        if is_named or source.is_damaged:
            fact, remedy = f"not a recording: {error.fact}", f"Name {_FORMATS}."
            yield Problem("recording", fact, remedy, Place(file, error.line, 1))
        else:
            yield NotARecording(file)
    except Broken as error:
        yield Problem("recording", error.fact, error.remedy, Place(file, error.line, 1))


def _work_for(source: TextFile) -> int:
    """Return the work that what was read may cost: more where the file is compressed, but not as
    much more as a file can be made to unpack to.
    """
    return 4 * source.size + min(source.length, 20 * source.size) // 2


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield each named file, and those in named folders; True for the former.

    Symbolic links to folders are not followed below a named one.
    """
    for path in paths:
        if _is_folder(path):
            yield from _in_folder(path)
        else:
            yield path, True


def _in_folder(path: Path) -> Iterator[tuple[Path, bool]]:
    closed: list[OSError] = []
    for folder, folders, names in os.walk(path, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            file = Path(folder, name)
            if name.lower().endswith(_SUFFIXES) and _is_file(file):
                yield file, False
    # What the operating system refuses to list it refuses to open too, which is the problem.
    yield from ((Path(error.filename), True) for error in closed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_file(path: Path) -> bool:
    """Tell whether a path is a file, or isn't known not to be one."""
    try:
        return path.is_file()
    except OSError:
        return True
