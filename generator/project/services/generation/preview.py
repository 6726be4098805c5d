"""The operations of a description, and the call of one of them, before anything is generated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ....base.errors import Findings, Problem, ReachRemedies, SpecError, UsageError
from ....base.immutable import immutable
from ....base.printable import on_one_line
from ....reading.document.operations import WEBHOOK, OperationNode, iter_operations, webhooks
from ....reading.document.references import References
from ....reading.document.selectors import declared_schemas, filter_operations
from ....reading.document.tree import SourceFile
from ....reading.document.version import read_version
from ..project.configured_descriptions import ConfiguredDescription, find_descriptions
from ..project.descriptions import Progress, SourceOptions, no_progress
from ..project.read_api import load_description, read_api, with_overlays


@immutable
class OperationRow:
    """An operation as it is listed."""

    id: str
    """The operationId; empty if it has none."""
    method: str
    path: str
    tags: tuple[str, ...]
    summary: str
    deprecated: bool
    line: int
    """The line of its method in the description."""
    selected: bool | None
    """True if the client takes it; None if there is no client and no selector."""

    @property
    def is_webhook(self) -> bool:
        """True for a request that the API sends; its path is ``webhook NAME``."""
        return self.path.startswith(WEBHOOK)


@immutable
class OperationList:
    """The operations of a description, in its order."""

    client: str
    """The client's package; empty for a description that belongs to none."""
    name: str
    """The description: a file's path relative to the current folder, or a URL."""
    operations: tuple[OperationRow, ...]
    problems: tuple[Problem, ...]
    """Faults of other operations and parts, which don't stop the list."""
    unmatched: tuple[str, ...]
    """A sentence for each selector that matches nothing."""
    schemas: int
    """The number of schemas, if the client has models alone; else 0."""


@immutable
class OperationPreview:
    """An operation as a caller of the generated client sees it."""

    label: str
    name: str
    """The description: a file's path relative to the current folder, or a URL."""
    title: str
    sections: Mapping[str, str]
    """Title to text: call, body, request, example and answer, those that there are, and price."""


def list_operations(
    source: str | None = None,
    *,
    config: str | Path | None = None,
    operations: Sequence[str] = (),
    insecure: bool = False,
    remote: Sequence[str] = (),
    root: str = "",
    headers: Sequence[str] = (),
    progress: Progress = no_progress,
) -> tuple[OperationList, ...]:
    """Return the operations of a file, a URL, a client, or of every client by default.

    ``operations`` are selectors to try in place of the configured ones; ``insecure`` allows http,
    ``remote`` are hosts and ``root`` is a folder that references may lead to; ``headers`` are as in
    :func:`init`. Raise :class:`SpecError` if a description cannot be read, :class:`Unreachable` if
    a URL cannot be fetched, :class:`UsageError` if ``source`` names nothing.
    """
    options = SourceOptions(insecure, remote, root, headers, config, progress)
    found = find_descriptions(source, options)
    return tuple(_list(one, operations or one.selectors, progress) for one in found)


def show_operation(
    operation: str,
    source: str | None = None,
    *,
    config: str | Path | None = None,
    insecure: bool = False,
    remote: Sequence[str] = (),
    root: str = "",
    headers: Sequence[str] = (),
    width: int = 0,
    progress: Progress = no_progress,
) -> OperationPreview:
    """Return what is generated for one operation of a file, a URL, a client, or of any client.

    ``operation`` is an operationId or ``METHOD /path``; ``insecure`` allows http, ``remote`` are
    hosts and ``root`` is a folder that references may lead to; ``headers`` are as in
    :func:`init`. ``width`` is the columns of a line,
    0 for any; code and JSON may need more. Raise
    :class:`SpecError` if the operation cannot be generated, :class:`Unreachable` if a URL cannot
    be fetched, :class:`UsageError` unless exactly one operation has that name.
    """
    options = SourceOptions(insecure, remote, root, headers, config, progress)
    descriptions = find_descriptions(source, options, "show OPERATION FILE")
    description, document, found, is_selected = _find(operation, descriptions, progress)
    if found.incoming:
        raise UsageError(
            f"{found.incoming!r} is a request that the API sends, and has no call. The module "
            f"`webhooks` of the client reads it: webhooks.parse({found.path!r}, body, headers)."
        )
    from ....codegen.preview.operation_text import ApiText, OperationText
    from .price import operation_price

    key = found.spellings[1]
    client = description.settings
    if not is_selected:
        client = description.only(key).settings
    findings = Findings(strict=client.strict, package=client.package)
    _, package = read_api(client, description.root, findings, progress, document)
    (chosen,) = (op for op in package.api.operations if op.origin.spellings[1] == key)
    progress("writing the call")
    text = OperationText(ApiText(package), chosen, width)
    sections = text.sections()
    sections["Price"] = f"None: it is one of the operations of {description.client}."
    if not is_selected:
        price = operation_price(description, document, key, progress)
        sections["Price"] = price.text(width)
    progress("")
    return OperationPreview(found.label, description.name, str(text.op_view.title), sections)


def _list(
    description: ConfiguredDescription, selectors: Sequence[str] | None, progress: Progress
) -> OperationList:
    progress(f"reading {description.path.name}")
    document = load_configured(description)
    findings = Findings()
    refs = References(document, findings)
    found = _operations(refs)
    schemas = declared_schemas(refs.root) if description.settings.models else ()
    if not found:
        read_version(document)
        findings.raise_refusals()
    unmatched: list[str] = []
    selected = None if selectors is None else _select(found, selectors, document.name, unmatched)
    progress("")
    rows = tuple(
        OperationRow(
            id=on_one_line(op.operation_id),
            method=on_one_line(op.verb),
            path=on_one_line(op.incoming or op.path),
            tags=tuple(map(on_one_line, op.tags)),
            summary=on_one_line(op.summary),
            deprecated=op.deprecated,
            line=op.line,
            selected=None if selected is None else op in selected,
        )
        for op in found
    )
    problems = tuple(findings.refusals)
    return OperationList(
        description.client, description.name, rows, problems, tuple(unmatched), len(schemas)
    )


def load_configured(description: ConfiguredDescription) -> SourceFile:
    """Return a description with its overlays applied; raise :class:`SpecError`."""
    if description.data is None:
        return load_description(description.settings, description.root, ReachRemedies.options())
    document = description.data.document()
    if document.faults:
        raise SpecError(document.faults)
    return with_overlays(document, description.settings, description.root, ReachRemedies.options())


def _operations(refs: References) -> list[OperationNode]:
    return [*iter_operations(refs), *webhooks(refs)]


def _select(
    found: Sequence[OperationNode], selectors: Sequence[str], name: str, unmatched: list[str]
) -> set[OperationNode]:
    """Return the selected operations; add a sentence for each selector that matches nothing."""
    usable: list[str] = []
    for selector in selectors:
        try:
            filter_operations(found, [selector.removeprefix("!").strip()], name)
            usable.append(selector)
        except UsageError as error:
            unmatched.append(str(error))
    takes = not all(one.startswith("!") for one in selectors)
    if not found or (takes and all(one.startswith("!") for one in usable)):
        return set()  # no selector of what to take matched anything: that doesn't mean all
    try:
        return set(filter_operations(found, usable, name))
    except UsageError as error:
        unmatched.append(str(error))
        return set()


def _find(
    operation: str, descriptions: Sequence[ConfiguredDescription], progress: Progress
) -> tuple[ConfiguredDescription, SourceFile, OperationNode, bool]:
    """Return the description that has an operation, and whether its client selects it."""
    misses: list[UsageError] = []
    for description in descriptions:
        progress(f"reading {description.path.name}")
        document = load_configured(description)
        found = _operations(References(document, Findings()))
        try:
            hits = filter_operations(found, [operation], document.name)
        except UsageError as error:
            misses.append(error)
            continue
        if len(hits) > 1:
            names = ", ".join(repr(hit.label) for hit in hits[:5])
            raise UsageError(
                f"{operation!r} names {len(hits)} operations: {names}. Name one of them."
            )
        hit = next(iter(hits))
        selectors = description.selectors
        is_selected = selectors is not None and hit in filter_operations(
            found, selectors, document.name
        )
        return description, document, hit, is_selected
    raise misses[0]
