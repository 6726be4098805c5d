"""Try each hostile description of a folder: sound output or a located refusal, and nothing else.

FOLDER holds `cases.tsv` (columns: file, group, input, must happen) and the files, in `specs/` or
beside it. Each is generated in a scratch folder with a home of its own, under an audit hook that
notes network, programs, foreign files and modules that the description names; then the package is
imported with warnings as errors and its generated tests run, under the same guard.

A description that is refused for having no operation is tried again with one that uses its schemas.

Of every case it is asked:
  - output or refusal (exit code 0 or 2), as the words of "must happen" allow; no traceback
  - generate within 10 s and 1 GiB
  - nothing run, fetched, read or written outside; no file left anywhere else
  - output that compiles, imports, passes its tests and gives the description's texts back as
    literals, never as code or comment; nothing missing without a warning at its line
  - each refusal with file, line, column and remedy, at a line of the construct
  - what the words of "must happen" ask besides: tests/qa/hostile/checks.py
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.qa.hostile import checks, document, variants
from tests.qa.hostile.look import Look
from tests.qa.hostile.rules import TABLE, Case, load, skeleton
from tests.qa.hostile.trial import Room, Trial, attempt

SOUND, UNSOUND, MISUSED = 0, 1, 2
EXIT_CODES = """\
exit codes:
  0  every case is as it must be
  1  a case isn't
  2  the command was misused: no such folder, no cases.tsv, a name that isn't there
"""


@dataclass(frozen=True, slots=True)
class Result:
    """A case, how it ended and what is wrong with that."""

    case: Case
    trial: Trial
    faults: list[str]

    @property
    def outcome(self) -> str:
        """``output``, ``refusal`` or ``FAIL``."""
        if self.faults:
            return "FAIL"
        return "output" if self.trial.emitted else "refusal"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="holds cases.tsv")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="only files whose name starts so; by default all"
    )
    parser.add_argument("--jobs", type=int, default=2, help="cases at once (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave what was made there")
    options = parser.parse_args(arguments)
    if not (options.folder / TABLE).is_file():
        parser.error(f"{options.folder} has no {TABLE}")
    cases = load(options.folder.resolve())
    lost = [case.path.name for case in cases if not case.path.is_file()]
    if lost:
        parser.error(f"{TABLE} names {lost[0]}, which isn't there")
    chosen = [
        case for case in cases
        if not options.names or case.path.name.startswith(tuple(options.names))
    ]  # fmt: skip
    if not chosen:
        parser.error(f"no case's file starts with {' or '.join(options.names)}")
    if options.jobs < 1:
        parser.error("--jobs must be at least 1")
    frame = skeleton(cases)
    with tempfile.TemporaryDirectory(prefix="hostile-") as temporary:
        scratch = (options.keep or Path(temporary)).resolve()
        with ThreadPoolExecutor(options.jobs) as pool:
            results: list[Result] = []
            print(f"{'case':<46} {'group':<20} {'':<8} {'seconds':>7} {'MiB':>5}")
            for result in pool.map(lambda case: _tried(case, scratch, frame), chosen):
                _show(result)
                results.append(result)
        if any(map(_is_late, results)):
            print("\nOnce more, alone, since only time ran out:")
        for number, result in enumerate(results):
            if _is_late(result):
                results[number] = _tried(result.case, scratch / "again", frame)
                _show(results[number])
    totals = Counter(result.outcome for result in results)
    print(
        f"\n{len(results)} cases: {totals['output']} with sound output, {totals['refusal']} "
        f"refused as they should be, {totals['FAIL']} FAIL."
    )
    return UNSOUND if totals["FAIL"] else SOUND


def _tried(case: Case, scratch: Path, frame: frozenset[str]) -> Result:
    read = document.read(case.path)
    words = " ".join(sorted(set(re.findall(r"[A-Za-z_]\w*", read.text[:200_000]))))
    folder = scratch / case.path.name
    room = Room(folder, case.path, words[:100_000])
    trial = attempt(room)
    faults = [*trial.faults, *checks.check(Look(case, read, trial, room, frame))]
    if any("[no-operations]" in error.fact for error in trial.of("error")):
        path = variants.with_operation(room, read)
        if path:
            inner = _tried(replace(case, path=path), folder / "variant", frame)
            return replace(inner, case=case, faults=[*faults, *inner.faults])
    return Result(case, trial, faults)


def _is_late(result: Result) -> bool:
    """Whether nothing but time is wrong: then the machine may have been busy."""
    return bool(result.faults) and all("took" in fault for fault in result.faults)


def _show(result: Result) -> None:
    ended = result.trial.generated
    print(
        f"{result.case.path.name[:46]:<46} {result.case.group[:20]:<20} {result.outcome:<8} "
        f"{ended.seconds:7.1f} {ended.mebibytes:5.0f}",
        flush=True,
    )
    if result.faults:
        print(f"    must: {result.case.must}")
    for fault in result.faults[:12]:
        print(f"    {fault}")
    if len(result.faults) > 12:
        print(f"    … and {len(result.faults) - 12} more")


if __name__ == "__main__":
    sys.exit(main())
