"""Which description a command reads that needs no client: a file, or what the clients have."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from .. import config
from ..config import ClientSettings, Settings
from ..errors import UsageError


@dataclass(frozen=True, slots=True)
class Source:
    """A description, and the settings that go with it."""

    path: Path
    settings: ClientSettings
    """Those of the client; made up from the file's name where there is none."""
    root: Path
    """The folder that ``settings`` is relative to."""
    client: str = ""
    """The client's name; empty where the file belongs to none."""

    @property
    def selectors(self) -> tuple[str, ...] | None:
        """Which operations the client takes; None where there is no client."""
        return self.settings.operations if self.client else None


def settings_here(named: str | None) -> Settings | None:
    """The settings of the pyproject.toml named or nearest; None where there is none.

    Raises :class:`UsageError` where the named one is missing or either can't be read.
    """
    if named:
        if not Path(named).is_file():
            raise UsageError(f"{named} doesn't exist. Name a pyproject.toml.")
        return config.load(Path(named).absolute())
    path = config.find(Path.cwd())
    return config.load(path) if path else None


def sources(wanted: str | None, named: str | None) -> list[Source]:
    """What a FILE or CLIENT argument means; all clients of the configuration without one.

    A file that clients are made from gives one source for each of these. Raises
    :class:`UsageError` where nothing is meant.
    """
    settings = settings_here(named)
    clients = settings.clients if settings else ()
    root = settings.root if settings else Path.cwd()
    known = [Source(root / c.spec, c, root, c.package) for c in clients]
    if wanted is None:
        if known:
            return known
        raise UsageError(
            "no pyproject.toml with a client in [tool.speclock.clients] was found from here "
            "upwards. Name a file: speclock ls FILE."
        )
    by_name = [source for source in known if source.client == wanted]
    if by_name:
        return by_name
    path = Path(wanted)
    if not path.is_file():
        names = ", ".join(source.client for source in known)
        clause = f" Clients here: {names}." if names else ""
        raise UsageError(f"{wanted!r} is neither a file nor a client.{clause}")
    meant = [s for s in known if s.path.is_file() and s.path.samefile(path)]
    return meant or [alone(path)]


def alone(path: Path) -> Source:
    """A file without a client: the package is named by the file."""
    package = package_of(path.name.partition(".")[0])
    return Source(path, ClientSettings(spec=str(path), package=package), Path.cwd())


def package_of(text: str) -> str:
    """A package's name from a file's: ``pet-store`` → ``pet_store``."""
    name = re.sub(r"\W+", "_", text).strip("_").lower() or "api"
    return name if name.isidentifier() else f"api_{name}"


def only(source: Source, operation: str) -> Source:
    """The same with that operation as the whole selection, and without pins of others."""
    settings = replace(source.settings, operations=(operation,), calls={}, names={}, pagination=())
    return replace(source, settings=settings)
