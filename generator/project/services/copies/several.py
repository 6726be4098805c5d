"""The copies of all clients in the settings, each handled for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.printable import display_path
from ...output.boundary import is_inside
from ...vendor.destination import absolute, recorded_destination
from ..project.descriptions import Progress, no_progress
from ..project.written_paths import check_folder
from .upgrade import EditPolicy, Upgrade, upgrade
from .vendor import Original, read_original
from .verify import VerifiedPackage, verify


@immutable
class CopyState:
    """A copy in the settings, compared with its manifest and with its client."""

    dest: str
    """Its folder, as messages name it."""
    client: str
    package: VerifiedPackage


@immutable
class CopyUpgrade:
    """A copy in the settings, with the changes that bring it up to date."""

    dest: str
    """Its folder, as messages name it."""
    client: str
    plan: Upgrade | None
    """None if the copy cannot be brought up to date."""
    fault: str = ""
    """The reason for that."""
    is_outside: bool = False
    """True if its folder is outside of the client's project, so that a person has to agree."""


def verify_all(settings: Settings) -> tuple[CopyState, ...]:
    """Compare each copy in ``vendored`` with its manifest and its client, in order; write nothing.

    A folder without a copy of that client is ``unknown``, and so are the copies of a client that
    isn't as it was generated. Raise :class:`UsageError` if the settings have no copies.
    """
    copy_states: list[CopyState] = []
    for client, dest, _ in _copies(settings):
        try:
            package = verify(dest, original=_original_for(dest, client, settings))
        except UsageError as error:
            package = VerifiedPackage("unknown", reason=str(error))
        copy_states.append(CopyState(dest, client.package, package))
    return tuple(copy_states)


def upgrade_all(
    settings: Settings,
    *,
    edits: EditPolicy = "refuse",
    code: Sequence[str | Path] = (),
    checker: str = "",
    progress: Progress = no_progress,
) -> tuple[CopyUpgrade, ...]:
    """Compare each copy in ``vendored`` with its client, in order; write nothing.

    See :func:`upgrade`; its errors are the copy's ``fault`` here. Raise :class:`UsageError` if the
    settings have no copies.
    """
    copy_upgrades: list[CopyUpgrade] = []
    for client, dest, name in _copies(settings):
        is_outside = not is_inside(settings.root, name)
        try:
            if not is_outside:
                check_folder(settings, client, "vendored", name)
            original = _original_for(dest, client, settings)
            plan = upgrade(
                dest,
                edits=edits,
                original=original,
                code=code,
                checker=checker,
                progress=progress,
            )
        except UsageError as error:
            copy_upgrades.append(CopyUpgrade(dest, client.package, None, str(error)))
        else:
            copy_upgrades.append(CopyUpgrade(dest, client.package, plan, is_outside=is_outside))
    return tuple(copy_upgrades)


def _copies(settings: Settings) -> Iterator[tuple[Client, str, str]]:
    """Yield each copy's client and folder, as messages name it and as the settings do."""
    if not any(client.vendored for client in settings.clients):
        raise UsageError(
            f"no client in {settings.file} has copies. Add their folders to one: "
            'vendored = ["../shop/src/shop/pinterest"]'
        )
    for client in settings.clients:
        for path in client.vendored:
            yield client, display_path(settings.root / path), path


def _original_for(dest: str, client: Client, settings: Settings) -> Original:
    """Return a copy's original; raise :class:`UsageError` unless ``dest`` is a copy of it."""
    _, manifest = recorded_destination(absolute(Path(dest)), to_write=False)
    if manifest.vendored and manifest.vendored.source != client.package:
        raise UsageError(
            f"{dest} is a copy of {manifest.vendored.source}, not of {client.package}. "
            f"Correct `vendored` in {settings.file}."
        )
    return read_original(client, settings)
