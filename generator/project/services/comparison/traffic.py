"""Recorded traffic compared with a client's checked-in description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ....base.config import Client
from ....base.errors import UsageError
from ....base.immutable import immutable
from ....base.recursion import deeply_recursive
from ....codegen.description.selection import Selection
from ....reading.document.tree import SourceFile
from ....watch.changes.change import BREAKING, Report, Side
from ....watch.drift.comparison import side_of
from ....watch.drift.next_steps import allow_step
from ....watch.drift.python_api import located
from ....watch.traffic.comparison.recordings import TrafficComparison, compare_recordings
from ....watch.traffic.findings import Finding, change_of
from ..project.descriptions import Progress, no_progress
from ..project.resolve import load_settings
from .checkout import in_checkout
from .described_traffic import DescribedTraffic
from .drift import with_allow_list


@immutable
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
    return _compare([*clients], recordings, show_values=show_values)


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
    clients: list[DescribedTraffic] = []
    for client in with_operations(settings.clients):
        files = [settings.root / one for one in (client.spec, *client.overlays)]
        changed = tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)
        key = (settings.root, settings.file, client.package, tuple(base_urls), changed)
        if key not in _described:
            _described[key] = DescribedTraffic(client, settings.root, base_urls=base_urls)
        clients.append(_described[key])
    results = of_recordings(_compare(clients, recordings))
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
    clients: Sequence[DescribedTraffic],
    recordings: Sequence[str | Path],
    *,
    show_values: bool = False,
) -> list[TrafficResult]:
    """Read all recordings, and return a result for each description."""
    comparisons = [TrafficComparison(described.api) for described in clients]
    compare_recordings(comparisons, recordings, clients[0].shown, clients[0].progress)
    results: list[TrafficResult] = []
    for described, comparison in zip(clients, comparisons, strict=True):
        results.append(_result(described, comparison, recordings, show_values=show_values))
    return results


def _result(
    described: DescribedTraffic,
    comparison: TrafficComparison,
    recordings: Sequence[str | Path],
    *,
    show_values: bool,
) -> TrafficResult:
    """Return the report on recordings that were compared."""
    found = comparison.found()
    names = ", ".join(map(described.shown, recordings))
    signatures = described.signature_of
    report = Report(
        package=described.client.package,
        base=side_of(described.input),
        revision=Side(names, "", "", ""),
        operations=tuple(op.label for op in described.input.canonical.operations),
        changes=tuple(change_of(one, signatures, show_values=show_values) for one in found),
        traffic=comparison.traffic(found),
    )
    report = _allowed(report, described)
    return TrafficResult(
        client=described.client,
        report=replace(report, faults=(*report.faults, *comparison.faults)),
        findings=found,
        description=described.source,
        input=described.input,
        accepted=tuple(comparison.accepted.all),
        uncompared=comparison.uncompared(names),
    )


def _allowed(report: Report, described: DescribedTraffic) -> Report:
    """Return the report with what is allowed marked, and places added."""
    client, root = described.client, described.root
    if described.is_checked_in:
        report, allow_list = with_allow_list(report, client, root)
        if report.entries:
            allow = allow_step("deviation", allow_list)
            verdicts = [each for change in report.counted for each in change.verdicts]
            is_described = any(each.direction == "response" for each in verdicts)
            describe = "Describe the responses: `--write-overlay FILE` does."
            steps = (describe, f"Or {allow}") if is_described else (f"To {allow}",)
            report = replace(report, steps=steps)
        package = root / client.output / client.package
        report = located(report, package, described.shown(package))
    return in_checkout(report, client, root)
