"""Recorded traffic compared with a client's checked-in description."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ..config import Client
from ..document.tree import SourceFile
from ..drift import allowlist
from ..drift.changes import Report, Side, Traffic
from ..drift.inputs import ComparedDescription, Input
from ..drift.python_api import declarations, located
from ..errors import Problem, SpeclockError
from ..printable import display_path
from ..traffic.coverage import Coverage
from ..traffic.deviation import Deviation
from ..traffic.exchange import RecordedExchange
from ..traffic.findings import Finding, Findings, change_of
from ..traffic.judge import ExchangeJudge
from ..traffic.match import NO_PATH, Match, OperationFinder
from ..traffic.reader import ClientReader
from ..traffic.recordings import NotARecording, read_recordings
from .descriptions import Progress, load_overlays, no_progress, read_file

PREFLIGHT = "CORS preflight"
NO_RESPONSE = "no response recorded"
NOT_IN_USE = "operations that aren't in use"
NOT_READABLE = "bodies that aren't readable"
NO_RECORDINGS = "files that aren't recordings"
_MOST_HOSTS = 20


@dataclass(frozen=True, slots=True)
class TrafficResult:
    """Recordings, compared with the description of one client."""

    report: Report
    findings: tuple[Finding, ...]
    """What the report's changes were made of."""
    description: SourceFile
    """What the recordings were compared with, its overlays applied."""


def find_traffic_drift(
    client: Client,
    root: Path,
    recordings: Sequence[str | Path],
    *,
    base: str = "",
    base_urls: Sequence[str] = (),
    show_values: bool = False,
    coverage: bool = False,
    progress: Progress = no_progress,
) -> TrafficResult:
    """Compare recorded exchanges with the description of the operations in use.

    ``recordings`` are files, and folders of files; ``base_urls`` are the addresses of servers that
    the description doesn't have. ``base`` is as in :func:`find_drift`. With ``show_values`` the
    report has recorded values, with ``coverage`` what no recording has shown.

    Raise :class:`SpecError` if the description cannot be used, :class:`UsageError` for a wrong
    setting or allow-list. What is wrong with a recording is a fault of the report.
    """
    comparison = _Comparison(client, root, base, base_urls, progress)
    if coverage:
        comparison.coverage = Coverage(comparison.input.canonical)
    return comparison.run(recordings, show_values)


class _Comparison:
    def __init__(
        self, client: Client, root: Path, base: str, base_urls: Sequence[str], progress: Progress
    ) -> None:
        self.client = client
        self.root = root
        self.is_checked_in = bool(client.package) and not base
        self.progress = progress
        spec = Path.cwd() / base if base else root / client.spec
        bytes_ = read_file(spec, base or display_path(spec))
        overlays = load_overlays(client, root)
        self.source = bytes_.document(overlays, lenient=client.allow_unmatched)
        description = ComparedDescription(self.source, progress)
        self.input: Input = description.read(description.select(client.operations), client)
        document = self.input.canonical
        self.finder = OperationFinder(
            description.operations, document.operations, document.servers, base_urls
        )
        self.judge = ExchangeJudge(document, client.redacted)
        self.findings = Findings()
        self.faults: list[Problem] = []
        self.left: Counter[str] = Counter()
        self.hosts: dict[str, None] = {}
        self.judged = 0
        self.coverage: Coverage | None = None

    def run(self, recordings: Sequence[str | Path], show_values: bool) -> TrafficResult:
        """Read all recordings and return the report."""
        exchanges = 0
        try:
            for one in read_recordings([Path(path) for path in recordings], display_path):
                if isinstance(one, Problem):
                    self.faults.append(one)
                elif isinstance(one, NotARecording):
                    self.left[NO_RECORDINGS] += 1
                else:
                    exchanges += 1
                    if exchanges % 1000 == 1:
                        self.progress(f"reading exchange {exchanges:,} ({one.place.file})")
                    self.add(one)
        finally:
            if "reader" in self.__dict__ and self.reader is not None:
                self.reader.close()
            self.progress("")
        found = tuple(self.findings.all)
        traffic = Traffic(
            exchanges, self.judged, dict(self.left.most_common()), tuple(self.hosts)[:_MOST_HOSTS]
        )
        names = ", ".join(str(path) for path in recordings)
        api = self.input.client
        declared = declarations(api) if api is not None and found else {}
        changes = tuple(change_of(one, declared.get, show_values=show_values) for one in found)
        report = Report(
            package=self.client.package,
            base=self.input.side,
            revision=Side(names, "", "", ""),
            operations=tuple(op.label for op in self.input.canonical.operations),
            changes=changes,
            traffic=traffic,
            coverage=self.coverage.result() if self.coverage is not None else None,
        )
        return TrafficResult(self._allowed(report), found, self.source)

    def add(self, one: RecordedExchange) -> None:
        """Judge an exchange, or count why not."""
        if one.method == "OPTIONS" and "access-control-request-method" in one.request.headers:
            self.left[PREFLIGHT] += 1
            return
        match = self.finder.find(one.method, one.url)
        if match.operation is None:
            self._unmatched(match, one)
            return
        if not one.status:
            self.left[NO_RESPONSE] += 1
        for message in (one.request, one.response):
            if message.unreadable:
                self.left[NOT_READABLE] += 1
        self.judged += 1
        label = match.operation.label
        if self.coverage is not None:
            self.coverage.add(match.operation, one)
        deviations = [*self.judge.deviations(match.operation, match, one)]
        if not deviations:
            return
        touched = self.findings.add(deviations, label, one)
        answers = [each for each in touched if each.deviation.direction == "response"]
        if answers and not all(each.raised for each in answers):
            self._read(label, one, answers)

    def _unmatched(self, match: Match, one: RecordedExchange) -> None:
        if match.node is not None:
            self.left[NOT_IN_USE] += 1
            return
        self.left[match.reason] += 1
        if match.reason != NO_PATH:
            host = one.url.partition("://")[2].partition("/")[0].partition("?")[0]
            self.hosts[host.rpartition("@")[2]] = None
            return
        name = f"{one.method} {match.path}"
        location = self.source.root.at("paths")
        deviation = Deviation("api/operation/presence/added", location, name)
        self.findings.add([deviation], name, one)

    # ── the client's reader ──────────────────────────────────────────────────────────────────────

    def _read(self, label: str, one: RecordedExchange, findings: Sequence[Finding]) -> None:
        """Mark the findings that keep the client from reading a response."""
        if self.reader is None or one.response.body is None or one.response.is_cut:
            return
        fault = self.reader.fault(label, one)
        if fault is None:
            return
        named = [*filter(None, (_pointers(fault)))]
        causes = [each for each in findings if each.deviation.pointer in named]
        for each in causes or findings:
            each.raised = True

    @cached_property
    def reader(self) -> ClientReader | None:
        """The client's reader; None if no client can be generated from the description."""
        from .generate import render_client

        self.progress("preparing the client's reader")
        package = self.client.package or "client"
        client = replace(
            self.client,
            package=package,
            client=self.client.client or ("" if self.client.package else "Client"),
            spec=self.client.spec or self.source.name,
            tests=False,
            fake=False,
        )
        try:
            rendered = render_client(client, self.root, self.progress, self.source)
        except SpeclockError:
            return None
        prefix = f"{package}/"
        files = {
            name.removeprefix(prefix): text.decode()
            for name, text in rendered.files.files.items()
            if name.startswith(prefix) and name.endswith(".py")
        }
        return ClientReader(files, self._constants())

    def _constants(self) -> Mapping[str, tuple[str, str]]:
        """Return the module and the name of each operation as a value, by its label."""
        api = self.input.client
        if api is None:
            return {}
        return {
            api.labels.get(f"{op.method} {op.key.value}", ""): (
                f"resources.{op.resource}" if op.resource else "_operations",
                op.constant.upper(),
            )
            for op in api.ir.operations
        }

    def _allowed(self, report: Report) -> Report:
        """Return the report with what is allowed marked, faults and places added."""
        if self.is_checked_in:
            spec = self.root / self.client.spec
            own = self.client.allowed
            path = self.root / own if own else spec.with_suffix(".allowed.toml")
            if path.is_file():
                entries = allowlist.read(path.read_text(encoding="utf-8"), display_path(path))
                today = dt.datetime.now(dt.UTC).date()
                report = allowlist.apply(report, entries, today)
            package = self.root / self.client.output / self.client.package
            report = located(report, package, display_path(package))
        return replace(report, faults=(*report.faults, *self.faults))


def _pointers(fault: Exception) -> list[str]:
    """Return the pointers of the values that a client couldn't read."""
    errors = getattr(fault, "errors", None)
    if errors is None:
        return []
    return ["".join(f"/{step}" for step in error["loc"]) for error in errors()]
