"""The cases of ``tests/cases`` and ``tests/refused``: where they are and how one is generated."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from tests.support.command_line import Outcome, speclock

TESTS = Path(__file__).resolve().parents[1]
CASES = TESTS / "cases"
REFUSED = TESTS / "refused"
MODULES = (
    "models.py", "models/*.py", "_operations.py", "_client.py", "resources/*.py",
    "response_headers.py", "webhooks.py",
)  # fmt: skip
"""What varies from case to case; the rest of a package is the plain runtime."""
WARNINGS = "warnings.txt"
READY = "SPECLOCK_READY_CASES"
"""The variable that names a folder with cases that are generated already, for `make mutate`."""
_STAGE = re.compile(r"^ *\d+\.\d{3} s  .*\n", re.MULTILINE)
"""A line of --verbose with the time of a stage."""


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


def has_settings(topic: str) -> bool:
    """Return whether a case has settings of its own: one of models alone."""
    return (CASES / topic / "pyproject.toml").is_file()


def generate_case(topic: str, output: Path) -> Outcome:
    """Generate a case's package below ``output``, under its own name, and tell every warning.

    A case may have settings: a ``pyproject.toml`` in its folder.
    """
    folder = CASES / topic
    spec = ("--spec", spec_of(folder).name, "--package", package_of(topic))
    outcome = speclock(
        folder, "generate", *(() if has_settings(topic) else spec),
        "--client", "Sample", "--output", str(output), "--verbose",
    )  # fmt: skip
    return replace(outcome, err=_STAGE.sub("", outcome.err))


def refuse(topic: str, folder: Path) -> Outcome:
    """Try to generate with ``--strict`` from a description, copied below ``folder``."""
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
        "--strict",
    )


def case_goldens(topic: str, output: Path, outcome: Outcome) -> dict[str, str]:
    """The goldens of a case as it is now, file name to text."""
    package = output / package_of(topic)
    files = [path for pattern in MODULES for path in sorted(package.glob(pattern))]
    found = {p.relative_to(package).as_posix(): p.read_text(encoding="utf-8") for p in files}
    return {**found, WARNINGS: outcome.err} if outcome.err else found
