"""Raw differences, before they are judged: what was found at which pair of places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ...document.tree import Location
from ..changes import worst
from ..kinds import KINDS


@dataclass(frozen=True, slots=True)
class ApiSymbol:
    """Which part of the generated client a difference may show in.

    ``old`` and ``new`` are component keys (``member`` a wire name in it), or the labels of an
    operation (``member`` is ``in:name`` of a parameter, ``body``, or ``result``).
    """

    old: str
    new: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in one direction."""

    kind: str
    base: Location | None
    """Where the old part stands; None where there was none."""
    revision: Location | None
    message: str
    before: str = ""
    after: str = ""
    owner: ApiSymbol | None = None
    at: str = ""
    """The pointer in the base that stands for it: of the part, or of what it would be added to."""
    values: tuple[str, str] = ("", "")
    """What differs between the two, where that is less than ``before`` and ``after`` show."""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What tells it from other differences, and stays when others come and go beside it."""
        return (
            self.kind,
            self.at,
            *(self.values if any(self.values) else (self.before, self.after)),
        )


@dataclass(eq=False, slots=True)
class Comparison:
    """Two schemas compared in one direction, and the pairs of their parts."""

    direction: str
    found: list[Difference] = field(default_factory=list[Difference])
    inner: list[Comparison] = field(default_factory=list["Comparison"])

    def all(self) -> Iterator[Comparison]:
        """This pair and every one that its parts lead to, each once."""
        seen: set[int] = set()
        todo: list[Comparison] = [self]
        while todo:
            pair = todo.pop()
            if id(pair) not in seen:
                seen.add(id(pair))
                yield pair
                todo += reversed(pair.inner)

    @property
    def wire(self) -> str:
        """The gravest level of anything found here or further in."""
        return worst(
            [
                KINDS[found.kind].side(pair.direction).wire
                for pair in self.all()
                for found in pair.found
                if not found.kind.startswith("docs/")
            ]
        )
