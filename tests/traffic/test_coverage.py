"""``speclock drift --traffic --coverage``: what no recording has shown."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from generator.drift.changes import OperationCoverage
from generator.services.described_traffic import DescribedTraffic
from tests.support.command import speclock
from tests.traffic.recorded import (
    URL,
    Json,
    compared,
    description,
    exchange,
    write_project,
    write_recording,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No client is generated."""
    monkeypatch.setattr(DescribedTraffic, "reader", None)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


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
ALL = {
    "Pet.name", "Pet.kind", "Pet.size", "Pet.parent", "Pet.toys", "Pet.home", "Toy.color",
    "Toy.shape", "town", "street",
}  # fmt: skip


def covered(folder: Path, spec: Json, *exchanges: Json) -> dict[str, OperationCoverage]:
    """What is covered of each operation."""
    client = write_project(folder, spec)
    recording = write_recording(folder, exchanges)
    coverage = compared(folder, client, recording, coverage=True).report.coverage
    assert coverage is not None
    return {one.operation: one for one in coverage}


def unseen_fields(folder: Path, schema: Json, *bodies: Json) -> set[str]:
    """The fields that are not seen, those of inline schemas by their own names."""
    spec = description(schema, schemas=SCHEMAS)
    names = covered(folder, spec, *map(exchange, bodies))["list"].fields.unseen
    return {one if one.split(".")[0] in SCHEMAS else one.rpartition(".")[2] for one in names}


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ({}, set[str]()),
        ({"name": "x", "other": {"size": 1}}, {"Pet.name"}),
        ({"name": None}, {"Pet.name"}),
        ({"parent": {"parent": {"kind": "cat"}}}, {"Pet.parent", "Pet.kind"}),
        ({"toys": []}, {"Pet.toys"}),
        ({"toys": [{"color": "x"}, {"shape": "y"}]}, {"Pet.toys", "Toy.color", "Toy.shape"}),
        ({"home": {"town": "x"}}, {"Pet.home", "town"}),
        ({"name": 1, "kind": "none"}, {"Pet.name", "Pet.kind"}),
        ([{"name": "x"}], set[str]()),
        ("name", set[str]()),
    ],
)
def test_fields(tmp_path: Path, body: Json, seen: set[str]) -> None:
    found = {one.replace("Pet.home.", "") for one in unseen_fields(tmp_path, ref("Pet"), body)}
    if not seen & {"town"}:
        assert len(found) == len(ALL - seen)
    assert not any(name.split(".")[-1] == one.split(".")[-1] for one in seen for name in found)


@pytest.mark.parametrize(
    ("schema", "bodies", "seen"),
    [
        ({"type": "array", "items": ref("Toy")}, [[{"color": "x"}, {"color": "y"}]], {"Toy.color"}),
        ({"type": "object", "additionalProperties": ref("Toy")}, [{"a": {"shape": "x"}}],
         {"Toy.shape"}),
        ({"oneOf": [ref("Toy"), ref("Never")]}, [{"used": "x"}], {"Never.used"}),
        ({"anyOf": [ref("Toy"), ref("Never")]}, [{"color": "x"}, {"used": "x"}],
         {"Toy.color", "Never.used"}),
        ({"anyOf": [ref("Toy"), ref("Never")]}, [{"unknown": "x"}], set[str]()),
        ({"type": ["array", "null"], "prefixItems": [ref("Toy")], "items": ref("Never")},
         [[{"shape": "x"}, {"used": "y"}]], {"Toy.shape", "Never.used"}),
        ({"allOf": [ref("Toy"), ref("Never")]}, [{"color": "x", "used": "y"}], {"color", "used"}),
    ],
)  # fmt: skip
def test_where_fields_are(tmp_path: Path, schema: Json, bodies: list[Json], seen: set[str]) -> None:
    found = unseen_fields(tmp_path, schema, *bodies)
    assert found.isdisjoint(seen)
    rest = {"Toy.color", "Toy.shape"} if "Toy" in str(schema) else set[str]()
    assert {one.split(".")[-1] for one in rest - seen} - {"color" if "color" in seen else ""} <= {
        one.split(".")[-1] for one in found
    }


def test_a_discriminator_names_the_branch(tmp_path: Path) -> None:
    branch = {"type": "object", "required": ["t"], "properties": {"t": TEXT, "x": TEXT}}
    spec = description(
        {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "t"}},
        schemas={"A": branch, "B": branch},
    )
    found = covered(tmp_path, spec, exchange({"t": "B", "x": 1}), exchange({"t": "C", "x": ""}))
    assert found["list"].fields.unseen == ("A.t", "A.x")


def test_values(tmp_path: Path) -> None:
    bodies = [{"kind": "cat", "size": 2}, {"size": True, "kind": "bird"}, {"size": "3"}]
    spec = description(ref("Pet"), schemas=SCHEMAS)
    values = covered(tmp_path, spec, *map(exchange, bodies))["list"].values
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
        sent = [exchange(None, status, text="") for status in statuses]
        found = covered(tmp_path, spec, *sent)["list"]
        assert found.exchanges == len(statuses)
        assert found.statuses.described == 5
        assert set(found.statuses.unseen) == unseen


def test_each_operation_counts_by_itself(tmp_path: Path) -> None:
    spec = description(ref("Toy"), schemas=SCHEMAS)
    paths = spec["paths"]
    paths["/others"] = {"get": {**paths["/things"]["get"], "operationId": "others"}}
    found = covered(tmp_path, spec, exchange({"color": "x"}))
    assert found["list"].fields.unseen == ("Toy.shape",)
    assert (found["others"].exchanges, found["others"].fields.unseen) == (
        0, ("Toy.color", "Toy.shape"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "recorded",
    [
        exchange(text="{"), exchange(text="NaN"), exchange(text="[" * 100_000), exchange(text=""),
        exchange(text='{"color": "\\ud800"}'),
        exchange(text='{"color": ""}', headers={"content-type": "text/html"}),
    ],
    ids=range(6),
)  # fmt: skip
def test_bodies_that_show_nothing(tmp_path: Path, recorded: Json) -> None:
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
    found = covered(tmp_path, description(ref("Tree"), schemas=schemas), exchange(body))
    assert found["list"].fields.unseen == ()


# ── the command ──────────────────────────────────────────────────────────────────────────────────

SECRET = "hunter2"


def report(folder: Path, *arguments: str) -> str:
    outcome = speclock(folder, "drift", "--traffic", "recording.ndjson", *arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out


def test_the_text(tmp_path: Path) -> None:
    many = {f"property_number_{i}": TEXT for i in range(200)}
    schemas = {**SCHEMAS, "Many": {"type": "object", "properties": many}}
    spec = description({"anyOf": [ref("Pet"), ref("Many")]}, schemas=schemas)
    covered(tmp_path, spec, exchange({"name": SECRET, "kind": "cat"}))
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
    covered(tmp_path, spec, exchange({"color": SECRET}), exchange({}, url=f"{URL}?x={SECRET}"))
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
