"""The report as one self-contained HTML page, made with templates/report/."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence

from ....base.errors import Place
from ....base.printable import counted
from ..change import BREAKING, NONE, RISK, SAFE, WIRE, Change, Report, Signature
from ..rules import RULES
from .html_view import Item, MarkedText, Page, Pair, Section, Tally, Value
from .summary import (
    ALLOWED,
    DOCS,
    closing,
    directions,
    entries,
    faults_title,
    grouped,
    listed,
    of_sort,
    rules,
    seen,
    sort_of,
    usage,
    uses,
    verdict,
    where,
)

_WORDS = re.compile(r"\w+|\s+|.")
_CORE = re.compile(r"\w(.*\w)?", re.DOTALL)
Parts = tuple[MarkedText, ...]
_MOST = 800
"""Words up to which two values are compared word by word."""


_LABELS = {
    BREAKING: "Breaking",
    RISK: "Risk",
    SAFE: "Safe",
    NONE: "Not on the wire",
    DOCS: "Documentation",
    ALLOWED: "Allowed",
}


def as_html(report: Report) -> str:
    """Return the page; the same report gives the same bytes."""
    from ....codegen.render.render import render_page

    return render_page("drift", _page(report))


def _page(report: Report) -> Page:
    items = {id(change): _item(n, change, report) for n, change in enumerate(report.changes, 1)}

    def shown(changes: Iterable[Change]) -> tuple[Item, ...]:
        return tuple(items[id(change)] for change in changes)

    sections = tuple(
        Section(
            f"operations-{number}",
            listed(group.operations, 4) or "The description",
            shown(group.changes),
        )
        for number, group in enumerate(grouped(of_sort(report, *WIRE)), 1)
    )
    level, _, rest = verdict(report).partition(": ")
    old, new = (name.capitalize() for name in report.subject.sides)
    return Page(
        report=report,
        level=level,
        verdict=rest[:1].upper() + rest[1:],
        sides=((old, report.base), (new, report.revision)),
        contents=sections if len(sections) > 2 else (),
        compared=counted(len(report.operations), "schema" if report.models else "operation"),
        noticed_by_none=counted(len(of_sort(report, DOCS)), "change"),
        reach_python=sum(change.python for change in report.changes),
        tallies=tuple(
            Tally(sort, label, count)
            for sort, label in _LABELS.items()
            if (count := len(of_sort(report, sort)))
        ),
        sections=sections,
        allowed=shown(of_sort(report, ALLOWED)),
        prose=shown(of_sort(report, DOCS)),
        bump=closing(report),
        faults_title=faults_title(report),
        steps=tuple(map(coded, report.steps)),
        usage=usage(report),
    )


def _item(number: int, change: Change, report: Report) -> Item:
    rule = RULES[change.id]
    return Item(
        change=change,
        anchor=f"change-{number}",
        sort=sort_of(change),
        label=_LABELS[sort_of(change)],
        message=coded(change.message),
        directions=directions(change) if change.wire != NONE else "",
        rules=tuple(rules(change)),
        operations=listed(change.operations, 4),
        seen=seen(change),
        pairs=tuple(_pairs(change, report)),
        uses=uses(report, change, len(change.uses)),
        why=coded(rule.why),
        todo=coded(rule.do),
        entry="".join(entries(report, [change])),
    )


def _pairs(change: Change, report: Report) -> Iterator[Pair]:
    names = tuple(name.capitalize() for name in report.subject.sides)
    yield _pair("", "", change, change.base, change.revision, names)
    for signature in change.signatures:
        if change.seen is not None:
            yield Pair(f"{signature.name} {where(signature.place)}".strip(), "", ())
            continue
        note = "breaks code that uses it" if signature.breaks else "doesn't break code"
        note += f"; to keep it: {signature.pin}" if signature.pin else ""
        yield _pair(signature.name, note, signature, signature.place, None)


def _pair(
    title: str,
    note: str,
    values: Change | Signature,
    base: Place | None,
    revision: Place | None,
    names: Sequence[str] = ("Old", "New"),
) -> Pair:
    old, new = compared(values.before, values.after)
    return Pair(
        title, note, (Value(names[0], "old", base, old), Value(names[1], "new", revision, new))
    )


def coded(text: str) -> tuple[MarkedText, ...]:
    """Return a sentence in which text between backticks is code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return (MarkedText(text),)
    return tuple(MarkedText(part, bool(number % 2)) for number, part in enumerate(parts) if part)


def compared(before: str, after: str) -> tuple[Parts, Parts]:
    """Return two values with the words marked that only one of them has."""
    old, new = (_WORDS.findall(text) for text in (before, after))
    if not old or not new or max(len(old), len(new)) > _MOST:
        return _whole(old), _whole(new)
    matcher = difflib.SequenceMatcher(str.isspace, old, new)
    if matcher.ratio() < 0.3:  # two texts, not one that was edited
        return _whole(old), _whole(new)
    codes = matcher.get_opcodes()
    return (
        _parts([(old[i:j], tag != "equal") for tag, i, j, _, _ in codes]),
        _parts([(new[i:j], tag != "equal") for tag, _, _, i, j in codes]),
    )


def _whole(words: Sequence[str]) -> Parts:
    return _parts([(words, False)])


def _parts(runs: Sequence[tuple[Sequence[str], bool]]) -> Parts:
    """Return runs of words as text; signs and spaces at the ends of a run aren't marked."""
    parts: list[MarkedText] = []
    for words, marked in runs:
        text = "".join(words)
        core = _CORE.search(text) if marked else None
        start, end = core.span() if core else (0, len(text))
        pieces = [(text[:start], False), (text[start:end], marked), (text[end:], False)]
        parts += [MarkedText(piece, is_marked) for piece, is_marked in pieces if piece]
    return tuple(parts)
