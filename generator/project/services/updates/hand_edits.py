"""The edits of a pulled description that somebody made by hand."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import SpecError, SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.portable import relative_to, with_lf
from ....base.printable import display_path
from ....reading.document.edit.patch import patch_tree
from ....reading.document.load import parse
from ....reading.document.overlay.from_edits import overlay_from_edits
from ....reading.document.tree import SourceFile, Sources
from ...lockfile import content_hash
from ...output.boundary import check_typed
from ...output.write import write_file
from ..project.descriptions import write_description
from ..project.git import versions
from ..project.pyproject_edit import with_settings
from ..project.resolve import sharing
from ..project.written_paths import check_description, write_typed
from .checked_in import CheckedInDescription
from .descriptions import unified_diff


class HandEdits(UsageError):
    """A pulled description that was edited by hand; nothing was written."""

    def __init__(self, message: str, diff: str) -> None:
        super().__init__(message)
        self.diff = diff
        """The edits; or, if the version that was pulled isn't known, the difference to upstream."""


def hand_edits(
    state: CheckedInDescription, clients: Sequence[Client], replacement: str = ""
) -> HandEdits:
    """Return the error that shows the edits of a description, and how to keep or drop them.

    ``replacement`` is the text that would replace it.
    """
    name, package = display_path(state.path), clients[0].package
    command = f"speclock update {package}"
    base = pulled_version(state)
    if base is None:
        return HandEdits(
            f"{name} was edited since it was pulled, and git has no version of it with the content "
            "that speclock.lock records, so your edits cannot be told from changes of upstream. "
            "Put your corrections into an overlay (docs/descriptions.md#corrections), then replace "
            f"the file: {command} --replace",
            unified_diff(state.path, state.text or "", replacement) if replacement else "",
        )
    names = (f".overlay{'' if number < 2 else f'-{number}'}.yaml" for number in count(1))
    free = (state.path.with_suffix(name) for name in names)
    overlay = shlex.quote(display_path(next(path for path in free if not path.exists())))
    return HandEdits(
        f"{name} was edited since it was pulled. To keep the edits as an overlay: {command} "
        f"--edits-to-overlay {overlay}. To drop them: {command} --replace",
        unified_diff(state.path, base.text, state.text or "", ("as pulled", "on disk")),
    )


def pulled_version(state: CheckedInDescription) -> SourceFile | None:
    """Return the newest version in git with the content that speclock.lock records."""
    for data in versions(state.path) if state.entry else ():
        try:
            name = f"{state.path.name} in git"
            document = parse(data, path=state.path, name=name, lenient=True, sources=Sources())
        except SpeclockError:
            continue
        if state.entry and state.entry.wrote(content_hash(document.root)):
            return document
    return None


@immutable
class EditsOverlay:
    """An overlay of the edits of a description; :meth:`write` writes it."""

    path: Path
    text: str
    description: Path
    description_text: str
    """The description as it was pulled, with the comments of the edited one."""
    settings_file: Path
    settings_text: bytes

    def write(self) -> None:
        """Write the overlay, list it in the settings, and take the edits out of the description."""
        write_typed(self.path, self.text)
        write_file(self.settings_file, self.settings_text)
        write_description(self.description, self.description_text)


def edits_overlay(settings: Settings, package: str, target: Path) -> EditsOverlay:
    """Return the overlay of the edits that were made in a client's pulled description.

    Raise :class:`UsageError` if there are no edits, if git doesn't have the version that was
    pulled, or if ``target`` is another file.
    """
    (client,) = (c for c in settings.clients if c.package == package)
    check_description(settings, client)
    check_typed(target)
    state = CheckedInDescription.of(settings, [client])
    state.check_kind(settings.place("spec", client.package))
    state.check_readable()
    document = state.document
    if document is None or not state.is_edited:
        raise UsageError(f"{display_path(state.path)} has no edits. Leave out --edits-to-overlay.")
    if document.faults:
        raise SpecError(document.faults)
    base = pulled_version(state)
    if base is None:
        raise hand_edits(state, [client])
    title = f"Edits of {state.path.name}"
    text = overlay_from_edits(base, document, title, target)
    if target.exists() and with_lf(target.read_bytes()) != text.encode():
        raise UsageError(f"{display_path(target)} exists. Name another file.")
    file = settings.root / settings.file
    new = file.read_bytes()
    relative = relative_to(target, settings.root)
    for other in sharing(settings, client):
        overlays = (*other.overlays, *(() if relative in other.overlays else (relative,)))
        new = with_settings(new, other.package, {"overlays": overlays}, display_path(file))
    restored = patch_tree(document, base.root)
    return EditsOverlay(target, text, state.path, restored, file, new)
