"""The work that exchanges cost: it is limited, and grows in proportion to what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from generator.base.budget import Budget
from generator.project.services.comparison.traffic import TrafficResult
from generator.watch.traffic import findings, json_text, multipart, value_walk
from generator.watch.traffic.comparison import recordings
from generator.watch.traffic.comparison.recordings import TOO_COSTLY
from tests.watch.traffic.recorded import answer, compared, described

pytestmark = pytest.mark.slow

REF: Final = {"$ref": "#/components/schemas/A"}
NESTED: Final = {"n": REF}


def _compared(
    folder: Path,
    schema: Any,
    bodies: Iterable[str],
    kind: str = "application/json",
    **schemas: Any,
) -> TrafficResult:
    content = {kind.partition(";")[0]: {"schema": REF}}
    operation = {"responses": {"200": {"description": "Answer.", "content": content}}}
    spec = described({"/": {"get": operation}}, components={"schemas": {"A": schema, **schemas}})
    made = [answer(text=each, url="http://x/", content_type=kind) for each in bodies]
    return compared(folder, spec, made)


def _left(result: TrafficResult) -> Mapping[str, int]:
    assert result.report.traffic
    return result.report.traffic.left


def _rules(result: TrafficResult) -> set[str]:
    return {one.deviation.name.removeprefix("schema/") for one in result.findings}


def _nested(depth: int, inner: str) -> str:
    return '{"n":' * depth + inner + "}" * depth


def _object(*required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": NESTED, "required": [*required], **more}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    runs: list[Budget] = []

    def made(limit: int, unit: str) -> Budget:
        runs.append(Budget(limit, unit))
        return runs[-1]

    monkeypatch.setattr(recordings, "Budget", made)
    return lambda: runs[-1].spent


@pytest.mark.parametrize(
    ("schema", "inner", "rules"),
    [
        ({"oneOf": [_object("a"), _object("b")]}, "1", {"required/removed", "type/changed"}),
        ({"anyOf": [_object("a"), _object("b"), _object()]}, "{}", set[str]()),
        ({"anyOf": [{"type": "integer"}, _object(), _object("a")]}, '"x"', {"type/changed"}),
        (_object(anyOf=[_object("a"), _object("b")]), "{}", {"required/removed"}),
        (
            _object(**{"if": _object("q"), "then": _object(), "else": _object("e")}),
            "{}",
            {"required/removed"},
        ),
        (_object(**{"not": _object("n", properties={"n": {"not": REF}})}), "{}", set[str]()),
    ],
)
def test_a_value_is_judged_once_by_each_schema(
    schema: Any, inner: str, rules: set[str], tmp_path: Path, work: Callable[[], int]
) -> None:
    """What each level did twice would take 2 to the power of 200 comparisons."""
    spent: list[int] = []
    for depth in (100, 200):
        result = _compared(tmp_path, schema, [_nested(depth, inner)])
        assert _rules(result) == rules
        assert not _left(result)
        spent.append(work())
    assert spent[1] < 2.5 * spent[0] < 100_000


@pytest.mark.parametrize("keyword", ["contains", "items"])
def test_arrays_in_arrays(keyword: str, tmp_path: Path, work: Callable[[], int]) -> None:
    schema = {"type": "array", "items": REF, "uniqueItems": True, keyword: REF}
    for depth in (100, 200):
        _compared(tmp_path, schema, ["[[]," * depth + "[]" + "]" * depth])
        assert work() < 60 * depth


@pytest.mark.parametrize(
    "schema",
    [
        {"not": REF},
        {"if": REF, "then": REF, "else": {"not": REF}},
        {"oneOf": [{"oneOf": [REF, {"type": "integer"}]}, {"type": "string"}]},
    ],
)
def test_a_schema_that_is_a_part_of_itself(schema: Any, tmp_path: Path) -> None:
    result = _compared(tmp_path, schema, ["[]", "1"])
    assert result.report.traffic and result.report.traffic.judged == 2


@pytest.mark.parametrize(
    ("value", "is_double"), [("[1, 1.0]", True), ("[1, true, 0, false]", False),
     ('[{"a": [1], "b": 2}, {"b": 2, "a": [1.0]}]', True), ('[[1], [[1]], ["1"], "1", 1]', False)],
)  # fmt: skip
def test_values_are_equal_as_json_has_it(value: str, is_double: bool, tmp_path: Path) -> None:
    result = _compared(tmp_path, {"type": "array", "uniqueItems": True}, [value])
    assert _rules(result) == ({"uniqueItems/removed"} if is_double else set())


@pytest.mark.nightly
def test_an_exchange_that_needs_too_much_work_is_counted(tmp_path: Path) -> None:
    """The others are compared."""
    branches = [_object(f"b{i}") for i in range(300)]
    large = "[" + ",".join(["{}"] * 1_000) + "]"
    schema = {"type": "array", "items": {"anyOf": branches}}
    result = _compared(tmp_path, schema, ["{}", large, "[{}]"])
    assert _left(result) == {TOO_COSTLY: 1}
    assert result.report.traffic and result.report.traffic.judged == 2
    assert _rules(result) == {"required/removed", "type/changed"}


def test_values_that_are_nested_too_deep_are_counted(tmp_path: Path) -> None:
    result = _compared(tmp_path, _object(), [_nested(2_000, "{}"), '{"x": 1}'])
    assert _left(result) == {"with values nested more than 1,000 levels deep": 1}
    assert _rules(result) == {"property/added"}


def test_too_many_values_are_counted_before_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "MAX_VALUES", 100)
    many: list[Any] = [[]] * 200
    texts = [json.dumps(each) for each in (many, ["[,{" * 200], {"x": 1})]
    result = _compared(tmp_path, _object(), texts)
    assert _left(result) == {"with more than 100 values": 1}


def test_too_many_deviations_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_walk, "MAX_FLAWS", 10)
    schema = {"type": "array", "items": {"type": "integer"}}
    result = _compared(tmp_path, schema, ['["x"]', json.dumps(["x"] * 20)])
    assert _left(result) == {"with more than 10 deviations": 1}
    assert _rules(result) == {"type/changed"}


def test_deviations_at_many_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MAX_FINDINGS", 5)
    result = _compared(tmp_path, _object(), [json.dumps({f"x{i}": i for i in range(9)})] * 2)
    assert len(result.findings) == 5
    assert _left(result) == {"deviations beyond the first 5 places": 8}


def test_large_names_and_values_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MAX_KEPT", 3_000)
    bodies = [json.dumps({f"{i}{'x' * 2_000}": "y" * 5_000}) for i in range(4)]
    result = _compared(tmp_path, _object(), bodies)
    assert len(result.findings) == 1
    assert sum(map(len, result.findings[0].values)) <= 1_002
    assert _left(result) == {"deviations beyond the first 1 places": 3}


def test_classes_and_unions_that_use_the_next_one_several_times(tmp_path: Path) -> None:
    """pydantic's own schema of the first one has the last one 2²⁸ times."""
    names = [f"A{number}" for number in range(28)]
    schemas: dict[str, Any] = {names[-1]: {"type": "object", "properties": {"b": {}}}}
    for name, following in pairwise(names):
        used = {"$ref": f"#/components/schemas/{following}"}
        member = {"type": "object", "properties": {"a": used}}
        inner = {"type": "object", "properties": {"a": {"oneOf": [member, used]}}}
        kinds: list[Any] = [
            member, {"anyOf": [member, used]}, {"oneOf": [{"type": "null"}, inner, used]},
        ]  # fmt: skip
        schemas[name] = kinds[len(schemas) % 3]
    first = schemas.pop("A0")
    result = _compared(tmp_path, first, ["5"], **schemas)
    assert _rules(result) == {"type/changed"}
    assert _left(result) == {}


# ── patterns, paths and servers ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(?=a)(a+)+$"])
def test_patterns_that_blow_up(pattern: str, tmp_path: Path) -> None:
    schema = {"type": "array", "items": {"type": "string", "pattern": pattern}}
    result = _compared(tmp_path, schema, [json.dumps(["a" * 40 + "b"] * 200)])
    assert _rules(result) <= {"pattern/changed"}


# ── multipart ────────────────────────────────────────────────────────────────────────────────────

_PART: Final = "--b\r\n{}\r\n\r\n1\r\n--b--"


@pytest.mark.parametrize(
    "body",
    [
        "".join("--b\r\ncontent-type: multipart/mixed; boundary=b\r\n\r\n" for _ in range(9_000)),
        "--b\r\ncontent-type: message/rfc822\r\n\r\n" * 3_000,
        _PART.format("content-disposition: form-data; name=" + "(" * 50_000),
        _PART.format(f"content-type: {'(' * 50_000}\r\ncontent-disposition: {'(' * 50_000}"),
        _PART.format("a: b\r\n" * 99_999 + 'content-disposition: a; name="' + '\\"' * 9_000),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/mixed"])
def test_multipart_bodies_that_are_nested_or_commented(
    body: str, kind: str, tmp_path: Path
) -> None:
    result = _compared(tmp_path, _object(), [body], f"{kind}; boundary=b")
    assert result.report.traffic and result.report.traffic.judged == 1


def test_too_many_parts_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multipart, "MAX_PARTS", 10)
    part = "--b\r\ncontent-disposition: form-data; name=n\r\n\r\n1\r\n"
    result = _compared(tmp_path, {}, [part * 20], "multipart/form-data; boundary=b")
    assert _left(result) == {"with more than 10 parts in a body": 1}
