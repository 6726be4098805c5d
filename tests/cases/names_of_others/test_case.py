"""Names that operations and components would have in common, whichever of them are selected."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from generator.base.config import Client
from generator.base.errors import Findings
from generator.codegen.apidiff.from_ir import from_ir
from generator.codegen.build import build
from generator.codegen.description.pins import pins_that_keep
from generator.project.services.project.pyproject_edit import with_changes
from generator.reading.document.load import load, parse
from generator.reading.document.slice.slice_document import slice_document
from generator.reading.document.tree import SourceFile
from tests.codegen.kiosk import content, document, read, shuffled, source, success

CLIENT = Client(spec="s.yaml", package="kiosk")
WORDS = ("a", "b", "c", "ab", "bc", "response", "request", "s")


def _api(document: SourceFile, *operations: str, client: Client = CLIENT) -> dict[Any, str]:
    """Return what callers of a client name, without its constructor."""
    api = build(*read(document, client, operations), Findings())
    declarations = from_ir(api).declarations
    return {key: str(one) for key, one in declarations.items() if key[1] != api.client}


def _places(description: Any) -> list[str]:
    return [f"{verb.upper()} {path}" for path, item in description["paths"].items()
            for verb in item if verb in ("get", "post")]  # fmt: skip


def _check(description: Any, rnd: random.Random) -> None:
    """Assert that selections, slices with their pins and another order give the same names."""
    document = source(description)
    whole = _api(document)
    for place in _places(description):
        assert _api(document, place).items() <= whole.items()
        text = slice_document(document, (place,)).text()
        part = parse(text.encode(), path=Path("s.yaml"), name="slice")
        pins = pins_that_keep([document], part, CLIENT)
        assert _api(part, client=with_changes(CLIENT, pins)).items() <= whole.items()
    assert _api(source(shuffled(description, rnd))) == whole


def test_the_case() -> None:
    description = json.loads(json.dumps(load(Path(__file__).with_name("spec.yaml")).root))
    _check(description, random.Random(1))
    whole = {key[1] for key in _api(source(description)) if not key[0] and not key[3]}
    assert whole == {
        # ids of other case or signs: the path instead, of which one has none of its own
        "GetPetResponse", "GetPetsResponse", "GetV2PetsIdResponse",
        "GetABC", "GetAbC",  # ids that run together with parameters
        "Crate", "CrateSize", "GetCrateSize",  # an id that is a component's key
        "Lorry", "Van", "VanAxle",  # definitions of one name, and a parameter of that name
        "Lorry_Axle_Object", "LorryAxle_Object",
        "LorryCrate", "VanDoor", "VanDefsDoor",  # the key of a component, the name of a property
        "Load", "Cargo",  # a union of a definition alone
        "ResponsesDoor",  # a component of the name of a keyword
        "Depot", "DepotResponseHall", "GetDepotResponse",  # the only branch has the union's name
        "GetDepotResponseHall",
        "Engine", "EngineUnion", "Diesel", "DieselSize", "GetDieselSize",  # a subtype
        "VanRoofHeight", "VanRoofRack",  # branches without a word, beside properties
    }  # fmt: skip


def test_a_path_that_is_also_among_those_of_autorest() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    item = {"get": {"responses": {"200": {"description": "It.", "schema": schema}}}}
    paths = {"paths": {"/a": item}, "x-ms-paths": {"/a": item}}
    info = {"title": "Kiosk", "version": "1"}
    assert ("class", "GetAResponse") in {
        (one.split()[0], key[1])
        for key, one in _api(source({"swagger": "2.0", "info": info, **paths})).items()
    }


# ── random names ─────────────────────────────────────────────────────────────────────────────────


def _name(rnd: random.Random, most: int = 2) -> str:
    """Return a name of few words, so that others have it but for its case and signs."""
    text = ""
    for _ in range(rnd.randint(1, most)):
        word = rnd.choice(WORDS)
        sign = rnd.choice(("", "", "-", ".", "_")) if text else ""
        text += sign + rnd.choice((word, word, word.capitalize(), word.upper()))
    return text


def _names(rnd: random.Random, count: int) -> list[str]:
    return [*dict.fromkeys(_name(rnd) for _ in range(count))]


def _schema(rnd: random.Random, references: list[str], depth: int = 0) -> Any:
    kind = rnd.choice(("ref", "enum", "object", "object", "array", "union", "base"))
    if kind == "ref" and references:
        return {"$ref": rnd.choice(references)}
    if kind == "enum":
        return {"type": "string", "enum": rnd.sample(["p", "q", "P", "p-q", "pQ"], 2)}
    if depth > 2:
        return {"type": "string"}
    if kind == "array":
        return {"type": "array", "items": _schema(rnd, references, depth + 1)}
    if kind == "union":
        branches = [_schema(rnd, references, depth + 1) for _ in range(rnd.randint(1, 3))]
        return {"oneOf": [*branches, {"type": "string"}][-3:]}
    if kind == "base":
        branches = [_object(rnd, [], depth + 1) for _ in range(rnd.randint(1, 2))]
        return {"anyOf": branches, **_object(rnd, references, depth + 1)}
    return _object(rnd, references, depth + 1)


def _object(rnd: random.Random, references: list[str], depth: int = 1) -> Any:
    members = {one: _schema(rnd, references, depth) for one in _names(rnd, 2)}
    return {"type": "object", "properties": members}


def _description(rnd: random.Random) -> Any:
    keys = _names(rnd, 3)
    definitions = {key: _names(rnd, 2) if rnd.random() < 0.4 else [] for key in keys}
    places = [f"{key}/$defs/{one}" for key, some in definitions.items() for one in some]
    references = [f"#/components/schemas/{place}" for place in (*keys, *places)]
    schemas: dict[str, Any] = {}
    for key, some in definitions.items():
        schemas[key] = _object(rnd, references)
        if key != keys[0] and rnd.random() < 0.2:
            schemas[key] = {"allOf": [{"$ref": references[0]}, schemas[key]]}
            schemas[keys[0]]["discriminator"] = {"propertyName": "kind"}
        schemas[key] |= {"$defs": {one: _schema(rnd, references, 1) for one in some}}
    operations: dict[str, Any] = {}
    for _ in range(rnd.randint(2, 4)):
        operation: dict[str, Any] = success(_schema(rnd, references)) if rnd.random() < 0.6 else {}
        if rnd.random() < 0.85:
            operation["operationId"] = rnd.choice((*keys, _name(rnd, 3), _name(rnd, 3)))
        if rnd.random() < 0.4:
            operation["tags"] = [_name(rnd)]
        operation["parameters"] = [
            {"in": "query", "name": one, "schema": _schema(rnd, [], 2)} for one in _names(rnd, 1)
        ]
        verb = rnd.choice(("GET", "POST"))
        if verb == "POST":
            operation["requestBody"] = content(_schema(rnd, references))
        operations[f"{verb} /{_name(rnd, 1)}/{_name(rnd, 1)}"] = operation
    return document(operations, schemas=schemas)


@pytest.mark.parametrize("seed", range(25))
def test_random_names(seed: int) -> None:
    _check(_description(rnd := random.Random(seed)), rnd)
