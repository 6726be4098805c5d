"""Which lines of a file aren't as they were, told from two characters for each line.

``speclock.json`` of a copy holds them, so an edit is found at its line without the original: 12
bits of the SHA-256 of each line. One edit in 4,096 looks like the line that it replaces; the hash
of the whole file still tells that the file is another.
"""

from __future__ import annotations

import base64
import difflib
import hashlib
from dataclasses import dataclass

_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of the file as it is now, 1-based and inclusive."""

    kind: str
    """``changed``, ``added`` or ``removed``."""
    first: int
    last: int
    """Of ``removed`` both are the line that now stands where the lines were."""
    count: int
    """How many lines; of ``removed`` how many there were, of ``changed`` how many there are."""

    def __str__(self) -> str:
        lines = f"{self.count} line{'s' if self.count > 1 else ''}"
        if self.kind == "removed":
            return f"{lines} removed here"
        return f"{lines} {self.kind}"


def marks(data: bytes) -> str:
    """Two characters for each line of a text with any line ends."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return "".join(
        base64.b64encode(hashlib.sha256(line).digest()[:3], b"-_")[:_WIDTH].decode()
        for line in lines
    )


def spans(recorded: str, data: bytes) -> tuple[Span, ...]:
    """What differs between a text that had these marks and ``data``."""
    old, new = _split(recorded), _split(marks(data))
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
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


def _split(text: str) -> list[str]:
    return [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
