"""The packages of a client that are on disk."""

from __future__ import annotations

from pathlib import Path

from ....base.config import Client


def packages_of(client: Client, root: Path) -> list[Path]:
    """Return the folders of a client and of its copies that exist, the client first."""
    folders = (root / client.output / client.package, *(root / one for one in client.vendored))
    return [folder for folder in folders if client.package and (folder / "__init__.py").is_file()]


def is_called_by_hand(client: Client, root: Path) -> bool:
    """Return whether settings name a program that calls the API, which has no client yet."""
    return bool(client.code) and not client.models and not packages_of(client, root)
