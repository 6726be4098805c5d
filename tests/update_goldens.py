"""Accept what the generator makes now as the goldens of ``tests/cases`` and ``tests/refused``.

    python tests/update_goldens.py [TOPIC ...]

Prints every file that it changed, so that a person reads the diff. It refuses to run where CI is
set: there goldens are checked, never moved.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.cases import (
    CASES,
    REFUSED,
    TESTS,
    case_goldens,
    generate_case,
    refuse,
    topics,
)
from tests.support.command_line import Outcome


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
    for topic in topics(CASES):
        if wanted and topic not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            outcome = generate_case(topic, Path(scratch))
            if outcome.code:
                failed += 1
                print(
                    f"FAILED   cases/{topic}: exit code {outcome.code}\n{outcome.err}",
                    file=sys.stderr,
                )
                continue
            made = case_goldens(topic, Path(scratch), outcome)
        expected = CASES / topic / "expected"
        there = {p.relative_to(expected).as_posix() for p in expected.rglob("*") if p.is_file()}
        for name in sorted({*made, *there}):
            changed += _accept(expected / name, made.get(name))
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
