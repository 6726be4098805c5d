"""Programs in the style of public code, whose comments name the operations that each line calls.

``# calls a b`` expects the operations ``a`` and ``b``; ``# maybe a b`` a call that is ambiguous
between them; ``# unknown`` one that isn't understood. No other line may be listed.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.project.services.comparison.called import CalledList, CallingProgram, list_called
from generator.project.services.project.descriptions import SourceOptions

HERE = Path(__file__).parent
HARBOUR = HERE / "harbour.yaml"
PROGRAMS = sorted((HERE / "programs").glob("*.py.txt"))
_LABEL = re.compile(r"# (calls|maybe|unknown)\b(.*)")


def labels(text: str) -> list[str]:
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := _LABEL.search(line):
            lines.append(" ".join([f"{number:03}", match[1], *sorted(match[2].split())]))
    return lines


def listed(called: CalledList) -> list[str]:
    by_line: dict[int, list[str]] = {}
    for operation in called.operations:
        for place in operation.places:
            by_line.setdefault(line_of(place), []).append(operation.id)
    lines = [" ".join([f"{line:03}", "calls", *sorted({*ids})]) for line, ids in by_line.items()]
    for row in called.ambiguous:
        lines.append(" ".join([f"{line_of(row.place):03}", "maybe", *sorted(row.candidates)]))
    lines += [f"{line_of(row.place):03} unknown" for row in called.unknown]
    return sorted(lines)


def line_of(place: str) -> int:
    return int(place.rpartition(":")[2])


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name.partition(".")[0])
def test_lines_are_listed_with_their_operations(program: Path, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    text = program.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")
    (called,) = list_called(str(HARBOUR), CallingProgram([file]), SourceOptions())
    assert listed(called) == labels(text)
