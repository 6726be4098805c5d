"""The project that the tests of ``speclock drift`` as a command run in."""

from __future__ import annotations

import json
from typing import Any

from tests.support.project import Project

SPEC = """\
openapi: 3.1.0
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
components:
  schemas:
    Tree:
      type: object
      required: [kind]
      properties:
        kind: {type: string, enum: [apple, pear, plum]}
        age: {type: integer}
"""
GONE = SPEC.replace("[apple, pear, plum]", "[apple, plum]")
"""A value less: breaking to send."""
MORE = SPEC.replace("plum]", "plum, quince]")
"""A value more: a risk to read."""
NEW = SPEC.replace("        age:", "        height: {type: number}\n        age:")
"""A member more: safe."""
FORMAT = SPEC.replace("{type: integer}", "{type: integer, deprecated: true}")
PROSE = SPEC.replace("The trees.", "All trees.")
RENAMED = SPEC.replace("trees/plant", "trees/put")
"""Another method in Python, nothing on the wire."""


def drift_json(project: Project, *arguments: str) -> Any:
    return json.loads(project.run("drift", "--format", "json", *arguments).out)


def fingerprint_of(project: Project) -> str:
    (change,) = drift_json(project)["changes"]
    return str(change["fingerprint"])


def write_allow_list(
    project: Project, *entries: str, name: str = "spec/orchard.allowed.toml"
) -> None:
    project.write(name, "# What we live with.\n\n" + "\n".join(entries))


def allow_entry(fingerprint: str, expires: str = "2999-01-01") -> str:
    return (
        f'[[allowed]]\nfingerprint = "{fingerprint}"\nchange = "pears"\n'
        f'reason = "we send none"\nowner = "Mo"\nexpires = {expires}\n'
    )
