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
    from ..codegen.output.fileset import Manifest
    from ..vendor.staleness import Age
    from ..vendor.verify import Edit

_ABOUT = """\
Is a client as it was made? Compares it with its own speclock.json: no description, no network, and
nothing is written. Where the client that a copy was made from is at hand (named by --from, or a
client of pyproject.toml), also says whether that has moved on.
"""
_EPILOG = """\
states: untouched (0), edited, unfinished, older, newer (1), unknown (2). Of several the
gravest counts.

"""
_UNKNOWN = "has no speclock.json that can be read, so it isn't known"


@dataclass(frozen=True, slots=True)
class _Finding:
    """What there is to say of one package."""

    dest: str
    state: str
    manifest: Manifest | None = None
    edits: tuple[Edit, ...] = ()
    age: Age | None = None
    unfinished: bool = False

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
    from ..codegen.output.fileset import Manifest
    from ..vendor.copy import copy_of
    from ..vendor.destination import absolute, recorded_place, settle
    from ..vendor.staleness import age_of
    from ..vendor.verify import edits_of

    folder = absolute(dest)
    unfinished = bool(settle(folder))
    manifest = Manifest.read(folder.parent, folder.name)
    if manifest is None:
        return _Finding(dest, "unknown", unfinished=unfinished)
    edits = tuple(edits_of(folder, manifest))
    name = str(manifest.vendored.get("from", ""))
    found = original.original_of(options, folder, name, screen) if name else None
    age = None
    if found:
        place, _ = recorded_place(folder, to_write=False)
        place = place if found.tests else replace(place, tests=None)
        age = age_of(manifest, found, copy_of(found, place))
    state = "edited" if edits else "unfinished" if unfinished else age.state if age else "untouched"
    return _Finding(dest, state, manifest, edits, age, unfinished)


def _say(one: _Finding, screen: Console) -> None:
    if one.unfinished:
        screen.note(f"unfinished: {one.dest}: a write was cut off; the old files are back")
    if one.manifest is None:
        screen.note(f"unknown: {one.dest} {_UNKNOWN}")
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
    origin = manifest.vendored.get("from")
    said = f"a copy of {origin}" if origin else "generated"
    tool = manifest.tool.get("speclock", "?")
    return f"{said}, API version {manifest.info_version}, by speclock {tool}"


def _data(one: _Finding) -> dict[str, object]:
    data: dict[str, object] = {"package": Path(one.dest).as_posix(), "state": one.state}
    if one.manifest:
        data |= {
            "from": one.manifest.vendored.get("from"),
            "info.version": one.manifest.info_version,
            "spec.sha256": one.manifest.spec_sha256,
            "speclock": one.manifest.tool.get("speclock"),
        }
    data["unfinished"] = one.unfinished
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
