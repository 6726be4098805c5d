"""Any description ends in sound output or in a located refusal: mutated, garbled and random ones.

``make fuzz EXAMPLES=5000`` tries more of them, other ones each time; CI's are always the same. What
fails is made small and printed with the command that shows it; a copy in ``found/`` is a case then.
"""

from __future__ import annotations

import shutil
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.reading.document.load import load
from tests.qa.fuzz.grammar import descriptions
from tests.qa.fuzz.hunting import EXAMPLES, SEED, hunting
from tests.qa.fuzz.intersections import descriptions as intersections
from tests.qa.fuzz.judge import PACKAGE, SPEC, Fault, Outcome, outcome_of, values_outcome
from tests.qa.fuzz.mutations import changed, dumped, garbled
from tests.qa.fuzz.reduce import smallest
from tests.qa.fuzz.worker import Worker

pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parents[2]
FOUND = TESTS / "qa" / "fuzz" / "found"
TESTED = {"mutated": 40, "garbled": 40, "random": 20}
"""One of so many is generated as users do, twice, imported, and its tests are run."""
SECONDS_TO_REDUCE = 30.0

OPEN: dict[str, list[str]] = tomllib.loads((TESTS / "qa" / "fuzz" / "open.toml").read_text("utf-8"))
"""Cases in ``tests/qa/fuzz/found`` that aren't mended yet, and the marks of their faults."""
KNOWN = {mark for marks in OPEN.values() for mark in marks}

SEEDS = sorted(path for path in (TESTS / "cases").glob("*/spec.*"))


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """Runs the tests of what was generated."""
    made = Worker()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the description of several files refers to."""
    shutil.copytree(TESTS / "cases" / "several_files", tmp_path, dirs_exist_ok=True)
    return tmp_path


class Hunt:
    """Tries descriptions, and keeps one of each fault."""

    def __init__(
        self,
        kind: str,
        folder: Path,
        worker: Worker,
        judge: Callable[[bytes, Path, Worker | None], Outcome] = outcome_of,
    ) -> None:
        self.kind = kind
        self.judge = judge
        self.folder = folder
        self.worker = worker
        self.faults: dict[str, tuple[Fault, bytes, bool]] = {}
        self.refused: Counter[str] = Counter()
        self.accepted = 0
        self.tried = 0
        self.known = 0
        self.started = time.monotonic()

    def try_(self, data: bytes, *, tested: bool) -> None:
        """One description."""
        self.tried += 1
        outcome = self.judge(data, self.folder, self.worker if tested else None)
        fault = outcome.fault
        if fault is None:
            self.accepted += not outcome.codes
            self.refused.update(dict.fromkeys(outcome.codes, 1))
        elif fault.mark in KNOWN:
            self.known += 1
        else:
            known = self.faults.get(fault.mark)
            if known is None or len(data) < len(known[1]):
                self.faults[fault.mark] = (fault, data, tested)

    def report(self) -> None:
        """Say what was tried; fail with a small description of each fault."""
        seconds = time.monotonic() - self.started
        print(
            f"{self.kind}: {self.tried} tried in {seconds:.0f} s ({self.tried / seconds:.0f} a "
            f"second, seed {SEED if EXAMPLES else 'fixed'}), {self.accepted} accepted, "
            f"{self.known} known faults; refused for {dict(self.refused.most_common())}"
        )
        if self.faults:
            pytest.fail("\n\n".join(map(self._shown, self.faults)), pytrace=False)

    def _shown(self, mark: str) -> str:
        fault, data, tested = self.faults[mark]
        worker = self.worker if tested else None

        def shows(smaller: bytes) -> bool:
            found = self.judge(smaller, self.folder, worker).fault
            return found is not None and found.mark == mark

        small = smallest(data, shows, SECONDS_TO_REDUCE)
        fault = self.judge(small, self.folder, worker).fault or fault
        return (
            f"── {mark}\n{fault.text.strip()}\n\n"
            f"{small.decode('utf-8', errors='backslashreplace')}\n"
            f"To see it: save that as {SPEC}, then: .venv/bin/python -m generator generate "
            f"--spec {SPEC} --package {PACKAGE} --output out"
        )


def is_tested(kind: str) -> st.SearchStrategy[bool]:
    """Whether what is generated is tested too."""
    return st.sampled_from(range(TESTED[kind])).map(lambda n: n == TESTED[kind] - 1)


def plain(value: Any) -> Any:
    """A tree of ours as plain data."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


KINDS: dict[str, tuple[int, st.SearchStrategy[bytes]]] = {
    "mutated": (50, st.deferred(lambda: changed([plain(load(p).root) for p in SEEDS])).map(dumped)),
    "garbled": (30, garbled([path.read_bytes() for path in SEEDS])),
    "random": (40, descriptions(mistakes=True).map(dumped)),
}
"""How many of each kind CI tries."""


@pytest.mark.parametrize("kind", KINDS)
def test_any_description(kind: str, folder: Path, worker: Worker) -> None:
    few, made = KINDS[kind]
    hunt = Hunt(kind, folder, worker)

    @hunting(few)
    @given(made, is_tested(kind))
    def tried(data: bytes, tested: bool) -> None:
        hunt.try_(data, tested=tested)

    tried()
    hunt.report()


def test_intersections(folder: Path, worker: Worker) -> None:
    """What a validator admits is written and read, and what is written is admitted."""
    hunt = Hunt("intersections", folder, worker, values_outcome)

    @hunting(10)
    @given(intersections().map(dumped))
    def tried(data: bytes) -> None:
        hunt.try_(data, tested=True)

    tried()
    hunt.report()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.stem, marks=[pytest.mark.xfail(strict=True)] if path.stem in OPEN else [])
        for path in sorted(FOUND.glob("*.yaml"))
    ],
)
def test_what_was_found(name: str, folder: Path, worker: Worker) -> None:
    fault = outcome_of((FOUND / f"{name}.yaml").read_bytes(), folder, worker).fault
    assert OPEN.keys() <= {path.stem for path in FOUND.glob("*.yaml")}
    assert fault is None, f"{fault.mark}\n{fault.text}"
