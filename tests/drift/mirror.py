"""What a report says, and what it should say with base and revision swapped."""

from __future__ import annotations

from collections import Counter

from generator.drift.changes import Report
from generator.drift.kinds import KINDS


def mirrored(report: Report, *, swap: bool) -> Counter[tuple[object, ...]]:
    """What a report says of the wire and of prose; with ``swap`` what the opposite should say."""
    found: Counter[tuple[object, ...]] = Counter()
    for change in report.changes:
        for verdict in change.verdicts:
            _, _, kind = verdict.rule.partition("/")
            if not kind.startswith("python/"):
                kind = KINDS[kind].opposite if swap else kind
                values = (change.before, change.after)[:: -1 if swap else 1]
                found[verdict.direction, kind, values, len(change.operations)] += 1
    return found
