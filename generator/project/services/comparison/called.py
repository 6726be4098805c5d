"""The operations of a description that a program calls by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from urllib.parse import urljoin

from ....base.config import Client
from ....base.errors import Findings, Place, UsageError
from ....base.immutable import immutable
from ....base.portable import is_url
from ....base.printable import on_one_line
from ....reading.document.operations import OperationNode, iter_operations
from ....reading.document.references import References
from ....reading.openapi.normalize.servers import all_servers
from ....watch.usage.calls.judged import CalledOperations, UnsureCall, UsedOperation
from ....watch.usage.calls.match import OperationMatcher
from ....watch.usage.calls.search import read_requests
from ..generation.preview import load_configured
from ..project.configured_descriptions import ConfiguredDescription, find_descriptions
from ..project.descriptions import Progress, SourceOptions
from ..project.packages import packages_of
from ..project.resolve import find_settings
from .usage import UserProgram


@immutable
class CalledRow:
    """An operation that a program calls."""

    id: str
    """The operationId; empty if it has none."""
    method: str
    path: str
    places: tuple[str, ...]
    """``src/api.py:41``."""

    @property
    def label(self) -> str:
        """``METHOD /path``."""
        return f"{self.method} {self.path}"

    @property
    def selector(self) -> str:
        """The operationId, or ``METHOD /path`` where that could name several operations."""
        if self.id and set(self.id).isdisjoint("*?[!"):
            return self.id
        return self.label


@immutable
class UnsureRow:
    """A request that isn't understood, or that may call one of several operations."""

    place: str
    fact: str
    """``a POST whose path isn't known``."""
    candidates: tuple[str, ...] = ()


@immutable
class CalledList:
    """The operations of a description that a program calls, in its order."""

    client: str
    """The client's package; empty for a description that belongs to none."""
    name: str
    """The description: a file's path relative to the current folder, or a URL."""
    operations: tuple[CalledRow, ...]
    ambiguous: tuple[UnsureRow, ...]
    unknown: tuple[UnsureRow, ...]
    others: int
    """The requests to other hosts, and those that fit no operation."""
    files: int
    unread: tuple[str, ...]
    """The files of the program that cannot be read, for an error of syntax or their size."""


@immutable
class CallingProgram:
    """A program that calls APIs by hand."""

    code: Sequence[str | Path]
    """Its files and folders, relative to the current folder."""
    base_urls: Sequence[str] = ()
    """The addresses of further servers, or ``NAME=URL`` for a constant, an attribute or an
    environment variable.
    """
    bindings: Mapping[str, str] = field(default_factory=dict[str, str])
    """Those of the settings, by full names."""

    def texts(self) -> dict[str, str]:
        """Return the URLs of all names; raise as :meth:`bound` does."""
        urls = self.bound()
        for name, text in self.bindings.items():
            if is_url(text):
                urls.setdefault(name, text)
        return urls

    def bound(self) -> dict[str, str]:
        """Return the URLs that have a name; raise :class:`UsageError` for one that isn't a URL."""
        urls: dict[str, str] = {}
        for text in self.base_urls:
            name, separator, url = text.partition("=")
            if separator and name.isidentifier():
                urls[name] = url
                if not is_url(url):
                    raise UsageError(f"--base-url {text}: write NAME=https://…")
        return urls

    def servers(self) -> list[str]:
        """Return the addresses of servers that the description need not have."""
        bound = self.bound()
        servers = [*bound.values()]
        for text in self.base_urls:
            if text.partition("=")[0] not in bound:
                servers.append(text)
        return servers


def list_called(
    source: str | None, program: CallingProgram, options: SourceOptions
) -> tuple[CalledList, ...]:
    """Return the operations that a program calls with an HTTP library, of each description.

    The program is neither imported nor run. ``source`` and the exceptions are those of
    :func:`list_operations`.
    """
    paths = UserProgram(program.code).paths()
    servers = program.servers()
    descriptions = find_descriptions(source, options)
    left_out: list[Path] = []
    settings = find_settings(options.config)
    if settings is not None:
        for client in settings.clients:
            left_out += generated_folders(client, settings.root)
            program = replace(program, bindings=client.bindings)
    results: list[CalledList] = []
    options.progress("reading your program")
    program_requests = read_requests(paths, Path.cwd(), left_out, program.texts())
    for description in descriptions:
        matcher = _matcher(description, servers, options.progress)
        results.append(_list(description, program_requests.called(matcher)))
    options.progress("")
    return tuple(results)


def _list(description: ConfiguredDescription, called: CalledOperations) -> CalledList:
    return CalledList(
        description.client,
        description.name,
        tuple(map(_row, called.operations)),
        tuple(map(_unsure, called.ambiguous)),
        tuple(map(_unsure, called.unknown)),
        called.others,
        called.files,
        tuple(called.unread),
    )


def generated_folders(client: Client, root: Path) -> list[Path]:
    """Return the folders of a client, its copies and its tests."""
    return [*packages_of(client, root), root / client.tests_folder]


def _matcher(
    description: ConfiguredDescription, base_urls: Sequence[str], progress: Progress
) -> OperationMatcher:
    progress(f"reading {description.path.name}")
    refs = References(load_configured(description), Findings())
    return matcher_of(refs, [*iter_operations(refs)], description.name, base_urls)


def matcher_of(
    refs: References, operations: Sequence[OperationNode], address: str, base_urls: Sequence[str]
) -> OperationMatcher:
    """Return the matcher of the operations of a description with an address."""
    servers = all_servers(refs, operations)
    urls = [*base_urls]
    for server in servers if is_url(address) else ():
        urls.append(urljoin(address, server.url))  # relative ones are below it
    return OperationMatcher(operations, servers, urls)


def _row(used: UsedOperation) -> CalledRow:
    operation = used.operation
    return CalledRow(
        on_one_line(operation.operation_id),
        operation.verb,
        on_one_line(operation.path),
        tuple(map(_written, used.places)),
    )


def _unsure(call: UnsureCall) -> UnsureRow:
    candidates = tuple(map(_label, call.candidates))
    return UnsureRow(_written(call.place), on_one_line(call.fact), candidates)


def _written(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _label(operation: OperationNode) -> str:
    return on_one_line(operation.label)
