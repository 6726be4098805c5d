"""Accept what the generator makes now as the goldens of ``tests/cases`` and ``tests/refused``.

    python tests/update_goldens.py [TOPIC ...]

Prints every file that it changed, so that a person reads the diff. Where a package isn't the one in
``tests/cases/hashes.txt``, it also prints how it differs from that of the last commit's generator,
each difference once, with the cases that have it. It refuses to run where CI is set: there goldens
are checked, never moved.

The goldens of a case are the files in its ``expected/``: create one empty to add it, or remove it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.cases import (
    CASES,
    HASHES,
    REFUSED,
    TESTS,
    case_goldens,
    generate_case,
    package_hash,
    read_hashes,
    refuse,
    topics,
)
from tests.support.command import Outcome
from tests.support.package_changes import changes, committed_cases


def _accept(path: Path, text: str | None) -> bool:
    """Make ``path`` hold ``text``, or be absent; whether that changed anything."""
    if (path.read_text(encoding="utf-8") if path.is_file() else None) == text:
        return False
    if text is None:
        path.unlink()
        print(f"removed  {path.relative_to(TESTS)}")
        return True
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"{'changed' if path.exists() else 'new'.ljust(7)}  {path.relative_to(TESTS)}")
    path.write_text(text, encoding="utf-8", newline="\n")
    return True


def main(wanted: list[str]) -> int:
    """Update the goldens of the topics named, or of all."""
    if os.environ.get("CI"):
        print("error: CI is set; goldens are accepted by a person, not here.", file=sys.stderr)
        return 2
    known = {*topics(CASES), *topics(REFUSED)}
    if unknown := set(wanted) - known:
        print(
            f"error: no topic {min(unknown)!r}; known: {', '.join(sorted(known))}",
            file=sys.stderr,
        )
        return 2
    changed, failed = 0, 0
    hashes, moved = read_hashes(), list[str]()
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "now"
        for topic in topics(CASES):
            if wanted and topic not in wanted:
                continue
            outcome = generate_case(topic, output)
            if outcome.code:
                failed += 1
                print(
                    f"FAILED   cases/{topic}: exit code {outcome.code}\n{outcome.err}",
                    file=sys.stderr,
                )
                continue
            made = case_goldens(topic, output, outcome)
            expected = CASES / topic / "expected"
            there = {p.relative_to(expected).as_posix() for p in expected.rglob("*") if p.is_file()}
            for name in sorted({*made, *there}):
                changed += _accept(expected / name, made.get(name))
            if hashes.get(topic) != (new := package_hash(topic, output)):
                moved += [topic] if topic in hashes else []
                hashes[topic] = new
        if moved:
            committed_cases(Path(scratch) / "before", moved)
            print(*changes(Path(scratch) / "before", output, moved), sep="\n")
    rows = [f"{topic} {hashes[topic]}\n" for topic in topics(CASES) if topic in hashes]
    changed += _accept(HASHES, "".join(rows))
    for topic in topics(REFUSED):
        if wanted and topic not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            try:
                outcome = refuse(topic, Path(scratch))
            except Exception as error:  # noqa: BLE001 - a defect, which must not hide the other topics
                outcome = Outcome(1, "", f"{type(error).__name__}: {error}")
        if outcome.code != 2:
            failed += 1
            print(
                f"FAILED   refused/{topic}: exit code {outcome.code}, not 2\n{outcome.err}",
                file=sys.stderr,
            )
            continue
        changed += _accept(REFUSED / topic / "error.txt", outcome.err)
    print(f"{changed} golden(s) changed; read the diff before you commit it.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
