"""The operations of a description that a program calls by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from ...config import Client
from ...document.operations import OperationNode, iter_operations
from ...document.references import References
from ...errors import Findings, UsageError
from ...openapi.normalize.servers import all_servers
from ...portable import is_url
from ...printable import on_one_line
from ...usage.calls.match import OperationMatcher
from ...usage.calls.search import UnsureCall, UsedOperation, find_calls
from ..comparison.usage import UserProgram, packages_of
from ..project.configured_descriptions import ConfiguredDescription, find_descriptions
from ..project.descriptions import Progress, Reach, no_progress
from ..project.resolve import find_settings
from .preview import load_configured


@dataclass(frozen=True, slots=True)
class CalledRow:
    """An operation that a program calls."""

    id: str
    """The operationId; empty if it has none."""
    method: str
    path: str
    places: tuple[str, ...]
    """``src/api.py:41``."""


@dataclass(frozen=True, slots=True)
class UnsureRow:
    """A request that isn't understood, or that may call one of several operations."""

    place: str
    fact: str
    """``a POST whose path isn't known``."""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
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


def list_called(
    source: str | None,
    code: Sequence[str | Path],
    *,
    base_urls: Sequence[str] = (),
    config: str | Path | None = None,
    insecure: bool = False,
    remote: Sequence[str] = (),
    root: str = "",
    headers: Sequence[str] = (),
    progress: Progress = no_progress,
) -> tuple[CalledList, ...]:
    """Return the operations that a program calls with an HTTP library, of each description.

    ``code`` has the files and folders of the program, which is neither imported nor run.
    ``base_urls`` are the addresses of further servers, or ``NAME=URL`` for a constant, an attribute
    or an environment variable. The other arguments and the exceptions are those of
    :func:`list_operations`.
    """
    paths = UserProgram(code).paths()
    bound = dict(_binding(text) for text in base_urls if _is_binding(text))
    servers = [text for text in base_urls if not _is_binding(text)]
    reach = Reach.typed(remote, root, headers)
    descriptions = find_descriptions(
        source, config, insecure=insecure, reach=reach, progress=progress
    )
    settings = find_settings(config)
    clients = settings.clients if settings else ()
    left_out = [path for c in clients for path in _generated(c, settings.root)] if settings else []
    results: list[CalledList] = []
    for description in descriptions:
        matcher = _matcher(description, [*servers, *bound.values()], progress)
        progress("reading your program")
        called = find_calls(matcher, paths, Path.cwd(), left_out, bound)
        results.append(
            CalledList(
                description.client,
                description.name,
                tuple(_row(used) for used in called.operations),
                tuple(map(_unsure, called.ambiguous)),
                tuple(map(_unsure, called.unknown)),
                called.others,
                called.files,
                tuple(called.unread),
            )
        )
    progress("")
    return tuple(results)


def _is_binding(text: str) -> bool:
    name, separator, _ = text.partition("=")
    return bool(separator) and name.replace("_", "a").isalnum()


def _binding(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not is_url(url):
        raise UsageError(f"--base-url {text}: write NAME=URL, with a URL that begins with https://")
    return name, url


def _generated(client: Client, root: Path) -> list[Path]:
    """Return the folders of a client, its copies and its tests."""
    return [*packages_of(client, root), root / client.tests_folder]


def _matcher(
    description: ConfiguredDescription, base_urls: Sequence[str], progress: Progress
) -> OperationMatcher:
    progress(f"reading {description.path.name}")
    refs = References(load_configured(description), Findings())
    operations = [*iter_operations(refs)]
    servers = all_servers(refs, operations)
    urls = [*base_urls]
    if is_url(description.name):  # relative servers are below the description's own address
        urls += [urljoin(description.name, server.url) for server in servers]
    return OperationMatcher(operations, servers, urls)


def _row(used: UsedOperation) -> CalledRow:
    operation = used.operation
    return CalledRow(
        on_one_line(operation.operation_id),
        operation.verb,
        on_one_line(operation.path),
        tuple(f"{place.file}:{place.line}" for place in used.places),
    )


def _unsure(call: UnsureCall) -> UnsureRow:
    place = f"{call.place.file}:{call.place.line}"
    return UnsureRow(place, on_one_line(call.fact), tuple(map(_label, call.candidates)))


def _label(operation: OperationNode) -> str:
    return on_one_line(operation.label)
