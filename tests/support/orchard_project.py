"""A project with a client to copy, and the strangers' projects that it is copied into."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.command_line import Outcome, speclock

SPEC = """\
openapi: 3.0.3
info: {title: Orchard, version: "1.0"}
servers: [{url: https://orchard.example}]
security: [{key: []}]
paths:
  /trees:
    post:
      operationId: trees/plant
      tags: [trees]
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Tree"}
      responses:
        "200":
          description: The tree, as it was planted.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Planted"}
  /baskets:
    get:
      operationId: baskets/list
      tags: [baskets]
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
      responses:
        "200":
          description: The baskets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Basket"}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Kind: {type: string, enum: [APPLE, PEAR, PLUM]}
    Tree:
      type: object
      required: [kind]
      properties:
        kind: {$ref: "#/components/schemas/Kind"}
        age: {type: integer, maximum: 500}
        note: {type: string, nullable: true}
    Planted:
      type: object
      properties:
        id: {type: string}
        tree: {$ref: "#/components/schemas/Tree"}
    Basket:
      type: object
      properties:
        weight: {type: number}
"""
CONFIG = """\
[project]
name = "maker"

[tool.speclock.clients.orchard]
spec = "orchard.yaml"
client = "Orchard"
"""

CALL = """\
from {name} import Orchard
from {name}.models import Kind, Tree
from {name}.testing import Fake

fake = Fake()
with Orchard("token", transport=fake) as orchard:
    planted = orchard.trees.plant(Tree(kind=Kind.APPLE, age=3))
print(type(planted).__module__, fake.trees_plant.calls[0].body.age)
"""


@dataclass(frozen=True, slots=True)
class Maker:
    """The project that the client is generated in."""

    root: Path

    @property
    def package(self) -> Path:
        """The generated package."""
        return self.root / "generated" / "orchard"

    def run(self, *arguments: str | Path) -> Outcome:
        """The command line, from the project's folder."""
        return speclock(self.root, *map(str, arguments))

    def does(self, *arguments: str | Path) -> Outcome:
        """As :meth:`run`; it must succeed."""
        found = self.run(*arguments)
        assert found.code == 0, found.out + found.err
        return found

    def describe(self, *changes: tuple[str, str]) -> None:
        """Change the description, each old text being there once, and generate."""
        spec = self.root / "orchard.yaml"
        text = spec.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        spec.write_text(text, encoding="utf-8", newline="\n")
        self.does("generate")


def make(root: Path) -> Maker:
    """A project with its client generated."""
    root.mkdir(parents=True)
    (root / "orchard.yaml").write_text(SPEC, encoding="utf-8", newline="\n")
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    (root / "LICENSE").write_text("Use it well.\n", encoding="utf-8")
    made = Maker(root)
    made.does("generate")
    return made


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, caches left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and ".pytest_cache" not in path.parts
    }


def manifest(package: Path) -> dict[str, Any]:
    """What a package records."""
    data: dict[str, Any] = json.loads((package / "speclock.json").read_text(encoding="utf-8"))
    return data


def python(folder: Path, *arguments: str, path: str = "") -> str:
    """What Python prints, run from a stranger's folder that knows nothing of this project."""
    environment = {n: v for n, v in os.environ.items() if n not in ("PYTHONPATH", "PYTEST_ADDOPTS")}
    if path:
        environment["PYTHONPATH"] = path
    found = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout
