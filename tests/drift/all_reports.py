"""The reports that are written in every format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.drift.changes import Change, Report, Signature, Verdict
from tests.drift.reports import (
    NOTHING,
    OBJECTIVES,
    REPORT,
    WHOLE,
    hostile,
)

HOSTILE = hostile()

REPORTS = {"whole": WHOLE, "release": REPORT, "nothing": NOTHING, "hostile": HOSTILE}

every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def with_changes(*changes: Change) -> Report:
    """The report of a release, with these changes instead."""
    return replace(REPORT, changes=changes)


def on_the_wire(level: str, *operations: str) -> Change:
    """A change of that level that doesn't show in Python."""
    verdicts = (Verdict("request/schema/type/changed", "request", level),)
    return replace(OBJECTIVES, verdicts=verdicts, operations=operations, signatures=())


RENAMED = replace(
    on_the_wire("none", "audiences/create"),
    signatures=(Signature("Audience", "class Audience(Model)", "class A(Model)", breaks=True),),
)
