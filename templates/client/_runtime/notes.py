"""Deviations in a value, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Place = tuple[Any, str | int]
"""The place of the container, and the name or the index in it."""
ROOT: Place = (None, "")
"""The place of a whole value."""


class Notes:
    """The deviations in a value, and how well it fits its type."""

    def __init__(self, unions: dict[Any, tuple[Any, Notes]]) -> None:
        self.unions = unions
        """The values of unions, by the data and the union."""
        self.deviations = self.described = self.undescribed = 0
        self.beyond = 0
        """Texts of the described format that the type of Python doesn't hold; no deviations."""
        self._entries: list[tuple[str, Place, int] | Notes] = []

    def add(self, rule: str, place: Place, count: int = 1, *, is_beyond: bool = False) -> None:
        self.deviations += count - is_beyond
        self.beyond += is_beyond
        self._entries.append((rule, place, count))

    def add_inner(self, data: Any) -> None:
        """Count the members or the items of what is of another type as undescribed."""
        self.undescribed += len(data) if type(data) in (dict, list) else 0

    def add_all(self, part: Notes) -> None:
        """Add what was noted of a part of the value."""
        self.deviations += part.deviations
        self.beyond += part.beyond
        self.described += part.described
        self.undescribed += part.undescribed
        self._entries.append(part)

    def __iter__(self) -> Iterator[tuple[str, str, int]]:
        """Yield the rule, the pointer and the count of each; of items of a list the first one."""
        shapes: dict[Any, int] = {}
        seen: set[tuple[str, int]] = set()
        stack = self._entries[::-1]
        while stack:
            entry = stack.pop()
            if isinstance(entry, Notes):
                stack += entry._entries[::-1]
                continue
            rule, place, count = entry
            key = rule, _shape(place, shapes)
            if key not in seen:
                seen.add(key)
                yield rule, _pointer(place), count


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
