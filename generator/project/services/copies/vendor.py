"""Copies of generated clients in other projects."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from ....base.config import Client, Settings
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.portable import is_hiding, relative_to, resolved
from ....base.printable import display_path
from ...output.manifest import Manifest, tests_of
from ...output.write import files_in, is_temporary
from ...vendor.copy import Copy, CopySource, changed_by, copy_of, read_source, refuse_edits, write
from ...vendor.destination import absolute, destination, recorded_destination
from ..project.provenance import is_as_recorded
from ..project.resolve import NO_CLIENT, find_settings, select_clients


@immutable
class Original:
    """The generated package that a copy is made from."""

    package: CopySource
    stale_spec: str = ""
    """The description that it would be generated anew from; empty if it is current, or unknown."""
    client: Client | None = None
    """Its settings; None for a package that was named by its folder."""
    root: Path = Path()
    """The folder that the paths in the settings are relative to."""


@immutable
class VendoredClient:
    """A copy as :func:`vendor_client` wrote it."""

    original: Original
    copy: Copy
    changed: tuple[str, ...]
    """The files that were written or removed."""
    former_tests: Path | None
    """The folder of an earlier copy's tests, which was left as it is."""

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The setting ``vendored`` with this copy added; empty if it is there already."""
        client, root = self.original.client, self.original.root
        folder = self.copy.destination.package
        if client is None or any(absolute(root / one) == folder for one in client.vendored):
            return ()
        return (*client.vendored, relative_to(folder, root))


def vendor_client(
    dest: str | Path,
    client: str = "",
    *,
    source_folder: str | Path | None = None,
    config: str | Path | None = None,
    tests: str | Path | None = None,
    import_name: str = "",
    force: bool = False,
    notice: Callable[[Sequence[str]], None] | None = None,
) -> VendoredClient:
    """Copy a generated client to the folder ``dest``, whose last part becomes the package's name.

    The client is one of pyproject.toml (by default the only one), or ``source_folder``. ``tests``
    is the folder for its tests, by default where an earlier copy's are. ``import_name`` is the
    dotted name of the copy, by default guessed from the folders. ``force`` replaces a copy that is
    different or was edited. ``notice`` is called before anything is written, with the files in the
    folder that are of no copy.

    Raise :class:`UsageError` if a file is in the way, or there is no such client.
    """
    folder = absolute(dest)
    original = find_original(client, source_folder, config)
    package = original.package
    if package.folder in (folder, *folder.parents) or folder in package.folder.parents:
        raise UsageError(f"{dest} is where the client itself is. Choose another folder.")
    old = Manifest.read(folder.parent, folder.name)
    former = tests_of(folder, old) if old else None
    tests_folder = Path(tests) if tests else None
    if not tests and old and old.vendored:
        tests_folder = recorded_destination(folder, to_write=True)[0].tests
    target = destination(folder, tests_folder, import_name)
    if is_hiding(target.name):
        raise UsageError(
            f"{target.name!r}, imported at the top level, hides the module of that name which the "
            f"client needs. Choose another folder's name, such as "
            f"{display_path(folder.with_name(f'{folder.name}_api'))}; or, if the copy is imported "
            f"as part of a package, give the dotted name: --import PACKAGE.{target.name}"
        )
    copy = copy_of(package, target)
    changed = changed_by(copy)
    if old and changed:
        options = {"--from": source_folder, "--config": config, "--tests": tests}
        command = ["speclock", "upgrade", str(dest), *([client] if client else [])]
        for name, value in options.items():
            if value:
                command += name, str(value)
        _refuse_replacement(dest, old, copy, shlex.join(command), force=force)
    others = () if old else sorted(files_in(folder))
    others = [n for n in others if folder / n not in copy.files and not is_temporary(n)]
    if notice and others:
        notice(others)
    write(copy, force=force)
    if former == target.tests or not former or not former.is_dir():
        former = None
    return VendoredClient(original, copy, changed, former)


def find_original(
    client: str, source_folder: str | Path | None, config: str | Path | None
) -> Original:
    """Return the package in ``source_folder``, or of a client of pyproject.toml.

    Raise :class:`UsageError` if there is none, or its files aren't as they were generated.
    """
    if source_folder:
        if client:
            raise UsageError("Name a CLIENT or --from DIR, not both.")
        return Original(read_source(absolute(source_folder)))
    settings = find_settings(config)
    if settings is None or not settings.clients:
        raise UsageError(f"{NO_CLIENT} Name the generated package's folder: --from DIR")
    clients = select_clients(settings, [client] if client else [])
    if len(clients) != 1:
        names = ", ".join(one.package for one in clients)
        raise UsageError(f"there are several clients. Name one: {names}.")
    return read_original(clients[0], settings)


def original_of_copy(
    copy: Path,
    recorded: str,
    client: str,
    source_folder: str | Path | None,
    config: str | Path | None,
) -> Original | None:
    """Return the named package, by default the client called ``recorded`` of a pyproject.toml.

    The one above the current folder is read first, then the one above ``copy``. Return None if
    nothing is named and no client found.
    """
    if source_folder or client:
        return find_original(client, source_folder, config)
    for start in (Path.cwd(), copy.parent):
        settings = find_settings(config, start)
        for one in settings.clients if settings else ():
            assert settings is not None
            folder = settings.root / one.output / one.package
            if one.package == recorded and folder.is_dir() and resolved(folder) != resolved(copy):
                return read_original(one, settings)
    return None


def read_original(client: Client, settings: Settings) -> Original:
    """Return a client's package; raise :class:`UsageError` unless it is as it was generated."""
    package = read_source(absolute(settings.root / client.output / client.package))
    stale = "" if is_as_recorded(client, settings.root) else client.spec
    return Original(package, stale, client, settings.root)


def _refuse_replacement(
    dest: str | Path, old: Manifest, copy: Copy, upgrade: str, *, force: bool
) -> None:
    """Raise :class:`UsageError` unless the package in ``dest`` may be replaced."""
    if not old.vendored:
        raise UsageError(f"{dest} holds a generated client, not a copy. Choose another folder.")
    if force:
        return
    refuse_edits(copy, old)
    new = copy.manifest.vendored
    name = new.source if new else ""
    if old.vendored.source != name:
        raise UsageError(
            f"{dest} is a copy of {old.vendored.source}, not of {name}. "
            "Choose another folder, or use --force."
        )
    if new and old.vendored.import_name != new.import_name:
        raise UsageError(
            f"{dest} is a copy of {name} that is imported as {old.vendored.import_name}, not as "
            f"{new.import_name}. To replace it: --force"
        )
    raise UsageError(
        f"{dest} is an older copy of {name}, or has other options. To see what changes and then "
        f"write it: {upgrade}; to replace it at once: --force"
    )
