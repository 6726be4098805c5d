"""Pins whose operation, schema or security scheme is gone: they stop no command."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.config import Client
from generator.project.services.project.resolve import load_settings
from tests.support.project import Project, make_project, manifest

pytestmark = pytest.mark.slow

HARBOUR = """\
openapi: 3.1.0
info: {title: Harbour, version: "1"}
servers: [{url: https://harbour.example}]
paths:
  /ships:
    get:
      operationId: ships
      tags: [dock]
      security: [{Pilot: []}]
      responses: {"200": {description: Ok, content: {application/json: {schema: {$ref: "#/components/schemas/ship"}}}}}
  /boats:
    get:
      operationId: Ships
      tags: [dock]
      security: [{Guest: []}]
      responses: {"200": {description: Ok, content: {application/json: {schema: {$ref: "#/components/schemas/Ship"}}}}}
  /cranes:
    get:
      operationId: cranes
      tags: [yard]
      security: [{Guest: []}]
      responses: {"200": {description: Ok, content: {application/json: {schema: &page {type: object, properties: {links: {type: object, properties: {next: {type: string}}}}}}}}}
  /sheds:
    get:
      operationId: sheds
      tags: [yard]
      security: [{Meter: []}]
      responses: {"200": {description: Ok, content: {application/json: {schema: {type: object, properties: {links: {type: object, properties: {next: {type: string}}}, sheds: {type: array, items: {type: string}}}}}}}}
  /tides:
    get:
      operationId: tides
      tags: [sea]
      security: [{Meter: []}]
      responses: {"204": {description: None}}
components:
  securitySchemes:
    Pilot: {type: http, scheme: bearer}
    Guest: {type: http, scheme: bearer}
    Meter: {type: apiKey, in: header, name: X-Meter}
  schemas:
    ship: {type: object, properties: {mast: {type: string}}}
    Ship: {type: object, properties: {oars: {type: integer}}}
"""  # noqa: E501

WITHOUT_SHIP = HARBOUR.replace(
    'content: {application/json: {schema: {$ref: "#/components/schemas/ship"}}}', "headers: {}"
)


@pytest.fixture
def harbour(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    project = Project(tmp_path, "harbour")
    project.write("up.yaml", HARBOUR)
    return project


def start(project: Project, *operations: str) -> None:
    named = [word for one in operations for word in ("--operation", one)]
    project.does("init", "up.yaml", *named, "--package", "harbour", "--no-ci")


def settings(project: Project) -> Client:
    """Return the settings with the pins of the lock; commands write none into pyproject.toml."""
    (client,) = load_settings(project.root / "pyproject.toml").clients
    return client


def changes(project: Project, *words: str) -> str:
    """Run a command that writes, which leaves nothing to report; return what it printed."""
    done = project.does(*words, "--yes")
    assert "stray-pin" not in done.err
    assert "stray-pin" not in project.does("generate").err
    return done.out


def test_a_pin_of_a_credential_goes_with_its_scheme(harbour: Project) -> None:
    start(harbour, "ships", "cranes")
    harbour.does("remove", "ships", "--yes")
    assert settings(harbour).credentials == {"Guest": "guest_token"}
    harbour.does("add", "tides", "--yes")
    assert "Guest" in changes(harbour, "remove", "cranes")
    assert settings(harbour).credentials == {}
    for file in ("pyproject.toml", "spec/speclock.lock"):
        assert "credentials" not in harbour.read(file)


def test_a_pin_of_a_class_goes_with_the_last_operation_that_has_it(harbour: Project) -> None:
    start(harbour, "cranes", "sheds")
    harbour.does("remove", "cranes", "--yes")
    assert settings(harbour).names == {"sheds.response.links": "YardResponseLinks"}
    harbour.does("add", "tides", "--yes")
    changes(harbour, "remove", "sheds")
    assert settings(harbour).names == {}


def test_a_pin_of_a_class_goes_where_its_schema_has_another_key(harbour: Project) -> None:
    start(harbour, "cranes", "sheds")
    harbour.does("remove", "cranes", "--yes")
    changes(harbour, "add", "cranes")
    assert settings(harbour).names == {}
    assert "class YardResponseLinks" in harbour.read("generated/harbour/resources/yard.py") + (
        harbour.read("generated/harbour/models.py")
    )


def test_pins_of_declared_schemas_and_calls_go_with_upstreams(harbour: Project) -> None:
    start(harbour, "GET /ships", "tides")
    pinned = settings(harbour)
    assert (pinned.calls, pinned.names) == ({"GET /ships": "dock.get_ships"}, {"ship": "ShipLower"})
    harbour.write("up.yaml", HARBOUR.replace('schemas/ship"', 'schemas/Ship"'))
    changes(harbour, "update")
    assert settings(harbour).names == {"Ship": "ShipLower"}, "the class keeps its name"
    harbour.write("up.yaml", WITHOUT_SHIP)
    changes(harbour, "update")
    assert settings(harbour).names == {}
    assert settings(harbour).calls == {"GET /ships": "dock.get_ships"}


def test_the_pin_of_a_renamed_scheme_follows(harbour: Project) -> None:
    start(harbour, "ships", "cranes")
    harbour.does("remove", "ships", "--yes")
    harbour.write("up.yaml", HARBOUR.replace("Guest", "Visitor"))
    changes(harbour, "update")
    assert settings(harbour).credentials == {"Visitor": "guest_token"}


BY_HAND = """\
[tool.speclock.clients.harbour]
spec = "spec/harbour.yaml"
upstream = "up.yaml"
operations = ["sheds", "tides"]
"""
TYPED = """\
calls."GET /boats" = "fleet.sail"
names.Boat = "Vessel"
credentials.Guest = "badge"
credential_prefixes.Guest = "Badge "
accept.boats = "application/json"
"""


@pytest.mark.parametrize("command", ["generate", "update", "remove", "add"])
def test_a_name_that_somebody_made_up_is_reported_once_with_its_line(
    command: str, harbour: Project
) -> None:
    harbour.write("pyproject.toml", BY_HAND + TYPED)
    harbour.does("update", "--yes")
    before, lines = settings(harbour), harbour.read("pyproject.toml").splitlines()
    words = {"update": ["update"], "remove": ["remove", "tides"], "add": ["add", "GET /ships"]}
    if command == "update":
        harbour.write("up.yaml", HARBOUR.replace("items: {type: string}", "items: {type: integer}"))
    done = harbour.does(
        *(["generate", "-v"] if command == "generate" else [*words[command], "--yes"])
    )
    assert done.err.count("[stray-pin]") == 5
    for line in TYPED.splitlines():
        number = lines.index(line) + 1
        key = line.partition(" = ")[0].partition(".")[2].strip('"')
        assert f"pyproject.toml:{number}:1: warning: the entry {key!r} of " in done.err, line
    after = settings(harbour)
    for table in ("credentials", "credential_prefixes", "accept"):
        assert getattr(before, table).items() <= getattr(after, table).items(), table
    assert after.names["Boat"] == "Vessel"
    assert after.calls["GET /boats"] == "fleet.sail"


def test_a_made_up_name_stays_where_upstream_drops_its_schema(harbour: Project) -> None:
    start(harbour, "ships", "tides")
    assert settings(harbour).names == {"ship": "ShipLower"}
    harbour.configure('names.ship = "Vessel"\n')
    harbour.does("generate")
    harbour.write("up.yaml", WITHOUT_SHIP)
    said = harbour.does("update", "--yes").err
    assert "the entry 'ship' of `names` has no effect" in said
    assert settings(harbour).names == {"ship": "Vessel"}
    assert "def get_ships" in harbour.read("generated/harbour/resources/dock.py")


def test_no_two_pins_that_are_written_have_one_name(harbour: Project) -> None:
    """A name that a pin has already isn't kept for another schema, too."""
    start(harbour, "ships", "tides")
    harbour.configure('names.ship = "Ship"\n')
    harbour.does("generate")
    harbour.does("add", "Ships", "--yes")
    operations = manifest(harbour.package)["operations"]
    assert len(operations) == 3
    assert settings(harbour).names["ship"] == "Ship"


def test_a_typo_is_reported_where_it_is(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    project.configure('names = {Tre = "Plant"}\ncalls = {"trees/lst" = "forest.all"}\n')
    said = project.generate().err
    assert "pyproject.toml:4:1: warning: the entry 'Tre' of `names` has no effect: " in said
    assert "Did you mean 'Tree'?" in said and "'trees/lst' of `calls`" in said
    assert "class Tree(" in project.read("generated/orchard/models.py")
