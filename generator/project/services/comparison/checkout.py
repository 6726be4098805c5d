"""The files of the checkout that a report is about: annotations of code lie in nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ....base.config import Client
from ....base.errors import Place, SpeclockError
from ....base.portable import is_url, resolved
from ....reading.document.places import place_at
from ....reading.document.tree import SourceFile
from ....watch.changes.change import Change, Report
from ...output.boundary import repository_of
from ..project.descriptions import DescriptionBytes
from .sides import is_commit, read_side


def in_checkout(
    report: Report, client: Client, root: Path, sides: Sequence[DescriptionBytes] = ()
) -> Report:
    """Return a report that knows the checkout, with a place there for each change.

    A change whose places are at a URL or at a commit has the nearest place of the first description
    of ``sides`` that is in the working tree, or else of the client's own.
    """
    folder = resolved(root)
    report = replace(report, root=str(folder), top=str(repository_of(folder) or folder))
    if all(report.local_place(change) for change in report.changes):
        return report
    document = _in_working_tree(client, root, sides)
    if document is None:
        return report
    changes: list[Change] = []
    for change in report.changes:
        if report.local_place(change) is None:
            change = replace(change, nearest=_nearest(change, report, document))
        changes.append(change)
    return replace(report, changes=tuple(changes))


def _nearest(change: Change, report: Report, document: SourceFile) -> Place:
    """Return the place of a change in the working tree, or of what is around it."""
    place = change.base or change.revision
    if place is None or place.file in (report.base.name, report.revision.name):
        return place_at(document, change.pointer)
    path = Path(report.top, place.file.rpartition(":")[2])
    if is_commit(place.file) and path.is_file():
        return replace(place, file=os.path.relpath(path, report.root))
    return document.root.location.place


def _in_working_tree(
    client: Client, root: Path, sides: Sequence[DescriptionBytes]
) -> SourceFile | None:
    """Return the description whose places are shown; None if none can be read."""
    for side in sides:
        if side.revision is None and not is_url(side.name):
            return side.document()
    if client.spec and (root / client.spec).is_file():
        with suppress(SpeclockError):
            return read_side("", client, root).document()
    return None
