"""Recorded traffic compared with a client's checked-in description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ....base.budget import Budget, BudgetExceeded
from ....base.config import Client
from ....base.errors import Problem, UsageError
from ....base.printable import counted, display_path
from ....base.recursion import deeply_recursive
from ....codegen.description.selection import Selection
from ....reading.document.declared import METHODS
from ....reading.document.tree import SourceFile
from ....watch.changes.change import BREAKING, Report, Side, Traffic
from ....watch.changes.rules import REQUEST
from ....watch.drift.comparison import side_of
from ....watch.drift.next_steps import allow_step
from ....watch.drift.python_api import located
from ....watch.traffic.deviation import Deviation
from ....watch.traffic.exchange import RecordedExchange
from ....watch.traffic.findings import Finding, TrafficFindings, change_of, with_common_headers
from ....watch.traffic.judge import is_compared
from ....watch.traffic.match import NO_PATH, NO_SERVER, Match
from ....watch.traffic.recordings.read import NotARecording, read_recordings
from ....watch.traffic.shown import UNSHOWN, host_of
from ..project.descriptions import Progress, no_progress
from ..project.resolve import load_settings
from .checkout import in_checkout
from .described_traffic import DescribedTraffic
from .drift import with_allow_list

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


@dataclass(frozen=True, slots=True)
class TrafficResult:
    """Recordings, compared with the description of one client."""

    client: Client
    report: Report
    findings: tuple[Finding, ...]
    """What the report's changes were made of."""
    description: SourceFile
    """What the recordings were compared with, its overlays applied."""
    input: Selection
    """Its operations in use, as they were compared."""
    accepted: tuple[Finding, ...] = ()
    """Those of requests that a response 2xx took."""
    uncompared: str = ""
    """Why no response was compared, and what to do; empty where one was, or has a fault."""

    @property
    def is_of_client(self) -> bool:
        """True if a recording has a fault, or an exchange with the server of the client."""
        traffic = self.report.traffic
        is_called = bool(traffic and traffic.judged) or bool(self.findings)
        return is_called or not self.uncompared


def find_traffic_drift(
    client: Client,
    root: Path,
    recordings: Sequence[str | Path],
    *,
    base: str = "",
    base_urls: Sequence[str] = (),
    show_values: bool = False,
    progress: Progress = no_progress,
) -> TrafficResult:
    """Compare recorded exchanges with the description of the operations in use.

    ``recordings`` are files, and folders of files; ``base_urls`` are the addresses of servers that
    the description doesn't have. ``base`` is as in :func:`find_drift`. With ``show_values`` the
    report has recorded values.

    Raise :class:`SpecError` if the description cannot be used, :class:`UsageError` for a wrong
    setting or allow-list. What is wrong with a recording is a fault of the report.
    """
    described = DescribedTraffic(client, root, base, base_urls, progress)
    (result,) = find_traffic_drifts([described], recordings, show_values=show_values)
    return result


@deeply_recursive
def find_traffic_drifts(
    clients: Iterable[DescribedTraffic],
    recordings: Sequence[str | Path],
    *,
    show_values: bool = False,
) -> list[TrafficResult]:
    """Compare recorded exchanges, each with the clients whose servers and paths it is of.

    Arguments and errors are those of :func:`find_traffic_drift`.
    """
    comparisons = [_TrafficComparison(described) for described in clients]
    return _compare(comparisons, recordings, show_values=show_values)


_described: dict[tuple[object, ...], DescribedTraffic] = {}


@deeply_recursive
def check_traffic(
    *recordings: str | Path,
    package: str = "",
    fail_on: str = BREAKING,
    config: str | Path | None = None,
    base_urls: Sequence[str] = (),
) -> str:
    """Return the report on recordings as text; empty if no deviation reaches ``fail_on``.

    For tests: the description of the client ``package``, by default of each whose servers and
    paths the exchanges are of, is prepared once for all calls, until its file changes. ``fail_on``
    is ``breaking``, ``risk`` or ``safe``.

    Raise as :func:`find_traffic_drift`, and :class:`UsageError` if nothing was compared.
    """
    from ....watch.changes.formats.text import text

    settings = load_settings(config, (package,) if package else ())
    comparisons: list[_TrafficComparison] = []
    for client in with_operations(settings.clients):
        files = [settings.root / one for one in (client.spec, *client.overlays)]
        changed = tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
        key = (settings.root, settings.file, client.package, tuple(base_urls), changed)
        if key not in _described:
            _described[key] = DescribedTraffic(client, settings.root, base_urls=base_urls)
        comparisons.append(_TrafficComparison(_described[key]))
    results = of_recordings(_compare(comparisons, recordings))
    for result in results:
        if result.uncompared:
            raise UsageError(result.uncompared)
    return "\n".join(text(result.report) for result in results if result.report.fails(fail_on))


def with_operations(clients: Sequence[Client]) -> Sequence[Client]:
    """Return the clients that have operations; all if there are none, which is an error later."""
    return [client for client in clients if not client.models] or clients


def of_recordings(results: Sequence[TrafficResult]) -> Sequence[TrafficResult]:
    """Return the results for the clients that the recordings are of; the first if of none."""
    return [result for result in results if result.is_of_client] or results[:1]


def _compare(
    comparisons: Sequence[_TrafficComparison],
    recordings: Sequence[str | Path],
    *,
    show_values: bool = False,
) -> list[TrafficResult]:
    """Read all recordings, and return a result for each description."""
    progress = comparisons[0].described.progress
    exchanges = 0
    try:
        for recording in read_recordings([Path(path) for path in recordings], comparisons[0].shown):
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
    return [each.result(recordings, show_values=show_values) for each in comparisons]


def _of_exchange(
    comparisons: Sequence[_TrafficComparison], one: RecordedExchange
) -> Sequence[_TrafficComparison]:
    """Return the comparisons of the clients whose server and path an exchange is of.

    If it is of no client's path, those of its server; all if it is of no client's server.
    """
    if len(comparisons) == 1:
        return comparisons
    found = [(each, each.match(one)) for each in comparisons]
    of_path = [each for each, match in found if match is None or match.node is not None]
    of_server = [each for each, match in found if match and match.reason != NO_SERVER]
    return of_path or of_server or comparisons


class _TrafficComparison:
    """The recordings of one report, compared with a description."""

    def __init__(self, described: DescribedTraffic) -> None:
        self.described = described
        self.findings = TrafficFindings(described.is_secret)
        self.accepted = TrafficFindings(described.is_secret)
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

    def shown(self, path: str | Path) -> str:
        """Return a path relative to the project's folder."""
        return display_path(path, self.described.root)

    def result(self, recordings: Sequence[str | Path], *, show_values: bool) -> TrafficResult:
        """Return the report on what was added."""
        paths = self.described.source.root.at("paths")
        found = tuple(with_common_headers(self.findings.all, self.operations, paths))
        if self.findings.left:
            self.left[f"deviations beyond the first {len(found):,} places"] = self.findings.left
        left = dict(self.left.most_common())
        traffic = Traffic(self.exchanges, self.judged, left, tuple(self.hosts))
        names = ", ".join(self.shown(path) for path in recordings)
        signatures = self.described.signature_of
        changes = tuple(change_of(one, signatures, show_values=show_values) for one in found)
        report = Report(
            package=self.described.client.package,
            base=side_of(self.described.input),
            revision=Side(names, "", "", ""),
            operations=tuple(op.label for op in self.described.input.canonical.operations),
            changes=changes,
            traffic=traffic,
        )
        uncompared = "" if self.compared or self.faults else self._uncompared(names)
        return TrafficResult(
            self.described.client,
            self._allowed(report),
            found,
            self.described.source,
            self.described.input,
            tuple(self.accepted.all),
            uncompared,
        )

    def _uncompared(self, names: str) -> str:
        """Return why nothing was compared, and what to do."""
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
            return self.described.finder.find(one.method, one.url, Budget(_WORK, ""))[0]
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
        matches = self.described.finder.find(one.method, one.url, work)
        used = [(match, match.operation) for match in matches if match.operation is not None]
        if not used:
            self._unmatched(matches[0], one, work)
            return
        judge = self.described.judge
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
            sent = [deviation for deviation in deviations if deviation.direction == REQUEST]
            self.accepted.add(sent, operation.label, one)

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
        location = self.described.source.root.at("paths")
        deviation = Deviation("", "operation/presence/added", location, name)
        self.findings.add([deviation], name, one)

    def _address(self, url: str) -> str:
        """Return a URL up to the path of a server that the description has, if it is shown."""
        servers = self.described.input.canonical.servers
        prefixes = (_path_of(server.url).rstrip("/") for server in servers)
        prefix = next((one for one in prefixes if _path_of(url).startswith(f"{one}/")), "")
        host = host_of(url)
        return "" if host == UNSHOWN else f"{url.partition(':')[0]}://{host}{prefix}"

    def _is_implied(self, match: Match, one: RecordedExchange, work: Budget) -> bool:
        """Return whether a request is one that any path may get (RFC 9110 §9.3.2, §9.3.7)."""
        if match.reason != NO_PATH or one.method not in ("HEAD", "OPTIONS"):
            return False
        find = self.described.finder.find
        return any(found.node for verb in METHODS for found in find(verb.upper(), one.url, work))

    def _allowed(self, report: Report) -> Report:
        """Return the report with what is allowed marked, faults and places added."""
        client, root = self.described.client, self.described.root
        if self.described.is_checked_in:
            report, allow_list = with_allow_list(report, client, root)
            if report.entries:
                allow = allow_step("deviation", allow_list)
                verdicts = [each for change in report.counted for each in change.verdicts]
                is_described = any(each.direction == "response" for each in verdicts)
                describe = "Describe the responses: `--write-overlay FILE` does."
                steps = (describe, f"Or {allow}") if is_described else (f"To {allow}",)
                report = replace(report, steps=steps)
            package = root / client.output / client.package
            report = located(report, package, self.shown(package))
        report = in_checkout(report, client, root)
        return replace(report, faults=(*report.faults, *self.faults))


def _path_of(url: str) -> str:
    """Return what follows the host of a URL; all of a path."""
    rest = url.partition("://")[2] or url
    return f"/{rest.partition('/')[2]}"
