"""Fixtures that compare recordings with the descriptions of ``specs/``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from generator.base.config import Client
from generator.project.services.comparison.traffic import find_traffic_drift
from generator.watch.changes.change import Report
from generator.watch.traffic.findings import Finding
from tests.watch.traffic.exchanges import FORMATS, Exchange
from tests.watch.traffic.making import SPECS

Run = Callable[..., "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The report on exchanges that are each in a file of their own."""

    report: Report
    findings: Mapping[int, Sequence[Finding]]
    """By the index of the exchange that first shows them."""


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that writes exchanges in a format and compares them, once."""

    @cache
    def outcome(
        spec: str, form: str, recordings: tuple[bytes, ...], redacted: str, show: bool
    ) -> Outcome:
        folder = tmp_path_factory.mktemp(f"{spec}_{form}")
        files = [folder / f"{index:03}" for index in range(len(recordings))]
        for file, content in zip(files, recordings, strict=True):
            file.write_bytes(content)
        client = Client(spec=SPECS[spec].name, redacted=(redacted,) if redacted else ())
        result = find_traffic_drift(client, SPECS[spec].parent, files, show_values=show)
        found: dict[int, list[Finding]] = defaultdict(list)
        for one in result.findings:
            found[int(Path(one.place.file).name)].append(one)
        return Outcome(result.report, found)

    def run(
        spec: str,
        form: str,
        exchanges: Sequence[Exchange],
        redacted: str = "",
        *,
        show: bool = False,
    ) -> Outcome:
        written = tuple(FORMATS[form]([one]) for one in exchanges)
        return outcome(spec, form, written, redacted, show)

    return run
