"""Problems with a place, a fact and a remedy, and the exceptions that carry them.

::

    SpeclockError
     +-- UsageError      a misused command or a wrong setting
     +-- SpecError       a description that cannot be used, with every problem of the run
     +-- Unreachable     an upstream document that couldn't be fetched
     +-- InternalError   a defect of speclock in generated code
     +-- Unsupported     one node that cannot be used; already recorded in the findings
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from .printable import on_one_line, shortened

META = "meta-schema"
"""The code of a violation of OpenAPI's meta-schema; other codes are more specific."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file with a 1-based line and column, and the JSON pointer (RFC 6901) of the node there."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code, a place, a fact and the remedy."""

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
    """An object with a place, which is computed only when there is something to report."""

    @property
    def place(self) -> Place: ...


class SpeclockError(Exception):
    """The base class of every error that speclock raises on purpose."""


class UsageError(SpeclockError):
    """A misused command or a wrong setting; the message contains the remedy."""


class Unreachable(SpeclockError):
    """An upstream document that couldn't be fetched, so that nothing is known about changes.

    ``url`` holds no secrets; ``fact`` is a phrase, ``remedy`` a sentence.
    """

    def __init__(self, url: str, fact: str, remedy: str) -> None:
        self.url = on_one_line(url)
        self.fact = on_one_line(fact)
        self.remedy = on_one_line(remedy)
        super().__init__(f"{self.url}: {shortened(self.fact, 400)}. {self.remedy}")


class SpecError(SpeclockError):
    """A description that cannot be used; ``problems`` are all reasons found in this run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    @classmethod
    def of(cls, code: str, place: Place, fact: str, remedy: str) -> SpecError:
        """Return the error of one problem."""
        return cls([Problem(code, fact, remedy, place)])


class InternalError(SpeclockError):
    """A defect of speclock in the code that it generates; nothing is written.

    ``fact`` is the fault, with its place.
    """

    def __init__(self, fact: str) -> None:
        self.fact = fact
        super().__init__(
            f"internal error: {fact}; nothing was written. Please report it with the description."
        )


class Unsupported(SpeclockError):
    """A node that cannot be used; the problem is recorded, and the caller leaves the node out."""


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
    """A selected operation that isn't in the output, or a part of one at the problem's place."""

    problem: Problem
    operation: str = ""
    """Empty for a part of an operation."""


@dataclass(slots=True)
class Scope:
    """The refusals recorded while one operation is read or built."""

    operation: str
    refusals: list[Problem] = field(default_factory=list[Problem])

    @property
    def failed(self) -> bool:
        """Return whether the operation has to be left out."""
        return bool(self.refusals)


def _is_beside(one: Place, other: Place) -> bool:
    """Return whether two places are one node, or a node and its member."""
    pointers = {one.pointer, other.pointer}
    parents = {one.pointer.rpartition("/")[0], other.pointer.rpartition("/")[0]}
    return one.file == other.file and (len(pointers) == 1 or not pointers.isdisjoint(parents))


@dataclass(slots=True)
class Findings:
    """The warnings and refusals of a run, each once and in order.

    A refusal inside :meth:`operation` whose code is in ``accepted`` doesn't stop the run: the
    operation is recorded in ``left_out``, and the caller leaves it out.
    """

    accepted: frozenset[str] = frozenset()
    warnings: list[Problem] = field(default_factory=list[Problem])
    refusals: list[Problem] = field(default_factory=list[Problem])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    _scope: Scope | None = None

    def warn(self, code: str, where: Place | Located, fact: str, remedy: str) -> None:
        """Record a warning, which doesn't stop the run."""
        place = where if isinstance(where, Place) else where.place
        problem = Problem(code, fact, remedy, place)
        if problem not in self.warnings:
            self.warnings.append(problem)

    def omit(self, code: str, where: Located, fact: str, remedy: str) -> None:
        """Record a part of an operation, such as an optional parameter, that is left out."""
        problem = Problem(code, fact, remedy, where.place)
        if problem not in self.warnings:
            self.warnings.append(problem)
            self.left_out.append(LeftOut(problem))

    def refuse(self, code: str, where: Place | Located, fact: str, remedy: str) -> Unsupported:
        """Record a refusal, which stops the run at its end; raise the result to leave the node."""
        place = where if isinstance(where, Place) else where.place
        self.add(Problem(code, fact, remedy, place))
        return Unsupported(fact)

    def add(self, problem: Problem) -> None:
        """Record a refusal once; one of the meta-schema gives way to a more specific one."""
        refusals = self.refusals if self._scope is None else self._scope.refusals
        if problem in refusals:
            return
        if problem.code == META:
            if any(_is_beside(problem.place, other.place) for other in refusals):
                return
        else:
            vague = [o for o in refusals if o.code == META and _is_beside(o.place, problem.place)]
            refusals[:] = [other for other in refusals if other not in vague]
        refusals.append(problem)

    @contextmanager
    def operation(self, label: str) -> Generator[Scope]:
        """Open the scope of one operation, which suppresses ``Unsupported``."""
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
            if scope.failed and not stops:  # findings about its parts are dropped with it
                del self.warnings[warnings:], self.left_out[left_out:]
                self.left_out += [LeftOut(problem, label) for problem in scope.refusals]

    def raise_refusals(self) -> None:
        """Raise :class:`SpecError` if there are refusals."""
        if self.refusals:
            raise SpecError(self.refusals)
