"""Accept what the generator makes now as the goldens of ``tests/cases`` and ``tests/refused``.

    python tests/update_goldens.py [TOPIC ...]

Prints every file that it changed, so that a person reads the diff. It refuses to run where CI is
set: there goldens are checked, never moved. The two test modules share its way of running a case.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CASES = TESTS / "cases"
REFUSED = TESTS / "refused"
MODULES = ("models.py", "models/*.py", "_operations.py", "_client.py", "resources/*.py")
"""What varies from case to case; the rest of a package is the plain runtime."""
WARNINGS = "warnings.txt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of the command line came to."""

    code: int
    out: str
    err: str


def topics(folder: Path) -> list[str]:
    """The topics of a folder of cases: its folders that hold a description."""
    return sorted(path.parent.name for path in folder.glob("*/spec.*"))


def package_of(topic: str) -> str:
    """The package of a case; no other module has that name."""
    return f"case_{topic.replace('-', '_')}"


def spec_of(folder: Path) -> Path:
    """The description of a case: ``spec.yaml`` or ``spec.json``."""
    (found,) = folder.glob("spec.*")
    return found


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Run from ``folder``, so that messages name files as a user there sees them."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def speclock(folder: Path, *arguments: str) -> Outcome:
    """The command line, run from ``folder`` in this process."""
    from generator.cli import main

    out, err = io.StringIO(), io.StringIO()
    with standing_in(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(list(arguments))
        except SystemExit as end:  # argparse
            code = end.code if isinstance(end.code, int) else 2
    return Outcome(code, out.getvalue(), err.getvalue())


def generate_case(topic: str, output: Path) -> Outcome:
    """Generate a case's package below ``output``, under its own name."""
    folder = CASES / topic
    return speclock(
        folder, "generate", "--spec", spec_of(folder).name, "--package", package_of(topic),
        "--client", "Sample", "--output", str(output),
    )  # fmt: skip


def refuse(topic: str, folder: Path) -> Outcome:
    """Try to generate from a refused description, copied below ``folder``."""
    inside = folder / "project"
    shutil.copytree(REFUSED / topic, inside, ignore=shutil.ignore_patterns("error.txt"))
    return speclock(
        inside,
        "generate",
        "--spec",
        spec_of(inside).name,
        "--package",
        "refused",
        "--output",
        "out",
    )


def case_goldens(topic: str, output: Path, outcome: Outcome) -> dict[str, str]:
    """The goldens of a case as it is now, file name to text."""
    package = output / package_of(topic)
    files = [path for pattern in MODULES for path in sorted(package.glob(pattern))]
    found = {p.relative_to(package).as_posix(): p.read_text(encoding="utf-8") for p in files}
    return {**found, WARNINGS: outcome.err} if outcome.err else found


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
    sys.path.insert(0, str(TESTS.parent))
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
