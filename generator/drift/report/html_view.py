"""The content of the HTML page, every text ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A piece of text, and whether it is marked: changed in a value, code in a sentence."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a pair, in pieces, and its location."""

    label: str
    side: str
    place: str
    parts: tuple[MarkedText, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The old and the new value side by side; without a title they are those of the change."""

    title: str
    note: str
    values: tuple[Value, Value]


@dataclass(frozen=True, slots=True)
class Item:
    """A change."""

    anchor: str
    sort: str
    label: str
    python: bool
    message: tuple[MarkedText, ...]
    directions: str
    rules: tuple[str, ...]
    operations: str
    pairs: tuple[Pair, ...]
    pointer: str
    why: tuple[MarkedText, ...]
    todo: tuple[MarkedText, ...]
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
    """A filter: a sort of changes, its label and the number of changes."""

    sort: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class DescriptionView:
    """One of the two descriptions."""

    label: str
    name: str
    title: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AllowanceFault:
    """A fault in the allow-list."""

    place: str
    fact: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    level: str
    verdict: str
    package: str
    sides: tuple[DescriptionView, ...]
    operations: tuple[str, ...]
    python: bool
    contents: tuple[Section, ...]
    """The sections, if there are enough of them for a table of contents."""
    compared: str
    noticed_by_none: str
    reach_python: int
    tallies: tuple[Tally, ...]
    sections: tuple[Section, ...]
    allowed: tuple[Item, ...]
    prose: tuple[Item, ...]
    faults: tuple[AllowanceFault, ...]
    bump: str
    steps: tuple[tuple[MarkedText, ...], ...]
