"""The clients, the description or the generated package that a command or a caller means."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...budget import RunBudget
from ...config import Client, Settings
from ...errors import UsageError
from ...portable import is_url, package_name, resolved, scheme_hint
from ...printable import display_path
from ...record_faults import UnknownSetting
from ...settings_file import find_settings_file, read_settings
from ...version import __version__
from .descriptions import (
    DescriptionBytes,
    Progress,
    Reach,
    no_progress,
    read_description,
)
from .tools import newest_writer

NO_CLIENT = (
    "no pyproject.toml with a client in [tool.speclock.clients] was found in this folder or above."
)


@dataclass(frozen=True, slots=True)
class ConfiguredDescription:
    """A description, and the settings to read it with."""

    path: Path
    """The file; for a URL, a path that only names it."""
    settings: Client
    """Those of the client; default settings for a description that belongs to no client."""
    root: Path
    """The folder that the paths in ``settings`` are relative to."""

    client: str = ""
    """The client's package; empty for a description that belongs to none."""
    data: DescriptionBytes | None = None
    """What was read of a URL, or with options of its own; None for a file."""

    @property
    def name(self) -> str:
        """The file's path relative to the current folder, or the URL."""
        return self.data.name if self.data else display_path(self.path)

    @property
    def selectors(self) -> tuple[str, ...] | None:
        """The client's selection; None for a description that belongs to none, or for models."""
        return self.settings.operations if self.client and not self.settings.models else None

    def selecting(self, operations: Sequence[str]) -> ConfiguredDescription:
        """Return this description with selectors in place of the configured ones, if any."""
        if not operations:
            return self
        settings = replace(self.settings, operations=tuple(operations), models=False)
        return replace(self, settings=settings)

    def only(self, operation: str) -> ConfiguredDescription:
        """Return this description with one operation selected, and without pins of others."""
        settings = replace(
            self.settings.with_pins_of(()),
            operations=(operation,),
            models=False,
            names={},
            credentials={},
            pagination=(),
            path_slashes=(),
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
        return _settings_in(Path(path).absolute())
    settings_file = find_settings_file(start or Path.cwd())
    return _settings_in(settings_file) if settings_file else None


def _settings_in(path: Path) -> Settings:
    """Return the settings in a file; a newer speclock may know one that this one doesn't."""
    try:
        return read_settings(path)
    except UnknownSetting as error:
        newer = newest_writer(path)
        if not newer:
            raise
        raise UsageError(
            f"{error} A client here was written by speclock {newer}, which is newer than this one, "
            f"{__version__}, and may know it. Install speclock {newer} or newer."
        ) from None


def budget_here() -> RunBudget:
    """Return the limits of the nearest settings, for a description that isn't a client's."""
    with suppress(UsageError):  # those of a project that it has nothing to do with
        if settings := find_settings():
            return settings.budget
    return RunBudget()


def load_settings(path: str | Path | None = None, packages: Sequence[str] = ()) -> Settings:
    """Return the settings of the clients named in ``packages``, of all if it is empty.

    Raise :class:`UsageError` if there are no settings, no clients, or no
    client of that name.
    """
    settings = find_settings(path)
    if settings is None:
        raise UsageError(
            "no pyproject.toml with a [tool.speclock] section was found in this folder or above. "
            "To start a client: speclock init FILE|URL. (Without one, generate and check take "
            "--spec, --package and --output.)"
        )
    if not settings.clients:
        raise UsageError(
            f"{settings.file} has no [tool.speclock.clients.<package>] table. To add one: "
            "speclock init FILE|URL"
        )
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


def models_alone(client: Client) -> str:
    """Return the sentence for a command that needs operations, which a client hasn't got."""
    return (
        f"{client.package} has models alone, of all schemas, and no operations: `models = true` in "
        f"[tool.speclock.clients.{client.package}]."
    )


def sharing(settings: Settings, client: Client) -> list[Client]:
    """Return the clients that are generated from the same description as ``client``."""
    groups = (group.clients for group in by_description(settings))
    return next([*c] for c in groups if client.package in {other.package for other in c})


def by_description(settings: Settings, *, or_runtime: bool = False) -> list[Settings]:
    """Return the settings of the clients of each description.

    With ``or_runtime`` clients that share a runtime are together, whatever their descriptions.
    """
    groups: dict[Path | str, tuple[Client, ...]] = {}
    for client in settings.clients:
        shared = client.runtime if or_runtime else ""
        key = shared or resolved(settings.root / client.spec)
        groups[key] = (*groups.get(key, ()), client)
    return [replace(settings, clients=clients) for clients in groups.values()]


def find_descriptions(
    wanted: str | None,
    path: str | Path | None = None,
    *,
    insecure: bool = False,
    reach: Reach | None = None,
    usage: str = "ls FILE",
    progress: Progress = no_progress,
) -> list[ConfiguredDescription]:
    """Return the descriptions that ``wanted`` names: a client's package, a file or a URL.

    A file that clients are generated from gives one description for each of them; None gives that
    of every client. A URL is fetched, by http only if ``insecure``. ``reach`` replaces the
    settings that limit references, and ``usage`` is the command in remedies. Raise
    :class:`UsageError` if nothing is found,
    :class:`Unreachable` if a URL isn't available.
    """
    descriptions = _find(wanted, path, usage)
    reach = reach or Reach()
    described: list[ConfiguredDescription] = []
    for one in descriptions:
        settings = one.settings
        if is_url(settings.spec) or reach.hosts or reach.folder:
            source = settings.spec if is_url(settings.spec) else display_path(one.path)
            data = read_description(
                source, Path.cwd(), progress, insecure=insecure, reach=reach, budget=settings.budget
            )
            name = data.path if is_url(source) else one.path
            folder = str(reach.folder or settings.root)
            settings = replace(settings, root=folder, package=settings.package or _package_of(name))
            one = replace(one, path=name, settings=settings, data=data)
        described.append(one)
    return described


def _find(wanted: str | None, path: str | Path | None, usage: str) -> list[ConfiguredDescription]:
    """Return the descriptions before a URL is fetched."""
    settings = find_settings(path) or Settings(Path.cwd(), ())
    root = settings.root
    known = [ConfiguredDescription(root / c.spec, c, root, c.package) for c in settings.clients]
    if not wanted:
        if known:
            return known
        raise UsageError(f"{NO_CLIENT} Name a file: speclock {usage}")
    by_name = [description for description in known if description.client == wanted]
    if by_name:
        return by_name
    if is_url(wanted):
        default = Client(wanted, budget=settings.budget)
        return [ConfiguredDescription(Path(wanted), default, Path.cwd())]
    file = Path(wanted)
    if not file.is_file():
        names = ", ".join(description.client for description in known)
        clients = f" Clients here: {names}." if names else ""
        raise UsageError(
            f"{wanted!r} is neither a file nor a client.{clients}{scheme_hint(wanted)}"
        )
    meant = [d for d in known if d.path.is_file() and d.path.samefile(file)]
    return meant or [
        ConfiguredDescription(
            file, Client(wanted, _package_of(file), budget=settings.budget), Path.cwd()
        )
    ]


def _package_of(file: Path) -> str:
    return package_name(file.name.partition(".")[0])
