"""Limits on work whose cost an untrusted document or server decides."""

from __future__ import annotations

from dataclasses import dataclass


class BudgetExceeded(Exception):
    """More work than a budget allows; the message is a phrase such as ``more than 100 hosts``.

    The caller reports it where the work was asked for.
    """


@dataclass(slots=True)
class Budget:
    """An amount of work that one task may cost."""

    limit: int
    unit: str
    """A noun in the plural, for the message."""
    spent: int = 0

    @property
    def remaining(self) -> int:
        """The work that is left, at least 0."""
        return max(0, self.limit - self.spent)

    def spend(self, amount: int = 1) -> None:
        """Count work before it is done; raise :class:`BudgetExceeded` beyond the limit."""
        self.spent += amount
        if self.spent > self.limit:
            raise BudgetExceeded(f"more than {self.limit:,} {self.unit}")
