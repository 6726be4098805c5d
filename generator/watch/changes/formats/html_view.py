"""The content of the HTML page."""

from __future__ import annotations

from ....base.errors import Place
from ....base.immutable import immutable
from ..change import Change, Report, Side
from .summary import Uses


@immutable
class MarkedText:
    """A piece of text, and whether it is marked: changed in a value, code in a sentence."""

    text: str
    marked: bool = False


@immutable
class Value:
    """One side of a pair, in pieces, and its location."""

    label: str
    side: str
    place: Place | None
    parts: tuple[MarkedText, ...]


@immutable
class Pair:
    """The old and the new value side by side, or none.

    Without a title they are those of the change.
    """

    title: str
    note: str
    values: tuple[Value, ...]


@immutable
class Item:
    """A change, with the texts that are made for the page."""

    change: Change
    anchor: str
    sort: str
    label: str
    message: tuple[MarkedText, ...]
    directions: str
    rules: tuple[str, ...]
    operations: str
    seen: str
    """How often recordings show it; empty for a change of a description."""
    pairs: tuple[Pair, ...]
    uses: tuple[Uses, ...]
    """The places in the user's program, where these were looked for."""
    why: tuple[MarkedText, ...]
    todo: tuple[MarkedText, ...]
    entry: str
    """The entry of the allow-list that would allow it; empty where none can be added."""


@immutable
class Section:
    """The changes that reach the same operations."""

    anchor: str
    title: str
    items: tuple[Item, ...]


@immutable
class Tally:
    """A filter: a sort of changes, its label and the number of changes."""

    sort: str
    label: str
    count: int


@immutable
class Page:
    """The whole page: a report, with the texts that are made for it."""

    report: Report
    level: str
    verdict: str
    sides: tuple[tuple[str, Side], ...]
    """The two descriptions, each with its label."""
    contents: tuple[Section, ...]
    """The sections, if there are enough of them for a table of contents."""
    compared: str
    noticed_by_none: str
    reach_python: int
    tallies: tuple[Tally, ...]
    sections: tuple[Section, ...]
    allowed: tuple[Item, ...]
    prose: tuple[Item, ...]
    bump: str
    faults_title: str
    steps: tuple[tuple[MarkedText, ...], ...]
    usage: tuple[str, ...]
    """Sentences about the user's program, where it was read."""
