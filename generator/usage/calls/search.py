"""The operations that a program calls, each with the places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...document.operations import OperationNode
from ...errors import Place
from ...recursion import deeply_recursive
from ..evaluate import Evaluator
from ..files import read_program
from ..modules import ProgramModules
from ..reach import find_reached
from ..reader import Reader
from ..scopes import Expression
from ..search import without_collection
from .callers import CallIndex
from .evaluate import TextEvaluator
from .libraries import HttpLibraries, LibraryFinder
from .match import NO_HOST, OperationMatcher, Outcome
from .requests import Request, RequestReader
from .texts import without_choices

_MOST_LEVELS = 4
"""The functions that a request is followed through to its callers."""
_MOST_REQUESTS = 50_000


@dataclass(frozen=True, slots=True)
class UsedOperation:
    """An operation, and the places that call it."""

    operation: OperationNode
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class UnsureCall:
    """A request that isn't understood, or that may call one of several operations."""

    place: Place
    fact: str
    """``a POST whose path isn't known``."""
    candidates: tuple[OperationNode, ...] = ()


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


@deeply_recursive
@without_collection
def find_calls(
    matcher: OperationMatcher,
    code: Sequence[Path],
    root: Path,
    left_out: Sequence[Path],
    bound: Mapping[str, str],
) -> CalledOperations:
    """Return the operations that a program calls. Nothing of it is imported or run.

    ``code`` has its folders and files, of which ``left_out`` aren't read; names of files are
    relative to ``root``. ``bound`` has the base URLs of constants, attributes and environment
    variables.
    """
    program = read_program(code, root, left_out)
    modules = ProgramModules(program.files, lambda file: Reader(file).read())
    finder = LibraryFinder(modules, {})
    reached = find_reached(modules, finder)
    types = Evaluator(HttpLibraries(), modules, finder)
    types.follow_attributes(reached)
    reader = RequestReader(TextEvaluator(types, finder, CallIndex(types, reached), bound))
    results = _Results(matcher, reader)
    for request in reader.requests():
        results.add(request)
    return results.called(len(program.files), program.unread)


class _Results:
    """The requests of a program, judged."""

    def __init__(self, matcher: OperationMatcher, reader: RequestReader) -> None:
        self.matcher = matcher
        self.reader = reader
        self.outcomes: dict[tuple[str, int, int], list[Outcome]] = {}
        """Those of each place."""
        self.places: dict[tuple[str, int, int], Place] = {}
        self._work = 0

    def add(self, request: Request, level: int = 0) -> None:
        """Judge a request where its path is written: there, or where functions are called."""
        self._work += 1
        outcomes = self._outcomes(request)
        if level:
            outcomes = _as_called(outcomes)
        is_sure = any(o.kind == "operation" and not o.is_narrower for o in outcomes)
        if not is_sure and level < _MOST_LEVELS and self._work < _MOST_REQUESTS:
            callers = self.reader.callers(request)
            for caller in callers:
                self.add(caller, level + 1)
            if callers:
                return
        if not request.is_typed:
            outcomes = [o for o in outcomes if o.kind == "operation" and o.host is None]
            if not outcomes:
                return
        place = _place(request.expression)
        key = place.file, place.line, place.column
        self.places[key] = place
        self.outcomes.setdefault(key, []).extend(outcomes)

    def _outcomes(self, request: Request) -> list[Outcome]:
        request = self.reader.with_bases(request)
        outcomes: list[Outcome] = []
        for verb in without_choices(request.verbs) or ((),):
            for url in without_choices(request.urls):
                outcomes.append(self.matcher.outcome(verb, url))
        return outcomes

    def called(self, files: int, unread: list[str]) -> CalledOperations:
        """Return the operations."""
        result = CalledOperations(files=files, unread=unread)
        trusted = self._trusted_hosts()
        used: dict[OperationNode, list[Place]] = {}
        for key in sorted(self.outcomes):
            place, outcomes = self.places[key], [*dict.fromkeys(self.outcomes[key])]
            sure = [o for o in outcomes if o.kind == "operation" and o.host in trusted]
            for operation in dict.fromkeys(n for outcome in sure for n in outcome.operations):
                used.setdefault(operation, []).append(place)
            if not sure:
                _add_unsure(result, place, outcomes, trusted)
        result.operations = [UsedOperation(op, tuple(places)) for op, places in used.items()]
        return result

    def _trusted_hosts(self) -> set[object]:
        """Return the hosts of the API: its servers, and unknown ones of which two operations or
        more are called, and of whose calls at least a half are operations.
        """
        matching: dict[object, set[OperationNode]] = {}
        fitting: dict[object, int] = {}
        others: dict[object, int] = {}
        for outcomes in self.outcomes.values():
            for outcome in dict.fromkeys(outcomes):
                if outcome.kind == "operation":
                    matching.setdefault(outcome.host, set()).update(outcome.operations)
                    fitting[outcome.host] = fitting.get(outcome.host, 0) + 1
                elif outcome.kind == "undescribed":
                    others[outcome.host] = others.get(outcome.host, 0) + 1
        trusted: set[object] = {None}
        for host, operations in matching.items():
            is_likely = len(operations) > 1 and fitting[host] >= others.get(host, 0)
            if is_likely and host != NO_HOST:
                trusted.add(host)
        return trusted


def _as_called(outcomes: list[Outcome]) -> list[Outcome]:
    """Return the outcomes of a call of a function that sends several requests, or one of them."""
    sure = [outcome for outcome in outcomes if outcome.kind == "operation"]
    operations = tuple(dict.fromkeys(node for outcome in sure for node in outcome.operations))
    if len(operations) < 2 or all(outcome.operations == operations for outcome in sure):
        return outcomes
    return [replace(sure[0], kind="ambiguous", operations=operations)]


def _add_unsure(
    result: CalledOperations, place: Place, outcomes: Sequence[Outcome], trusted: set[object]
) -> None:
    """Record a place that calls no operation surely."""
    for outcome in outcomes:
        if outcome.kind == "operation":
            fact = f"{outcome.verb} {outcome.path} of a host that isn't known"
            result.ambiguous.append(UnsureCall(place, fact, outcome.operations))
            return
    for outcome in outcomes:
        if outcome.kind == "ambiguous":
            verb = outcome.verb or "a request with an unknown method:"
            fact = f"{verb} {outcome.path}"
            result.ambiguous.append(UnsureCall(place, fact, outcome.operations))
            return
    for outcome in outcomes:
        if outcome.kind == "unknown":
            fact = f"a {outcome.verb or 'request'} whose path isn't known"
            result.unknown.append(UnsureCall(place, fact))
            return
    for outcome in outcomes:
        if outcome.kind == "undescribed" and outcome.host in trusted:
            verb = outcome.verb or "a request of"
            fact = f"{verb} {outcome.path}, which the description doesn't have"
            result.unknown.append(UnsureCall(place, fact))
            return
    result.others += 1


def _place(expression: Expression) -> Place:
    file, node = expression.scope.file, expression.node
    (line, column), _ = file.span(node)  # type: ignore[arg-type]
    return Place(file.name, line, column)
