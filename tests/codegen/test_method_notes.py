"""The line about scopes in a method's docstring is short, and on one line, for any description."""

from __future__ import annotations

import pytest

from generator.codegen.ir import NeededScope, Text
from generator.codegen.render.views.method_notes import scopes_line


def scope(name: str, doc: str = "") -> NeededScope:
    return NeededScope(Text(name), Text(doc))


@pytest.mark.parametrize(
    ("alternatives", "line"),
    [
        ([["ads:read"]], "Scopes: ads:read."),
        ([["a", "b", "c"]], "Scopes: a and b and c."),
        ([["a", "b"], ["c"], []], "Scopes: a and b, or c, or none."),
        ([[*"abcdefghi"]], f"Scopes: {' and '.join('abcdefgh')} and 1 other scope."),
        ([["a\nb"]], "Scopes: a b."),
        ([["a\x1bb"]], "Scopes: a\\x1bb."),
    ],
)  # fmt: skip
def test_alternatives(alternatives: list[list[str]], line: str) -> None:
    assert scopes_line([[scope(name) for name in each] for each in alternatives]) == line


@pytest.mark.parametrize(
    ("doc", "line"),
    [
        ("Read\n  pets.", "Scopes: read (Read pets)."),
        ("Read.", "Scopes: read."),
        ("x" * 484, f"Scopes: read ({'x' * 484})."),
        ("x" * 485, "Scopes: read."),
    ],
)
def test_a_description_is_there_if_it_is_short(doc: str, line: str) -> None:
    assert scopes_line([[scope("read", doc)]]) == line


def test_the_line_is_bounded() -> None:
    many = [[scope("n" * 10_000, "d" * 80)] * 100] * 100
    assert len(scopes_line(many)) < 6_000
