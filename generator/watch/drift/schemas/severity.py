"""The severity of comparisons, by which the branches of unions are matched."""

from __future__ import annotations

from collections.abc import Sequence

from ....base.budget import Budget, BudgetExceeded
from ....reading.document.cycles import strongly_connected
from ...changes.change import NONE, SAFE, WIRE
from ..differences.differences import Comparison, Difference

_MAX_OPEN = 5_000
"""Comparisons in each other; each takes ten frames of Python's stack at most."""
IDENTICAL, SAME_VALUES = 0, 1
"""Nothing differs; nothing but documentation."""
SAME_ON_WIRE, MILD, WORST = (2 + WIRE.index(wire) for wire in (NONE, SAFE, WIRE[-1]))
"""The severities of changes on the wire follow."""


class Severities:
    """The severities of comparisons, each found once it is complete."""

    def __init__(self, work: Budget) -> None:
        self._work = work
        self._known: dict[Comparison, int] = {}
        self._open: set[Comparison] = set()

    def begin(self, comparison: Comparison) -> None:
        """Take a comparison as incomplete."""
        self._open.add(comparison)
        if len(self._open) > _MAX_OPEN:
            raise BudgetExceeded(f"more than {_MAX_OPEN:,} schemas in each other")

    def end(self, comparison: Comparison) -> None:
        """Take a comparison as complete."""
        self._open.discard(comparison)

    def of(self, comparison: Comparison) -> int:
        """Return the most severe level of all differences here and further in.

        An incomplete one counts with what has been found in it.
        """
        found: dict[Comparison, int] = {}
        for circle in strongly_connected([comparison], self._unknown):
            if circle[0] in self._known:
                continue
            self._work.spend(len(circle))
            own = [_severity(d) for c in circle for d in c.differences]
            inner: list[Comparison] = []
            for each in circle:
                inner += [other for other in each.inner if other not in circle]
            worst = max((self._known.get(i, found.get(i, 0)) for i in inner), default=IDENTICAL)
            worst = max([worst, *own])
            is_complete = all(i in self._known for i in inner) and self._open.isdisjoint(circle)
            cache = self._known if is_complete or worst == WORST else found
            cache.update(dict.fromkeys(circle, worst))
        return self._known[comparison] if comparison in self._known else found[comparison]

    def _unknown(self, comparison: Comparison) -> Sequence[Comparison]:
        return () if comparison in self._known else comparison.inner


def _severity(difference: Difference) -> int:
    return SAME_VALUES if difference.is_docs else SAME_ON_WIRE + WIRE.index(difference.rule.wire)
