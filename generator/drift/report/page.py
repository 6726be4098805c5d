"""The report as one HTML page that needs nothing else: what templates/report/ shows, made here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...emit.render import page
from ...errors import Place
from ..changes import BREAKING, NONE, RISK, SAFE, Change, Report, Signature
from ..rules import RULES, Rule
from .words import (
    ALLOWED,
    BUMPS,
    DOCS,
    directions,
    grouped,
    listed,
    of_sort,
    rules,
    sort_of,
    verdict,
    visible,
    where,
)

_WORDS = re.compile(r"\w+|\s+|.")
_MOST = 3_000
"""Words of a value that are compared with the other's; longer ones are shown whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text, and whether it is marked: changed in a value, code in a sentence."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """The old and the new, piece by piece; empty for what isn't there."""

    old: tuple[Part, ...]
    new: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Python:
    """How a change shows in Python."""

    name: str
    breaks: bool
    place: str
    values: Pair


@dataclass(frozen=True, slots=True)
class Item:
    """A change, ready to be shown."""

    anchor: str
    sort: str
    wire: str
    python: bool
    message: tuple[Part, ...]
    directions: str
    rules: tuple[str, ...]
    operations: str
    values: Pair
    old_place: str
    new_place: str
    pointer: str
    signatures: tuple[Python, ...]
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
    operations: tuple[str, ...]
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """One of the filters: its sort of change, what a reader calls that, and how many there are."""

    sort: str
    label: str
    count: int


_LABELS = {
    BREAKING: "Breaking",
    RISK: "Risk",
    SAFE: "Safe",
    NONE: "Not on the wire",
    DOCS: "Prose and examples",
    ALLOWED: "Allowed",
}


def as_html(report: Report) -> str:
    """The page: the same for the same report, byte by byte."""
    items = {id(change): _item(n, change) for n, change in enumerate(report.changes, 1)}
    sections = [
        Section(
            f"operations-{number}",
            tuple(map(visible, group.operations)),
            visible(listed(group.operations, 4)) or "The description",
            tuple(items[id(change)] for change in group.changes),
        )
        for number, group in enumerate(grouped(of_sort(report, BREAKING, RISK, SAFE, NONE)), 1)
    ]
    level, _, rest = verdict(report).partition(": ")
    return page(
        "drift.html.jinja",
        level=level,
        verdict=visible(rest[:1].upper() + rest[1:]),
        package=visible(report.package),
        sides=[
            (name, visible(side.name), visible(side.title), visible(side.version), side.sha256)
            for name, side in (("Old", report.base), ("New", report.revision))
        ],
        operations=[visible(label) for label in report.operations],
        python=report.python,
        python_count=sum(change.python for change in report.changes),
        tallies=list(_tallies(report)),
        sections=sections,
        allowed=[items[id(change)] for change in of_sort(report, ALLOWED)],
        prose=[items[id(change)] for change in of_sort(report, DOCS)],
        faults=[(where(f.place), visible(f.fact), visible(f.remedy)) for f in report.faults],
        bump=BUMPS[report.bump],
        steps=[coded(step) for step in report.steps],
    )


def _tallies(report: Report) -> Iterator[Tally]:
    for sort, label in _LABELS.items():
        if found := len(of_sort(report, sort)):
            yield Tally(sort, label, found)


def _item(number: int, change: Change) -> Item:
    rule = RULES.get(change.id) or Rule(change.id, change.wire, "", "", "")
    place = change.base or change.revision
    allowed = change.allowed
    return Item(
        anchor=f"change-{number}",
        sort=sort_of(change),
        wire=change.wire,
        python=change.python,
        message=coded(change.message),
        directions=directions(change),
        rules=tuple(map(visible, rules(change))),
        operations=visible(listed(change.operations, 4)),
        values=compared(change.before, change.after),
        old_place=where(change.base),
        new_place=where(change.revision),
        pointer=visible(place.pointer if isinstance(place, Place) else ""),
        signatures=tuple(map(_python, change.signatures)),
        why=coded(rule.why),
        todo=coded(rule.do),
        fingerprint=change.fingerprint,
        reason=visible(allowed.reason) if allowed else "",
        owner=visible(allowed.owner) if allowed else "",
        expires=str(allowed.expires or "") if allowed else "",
    )


def _python(signature: Signature) -> Python:
    return Python(
        visible(signature.name),
        signature.breaks,
        where(signature.place),
        compared(signature.before, signature.after),
    )


def coded(text: str) -> tuple[Part, ...]:
    """A sentence in which what stands between backticks is code."""
    parts = visible(text).split("`")
    if len(parts) % 2 == 0:
        return (Part(visible(text)),)
    return tuple(Part(part, bool(number % 2)) for number, part in enumerate(parts) if part)


def compared(before: str, after: str) -> Pair:
    """Two values word by word; what only one of them has is marked."""
    old, new = (_WORDS.findall(visible(text)) for text in (before, after))
    if not old or not new or max(len(old), len(new)) > _MOST:
        return Pair(_whole(old), _whole(new))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:  # two texts, not one that was edited
        return Pair(_whole(old), _whole(new))
    codes = matcher.get_opcodes()
    return Pair(
        _parts([(old[i:j], tag != "equal") for tag, i, j, _, _ in codes]),
        _parts([(new[i:j], tag != "equal") for tag, _, _, i, j in codes]),
    )


def _whole(words: Sequence[str]) -> tuple[Part, ...]:
    return _parts([(words, False)])


def _parts(runs: Sequence[tuple[Sequence[str], bool]]) -> tuple[Part, ...]:
    return tuple(Part("".join(words), marked) for words, marked in runs if words)
