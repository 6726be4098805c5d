"""What is written about a comparison: the same facts in every format, and text that stays text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from generator.watch.changes.change import Report
from generator.watch.changes.formats import FORMATS
from generator.watch.changes.formats.summary import verdict
from generator.watch.changes.formats.text import ansi, text
from tests.watch.drift.reports import (
    COMPANY,
    HOSTILE_TEXT,
    NOTHING,
    OBJECTIVES,
    RENAMED,
    REPORT,
    REPORTS,
    RETENTION,
    STATUS,
    WHOLE,
    hostile,
    on_the_wire,
    prose,
    with_changes,
)

every_format = pytest.mark.parametrize("name", FORMATS)


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
            "none: only documentation changed for audiences/create",
        ),
        (
            with_changes(RETENTION),
            "none: nothing changed for audiences/create except what is allowed",
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


RELEASE = """\
breaking: 1 of 2 changes can break audiences/create
pinterest_audiences: spec/audiences.yaml (5.15.0) → https://api.example/openapi.yaml (5.16.0)
Python code that uses the old client may stop type-checking or running.

audiences/create
  breaking  `AudienceRule.objective_type[]` no longer takes VIDEO_VIEW and WEB_SESSIONS
    breaking in requests, safe in responses · request/schema/enum/value-removed · response/schema/enum/value-removed
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
    safe in responses · response/schema/property/added
    + string or null, optional
    revision     https://api.example/openapi.yaml:8770:9  #/components/schemas/Audience/properties/created_by_company_name
    python       Audience.created_by_company_name (doesn't break code)
      + created_by_company_name: str | None = None
    fingerprint  00aa11bb22cc

Documentation: 2 changes (--verbose lists them)

The client needs a new major version: code that uses it may have to change.
Next:
  1. Read what `objective_type` means to your calls.
  2. Take the changes in: `speclock update audiences`
  3. Run `make generate`, and release the client with a new major version.
"""  # noqa: E501


def test_the_text_of_a_release() -> None:
    assert text(REPORT) == RELEASE


def test_verbose_lists_prose() -> None:
    shown = text(REPORT, verbose=True)
    assert "Documentation: 2 changes\n" in shown
    assert "    + Audience ID. Always made of digits.\n" in shown
    assert "spec/audiences.yaml:401:9" in shown
    assert "spec/audiences.yaml:401:9" not in text(REPORT)


def test_what_is_allowed_and_what_is_wrong_with_it_come_after_the_changes() -> None:
    shown = text(WHOLE)
    ends = shown.partition("Accepted, and not counted:\n")[2]
    assert ends.startswith(
        "  breaking  `AudienceRule.retention_days` is at most 180, and was at most 540\n"
        "    because We never keep visitors for more than 90 days (ads-team, until 2027-03-01)\n"
        "    fingerprint  5566778899aa at spec/drift.toml:4:1\n"
    )
    assert "  at spec/drift.toml:9:1: The entry 1234567890ab matches no change any more.\n" in ends
    assert shown.index("audiences/list and audiences/get\n") < shown.index("Documentation")


def test_colours_only_add_escape_sequences() -> None:
    coloured = text(WHOLE, ansi, verbose=True)
    assert coloured != text(WHOLE, verbose=True)
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(WHOLE, verbose=True)
    assert "\x1b[1;31mbreaking\x1b[0m: 1 of 3" in coloured


# ── what a report lists ──────────────────────────────────────────────────────────────────────────

LEVELS = ("breaking", "risk", "safe", "none")
ONE_EACH = tuple(
    replace(on_the_wire(level, "a"), fingerprint=level.ljust(12, "0")) for level in LEVELS
)
LONG = with_changes(
    *(replace(ONE_EACH[number], operations=(str(n),)) for n in range(11) for number in range(4)),
    prose(1, "a", "b"),
)


def _listed(report: Report, level: str, name: str = "text") -> set[str]:
    shown = FORMATS[name](report, level)
    return {one for one in LEVELS if one.ljust(12, "0") in shown}


@pytest.mark.parametrize("name", ["text", "markdown", "github"])
@pytest.mark.parametrize("number", range(4))
def test_the_level_is_the_lowest_that_is_listed(name: str, number: int) -> None:
    report = with_changes(*ONE_EACH)
    assert _listed(report, LEVELS[number], name) == set(LEVELS[: number + 1])
    assert _listed(report, "", name) == set(LEVELS), "a short report has all"
    shown = FORMATS[name](report, LEVELS[number])
    counts = "breaking 1, risk 1, safe 1, none 1, documentation 0; python 0"
    assert (counts in shown) == (number < 3 or name == "markdown")
    assert ("not listed" in shown) == (number < 3)


@pytest.mark.parametrize("name", ["json", "sarif", "html"])
def test_other_formats_have_all_changes(name: str) -> None:
    assert FORMATS[name](LONG, "breaking") == FORMATS[name](LONG)
    assert _listed(LONG, "breaking", name) == set(LEVELS)


def test_a_long_report_counts_all_and_lists_what_breaks() -> None:
    shown = text(LONG)
    lines = shown.splitlines()
    assert lines[0] == "breaking: 11 of 44 changes can break 0, 1, 2 and 8 more"
    assert "Changes: breaking 11, risk 11, safe 11, none 11, documentation 1; python 0" in lines[:4]
    assert _listed(LONG, "") == {"breaking"}
    assert (
        "33 changes are not listed (risk 11, safe 11, none 11). "
        "`--level risk` lists more, `--level none` lists all."
    ) in lines
    assert "not listed" not in text(LONG, level="none")
    assert text(LONG, level="none").count("fingerprint") == 44


def test_forty_changes_are_a_short_report() -> None:
    short = text(replace(LONG, changes=LONG.changes[:40]))
    assert short.count("fingerprint") == 40
    assert "Changes:" not in short
    assert "Changes: breaking 11, risk 10" in text(replace(LONG, changes=LONG.changes[:41]))


def test_a_change_that_may_break_python_is_always_listed() -> None:
    report = with_changes(RENAMED, on_the_wire("safe", "a"))
    shown = text(report, level="breaking")
    assert "class Audience(Model)" in shown
    assert "1 change is not listed (safe 1). `--level safe` lists all." in shown


@every_format
def test_every_format_is_stable_printable_and_names_each_change_that_counts(name: str) -> None:
    for report in (*REPORTS.values(), hostile(HOSTILE_TEXT + "\ud800\x85\u2028\x9b2J")):
        shown = FORMATS[name](report)
        assert shown == FORMATS[name](report)
        assert shown.endswith("\n")
        shown.encode()
        assert {c for c in shown if not c.isprintable() and c != "\n"} == set()
    for change in (OBJECTIVES, STATUS, COMPANY):
        assert change.fingerprint in FORMATS[name](WHOLE)
    assert RETENTION.fingerprint in FORMATS[name](WHOLE) or name in ("github", "markdown")
