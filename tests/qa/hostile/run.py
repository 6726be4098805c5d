"""Try each hostile description of a folder: sound output or a located refusal, and nothing else.

FOLDER holds `cases.tsv` (columns: file, group, input, must happen) and the files, in `specs/` or
beside it. Each is generated in a scratch folder with a home of its own, under an audit hook that
notes network, programs, foreign files and modules that the description names; then the package is
imported with warnings as errors and its generated tests run, under the same guard.

A description that is refused for having no operation is tried again with one that uses its schemas.

Of every case it is asked:
  - output or refusal (exit code 0 or 2), as the words of "must happen" allow; no traceback
  - generate within 10 s of processor time and 1 GiB
  - nothing run, fetched, read or written outside; no file left anywhere else
  - output that compiles, imports, passes its tests and gives the description's texts back as
    literals, never as code or comment; nothing missing without a warning at its line
  - each refusal with file, line, column and remedy, at a line of the construct
  - what the words of "must happen" ask besides: tests/qa/hostile/checks.py
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.hostile import checks, document, variants
from tests.qa.hostile.look import TABLE, Case, Look, load, skeleton
from tests.qa.hostile.trial import Room, Trial, attempt
from tests.qa.runner import command

COLUMNS = (("case", 46), ("group", 20), ("outcome", 8), ("seconds", 7), ("MiB", 5))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = command.parser(
        __doc__, "every case is as it must be", "a case isn't", f"contains {TABLE}"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave what was made there")
    options, chosen = command.parse(
        parser, arguments, _cases, lambda case: case.path.name, is_named=str.startswith
    )
    lost = [case.path.name for case in chosen if not case.path.is_file()]
    if lost:
        parser.error(f"{TABLE} names {lost[0]}, which isn't there")
    frame = skeleton(_cases(options.folder))
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        scratch = (options.keep or Path(temporary)).resolve()
        work = partial(_row, scratch=scratch, frame=frame)
        results = command.spread(ThreadPoolExecutor(options.jobs), work, chosen)
        return command.print_all(COLUMNS, len(chosen), results)


def _cases(folder: Path) -> list[Case]:
    return load(folder) if (folder / TABLE).is_file() else []


def _row(case: Case, scratch: Path, frame: frozenset[str]) -> tuple[tuple[object, ...], list[str]]:
    """Try a case; return the cells of its row, and what must happen with what is wrong."""
    trial, faults = _tried(case, scratch, frame)
    outcome = "FAIL" if faults else "output" if trial.emitted else "refusal"
    ended = trial.generated
    cost = f"{ended.processor:.1f}", f"{ended.mebibytes:.0f}"
    faults = [f"must: {case.must}", *faults] if faults else []
    return (case.path.name, case.group[:20], outcome, *cost), faults


def _tried(case: Case, scratch: Path, frame: frozenset[str]) -> tuple[Trial, list[str]]:
    read = document.read(case.path)
    words = " ".join(sorted(set(re.findall(r"[A-Za-z_]\w*", read.text[:200_000]))))
    folder = scratch / case.path.name
    room = Room(folder, case.path, words[:100_000])
    trial = attempt(room)
    faults = [*trial.faults, *checks.check(Look(case, read, trial, room, frame))]
    if any("[no-operations]" in error.fact for error in trial.of("error")):
        path = variants.with_operation(room, read)
        if path:
            inner, more = _tried(replace(case, path=path), folder / "variant", frame)
            return inner, [*faults, *more]
    return trial, faults


if __name__ == "__main__":
    sys.exit(main())
