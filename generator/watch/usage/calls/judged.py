"""The requests of a program, judged: the operations that it calls, each with the places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TypeAlias, cast

from ....base.errors import Place
from ....base.immutable import immutable
from ....base.printable import shortened
from ....reading.document.operations import OperationNode
from ..files import Located
from ..scopes import Expression, NameScope
from .callers import LibraryCall
from .match import CallVerdict, OperationMatcher
from .requests import Request, RequestReader
from .texts import EMPTY, Hole, Texts, is_cut_off, parameters_in, without_choices
from .urls import NO_HOST

_MOST_LEVELS = 4
"""The functions that a request is followed through to its callers."""
_MOST_CALLERS = 4_000
_PARTIAL = "a request with more paths than are looked at"
_LONGEST = 100
_Position: TypeAlias = tuple[str, int, int]
"""The file, the line and the column of a call."""
"""The characters of a path in messages."""


@immutable
class UsedOperation:
    """An operation, and the places that call it."""

    operation: OperationNode
    places: tuple[Place, ...]
    requests: tuple[Request, ...] = ()
    """The requests of these places."""


@immutable
class UnsureCall:
    """A request that isn't understood, or that may call one of several operations."""

    place: Place
    fact: str
    """``a POST whose path isn't known``."""
    candidates: tuple[OperationNode, ...] = ()
    is_partial: bool = False
    """True for further requests of a place that are not followed; it may call operations, too."""


@dataclass(slots=True)
class CalledOperations:
    """The operations that a program calls."""

    operations: list[UsedOperation] = field(default_factory=list[UsedOperation])
    """In the order of the description."""
    ambiguous: list[UnsureCall] = field(default_factory=list[UnsureCall])
    unknown: list[UnsureCall] = field(default_factory=list[UnsureCall])
    others: int = 0
    """The calls of other APIs."""
    files: int = 0
    unread: list[str] = field(default_factory=list[str])
    """The files that cannot be read."""


class RequestJudge:
    """Judges requests where their paths are written."""

    def __init__(self, matcher: OperationMatcher, reader: RequestReader) -> None:
        self.matcher = matcher
        self.reader = reader
        self._verdicts: dict[_Position, dict[CallVerdict, list[Request]]] = {}
        """Those of each place, with the requests that they are of."""
        self._followed = set[tuple[Texts, Texts, LibraryCall]]()
        """The methods and URLs of calls that are judged where functions are called."""
        self._callers = 0
        self._partial = set[_Position]()
        """The places with further requests that are not followed."""
        self._is_assumed = False
        self._assumed = set[_Position]()
        """The places that are only listed if they surely call an operation."""

    def add_assumed(self, request: Request) -> None:
        """Judge a call that may send a request, unless it is judged."""
        place = _place(request.expression)
        for verdict in self._verdicts.get((place.file, place.line, place.column), ()):
            if verdict.kind != "unknown":
                return
        self._is_assumed = True
        self.add(request)
        self._is_assumed = False

    def add(self, request: Request, level: int = 0) -> None:
        """Judge a request: at its place, or where the function around it is called."""
        whole = self.reader.with_bases(request)
        verdicts = self._judged(whole)
        if level:
            verdicts = _of_one_call(verdicts)
        depends_on_callers = bool(parameters_in((*whole.verbs, *whole.urls)))
        if depends_on_callers and not _is_sure(verdicts) and self._follow(request, level):
            return
        if not request.is_typed:
            verdicts = [verdict for verdict in verdicts if verdict.is_at_server]
        position = _position(request)
        is_partial = any(map(is_cut_off, (*whole.verbs, *whole.urls)))
        if is_partial and (verdicts or request.is_typed):
            self._partial.add(position)
        if verdicts or position in self._partial:
            if self._is_assumed and position not in self._verdicts:
                self._assumed.add(position)
            here = self._verdicts.setdefault(position, {})
            for verdict in verdicts:
                here.setdefault(verdict, []).append(request)

    def _follow(self, request: Request, level: int) -> bool:
        """Judge a request where the function around it is called; return whether it is called."""
        texts = request.verbs, request.urls, request.call
        if texts in self._followed:  # its parameters are those of one function
            return True
        if level == _MOST_LEVELS or self._callers > _MOST_CALLERS:
            return False
        callers = self.reader.callers(request)
        if callers:
            self._followed.add(texts)
            self._callers += len(callers)
        for caller in callers:
            self.add(caller, level + 1)
        return bool(callers)

    def _judged(self, request: Request) -> list[CallVerdict]:
        verdicts: list[CallVerdict] = []
        for verb in without_choices(request.verbs) or EMPTY:
            for url in without_choices(request.urls):
                if not (is_cut_off(verb) or is_cut_off(url)):
                    verdicts.append(self.matcher.verdict(verb, url))
        return verdicts

    def called(self) -> CalledOperations:
        """Return the operations that are called."""
        result = CalledOperations()
        self._settle_bases()
        hosts = self._hosts()
        places: dict[OperationNode, dict[Place, list[Request]]] = {}
        partial: list[UnsureCall] = []
        for key in sorted(self._verdicts):
            place, verdicts = Place(*key), self._verdicts[key]
            is_used = False
            for verdict, requests in verdicts.items():
                if verdict.kind == "operation" and verdict.host in hosts:
                    is_used = True
                    for operation in verdict.operations:
                        places.setdefault(operation, {}).setdefault(place, []).extend(requests)
            if not is_used and key not in self._assumed:
                _add_unsure(result, place, [*verdicts], hosts)
            if key in self._partial and key not in self._assumed:
                partial.append(UnsureCall(place, _PARTIAL, is_partial=True))
        told: set[Place] = set()
        for call in (*result.unknown, *result.ambiguous):
            told.add(call.place)
        for call in partial:
            if call.place not in told:
                result.unknown.append(call)
        for operation in self.matcher.operations:
            if operation in places:
                own = places[operation]
                sent = tuple(dict.fromkeys(chain.from_iterable(own.values())))
                result.operations.append(UsedOperation(operation, tuple(own), sent))
        return result

    def _settle_bases(self) -> None:
        """Judge the calls below base URLs whose paths aren't known by the others below them: by
        all, or by those of the same file.
        """
        calls: dict[object, dict[_Position, None]] = {}
        for position, verdicts in self._verdicts.items():
            for verdict in verdicts:
                if isinstance(verdict.host, Hole):
                    calls.setdefault(verdict.host, {})[position] = None
        for host, positions in calls.items():
            if self._settle(host, positions):
                continue
            files: dict[str, list[_Position]] = {}
            for position in positions:
                files.setdefault(position[0], []).append(position)
            for of_file in files.values():
                self._settle(host, of_file)

    def _settle(self, host: object, positions: Iterable[_Position]) -> bool:
        """Judge the calls of a host by the others; return whether that tells something."""
        below: list[CallVerdict] = []
        for position in positions:
            for verdict in self._verdicts[position]:
                if verdict.host == host:
                    below.append(verdict)
        settled = self.matcher.below_base(below)
        for position in positions:
            changed: dict[CallVerdict, list[Request]] = {}
            for verdict, requests in self._verdicts[position].items():
                changed.setdefault(settled.get(verdict, verdict), []).extend(requests)
            self._verdicts[position] = changed
        return bool(settled)

    def _hosts(self) -> set[object]:
        """Return the hosts of the API: its servers, and unknown ones of which two operations or
        more are called, and of whose calls at least a half are operations.
        """
        hosts: dict[object, _UnknownHost] = {}
        for verdicts in self._verdicts.values():
            for verdict in verdicts:
                hosts.setdefault(verdict.host, _UnknownHost()).add(verdict)
        result: set[object] = {None}
        for owner, host in hosts.items():
            if host.is_of_api and not _is_of_tests(owner):
                result.add(owner)
        return result


@dataclass(slots=True)
class _UnknownHost:
    """The calls of a host that isn't known."""

    operations: set[OperationNode] = field(default_factory=set[OperationNode])
    described: int = 0
    others: int = 0

    def add(self, verdict: CallVerdict) -> None:
        """Count a call."""
        if verdict.kind == "operation":
            self.operations.update(verdict.operations)
            self.described += 1
        elif verdict.kind == "undescribed":
            self.others += 1

    @property
    def is_of_api(self) -> bool:
        """True if the calls tell that it is a server of the description."""
        return len(self.operations) > 1 and self.described >= self.others


def _is_of_tests(host: object) -> bool:
    """Return whether the client of a test may be that of a server in the same program."""
    if isinstance(host, Hole) and isinstance(host.owner, NameScope):
        return host.owner.name.startswith("test")
    return host == NO_HOST


def _is_sure(verdicts: Iterable[CallVerdict]) -> bool:
    return any(verdict.kind == "operation" and not verdict.is_narrower for verdict in verdicts)


def _of_one_call(verdicts: list[CallVerdict]) -> list[CallVerdict]:
    """Return the verdicts of a call of a function that sends one of several requests."""
    sure = [verdict for verdict in verdicts if verdict.kind == "operation"]
    operations: dict[OperationNode, None] = {}
    for verdict in sure:
        operations |= dict.fromkeys(verdict.operations)
    if all(len(verdict.operations) == len(operations) for verdict in sure):
        return verdicts
    return [replace(sure[0], kind="ambiguous", operations=tuple(operations))]


_FACTS = {
    "operation": "{verb} {path} of a host that isn't known",
    "ambiguous": "{verb} {path}",
    "unknown": "a {verb} whose path isn't known",
    "undescribed": "{verb} {path}, which the description doesn't have",
}


def _add_unsure(
    result: CalledOperations, place: Place, verdicts: Sequence[CallVerdict], hosts: set[object]
) -> None:
    """Record a place that surely calls no operation, by the verdict that tells most."""
    for kind, fact in _FACTS.items():
        for verdict in verdicts:
            is_foreign = kind == "undescribed" and verdict.host not in hosts
            if verdict.kind != kind or is_foreign:
                continue
            verb = verdict.verb or "request"
            text = fact.format(verb=verb, path=shortened(verdict.path, _LONGEST))
            call = UnsureCall(place, text, verdict.operations)
            if verdict.operations:
                result.ambiguous.append(call)
            else:
                result.unknown.append(call)
            return
    result.others += 1


def _position(request: Request) -> _Position:
    place = _place(request.expression)
    return place.file, place.line, place.column


def _place(expression: Expression) -> Place:
    file = expression.scope.file
    (line, column), _ = file.span(cast("Located", expression.node))
    return Place(file.name, line, column)
