"""The lines of a program that a change of an API concerns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from ....base.recursion import deeply_recursive
from ....reading.openapi.model.document import Document
from ...changes.change import NONE, SAFE, Change, ClientUse, Verdict
from ...changes.rules import RULES
from ...changes.symbols import ComponentSymbol, OperationSymbol
from ..calls.requests import Request
from ..calls.search import ProgramRequests
from ..files import Located, ProgramFile
from ..search import use_of, without_collection
from .requests import RequestMembers, SentParts
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
    read: ReadMembers | None = None
    if any(change.direction in ("response", "both") for change in changes):
        read = ReadMembers(program, requests, document, bindings)
    finder = _PlaceFinder(requests, RequestMembers(program, document), read)
    return [*map(finder.places, changes)]


class _PlaceFinder:
    def __init__(
        self,
        requests: Mapping[str, Sequence[Request]],
        members: RequestMembers,
        read: ReadMembers | None,
    ) -> None:
        self.requests = requests
        self.members = members
        self.read = read
        """What is read of responses; None if no change is of them."""
        self._sent: dict[tuple[Request, str], SentParts] = {}

    def places(self, change: Change) -> tuple[ClientUse, ...]:
        """Return the places that a change breaks, in order."""
        directions: set[str] = set()
        for verdict in change.verdicts:
            if verdict.wire not in (NONE, SAFE):
                directions.add(verdict.direction)
        uses: list[ClientUse] = []
        if "response" in directions:
            uses += self._reading(change)
        if "request" in directions:
            uses += self._sending(change)
        if "" in directions:
            uses += self._calls(change)
        return _in_order(uses)

    def _reading(self, change: Change) -> list[ClientUse]:
        """Return the lines that read what changed; the calls if no line does, or not all lines that
        may are known.
        """
        uses: list[ClientUse] = []
        if self.read is None:
            return self._calls(change)
        for label in change.operations:
            uses += _uses(change, self.read.parts.get(label, {}))
        if not (uses and self.read.is_complete):
            uses += self._calls(change)
        return uses

    def _sending(self, change: Change) -> list[ClientUse]:
        """Return the lines that send what changed, and the calls that may send it, or have to."""
        uses: list[ClientUse] = []
        calls: dict[ast.AST, _SendingCall] = {}
        is_demanded, is_only_demanded = _is_demanded(change), _is_only_demanded(change)
        for label in change.operations:
            for request in self.requests.get(label, ()):
                parts = self._parts(request, label)
                if is_only_demanded and _is_surely_sent(change, parts):
                    continue
                lines = _uses(change, parts.lines)
                uses += lines
                call = calls.setdefault(request.expression.node, _SendingCall(_call(request)))
                may_send = is_demanded or _may_send(change, parts)
                call.add(request, is_named=bool(lines), may_send=may_send)
        uses += [call.use for call in calls.values() if call.is_concerned]
        return uses

    def _calls(self, change: Change) -> list[ClientUse]:
        """Return the calls of the operations that a change reaches."""
        uses: list[ClientUse] = []
        for label in change.operations:
            uses += map(_call, self.requests.get(label, ()))
        return uses

    def _parts(self, request: Request, label: str) -> SentParts:
        """Return what a request names."""
        key = request, label
        if key not in self._sent:
            self._sent[key] = self.members.of(request, label)
        return self._sent[key]


@dataclass(slots=True)
class _SendingCall:
    """A call of the program, by the requests that it may be."""

    use: ClientUse
    is_named: bool = False
    """True if a line names what a request sends of the change."""
    may_send: dict[bool, bool] = field(default_factory=dict[bool, bool])
    """Whether a request may send it without a line: one that is followed to its library, under
    False, and one that is assumed, under True.
    """

    def add(self, request: Request, *, is_named: bool, may_send: bool) -> None:
        """Add a request."""
        self.is_named |= is_named
        is_assumed = request.call.is_assumed
        self.may_send[is_assumed] = may_send or self.may_send.get(is_assumed, False)

    @property
    def is_concerned(self) -> bool:
        """True if the change is at the call itself."""
        return not self.is_named and self.may_send.get(False, self.may_send.get(True, False))


def _is_demanded(change: Change) -> bool:
    """Return whether the API demands what changed, also of a request that doesn't name it."""
    return any(map(_demands, change.verdicts))


def _is_only_demanded(change: Change) -> bool:
    """Return whether a request breaks by leaving out what changed, and not by sending it."""
    breaking: list[Verdict] = []
    for verdict in change.verdicts:
        if verdict.direction == "request" and verdict.wire not in (NONE, SAFE):
            breaking.append(verdict)
    return all(map(_demands, breaking))


def _demands(verdict: Verdict) -> bool:
    """Return whether a request has to send what a verdict is about."""
    rule = RULES[verdict.rule]
    is_required = rule.subject == "required" and rule.action == "added"
    return is_required or rule.action in ("required", "added-required")


def _is_surely_sent(change: Change, parts: SentParts) -> bool:
    """Return whether a request sends what changed, whatever the program does."""
    return bool(change.symbols) and parts.sure.issuperset(map(part_of, change.symbols))


def _may_send(change: Change, parts: SentParts) -> bool:
    """Return whether a request may send what changed, though no line of it names that."""
    for symbol in change.symbols:
        match symbol:
            case OperationSymbol(part="query" | "header" | "cookie" as place):
                may_send = place in parts.unread
            case ComponentSymbol(property=""):
                may_send = parts.has_body or "query" in parts.unread
            case ComponentSymbol():
                may_send = bool(parts.unread & {"query", "body"})
            case _:
                may_send = True
        if may_send:
            return True
    return not change.symbols


def _call(request: Request) -> ClientUse:
    return _use(request.expression.scope.file, request.expression.node)


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
