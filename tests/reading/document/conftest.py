"""A description to slice, and the command that slices it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.project.cli import main

_MARKED = """\
  # Who may read this: everybody.
  openapi: 3.1.0

  info:
    title: Pets # the shop's
    version: 1.0.0
- externalDocs: {url: https://example.com}
- x-owner: me
  servers:
    - url: https://api.example.com

  tags:
    # Pets come first.
    - name: pets
      description: Animals.
-   -
-     name: people
-   - name: unused

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
-     # Gone for good.
-     delete:
-       operationId: pets/delete
-       tags: [people]
-       security: [{oauth: [write]}]
-       responses:
-         204: {description: Gone}
-
-   /people:
-     post:
-       operationId: people/make
-       requestBody:
-         content:
-           application/json:
-             schema: {$ref: '#/components/schemas/Person'}
-       responses:
-         default:
-           description: |
-             Whatever.
-             # no comment
-
-             # none either
-
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
-         gone: {$ref: '#/components/links/Gone'}
          again: {operationId: pets/get}
    headers:
      Rate: {schema: {type: integer}}
-   links:
-     Gone: {operationId: pets/delete}
    examples:
      Tom: {value: {kind: cat, $ref: '#/components/schemas/Person'}}
-     Other: {value: 1}
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

-     # Not a pet.
-     Person:
-       type: object
-       properties: {name: {type: string}}
      Base: {type: object}
-     Puppy: {allOf: [{$ref: '#/components/schemas/Pet'}]}
    securitySchemes:
      key: {type: apiKey, in: header, name: key}
-     oauth: {type: oauth2, flows: {}}
"""
"""A description; what its first operation doesn't need is marked by a dash."""
PETS = "".join(f"{line[2:]}\n" for line in _MARKED.splitlines())
GET = "".join(f"{line[2:]}\n" for line in _MARKED.splitlines() if line[:1] != "-")
"""The slice of ``pets/get``."""


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


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    path = tmp_path / "pets.yaml"
    path.write_text(PETS)
    return path
