"""``speclock verify``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from .console import Console
from .vendor import FROM, print_stale

if TYPE_CHECKING:
    from ..services.verify import VerifiedPackage

ABOUT = """\
Tell whether a client was edited since it was generated. Compares it with its own speclock.json:
no description, no network, and nothing is written. If the client that a copy was made from is found
(--from, or a client of pyproject.toml), also tells whether that has changed since.
"""
EPILOG = """\
states: untouched, or edited as upgrade --keep-edits recorded it (exit code 0), edited, older,
newer (1), unknown (2). The exit code is the highest of all packages.

"""
ARGUMENTS = {
    "dest DEST+": "a package's folder",
    **FROM,
    "--json": "print a list as JSON",
}


def run(options: argparse.Namespace, console: Console) -> int:
    """Print the state of each package, and its edited files."""
    from ..errors import UsageError
    from ..services.verify import verify

    if options.source and len(options.dest) > 1:
        raise UsageError("--from takes one DEST.")
    packages = {
        dest: verify(dest, source_folder=options.source, config=options.config)
        for dest in options.dest
    }
    for one in packages.values():
        print_stale(one.original, console)
    if options.json:
        console.json([_json(dest, one) for dest, one in packages.items()])
    else:
        for dest, one in packages.items():
            _print(dest, one, console)
    return max(
        {"untouched": 0, "recorded": 0, "unknown": 2}.get(one.state, 1) for one in packages.values()
    )


def _print(dest: str, one: VerifiedPackage, console: Console) -> None:
    if one.manifest is None:
        console.note(f"unknown: {one.reason}")
        return
    for edit in one.edits:
        console.note(str(edit))
    if one.age and one.age.state != "untouched":
        console.note(f"{one.age.state}: {dest}: {'; '.join(one.age.facts)}")
        console.note(f"To see what changes: speclock upgrade --dry-run {dest}")
    if one.edits and not one.manifest.vendored:
        console.note("To see what it was before: speclock check --full")
    if one.state in ("untouched", "recorded"):
        state = "untouched" if one.state == "untouched" else "edited, as recorded"
        copied = one.manifest.vendored
        origin = f"a copy of {copied.source}" if copied else "generated"
        tool = one.manifest.tool.get("speclock", "?")
        version = one.manifest.info_version
        console.say(f"{dest}: {state}; {origin}, API version {version}, by speclock {tool}.")


def _json(dest: str, one: VerifiedPackage) -> dict[str, object]:
    from pathlib import Path

    data: dict[str, object] = {"package": Path(dest).as_posix(), "state": one.state}
    if one.manifest:
        data |= {
            "from": one.manifest.vendored.source if one.manifest.vendored else None,
            "info.version": one.manifest.info_version,
            "spec.sha256": one.manifest.spec_sha256,
            "speclock": one.manifest.tool.get("speclock"),
        }
    else:
        data["reason"] = one.reason
    data["edits"] = [{"kind": edit.kind, "file": edit.path.as_posix()} for edit in one.edits]
    if one.age:
        data["source"] = {"state": one.age.state, "facts": list(one.age.facts)}
    return data
