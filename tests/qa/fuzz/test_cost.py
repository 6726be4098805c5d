"""No small description or recording costs much: ``generate``, ``drift`` and ``drift --traffic``.

``make fuzz EXAMPLES=2000`` tries more of them. The files of what costs too much are kept below
``build/cost``; such a file becomes a case of the room that it is about.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given

from tests.qa.corpus.process import ROOT
from tests.qa.fuzz.cost import Cost, cost_of
from tests.qa.fuzz.hunting import EXAMPLES, SEED, hunting
from tests.qa.fuzz.knots import descriptions, pairs, recordings

pytestmark = pytest.mark.slow

KEPT = ROOT / "build" / "cost"
FEW = 6


class CostHunt:
    """Runs commands over small files, and keeps the files of those that cost too much."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.folder = folder
        self.costs: list[Cost] = []
        self.faults: list[str] = []

    def try_(self, files: dict[str, bytes], *arguments: str) -> None:
        """Run a command over some files."""
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
        cost = cost_of(self.folder, *arguments)
        self.costs.append(cost)
        if cost.fault:
            kept = KEPT / f"{self.kind}-{len(self.faults)}"
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            for name, data in files.items():
                (kept / name).write_bytes(data)
            self.faults.append(
                f"{cost.fault}\nTo see it: cd {kept.relative_to(ROOT)} && "
                f"PYTHONPATH=../../.. ../../../.venv/bin/python -m generator {' '.join(arguments)}"
            )

    def report(self) -> None:
        """Print the largest costs; fail if one was too large."""
        print(
            f"{self.kind}: {len(self.costs)} tried (seed {SEED if EXAMPLES else 'fixed'}), "
            f"{sum(not cost.code for cost in self.costs)} with exit code 0, at most "
            f"{max(cost.seconds for cost in self.costs):.1f} s and "
            f"{max(cost.mebibytes for cost in self.costs):.0f} MB"
        )
        if self.faults:
            pytest.fail("\n".join(self.faults), pytrace=False)


@pytest.fixture
def hunt(request: pytest.FixtureRequest, tmp_path: Path) -> CostHunt:
    """The hunt of one test."""
    return CostHunt(request.node.name.removeprefix("test_"), tmp_path)


def test_generate(hunt: CostHunt) -> None:
    @hunting(FEW)
    @given(descriptions)
    def tried(data: bytes) -> None:
        hunt.try_(
            {"a.json": data},
            *("generate", "--spec", "a.json", "--package", "knots", "--output", "out", "--quiet"),
        )

    tried()
    hunt.report()


def test_drift(hunt: CostHunt) -> None:
    @hunting(FEW)
    @given(pairs())
    def tried(both: tuple[bytes, bytes]) -> None:
        hunt.try_(
            {"a.json": both[0], "b.json": both[1]},
            *("drift", "--base", "a.json", "--revision", "b.json"),
        )

    tried()
    hunt.report()


def test_traffic(hunt: CostHunt) -> None:
    @hunting(FEW)
    @given(descriptions, recordings)
    def tried(data: bytes, recording: tuple[str, bytes]) -> None:
        name, recorded = recording
        hunt.try_(
            {"a.json": data, f"recording-{name}": recorded},
            *("drift", "--base", "a.json", "--traffic", f"recording-{name}"),
        )

    tried()
    hunt.report()
