"""``speclock ls``."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...base.printable import counted, printable_line
from .client_arguments import CONFIG, SOURCE, reading
from .console import Console, output_width

if TYPE_CHECKING:
    from ..services.generation.pagination import PaginationList
    from ..services.generation.preview import OperationList, OperationRow

ABOUT = """\
List the operations of a description: of FILE or URL, of the CLIENT of that name, or of every client
of the configuration. A mark shows which ones the client takes. Errors in operations don't stop the
list. Into a pipe, a line has at most 200 columns; --format json has the whole texts.

  speclock ls https://example.com/openapi.yaml

With --code, list the operations that a program calls by hand, and where:

  speclock ls harbour.yaml --code src/

  ID          METHOD  PATH         CALLS
  boats/list  GET     /boats       src/api.py:11
                                   src/report.py:4
  boats/get   GET     /boats/{id}  src/api.py:14
  2 operations in 3 calls; 2 files read
"""
EPILOG = """\
columns:
  *        selected by the client, or by --operation
  ID       the operationId; an operation without one is named by METHOD and PATH
  PATH     of a webhook `webhook NAME`, which is its selector too
  STATE    of an operation with pages: `iterated` if the client has a method for all of them, by its
           settings or the description's links; `proposed` if the settings below would make one;
           `unclear` if something is missing or could mean two things

"""
_HEAD = ("", "ID", "METHOD", "PATH", "TAG", "SUMMARY")
_PAGES_HEAD = ("STATE", "OPERATION", "PAGES")
_STATES = ("iterated", "proposed", "unclear")
_PIPED = 200
"""The columns of a table where there is no terminal."""
_LEAST = (1, 12, 6, 12, 4, 8)
"""The columns, and the fewest characters that each may be cut to."""
ARGUMENTS = {
    **SOURCE,
    "--operation ID*": "try this selector in place of the configured ones; may be repeated",
    "--selected": "only selected operations",
    "--pagination": "the operations with pages, the settings that would make iterators of "
    "them, and what is missing where the description isn't clear",
    "--code PATH*": "a folder or a file of a program that uses httpx, httpx2, requests, aiohttp or "
    "urllib.request; may be repeated. It is read, and not run",
    "--base-url URL|NAME=URL*": "with --code: a further server, or the value of a constant, an "
    "attribute or an environment variable; may be repeated",
    "--format {table,json}": "",
    **CONFIG,
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the operations of each description."""
    if options.code or options.base_url:
        return _code(options, console)
    if options.pagination:
        return _pagination(options, console)
    from ..services.generation.preview import list_operations

    lists = list_operations(
        options.source,
        config=options.config,
        operations=options.operation,
        **reading(options, console),
    )
    console.findings(problem for group in lists for problem in group.problems)
    for group in lists:
        for sentence in group.unmatched:
            console.warn(sentence)
    listed: list[tuple[OperationList, list[OperationRow]]] = []
    for group in lists:
        rows = [row for row in group.operations if row.selected is not False]
        listed.append((group, rows if options.selected else [*group.operations]))
    if options.format == "json":
        console.json([_json(*group) for group in listed])
        return 0
    for group, rows in listed:
        _begin(group, lists, console)
        if rows:
            console.print("\n".join(_table(rows)))
        more = f"; the client has the models of {counted(group.schemas, 'schema')} alone"
        console.say(_count(rows) + (more if group.schemas else ""))
    return 0


def _code(options: argparse.Namespace, console: Console) -> int:
    """Print the operations that a program calls."""
    from ...base.errors import UsageError
    from .ls_code import list_code

    if not options.code:
        raise UsageError("--base-url is for the calls of a program: add --code PATH.")
    return list_code(options, console)


def _pagination(options: argparse.Namespace, console: Console) -> int:
    """Print the operations with pages of each description, and the settings to add."""
    from dataclasses import asdict

    from ...base.table import wrapped_table
    from ..services.generation.pagination import list_pagination

    lists = list_pagination(
        options.source,
        config=options.config,
        operations=options.operation,
        **reading(options, console),
    )
    if options.format == "json":
        console.json([{**asdict(group), "client": group.client or None} for group in lists])
        return 0
    for group in lists:
        _begin(group, lists, console)
        states = Counter(row.state for row in group.operations)
        rows = [
            (row.state, row.label, ": ".join(filter(None, (row.call, row.pages))))
            for row in group.operations
        ]
        width = output_width() or _PIPED
        if rows:
            console.print("\n".join(wrapped_table([_PAGES_HEAD, *rows], width)))
        counts = ", ".join(f"{states[state]:,} {state}" for state in _STATES)
        console.say(f"{counted(len(rows), 'operation')} with pages: {counts}")
        if group.settings:
            console.print(f"\n{group.settings}".rstrip())
    return 0


def _begin(
    group: OperationList | PaginationList,
    groups: Sequence[OperationList | PaginationList],
    console: Console,
) -> None:
    """Print the name of a group after a gap, as far as they tell it from others."""
    if group is not groups[0]:
        console.print("")
    if len(groups) > 1 or group.client:
        console.say(f"{group.client or 'no client'}: {group.name}")


def _table(rows: Sequence[OperationRow]) -> list[str]:
    from ...base.table import table

    cells = [_HEAD]
    cells += [
        (
            "*" if row.selected else "",
            row.id,
            row.method,
            row.path,
            ", ".join(row.tags),
            f"(deprecated) {row.summary}".strip() if row.deprecated else row.summary,
        )
        for row in rows
    ]
    printed = [tuple(map(printable_line, row)) for row in cells]
    first = 0 if any(row.selected is not None for row in rows) else 1
    width = output_width() or _PIPED
    return table([row[first:] for row in printed], width, _LEAST[first:])


def _count(rows: Sequence[OperationRow]) -> str:
    hooks = sum(row.is_webhook for row in rows)
    total = counted(len(rows) - hooks, "operation")
    total += f", {counted(hooks, 'webhook')}" if hooks else ""
    if all(row.selected is None for row in rows):
        return total
    return f"{total}, {sum(row.selected is True for row in rows)} selected"


def _json(group: OperationList, rows: Sequence[OperationRow]) -> dict[str, object]:
    from dataclasses import asdict
    from pathlib import PurePath

    return {
        "client": group.client or None,
        "file": group.name if "://" in group.name else PurePath(group.name).as_posix(),
        "operations": [asdict(row) for row in rows],
    }
