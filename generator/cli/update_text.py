"""The text that shows what an update changes, for a terminal and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..drift.report import markdown as md
from ..drift.report.text import ansi, plain
from ..drift.report.text import text as report_text
from ..printable import counted, display_path, printable_line

if TYPE_CHECKING:
    from pathlib import Path

    from ..services.updates.descriptions import UpdatedDescription
    from ..services.updates.result import Update, UpdatedClient
    from .console import Console

_ROOM = 12_000
"""The characters that Markdown has for what isn't a report of drift."""
_MAX_LEFT = 40


def text(plan: Update, console: Console, *, is_to_file: bool = False) -> str:
    """Return the reports and the list of what changes; in colours on a terminal."""
    if not plan.is_changed:
        return "\n".join([*map(printable_line, _up_to_date(plan)), ""])
    paint = ansi if console.colors_output and not is_to_file else plain
    reports = [one.report for one in plan.clients if one.report]
    parts = [report_text(report, paint, verbose=console.verbose) for report in reports]
    left = [printable_line(line) for line in left_to_the_user(plan)]
    if left:
        parts.append("\n".join(["Left to you:", *(f"  {line}" for line in left), ""]))
    lines = [printable_line(line) for line in _changes(plan)]
    parts.append("\n".join(["What changes:", *(f"  {line}" for line in lines), ""]))
    return "\n".join(parts)


def markdown(plan: Update) -> str:
    """Return the reports and the list of what changes, in at most 60,000 characters."""
    reports = [one.report for one in plan.clients if one.report]
    room = (md.LIMIT - _ROOM) // max(1, len(reports))
    parts = [md.as_markdown(report, room) for report in reports]
    left = list(left_to_the_user(plan))
    if left:
        shown = [f"- {md.sentence(line)}" for line in left[:_MAX_LEFT]]
        if len(left) > _MAX_LEFT:
            shown.append(f"- and {len(left) - _MAX_LEFT} more")
        parts.append("\n".join(["### Left to you", "", *shown, ""]))
    changed = [f"- {md.sentence(line)}" for line in _changes(plan)]
    parts.append("\n".join(["### What changes", "", *changed[:100], ""]))
    return "\n".join(parts)


def left_to_the_user(plan: Update) -> Iterator[str]:
    """Yield a line for each change that is left to the user, with its places and the reason."""
    for one in plan.descriptions:
        for change, reason in one.left:
            places = " and ".join(str(p) for p in (change.base, change.revision) if p)
            yield f"{places or display_path(one.path)}: {change.message} ({reason})"


def _changes(plan: Update) -> Iterator[str]:
    """Yield a line for each thing that changes; one if nothing does."""
    if not plan.is_changed:
        yield from _up_to_date(plan)
    for package, settings in plan.settings.items():
        names = ", ".join(settings)
        yield f"{display_path(plan.settings_file)}: {names} of [tool.speclock.clients.{package}]"
        for entries in settings.values():
            if isinstance(entries, Mapping):
                for key, name in entries.items():
                    yield f"  {key} keeps its name {name}" if name else f"  {key}: removed"
    for one in plan.descriptions:
        yield _description(one)
    for client in plan.clients:
        yield from _client(client, plan.root)


def _up_to_date(plan: Update) -> Iterator[str]:
    for one in plan.descriptions:
        left = len(one.entry.left)
        more = f"; {counted(left, 'change')} left to you, see speclock drift" if left else ""
        yield (
            f"{display_path(one.path)}: up to date with {one.upstream}, version "
            f"{one.entry.version}{more}"
        )


def _description(one: UpdatedDescription) -> str:
    version = one.entry.version
    if one.previous and one.previous.version and one.previous.version != version:
        version = f"{one.previous.version} → {version}"
    kind = "the slice" if one.is_pulled else "your own description, with the changes"
    subtypes = f" and {counted(one.subtypes, 'subtype')} of a base" if one.subtypes else ""
    source = f"{kind} of {one.upstream}, version {version}"
    count = f"{counted(one.operations, 'operation')}{subtypes}"
    if one.before == one.after:
        return f"{display_path(one.path)}: unchanged; {source}; {count}"
    old, new = (Counter(text.splitlines()) for text in (one.before or "", one.after))
    added, removed = (new - old).total(), (old - new).total()
    counts = f"{counted(added, 'line')} added, {removed:,} removed"
    return f"{display_path(one.path)}: {'new' if one.before is None else counts}; {source}; {count}"


def _client(one: UpdatedClient, root: Path) -> Iterator[str]:
    output = root / one.client.output
    package = one.client.package
    for word, names in (("added", one.added), ("removed", one.removed)):
        if names:
            yield f"{word} to {package}: {', '.join(names)}".replace("removed to", "removed from")
    tests = [change for change in one.changes if change.path.startswith("tests/")]
    for folder, count in (
        (output / package, len(one.changes) - len(tests)),
        (output / "tests" / package, len(tests)),
    ):
        if count:
            yield f"{display_path(folder)}: {counted(count, 'file')}"
