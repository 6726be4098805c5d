"""Generated clients compared with the files on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.immutable import immutable
from ....base.version import RUNTIME_PACKAGE, __version__
from ...lockfile import find_entry
from ..project.provenance import is_current
from ..project.runtimes import installed_state, runtime_state

if TYPE_CHECKING:
    from ....base.config import Client, Settings
    from ....base.errors import LeftOut, Problem
    from ...output.fileset import FileChange
    from ..project.descriptions import Progress
    from ..project.provenance import ToolChange
    from .regenerated import RegeneratedClient


@immutable
class CheckedClient:
    """A client compared with its files."""

    package: str
    output: Path
    """The output folder."""
    regenerated: bool
    """True if it was generated in memory; False if the recorded hashes were enough."""
    differences: tuple[FileChange, ...] = ()
    """The files that differ, with paths relative to the output folder."""
    warnings: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    runtime: str = ""
    """The version of its runtime, and if that is unchanged, in words; empty without one."""
    runtime_changes: tuple[Path, ...] = ()
    """The files of an installed runtime that are not of this version."""
    is_unfinished: bool = False
    """True if an update of its description was cut off; the next one finishes it."""
    tool: ToolChange | None = None
    """How the tools that wrote it differ from these, which generated it in memory; or None."""
    lock: str = ""
    """The path of a speclock.lock without the client, whose names may be in it; else empty."""
    moves_pins: bool = False
    """True if ``generate`` would move pins from the settings to that file."""
    has_no_client: bool = False
    """True if settings hold the calls of a program, which has no client; nothing is compared."""
    is_layout_alone: bool = False
    """True if the layout of files differs, by another version of a formatter, and nothing else."""

    @property
    def is_changed(self) -> bool:
        """True if a file isn't as it would be generated now, apart from its layout."""
        return bool(self.differences) and not self.is_layout_alone


@immutable
class CheckResult:
    """All clients, compared with their files."""

    clients: tuple[CheckedClient, ...]

    @property
    def ok(self) -> bool:
        """True if no client, lock and installed runtime is changed, and no update was cut off."""
        return not any(
            client.is_changed or client.is_unfinished or client.runtime_changes or client.moves_pins
            for client in self.clients
        )


def check(
    settings: Settings, *, full: bool = False, progress: Progress | None = None
) -> CheckResult:
    """Compare each client of ``settings`` with its files; write nothing.

    A client whose recorded hashes of description, settings, speclock and files all match is taken
    as current; ``full`` generates it in memory all the same. Raise as :func:`generate` does.
    """
    clients, root = settings.clients, settings.root
    by_hand = _called_by_hand(clients, root)
    stale: list[Client] = []
    for client in clients:
        if client not in by_hand and (full or not is_current(client, root)):
            stale.append(client)
    regenerated: dict[str, RegeneratedClient] = {}
    if stale:
        from .regenerated import compare_regenerated  # here, since most checks need only hashes

        regenerated = compare_regenerated(stale, root, progress, full=full)
    checked: list[CheckedClient] = []
    for client in clients:
        if client in by_hand:
            without = CheckedClient(
                client.package, root / client.output, regenerated=False, has_no_client=True
            )
            checked.append(replace(without, is_unfinished=_is_unfinished(root / client.spec)))
            continue
        runtime = runtime_state(root / client.runtime_folder, __version__)
        if client.runtime == RUNTIME_PACKAGE:
            runtime = installed_state(__version__)
        result = CheckedClient(
            client.package,
            root / client.output,
            regenerated=client.package in regenerated,
            runtime=runtime.text,
            runtime_changes=runtime.changed,
            is_unfinished=_is_unfinished(root / client.spec),
            lock=_unrecorded_lock(client),
            moves_pins=_moves_pins(client, root),
        )
        if made := regenerated.get(client.package):
            result = replace(
                result,
                differences=made.differences,
                warnings=made.warnings,
                left_out=made.left_out,
                tool=made.tool,
                is_layout_alone=made.is_layout_alone,
            )
        checked.append(result)
    return CheckResult(tuple(checked))


def _called_by_hand(clients: Sequence[Client], root: Path) -> list[Client]:
    """Return the settings of APIs that are called by hand."""
    called: list[Client] = []
    for client in clients:
        if not client.code:  # as in most settings
            continue
        from ..project.packages import is_called_by_hand

        if is_called_by_hand(client, root):
            called.append(client)
    return called


def _is_unfinished(spec: Path) -> bool:
    """Return whether speclock.lock records an update that didn't end."""
    entry = find_entry(spec)
    return entry is not None and bool(entry.unfinished_sha256)


def _unrecorded_lock(client: Client) -> str:
    """Return the path of a client's lock that has no entry for the client; else an empty text."""
    if client.lock is None or client.lock.is_recorded:
        return ""
    return client.lock.file


def _moves_pins(client: Client, root: Path) -> bool:
    """Return whether ``generate`` would move pins of a client to its lock."""
    if client.lock is None or not client.lock.may_move:
        return False
    from ..names.locked_pins import moved_pins  # here, since most clients have a lock

    return bool(moved_pins(client, root))
