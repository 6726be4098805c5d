"""The text that shows what an upgrade changes for callers: for a terminal or a commit message, as
Markdown, and as JSON.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...base.printable import counted, printable, printable_json, printable_line, shortened
from ...watch.changes.formats import markdown as md
from ...watch.changes.formats.json import members
from ...watch.changes.formats.summary import groups, searched

if TYPE_CHECKING:
    from ...codegen.apidiff.compare import ApiChange
    from ...watch.changes.change import ClientUse
    from ..services.copies.upgrade import Upgrade

    Shown = tuple[str, Upgrade | str]
    """A copy's folder, with its changes or the reason why it is refused."""

_TERMS = ("removed", "renamed", "narrowed", "changed", "widened", "added")
"""The terms of apidiff, in the order in which their numbers are listed."""
_MAX_TEXT = 250
_NOTE = 200
"""The characters that Markdown has for the sentence about what didn't fit."""


def text(copies: Sequence[Shown], *, is_list: bool) -> str:  # noqa: ARG001 - as the others
    """Return the changes as lines, of which the first fits the subject of a commit.

    Copies that are refused aren't in the text, because errors tell the reasons.
    """
    output = ""
    for dest, plan in copies:
        if not isinstance(plan, str):
            gap = "\n" if output and plan.changed else ""
            output += gap + _text(dest, plan)
    return output


def _text(dest: str, plan: Upgrade) -> str:
    if not plan.changed:
        return f"{printable_line(_up_to_date(dest, plan))}\n"
    version = plan.copy.manifest.info_version
    lines = [
        f"{dest}: to API version {version}, {_files(plan)}.",
        "",
        f"Suggested version bump: {plan.bump}.",
        *_counts(plan),
        *_lost(plan),
        *searched(plan.usage, _uses(plan)),
        "",
    ]
    for difference, uses in _with_uses(plan):
        mark = "breaks" if difference.breaks else "      "
        lines.append(f"  {mark}  {difference.term:<8}  {declared(difference)}")
        lines += [f"          {title:<9} {use}" for title, use in uses]
    if not plan.differences:
        lines.append("  No public name changes.")
    return "".join(f"{printable_line(line)}\n" for line in lines)


def markdown(copies: Sequence[Shown], *, is_list: bool) -> str:  # noqa: ARG001 - as the others
    """Return the changes in at most 60,000 characters; those that don't fit are counted."""
    room = md.LIMIT // max(1, len(copies))
    return "\n".join(_markdown(dest, plan, room) for dest, plan in copies)


def _markdown(dest: str, plan: Upgrade | str, limit: int) -> str:
    if isinstance(plan, str):
        return f"{printable(md.prose(f'{dest} is not upgraded: {plan}'))}\n"
    if not plan.changed:
        return f"{printable(md.prose(_up_to_date(dest, plan)))}\n"
    head = [
        f"## Upgrade of {md.code(dest)}\n",
        f"To API version {md.prose(plan.copy.manifest.info_version)}: {_files(plan)}.\n",
        f"**Suggested version bump: {plan.bump}.** {' '.join(_counts(plan))}".rstrip(),
    ]
    for line in (*_lost(plan), *searched(plan.usage, _uses(plan))):
        head.append(f"\n{md.prose(line)}")
    room = limit - sum(len(line) + 1 for line in head) - _NOTE
    shown, omitted = md.fitting((_entry(*with_use) for with_use in _with_uses(plan)), room)
    if omitted:
        verb = "is" if omitted == 1 else "are"
        number = counted(omitted, "change")
        shown.append(f"\n*{number} {verb} not shown here; `--format json` has all.*")
    return printable("\n".join([*head, *shown])) + "\n"


def as_json(copies: Sequence[Shown], *, is_list: bool) -> str:
    """Return the changes as JSON: an object, or a list of them if it ``is_list``."""
    plans = [_json(dest, plan) for dest, plan in copies]
    data = plans if is_list else plans[0]
    text = json.dumps(data, indent=2, ensure_ascii=False, default=members)
    return printable_json(text) + "\n"


def _json(dest: str, plan: Upgrade | str) -> dict[str, object]:
    if isinstance(plan, str):
        return {"package": dest, "reason": plan}
    changes: list[dict[str, object]] = []
    for difference, uses in zip(plan.differences, _uses(plan), strict=True):
        change: dict[str, object] = {
            "action": difference.action,
            "kind": difference.declaration.kind,
            "name": difference.name,
            "before": str(difference.old or ""),
            "after": str(difference.new or ""),
            "breaks": difference.breaks,
        }
        if plan.usage:
            change["uses"] = uses
        changes.append(change)
    data: dict[str, object] = {"package": dest, "bump": plan.bump, "changes": changes}
    if plan.usage:
        data["usage"] = plan.usage
    if plan.features:
        data["features"] = plan.features
    if plan.fixtures:
        data["fixtures"] = plan.fixtures
    data["files"] = list(plan.changed)
    return data


FORMATS = {"text": text, "json": as_json, "markdown": markdown}
"""The formats of ``--format``; each text is guarded for a terminal."""


def _up_to_date(dest: str, plan: Upgrade) -> str:
    return f"{dest}: up to date with {plan.recorded}."


def _files(plan: Upgrade) -> str:
    files = counted(len(plan.changed), "file")
    return f"{files} {'changes' if len(plan.changed) == 1 else 'change'}"


def _counts(plan: Upgrade) -> Iterator[str]:
    """Yield the numbers of the changes that break callers, and of the others, by term."""
    for name, breaks in (("Breaking", True), ("Compatible", False)):
        numbers: Counter[str] = Counter()
        for difference in plan.differences:
            if difference.breaks == breaks:
                numbers[difference.term] += 1
        if numbers:
            parts = ", ".join(f"{numbers[term]:,} {term}" for term in _TERMS if numbers[term])
            yield f"{name}: {counted(numbers.total(), 'change')} ({parts})."


def _lost(plan: Upgrade) -> Iterator[str]:
    """Yield the parts of a client that the copy loses."""
    if plan.features:
        features = json.dumps(list(plan.features))
        yield f"Left out now, unless the settings of the original have them: features = {features}"
    if plan.fixtures:
        yield f"Fixtures of its tests that leave: {', '.join(plan.fixtures)}"


def _with_uses(plan: Upgrade) -> Iterator[tuple[ApiChange, list[tuple[str, str]]]]:
    """Yield each change, with the places in the program, or that there is none if it breaks."""
    for change, uses in zip(plan.differences, _uses(plan), strict=True):
        lines: list[tuple[str, str]] = []
        if plan.usage and (uses or change.breaks):
            for group in groups(uses):
                for place, expression in group.places:
                    lines.append((group.title, f"{place}  {expression}"))
                if group.hidden:
                    lines.append((group.title, group.hidden))
        yield change, lines


def _uses(plan: Upgrade) -> Sequence[Sequence[ClientUse]]:
    return plan.uses or [()] * len(plan.differences)


def _entry(change: ApiChange, uses: Sequence[tuple[str, str]]) -> tuple[str, str]:
    head = "Breaking" if change.breaks else "Compatible"
    lines = [f"- **{change.term}** {md.code(declared(change))}"]
    lines += [f"  - {title} {md.code(use)}" for title, use in uses]
    return f"\n### {head}\n", "\n".join(lines)


def declared(change: ApiChange) -> str:
    """Return what changed on one line: ``Tree.age: int → age: str``, ``trees.list(limit: int)``."""
    sides = [str(side) for side in (change.old, change.new) if side]
    declared = " → ".join(shortened(side, _MAX_TEXT) for side in sides)
    match change.declaration.kind:
        case "field" | "member":
            return f"{change.owner}.{declared}"
        case "parameter":
            return f"{change.owner}({declared})"
        case "result":
            return f"{change.owner}() {declared}"
        case _:
            return declared
