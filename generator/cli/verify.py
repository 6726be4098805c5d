"""``speclock verify``."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import original
from .command import DIFFERS, OK, REFUSED, Command
from .console import Console

if TYPE_CHECKING:
    from ..codegen.output.manifest import Manifest
    from ..vendor.staleness import Age
    from ..vendor.verify import Edit

_ABOUT = """\
Is a client as it was made? Compares it with its own speclock.json: no description, no network, and
nothing is written. Where the client that a copy was made from is at hand (named by --from, or a
client of pyproject.toml), also reports whether that has changed since.
"""
_EPILOG = """\
states: untouched (0), edited, older, newer (1), unknown (2). Of several the gravest counts.

"""


@dataclass(frozen=True, slots=True)
class _Finding:
    """The result for one package."""

    dest: str
    state: str
    manifest: Manifest | None = None
    edits: tuple[Edit, ...] = ()
    age: Age | None = None
    unknown: str = ""
    """The reason for the state ``unknown``."""

    @property
    def code(self) -> int:
        """The exit code."""
        return {"untouched": OK, "unknown": REFUSED}.get(self.state, DIFFERS)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dest", metavar="DEST", nargs="+", help="a package's folder")
    original.folder_arguments(parser)
    parser.set_defaults(client="")
    parser.add_argument("--json", action="store_true", help="say it as JSON, a list")


def _run(options: argparse.Namespace, screen: Console) -> int:
    if options.source and len(options.dest) > 1:
        raise UsageError("--from goes with one DEST.")
    findings = [_verify(dest, options, screen) for dest in options.dest]
    if options.json:
        print(json.dumps([_data(one) for one in findings], indent=2, ensure_ascii=False))
    else:
        for one in findings:
            _say(one, screen)
    return max(one.code for one in findings)


def _verify(dest: str, options: argparse.Namespace, screen: Console) -> _Finding:
    from ..codegen.output.manifest import Manifest
    from ..vendor.copy import copy_of
    from ..vendor.destination import absolute, recorded_place
    from ..vendor.staleness import age_of
    from ..vendor.verify import edits_of

    folder = absolute(dest)
    try:
        manifest = Manifest.read(folder.parent, folder.name)
    except UsageError as error:
        return _Finding(dest, "unknown", unknown=str(error))
    if manifest is None:
        reason = f"{dest} has no speclock.json that can be read, so it isn't known"
        return _Finding(dest, "unknown", unknown=reason)
    origin = manifest.vendored
    found = original.original_of(options, folder, origin.source, screen) if origin else None
    age, wanted = None, dict[Path, bytes]()
    if found:
        place, _ = recorded_place(folder, to_write=False)
        copy = copy_of(found, place if found.tests else replace(place, tests=None))
        age, wanted = age_of(manifest, found, copy), copy.files
    edits = tuple(edits_of(folder, manifest, wanted))
    state = "edited" if edits else age.state if age else "untouched"
    return _Finding(dest, state, manifest, edits, age)


def _say(one: _Finding, screen: Console) -> None:
    if one.manifest is None:
        screen.note(f"unknown: {one.unknown}")
        return
    for edit in one.edits:
        screen.note(str(edit))
    behind = one.age if one.age and one.age.state != "untouched" else None
    if behind:
        screen.note(f"{behind.state}: {one.dest}: {'; '.join(behind.facts)}")
        screen.note(f"To see what changes: speclock upgrade --dry-run {one.dest}")
    if one.edits and not one.manifest.vendored:
        screen.note("What it was is told by: speclock check --full")
    if one.state == "untouched":
        screen.say(f"{one.dest}: untouched; {_provenance(one.manifest)}.")


def _provenance(manifest: Manifest) -> str:
    said = f"a copy of {manifest.vendored.source}" if manifest.vendored else "generated"
    tool = manifest.tool.get("speclock", "?")
    return f"{said}, API version {manifest.info_version}, by speclock {tool}"


def _data(one: _Finding) -> dict[str, object]:
    data: dict[str, object] = {"package": Path(one.dest).as_posix(), "state": one.state}
    if one.manifest:
        data |= {
            "from": one.manifest.vendored.source if one.manifest.vendored else None,
            "info.version": one.manifest.info_version,
            "spec.sha256": one.manifest.spec_sha256,
            "speclock": one.manifest.tool.get("speclock"),
        }
    else:
        data["reason"] = one.unknown
    data["edits"] = [
        {
            "kind": edit.kind,
            "file": edit.path.as_posix(),
            "lines": [
                {"kind": s.kind, "first": s.first, "last": s.last, "count": s.count}
                for s in edit.lines
            ],
        }
        for edit in one.edits
    ]
    if one.age:
        data["source"] = {"state": one.age.state, "facts": list(one.age.facts)}
    return data


COMMAND = Command(
    "verify",
    "is a client, or a copy of one, as it was made?",
    _ABOUT,
    _arguments,
    _run,
    _EPILOG,
)
