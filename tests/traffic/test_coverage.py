"""``speclock drift --traffic --coverage``: what no recording has shown."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from generator.changes.change import OperationCoverage
from tests.support.command import speclock
from tests.traffic.exchanges import Exchange
from tests.traffic.recorded import RECORDING, URL, Json, answer, compared, description

pytestmark = pytest.mark.slow
DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT: Json = {"type": "string"}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: Json = {
    "Pet": {
        "type": "object",
        "properties": {
            "name": TEXT,
            "kind": ref("Kind"),
            "size": {"type": "integer", "enum": [1, 2, 3]},
            "parent": ref("Pet"),
            "toys": {"type": "array", "items": {"$ref": "#/components/schemas/Toy"}},
            "home": {"type": "object", "properties": {"town": TEXT, "street": TEXT}},
            "password": {"type": "string", "writeOnly": True},
        },
    },
    "Kind": {"type": "string", "enum": ["cat", "dog"]},
    "Toy": {"type": "object", "properties": {"color": TEXT, "shape": TEXT}},
    "Never": {"type": "object", "properties": {"used": TEXT}},
}
PET = {f"Pet.{name}" for name in ("name", "kind", "size", "parent", "toys", "home")}
HOME = {"Pet.home.town", "Pet.home.street"}


def covered(folder: Path, spec: Json, *exchanges: Exchange) -> dict[str, OperationCoverage]:
    coverage = compared(folder, spec, exchanges, coverage=True).report.coverage
    assert coverage is not None
    return {one.operation: one for one in coverage}


TOY_OR_NEVER = [ref("Toy"), ref("Never")]
TOY = {"Toy.color", "Toy.shape"}


@pytest.mark.parametrize(
    ("schema", "bodies", "unseen"),
    [
        (ref("Pet"), [{}], PET | TOY | HOME),
        (ref("Pet"), [{"name": "x", "other": {"size": 1}}], PET - {"Pet.name"} | TOY | HOME),
        (ref("Pet"), [{"name": None}], PET - {"Pet.name"} | TOY | HOME),
        (ref("Pet"), [{"parent": {"parent": {"kind": "cat"}}}],
         PET - {"Pet.parent", "Pet.kind"} | TOY | HOME),
        (ref("Pet"), [{"toys": []}], PET - {"Pet.toys"} | TOY | HOME),
        (ref("Pet"), [{"toys": [{"color": "x"}, {"shape": "y"}]}], PET - {"Pet.toys"} | HOME),
        (ref("Pet"), [{"home": {"town": "x"}}], PET - {"Pet.home"} | TOY | {"Pet.home.street"}),
        (ref("Pet"), [{"name": 1, "kind": "none"}], PET - {"Pet.name", "Pet.kind"} | TOY | HOME),
        (ref("Pet"), [[{"name": "x"}]], PET | TOY | HOME),
        (ref("Pet"), ["name"], PET | TOY | HOME),
        ({"type": "array", "items": ref("Toy")}, [[{"color": "x"}, {"color": "y"}]], {"Toy.shape"}),
        ({"type": "object", "additionalProperties": ref("Toy")}, [{"a": {"shape": "x"}}],
         {"Toy.color"}),
        ({"oneOf": TOY_OR_NEVER}, [{"used": "x"}], TOY),
        ({"anyOf": TOY_OR_NEVER}, [{"color": "x"}, {"used": "x"}], {"Toy.shape"}),
        ({"anyOf": TOY_OR_NEVER}, [{"unknown": "x"}], TOY | {"Never.used"}),
        ({"type": ["array", "null"], "prefixItems": [ref("Toy")], "items": ref("Never")},
         [[{"shape": "x"}, {"used": "y"}]], {"Toy.color"}),
        ({"allOf": TOY_OR_NEVER}, [{"color": "x", "used": "y"}], {"list.response.shape"}),
    ],
)  # fmt: skip
def test_fields(tmp_path: Path, schema: Json, bodies: list[Json], unseen: set[str]) -> None:
    spec = description(schema, schemas=SCHEMAS)
    assert {*covered(tmp_path, spec, *map(answer, bodies))["list"].fields.unseen} == unseen


def test_a_discriminator_names_the_branch(tmp_path: Path) -> None:
    branch = {"type": "object", "required": ["t"], "properties": {"t": TEXT, "x": TEXT}}
    spec = description(
        {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "t"}},
        schemas={"A": branch, "B": branch},
    )
    found = covered(tmp_path, spec, answer({"t": "B", "x": 1}), answer({"t": "C", "x": ""}))
    assert found["list"].fields.unseen == ("A.t", "A.x")


def test_values(tmp_path: Path) -> None:
    bodies = [{"kind": "cat", "size": 2}, {"size": True, "kind": "bird"}, {"size": "3"}]
    spec = description(ref("Pet"), schemas=SCHEMAS)
    values = covered(tmp_path, spec, *map(answer, bodies))["list"].values
    assert values.described == 5
    assert set(values.unseen) == {"Kind: dog", "Pet.size: 1", "Pet.size: 3"}


def test_statuses(tmp_path: Path) -> None:
    spec = description({})
    responses = spec["paths"]["/things"]["get"]["responses"]
    responses |= {key: {"description": "x"} for key in ("404", "4XX", "default", "204")}
    for statuses, unseen in (
        ((200, 404), {"4XX", "default", "204"}),
        ((410, 503), {"200", "404", "204"}),
        ((201,), {"200", "204", "404", "4XX", "default"}),
        ((), {"200", "204", "404", "4XX", "default"}),
    ):
        sent = [answer(None, status, text="") for status in statuses]
        found = covered(tmp_path, spec, *sent)["list"]
        assert found.exchanges == len(statuses)
        assert found.statuses.described == 5
        assert set(found.statuses.unseen) == unseen


def test_each_operation_counts_by_itself(tmp_path: Path) -> None:
    spec = description(ref("Toy"), schemas=SCHEMAS)
    paths = spec["paths"]
    paths["/others"] = {"get": {**paths["/things"]["get"], "operationId": "others"}}
    found = covered(tmp_path, spec, answer({"color": "x"}))
    assert found["list"].fields.unseen == ("Toy.shape",)
    assert (found["others"].exchanges, found["others"].fields.unseen) == (
        0, ("Toy.color", "Toy.shape"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "recorded",
    [
        answer(text="{"), answer(text="NaN"), answer(text="[" * 100_000), answer(text=""),
        answer(text='{"color": "\\ud800"}'),
        answer(text='{"color": ""}', content_type="text/html"),
    ],
    ids=range(6),
)  # fmt: skip
def test_bodies_that_show_nothing(tmp_path: Path, recorded: Exchange) -> None:
    spec = description(ref("Toy"), schemas=SCHEMAS)
    found = covered(tmp_path, spec, recorded)["list"]
    assert (found.exchanges, found.fields.seen, found.statuses.seen) == (1, 0, 1)


def test_schemas_without_an_end(tmp_path: Path) -> None:
    """Unions that lead to themselves, and a deep body."""
    schemas = {
        "Tree": {"anyOf": [ref("Node"), ref("Tree2")]},
        "Tree2": {"anyOf": [ref("Node"), TEXT]},
        "Node": {"type": "object", "properties": {"next": ref("Tree"), "end": TEXT}},
    }
    body: Json = {"end": ""}
    for _ in range(60):
        body = {"next": body}
    found = covered(tmp_path, description(ref("Tree"), schemas=schemas), answer(body))
    assert found["list"].fields.unseen == ()


# ── the command ──────────────────────────────────────────────────────────────────────────────────

SECRET = "hunter2"


def report(folder: Path, *arguments: str) -> str:
    outcome = speclock(folder, "drift", "--traffic", RECORDING, *arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out


def test_the_text(tmp_path: Path) -> None:
    many = {f"property_number_{i}": TEXT for i in range(200)}
    schemas = {**SCHEMAS, "Many": {"type": "object", "properties": many}}
    spec = description({"anyOf": [ref("Pet"), ref("Many")]}, schemas=schemas)
    covered(tmp_path, spec, answer({"name": SECRET, "kind": "cat"}))
    assert "Seen in recordings" not in report(tmp_path)
    text = report(tmp_path, "--coverage")
    lines = text.splitlines()
    head = lines.index("Seen in recordings, of what is described:")
    assert lines[head + 1].split() == ["operation", "exchanges", "statuses", "fields", "values"]
    assert lines[head + 2].split() == ["list", "1", "1/1", "2/210", "1/5"]
    assert lines[head + 4] == "list"
    assert len(lines) == head + 4 + 1 + 10 + 1
    assert lines[-1].endswith("more lines; --verbose shows them")
    whole = report(tmp_path, "--coverage", "--verbose")
    assert "values not seen: Kind: dog, Pet.size: 1" in whole
    assert "property_number_199" in whole
    assert SECRET not in text + whole


def test_the_json(tmp_path: Path) -> None:
    spec = description(ref("Toy"), schemas=SCHEMAS)
    covered(tmp_path, spec, answer({"color": SECRET}), answer({}, url=f"{URL}?x={SECRET}"))
    schema = (DOCS / "drift.schema.json").read_text(encoding="utf-8")
    closed = schema.replace('"type": "object"', '"type": "object", "additionalProperties": false')
    text = report(tmp_path, "--coverage", "--format", "json")
    found = json.loads(text)
    jsonschema.Draft202012Validator(json.loads(closed)).validate(found)
    assert found["coverage"] == [
        {
            "operation": "list",
            "exchanges": 2,
            "statuses": {"described": 1, "unseen": []},
            "fields": {"described": 2, "unseen": ["Toy.shape"]},
            "values": {"described": 0, "unseen": []},
        }
    ]
    assert SECRET not in text
    assert json.loads(report(tmp_path, "--format", "json"))["coverage"] is None
