"""``speclock drift --traffic --write-overlay``: with the overlay, recordings deviate no more."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import yaml

from generator.document.load import load
from generator.document.overlay.apply import apply_overlays, load_overlay
from generator.services.described_traffic import DescribedTraffic
from generator.services.traffic import TrafficResult
from generator.traffic.overlay.schemas import HIDDEN
from generator.traffic.overlay.write import HEADER, TrafficOverlay, overlay_of
from generator.traffic.shown import UNSHOWN, shown_name
from tests.support.command import Outcome, speclock
from tests.traffic.recorded import (
    SPEC,
    URL,
    Json,
    compared,
    description,
    exchange,
    rules,
    write_project,
    write_recording,
)

V30, V31 = "3.0.3", "3.1.0"
FILE = "seen.overlay.yaml"


@pytest.fixture(autouse=True)
def _without_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """No client is generated: the levels of deviations aren't what is tested here."""
    monkeypatch.setattr(DescribedTraffic, "reader", None)


def overlaid(
    folder: Path, spec: Json, exchanges: list[Json]
) -> tuple[TrafficResult, TrafficOverlay, TrafficResult]:
    """What was found before, the overlay, and what is found with it."""
    client = write_project(folder, spec)
    recording = write_recording(folder, exchanges)
    before = compared(folder, client, recording)
    overlay = overlay_of(before.findings, before.description)
    if not overlay.text:
        return before, overlay, before
    (folder / FILE).write_text(overlay.text, encoding="utf-8")
    check_actions(folder, overlay)
    return before, overlay, compared(folder, client, recording, FILE)


def check_actions(folder: Path, overlay: TrafficOverlay) -> None:
    """Each action has its note, and is applicable alone; the second of a pair after the first."""
    whole = yaml.safe_load(overlay.text)
    assert len(whole["actions"]) == overlay.actions
    removed = {one["target"] for one in whole["actions"] if one.get("remove")}
    for action in whole["actions"]:
        assert "recording.ndjson:" in action["description"]
        is_second = set(action.get("update") or ()) == {"type"} if "update" in action else False
        is_second = is_second and f"{action['target']}.type" in removed
        group = [action]
        if is_second:
            target = f"{action['target']}.type"
            group.insert(0, next(one for one in whole["actions"] if one["target"] == target))
        alone = folder / "alone.yaml"
        alone.write_text(yaml.safe_dump({**whole, "actions": group}), encoding="utf-8")
        apply_overlays(load(folder / SPEC), [load_overlay(alone)])


def obj(required: list[str] | None = None, **properties: Json) -> Json:
    more = {"required": required} if required else {}
    return {"type": "object", "properties": properties, **more}


def union(keyword: str = "oneOf", *branches: Json) -> Json:
    return {keyword: list(branches or ({"type": "string"}, {"type": "boolean"}))}


ID: Json = {"type": "integer"}
TEXT: Json = {"type": "string"}
REF: Json = {"$ref": "#/components/schemas/Pet"}
PET = {"Pet": obj(["id"], id=ID)}

# name: the rule, the schema, the recorded bodies
VALUES: dict[str, tuple[str, Json, list[Json]]] = {
    "enum": ("enum/value-added", obj(a={"type": "string", "enum": ["x"]}), [{"a": "n"}]),
    "enum of numbers": ("enum/value-added", obj(a={"type": "integer", "enum": [1, 2]}), [{"a": 3}]),
    "member": ("property/added", obj(a=ID), [{"b": "new"}]),
    "member, object": ("property/added", obj(a=ID), [{"b": {"c": 1}}]),
    "member, list": ("property/added", obj(a=ID), [{"b": [1, 2]}, {"b": [[]]}, {"b": [[1.5]]}]),
    "member, several types": ("property/added", obj(a=ID), [{"b": 1}, {"b": "x"}, {"b": None}]),
    "member, null": ("property/added", obj(a=ID), [{"b": None}, {"b": 1}]),
    "member, only null": ("property/added", obj(a=ID), [{"b": None}]),
    "required": ("required/removed", obj(["a", "b"], a=ID, b=ID), [{"a": 1}]),
    "required, all": ("required/removed", obj(["a", "b"], a=ID, b=ID), [{"a": 1}, {"b": 1}]),
    "required, undescribed": ("required/removed", obj(["z"], a=ID), [{"a": 1}]),
    "null": ("nullable/added", obj(a=ID), [{"a": None}]),
    "null, enum": ("nullable/added", obj(a={"type": "string", "enum": ["x", "y"]}), [{"a": None}]),
    "null, object": ("nullable/added", obj(a=obj(b=ID)), [{"a": None}]),
    "null, oneOf": ("nullable/added", obj(a=union("oneOf")), [{"a": None}]),
    "null, anyOf": ("nullable/added", obj(a=union("anyOf")), [{"a": None}]),
    "null, component": ("nullable/added", obj(a=REF), [{"a": None}]),
    "type": ("type/changed", obj(a=ID), [{"a": "x"}]),
    "type, number": ("type/changed", obj(a=ID), [{"a": 1.5}]),
    "type, several": ("type/changed", obj(a=ID), [{"a": "x"}, {"a": True}]),
    "type, oneOf": ("type/changed", obj(a=union("oneOf")), [{"a": 1}]),
    "type, anyOf": ("type/changed", obj(a=union("anyOf")), [{"a": 1}, {"a": [1]}]),
    "type, enum": ("type/changed", obj(a={"type": "string", "enum": ["x", "y"]}), [{"a": 7}]),
    "type, items": ("type/changed", {"type": "array", "items": ID}, [["x"]]),
    "minimum": ("minimum/widened", obj(a={"type": "integer", "minimum": 5}), [{"a": 1}]),
    "maximum": ("maximum/widened", obj(a={"type": "integer", "maximum": 5}), [{"a": 9}]),
    "minLength": ("minLength/widened", obj(a={"type": "string", "minLength": 5}), [{"a": "x"}]),
    "maxLength": ("maxLength/widened", obj(a={"type": "string", "maxLength": 1}), [{"a": "xyz"}]),
    "minItems": ("minItems/widened", {"type": "array", "items": ID, "minItems": 2}, [[1]]),
    "maxItems": ("maxItems/widened", {"type": "array", "items": ID, "maxItems": 1}, [[1, 2]]),
    "pattern": ("pattern/changed", obj(a={"type": "string", "pattern": "^x"}), [{"a": "y"}]),
    "format": ("format/changed", obj(a={"type": "string", "format": "date"}), [{"a": "y"}]),
    "multipleOf": ("multipleOf/changed", obj(a={"type": "integer", "multipleOf": 5}), [{"a": 4}]),
    "uniqueItems": (
        "uniqueItems/removed", {"type": "array", "items": ID, "uniqueItems": True}, [[1, 1]],
    ),
    "allOf, member": ("property/added", {"allOf": [REF, obj(b=ID)]}, [{"id": 1, "c": 1}]),
    "allOf, required": ("required/removed", {"allOf": [REF, obj(["b"], b=ID)]}, [{"b": 1}]),
    "allOf, bound": (
        "maxLength/widened",
        obj(a={"allOf": [{"type": "string", "maxLength": 3}, {"minLength": 1}]}),
        [{"a": "12345"}],
    ),
    "allOf, bounds": (
        "maxLength/widened",
        {"allOf": [obj(a={"type": "string", "maxLength": 3}),
                   obj(a={"type": "string", "maxLength": 2})]},
        [{"a": "12345"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("version", [V30, V31])
@pytest.mark.parametrize("name", VALUES)
def test_values(tmp_path: Path, name: str, version: str) -> None:
    rule, schema, bodies = VALUES[name]
    spec = description(schema, version, schemas=PET)
    before, overlay, after = overlaid(tmp_path, spec, [exchange(body) for body in bodies])
    assert set(rules(before)) == {f"response/schema/{rule}"}
    assert overlay.left == ()
    assert rules(after) == [], overlay.text


# name: the version, the rules before, the schema, the recorded bodies
OTHERS: dict[str, tuple[str, set[str], Json, list[Json]]] = {
    "constant": (V31, {"enum/value-added"}, obj(a={"const": "x"}), [{"a": "y"}]),
    "constant and null": (V31, {"nullable/added"}, obj(a={"const": "x"}), [{"a": None}]),
    "constant of a type and null": (
        V31, {"nullable/added"}, obj(a={"type": "string", "const": "x"}), [{"a": None}],
    ),
    "null and type": (
        V31, {"nullable/added", "type/changed"}, obj(a=ID), [{"a": None}, {"a": "x"}],
    ),
    "list of types": (
        V31, {"type/changed"}, obj(a={"type": ["integer", "null"]}), [{"a": "x"}, {"a": True}],
    ),
    "object or text": (V31, {"type/changed"}, obj(a=obj(b=ID)), [{"a": "x"}]),
    "exclusive bound": (
        V31, {"minimum/widened"}, obj(a={"type": "integer", "exclusiveMinimum": 3}), [{"a": 3}],
    ),
    "exclusive bound of 3.0": (
        V30, {"maximum/widened"},
        obj(a={"type": "number", "maximum": 3, "exclusiveMaximum": True}), [{"a": 3}, {"a": 4}],
    ),
    "rounded bound": (
        V31, {"minimum/widened"}, obj(a={"type": "integer", "exclusiveMinimum": 0.5}), [{"a": 0}],
    ),
    "branch or null": (
        V31, {"type/changed"}, obj(a={"anyOf": [REF, {"type": "null"}]}), [{"a": "x"}],
    ),
    "branch with a name": (
        V31, {"nullable/added"},
        obj(a={"oneOf": [REF, {"$ref": "#/components/schemas/Cat"}],
               "discriminator": {"propertyName": "kind"}}),
        [{"a": None}],
    ),
    "no type": (V31, {"nullable/added"}, obj(a={"properties": {"b": ID}}), [{"a": None}]),
    "reference with a bound": (
        V31, {"type/changed"},
        obj(a={"$ref": "#/components/schemas/Either", "minLength": 1}), [{"a": 1}],
    ),
    "reference with a bound and null": (
        V31, {"nullable/added"},
        obj(a={"$ref": "#/components/schemas/Either", "minLength": 1}), [{"a": None}],
    ),
    "type beside branches": (
        V31, {"type/changed"},
        obj(a={"type": ["string", "boolean"], **union()}), [{"a": 1}],
    ),
    "type beside branches in 3.0": (
        V30, {"type/changed"},
        obj(a={"type": "string", "oneOf": [{"maxLength": 1}, {"minLength": 3}]}), [{"a": 1}],
    ),
    "names of values": (
        V31, {"enum/value-added"},
        obj(a={"type": "string", "enum": ["x", "y"], "x-enum-varnames": ["EX", "WY"]}),
        [{"a": "z"}],
    ),
    "value, then null": (
        V31, {"enum/value-added", "nullable/added"},
        obj(a={"type": "string", "enum": ["x", "y"]}), [{"a": "z"}, {"a": None}],
    ),
    "value of another type": (
        V31, {"type/changed", "enum/value-added"},
        obj(a={"type": "string", "enum": ["x", "y"]}), [{"a": 1}, {"a": "z"}],
    ),
    "base requires": (
        V31, {"required/removed"}, {"allOf": [REF, {"required": ["kind"]}]}, [{"id": 1}],
    ),
    "required beside another": (
        V31, {"dependentRequired/changed"}, {**obj(a=ID, b=ID), "dependentRequired": {"a": ["b"]}},
        [{"a": 1}],
    ),
    "names of members": (
        V31, {"propertyNames/changed"},
        {"type": "object", "propertyNames": {"pattern": "^x"}, "additionalProperties": True},
        [{"y": 1}],
    ),
    "additional members": (
        V31, {"type/changed"}, {"type": "object", "additionalProperties": ID}, [{"a": "x"}],
    ),
    "members of a component": (
        V31, {"property/added", "required/removed"}, {"type": "array", "items": REF}, [[{"n": 1}]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_schemas(tmp_path: Path, name: str) -> None:
    version, found, schema, bodies = OTHERS[name]
    cat = obj(["kind"], kind=TEXT)
    pet = obj(["id"], id=ID, kind=TEXT)
    spec = description(schema, version, schemas={"Pet": pet, "Cat": cat, "Either": union()})
    before, overlay, after = overlaid(tmp_path, spec, [exchange(body) for body in bodies])
    assert set(rules(before)) == {f"response/schema/{rule}" for rule in found}
    assert overlay.left == ()
    assert rules(after) == [], overlay.text


# name: the rules before, what the response has besides its body, the exchanges
HTTP: dict[str, tuple[set[str], Json, list[Json]]] = {
    "success": ({"status/success/added"}, {}, [exchange({"a": 1}, 201)]),
    "success without a body": (
        {"status/success/added"}, {}, [exchange(status=204, text="", headers={"content-type": ""})],
    ),
    "error": (
        {"status/error/added"}, {},
        [exchange({"e": 1}, 404, headers={"x-why": "so"}),
         exchange(status=404, text="no", headers={"content-type": "text/plain"})],
    ),
    "media type": (
        {"body/media-type/added"}, {},
        [exchange({"a": 1}, headers={"content-type": "application/vnd.x+json"}),
         exchange(text="hello", headers={"content-type": "text/plain; charset=utf-8"})],
    ),
    "header": ({"header/optional/added"}, {}, [exchange({}, headers={"x-a": "1", "x-b": "c"})]),
    "header, second": (
        {"header/optional/added"}, {"headers": {"x-a": {"schema": TEXT}}},
        [exchange({}, headers={"x-b": "c"})],
    ),
    "required header": (
        {"header/presence/optional"}, {"headers": {"x-a": {"required": True, "schema": TEXT}}},
        [exchange({})],
    ),
    "malformed header": (
        {"schema/type/changed"}, {"headers": {"x-a": {"schema": ID}}},
        [exchange({}, headers={"x-a": "soon"})],
    ),
}  # fmt: skip


@pytest.mark.parametrize("version", [V30, V31])
@pytest.mark.parametrize("name", HTTP)
def test_responses(tmp_path: Path, name: str, version: str) -> None:
    found, more, exchanges = HTTP[name]
    spec = description({"type": "object"}, version, more=more)
    before, overlay, after = overlaid(tmp_path, spec, exchanges)
    assert set(rules(before)) == {f"response/{rule}" for rule in found}
    assert overlay.left == ()
    assert rules(after) == [], overlay.text


def test_another_success_is_like_the_one_described(tmp_path: Path) -> None:
    exchanges = [exchange({"id": 1}, 201), exchange({"id": "x"}, 202)]
    _, overlay, after = overlaid(tmp_path, description(REF, schemas=PET), exchanges)
    added = [one["update"]["responses"] for one in actions(overlay) if "responses" in str(one)]
    like = {"$ref": "#/paths/~1things/get/responses/200"}
    assert {"201": like} in added
    assert {"202": like} in added
    assert rules(after) == []


def test_a_response_without_content(tmp_path: Path) -> None:
    spec = description({})
    del spec["paths"]["/things"]["get"]["responses"]["200"]["content"]
    before, _, after = overlaid(tmp_path, spec, [exchange({"a": 1})])
    assert rules(before) == ["response/body/media-type/added"]
    assert rules(after) == []


def test_shared_responses_and_headers(tmp_path: Path) -> None:
    """Parts that are referred to are changed where they are."""
    spec = description({})
    get = spec["paths"]["/things"]["get"]
    shared = get["responses"]["200"]
    get["responses"] = {"200": {"$ref": "#/components/responses/headers"}}
    shared["headers"] = {"X-A": {"$ref": "#/components/headers/content"}}
    spec["components"] |= {
        "responses": {"headers": shared, "description": {"description": "x"}},
        "headers": {"content": {"required": True, "schema": ID}},
    }
    exchanges = [
        exchange(text="x", headers={"x-b": "1", "content-type": "text/csv"}),
        exchange({}, headers={"x-a": "soon"}),
    ]
    before, overlay, after = overlaid(tmp_path, spec, exchanges)
    assert len(before.findings) == 4
    assert overlay.left == ()
    assert rules(after) == [], overlay.text


def test_the_end_of_an_operation(tmp_path: Path) -> None:
    headers = {"deprecation": "@1700000000", "sunset": "Sat, 31 Oct 2026 23:59:59 GMT"}
    before, overlay, after = overlaid(tmp_path, description({}), [exchange({}, headers=headers)])
    assert rules(before) == ["api/operation/deprecated/added", "api/operation/sunset/added"]
    updates = [one["update"] for one in actions(overlay)]
    assert sorted(updates, key=str) == [{"deprecated": True}, {"x-sunset": "2026-10-31"}]
    assert rules(after) == []


# ── what is left ─────────────────────────────────────────────────────────────────────────────────


def actions(overlay: TrafficOverlay) -> list[Json]:
    return yaml.safe_load(overlay.text)["actions"] if overlay.text else []


KINDS = {
    "oneOf": [{"$ref": "#/components/schemas/Pet"}, {"$ref": "#/components/schemas/Cat"}],
    "discriminator": {"propertyName": "kind"},
}


@pytest.mark.parametrize(
    ("rule", "schema", "recorded", "reason"),
    [
        ("request/parameter/optional/added", {}, exchange({}, url=f"{URL}?x=1"), "the caller"),
        ("response/body/content/malformed", {}, exchange(text="{"), "broken or empty"),
        ("response/body/content/malformed", {}, exchange(text=""), "broken or empty"),
        ("api/operation/presence/added", {}, exchange({}, url=f"{URL}/1"), "the operation"),
        ("response/schema/branch/added-known", KINDS, exchange({"kind": "Dog"}), "the branch"),
        ("response/status/error/added", {}, exchange(text="", status=404), ""),
        ("api/operation/sunset/added", {}, exchange({}, headers={"sunset": "soon"}), "the day"),
        (
            "response/schema/nullable/added",
            obj(a={"allOf": [{"type": "object"}, obj(b=ID)]}),
            exchange({"a": None}),
            "several schemas of an allOf",
        ),
    ],
)
def test_left(tmp_path: Path, rule: str, schema: Json, recorded: Json, reason: str) -> None:
    pets = {name: obj(["kind"], kind=TEXT) for name in ("Pet", "Cat")}
    before, overlay, after = overlaid(tmp_path, description(schema, schemas=pets), [recorded])
    assert rule in rules(before)
    reasons = [why for finding, why in overlay.left if finding.deviation.rule == rule]
    assert len(reasons) == bool(reason)
    assert all(reason in why for why in reasons)
    assert rules(after) == [finding.deviation.rule for finding, _ in overlay.left]


def test_objects_of_3_0_have_one_type(tmp_path: Path) -> None:
    spec = description(obj(a=obj(b=ID)), V30)
    _, overlay, _ = overlaid(tmp_path, spec, [exchange({"a": "x"})])
    assert overlay.text == ""
    assert [reason for _, reason in overlay.left] == [
        "in OpenAPI 3.0 only a branch of anyOf can describe it"
    ]


def test_parts_of_other_files(tmp_path: Path) -> None:
    """Of another file of the description, and of an overlay that is in use."""
    (tmp_path / "pet.json").write_text(json.dumps(obj(["id"], id=ID)), encoding="utf-8")
    client = write_project(tmp_path, description(obj(a={"$ref": "pet.json"})))
    added = {"target": "$.paths['/things'].get.responses['200']", "update": {"headers": {
        "x-a": {"required": True, "schema": TEXT}}}}  # fmt: skip
    whole = {"overlay": "1.1.0", "info": {"title": "x", "version": "1"}, "actions": [added]}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    recording = write_recording(tmp_path, [exchange({"a": {}, "b": 1})])
    found = compared(tmp_path, client, recording, "own.yaml")
    overlay = overlay_of(found.findings, found.description)
    left = {finding.deviation.rule: reason for finding, reason in overlay.left}
    assert "pet.json" in left["response/schema/required/removed"]
    assert "own.yaml" in left["response/header/presence/optional"]
    assert [one["update"] for one in actions(overlay)] == [{"b": {"type": "integer"}}]


# ── hostile and private text ─────────────────────────────────────────────────────────────────────

HOSTILE = (
    "it's", '"', "\\", "a\nb", "\t", "\r", "\x00", "$", "@", "*", "..", "[?@]", "a.b", "#",
    "- x: y",
    "~1/", "%7E", "é", "\x85", "\u2028", "\U0001f600", "{{ x }}", "no", "012", "'] | $['paths", " ",
    "x" * 200, "'''\n\"\"\"", "\ufeff", "\x7f", ": ", "!!python/none", "&a", "*a",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=repr)
def test_any_name(tmp_path: Path, name: str) -> None:
    """Names in a description and in a recording that mean something in JSONPath or YAML.

    A recorded one that the report hides isn't written.
    """
    old, new = f"{name}:old", f"{name}:new"
    inner = obj([old, "z"], **{old: ID})
    spec = description(obj(**{name: inner, "e": {"type": "string", "enum": ["x", old]}}))
    bodies = [{name: {"z": 1, new: 1}, "e": new}, {name: {old: "x", "z": 1, new: {}}}]
    before, overlay, after = overlaid(tmp_path, spec, [exchange(body) for body in bodies])
    assert len(before.findings) == 4
    is_hidden = shown_name(new) == UNSHOWN
    assert [reason for _, reason in overlay.left] == [HIDDEN][:is_hidden]
    assert rules(after) == ["response/schema/property/added"][:is_hidden], overlay.text


def test_a_name_without_characters_is_left(tmp_path: Path) -> None:
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ID)), [exchange({"": 1})])
    assert overlay.text == ""
    assert [reason for _, reason in overlay.left] == ["its name is empty"]


PRIVATE = "jane.doe@example.com"


def test_names_that_the_report_hides_are_not_written(tmp_path: Path) -> None:
    """They may be values: of members, headers and media types."""
    made = [
        exchange({PRIVATE: 1, "b": 2}),
        exchange({}, headers={PRIVATE: "1", "x-new": "1"}),
        exchange({}, status=404, headers={PRIVATE: "1", "x-more": "1"}),
        exchange({}, headers={"content-type": f"text/{PRIVATE}"}),
    ]
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ID)), made)
    assert PRIVATE not in overlay.text
    assert {"b", "x-new", "x-more"} <= {*re.findall(r"[\w-]+", overlay.text)}
    assert [reason for _, reason in overlay.left] == [HIDDEN] * 3


def test_half_a_character_is_left(tmp_path: Path) -> None:
    """It can be written in JSON with an escape, but not in UTF-8."""
    schema = obj(a={"type": "string", "enum": ["x"]})
    bodies = [{"a": "\ud800"}, {"\udfff": 1}]
    _, overlay, _ = overlaid(tmp_path, description(schema), [exchange(body) for body in bodies])
    assert overlay.text == ""
    assert [reason for _, reason in overlay.left] == ["a broken or empty body isn't described"]


SECRET = "hunter2"


def test_recorded_values_are_not_written(tmp_path: Path) -> None:
    schema = obj(["r"], a=ID, b={"type": "string", "maxLength": 1, "format": "date"}, c=union())
    body = {"a": SECRET, "b": SECRET, "c": [SECRET], "new": SECRET, "list": [{SECRET: SECRET}]}
    headers = {"x-key": SECRET, "authorization": SECRET, "set-cookie": SECRET}
    one = exchange(body, headers=headers)
    other = exchange(status=500, text=SECRET, headers={**headers, "content-type": "text/plain"})
    for each in (one, other):
        each["request"]["headers"] = [["authorization", SECRET], ["cookie", SECRET]]
        each["request"]["url"] += f"?key={SECRET}"
    before, overlay, _ = overlaid(tmp_path, description(schema), [one, other])
    assert len(before.findings) >= 10
    assert overlay.actions >= 8
    assert SECRET not in overlay.text
    assert overlay.values == {}


def test_notes(tmp_path: Path) -> None:
    days = ("2026-05-04", "2026-03-01", "2026-06-30")
    exchanges = [exchange({"a": "x"}, day=day) for day in days]
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ID)), exchanges)
    (note,) = {one["description"] for one in actions(overlay)}
    assert note.startswith("response/schema/type/changed, seen 3×, 2026-03-01 – 2026-06-30, ")
    assert note.endswith("recording.ndjson:1")


# ── the command ──────────────────────────────────────────────────────────────────────────────────

ENUM = description(obj(a={"type": "string", "enum": ["x"]}, b=ID))


def drift(folder: Path, *arguments: str) -> Outcome:
    """The command, without its report."""
    return speclock(folder, "drift", "--traffic", "recording.ndjson", "--output", "r", *arguments)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    write_project(tmp_path, ENUM)
    write_recording(tmp_path, [exchange({"a": "new", "b": "x"})])
    return tmp_path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_values_are_written_after_a_yes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = ("--write-overlay", FILE)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    outcome = drift(project, *write)
    assert outcome.code == 2
    assert "there is no terminal to ask on. Use --yes" in outcome.err
    assert not (project / FILE).exists()
    for answer in ("\n", "n\n", "what\n"):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        outcome = drift(project, *write)
        assert f"{FILE}: not written." in outcome.err
        assert '/properties/a/enum: "new"' in outcome.err
        assert not (project / FILE).exists()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert f"{FILE}: 2 deviations described." in drift(project, *write).err
    text = (project / FILE).read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert "- new\n" in text
    monkeypatch.setattr("sys.stdin", io.StringIO())
    outcome = drift(project, *write, "--yes")  # over the old one
    assert f'Next: put overlays = ["{FILE}"] into [tool.speclock.clients.things]' in outcome.err
    assert (project / FILE).read_text(encoding="utf-8") == text
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'overlays = ["{FILE}"]\n')
    assert drift(project).code == 0
    report = (project / "r").read_text(encoding="utf-8")
    assert "no deviation of list in 1 exchange" in report
    outcome = drift(project, *write)
    assert outcome.code == 2
    assert "is in use" in outcome.err


def test_no_question_without_values(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    write_recording(project, [exchange({"b": "x"})])
    assert "1 deviation described" in drift(project, "--write-overlay", FILE).err
    (project / FILE).unlink()
    write_recording(project, [exchange({"b": 1})])
    assert "nothing to describe" in drift(project, "--write-overlay", FILE).err
    assert not (project / FILE).exists()


def test_what_is_not_overwritten(project: Path) -> None:
    (project / "mine.yaml").write_text("overlay: 1.1.0\n", encoding="utf-8")
    (project / "link.yaml").symlink_to("mine.yaml")
    (project / "folder.yaml").mkdir()
    for name, words in (
        ("mine.yaml", "isn't an overlay of recorded traffic"),
        ("link.yaml", "is a symbolic link"),
        ("folder.yaml", "isn't a regular file"),
    ):
        outcome = drift(project, "--write-overlay", name, "--yes")
        assert (outcome.code, words in outcome.err) == (2, True), outcome.err
    assert (project / "mine.yaml").read_text(encoding="utf-8") == "overlay: 1.1.0\n"


def test_what_is_allowed_is_not_written(project: Path) -> None:
    outcome = drift(project, "--format", "json", "--write-overlay", FILE, "--yes")
    report = json.loads((project / "r").read_text(encoding="utf-8"))
    assert "2 deviations" in outcome.err
    (kept,) = (one for one in report["changes"] if "enum" in one["id"])
    entry = {"fingerprint": kept["fingerprint"], "change": "x", "reason": "x", "owner": "x"}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items())
    allowed = f"[[allowed]]\n{lines}expires = 2999-01-01\ntraffic = true\n"
    (project / "spec.allowed.toml").write_text(allowed, encoding="utf-8")
    assert "1 deviation described" in drift(project, "--write-overlay", FILE).err


def test_recordings_are_needed(project: Path) -> None:
    for option in (["--write-overlay", FILE], ["--coverage"]):
        outcome = speclock(project, "drift", "--base", SPEC, "--revision", SPEC, *option)
        assert outcome.code == 2
        assert "--traffic" in outcome.err
