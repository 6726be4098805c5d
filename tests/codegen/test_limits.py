"""Descriptions whose example values, patterns or references could take for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from generator.document.load import load
from generator.document.references import References
from generator.document.selectors import select_operations
from generator.errors import Findings
from generator.openapi.examples.check import Examples
from generator.openapi.examples.regex import generate_match
from generator.openapi.normalize.document import canonicalise
from tests.qa.bench.shapes import SHAPES, Members
from tests.support.command_line import speclock

HARD: dict[str, Members] = {
    "long text": {"type": "string", "minLength": 3_000_000_000},
    "many lists": {
        "type": "array",
        "minItems": 1000,
        "items": {
            "type": "array",
            "minItems": 1000,
            "items": {"type": "array", "minItems": 1000, "items": {"type": "string"}},
        },
    },
}


def examples(document: Members, folder: Path) -> Examples:
    """Return the examples of a description."""
    import json

    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    source = load(path, path.name)
    findings = Findings()
    refs = References(source, findings)
    operations = select_operations(source, refs, ())
    return Examples(canonicalise(source, refs, operations, findings))


def order(properties: Members, *required: str) -> Members:
    """Return a description whose one body is an object with these properties."""
    document = SHAPES["two references to the next"].make(1)
    components = document["components"]
    assert isinstance(components, dict)
    schema: Members = {"type": "object", "properties": properties, "required": [*required]}
    components["schemas"] = {"Order": schema}
    return document


def test_a_value_of_two_to_the_twentieth_parts_is_not_made(tmp_path: Path) -> None:
    """Each of 21 schemas requires the next twice."""
    made = examples(SHAPES["two references to the next"].make(21), tmp_path)

    with pytest.raises(LookupError, match="more than 20,000 values"):
        made.make(made.document.schemas["Order"])
    assert made.make(made.document.schemas["Part18"]) == {
        side: {side: {"leaf": "example"} for side in ("left", "right")}
        for side in ("left", "right")
    }


@pytest.mark.parametrize("name", HARD)
def test_a_member_past_the_limits_is_left_out_unless_it_is_required(
    name: str, tmp_path: Path
) -> None:
    """Only what has to be there makes the whole impossible."""
    properties: Members = {"name": {"type": "string"}, "it": HARD[name]}
    made = examples(order(properties), tmp_path)
    assert made.make(made.document.schemas["Order"]) == {"name": "example"}

    made = examples(order(properties, "it"), tmp_path)
    with pytest.raises(LookupError, match="more than"):
        made.make(made.document.schemas["Order"])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(?:^){4000000000}a", "a"),
        (r"^(?:a?){28}a{28}[^\S]$", "example"),
        (r"(?:a{30000}){30000}", "example"),
        (r"^[A-Z]{3}-[0-9]+$", "AAA-1"),
    ],
)
def test_a_pattern_is_matched_in_linear_time(pattern: str, text: str) -> None:
    """Python's own engine would take years for some of these."""
    assert generate_match(pattern) == text


def test_a_ring_of_schemas_needs_no_frames_of_the_caller(tmp_path: Path) -> None:
    """Each of 800 schemas refers to the next, the last to the first."""
    made = examples(SHAPES["a ring"].make(800), tmp_path)

    assert len(made.document.schemas) == 800
    assert made.make(made.document.schemas["Order"]) == {
        "name": "example",
        "next": {"name": "example", "next": {}},
    }


@pytest.mark.slow
def test_generated_tests_match_patterns_in_linear_time(tmp_path: Path) -> None:
    """They try texts of 35 to 37 letters, for which Python's engine takes days."""
    (tmp_path / "api.yaml").write_text(SHELVES, encoding="utf-8")
    where = ("--spec", "api.yaml", "--package", "shelves", "--output", "out")
    assert speclock(tmp_path, "generate", *where).code == 0
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "out/tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout


SHELVES = r"""
openapi: 3.1.0
info: {title: Shelves, version: "1"}
servers: [{url: https://shelves.example}]
paths:
  /shelves:
    post:
      operationId: shelves/add
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Shelf"}
            example:
              code: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.
              aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: 1
      responses: {"204": {description: Added.}}
components:
  schemas:
    Shelf:
      type: object
      properties:
        code: {type: string, minLength: 36, pattern: '^(?:a?){36}a{36}[^\S]?[.]$'}
      patternProperties:
        '^(?:a?){36}a{36}[^\S]$': {type: integer}
      additionalProperties: true
"""
