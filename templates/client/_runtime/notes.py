"""Deviations in a value, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .budget import Budget

Place = tuple[Any, str | int]
"""The place of the container, and the name or the index in it."""
ROOT: Place = (None, "")
"""The place of a whole value."""
_Entry = tuple[str, Place, int]
"""A rule, its place, and how many members it is about."""
BEYOND, ADDITION, CONTRADICTION = 1, 2, 3
"""The kinds of deviations: a text beyond a type of Python, a member that the description lacks but
admits (JSON Schema 2020-12 core §10.3.2.3), and what it doesn't admit."""
Rank = tuple[int, int, int, float, float]
"""How badly a value fits a branch: its worst deviation, its deviations and undescribed members, its
texts beyond a type, and the numbers of its constants and described members, below zero."""
_DEVIATION = 10
"""A deviation takes as long as so many values."""
_MANY = 1000
"""How many deviations are remembered before those of the same place and rule are forgotten."""


class Notes:
    """The deviations in a value, and how well it fits its type."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.is_whole = True
        """False for those of a branch that is tried."""
        self.unions: dict[Any, tuple[Any, Notes]] = {}
        """The values of unions in a union, by the data and the union."""
        self.shapes: dict[Any, Any] = {}
        """The order of the branches of unions, by the names of an object's members."""
        self.deviations = self.described = self.undescribed = self.constants = 0
        self.additions = 0
        """The deviations that are members which the description lacks."""
        self.beyond = 0
        """Texts of the described format that the type of Python doesn't hold; no deviations."""
        self._entries: list[_Entry | Notes] = []
        self._seen: set[tuple[str, str, int]] | None = None
        """The rules and places of entries; the place of items is their list."""
        self._most = _MANY

    def part(self) -> Notes:
        """Return the notes of a branch that is tried, which knows of the unions in the whole."""
        part = Notes(self.budget)
        part.is_whole = False
        part.unions, part.shapes = self.unions, self.shapes
        return part

    def add(self, rule: str, place: Place, count: int = 1, *, is_beyond: bool = False) -> None:
        """Add a deviation, or a text that the type of Python doesn't hold."""
        self.budget.spend(_DEVIATION)
        self.deviations += count - is_beyond
        self.beyond += is_beyond
        parent, name = place
        key = rule, "", id(parent)
        if isinstance(name, str):
            key = rule, name, id(parent[0] if parent and type(parent[1]) is int else place)
        if self._seen is None:
            self._seen = set()
        if key not in self._seen:
            self._seen.add(key)
            self._remember((rule, place, count))

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

    def add_other(self, data: Any, place: Place) -> None:
        """Add that data is of another type."""
        self.add("nullable/added" if data is None else "type/changed", place)
        self.add_inner(data)

    def add_inner(self, data: Any) -> None:
        """Count the members or the items of what is of another type as undescribed."""
        if type(data) in (dict, list):
            self.undescribed += len(data)

    def add_all(self, part: Notes) -> None:
        """Add what was noted of a part of the value."""
        self.deviations += part.deviations
        self.additions += part.additions
        self.beyond += part.beyond
        self.described += part.described
        self.undescribed += part.undescribed
        self.constants += part.constants
        if part._entries:
            self._remember(part)

    def _remember(self, entry: _Entry | Notes) -> None:
        """Remember an entry; of very many, forget those with the same rule and place as another."""
        self._entries.append(entry)
        if len(self._entries) > self._most:
            self._entries = [*self._first_entries()]
            self._seen = None  # a place that isn't remembered isn't told from another
            self._most = _MANY + 2 * len(self._entries)

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """Yield the rule, the pointer and the count of each; of items of a list the first one."""
        for rule, place, count in self._first_entries():
            yield rule, _pointer(place), count

    def _first_entries(self) -> Iterator[_Entry]:
        """Yield the first entry of each rule and place; all items of a list are one place."""
        shapes: dict[Any, int] = {}
        seen: set[tuple[str, int]] = set()
        stack = self._entries[::-1]
        while stack:
            entry = stack.pop()
            if isinstance(entry, Notes):
                stack += entry._entries[::-1]
                continue
            rule, place, _ = entry
            key = rule, _shape(place, shapes)
            if key not in seen:
                seen.add(key)
                yield entry


def _shape(place: Place, shapes: dict[Any, int]) -> int:
    """Return a number that is the same for all items of a list."""
    steps: list[Place] = []
    while place is not ROOT and id(place) not in shapes:
        steps.append(place)
        place = place[0]
    number = shapes.get(id(place), 0)
    for step in reversed(steps):
        name = step[1] if isinstance(step[1], str) else 0
        number = shapes[id(step)] = shapes.setdefault((number, name), len(shapes) + 1)
    return number


def _pointer(place: Place) -> str:
    """Return a pointer (RFC 6901 §3)."""
    steps: list[str] = []
    while place is not ROOT:
        steps.append("/" + str(place[1]).replace("~", "~0").replace("/", "~1"))
        place = place[0]
    return "".join(reversed(steps))
