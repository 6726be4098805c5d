"""The severity of comparisons, by which the branches of unions are matched."""

from __future__ import annotations

from ...budget import Budget, BudgetExceeded
from ..changes import NONE, SAFE, WIRE
from ..rules import rule_of
from .differences import Comparison, Difference

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
        worst, is_complete = IDENTICAL, True
        seen, todo = {comparison}, [comparison]
        while todo and worst < WORST:
            one = todo.pop()
            known = self._known.get(one)
            if known is not None:
                worst = max(worst, known)
                continue
            self._work.spend()
            is_complete &= one not in self._open
            worst = max([worst, *(_severity(d, one.direction) for d in one.differences)])
            todo += [inner for inner in one.inner if inner not in seen]
            seen.update(one.inner)
        if is_complete or worst == WORST:
            self._known[comparison] = worst
        return worst


def _severity(difference: Difference, direction: str) -> int:
    if difference.is_docs:
        return SAME_VALUES
    return SAME_ON_WIRE + WIRE.index(rule_of(difference.rule, direction).wire)
