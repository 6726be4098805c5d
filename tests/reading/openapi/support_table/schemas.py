"""Rows about schemas (OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24, JSON Schema 2020-12)."""

# ruff: noqa: E501 - tables
from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.reading.openapi.support_table.harness import (
    Check,
    Made,
    Row,
    described,
    equal,
    response,
    row,
    schema,
    shows,
)

_UUID = "2f1f2a3e-0000-4000-8000-000000000000"
_TWO = """
A: {type: object, required: [k, a], properties: {k: {type: string}, a: {type: integer}}}
B: {type: object, required: [k, b], properties: {k: {type: string}, b: {type: integer}}}
"""


def _absent(made: Made) -> None:
    models = made.models
    assert models.M().model_dump_json(exclude_unset=True) == "{}"
    assert models.M(v=None).model_dump_json(exclude_unset=True) == '{"v":null}'


def _refused(made: Made) -> None:
    testing = made.submodule("testing")
    client = made.module.Sample(transport=(fake := testing.Fake()))
    with pytest.raises(testing.Refused, match=r"fake\.call\.answers"):
        client.call()
    fake.call.answers(4)
    assert client.call() == 4


def _reads(*values: tuple[Any, str]) -> Check:
    """A check: ``M.v`` is read as a value of the named class, and sent again as it came."""

    def check(made: Made) -> None:
        for value, name in values:
            read = made.models.M.model_validate({"v": value})
            assert json.loads(read.model_dump_json(exclude_unset=True, by_alias=True)) == {
                "v": value
            }
            assert name in ("", type(read.v).__name__)

    return check


def _answers(*values: tuple[Any, str]) -> Check:
    """A check: a response is read as a value of the named class."""

    def check(made: Made) -> None:
        for value, name in values:
            assert type(made.answered(httpx.Response(200, json=value))).__name__ == name

    return check


def _sent_again(*values: Any) -> Check:
    return _reads(*((value, "") for value in values))


def _in_the_tests(example: str, *, used: bool = True) -> Check:
    """``example`` is a value of the generated tests."""

    def check(made: Made) -> None:
        tests = [d for n, d in made.files.items() if n.startswith("tests/") and n.endswith(".py")]
        assert any(repr(example) in text.decode().replace('"', "'") for text in tests) is used

    return check


def _example(text: str) -> str:
    return f"requestBody: {{content: {{application/json: {{schema: {{type: string}}, examples: {{a: {text}}}}}}}}}"


def _warns(made: Made) -> None:
    model = made.models.M(v="a")
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert model.v == "a"


ROWS: dict[str, dict[str, Row]] = {
    "Types": {
        "`string`": schema("{type: string}", "str", good=[("a", "a")], bad=[1]),
        "`integer`": schema("{type: integer}", "int", good=[(1, 1), ("1", 1)], bad=["a", 1.5]),
        "`number`": schema("{type: number}", "Number", good=[(1.5, 1.5), (60, 60)], bad=["a"]),
        "`boolean`": schema("{type: boolean}", "bool", good=[(True, True)], bad=["a"]),
        "`array`": schema("{type: array, items: {type: string}}", "list[str]", good=[(["a"], ["a"])], bad=["a", [1]]),
        "`object` with `properties`": schema("{type: object, properties: {a: {type: integer}}}", "MV", bad=[1, {"b": 1}]),
        "`properties` without `type`": schema("{properties: {a: {type: integer}}}", "MV", bad=[1, {"b": 1}]),
        "`object` without `properties`": schema("{type: object}", "dict[str, Any]", good=[({"a": 1}, {"a": 1})]),
        "`null`": schema("{type: 'null'}", "None", good=[(None, None)], bad=[1]),
        "no type": schema("{}", "Any", good=[(1, 1), (None, None), ([1], [1])]),
        "several types": schema("{type: [string, integer]}", "str | int", good=[("a", "a"), (1, 1)], bad=[[1]]),
        "`true` as a schema": schema("true", "Any", good=[(1, 1)]),
        "`false` as a schema": schema("false", "Any", required=False, broken=[1]),
        "several types, one of them an object with `properties`": schema("{type: [string, object], properties: {a: {type: integer}}}", "str | MV", bad=[1, {"a": "x"}], check=_sent_again("a", {"a": 1})),
        "`properties` or `items` beside a type that excludes them": schema("{type: array, items: {type: string}, properties: {a: {}}}", "list[str]", without="{type: array, items: {type: string}}"),
        "a misspelt type": schema("{type: Int}", "int", good=[(1, 1)], bad=["a"]),
        "an unknown type": schema("{type: colour}", "Any", good=[([1], [1])]),
        "`nullable: true` alone as a branch (3.0)": schema("{anyOf: [{type: string}, {nullable: true}]}", "str | None", good=[(None, None)], bad=[7], version="3.0.3"),
        "`nullable` (3.0)": schema("{type: string, nullable: true}", "str | None", good=[(None, None)], version="3.0.3"),
        "a type or `null` (3.1)": schema("{type: [string, 'null']}", "str | None", good=[(None, None)]),
        "a type beside a union with null": schema("{type: object, anyOf: [{type: object, properties: {a: {type: string}}}, {type: 'null'}]}", "MV", good=[(None, None)], bad=[None]),
        "an optional property that may be null": schema("{type: [string, 'null']}", required=False, check=_absent),
        "an optional property that may not be null": schema("{type: string}", "Opt[str]", required=False, good=[(None, None)], bad=[None]),
    },
    "Values": {
        "`enum` of strings": schema("{type: string, enum: [a, b]}", "OrStr[MV]", bad=["c"], check=_reads(("new", "str"), ("a", "MV"))),
        "`enum` of integers": schema("{type: integer, enum: [1, 2]}", "OrInt[MV]", good=[(3, 3)], bad=[3]),
        "`enum` of several types": schema("{enum: [a, 1, true]}", "bool | Literal['a'] | Literal[1]", good=[("a", "a"), (1, 1), (True, True)], bad=["b"]),
        "`enum` of true and false": schema("{enum: [true, false]}", "bool", good=[(True, True)], bad=["a"]),
        "`enum` with values of another type": schema("{type: integer, enum: ['1', 2, x]}", "OrInt[MV]", bad=[3], check=_sent_again(1, 2)),
        "`enum` of an array, with values of its items": schema("{type: array, enum: [a, b], items: {type: string}}", "ListOf[OrStr[MVItem]]", good=[(["a"], ["a"])], bad=[["c"]]),
        "an empty `enum`": schema("{type: string, enum: []}", "str", good=[("a", "a")], beside=("meta-schema",)),
        "`enum` with null": schema("{type: [string, 'null'], enum: [a, b, null]}", "OrStr[MV] | None", good=[(None, None)], bad=["c"]),
        "`enum` with null, of a type alone": schema("{type: string, enum: [a, b, null]}", "OrStr[MV] | None", good=[(None, None)], bad=["c"]),
        "`enum` without null, of a type or null": schema("{type: [string, 'null'], enum: [a, b]}", "OrStr[MV] | None", good=[(None, None)], bad=["c"]),
        "`enum` of one value, `const`": schema("{const: a}", "Literal['a']", good=[("a", "a")], bad=["b"]),
        "`enum` of fractions or of objects": schema("{enum: [1.5, {a: 1}]}", "Any", good=[(1.5, 1.5)], broken=[2.5]),
        "`default`": schema("{type: integer, default: 3}", "Opt[int]", required=False, check=lambda made: equal(
            made.models.M().model_dump_json(exclude_unset=True), "{}")),
        "a `default` that is invalid for its schema": schema("{type: integer, default: many}", "int"),
        "`example`, `examples`": schema("{type: string, examples: [first]}", "str", check=_in_the_tests("first")),
        "`dataValue` and `serializedValue` of an example (3.2)": row(
            _in_the_tests("two words"), version="3.2.0", method="post", operation=_example('{serializedValue: \'"two words"\'}')),
        "`externalValue` of an example: a file in the folder": Row(
            {"spec.json": described(method="post", operation=_example("{externalValue: one.json}")), "one.json": '"two words"'}, _in_the_tests("two words")),
        "`externalValue` of an example: a URL": row(
            _in_the_tests("two words", used=False), method="post", operation=_example("{externalValue: 'https://api.example.com/one.json'}")),
        "an example of a body that is invalid for its schema": row(
            method="post", operation="requestBody: {content: {application/json: {schema: {type: integer}, example: many}}}", check=_in_the_tests("many", used=False)),
        "an example of a parameter that is invalid for its schema": row(
            operation="{parameters: [{name: p, in: query, schema: {type: string, format: decimal}, example: many}], responses: {'204': {description: A}}}",
            check=_in_the_tests("many", used=False)),
        "a response for which no example can be made": row(
            operation="responses: {'200': {description: A, content: {application/json: {schema: {type: integer, minimum: 5, maximum: 3}}}}}", check=_refused),
    },
    "Bounds": {
        "`minLength`, `maxLength`": schema(
            "{type: string, minLength: 2, maxLength: 3}", "Annotated[str, Field(max_length=3, min_length=2)]",
            good=[("ab", "ab")], bad=["a", "abcd"]),
        "`pattern`": schema("{type: string, pattern: '^[a-z]+$'}", good=[("ab", "ab")], bad=["A"]),
        "a `pattern` with look-around or other unsupported syntax": schema("{type: string, pattern: '(?=a)a'}", "str", broken=["b"]),
        "`minimum`, `maximum`": schema("{type: integer, minimum: 1, maximum: 3}", good=[(1, 1), (3, 3)], bad=[0, 4]),
        "`exclusiveMinimum`, `exclusiveMaximum` as numbers (3.1)": schema(
            "{type: number, exclusiveMinimum: 1, exclusiveMaximum: 3}", good=[(2.0, 2.0)], bad=[1, 3]),
        "`exclusiveMinimum`, `exclusiveMaximum` as booleans (3.0)": schema(
            "{type: number, minimum: 1, exclusiveMinimum: true}", good=[(2.0, 2.0)], bad=[1], version="3.0.3"),
        "`multipleOf`": schema("{type: integer, multipleOf: 5}", good=[(10, 10)], bad=[11]),
        "`minItems`, `maxItems`": schema(
            "{type: array, items: {type: string}, minItems: 1, maxItems: 2}", good=[(["a"], ["a"])], bad=[[], ["a", "b", "c"]]),
        "bounds of an array's items": schema(
            "{type: array, items: {type: string, maxLength: 1}}", "list[MVItem]", good=[(["a"], ["a"])], bad=[["ab"]]),
        "bounds without a type": schema("{minimum: 3, maxLength: 2}", "Any", broken=[2, "abc"]),
        "`uniqueItems`": schema("{type: array, items: {type: string}, uniqueItems: true}", "list[str]", broken=[["a", "a"]]),
        "`minProperties`, `maxProperties`": schema("{type: object, maxProperties: 1}", "dict[str, Any]", broken=[{"a": 1, "b": 2}]),
    },
    "Formats": {
        "`date-time`": schema("{type: string, format: date-time}", "datetime", good=[
            ("2020-01-01T00:00:00Z", datetime(2020, 1, 1, tzinfo=UTC))], bad=["a"]),
        "`date`": schema("{type: string, format: date}", "date", good=[("2020-01-01", date(2020, 1, 1))], bad=["a"]),
        "`time`": schema("{type: string, format: time}", "time", good=[("10:00:00", time(10))], bad=["a"]),
        "`duration`": schema("{type: string, format: duration}", "timedelta", good=[("PT1H", timedelta(hours=1))], bad=["a"]),
        "`uuid`": schema("{type: string, format: uuid}", "UUID", good=[(_UUID, UUID(_UUID))], bad=["a"]),
        "`decimal` of a string": schema("{type: string, format: decimal}", "Decimal", good=[("1.10", Decimal("1.10"))], bad=["a"]),
        "`decimal` of a number": schema("{type: number, format: decimal}", "DecimalNumber", good=[(1.1, Decimal("1.1"))], bad=["1.1"]),
        "a text that isn't of one of these formats": schema("{type: string, format: date-time}", "datetime", bad=["1700000000", "2024-01-01"]),
        "one of these formats beside plain text": schema(
            "{anyOf: [{type: string, format: decimal}, {type: string}]}", good=[("1.10", Decimal("1.10")), ("01.10", "01.10")]),
        "`int32`, `int64`": schema("{type: integer, format: int32}", "int", good=[(2**40, 2**40)]),
        "`float`, `double`": schema("{type: number, format: double}", "Number", good=[(1.5, 1.5)]),
        "`byte`": schema("{type: string, format: byte}", "Base64Text", good=[("YQ==", "YQ==")]),
        "`binary` in JSON": schema("{type: string, format: binary}", "str", good=[("a", "a")], bad=[1]),
        "`email`, `uri`, `hostname`, `ipv4`, `password`": schema("{type: string, format: email}", "str", good=[("a", "a")]),
        "any other format": schema("{type: string, format: made-up}", "str", good=[("a", "a")]),
    },
    "Objects": {
        "`required`": schema("{type: object, required: [a], properties: {a: {type: integer}}}", "MV", bad=[{}]),
        "`required` without `properties`": schema("{type: object, required: [a]}", "dict[str, Any]", broken=[{"b": 1}]),
        "`required` of a member without a schema": schema("{type: object, required: [b], properties: {a: {type: integer}}}", "MV", bad=[{"a": 1}], broken=[{"b": [1]}]),
        "`oneOf`, `anyOf` of `required` alone": schema("{type: object, properties: {a: {type: integer}}, anyOf: [{required: [a]}, {required: [b]}]}", "MV", bad=[{"c": 1}], broken=[{}, {"b": 1}]),
        "`additionalProperties: true`, or absent": schema(
            "{type: object, additionalProperties: true, properties: {a: {type: integer}}}", broken=[{"a": 1, "b": 2}],
            check=lambda made: equal(made.models.M.model_validate({"v": {"b": 2}}).v.model_extra, {"b": 2})),
        "`additionalProperties: false`": schema(
            "{type: object, additionalProperties: false, properties: {a: {type: integer}}}", check=_reads(({"a": 1, "b": 2}, "MV")), bad=[{"a": 1, "b": 2}]),
        "an object that may have no members": schema("{type: object, additionalProperties: false}", "MV", check=_reads(({}, "MV"), ({"a": 1}, "MV")), bad=[{"a": 1}]),
        "`additionalProperties` with a schema": schema(
            "{type: object, additionalProperties: {type: integer}, properties: {a: {type: integer}}}", check=_reads(({"a": 1, "b": 2}, "MV")), bad=[{"a": 1, "b": "x"}]),
        "a map": schema("{type: object, additionalProperties: {type: integer}}", "dict[str, int]", good=[({"a": 1}, {"a": 1})], bad=[{"a": "x"}]),
        "`patternProperties`": schema("{type: object, patternProperties: {'^x': {type: integer}}}", "dict[str, Any]", broken=[{"x": "a"}]),
        "`propertyNames`": schema("{type: object, propertyNames: {pattern: '^a'}}", "dict[str, Any]", broken=[{"b": 1}]),
        "`unevaluatedProperties: false`": schema(
            "{type: object, unevaluatedProperties: false, properties: {a: {type: integer}}}", check=_reads(({"a": 1, "b": 2}, "MV")), bad=[{"a": 1, "b": 2}]),
        "`unevaluatedProperties` with a schema": schema(
            "{type: object, unevaluatedProperties: {type: integer}, properties: {a: {type: integer}}}", "MV", check=_reads(({"a": 1, "b": 2}, "MV")), bad=[{"a": 1, "b": 2}]),
        "`dependentRequired`": schema("{type: object, dependentRequired: {a: [b]}}", "dict[str, Any]", broken=[{"a": 1}]),
        "`dependentSchemas`": schema("{type: object, dependentSchemas: {a: {required: [b]}}}", "dict[str, Any]", broken=[{"a": 1}]),
        "`readOnly` and required": schema(
            "{type: string, readOnly: true}", check=lambda made: equal(
                made.models.M().model_dump_json(exclude_unset=True), "{}")),
        "`deprecated`": schema("{type: string, deprecated: true}", "Annotated[str, Field(deprecated='M.v is deprecated')]", check=_warns),
        "an optional property without a name": schema("{type: object, properties: {'': {type: string}, a: {type: string}}}", "MV", check=_reads(({"": "x"}, "MV"))),
        "a required property without a name": schema(
            "{type: object, required: [''], properties: {'': {type: string}, a: {type: string}}}", "MV", check=_reads(({"": "x"}, "MV"))),
        "a property whose name is not a Python identifier": schema(
            "{type: object, properties: {class: {type: string}, '1-a': {type: string}}}", check=lambda made: equal(
                made.models.MV(class_="a").model_dump_json(by_alias=True, exclude_unset=True), '{"class":"a"}')),
    },
    "Arrays": {
        "`items`": schema("{type: array, items: {$ref: '#/components/schemas/A'}}", "ListOf[A]", schemas=_TWO),
        "no `items`": schema("{type: array}", "list[Any]", good=[([1, "a"], [1, "a"])]),
        "`prefixItems`, and `items` beside it": schema("{type: array, prefixItems: [{type: string}], items: {type: integer}}", "ListOf[str | int]", good=[(["a", 1], ["a", 1])], bad=[[None]]),
        "`contains`": schema("{type: array, items: {type: string}, contains: {const: a}}", "list[str]", beside=["example"], broken=[["b"]]),
        "`unevaluatedItems`": schema("{type: array, prefixItems: [{type: string}], unevaluatedItems: false}", "list[str]", broken=[["a", "b"]]),
    },
    "Composition": {
        "`allOf`": schema("{allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}", "MV", schemas=_TWO, bad=[{"k": "x", "a": 1}], check=_reads(({"k": "x", "a": 1, "b": 2}, "MV"))),
        "`allOf` whose parts contradict each other": schema("{allOf: [{type: string}, {type: integer}]}", "Any", good=[(1, 1)]),
        "a branch of a union that contradicts what is beside it": schema(
            "{enum: [a], allOf: [{oneOf: [{const: a}, {const: b}, {type: integer}]}]}", "Literal['a']", good=[("a", "a")], bad=["b", 1]),
        "`allOf` with `false`": schema("{allOf: [{type: string}, false]}", "str", good=[("a", "a")]),
        "`allOf` that contains itself": schema("{allOf: [{$ref: '#/components/schemas/A'}]}", "A", schemas="A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {a: {type: integer}}}]}", check=_sent_again({"a": 1})),
        "`oneOf`, `anyOf`": schema("{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}", "Annotated[A | B, EXACT]", schemas=_TWO, check=_reads(({"k": "x", "a": 1}, "A"), ({"k": "x", "b": 1}, "B"))),
        "`discriminator`": schema(
            "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: "
            "{propertyName: k, mapping: {bee: B}}}", schemas=_TWO,
            check=_reads(({"k": "A", "a": 1}, "A"), ({"k": "bee", "b": 1}, "B"), ({"k": "new", "c": 1}, ""))),
        "a required member with another constant in each branch": response(
            "{application/json: {schema: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}}",
            check=_answers(({"k": "a"}, "A"), ({"k": "b"}, "B"), ({"k": "new"}, "UnknownVariant")), schemas=(
                "A: {type: object, required: [k], properties: {k: {const: a}}}\nB: {type: object, required: [k], properties: {k: {const: b}}}")),
        "`defaultMapping` of a `discriminator` (3.2)": schema(
            "{discriminator: {propertyName: k, mapping: {a: A}, defaultMapping: B}, oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
            schemas=_TWO.replace("B: {type: object, required: [k, b]", "B: {type: object, required: [b]"), version="3.2.0", check=_reads(
                ({"b": 1}, "B"), ({"k": "other", "b": 1}, "B"), ({"k": "a", "a": 1}, "A")), bad=[{"b": "x"}, {"k": "other", "b": "x"}]),
        "a `defaultMapping` that is not in the union": schema(
            "{discriminator: {propertyName: k, mapping: {a: A, b: B}, defaultMapping: M}, oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
            schemas=_TWO, version="3.2.0"),
        "a `discriminator` value without a branch": schema(
            "{oneOf: [{$ref: '#/components/schemas/A'}], discriminator: {propertyName: k, mapping: {b: B}}}", schemas=_TWO),
        "a `discriminator` that contradicts the property's own values": schema(
            "{oneOf: [{$ref: '#/components/schemas/A'}], discriminator: {propertyName: k, mapping: {b: A}}}",
            schemas="A: {type: object, properties: {k: {const: a}}}"),
        "a `discriminator` on a base class": schema("{$ref: '#/components/schemas/Base'}", "BaseUnion", check=_reads(({"k": "Sub", "a": 1}, "Sub"), ({"k": "new", "a": 1}, "Base")), schemas=(
            "Base: {type: object, properties: {k: {type: string}}, discriminator: {propertyName: k}}\n"
            "Sub: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {a: {type: integer}}}]}")),
        "a schema or `null`": schema("{anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}", "A | None", good=[(None, None)], schemas=_TWO),
        "recursion through a property or an item": schema(
            "{$ref: '#/components/schemas/A'}", "A", schemas="A: {type: object, properties: {inner: {$ref: '#/components/schemas/A'}}}", check=_reads(({"inner": {"inner": {}}}, "A"))),
        "recursion through a schema or `null`": schema(
            "{$ref: '#/components/schemas/B'}", "A | None", schemas="A: {type: object, properties: {inner: {$ref: '#/components/schemas/B'}}}\n"
            "B: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}", good=[(None, None)], check=_sent_again({"inner": {"inner": None}})),
        "`oneOf` or `anyOf` that contains itself": schema(
            "{$ref: '#/components/schemas/A'}", "A", schemas="A: {oneOf: [{$ref: '#/components/schemas/A'}, {type: string}]}", good=[("a", "a")], bad=[1]),
        "recursion through the items of a union": schema(
            "{$ref: '#/components/schemas/A'}", "A", schemas="A: {oneOf: [{type: string}, {type: array, items: {$ref: '#/components/schemas/A'}}]}", good=[(["a", ["b"]], ["a", ["b"]])], bad=[[1]]),
        "a schema that is a `$ref` to itself": schema("{$ref: '#/components/schemas/A'}", "Any", schemas="A: {$ref: '#/components/schemas/A'}", good=[(1, 1)]),
        "a schema's `$ref` without a target": schema("{$ref: '#/components/schemas/Gone'}", "Any", good=[(1, 1)]),
        "a `$ref` without a target in a chain of `allOf`": schema(
            "{$ref: '#/components/schemas/A'}", "A", schemas="A: {allOf: [{$ref: '#/components/schemas/B'}, {type: object, properties: {a: {type: integer}}}]}\n"
            "B: {allOf: [{$ref: '#/components/schemas/Gone'}, {type: object, properties: {b: {type: integer}}}]}", check=_sent_again({"a": 1, "b": 2})),
        "`not`": schema("{type: string, not: {const: a}}", "str", broken=["a"]),
        "`if`, `then`, `else`": schema("{type: object, if: {required: [a]}, then: {required: [b]}}", "dict[str, Any]", broken=[{"a": 1}]),
        "keywords for another type beside `$ref` (3.1)": schema(
            "{$ref: '#/components/schemas/A', items: {type: string}}", "A", schemas="A: {type: object, properties: {a: {type: integer}}}", check=_sent_again({"a": 1})),
        "keywords beside `$ref` (3.1)": schema(
            "{$ref: '#/components/schemas/A', maxLength: 2}", schemas="A: {type: string, minLength: 1}", good=[("a", "a")], bad=["", "abc"]),
        "keywords beside `$ref` (3.0)": schema(
            "{$ref: '#/components/schemas/A', maxLength: 2}", "str", schemas="A: {type: string}", good=[("abc", "abc")], version="3.0.3"),
    },
    "The rest": {
        "`contentMediaType`, `contentEncoding`": schema("{type: string, contentMediaType: image/png, contentEncoding: base64}", "Base64Text", good=[("YQ==", "YQ==")], bad=[1]),
        "`contentEncoding: binary` in JSON": schema("{type: string, contentEncoding: binary}", "str", good=[("a", "a")], bad=[1]),
        "`contentSchema`": schema("{type: string, contentMediaType: application/json, contentSchema: {type: object}}", "str", broken=["{"]),
        "`$defs`": schema("{$ref: '#/components/schemas/A/$defs/b'}", "str", schemas="A: {$defs: {b: {type: string}}}", good=[("a", "a")], bad=[1]),
        "`$anchor`": schema("{$ref: '#here'}", "str", schemas="A: {$anchor: here, type: string}", good=[("a", "a")], bad=[1]),
        "`$dynamicRef` to one anchor": schema("{$dynamicRef: '#here'}", "str", schemas="A: {$dynamicAnchor: here, type: string}", good=[("a", "a")], bad=[1]),
        "`$dynamicRef` to an anchor that no schema has": schema("{$dynamicRef: '#there'}", "Any", good=[([1], [1])]),
        "`$dynamicRef` with several targets": schema(
            "{$ref: '#/components/schemas/B'}", schemas="""
A: {type: object, properties: {a: {$dynamicRef: '#t'}}, $defs: {t: {$dynamicAnchor: t, type: string}}}
B: {$ref: '#/components/schemas/A', $defs: {t: {$dynamicAnchor: t, type: integer}}}
""", bad=[{"a": "x"}], check=_sent_again({"a": 1})),
        "`title`, `xml`, `externalDocs`, `$comment`": schema(
            "{type: string, title: T, xml: {name: x}, externalDocs: {url: 'https://example.com'}, $comment: c}", "str", without="{type: string}"),
        "`description`": schema("{type: string, description: What it is.}", check=shows("What it is.", "models.py")),
        "a misspelt keyword": schema("{type: string, maxLenght: 2}", "str"),
        "any other unknown keyword": schema("{type: string, madeUp: 2}", "str", without="{type: string}"),
    },
}  # fmt: skip
