"""Dictionaries with types in place of the classes of requests."""

from __future__ import annotations

import subprocess
import sys
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.answers import Recorder
from tests.support.clients import method_of
from tests.support.generated_case import Case, GeneratedCases, load_spec

PET = {
    "name": "Rex", "kind": "dog", "secret": "s", "size": 2, "mood": None, "owner": {"name": "Ann"},
    "born": "2026-01-02", "seen": ["2026-01-02T03:04:05Z"], "chip": str(UUID(int=7)), "weight": 3,
    "price": 1.5, "picture": "YQ==", "any": [{}], "kinds": ["cat"], "extras": {"first": 1, "b": 2},
    "notes": {"a": [1]}, "counts": {"a": {"name": "b"}}, "code": None,
    "odd": {"=": "1+1", "class": "sum", "date": "2026-01-02", "__typename": "Odd"},
}  # fmt: skip
"""The dictionary with a value of each kind, as JSON has it."""
OTHERS = """
openapi: 3.1.0
info: {title: Sample, version: "1"}
servers: [{url: "https://pets.example/v1"}]
paths:
  /a:
    post:
      operationId: a
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/A"}}}
      responses:
        "204": {description: A.}
        "400":
          description: No.
          content: {application/json: {schema: {$ref: "#/components/schemas/R"}}}
  /b:
    post:
      operationId: b
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/K"}}}}
      responses: {"204": {description: Done}}
components:
  schemas:
    A:
      type: object
      required: [k]
      properties: {k: {$ref: "#/components/schemas/K"}, o: {$ref: "#/components/schemas/O"}}
    K: {type: integer, enum: [1, 36893488147419103232]}
    O: {type: object, properties: {}}
    R: {type: object, properties: {x: {type: integer}}}
"""


def sent(case: Case, mode: str, call: str, body: Any, **options: Any) -> Any:
    """Return the JSON that a call sends."""
    server = Recorder()
    with case.connect(server, mode) as client:
        method_of(client, call)(body, **options)
    return server.bodies[0]


def source(case: Case, name: str) -> str:
    """Return the source of a module."""
    return Path(str(case.modules[name].__file__)).read_text(encoding="utf-8")


def test_values_as_in_json(case: Case, mode: str) -> None:
    assert sent(case, mode, "pets.create", PET) == PET
    assert sent(case, mode, "pets.params", PET) == PET
    assert sent(case, mode, "pets.replace", [PET, {**PET, "parents": [PET]}])[1]["parents"] == [PET]


def test_values_as_in_python(case: Case, mode: str) -> None:
    models = case.models
    body = {
        **PET, "kind": models.Kind.DOG, "size": models.PetSize.VALUE_2, "born": date(2026, 1, 2),
        "owner": models.PetOwner(name="Ann"), "seen": (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),),
        "chip": UUID(int=7), "price": Decimal("1.5"), "picture": b"a",
        "counts": {"a": models.PetParam(name="b")},
    }  # fmt: skip
    assert sent(case, mode, "pets.create", body) == PET


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("pets.change", {"names": ["a"], "pet": {"name": "b"}}),
        ("animals.create", {"type": "cat", "lives": 9}),
        ("trees.grow", ["a", ["b", {"url": "https://a.example"}, []]]),
        ("note", {"url": "https://a.example"}),
    ],
)
def test_other_bodies(case: Case, mode: str, call: str, body: object) -> None:
    assert sent(case, mode, call, body) == body


def test_forms_and_parameters(case: Case, mode: str) -> None:
    photo = case.sent(mode, "photos.add", {"file": b"a", "about": {"url": "u"}})
    assert b'{"url":"u"}' in photo.read()
    server = Recorder()
    with case.connect(server, mode) as client:
        method_of(client, "pets.list")(filter={"name": "Rex"})
        form = "application/x-www-form-urlencoded"
        method_of(client, "photos.add")({"url": "u"}, content_type=form)
    assert server.requests[0].url.params["filter[name]"] == "Rex"
    assert server.requests[1].content == b"url=u"


def test_a_wrong_key_is_also_refused_when_it_runs(case: Case) -> None:
    with pytest.raises(ValidationError, match="nmae"):
        case.sent("sync", "pets.create", {**PET, "nmae": "Max"})


def test_every_annotation_means_something(case: Case) -> None:
    params = case.modules["params"]
    classes = [value for value in vars(params).values() if hasattr(value, "__required_keys__")]
    assert len(classes) == 12
    for each in classes:
        typing.get_type_hints(each)
    assert TypeAdapter(params.PetParam_).validate_python(PET)["name"] == "Rex"
    assert params.OddParam({"=": "a"}) == {"=": "a"}
    assert "What it is called." not in params.PetParam_.__doc__
    assert params.PetParam_.__doc__ == "A pet of the shop."


def test_a_type_with_itself_in_it_is_an_alias_that_pyright_knows(case: Case) -> None:
    text = source(case, "params")
    assert text.count(": TypeAlias = ") == 2
    assert '    AnimalParam: TypeAlias = "models.Cat | CatParam |' in text
    assert '    TreeParam: TypeAlias = "Sequence[TreeParam |' in text


def test_the_package_does_not_import_the_module(case: Case) -> None:
    name = case.package.__name__
    code = f"""
import sys, {name}.resources.pets
client = {name}.Sample()
client.pets
print("{name}.params" in sys.modules)
{name}.params.LinkParam(url="u")
print("{name}.params" in sys.modules)
"""
    folder = Path(str(case.package.__file__)).parents[1]
    run = [sys.executable, "-c", code]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, cwd=folder).stdout
    assert shown.split() == ["False", "True"]


def test_values_that_no_literal_has(cases: GeneratedCases) -> None:
    """And a class that has any members and no fields; one of responses has no dictionary."""
    case = load_spec(cases, "other_params", OTHERS, 'features = ["typed_dicts"]')
    text = source(case, "params")
    assert 'KParam = TypeAliasType("KParam", "models.K | int")' in text
    assert "o: NotRequired[models.O | Mapping[str, Any]]" in text
    assert "RParam" not in text
    assert "body: models.K | int | None = None" in source(case, "client")
    assert sent(case, "sync", "a", {"k": 1, "o": {"x": 1}})["o"] == {"x": 1}


def test_fields_as_arguments(cases: GeneratedCases) -> None:
    settings = ('features = ["typed_dicts"]', 'arguments = "fields"')
    case = load_spec(cases, "params_and_fields", OTHERS, *settings)
    text = source(case, "client")
    assert "k: params.KParam," in text
    assert "o: models.O | Mapping[str, Any] = ...," in text
    assert sent(case, "sync", "a", None, k=1, o={"x": 1}) == {"k": 1, "o": {"x": 1}}


def test_no_request_has_a_class(cases: GeneratedCases) -> None:
    spec = OTHERS.partition("  /b:")[0].replace("post:", "get:")
    spec = spec.partition("      requestBody:")[0] + '      responses: {"204": {description: A.}}\n'
    case = load_spec(cases, "no_params", spec, 'features = ["typed_dicts"]')
    assert "params" not in case.modules
