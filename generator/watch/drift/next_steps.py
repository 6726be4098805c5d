"""The next steps after a report; commands are between backticks."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.immutable import immutable
from ..changes.change import NONE, Change, Report


@immutable
class Situation:
    """The facts besides the report that decide about the next steps."""

    allow_list: str
    """The file to allow changes in; empty where there is none."""
    revision: str = ""
    """The file or URL that was compared in place of the client's ``upstream``."""
    is_own: bool = False
    """True if a side is a commit's description: what changed isn't left to an update."""
    is_pulled: bool = False
    """True if the description is upstream's slice, false if it is of this repository's own."""
    left: frozenset[str] = frozenset()
    """The fingerprints of changes that the last update left to a person."""
    is_edited: bool = False
    """True if somebody edited the slice since it was taken from upstream."""
    is_unfinished: bool = False
    """True if an update was cut off."""


def next_steps(report: Report, situation: Situation) -> Iterator[str]:
    """Yield the next steps of a report, in order."""
    counted = report.counted
    if situation.is_unfinished and report.package:
        yield f"An update was interrupted. Finish it: `speclock update {report.package}`"
        return
    if report.faults:
        yield "Fix the allow-list."
    if not counted or not report.package:
        return
    if situation.is_own:
        if situation.allow_list and report.entries:
            yield f"If it is intended, {allow_step('change', situation.allow_list)}"
        return
    for_update = [c for c in counted if situation.is_pulled or is_taken_in(c)]
    if open_changes := [c for c in for_update if c.fingerprint not in situation.left]:
        if situation.is_edited and not situation.revision:
            yield (
                f"{report.base.name} was edited by hand since it was pulled. "
                f"`speclock update {report.package}` shows the edits, and how to keep them."
            )
        elif situation.revision:
            yield (
                f"To take the changes in, set `upstream` of [tool.speclock.clients."
                f"{report.package}] to {situation.revision}."
            )
        else:
            docs = " --docs" if all(change.docs for change in open_changes) else ""
            yield f"Take the changes in: `speclock update {report.package}{docs}`"
            if any(signature.pin for change in open_changes for signature in change.signatures):
                command = f"`speclock update {report.package} --keep-names`"
                yield f"Or keep the names in Python, by pins in speclock.lock: {command}"
    by_hand = [c for c in counted if c not in open_changes and not c.docs]
    if by_hand:
        places = [str(c.base or c.revision or report.base.name) for c in by_hand]
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        yield f"Edit the description by hand at {places[0]}{more}: an update leaves that to you."
    if situation.allow_list and report.entries:
        yield f"Or {allow_step('change', situation.allow_list)}"


def allow_step(noun: str, allow_list: str) -> str:
    """Return the step that allows a change, or what the noun is for, in the allow-list."""
    entry = f"add its entry `[[allowed]]` to `{allow_list}`, with a reason and an owner."
    return f"allow a {noun}: {entry}"


def is_taken_in(change: Change) -> bool:
    """Return whether an update takes a change into a description of the repository's own.

    It takes in what changes on the wire; prose, examples and names stay as they are.
    """
    return change.wire != NONE and not change.docs
