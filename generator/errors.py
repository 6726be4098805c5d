"""What can go wrong, each with the place, the fact and the remedy.

A :class:`Problem` is one finding; :class:`Findings` collects them so that a run reports all of
them, not the first only; :class:`SpecError` carries the fatal ones to the command line.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from .printable import on_one_line, shortened

META = "meta-schema"
"""The code of what OpenAPI's meta-schema forbids; whoever knows the object says it better."""


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

    def __post_init__(self) -> None:
        for name in ("fact", "remedy"):
            object.__setattr__(self, name, on_one_line(getattr(self, name)))

    def __str__(self) -> str:
        pointer = f" (#{shortened(self.place.pointer, 200)})" if self.place.pointer else ""
        return (
            f"{self.place}: {shortened(self.fact, 400)}{pointer} [{self.code}]\n"
            f"  {shortened(self.remedy, 400)}"
        )


class Located(Protocol):
    """A node that can say where it stands; asked only when there is something to report."""

    @property
    def place(self) -> Place: ...


class SpeclockError(Exception):
    """Base of every error that speclock raises on purpose."""


class UsageError(SpeclockError):
    """A misused command or a wrong configuration; the text says what to write instead."""


class Unreachable(SpeclockError):
    """An upstream document couldn't be had: a state of its own, never "nothing has changed".

    ``url`` holds no secrets; ``fact`` is a phrase, ``remedy`` a sentence.
    """

    def __init__(self, url: str, fact: str, remedy: str) -> None:
        self.url = on_one_line(url)
        self.fact = on_one_line(fact)
        self.remedy = on_one_line(remedy)
        super().__init__(f"{self.url}: {shortened(self.fact, 400)}. {self.remedy}")


class SpecError(SpeclockError):
    """The description can't be used; ``problems`` lists every reason found in this run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Unsupported(SpeclockError):
    """Unwinds to the nearest place that can go on; the problem is already recorded."""


@contextmanager
def note_bug(node: str, users: Iterable[str]) -> Generator[None]:
    """Add to an exception that is a bug at which node it happened, and how to leave that out.

    ``users`` are the labels of the operations that use the node.
    """
    try:
        yield
    except SpeclockError:
        raise
    except Exception as error:
        selectors = ", ".join(f'"!{label}"' for label in users)
        error.add_note(
            f"It happened at {node}. To leave that out, add {selectors} to `operations` in "
            "pyproject.toml."
        )
        raise


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What isn't in the output although it was selected: an operation, or a part named by pointer.

    ``operation`` is empty where something smaller was left out: the problem's place says what.
    """

    problem: Problem
    operation: str = ""


@dataclass(slots=True)
class Scope:
    """The refusals made while one operation was read or built."""

    operation: str
    refusals: list[Problem] = field(default_factory=list[Problem])

    @property
    def failed(self) -> bool:
        """Whether the operation can't be emitted."""
        return bool(self.refusals)


def _is_beside(one: Place, other: Place) -> bool:
    """Whether two places are one node, or a node and its member."""
    pointers = {one.pointer, other.pointer}
    parents = {one.pointer.rpartition("/")[0], other.pointer.rpartition("/")[0]}
    return one.file == other.file and (len(pointers) == 1 or not pointers.isdisjoint(parents))


@dataclass(slots=True)
class Findings:
    """Collects warnings and refusals over a run, in the order found, each once.

    A refusal inside :meth:`operation` whose code is in ``accepted`` doesn't stop the run: the
    operation is recorded in ``left_out`` instead, and who opened the scope leaves it out.
    """

    accepted: frozenset[str] = frozenset()
    warnings: list[Problem] = field(default_factory=list[Problem])
    refusals: list[Problem] = field(default_factory=list[Problem])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    _scope: Scope | None = None

    def warn(self, code: str, where: Place | Located, fact: str, remedy: str) -> None:
        """Record something the user should know that doesn't stop the run."""
        place = where if isinstance(where, Place) else where.place
        problem = Problem(code, fact, remedy, place)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def omit(self, code: str, where: Located, fact: str, remedy: str) -> None:
        """Record a small part, say an optional parameter, that is left out of the output."""
        problem = Problem(code, fact, remedy, where.place)
        if problem not in self.warnings:
            self.warnings.append(problem)
            self.left_out.append(LeftOut(problem))

    def refuse(self, code: str, where: Place | Located, fact: str, remedy: str) -> Unsupported:
        """Record something that stops the run at its end; raise the result to leave the node."""
        place = where if isinstance(where, Place) else where.place
        self.add(Problem(code, fact, remedy, place))
        return Unsupported(fact)

    def add(self, problem: Problem) -> None:
        """Record a refusal that was made elsewhere; each fault once, in the better words."""
        refusals = self.refusals if self._scope is None else self._scope.refusals
        if problem in refusals:
            return
        if problem.code == META:
            if not any(_is_beside(problem.place, other.place) for other in refusals):
                refusals.append(problem)
            return
        vague = [o for o in refusals if o.code == META and _is_beside(o.place, problem.place)]
        for other in vague:
            refusals.remove(other)
        refusals.append(problem)

    @contextmanager
    def operation(self, label: str) -> Generator[Scope]:
        """The scope of one operation; ``Unsupported`` ends there."""
        scope = self._scope = Scope(label)
        warnings, left_out = len(self.warnings), len(self.left_out)
        try:
            with suppress(Unsupported), note_bug(f"the operation {label!r}", [label]):
                yield scope
        finally:
            self._scope = None
            stops = [problem for problem in scope.refusals if problem.code not in self.accepted]
            for problem in stops:
                self.add(problem)
            if scope.failed and not stops:  # what was said of its parts goes with it
                del self.warnings[warnings:], self.left_out[left_out:]
                self.left_out += [LeftOut(problem, label) for problem in scope.refusals]

    def raise_refusals(self) -> None:
        """Raise :class:`SpecError` with every refusal so far, if there is one."""
        if self.refusals:
            raise SpecError(self.refusals)
