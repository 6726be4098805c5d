"""Compare the lines that ``drift --code`` lists for a changed description with labels.

``changes.toml`` has small changes of the descriptions, each with the lines of a program that it
breaks, by reading the program. A change is made as an action of an OpenAPI Overlay, and compared
with the description as it is. A line counts once for each change.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.base.config import Client
from generator.project.services.comparison.drift import find_drift
from generator.reading.document.load import load, parse
from generator.reading.document.overlay.apply import apply_overlays
from generator.reading.document.tree import SourceFile
from tests.qa.called.score import Score

CHANGES = Path(__file__).with_name("changes.toml")
LOWEST = (0.90, 0.95)
"""The lowest recall and precision of the lines, of all programs together."""


@dataclass(frozen=True)
class LabelledChange:
    """A change of a description, and the lines that it breaks."""

    program: str
    target: str
    lines: Sequence[str]
    remove: bool = False
    update: Mapping[str, object] = field(default_factory=dict[str, object])
    move: str = ""
    """The path that the operations get, which were at the target."""

    def applied(self, description: SourceFile) -> SourceFile:
        """Return a changed copy of a description."""
        document = {"overlay": "1.1.0", "info": {"title": "t", "version": "1"}}
        document["actions"] = [*self._actions()]
        overlay = parse(json.dumps(document).encode(), path=Path("overlay.json"), name="overlay")
        return apply_overlays(description, [overlay])

    def _actions(self) -> Iterator[Mapping[str, object]]:
        if self.move:
            yield {"target": "$.paths", "update": {self.move: {}}}
            yield {"target": f"$.paths['{self.move}']", "copy": self.target}
        if self.update:
            yield {"target": self.target, "update": self.update}
        else:
            yield {"target": self.target, "remove": True}


def read_changes(program: str) -> list[LabelledChange]:
    """Return the changes of a program."""
    rows = tomllib.loads(CHANGES.read_text(encoding="utf-8"))["change"]
    return [LabelledChange(**row) for row in rows if row["program"] == program]


def judged_lines(
    program: str, description: Path, folder: Path, work: Path, *, is_verbose: bool
) -> Score:
    """Return the score of a program; prints what is missed and what is wrong if it is verbose."""
    score = Score("lines that break")
    source = load(description)
    revision = work / f"{program}-changed.json"
    for change in read_changes(program):
        revision.write_text(json.dumps(change.applied(source).root), encoding="utf-8")
        listed = _lines(description, revision, folder)
        labelled = set(change.lines)
        score.hits += len(labelled & listed)
        score.missed += len(labelled - listed)
        score.wrong += len(listed - labelled)
        for fact, lines in (("missed", labelled - listed), ("wrong", listed - labelled)):
            for line in sorted(lines) if is_verbose else ():
                print(f"{program} {line}: {fact}: {change.target}")
    revision.unlink(missing_ok=True)
    return score


def _lines(description: Path, revision: Path, folder: Path) -> set[str]:
    """Return the lines of a program that the report has, of all changes."""
    result = find_drift(
        Client(""), folder, base=str(description), revision=str(revision), code=[folder]
    )
    lines: set[str] = set()
    for change in result.report.changes:
        for use in change.uses:
            lines.add(f"{use.place.file}:{use.place.line}")
    return lines
