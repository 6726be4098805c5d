"""The settings and the clients that a command or a caller means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ....base.budget import RunBudget
from ....base.config import LOCKED, Client, LockedPins, Settings
from ....base.errors import UnknownSetting, UsageError
from ....base.portable import resolved
from ....base.printable import display_path
from ....base.version import __version__
from ...lockfile import LOCK, Lock, read_lock
from ...output.write import UnsafePath, check_file, name_fault
from ...settings_file import find_settings_file, read_settings
from .provenance import newest_writer

NO_CLIENT = (
    "no pyproject.toml with a client in [tool.speclock.clients] was found in this folder or above."
)


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
        return with_locked_pins(read_settings(path))
    except UnknownSetting as error:
        newer = newest_writer(path)
        if not newer:
            raise
        raise UsageError(
            f"{error} A client here was written by speclock {newer}, which is newer than this one, "
            f"{__version__}, and may know it. Install speclock {newer} or newer."
        ) from None


def with_locked_pins(settings: Settings) -> Settings:
    """Return settings with the pins of the lock beside each description in the project.

    Raise :class:`UsageError` for a lock that isn't well-formed, or no regular file.
    """
    locks: dict[Path, Lock] = {}
    clients: list[Client] = []
    for client in settings.clients:
        if not _may_have_lock(client, settings.root):
            clients.append(client)
            continue
        folder = (settings.root / client.spec).parent
        if folder not in locks:
            try:
                check_file(folder / LOCK)
            except UnsafePath as error:
                raise UsageError(f"{settings.place('spec', client.package)}: {error}") from None
            locks[folder] = read_lock(folder)
        typed: dict[str, dict[str, str]] = {table: dict(getattr(client, table)) for table in LOCKED}
        clients.append(with_pins(client, locks[folder], display_path(folder / LOCK), typed))
    return replace(settings, clients=tuple(clients))


def _may_have_lock(client: Client, root: Path) -> bool:
    """Return whether a command may write a lock beside a client's description.

    It may not outside of the project, or in a repository of its own, such as a submodule.
    """
    if Path(client.spec).name == LOCK:
        return False
    top, folder = resolved(root), resolved(root / client.spec).parent
    if folder == top:
        return True
    is_plain = not name_fault(folder.name) and not (folder / ".git").exists()
    if is_plain and folder.parent == top:
        return True
    # Imported here, since most descriptions are in a folder beside the settings.
    from ...output.boundary import check_inside, repository_of

    try:
        check_inside(root, client.spec, "")
    except UnsafePath:
        return False
    return repository_of(folder) == repository_of(top)


def with_pins(
    client: Client, lock: Lock, name: str, typed: Mapping[str, Mapping[str, str]]
) -> Client:
    """Return a client with the pins of a lock that messages call ``name``, and the typed ones."""
    pins = lock.clients.get(client.package, {})
    return client.with_lock(LockedPins(name, pins, typed, client.package in lock.clients))


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
