"""The operations whose answers have pages, and the settings that iterate over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ....base.config import Client, Pagination
from ....base.errors import Findings, SpeclockError
from ....base.immutable import immutable
from ....base.printable import on_one_line
from ....base.records import fields_of
from ..project.configured_descriptions import ConfiguredDescription, find_descriptions
from ..project.descriptions import Progress, SourceOptions, no_progress
from ..project.pyproject_edit import pagination_text
from ..project.read_api import read_package
from .preview import load_configured

if TYPE_CHECKING:
    from ....codegen.proposals.page_proposals import Proposals
    from ....reading.document.tree import SourceFile
    from ....reading.openapi.model.document import Document, Operation


@immutable
class PagedRow:
    """An operation with pages as it is listed."""

    id: str
    """The operationId; empty if it has none."""
    method: str
    path: str
    state: str
    """``iterated`` by the settings or the description's links, ``proposed`` or ``unclear``."""
    call: str
    """The method that iterates, or would with the proposed settings; empty if it is unclear."""
    pages: str
    """The proposed settings for it alone, or the fact that is in the way; else empty."""

    @property
    def label(self) -> str:
        """The operationId, or else method and path."""
        return self.id or f"{self.method} {self.path}"


@immutable
class PaginationList:
    """The operations of a description that have pages, in its order."""

    client: str
    """The client's package; empty for a description that belongs to none."""
    name: str
    """The description: a file's path relative to the current folder, or a URL."""
    operations: tuple[PagedRow, ...]
    settings: str
    """The settings to add, in TOML; empty if nothing is proposed."""


def list_pagination(
    source: str | None = None,
    *,
    config: str | Path | None = None,
    operations: Sequence[str] = (),
    insecure: bool = False,
    remote: Sequence[str] = (),
    root: str = "",
    headers: Sequence[str] = (),
    progress: Progress = no_progress,
) -> tuple[PaginationList, ...]:
    """Return the operations with pages of a file, a URL, a client, or of every client by default.

    ``operations`` are selectors to try in place of the configured ones; the other arguments are
    those of :func:`list_operations`, and so are the errors. Nothing is written.
    """
    options = SourceOptions(insecure, remote, root, headers, config, progress)
    found = find_descriptions(source, options)
    return tuple(_list(one.selecting(operations), progress) for one in found)


def summary(rule: Pagination) -> str:
    """Return a rule in one line: ``cursor parameter=after items=data next=paging.after``."""
    names = [each.name for each in fields_of(Pagination)][2:]  # without style and operations
    values = [(name, getattr(rule, name)) for name in names]
    parts = [f"{name}={value}" for name, value in values if value not in ("", None)]
    return on_one_line(" ".join([rule.style, *parts]))


def proposals(
    client: Client,
    root: Path,
    document: SourceFile,
    progress: Progress,
    is_wanted: Callable[[Operation], bool] | None = None,
) -> Proposals | None:
    """Return the settings of pagination that a description shows for a client.

    ``document`` has the client's overlays applied. Return None if it cannot be read, or the client
    has models alone: generating it reports that.
    """
    canonical = canonical_document(client, root, document, progress)
    return None if canonical is None else proposals_of(canonical, client, is_wanted)


def canonical_document(
    client: Client, root: Path, document: SourceFile, progress: Progress
) -> Document | None:
    """Return a description as it is read; None as for :func:`proposals`."""
    if client.models:
        return None
    with suppress(SpeclockError):
        source, _ = read_package(client, root, Findings(), progress, document)
        return source.canonical
    return None


def proposals_of(
    canonical: Document, client: Client, is_wanted: Callable[[Operation], bool] | None = None
) -> Proposals | None:
    """Return the settings of pagination that a description shows; None if it isn't usable."""
    from ....codegen.proposals.page_proposals import propose

    with suppress(SpeclockError):
        return propose(canonical, client, is_wanted)
    return None


def iterators(
    client: Client,
    root: Path,
    document: SourceFile,
    rules: Sequence[Pagination],
    progress: Progress,
) -> tuple[Mapping[tuple[str, str], str], ...]:
    """Return the iterators that each rule makes of a description, by method and path.

    ``document`` has the client's overlays applied. Raise as :func:`read_package` does.
    """
    from ....codegen.proposals.page_proposals import calls_of_rules

    settings = replace(client, pagination=())
    source, _ = read_package(settings, root, Findings(), progress, document)
    return calls_of_rules(source.canonical, settings, rules)


def _list(description: ConfiguredDescription, progress: Progress) -> PaginationList:
    from ....codegen.proposals.page_proposals import propose

    client = description.settings
    document = load_configured(description)
    findings = Findings(strict=client.strict, package=client.package)
    rows: list[PagedRow] = []
    settings = ""
    if not client.models:
        source, _ = read_package(client, description.root, findings, progress, document)
        found = propose(source.canonical, client)
        settings = pagination_text(client.package, found.rules)
        rows = [
            PagedRow(
                id=on_one_line(operation.operation.operation_id),
                method=on_one_line(operation.operation.verb),
                path=on_one_line(operation.operation.path),
                state=operation.state,
                call=operation.call,
                pages=summary(operation.rule) if operation.rule else on_one_line(operation.missing),
            )
            for operation in found.operations
        ]
    progress("")
    return PaginationList(description.client, description.name, tuple(rows), settings)
