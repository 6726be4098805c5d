"""A description in Swagger 2.0, read as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.base.errors import Findings
from generator.reading.document.load import load
from generator.reading.document.operations import iter_operations
from generator.reading.document.pointer import split
from generator.reading.document.references import References
from generator.reading.document.tree import descend
from generator.reading.openapi.model.messages import Example
from generator.reading.openapi.model.schemas import Part
from generator.reading.openapi.normalize.document import canonicalise
from tests.support.answers import Recorder, answering
from tests.support.generated_case import Case
from tests.support.project import ORCHARD, Project
from tests.watch.traffic.exchanges import Exchange, ndjson

SPEC = Path(__file__).with_name("spec.yaml")


@pytest.mark.parametrize(
    ("arguments", "query"),
    [
        ({"ids": [1, 2]}, b"ids=1,2"),
        ({"kinds": ["a", "b"]}, b"kinds=a&kinds=b"),
        ({"pipes": ["a", "b"]}, b"pipes=a%7Cb"),
        ({"spaces": ["a", "b"]}, b"spaces=a%20b"),
        ({"tabs": ["a", "b"]}, b"tabs=a%09b"),
        ({"limit": 9, "sort": "+title"}, b"limit=9&sort=%2Btitle"),
    ],
)
def test_an_array_is_sent_in_its_format(
    arguments: dict[str, Any], query: bytes, case: Case
) -> None:
    with case.connect(server := Recorder(answering(200, [])), key="k") as client:
        client.papers.list_papers(**arguments)
        client.papers.list_papers(x_trace=["a", "b"])
        client.papers.some_papers([1, 2])
    first, second, third = server.requests
    assert first.url.query == query
    assert second.headers["x-trace"] == "a|b"
    assert third.url.raw_path == b"/v1/papers/1%202"
    assert third.headers["accept"] == "application/json, */*"


def test_a_body_is_json_and_may_be_optional(case: Case) -> None:
    paper = case.models.Weekly(title="A", kind="weekly", day=3)
    with case.connect(server := Recorder(answering(201, paper.model_dump())), token="t") as client:
        read = client.papers.add_paper(paper)
    assert (type(read), read.day) == (case.models.Weekly, 3)
    assert server.bodies == [{"title": "A", "kind": "weekly", "day": 3}]
    with case.connect(server := Recorder(answering(204)), key="k") as client:
        client.papers.remove_papers()
        client.papers.remove_papers(case.models.RemovePapersRequest(before=date(2020, 1, 2)))
    first, second = server.requests
    assert (first.content, second.content) == (b"", b'{"before":"2020-01-02"}')
    assert str(first.url) == "http://kiosk.example/v1/papers"


def test_a_form_has_files_or_formats_of_arrays(case: Case) -> None:
    with case.connect(server := Recorder(answering(204)), key="k") as client:
        client.photos.upload(case.models.UploadRequest(photo=b"png", caption="A", tags=[1, 2]))
        client.photos.vote(case.models.VoteRequest(photos=[1, 2], reasons=["a", "b"]))
    photo, vote = server.requests
    assert "x-key" not in photo.headers
    assert photo.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="tags"\r\n\r\n1|2\r\n' in photo.content
    assert photo.headers["accept"] == "image/png, */*;q=0.1"
    assert vote.content == b"photos=1,2&reasons=a&reasons=b"
    assert vote.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_path_may_have_a_query(case: Case) -> None:
    with case.connect(server := Recorder(answering(200, 4)), key="k") as client:
        assert client.papers.count_papers() == 4
    assert server.targets == ["GET /v1/papers?comp=count"]


def _parts(value: object) -> Iterator[Part]:
    """Yield every part of a canonical document."""
    if isinstance(value, Part):
        yield value
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item)
    elif is_dataclass(value):
        for each in fields(value):
            if each.name not in ("tree", "location", "others"):
                yield from _parts(getattr(value, each.name))


def test_each_part_has_its_place_in_the_description() -> None:
    document = load(SPEC)
    refs = References(document, Findings())
    operations = tuple(iter_operations(refs))
    canonical = canonicalise(document, refs, operations, refs.findings)
    parts = [part for part in _parts(canonical) if not isinstance(part, Example)]
    assert len(parts) > 100
    for part in parts:
        assert descend(document.root, split(part.location.pointer)) is not None
    assert {op.path: op.location.pointer for op in canonical.operations}["/papers?comp=count"] == (
        "/x-ms-paths/~1papers?comp=count/get"
    )


ORCHARD_20 = """\
swagger: "2.0"
info: {title: Orchard, version: "1.0"}
host: orchard.example
schemes: [https]
consumes: [application/json]
produces: [application/json]
security: [{key: []}]
securityDefinitions:
  key: {type: oauth2, flow: password, tokenUrl: https://orchard.example/token, scopes: {}}
paths:
  /trees:
    post:
      operationId: trees/plant
      tags: [trees]
      parameters: [{name: tree, in: body, required: true, schema: {$ref: "#/definitions/Tree"}}]
      responses:
        "200":
          description: The tree, as it was planted.
          schema: {$ref: "#/definitions/Planted"}
  /baskets:
    get:
      operationId: baskets/list
      tags: [baskets]
      parameters:
        - {name: limit, in: query, type: integer, maximum: 100}
      responses:
        "200":
          description: The baskets.
          schema: {type: array, items: {$ref: "#/definitions/Basket"}}
definitions:
  Kind: {type: string, enum: [APPLE, PEAR, PLUM]}
  Tree:
    type: object
    required: [kind]
    properties:
      kind: {$ref: "#/definitions/Kind"}
      age: {type: integer, maximum: 500}
      note: {type: string, x-nullable: true}
  Planted:
    type: object
    properties:
      id: {type: string}
      tree: {$ref: "#/definitions/Tree"}
  Basket:
    type: object
    properties:
      weight: {type: number}
"""
"""The orchard's description in the other version."""
_FLOW = "{type: oauth2, flows: {password: {tokenUrl: https://orchard.example/token, scopes: {}}}}"
ORCHARD_30 = ORCHARD.replace("{type: http, scheme: bearer}", _FLOW)
OVERLAY = """\
overlay: 1.1.0
info: {title: Corrections, version: "1"}
actions:
  - {target: $.definitions.Tree.properties.age, update: {maximum: 400}}
  - {target: "$.paths['/trees'].post.responses['200'].schema", update: {description: Planted.}}
  - {target: "$.paths['/baskets'].get.parameters[0].maximum", update: 99}
"""


def _moved(root: Path, first: str, second: str) -> Project:
    """Return a project whose upstream is written in another version of OpenAPI by now."""
    project = Project(root)
    project.write("pyproject.toml", "[project]\nname = 'x'\nversion = '1'\n")
    project.write("up.yaml", first)
    project.does("init", "up.yaml", "--package", "orchard", "--output", "generated")
    project.write("up.yaml", second)
    return project


@pytest.mark.parametrize("pair", [(ORCHARD_20, ORCHARD_30), (ORCHARD_30, ORCHARD_20)])
def test_a_move_to_another_version_is_no_change(pair: tuple[str, str], tmp_path: Path) -> None:
    project = _moved(tmp_path, *pair)
    before = project.files("generated")
    assert project.does("drift", "-q").out == (
        "none: nothing changed for trees/plant and baskets/list\n"
    )
    project.does("update", "--yes", "--docs")
    assert yaml.safe_load(project.read("spec/orchard.yaml")) == yaml.safe_load(pair[1])
    after = project.files("generated")
    assert {name for name in before if before[name] != after.get(name)} == {"orchard/speclock.json"}
    assert before.keys() == after.keys()


def test_targets_in_another_version_are_told(tmp_path: Path) -> None:
    project = _moved(tmp_path, ORCHARD_20, ORCHARD_30)
    project.write("fix.yaml", OVERLAY)
    project.configure('overlays = ["fix.yaml"]\n')
    project.does("generate")
    assert "age: Opt[Annotated[int, Field(le=400)]]" in project.read("generated/orchard/models.py")
    told = project.does("update", "--yes", "--verbose").err
    for target in (
        "$.components.schemas.Tree.properties.age",
        "$.paths['/trees'].post.responses['200'].content['application/json'].schema",
        "$.paths['/baskets'].get.parameters[0].schema.maximum",
    ):
        assert f"Write the target as '{target}'" in told
    project.write("up.yaml", ORCHARD_20)
    project.write("fix.yaml", OVERLAY.replace("$.definitions", "$.components.schemas"))
    told = project.does("update", "--yes", "--verbose").err
    assert "Write the target as '$.definitions.Tree.properties.age'" in told


def test_a_slice_has_what_the_operation_needs(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("spec.yaml", SPEC.read_text(encoding="utf-8"))
    cut = project.does("slice", "spec.yaml", "--operation", "countPapers").out
    assert (
        cut
        == """\
swagger: "2.0"
info: {title: Old kiosk, version: "1"}
host: kiosk.example
basePath: /v1/
schemes: [https, wss, http]
consumes: [application/json]
produces: [application/json]
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
security: [{key: []}]
paths: {}
x-ms-paths:
  /papers?comp=count:
    get:
      operationId: countPapers
      tags: [papers]
      responses:
        "200": {description: Their number., schema: {type: integer}}
"""
    )
    cut = project.does("slice", "spec.yaml", "--operation", "addPaper").out
    assert "  Weekly:\n" in cut and "  paper: {name: paper, in: body" in cut
    assert "  Error:" not in cut and "  gone:" not in cut and "/photos" not in cut


SEEN = """\
swagger: "2.0"
info: {title: T, version: "1"}
host: pets.example
schemes: [https]
produces: [application/json]
paths:
  /pets:
    get:
      operationId: pets
      responses:
        200: {description: The pets., schema: {type: array, items: {$ref: "#/definitions/Pet"}}}
  /others:
    get: {operationId: others, responses: {200: {description: No schema.}}}
definitions:
  Pet: {type: object, properties: {name: {type: string}, size: {type: integer}}}
"""


def test_an_overlay_of_recordings_has_its_own_keywords(tmp_path: Path) -> None:
    """null is x-nullable; what it describes is as recorded."""
    project = Project(tmp_path, "pets")
    project.write("pets.yaml", SEEN)
    settings = '[tool.speclock.clients.pets]\nspec = "pets.yaml"\n'
    project.write("pyproject.toml", settings)
    pets = [{"name": None, "size": "big", "new": {"a": None, "b": 1}}, {"new": {"a": "t"}}]
    bodies = {"pets": pets, "others": {"a": 1, "b": None}}
    kind = {"Content-Type": "application/json"}
    made = [
        Exchange("GET", f"https://pets.example/{name}", 200, json.dumps(body).encode(), kind)
        for name, body in bodies.items()
    ]
    (tmp_path / "r.ndjson").write_bytes(ndjson(made))
    words = ("drift", "--traffic", "r.ndjson", "--write-overlay", "seen.yaml")
    project.run(*words, "--fail-on", "never", code=0)
    text = project.read("seen.yaml")
    assert "x-nullable: true" in text and " nullable: true" not in text
    project.write("pyproject.toml", settings + 'overlays = ["seen.yaml"]\n')
    outcome = project.does("drift", "--traffic", "r.ndjson", "--fail-on", "safe")
    assert "no deviation" in outcome.out
    assert "x-nullable" not in project.does("generate").err


def test_changes_of_a_format_are_told_in_its_terms(tmp_path: Path) -> None:
    project = Project(tmp_path, "pets")
    array = "type: array, items: {type: string}"
    both = "parameters: [{name: tags, in: query, %s%s}, {name: ids, in: formData, %s%s}]\n      "
    for name, first, second in (("old", "", "pipes"), ("new", "multi", "ssv")):
        forms = [form and f", collectionFormat: {form}" for form in (first, second)]
        text = both % (array, forms[0], array, forms[1])
        project.write(f"{name}.yaml", SEEN.replace("operationId: pets", f"{text}operationId: pets"))
    words = ("drift", "--base", "old.yaml", "--revision", "new.yaml", "--fail-on", "never")
    text = project.run(*words, code=0).out
    assert "from csv to multi" in text and "from pipes to ssv" in text, text
