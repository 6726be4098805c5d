"""``speclock upgrade``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors import UsageError
from . import original
from .command import DIFFERS, OK, Command
from .console import Console

if TYPE_CHECKING:
    from ..vendor.compare import Difference
    from ..vendor.copy import Copy

_ABOUT = """\
Bring a copy up to date with the client that it was made from. Shows first what changes for code
that uses it: names that come, go or change, those first that break callers, and the version bump
that they suggest.
"""
_EPILOG = """\
exit codes of upgrade:
  0  written, or nothing to do
  1  there is something to do, and it wasn't done: --dry-run, or the answer was no
  2  refused: edited by hand, nobody to ask, or misused

"""
_LIMIT = 300


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("dest", metavar="DEST", help="the copy's folder")
    original.arguments(parser, of_copy=True)
    parser.add_argument("--tests", metavar="DIR", help="where its tests are; recorded by default")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument("--force", action="store_true", help="write over hand edits")
    parser.add_argument("--json", action="store_true", help="say what changes as JSON")


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..vendor.copy import changed_by, copy_of, refuse_edits, write
    from ..vendor.destination import absolute, place, recorded_place
    from ..vendor.verify import edits_of

    dest = absolute(options.dest)
    target, old = recorded_place(dest, to_write=not options.tests)
    if options.tests:
        target = place(dest, absolute(options.tests), target.name.dotted)
    name = old.vendored.source if old.vendored else ""
    source = original.original_of(options, dest, name, screen)
    if source is None:
        raise UsageError(
            f"{options.dest} is a copy of {name!r}, which isn't a generated client of the "
            "pyproject.toml here or there. Name its folder: --from DIR"
        )
    copy = copy_of(source, target)
    changed = changed_by(copy)
    if not options.force and not options.dry_run:
        refuse_edits(copy, old)
    differences = _differences(copy)
    if options.json:
        print(json.dumps(_data(options.dest, differences, changed), indent=2, ensure_ascii=False))
    if not changed:
        if not options.json:
            screen.say(f"{options.dest}: up to date with {name}.")
        return OK
    if not options.json:
        _show(options.dest, copy, differences, changed, screen)
    if options.dry_run and not options.force:
        for edit in edits_of(target.package, old, copy.files):
            screen.note(str(edit))
    if not _agreed(options):
        return DIFFERS
    write(copy, force=options.force)
    if not options.json:
        screen.say(f"{options.dest}: {len(changed)} files written.")
    return OK


def _differences(copy: Copy) -> tuple[Difference, ...]:
    from ..vendor.compare import compare
    from ..vendor.surface import surface

    folder = copy.place.package
    old = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.py")
        if "__pycache__" not in path.parts and path.is_file() and not path.is_symlink()
    }
    try:
        return compare(surface(old), surface(copy.package))
    except SyntaxError as error:
        raise UsageError(
            f"{folder / str(error.filename)}:{error.lineno}: {error.msg}. "
            "Mend it, or replace the copy: speclock vendor --force"
        ) from None


def _show(
    dest: str,
    copy: Copy,
    differences: tuple[Difference, ...],
    changed: tuple[str, ...],
    screen: Console,
) -> None:
    from ..vendor.compare import bump

    screen.say(f"{dest}: to API version {copy.manifest.info_version}, {len(changed)} files change.")
    for one in differences:
        mark = "breaks" if one.breaks else "      "
        screen.say(f"  {mark}  {one.action:<7}  {one.name}{_texts(one)}")
    if not differences:
        screen.say("  Nothing that callers can name changes.")
    screen.say(f"Suggested version bump: {bump(differences, changed=True)}.")


def _texts(one: Difference) -> str:
    if one.kind == "class" and one.action != "changed":
        return ""
    if one.kind == "name":
        return f" → {one.after}"
    if one.kind in ("method", "function", "keyword") and one.action == "changed":
        return f": {_short(one.parts)}"
    shown = " → ".join(_short(text) for text in (one.before, one.after) if text)
    return shown if one.kind in ("method", "function") else f": {shown}"


def _short(text: str) -> str:
    return text if len(text) <= _LIMIT else f"{text[:_LIMIT]}…"


def _data(
    dest: str, differences: tuple[Difference, ...], changed: tuple[str, ...]
) -> dict[str, object]:
    from ..vendor.compare import bump

    return {
        "package": dest,
        "bump": bump(differences, changed=bool(changed)),
        "changes": [{"action": one.action, **asdict(one)} for one in differences],
        "files": list(changed),
    }


def _agreed(options: argparse.Namespace) -> bool:
    """Tell whether to write; raises :class:`UsageError` where there is nobody to ask."""
    if options.dry_run:
        return False
    if options.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "nothing was written, since there is no terminal to ask on. "
            "Say --yes to write, or --dry-run only to look."
        )
    return input("Write it? [y/N] ").strip().lower() in ("y", "yes")


COMMAND = Command(
    "upgrade",
    "bring a copy up to date, and say first what changes for its callers",
    _ABOUT,
    _arguments,
    _run,
    _EPILOG,
)
