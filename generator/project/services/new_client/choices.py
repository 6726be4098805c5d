"""The choices of the user, and the project that gets the client."""

from __future__ import annotations

from pathlib import Path

from ....base.config import Client, Settings
from ....base.immutable import immutable
from ....base.printable import display_path
from ...settings_file import read_settings
from ..project.descriptions import (
    SourceOptions,
)
from ..project.pyproject_edit import (
    with_client,
)


@immutable
class Choices:
    """The arguments of :func:`init`."""

    source: str
    operations: tuple[str, ...]
    package: str
    client_class: str
    output: str
    workflow: bool
    attributes: bool
    pagination: bool
    options: SourceOptions
    code: tuple[str, ...] = ()
    """The program that calls the API by hand, where no client is generated yet."""


@immutable
class Project:
    """The project that gets a client."""

    root: Path
    settings_file: Path
    text: bytes | None
    """The settings, as they are written; None without a file."""
    existing: Settings

    @classmethod
    def here(cls) -> Project:
        """Return the project around the current folder."""
        root = project_root(Path.cwd())
        settings_file = root / "pyproject.toml"
        if not settings_file.is_file():
            return cls(root, settings_file, None, Settings(root, ()))
        return cls(root, settings_file, settings_file.read_bytes(), read_settings(settings_file))

    def with_client(self, client: Client) -> tuple[bytes, Client]:
        """Return the settings with a client, and the client with the project's defaults."""
        return with_client(self.text, client, display_path(self.settings_file))


def project_root(start: Path) -> Path:
    """Return the folder of the nearest pyproject.toml within the repository, else ``start``."""
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder
        if (folder / ".git").exists():
            break
    return start
