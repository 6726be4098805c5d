"""The places in the user's program that use what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client
from ....base.errors import SpeclockError, UsageError
from ....base.immutable import immutable
from ....base.printable import display_path
from ....codegen.apidiff.compare import ApiChange
from ....watch.changes.change import Change, ClientUse, Report, Usage
from ....watch.changes.rules import RULES
from ....watch.drift.python_api import broken_part
from ....watch.usage.errors import TypeCheckerError
from ....watch.usage.search import Query, find_uses
from ...output.boundary import project_of
from ..project.descriptions import Progress
from ..project.packages import packages_of
from .type_checker import CheckedProgram, CheckerFailed


@immutable
class UserProgram:
    """The program that uses a client."""

    code: Sequence[str | Path] = ()
    """Its files and folders, relative to the current folder."""
    checker: str = ""
    """A type checker that the project has, which runs over them with both clients."""

    def paths(self) -> list[Path]:
        """Return the files and folders; raise :class:`UsageError` for one that isn't there."""
        paths = [Path.cwd() / one for one in self.code]
        for path in paths:
            if not path.exists():
                raise UsageError(f"--code: {display_path(path)} doesn't exist.")
        return paths


NO_PROGRAM = UserProgram()


def with_uses(
    report: Report,
    client: Client,
    root: Path,
    program: UserProgram,
    new: Callable[[], Mapping[str, bytes]],
    progress: Progress,
) -> Report:
    """Return the report with the places in a program that use what changed.

    ``new`` returns the files of the new client for a type checker, by their paths in its folder.

    Raise :class:`UsageError` if a file of the program doesn't exist, or the client isn't generated.
    """
    queries = [
        Query(() if c.docs else c.parts, _direction(c), RULES[c.id], c.python)
        for c in report.changes
    ]
    uses, usage = _search_in(client, root, program).uses(queries, new, progress)
    changes = (replace(c, uses=use) for c, use in zip(report.changes, uses, strict=True))
    return replace(report, changes=tuple(changes), usage=usage)


def _search_in(client: Client, root: Path, program: UserProgram) -> _UseSearch:
    """Return the search for uses of a client and its copies; raise as :func:`with_uses` does."""
    packages = packages_of(client, root)
    if not packages:
        name = client.package or "CLIENT"
        raise UsageError(
            "--code needs the client in its old version, as the program uses it. "
            f"Run: speclock generate {name}"
        )
    return _UseSearch(program, packages, root, root, [root / client.tests_folder])


def uses_of_client(
    changes: Sequence[ApiChange],
    client: Client,
    root: Path,
    program: UserProgram,
    files: Mapping[str, bytes],
    progress: Progress,
) -> tuple[list[tuple[ClientUse, ...]], Usage]:
    """Return the places in a program that use each of the changes of a client's Python API.

    ``files`` are those of the new package, by their paths in it. Raise as :func:`with_uses` does.
    """
    search = _search_in(client, root, program)
    return search.uses(_queries(changes), lambda: files, progress)


def _queries(changes: Sequence[ApiChange]) -> list[Query]:
    return [Query([part] if (part := broken_part(change)) else []) for change in changes]


def uses_of(
    changes: Sequence[ApiChange],
    package: Path,
    program: UserProgram,
    files: Mapping[str, bytes],
    progress: Progress,
) -> tuple[list[tuple[ClientUse, ...]], Usage]:
    """Return the places in a program that use each of the changes of a package's Python API.

    ``files`` are those of the new package, by their paths in it. Raise :class:`UsageError` if a
    file or a folder of the program doesn't exist.
    """
    here = Path.cwd()
    search = _UseSearch(program, [package], project_of(package) or here, here)
    return search.uses(_queries(changes), lambda: files, progress)


@immutable
class _UseSearch:
    """The search for uses of a client in a program."""

    program: UserProgram
    packages: Sequence[Path]
    """The folders of the client and of its copies."""
    root: Path
    """The project's folder."""
    here: Path
    """The folder that names of files are relative to."""
    tests: Sequence[Path] = ()
    """The folders of the client's own tests."""

    def uses(
        self,
        queries: Sequence[Query],
        new: Callable[[], Mapping[str, bytes]],
        progress: Progress,
    ) -> tuple[list[tuple[ClientUse, ...]], Usage]:
        """Return the uses of each change."""
        progress("reading your program")
        paths, checker, note = self.program.paths(), self.program.checker, ""
        package, errors = self.packages[0], tuple[TypeCheckerError, ...]()
        try:
            if checker:
                checked = CheckedProgram(checker, self.root, paths, package)
                errors = checked.new_errors(new(), progress)
        except CheckerFailed as error:
            checker, note = "", str(error)
        except SpeclockError as error:
            first = str(error).splitlines()[0]
            checker, note = "", f"{checker} isn't run, since the new client is refused: {first}"
        try:
            uses, usage = find_uses(queries, paths, self.here, self.packages, self.tests, errors)
        except (OSError, SyntaxError) as error:
            folder = display_path(package, self.here)
            raise UsageError(f"{folder} cannot be read: {error}. Run: speclock generate") from None
        return uses, replace(usage, checker=checker, note=note)


def _direction(change: Change) -> str:
    """Return the direction of the most severe verdicts; empty for both."""
    found = {verdict.direction for verdict in change.verdicts if verdict.wire == change.wire}
    return "".join(found) if len(found) == 1 else ""
