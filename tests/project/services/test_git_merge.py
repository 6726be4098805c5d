"""A three-way merge: its text, and the lines of its conflicts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from generator.project.services.copies.git_merge import Conflict, merge

BASE = b"a\nb\nc\nd\ne\nf\ng\nh\n"


@pytest.mark.parametrize(
    ("edited", "new", "result"),
    [
        (BASE, BASE, BASE),
        (BASE.replace(b"b", b"B"), BASE.replace(b"g", b"G"), b"a\nB\nc\nd\ne\nf\nG\nh\n"),
        (BASE.replace(b"b", b"B"), BASE.replace(b"b", b"B"), BASE.replace(b"b", b"B")),
        (BASE + b"i", BASE.replace(b"a\n", b""), b"b\nc\nd\ne\nf\ng\nh\ni"),
        (b"", BASE, b""),
        (BASE.replace(b"b", b"\xff\xfe"), BASE, BASE.replace(b"b", b"\xff\xfe")),
    ],
)
def test_what_is_merged(edited: bytes, new: bytes, result: bytes) -> None:
    found = merge(BASE, edited, new)
    assert found and (found.text, found.conflicts) == (result, ())


@pytest.mark.parametrize(
    ("edited", "new", "conflicts"),
    [
        (BASE.replace(b"b", b"B"), BASE.replace(b"b", b"x"), [(2, 1, 2, 1)]),
        (b"1\n2\n" + BASE.replace(b"f", b"F"), BASE.replace(b"f", b"x\ny"), [(8, 1, 6, 2)]),
        (BASE.replace(b"f", b"F"), b"1\n2\n" + BASE.replace(b"f", b"x\ny"), [(6, 1, 8, 2)]),
        (BASE.replace(b"f", b"F"), BASE.replace(b"a", b"1").replace(b"f\n", b""), [(6, 1, 6, 0)]),
        (BASE.replace(b"f\n", b""), BASE.replace(b"f", b"x"), [(6, 0, 6, 1)]),
        (BASE.replace(b"h\n", b""), BASE.replace(b"h", b"x"), [(8, 0, 8, 1)]),
        (
            BASE.replace(b"b", b"B\nB").replace(b"g", b"G"),
            BASE.replace(b"b", b"x").replace(b"g", b"y"),
            [(2, 2, 2, 1), (8, 1, 7, 1)],
        ),
        (BASE.replace(b"b", b"=======\n>>>>>>> x"), BASE.replace(b"b", b"x"), [(2, 2, 2, 1)]),
        (BASE.replace(b"b", b"B\r"), BASE.replace(b"b", b"x"), [(2, 1, 2, 1)]),
        (b"X", b"Y\n", [(1, 1, 1, 1)]),
    ],
)
def test_where_a_conflict_is(
    edited: bytes, new: bytes, conflicts: list[tuple[int, int, int, int]]
) -> None:
    found = merge(BASE, edited, new)
    assert found and found.conflicts == tuple(Conflict(*one) for one in conflicts)


@pytest.mark.parametrize("number", range(5))
def test_random_edits(number: int) -> None:
    """An edit of a line is in the result or reported at its line."""
    chance = random.Random(number)
    base = [f"line {i}" for i in range(200)]
    texts: list[str] = []
    for side in ("edited", "new"):
        lines = [*base]
        for i in chance.sample(range(200), 15):
            lines[i] = chance.choice((f"{side} {i}", f"{lines[i]}\n{side} {i}"))
        texts.append("\n".join(lines) + "\n")
    edited, new = texts
    found = merge(("\n".join(base) + "\n").encode(), edited.encode(), new.encode())
    assert found
    result = found.text.decode().split("\n")
    for side, text in zip(("edited", "new"), texts, strict=True):
        mine = [line for line in text.split("\n") if line.startswith(side)]
        assert {*mine} <= {*result}
    for one in found.conflicts:
        lines = edited.split("\n")
        assert any(line.startswith("edited") for line in lines[one.line - 1 : one.line + 1])


def test_what_cannot_be_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert merge(BASE, b"\x00", b"x") is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert merge(BASE, BASE, BASE) is None
