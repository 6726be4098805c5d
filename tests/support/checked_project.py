"""A project with a generated client, and the commands run in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Outcome, speclock

SPEC = """\
openapi: 3.0.3
info: {title: Orchard, version: "1.0"}
servers: [{url: https://orchard.example}]
paths:
  /trees:
    get:
      operationId: trees/list
      responses:
        "200":
          description: The trees.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Tree"}}
    post:
      operationId: trees/plant
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Tree"}
      responses: {"204": {description: Planted.}}
  /baskets:
    get:
      operationId: baskets/list
      responses:
        "200":
          description: The baskets.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Basket"}
components:
  schemas:
    Tree:
      type: object
      required: [kind]
      properties:
        kind: {type: string}
        age:
          type: integer
    Basket:
      type: object
      properties:
        weight: {type: number}
"""

CONFIG = """\
[tool.speclock]
output = "generated"

[tool.speclock.clients.orchard]
spec = "spec/orchard.yaml"
client = "Orchard"
"""

MODES: list[list[str]] = [["check"], ["check", "--full"]]

both_modes = pytest.mark.parametrize("mode", MODES, ids=["hashes", "full"])


class Project:
    """A folder with a configuration, a description and what was generated from it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = root / "spec" / "orchard.yaml"
        self.output = root / "generated"
        self.package = self.output / "orchard"
        self.tests = self.output / "tests" / "orchard"

    def run(self, *arguments: str) -> Outcome:
        """The command line, from the project's folder."""
        return speclock(self.root, *arguments)

    def generate(self, *arguments: str) -> Outcome:
        """``generate``, which must succeed."""
        found = self.run("generate", *arguments)
        assert found.code == 0, found.err
        return found

    def replace(self, old: str, new: str, path: Path | None = None) -> int:
        """Replace a text that stands once in a file (the description); its line."""
        path = path or self.spec
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")
        return text[: text.index(old)].count("\n") + 1

    def configure(self, more: str) -> None:
        """Add lines to the configuration."""
        with (self.root / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(more)

    def tree(self) -> dict[str, bytes]:
        """Every generated file."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob("*")
            if path.is_file()
        }

    def calls(self) -> dict[str, str]:
        """Operation to call, as recorded."""
        manifest = json.loads((self.package / "speclock.json").read_text(encoding="utf-8"))
        return {op["operation_id"]: op["call"] for op in manifest["operations"]}


def names(found: Outcome, path: str, kind: str, fix: str) -> bool:
    """Whether a check names a file, says what became of it, and how to fix it."""
    shown = str(Path("generated") / path)
    return found.code == 1 and f"{kind}: {shown}\n" in found.err and fix in found.err
