"""``speclock drift --traffic --write-overlay``: with the overlay, recordings deviate no more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from generator.reading.document.edit.dump import json_text
from generator.reading.document.load import load
from generator.watch.traffic.overlay.schemas import HIDDEN
from generator.watch.traffic.overlay.write import overlay_of
from generator.watch.traffic.shown import UNSHOWN, shown_name
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.labelled import labels
from tests.watch.traffic.making import SPECS
from tests.watch.traffic.recorded import (
    OVERLAY,
    URL,
    Json,
    actions,
    answer,
    compared,
    described,
    description,
    obj,
    overlaid,
    rules,
)

V30, V31 = "3.0.3", "3.1.0"


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["audiences", "files", "measures", "shop", "zoo"])
def test_labelled_exchanges_deviate_no_more(spec: str, tmp_path: Path) -> None:
    whole = json.loads(json_text(load(SPECS[spec]).root))
    made = [one for one in labels() if one.spec == spec and one.rule.startswith("response/")]
    before, overlay, after = overlaid(tmp_path, whole, [one.exchange for one in made])
    assert rules(before) == sorted(one.rule for one in made)
    left = [(one.deviation.rule, reason) for one, reason in overlay.left]
    assert after == sorted(rule for rule, _ in left)
    assert {*left} <= LEFT


def _dependent(*required: str) -> Json:
    schema = obj([*required], a=TEXT, b=TEXT, c=TEXT, d=TEXT)
    return description({**schema, "dependentRequired": DEPENDENT})


@pytest.mark.parametrize("required", [(), ("b",)])
def test_members_that_another_requires(required: tuple[str, ...], tmp_path: Path) -> None:
    """Without one, in a value with the other, the whole keyword is removed, once."""
    seen = [answer({"a": "x", "d": "x"})]
    before, overlay, after = overlaid(tmp_path, _dependent(*required), seen)
    assert "response/schema/dependentRequired/changed" in rules(before)
    assert (after, overlay.left) == ([], ())


def test_a_name_that_is_optional_now_is_required_by_no_other(tmp_path: Path) -> None:
    """It leaves the lists of ``dependentRequired``, and other names stay there."""
    _, overlay, after = overlaid(tmp_path, _dependent("b"), [answer({"d": "x"})])
    assert (after, overlay.left) == ([], ())

    def later(body: Json) -> list[str]:
        return rules(compared(tmp_path, _dependent("b"), [answer(body)], OVERLAY))

    assert later({"a": "x"}) == []
    assert later({"c": "x", "d": "x"}) == []
    assert later({"c": "x"}) == ["response/schema/dependentRequired/changed"]


def union(keyword: str = "oneOf", *branches: Json) -> Json:
    return {keyword: list(branches or ({"type": "string"}, {"type": "boolean"}))}


ID: Json = {"type": "integer"}
TEXT: Json = {"type": "string"}
REF: Json = {"$ref": "#/components/schemas/Pet"}
PET = {"Pet": obj(["id"], id=ID)}
LEFT = {
    ("response/body/content/malformed", "a broken or empty body isn't described"),
    ("response/schema/branch/added-known", "a person must describe the branch"),
}
"""What isn't described of labelled exchanges."""

ENUM = {"type": "string", "enum": ["x", "y"]}
EITHER = {"$ref": "#/components/schemas/Either", "minLength": 1}
SHORT = {"type": "string", "maxLength": 3}
DEPENDENT: Json = {"a": ["b"], "b": [], "c": ["b", "d"]}
# name: the rules before, the schema, the recorded bodies; in OpenAPI 3.0 and 3.1
VALUES: dict[str, tuple[str, Json, list[Json]]] = {
    "enum of numbers": ("enum/value-added", obj(a={"type": "integer", "enum": [1, 2]}), [{"a": 3}]),
    "required, all": ("required/removed", obj(["a", "b"], a=ID, b=ID), [{"a": 1}, {"b": 1}]),
    "required, undescribed": ("required/removed", obj(["z"], a=ID), [{"a": 1}]),
    "null, enum": ("nullable/added", obj(a=ENUM), [{"a": None}]),
    "type, number": ("type/changed", obj(a=ID), [{"a": 1.5}]),
    "allOf, member": ("property/added", {"allOf": [REF, obj(b=ID)]}, [{"id": 1, "c": 1}]),
    "allOf, required": ("required/removed", {"allOf": [REF, obj(["b"], b=ID)]}, [{"b": 1}]),
    "allOf, bound": (
        "maxLength/widened", obj(a={"allOf": [SHORT, {"minLength": 1}]}), [{"a": "12345"}],
    ),
    "allOf, bounds": (
        "maxLength/widened",
        {"allOf": [obj(a=SHORT), obj(a={"type": "string", "maxLength": 2})]}, [{"a": "12345"}],
    ),
}  # fmt: skip
IN_30: dict[str, tuple[str, Json, list[Json]]] = {
    "exclusive bound": (
        "maximum/widened",
        obj(a={"type": "number", "maximum": 3, "exclusiveMaximum": True}), [{"a": 3}, {"a": 4}],
    ),
    "type beside branches": (
        "type/changed",
        obj(a={"type": "string", "oneOf": [{"maxLength": 1}, {"minLength": 3}]}), [{"a": 1}],
    ),
}  # fmt: skip
IN_31: dict[str, tuple[str, Json, list[Json]]] = {
    "constant and null": ("nullable/added", obj(a={"const": "x"}), [{"a": None}]),
    "constant of a type and null": (
        "nullable/added", obj(a={"type": "string", "const": "x"}), [{"a": None}],
    ),
    "null and type": ("nullable/added type/changed", obj(a=ID), [{"a": None}, {"a": "x"}]),
    "list of types": (
        "type/changed", obj(a={"type": ["integer", "null"]}), [{"a": "x"}, {"a": True}],
    ),
    "rounded bound": (
        "minimum/widened", obj(a={"type": "integer", "exclusiveMinimum": 0.5}), [{"a": 0}],
    ),
    "branch or null": ("type/changed", obj(a={"anyOf": [REF, {"type": "null"}]}), [{"a": "x"}]),
    "branch with a name": (
        "nullable/added",
        obj(a={"oneOf": [REF, {"$ref": "#/components/schemas/Cat"}],
               "discriminator": {"propertyName": "kind"}}),
        [{"a": None}],
    ),
    "no type": ("", obj(a={"properties": {"b": ID}}), [{"a": None}, {"a": "x"}]),
    "reference with a bound": ("type/changed", obj(a=EITHER), [{"a": 1}]),
    "reference with a bound and null": ("nullable/added", obj(a=EITHER), [{"a": None}]),
    "type beside branches": (
        "type/changed", obj(a={"type": ["string", "boolean"], **union()}), [{"a": 1}],
    ),
    "names of values": (
        "enum/value-added", obj(a={**ENUM, "x-enum-varnames": ["EX", "WY"]}), [{"a": "z"}],
    ),
    "value, then null": (
        "enum/value-added nullable/added", obj(a=ENUM), [{"a": "z"}, {"a": None}],
    ),
    "value of another type": (
        "enum/value-added type/changed", obj(a=ENUM), [{"a": 1}, {"a": "z"}],
    ),
    "base requires": ("required/removed", {"allOf": [REF, {"required": ["color"]}]}, [{"id": 1}]),
    "members of a component": (
        "property/added required/removed", {"type": "array", "items": REF}, [[{"n": 1}]],
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("version", "table", "name"),
    [(V30, VALUES, n) for n in VALUES] + [(V30, IN_30, n) for n in IN_30]
    + [(V31, VALUES, n) for n in VALUES] + [(V31, IN_31, n) for n in IN_31],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_values(tmp_path: Path, version: str, table: Json, name: str) -> None:
    found, schema, bodies = table[name]
    pet = {"Pet": obj(["id"], id=ID, color=TEXT)}
    schemas = {**pet, "Cat": obj(["kind"], kind=TEXT), "Either": union()}
    spec = description(schema, version, schemas=schemas)
    before, overlay, after = overlaid(tmp_path, spec, [answer(body) for body in bodies])
    assert {*rules(before)} == {f"response/schema/{rule}" for rule in found.split()}
    assert (overlay.left, after) == ((), []), overlay.text


# name: the rules before, the exchanges
HTTP: dict[str, tuple[set[str], list[Exchange]]] = {
    "success": ({"status/success/added"}, [answer({"a": 1}, 201)]),
    "success without a body": (
        {"status/success/added"}, [answer(status=204, text="", content_type="")],
    ),
    "error": (
        {"status/error/added"},
        [answer({"e": 1}, 404, x_why="so"), answer(text="no", status=404, content_type="a/b")],
    ),
    "media type": (
        {"body/media-type/added"},
        [answer({"a": 1}, content_type="application/vnd.x+json"),
         answer(text="hello", content_type="text/plain; charset=utf-8")],
    ),
    "headers": ({"header/optional/added"}, [answer({}, x_a="1", x_b="c")]),
}  # fmt: skip


@pytest.mark.parametrize("name", HTTP)
def test_responses(tmp_path: Path, name: str) -> None:
    found, exchanges = HTTP[name]
    before, overlay, after = overlaid(tmp_path, description({"type": "object"}, V30), exchanges)
    assert {*rules(before)} == {f"response/{rule}" for rule in found}
    assert (overlay.left, after) == ((), []), overlay.text


def test_another_success_is_like_the_one_described(tmp_path: Path) -> None:
    exchanges = [answer({"id": 1}, 201), answer({"id": "x"}, 202)]
    _, overlay, after = overlaid(tmp_path, description(REF, schemas=PET), exchanges)
    added = [one["update"]["responses"] for one in actions(overlay) if "responses" in str(one)]
    like = {"$ref": "#/paths/~1things/get/responses/200"}
    assert {"201": like} in added
    assert {"202": like} in added
    assert after == []


def test_a_response_without_content(tmp_path: Path) -> None:
    paths = {"/things": {"get": {"responses": {"200": {"description": "OK"}}}}}
    before, _, after = overlaid(tmp_path, described(paths), [answer({"a": 1})])
    assert (rules(before), after) == (["response/body/media-type/added"], [])


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
    exchanges = [answer(text="x", x_b="1", content_type="text/csv"), answer({}, x_a="soon")]
    before, overlay, after = overlaid(tmp_path, spec, exchanges)
    assert len(before.findings) == 4
    assert (overlay.left, after) == ((), []), overlay.text


# ── what is left ─────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "oneOf": [REF, {"$ref": "#/components/schemas/Cat"}],
    "discriminator": {"propertyName": "kind"},
}


@pytest.mark.parametrize(
    ("rule", "schema", "recorded", "reason"),
    [
        ("request/parameter/optional/added", {}, answer({}, url=f"{URL}?x=1"), "the caller"),
        ("response/body/content/malformed", {}, answer(text=""), "broken or empty"),
        ("api/operation/presence/added", {}, answer({}, url=f"{URL}/1"), "the operation"),
        ("api/operation/deprecated/added", {}, answer({}, deprecation="@1700000000"), ""),
        ("response/schema/branch/added-known", KINDS, answer({"kind": "Dog"}), "the branch"),
        ("response/status/error/added", {}, answer(text="", status=404), ""),
        ("api/operation/sunset/added", {}, answer({}, sunset="soon"), "the day"),
        ("response/schema/property/added", obj(a=ID), answer({"": 1}), "its name is empty"),
    ],
)  # fmt: skip
def test_left(tmp_path: Path, rule: str, schema: Json, recorded: Exchange, reason: str) -> None:
    pets = {name: obj(["kind"], kind=TEXT) for name in ("Pet", "Cat")}
    before, overlay, after = overlaid(tmp_path, description(schema, schemas=pets), [recorded])
    assert rule in rules(before)
    reasons = [why for finding, why in overlay.left if finding.deviation.rule == rule]
    assert len(reasons) == bool(reason)
    assert all(reason in why for why in reasons)
    assert after == [finding.deviation.rule for finding, _ in overlay.left]


def test_the_end_of_an_operation(tmp_path: Path) -> None:
    recorded = answer({}, sunset="Sat, 31 Oct 2026 23:59:59 GMT")
    _, overlay, after = overlaid(tmp_path, description({}), [recorded])
    assert ([one["update"] for one in actions(overlay)], after) == (
        [{"x-sunset": "2026-10-31"}],
        [],
    )


def test_parts_of_other_files(tmp_path: Path) -> None:
    """Of another file of the description, and of an overlay that is in use."""
    (tmp_path / "pet.json").write_text(json.dumps(obj(["id"], id=ID)), encoding="utf-8")
    added = {"target": "$.paths['/things'].get.responses['200']", "update": {"headers": {
        "x-a": {"required": True, "schema": TEXT}}}}  # fmt: skip
    whole = {"overlay": "1.1.0", "info": {"title": "x", "version": "1"}, "actions": [added]}
    (tmp_path / "own.yaml").write_text(yaml.safe_dump(whole), encoding="utf-8")
    spec = description(obj(a={"$ref": "pet.json"}))
    found = compared(tmp_path, spec, [answer({"a": {}, "b": 1})], "own.yaml")
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


@pytest.mark.slow
def test_any_name(tmp_path: Path) -> None:
    """Names in a description and in a recording that mean something in JSONPath or YAML.

    A recorded one that the report hides isn't written.
    """
    value = {"type": "string", "enum": ["x", *(f"{name}:old" for name in HOSTILE)]}
    inner = {name: obj([f"{name}:old", "z"], **{f"{name}:old": ID}) for name in HOSTILE}
    bodies: list[Json] = []
    for name in HOSTILE:
        old, new = f"{name}:old", f"{name}:new"
        bodies += [{name: {"z": 1, new: 1}, "e": new}, {name: {old: "x", "z": 1, new: {}}}]
    spec = description(obj(**inner, e=value))
    before, overlay, after = overlaid(tmp_path, spec, [answer(body) for body in bodies])
    assert len(before.findings) == 3 * len(HOSTILE) + 1
    hidden = [name for name in HOSTILE if shown_name(f"{name}:new") == UNSHOWN]
    assert [reason for _, reason in overlay.left] == [HIDDEN] * len(hidden)
    assert after == ["response/schema/property/added"] * len(hidden), overlay.text


PRIVATE = "jane.doe@example.com"


def test_names_that_the_report_hides_are_not_written(tmp_path: Path) -> None:
    """They may be values: of members, headers and media types."""
    made = [
        answer({PRIVATE: 1, "b": 2}),
        answer({}, 200, x_new="1", **{PRIVATE: "1"}),
        answer({}, 404, x_more="1", **{PRIVATE: "1"}),
        answer({}, content_type=f"text/{PRIVATE}"),
    ]
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ID)), made)
    assert PRIVATE not in overlay.text
    assert {"b", "x-new", "x-more"} <= {*re.findall(r"[\w-]+", overlay.text)}
    assert "additionalProperties:\n        type: integer\n" in overlay.text
    assert [reason for _, reason in overlay.left] == [HIDDEN] * 2


def test_half_a_character_is_left(tmp_path: Path) -> None:
    """It can be written in JSON with an escape, but not in UTF-8."""
    bodies = [{"a": "\ud800"}, {"\udfff": 1}]
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ENUM)), [answer(body) for body in bodies])
    assert overlay.text == ""
    assert [reason for _, reason in overlay.left] == ["a broken or empty body isn't described"]


SECRET = "hunter2"


def test_recorded_values_are_not_written(tmp_path: Path) -> None:
    schema = obj(["r"], a=ID, b={"type": "string", "maxLength": 1, "format": "date"}, c=union())
    body = {"a": SECRET, "b": SECRET, "c": [SECRET], "new": SECRET, "list": [{"name": SECRET}]}
    made = (answer(body), answer(status=500, text=SECRET, content_type="a/b"))
    headers = {"x-key": SECRET, "authorization": SECRET, "set-cookie": SECRET}
    sent = {"authorization": SECRET, "cookie": SECRET}
    exchanges = [
        replace(
            one, url=f"{URL}?key={SECRET}", headers={**one.headers, **headers}, sent_headers=sent
        )
        for one in made
    ]
    before, overlay, _ = overlaid(tmp_path, description(schema), exchanges)
    assert len(before.findings) >= 10
    assert overlay.actions >= 8
    assert SECRET not in overlay.text
    assert overlay.values == {}


def test_notes(tmp_path: Path) -> None:
    days = ("2026-05-04", "2026-03-01", "2026-06-30")
    exchanges = [answer({"a": "x"}, day=day) for day in days]
    _, overlay, _ = overlaid(tmp_path, description(obj(a=ID)), exchanges)
    (note,) = {one["description"] for one in actions(overlay)}
    assert note.startswith("response/schema/type/changed, seen 3×, 2026-03-01 – 2026-06-30, ")
    assert note.endswith("recording.ndjson:1")
