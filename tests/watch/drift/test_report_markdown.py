"""Reports as Markdown and as GitHub's annotations."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.base.printable import on_one_line
from generator.watch.changes.change import Report
from generator.watch.changes.formats import FORMATS
from tests.watch.drift.reports import (
    HOSTILE,
    HOSTILE_TEXT,
    MANY,
    NOTHING,
    OBJECTIVES,
    RENAMED,
    REPORT,
    STATUS,
    WHOLE,
    hostile,
    with_changes,
)


def test_the_markdown_of_a_release() -> None:
    shown = FORMATS["markdown"](REPORT)
    assert shown.startswith(
        "## 🔴 Drift: breaking\n\n**1 of 2 changes can break audiences/create.**\n"
    )
    assert "\n### `audiences/create`\n" in shown
    assert '\n  ```diff\n  - VIDEO_VIEW = "VIDEO_VIEW"\n  ```\n' in shown
    assert "<summary>Documentation: 2 changes</summary>" in shown
    assert "2. Take the changes in: `speclock update" in shown


REFERENCES = re.compile(r"@\w|#\d|\w://|www\.|gh-\d", re.IGNORECASE)
"""What GitHub makes something of in plain text."""


def parsed(markdown: str) -> list[Token]:
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


COUNTS = "breaking 1, risk 500, safe 0, none 0, documentation 90; python 1"


def test_a_markdown_report_fits_into_a_comment() -> None:
    shown = FORMATS["markdown"](MANY, "none")
    assert 50_000 < len(shown) <= 60_000
    assert shown.index(f"\n\n{COUNTS}\n\n") < shown.index("###")
    (left,) = re.findall(r"\*(\d+) changes didn't fit here; `--format html` shows all\.\*", shown)
    assert shown.count("fingerprint `") + int(left) == 501, "whole changes are cut"
    assert shown.count("```") % 2 == 0
    assert "### Next" in shown
    assert "### Faults in the allow-list" in shown
    assert "Documentation: 90 changes" in shown


def test_a_long_report_lists_few_changes_of_documentation() -> None:
    lines = FORMATS["markdown"](MANY).split("\n")
    assert len([one for one in lines if one.startswith("- Doc") or "was reworded" in one]) == 50
    assert "- and 40 more" in lines


def test_a_change_too_long_for_a_comment_doesnt_hide_the_others() -> None:
    signature = replace(OBJECTIVES.signatures[0], before="x" * 550)
    huge = replace(OBJECTIVES, fingerprint="ffffffffffff", signatures=(signature,) * 200)
    shown = FORMATS["markdown"](replace(WHOLE, changes=(huge, OBJECTIVES, STATUS)))
    assert "ffffffffffff" not in shown
    assert OBJECTIVES.fingerprint in shown
    assert STATUS.fingerprint in shown
    assert "*1 change didn't fit here; `--format html` shows all.*" in shown
    assert "breaking 2, risk 1, safe 0, none 0, documentation 0; python 2" in shown


def test_no_single_value_makes_a_comment_too_long() -> None:
    huge = hostile(HOSTILE_TEXT * 300)
    assert len(FORMATS["markdown"](huge)) <= 60_000
    many = replace(huge, changes=huge.changes * 20, faults=huge.faults * 200)
    assert len(FORMATS["markdown"](many, "none")) <= 60_000


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
    swapped = with_changes(replace(OBJECTIVES, base=OBJECTIVES.revision))
    assert "file" not in commands(swapped)[0][1], "an address isn't in the repository"


def test_annotations_of_a_long_report_are_those_that_break() -> None:
    found = commands(MANY)
    assert [name for name, _, _ in found] == ["error", "error", "error", "notice"]
    assert found[-1][2].splitlines()[1:] == [
        COUNTS,
        "500 changes are not listed (risk 500). `--level risk` lists all.",
    ]
    assert len(commands(replace(MANY, faults=()))) == 2
    assert [name for name, _, _ in found[:2]] == ["error"] * len(MANY.faults)
    assert len(FORMATS["github"](MANY, "risk").splitlines()) == 503


def test_renamed_code_is_a_warning_and_nothing_a_notice() -> None:
    assert [name for name, _, _ in commands(with_changes(RENAMED))] == ["warning"]
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
