"""``speclock verify``."""

from __future__ import annotations

import argparse
import shlex
from typing import TYPE_CHECKING

from .client_arguments import CONFIG, OF_FOLDERS, STATES
from .console import Console
from .vendor import check_all, print_stale

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..services.copies.verify import VerifiedPackage

ABOUT = """\
Tell whether a client was edited since it was generated, as `speclock check FOLDER` does. Compares
it with its own speclock.json: no description, no network, and nothing is written. If the client
that a copy was made from is found (--from, or a client of pyproject.toml), also tells whether that
has changed since.
"""
EPILOG = STATES
ARGUMENTS = {"dest DEST*": "a package's folder", **OF_FOLDERS, **CONFIG}


def run(options: argparse.Namespace, console: Console) -> int:
    """Compare the folders."""
    return compare_folders(options, console)


def compare_folders(options: argparse.Namespace, console: Console) -> int:
    """Print the state of each package, and its edited files."""
    packages = list(_verified(options, console))
    originals = {p.original.package.folder: p.original for _, p in packages if p.original}
    for original in originals.values():
        print_stale(original, console)
    if options.json:
        console.json([_json(dest, package) for dest, package in packages])
    else:
        for dest, package in packages:
            _print(dest, package, options, console)
    return max({"untouched": 0, "recorded": 0, "unknown": 2}.get(p.state, 1) for _, p in packages)


def _verified(
    options: argparse.Namespace, console: Console
) -> Iterator[tuple[str, VerifiedPackage]]:
    """Yield each package's folder and state."""
    from ...base.errors import UsageError
    from ..services.copies.several import verify_all
    from ..services.copies.verify import VerifiedPackage, verify
    from ..services.project.resolve import load_settings

    check_all(options, ("from", options.source), ("against", options.against))
    if options.all:
        for copy in verify_all(load_settings(options.config)):
            yield copy.dest, copy.package
    for flag, value in (("from", options.source), ("against", options.against)):
        if value and len(options.dest) > 1:
            raise UsageError(f"--{flag} takes one DEST.")
    if options.source and options.against:
        raise UsageError("Use --from or --against, not both.")
    for dest in options.dest:
        try:
            package = verify(
                dest,
                source_folder=options.source,
                config=options.config,
                against=options.against or "",
                insecure=options.insecure,
                progress=console.progress,
            )
        except UsageError as error:
            if len(options.dest) == 1:
                raise
            package = VerifiedPackage("unknown", reason=f"{dest}: {error}")
        yield dest, package


def _print(dest: str, one: VerifiedPackage, options: argparse.Namespace, console: Console) -> None:
    if one.manifest is None:
        console.note(f"unknown: {one.reason}")
        return
    for edit in one.edits:
        console.note(str(edit))
    if one.age and one.age.state != "untouched":
        console.note(f"{one.age.state}: {dest}: {'; '.join(one.age.facts)}")
        if one.original:
            words = [dest]
            for option, value in {"--from": options.source, "--config": options.config}.items():
                if value:
                    words += option, value
            console.note(f"To see what changes: speclock upgrade --dry-run {shlex.join(words)}")
        elif one.age.state == "older":
            console.note("To bring it up to date, run speclock upgrade in the client's project.")
    kinds = {edit.kind for edit in one.edits}
    if "runtime" in kinds:
        console.note(f"To fix: install speclock-runtime {one.manifest.tool['speclock']} again")
    if kinds - {"extra", "runtime"} and not one.manifest.vendored:
        console.note("To see what it was before: speclock check --full")
    if one.state in ("untouched", "recorded"):
        state = "untouched" if one.state == "untouched" else "edited, as recorded"
        copied = one.manifest.vendored
        origin = f"a copy of {copied.source}" if copied else "generated"
        version = one.manifest.info_version
        console.say(f"{dest}: {state}; {origin}, API version {version}.")
        if one.runtime:
            console.say(f"runtime: {one.runtime}")


def _json(dest: str, package: VerifiedPackage) -> dict[str, object]:
    from pathlib import Path

    data: dict[str, object] = {"package": Path(dest).as_posix(), "state": package.state}
    if package.manifest:
        data |= {
            "from": package.manifest.vendored.source if package.manifest.vendored else None,
            "info.version": package.manifest.info_version,
            "spec.sha256": package.manifest.spec_sha256,
            "speclock": package.manifest.tool.get("speclock"),
        }
    else:
        data["reason"] = package.reason
    data["edits"] = [{"kind": edit.kind, "file": edit.path.as_posix()} for edit in package.edits]
    if package.age:
        data["source"] = {
            "state": package.age.state,
            "facts": list(package.age.facts),
            "files": list(package.age.files),
        }
    return data
