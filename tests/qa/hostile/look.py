"""A case of ``cases.tsv`` and all that is known about it: what the checks look at."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.qa.hostile import output
from tests.qa.hostile.document import Document, Pointer
from tests.qa.hostile.trial import Room, Trial

TABLE = "cases.tsv"


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table."""

    path: Path
    group: str
    title: str
    must: str
    """What must happen, in the table's words."""

    @property
    def may_refuse(self) -> bool:
        """Whether a refusal is an answer at all."""
        return "refus" in self.must.lower()

    @property
    def may_emit(self) -> bool:
        """Whether output is an answer: not where refusing is all that is asked."""
        must = self.must.lower()
        if "refused at generation" in must:
            return False
        # Of Swagger 2.0 the table wants a conversion, but it is read as it is.
        alternative = r"\bor (accept|drop|emit|finish|ignore|sanitise|sanitize)|convert first"
        return not (must.startswith("refuse") and not re.search(alternative, must))

    @property
    def must_be_located(self) -> bool:
        """Whether a refusal must name a line: not where the file as a whole is at fault."""
        return not re.search(r"in one line|one clear line", self.must) or "with line" in self.must


def load(folder: Path) -> list[Case]:
    """The table's cases; raises OSError or KeyError where there is no such table."""
    with (folder / TABLE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    specs = folder / "specs" if (folder / "specs").is_dir() else folder
    return [
        Case(specs / row["file"], row["group"], row["input"], row["must happen"]) for row in rows
    ]


def skeleton(cases: list[Case]) -> frozenset[str]:
    """Lines that many of the files share: the harmless frame that the constructs stand in."""
    counts: dict[str, int] = {}
    for case in cases:
        text = case.path.read_bytes().decode(errors="replace")
        for line in {line.strip() for line in text.splitlines()}:
            counts[line] = counts.get(line, 0) + 1
    enough = max(3, len(cases) // 5)
    return frozenset(line for line, count in counts.items() if count >= enough)


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
