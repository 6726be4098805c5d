"""Examples: the numbers in them, those that their schemas don't admit, and none at all.

The generated tests of this case check what is sent and read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.reading.openapi.examples.check import Examples
from tests.qa.bench.shapes import SHAPES, Members
from tests.reading.openapi.typed import canonical
from tests.support.generated_case import Case

CALLS: dict[str, Callable[[Any], object]] = {
    "never_whole": lambda client: client.never.whole(),
    "never_lines": lambda client: list(client.never.lines().__enter__()),
    "never_beside": lambda client: list(client.never.beside_stream().__enter__()),
}


@pytest.mark.parametrize("script", CALLS)
def test_the_fake_refuses_what_it_has_no_example_for(script: str, case: Case) -> None:
    fake = case.fake()
    client = case.package.Sample(transport=fake)
    call = script.replace("_", ".", 1)
    message = f"no example for `{call}`; script one: `fake.{script}.answers(…)`"
    with pytest.raises(case.modules["testing"].Refused) as caught:
        CALLS[script](client)
    assert str(caught.value) == message


def test_the_fake_answers_as_scripted(case: Case) -> None:
    fake = case.fake()
    fake.never_whole.answers(4)
    assert case.package.Sample(transport=fake).never.whole() == 4


def test_the_fake_has_the_response_of_a_request_without_an_example(case: Case) -> None:
    file = Path(str(case.package.__file__)).with_name("_examples.json")
    examples = json.loads(file.read_text(encoding="utf-8"))
    assert examples["never_asked"]["body"] == "example"
    assert "never_whole" not in examples


def test_the_fake_answers_the_method_beside_a_stream(case: Case) -> None:
    assert case.package.Sample(transport=case.fake()).never.beside() == "example"


def test_a_schema_that_the_validator_refuses_leaves_the_others_checked() -> None:
    """It has no class of characters without others: ``[a--b]``."""
    document = SHAPES["two references to the next"].make(1)
    properties = {"code": {"type": "string", "maxLength": 2}, "odd": {"pattern": "[a--b]"}}
    order = {"type": "object", "properties": properties}
    document["components"]["schemas"] = {"Order": order}
    examples = Examples(canonical(document)[0])
    schema = examples.document.schemas["Order"]

    assert examples.fault({"code": "ab"}, schema) is None
    assert "longer than 2 characters" in str(examples.fault({"code": "abc"}, schema))
    assert "its schema cannot be checked: " in str(examples.fault({"odd": "a"}, schema))


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"minProperties": 2}, {"key1": "example", "key2": "example"}),
        (
            {"minProperties": 1, "additionalProperties": {"type": "integer"}},
            {"key": 1},
        ),
        (
            {"minProperties": 2, "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            {"a": 1, "key2": "example"},
        ),
        (
            {"minProperties": 1, "properties": {"a": {"type": "integer"}, "b": {}}},
            {"a": 1},
        ),
    ],
)
def test_a_value_has_as_many_members_as_it_must(schema: Members, value: Members) -> None:
    """Also where optional members are left out, three levels deep."""
    for _ in range(3):
        inner = {"type": "object", **schema}
        schema = {"properties": {"in": inner}, "required": ["in"]}
        value = {"in": value}
    document = SHAPES["two references to the next"].make(1)
    document["components"]["schemas"] = {"Order": {"type": "object", **schema}}
    examples = Examples(canonical(document)[0])
    assert examples.make(examples.document.schemas["Order"]) == value


@pytest.mark.parametrize("kind", ["integer", "number"])
@pytest.mark.parametrize(
    ("limits", "value"),
    [
        ({"minimum": 0, "exclusiveMaximum": 1}, 0),
        ({"exclusiveMinimum": 0, "maximum": 1}, 1),
        ({"minimum": 1, "maximum": 1}, 1),
        ({"minimum": 0, "maximum": 0}, 0),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 3}, 2),
        ({"exclusiveMaximum": 1}, 0),
        ({"exclusiveMinimum": 1}, 2),
        ({"minimum": -3, "exclusiveMaximum": -2}, -3),
        ({"exclusiveMinimum": 7, "multipleOf": 5}, 10),
    ],
)
def test_a_number_within_its_limits(kind: str, limits: Members, value: float) -> None:
    """A limit that is a value itself, beside one that isn't."""
    document = SHAPES["two references to the next"].make(1)
    document["openapi"] = "3.1.0"
    order = {"type": "object", "properties": {"n": {"type": kind, **limits}}, "required": ["n"]}
    document["components"]["schemas"] = {"Order": order}
    examples = Examples(canonical(document)[0])
    assert examples.make(examples.document.schemas["Order"]) == {"n": value}
