"""Three-way merge of a text by ``git merge-file``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from pathlib import Path

from ....base.immutable import immutable
from ..project.git import run_git

_CODES = range(128)
"""The exit codes of ``git merge-file`` that are a number of conflicts."""


@immutable
class Conflict:
    """Lines that both texts changed; the numbers are 1-based."""

    line: int
    """The first of these lines in the edited text, or the line after them if it has none."""
    count: int
    """The number of these lines in the edited text."""
    new_line: int
    """The same in the new text."""
    new_count: int


@immutable
class Merge:
    """The result of a merge; its text is only of use without conflicts."""

    text: bytes
    conflicts: tuple[Conflict, ...]


def merge(base: bytes, edited: bytes, new: bytes) -> Merge | None:
    """Apply the changes from ``base`` to ``edited`` and to ``new``, as git does (diff3).

    Return None if git cannot be run, or if one of them isn't text.
    """
    labels = [os.urandom(16).hex() for _ in range(3)]
    with tempfile.TemporaryDirectory(prefix="speclock-") as folder:
        names = ["edited", "base", "new"]
        for name, data in zip(names, (edited, base, new), strict=True):
            (Path(folder) / name).write_bytes(data)
        arguments = [word for label in labels for word in ("-L", label)]
        command = ("merge-file", "-p", "--diff3", *arguments, *names)
        merged = run_git(Path(folder), *command, ceiling=Path(folder).parent, codes=_CODES)
    if merged is None:
        return None
    text = merged.replace(b"\r\n", b"\n")
    has_conflicts = labels[0].encode() in text
    return Merge(text, _conflicts(text, edited, new, labels) if has_conflicts else ())


def lines_in(text: bytes, merged: Sequence[bytes], indexes: Iterable[int]) -> list[int]:
    """Return the 1-based lines of ``text`` that are, or are nearest to, lines of ``merged``."""
    lines = text.split(b"\n")
    codes = SequenceMatcher(None, merged, lines).get_opcodes()
    found: list[int] = []
    for index in indexes:
        inside = (code for code in codes if index < code[2])
        _, start, _, first, last = next(inside, ("", 0, 0, len(lines) - 1, len(lines)))
        found.append(min(first + index - start, max(first, last - 1)) + 1)
    return found


def _conflicts(
    output: bytes, edited: bytes, new: bytes, labels: Sequence[str]
) -> tuple[Conflict, ...]:
    """Find the conflicts in the output of git; the labels are in none of the texts."""
    start, middle, end = (
        f"{mark * 7} {label}".encode() for mark, label in zip("<|>", labels, strict=True)
    )
    ours: list[bytes] = []
    theirs: list[bytes] = []
    places: list[tuple[int, int, int, int]] = []
    lines = iter(output.split(b"\n"))
    for line in lines:
        if line != start:
            ours.append(line)
            theirs.append(line)
            continue
        own = list(takewhile(middle.__ne__, lines))
        other = list(takewhile(end.__ne__, lines))
        other = other[other.index(b"=======") + 1 :]
        places.append((len(ours), len(own), len(theirs), len(other)))
        ours += own
        theirs += other
    return tuple(
        map(
            Conflict,
            lines_in(edited, ours, (place[0] for place in places)),
            (place[1] for place in places),
            lines_in(new, theirs, (place[2] for place in places)),
            (place[3] for place in places),
        )
    )
