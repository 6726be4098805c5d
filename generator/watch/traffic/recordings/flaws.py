"""The ways in which a recording isn't readable."""

from __future__ import annotations

_REMEDY = "Record the traffic again; what is before this line was read."


class Malformed(Exception):
    """An entry that isn't in the form of its format; the next one can be read."""


class Broken(Exception):
    """A text that isn't readable beyond ``line``."""

    def __init__(self, fact: str, line: int, remedy: str = _REMEDY) -> None:
        self.fact = fact
        self.line = line
        self.remedy = remedy
        super().__init__(fact)


class Unrecognized(Broken):
    """A text that isn't a recording."""


class Undecodable(Exception):
    """A body that isn't in its content-coding, or in one that isn't known."""


def mebibytes(size: int) -> str:
    """Return a limit in the unit that messages use."""
    return f"{size / 2**20:g} MiB" if size < 2**30 else f"{size / 2**30:g} GiB"
