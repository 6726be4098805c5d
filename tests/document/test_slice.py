"""``speclock slice``: what is kept, what goes, and that the text says the same as before."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.cli import main
from tests.qa.corpus.process import ROOT, run
from tests.support.skip_formatting import without_layout

PETS = """\
# Who may read this: everybody.
openapi: 3.1.0

info:
  title: Pets # the shop's
  version: 1.0.0
externalDocs: {url: https://example.com}
x-owner: me
servers:
  - url: https://api.example.com

tags:
  # Pets come first.
  - name: pets
    description: Animals.
  -
    name: people
  - name: unused

security:
  - key: []

paths:
  # One pet.
  /pets/{id}:
    parameters:
      - $ref: '#/components/parameters/Id'
    get:
      operationId: pets/get
      tags: [pets]
      responses:
        '200':
          $ref: '#/components/responses/Pet'
    # Gone for good.
    delete:
      operationId: pets/delete
      tags: [people]
      security: [{oauth: [write]}]
      responses:
        204: {description: Gone}

  /people:
    post:
      operationId: people/make
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Person'}
      responses:
        default:
          description: |
            Whatever.
            # no comment

            # none either

components:
  parameters:
    Id:
      name: id
      in: path
      required: true
      schema: {type: string}
  responses:
    Pet:
      description: A pet
      headers:
        X-Rate: {$ref: '#/components/headers/Rate'}
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/Pet'
          examples:
            one: {$ref: '#/components/examples/Tom'}
      links:
        gone: {$ref: '#/components/links/Gone'}
        again: {operationId: pets/get}
  headers:
    Rate: {schema: {type: integer}}
  links:
    Gone: {operationId: pets/delete}
  examples:
    Tom: {value: {kind: cat, $ref: '#/components/schemas/Person'}}
    Other: {value: 1}
  schemas:
    # Each kind of pet.
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
      discriminator:
        propertyName: kind
        mapping:
          cat: Cat   # by its name
          dog: '#/components/schemas/Dog'

    Cat: {type: object, required: [kind], properties: {kind: {const: cat}, 'no': {type: string}}}
    Dog: {type: object, allOf: [{$ref: '#/components/schemas/Base'}], properties: {$ref: {}}}

    # Not a pet.
    Person:
      type: object
      properties: {name: {type: string}}
    Base: {type: object}
    Puppy: {allOf: [{$ref: '#/components/schemas/Pet'}]}
  securitySchemes:
    key: {type: apiKey, in: header, name: key}
    oauth: {type: oauth2, flows: {}}
"""

GET = """\
# Who may read this: everybody.
openapi: 3.1.0

info:
  title: Pets # the shop's
  version: 1.0.0
servers:
  - url: https://api.example.com

tags:
  # Pets come first.
  - name: pets
    description: Animals.
security:
  - key: []

paths:
  # One pet.
  /pets/{id}:
    parameters:
      - $ref: '#/components/parameters/Id'
    get:
      operationId: pets/get
      tags: [pets]
      responses:
        '200':
          $ref: '#/components/responses/Pet'
components:
  parameters:
    Id:
      name: id
      in: path
      required: true
      schema: {type: string}
  responses:
    Pet:
      description: A pet
      headers:
        X-Rate: {$ref: '#/components/headers/Rate'}
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/Pet'
          examples:
            one: {$ref: '#/components/examples/Tom'}
      links:
        again: {operationId: pets/get}
  headers:
    Rate: {schema: {type: integer}}
  examples:
    Tom: {value: {kind: cat, $ref: '#/components/schemas/Person'}}
  schemas:
    # Each kind of pet.
    Pet:
      oneOf:
        - $ref: "#/components/schemas/Cat"
      discriminator:
        propertyName: kind
        mapping:
          cat: Cat   # by its name
          dog: '#/components/schemas/Dog'

    Cat: {type: object, required: [kind], properties: {kind: {const: cat}, 'no': {type: string}}}
    Dog: {type: object, allOf: [{$ref: '#/components/schemas/Base'}], properties: {$ref: {}}}

    Base: {type: object}
  securitySchemes:
    key: {type: apiKey, in: header, name: key}
"""


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    path = tmp_path / "pets.yaml"
    path.write_text(PETS)
    return path


def cut(path: Path, *selectors: str, out: str = "out.yaml", code: int = 0) -> str:
    """The slice of ``path`` as text; empty where it is refused."""
    output = path.parent / out
    chosen = [part for one in selectors for part in ("--operation", one)]
    assert main(["slice", str(path), *chosen, "-o", str(output)]) == code
    return output.read_text() if output.is_file() else ""


def described(tmp_path: Path, paths: object, components: object, **more: object) -> Path:
    """A file with a description in JSON."""
    path = tmp_path / "api.json"
    info = {"title": "T", "version": "1"}
    root = {"openapi": "3.1.0", "info": info, "paths": paths, "components": components, **more}
    path.write_text(json.dumps(root))
    return path


def answering(schema: object, **more: object) -> dict[str, Any]:
    """An operation that answers with a schema."""
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "OK", "content": content}}, **more}


def ref(to: str) -> dict[str, str]:
    return {"$ref": to if "#" in to else f"#/components/schemas/{to}"}


# ── by lines ─────────────────────────────────────────────────────────────────────────────────────


def test_the_lines_of_the_original(pets: Path) -> None:
    assert cut(pets, "pets/get") == GET


def test_what_comes_to_the_standard_output(
    pets: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["slice", str(pets), "--operation", "pets/get", "--quiet"]) == 0
    assert capsysbinary.readouterr().out.decode() == GET


def test_another_operation_keeps_other_things(pets: Path) -> None:
    text = cut(pets, "pets/delete")
    found = yaml.safe_load(text)
    assert "Gone for good" in text and "Pets come first" not in text
    assert "security" not in found
    assert found["tags"] == [{"name": "people"}]
    assert set(found["paths"]["/pets/{id}"]) == {"parameters", "delete"}
    assert found["components"].keys() == {"parameters", "securitySchemes"}
    assert found["components"]["securitySchemes"].keys() == {"oauth"}


def test_a_block_scalar_that_looks_like_comments_stays_whole(pets: Path) -> None:
    found = yaml.safe_load(cut(pets, "people/make"))
    description = found["paths"]["/people"]["post"]["responses"]["default"]["description"]
    assert description == "Whatever.\n# no comment\n\n# none either\n"
    assert found["components"]["schemas"].keys() == {"Person"}


def test_all_operations_lose_only_what_none_uses(pets: Path) -> None:
    text = cut(pets, "*")
    found, whole = yaml.safe_load(text), yaml.safe_load(PETS)
    assert found["paths"] == whole["paths"]
    assert found["components"]["schemas"].keys() == whole["components"]["schemas"].keys() - {
        "Puppy"
    }
    assert found["components"]["links"] == whole["components"]["links"]
    assert found["components"]["responses"] == whole["components"]["responses"]


def test_a_slice_of_a_slice_is_the_slice(pets: Path) -> None:
    text = cut(pets, "pets/get")
    pets.write_text(text)
    assert cut(pets, "pets/get", out="again.yaml") == text


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
@pytest.mark.parametrize("start", ["---\n", "%YAML 1.2\n---\n", "\ufeff"])
def test_line_ends_and_beginnings(pets: Path, ends: str, start: str) -> None:
    pets.write_bytes((start + PETS).replace("\n", ends).encode())
    assert cut(pets, "pets/get").removeprefix(start) == GET


# ── written anew ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  /people:\n", "  /people: &p\n"),
        ("paths:\n", "x-shared: &shared {description: Gone}\npaths:\n"),
    ],
)
def test_an_anchor_that_is_not_used_across_the_cut_does_no_harm(
    old: str, new: str, pets: Path
) -> None:
    pets.write_text(PETS.replace(old, new))
    assert cut(pets, "pets/get") == GET


def test_an_alias_across_the_cut(pets: Path) -> None:
    text = PETS.replace("    Base: {type: object}", "    Base: *base")
    text = text.replace("x-owner: me", "x-base: &base {type: object, 'no': ['012', 1e3, 010]}")
    pets.write_text(text)
    got = cut(pets, "pets/get")
    assert "#" not in got.split("\n")[0]
    found = yaml.safe_load(got)
    assert found["components"]["schemas"]["Base"]["type"] == "object"
    assert found["components"]["schemas"]["Base"]["no"][0] == "012"
    assert found["components"]["schemas"]["Base"]["no"][2] == 10  # as YAML 1.2 has it
    assert {**found, "components": 0} == {**yaml.safe_load(GET), "components": 0}


def test_a_merge_key_across_the_cut(pets: Path) -> None:
    text = PETS.replace("    Base: {type: object}", "    Base:\n      <<: *base\n      title: B")
    pets.write_text(text.replace("x-owner: me", "x-base: &base {type: object}"))
    found = yaml.safe_load(cut(pets, "pets/get"))
    assert found["components"]["schemas"]["Base"] == {"type": "object", "title": "B"}


def test_flow_style_and_json(pets: Path) -> None:
    whole = yaml.safe_load(PETS)
    whole["paths"]["/pets/{id}"]["delete"]["responses"] = {"204": {"description": "Gone"}}
    pets.write_text(json.dumps(whole))
    got = cut(pets, "pets/get")
    assert json.loads(cut(pets, "pets/get", out="out.json")) == yaml.safe_load(GET)
    assert yaml.safe_load(got) == yaml.safe_load(GET)
    assert not got.startswith("{")


def test_yaml_becomes_json(pets: Path) -> None:
    assert json.loads(cut(pets, "pets/get", out="out.json")) == yaml.safe_load(GET)


def test_text_that_readers_disagree_about_is_quoted(tmp_path: Path) -> None:
    words: list[object] = [
        "no", "On", "y", "~", "null", "", "012", "0o17", "08", "1e3", "1:30", "0x1F", "1_000", ".5",
        "2026-11-24", "=", "<<", "-", "- a", "a: b", "a #b", "#", "&a", "*a", "!a", "%a", "@a",
        "`a", "{",
        "[", " a", "a ", "\t", "a\n", "\na", "a\n\n", " a\nb", "a\u2028b", "a\x85b", "\x7f",
        "é", "😀", "'", '"', "\\", "---", "...", "true", "1.0", ".inf", "a" * 200 + " b" * 50,
    ]  # fmt: skip
    numbers: list[object] = [1, 1.0, 1e16, 1e-7, 10**25, True, None, {}, []]
    schema = {"type": "string", "x-words": words, "default": "1e3", "x-numbers": numbers}
    path = described(tmp_path, {"/": {"get": answering(ref("A"))}}, {"schemas": {"A": schema}})
    text = cut(path, "GET /")
    assert not text.startswith("{")
    found = yaml.safe_load(text)["components"]["schemas"]["A"]
    assert found == schema
    assert [type(n) for n in found["x-numbers"]] == [type(n) for n in numbers]
    path.write_text(text)
    assert json.loads(cut(path, "GET /", out="again.json"))["components"]["schemas"]["A"] == schema


def test_an_enumeration_keeps_its_numbers_as_written(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {operationId: a, "
        "responses: {'200': {description: OK, content: {text/plain: {schema: "
        "{type: string, enum: [012, 1e3, b]}}}}}}}, /b: {get: {responses: {}}}}\n"
    )
    assert "- 012\n" in cut(path, "a")


# ── closure ──────────────────────────────────────────────────────────────────────────────────────


def test_path_items_by_reference_are_kept_in_part(tmp_path: Path) -> None:
    item = {"get": answering(True), "post": answering(ref("A")), "parameters": [ref("P")]}
    path = described(
        tmp_path,
        {"/a": ref("#/components/pathItems/Item"), "/b": ref("#/components/pathItems/Item")},
        {"pathItems": {"Item": item, "Other": {}}, "schemas": {"A": {}, "P": {}}},
    )
    found = json.loads(cut(path, "GET /b", out="out.json"))
    assert found["paths"] == {"/b": ref("#/components/pathItems/Item")}
    assert found["components"]["pathItems"] == {"Item": {k: item[k] for k in ("get", "parameters")}}
    assert found["components"]["schemas"].keys() == {"P"}


def test_a_callback_needs_the_whole_path_item(tmp_path: Path) -> None:
    item = {"get": answering(True), "post": answering(ref("A"))}
    callbacks = {"done": {"{$request.body#/url}": ref("#/components/pathItems/Item")}}
    path = described(
        tmp_path,
        {
            "/a": ref("#/components/pathItems/Item"),
            "/c": {"get": answering(1, callbacks=callbacks)},
        },
        {"pathItems": {"Item": item}, "schemas": {"A": {}}},
    )
    found = json.loads(cut(path, "GET /a", "GET /c", out="out.json"))
    assert found["components"] == {"pathItems": {"Item": item}, "schemas": {"A": {}}}


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


# ── several files ────────────────────────────────────────────────────────────────────────────────

PARTED = {
    "api.yaml": """\
# Mine.
openapi: 3.0.3
info: {title: T, version: '1'}
paths:
  /pets:   # elsewhere
    $ref: 'paths/pets.yaml#/pets'
  /people:
    get:
      operationId: people
      responses:
        '200':
          $ref: responses.yaml#/People
components:
  schemas:
    Alias:
      $ref: schemas/Pet.yaml#/Pet
    Owner:
      type: object
      properties:
        pet: {$ref: 'schemas/Pet.yaml#/Pet'}
        toy: {$ref: schemas/Toy.yaml}
    Unused: {}
  securitySchemes:
    key: {type: apiKey, in: header, name: key}
""",
    "paths/pets.yaml": """\
pets:
  parameters:
    - $ref: '../parameters.yaml#/Limit'
  get:
    operationId: pets
    security: [{key: []}]
    responses:
      '200':
        description: OK
        content:
          application/json:
            schema: {type: array, items: {$ref: ../schemas/Pet.yaml#/Pet}}
      default: {$ref: '#/failed'}
  post:
    operationId: unused
    responses: {'204': {description: None}}
failed:
  description: Bad
  content: {application/json: {schema: {$ref: '../api.yaml#/components/schemas/Owner'}}}
""",
    "parameters.yaml": """\
Limit: {name: limit, in: query, schema: {$ref: '#/Size'}}
Size: {type: integer}
""",
    "responses.yaml": """\
People:
  description: OK
  content: {application/json: {schema: {$ref: './api.yaml#/components/schemas/Alias'}}}
""",
    "schemas/Pet.yaml": """\
Pet:
  type: object
  required: [kind]
  properties:
    kind: {$ref: 'more.yaml#/Kind'}
    mother: {$ref: '#/Pet'}
""",
    "schemas/Toy.yaml": "type: object\nproperties: {of: {$ref: '#'}}\n",
    "schemas/more.yaml": "Kind: {type: string, enum: [cat, dog]}\nOther: {}\n",
}


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    for name, text in PARTED.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path / "api.yaml"


def test_what_is_in_other_files_becomes_components(parted: Path) -> None:
    text = cut(parted, "pets")
    found = yaml.safe_load(text)
    assert text.startswith("# Mine.\nopenapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n")
    assert found["paths"]["/pets"].keys() == {"parameters", "get"}
    components = found["components"]
    schemas = components.pop("schemas")
    assert {kind: set(members) for kind, members in components.items()} == {
        "parameters": {"Limit"},
        "responses": {"failed"},
        "securitySchemes": {"key"},
    }
    assert schemas["Pet"]["properties"] == {"kind": ref("Kind"), "mother": ref("Pet")}
    (toy,) = schemas.keys() - {"Owner", "Pet", "Kind", "Size"}
    assert schemas["Owner"]["properties"] == {"pet": ref("Pet"), "toy": ref(toy)}
    assert schemas[toy]["properties"] == {"of": ref(toy)}
    assert ".yaml" not in text


@pytest.mark.parametrize("operation", ["pets", "people"])
def test_the_code_is_that_of_the_several_files(operation: str, parted: Path) -> None:
    cut(parted, operation)
    assert code_of(parted, operation) == code_of(parted.with_name("out.yaml"), operation)


# ── refused ──────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other.json").write_text("{}")
    for number, to in enumerate(["other.json#/x", "gone.json", "../other.json", "/etc/passwd"]):
        path = described(tmp_path, {"/": {"get": answering({"$ref": to})},
                                    "/b": {"get": answering(True)}}, {})  # fmt: skip
        cut(path, "GET /", out=f"{number}.yaml", code=2)
        said = capsys.readouterr().err
        assert "api.json:1:" in said and repr(to)[1:-1] in said
        assert cut(path, "GET /b")  # what isn't used does no harm


def test_a_path_item_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its operations can't be chosen, so a pattern must not pass over them in silence."""
    path = described(tmp_path, {"/": {"get": answering(True)}, "/b": {"$ref": "gone.json"}}, {})
    assert "/b" not in cut(path, "GET *")
    said = capsys.readouterr().err
    assert "warning: $ref 'gone.json' can't be read" in said and "left out" in said
    cut(path, "GET /b", out="b.yaml", code=2)
    assert "error: $ref 'gone.json' can't be read" in capsys.readouterr().err


def test_the_check_over_descriptions(tmp_path: Path) -> None:
    """``make slices``: a row for each, all full."""
    script = ROOT / "tests" / "qa" / "slices" / "run.py"
    flows = "flows: {implicit: {authorizationUrl: https://a.b/c, scopes: {write: Write}}}"
    (tmp_path / "pets.yaml").write_text(PETS.replace("flows: {}", flows))
    ended = run([sys.executable, script, tmp_path], cwd=ROOT, timeout=120)
    assert ended.code == 0, ended.text
    assert "1 of 1 rows are full; 3 of 3 slices give the same code." in ended.out
    (tmp_path / "odd.yaml").write_text(PETS.replace("{type: string}", "{type: odd}"))
    ended = run([sys.executable, script, tmp_path, "odd"], cwd=ROOT, timeout=120)
    assert ended.code == 1
    assert "odd falls short:" in ended.out and "'odd' is no type" in ended.out


def test_misuse(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut(pets, "pets/gte", code=2)
    assert "pets/get" in capsys.readouterr().err
    before = pets.read_text()
    cut(pets, "pets/get", out=pets.name, code=2)
    assert pets.read_text() == before
    with pytest.raises(SystemExit) as caught:
        main(["slice", str(pets)])
    assert caught.value.code == 2
    (pets.parent / "swagger.yaml").write_text("swagger: '2.0'\npaths: {}\n")
    cut(pets.parent / "swagger.yaml", "x", code=2)
    assert main(["slice", "http://127.0.0.1:1/x", "--operation", "a"]) == 2
    assert main(["slice", "http://127.0.0.1:1/x", "--operation", "a", "--insecure"]) == 3


# ── code ─────────────────────────────────────────────────────────────────────────────────────────


def code_of(spec: Path, operation: str) -> dict[Path, str]:
    """The client of one operation: every module by its path."""
    output = spec.parent / f"{spec.stem}-{operation.replace('/', '-')}"
    arguments = ["--package", "shop", "--output", str(output), "--operation", operation]
    with without_layout():
        assert main(["generate", "--spec", str(spec), *arguments]) == 0
    folder = output / "shop"
    return {path.relative_to(folder): path.read_text() for path in folder.rglob("*.py")}


def test_the_code_of_a_slice_is_that_of_the_whole(pets: Path) -> None:
    flows = "flows: {implicit: {authorizationUrl: https://a.b/c, scopes: {write: Write}}}"
    pets.write_text(PETS.replace("flows: {}", flows))
    cut(pets, "pets/get")
    whole, part = code_of(pets, "pets/get"), code_of(pets.with_name("out.yaml"), "pets/get")
    assert whole == part
    assert any("class Cat" in text for text in part.values())
