"""The page of the tools that clients work with: each row has tests, each block is run."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

from tests.works_with.page import PAGE, shown_files, subjects

TESTS = Path(__file__).parents[1]


@cache
def names_in(folder: str) -> Counter[str]:
    """Return the names of the tests in the files of a folder."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8")) for path in (TESTS / folder).glob("test_*.py")
    ]
    functions = (node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef))
    return Counter(node.name for node in functions if node.name.startswith("test_"))


def test_each_row_has_tests() -> None:
    named = tomllib.loads((TESTS / "works_with/rows.toml").read_text(encoding="utf-8"))
    assert [*named] == subjects()
    tests = Counter(test for row in named.values() for test in {*row})
    known = names_in("works_with") + names_in("client") + names_in("cases/fake_over_http")
    assert all(named.values())
    assert {name: known[name] for name in tests} == dict.fromkeys(tests, 1)
    assert names_in("works_with").keys() - tests.keys() == set()


def test_each_block_is_run() -> None:
    """Each has a file name in its first line, and a test that uses the file."""
    text = PAGE.read_text(encoding="utf-8")
    shown = shown_files()
    assert len(shown) == len(re.findall(r"^```\w+$", text, re.MULTILINE))
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (*TESTS.glob("works_with/*.py"), *TESTS.glob("cases/**/test_*.py"))
    )
    unused = {name for name in shown if f'"{name.removesuffix(".py")}' not in sources}
    unused -= {name for name in shown if "shop_" in name}  # `make live` runs them
    assert unused == set()
