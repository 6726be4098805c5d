"""The clients, the description or the generated package that a command or a caller means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import config
from ..config import Client, Settings
from ..errors import UsageError

NO_CLIENT = (
    "no pyproject.toml with a client in [tool.speclock.clients] was found in this folder or above."
)


@dataclass(frozen=True, slots=True)
class ConfiguredDescription:
    """A description file, and the settings to read it with."""

    path: Path
    settings: Client
    """Those of the client; default settings for a file that belongs to no client."""
    root: Path
    """The folder that the paths in ``settings`` are relative to."""

    client: str = ""
    """The client's package; empty for a file that belongs to none."""

    @property
    def selectors(self) -> tuple[str, ...] | None:
        """The client's selection; None for a file that belongs to no client."""
        return self.settings.operations if self.client else None

    def only(self, operation: str) -> ConfiguredDescription:
        """Return this description with one operation selected, and without pins of others."""
        settings = replace(
            self.settings, operations=(operation,), calls={}, names={}, pagination=()
        )
        return replace(self, settings=settings)


def find_settings(path: str | Path | None = None, start: Path | None = None) -> Settings | None:
    """Return the settings in the pyproject.toml at ``path``.

    Without a path, read the nearest one with a ``[tool.speclock]`` section, in ``start`` (the
    current folder) or above; return None if there is none. Raise :class:`UsageError` if ``path``
    doesn't exist, or a setting is wrong.
    """
    if path:
        if not Path(path).is_file():
            raise UsageError(f"{path} doesn't exist. Name a pyproject.toml.")
        return config.load(Path(path).absolute())
    found = config.find(start or Path.cwd())
    return config.load(found) if found else None


def load_settings(path: str | Path | None = None, packages: Sequence[str] = ()) -> Settings:
    """Return the settings of the clients named in ``packages``, of all if it is empty.

    Raise :class:`UsageError` if there are no settings (see :func:`find_settings`), no clients, or
    no client of that name.
    """
    settings = find_settings(path)
    if settings is None:
        raise UsageError(
            "no pyproject.toml with a [tool.speclock] section was found in this folder or above. "
            "Add one, or name --spec, --package and --output. See speclock generate --help."
        )
    if not settings.clients:
        raise UsageError("pyproject.toml has no [tool.speclock.clients.<package>] table. Add one.")
    return replace(settings, clients=select_clients(settings, packages))


def select_clients(settings: Settings, packages: Sequence[str]) -> tuple[Client, ...]:
    """Return the clients named in ``packages``, all if it is empty.

    Raise :class:`UsageError` if there is no client of that name.
    """
    known = {client.package: client for client in settings.clients}
    for name in packages:
        if name not in known:
            raise UsageError(f"no client {name!r} in pyproject.toml. Known: {', '.join(known)}.")
    return tuple(client for name, client in known.items() if name in packages or not packages)


def find_descriptions(
    wanted: str | None, path: str | Path | None = None
) -> list[ConfiguredDescription]:
    """Return the descriptions that ``wanted`` names: a client's package, or a file.

    A file that clients are generated from gives one description for each of them; None gives that
    of every client. Raise :class:`UsageError` if nothing is found.
    """
    settings = find_settings(path) or Settings(Path.cwd(), ())
    root = settings.root
    known = [ConfiguredDescription(root / c.spec, c, root, c.package) for c in settings.clients]
    if not wanted:
        if known:
            return known
        raise UsageError(f"{NO_CLIENT} Name a file: speclock ls FILE.")
    by_name = [one for one in known if one.client == wanted]
    if by_name:
        return by_name
    file = Path(wanted)
    if not file.is_file():
        names = ", ".join(one.client for one in known)
        clients = f" Clients here: {names}." if names else ""
        raise UsageError(f"{wanted!r} is neither a file nor a client.{clients}")
    meant = [one for one in known if one.path.is_file() and one.path.samefile(file)]
    package = package_name(file.name.partition(".")[0])
    return meant or [ConfiguredDescription(file, Client(wanted, package), Path.cwd())]


def package_name(text: str) -> str:
    """Return a package's name for a file's: ``pet-store`` → ``pet_store``."""
    name = re.sub(r"\W+", "_", text).strip("_").lower() or "api"
    return name if name.isidentifier() else f"api_{name}"
