"""``speclock vendor``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import original
from .command import OK, Command
from .console import Console

if TYPE_CHECKING:
    from ..codegen.output.manifest import Manifest
    from ..vendor.copy import Copy, Source

_ABOUT = """\
Copy a generated client into a project. DEST is the package's new folder, and its last part the new
name: `speclock vendor src/acme/pinterest` makes the package that is imported as acme.pinterest.
Nothing of speclock is needed there. DEST/speclock.json records what it is a copy of.
"""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dest", metavar="DEST", help="the package's new folder")
    original.arguments(parser, of_copy=False)
    parser.add_argument(
        "--tests",
        metavar="DIR",
        help="also copy its tests, with the description that they check against, into this folder",
    )
    parser.add_argument(
        "--import",
        dest="dotted",
        default="",
        metavar="NAME",
        help="how the copy is imported, with dots; from DEST, src/ and __init__.py by default",
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace a copy that is there, hand edits and all; other files are never replaced",
    )


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..codegen.output.manifest import Manifest, tests_of
    from ..vendor.copy import changed_by, copy_of, write
    from ..vendor.destination import absolute, place

    dest = absolute(options.dest)
    source = original.chosen(options, screen)
    if dest == source.folder or dest in source.folder.parents or source.folder in dest.parents:
        raise UsageError(f"{options.dest} is where the client itself is. Choose another folder.")
    old = Manifest.read(dest.parent, dest.name)
    former = tests_of(dest, old) if old else None
    target = place(dest, _tests(options, dest, old), options.dotted)
    copy = copy_of(source, target)
    changed = changed_by(copy)
    if old and changed:
        _refuse(options, old, source, copy)
    write(copy, force=options.force)
    name, version = source.manifest.package, source.manifest.info_version
    state = f"{len(changed)} files written" if changed else "already up to date"
    screen.say(f"{options.dest}: a copy of {name}, API version {version}; {state}.")
    screen.say(f"Import it as {target.name.dotted}.")
    if target.tests:
        shown = options.tests or target.tests
        screen.say(f"Its tests: pytest --import-mode=importlib {shown}")
    if former and former != target.tests and former.is_dir():
        screen.note(f"note: the former tests in {former} are left as they are.")
    if not copy.has_licence:
        screen.note("note: no licence file was found beside the client, so none was copied.")
    return OK


def _tests(options: argparse.Namespace, dest: Path, old: Manifest | None) -> Path | None:
    """Return the folder for the tests: the one given, or the one they are in already."""
    from ..vendor.destination import recorded_place

    if options.tests:
        return Path(options.tests)
    return recorded_place(dest, to_write=True)[0].tests if old and old.vendored else None


def _refuse(options: argparse.Namespace, old: Manifest, source: Source, copy: Copy) -> None:
    """Raise :class:`UsageError` unless the copy that is there may be replaced."""
    from ..vendor.copy import refuse_edits

    if not old.vendored:
        raise UsageError(
            f"{options.dest} holds a generated client, not a copy. Choose another folder."
        )
    if options.force:
        return
    refuse_edits(copy, old)
    name, new = source.manifest.package, copy.manifest.vendored
    if new and old.vendored.source != new.source:
        raise UsageError(
            f"{options.dest} is a copy of {old.vendored.source}, not of {name}. "
            "Choose another folder, or say --force."
        )
    raise UsageError(
        f"{options.dest} is an older copy of {name}, or was made otherwise. To see what changes "
        f"and then write it: speclock upgrade {options.dest}; to replace it at once: --force"
    )


COMMAND = Command(
    "vendor",
    "copy a generated client into a project",
    _ABOUT,
    _arguments,
    _run,
)
