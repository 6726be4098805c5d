"""What ``cases.tsv`` asks for, as far as its words say which outcomes are allowed."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

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
        alternative = r"\bor (accept|drop|emit|finish|ignore|sanitise|sanitize)"
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
