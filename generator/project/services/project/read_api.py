"""A client's description as the API to generate: every name and type decided, nothing rendered."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.config import Client
from ....base.errors import Findings, ReachRemedies, SpecError, SpeclockError
from ....base.immutable import immutable
from ....base.portable import scheme_hint
from ....base.printable import display_path
from ...lockfile import LockEntry, find_entry
from .descriptions import Progress, load_overlays, setting

if TYPE_CHECKING:
    from ....codegen.ir.package import Api
    from ....codegen.package.files import Package
    from ....reading.document.selectors import NoSuchOperation
    from ....reading.document.tree import SourceFile
    from ....reading.openapi.model.document import Document


@immutable
class ApiSource:
    """The description that an API was read from."""

    document: SourceFile
    canonical: Document
    documents: Mapping[Path, SourceFile]


def read_api(
    client: Client,
    root: Path,
    findings: Findings,
    progress: Progress,
    document: SourceFile | None = None,
) -> tuple[ApiSource, Package]:
    """Read a client's description and decide every name, type and test case.

    ``document`` is the description, with overlays applied, if it isn't the one on disk.

    Raise :class:`SpecError` with all problems of the description, :class:`UsageError` for settings
    that don't fit it.
    """
    from ....codegen.package.files import build_package

    source, api = read_package(client, root, findings, progress, document)
    progress("making test cases")
    return source, build_package(client, source.canonical, api, findings)


def read_package(
    client: Client,
    root: Path,
    findings: Findings,
    progress: Progress,
    document: SourceFile | None = None,
) -> tuple[ApiSource, Api]:
    """Read a client's description and decide every name and type; raise as :func:`read_api`."""
    from ....codegen.description.description import Description
    from ....reading.document.selectors import NoSuchOperation

    progress(f"reading {Path(client.spec).name}")
    document = document or load_description(client, root)
    description = Description(document, progress, findings)
    entry = None if client.models else find_entry(root / client.spec)
    previous = _previous_calls(client, root)
    is_slice = entry is not None and entry.is_pulled
    try:
        canonical, api = description.api(client, previous, is_slice=is_slice)
    except NoSuchOperation as error:
        raise with_command(error, client, entry) from None
    refs = description.refs
    return ApiSource(document, canonical, {**refs.texts, **refs.documents}), api


def _previous_calls(client: Client, root: Path) -> dict[str, str]:
    """Return the calls of the generated client, if there is one, by ``METHOD /path``."""
    from ...output.manifest import Manifest

    try:
        manifest = Manifest.read(root / client.output, client.package)
    except SpeclockError:
        return {}
    operations = manifest.operations if manifest else ()
    return {f"{op.get('method')} {op.get('path')}": op.get("call", "") for op in operations}


def with_command(
    error: NoSuchOperation, client: Client, entry: LockEntry | None
) -> NoSuchOperation:
    """Return the error with the command that takes the operation from upstream."""
    from ....reading.document.selectors import NoSuchOperation

    if not client.upstream:
        return error
    is_configured = error.selector in client.operations
    command = f"add {shlex.quote(error.selector)}{client.option}"
    if is_configured:
        command = f"update {client.package}"
    slice_of = f"It is a slice of {entry.upstream}. " if entry and entry.is_pulled else ""
    remedy = f"{slice_of}To take the operation from upstream: speclock {command}"
    return NoSuchOperation(error.selector, error.where, error.near, remedy)


def load_description(
    client: Client, root: Path, remedies: ReachRemedies | None = None
) -> SourceFile:
    """Return a client's description with its overlays applied, not yet validated.

    ``remedies`` are those of the command, by default of one that generates the client.
    Raise :class:`SpecError` if a file cannot be read or an overlay doesn't apply.
    """
    from ....reading.document.load import load
    from ....reading.document.tree import Sources

    path = root / client.spec
    try:
        document = load(path, display_path(path), Sources(client.budget))
    except SpecError as error:
        if path.is_file() or not client.package:
            raise
        (problem,) = error.problems
        remedy = f"Check the path, {setting('spec', client)}, or --spec.{scheme_hint(client.spec)}"
        raise SpecError([replace(problem, remedy=remedy)]) from None
    return with_overlays(document, client, root, remedies)


def _remedies(client: Client, root: Path) -> ReachRemedies:
    """Return what to do about references that lead too far, where a client is generated."""
    remedies = ReachRemedies(
        root="Use --root {folder}, or set `root` in the client's settings to a folder that "
        "contains both files; or copy the file."
    )
    entry = find_entry(root / client.spec) if client.upstream else None
    if entry is None or not entry.is_pulled:
        return remedies
    remote = f'Add "{{host}}" to {setting("`remote`", client)}, and run: speclock update '
    return replace(remedies, remote=remote + client.package)


def with_overlays(
    document: SourceFile, client: Client, root: Path, remedies: ReachRemedies | None = None
) -> SourceFile:
    """Return a client's description with its overlays applied, as :func:`load_description`."""
    document.folder = root / client.root if client.root else None
    document.sources.remedies = remedies or _remedies(client, root)
    if not client.overlays:
        return document
    from ....reading.document.overlay.apply import apply_overlays

    overlays = load_overlays(client, root, display_path)
    return apply_overlays(document, overlays, allow_unmatched=client.allow_unmatched)
