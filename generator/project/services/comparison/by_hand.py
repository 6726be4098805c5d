"""The calls of an API that a program makes by hand, and the lines that changes concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client
from ....base.errors import Place
from ....base.immutable import immutable
from ....base.printable import on_one_line
from ....codegen.description.description import Description
from ....reading.document.operations import OperationNode
from ....reading.document.tree import SourceFile
from ....watch.changes.change import Change, HandwrittenCalls, Report, UnknownCall, Usage
from ....watch.usage.calls.judged import CalledOperations
from ....watch.usage.calls.requests import Request
from ....watch.usage.calls.search import ProgramRequests, read_requests
from ....watch.usage.members.search import find_places
from ..project.descriptions import DescriptionBytes, Progress
from ..project.packages import packages_of
from .called import CallingProgram, generated_folders, matcher_of
from .usage import UserProgram


@immutable
class CallsByHand:
    """The calls of a program by the operations of two descriptions."""

    old: Description
    operations: tuple[OperationNode, ...]
    """The operations of the old description that are called, in its order."""
    requests: Mapping[str, Sequence[Request]]
    """Those of each operation, by its label; an operation that only the new description has is
    among them.
    """
    program: ProgramRequests
    usage: Usage

    @property
    def is_understood(self) -> bool:
        """True if the operation of a call is known."""
        return bool(self.requests)

    @property
    def has_calls(self) -> bool:
        """True if the program sends a request that may be a call of the API."""
        return self.is_understood or bool(self.usage.calls and self.usage.calls.unknown)

    def scoped(self, client: Client) -> Client:
        """Return settings that select the operations in use, unless they have a selection."""
        if client.operations:
            return client
        return replace(client, operations=tuple(op.spellings[1] for op in self.operations))

    def located(self, report: Report, client: Client) -> Report:
        """Return a report with the places of its changes, and without changes of a client.

        ``client`` has the settings that the descriptions were compared with.
        """
        changes = [change for change in report.changes if not change.id.startswith("api/python/")]
        located: list[Change] = []
        if changes:
            compared = self.old.select(client.operations)
            document = self.old.read(compared, client, ()).canonical
            places = find_places(changes, self.requests, self.program, document, client.bindings)
            for change, uses in zip(changes, places, strict=True):
                located.append(replace(change, signatures=(), parts=(), uses=uses))
        return replace(report, changes=tuple(located), usage=self.usage)


def calls_by_hand(
    client: Client,
    root: Path,
    sides: tuple[DescriptionBytes, DescriptionBytes],
    program: CallingProgram,
    progress: Progress,
) -> CallsByHand | None:
    """Return the calls of a program that has no client; None for one that has."""
    if client.models or packages_of(client, root):
        return None
    texts = documents_of(client, root, sides)
    names = (sides[0].name, sides[1].name)
    calls = read_calls(names, texts, client, root, program, progress)
    if client.package and not calls.has_calls:
        return None
    return calls


def documents_of(
    client: Client, root: Path, sides: tuple[DescriptionBytes, DescriptionBytes]
) -> tuple[SourceFile, SourceFile]:
    """Return two descriptions with the overlays of a client, from a commit those that it has."""
    base, revision = sides
    old = base.overlaid(client, root, lenient=client.allow_unmatched)
    return old, revision.overlaid(client, root, lenient=True)


def read_calls(
    addresses: tuple[str, str],
    documents: tuple[SourceFile, SourceFile],
    client: Client,
    root: Path,
    program: CallingProgram,
    progress: Progress,
) -> CallsByHand:
    """Return the calls of a program by the operations of an old and a new description.

    The program is neither imported nor run. Raise
    :class:`UsageError` if a file of it doesn't exist.
    """
    paths = UserProgram(program.code).paths()
    servers = program.servers()
    progress("reading your program")
    requests = read_requests(paths, root, generated_folders(client, root), program.texts())
    old, new = map(Description, documents)
    called: list[CalledOperations] = []
    for address, description in zip(addresses, (old, new), strict=True):
        operations = [op for op in description.operations if not op.incoming]
        matcher = matcher_of(description.refs, operations, address, servers)
        called.append(requests.called(matcher))
    return _of_both(old, called[0], called[1], requests)


def _of_both(
    old: Description, before: CalledOperations, after: CalledOperations, program: ProgramRequests
) -> CallsByHand:
    """Return the calls of both descriptions: of an operation of either one."""
    counterparts = old.match([used.operation for used in after.operations])
    in_use: dict[OperationNode, None] = {}
    by_label: dict[str, dict[Request, None]] = {}
    places: set[Place] = set()
    for used in (*before.operations, *after.operations):
        operation = counterparts.get(used.operation, used.operation)
        in_use[operation] = None
        by_label.setdefault(operation.label, {}).update(dict.fromkeys(used.requests))
        places.update(used.places)
    unknown: dict[Place, UnknownCall] = {}
    for call in (*before.unknown, *before.ambiguous, *after.unknown, *after.ambiguous):
        if call.is_partial or call.place not in places:
            unknown.setdefault(call.place, UnknownCall(call.place, on_one_line(call.fact)))
    in_order = sorted(unknown.values(), key=lambda call: (call.place.file, call.place.line))
    calls = HandwrittenCalls(len(places), tuple(in_order))
    return CallsByHand(
        old,
        tuple(op for op in old.operations if op in in_use),
        {label: [*requests] for label, requests in by_label.items()},
        program,
        Usage(program.files, tuple(program.unread), calls=calls),
    )
