"""Problems with a place, a fact and a remedy, and the exceptions that carry them.

::

    SpeclockError
     +-- UsageError      a misused command or a wrong setting
     |    +-- LostEdits  edits by hand that a new client would remove
     +-- SpecError       a description that cannot be used, with every problem of the run
     |    +-- NewlyLeftOut   operations that would be left out from now on
     +-- Unreachable     an upstream document that couldn't be fetched
     +-- InternalError   a defect of speclock in generated code
     +-- Unsupported     one node that cannot be used; already recorded in the findings
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from .immutable import immutable
from .printable import on_one_line, shortened

VAGUE = "meta-schema"
"""The code of a violation of OpenAPI's meta-schema; other codes are more specific."""


@immutable(order=True)
class Place:
    """A file with a 1-based line and column, and the JSON pointer (RFC 6901) of the node there."""

    file: str
    line: int = 0
    column: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@immutable
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


@immutable
class ReachRemedies:
    """The remedies for a ``$ref`` to another host or out of the folder, as the command needs them.

    ``{host}`` and ``{folder}`` are that host and a folder with both files, ``{spec}`` is the
    description; all quoted for a shell.
    """

    remote: str = (
        "Copy the target into the description's folder and refer to the copy; or take it in, and "
        "use the result: speclock slice {spec} --operation '*' --remote {host} -o FILE"
    )
    root: str = (
        "Copy the file; or take it in, and use the result: speclock slice {spec} --operation '*' "
        "--root {folder} -o FILE"
    )

    @classmethod
    def options(cls) -> ReachRemedies:
        """Return those of a command with the options."""
        return cls(
            "Repeat the command with --remote {host}.", "Repeat the command with --root {folder}"
        )


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems by file, line and column, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.place))


class Located(Protocol):
    """An object with a place, which is computed only when there is something to report."""

    @property
    def place(self) -> Place: ...


class SpeclockError(Exception):
    """The base class of every error that speclock raises on purpose."""


class UsageError(SpeclockError):
    """A misused command or a wrong setting; the message contains the remedy."""


class LostEdits(UsageError):
    """Files that were edited by hand and that the new client doesn't have; nothing was written."""


class RecordError(ValueError):
    """A value that isn't as its type, for instance ``http must be one of httpx, httpx2``.

    ``path`` has the keys and indices of the value; ``remedy`` is a sentence or nothing. A key or a
    word that ``is_unknown`` may be one of a newer version.
    """

    def __init__(
        self, path: Sequence[str | int], fact: str, remedy: str = "", *, is_unknown: bool = False
    ) -> None:
        names: list[str] = []
        for key in path:
            if isinstance(key, str):
                names.append(key)
        super().__init__(f"{'.'.join(names)} {fact}".strip())
        self.path, self.fact, self.remedy = tuple(path), fact, remedy
        self.is_unknown = is_unknown


class UnknownSetting(UsageError):
    """A setting, or one of the words for a value, that this version doesn't have."""


class DeprecatedSetting(FutureWarning):
    """A setting that works, with another one that replaces it."""


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
    """A description that cannot be used.

    ``problems`` are all reasons found in this run, in the order of their places.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
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


class NewlyLeftOut(SpecError):
    """Operations that would be left out and that ``speclock.json`` doesn't record as such."""


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
        remedy = f"add {selectors} to `operations` in pyproject.toml"
        error.add_note(
            f"It happened at {node}. To leave that out, "
            f"{remedy if selectors else 'remove it with an overlay'}."
        )
        raise


@immutable
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


@dataclass(slots=True)
class Findings:
    """The warnings, assumptions and refusals of a run, each once and in order.

    A refusal inside :meth:`operation` leaves that operation out instead of stopping the run,
    unless it is ``required``.
    """

    strict: bool = False
    """True if nothing is assumed and no operation is left out: each is a refusal."""
    required: Collection[str] | None = None
    """The labels of the operations that are never left out; all if None."""
    package: str = ""
    """The client's, which replaces ``<package>`` in remedies."""
    refusals: list[Problem] = field(default_factory=list[Problem])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    _warnings: dict[Problem, bool] = field(default_factory=dict[Problem, bool])
    """The warnings, and if one is about an assumption."""
    _scope: Scope | None = None

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Everything that was recorded and doesn't stop the run."""
        return tuple(self._warnings)

    @property
    def assumed(self) -> tuple[Problem, ...]:
        """The warnings about values that were assumed in place of invalid ones."""
        return tuple(problem for problem, assumed in self._warnings.items() if assumed)

    def warn(self, code: str, where: Place | Located, fact: str, remedy: str) -> Problem:
        """Record and return a warning, which doesn't stop the run."""
        problem = self._problem(code, where, fact, remedy)
        self._warnings.setdefault(problem, False)
        return problem

    def assume(self, code: str, where: Place | Located, fact: str, remedy: str) -> None:
        """Record what is assumed in place of an invalid value; a refusal if ``strict``."""
        problem = self._problem(code, where, fact, remedy)
        if self.strict:
            self.add(problem)
        else:
            self._warnings[problem] = True

    def omit(self, code: str, where: Place | Located, fact: str, remedy: str) -> None:
        """Record a part of an operation, such as an optional parameter, that is left out."""
        problem = self._problem(code, where, fact, remedy)
        if problem not in self._warnings:
            self._warnings[problem] = False
            self.left_out.append(LeftOut(problem))

    def refuse(self, code: str, where: Place | Located, fact: str, remedy: str) -> Unsupported:
        """Record a refusal; raise the result to leave the node."""
        self.add(self._problem(code, where, fact, remedy))
        return Unsupported(fact)

    def _problem(self, code: str, where: Place | Located, fact: str, remedy: str) -> Problem:
        remedy = remedy.replace("<package>", self.package or "<package>")
        return Problem(code, fact, remedy, _place_of(where))

    def add(self, problem: Problem) -> None:
        """Record a refusal once."""
        refusals = self.refusals if self._scope is None else self._scope.refusals
        if problem not in refusals:
            refusals.append(problem)

    @contextmanager
    def operation(self, label: str, *, is_optional: bool = False) -> Generator[Scope]:
        """Open the scope of one operation, which suppresses ``Unsupported``.

        An optional one is left out if something in it is refused, even if all are required.
        """
        with self._part(label, is_optional) as scope, note_bug(f"the operation {label!r}", [label]):
            yield scope

    @contextmanager
    def schema(self, key: str) -> Generator[Scope]:
        """Open the scope of a schema that is generated by itself, as :meth:`operation` does."""
        with self._part(f"schema {key}") as scope, note_bug(f"the schema {key!r}", ()):
            yield scope

    @contextmanager
    def part(self, loss: str) -> Generator[Scope]:
        """Open the scope of a part that its operation can do without.

        What is refused in it is an assumption, whose fact begins with ``loss``. ``Unsupported`` is
        suppressed.
        """
        before, earlier = self._scope, self._counts()
        scope = self._scope = Scope(before.operation if before else "")
        try:
            with suppress(Unsupported):
                yield scope
        finally:
            self._scope = before
            if scope.failed:
                self._drop_since(earlier)
            for refusal in scope.refusals:
                self.assume(refusal.code, refusal.place, f"{loss}: {refusal.fact}", refusal.remedy)

    @contextmanager
    def _part(self, label: str, is_optional: bool = False) -> Generator[Scope]:
        scope, earlier = Scope(label), self._counts()
        self._scope = scope
        try:
            with suppress(Unsupported):
                yield scope
        finally:
            self._scope = None
            if scope.failed and not is_optional and self.is_required(label):
                for problem in scope.refusals:
                    self.add(problem)
            elif scope.failed:
                self._drop_since(earlier)
                self.left_out += [LeftOut(problem, label) for problem in scope.refusals]

    def _counts(self) -> tuple[int, int]:
        return len(self._warnings), len(self.left_out)

    def _drop_since(self, counts: tuple[int, int]) -> None:
        """Drop the findings about the parts of what is left out."""
        self.withdraw(self.warnings[counts[0] :])
        del self.left_out[counts[1] :]

    def withdraw(self, warnings: Iterable[Problem]) -> None:
        """Forget warnings that turn out to be about nothing that is used."""
        for problem in warnings:
            self._warnings.pop(problem, None)

    def is_required(self, label: str) -> bool:
        """Tell whether a refusal in the operation stops the run."""
        return self.strict or self.required is None or label in self.required

    def drop_vague(self) -> None:
        """Drop the violations of the meta-schema that a more specific problem is about."""
        vague = _vague(self.refusals, self.refusals)
        self.refusals = [problem for problem in self.refusals if problem not in vague]
        left_out = (left_out.problem for left_out in self.left_out)
        for problem in _vague(self._warnings, [*self._warnings, *self.refusals, *left_out]):
            del self._warnings[problem]

    def raise_refusals(self) -> None:
        """Raise :class:`SpecError` if there are refusals, with those of other operations too."""
        self.drop_vague()
        if self.refusals:
            others = [left_out.problem for left_out in self.left_out if left_out.operation]
            raise SpecError([*self.refusals, *others])


def _vague(problems: Iterable[Problem], known: Iterable[Problem]) -> set[Problem]:
    """Return those of the meta-schema about a node that is, or is beside, that of a known one."""
    nodes = {(p.place.file, p.place.pointer) for p in known if p.code != VAGUE}
    nodes |= {(file, pointer.rpartition("/")[0]) for file, pointer in nodes}
    vague: set[Problem] = set()
    for problem in problems:
        file, pointer = problem.place.file, problem.place.pointer
        at_or_beside = {(file, pointer), (file, pointer.rpartition("/")[0])}
        if problem.code == VAGUE and not nodes.isdisjoint(at_or_beside):
            vague.add(problem)
    return vague


def _place_of(where: Place | Located) -> Place:
    return where if isinstance(where, Place) else where.place
