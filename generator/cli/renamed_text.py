"""The lines that show which names of a client change, and what keeps the old ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..services.renamed import RenamedName


def renamed_lines(package: str, renamed: Sequence[RenamedName]) -> Iterator[str]:
    """Yield a line for each name that changes, with the pin that keeps the old one."""
    if renamed:
        table = f"[tool.speclock.clients.{package}]"
        yield f"{package}: names that change; to keep an old one, add its line to {table}:"
    for one in renamed:
        yield f"  {one.old} is {one.new} now{f'; to keep it: {one.pin}' if one.pin else ''}"
