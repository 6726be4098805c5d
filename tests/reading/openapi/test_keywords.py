"""Every row of the table of keywords: read from a description, written as JSON Schema, joined."""

from __future__ import annotations

import dataclasses
from dataclasses import fields

import pytest

from generator.reading.openapi import keywords
from generator.reading.openapi.json_schema import json_schema
from generator.reading.openapi.keywords import (
    ANNOTATIONS,
    ASSERTIONS,
    COUNT,
    ROWS,
    AllOf,
    Compare,
    FlagKeyword,
    NamesKeyword,
    NumberKeyword,
    Row,
    SchemaKeyword,
)
from generator.reading.openapi.model.schemas import Json, Schema
from tests.reading.openapi.typed import read_property

EXAMPLES: dict[str, Json] = {"format": "uuid", "pattern": "^a+$", "x-sunset": "2030-01-31"}


def example(row: Row) -> Json:
    match row:
        case NumberKeyword():
            return 3 if row.range == COUNT else 2.5
        case FlagKeyword():
            return True
        case SchemaKeyword():
            return {"type": "boolean"}
        case NamesKeyword():
            return {"one": ["two", "three"]}
        case _:
            return EXAMPLES.get(row.name, "text/plain")


def types(row: Row) -> list[Json]:
    return [row.applies] if row.applies else ["string"]


def plain(value: object) -> object:
    if isinstance(value, Schema):
        return json_schema(value)
    if isinstance(value, dict):
        return {key: list(names) for key, names in value.items()}
    return value


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_a_keyword_is_read_into_its_attribute_and_no_other(row: Row) -> None:
    schema, _ = read_property({"type": types(row), row.name: example(row)})
    bare, _ = read_property({"type": types(row)})
    assert plain(row.get(schema)) == example(row)
    names = {f.name for f in fields(Schema)} - {"location", "positions"}
    (changed,) = (name for name in names if getattr(schema, name) != getattr(bare, name))
    assert getattr(schema, changed) == row.get(schema)
    is_written = row in ASSERTIONS
    assert is_written is not (row in ANNOTATIONS)
    written = {row.name: example(row)} if is_written else {}
    assert json_schema(schema) == {"type": types(row)[0], **written}


def test_a_changed_schema_keeps_its_other_attributes_and_places() -> None:
    schema, _ = read_property({"type": "string", "maxLength": 3, "description": "A name."})
    changed = schema.replace(max_length=4, nullable=True)
    expected = dataclasses.replace(schema, max_length=4, nullable=True)
    for field in fields(Schema):
        assert getattr(changed, field.name) == getattr(expected, field.name)
    assert (schema.max_length, schema.nullable) == (3, False)
    assert changed.at("maxLength").place == schema.at("maxLength").place


def test_a_schema_has_no_attribute_beside_those_of_its_class() -> None:
    schema, _ = read_property({"type": "string"})
    with pytest.raises(TypeError, match="no attribute longest"):
        schema.replace(longest=4)


@pytest.mark.parametrize(
    "row", [r for r in ASSERTIONS if isinstance(r, NumberKeyword)], ids=lambda row: row.name
)
def test_of_two_bounds_in_an_all_of_the_narrower_holds(row: NumberKeyword) -> None:
    value: Json = {"type": row.applies, "allOf": [{row.name: 2}, {row.name: 5}]}
    schema, _ = read_property(value)
    expected = {AllOf.HIGHEST: 5, AllOf.LOWEST: 2, AllOf.ONE: 5}[row.all_of]
    assert row.get(schema) == expected
    if row.all_of is not AllOf.ONE:
        assert (row.compare is Compare.LOWER_BOUND) == (row.all_of is AllOf.HIGHEST)
        assert not schema.server_checked
    else:
        assert schema.server_checked == {"allOf": [{row.name: 2}]}


def test_constraints_are_those_of_the_type_in_pydantics_order() -> None:
    schema = Schema(
        read_property({})[0].location, minimum=1, maximum=9, exclusive_minimum=0, multiple_of=2,
        max_length=4, pattern="a",
    )  # fmt: skip
    assert keywords.constraints(schema, "number") == (
        ("minimum", 1), ("maximum", 9), ("exclusiveMinimum", 0), ("multipleOf", 2),
    )  # fmt: skip
    assert keywords.constraints(schema, "string") == (("maxLength", 4), ("pattern", "a"))
    assert keywords.constraints(schema, "array") == ()


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("maxLength", 0, True), ("maxLength", 3.0, True), ("maxLength", 2.5, False),
        ("maxLength", -1, False), ("maxLength", True, False), ("maxLength", "3", False),
        ("multipleOf", 0.5, True), ("multipleOf", 0, False), ("multipleOf", True, False),
        ("minimum", -2.5, True), ("minimum", False, False),
        ("exclusiveMinimum", False, True), ("exclusiveMinimum", "0", False),
    ],
)  # fmt: skip
def test_a_value_is_accepted_or_not(name: str, value: object, fits: bool) -> None:
    row = ROWS[name]
    assert isinstance(row, NumberKeyword)
    assert row.accepts(value) is fits
