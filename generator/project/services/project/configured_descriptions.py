"""The descriptions that a command or a caller means, each with the settings to read it with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client, KeyKind, Settings
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import is_url, package_name, scheme_hint
from ....base.printable import display_path
from .descriptions import DescriptionBytes, SourceOptions, read_description
from .resolve import NO_CLIENT, find_settings


@immutable
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
            self.settings.without_entries(KeyKind.OPERATION, KeyKind.SCHEMA).without_rules(),
            operations=(operation,),
            models=False,
        )
        return replace(self, settings=settings)


def find_descriptions(
    wanted: str | None, options: SourceOptions, usage: str = "ls FILE"
) -> list[ConfiguredDescription]:
    """Return the descriptions that ``wanted`` names: a client's package, a file or a URL.

    A file that clients are generated from gives one description for each of them; None gives that
    of every client. A URL is fetched. ``options`` replace the settings that limit references, and
    ``usage`` is the command in remedies. Raise :class:`UsageError` if nothing is found,
    :class:`Unreachable` if a URL isn't available.
    """
    reach = options.reach()
    descriptions = _find(wanted, options.config, usage)
    described: list[ConfiguredDescription] = []
    for one in descriptions:
        settings = one.settings
        if is_url(settings.spec) or reach.hosts or reach.folder:
            source = settings.spec if is_url(settings.spec) else display_path(one.path)
            data = read_description(
                source, Path.cwd(), options.progress, reach=reach, budget=settings.budget
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
