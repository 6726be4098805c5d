"""Recorded exchanges, compared with the description of an API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ....base.budget import Budget, BudgetExceeded
from ....base.config import Client
from ....base.errors import Problem
from ....base.immutable import immutable
from ....base.printable import counted
from ....codegen.build.operations import parameters_with_slashes
from ....codegen.description.description import Description
from ....codegen.description.selection import Selection
from ....reading.document.declared import METHODS
from ....reading.openapi.model.document import Operation
from ...changes.change import Traffic
from ...changes.rules import REQUEST
from ..deviation import Deviation
from ..exchange import RecordedExchange
from ..findings import Finding, IsSecret, TrafficFindings, with_common_headers
from ..judge import ExchangeJudge, is_compared
from ..match import NO_PATH, NO_SERVER, Match, OperationFinder
from ..recordings.read import NotARecording, read_recordings
from ..shown import UNSHOWN, host_of

PREFLIGHT = "CORS preflight"
NO_RESPONSE = "no response recorded"
NOT_IN_USE = "of operations that aren't in use"
NOT_READABLE = "bodies that aren't readable"
NO_RECORDINGS = "files that aren't recordings"
MORE_FAULTS = "more entries that aren't readable"
TOO_COSTLY = "that need too much work for their size"
_WORK = 400_000
"""Values that a run may compare with schemas, beside those that the size of recordings allows."""
_MOST_HOSTS = 20
_MOST_FAULTS = 100


@immutable
class ComparedApi:
    """A description, prepared to judge exchanges; it can be used again."""

    input: Selection
    """The operations in use."""
    finder: OperationFinder
    judge: ExchangeJudge
    is_secret: IsSecret

    def is_compared(self, operation: Operation, status: int) -> bool:
        """Return whether the description tells what a response with a status is like."""
        return is_compared(operation, status)


def compared_api(
    description: Description, client: Client, base_urls: Sequence[str], is_secret: IsSecret
) -> ComparedApi:
    """Return a client's description, prepared to judge exchanges.

    ``base_urls`` are the addresses of servers that it doesn't have. Raise :class:`SpecError` if the
    description cannot be used.
    """
    read = description.read(description.select(client.operations), client)
    document = read.canonical
    finder = OperationFinder(
        description.operations,
        document.operations,
        document.servers,
        base_urls,
        parameters_with_slashes(document, client.path_slashes, lenient=True),
    )
    judge = ExchangeJudge(document, client.redacted, client.error_when)
    return ComparedApi(read, finder, judge, is_secret)


def compare_recordings(
    comparisons: Sequence[TrafficComparison],
    recordings: Sequence[str | Path],
    shown: Callable[[str | Path], str],
    progress: Callable[[str], None],
) -> None:
    """Read all recordings, and add each exchange to the comparisons that it is for.

    ``shown`` returns a file's path as the report has it.
    """
    exchanges = 0
    try:
        for recording in read_recordings([Path(path) for path in recordings], shown):
            if isinstance(recording, RecordedExchange):
                exchanges += 1
                if exchanges % 1000 == 1:
                    progress(f"{recording.place.file}: exchange {exchanges:,}")
                for each in _of_exchange(comparisons, recording):
                    each.add(recording)
            else:
                for each in comparisons:
                    each.add_unread(recording)
    finally:
        progress("")


def _of_exchange(
    comparisons: Sequence[TrafficComparison], one: RecordedExchange
) -> Sequence[TrafficComparison]:
    """Return the comparisons of the clients whose server and path an exchange is of.

    If it is of no client's path, those of its server; all if it is of no client's server.
    """
    if len(comparisons) == 1:
        return comparisons
    of_path: list[TrafficComparison] = []
    of_server: list[TrafficComparison] = []
    for each in comparisons:
        match = each.match(one)
        if match is None or match.node is not None:
            of_path.append(each)
        if match is not None and match.reason != NO_SERVER:
            of_server.append(each)
    return of_path or of_server or comparisons


class TrafficComparison:
    """The recordings of one report, compared with a description."""

    def __init__(self, api: ComparedApi) -> None:
        self.api = api
        self.findings = TrafficFindings(api.is_secret)
        self.accepted = TrafficFindings(api.is_secret)
        """Those of requests that a response 2xx took."""
        self.faults: list[Problem] = []
        self.left: Counter[str] = Counter()
        self.hosts: dict[str, None] = {}
        self.address = ""
        """The first other server's, as a base URL."""
        self.exchanges = self.judged = self.compared = 0
        self.operations: set[str] = set()
        """The labels of operations with a compared response."""
        self.undescribed: Counter[int] = Counter()
        """The statuses of responses that aren't described, and how many of each there are."""
        self.work = Budget(_WORK, "comparisons")
        """The work of the run, to which each exchange adds."""

    def found(self) -> tuple[Finding, ...]:
        """Return what deviates in all that was added."""
        paths = self.api.input.source.root.at("paths")
        return tuple(with_common_headers(self.findings.all, self.operations, paths))

    def traffic(self, found: Sequence[Finding]) -> Traffic:
        """Return what was compared, and what was left out; ``found`` is what deviates."""
        if self.findings.left:
            self.left[f"deviations beyond the first {len(found):,} places"] = self.findings.left
        left = dict(self.left.most_common())
        return Traffic(self.exchanges, self.judged, left, tuple(self.hosts))

    def uncompared(self, names: str) -> str:
        """Return why nothing was compared, and what to do; empty if something was.

        ``names`` are those of the recordings.
        """
        if self.compared or self.faults:
            return ""
        if not self.exchanges:
            return f"{names}: no exchange is recorded there (docs/traffic.md tells how to record)."
        exchanges = f"{names}: none of {counted(self.exchanges, 'exchange')}"
        if self.undescribed:
            statuses = ", ".join(map(str, self.undescribed))
            return (
                f"{exchanges} has a response that the description has (the statuses are {statuses})"
                ", so it isn't known whether the server deviates. Record calls that succeed."
            )
        if self.address:
            return (
                f"{exchanges} is to a server of the description. Add the address of the server: "
                f"--base-url {self.address} (in Python base_urls)."
            )
        reasons = ", ".join(f"{number:,} {reason}" for reason, number in self.left.items())
        return (
            f"{exchanges} calls an operation in use ({reasons}). Record calls of the client, or "
            "add the operations to it: speclock add."
        )

    def match(self, one: RecordedExchange) -> Match | None:
        """Return what an exchange calls; None if that needs too much work to tell."""
        with suppress(BudgetExceeded):
            return self.api.finder.find(one.method, one.url, Budget(_WORK, ""))[0]
        return None

    def add_unread(self, one: Problem | NotARecording) -> None:
        """Add a fault of a recording, or count it."""
        if isinstance(one, NotARecording):
            self.left[NO_RECORDINGS] += 1
        elif len(self.faults) < _MOST_FAULTS:
            self.faults.append(one)
        else:
            self.left[MORE_FAULTS] += 1

    def add(self, one: RecordedExchange) -> None:
        """Judge an exchange, or count why not."""
        self.exchanges += 1
        if one.method == "OPTIONS" and "access-control-request-method" in one.request.headers:
            self.left[PREFLIGHT] += 1
            return
        # One exchange doesn't use up what the others left, so that those after it are compared.
        work = Budget(one.work + self.work.remaining // 2, "comparisons")
        try:
            self._judge(one, work)
        except BudgetExceeded as error:
            self.left[TOO_COSTLY if work.spent > work.limit else f"with {error}"] += 1
        self.work.limit += one.work
        self.work.spent += min(work.spent, work.limit)

    def _judge(self, one: RecordedExchange, work: Budget) -> None:
        matches = self.api.finder.find(one.method, one.url, work)
        used = [(match, match.operation) for match in matches if match.operation is not None]
        if not used:
            self._unmatched(matches[0], one, work)
            return
        judge = self.api.judge
        judged = [(op, judge.deviations(op, match, one, work)) for match, op in used]
        operation, deviations = min(judged, key=lambda pair: len(pair[1]))
        if not one.status:
            self.left[NO_RESPONSE] += 1
        elif is_compared(operation, one.status):
            self.compared += 1
            self.operations.add(operation.label)
        else:
            self.undescribed[one.status] += 1
        for message in (one.request, one.response):
            if message.unreadable:
                self.left[NOT_READABLE] += 1
        self.judged += 1
        self.findings.add(deviations, operation.label, one)
        if 200 <= one.status < 300:
            self.accepted.add(_sent(deviations), operation.label, one)

    def _unmatched(self, match: Match, one: RecordedExchange, work: Budget) -> None:
        if match.node is not None or self._is_implied(match, one, work):
            self.left[NOT_IN_USE] += 1
            return
        self.left[match.reason] += 1
        if match.reason != NO_PATH:
            if len(self.hosts) < _MOST_HOSTS:
                self.hosts[host_of(one.url)] = None
            self.address = self.address or self._address(one.url)
            return
        method = one.method if one.method.lower() in METHODS else UNSHOWN
        name = f"{method} {match.path}"
        location = self.api.input.source.root.at("paths")
        deviation = Deviation("", "operation/presence/added", location, name)
        self.findings.add([deviation], name, one)

    def _address(self, url: str) -> str:
        """Return a URL up to the path of a server that the description has, if it is shown."""
        host = host_of(url)
        if host == UNSHOWN:
            return ""
        address = f"{url.partition(':')[0]}://{host}"
        for server in self.api.input.canonical.servers:
            prefix = _path_of(server.url).rstrip("/")
            if _path_of(url).startswith(f"{prefix}/"):
                return address + prefix
        return address

    def _is_implied(self, match: Match, one: RecordedExchange, work: Budget) -> bool:
        """Return whether a request is one that any path may get (RFC 9110 §9.3.2, §9.3.7)."""
        if match.reason != NO_PATH or one.method not in ("HEAD", "OPTIONS"):
            return False
        find = self.api.finder.find
        return any(found.node for verb in METHODS for found in find(verb.upper(), one.url, work))


def _path_of(url: str) -> str:
    """Return what follows the host of a URL; all of a path."""
    rest = url.partition("://")[2] or url
    return f"/{rest.partition('/')[2]}"


def _sent(deviations: Iterable[Deviation]) -> list[Deviation]:
    """Return the deviations of a request."""
    return [deviation for deviation in deviations if deviation.direction == REQUEST]
