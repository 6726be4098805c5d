"""``speclock drift --write``: upstream's changes into the checked-in description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..codegen.output.write import write_text
from .console import Console
from .upstream import Source

if TYPE_CHECKING:
    from ..drift.changes import Change, Report

_STILL = "it takes more than one edit where it stands"


def take_in(
    report: Report,
    base: Source,
    revision: Source,
    compared: Callable[[Source], Report],
    path: Path,
    screen: Console,
) -> None:
    """Write what nobody allowed into ``path``, whole or not at all, and name what is left.

    ``compared`` gives the report of a description that stands in for the base: what it still finds
    wasn't taken in, whatever was tried. Raises :class:`UsageError` where ``path`` can't be written.
    """
    from ..document.edit.patch import patch_text
    from ..drift.take_changes import taken_in

    old, new = base.document([], lenient=True), revision.document([], lenient=True)
    made = taken_in(old, new, report.counted)
    text = patch_text(old.text, made.root)
    left = _left(report, compared(replace(base, data=text.encode())), made.left)
    info = made.root.get("info")
    if not left and isinstance(info, dict):
        info["version"] = report.revision.version
        text = patch_text(old.text, made.root)
    if text != old.text:
        write_text(path, text.replace("\n", "\r\n") if b"\r\n" in base.data else text)
    known = {change.fingerprint for change, _ in left}
    taken = sum(change.fingerprint not in known for change in report.counted)
    screen.say(f"{base.name}: {taken} change{'' if taken == 1 else 's'} taken in.")
    for change, reason in left:
        place = change.base or change.revision or base.name
        screen.note(f"{place}: left to you: {change.message} ({reason})")
    if taken:
        screen.say("Next: speclock drift, to see what is left, then speclock generate.")


def _left(
    report: Report, after: Report, named: tuple[tuple[Change, str], ...]
) -> list[tuple[Change, str]]:
    """What is still there, with the reason; what was allowed is nobody's to do."""
    allowed = {change.fingerprint for change in report.changes if change.allowed is not None}
    reasons = {change.fingerprint: reason for change, reason in named}
    return [
        (change, reasons.get(change.fingerprint, _STILL))
        for change in after.changes
        if change.fingerprint not in allowed
    ]
