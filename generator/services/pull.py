"""The operations in use, taken out of upstream's description into the checked-in one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..codegen.output.write import write_file, write_text
from ..config import Client, Settings
from ..document.edit.patch import patch_text
from ..document.load import load, parse
from ..document.overlay.apply import apply_overlays
from ..document.tree import SourceFile
from ..document.version import info_version
from ..errors import Place, Problem, SpecError, SpeclockError, UsageError
from ..lockfile import LOCK, LockEntry, content_hash, format_lock, read
from ..printable import display_path
from .descriptions import Progress, load_overlays, no_progress, write_description
from .pins import Pins, pins_that_keep
from .pyproject_edit import with_pins
from .resolve import select_clients
from .slice import SlicedDescription, cut_out


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
    subtypes: int
    """The number of schemas in it because they extend a base with a discriminator."""
    warnings: tuple[Problem, ...]
    pins: tuple[Pins, ...]
    """The pins to add to the settings, so that names stay as they are."""

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
    if not dry_run:  # first, because the next pull finds no change that calls for them
        _write_pins(settings.root / settings.file, [pins for one in pulled for pins in one.pins])
    for one in pulled if not dry_run else ():
        if one.before != one.after:
            write_description(one.path, one.after)
        write_entry(one.path, one.entry)
    return tuple(pulled)


def _write_pins(path: Path, added: Sequence[Pins]) -> None:
    """Add pins to the settings; raise :class:`UsageError` if they are written so that it cannot."""
    if added:
        before = path.read_bytes()
        after = with_pins(before, added, display_path(path))
        if after != before:
            write_file(path, after)


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
    path = root / clients[0].spec
    name = display_path(path)
    upstream = next(client.upstream for client in clients if client.upstream)
    selections = [client.operations for client in clients]
    as_json = path.suffix.lower() == ".json"
    remote = {host for client in clients for host in client.remote}
    cut = cut_out(
        upstream, root, selections, progress, as_json=as_json, insecure=insecure, remote=remote
    )
    new = parse(cut.text.encode(), path=path, name=name)
    entry = lock_entry(upstream, cut, content_hash(new.root))
    pins: tuple[Pins, ...] = ()
    previous = read(path.parent).get(path.name)
    after = cut.text
    if path.exists():
        try:
            old = load(path, name)
        except SpecError:
            if not force:
                raise
        else:
            on_disk = content_hash(old.root)
            is_ours = previous is not None and previous.slice_sha256 == on_disk
            if on_disk != entry.slice_sha256 and not is_ours and not force:
                fact = (
                    "was changed by hand since it was pulled, and differs from upstream"
                    if previous
                    else "wasn't written by pull: speclock.lock has no entry for it"
                )
                raise UsageError(
                    f"{name} {fact}. Put your corrections into an overlay (`overlays` in "
                    "pyproject.toml), then replace the file with --force."
                )
            after = patch_text(old.text, new.root)
            if on_disk != entry.slice_sha256:
                pins = _pins(clients, root, old, new)
    before = path.read_bytes().decode("utf-8-sig", "replace") if path.is_file() else None
    return PulledDescription(
        path=path,
        before=before and before.replace("\r\n", "\n"),
        after=after,
        entry=entry,
        previous=previous,
        operations=len(cut.part.operations),
        subtypes=cut.part.subtypes,
        warnings=(*cut.part.warnings, *_same_version(entry, previous, cut.whole.name)),
        pins=pins,
    )


def _pins(
    clients: Sequence[Client], root: Path, old: SourceFile, new: SourceFile
) -> tuple[Pins, ...]:
    """Return the pins that keep names which a collision would change."""
    found: list[Pins] = []
    for client in clients:
        overlays = load_overlays(client, root)
        before, after = (apply_overlays(one, overlays, allow_unmatched=True) for one in (old, new))
        with suppress(SpeclockError):  # generate reports it
            if pins := pins_that_keep(before, after, client):
                found.append(pins)
    return tuple(found)


def lock_entry(upstream: str, cut: SlicedDescription, slice_sha256: str) -> LockEntry:
    """Return the entry of speclock.lock for a slice of ``upstream``."""
    from ..fetch import without_secrets

    return LockEntry(
        upstream=without_secrets(upstream),
        etag=cut.whole.etag,
        sha256=cut.document.sha256,
        slice_sha256=slice_sha256,
        version=info_version(cut.document),
    )


def write_entry(path: Path, entry: LockEntry) -> None:
    """Record the origin of the description at ``path`` in the speclock.lock beside it."""
    lock = path.parent / LOCK
    text = format_lock({**read(path.parent), path.name: entry})
    if not lock.is_file() or lock.read_text(encoding="utf-8") != text:
        write_text(lock, text)


def _same_version(entry: LockEntry, previous: LockEntry | None, name: str) -> tuple[Problem, ...]:
    """Return a warning if upstream changed under the same version."""
    if previous is None or previous.version != entry.version or previous.sha256 == entry.sha256:
        return ()
    same = previous.slice_sha256 == entry.slice_sha256
    what = "the operations in use are unchanged" if same else "the operations in use changed, too"
    fact = f"upstream changed, but info.version is still {entry.version!r}; {what}"
    remedy = "Trust the hashes in speclock.lock, not the version."
    return (Problem("same-version", fact, remedy, Place(name)),)
