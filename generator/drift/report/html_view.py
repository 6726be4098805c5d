"""What the HTML page shows, as values: every text ready, nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text, and whether it is marked: changed in a value, code in a sentence."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a pair: piece by piece, or nothing where there is none; and where it stands."""

    label: str
    side: str
    place: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The old and the new, side by side; without a title it is the change itself."""

    title: str
    note: str
    values: tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Item:
    """A change, ready to be shown."""

    anchor: str
    sort: str
    label: str
    python: bool
    message: tuple[Part, ...]
    directions: str
    rules: tuple[str, ...]
    operations: str
    pairs: tuple[Pair, ...]
    pointer: str
    why: tuple[Part, ...]
    todo: tuple[Part, ...]
    fingerprint: str
    reason: str
    owner: str
    expires: str


@dataclass(frozen=True, slots=True)
class Section:
    """The changes that reach the same operations."""

    anchor: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One of the filters: its sort of change, what a reader calls that, and how many there are."""

    sort: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Source:
    """One of the two descriptions."""

    label: str
    name: str
    title: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is wrong with the allow-list."""

    place: str
    fact: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows."""

    level: str
    verdict: str
    package: str
    sides: tuple[Source, ...]
    operations: tuple[str, ...]
    python: bool
    contents: tuple[Section, ...]
    """The sections again, where they are many enough for a table of contents."""
    compared: str
    noticed_by_none: str
    reach_python: int
    tallies: tuple[Tally, ...]
    sections: tuple[Section, ...]
    allowed: tuple[Item, ...]
    prose: tuple[Item, ...]
    faults: tuple[Entry, ...]
    bump: str
    steps: tuple[tuple[Part, ...], ...]
