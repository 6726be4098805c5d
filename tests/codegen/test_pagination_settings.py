"""Rules of pagination that do not fit the description."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.paged_shop import CURSOR, LINK, OFFSET, PAGE, run

TABLE = "error: [tool.speclock.clients.shop.pagination] "
AT = "(spec.yaml:20:17, #/paths/~1things/get/responses/200/content/application~1json/schema)"
HERE = "(spec.yaml:8:7, #/paths/~1things/get)"
THINGS = 'operations = ["things/list"]\n'
LISTS = "Name one of its lists: 'data'."
COUNTS = "Name one of its whole numbers: 'total'."
MEMBERS = "Name one of its members: 'data', 'total', 'next', '/odd.next'."
QUERIES = "Name one of its query parameters: 'offset', 'page', 'cursor'."
NO_CURSOR = CURSOR.replace('next = "next"\n', "")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        # of every style
        (
            'style = "cursors"\n',
            (
                "style must be one of cursor, offset, page, link, not 'cursors'. "
                "Did you mean 'cursor'?"
            ),
        ),
        ("style = 3\n", "style must be text, not 3."),
        (
            LINK.replace('style = "link"\n', ""),
            ("style must be one of cursor, offset, page, link; it is missing."),
        ),
        (CURSOR + 'item = "x"\n', "has no setting 'item'. Did you mean 'items'?"),
        (PAGE + "operations = 3\n", "operations must be a list of text, not 3."),
        (PAGE + "operations = [3]\n", "operations must be a list of text, not [3]."),
        # cursor
        (
            'style = "cursor"\nnext = "next"\n',
            (
                "lacks 'parameter', which the style 'cursor' "
                "requires. Add it: the query parameter that asks for a page."
            ),
        ),
        (
            NO_CURSOR,
            (
                "needs either 'next' or 'header', the place of the next cursor, and has "
                "neither. Add one."
            ),
        ),
        (
            CURSOR + 'header = "x"\n',
            (
                "needs either 'next' or 'header', the place of the next cursor, "
                "and has both. Remove one."
            ),
        ),
        (
            CURSOR + "first = 1\n",
            (
                "'first' isn't a setting of the style 'cursor'. Remove it; the "
                "style has style, operations, parameter, items, next, header."
            ),
        ),
        (NO_CURSOR + 'header = ""\n', "header is empty. Give it a value, or remove it."),
        (NO_CURSOR + "header = 1\n", "header must be text, not 1."),
        (
            CURSOR.replace('"cursor"\nitems', '"cursors"\nitems'),
            (
                "parameter = 'cursors': things/list "
                f"has no query parameter 'cursors' {HERE}. Did you mean 'cursor'?"
            ),
        ),
        (
            CURSOR.replace('"cursor"\nitems', '"X-Shop"\nitems'),
            (
                "parameter = 'X-Shop': things/list "
                f"has no query parameter 'X-Shop' {HERE}. {QUERIES}"
            ),
        ),
        (
            CURSOR.replace('"data"', '"dat"'),
            (
                "items = 'dat': things/list has no member 'dat' in its "
                f"answer {AT}. Did you mean 'data'?"
            ),
        ),
        (
            CURSOR.replace('"data"', '"/dat"'),
            (
                "items = '/dat': things/list has no member '/dat' in "
                f"its answer {AT}. Did you mean '/data'?"
            ),
        ),
        (
            CURSOR.replace('"data"', '"x"'),
            (f"items = 'x': things/list has no member 'x' in its answer {AT}. {MEMBERS}"),
        ),
        (
            CURSOR.replace('"data"', '"total"'),
            (f"items = 'total': things/list has no list in 'total' {AT}. {LISTS}"),
        ),
        (
            CURSOR.replace('items = "data"\n', ""),
            (f"items = '': things/list answers with no list {AT}. {LISTS}"),
        ),
        (
            CURSOR.replace('"next"\n', '"nxet"\n'),
            (
                "next = 'nxet': things/list has no member 'nxet' in "
                f"its answer {AT}. Did you mean 'next'?"
            ),
        ),
        (
            CURSOR.replace('"next"\n', '"total.x.y"\n'),
            (
                "next = 'total.x.y': things/list has no member "
                f"'total.x' in its answer {AT}. Take it out of `operations`."
            ),
        ),
        (
            CURSOR.replace('"next"\n', '"total"\n'),
            (
                "next = 'total': things/list takes str as "
                f"'cursor', but 'total' is int {AT}. Name one of its members of type str: 'next', "
                "'/odd.next'."
            ),
        ),
        # offset
        (
            OFFSET.replace('parameter = "offset"\n', ""),
            (
                "lacks 'parameter', which the style 'offset' "
                "requires. Add it: the query parameter that asks for a page."
            ),
        ),
        (
            OFFSET + 'next = "x"\n',
            (
                "'next' isn't a setting of the style 'offset'. Remove it; the style "
                "has style, operations, parameter, items, total."
            ),
        ),
        (
            OFFSET.replace('"offset"\nitems', '"cursor"\nitems'),
            (
                "parameter = 'cursor': things/list "
                f"takes no whole number as 'cursor', but str {HERE}. Name one of its query "
                "parameters of type int: 'offset', 'page'."
            ),
        ),
        (
            OFFSET + 'total = "totl"\n',
            (
                "total = 'totl': things/list has no member 'totl' in its "
                f"answer {AT}. Did you mean 'total'?"
            ),
        ),
        (
            OFFSET + 'total = "next"\n',
            (f"total = 'next': things/list has no whole number in 'next' {AT}. {COUNTS}"),
        ),
        (OFFSET + "total = true\n", "total must be text, not True."),
        # page
        (PAGE + 'first = "1"\n', "first must be a number, not '1'."),
        (PAGE + "first = true\n", "first must be a number, not True."),
        (
            PAGE + 'header = "x"\n',
            (
                "'header' isn't a setting of the style 'page'. Remove it; the "
                "style has style, operations, parameter, items, total, first."
            ),
        ),
        (
            PAGE.replace('"page"\nitems', '"pag"\nitems'),
            (
                "parameter = 'pag': things/list has no query "
                f"parameter 'pag' {HERE}. Did you mean 'page'?"
            ),
        ),
        (
            PAGE + 'total = "data"\n',
            (f"total = 'data': things/list has no whole number in 'data' {AT}. {COUNTS}"),
        ),
        # link
        (
            LINK + 'parameter = "page"\n',
            (
                "'parameter' isn't a setting of the style 'link'. Remove it; "
                "the style has style, operations, items, next."
            ),
        ),
        (
            LINK.replace('"next"\n', '"total"\n'),
            (
                "next = 'total': things/list has no text in 'total' "
                f"{AT}. Name one of its texts: 'next', '/odd.next'."
            ),
        ),
        (
            LINK.replace('"data"', '"next"'),
            (f"items = 'next': things/list has no list in 'next' {AT}. {LISTS}"),
        ),
    ],
)
def test_a_wrong_setting(rule: str, message: str, tmp_path: Path) -> None:
    head = "" if "style = 3" in rule else THINGS
    found = run(tmp_path, rule if "operations" in rule else rule + head)

    assert found.code == 2
    assert found.err == f"{TABLE}{message}\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (CURSOR + 'operations = ["names/list"]\n', "names/list has no member 'data'"),
        (
            CURSOR + 'operations = ["pets/list"]\n',
            (
                "no operation 'pets/list' in the client "
                "([tool.speclock.clients.shop.pagination] operations). Did you mean 'names/list'"
            ),
        ),
        (CURSOR.replace('"data"', '"dat"'), "The setting doesn't fit 1 other operation either."),
    ],
)
def test_the_operations_that_it_does_not_fit(rule: str, words: str, tmp_path: Path) -> None:
    found = run(tmp_path, rule)

    assert found.code == 2
    assert words in found.err
    assert not (tmp_path / "out").exists()
