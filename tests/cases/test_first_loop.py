"""docs/pagination.md: the first loop, its test and the fake for a browser, as the page has them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cases.fake_over_http.test_case import BINARY, serving
from tests.house.test_code_blocks import blocks
from tests.support.command import ROOT, python, speclock
from tests.watch.drift import browser

PAGE = (ROOT / "docs" / "pagination.md").read_text(encoding="utf-8")
SECTION = PAGE[PAGE.index("## A first loop") : PAGE.index("## Settings that are proposed")]
SPEC = """\
openapi: 3.0.3
info: {title: Spotify Web API, version: "1"}
servers: [{url: https://api.spotify.com/v1}]
paths:
  /me/tracks:
    get:
      operationId: get-users-saved-tracks
      tags: [Tracks]
      security: [{bearer: []}]
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses:
        "200":
          description: Pages of tracks
          content:
            application/json: {schema: {$ref: "#/components/schemas/PagingSavedTrackObject"}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    PagingSavedTrackObject:
      type: object
      required: [href, items, next]
      properties:
        href: {type: string}
        next: {type: string, nullable: true, description: URL to the next page of items.}
        items: {type: array, items: {$ref: "#/components/schemas/SavedTrackObject"}}
    SavedTrackObject:
      type: object
      properties: {added_at: {type: string, format: date-time}}
"""


def commands(text: str, folder: Path) -> str:
    """Run the commands of a block but for pip and the server, which doesn't end.

    Return what they print.
    """
    said = ""
    for line in text.splitlines():
        words = [word for word in shlex.split(line, comments=True) if "=" not in word]
        if words[0] == "speclock":
            said += speclock(folder, *words[1:]).out
        elif words[2] == "pytest":
            said += python(folder, *words[1:], "-p", "no:cacheprovider", path=["generated"]).out
    return said


@pytest.mark.slow
def test_the_page(tmp_path: Path) -> None:
    first, second = (one for one in blocks(SECTION) if one.language == "sh")
    (tmp_path / "spotify.yaml").write_text(SPEC, encoding="utf-8")
    for block in blocks(SECTION):
        if named := re.match(r"# (\w+\.py)\n", block.text):
            (tmp_path / named[1]).write_text(block.text, encoding="utf-8")
    assert "get_users_saved_tracks_all" in commands(first.text, tmp_path)
    settings = tmp_path / "pyproject.toml"
    (table,) = (one.text for one in blocks(SECTION) if one.language == "toml")
    *before, feature = table.splitlines(keepends=True)
    written = settings.read_text(encoding="utf-8")
    assert "".join(before) in written
    settings.write_text(written + feature, encoding="utf-8")
    wrong = speclock(tmp_path, "generate")
    assert "has no setting 'features'. It is a setting of a table around this one" in wrong.err
    settings.write_text(written.replace("".join(before), table), encoding="utf-8")
    assert re.search(r"^\d+ passed", commands(second.text, tmp_path), re.MULTILINE)
    program = (one.text for one in blocks(SECTION) if one.language == "js")
    with serving(tmp_path / "generated", "spotify") as served:
        script = next(program).replace("http://127.0.0.1:8080", served.url)
        assert served.ask("GET", "/me/tracks?limit=2").status_code == 200
        if BINARY is None:
            pytest.skip("no Chromium: install chromium")
        (tmp_path / "page.html").write_text("<title>Saved</title>", encoding="utf-8")
        with browser.opened(BINARY, tmp_path / "profile") as tab:
            tab.open(tmp_path / "page.html")
            script = script.replace("console.log", "return ").replace(";\n", ";", 1)
            assert isinstance(tab.run(f"(async () => {{ {script} }})()"), list)
