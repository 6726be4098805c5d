"""The operations in use, taken out of upstream's description into the checked-in one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..codegen.output.write import write_text
from ..config import Client, Settings
from ..errors import Place, Problem, SpecError, UsageError
from ..lockfile import LOCK, LockEntry, content_hash, format_lock, read
from ..printable import display_path
from .descriptions import Progress, no_progress, read_description
from .resolve import select_clients

if TYPE_CHECKING:
    from ..document.tree import SourceFile


@dataclass(frozen=True, slots=True)
class PulledDescription:
    """A description that :func:`pull` wrote, or would write."""

    path: Path
    before: str | None
    """The text that was on disk, with LF line ends; None for a new file."""
    after: str
    entry: LockEntry
    """The new entry of speclock.lock."""
    previous: LockEntry | None
    """The entry that was there."""
    operations: int
    """The number of operations."""
    warnings: tuple[Problem, ...]

    @property
    def diff(self) -> str:
        """The unified diff of the text; empty if it is the same."""
        name = display_path(self.path)
        before, after = (t.splitlines(keepends=True) for t in (self.before or "", self.after))
        return "".join(difflib.unified_diff(before, after, f"{name} (on disk)", f"{name} (new)"))


def pull(
    settings: Settings,
    packages: Sequence[str] = (),
    *,
    dry_run: bool = False,
    force: bool = False,
    insecure: bool = False,
    progress: Progress = no_progress,
) -> tuple[PulledDescription, ...]:
    """Write the operations in use of each ``upstream`` into the checked-in description.

    Equal parts keep their order and comments. ``packages`` names clients, by default all that have
    an ``upstream``; clients that share a description are pulled together. ``dry_run`` writes
    nothing; ``force`` replaces a description that was changed by hand; ``insecure`` allows http.

    Raise :class:`SpecError` if a description cannot be used, :class:`Unreachable` if a URL isn't
    available, :class:`UsageError` for wrong settings, or a file changed by hand. Then nothing is
    written.
    """
    groups = _by_description(settings, packages)
    pulled = [
        _pull(clients, settings.root, progress, force=force, insecure=insecure)
        for clients in groups
    ]
    for one in pulled if not dry_run else ():
        if one.before != one.after:
            has_crlf = one.path.is_file() and b"\r\n" in one.path.read_bytes()
            write_text(one.path, one.after.replace("\n", "\r\n") if has_crlf else one.after)
        lock = one.path.parent / LOCK
        text = format_lock({**read(one.path.parent), one.path.name: one.entry})
        if not lock.is_file() or lock.read_text(encoding="utf-8") != text:
            write_text(lock, text)
    return tuple(pulled)


def _by_description(settings: Settings, packages: Sequence[str]) -> list[list[Client]]:
    """Return the clients of each description to pull."""
    root = settings.root
    chosen = select_clients(settings, packages)
    without = [client.package for client in chosen if not client.upstream]
    if without and (packages or len(without) == len(chosen)):
        raise UsageError(
            f"no upstream is known for {', '.join(without)}. Set `upstream` in "
            "[tool.speclock.clients.<package>]."
        )
    wanted = {(root / client.spec).resolve() for client in chosen if client.upstream}
    groups: dict[Path, list[Client]] = {}
    for client in settings.clients:
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
    return list(groups.values())


def _pull(
    clients: list[Client], root: Path, progress: Progress, *, force: bool, insecure: bool
) -> PulledDescription:
    """Slice upstream for the clients of one description; write nothing."""
    from ..document.edit.patch import patch_text
    from ..document.load import parse
    from ..document.slice.slice_document import slice_document
    from ..document.slice.slice_text import slice_text

    path = root / clients[0].spec
    name = display_path(path)
    upstream = next(client.upstream for client in clients if client.upstream)
    source = read_description(upstream, root, progress, insecure=insecure)
    progress(f"reading {source.name}")
    document = parse(source.data, path=source.path, name=source.name)
    part = slice_document(document, *(client.operations for client in clients))
    text = slice_text(part, as_json=path.suffix.lower() == ".json")
    new = parse(text.encode(), path=path, name=name).root
    progress("")
    entry = lock_entry(upstream, source.etag, document, content_hash(new))
    previous = read(path.parent).get(path.name)
    old = _existing(path, name, force=force)
    after = text
    if old is not None:
        on_disk = content_hash(old.root)
        is_ours = previous is not None and previous.slice_sha256 == on_disk
        if on_disk != entry.slice_sha256 and not is_ours and not force:
            raise _changed_by_hand(name, previous)
        after = patch_text(old.text, new)
    return PulledDescription(
        path=path,
        before=_text(path.read_bytes()) if path.is_file() else None,
        after=after,
        entry=entry,
        previous=previous,
        operations=len(part.operations),
        warnings=(*part.warnings, *_same_version(entry, previous, source.name)),
    )


def lock_entry(upstream: str, etag: str, document: SourceFile, slice_sha256: str) -> LockEntry:
    """Return the entry of speclock.lock for a slice of a document."""
    from ..document.version import info_version
    from ..fetch import without_secrets

    return LockEntry(
        upstream=without_secrets(upstream),
        etag=etag,
        sha256=document.sha256,
        slice_sha256=slice_sha256,
        version=info_version(document),
    )


def _existing(path: Path, name: str, *, force: bool) -> SourceFile | None:
    """Return the description on disk; None if there is none, or ``force`` replaces a broken one."""
    from ..document.load import load

    if not path.exists():
        return None
    try:
        return load(path, name)
    except SpecError:
        if force:
            return None
        raise


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n")


def _changed_by_hand(name: str, previous: LockEntry | None) -> UsageError:
    fact = (
        "wasn't written by pull: speclock.lock has no entry for it"
        if previous is None
        else "was changed by hand since it was pulled, and differs from upstream"
    )
    return UsageError(
        f"{name} {fact}. Put your corrections into an overlay (`overlays` in pyproject.toml), "
        "then replace the file with --force."
    )


def _same_version(entry: LockEntry, previous: LockEntry | None, name: str) -> list[Problem]:
    """Return a warning if upstream changed under the same version."""
    if previous is None or previous.version != entry.version or previous.sha256 == entry.sha256:
        return []
    same = previous.slice_sha256 == entry.slice_sha256
    what = "the operations in use are unchanged" if same else "the operations in use changed, too"
    return [
        Problem(
            "same-version",
            f"upstream changed, but info.version is still {entry.version!r}; {what}",
            "Trust the hashes in speclock.lock, not the version.",
            Place(name),
        )
    ]
