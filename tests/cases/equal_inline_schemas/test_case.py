"""Classes of inline schemas that several operations have at the same place, beside other places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.config import Client
from generator.codegen.build.naming import class_names
from generator.reading.document.load import load
from generator.reading.document.tree import SourceFile
from tests.codegen.kiosk import read, source
from tests.support.answers import answering
from tests.support.generated_case import Case

SPEC = Path(__file__).with_name("spec.yaml")


def _names(document: SourceFile, *operations: str) -> dict[str, str]:
    """Return the names of classes by their places."""
    canonical, settings = read(document, Client(spec="s.yaml", package="kiosk"), operations)
    names, _ = class_names(canonical, settings)
    return {place: name for key, name in names.items() for place in canonical.places(key)}


def _whole() -> Any:
    return json.loads(json.dumps(load(SPEC).root))


def _swagger() -> Any:
    """Return the operations without the media types, which Swagger 2.0 has apart from schemas."""
    whole = _whole()
    for item in whole["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                parameter |= parameter.pop("schema")
            for response in operation["responses"].values():
                for media in response.pop("content", {}).values():
                    response["schema"] = media["schema"]
            for media in operation.pop("requestBody", {}).get("content", {}).values():
                operation["parameters"] = [{"in": "body", "name": "b", "schema": media["schema"]}]
    schemas = whole["components"]["schemas"]
    made = {
        "swagger": "2.0",
        "info": whole["info"],
        "paths": whole["paths"],
        "definitions": schemas,
    }
    return json.loads(json.dumps(made).replace("#/components/schemas/", "#/definitions/"))


@pytest.mark.parametrize("make", [_whole, _swagger])
def test_no_selection_or_order_renames_a_class(make: Any) -> None:
    document = make()
    whole = _names(source(document))
    for path, item in document["paths"].items():
        for method in item:
            names = _names(source(document), f"{method.upper()} {path}")
            assert {place: whole.get(place) for place in names} == names
    paths = {path: dict([*item.items()][::-1]) for path, item in document["paths"].items()}
    document["paths"] = dict([*paths.items()][::-1])
    assert _names(source(document)) == whole


def test_equal_schemas_are_one_class_of_their_first_operation(case: Case) -> None:
    models = case.models
    assert hasattr(models, "PutScalesRequest")
    assert not any("All" in name for name in vars(models) if name.startswith(("Get", "P")))
    with case.connect(answering(200, {"crate": "a"})) as client:
        assert isinstance(client.crates.get(), models.GetCratesResponse)
        assert isinstance(client.crates.get_all(), models.GetCratesResponse)
