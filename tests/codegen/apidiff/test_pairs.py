"""Pairs of packages, written by hand, and what their comparison must tell.

Each file in ``pairs`` has several: the modules of an old and a new package, and their changes,
where ``!`` marks one that breaks code. The types are compared as a type checker would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.codegen.apidiff.compare import ApiChange, compare
from generator.codegen.apidiff.from_source import from_source

FOLDER = Path(__file__).with_name("pairs")
LEAST = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """Two packages, by path in them to source, and their changes."""

    title: str
    old: dict[str, bytes]
    new: dict[str, bytes]
    changes: list[str]


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the pairs in a file."""
    for text in path.read_text().split("=== ")[1:]:
        title, _, rest = text.partition("\n")
        pair = Pair(title, {}, {}, [])
        for part in re.split("^--- ", rest, flags=re.MULTILINE)[1:]:
            head, _, body = part.partition("\n")
            side, _, module = head.partition(" ")
            if side == "changes":
                pair.changes.extend(line for line in body.splitlines() if line)
            else:
                package = {"old": pair.old, "new": pair.new}[side]
                package[module] = body.encode()
        yield pair


PAIRS = {pair.title: pair for path in sorted(FOLDER.glob("*.txt")) for pair in read_pairs(path)}


def line_of(change: ApiChange) -> str:
    """Return a change as the files have it."""
    mark = "!" if change.breaks else " "
    name = change.declaration.name if change.declaration.kind == "parameter" else ""
    return f"{mark} {change.term} {change.name} {name}".rstrip()


def test_there_are_enough() -> None:
    assert len(PAIRS) >= LEAST


@pytest.mark.parametrize("title", PAIRS)
def test_what_differs(title: str) -> None:
    pair = PAIRS[title]
    changes = compare(from_source(pair.old), from_source(pair.new))
    assert [line_of(change) for change in changes] == pair.changes


@pytest.mark.parametrize("title", PAIRS)
def test_a_package_equals_itself(title: str) -> None:
    pair = PAIRS[title]
    for package in (pair.old, pair.new):
        assert compare(from_source(package), from_source(package)) == ()
