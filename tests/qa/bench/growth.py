"""How the cost of a command grows with the size of a description, over synthetic ones."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.qa.bench import peers
from tests.qa.bench.measure import progress
from tests.qa.bench.shapes import SHAPES, Members, Shape, changed
from tests.qa.corpus.process import run

EXPONENT_AIM, UNION_AIM, CYCLE_MEMORY_AIM = 1.25, 5.0, 600e6
"""CPU to the power of the document's bytes; seconds of drift on the unions; bytes."""
PATTERNS = (r"(?:^){4000000000}a", r"^(?:a?){28}a{28}[^\S]$")
HARD_CPU_AIM, HARD_MEMORY_AIM = 5.0, 500e6


def bench(_: int) -> bool:
    """Measure each command at two sizes of each shape, and print; are the aims met?"""
    print("\nGrowth: CPU at two sizes, and the exponent by the document's bytes")
    met = True
    with tempfile.TemporaryDirectory(prefix="speclock-bench-") as scratch:
        for name, shape in SHAPES.items():
            for command in ("generate", "drift", "slice"):
                progress(f"{name}: {command}")
                met &= _growth(Path(scratch), name, shape, command)
        for name, document in _hard():
            seconds, memory = _run(Path(scratch), document, "generate")
            passed = seconds <= HARD_CPU_AIM and memory <= HARD_MEMORY_AIM
            met &= passed
            print(f"  {name:<44} {seconds:7.2f} s {memory / 1e6:6.0f} MB  {_verdict(passed)}")
    return met


def _growth(scratch: Path, name: str, shape: Shape, command: str) -> bool:
    documents = [shape.make(size) for size in (shape.small, shape.large)]
    (low, _), (high, memory) = (_run(scratch, one, command) for one in documents)
    small, large = (len(json.dumps(one)) for one in documents)
    exponent = math.log(high / low) / math.log(large / small)
    passed = exponent <= EXPONENT_AIM
    if command == "drift" and name.startswith("oneOf"):
        passed &= high <= UNION_AIM
    if command == "generate" and name == "one cycle":
        passed &= memory <= CYCLE_MEMORY_AIM
    progress("")
    title = f"{name}, {shape.small:,} to {shape.large:,}"
    print(
        f"  {title:<44} {command:<8} {low:6.2f} → {high:6.2f} s  ^{exponent:.2f} "
        f"{memory / 1e6:5.0f} MB  {_verdict(passed)}",
        flush=True,
    )
    return passed


def _verdict(passed: bool) -> str:
    return "PASS" if passed else "MISS"


def _run(scratch: Path, document: Members, command: str) -> tuple[float, float]:
    """Return the CPU seconds of a command, and the most bytes that it held."""
    paths = [scratch / name for name in ("base.json", "revision.json")]
    for path, one in zip(paths, (document, changed(document)), strict=True):
        path.write_text(json.dumps(one, indent=1), encoding="utf-8")
    operation = next(iter(_operations(document)))
    arguments = {
        "generate": ["--spec", str(paths[0]), "--package", "grown", "--output", str(scratch)],
        "drift": ["--base", str(paths[0]), "--revision", str(paths[1])],
        "slice": [str(paths[0]), "--operation", operation, "-o", str(scratch / "part.json")],
    }[command]
    ended = run(
        [sys.executable, "-m", "generator", command, *arguments],
        cwd=peers.ROOT,
        env={"XDG_CACHE_HOME": tempfile.mkdtemp(dir=scratch)},
        timeout=600,
    )
    if ended.code not in (0, 1):
        raise peers.Failed(f"{command} ended with {ended.code}: {ended.err[-2000:]}")
    return ended.processor, ended.mebibytes * 2**20


def _operations(document: Members) -> Iterator[str]:
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, item in paths.items():
        assert isinstance(item, dict)
        yield from (f"{method.upper()} {path}" for method in item)


def _hard() -> Iterator[tuple[str, Members]]:
    """Yield descriptions of one schema whose values or texts are hard to make."""
    doubling = SHAPES["two references to the next"].make
    yield "two references to the next, 18", doubling(18)
    nested: Members = {"type": "string"}
    for _ in range(6):
        nested = {"type": "array", "minItems": 1000, "items": nested}
    fields: dict[str, Members] = {
        "a text of 3,000,000,000 characters": {"type": "string", "minLength": 3_000_000_000},
        "lists of 1,000 lists": nested,
        **{f"the pattern {one}": {"type": "string", "pattern": one} for one in PATTERNS},
    }
    for name, schema in fields.items():
        document = doubling(2)
        components = document["components"]
        assert isinstance(components, dict)
        order: Members = {"type": "object", "required": ["it"], "properties": {"it": schema}}
        components["schemas"] = {"Order": order}
        yield name, document
