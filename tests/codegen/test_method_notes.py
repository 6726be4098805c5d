"""The line about scopes in a method's docstring is short, and on one line, for any description."""

from __future__ import annotations

import pytest

from generator.codegen.ir.operations import NeededScope
from generator.codegen.ir.types import Text
from generator.codegen.render.views.method_notes import scopes_line


def scopes(*names: str, doc: str = "") -> list[NeededScope]:
    return [NeededScope(Text(name), Text(doc)) for name in names]


@pytest.mark.parametrize(
    ("alternatives", "line"),
    [
        ([scopes("ads:read")], "Scopes: ads:read."),
        ([scopes("a", "b", "c")], "Scopes: a and b and c."),
        ([scopes("a", "b"), scopes("c"), []], "Scopes: a and b, or c, or none."),
        ([scopes(*"abcdefghi")], f"Scopes: {' and '.join('abcdefgh')} and 1 other scope."),
        ([scopes("a\nb")], "Scopes: a b."),
        ([scopes("a\x1bb")], "Scopes: a\\x1bb."),
        ([scopes("read", doc="Read\n  pets.")], "Scopes: read (Read pets)."),
        ([scopes("read", doc="Read.")], "Scopes: read."),
        ([scopes("read", doc="x" * 484)], f"Scopes: read ({'x' * 484})."),
        ([scopes("read", doc="x" * 485)], "Scopes: read."),
    ],
)
def test_alternatives_with_descriptions_that_are_short(
    alternatives: list[list[NeededScope]], line: str
) -> None:
    assert scopes_line(alternatives) == line


def test_the_line_is_bounded() -> None:
    many = [scopes("n" * 10_000, doc="d" * 80) * 100] * 100
    assert len(scopes_line(many)) < 6_000
