"""Values on the wire by the letter of the RFCs: what is sent, what is read, what is reported."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from tests.support.answers import Recorder, answering
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, generate_spec, load_spec

SPEC = """\
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://x.example"}]
components:
  schemas:
    V: {type: object, required: [a], properties: {a: {type: integer}}}
    Read: {type: object, readOnly: true, properties: {a: {type: string}}}
    All:
      type: object
      properties:
        map: {type: [object, "null"], additionalProperties: {type: string}}
        maps: {oneOf: [{type: "null"}, {type: object, additionalProperties: {$ref: "#/components/schemas/V"}}]}
        days: {type: array, items: {type: [object, "null"], additionalProperties: {type: string, format: date}}}
        dt: {type: string, format: date-time}
        d: {type: string, format: date}
        t: {type: string, format: time}
        du: {type: string, format: duration}
        dec: {type: string, format: decimal}
        either_dt: {anyOf: [{type: string, format: date-time}, {type: string}]}
        either_dec: {anyOf: [{type: string, format: decimal}, {type: string}]}
        either_id: {anyOf: [{type: string, format: uuid}, {type: string}]}
        either_du: {anyOf: [{type: string, format: duration}, {type: string}]}
        stamp:
          anyOf:
            - {type: object, properties: {at: {type: string}, n: {type: boolean}}}
            - {type: object, properties: {at: {type: string, format: date-time}, n: {type: integer}}}
        patterns: {type: object, additionalProperties: {type: integer}, patternProperties: {"^s_": {type: string}}}
        closed: {type: object, additionalProperties: false, patternProperties: {"^s_": {type: string}}}
        empty: {type: object, additionalProperties: false}
        counts: {type: object, required: [all], properties: {note: {type: string}}, additionalProperties: {type: integer}}
        times: {type: array, items: {type: string, format: date-time}}
        times_by_name: {type: object, additionalProperties: {type: string, format: date-time}}
        flag: {anyOf: [{type: boolean}, {type: string, enum: ["true", "false"]}]}
        speed: {anyOf: [{type: string, format: date-time}, {type: integer, enum: [10, 20]}]}
        level: {anyOf: [{type: boolean}, {type: integer, enum: [1, 2]}]}
        count: {anyOf: [{type: integer}, {type: string, enum: ["1", "2"]}]}
        whole: {type: number, const: 1.0}
        num: {type: number}
        nums: {type: array, items: {type: number}}
        few: {type: array, maxItems: 1, items: {anyOf: [{$ref: "#/components/schemas/V"}, {$ref: "#/components/schemas/Tool"}]}}
        int: {type: integer}
        any: {}
        exact: {type: number, format: decimal}
        exacts: {type: array, items: {type: [number, "null"], format: decimal}}
        least: {type: number, format: decimal, minimum: 3, nullable: true}
        either_exact: {anyOf: [{type: number, format: decimal}, {type: string}]}
    Formats:
      type: object
      properties:
        dt: {type: string, format: date-time}
        d: {type: string, format: date}
        t: {type: string, format: time}
        du: {type: string, format: duration}
        dec: {type: [string, "null"], format: decimal}
        exact: {type: number, format: decimal}
        times: {type: array, items: {type: string, format: date-time}}
        times_by_name: {type: object, additionalProperties: {type: string, format: date-time}}
    Needs:
      type: object
      required: [text, inner, listed, ref, n]
      properties:
        text: {type: string, readOnly: true}
        inner: {type: object, readOnly: true, properties: {t: {type: string}}}
        listed: {type: string, readOnly: true, enum: [a, b]}
        ref: {$ref: "#/components/schemas/Read"}
        n: {type: integer}
    OneWay:
      type: object
      required: [id, pw, n]
      properties: {id: {type: integer, readOnly: true}, pw: {type: string, writeOnly: true}, n: {type: string}}
    Easy: {type: object, required: [type, text], properties: {type: {enum: [message]}, text: {type: string}}}
    In: {type: object, required: [type, a], properties: {type: {enum: [message]}, a: {type: integer}}}
    Out: {type: object, required: [type, b], properties: {type: {enum: [message]}, b: {type: integer}}}
    Tool: {type: object, required: [type], properties: {type: {enum: [tool]}}}
    Item:
      oneOf: [{$ref: "#/components/schemas/In"}, {$ref: "#/components/schemas/Out"}, {$ref: "#/components/schemas/Tool"}]
      discriminator: {propertyName: type}
    Message:
      oneOf: [{$ref: "#/components/schemas/Easy"}, {$ref: "#/components/schemas/Item"}]
      discriminator: {propertyName: type}
paths:
  /all:
    post:
      operationId: all
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/All"}}}}}
  /formats:
    get:
      operationId: formats
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Formats"}}}}}
  /needs:
    post:
      operationId: needs
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Needs"}}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Needs"}}}}}
  /ways:
    post:
      operationId: ways
      requestBody: {required: true, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/OneWay"}}}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/OneWay"}}}}}
  /messages:
    post:
      operationId: messages
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Message"}}}}
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Message"}}}}}
  /texts/{p}:
    get:
      operationId: texts
      parameters:
        - {name: p, in: path, required: true, content: {text/plain: {schema: {type: string}}}}
        - {name: q, in: query, content: {text/plain: {schema: {type: string}}}}
        - {name: h, in: header, content: {text/plain: {schema: {type: string}}}}
        - {name: c, in: cookie, content: {text/plain: {schema: {type: string}}}}
        - {name: x, in: query, content: {application/xml: {schema: {type: object}}}}
        - {name: X-J, in: header, content: {application/json: {schema: {type: object}}}}
        - {name: X-L, in: header, schema: {type: array, items: {type: string}}}
        - {name: dt, in: query, schema: {type: string, format: date-time}}
        - {name: t, in: query, schema: {type: string, format: time}}
        - {name: du, in: query, schema: {type: string, format: duration}}
        - {name: r, in: query, allowReserved: true, schema: {type: string}}
      responses: {"204": {description: ok}}
"""  # noqa: E501 - a description in few lines


BODIES: dict[str, Any] = {"all": {}, "needs": {"n": 1}, "messages": {"type": "tool"}, "ways": []}


@pytest.fixture(scope="module")
def case(cases: GeneratedCases) -> Case:
    return load_spec(cases, "values", SPEC)


@pytest.fixture
def read(case: Case, mode: str) -> Callable[[str, Any], tuple[Any, list[str]]]:
    """Return the function that reads a response and the deviations in it."""

    def read(name: str, data: Any) -> tuple[Any, list[str]]:
        found: list[Any] = []
        with case.connect(answering(200, data), mode, on_deviation=found.append) as client:
            value = method_of(client, name)(BODIES[name])
        return value, [
            f"{one.rule.removeprefix('response/schema/')} {one.pointer}" for one in found
        ]

    return read


def sent(case: Case, mode: str, name: str, *given: Any, **more: Any) -> httpx.Request:
    server = Recorder({"n": 1, "type": "tool"})
    with case.connect(server, mode) as client:
        method_of(client, name)(*given, **more)
    return server.request


def answers(text: str) -> Recorder:
    """Return a server that answers with a text of JSON."""
    return Recorder(answering(200, text.encode(), content_type="application/json"))


EXACT = "2024-02-03T04:05:06Z"
ID = "0a8b9c2d-1111-4222-8333-abcdef012345"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dt", EXACT, datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("dt", "2024-02-03T04:05:06.5Z", datetime(2024, 2, 3, 4, 5, 6, 500_000, tzinfo=UTC)),
        ("d", "2024-02-03", date(2024, 2, 3)),
        ("t", "04:05:06", time(4, 5, 6)),
        ("du", "P1DT2H", timedelta(days=1, hours=2)),
        ("du", "P2W", timedelta(days=14)),
        ("dec", "0012.50", Decimal("12.50")),
        ("either_dec", "12.50", Decimal("12.50")),
        ("either_dec", "0012.50", "0012.50"),
        ("either_dt", EXACT, datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("either_dt", "2024-02-03 04:05:06Z", "2024-02-03 04:05:06Z"),
        ("either_id", ID.upper(), None),
        ("either_id", ID, UUID(ID)),
        ("either_du", "P1M", None),
        ("either_du", "PT60S", None),
    ],
)  # fmt: skip
def test_a_text_of_its_format(
    case: Case, mode: str, read: Any, name: str, text: str, value: Any
) -> None:
    """It is read quietly; beside plain text it is a value only if it is written as it was."""
    made, deviations = read("all", {name: text})
    assert deviations == []
    assert getattr(made, name) == (text if value is None else value)
    if name.startswith("either"):
        assert json.loads(sent(case, mode, "all", {name: text}).content) == {name: text}
        assert json.loads(sent(case, mode, "all", made).content) == {name: text}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dt", "1700000000", None),
        ("dt", "-1", None),
        ("dt", "2024-02-03", None),
        ("dt", "2016-12-31T23:59:60Z", None),
        ("dt", "2024-02-03 04:05:06", datetime(2024, 2, 3, 4, 5, 6)),  # noqa: DTZ001 - as it came
        ("d", "86400", None),
        ("d", "2024-02-03T00:00:00Z", None),
        ("t", "04:05", time(4, 5)),
        ("du", "3 days", None),
        ("du", "02:00:00", None),
        ("dec", " 12", None),
        ("dec", "\u0661\u0662", None),
    ],
)  # fmt: skip
def test_a_text_of_another_format(
    case: Case, mode: str, read: Any, name: str, text: str, value: Any
) -> None:
    """It stays the text, or the value that is nearest, and is reported; it is never sent."""
    made, deviations = read("all", {name: text})
    assert deviations == [f"format/changed /{name}"]
    assert getattr(made, name) == (text if value is None else value)
    with pytest.raises(ValidationError):
        sent(case, mode, "all", {name: text})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dt", f"{EXACT[:-1]}.123456789Z", datetime(2024, 2, 3, 4, 5, 6, 123_456, tzinfo=UTC)),
        ("t", "04:05:06.1234567", time(4, 5, 6, 123_456)),
        ("du", "P1M", None),
        ("du", "P1Y2M", None),
        ("du", "P1Y2M3DT4H5.123456789S", None),
    ],
)  # fmt: skip
def test_a_text_that_its_type_does_not_hold(
    case: Case, mode: str, read: Any, name: str, text: str, value: Any
) -> None:
    """A caller's is sent as it is; a server's is reported, and cut if a nearer value is there."""
    made, deviations = read("all", {name: text})
    assert deviations == [f"format/changed /{name}"]
    assert getattr(made, name) == (text if value is None else value)
    model = case.models.All
    later, copied = model(), model().model_copy(update={name: text})
    setattr(later, name, text)
    for body in ({name: text}, model(**{name: text}), later, copied):
        assert json.loads(sent(case, mode, "all", body).content) == {name: text}
    query = sent(case, mode, "texts", "p", **{name: text}).url.params
    assert query[name] == text


def test_a_branch_with_such_a_text_fits_better_than_one_that_deviates(read: Any) -> None:
    nanoseconds = "2024-02-03T04:05:06.123456789Z"
    made, deviations = read("all", {"stamp": {"at": nanoseconds, "n": 1}})
    assert (made.stamp.n, deviations) == (1, ["format/changed /stamp/at"])
    made, deviations = read("all", {"stamp": {"at": nanoseconds, "n": True}})
    assert (made.stamp.at, deviations) == (nanoseconds, [])


@pytest.mark.parametrize("name", ["dt", "d", "t", "du", "dec", "exact", "times", "times_by_name"])
@pytest.mark.parametrize(
    "text",
    [
        "null", "12.50", "12.5", "-7", "0.00001", "1e3", "1.0", "123456789012345678", "NaN", "true",
        "0.1234567890123456", *map(json.dumps, [
            EXACT, "2024-02-03", "04:05:06Z", "P1D", "P", "P1M", "p1d", "3 days", "1700000000",
            "12.50", " 12.5", "+12.5", "1_000", ".5", "5.", "NaN", "1e3", "2024-02-03T04:05:06",
        ]),
    ],
)  # fmt: skip
def test_pydantic_alone_reads_what_it_reads_right(case: Case, name: str, text: str) -> None:
    """The value and the deviations are those of reading each member by itself."""
    typed = case.modules["_runtime.model"].Typed(lambda: case.models.Formats)
    assert typed._reader.doubtful is not None
    form = {"times": f"[{text}, {text}]", "times_by_name": f'{{"a": {text}}}'}.get(name, text)
    for key in (name, f"\\u{ord(name[0]):04x}{name[1:]}"):
        content = f'{{"{key}" : {form}}}'
        results: list[Any] = []
        for read in (typed.read_json, typed.read_value):
            found: list[Any] = []
            with suppress(ValueError):
                data = content if read == typed.read_json else typed._reader.data_of(content)
                made = read(data, lambda *one, found=found: found.append(one))
                results.append((repr(made), made.model_dump_json(exclude_unset=True), found))
        assert len(results) in (0, 2)
        assert results[:1] == results[1:]


def test_texts_of_a_format_in_lists_and_maps(case: Case, mode: str) -> None:
    text = "2024-02-03T04:05:06.123456789Z"
    body = {"times": [EXACT, text], "times_by_name": {"a": text}}
    made = case.models.All()
    made.times, made.times_by_name = body["times"], body["times_by_name"]
    for value in (body, case.models.All(**body), made):
        assert json.loads(sent(case, mode, "all", value).content) == body


def test_a_number_for_a_decimal(read: Any) -> None:
    made, deviations = read("all", {"dec": 12.5})
    assert (made.dec, deviations) == (12.5, ["type/changed /dec"])


LONG = "12.5000000000000000001"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"exact": {LONG}}}',
        '{"exact": 12.50}',
        '{"exact": 9007199254740993}',
        '{"exact": 1E+400}',
        f'{{"exacts": [{LONG}, null, 7, -0.10]}}',
        f'{{"least": {LONG}}}',
        f'{{"either_exact": {LONG}}}',
        f'{{"either_exact": "{LONG}"}}',
    ],
)
def test_a_number_that_is_a_decimal(case: Case, mode: str, text: str) -> None:
    """It keeps its digits, also as a number that a caller gives."""
    found: list[Any] = []
    server = answers(text)
    with case.connect(server, mode, on_deviation=found.append) as client:
        made = method_of(client, "all")({})
        method_of(client, "all")(made)
        method_of(client, "all")(json.loads(text, parse_float=Decimal))
    assert [request.content.decode().replace(" ", "") for request in server.requests[1:]] == [
        text.replace(" ", "")
    ] * 2
    assert found == []
    (value,) = json.loads(text, parse_float=Decimal).values()
    (name,) = made.model_fields_set
    assert getattr(made, name) == value
    for one in value if isinstance(value, list) else [value]:
        assert isinstance(one, (str, int, Decimal, type(None)))
    assert case.models.All.model_validate_json(text) == made
    again = json.loads(made.model_dump_json(exclude_unset=True), parse_float=Decimal)
    assert again == json.loads(text, parse_float=Decimal)


def test_another_value_than_a_decimal(case: Case, mode: str, read: Any) -> None:
    made, deviations = read("all", {"exact": "12.50", "least": 2.5})
    assert (made.exact, made.least) == (Decimal("12.50"), Decimal("2.5"))
    assert deviations == ["type/changed /exact", "minimum/widened /least"]
    made, deviations = read("all", {"exact": True})
    assert (made.exact, deviations) == (True, ["type/changed /exact"])
    for value in ({"exact": "12.5"}, {"exact": True}, {"least": 2}, {"exact": float("nan")}):
        with pytest.raises(ValidationError):
            sent(case, mode, "all", value)
    assert sent(case, mode, "all", {"exact": 0.1}).content == b'{"exact":0.1}'


@pytest.mark.parametrize("name", ["num", "nums", "int", "exact"])
def test_a_number_beyond_floats(case: Case, mode: str, name: str) -> None:
    """It is kept and sent again as it came; where a float is described, it is reported."""
    text = f'{{"{name}":[1,1E+400]}}' if name == "nums" else f'{{"{name}":1E+400}}'
    found: list[Any] = []
    server = answers(text)
    with case.connect(server, mode, on_deviation=found.append) as client:
        made = method_of(client, "all")({})
        method_of(client, "all")(made)
    again = json.loads(server.requests[-1].content, parse_float=Decimal)
    assert again == json.loads(text, parse_float=Decimal)
    assert len({*found}) == name.startswith("num")


@pytest.mark.parametrize("name", ["any", "later"])
def test_a_number_beyond_floats_of_any_type(case: Case, mode: str, name: str) -> None:
    """It isn't sent as null, also where it isn't described; a caller's infinity is refused."""
    text = f'{{"{name}":[1E+400,2.5]}}'
    server = answers(text)
    with case.connect(server, mode) as client:
        made = method_of(client, "all")({})
        method_of(client, "all")(made)
        made.any = [1]
        made.any.append(float("inf"))
        with pytest.raises(case.errors.RequestError, match="inf"):
            method_of(client, "all")(made)
    assert server.requests[-1].content.decode() == text


def test_a_constant_that_is_whole(case: Case, mode: str, read: Any) -> None:
    """1.0 and 1 are one number, for which there is a Literal; of a fraction there is none."""
    assert sent(case, mode, "all", {"whole": 1}).content == b'{"whole":1}'
    assert read("all", {"whole": 1.0})[1] == []
    assert read("all", {"whole": 2.0})[1] == ["enum/value-added /whole"]
    with pytest.raises(ValidationError):
        sent(case, mode, "all", {"whole": 2})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("flag", "false"),
        ("flag", True),
        ("level", 1),
        ("level", False),
        ("speed", 10),
        ("speed", "2024-02-03T04:05:06Z"),
        ("count", "1"),
        ("count", 1),
    ],
)
def test_an_enumeration_beside_another_type(
    case: Case, mode: str, read: Any, name: str, value: Any
) -> None:
    """No branch takes a value that another lists."""
    assert json.loads(sent(case, mode, "all", {name: value}).content) == {name: value}
    made, deviations = read("all", {name: value})
    assert deviations == []
    assert made.model_dump(mode="json", exclude_unset=True) == {name: value}
    assert case.models.All(**{name: value}) == made


def test_an_integer_with_an_exponent(case: Case, mode: str) -> None:
    found: list[Any] = []
    with case.connect(answers('{"int": 1e30}'), mode, on_deviation=found.append) as client:
        assert method_of(client, "all")({}).int_ == 10**30
    assert found == []


def test_maps_that_may_be_null(case: Case, mode: str, read: Any) -> None:
    made, deviations = read(
        "all", {"map": None, "maps": {"k": {"a": 1}}, "days": [{"x": "2024-01-01"}, None]}
    )
    assert deviations == []
    assert (made.map, type(made.maps["k"]).__name__) == (None, "V")
    assert made.days == [{"x": date(2024, 1, 1)}, None]
    assert read("all", {"map": {"a": 1}})[1] == ["type/changed /map/*"]
    with pytest.raises(ValidationError):
        sent(case, mode, "all", {"map": {"a": 1}})


def test_members_that_a_pattern_matches(case: Case, mode: str, read: Any) -> None:
    value = {"patterns": {"s_a": "x", "k": 1}, "closed": {"s_b": "y"}}
    assert json.loads(sent(case, mode, "all", value).content) == value
    assert read("all", value)[1] == []
    assert read("all", {"closed": {"s_b": 1}})[1] == ["type/changed /closed/*"]


def test_an_object_that_may_have_no_members(case: Case, mode: str, read: Any) -> None:
    assert json.loads(sent(case, mode, "all", {"empty": {}}).content) == {"empty": {}}
    with pytest.raises(ValidationError):
        sent(case, mode, "all", {"empty": {"z": 1}})
    made, deviations = read("all", {"empty": {"z": 1}})
    assert (made.empty.z, deviations) == (1, ["property/added /empty/z"])


def test_bounds_without_a_type(tmp_path: Path) -> None:
    """The server alone checks them in what is sent, and the generator tells so."""
    schema: dict[str, Any] = {
        "properties": {"g": {"minimum": 3}, "c": {"minLength": 2, "pattern": "a"}}
    }
    schema["properties"]["u"] = {"required": ["a"]}
    schema["properties"]["m"] = {"type": "object", "required": ["a"]}
    content = {"content": {"application/json": {"schema": schema}}}
    spec: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(SPEC)))
    received = {"200": {"description": "ok", **content}}
    spec["paths"] = {"/g": {"post": {"requestBody": content, "responses": received}}}
    error = generate_spec(tmp_path, "sent", json.dumps(spec)).err
    assert "minimum without a type has no Python type; the server alone checks it" in error
    assert "4 more [server-checked]" in error
    spec["paths"]["/g"]["post"].pop("requestBody")
    assert "server-checked" not in generate_spec(tmp_path, "received", json.dumps(spec)).err


def test_limits_of_a_list_of_unions(case: Case) -> None:
    """The values of a union are read one by one; the limits are those of the list."""
    assert case.models.All(few=[{"a": 1}]).few == [case.models.V(a=1)]
    for items in ([{"a": 1}, {"a": 2}], [case.models.V(a=1)] * 2):
        with pytest.raises(ValidationError, match="at most 1 item"):
            case.models.All(few=items)


def test_a_required_member_without_a_property(case: Case, mode: str, read: Any) -> None:
    """It has the type of the other members."""
    value = {"counts": {"all": 3, "some": 2}}
    assert json.loads(sent(case, mode, "all", value).content) == value
    assert read("all", value)[1] == []
    assert read("all", {"counts": {"all": "x"}})[1] == ["type/changed /counts/all"]
    with pytest.raises(ValidationError):
        sent(case, mode, "all", {"counts": {"all": "x"}})


def test_what_only_responses_require(case: Case, mode: str) -> None:
    """The mark counts for classes, enumerations and references, too."""
    assert json.loads(sent(case, mode, "needs", {"n": 1}).content) == {"n": 1}


def test_what_each_direction_requires(case: Case, mode: str, read: Any) -> None:
    """A class that is sent and received checks each; what was read can be sent again."""
    model = case.models.OneWay
    for value in (model(n="x", pw="p"), {"n": "x", "pw": "p"}):
        assert json.loads(sent(case, mode, "ways", [value]).content) == [{"n": "x", "pw": "p"}]
    for call in (lambda: model(n="x"), lambda: sent(case, mode, "ways", [{"n": "x"}])):
        with pytest.raises(ValidationError, match=r"pw\n  Field required|0\.pw"):
            call()
    made, deviations = read("ways", {"id": 1, "n": "x"})
    assert ((made.id, made.pw), deviations) == ((1, None), [])
    made, deviations = read("ways", {"n": "x"})
    assert (made.id, deviations) == (None, ["required/removed /id"])
    assert json.loads(sent(case, mode, "ways", [made]).content) == [{"n": "x"}]
    made.n = "y"
    with pytest.raises(ValidationError):
        made.pw = 1


def test_a_value_of_a_discriminator_that_several_branches_have(
    case: Case, mode: str, read: Any
) -> None:
    for value, name in (
        ({"type": "message", "b": 1}, "Out"),
        ({"type": "message", "a": 1}, "In"),
        ({"type": "message", "text": "x"}, "Easy"),
        ({"type": "tool"}, "Tool"),
    ):
        made, deviations = read("messages", value)
        assert (type(made).__name__, deviations) == (name, [])
        assert json.loads(sent(case, mode, "messages", value).content) == value


def test_content_of_a_parameter(case: Case, mode: str) -> None:
    request = sent(
        case, mode, "texts", "a b", q="x y", h="tok", c="v", x_j={"a": "é😀"}, x_l=[], r="a%2Fb c"
    )
    assert request.url.raw_path == b"/texts/a%20b?q=x%20y&r=a%2Fb%20c"
    assert request.headers["h"] == "tok"
    assert request.headers["cookie"] == "c=v"
    assert request.headers["x-j"] == '{"a":"\\u00e9\\ud83d\\ude00"}'
    assert "x-l" not in request.headers


def test_unions_that_share_their_branches(tmp_path: Path) -> None:
    """Each is looked at once, however many ways lead to it: of 40 levels 2 to the 40."""
    schemas: dict[str, Any] = {}
    for level, side in itertools.product(range(40), "ab"):
        keys = {f"{level}{one}": f"#/components/schemas/U{level + 1}{one}" for one in "ab"}
        schemas[f"U{level}{side}"] = {
            "oneOf": [{"$ref": key} for key in keys.values()],
            "discriminator": {"propertyName": "type", "mapping": keys},
        }
    for side in "ab":
        kind = {"type": "string", "enum": [side]}
        schemas[f"U40{side}"] = {"type": "object", "properties": {"type": kind}}
    spec: dict[str, Any] = json.loads(json.dumps(yaml.safe_load(SPEC)))
    spec["components"]["schemas"]["Message"] = {"$ref": "#/components/schemas/U0a"}
    spec["components"]["schemas"] |= schemas
    assert generate_spec(tmp_path, "levels", json.dumps(spec)).code == 0


def test_a_choice_is_there_once(case: Case, read: Any) -> None:
    """In the validator of a union, however many values of the discriminator lead to it."""
    made, deviations = read("messages", {"type": "message", "text": "x"})
    assert (type(made).__name__, deviations) == ("Easy", [])
    models: Any = case.models
    unions: Any = case.modules["_runtime.unions"]
    mark = unions.OpenUnion("type", ("message", "b"), ("b", "message"), ("c",))
    kinds: Any = models.Easy | models.In | models.Tool | unions.UnknownVariant
    value = {"type": "message", "text": "x"}
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[kinds, mark])
    assert type(adapter.validate_python(value)) is models.Easy
    assert len({*mark._tags.values()}) == 3
