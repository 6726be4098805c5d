"""The report as GitHub-flavoured Markdown, for a pull request, an issue or a job's summary.

Text of a description is shown as it is: values are code, and in prose every character with a
meaning in Markdown or on GitHub is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ....base.errors import Place
from ....base.printable import counted, shortened
from ..change import BREAKING, NONE, RISK, SAFE, Change, Report, Side
from .summary import (
    DOCS,
    allowed,
    allowed_title,
    closing,
    counts,
    directions,
    entries,
    faults_title,
    grouped,
    listing,
    of_sort,
    rules,
    seen,
    usage,
    uses,
    verdict,
    where,
)

LIMIT = 60_000
"""Characters; GitHub takes 65,536 of a comment or an issue."""
_TAIL = 8_000
"""The part of it for faults, allowed changes and the next steps."""
_ENTRIES = 4_000
"""The part of that for entries of the allow-list."""
_NOTES = 400
"""The part of it for counts and for what didn't fit."""
_LONGEST_ENTRY = 10_000
_MOST_DOCS = 50
_MOST_NAMES = 8
"""The number of operations that the heading of changes names."""
_LONGEST = 600
_MARKS = {BREAKING: "🔴", RISK: "🟠", SAFE: "🟢", NONE: "⚪"}
_SIGNS = re.compile(r"[\\`*_\[\]<>~&$]|^[-+=]|(?<=\d)[.)](?= |$)")
"""Characters that begin markup, anywhere or at the start of a line (CommonMark 2.4, GFM 6)."""
_REFERENCES = re.compile(r"@|#|/(?=/)|www(?=\.)|GH(?=-)", re.IGNORECASE)
"""Text that GitHub turns into a mention, a reference or a link."""
_NOTHING = "&#8203;"
"""A zero-width space. (A comment at the start of a line would turn all of it into HTML.)"""


def as_markdown(report: Report, limit: int = LIMIT, *, level: str = "") -> str:
    """Return the report in at most ``limit`` characters; what doesn't fit is counted.

    ``level`` is the lowest level to list, by default that of :func:`.summary.listing`.
    """
    grade, _, rest = verdict(report).partition(": ")
    head = [
        f"## {_MARKS[grade]} Drift: {grade}",
        f"**{prose(rest[:1].upper() + rest[1:])}.**",
        f"{_side(report.base)} → {_side(report.revision)}",
        *map(prose, usage(report)),
    ]
    shown = listing(report, level)
    steps = [*_next(report, shown.changes)]
    faults = [*_faults(report, _TAIL - _size(steps))]
    accepted = _allowed(report, _TAIL - _size([*faults, *steps]))
    tail = [*faults, *accepted, *steps]
    room = limit - _size([*head, *tail, shown.hidden]) - _NOTES
    listed, omitted = fitting(_changes(shown.changes, report), room)
    if report.changes:
        head.append(counts(report))
    notes: list[str] = []
    if omitted:
        number = counted(omitted, report.subject.noun)
        notes.append(f"*{number} didn't fit here; `--format html` shows all.*")
    if shown.hidden:
        notes.append(sentence(shown.hidden))
    docs = _docs(report, room - _size(listed))
    return "\n\n".join([*head, *listed, *notes, *docs, *tail]) + "\n"


def as_comment(reports: Sequence[Report], level: str = "") -> str:
    """Return the reports of several clients as one text of at most :data:`LIMIT` characters.

    The verdicts are first; a report that doesn't fit as a whole is left out.
    """
    if len(reports) == 1:
        return as_markdown(reports[0], level=level)
    verdicts = "\n".join(
        f"- {code(report.package)}: {prose(verdict(report))}" for report in reports
    )
    room = LIMIT - len(verdicts) - _NOTES
    texts = (
        f"# {code(report.package)}\n\n{as_markdown(report, room, level=level)}"
        for report in reports
    )
    shown, omitted = fitting((("", text) for text in texts), room)
    if omitted:
        shown.append(f"*{counted(omitted, 'report')} didn't fit here; the job's summary has all.*")
    return "\n\n".join([verdicts, *shown]) + "\n"


def _size(blocks: Iterable[str]) -> int:
    return sum(len(block) + 2 for block in blocks)


def fitting(entries: Iterable[tuple[str, str]], room: int) -> tuple[list[str], int]:
    """Return the entries up to the first that doesn't fit, and the number of the others.

    Each entry has the head that it is under. One that is longer than any should be is left out
    alone.
    """
    parts: list[str] = []
    last, omitted = "", 0
    for head, entry in entries:
        added = [entry] if head == last else [head, entry]
        if _size(added) <= room:
            parts += added
            last, room = head, room - _size(added)
        else:
            omitted += 1
            room = room if len(entry) > _LONGEST_ENTRY else 0
    return parts, omitted


def prose(text: str) -> str:
    """Return escaped prose without leading spaces, which would make it code."""
    return _plain(shortened(text, _LONGEST)).strip()


def _plain(text: str) -> str:
    text = _SIGNS.sub(r"\\\g<0>", text)
    return _REFERENCES.sub(lambda match: match[0] + _NOTHING, text)


def code(text: str) -> str:
    """Return a code span that its text doesn't close (CommonMark 6.1)."""
    text = shortened(text, _LONGEST)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{space}{text}{space}{fence}"


def sentence(text: str) -> str:
    """Return prose in which text between backticks is code."""
    parts = shortened(text, _LONGEST).split("`")
    if len(parts) % 2 == 0:
        return prose(text)
    written = [(code if number % 2 else _plain)(part) for number, part in enumerate(parts) if part]
    return "".join(written).strip()


def _side(side: Side) -> str:
    return f"{code(side.name)} ({prose(side.version)})" if side.version else code(side.name)


def _changes(changes: Iterable[Change], report: Report) -> Iterator[tuple[str, str]]:
    """Yield each change, with a head that names the operations that it reaches."""
    for group in grouped(changes):
        head = ", ".join(map(code, group.operations[:_MOST_NAMES])) or "The description"
        more = len(group.operations) - _MOST_NAMES
        if more > 0:
            head += f" and {more} more"
        for change in group.changes:
            yield f"### {head}", _change(change, report)


def _change(change: Change, report: Report) -> str:
    lines = [
        f"- {_MARKS[change.wire]} **{directions(change)}**: {sentence(change.message)}",
        f"  {' · '.join(map(code, rules(change)))}",
        *_diff(change.before, change.after),
    ]
    lines += _signatures(change)
    lines += _uses(report, change)
    if change.seen:
        lines.append(f"\n  {prose(seen(change))}")
    places = _places(dict(zip(report.subject.sides, (change.base, change.revision), strict=True)))
    lines.append(f"\n  {places}fingerprint {code(change.fingerprint)}")
    return "\n".join(lines)


def _uses(report: Report, change: Change) -> Iterator[str]:
    for use in uses(report, change):
        title = f"\n  {use.title.capitalize()}"
        if not use.places:
            yield f"{title}: {use.hidden}"
            continue
        todo = f" (to do: {sentence(use.todo)})" if use.todo else ""
        lines = [f"{title}{todo}:", ""]
        for place, expression in use.places:
            lines.append(f"  - {code(place)} {code(expression)}")
        if use.hidden:
            lines.append(f"  - {use.hidden}")
        yield "\n".join(lines)


def _signatures(change: Change) -> Iterator[str]:
    for signature in change.signatures:
        notes: list[str] = []
        if not change.seen:
            notes.append("**breaks code**" if signature.breaks else "doesn't break code")
        if signature.place:
            notes.append(code(where(signature.place)))
        line = f"\n  Python: {code(signature.name)}"
        if notes:
            line += f" ({', '.join(notes)})"
        if signature.pin:
            line += f"; to keep it: {code(str(signature.pin))}"
        yield "\n".join([line, *_diff(signature.before, signature.after)])


def _places(places: dict[str, Place | None]) -> str:
    return "".join(f"{side}: {code(where(place))} · " for side, place in places.items() if place)


def _diff(before: str, after: str) -> list[str]:
    lines: list[str] = []
    if before:
        lines.append(f"- {shortened(before, _LONGEST)}")
    if after:
        lines.append(f"+ {shortened(after, _LONGEST)}")
    if not lines:
        return []
    return ["", *(f"  {line}" for line in _block("diff", lines))]


def _block(language: str, lines: Sequence[str]) -> list[str]:
    """Return a code block that its lines don't close (CommonMark 4.5)."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "".join(lines)) or [""]))
    return [f"{fence}{language}", *lines, fence]


def _docs(report: Report, room: int) -> Iterator[str]:
    changes = of_sort(report, DOCS)
    lines = (f"- {sentence(change.message)}" for change in changes[:_MOST_DOCS])
    return _folded(f"Documentation: {counted(len(changes), 'change')}", lines, len(changes), room)


def _allowed(report: Report, room: int) -> Iterator[str]:
    items: list[str] = []
    for change, _, because in allowed(report):
        lines = [f"- {change.wire}: {sentence(change.message)} – {prose(because)}"]
        if report.takes_allowed:
            lines += _signatures(change)
        items.append("\n".join(lines))
    head = f"{allowed_title(report)}: {counted(len(items), 'change')}"
    return _folded(head, items, len(items), room)


def _folded(head: str, lines: Iterable[str], number: int, room: int) -> Iterator[str]:
    """Yield a part that is folded, with the lines of ``number`` that fit; nothing without any."""
    notes, _ = fitting((("", line) for line in lines), room - len(head) - _NOTES)
    more = [f"- and {number - len(notes)} more"] if number > len(notes) else []
    if number:
        yield _details(head, [*notes, *more])


def _details(head: str, lines: Sequence[str]) -> str:
    """Return a part that is folded."""
    return "\n".join([f"<details><summary>{head}</summary>", "", *lines, "", "</details>"])


def _faults(report: Report, room: int) -> Iterator[str]:
    if report.faults:
        yield f"### {faults_title(report)}"
        items: list[tuple[str, str]] = []
        for fault in report.faults:
            text = f"{prose(fault.fact)} {prose(fault.remedy)}"
            items.append(("", f"- {code(where(fault.place))}: {text}"))
        notes, omitted = fitting(items, room - _NOTES)
        if omitted:
            notes.append(f"- and {omitted} more")
        yield "\n".join(notes)


def _next(report: Report, changes: Iterable[Change]) -> Iterator[str]:
    yield "### Next"
    yield prose(closing(report))
    if report.steps:
        yield "\n".join(f"{n}. {sentence(step)}" for n, step in enumerate(report.steps, 1))
    listed = entries(report, changes)
    items, omitted = fitting((("", entry) for entry in listed), _ENTRIES)
    if listed:
        lines = "\n\n".join(items).split("\n")
        if omitted:
            lines += ["", f"# {omitted} more: --format html shows all"]
        yield _details(f"Entries for the allow-list: {len(listed)}", _block("toml", lines))
