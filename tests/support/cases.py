"""The cases of ``tests/cases`` and ``tests/refused``: where they are and how one is generated."""

from __future__ import annotations

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

from generator.base.config import FEATURES, Client
from generator.project.settings_file import read_settings
from tests.support.command import Outcome, speclock

TESTS = Path(__file__).resolve().parents[1]
CASES = TESTS / "cases"
REFUSED = TESTS / "refused"
ADDED = tuple(feature for feature in FEATURES if feature not in ("typed_dicts", "remember"))
"""The features of every case. The others are for those that have them in their settings."""
MODULES = (
    "models.py", "models/*.py", "_operations.py", "client.py", "resources/*.py",
    "response_headers.py", "params.py", "webhooks.py",
)  # fmt: skip
"""What varies from case to case; the rest of a package is the plain runtime."""
WARNINGS = "warnings.txt"
MANIFEST = "speclock.json"
HASHES = CASES / "hashes.txt"
"""A hash of each case's whole package: what differs outside of the goldens is a change, too."""
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


def settings_of(topic: str) -> Client:
    """Return the settings in a case's folder; default ones, without a package, if it has none."""
    path = CASES / topic / "pyproject.toml"
    return read_settings(path).clients[0] if path.is_file() else Client("spec.yaml")


def features_of(topic: str) -> tuple[str, ...]:
    """Return the features of a case: those of every case, and its own."""
    return (*ADDED, *settings_of(topic).features)


def generate_case(topic: str, output: Path) -> Outcome:
    """Generate a case's package below ``output``, under its own name, and tell every warning.

    A case may have settings: a ``pyproject.toml`` in its folder.
    """
    folder = CASES / topic
    spec = ("--spec", spec_of(folder).name, "--package", package_of(topic))
    outcome = speclock(
        folder, "generate", *(() if settings_of(topic).package else spec),
        "--client", "Sample", "--output", str(output), "--tests", "all", "--verbose",
        *(word for feature in features_of(topic) for word in ("--feature", feature)),
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
    """Return the goldens of a case as it is now, file name to text.

    These are the files that ``expected/`` has, of a new case the models, and the warnings.
    """
    package, expected = output / package_of(topic), CASES / topic / "expected"
    names = [p.relative_to(expected).as_posix() for p in expected.rglob("*") if p.is_file()]
    found = {
        name: (package / name).read_text(encoding="utf-8")
        for name in sorted({*names} - {WARNINGS}) or ["models.py"]
        if (package / name).is_file()
    }
    return {**found, WARNINGS: outcome.err} if outcome.err else found


def read_hashes() -> dict[str, str]:
    """Return the table of hashes, topic to the hash of its package."""
    lines = HASHES.read_text(encoding="utf-8").splitlines() if HASHES.is_file() else []
    return dict(line.split() for line in lines)


def package_hash(topic: str, output: Path) -> str:
    """Return a hash of all files of a package and of its tests but the manifest."""
    name = package_of(topic)
    digest = hashlib.sha256()
    for folder in (output / name, output / "tests" / name):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != MANIFEST and path.parent.name != "__pycache__":
                digest.update(f"{path.relative_to(output).as_posix()}\0".encode())
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
