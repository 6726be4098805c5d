"""Reports as Markdown and as GitHub's annotations."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.drift.changes import Report
from generator.drift.report import FORMATS
from generator.printable import on_one_line
from tests.drift.all_reports import HOSTILE, RENAMED, with_changes
from tests.drift.reports import (
    HOSTILE_TEXT,
    NOTHING,
    OBJECTIVES,
    REPORT,
    STATUS,
    WHOLE,
    hostile,
)


def test_the_markdown_of_a_release() -> None:
    shown = FORMATS["markdown"](REPORT)
    assert shown.startswith(
        "## 🔴 Drift: breaking\n\n**1 of 2 changes can break audiences/create.**\n"
    )
    assert "\n### `audiences/create`\n" in shown
    assert '\n  ```diff\n  - VIDEO_VIEW = "VIDEO_VIEW"\n  ```\n' in shown
    assert "<summary>Documentation: 2 changes</summary>" in shown
    assert "2. Run `speclock drift --write`, which takes" in shown


REFERENCES = re.compile(r"@\w|#\d|\w://|www\.|gh-\d", re.IGNORECASE)
"""What GitHub makes something of in plain text."""


def parsed(markdown: str) -> list[Token]:
    """Every token, also those inside a line, as CommonMark has them; and strikethrough."""
    blocks = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(markdown)
    return [token for block in blocks for token in (block, *(block.children or []))]


@pytest.mark.parametrize(
    "said",
    [
        HOSTILE_TEXT,
        "# not a heading",
        "- no item",
        "1. no list",
        "> no quote",
        "--- ",
        "    code",
        "``    code",
        "`` - item",
        "<!-- x --> <b>bold</b> &lt; &copy;",
        "www.out.example GH-12 org/repo#3 ~~gone~~ __bold__ a|b\\|c $x$",
        "![x](https://out.example/x.png) <https://out.example>",
        "```\n# x\n```",
        "`` ` ``` `",
    ],
)
def test_hostile_text_has_no_meaning_in_markdown(said: str) -> None:
    shown = FORMATS["markdown"](hostile(said))
    tokens = parsed(shown)
    known = {
        "heading", "paragraph", "bullet_list", "ordered_list", "list_item", "inline", "text",
        "fence", "code_inline", "strong", "em", "softbreak", "html_block", "text_special",
    }  # fmt: skip
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= known
    for token in tokens:
        if token.type == "html_block":
            pattern = r"(<details><summary>[\w ,:]+</summary>|</details>)\n?"
            assert re.fullmatch(pattern, token.content), token.content
        if token.type == "text":
            assert not REFERENCES.search(token.content), token.content
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    assert headings == ["h2", "h3", "h3", "h3"]
    assert [t.tag for t in tokens if t.type == "strong_open"] == ["strong"] * 3
    words = "".join(t.content for t in tokens if t.type in ("text", "text_special", "code_inline"))
    wanted = on_one_line(said).replace("`", "").strip()
    assert wanted in words.replace("\u200b", "").replace("`", "")


def test_a_markdown_report_fits_into_a_comment() -> None:
    changes = [replace(STATUS, operations=(f"audiences/{n}",)) for n in range(500)]
    shown = FORMATS["markdown"](replace(WHOLE, changes=(OBJECTIVES, *changes)))
    assert 40_000 < len(shown) < 65_536
    assert re.search(
        r"\*\d+ more paragraphs didn't fit here; the other formats show all\.\*", shown
    )
    assert "### Next" in shown
    assert "### Faults in the allow-list" in shown


@pytest.mark.slow
def test_no_single_value_makes_a_comment_too_long() -> None:
    huge = hostile(HOSTILE_TEXT * 2_000)
    assert len(FORMATS["markdown"](huge)) < 65_536


COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^:,]*,?)+)::(.*)")


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """The annotations as GitHub's runner reads them."""

    def unescaped(value: str) -> str:
        for escaped, sign in {"%3A": ":", "%2C": ",", "%0D": "\r", "%0A": "\n", "%25": "%"}.items():
            value = value.replace(escaped, sign)
        return value

    found: list[tuple[str, dict[str, str], str]] = []
    for line in FORMATS["github"](report).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append(
            (match[1], {k: unescaped(v) for k, v in properties.items()}, unescaped(match[3]))
        )
    return found


def test_annotations_stand_at_their_lines() -> None:
    found = commands(WHOLE)
    assert [name for name, _, _ in found] == ["error", "error", "error", "warning", "notice"]
    _, where, said = found[2]
    assert where == {
        "file": "spec/audiences.yaml", "line": "214", "col": "17",
        "title": "breaking in requests, safe in responses",
    }  # fmt: skip
    assert said.splitlines()[0] == OBJECTIVES.message
    assert "upstream: https://api.example/openapi.yaml:10231:11" in said
    assert found[0][1]["file"] == "spec/drift.toml"
    assert "file" not in found[-1][1], "what stands upstream alone has no line in the repository"


def test_a_change_that_stops_python_code_is_a_warning() -> None:
    assert [name for name, _, _ in commands(with_changes(RENAMED))] == ["warning"]


def test_nothing_to_annotate_is_a_notice() -> None:
    assert commands(NOTHING) == [
        ("notice", {"title": "speclock drift"}, "none: nothing changed for audiences/create")
    ]


def test_hostile_text_is_no_command_of_its_own() -> None:
    for report in (HOSTILE, hostile("::error ::owned"), hostile("  ::set-env name=a::b")):
        assert len(commands(report)) == 2  # the fault and the one change that counts
        for name in ("text", "markdown", "json"):
            for line in FORMATS[name](report).splitlines():
                assert not line.lstrip().startswith("::"), name
        assert "##[" not in FORMATS["text"](report)
