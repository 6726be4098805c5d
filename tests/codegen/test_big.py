"""A description of many models: modules of models that load when they are used, and no sooner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.command import python, run_tests, speclock

pytestmark = pytest.mark.slow

RESOURCES = ("apples", "pears", "plums")
FIELDS = 120


def described(resource: str) -> dict[str, Any]:
    """A list operation whose items are of a class that only this resource has."""
    ref = {"$ref": f"#/components/schemas/{resource.capitalize()}"}
    page = {"type": "object", "properties": {"items": {"type": "array", "items": ref}}}
    content = {"application/json": {"schema": page}}
    responses = {"200": {"description": "ok", "content": content}}
    return {"get": {"operationId": f"{resource}/list", "responses": responses}}


def document(resources: tuple[str, ...], fields: int) -> dict[str, Any]:
    """A class of so many fields for each resource, and one class that all of them use."""
    grower = {"$ref": "#/components/schemas/Grower"}
    schemas: dict[str, Any] = {"Grower": {"type": "object", "properties": {"name": {}}}}
    for resource in resources:
        names = [f"{resource}_{index}" for index in range(fields)]
        properties: dict[str, Any] = {name: {"type": "string"} for name in names}
        deeper = {"type": "object", "properties": properties}
        schemas[resource.capitalize()] = {
            "type": "object",
            "properties": {"grower": grower, **{f"part_{i}": deeper for i in range(4)}},
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Orchard", "version": "1"},
        "servers": [{"url": "https://orchard.example"}],
        "paths": {f"/{resource}": described(resource) for resource in resources},
        "components": {"schemas": schemas},
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, its description having some 1,400 members."""
    made = tmp_path_factory.mktemp("big")
    spec = made / "spec.yaml"
    spec.write_text(yaml.safe_dump(document(RESOURCES, FIELDS), sort_keys=False), encoding="utf-8")
    arguments = ("--spec", str(spec), "--package", "orchard", "--output", str(made))
    outcome = speclock(made, "generate", *arguments)
    assert outcome.code == 0, outcome.err
    return made


def test_each_resource_has_its_models_and_one_module_is_shared(folder: Path) -> None:
    modules = {path.stem for path in (folder / "orchard" / "models").glob("*.py")}
    assert modules == {"__init__", "shared", *RESOURCES}
    apples = (folder / "orchard" / "models" / "apples.py").read_text(encoding="utf-8")
    assert "from .shared import Grower" in apples
    assert "pears" not in apples


def test_a_call_loads_the_models_that_it_needs(folder: Path) -> None:
    """Importing loads none; a call those of its resource and the shared ones."""
    program = """
import sys, httpx
from orchard import Orchard
def loaded(): return sorted(n.rpartition(".")[2] for n in sys.modules if "orchard.models." in n)
print(loaded())
answer = httpx.MockTransport(lambda _: httpx.Response(200, json={"items": [{"grower": {}}]}))
with Orchard(transport=answer) as client:
    page = client.apples.list()
    print(type(page.items[0]).__name__, type(page.items[0].grower).__name__, loaded())
from orchard import models
print(models.Pears.__module__, "Plums" in dir(models), hasattr(models, "Quinces"), loaded())
"""
    assert python(folder, "-c", program).out.splitlines() == [
        "[]",
        "Apples Grower ['apples', 'shared']",
        "orchard.models.pears True False ['apples', 'pears', 'shared']",
    ]


def test_type_checkers_see_every_name(folder: Path) -> None:
    """And complain of one that isn't there."""
    (folder / "right.py").write_text(
        "from orchard import models\n\n\ndef name(pear: models.Pears) -> models.Grower | None:\n"
        "    return pear.grower\n",
        encoding="utf-8",
    )
    (folder / "wrong.py").write_text("from orchard import models\n\nmodels.Quinces()\n", "utf-8")
    checker = ("-m", "mypy", "--strict", "--config-file=", "orchard", "right.py", "wrong.py")
    (error, _) = python(folder, *checker, code=1).out.splitlines()
    assert error.startswith("wrong.py:") and 'has no attribute "Quinces"' in error


def test_generated_tests_pass(folder: Path) -> None:
    run_tests(folder, "tests")
