"""The lines of a program's calls that a change concerns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from ...changes.change import Change, ClientUse
from ...openapi.model.document import Document
from ...recursion import deeply_recursive
from ..calls.requests import Request
from ..calls.search import ProgramRequests
from ..files import Located, ProgramFile
from ..search import use_of, without_collection
from .requests import NamedPart, PartKey, RequestMembers, part_of


@deeply_recursive
@without_collection
def find_places(
    changes: Sequence[Change],
    requests: Mapping[str, Sequence[Request]],
    program: ProgramRequests,
    document: Document,
) -> list[tuple[ClientUse, ...]]:
    """Return the places of a program that each of several changes concerns.

    ``requests`` are those of each operation, by its label; ``document`` has the operations of the
    old description. A change of a parameter, or of a member of a body, is where a request names it;
    any other one at the call.
    """
    finder = _PlaceFinder(requests, RequestMembers(program.reader.texts, document))
    return [finder.places(change) for change in changes]


class _PlaceFinder:
    def __init__(self, requests: Mapping[str, Sequence[Request]], members: RequestMembers) -> None:
        self.requests = requests
        self.members = members
        self._parts: dict[tuple[Request, str], Mapping[PartKey, Sequence[NamedPart]]] = {}

    def places(self, change: Change) -> tuple[ClientUse, ...]:
        """Return the places that a change concerns, in order."""
        if change.docs:
            return ()
        uses: list[ClientUse] = []
        for label in change.operations:
            for request in self.requests.get(label, ()):
                named = self._named(change, request, label)
                call = request.expression
                uses += named or [_use(call.scope.file, call.node)]
        return in_order(uses)

    def _named(self, change: Change, request: Request, label: str) -> list[ClientUse]:
        """Return where a request names what changed."""
        if change.direction == "response":
            return []
        key = request, label
        if key not in self._parts:
            self._parts[key] = self.members.of(request, label)
        uses: list[ClientUse] = []
        for symbol in change.symbols:
            for part in self._parts[key].get(part_of(symbol), ()):
                uses.append(_use(part.file, part.node))
        return uses


def in_order(uses: Iterable[ClientUse]) -> tuple[ClientUse, ...]:
    """Return uses in the order of the program, each place once."""
    by_place: dict[tuple[str, int, int], ClientUse] = {}
    for use in uses:
        by_place[use.place.file, use.place.line, use.place.column] = use
    return tuple(by_place[key] for key in sorted(by_place))


def _use(file: ProgramFile, node: ast.AST) -> ClientUse:
    return use_of(file, cast("Located", node))
