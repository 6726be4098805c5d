"""The report as text for a terminal or a log: the verdict first, the next step last."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ....base.printable import counted, on_one_line, printable_line, shortened
from ..change import BREAKING, NONE, RISK, SAFE, Change, Report, Side, Signature
from .summary import (
    ALLOWED,
    DOCS,
    allowed,
    allowed_title,
    closing,
    directions,
    entries,
    faults_title,
    grouped,
    listed,
    listing,
    of_sort,
    rules,
    seen,
    sort_of,
    usage,
    uses,
    verdict,
)
from .summary import where as written

Paint = Callable[[str, str], str]
"""A function of a text and one of :data:`STYLES` that returns the text in that style."""

STYLES = {
    BREAKING: "1;31",
    RISK: "1;33",
    SAFE: "32",
    NONE: "2",
    DOCS: "2",
    ALLOWED: "36",
    "operation": "1",
    "old": "31",
    "new": "32",
    "dim": "2",
    "fault": "1;31",
}
"""Style to the parameters of "select graphic rendition" (ECMA-48, 8.3.117)."""

_MOST_ENTRIES = 5
_LONGEST = 400
"""The characters of a value that are shown; JSON and HTML show all of it."""


def plain(text: str, _style: str) -> str:
    """Return the text without colours."""
    return text


def ansi(text: str, style: str) -> str:
    """Return the text with colours as escape sequences."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m"


def text(report: Report, paint: Paint = plain, *, verbose: bool = False, level: str = "") -> str:
    """Return the report as text; ``verbose`` lists changes of documentation one by one.

    ``level`` is the lowest level to list, by default that of :func:`.summary.listing`.
    """
    return "\n".join(_lines(report, paint, verbose, level)) + "\n"


def verdict_line(report: Report, paint: Paint = plain) -> str:
    """Return the verdict on a line."""
    level, colon, rest = verdict(report).partition(":")
    return f"{paint(level, level)}{colon}{_line(rest)}"


def listed_rules(report: Report, level: str = "") -> list[str]:
    """Return the ids of the rules of the changes that :func:`text` lists one by one, each once."""
    changes = [*listing(report, level).changes, *of_sort(report, DOCS)]
    changes += [change for change, _, _ in allowed(report)]
    return list(dict.fromkeys(rule for change in changes for rule in rules(change)))


def _line(value: str) -> str:
    """Return a value of a description on one line, a long one without its middle."""
    return printable_line(shortened(value, _LONGEST))


def _lines(report: Report, paint: Paint, verbose: bool, level: str) -> Iterator[str]:
    yield verdict_line(report, paint)
    package = f"{report.package}: " if report.package else ""
    yield f"{_line(package)}{_side(report.base)} → {_side(report.revision)}"
    if report.python:
        yield "Python code that uses the old client may stop type-checking or running."
    yield from map(_line, usage(report))
    shown = listing(report, level)
    if shown.counts:
        yield f"{report.subject.noun.capitalize()}s: {shown.counts}"
    for group in grouped(shown.changes):
        yield ""
        yield paint(_line(listed(group.operations) or "the description"), "operation")
        for change in group.changes:
            yield from _change(change, paint, report.subject.sides)
            yield from _uses(report, change, verbose=verbose)
            yield paint(f"    fingerprint  {change.fingerprint}", "dim")
    if shown.hidden:
        yield ""
        yield shown.hidden
    docs = of_sort(report, DOCS)
    if docs:
        yield ""
        head = f"Documentation: {counted(len(docs), 'change')}"
        yield paint(head if verbose else f"{head} (--verbose lists them)", DOCS)
        for change in docs if verbose else ():
            yield f"  docs      {_line(change.message)}"
            yield from _values(change, "    ", paint)
            yield from _places(change, paint, report.subject.sides)
    for number, (change, entry, because) in enumerate(allowed(report)):
        if not number:
            yield ""
            yield paint(f"{allowed_title(report)}:", ALLOWED)
        yield f"  {paint(change.wire.ljust(8), ALLOWED)}  {_line(change.message)}"
        yield f"    because {_line(because)}"
        yield from _signatures(change, paint) if report.takes_allowed else ()
        yield paint(f"    fingerprint  {change.fingerprint} at {written(entry.place)}", "dim")
    if report.faults:
        yield ""
        yield paint(f"{faults_title(report)}: {len(report.faults)}", "fault")
        for fault in report.faults:
            yield f"  at {written(fault.place)}: {_line(fault.fact)}"
            yield f"    to do: {_line(fault.remedy)}"
    yield ""
    yield _line(closing(report))
    if report.steps:
        yield "Next:"
        yield from (f"  {number}. {_line(step)}" for number, step in enumerate(report.steps, 1))
    proposals = entries(report, shown.changes)
    most = len(proposals) if verbose else _MOST_ENTRIES
    for proposal in proposals[:most]:
        yield ""
        yield from map(printable_line, proposal.splitlines())
    if len(proposals) > most:
        yield ""
        yield f"# {len(proposals) - most} more: --verbose shows them"


def _side(side: Side) -> str:
    return f"{_line(side.name)} ({_line(side.version)})" if side.version else _line(side.name)


def _change(change: Change, paint: Paint, names: tuple[str, str]) -> Iterator[str]:
    level = sort_of(change)
    yield f"  {paint(level.ljust(8), level)}  {_line(change.message)}"
    yield f"    {directions(change)} · {' · '.join(map(on_one_line, rules(change)))}"
    yield from _values(change, "    ", paint)
    yield from _places(change, paint, names)
    if change.seen:
        yield paint(f"    seen         {_line(seen(change))}", "dim")
    yield from _signatures(change, paint)


def _uses(report: Report, change: Change, *, verbose: bool) -> Iterator[str]:
    most = {"most": len(change.uses)} if verbose else {}
    for use in uses(report, change, **most):
        for number, (place, expression) in enumerate(use.places):
            yield f"    {'' if number else use.title:<11}  {place}  {_line(expression)}"
        if use.hidden:
            yield f"    {'' if use.places else use.title:<11}  {use.hidden}"
        if use.todo:
            yield f"    to do        {_line(use.todo)}"


def _signatures(change: Change, paint: Paint) -> Iterator[str]:
    for signature in change.signatures:
        breaks = "breaks code" if signature.breaks else "doesn't break code"
        notes = ["" if change.seen else breaks, written(signature.place)]
        note = f" ({', '.join(filter(None, notes))})" if any(notes) else ""
        yield f"    python       {_line(signature.name)}{note}"
        yield from _values(signature, "      ", paint)
        if signature.pin:
            yield f"      to keep it: {_line(str(signature.pin))}"


def _values(values: Change | Signature, indent: str, paint: Paint) -> Iterator[str]:
    if values.before:
        yield f"{indent}{paint(f'- {_line(values.before)}', 'old')}"
    if values.after:
        yield f"{indent}{paint(f'+ {_line(values.after)}', 'new')}"


def _places(change: Change, paint: Paint, names: tuple[str, str]) -> Iterator[str]:
    if change.seen is None:
        names = ("base", "revision")
    for side, place in zip(names, (change.base, change.revision), strict=True):
        if place:
            pointer = f"  #{_line(place.pointer)}" if place.pointer else ""
            yield paint(f"    {side.ljust(11)}  {_line(written(place))}{pointer}", "dim")
