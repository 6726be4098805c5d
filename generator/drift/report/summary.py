"""What all formats of a report say in the same words: the verdict, the counts, the groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...errors import Place
from ...printable import on_one_line
from ..changes import BREAKING, NONE, RISK, SAFE, Change, Report

ALLOWED, DOCS = "allowed", "docs"
SORTS = (BREAKING, RISK, SAFE, NONE, DOCS, ALLOWED)
"""Every change is of one sort: allowed, else prose, else what it means on the wire."""

BUMPS = {
    "major": "The client needs a new major version: code that uses it may have to change.",
    "minor": "The client needs a new minor version: it changes, and code that uses it goes on.",
    "patch": "The client needs a new patch version: only its docstrings and examples change.",
    "none": "The client needs no new version.",
}
"""The suggested bump of the vendored client as a sentence; the key is the level."""


def sort_of(change: Change) -> str:
    """The one of :data:`SORTS` under which a reader looks for the change."""
    if change.allowed is not None:
        return ALLOWED
    return DOCS if change.docs else change.wire


def count(number: int, noun: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str], limit: int = 3) -> str:
    """``a``, ``a and b``, ``a, b, c and 4 more``."""
    if len(names) > limit + 1:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


@dataclass(frozen=True, slots=True)
class Group:
    """The changes that reach the same operations."""

    operations: tuple[str, ...]
    changes: tuple[Change, ...]


def grouped(changes: Iterable[Change]) -> list[Group]:
    """The changes by the operations that they reach, each once; groups in the order met."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        found.setdefault(change.operations, []).append(change)
    return [Group(operations, tuple(held)) for operations, held in found.items()]


def of_sort(report: Report, *sorts: str) -> list[Change]:
    """The report's changes of these sorts, in its order."""
    return [change for change in report.changes if sort_of(change) in sorts]


def verdict(report: Report) -> str:
    """One line: the gravest level, how many changes are of it, and whom they reach."""
    found = _verdict(report)
    if report.python and report.wire != BREAKING:
        found += "; Python code that uses the old client may stop working"
    if report.faults:
        found += f"; {count(len(report.faults), 'fault')} in the allow-list"
    return found


def _verdict(report: Report) -> str:
    wire, changes = report.wire, of_sort(report, BREAKING, RISK, SAFE, NONE)
    everywhere = listed(report.operations) or "any operation"
    if wire in (BREAKING, RISK):
        grave = [change for change in changes if change.wire == wire]
        reached = {label: None for change in grave for label in change.hit}
        where = listed(list(reached)) or everywhere
        if len(grave) < len(changes):
            who = f"{len(grave)} of {len(changes)} changes"
        else:
            who = "the only change" if len(grave) == 1 else f"all {len(grave)} changes"
        if wire == BREAKING:
            return f"{wire}: {who} can break {where}"
        return f"{wire}: {who} {'is' if len(grave) == 1 else 'are'} a risk to {where}"
    if wire == SAFE:
        none = "which doesn't" if len(changes) == 1 else "none of which"
        verb = "break" if len(changes) == 1 else "breaks"
        return f"{wire}: {count(len(changes), 'change')}, {none} {verb} {everywhere}"
    if changes:
        return f"{wire}: nothing changed on the wire for {everywhere}"
    if report.docs:
        return f"{wire}: only prose and examples changed for {everywhere}"
    if report.changes:
        return f"{wire}: nothing changed for {everywhere} but what is allowed"
    why = "; upstream is the document recorded in speclock.lock" if report.unchanged else ""
    return f"{wire}: nothing changed for {everywhere}{why}"


def directions(change: Change) -> str:
    """``breaking in requests, safe in responses``; the level alone where there is no direction."""
    found: dict[str, list[str]] = {}
    for verdict in change.verdicts:
        where = f"{verdict.direction}s" if verdict.direction else ""
        held = found.setdefault(verdict.wire, [])
        if where and where not in held:
            held.append(where)
    return ", ".join(
        f"{wire} in {' and '.join(where)}" if where else wire for wire, where in found.items()
    )


def rules(change: Change) -> list[str]:
    """The ids of the rules that the change falls under, the gravest verdict's first, each once."""
    return list(dict.fromkeys(verdict.rule for verdict in change.verdicts))


def visible(text: str) -> str:
    """``text`` with its lines kept, and every other control character as an escape."""
    return "\n".join(map(on_one_line, text.splitlines()))


def where(place: Place | None) -> str:
    """``file:line:column`` on one line; empty for no place."""
    return on_one_line(str(place)) if place else ""
