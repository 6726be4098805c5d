"""A case and all that is known about it: what the checks look at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tests.qa.hostile import output
from tests.qa.hostile.document import Document, Pointer
from tests.qa.hostile.rules import Case
from tests.qa.hostile.trial import Room, Trial

NEAR = 3
"""A refusal names a node: its first key may stand some lines from the telling one."""


@dataclass
class Look:
    """A case and all that is known about it."""

    case: Case
    document: Document
    trial: Trial
    room: Room
    frame: frozenset[str]

    @property
    def must(self) -> str:
        """What must happen, in small letters."""
        return self.case.must.lower()

    @cached_property
    def roots(self) -> set[Pointer]:
        """What the operations use."""
        return self.document.used()

    @cached_property
    def output(self) -> output.Output:
        """What was emitted."""
        return output.read(self.trial, {s.text for s in self.document.scalars})

    def reported(self, line: int, kind: str = "") -> bool:
        """Whether a problem stands at a line or near it."""
        return any(
            abs(problem.line - line) <= NEAR and kind in ("", problem.kind)
            for problem in self.trial.problems
        )

    def refused_at(self, line: int) -> bool:
        """Whether a problem names this very line, in its place or in its words.

        What the table wants refused may be left out or assumed away instead: then a warning tells.
        """
        return any(
            problem.line == line or re.search(rf"\bline {line}\b", problem.fact + problem.remedy)
            for problem in self.trial.problems
        )

    def is_used(self, pointer: Pointer) -> bool:
        """Whether an operation uses the node."""
        return self.document.is_used(pointer, self.roots)
