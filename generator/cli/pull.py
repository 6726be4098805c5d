"""``speclock pull``."""

from __future__ import annotations

import argparse
import difflib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import ClientSettings
from ..errors import Place, Problem, SpecError, UsageError
from . import project
from .command import OK, Command
from .console import Console
from .upstream import from_anywhere

if TYPE_CHECKING:
    from ..document.tree import SourceFile
    from ..lockfile import LockEntry

_ABOUT = """\
Take the operations that you use out of upstream's description into the checked-in one.

What is equal stays as it is written there, with its order and comments; only lines of what changed
are replaced. speclock.lock beside the description records where it came from. A description that
was changed by hand since is refused: corrections belong into an overlay, which survives every pull.

  speclock pull                # every client with an `upstream`
  speclock pull my_api --dry-run
"""
_EPILOG = """\
configuration (pyproject.toml):

  [tool.speclock.clients.my_api]
  spec = "spec/api.yaml"                            # what pull writes
  upstream = "https://example.com/openapi.yaml"     # or a file's path
  operations = ["pets/list"]                        # what it takes; all if left out
  overlays = ["spec/api.overlay.yaml"]              # your corrections

"""


@dataclass(frozen=True, slots=True)
class _Pulled:
    """What one description will be, before anything is written."""

    path: Path
    shown: str
    before: str | None
    """The text on disk with its line ends as LF; None where there is no file."""
    after: str
    line_end: str
    entry: LockEntry
    known: LockEntry | None
    """What the lock said before."""
    operations: int
    warnings: tuple[Problem, ...]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "clients",
        nargs="*",
        metavar="CLIENT",
        help="packages of [tool.speclock.clients]; all that have an upstream by default",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would change, and write nothing"
    )
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace a description that was changed by hand, or that pull didn't write",
    )
    parser.add_argument(
        "--insecure", action="store_true", help="let upstream be fetched over http as well"
    )
    parser.add_argument("--config", metavar="FILE", help="a pyproject.toml other than the nearest")


def _run(options: argparse.Namespace, screen: Console) -> int:
    from ..codegen.output.write import write_text
    from ..lockfile import LOCK, format_lock, read

    root, groups = _groups(options)
    pulled = [_pull(root, clients, options, screen) for clients in groups]
    for one in pulled:
        screen.problems("warning", one.warnings)
    for one in pulled:
        changed = one.before != one.after
        entries = {**read(one.path.parent), one.path.name: one.entry}
        lock = one.path.parent / LOCK
        text = format_lock(entries)
        if not options.dry_run:
            if changed:
                write_text(one.path, one.after.replace("\n", one.line_end))
            if not lock.is_file() or lock.read_text(encoding="utf-8") != text:
                write_text(lock, text)
        _tell(one, options, screen)
    return OK


def _groups(options: argparse.Namespace) -> tuple[Path, list[list[ClientSettings]]]:
    """The clients by description: those that were asked for, each with all that share its file."""
    for name in ("spec", "package", "output", "client", "http", "accept", "overlay", "templates"):
        setattr(options, name, None)
    options.operation, options.allow_unmatched = None, False
    root, chosen = project.clients_of(options)
    without = [client.package for client in chosen if not client.upstream]
    if without and (options.clients or len(without) == len(chosen)):
        raise UsageError(
            f"no upstream is known for {', '.join(without)}. Set `upstream` in "
            "[tool.speclock.clients.<package>]."
        )
    wanted = {(root / client.spec).resolve() for client in chosen if client.upstream}
    options.clients = []
    groups: dict[Path, list[ClientSettings]] = {}
    for client in project.clients_of(options)[1]:
        path = (root / client.spec).resolve()
        if path in wanted:
            groups.setdefault(path, []).append(client)
    for clients in groups.values():
        if len({client.upstream for client in clients if client.upstream}) > 1:
            names = " and ".join(client.package for client in clients if client.upstream)
            raise UsageError(
                f"{names} share {clients[0].spec}, but not `upstream`. Give them one upstream, or "
                "a description each."
            )
    return root, list(groups.values())


def _pull(
    root: Path, clients: list[ClientSettings], options: argparse.Namespace, screen: Console
) -> _Pulled:
    """The slice of upstream for the clients of one description; nothing is written."""
    from ..document.edit.patch import patch_text
    from ..document.load import parse
    from ..document.slice.slice_document import slice_document
    from ..document.slice.slice_text import slice_text
    from ..document.tree import MappingNode
    from ..fetch import without_secrets
    from ..lockfile import LockEntry, content_hash, read

    path = root / clients[0].spec
    shown = os.path.relpath(path)
    where = next(client.upstream for client in clients if client.upstream)
    source = from_anywhere(where, root, screen, insecure=options.insecure)
    screen.progress(f"reading {source.name}")
    document = parse(source.data, path=source.path, name=source.name)
    part = slice_document(document, *(client.operations for client in clients))
    text = slice_text(part, as_json=path.suffix.lower() == ".json")
    new = parse(text.encode(), path=path, name=shown).root
    screen.progress("")
    info = document.root.get("info")
    entry = LockEntry(
        upstream=without_secrets(where),
        etag=source.etag,
        sha256=document.sha256,
        slice_sha256=content_hash(new),
        version=str(info.get("version", "")) if isinstance(info, MappingNode) else "",
    )
    known = read(path.parent).get(path.name)
    old = _existing(path, shown, force=options.force)
    after = text
    if old is not None:
        said = content_hash(old.root)
        is_ours = known is not None and known.slice_sha256 == said
        if said != entry.slice_sha256 and not is_ours and not options.force:
            raise _by_hand(shown, known)
        after = patch_text(old.text, new)
    data = path.read_bytes() if path.is_file() else b""
    return _Pulled(
        path=path,
        shown=shown,
        before=_decoded(data) if path.is_file() else None,
        after=after,
        line_end="\r\n" if b"\r\n" in data else "\n",
        entry=entry,
        known=known,
        operations=len(part.operations),
        warnings=(*part.warnings, *_same_version(entry, known, source.name)),
    )


def _existing(path: Path, shown: str, *, force: bool) -> SourceFile | None:
    """The checked-in description; None where there is none, or none worth keeping."""
    from ..document.load import load

    if not path.exists():
        return None
    try:
        return load(path, shown)
    except SpecError:
        if force:
            return None
        raise


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _by_hand(shown: str, known: LockEntry | None) -> UsageError:
    fact = (
        "wasn't written by pull: speclock.lock doesn't know it"
        if known is None
        else "was changed since it was pulled, and upstream says otherwise"
    )
    return UsageError(
        f"{shown} {fact}. Put your corrections into an overlay (`overlays` in pyproject.toml), "
        "then replace the file with --force."
    )


def _same_version(entry: LockEntry, known: LockEntry | None, name: str) -> list[Problem]:
    """The warning about a document that is another under the same version."""
    if known is None or known.version != entry.version or known.sha256 == entry.sha256:
        return []
    same = known.slice_sha256 == entry.slice_sha256
    what = "the operations pulled are as they were" if same else "what was pulled changed, too"
    return [
        Problem(
            "same-version",
            f"it changed, but info.version is still {entry.version!r}; {what}",
            "Trust the hashes in speclock.lock, not the version.",
            Place(name),
        )
    ]


def _tell(one: _Pulled, options: argparse.Namespace, screen: Console) -> None:
    """Say what was done, or what would be."""
    version = one.entry.version
    if one.known is not None and one.known.version != version:
        version = f"{one.known.version} → {version}"
    what = f"{one.operations} operation(s) of {one.entry.upstream}, version {version}"
    if one.before == one.after:
        screen.say(f"{one.shown}: {what}; already up to date.")
        return
    before, after = (text.splitlines(keepends=True) for text in (one.before or "", one.after))
    diff = list(difflib.unified_diff(before, after, f"{one.shown} (on disk)", f"{one.shown} (new)"))
    if options.dry_run:
        kind = "would change" if one.before is not None else "would be new"
        screen.change(kind, one.shown, "".join(diff))
        return
    added = sum(line.startswith("+") for line in diff[2:])
    removed = sum(line.startswith("-") for line in diff[2:])
    counts = "new" if one.before is None else f"{added} line(s) in, {removed} out"
    screen.say(f"{one.shown}: {what}; {counts}, {len(one.after.encode()):,} bytes.")


COMMAND = Command(
    "pull",
    "take the operations in use out of upstream into the checked-in description",
    _ABOUT,
    _arguments,
    _run,
    _EPILOG,
)
