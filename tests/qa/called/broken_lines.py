"""Compare the lines that ``drift --code`` lists for a changed description with labels.

``changes.toml`` has small changes of the descriptions, each with the lines of a program that it
breaks, by reading the program. A change is made as an action of an OpenAPI Overlay, and compared
with the description as it is. A line counts once for each change. Both have the paths that the
program calls alone, by the labels, since some descriptions have 12 MB.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.base.config import Client
from generator.project.services.comparison.drift import find_drift
from generator.reading.document.load import load, parse
from generator.reading.document.overlay.apply import apply_overlays
from generator.reading.document.tree import SourceFile
from tests.qa.called.score import Score

CHANGES = Path(__file__).with_name("changes.toml")
LABELS = Path(__file__).with_name("labels")
NOUN = "lines that break"
LOWEST = (0.92, 0.95)
"""The lowest recall and precision of the lines, of all programs together. The first run had 79 and
30 %. The wrong line is a call whose response a constructor passes to a method of subclasses.
"""


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
        document = {
            "overlay": "1.1.0",
            "info": {"title": "t", "version": "1"},
            "actions": [*self._actions()],
        }
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
    score = Score(NOUN)
    changes = read_changes(program)
    base, revision = work / f"{program}-base.json", work / f"{program}-changed.json"
    slice_ = _sliced(load(description).root, {*_labelled_paths(program), *map(_path_of, changes)})
    base.write_text(json.dumps(slice_), encoding="utf-8")
    source = load(base)
    for change in changes:
        revision.write_text(json.dumps(change.applied(source).root), encoding="utf-8")
        listed = _lines(base, revision, folder)
        labelled = set(change.lines)
        score.hits += len(labelled & listed)
        score.missed += len(labelled - listed)
        score.wrong += len(listed - labelled)
        for fact, lines in (("missed", labelled - listed), ("wrong", listed - labelled)):
            for line in sorted(lines) if is_verbose else ():
                print(f"{program} {line}: {fact}: {change.target}")
    base.unlink()
    revision.unlink(missing_ok=True)
    return score


# ── the paths of a large description that a program concerns ─────────────────────────────────


def _labelled_paths(program: str) -> Iterator[str]:
    """Yield the paths of the operations that a program calls, by its labels."""
    with (LABELS / f"{program}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["operation"].partition(" ")[2]


def _path_of(change: LabelledChange) -> str:
    """Return the path in the target of a change; empty for one of a component."""
    path = re.match(r"\$\.paths\['([^']+)'\]", change.target)
    return path[1] if path else ""


def _sliced(root: Mapping[str, Any], paths: Collection[str]) -> Mapping[str, Any]:
    """Return a description with some of its paths, and the components that these refer to."""
    kept = {path: item for path, item in root["paths"].items() if path in paths}
    components: dict[str, dict[str, Any]] = {}
    todo: list[Any] = [kept]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        if not isinstance(node, dict):
            continue
        todo += node.values()
        match str(node.get("$ref", "")).split("/"):
            case ["#", "components", kind, name]:
                if name not in components.setdefault(kind, {}):
                    components[kind][name] = root["components"][kind][name]
                    todo.append(components[kind][name])
            case _:
                pass
    slice_ = {**root, "paths": kept}
    if components:
        components["securitySchemes"] = root["components"].get("securitySchemes", {})
        slice_["components"] = components
    return slice_


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
