"""The text that shows what an update changes, for a terminal and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...base.config import Pagination
from ...base.portable import resolved
from ...base.printable import counted, display_path, printable_line
from ...watch.changes.formats import markdown as md
from ...watch.changes.formats.text import ansi, plain
from ...watch.changes.formats.text import text as report_text
from ..services.names.locked_pins import moved_line
from ..services.project.pyproject_edit import pagination_text
from .package_text import cause, package_lines
from .upgrade_text import declared

if TYPE_CHECKING:
    from pathlib import Path

    from ...watch.changes.change import Report
    from ..services.updates.descriptions import UpdatedDescription
    from ..services.updates.result import Update, UpdatedClient
    from .console import Console

_ROOM = 12_000
"""The characters that Markdown has for what isn't a report of drift."""


def text(plan: Update, console: Console, *, is_to_file: bool = False) -> str:
    """Return the reports and the list of what changes; in colours on a terminal."""
    if not plan.is_changed:
        return "\n".join([*map(printable_line, _up_to_date(plan)), ""])
    paint = ansi if console.colors_output and not is_to_file else plain
    reports = _reports(plan)
    parts = [report_text(report, paint, verbose=console.verbose) for report in reports]
    for lines in _python(plan, is_whole=console.verbose):
        parts.append("\n".join([*map(printable_line, lines), ""]))
    open_changes = list(left_to_the_user(plan))
    if open_changes:
        parts.append(_section("Left to you:", open_changes))
    parts.append(_section("What changes:", _changes(plan)))
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    """Return a title with indented lines below it."""
    return "\n".join([title, *(f"  {printable_line(line)}" for line in lines), ""])


def markdown(plan: Update) -> str:
    """Return the reports and the list of what changes, in at most 60,000 characters."""
    reports = _reports(plan)
    room = (md.LIMIT - _ROOM) // max(1, len(reports))
    parts = [md.as_markdown(report, room) for report in reports]
    shown, hidden = md.fitting(_entries(plan), _ROOM)
    parts.append("\n".join(shown))
    if hidden:
        are = "is" if hidden == 1 else "are"
        parts.append(f"*{counted(hidden, 'more line')} {are} not shown here.*")
    return "\n".join([*parts, ""])


def _entries(plan: Update) -> Iterator[tuple[str, str]]:
    """Yield what isn't in the reports as items of lists, each with its heading."""
    for title, *lines in _python(plan):
        head = f"\n### {md.prose(title)}\n"
        yield head, ""
        yield from ((head, f"- {md.code(line.strip())}") for line in lines)
    for item in left_to_the_user(plan):
        yield "\n### Left to you\n", f"- {md.sentence(item)}"
    for item in _changes(plan):
        yield "\n### What changes\n", f"- {md.sentence(item)}"


def _reports(plan: Update) -> list[Report]:
    """Return the reports; only one with changes of a client with a section of its own below."""
    reports: list[Report] = []
    for client in plan.clients:
        has_section = client.added or client.removed or client.by_tool
        if client.report and (client.report.changes or not has_section):
            reports.append(client.report)
    return reports


def _python(plan: Update, *, is_whole: bool = False) -> Iterator[list[str]]:
    """Yield the changes of the Python API of each client that this speclock or operations change.

    ``is_whole`` lists also what this speclock changes and what breaks nothing.
    """
    for client in plan.clients:
        if client.by_tool:
            yield [cause(client.by_tool), *package_lines(client.by_tool, is_whole=is_whole)]
    for client in plan.clients:
        if client.added or client.removed:
            breaking = [change for change in client.python if change.breaks]
            bump = "minor" if client.python else "patch"
            if breaking:
                bump = "major"
            changes = counted(len(client.python), "change")
            head = f"Python API of {client.client.package}: {changes}, {len(breaking):,} breaking"
            lines = [f"  breaks  {change.term:<8}  {declared(change)}" for change in breaking]
            yield [f"{head}; the client needs a new {bump} version", *lines]


def left_to_the_user(plan: Update) -> Iterator[str]:
    """Yield a line for each change that is left to the user, with its places and the reason."""
    for description in plan.descriptions:
        for change, reason in description.left:
            places = " and ".join(str(p) for p in (change.base, change.revision) if p)
            places = places or display_path(description.path, plan.root)
            yield f"{places}: {change.message} ({reason})"
    pulled = {resolved(d.path) for d in plan.descriptions if d.is_pulled}
    for client in plan.clients:
        if resolved(plan.root / client.client.spec) in pulled and client.report:
            for change in client.report.changes:
                if change.allowed:
                    fact = f"is taken in now ({change.message}): remove this entry"
                    yield f"{change.allowed.place}: the change that it allows {fact}"


def _changes(plan: Update) -> Iterator[str]:
    """Yield a line for each thing that changes; one if nothing does."""
    if not plan.is_changed:
        yield from _up_to_date(plan)
        return
    for package, settings in plan.settings.items():
        names = ", ".join(settings)
        file = display_path(plan.settings_file, plan.root)
        yield f"{file}: {names} of [tool.speclock.clients.{package}]"
        if settings.get("pagination") == ():
            yield "  the tables of pagination: removed"
        if rules := [one for one in settings.get("pagination", ()) if isinstance(one, Pagination)]:
            text = pagination_text(package, rules)
            yield from (f"  {line}".rstrip() for line in text.splitlines())
        for table, entries in settings.items():
            if isinstance(entries, Mapping):
                yield from _pins(table, entries)
    yield from _locked(plan)
    for description in plan.descriptions:
        yield f"{display_path(description.path, plan.root)}: {_description(description)}"
    for client in plan.clients:
        yield from _client(client, plan.root)


def _locked(plan: Update) -> Iterator[str]:
    """Yield the lines of the pins that change in each lock, or move there."""
    for client in (one.client for one in plan.clients):
        lock = display_path(plan.lock_of(client), plan.root)
        if moved := plan.moved.get(client.package):
            file = display_path(plan.settings_file, plan.root)
            yield moved_line(client.package, moved, file, lock)
        if tables := plan.pins.get(client.package):
            yield f"{lock}: {', '.join(tables)} of {client.package}"
            for table, entries in tables.items():
                yield from _pins(table, entries)


def _pins(table: str, entries: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each entry of a table that changes."""
    word = table if table in ("accept", "content_type") else "name"
    for key, name in entries.items():
        yield f"  {key} keeps its {word} {name}" if name else f"  {key}: removed"


def _up_to_date(plan: Update) -> Iterator[str]:
    for description in plan.descriptions:
        left = len(description.entry.left)
        more = f"; {counted(left, 'change')} left to you, see speclock drift" if left else ""
        path = display_path(description.path, plan.root)
        if description.documentation:
            package = _first_client(plan, description)
            more = (
                f"; {counted(description.documentation, 'change')} of its documentation, which the "
                f"next other change takes along. To take them now: speclock update {package} --docs"
            )
        version = f"version {description.entry.version}{more}"
        yield f"{path}: up to date with {description.upstream}, {version}"


def _first_client(plan: Update, description: UpdatedDescription) -> str:
    """Return the package of the first client of a description."""
    path = resolved(description.path)
    specs = {client.client.package: client.client.spec for client in plan.clients}
    return next(name for name, spec in specs.items() if resolved(plan.root / spec) == path)


def _description(one: UpdatedDescription) -> str:
    version = one.entry.version
    if one.previous and one.previous.version and one.previous.version != version:
        version = f"{one.previous.version} → {version}"
    kind = "the slice" if one.is_pulled else "your own description, with the changes"
    subtypes = f" and {counted(one.subtypes, 'subtype')} of a base" if one.subtypes else ""
    source = f"{kind} of {one.upstream}, version {version}"
    count = f"{counted(one.operations, 'operation')}{subtypes}"
    if one.schemas:
        whole = f"all {counted(one.schemas, 'schema')}"
        count = f"{count}, {whole}" if one.operations else whole
    if one.before == one.after:
        return f"unchanged; {source}; {count}"
    old, new = (Counter(text.splitlines()) for text in (one.before or "", one.after))
    added, removed = (new - old).total(), (old - new).total()
    counts = f"{counted(added, 'line')} added, {removed:,} removed"
    return f"{'new' if one.before is None else counts}; {source}; {count}"


def _client(client: UpdatedClient, root: Path) -> Iterator[str]:
    output = root / client.client.output
    package = client.client.package
    for word, names in (("added", client.added), ("removed", client.removed)):
        if names:
            yield f"{word} to {package}: {', '.join(names)}".replace("removed to", "removed from")
    yield from (f"{package}: {sentence}" for sentence in client.lost_pages)
    if client.other_versions and not client.by_tool:
        yield f"{package}: {client.other_versions}. {client.other_versions.remedy}"
    code, tests = 0, 0
    for change in client.changes:
        if change.path.startswith(f"{package}/"):
            code += 1
        else:
            tests += 1
    if code:
        yield f"{display_path(output / package, root)}: {counted(code, 'file')}"
    if tests:
        folder = root / client.client.tests_folder
        yield f"{display_path(folder, root)}: {counted(tests, 'file')}"
