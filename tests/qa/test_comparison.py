"""The program that compares generators: what it says of a request, a response and a package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.qa.comparison.calls import CREATE, SEARCH, Caller, judge_answers, judge_request
from tests.qa.comparison.package import Package, count_runtime, lines_of_code
from tests.qa.comparison.page import PAGE, table
from tests.qa.comparison.row import Row
from tests.qa.comparison.server import Request
from tests.qa.comparison.tool import Tool, read_tools

READ = """
import json, logging
from urllib.request import urlopen

result = json.load(urlopen(f"{url}/search?q=blue&type=album,track"))
album = result["albums"]["items"][0]
"""
TELL = READ + 'if album.get("total_tracks") != 10: logging.getLogger("client").warning("tracks")\n'
DROP = READ + 'album.pop("brand_new", None)\nalbum["name"].upper()\n'


def search_with(code: str, folder: Path) -> Caller:
    """Return a call by a program that has no client."""
    return Caller(SEARCH, code, folder, Path(sys.executable), folder)


@pytest.mark.parametrize(
    ("query", "judgement"),
    [
        ({"q": ["blue"], "type": ["album,track"]}, "yes"),
        ({"q": ["blue"], "type": ["album", "track"]}, "`type=album&type=track`"),
        ({"type": ["album,track"], "limit": ["20"]}, "no `q`, adds `limit`"),
    ],
)
def test_the_differences_of_a_query_are_told(query: dict[str, list[str]], judgement: str) -> None:
    assert SEARCH.judge(Request("/v5/search", query, None)) == judgement


def test_the_differences_of_a_body_are_told() -> None:
    rule = {"visitor_source_id": "1", "url": {"!=": "https://shop.example"}}
    body = {"audience_type": "VISITOR", "name": "Visitors", "rule": rule}
    assert CREATE.judge(Request(CREATE.path, {}, body)) == "no `=`, adds `!=`"
    assert CREATE.judge(Request("/audiences", {}, body)) == "to `/audiences`"


def test_a_deviation_is_kept_told_lost_or_raised(tmp_path: Path) -> None:
    kept = search_with(READ, tmp_path)
    assert judge_request(kept) == "yes"
    cells = judge_answers(kept)
    assert cells.pop("403") == "yes"
    assert set(cells.values()) == {"kept"}
    told = judge_answers(search_with(TELL, tmp_path))
    assert (told["value"], told["absent"], told["type"]) == ("kept", "told", "told")
    dropped = judge_answers(search_with(DROP, tmp_path))
    assert (dropped["extra"], dropped["null"], dropped["value"]) == ("lost", "raises", "kept")


def test_a_client_that_fails_as_described_is_not_judged_further(tmp_path: Path) -> None:
    failing = search_with(f"{READ}raise ValueError", tmp_path)
    assert judge_request(failing) == "raises"
    assert judge_answers(failing) == {}


def test_lines_of_code_have_no_docstrings_and_comments() -> None:
    text = '"""A module."""\n\n# A comment.\ndef f(\n    x,\n):\n    """Doc."""\n    return x\n'
    assert lines_of_code(text) == ["def f(", "x,", "):", "return x"]


def test_the_runtime_is_what_two_packages_have(tmp_path: Path) -> None:
    packages = list[Package]()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "core.py").write_text("a = 1\nb = 2\n", encoding="utf-8")
        (tmp_path / name / f"{name}.py").write_text("a = 1\n", encoding="utf-8")
        packages.append(Package(tmp_path / name, tmp_path, 0.0))
    assert count_runtime(*packages) == 2


def test_what_is_better_is_bold() -> None:
    own = Row(Tool("speclock", [], {}, ["{root}"]), {"lines": "1,200", "faults": "0"})
    other = Row(Tool("other", [], {}, ["other==1.0"]), {"lines": "900", "faults": "3"})
    assert "| other | 3 | – | **900** | – |" in table("code", [own, other])


def test_the_page_has_the_tools_of_the_settings() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for tool in read_tools()[1]:
        assert any(line.startswith(f"| {tool.title} |") for line in lines), tool.title
