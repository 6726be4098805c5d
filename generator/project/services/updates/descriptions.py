"""A description as an update writes it, and its entry in speclock.lock."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from ....base.config import Client
from ....base.errors import Place, Problem, SpecError
from ....base.immutable import immutable
from ....base.printable import display_path
from ....reading.document.edit.merge_operations import with_operations
from ....reading.document.edit.patch import patch_tree
from ....reading.document.load import parse
from ....reading.document.selectors import declared_schemas
from ....reading.document.tree import SourceFile
from ....watch.changes.change import Change, Report
from ....watch.drift.next_steps import is_taken_in
from ....watch.drift.take_changes import patch_description
from ...lockfile import LockEntry, content_hash
from ..comparison.drift import compare
from ..generation.slice import slice_bytes
from ..project.descriptions import DescriptionBytes, Progress, lock_entry, write_entry
from .checked_in import CheckedInDescription
from .operations_in_use import OperationsInUse

_NEEDS_SEVERAL_EDITS = "it takes more than one edit of the description"
_MAX_ROUNDS = 4


@immutable(slots=False)
class UpdatedDescription:
    """A description that an update writes, or would write."""

    path: Path
    before: str | None
    """The text that was on disk, with LF line ends; None for a new file."""
    after: str
    entry: LockEntry
    """The new entry of speclock.lock."""
    previous: LockEntry | None
    """The entry that was there."""
    upstream: str
    """The URL or file that the changes are from, as messages name it."""
    operations: int
    """The number of operations in use."""
    schemas: int = 0
    """The number of its schemas, if models are made of all; else 0."""
    subtypes: int = 0
    """The number of schemas in it because they extend a base with a discriminator."""
    warnings: tuple[Problem, ...] = ()
    left: tuple[tuple[Change, str], ...] = ()
    """The changes that are left to the user, each with the reason."""
    content_before: str = ""
    """The hash of the content on disk; empty if there is none."""
    documentation: int = 0
    """The number of changes, of the documentation alone, that wait for the next other change."""

    @cached_property
    def document(self) -> SourceFile:
        """The new text, parsed."""
        return parse(self.after.encode(), path=self.path, name=display_path(self.path))

    @property
    def is_pulled(self) -> bool:
        """True if it is upstream's slice, false for a description of the repository's own."""
        return self.entry.is_pulled

    @property
    def is_changed(self) -> bool:
        """True if its text or its entry changes."""
        return self.before != self.after or self.previous != self.entry

    @property
    def diff(self) -> str:
        """The unified diff of the text; empty if it is the same."""
        return unified_diff(self.path, self.before or "", self.after)

    def waiting(self, documentation: int) -> UpdatedDescription:
        """Return the description as it is on disk, with the number of changes that wait."""
        assert self.before is not None and self.previous is not None
        return replace(
            self, after=self.before, entry=self.previous, warnings=(), documentation=documentation
        )

    def begin(self) -> None:
        """Record in speclock.lock that the description is about to be written."""
        start = self.previous
        if start is None:  # what is on disk, if there is anything, isn't pulled
            taken = "" if self.before is not None else self.entry.slice_sha256
            start = replace(self.entry, etag="", sha256="", slice_sha256=taken, version="", left=())
        if start.is_pulled and start.wrote(self.content_before):
            start = replace(start, slice_sha256=self.content_before)
        after = self.entry.slice_sha256 or content_hash(self.document.root)
        write_entry(self.path, replace(start, unfinished_sha256=after))

    def end(self) -> None:
        """Record in speclock.lock where the description is from."""
        write_entry(self.path, self.entry)


def unified_diff(
    path: Path, before: str, after: str, labels: tuple[str, str] = ("on disk", "new")
) -> str:
    """Return the unified diff of two texts of one file; empty if they are the same."""
    name = display_path(path)
    old, new = (text.splitlines(keepends=True) for text in (before, after))
    first, second = (f"{name} ({label})" for label in labels)
    return "".join(difflib.unified_diff(old, new, first, second))


def sliced(
    state: CheckedInDescription,
    clients: Sequence[Client],
    whole: DescriptionBytes,
    in_use: Sequence[OperationsInUse],
) -> UpdatedDescription:
    """Return the description replaced by upstream's slice; equal parts stay as they are written."""
    pairs = zip(clients, in_use, strict=True)
    selections = [pins.upstream for client, pins in pairs if not client.models]
    models = any(client.models for client in clients)
    entry = lock_entry(upstream_of(clients), whole)
    one = _replaced(state, whole, selections, models, entry, whole.name)
    return replace(
        one, warnings=(*one.warnings, *_same_version(one.entry, state.entry, whole.name))
    )


def _replaced(
    state: CheckedInDescription,
    whole: DescriptionBytes,
    selections: Iterable[Sequence[str]],
    models: bool,
    entry: LockEntry,
    upstream: str,
) -> UpdatedDescription:
    """Return the description replaced by a slice; ``entry`` lacks the hash of its content."""
    as_json = state.path.suffix.lower() == ".json"
    cut = slice_bytes(whole, selections, as_json=as_json, models=models)
    new = parse(cut.text.encode(), path=state.path, name=display_path(state.path))
    old = state.document
    return UpdatedDescription(
        path=state.path,
        before=state.text,
        after=patch_tree(old, new.root) if old else cut.text,
        entry=replace(entry, slice_sha256=content_hash(new.root)),
        previous=state.entry,
        content_before=state.content,
        upstream=upstream,
        operations=len(cut.part.operations),
        schemas=len(declared_schemas(new.root)) if models else 0,
        subtypes=cut.part.subtypes,
        warnings=cut.own_warnings,
    )


def merged(
    state: CheckedInDescription,
    clients: Sequence[Client],
    root: Path,
    whole: DescriptionBytes,
    in_use: Sequence[OperationsInUse],
    reports: Sequence[Report],
    progress: Progress,
) -> UpdatedDescription:
    """Return a description of the repository's own with upstream's changes on the wire made in it.

    What a new comparison still finds is left to the user.
    """
    assert state.data is not None
    upstream = whole.document()
    models = any(client.models for client in clients)
    known = set(state.entry.left) if state.entry else set[str]()
    remaining: dict[str, Change] = {}
    allowed: set[str] = set()
    for change in chain.from_iterable(report.changes for report in reports):
        remaining[change.fingerprint] = change
        if change.allowed is not None:
            allowed.add(change.fingerprint)
    reasons: dict[str, str] = dict.fromkeys(known | allowed, "")
    after = _with_operations(state.data, whole, in_use)
    for _ in range(_MAX_ROUNDS):  # a change of a type uncovers those of its limits
        offered = [c for fp, c in remaining.items() if is_taken_in(c) and fp not in reasons]
        if not offered and after is not state.data:
            break
        base = after.document()
        if base.faults:
            raise SpecError(base.faults)
        patch = patch_description(base, upstream, offered)
        reasons |= dict.fromkeys((c.fingerprint for c in offered), _NEEDS_SEVERAL_EDITS)
        reasons |= {change.fingerprint: reason for change, reason in patch.left}
        after = replace(after, data=patch.text.encode())
        remaining = {
            change.fingerprint: change
            for client in clients
            for change in compare(client, root, after, whole, progress).changes
        }
    left = {fp: c for fp, c in remaining.items() if not c.docs and fp not in allowed}
    return UpdatedDescription(
        path=state.path,
        before=state.text,
        after=after.text,
        entry=replace(lock_entry(upstream_of(clients), whole), left=tuple(sorted(left))),
        previous=state.entry,
        content_before=state.content,
        upstream=whole.name,
        operations=sum(len(use.old) + len(use.added) for use in in_use),
        schemas=len(declared_schemas(after.document().root)) if models else 0,
        left=tuple(
            (change, reasons.get(fingerprint, _NEEDS_SEVERAL_EDITS))
            for fingerprint, change in left.items()
            if fingerprint not in known and is_taken_in(change)
        ),
    )


def _with_operations(
    data: DescriptionBytes, whole: DescriptionBytes, in_use: Sequence[OperationsInUse]
) -> DescriptionBytes:
    """Return a description with the operations of upstream that it lacks."""
    added = [op.spellings[1] for operations_in_use in in_use for op in operations_in_use.added]
    if not added:
        return data
    old, part = data.document(), slice_bytes(whole, [added]).part
    return replace(data, data=patch_tree(old, with_operations(old.root, part.root)).encode())


def reduced(
    state: CheckedInDescription, selections: Sequence[Sequence[str]], *, models: bool
) -> UpdatedDescription:
    """Return a slice of a pulled description; upstream isn't read. With ``models`` it has all
    schemas.
    """
    assert state.data is not None and state.entry is not None
    entry = replace(state.entry, unfinished_sha256="")
    return _replaced(state, state.data, selections, models, entry, entry.upstream)


def upstream_of(clients: Sequence[Client]) -> str:
    """Return the upstream of clients that share a description."""
    return next((client.upstream for client in clients if client.upstream), "")


def _same_version(entry: LockEntry, previous: LockEntry | None, name: str) -> tuple[Problem, ...]:
    """Return a warning if upstream changed under the same version."""
    if previous is None or previous.version != entry.version or previous.sha256 == entry.sha256:
        return ()
    same = previous.slice_sha256 == entry.slice_sha256
    what = "the operations in use are unchanged" if same else "the operations in use changed, too"
    fact = f"upstream changed, but info.version is still {entry.version!r}; {what}"
    remedy = "Trust the hashes in speclock.lock, not the version."
    return (Problem("same-version", fact, remedy, Place(name)),)
