"""Rules of pagination that do not fit the description."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paged_shop import CURSOR, LINK, OFFSET, PAGE, run


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('style = "cursors"\n', "style must be one of cursor, offset, page, link"),
        ('style = "cursor"\nnext = "next"\n', "lacks 'parameter'"),
        ('style = "cursor"\nparameter = "cursor"\n', "needs either 'next' or 'header'"),
        (CURSOR + 'header = "x"\n', "needs either 'next' or 'header'"),
        (OFFSET + 'next = "x"\n', "'next' isn't a setting of the style 'offset'"),
        (PAGE + 'first = "1"\n', "first must be a number"),
        (PAGE + "operations = 3\n", "operations must be a list of text"),
        (CURSOR + 'item = "x"\n', "Did you mean 'items'?"),
        (CURSOR.replace("cursor\"\nitems", "cursors\"\nitems"), "has no query parameter 'cursors'"),
        (CURSOR.replace('"data"', '"dat"'), "has no member 'dat' in its answer"),
        (CURSOR.replace('"data"', '"total"'), "has no list in 'total'"),
        (CURSOR.replace('"next"\n', '"total"\n'), "takes str as 'cursor', but 'total' is int"),
        (OFFSET.replace('"offset"\nitems', '"cursor"\nitems'), "takes no whole number as 'cursor'"),
        (OFFSET + 'total = "next"\n', "has no whole number in 'next'"),
        (LINK.replace('"next"\n', '"total"\n'), "has no text in 'total'"),
        (CURSOR + 'operations = ["names/list"]\n', "names/list has no member 'data'"),
        (CURSOR + 'operations = ["pets/list"]\n', "no operation 'pets/list' in pagination"),
    ],
)  # fmt: skip
def test_a_rule_that_does_not_fit(rule: str, words: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, rule)

    assert outcome.code == 2
    assert words in outcome.err
    assert not (tmp_path / "out").exists()
