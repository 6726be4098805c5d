"""An update: what it shows, and what it writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client, Pins
from ....base.errors import LeftOut, Problem
from ....base.immutable import immutable
from ....base.printable import display_path
from ....codegen.apidiff.compare import ApiChange
from ....watch.changes.change import Report
from ...lockfile import LOCK
from ...output.fileset import FileChange, FileSet, write
from ...output.lock import locked
from ...output.write import remove_leftovers, write_file
from ..generation.generate import RenderedClient
from ..generation.overwriting import NOTHING, Overwriting, check_overwriting
from ..generation.package_change import PackageChange
from ..names.locked_pins import with_removals
from ..project.descriptions import write_description, write_lock
from ..project.provenance import ToolChange
from ..project.pyproject_edit import Changes, with_settings
from .descriptions import UpdatedDescription


def changed_settings(file: Path, changes: Mapping[str, Changes]) -> bytes:
    """Return the text of a pyproject.toml with settings of clients changed."""
    text = file.read_bytes()
    for package, values in changes.items():
        text = with_settings(text, package, values, display_path(file))
    return text


@immutable
class UpdatedClient:
    """A client as an update writes it, or would write it."""

    client: Client
    """Its settings after the update."""
    report: Report | None
    """The drift between the description on disk and upstream; None if nothing was compared."""
    added: tuple[str, ...]
    """The operations that it gets: operationIds, or ``METHOD /path``."""
    removed: tuple[str, ...]
    """The operations that it loses."""
    python: tuple[ApiChange, ...]
    """The changes of its public Python API by operations that are added or removed, with those of
    the report; empty if there are no such operations."""
    rendered: RenderedClient | None
    """Its files; None if they are up to date, or it is called by hand."""
    changes: tuple[FileChange, ...]
    """The files that change, with paths relative to the output folder and without their diffs."""
    lost_pages: tuple[str, ...] = ()
    """A sentence for each operation that loses its iterator over pages."""
    by_tool: PackageChange | None = None
    """What this speclock changes in a client that another one wrote, from the description and the
    settings before; None if that is nothing."""
    other_versions: ToolChange | None = None
    """How other packages that shape the bytes differ from those that wrote it, if it is written."""

    @property
    def needs_decision(self) -> bool:
        """True if code that uses the client may have to change, by whatever cause."""
        by_upstream = self.report is not None and self.report.fails("python")
        by_tool = self.by_tool is not None and self.by_tool.bump == "major"
        return by_upstream or by_tool

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings of generation."""
        return self.rendered.warnings if self.rendered else ()

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The operations and parts that cannot be generated."""
        return self.rendered.left_out if self.rendered else ()


@immutable
class Update:
    """The changes that take upstream in; :meth:`write` writes them."""

    root: Path
    """The folder of the settings."""
    descriptions: tuple[UpdatedDescription, ...]
    clients: tuple[UpdatedClient, ...]
    settings_file: Path
    settings: Mapping[str, Changes]
    """The settings that change, by client."""
    pins: Mapping[str, Pins]
    """The pins that change in speclock.lock, by client; a removed one has an empty name."""
    moved: Mapping[str, Pins]
    """The pins that move there from pyproject.toml, by client."""

    @property
    def is_changed(self) -> bool:
        """True if there is anything to write."""
        has_settings = self.settings or self.pins or self.moved
        return bool(has_settings or self._changed or any(one.changes for one in self.clients))

    def lock_of(self, client: Client) -> Path:
        """Return the lock beside a client's description."""
        return (self.root / client.spec).with_name(LOCK)

    @property
    def _locks(self) -> dict[Path, dict[str, Mapping[str, Mapping[str, str]]]]:
        """The pins to write, by lock, and there by client."""
        locks: dict[Path, dict[str, Mapping[str, Mapping[str, str]]]] = {}
        for one in self.clients:
            client, lock = one.client, one.client.lock
            is_new = client.package in self.pins or client.package in self.moved
            if lock is not None and (is_new or not lock.is_recorded):
                locks.setdefault(self.lock_of(client), {})[client.package] = lock.pins
        return locks

    @property
    def _changed(self) -> list[UpdatedDescription]:
        return [description for description in self.descriptions if description.is_changed]

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are written, except for those of the clients."""
        paths = [self.settings_file] if self.settings or self.moved else []
        paths += [d.path for d in self._changed if d.before != d.after]
        locks = [d.path.parent / LOCK for d in self._changed]
        return (*paths, *dict.fromkeys([*locks, *self._locks]))

    def check_overwriting(self, overwriting: Overwriting = NOTHING) -> None:
        """Raise :class:`UsageError` for what may not be written over."""
        for folder, sets in self._file_sets().items():
            check_overwriting(folder, sets, overwriting)

    def _file_sets(self) -> dict[Path, list[FileSet]]:
        """Return the files of the clients by output folder."""
        sets: dict[Path, list[FileSet]] = {}
        for client in self.clients:
            folder = Path(display_path(self.root / client.client.output))
            if client.rendered:
                sets.setdefault(folder, []).append(client.rendered.files)
        return sets

    def write(self, overwriting: Overwriting = NOTHING) -> None:
        """Write the descriptions, speclock.lock, the settings and the clients.

        speclock.lock is written before and after the descriptions and clients: if the run is cut
        off in between, ``check`` reports that and the next update finishes it. Raise
        :class:`UsageError` if a file cannot be written, and as :meth:`check_overwriting` does.
        """
        self.check_overwriting(overwriting)
        changed = self._changed
        with locked(self.settings_file):
            for folder in {self.root, *(d.path.parent for d in self.descriptions)}:
                remove_leftovers(folder)
            for lock, pins in self._locks.items():
                write_lock(lock.parent, {}, pins)
            if settings := with_removals(self.settings, self.moved):
                text = changed_settings(self.settings_file, settings)
                write_file(self.settings_file, text)
            for one in changed:
                one.begin()
            for one in changed:
                if one.before != one.after:
                    write_description(one.path, one.after)
            for folder, sets in self._file_sets().items():
                write(folder, sets)
            for one in changed:
                one.end()


def joined(updates: Sequence[Update]) -> Update:
    """Return updates of one project as one."""
    return replace(
        updates[0],
        descriptions=tuple(d for update in updates for d in update.descriptions),
        clients=tuple(client for update in updates for client in update.clients),
        settings={package: one for update in updates for package, one in update.settings.items()},
        pins={package: one for update in updates for package, one in update.pins.items()},
        moved={package: one for update in updates for package, one in update.moved.items()},
    )
