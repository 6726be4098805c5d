"""Descriptions whose example values, patterns or references could take for ever."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.ir.models import Component
from generator.codegen.testdata.sent_values import as_sent
from generator.project.services.project.read_api import read_api
from generator.reading.openapi.examples.check import Examples
from generator.reading.openapi.examples.regex import generate_match
from generator.reading.openapi.patterns import pattern_states
from tests.qa.bench.shapes import SHAPES, Json, Members
from tests.reading.openapi.typed import canonical
from tests.support.command import run_tests, speclock

pytestmark = pytest.mark.slow

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


def examples(document: Members) -> Examples:
    return Examples(canonical(document)[0])


def order(properties: Members, *required: str) -> Members:
    """Return a description whose one body is an object with these properties."""
    document = SHAPES["two references to the next"].make(1)
    schema: Members = {"type": "object", "properties": properties, "required": [*required]}
    document["components"]["schemas"] = {"Order": schema}
    return document


def test_a_value_of_two_to_the_twentieth_parts_is_not_made() -> None:
    """Each of 21 schemas requires the next twice."""
    made = examples(SHAPES["two references to the next"].make(21))

    with pytest.raises(LookupError, match="more than 20,000 values"):
        made.make(made.document.schemas["Order"])
    assert made.make(made.document.schemas["Part18"]) == {
        side: {side: {"leaf": "example"} for side in ("left", "right")}
        for side in ("left", "right")
    }


@pytest.mark.parametrize("name", HARD)
def test_a_member_past_the_limits_is_left_out_unless_it_is_required(name: str) -> None:
    """Only what has to be there makes the whole impossible."""
    properties: Members = {"name": {"type": "string"}, "it": HARD[name]}
    made = examples(order(properties))
    assert made.make(made.document.schemas["Order"]) == {"name": "example"}

    made = examples(order(properties, "it"))
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


def test_a_ring_of_schemas_needs_no_frames_of_the_caller() -> None:
    """Each of 800 schemas refers to the next, the last to the first."""
    made = examples(SHAPES["a ring"].make(800))

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
    _, package = read_api(client, tmp_path, Findings(), lambda _: None)
    api = package.api
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


def test_a_value_that_is_too_costly_to_validate_has_a_warning() -> None:
    """Each of 30 unions has all later ones as branches: a text is compared 2³⁰ times."""
    made = examples(SHAPES["unions of later unions"].make(30))

    fault = made.fault("text", made.document.schemas["Order"])
    assert fault == (
        "its schema cannot be checked: more than 200,000 comparisons with a schema and its branches"
    )
    assert made.fault("text", made.document.schemas["Part20"]) is not None
    assert made.fault({"of29": "2026-01-02T03:04:05Z"}, made.document.schemas["Part29"]) is None


def test_all_values_of_a_run_have_one_budget() -> None:
    """Each of five values is nearly as large as one may be."""
    made = examples(SHAPES["two references to the next"].make(14))

    for _ in range(4):
        made.make(made.document.schemas["Part1"])
    with pytest.raises(LookupError, match="more than 54,500 steps for all examples"):
        made.make(made.document.schemas["Part1"])


def test_patterns_have_one_budget_of_states() -> None:
    """Those past it are checked by the server alone; short ones still are checked here."""
    document = SHAPES["patterns"].make(40)
    short: Members = {"type": "string", "pattern": "^[a-z]+$"}
    document["components"]["schemas"]["Order"]["properties"]["short"] = short
    made, findings, _ = canonical(document)

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


def test_an_intersection_that_recurs_is_made_once() -> None:
    """A ring of four schemas and one of three have twelve pairs."""
    made, findings, _ = canonical(SHAPES["allOf of two rings"].make(4))

    assert len(made.schemas) <= 2 * 12
    assert not findings.warnings


def test_keys_of_schemas_inside_each_other_do_not_grow() -> None:
    inner: Members = {"type": "string"}
    for _ in range(150):
        inner = {"type": "object", "properties": {"inner": inner}}
    made, *_ = canonical(order({"first": inner}))

    assert len(made.schemas) == 151
    assert max(map(len, made.schemas)) < 420


def union(name: str, count: int) -> Members:
    return {"oneOf": [{"properties": {f"{name}{i}": {"type": "string"}}} for i in range(count)]}


def unions(names: str, count: int) -> Members:
    return {"allOf": [union(name, count) for name in names]}


def stacks(level: str) -> Members:
    schemas: Members = {f"{s}20": {"properties": {s: {"type": "string"}}} for s in "ab"}
    for name in (f"{stack}{i}" for stack in "ab" for i in range(20)):
        following = f'{{"$ref": "#/components/schemas/{name[0]}{int(name[1:]) + 1}"}}'
        schemas[name] = json.loads(level.replace("NAME", name).replace("NEXT", following))
    return described({"allOf": [{"$ref": f"#/components/schemas/{s}0"} for s in "ab"]}, **schemas)


def described(body: Members, **schemas: Json) -> Members:
    document = order({"it": body})
    document["components"]["schemas"] |= schemas
    return document


NESTED = ", ".join(f'{{"properties": {{"NAME{i}": {{}}, "it": NEXT}}}}' for i in range(5))
TOO_MANY = {
    "an allOf of five unions": described(unions("abcde", 10)),
    "anyOf beside oneOf": described({**union("a", 30), "anyOf": union("b", 30)["oneOf"]}),
    "unions in a union": described(
        {"allOf": [{"oneOf": [union("a", 10), union("b", 10)]}, union("c", 20)]}
    ),
    "many small ones": order({f"it{i}": unions("ab", 15) for i in range(40)}),
    "the same property twice, in each of 20 schemas": stacks(
        '{"properties": {"NAME": {"type": "string"}, "left": NEXT, "right": NEXT}}'
    ),
    "unions of extended unions": stacks(
        '{"oneOf": [NEXT, {"allOf": [NEXT, {"properties": {"NAME": {"type": "string"}}}]}]}'
    ),
    "unions in unions' properties": stacks(f'{{"oneOf": [{NESTED}]}}'),
}


@pytest.mark.parametrize("name", TOO_MANY)
def test_intersections_grow_no_faster_than_the_description(name: str) -> None:
    """Past a limit the type is open, and a warning names the place."""
    document, findings, _ = canonical(TOO_MANY[name])

    assert len(document.schemas) < 2000 + len(json.dumps(TOO_MANY[name])) / 50
    assert not findings.refusals
    assert {"allof-size"} == {problem.code for problem in findings.assumed}
    assert all(problem.place.line and problem.place.pointer for problem in findings.assumed)


def test_the_layout_of_a_text_decides_no_type() -> None:
    """Indentation is no reason for more intersections."""
    document = TOO_MANY["unions in unions' properties"]
    minified, spacious = (canonical(json.dumps(document, indent=n))[0] for n in (None, 40))
    assert minified.schemas.keys() == spacious.schemas.keys()


def test_an_enumeration_beside_a_union_of_many_constants_is_a_few_of_them() -> None:
    """The limit counts the branches that are left."""
    constants: list[Json] = [{"type": "string", "enum": [f"c{i}"]} for i in range(1000)]
    refs: list[Json] = [{"$ref": "#/components/schemas/Constants"}]
    body: Members = {"allOf": refs, "enum": ["c1", "c999", "other"]}
    document, findings, *_ = canonical(described(body, Constants={"oneOf": constants}))

    properties = document.schemas["Order"].properties
    assert properties is not None
    union = properties["it"].union
    assert union is not None
    assert [branch.enum for branch in union.branches] == [("c1",), ("c999",)]
    assert not findings.warnings


def test_a_union_of_itself_beside_large_unions_counts_as_one_branch() -> None:
    circle = one_of("Circle")
    parts = [union("a", 20), union("b", 20), *circle["oneOf"]]
    _, findings, _ = canonical(described({"allOf": parts}, Circle=circle))
    assert [one.code for one in findings.warnings] == ["allof-size"]


def test_an_intersection_of_too_many_branches_is_an_object_of_any_members() -> None:
    """No branch is left, not even of the union that came first; 256 are not too many."""
    document, findings, _ = canonical(described(unions("ab", 16)))
    assert sum("." in key for key in document.schemas) >= 256
    assert not findings.assumed
    document, *_ = canonical(described(unions("abc", 7)))

    properties = document.schemas["Order"].properties
    assert properties is not None
    schema = properties["it"]
    assert (schema.types, schema.properties, schema.union) == (("object",), None, None)


def tagged(names: Sequence[str], **members: Json) -> Members:
    """Return an object of a kind for each name."""
    properties = {name: {"kind": {"type": "string", "enum": [name]}, **members} for name in names}
    return {
        name: {"type": "object", "required": [*own], "properties": own}
        for name, own in properties.items()
    }


def one_of(*keys: str) -> Members:
    return {"oneOf": [{"$ref": f"#/components/schemas/{key}"} for key in keys]}


def test_a_tree_of_tagged_blocks_can_be_narrowed_anywhere() -> None:
    """Branches that a tag excludes aren't merged, and what is left of a union is its branches."""
    document, findings, _ = canonical(SHAPES["blocks in each other"].make(24))

    assert not findings.warnings
    part = document.resolve((document.schemas["Block3"].properties or {})["part"])
    items = (part.properties or {})["nodes"].items
    assert items is not None
    assert [branch.ref for branch in document.resolve(items).branches] == ["Block3", "Block10"]
    value = Examples(document).make(document.schemas["Block"])
    assert len(json.dumps(value)) < 1000


def test_a_schema_that_overrides_the_tag_of_its_base_has_the_members_of_both() -> None:
    """Outside of a union nothing is dropped: the tag is open, with a warning."""
    base, own = ({"type": "object", "properties": {name: {}}} for name in "ab")
    child = {"allOf": [*one_of("Base")["oneOf"], *tagged(["Own"], data=own).values()]}
    schemas = {"Base": tagged(["Base"], data=base)["Base"], "Child": child}
    document, findings, _ = canonical(described(one_of("Child"), **schemas))

    assert [one.code for one in findings.warnings] == ["allof-contradiction"]
    data = document.resolve((document.schemas["Child"].properties or {})["data"])
    assert [*(data.properties or {})] == ["a", "b"]


def test_an_intersection_of_tagged_unions_is_their_common_branches() -> None:
    """The limit counts the pairs that have a value in common: 10 of 400."""
    kinds = tagged([f"K{i}" for i in range(30)], text={"type": "string"})
    copies = [{**kinds[f"K{i}"], "description": f"Kind {i}."} for i in range(10, 30)]
    both = {"allOf": [one_of(*(f"K{i}" for i in range(20))), {"oneOf": copies}]}
    document, findings, _ = canonical(described(both, **kinds))

    assert not findings.warnings
    it = document.resolve((document.schemas["Order"].properties or {})["it"])
    assert [branch.ref for branch in it.branches] == [f"Order.it.K{i}" for i in range(10, 20)]


@pytest.mark.parametrize(("shape", "size"), [("a ring", 200), ("blocks in each other", 40)])
def test_classes_in_a_long_circle_are_imported(shape: str, size: int, tmp_path: Path) -> None:
    """Pydantic builds a class with all that it leads to, in calls inside each other."""
    (tmp_path / "api.json").write_text(json.dumps(SHAPES[shape].make(size)), encoding="utf-8")
    where = ("--spec", "api.json", "--package", "orders", "--output", "out")
    assert speclock(tmp_path, "generate", *where, layout=False).code == 0
    run_tests(tmp_path, "out/tests")


@pytest.mark.parametrize(("size", "is_raised"), [(25, False), (26, True)])
def test_the_limit_of_recursion_is_raised_for_long_circles_alone(
    size: int, is_raised: bool, tmp_path: Path
) -> None:
    (tmp_path / "api.json").write_text(json.dumps(SHAPES["a ring"].make(size)), encoding="utf-8")
    where = ("--spec", "api.json", "--package", "orders", "--output", "out")
    assert speclock(tmp_path, "generate", *where, layout=False).code == 0
    texts = [file.read_text(encoding="utf-8") for file in (tmp_path / "out").rglob("*.py")]
    assert any("setrecursionlimit" in text for text in texts) == is_raised


def test_generated_tests_match_patterns_in_linear_time(tmp_path: Path) -> None:
    """They try texts of 35 to 37 letters, for which Python's engine takes days."""
    (tmp_path / "api.yaml").write_text(SHELVES, encoding="utf-8")
    where = ("--spec", "api.yaml", "--package", "shelves", "--output", "out")
    found = speclock(tmp_path, "generate", *where, "--tests", "all", layout=False)
    assert found.code == 0
    run_tests(tmp_path, "out/tests")


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
