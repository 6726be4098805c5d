"""``speclock slice``: what an operation needs, followed through references."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.reading.document.conftest import GET, PETS, answering, cut, described, ref


def test_path_items_by_reference_are_kept_in_part(tmp_path: Path) -> None:
    """A callback needs the whole of them."""
    item = {"get": answering(True), "post": answering(ref("A")), "parameters": [ref("P")]}
    to_item = ref("#/components/pathItems/Item")
    calling = answering(1, callbacks={"done": {"{$request.body#/url}": to_item}})
    path = described(
        tmp_path,
        {"/a": to_item, "/b": to_item, "/c": {"get": calling}},
        {"pathItems": {"Item": item, "Other": {}}, "schemas": {"A": {}, "P": {}}},
    )
    found = json.loads(cut(path, "GET /b", out="out.json"))
    assert found["paths"] == {"/b": to_item}
    assert found["components"]["pathItems"] == {"Item": {k: item[k] for k in ("get", "parameters")}}
    assert found["components"]["schemas"].keys() == {"P"}
    found = json.loads(cut(path, "GET /a", "GET /c", out="out.json"))
    assert found["components"] == {"pathItems": {"Item": item}, "schemas": {"A": {}, "P": {}}}


def test_a_path_that_is_another_path_stands_for_itself(tmp_path: Path) -> None:
    item = {"get": answering(ref("A")), "post": answering(ref("B")), "summary": "S"}
    path = described(
        tmp_path,
        {"/a~{x}": item, "/b": {**ref("#/paths/~1a~0{x}"), "description": "D"}},
        {"schemas": {"A": {}, "B": {}}},
    )
    for out in ("out.json", "out.yaml"):
        found = yaml.safe_load(cut(path, "GET /b", out=out))
        assert found["paths"] == {"/b": {"get": item["get"], "summary": "S", "description": "D"}}
        assert found["components"] == {"schemas": {"A": {}}}


def test_what_is_referred_to_in_another_operation_becomes_a_component(pets: Path) -> None:
    """Bundlers write such references; the name is the one that the generator makes of it."""
    pointer = "#/paths/~1people/post/requestBody/content/application~1json/schema"
    text = PETS.replace('"#/components/schemas/Cat"', f"'{pointer}'")
    text = text.replace("schema: {$ref: '#/components/schemas/Person'}", "schema: {type: object}")
    pets.write_text(text)
    got = cut(pets, "pets/get")
    key = "..people.post.requestBody".strip(".")
    assert got == GET.replace(
        '"#/components/schemas/Cat"', f"'#/components/schemas/{key}'"
    ).replace(
        "    Base: {type: object}\n",
        f"    Base: {{type: object}}\n\n    {key}:\n      type: object\n",
    )
    kept = yaml.safe_load(cut(pets, "pets/get", "people/make", out="both.yaml"))
    assert kept["components"]["schemas"]["Pet"]["oneOf"] == [{"$ref": pointer}]


def test_a_component_that_had_to_move_takes_no_name_that_is_taken(tmp_path: Path) -> None:
    path = described(
        tmp_path,
        {
            "/a": {"get": answering({"type": "object"})},
            "/b": {
                "get": answering(
                    ref("#/paths/~1a/get/responses/200/content/application~1json/schema")
                )
            },
        },
        {"schemas": {"a.get.200": {"type": "string"}, "X": {}}},
    )
    found = json.loads(cut(path, "GET /b", out="out.json"))["components"]["schemas"]
    assert len(found) == 1
    (key,) = found
    assert key.startswith("a.get.200.") and found[key] == {"type": "object"}


def test_references_below_components_and_beside_them(tmp_path: Path) -> None:
    schemas = {
        "Deep": {"properties": {"a": {"type": "object"}, "b": ref("B")}},
        "B": {"$anchor": "b"},
        "C": {"$anchor": "c"},
        "D": {"$id": "https://example.com/d", "$defs": {"x": {"$dynamicAnchor": "dyn"}}},
        "Unused": {},
    }
    properties = {
        "deep": ref("#/components/schemas/Deep/properties/a"),
        "c": {"$ref": "#c"},
        "d": {"$ref": "https://example.com/d"},
        "far": {"$ref": "https://example.com/elsewhere"},
        "defs": ref("#/x-defs/One"),
        "not": {"example": ref("Unused"), "default": ref("Unused"), "x-y": ref("Unused")},
    }
    path = described(
        tmp_path,
        {"/": {"get": answering({"properties": properties})}},
        {"schemas": schemas},
        **{"x-defs": {"One": {}, "Two": {}}},
    )
    found = json.loads(cut(path, "GET /", out="out.json"))
    assert found["components"]["schemas"].keys() == {"Deep", "B", "C", "D"}
    assert found["x-defs"] == {"One": {}}


def test_properties_called_like_keywords(tmp_path: Path) -> None:
    names = ["example", "default", "value", "links", "discriminator", "properties", "enum", "x-a"]
    properties = {name: ref(name.title()) for name in names}
    schemas = {name.title(): {"type": "object"} for name in names}
    path = described(
        tmp_path, {"/": {"get": answering({"properties": properties})}}, {"schemas": schemas}
    )
    found = json.loads(cut(path, "GET /", out="out.json"))
    assert found["components"]["schemas"] == schemas


def test_a_reference_that_leads_nowhere_stays_and_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = described(tmp_path, {"/": {"get": answering(ref("Gone"))}}, {})
    found = json.loads(cut(path, "GET /", out="out.json"))
    assert found["paths"]["/"]["get"] == answering(ref("Gone"))
    assert "'#/components/schemas/Gone' doesn't resolve" in capsys.readouterr().err


def test_links_to_what_is_not_kept_go(tmp_path: Path) -> None:
    links = {
        "self": {"operationRef": "#/paths/~1/get"},
        "other": {"operationRef": "#/paths/~1b/get"},
        "far": {"operationRef": "https://example.com/#/paths/~1/get"},
        "named": {"operationId": "b"},
    }
    first = answering(True)
    first["responses"]["200"]["links"] = links
    second = answering(True, operationId="b")
    second["responses"]["200"]["links"] = {"named": {"operationId": "gone"}}
    path = described(tmp_path, {"/": {"get": first}, "/b": {"get": second}}, {})
    found = json.loads(cut(path, "GET /", out="out.json"))
    assert found["paths"]["/"]["get"]["responses"]["200"]["links"].keys() == {"self", "far"}
    found = json.loads(cut(path, "b", out="b.json"))
    assert "links" not in found["paths"]["/b"]["get"]["responses"]["200"]


def test_openapi_3_2(tmp_path: Path) -> None:
    more = {"COPY": answering(ref("A")), "LINK": answering(ref("B"))}
    tags = [{"name": "all"}, {"name": "some", "parent": "all"}, {"name": "none"}]
    path = described(
        tmp_path,
        {"/": {"additionalOperations": more, "query": answering(ref("B"))}},
        {"schemas": {"A": {}, "B": {}}},
        tags=tags,
    )
    root = json.loads(path.read_text()) | {"openapi": "3.2.0", "$self": "https://example.com/api"}
    root["paths"]["/"]["additionalOperations"]["COPY"]["tags"] = ["some"]
    path.write_text(json.dumps(root))
    found = json.loads(cut(path, "COPY /", out="out.json"))
    assert found["paths"]["/"].keys() == {"additionalOperations"}
    assert found["paths"]["/"]["additionalOperations"].keys() == {"COPY"}
    assert found["components"]["schemas"].keys() == {"A"}
    assert found["tags"] == tags[:2]
    assert found["$self"] == "https://example.com/api"


SHAPES: dict[str, object] = {
    "Shape": {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "near": ref("Solid")},
        "discriminator": {"propertyName": "kind", "mapping": {"disc": "Round"}},
    },
    "Round": {"type": "object", "properties": {"kind": {}}},
    "Oval": {"allOf": [ref("Round"), {"properties": {"b": {}}}]},
    "Square": {"allOf": [ref("Shape"), {"properties": {"side": ref("Length")}}]},
    "Cube": {"allOf": [ref("Square")]},
    "Solid": {"type": "object", "discriminator": {"propertyName": "form"}},
    "Ball": {"allOf": [ref("Solid")]},
    "Length": {"type": "integer"},
    "Other": {"allOf": [ref("Length")]},
}


@pytest.mark.parametrize(
    ("schema", "kept", "count"),
    [
        (ref("Shape"), {"Shape", "Round", "Oval", "Square", "Cube", "Solid", "Ball", "Length"}, 5),
        (ref("Solid"), {"Solid", "Ball"}, 1),
        ({"type": "array", "items": {"allOf": [ref("Solid")]}}, {"Solid", "Ball"}, 1),
        (ref("Ball"), {"Solid", "Ball"}, 0),
        ({"allOf": [ref("Solid"), {"required": ["form"]}]}, {"Solid"}, 0),
        (ref("Length"), {"Length"}, 0),
    ],
)
def test_subtypes_of_a_base_with_a_discriminator_are_kept(
    schema: object,
    kept: set[str],
    count: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = described(tmp_path, {"/a": {"get": answering(schema)}}, {"schemas": SHAPES})
    found = json.loads(cut(path, "GET /a", out="out.json"))
    assert found["components"]["schemas"].keys() == kept
    plural = "" if count == 1 else "s"
    subtypes = f", {count} subtype{plural} of a base" if count else ""
    assert f": 1 operation{subtypes}, " in capsys.readouterr().out

    if "Shape" in kept:  # its mapping has a name alone
        return
    (tmp_path / "other.json").write_text(json.dumps({"components": {"schemas": SHAPES}}))
    elsewhere = json.loads(json.dumps(schema).replace("#/comp", "other.json#/comp"))
    path = described(tmp_path, {"/a": {"get": answering(elsewhere)}}, {})
    found = json.loads(cut(path, "GET /a", out="out.json"))
    assert found["components"]["schemas"] == {name: SHAPES[name] for name in kept}


@pytest.mark.parametrize("pointer", ["properties/owner", "allOf/1/properties/tag", "items"])
def test_a_reference_below_a_definition_of_swagger_2(pointer: str, tmp_path: Path) -> None:
    """The whole definition is kept, with what it refers to, and the slice has the meaning."""
    parts = {
        "properties": {"owner": {"$ref": "#/definitions/Person"}},
        "allOf": [{}, {"properties": {"tag": {"$ref": "#/definitions/Tag"}}}],
        "items": {"$ref": "#/definitions/Tag"},
    }
    definitions = {"Pet": parts, "Person": {}, "Tag": {"type": "string"}, "Other": {}}
    schema = {"$ref": f"#/definitions/Pet/{pointer}"}
    paths = {
        "/a": {"get": {"responses": {"200": {"description": "-", "schema": schema}}}},
        "/b": {"get": {"responses": {"200": {"description": "-"}}}},
    }
    info = {"title": "Pets", "version": "1"}
    whole = {"swagger": "2.0", "info": info, "paths": paths, "definitions": definitions}
    path = tmp_path / "pets.json"
    path.write_text(json.dumps(whole), encoding="utf-8")
    found = json.loads(cut(path, "GET /a", out="out.json"))
    assert found["definitions"] == {key: definitions[key] for key in ("Pet", "Person", "Tag")}
    assert found["paths"] == {"/a": paths["/a"]}
    assert "definitions" not in json.loads(cut(path, "GET /b", out="none.json"))
