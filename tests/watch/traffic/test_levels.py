"""Levels of deviations in responses: breaking is what a client can't read as it is described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.watch.traffic.recorded import answer, compared, described, description, rules

TEXT: Any = {"type": "string"}
WHOLE: Any = {"type": "integer"}
NUMBER: Any = {"type": "number"}


def test_an_undescribed_success_is_not_the_default(tmp_path: Path) -> None:
    """The default is that of errors where a success is described; the client reads it as that."""

    def content(name: str, schema: Any) -> Any:
        media = {"application/json": {"schema": _object(**{name: schema})}}
        return {"description": name, "content": media}

    responses = {"200": content("id", WHOLE), "default": content("fault", TEXT)}
    operation = {"operationId": "list", "responses": responses}
    spec = described({"/things": {"get": operation}}, servers=[{"url": "https://things.example"}])
    added = "response/status/success/added"
    assert rules(compared(tmp_path, spec, [answer({"id": 1}, 202)])) == [added]
    wrong = rules(compared(tmp_path, spec, [answer({"id": "x"}, 202)]))
    assert wrong == ["response/schema/type/changed", added]
    assert rules(compared(tmp_path, spec, [answer({"fault": "x"}, 418)])) == []
    assert rules(compared(tmp_path, spec, [answer({"fault": 1}, 418)])) != []


def _of_member(schema: Any, *, required: bool = True) -> Any:
    names = ["m"] if required else []
    return {"type": "object", "required": names, "properties": {"m": schema}}


def _object(**properties: Any) -> Any:
    return {"type": "object", "required": [*properties], "properties": properties}


def _format(name: str) -> Any:
    return {"type": "string", "format": name}


VALUES: list[tuple[Any, Any, str, str]] = [
    (WHOLE, "180", "type/changed", "risk"),
    (WHOLE, "1.5", "type/changed", "breaking"),
    (WHOLE, "many", "type/changed", "breaking"),
    (WHOLE, True, "type/changed", "breaking"),
    ({**WHOLE, "maximum": 10}, "11", "type/changed", "breaking"),
    ({**WHOLE, "enum": [1, 2]}, "2", "type/changed", "risk"),
    ({**WHOLE, "enum": [1]}, "1", "type/changed", "breaking"),
    (NUMBER, "1.5", "type/changed", "risk"),
    (NUMBER, "1,5", "type/changed", "breaking"),
    (TEXT, 1.5, "type/changed", "risk"),
    (TEXT, False, "type/changed", "breaking"),
    (TEXT, ["a"], "type/changed", "breaking"),
    ({**TEXT, "maxLength": 1}, 180, "type/changed", "risk"),
    (_format("email"), 1, "type/changed", "risk"),
    (_format("date"), 1, "type/changed", "breaking"),
    (_format("decimal"), 1.5, "type/changed", "risk"),
    ({"type": ["integer", "boolean"]}, "1", "type/changed", "risk"),
    ({"oneOf": [TEXT, WHOLE]}, 1.5, "type/changed", "breaking"),
    ({"oneOf": [TEXT, {"type": "array"}]}, 1.5, "type/changed", "risk"),
    (_format("date-time"), "2026-05-04 10:00:00", "format/changed", "risk"),
    (_format("uuid"), "3f2b8c1e7a594c369d105e8f6a7b8c9d", "format/changed", "breaking"),
    (_format("decimal"), "1,5", "format/changed", "breaking"),
    ({**_format("date"), "pattern": "^2"}, "2026", "format/changed", "risk"),
    (WHOLE, None, "nullable/added", "breaking"),
    ({**TEXT, "enum": ["a", "b"]}, None, "nullable/added", "breaking"),
    ({"oneOf": [TEXT, WHOLE]}, None, "nullable/added", "breaking"),
    ({"type": "array", "items": WHOLE}, [1, None], "nullable/added", "breaking"),
    ({"type": "object", "additionalProperties": WHOLE}, {"a": None}, "nullable/added",
     "breaking"),
    ({"type": "array", "prefixItems": [TEXT, {"type": "boolean"}]}, [True, True],
     "type/changed", "risk"),
    ({"type": "array", "prefixItems": [TEXT, {"type": "boolean"}]}, [{}, True],
     "type/changed", "breaking"),
    ({"type": "object", "properties": {"a": WHOLE}, "if": {"required": ["a"]},
      "then": {"properties": {"b": WHOLE}}}, {"a": 1, "b": "x"}, "type/changed", "risk"),
]  # fmt: skip
"""The schema of a member, its value, the rule below ``schema``, and the level."""


@pytest.mark.parametrize(("schema", "value", "rule", "level"), VALUES)
def test_a_value_that_cannot_be_read_is_breaking(
    schema: Any, value: Any, rule: str, level: str, tmp_path: Path
) -> None:
    found = compared(tmp_path, description(_of_member(schema)), [answer({"m": value})]).findings
    levels = {one.deviation.name.removeprefix("schema/"): one.wire for one in found}
    assert levels[rule] == level


@pytest.mark.parametrize("schema", [WHOLE, {"oneOf": [TEXT, WHOLE]}, {**TEXT, "enum": ["a", "b"]}])
def test_null_in_an_optional_member_is_read(schema: Any, tmp_path: Path) -> None:
    spec = description(_of_member(schema, required=False))
    (found,) = compared(tmp_path, spec, [answer({"m": None})]).findings
    assert (found.deviation.name, found.wire) == ("schema/nullable/added", "risk")


def test_one_exchange_makes_a_place_breaking(tmp_path: Path) -> None:
    values = [answer({"m": value}) for value in ("1", "many", "2")]
    (found,) = compared(tmp_path, description(_of_member(WHOLE)), values).findings
    assert (found.count, found.wire) == (3, "breaking")


def test_a_body_of_an_error_breaks_nothing(tmp_path: Path) -> None:
    schema = _object(code=WHOLE)
    error = {"description": "No.", "content": {"application/json": {"schema": schema}}}
    spec = description(TEXT)
    spec["paths"]["/things"]["get"]["responses"]["400"] = error
    bodies = [answer({"code": "x"}, 400), answer(text="<p>", status=400)]
    assert {one.wire for one in compared(tmp_path, spec, bodies).findings} == {"risk"}


# ── objects and unions ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "pointers"),
    [
        ({"a": 1, "b": 1}, ["/c"]),
        ({"a": 1}, [""]),
        ({}, [""]),
    ],
)
def test_most_required_members_missing_is_one_deviation(
    value: Any, pointers: list[str], tmp_path: Path
) -> None:
    spec = description(_object(a=WHOLE, b=WHOLE, c=WHOLE))
    found = compared(tmp_path, spec, [answer(value)])
    assert [one.deviation.pointer for one in found.findings] == pointers
    is_whole = pointers == [""]
    (change,) = found.report.changes
    assert ("most of the required members" in change.message) == is_whole
    assert change.pointer.endswith("/required") == is_whole


def test_a_request_with_most_members_missing_has_one_deviation_each(tmp_path: Path) -> None:
    spec = description(TEXT)
    schema = _object(a=WHOLE, b=WHOLE)
    body = {"content": {"application/json": {"schema": schema}}}
    spec["paths"]["/things"]["get"]["requestBody"] = body
    made = answer("x")
    sent = type(made)(
        made.method, made.url, made.status, made.body, made.headers, b"{}", made.headers
    )
    assert len(compared(tmp_path, spec, [sent]).findings) == 2


@pytest.mark.parametrize(
    ("branches", "value", "pointers"),
    [
        # the fewest deviations; each undescribed member is one
        ([_object(a=WHOLE), _object(b=WHOLE, x=WHOLE, y=WHOLE)],
         {"b": 1, "x": 1, "y": "z"}, ["/m/y"]),
        # an undescribed member of an open branch too
        ([{**_object(a=WHOLE), "additionalProperties": True}, _object(b=WHOLE, x=WHOLE, y=WHOLE)],
         {"b": 1, "x": 1, "y": "z"}, ["/m/y"]),
        # then the most described members
        ([_object(a=WHOLE), _object(a=WHOLE, b=WHOLE)], {"a": "x", "b": 1}, ["/m/a"]),
        # then the first
        ([_object(a=WHOLE), _object(a=NUMBER)], {"a": "x"}, ["/m/a"]),
    ],
)  # fmt: skip
def test_the_branch_that_fits_best(
    branches: Any, value: Any, pointers: list[str], tmp_path: Path
) -> None:
    found = compared(tmp_path, description(_of_member({"anyOf": branches})), [answer({"m": value})])
    assert [one.deviation.pointer for one in found.findings] == pointers


def test_a_tag_that_is_no_text_names_no_branch(tmp_path: Path) -> None:
    schemas = {name: _object(kind={"const": name}) for name in ("a", "b")}
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in schemas]
    union = {"oneOf": refs, "discriminator": {"propertyName": "kind"}}
    spec = description(union, schemas=schemas)
    (found,) = compared(tmp_path, spec, [answer({"kind": {}})]).findings
    assert (found.deviation.name, found.wire) == ("schema/branch/added-known", "risk")


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────

THING = _object(id=WHOLE)


@pytest.mark.parametrize(
    ("content", "others", "level"),
    [
        ({"application/json": {"schema": THING}}, {}, "breaking"),
        ({"application/json": {"schema": THING}}, {"204": {"description": "None."}}, "risk"),
        ({"application/json": {"schema": {"type": ["object", "null"]}}}, {}, "risk"),
        ({"text/plain": {"schema": TEXT}}, {}, "risk"),
        ({"application/octet-stream": {}}, {}, "risk"),
        ({"*/*": {"schema": THING}}, {}, "breaking"),
    ],
)
def test_an_empty_body(content: Any, others: Any, level: str, tmp_path: Path) -> None:
    spec = description(THING, more={"content": content})
    spec["paths"]["/things"]["get"]["responses"] |= others
    (found,) = compared(tmp_path, spec, [answer(text="")]).findings
    assert (found.deviation.name, found.wire) == ("body/content/malformed", level)


@pytest.mark.parametrize(
    ("schema", "text", "levels"),
    [
        (THING, "<p>", {"media-type/added": "breaking"}),
        (THING, '{"id": 1}', {"media-type/added": "safe"}),
        (THING, '{"id": "x"}', {"media-type/added": "safe", "type/changed": "breaking"}),
        ({}, "hello", {"media-type/added": "safe"}),
    ],
)
@pytest.mark.parametrize("kind", ["text/html", ""])
def test_a_media_type_that_is_not_described(
    schema: Any, text: str, levels: dict[str, str], kind: str, tmp_path: Path
) -> None:
    made = [answer(text=text, content_type=kind, server="x")]
    found = compared(tmp_path, description(schema), made).findings
    assert {one.deviation.name.partition("/")[2]: one.wire for one in found} == levels


@pytest.mark.parametrize(
    ("schema", "kind", "text", "level"),
    [
        (TEXT, "text/csv", "a,b", "safe"),
        (TEXT, "text/plain", '{"id": 1}', "safe"),
        (TEXT, "text/plain", "12", "safe"),
        (TEXT, "", "hello", "safe"),
        (TEXT, "text/html", "hello", "breaking"),
        (TEXT, "image/gif", "GIF89a", "breaking"),
        ({}, "image/gif", "GIF89a", "safe"),
        (THING, "text/csv", "a,b", "breaking"),
        ({"type": "integer"}, "text/plain", "12", "safe"),
    ],
)
def test_a_label_that_is_not_json(
    schema: Any, kind: str, text: str, level: str, tmp_path: Path
) -> None:
    """A client gives text or bytes: breaking, unless such a value is described."""
    made = [answer(text=text, content_type=kind, server="x")]
    found = compared(tmp_path, description(schema), made).findings
    assert {one.deviation.name: one.wire for one in found} == {"body/media-type/added": level}


@pytest.mark.parametrize(
    ("status", "text", "level"),
    [
        (201, '{"id": 1}', "risk"),
        (299, '{"id": 1}', "risk"),
        (206, '{"id": 1}', "breaking"),
        (204, "", "breaking"),
        (201, "", "breaking"),
    ],
)
def test_a_success_that_is_not_described(
    status: int, text: str, level: str, tmp_path: Path
) -> None:
    found = compared(tmp_path, description(THING), [answer(text=text, status=status)]).findings
    assert {one.deviation.name: one.wire for one in found} == {"status/success/added": level}


def test_a_body_of_204_is_not_read(tmp_path: Path) -> None:
    content = {"application/json": {"schema": THING}}
    spec = description(THING)
    spec["paths"]["/things"]["get"]["responses"]["204"] = {"description": "", "content": content}
    assert not compared(tmp_path, spec, [answer(text="", status=204)]).findings
    found = compared(tmp_path, spec, [answer(text="<p>", status=204)]).findings
    assert [one.wire for one in found] == ["risk"]


@pytest.mark.parametrize("kind", ["application/stream+json", "application/x-ndjson"])
def test_lines_of_json_are_a_stream(kind: str, tmp_path: Path) -> None:
    spec = description(THING, more={"content": {kind: {"schema": THING}}})
    lines = answer(text='{"id": 1}\n{"id": 2}', content_type=kind)
    assert not compared(tmp_path, spec, [lines]).findings
