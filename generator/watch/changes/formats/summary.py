"""The verdict, the counts and the groups that all formats of a report share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ....base.errors import Place
from ....base.immutable import immutable
from ....base.printable import counted, on_one_line
from ..change import (
    BREAKING,
    NONE,
    RISK,
    SAFE,
    WIRE,
    Allowance,
    Change,
    ClientUse,
    HandwrittenCalls,
    Report,
    Usage,
)
from ..rules import RULES

ALLOWED, DOCS = "allowed", "docs"
SORTS = (*reversed(WIRE), DOCS, ALLOWED)
"""The sorts of changes: allowed, else documentation, else the level on the wire."""

BUMPS = {
    "major": "The client needs a new major version: code that uses it may have to change.",
    "minor": "The client needs a new minor version: code that uses it keeps working.",
    "patch": "The client needs a new patch version: only its docstrings and examples change.",
    "none": "The client needs no new version.",
}
"""The bump of the vendored client's version to a sentence."""


def sort_of(change: Change) -> str:
    """Return the one of :data:`SORTS` that the change is listed under."""
    if change.allowed is not None:
        return ALLOWED
    return DOCS if change.docs else change.wire


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Return ``a``, ``a and b``, ``a, b, c and 4 more``."""
    if len(names) > limit + 1:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return "".join(names)


@immutable
class Group:
    """The changes that reach the same operations."""

    operations: tuple[str, ...]
    changes: tuple[Change, ...]


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Return the changes grouped by the operations that they reach."""
    groups: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        groups.setdefault(change.operations, []).append(change)
    return [Group(operations, tuple(group)) for operations, group in groups.items()]


def of_sort(report: Report, *sorts: str) -> list[Change]:
    """Return the changes of these sorts, in the report's order."""
    return [change for change in report.changes if sort_of(change) in sorts]


LONG = 40
"""The number of changes from which a report only lists the gravest."""


@immutable
class Listing:
    """The changes that a report lists, and those that it only counts."""

    changes: tuple[Change, ...]
    counts: str
    """The number of changes of each sort; empty for a short report that lists all of them."""
    hidden: str
    """A sentence about the changes that aren't listed; empty where all are."""


def listing(report: Report, level: str = "") -> Listing:
    """Return the changes from ``level`` up, and those that may break Python code.

    By default that is all of them, from more than :data:`LONG` on the breaking ones or, without
    any, the risks.
    """
    changes = of_sort(report, *WIRE)
    is_long = len(changes) > LONG
    gravest = BREAKING if report.wire == BREAKING else RISK
    least = WIRE.index(level or (gravest if is_long else NONE))
    visible: list[Change] = []
    hidden: Counter[str] = Counter()
    for change in changes:
        if change.python or WIRE.index(change.wire) >= least:
            visible.append(change)
        else:
            hidden[change.wire] += 1
    numbers = counts(report) if is_long or hidden else ""
    return Listing(tuple(visible), numbers, _not_listed(hidden, report.subject.noun))


def _not_listed(hidden: Counter[str], noun: str) -> str:
    """Return the sentence about changes that aren't listed, by level; empty without any."""
    if not hidden:
        return ""
    levels = [level for level in reversed(WIRE) if level in hidden]
    numbers = ", ".join(f"{level} {hidden[level]}" for level in levels)
    number = hidden.total()
    verb = "is" if number == 1 else "are"
    remedy = f"`--level {levels[-1]}` lists all"
    if len(levels) > 1:
        remedy = f"`--level {levels[0]}` lists more, {remedy}"
    return f"{counted(number, noun)} {verb} not listed ({numbers}). {remedy}."


def counts(report: Report) -> str:
    """Return the number of changes of each sort; then that of those that may break Python code."""
    parts = [f"{sort} {len(of_sort(report, sort))}" for sort in reversed(WIRE)]
    parts.append(f"documentation {len(of_sort(report, DOCS))}")
    if number := len(of_sort(report, ALLOWED)):
        parts.append(f"allowed {number}")
    return f"{', '.join(parts)}; python {len(report.python_changes)}"


def allowed(report: Report) -> list[tuple[Change, Allowance, str]]:
    """Return the allowed changes, each with its entry in the allow-list, also as text."""
    return [
        (change, entry, f"{entry.reason} ({entry.owner}, until {entry.expires})")
        for change in report.changes
        if (entry := change.allowed) is not None
    ]


def entries(report: Report, changes: Iterable[Change]) -> list[str]:
    """Return the entries of the allow-list for those of ``changes`` that a next step may allow."""
    if not report.steps:
        return []
    prints = (change.fingerprint for change in changes)
    return [report.entries[digits] for digits in prints if digits in report.entries]


def allowed_title(report: Report) -> str:
    """Return the title of the list of allowed changes."""
    return f"Accepted, and {'counted in Python alone' if report.takes_allowed else 'not counted'}"


def seen(change: Change) -> str:
    """Return how often and when recordings show a deviation; empty for another change."""
    if change.seen is None:
        return ""
    times = counted(change.seen.count, "exchange")
    days = list(dict.fromkeys((change.seen.first[:10], change.seen.last[:10])))
    when = f", {' to '.join(days)}" if all(days) else ""
    return f"{times}{when}; the first is entry {change.seen.entry} of its recording"


MOST_USES = 10
"""The number of uses of a change that a report for readers lists."""


@immutable
class Uses:
    """The places in the user's program for a change, as text."""

    title: str
    """``used at``, or ``breaks at`` for errors of a type checker."""
    uses: tuple[ClientUse, ...]
    hidden: str
    """The number of those that aren't listed; a sentence if there is no place at all."""
    todo: str
    """What to do there; empty without a place."""

    @property
    def places(self) -> list[tuple[str, str]]:
        """``file:line:column`` of each, with the expression there and a type checker's error."""
        return [(where(use.place), expression_of(use)) for use in self.uses]


def expression_of(use: ClientUse) -> str:
    """Return the expression of a use on one line, with a type checker's error."""
    return on_one_line(f"{use.expression}{use.error and f'  # {use.error}'}")


def uses(report: Report, change: Change, most: int = MOST_USES) -> tuple[Uses, ...]:
    """Return the places to list for a change; nothing if they weren't looked for."""
    if report.usage is None or change.docs:
        return ()
    return groups(change.uses, RULES[change.id].do, most)


def groups(places: Sequence[ClientUse], do: str = "", most: int = MOST_USES) -> tuple[Uses, ...]:
    """Return places to list, those with errors first; ``do`` is what to do there."""
    groups: list[Uses] = []
    for title, is_error in (("used at", False), ("breaks at", True)):
        kind = [use for use in places if bool(use.error) is is_error]
        if kind:
            hidden = f"and {len(kind) - most:,} more" if len(kind) > most else ""
            todo = "" if groups else do
            groups.append(Uses(title, tuple(kind[:most]), hidden, todo))
    return tuple(reversed(groups)) or (Uses("used at", (), "no place was found", ""),)


def usage(report: Report) -> tuple[str, ...]:
    """Return sentences about the search for uses of what changed; nothing without one."""
    changes = [change.uses for change in report.changes if not change.docs]
    return searched(report.usage, changes, report.subject.noun)


def searched(
    result: Usage | None, changes: Sequence[Sequence[ClientUse]], noun: str = "change"
) -> tuple[str, ...]:
    """Return sentences about a search that has found uses of each of some changes."""
    if result is None:
        return ()
    number = 0
    places: set[Place] = set()
    for uses in changes:
        if uses:
            number += 1
            places.update(use.place for use in uses)
    files, reached = counted(result.files, "file"), counted(len(changes), noun)
    verb = "concerns" if number == 1 else "concern"
    where_used = counted(len(places), "place")
    lines = [f"Your program, {files}: {number} of {reached} {verb} it, at {where_used}."]
    if result.calls is not None and result.calls.unknown:
        unknown = [f"{where(call.place)}: {call.fact}" for call in result.calls.unknown]
        lines.append(f"Not understood: {listed(unknown)}.")
    if result.unread:
        lines.append(f"Not read: {listed(result.unread)}.")
    if result.note:
        lines.append(result.note)
    lines += [
        f"{result.checker}, of no change: {where(one.place)}: {one.error}" for one in result.others
    ]
    return tuple(lines)


def closing(report: Report) -> str:
    """Return the sentence after the changes: the bump, or the exchanges or calls that were read."""
    calls = _calls(report)
    if calls is not None:
        unknown = f", {len(calls.unknown):,} not understood" if calls.unknown else ""
        return f"Calls of the API: {calls.understood:,} understood{unknown}."
    if report.traffic is None:
        return BUMPS[report.bump]
    traffic = report.traffic
    text = f"{traffic.judged:,} of {traffic.exchanges:,} exchanges call operations in use."
    if traffic.left:
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in traffic.left.items())
        text += f" Not compared: {reasons}."
    if traffic.hosts:
        text += f" Other hosts: {', '.join(traffic.hosts)} (--base-url adds a server)."
    return text


def _calls(report: Report) -> HandwrittenCalls | None:
    """Return the calls of a program without a client; None for any other report."""
    return report.usage.calls if report.usage is not None else None


def faults_title(report: Report) -> str:
    """Return the title of the list of faults."""
    kinds = {fault.code for fault in report.faults}
    return "Faults in the allow-list" if kinds == {"allow-list"} else "Faults"


def verdict(report: Report) -> str:
    """Return the most severe level, the number of its changes and the operations on a line."""
    text = _verdict(report)
    if report.python and report.wire != BREAKING:
        text += "; Python code that uses the old client may stop working"
    calls = _calls(report)
    if calls is not None and calls.unknown:
        verb = "isn't" if len(calls.unknown) == 1 else "aren't"
        text += f"; {counted(len(calls.unknown), 'call')} {verb} understood"
    if report.faults:
        what = faults_title(report).removeprefix("Faults")
        text += f"; {counted(len(report.faults), 'fault')}{what}"
    return text


def _verdict(report: Report) -> str:
    wire, changes, noun = report.wire, of_sort(report, *WIRE), report.subject.noun
    everywhere = listed(report.operations) or "any operation"
    if wire in (BREAKING, RISK):
        grave = [change for change in changes if change.wire == wire]
        reached: dict[str, None] = {}
        for change in grave:
            reached.update(dict.fromkeys(change.hit))
        where = listed(list(reached)) or everywhere
        if len(grave) < len(changes):
            who = f"{len(grave)} of {len(changes)} {noun}s"
        elif len(grave) == 1:
            who = f"the only {noun}"
        else:
            who = f"all {len(grave)} {noun}s"
        if wire == BREAKING:
            return f"{wire}: {who} can break {where}"
        return f"{wire}: {who} {'is' if len(grave) == 1 else 'are'} a risk to {where}"
    if wire == SAFE:
        end = "which doesn't break" if len(changes) == 1 else "none of which breaks"
        return f"{wire}: {counted(len(changes), noun)}, {end} {everywhere}"
    if changes:
        return f"{wire}: nothing changed on the wire for {everywhere}"
    if report.docs:
        return f"{wire}: only documentation changed for {everywhere}"
    if report.changes:
        return f"{wire}: nothing changed for {everywhere} except what is allowed"
    if report.traffic is not None:
        if not report.traffic.judged:
            return f"{wire}: no exchange of {everywhere} was compared"
        judged = counted(report.traffic.judged, "exchange")
        return f"{wire}: no deviation of {everywhere} in {judged}"
    calls = _calls(report)
    if calls is not None and not report.operations:
        return f"{wire}: no call of the API is understood"
    why = "; upstream is the document recorded in speclock.lock" if report.unchanged else ""
    return f"{wire}: nothing changed for {everywhere}{why}"


def directions(change: Change) -> str:
    """Return ``breaking in requests, safe in responses``; without a direction the level alone."""
    directions: dict[str, dict[str, None]] = {}
    for verdict in change.verdicts:
        each = directions.setdefault(verdict.wire, {})
        if verdict.direction:
            each[f"{verdict.direction}s"] = None
    parts: list[str] = []
    for wire, each in directions.items():
        parts.append(f"{wire} in {' and '.join(each)}" if each else wire)
    return ", ".join(parts)


def rules(change: Change) -> list[str]:
    """Return the ids of a change's rules, each once, that of the most severe verdict first."""
    return list(dict.fromkeys(verdict.rule for verdict in change.verdicts))


def where(place: Place | None) -> str:
    """Return ``file:line:column`` on one line; empty without a place."""
    return on_one_line(str(place)) if place else ""
