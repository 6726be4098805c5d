"""Descriptions whose example values, patterns or references could take for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.codegen.ir import Component
from generator.codegen.testdata.sent_values import as_sent
from generator.config import Client
from generator.document.load import load
from generator.document.references import References
from generator.document.selectors import select_operations
from generator.errors import Findings
from generator.openapi.examples.check import Examples
from generator.openapi.examples.regex import generate_match
from generator.openapi.model import Document
from generator.openapi.normalize.document import canonicalise
from generator.openapi.patterns import pattern_states
from generator.services.read_api import read_api
from tests.qa.bench.shapes import SHAPES, Json, Members
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


def canonical(
    document: Members, folder: Path, *, indent: int | None = None
) -> tuple[Document, Findings]:
    """Return the canonical form of a description, and what was found in it."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document, indent=indent), encoding="utf-8")
    source = load(path, path.name)
    findings = Findings()
    refs = References(source, findings)
    operations = select_operations(source, refs, ())
    return canonicalise(source, refs, operations, findings), findings


def examples(document: Members, folder: Path) -> Examples:
    """Return the examples of a description."""
    return Examples(canonical(document, folder)[0])


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


@pytest.mark.parametrize("name", ["unions of later unions", "subtypes with a child"])
def test_unions_in_each_other_are_read_once_by_each_type(name: str, tmp_path: Path) -> None:
    """Each way from one to another would be read by itself: their number is exponential."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(SHAPES[name].make(40)), encoding="utf-8")

    client = Client(package="one", spec=str(path), output=".")
    _, api, _ = read_api(client, tmp_path, Findings(), lambda _: None)
    reads: Counter[str] = Counter()

    class Components(dict[str, Component]):
        def __getitem__(self, name: str) -> Component:
            reads[name] += 1
            return super().__getitem__(name)

    components = Components({one.name: one for one in api.components})
    (body,) = (op.body for op in api.operations)
    assert body is not None
    value: Json = {"of39": "2026-01-02T03:04:05Z", "kind": "Part39"}
    for _ in range(5):
        value = {"kind": "Part39", "child": value}
    as_sent(body.type, value, components)
    assert len(reads) >= 40
    assert reads.total() <= 6 * 41 * 41


def test_a_value_that_is_too_costly_to_validate_has_a_warning(tmp_path: Path) -> None:
    """Each of 30 unions has all later ones as branches: a text is compared 2³⁰ times."""
    made = examples(SHAPES["unions of later unions"].make(30), tmp_path)

    fault = made.fault("text", made.document.schemas["Order"])
    assert fault == (
        "its schema cannot be checked: more than 200,000 comparisons with a schema and its branches"
    )
    assert made.fault("text", made.document.schemas["Part20"]) is not None
    assert made.fault({"of29": "2026-01-02T03:04:05Z"}, made.document.schemas["Part29"]) is None


def test_all_values_of_a_run_have_one_budget(tmp_path: Path) -> None:
    """Each of five values is nearly as large as one may be."""
    made = examples(SHAPES["two references to the next"].make(14), tmp_path)

    for _ in range(4):
        made.make(made.document.schemas["Part1"])
    with pytest.raises(LookupError, match="more than 54,500 steps for all examples"):
        made.make(made.document.schemas["Part1"])


def test_patterns_have_one_budget_of_states(tmp_path: Path) -> None:
    """Those past it are checked by the server alone; short ones still are checked here."""
    document = SHAPES["patterns"].make(40)
    short: Members = {"type": "string", "pattern": "^[a-z]+$"}
    schemas = document["components"]["schemas"]  # type: ignore[index, call-overload]
    schemas["Order"]["properties"]["short"] = short  # type: ignore[index, call-overload]
    made, findings = canonical(document, tmp_path)

    properties = made.schemas["Order"].properties or {}
    compiled = [name for name, one in properties.items() if one.pattern]
    assert 5 < len(compiled) < 12
    assert "short" in compiled
    facts = {one.fact for one in findings.warnings if one.code == "pattern"}
    wanted = "compiling the pattern takes more than 300,000 states in the patterns of a description"
    assert facts == {f"{wanted}; the server alone checks it"}


@pytest.mark.parametrize(
    ("pattern", "states"),
    [
        ("abc", 3),
        ("^(ab|c){10}$", 30),
        ("[a-z]{2,5}x*", 6),
        (r"[^a]{10}", 70),
        (r".\p{L}", 257),
        ("(?:(?:a{20}){20}){20}", 8000),
        ("(?i)ab", 9),
        ("a{99999999999999}", 999_999_999),
        ("(" * 5000 + "a", 1),
    ],
)
def test_states_of_a_pattern(pattern: str, states: int) -> None:
    assert pattern_states(pattern) == states


def test_an_intersection_that_recurs_is_made_once(tmp_path: Path) -> None:
    """A ring of four schemas and one of three have twelve pairs."""
    made, findings = canonical(SHAPES["allOf of two rings"].make(4), tmp_path)

    assert len(made.schemas) <= 2 * 12
    assert not findings.warnings


def test_keys_of_schemas_inside_each_other_do_not_grow(tmp_path: Path) -> None:
    inner: Members = {"type": "string"}
    for _ in range(150):
        inner = {"type": "object", "properties": {"inner": inner}}
    made, _ = canonical(order({"first": inner}), tmp_path)

    assert len(made.schemas) == 151
    assert max(map(len, made.schemas)) < 420


def union(name: str, count: int) -> Members:
    """Return a union of objects, each with a property of its own."""
    return {"oneOf": [{"properties": {f"{name}{i}": {"type": "string"}}} for i in range(count)]}


def unions(names: str, count: int) -> Members:
    """Return an ``allOf`` of such unions."""
    return {"allOf": [union(name, count) for name in names]}


def levels(name: str, count: int, level: Callable[[str, Members], Members]) -> Members:
    """Return schemas of which each refers to the next, as ``level(name, reference)`` makes it."""
    schemas: Members = {f"{name}{count}": {"properties": {name: {"type": "string"}}}}
    for i in range(count):
        schemas[f"{name}{i}"] = level(f"{name}{i}", {"$ref": f"#/components/schemas/{name}{i + 1}"})
    return schemas


def twice(name: str, following: Members) -> Members:
    """Return an object with two properties of the next schema."""
    return {"properties": {name: {"type": "string"}, "left": following, "right": following}}


def either(name: str, following: Members) -> Members:
    """Return a union of the next schema and of an object that extends it."""
    extended: Members = {"allOf": [following, {"properties": {name: {"type": "string"}}}]}
    return {"oneOf": [following, extended]}


def nested(name: str, following: Members) -> Members:
    """Return a union of objects with a property of the next schema."""
    return {"oneOf": [{"properties": {f"{name}{i}": {}, "it": following}} for i in range(5)]}


def both(level: Callable[[str, Members], Members]) -> Members:
    """Return a description of one body: two stacks of 20 levels at once."""
    refs: list[Json] = [{"$ref": f"#/components/schemas/{name}0"} for name in "ab"]
    schemas = levels("a", 20, level) | levels("b", 20, level)
    return described({"allOf": refs}, **schemas)


def described(body: Members, **schemas: Json) -> Members:
    """Return a description of one operation with this body."""
    document = order({"it": body})
    components = document["components"]
    assert isinstance(components, dict)
    assert isinstance(components["schemas"], dict)
    components["schemas"] |= schemas
    return document


TOO_MANY = {
    "an allOf of five unions": described(unions("abcde", 10)),
    "anyOf beside oneOf": described({**union("a", 30), "anyOf": union("b", 30)["oneOf"]}),
    "unions in a union": described(
        {"allOf": [{"oneOf": [union("a", 10), union("b", 10)]}, union("c", 20)]}
    ),
    "many small ones": order({f"it{i}": unions("ab", 15) for i in range(40)}),
    "the same property twice, in each of 20 schemas": both(twice),
    "unions of extended unions": both(either),
    "unions in unions' properties": both(nested),
}


@pytest.mark.parametrize("name", TOO_MANY)
def test_intersections_grow_no_faster_than_the_description(name: str, tmp_path: Path) -> None:
    """Past a limit the type is open, and a warning names the place."""
    document, findings = canonical(TOO_MANY[name], tmp_path)

    assert len(document.schemas) < 2000 + len(json.dumps(TOO_MANY[name])) / 50
    assert not findings.refusals
    assert {"allof-size"} == {problem.code for problem in findings.assumed}
    assert all(problem.place.line and problem.place.pointer for problem in findings.assumed)


def test_the_layout_of_a_text_decides_no_type(tmp_path: Path) -> None:
    """Indentation is no reason for more intersections."""
    document = TOO_MANY["unions in unions' properties"]
    minified, spacious = (canonical(document, tmp_path, indent=n)[0] for n in (None, 40))
    assert minified.schemas.keys() == spacious.schemas.keys()


def test_an_enumeration_beside_a_union_of_many_constants_is_a_few_of_them(tmp_path: Path) -> None:
    """The limit counts the branches that are left."""
    constants: list[Json] = [{"type": "string", "enum": [f"c{i}"]} for i in range(1000)]
    refs: list[Json] = [{"$ref": "#/components/schemas/Constants"}]
    body: Members = {"allOf": refs, "enum": ["c1", "c999", "other"]}
    document, findings = canonical(described(body, Constants={"oneOf": constants}), tmp_path)

    properties = document.schemas["Order"].properties
    assert properties is not None
    union = properties["it"].union
    assert union is not None
    assert [branch.enum for branch in union.branches] == [("c1",), ("c999",)]
    assert not findings.warnings


def test_an_intersection_of_too_many_branches_is_an_object_of_any_members(tmp_path: Path) -> None:
    """No branch is left, not even of the union that came first."""
    document, _ = canonical(described(unions("abc", 7)), tmp_path)

    properties = document.schemas["Order"].properties
    assert properties is not None
    schema = properties["it"]
    assert (schema.types, schema.properties, schema.union) == (("object",), None, None)


def test_an_intersection_of_256_branches_is_made(tmp_path: Path) -> None:
    """The limit is for one more."""
    document, findings = canonical(described(unions("ab", 16)), tmp_path)

    assert sum("." in key for key in document.schemas) >= 256
    assert not findings.assumed


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
