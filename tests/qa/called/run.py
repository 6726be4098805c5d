"""Compare the operations that `ls --code` lists with labels made by hand, of real programs.

    python -m tests.qa.called.run DESCRIPTIONS [NAME …] [--verbose]

``distributions.toml`` names distributions of the package index, whose programs call an API by hand,
with the description of that API: a file below ``DESCRIPTIONS``, or one of an npm package. pip and
npm fetch them into a temporary folder, or into the one that ``SPECLOCK_CALLED`` names.

``labels/NAME.tsv`` has one line for each call that was read: file, line, operation; ``?`` for a
call that isn't judged, since reading it doesn't tell one operation. Only files with labels are
judged. Exits with 1 if too few operations are listed, or too many wrong ones.

The lines that name parameters and members are compared with ``members/NAME.tsv``, where there is
such a file: ``member_lines.py``. The lines that changes of the descriptions break are compared with
``changes.toml``: ``broken_lines.py``.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.project.services.comparison.called import CalledList, CallingProgram, list_called
from generator.project.services.project.descriptions import SourceOptions
from tests.qa.called import broken_lines, member_lines
from tests.qa.called.distributions import Distribution, IndexUnreachable, read_distributions
from tests.qa.called.score import Score

LABELS = Path(__file__).with_name("labels")
LOWEST = {"first": (0.85, 0.97), "last": (0.75, 0.95)}
"""The lowest recall and precision, of the distributions that were labelled before the code was
changed after them, and of those labelled after that.
"""


def read_labels(name: str) -> dict[tuple[str, int], set[str]]:
    """Return the operations of each place that is labelled."""
    labels: dict[tuple[str, int], set[str]] = defaultdict(set)
    with (LABELS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            labels[row["file"], int(row["line"])].add(row["operation"])
    return labels


def judged(name: str, called: CalledList, folder: Path, *, is_verbose: bool) -> Score:
    """Return the score of a program; prints what is missed and what is wrong if it is verbose."""
    labels = read_labels(name)
    files = {file for file, _ in labels}
    listed: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in called.operations:
        for place in row.places:
            listed[_place(place, folder)].add(f"{row.method} {row.path}")
    unsure = {_place(row.place, folder): "ambiguous" for row in called.ambiguous}
    unsure |= {_place(row.place, folder): "not understood" for row in called.unknown}
    score = Score()
    for at in sorted({*labels, *listed}):
        right, operations = labels.get(at, set()), listed.get(at, set())
        if "?" in right or at[0] not in files:
            continue
        reason = unsure.get(at, "wrong" if operations else "not listed")
        score.hits += len(right & operations)
        score.missed += len(right - operations)
        score.wrong += len(operations - right)
        for operation in right - operations:
            score.reasons[reason] += 1
            _print_call(is_verbose, name, at, f"missed ({reason})", operation)
        for operation in operations - right:
            _print_call(is_verbose, name, at, "wrong", operation)
    return score


def _place(text: str, folder: Path) -> tuple[str, int]:
    file, _, line = text.rpartition(":")
    return Path(file).resolve().relative_to(folder.resolve()).as_posix(), int(line)


def _print_call(
    is_verbose: bool, name: str, place: tuple[str, int], fact: str, operation: str
) -> None:
    if is_verbose:
        print(f"{name} {place[0]}:{place[1]}: {fact} {operation}")


def compare(distributions: Iterable[Distribution], work: Path, *, is_verbose: bool) -> int:
    """Print the figures of each program, and return the exit code."""
    totals: dict[str, Score] = {}
    members: dict[str, Score] = {}
    lines = Score(broken_lines.NOUN)
    for distribution in distributions:
        description = distribution.fetch_description(work)
        if description is None:
            print(f"{distribution.name}: no description at {distribution.description}")
            continue
        folder = distribution.fetch(work)
        program = CallingProgram([folder])
        (called,) = list_called(str(description), program, SourceOptions())
        score = judged(distribution.name, called, folder, is_verbose=is_verbose)
        print(f"{distribution.name:<18}{score}")
        totals.setdefault(distribution.labelled, Score()).add(score)
        if member_lines.has_members(distribution.name):
            score = member_lines.judged_members(
                distribution.name, description, folder, is_verbose=is_verbose
            )
            print(f"{'':<18}{score}")
            members.setdefault(distribution.labelled, Score("members")).add(score)
        score = broken_lines.judged_lines(
            distribution.name, description, folder, work, is_verbose=is_verbose
        )
        print(f"{'':<18}{score}")
        lines.add(score)
    are_low: list[bool] = []
    for scores, lowest in ((totals, LOWEST), (members, member_lines.LOWEST)):
        for name, total in scores.items():
            print(f"{f'all labelled {name}':<18}{total}")
            are_low.append(total.is_below(lowest[name]))
    print(f"{'all changes':<18}{lines}")
    are_low.append(lines.is_below(broken_lines.LOWEST))
    return int(any(are_low))


def main(arguments: Sequence[str]) -> int:
    """Measure the distributions, those of the arguments or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("descriptions", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    distributions = read_distributions(options.descriptions, options.names)
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(os.environ.get("SPECLOCK_CALLED", temporary))
        try:
            return compare(distributions, work, is_verbose=options.verbose)
        except IndexUnreachable as error:
            print(f"skipped: {error}")
            return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
