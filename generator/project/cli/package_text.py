"""The text that shows what changes in a client's package, and by what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ...base.printable import counted
from ...watch.changes.formats.summary import BUMPS, groups, searched
from .upgrade_text import declared

if TYPE_CHECKING:
    from ...codegen.apidiff.compare import ApiChange
    from ...watch.changes.change import ClientUse
    from ..services.generation.package_change import PackageChange

_MOST = 20
"""The number of changes that are listed beside names that leave, unless all are wanted."""


def package_lines(change: PackageChange, *, is_whole: bool) -> Iterator[str]:
    """Yield what changes for callers of a client, and the lines of settings that keep it.

    ``is_whole`` lists all changes, also those that break nothing.
    """
    breaking = [difference for difference in change.python if difference.breaks]
    if change.python:
        changes = counted(len(change.python), "change")
        yield (
            f"{change.package}: {changes} of its Python API, {len(breaking):,} breaking. "
            f"{BUMPS[change.bump]}"
        )
    yield from searched(change.usage, change.uses)
    pairs, hidden = _listed(change, is_whole=is_whole)
    for difference, uses in pairs:
        mark = "breaks" if difference.breaks else "      "
        yield f"  {mark}  {difference.term:<8}  {declared(difference)}"
        for group in groups(uses) if uses else ():
            yield from (f"          {group.title}: {place}  {text}" for place, text in group.places)
            if group.hidden:
                yield f"          {group.title}: {group.hidden}"
    if hidden:
        where = ", and that your program doesn't use" if change.usage else ""
        yield f"  and {hidden:,} more that break{where}; --verbose lists all changes"
    yield from _lines_that_keep(change)


def _listed(
    change: PackageChange, *, is_whole: bool
) -> tuple[Sequence[tuple[ApiChange, Sequence[ClientUse]]], int]:
    """Return the changes to list, each with its places, and the number of other breaking ones."""
    uses: Sequence[Sequence[ClientUse]] = change.uses or [()] * len(change.python)
    pairs = list(zip(change.python, uses, strict=True))
    if is_whole:
        return pairs, 0
    breaking = [pair for pair in pairs if pair[0].breaks or pair[1]]
    leaving = [pair for pair in breaking if pair[0].action in ("removed", "renamed")]
    others = [pair for pair in breaking if pair not in leaving]
    if change.usage is not None:
        others = [pair for pair in others if pair[1]]
    listed = [*leaving, *others[:_MOST]]
    return listed, len(breaking) - len(listed)


def _lines_that_keep(change: PackageChange) -> Iterator[str]:
    """Yield the settings that keep what the client would lose."""
    table = f"[tool.speclock.clients.{change.package}]"
    if change.features:
        setting = f"features = {json.dumps(list(change.all_features))}"
        lost = ", ".join(change.features)
        yield f"{change.package}: left out now: {lost}; to keep it, in {table}: {setting}"
    if change.fixtures:
        yield f"{change.package}: fixtures of its tests that leave: {', '.join(change.fixtures)}"
    if change.renamed:
        yield f"{change.package}: names that change; to keep an old one, add its line to {table}:"
    for name in change.renamed:
        pin = f"to keep it: {name.pin}" if name.pin else "no setting keeps it"
        yield f"  {name.old} is {name.new} now; {pin}"


def cause(change: PackageChange) -> str:
    """Return which tools made the package on disk, and how many files change by that.

    It is empty if these tools made it.
    """
    if change.tool is None:
        return ""
    changes = f"{counted(change.files, 'file')} {'changes' if change.files == 1 else 'change'}"
    by = "by that"
    if change.sources:
        by = f"by that and by its {' and '.join(change.sources)}"
    fact = f"{change.package}: {change.tool}: {changes} {by}"
    return f"{fact}. {change.tool.remedy}" if change.tool.remedy else f"{fact} (docs/upgrading.md)."
