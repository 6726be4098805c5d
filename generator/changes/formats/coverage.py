"""Coverage by recordings as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from ...printable import printable_line
from ..change import OperationCoverage, Shown

_WIDTH = 96
_MOST_LINES = 10
_PARTS = ("statuses", "fields", "values")
_HEADS = ("operation", "exchanges", *_PARTS)


def coverage_lines(coverage: Sequence[OperationCoverage], *, verbose: bool) -> Iterator[str]:
    """Yield a table of operations, then for each the names of what no recording shows.

    Without ``verbose`` there are at most 11 lines for an operation.
    """
    yield ""
    yield "Seen in recordings, of what is described:"
    rows = [_HEADS, *map(_row, coverage)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for name, *numbers in rows:
        cells = [number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)]
        yield f"  {name.ljust(widths[0])}  {'  '.join(cells)}"
    for operation in coverage:
        if not operation.exchanges:
            continue
        lines = [*_unseen(operation)]
        if lines:
            yield ""
            yield printable_line(operation.operation)
        is_whole = verbose or len(lines) <= _MOST_LINES + 1
        yield from lines if is_whole else lines[:_MOST_LINES]
        if not is_whole:
            yield f"  … {len(lines) - _MOST_LINES} more lines; --verbose shows them"


def _row(operation: OperationCoverage) -> tuple[str, ...]:
    parts: list[Shown] = [getattr(operation, part) for part in _PARTS]
    numbers = [f"{part.seen:,}/{part.described:,}" for part in parts]
    return printable_line(operation.operation), f"{operation.exchanges:,}", *numbers


def _unseen(operation: OperationCoverage) -> Iterator[str]:
    for part in _PARTS:
        seen: Shown = getattr(operation, part)
        if seen.unseen:
            names = ", ".join(map(printable_line, seen.unseen))
            head = f"  {part} not seen: "
            yield from wrap(head + names, _WIDTH, subsequent_indent="    ", break_on_hyphens=False)
