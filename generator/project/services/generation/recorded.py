"""Clients that generating would not change, as ``speclock.json`` records them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ...output.manifest import Manifest
from ..project.provenance import is_current, version_change
from ..project.written_paths import check_output, former_folders

if TYPE_CHECKING:
    from ....base.config import Client, Settings


def recorded_clients(settings: Settings) -> Sequence[Manifest]:
    """Return the manifests of all clients, if none of them is to be generated; else nothing.

    That is so if the recorded hashes of description, settings, tools and files all match. Raise
    :class:`UsageError` for an output folder that may not be written to, and for a shared runtime
    of another version.
    """
    manifests: list[Manifest] = []
    for client in settings.clients:
        check_output(settings, client)
        if client.runtime:
            from .shared_runtime import check_versions  # here, since most clients have their own

            check_versions(settings.clients, settings.root)
        manifest = Manifest.read(settings.root / client.output, client.package)
        if manifest is None or not _is_written(client, settings, manifest):
            return []
        manifests.append(manifest)
    return manifests


def _is_written(client: Client, settings: Settings, manifest: Manifest) -> bool:
    """Return whether all that ``generate`` writes or tells of a client is there already."""
    has_lock = client.lock is None or client.lock.is_recorded
    return (
        has_lock
        and is_current(client, settings.root)
        and version_change(manifest) is None
        and not any(map(Path.is_dir, former_folders(settings, client)))
    )
