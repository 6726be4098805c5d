"""Names of a client on disk that another version of speclock wrote, which ``generate`` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from generator.base.portable import sha256_of
from tests.support.project import Project, make_project

pytestmark = pytest.mark.slow

SPEC = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
security: [{key: []}]
paths:
  /kites:
    get:
      operationId: kites/list
      tags: [kites]
      parameters:
        - {name: page-size, in: query, schema: {type: integer}}
        - {name: order, in: query, schema: {$ref: "#/components/schemas/Order"}}
      responses:
        "200":
          description: One.
          content: {application/json: {schema: {$ref: "#/components/schemas/Kite"}}}
  /storms:
    get:
      operationId: storms/list
      tags: [storms]
      parameters:
        - {name: order, in: query, schema: {$ref: "#/components/schemas/Order"}}
      responses: {"204": {description: None.}}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Order: {type: string, enum: [up, down]}
    Kite: {type: object, properties: {colour-of-tail: {type: string}}}
"""
ENUMERATION = re.compile(r"class Order\(StrEnum\):\n(    .*\n)+")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    project = make_project(tmp_path, SPEC, "kites")
    project.does("generate")
    return project


def _rewrite(project: Project, path: str, *texts: tuple[str, str]) -> None:
    """Replace texts of a generated file, as if it had been written so."""
    file = project.root / "generated/kites" / path
    text = file.read_text(encoding="utf-8")
    for old, new in texts:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8", newline="\n")
    manifest = project.root / "generated/kites/speclock.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["files"][path] = sha256_of(text.encode())
    manifest.write_text(json.dumps(data, indent=2), encoding="utf-8", newline="\n")


def test_each_name_is_printed(project: Project) -> None:
    models = (project.root / "generated/kites/models.py").read_text(encoding="utf-8")
    found = ENUMERATION.search(models)
    assert found
    own = found[0]
    three = "\n\n".join(own.replace("Order", f"{name}Order") for name in ("Kites", "Storms"))
    _rewrite(project, "models.py", (own, three), ("colour_of_tail", "colour_of"))
    _rewrite(
        project, "resources/kites.py", ("page_size", "size"), ("Order", "KitesOrder"),
        ("def list", "def all"), ("KitesResource", "Kites"),
    )  # fmt: skip
    _rewrite(project, "resources/storms.py", ("Order", "StormsOrder"))
    _rewrite(project, "client.py", ("KitesResource", "Kites"), ("token", "secret"))

    outcome = project.does("generate", "--fresh")
    lines = [line.strip() for line in (outcome.out + outcome.err).splitlines() if " now; " in line]
    assert sorted(lines) == [
        "Kite.colour_of is Kite.colour_of_tail now; no setting keeps it",
        'Kites(secret=) is Kites(token=) now; to keep it: credentials."key" = "secret"',
        'KitesOrder is Order now; to keep it: names."Order" = "KitesOrder"',
        "StormsOrder is Order now; no setting keeps it",
        'kites.all is kites.list now; to keep it: calls."GET /kites" = "kites.all"',
        "kites.all(size=) is kites.list(page_size=) now; no setting keeps it",
        "resources.kites.AsyncKites is resources.kites.AsyncKitesResource now; no setting keeps it",
        "resources.kites.Kites is resources.kites.KitesResource now; no setting keeps it",
    ]


def test_nothing_is_printed_of_the_same_names(project: Project) -> None:
    _rewrite(project, "models.py", ("of Kites as", "of  Kites as"))
    outcome = project.does("generate", "--fresh")
    assert " now; " not in outcome.out + outcome.err
