"""The files on disk that a command may not write over: edits by hand, and a newer client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from ....base.errors import LostEdits, UsageError
from ....base.immutable import immutable
from ....base.printable import display_path
from ....base.version import __version__
from ...output.fileset import FileSet
from ...output.manifest import Manifest
from ..project.provenance import tool_change


@immutable
class Overwriting:
    """The files that a command may write over, though nobody may have meant that."""

    newer: bool = False
    """Clients that a newer speclock wrote: ``--force``."""
    edits: bool = False
    """Files with edits by hand that the new client doesn't have: ``--discard-edits``."""


NOTHING = Overwriting()


def check_overwriting(output: Path, clients: Sequence[FileSet], allowed: Overwriting) -> None:
    """Raise :class:`UsageError` for clients in ``output`` that a newer speclock wrote,
    :class:`LostEdits` for edits that writing ``clients`` removes; unless that is ``allowed``.
    """
    lost: list[str] = []
    for client in clients:
        manifest = Manifest.read(output, client.package)
        if manifest is None:
            continue
        change = tool_change(manifest)
        if change is not None and change.is_older and not allowed.newer:
            raise UsageError(
                f"{display_path(output / client.package)} was written by speclock "
                f"{change.version}, which is newer than this one, {__version__}. Install speclock "
                f"{change.version} or newer; to write the client with this one all the same: "
                "--force"
            )
        lost += [_lost(output, client, name) for name in client.lost_edits(output, clients)]
    if lost and not allowed.edits:
        lines = "\n".join(f"  {line}" for line in lost)
        raise LostEdits(
            f"nothing was written: the new client lacks these files, which were edited by hand:\n"
            f"{lines}\n"
            "Move them out of the client, and make each edit where its file is now, or better as a "
            "template or an overlay (docs/vendoring.md, Edits). To drop the edits: --discard-edits"
        )


def _lost(output: Path, client: FileSet, name: str) -> str:
    """Return a line about a file whose edits would be lost."""
    path, successor = display_path(output / name), successor_of(name, client.files)
    return f"{path} is {display_path(output / successor)} now" if successor else path


def successor_of(name: str, files: Iterable[str]) -> str:
    """Return the file that has the place of one that isn't generated any more; empty for none.

    That is the only one of the same name, apart from underscores at its beginning.
    """
    stem = PurePosixPath(name).name.lstrip("_")
    matches = [other for other in files if PurePosixPath(other).name.lstrip("_") == stem]
    return matches[0] if len(matches) == 1 else ""
