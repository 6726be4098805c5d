"""The lines of a program that a change of an API concerns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ....base.recursion import deeply_recursive
from ....reading.openapi.model.document import Document
from ...changes.change import Change, ClientUse
from ..calls.requests import Request
from ..calls.search import ProgramRequests
from ..files import Located, ProgramFile
from ..search import use_of, without_collection
from .requests import RequestMembers
from .responses import ReadMembers
from .schemas import NamedPart, PartKey, part_of


@deeply_recursive
@without_collection
def find_places(
    changes: Sequence[Change],
    requests: Mapping[str, Sequence[Request]],
    program: ProgramRequests,
    document: Document,
    bindings: Mapping[str, str],
) -> list[tuple[ClientUse, ...]]:
    """Return the places of a program that each of several changes concerns.

    ``requests`` are those of each operation, by its label; ``document`` has the operations of the
    old description. A change of a parameter, or of a member of a body, is where a request names it,
    or where a response is read; any other one at the call. ``bindings`` are those of the settings.
    """
    read: Mapping[str, Mapping[PartKey, Sequence[NamedPart]]] = {}
    if any(change.direction in ("response", "both") for change in changes):
        read = ReadMembers(program, requests, document, bindings).parts
    finder = _PlaceFinder(requests, RequestMembers(program.reader.texts, document), read)
    return [*map(finder.places, changes)]


class _PlaceFinder:
    def __init__(
        self,
        requests: Mapping[str, Sequence[Request]],
        members: RequestMembers,
        read: Mapping[str, Mapping[PartKey, Sequence[NamedPart]]],
    ) -> None:
        self.requests = requests
        self.members = members
        self.read = read
        """What is read of the responses of each operation."""
        self._sent: dict[tuple[Request, str], Mapping[PartKey, Sequence[NamedPart]]] = {}

    def places(self, change: Change) -> tuple[ClientUse, ...]:
        """Return the places that a change concerns, in order."""
        if change.docs:
            return ()
        uses: list[ClientUse] = []
        for label in change.operations:
            read: list[ClientUse] = []
            if change.direction in ("response", "both"):
                read = _uses(change, self.read.get(label, {}))
            uses += read
            for request in self.requests.get(label, ()):
                sent: list[ClientUse] = []
                if change.direction != "response":
                    sent = _uses(change, self._parts(request, label))
                uses += sent
                if not (sent or read):
                    call = request.expression
                    uses.append(_use(call.scope.file, call.node))
        return _in_order(uses)

    def _parts(self, request: Request, label: str) -> Mapping[PartKey, Sequence[NamedPart]]:
        """Return what a request names."""
        key = request, label
        if key not in self._sent:
            self._sent[key] = self.members.of(request, label)
        return self._sent[key]


def _uses(change: Change, parts: Mapping[PartKey, Sequence[NamedPart]]) -> list[ClientUse]:
    """Return the lines that name what changed."""
    uses: list[ClientUse] = []
    for symbol in change.symbols:
        for part in parts.get(part_of(symbol), ()):
            uses.append(_use(part.file, part.node))
    return uses


def _in_order(uses: Iterable[ClientUse]) -> tuple[ClientUse, ...]:
    """Return uses in the order of the program, each place once."""
    by_place: dict[tuple[str, int, int], ClientUse] = {}
    for use in uses:
        by_place[use.place.file, use.place.line, use.place.column] = use
    return tuple(by_place[key] for key in sorted(by_place))


def _use(file: ProgramFile, node: ast.AST) -> ClientUse:
    return use_of(file, cast("Located", node))
