"""The drift check of one operation, beside what libyaml needs to compose the same files."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.measure import MEGABYTES, MILLISECONDS, Row, interleaved, table

RELEASES = peers.ROOT.parent / "shared" / "pinterest" / "releases"
"""Pinterest's description in several releases, which aren't part of the project."""
OLD, NEW = RELEASES / "v5.22.0.yaml", RELEASES / "v5.23.0.yaml"
DRIFT_AIM, UNCHANGED_AIM, MEMORY_AIM = 2.5, 0.3, 150e6
COMPOSE = """
import pathlib, sys, time, yaml
texts = [pathlib.Path(name).read_text(encoding="utf-8") for name in sys.argv[1:]]
began = time.perf_counter()
for text in texts:
    yaml.compose(text, Loader=yaml.CSafeLoader)
print(time.perf_counter() - began)
"""
# The whole command in a process of its own, and what it held at most.
COMMAND = """
import resource, sys, time
began = time.perf_counter()
from generator.cli import main
code = main(sys.argv[1:])
took = time.perf_counter() - began
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
sys.exit(code)
"""


def bench(rounds: int) -> bool:
    """Measure, and print; are the aims met? Without the releases there is nothing to do."""
    if not OLD.is_file() or not NEW.is_file():
        print(f"\nDrift: skipped, {OLD.name} and {NEW.name} aren't there.")
        return True
    rounds = max(3, rounds // 2)
    memory: list[float] = []
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        kept = Path(scratch, "kept")
        commands: Mapping[str, Callable[[], float]] = {
            "both": lambda: _composed(OLD, NEW),
            "one": lambda: _composed(NEW),
            "drift": lambda: _drift(Path(tempfile.mkdtemp(dir=scratch)), memory),
            "unchanged": lambda: _drift(kept, []),
        }
        _drift(kept, [])
        samples = interleaved("drift", rounds, commands)
    met = table(
        f"Drift {OLD.stem} → {NEW.stem} of audiences/create, {rounds} alternating runs each",
        MILLISECONDS,
        [
            Row("libyaml composes both", samples["both"]),
            Row("speclock drift", samples["drift"], DRIFT_AIM),
        ],
    )
    met &= table(
        "The same, where neither has changed since the last run",
        MILLISECONDS,
        [
            Row("libyaml composes one", samples["one"]),
            Row("speclock drift, unchanged", samples["unchanged"], UNCHANGED_AIM),
        ],
    )
    return met & table(
        "Most memory held, of what is allowed",
        MEGABYTES,
        [Row("allowed", [MEMORY_AIM]), Row("speclock drift", memory, 1.0)],
    )


def _composed(*files: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-c", COMPOSE, *map(str, files)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _drift(cache: Path, memory: list[float]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "drift", "--base", str(OLD), "--revision", str(NEW),
         "--operation", "audiences/create"],
        capture_output=True,
        text=True,
        cwd=peers.ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(cache), "PYTHONPATH": "."},
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise peers.Failed(f"speclock drift failed:\n{done.stdout}{done.stderr}")
    took, held = done.stderr.split()[-2:]
    memory.append(float(held))
    return float(took)
