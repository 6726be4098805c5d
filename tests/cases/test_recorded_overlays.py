"""Overlays of recordings: with them nothing deviates, and the client has nothing to report."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from generator.base.budget import Budget
from generator.base.config import Client
from generator.project.services.comparison.described_traffic import DescribedTraffic
from generator.watch.changes.formats.text import text
from generator.watch.traffic.exchange import RecordedExchange
from generator.watch.traffic.overlay.write import TrafficOverlay, overlay_of, sent_schemas
from generator.watch.traffic.recordings.read import read_recordings
from tests.support.answers import answering
from tests.support.cases import package_of
from tests.support.command import Outcome, speclock
from tests.support.generated_case import GeneratedCases, generate_spec
from tests.watch.traffic.exchanges import Exchange
from tests.watch.traffic.recorded import (
    OVERLAY,
    RECORDING,
    actions,
    answer,
    compared,
    described,
    description,
    obj,
    rules,
)

TEXT: Any = {"type": "string"}
PET = {"Pet": obj(["id", "name"], id={"type": "integer"}, name=TEXT)}
REF: Any = {"$ref": "#/components/schemas/Pet"}
ALL: Any = {"allOf": [REF, obj(b=TEXT)], "description": "A pet."}
SCHEMAS: dict[str, Any] = {
    "object": obj(b=TEXT), "reference": REF, "composed": ALL, "single": {"allOf": [REF]},
    "list": {"type": "array", "items": TEXT}, "pets": {"type": "array", "items": REF},
    "union": {"anyOf": [REF, obj(["c"], c=TEXT)]}, "text": TEXT,
    "map": {"type": "object", "additionalProperties": TEXT},
    "enum": {"type": "string", "enum": ["a"]}, "number": {"type": "integer", "minimum": 1},
    "parts": {"allOf": [{"type": "string"}, {"maxLength": 9}]},
    "date": {"type": "string", "format": "date"},
}  # fmt: skip
VALUES: list[list[Any]] = [
    [None], ["x"], [7.5], [[1]], [{"new": 1}], [{}], [None, {"new": [1]}, ["x"], "x", True],
    [[None, {"a": 1}, {"a": None, "b": {}}]], [[None]], [[[None]]],
]  # fmt: skip


def of_values(values: list[Any], version: str) -> tuple[Any, list[Exchange]]:
    """Return a description with each schema as a body, a member and an item, and exchanges."""
    paths: dict[str, Any] = {}
    made: list[Exchange] = []
    for name, schema in SCHEMAS.items():
        items = {"type": "array", "items": schema}
        for end, whole, bodies in (
            ("body", schema, values),
            ("member", obj(a=schema), [{"a": one} for one in values]),
            ("items", items, [values]),
        ):
            content = {"application/json": {"schema": whole}}
            responses = {"200": {"description": "OK", "content": content}}
            path = f"/{name}_{end}"
            paths[path] = {"get": {"operationId": f"{name}_{end}", "responses": responses}}
            made += [answer(body, url=f"https://things.example{path}") for body in bodies]
    servers = [{"url": "https://things.example"}]
    return described(paths, version, servers=servers, components={"schemas": PET}), made


def with_overlay(folder: Path, spec: Any, made: list[Exchange]) -> tuple[TrafficOverlay, list[str]]:
    """Return the overlay of exchanges, and the rules of deviations with it."""
    before = compared(folder, spec, made)
    overlay = overlay_of(before.findings, before.description, sent_schemas(before.input.canonical))
    (folder / OVERLAY).write_text(overlay.text, encoding="utf-8")
    return overlay, rules(compared(folder, spec, made, OVERLAY))


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("values", VALUES, ids=str)
def test_other_types_are_described(tmp_path: Path, values: list[Any], version: str) -> None:
    """Of bodies, members and items: with the overlay nothing deviates."""
    overlay, after = with_overlay(tmp_path, *of_values(values, version))
    assert (overlay.left, after) == ((), []), overlay.text


@pytest.mark.slow
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_the_client_of_an_overlay_reports_nothing(
    cases: GeneratedCases, tmp_path: Path, version: str
) -> None:
    spec, made = of_values([one for values in VALUES for one in values], version)
    overlay, _ = with_overlay(tmp_path, spec, made)

    def generate(folder: Path) -> Outcome:
        (folder / OVERLAY).write_text(overlay.text, encoding="utf-8")
        return generate_spec(
            folder, package_of(name), json.dumps(spec), f'overlays = ["{OVERLAY}"]'
        )

    name = f"recorded_{version[:3].replace('.', '_')}"
    case, deviations = cases.add(name, generate), list[Any]()
    for one in made:
        server = answering(200, one.body, content_type="application/json")
        with case.connect(server, on_deviation=deviations.append) as client:
            getattr(client, one.url.rpartition("/")[2])()
    assert deviations == []


UUID = "c1871c9a-1fd9-44d6-b467-8c8779e92f0c"
DATA = [
    UUID, UUID.replace("-", ""), f"urn:x:uuid:{UUID}", "jane.doe@example.com", "7", "2026-05-04",
    "12.5", "10.0.0.1", "9f86d081884c7d659a2f",
]  # fmt: skip


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("closed", [None, False])
@pytest.mark.parametrize(
    "names", [*([name] for name in DATA), DATA, [f"n{number}" for number in range(31)]], ids=len
)
def test_names_that_are_data_become_a_map(
    tmp_path: Path, names: list[str], closed: bool | None, version: str
) -> None:
    """Of an undescribed member, of a recorded object in one, and of another media type."""
    pets = {name: {"age": 1, "tags": ["a"]} for name in names}
    more = {} if closed is None else {"additionalProperties": closed}
    spec = description({**obj(id=TEXT), **more}, version)
    made = [answer(pets), answer({"kept": pets}), answer({"e": pets}, 404)]
    before = compared(tmp_path, spec, made)
    report = text(before.report, level="safe")
    assert len(names) > 30 or not any(name in report for name in names if len(name) > 10)
    overlay, after = with_overlay(tmp_path, spec, made)
    assert (overlay.left, after) == ((), []), overlay.text
    assert not any(f"{name}:" in overlay.text for name in names)
    members = {"age": {"type": "integer"}, "tags": {"type": "array", "items": TEXT}}
    assert overlay.text.count("additionalProperties") >= 3
    seen = {"additionalProperties": {"type": "object", "properties": members}}
    assert len(names) > 30 or seen in [one.get("update") for one in actions(overlay)]


def test_recorded_objects_have_members(tmp_path: Path) -> None:
    """Of JSON under another name, the schema that is described; names that aren't data."""
    spec = description(obj(id=TEXT))
    json_ = {"id": "x", "a.b": {"c": [1, 2.5], "d": None, "e": [], "@id": 1}}
    made = [
        answer({"id": "x", "a": {}}, content_type="application/vnd.x+json"),
        answer({"kind": "x", "n": 1}, 404), answer({"kind": None}, 404), answer(json_),
        answer(text="x", status=500, content_type="text/plain"),
        answer(text="x", status=501, content_type="image/png"),
    ]  # fmt: skip
    overlay, after = with_overlay(tmp_path, spec, made)
    assert (overlay.left, after) == ((), []), overlay.text
    updates = [one.get("update") for one in actions(overlay)]
    reference = "#/paths/~1things/get/responses/200/content/application~1json/schema"
    assert {"content": {"application/vnd.x+json": {"schema": {"$ref": reference}}}} in updates
    members = {
        "c": {"type": "array", "items": {"type": "number"}}, "d": {"type": "null"},
        "e": {"type": "array", "items": {}},
    }  # fmt: skip
    of_object = {"type": "object", "properties": members, "additionalProperties": True}
    assert {"a.b": of_object} in updates
    contents = {
        key: one["content"]
        for update in updates
        for key, one in update.get("responses", {}).items()
    }
    kinds = {"kind": {"type": ["string", "null"]}, "n": {"type": "integer"}}
    error = {"schema": {"type": "object", "properties": kinds}}
    assert contents == {
        "404": {"application/json": error}, "500": {"text/plain": {"schema": TEXT}},
        "501": {"image/png": {"schema": {}}},
    }  # fmt: skip


def test_a_body_without_a_media_type_is_bytes(tmp_path: Path) -> None:
    """In the description (RFC 9110 §8.3)."""
    spec = description({}, more={"content": {}})
    overlay, after = with_overlay(tmp_path, spec, [answer(text="x", content_type="", server="a")])
    assert (overlay.left, after) == ((), []), overlay.text
    assert "application/octet-stream:\n          schema: {}\n" in overlay.text


def test_an_overlay_tells_what_it_loosens(tmp_path: Path) -> None:
    """Where the schema of a response, or a part of it, is one of a request, too."""
    shared = obj(["id"], id={"type": "string", "maxLength": 1}, kind=REF)
    spec = description({"allOf": [{"$ref": "#/components/schemas/Base"}, obj(b=TEXT)]})
    spec["components"]["schemas"] = {**PET, "Base": shared}
    sent = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Base"}}}}
    post = {"operationId": "add", "requestBody": sent, "responses": {"201": {"description": "OK"}}}
    spec["paths"]["/things"]["post"] = post
    words = ("drift", "--traffic", RECORDING, "--write-overlay", OVERLAY)
    values: list[tuple[Any, bool]] = [
        ({"id": "long"}, True), ({"id": "x", "b": 1}, False), ({"b": "x"}, True),
        ({"id": "x", "kind": None, "c": 1}, True),
    ]  # fmt: skip
    for body, is_loosened in values:
        compared(tmp_path, spec, [answer(body)])
        outcome = speclock(tmp_path, *words)
        said = "the overlay loosens requests of add too"
        assert (said in outcome.err) == is_loosened, (body, outcome.err)
        text_ = (tmp_path / OVERLAY).read_text(encoding="utf-8")
        assert ("loosens requests of add" in text_) == is_loosened


def test_equal_schemas_are_changed_where_they_are_written(tmp_path: Path) -> None:
    """Of operations that return the same, the one whose response deviates."""
    inner = obj(["id"], id={"type": "integer"}, pet=obj(name={"type": "string", "maxLength": 3}))
    content = {"application/json": {"schema": inner}}
    get = {"responses": {"200": {"description": "OK", "content": content}}}
    paths = {f"/{name}": {"get": {**get, "operationId": name}} for name in ("one", "two", "six")}
    spec = described(paths, "3.0.3", servers=[{"url": "https://things.example"}])
    body = {"id": "x", "pet": {"name": "longer", "age": 1}}
    made = [answer(one, url="https://things.example/two") for one in (body, {"pet": [1]})]
    overlay, after = with_overlay(tmp_path, spec, made)
    assert (overlay.left, after) == ((), []), overlay.text
    assert {one["target"].partition(".get")[0] for one in actions(overlay)} == {"$.paths['/two']"}


DATE: Any = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"anyOf": [DATE, {"type": "null"}]}, "soon"),
        ({"oneOf": [{"type": "null"}, {"type": "string", "maxLength": 1}]}, "long"),
        ({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}, "b"),
        ({"type": "string", "allOf": [{"$ref": "#/components/schemas/Kind"}]}, ["a"]),
        ({"type": "string", "allOf": [{"$ref": "#/components/schemas/Kind"}]}, None),
        ({"$ref": "#/components/schemas/Kind"}, 7),
        ({"$ref": "#/components/schemas/Day"}, {"a": 1}),
    ],
    ids=str,
)
def test_keywords_are_found_where_they_are_written(tmp_path: Path, schema: Any, value: Any) -> None:
    schemas = {"Kind": {"type": "string", "enum": ["a"]}, "Day": {"allOf": [DATE]}}
    spec = description(obj(a=schema), schemas=schemas)
    overlay, after = with_overlay(tmp_path, spec, [answer({"a": value})])
    assert (overlay.left, after) == ((), []), overlay.text


# ── recordings of real servers ───────────────────────────────────────────────────────────────────

FOLDER = os.environ.get("SPECLOCK_RECORDINGS", "")
"""A folder of recordings of real servers, ``NAME.ndjson``, each with its description ``NAME.*``."""
RECORDINGS = sorted(Path(FOLDER).glob("*.ndjson")) if FOLDER else []


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda path: path.stem)
def test_recordings_of_real_servers(recording: Path, cases: GeneratedCases, tmp_path: Path) -> None:
    name = f"recorded_{recording.stem}"
    spec = next(one for one in recording.parent.glob(f"{recording.stem}.*") if one != recording)
    shutil.copy(spec, tmp_path)
    table = f'[tool.speclock.clients.{package_of(name)}]\nspec = "{spec.name}"\ntests = false\n'
    traffic = ("drift", "--traffic", str(recording), "--level", "safe")
    for overlays, words in (("", ("--write-overlay", OVERLAY, "--yes")), (OVERLAY, ())):
        more = f'overlays = ["{overlays}"]\n' if overlays else ""
        (tmp_path / "pyproject.toml").write_text(table + more, encoding="utf-8")
        outcome = speclock(tmp_path, *traffic, *words)
    assert "in responses" not in outcome.out
    case = cases.add(name, lambda out: speclock(tmp_path, "generate", "--output", str(out)))

    found = [vars(module) for key, module in case.modules.items() if "_runtime" not in key]
    values = [one for each in found for one in each.values()]
    operations = {
        one.request: one for one in values if hasattr(one, "request") and hasattr(one, "answers")
    }
    finder = DescribedTraffic(Client(spec=spec.name), tmp_path).api.finder
    deviations: list[Any] = []
    for one in read_recordings([recording], str):
        assert isinstance(one, RecordedExchange)
        match = finder.find(one.method, one.url, Budget(10**6, "steps"))[0]
        assert match.operation is not None
        pairs = [(key, text) for key, each in one.response.headers.items() for text in each]
        exchange = case.modules["_runtime.errors"].Exchange(
            one.method, one.url, one.status, httpx.Headers(pairs), one.response.body or b"", None
        )
        operation = operations[f"{match.operation.verb} {match.operation.path}"]
        try:
            operation.read(exchange, lambda *given, at=one.place: deviations.append((at, given)))
        except case.modules["_runtime.errors"].ApiError:
            assert one.status >= 300
    assert deviations == []
