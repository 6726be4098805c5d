"""The operations of a description that a program calls, as ``speclock ls --code`` prints them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...base.printable import counted, printable_line
from .client_arguments import reading
from .console import Console, output_width

if TYPE_CHECKING:
    from ..services.comparison.called import CalledList, UnsureRow

_HEAD = ("ID", "METHOD", "PATH", "CALLS")
_LEAST = (12, 6, 12, 16)
"""The fewest characters that each column may be cut to."""
_PIPED = 200


def list_code(options: argparse.Namespace, console: Console) -> int:
    """Print the operations that a program calls, of each description."""
    from ...base.errors import UsageError
    from ..services.comparison.called import CallingProgram, list_called
    from ..services.project.descriptions import SourceOptions

    if options.pagination or options.operation or options.selected:
        raise UsageError(
            "--code lists the operations that the program calls: leave out --pagination, "
            "--operation and --selected."
        )
    lists = list_called(
        options.source,
        CallingProgram(options.code, options.base_url),
        SourceOptions(config=options.config, **reading(options, console)),
    )
    if options.format == "json":
        console.json([_json(group) for group in lists])
        return 0
    for number, group in enumerate(lists):
        if number:
            console.print("")
        if len(lists) > 1 or group.client:
            console.say(f"{group.client or 'no client'}: {group.name}")
        _print(group, console)
    return 0


def _print(group: CalledList, console: Console) -> None:
    if group.operations:
        console.print("\n".join(_table(group)))
    print_unsure("ambiguous", group.ambiguous, console)
    print_unsure("not understood", group.unknown, console)
    for name in group.unread:
        console.warn(f"{name} cannot be read as Python")
    console.say(_count(group))


def _table(group: CalledList) -> list[str]:
    from ...base.table import table

    rows: list[Sequence[str]] = [_HEAD]
    for operation in group.operations:
        first, *others = operation.places
        rows.append((operation.id, operation.method, operation.path, first))
        rows += [("", "", "", place) for place in others]
    printed = [tuple(map(printable_line, row)) for row in rows]
    return table(printed, output_width() or _PIPED, _LEAST)


def print_unsure(title: str, rows: Sequence[UnsureRow], console: Console) -> None:
    """Print the calls that aren't understood, or may be of several operations."""
    if not rows:
        return
    console.print(f"\n{title}:")
    for row in rows:
        candidates = f": {' or '.join(row.candidates)}" if row.candidates else ""
        console.print(printable_line(f"  {row.place}: {row.fact}{candidates}"))


def _count(group: CalledList) -> str:
    calls = sum(len(operation.places) for operation in group.operations)
    parts = [f"{counted(len(group.operations), 'operation')} in {counted(calls, 'call')}"]
    if group.ambiguous:
        parts.append(f"{len(group.ambiguous):,} ambiguous")
    if group.unknown:
        parts.append(f"{len(group.unknown):,} not understood")
    if group.others:
        parts.append(f"{group.others:,} of other APIs")
    return f"{', '.join(parts)}; {counted(group.files, 'file')} read"


def _json(group: CalledList) -> dict[str, object]:
    from dataclasses import asdict
    from pathlib import PurePath

    return {
        **asdict(group),
        "client": group.client or None,
        "name": group.name if "://" in group.name else PurePath(group.name).as_posix(),
    }
