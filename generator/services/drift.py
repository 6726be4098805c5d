"""The checked-in description of a client compared with upstream's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import lockfile
from ..config import Client, Settings
from ..document.edit.patch import patch_text
from ..drift import allowlist
from ..drift.changes import Change, Report
from ..drift.compare import documents
from ..drift.next_steps import with_steps
from ..drift.python_api import located
from ..drift.take_changes import patch_description
from ..errors import UsageError
from ..printable import display_path
from .descriptions import (
    DescriptionBytes,
    Progress,
    load_overlays,
    no_progress,
    read_description,
    read_file,
    write_description,
)
from .resolve import load_settings

_NEEDS_SEVERAL_EDITS = "it takes more than one edit of the description"


@dataclass(frozen=True, slots=True)
class DriftResult:
    """Two descriptions, compared for one client."""

    report: Report
    """The changes, with what is allowed marked, and what to do next."""
    base: DescriptionBytes
    revision: DescriptionBytes


@dataclass(frozen=True, slots=True)
class TakenChanges:
    """The result of :func:`take_changes`."""

    count: int
    """The number of changes written."""
    left: tuple[tuple[Change, str], ...]
    """The changes that are left to the user, each with the reason."""


def clients_to_compare(
    config: str | Path | None = None,
    packages: Sequence[str] = (),
    *,
    base: str = "",
    revision: str = "",
    operations: Sequence[str] = (),
) -> Settings:
    """Return the clients of pyproject.toml to compare, those with an ``upstream``.

    ``operations`` replace a client's selection. Two files need no client, and a ``revision`` no
    ``upstream``. Raise :class:`UsageError` if nothing can be compared.
    """
    selected = tuple(operations)
    if base and revision and not packages and not config:
        return Settings(Path.cwd(), (Client(spec=base, operations=selected),))
    settings = load_settings(config, packages)
    clients = [c for c in settings.clients if revision or c.upstream]
    if not clients:
        names = ", ".join(client.package for client in settings.clients)
        table = names if len(settings.clients) == 1 else "<package>"
        raise UsageError(
            f"no upstream is known for {names}. Set `upstream` in "
            f"[tool.speclock.clients.{table}], or give --revision FILE|URL."
        )
    if selected:
        clients = [replace(client, operations=selected) for client in clients]
    return replace(settings, clients=tuple(clients))


def find_drift(
    client: Client,
    root: Path,
    *,
    base: str = "",
    revision: str = "",
    insecure: bool = False,
    progress: Progress = no_progress,
) -> DriftResult:
    """Compare the operations of ``client`` in two descriptions.

    ``base`` is a file, by default the client's ``spec``; ``revision`` is a file or URL, by default
    its ``upstream``. Both are relative to the current folder, the client's paths to ``root``.
    Changes in the client's allow-list are marked as allowed, unless ``base`` is given.

    Raise :class:`SpecError` if a description cannot be used, :class:`Unreachable` if a URL isn't
    available, :class:`UsageError` for a wrong setting or allow-list.
    """
    here = Path.cwd()
    spec = root / client.spec
    old = read_file(here / base, base) if base else read_file(spec, display_path(spec))
    source, folder = (revision, here) if revision else (client.upstream, root)
    new = read_description(source, folder, progress, insecure=insecure, remote=client.remote)
    report = _compare(old, new, client, root, progress)
    allowed = ""
    if client.package and not base:
        path = root / client.allowed if client.allowed else spec.with_suffix(".allowed.toml")
        allowed = display_path(path)
        if path.is_file():
            entries = allowlist.read(path.read_text(encoding="utf-8"), allowed)
            report = allowlist.apply(report, entries, dt.datetime.now(dt.UTC).date())
    if client.package:
        package = root / client.output / client.package
        report = located(report, package, display_path(package))
    return DriftResult(with_steps(report, allowed, new.name if revision else ""), old, new)


def take_changes(
    result: DriftResult, client: Client, root: Path, progress: Progress = no_progress
) -> TakenChanges:
    """Write the changes that aren't allowed into the client's description, in one step.

    What a new comparison still finds is left to the user. ``info.version`` becomes upstream's if
    nothing is. Raise :class:`UsageError` if the description cannot be written.
    """
    report = result.report
    old = result.base.document(lenient=True)
    made = patch_description(old, result.revision.document(lenient=True), report.counted)
    text = patch_text(old.text, made.root)
    changed = replace(result.base, data=text.encode())
    after = _compare(changed, result.revision, client, root, progress)
    allowed = {change.fingerprint for change in report.changes if change.allowed is not None}
    reasons = {change.fingerprint: reason for change, reason in made.left}
    left = [
        (change, reasons.get(change.fingerprint, _NEEDS_SEVERAL_EDITS))
        for change in after.changes
        if change.fingerprint not in allowed
    ]
    info = made.root.get("info")
    if not left and isinstance(info, dict):
        info["version"] = report.revision.version
        text = patch_text(old.text, made.root)
    if text != old.text:
        write_description(root / client.spec, text)
    remaining = {change.fingerprint for change, _ in left}
    count = sum(change.fingerprint not in remaining for change in report.counted)
    return TakenChanges(count, tuple(left))


def _compare(
    base: DescriptionBytes,
    revision: DescriptionBytes,
    client: Client,
    root: Path,
    progress: Progress,
) -> Report:
    """Return the report; compare nothing if speclock.lock shows that nothing changed."""
    overlays = load_overlays(client, root)
    old = base.document(overlays, lenient=client.allow_unmatched)
    if _is_pulled(base, revision):
        return documents.unchanged(old, revision.name, revision.sha256, client)
    report = documents.compare(old, revision.document(overlays, lenient=True), client, progress)
    progress("")
    return report


def _is_pulled(base: DescriptionBytes, revision: DescriptionBytes) -> bool:
    """Return True if speclock.lock records that ``base`` was pulled from ``revision``.

    False if either has changed since, or if ``revision`` refers to other files, which the hash
    doesn't cover.
    """
    try:
        entry = lockfile.read(base.path.parent).get(base.path.name)
    except UsageError:  # pull reports it
        return False
    if entry is None or entry.sha256 != revision.sha256 or not revision.is_self_contained:
        return False
    return entry.slice_sha256 == lockfile.content_hash(base.document(lenient=True).root)
