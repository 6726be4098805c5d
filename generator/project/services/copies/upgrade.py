"""A copy brought up to date with the client that it was made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from ....base.errors import UsageError
from ....base.immutable import immutable
from ....codegen.apidiff.compare import ApiChange, compare
from ....codegen.apidiff.from_source import from_source, sources_in
from ....watch.changes.change import ClientUse, Usage
from ...vendor.copy import Copy, changed_by, copy_of, refuse_edits, write
from ...vendor.destination import absolute, destination, recorded_destination
from ...vendor.verify import Edit, edits_of
from ..comparison.usage import UserProgram, uses_of
from ..generation.package_change import lost_features, lost_fixtures
from ..project.descriptions import Progress, no_progress
from .keep_edits import copy_with_edits
from .vendor import Original, original_of_copy

EditPolicy = Literal["refuse", "merge", "overwrite"]


@immutable
class Upgrade:
    """The changes that bring a copy up to date; :meth:`write` writes them."""

    original: Original
    recorded: str
    """The original's name, as the copy records it."""
    differences: tuple[ApiChange, ...]
    """The changes of the public Python API, those that break callers first."""
    changed: tuple[str, ...]
    """The files that change."""
    edits: tuple[Edit, ...]
    """The files of the copy that were edited by hand."""
    copy: Copy
    uses: tuple[tuple[ClientUse, ...], ...] = ()
    """The places in a program that use each of the differences; empty if none was read."""
    usage: Usage | None = None
    """The search for these."""
    features: tuple[str, ...] = ()
    """The features that the copy on disk has and the original hasn't."""
    fixtures: tuple[str, ...] = ()
    """The fixtures that the conftest.py of the copy's tests loses."""

    @property
    def bump(self) -> str:
        """The version bump that the changes call for: major, minor, patch or none."""
        if self.features or any(difference.breaks for difference in self.differences):
            return "major"
        return "minor" if self.differences else "patch" if self.changed else "none"

    def write(self, *, force: bool = False) -> None:
        """Write the copy; raise :class:`UsageError` if it was edited by hand, unless ``force``."""
        write(self.copy, force=force)


def upgrade(
    dest: str | Path,
    client: str = "",
    *,
    source_folder: str | Path | None = None,
    config: str | Path | None = None,
    tests: str | Path | None = None,
    edits: EditPolicy = "refuse",
    original: Original | None = None,
    code: Sequence[str | Path] = (),
    checker: str = "",
    progress: Progress = no_progress,
) -> Upgrade:
    """Compare the copy in ``dest`` with what it was made from; write nothing.

    The original is a client of pyproject.toml, by default that of the recorded name, or
    ``source_folder``, or ``original`` if it was read before; ``tests`` is the folder of the copy's
    tests, by default the recorded one. ``edits`` made by hand are refused, merged with the new
    version, or overwritten; to merge them, the text before each edit must be in the git history of
    the copy or of the original. ``code`` has files and folders of the program that uses the copy,
    ``checker`` is a type checker that its project has, to run over them.

    Raise :class:`UsageError` if ``dest`` isn't a copy, the original isn't found, or edits are
    refused or cannot be merged.
    """
    folder = absolute(dest)
    target, old = recorded_destination(folder, to_write=not tests)
    if tests:
        target = destination(folder, Path(tests), target.name)
    name = old.vendored.source if old.vendored else ""
    original = original or original_of_copy(folder, name, client, source_folder, config)
    if original is None:
        raise UsageError(
            f"{dest} is a copy of {name!r}, which isn't a client of the pyproject.toml above this "
            "folder, or above the copy. Name its folder: --from DIR"
        )
    copy = copy_of(original.package, target)
    found = tuple(edits_of(target.package, old, copy.files))
    if edits == "refuse":
        refuse_edits(copy, old)
    elif edits == "merge":
        copy = copy_with_edits(copy, old, original.package)
    differences = _differences(copy)
    plan = Upgrade(
        original,
        name,
        differences,
        changed_by(copy),
        found,
        copy,
        features=tuple(lost_features(target.package, copy.package)),
        fixtures=tuple(_lost_fixtures(copy)),
    )
    if not code:
        return plan
    program, package = UserProgram(code, checker), copy.destination.package
    uses, usage = uses_of(differences, package, program, copy.package, progress)
    return replace(plan, uses=tuple(uses), usage=usage)


def _lost_fixtures(copy: Copy) -> Iterator[str]:
    """Yield the fixtures of the copy's tests on disk that the new ones don't have."""
    tests = copy.destination.tests
    if tests is not None:
        yield from lost_fixtures(tests, copy.files.get(tests / "conftest.py"))


def _differences(copy: Copy) -> tuple[ApiChange, ...]:
    folder = copy.destination.package
    try:
        return compare(from_source(sources_in(folder)), from_source(copy.package))
    except SyntaxError as error:
        raise UsageError(
            f"{folder / str(error.filename)}:{error.lineno}: {error.msg}. "
            "Fix it, or replace the copy: speclock vendor --force"
        ) from None
    except (MemoryError, RecursionError):  # of Python's own parser
        raise UsageError(
            f"{folder} has Python code that is nested too deeply. "
            "Replace the copy: speclock vendor --force"
        ) from None
