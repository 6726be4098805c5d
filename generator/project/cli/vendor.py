"""``speclock vendor``."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from ...base.printable import counted, display_path
from .client_arguments import ORIGINAL
from .console import Console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..services.copies.vendor import Original, VendoredClient

ABOUT = """\
Copy a generated client into a project. DEST is the package's new folder, and its last part the new
name: `speclock vendor src/acme/pinterest` makes the package that is imported as acme.pinterest.
Nothing of speclock is needed there. DEST/speclock.json records what it is a copy of.
"""
ARGUMENTS = {
    "dest DEST": "the package's new folder",
    "client CLIENT?": "a package of [tool.speclock.clients]; by default the only one",
    **ORIGINAL,
    "--tests DIR": "also copy its tests, with the description that they check against, into this "
    "folder",
    "dotted --import NAME": "the dotted name to import the copy by; from DEST, src/ and "
    "__init__.py by default",
    "--force": "replace the copy in DEST, hand edits and all; other files are never replaced",
}


def print_stale(original: Original | None, console: Console) -> None:
    """Print a note if the original would be generated differently now."""
    if original and original.stale_spec:
        console.note(
            f"note: {original.package.manifest.package} is out of date with "
            f"{original.stale_spec}. To bring it up to date, run speclock generate first."
        )


def check_all(options: argparse.Namespace, *others: tuple[str, str | None]) -> None:
    """Raise :class:`UsageError` unless either DEST or --all is given, and with --all no other."""
    from ...base.errors import UsageError

    if not options.all and not options.dest:
        raise UsageError("Name a DEST, or use --all for the copies in `vendored` of the clients.")
    flags = [f"--{name}" for name, value in others if value]
    given = ["DEST", *flags] if options.dest else flags
    if options.all and given:
        raise UsageError(f"--all cannot be combined with {' or '.join(given)}.")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the copy, and print how to import it."""
    from ...watch.changes.formats.summary import listed
    from ..services.copies.vendor import vendor_client

    def note(others: Sequence[str]) -> None:
        console.note(
            f"note: {options.dest} has other files, which stay: {listed(others)}. DEST is the "
            "folder of the package itself, not the one that it is put into."
        )

    client = vendor_client(
        options.dest,
        options.client,
        source_folder=options.source,
        config=options.config,
        tests=options.tests,
        import_name=options.dotted,
        force=options.force,
        notice=note,
    )
    print_stale(client.original, console)
    copy, target = client.copy, client.copy.destination
    state = "already up to date"
    if client.changed:
        state = f"{counted(len(client.changed), 'file')} written"
    name, version = client.original.package.manifest.package, copy.manifest.info_version
    console.say(f"{options.dest}: a copy of {name}, API version {version}; {state}.")
    console.say(f"Import it as {target.name}.")
    if target.tests:
        console.say(f"Its tests: {_tests_command(client)}")
        if "test_models.py" in copy.manifest.tests:
            console.say("They need pytest and jsonschema-rs: pip install pytest jsonschema-rs")
    if client.unlisted:
        package = client.original.package.manifest.package
        console.say(
            "For verify --all and upgrade --all, write this under "
            f"[tool.speclock.clients.{package}]: vendored = "
            f"{json.dumps(client.unlisted, ensure_ascii=False)}"
        )
    if client.former_tests:
        console.note(f"note: the former tests in {client.former_tests} are left as they are.")
    if not copy.has_licence:
        console.note("note: no license file was found beside the client, so none was copied.")
    return 0


def _tests_command(client: VendoredClient) -> str:
    """Return the command that runs a copy's tests from the current folder.

    From elsewhere than the copy's project, pytest might choose a folder above as its root, and then
    take the project's folder for a package of that name.
    """
    import shlex
    from pathlib import Path

    target = client.copy.destination
    words = ["pytest", "--import-mode=importlib"]
    if target.home != Path.cwd():
        words += ["--rootdir", display_path(target.home)]
    return shlex.join([*words, display_path(target.tests or target.package)])
