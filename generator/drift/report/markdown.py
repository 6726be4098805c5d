"""The report as GitHub-flavoured Markdown, for a pull request, an issue or a job's summary.

Text of a description is shown as it is: values are code, and in prose every character with a
meaning in Markdown or on GitHub is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ...errors import Place
from ...printable import counted, shortened
from ..changes import BREAKING, NONE, RISK, SAFE, WIRE, Change, Report, Side
from .summary import (
    DOCS,
    allowed,
    closing,
    directions,
    faults_title,
    grouped,
    of_sort,
    rules,
    seen,
    sides,
    verdict,
    where,
)

LIMIT = 60_000
"""Characters; GitHub takes 65,536 of a comment or an issue."""
_TAIL = 8_000
"""The part of it for the allowed changes and what follows them."""
_LONGEST = 600
_MARKS = {BREAKING: "🔴", RISK: "🟠", SAFE: "🟢", NONE: "⚪"}
_SIGNS = re.compile(r"[\\`*_\[\]<>~&$]|^[-+=]|(?<=\d)[.)](?= |$)")
"""Characters that begin markup, anywhere or at the start of a line (CommonMark 2.4, GFM 6)."""
_REFERENCES = re.compile(r"@|#|/(?=/)|www(?=\.)|GH(?=-)", re.IGNORECASE)
"""Text that GitHub turns into a mention, a reference or a link."""
_NOTHING = "&#8203;"
"""A zero-width space. (A comment at the start of a line would turn all of it into HTML.)"""


def as_markdown(report: Report, limit: int = LIMIT) -> str:
    """Return the report in about ``limit`` characters; what doesn't fit is counted."""
    level, _, rest = verdict(report).partition(": ")
    head = [
        f"## {_MARKS[level]} Drift: {level}",
        f"**{_prose(rest[:1].upper() + rest[1:])}.**",
        f"{_side(report.base)} → {_side(report.revision)}",
    ]
    tail = _cut([*_faults(report), *_allowed(report), *_next(report)], _TAIL)
    room = limit - sum(map(len, [*head, *tail])) - 200
    return "\n\n".join([*head, *_cut([*_changes(report), *_docs(report)], room), *tail]) + "\n"


def _cut(blocks: list[str], room: int) -> list[str]:
    """Return the blocks that fit, and a note about the others."""
    shown: list[str] = []
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            rest = counted(len(blocks) - len(shown), "more paragraph")
            return [*shown, f"*{rest} didn't fit here; the other formats show all.*"]
        shown.append(block)
    return shown


def _prose(text: str) -> str:
    """Return a text without leading spaces, which would make it code."""
    return _plain(shortened(text, _LONGEST)).strip()


def _plain(text: str) -> str:
    text = _SIGNS.sub(r"\\\g<0>", text)
    return _REFERENCES.sub(lambda found: found[0] + _NOTHING, text)


def _code(text: str) -> str:
    """Return a code span that its text doesn't close (CommonMark 6.1)."""
    text = shortened(text, _LONGEST)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{space}{text}{space}{fence}"


def sentence(text: str) -> str:
    """Return prose in which text between backticks is code."""
    parts = shortened(text, _LONGEST).split("`")
    if len(parts) % 2 == 0:
        return _prose(text)
    written = [(_code if number % 2 else _plain)(part) for number, part in enumerate(parts) if part]
    return "".join(written).strip()


def _side(side: Side) -> str:
    return f"{_code(side.name)} ({_prose(side.version)})" if side.version else _code(side.name)


def _changes(report: Report) -> Iterator[str]:
    for group in grouped(of_sort(report, *WIRE)):
        names = ", ".join(map(_code, group.operations[:8])) or "The description"
        more = len(group.operations) - 8
        yield f"### {names}{f' and {more} more' if more > 0 else ''}"
        yield from (_change(change, sides(report)) for change in group.changes)


def _change(change: Change, names: tuple[str, str]) -> str:
    lines = [
        f"- {_MARKS[change.wire]} **{directions(change)}**: {sentence(change.message)}",
        f"  {' · '.join(map(_code, rules(change)))}",
        *_diff(change.before, change.after),
    ]
    for signature in change.signatures:
        breaks = "**breaks code**" if signature.breaks else "doesn't break code"
        place = _code(where(signature.place)) if signature.place else ""
        notes = ", ".join(filter(None, ("" if change.seen else breaks, place)))
        lines.append(f"\n  Python: {_code(signature.name)}{f' ({notes})' if notes else ''}")
        lines += _diff(signature.before, signature.after)
    if change.seen:
        lines.append(f"\n  {_prose(seen(change))}")
    places = _places(dict(zip(names, (change.base, change.revision), strict=True)))
    lines.append(f"\n  {places}fingerprint {_code(change.fingerprint)}")
    return "\n".join(lines)


def _places(places: dict[str, Place | None]) -> str:
    return "".join(f"{side}: {_code(where(place))} · " for side, place in places.items() if place)


def _diff(before: str, after: str) -> list[str]:
    values = [("-", before), ("+", after)]
    lines = [f"{sign} {shortened(value, _LONGEST)}" for sign, value in values if value]
    if not lines:
        return []
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "".join(lines)) or [""]))
    return ["", *(f"  {line}" for line in (f"{fence}diff", *lines, fence))]


def _docs(report: Report) -> Iterator[str]:
    if changes := of_sort(report, DOCS):
        lines = [f"- {sentence(change.message)}" for change in changes[:50]]
        if len(changes) > 50:
            lines.append(f"- and {len(changes) - 50} more")
        yield _folded(f"Documentation: {counted(len(changes), 'change')}", lines)


def _allowed(report: Report) -> Iterator[str]:
    lines = [
        f"- {change.wire}: {sentence(change.message)} – {_prose(because)}"
        for change, _, because in allowed(report)
    ]
    if lines:
        yield _folded(f"Allowed, and not counted: {counted(len(lines), 'change')}", lines)


def _folded(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"<details><summary>{head}</summary>", "", *lines, "", "</details>"])


def _faults(report: Report) -> Iterator[str]:
    if report.faults:
        yield f"### {faults_title(report)}"
        yield "\n".join(
            f"- {_code(where(fault.place))}: {_prose(fault.fact)} {_prose(fault.remedy)}"
            for fault in report.faults
        )


def _next(report: Report) -> Iterator[str]:
    yield "### Next"
    yield _prose(closing(report))
    if report.steps:
        yield "\n".join(f"{n}. {sentence(step)}" for n, step in enumerate(report.steps, 1))
