"""The lines of a file that changed, found by two characters for each line.

``speclock.json`` of a copy holds them, so an edit is found at its line without the original: 12
bits of the SHA-256 of each line. One edit in 4,096 looks like the line that it replaces; the hash
of the whole file still tells that the file is another.
"""

from __future__ import annotations

import base64
import difflib
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of the file as it is now, 1-based and inclusive."""

    kind: str
    """``changed``, ``added`` or ``removed``."""
    first: int
    last: int
    """If ``removed``, both are the line that is now where the lines were."""
    count: int
    """The number of lines; if ``removed``, of those that were there."""

    def __str__(self) -> str:
        lines = f"{self.count} line{'s' if self.count > 1 else ''}"
        return f"{lines} {'removed here' if self.kind == 'removed' else self.kind}"


def marks(data: bytes) -> str:
    """Return two characters for each line of a text with any line ends."""
    return "".join(
        base64.b64encode(hashlib.sha256(line).digest()[:3], b"-_")[:2].decode()
        for line in data.replace(b"\r\n", b"\n").split(b"\n")
    )


def spans(recorded: str, data: bytes) -> tuple[Span, ...]:
    """Return the differences between a text that had these marks and ``data``."""
    old, new = (re.findall("(?s)..?", text) for text in (recorded, marks(data)))
    # Compared without their equal start and end, which keeps the matcher fast.
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    matcher = difflib.SequenceMatcher(
        None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False
    )
    found: list[Span] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        first = start + new_from + 1
        if tag == "delete":
            at = min(first, len(new))
            found.append(Span("removed", at, at, old_to - old_from))
        elif tag != "equal":
            kind = "added" if tag == "insert" else "changed"
            found.append(Span(kind, first, start + new_to, new_to - new_from))
    return tuple(found)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of equal items at the start of both."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
