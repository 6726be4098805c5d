"""What a report says, and what it should say with base and revision swapped."""

from __future__ import annotations

from collections import Counter

from generator.drift.changes import Report
from generator.drift.rules import RULES


def mirrored(report: Report, *, swap: bool) -> Counter[tuple[object, ...]]:
    """What a report says of the wire and of prose; with ``swap`` what the opposite should say."""
    found: Counter[tuple[object, ...]] = Counter()
    for change in report.changes:
        for verdict in change.verdicts:
            if "/python/" not in verdict.rule:
                rule = RULES[verdict.rule].opposite if swap else verdict.rule
                values = (change.before, change.after)[:: -1 if swap else 1]
                found[rule, values, len(change.operations)] += 1
    return found
