"""What can go wrong, each with the place, the fact and the remedy.

A :class:`Problem` is one finding; :class:`Findings` collects them so that a run reports all of
them, not the first only; :class:`SpecError` carries the fatal ones to the command line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file: 1-based line and column, and the JSON pointer (RFC 6901) of the node."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: a stable code, the place, what is the case, and what to do about it."""

    code: str
    fact: str
    remedy: str
    place: Place

    def __str__(self) -> str:
        pointer = f" (#{self.place.pointer})" if self.place.pointer else ""
        return f"{self.place}: {self.fact}{pointer} [{self.code}]\n  {self.remedy}"


class Located(Protocol):
    """A node that can say where it stands; asked only when there is something to report."""

    @property
    def place(self) -> Place: ...


class SpeclockError(Exception):
    """Base of every error that speclock raises on purpose."""


class UsageError(SpeclockError):
    """A misused command or a wrong configuration; the text says what to write instead."""


class SpecError(SpeclockError):
    """The description can't be used; ``problems`` lists every reason found in this run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Unsupported(SpeclockError):
    """Unwinds to the nearest place that can go on; the problem is already recorded."""


@dataclass(slots=True)
class Findings:
    """Collects warnings and refusals over a run, in the order found, each once."""

    warnings: list[Problem] = field(default_factory=list[Problem])
    refusals: list[Problem] = field(default_factory=list[Problem])

    def warn(self, code: str, where: Place | Located, fact: str, remedy: str) -> None:
        """Record something the user should know that doesn't stop the run."""
        place = where if isinstance(where, Place) else where.place
        problem = Problem(code, fact, remedy, place)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def refuse(self, code: str, where: Place | Located, fact: str, remedy: str) -> Unsupported:
        """Record something that stops the run at its end; raise the result to leave the node."""
        place = where if isinstance(where, Place) else where.place
        problem = Problem(code, fact, remedy, place)
        if problem not in self.refusals:
            self.refusals.append(problem)
        return Unsupported(fact)

    def raise_refusals(self) -> None:
        """Raise :class:`SpecError` with every refusal so far, if there is one."""
        if self.refusals:
            raise SpecError(self.refusals)
