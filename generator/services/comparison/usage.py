"""The places in the user's program that use what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...apidiff.compare import ApiChange
from ...changes.change import Change, ClientUse, Report
from ...config import Client
from ...drift.python_api import broken_part
from ...errors import SpeclockError, UsageError
from ...printable import display_path
from ...usage.errors import TypeCheckerError
from ...usage.search import Query, find_uses
from ..project.descriptions import Progress
from .type_checker import CheckedProgram, CheckerFailed


def packages_of(client: Client, root: Path) -> list[Path]:
    """Return the folders of a client and of its copies that exist, the client first."""
    folders = (root / client.output / client.package, *(root / one for one in client.vendored))
    return [folder for folder in folders if client.package and (folder / "__init__.py").is_file()]


def with_uses(
    report: Report,
    client: Client,
    root: Path,
    code: Sequence[str | Path],
    progress: Progress,
    *,
    checker: str = "",
    new: Callable[[], Mapping[str, bytes]] | None = None,
) -> Report:
    """Return the report with the places in a program that use what changed.

    ``code`` has files and folders, relative to the current folder. ``checker`` is a type checker to
    run, ``new`` returns the files of the new client for it, by their paths in its folder.

    Raise :class:`UsageError` if one of them doesn't exist, or the client isn't generated.
    """
    packages = packages_of(client, root)
    if not packages:
        name = client.package or "CLIENT"
        raise UsageError(
            "--code needs the client in its old version, as the program uses it. "
            f"Run: speclock generate {name}"
        )
    progress("reading your program")
    queries = [
        Query(() if c.docs else c.parts, _direction(c), c.id, c.python) for c in report.changes
    ]
    paths, note = paths_of(code), ""
    errors: tuple[TypeCheckerError, ...] = ()
    if checker and new is not None:
        try:
            program = CheckedProgram(checker, root, paths, packages[0])
            errors = program.new_errors(new(), progress)
        except CheckerFailed as error:
            checker, note = "", str(error)
        except SpeclockError as error:
            first = str(error).splitlines()[0]
            checker, note = "", f"{checker} isn't run, since the new client is refused: {first}"
    try:
        uses, usage = find_uses(
            queries, paths, root, packages, [root / client.tests_folder], errors
        )
    except (OSError, SyntaxError) as error:
        folder = display_path(packages[0], root)
        raise UsageError(f"{folder} cannot be read: {error}. Run: speclock generate") from None
    changes = (replace(c, uses=use) for c, use in zip(report.changes, uses, strict=True))
    usage = replace(usage, checker=checker, note=note)
    return replace(report, changes=tuple(changes), usage=usage)


def _direction(change: Change) -> str:
    """Return the direction of the most severe verdicts; empty for both."""
    found = {verdict.direction for verdict in change.verdicts if verdict.wire == change.wire}
    return "".join(found) if len(found) == 1 else ""


def uses_of(
    changes: Sequence[ApiChange], package: Path, code: Sequence[str | Path]
) -> tuple[tuple[ClientUse, ...], ...]:
    """Return the places in a program that use each of the changes of a package's Python API.

    Raise :class:`UsageError` if a file or a folder of ``code`` doesn't exist.
    """
    queries = [Query([part] if (part := broken_part(change)) else []) for change in changes]
    uses, _ = find_uses(queries, paths_of(code), Path.cwd(), [package])
    return tuple(uses)


def paths_of(code: Sequence[str | Path]) -> list[Path]:
    """Return files and folders of a program; raise :class:`UsageError` for one that isn't there."""
    paths = [Path.cwd() / one for one in code]
    for path in paths:
        if not path.exists():
            raise UsageError(f"--code: {display_path(path)} doesn't exist.")
    return paths
