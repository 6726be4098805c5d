"""``speclock ls``: which operations a description has, and which of them are taken."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Findings, UsageError, on_one_line
from .command import OK, Command
from .console import Console, from_here
from .sources import Source, sources
from .table import table, width_here

if TYPE_CHECKING:
    from ..document.operations import OperationNode

_ABOUT = """\
List the operations of a description: of FILE, of the CLIENT of that name, or of every client of
the configuration. A mark shows which ones the client takes. Faults in a description's operations
don't stop the list.
"""
_EPILOG = """\
columns:
  *        in the selection of the client, or of --operation
  ID       the operationId; operations without one are named by METHOD and PATH

"""


@dataclass(frozen=True, slots=True)
class Row:
    """One operation as it is listed; ``selected`` is None where nothing selects."""

    id: str
    method: str
    path: str
    tags: tuple[str, ...]
    summary: str
    deprecated: bool
    line: int
    selected: bool | None


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        metavar="FILE|CLIENT",
        help="a description, or a client of the configuration; all clients by default",
    )
    parser.add_argument(
        "--operation",
        metavar="ID",
        action="append",
        default=[],
        help="try this selector in place of the configured ones; may be repeated",
    )
    parser.add_argument("--selected", action="store_true", help="only what is in the selection")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def _run(options: argparse.Namespace, screen: Console) -> int:
    listed: list[tuple[Source, list[Row]]] = []
    for source in sources(options.source, options.config):
        screen.progress(f"reading {source.path.name}")
        rows = _rows(source, options.operation or source.selectors, screen)
        if options.selected:
            rows = [row for row in rows if row.selected is not False]
        listed.append((source, rows))
    screen.progress("")
    if options.format == "json":
        print(json.dumps([_as_json(*one) for one in listed], indent=2, ensure_ascii=False))
        return OK
    for index, (source, rows) in enumerate(listed):
        if index:
            print()
        if len(listed) > 1 or source.client:
            screen.say(f"{source.client or 'no client'}: {from_here(source.path)}")
        for line in _lines(rows):
            print(line)
        screen.say(_count(rows))
    return OK


def _rows(source: Source, selectors: Sequence[str] | None, screen: Console) -> list[Row]:
    """The operations of a description, in its order; faults in others are only warnings."""
    from ..document.operations import iter_operations
    from ..document.references import References
    from ..services.generate import described

    document = described(source.settings, source.root)
    findings = Findings()
    found = list(iter_operations(document, References(document, findings)))
    if not found:
        from ..document.version import read_version

        read_version(document)
        findings.raise_refusals()
    screen.problems("warning", findings.refusals)
    filter_operations = _chosen(found, selectors, document.name, screen)
    return [
        _row(one, None if filter_operations is None else one in filter_operations) for one in found
    ]


def _chosen(
    found: Sequence[OperationNode], selectors: Sequence[str] | None, where: str, screen: Console
) -> set[OperationNode] | None:
    """What selectors name; one that matches nothing is told, and doesn't stop the list."""
    from ..document.selectors import filter_operations

    if selectors is None:
        return None
    usable: list[str] = []
    for selector in selectors:
        try:
            filter_operations(found, [selector.removeprefix("!").strip()], where)
            usable.append(selector)
        except UsageError as error:
            screen.note(f"warning: {error}")
    if _only_takes_away(usable) and not _only_takes_away(selectors):
        return set()  # what would be taken is unknown; it isn't all
    try:
        return set(filter_operations(found, usable, where)) if found else set()
    except UsageError as error:
        screen.note(f"warning: {error}")
        return set()


def _only_takes_away(selectors: Sequence[str]) -> bool:
    return all(selector.startswith("!") for selector in selectors)


def _row(found: OperationNode, selected: bool | None) -> Row:
    from ..document.tree import SequenceNode

    tags = found.node.get("tags")
    summary = found.node.get("summary")
    return Row(
        id=on_one_line(found.operation_id),
        method=on_one_line(found.verb),
        path=on_one_line(found.path),
        tags=tuple(on_one_line(t) for t in tags if isinstance(t, str))
        if isinstance(tags, SequenceNode)
        else (),
        summary=on_one_line(summary.strip()) if isinstance(summary, str) else "",
        deprecated=found.node.get("deprecated") is True,
        line=_line(found),
        selected=selected,
    )


def _line(found: OperationNode) -> int:
    """Where the operation's method stands."""
    at = found.item.at(found.method) if found.method in found.item else found.node.location
    return at.place.line


def _lines(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    with_marks = any(row.selected is not None for row in rows)
    shown = [("", "ID", "METHOD", "PATH", "TAG", "SUMMARY")]
    shown += [
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
    least = (1, 12, 6, 12, 4, 8)
    if not with_marks:
        return table([row[1:] for row in shown], width_here(), least[1:])
    return table(shown, width_here(), least)


def _count(rows: Sequence[Row]) -> str:
    total = f"{len(rows)} operation{'' if len(rows) == 1 else 's'}"
    if all(row.selected is None for row in rows):
        return total
    return f"{total}, {sum(row.selected is True for row in rows)} selected"


def _as_json(source: Source, rows: Sequence[Row]) -> dict[str, object]:
    return {
        "client": source.client or None,
        "file": Path(from_here(source.path)).as_posix(),
        "operations": [
            {name: getattr(row, name) for name in Row.__dataclass_fields__} for row in rows
        ],
    }


COMMAND = Command(
    "ls",
    "list the operations of a description",
    _ABOUT,
    _arguments,
    _run,
    _EPILOG,
)
