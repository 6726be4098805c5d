"""Deviations in a value, each with its place, and how well the value fits its type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .budget import Budget

ITEM = 0
"""What the way to an item of a list has in place of its index."""
BEYOND, ADDITION, CONTRADICTION = 1, 2, 3
"""The kinds of deviations: a text beyond a type of Python, a member that the description lacks but
admits (JSON Schema 2020-12 core §10.3.2.3), and what it doesn't admit."""
Rank = tuple[int, int, int, float, float]
"""How badly a value fits a branch: its worst deviation, its deviations and undescribed members, its
texts beyond a type, and the numbers of its constants and described members, below zero."""
_DEVIATION = 10
"""A deviation takes as long as so many values."""


@dataclass(slots=True)
class Fit:
    """How well a value fits its type: what was counted while it was read."""

    deviations: int = 0
    additions: int = 0
    """The deviations that are members which the description lacks."""
    beyond: int = 0
    """Texts of the described format that the type of Python doesn't hold; no deviations."""
    undescribed: int = 0
    constants: int = 0
    described: int = 0

    def add(self, part: Fit) -> None:
        """Add what was counted in a part of the value."""
        self.deviations += part.deviations
        self.additions += part.additions
        self.beyond += part.beyond
        self.undescribed += part.undescribed
        self.constants += part.constants
        self.described += part.described

    @property
    def is_exact(self) -> bool:
        """True if the value is as described."""
        return not (self.deviations or self.undescribed or self.beyond)

    @property
    def rank(self) -> Rank:
        """How badly the value fits its type."""
        worst = BEYOND if self.beyond else 0
        if self.additions:
            worst = ADDITION
        if self.deviations > self.additions:
            worst = CONTRADICTION
        faults = self.deviations + self.undescribed
        return worst, faults, self.beyond, -self.constants, -self.described


class Notes:
    """The deviations in a value."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.fit = Fit()
        self.is_trial = False
        """True while a branch of a union is tried, whose deviations are counted only."""
        self.path: list[str | int] = []
        """The way to the value that is read."""
        self.indices: list[int] = []
        """Those of the items on the way."""
        self.best: dict[Any, Any] = {}
        """The branches that fit best, by the data and the union."""
        self.shapes: dict[Any, Any] = {}
        """The order of the branches of unions, by the names of an object's members."""
        self._entries: dict[tuple[Any, ...], tuple[list[int], int]] = {}
        """The first indices and the count by the rule and the way."""

    def add(self, rule: str, *names: str, count: int = 1, is_beyond: bool = False) -> None:
        """Add a deviation of the value that is read, or of a member of it.

        A text that the type of Python doesn't hold ``is_beyond`` it.
        """
        self.budget.spend(_DEVIATION)
        self.fit.deviations += count - is_beyond
        self.fit.beyond += is_beyond
        if not self.is_trial:
            key = rule, *self.path, *names
            if key not in self._entries:
                self._entries[key] = [*self.indices], count

    def add_other(self, data: Any) -> None:
        """Add that data is of another type."""
        self.add("nullable/added" if data is None else "type/changed")
        self.add_inner(data)

    def add_inner(self, data: Any) -> None:
        """Count the members or the items of what is of another type as undescribed."""
        if type(data) in (dict, list):
            self.fit.undescribed += len(data)

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """Yield the rule, the pointer and the count of each; of items of a list the first one."""
        for (rule, *path), (indices, count) in self._entries.items():
            yield rule, _pointer(path, indices), count


def _pointer(path: Sequence[str | int], indices: Sequence[int]) -> str:
    """Return a pointer (RFC 6901 §3)."""
    remaining = iter(indices)
    pointer = ""
    for step in path:
        name = str(next(remaining)) if step is ITEM else str(step)
        pointer += "/" + name.replace("~", "~0").replace("/", "~1")
    return pointer
