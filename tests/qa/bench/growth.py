"""How the cost of a command grows with the size of a description, over synthetic ones."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from pathlib import Path

from tests.qa.bench.peers import timed
from tests.qa.bench.shapes import SHAPES, Shape
from tests.qa.runner.command import progress

EXPONENT_AIM, UNION_AIM, CYCLE_MEMORY_AIM = 1.25, 5.0, 600e6
"""CPU to the power of the document's bytes; seconds of drift on the unions; bytes."""


def bench(_: int) -> bool:
    """Measure each command at two sizes of each shape, and print; are the aims met?"""
    print("\nGrowth: CPU at two sizes, and the exponent by the document's bytes")
    met = True
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        for name, shape in SHAPES.items():
            for command in ("generate", "drift", "slice"):
                progress(f"{name}: {command} …")
                met &= _growth(Path(scratch), name, shape, command)
    return met


def _growth(scratch: Path, name: str, shape: Shape, command: str) -> bool:
    sizes = shape.small, shape.large
    (low, _), (high, memory) = (_run(scratch, shape, size, command) for size in sizes)
    small, large = (len(json.dumps(shape.make(size))) for size in sizes)
    exponent = math.log(high / low) / math.log(large / small)
    passed = exponent <= EXPONENT_AIM
    if command == "drift" and name.startswith("oneOf"):
        passed &= high <= UNION_AIM
    if command == "generate" and name == "one cycle":
        passed &= memory <= CYCLE_MEMORY_AIM
    progress()
    title = f"{name}, {shape.small:,} to {shape.large:,}"
    print(
        f"  {title:<44} {command:<8} {low:6.2f} → {high:6.2f} s  ^{exponent:.2f} "
        f"{memory / 1e6:5.0f} MB  {'PASS' if passed else 'MISS'}",
        flush=True,
    )
    return passed


def _run(scratch: Path, shape: Shape, size: int, command: str) -> tuple[float, float]:
    """Return the CPU seconds of a command, and the most bytes that it held."""
    document = shape.make(size)
    paths = [scratch / name for name in ("base.json", "revision.json")]
    for path, one in zip(paths, (document, shape.revision(size)), strict=True):
        path.write_text(json.dumps(one, indent=1), encoding="utf-8")
    (place, item), *_ = document["paths"].items()
    operation = f"{next(iter(item)).upper()} {place}"
    arguments = {
        "generate": ["--spec", str(paths[0]), "--package", "grown", "--output", str(scratch)],
        "drift": ["--base", str(paths[0]), "--revision", str(paths[1])],
        "slice": [str(paths[0]), "--operation", operation, "-o", str(scratch / "part.json")],
    }[command]
    cache = {"XDG_CACHE_HOME": tempfile.mkdtemp(dir=scratch)}
    ended = timed([sys.executable, "-m", "generator", command, *arguments], cache, passing=(0, 1))
    return ended.processor, ended.mebibytes * 2**20
