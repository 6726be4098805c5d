"""``speclock slice``: several files, faults, and the code of a slice."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.project.cli import main
from tests.reading.document.conftest import PETS, answering, cut, described, ref
from tests.support.command import without_layout

FLOWS = "flows: {implicit: {authorizationUrl: https://a.b/c, scopes: {write: Write}}}"
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


@pytest.mark.slow
def test_the_code_of_a_slice_is_that_of_the_whole(parted: Path, pets: Path) -> None:
    pets.write_text(PETS.replace("flows: {}", FLOWS))
    for spec, operation in ((parted, "pets"), (parted, "people"), (pets, "pets/get")):
        cut(spec, operation, out="slice.yaml")
        part = code_of(spec.with_name("slice.yaml"), operation)
        assert code_of(spec, operation) == part
        assert any("class " in text for text in part.values())


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
    assert "warning: $ref 'gone.json' cannot be read" in said and "left out" in said
    cut(path, "GET /b", out="b.yaml", code=2)
    assert "error: $ref 'gone.json' cannot be read" in capsys.readouterr().err


def test_misuse(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut(pets, "pets/gte", code=2)
    assert "pets/get" in capsys.readouterr().err
    before = pets.read_text()
    cut(pets, "pets/get", out=pets.name, code=2)
    assert pets.read_text() == before
    with pytest.raises(SystemExit) as caught:
        main(["slice", str(pets)])
    assert caught.value.code == 2
    (pets.parent / "swagger.yaml").write_text("swagger: '1.2'\npaths: {}\n")
    cut(pets.parent / "swagger.yaml", "x", code=2)
    assert main(["slice", "http://127.0.0.1:1/x", "--operation", "a"]) == 2
    assert main(["slice", "http://127.0.0.1:1/x", "--operation", "a", "--insecure"]) == 3


def code_of(spec: Path, operation: str) -> dict[Path, str]:
    output = spec.parent / f"{spec.stem}-{operation.replace('/', '-')}"
    arguments = ["--package", "shop", "--output", str(output), "--operation", operation]
    with without_layout():
        assert main(["generate", "--spec", str(spec), *arguments]) == 0
    return {path.relative_to(output): path.read_text() for path in output.rglob("*.py")}
