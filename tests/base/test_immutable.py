"""Values that type checkers take as frozen, and that are compared and hashed by their fields."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from generator.base.immutable import immutable

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = """
from generator.base.immutable import immutable


@immutable
class Point:
    x: int


Point(1).x = 2
"""


@immutable
class Point:
    x: int
    y: int = 0


@immutable(eq=False, slots=False)
class Node:
    name: str


@immutable(order=True, kw_only=True)
class Version:
    major: int


def test_it_is_compared_and_hashed_by_its_fields() -> None:
    assert Point(1) == Point(1, 0) != Point(2)
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert replace(Point(1), y=3) == Point(1, 3)
    assert [field.name for field in fields(Point)] == ["x", "y"]
    assert repr(Point(1)) == "Point(x=1, y=0)"
    assert not hasattr(Point(1), "__dict__")


def test_its_options_are_those_of_a_dataclass() -> None:
    assert Node("a") != Node("a")
    assert vars(Node("a")) == {"name": "a"}
    assert Version(major=1) < Version(major=2)
    with pytest.raises(TypeError):
        Version(1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@pytest.mark.slow
def test_a_type_checker_refuses_an_assignment(tmp_path: Path) -> None:
    module = tmp_path / "assigned.py"
    module.write_text(ASSIGNMENT, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), str(module)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 'Property "x" defined in "Point" is read-only' in done.stdout
