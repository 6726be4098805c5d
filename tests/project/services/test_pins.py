"""Pins of names: the line that ``generate`` prints works as printed; others write it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.base.errors import UsageError
from generator.project.services.project.pyproject_edit import Changes, with_settings
from generator.project.services.project.resolve import load_settings
from tests.support.project import Project, make_project, manifest

pytestmark = pytest.mark.slow

OLD = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
paths:
  /kites:
    get:
      operationId: list
      responses:
        "200":
          description: One.
          content: {application/json: {schema: {$ref: "#/components/schemas/kite"}}}
"""
SCHEMAS = """\
components:
  schemas:
    kite: {type: object, properties: {colour: {type: string}}}
"""
MORE = """\
  /storms:
    get:
      operationId: list
      responses:
        "200":
          description: One.
          content: {application/json: {schema: {$ref: "#/components/schemas/Kite"}}}
  /winds:
    get: {operationId: list, responses: {"204": {description: None.}}}
"""
MORE_SCHEMAS = "    Kite: {type: object, properties: {size: {type: integer}}}\n"
NEW = OLD + MORE + SCHEMAS + MORE_SCHEMAS


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    return make_project(tmp_path, OLD + SCHEMAS, "kites")


def _said(project: Project, *words: str) -> str:
    outcome = project.does(*words)
    return outcome.out + outcome.err


def _calls(project: Project) -> dict[str, str]:
    operations = manifest(project.package)["operations"]
    return {f"{op['method']} {op['path']}": op["call"] for op in operations}


def _classes(project: Project) -> list[str]:
    return re.findall(r"^class (\w+)", project.read("generated/kites/models.py"), re.MULTILINE)


def _pins(project: Project) -> tuple[Mapping[str, str], Mapping[str, str]]:
    (client,) = load_settings(project.root / "pyproject.toml").clients
    return client.calls, client.names


PINS = ({"GET /kites": "list"}, {"kite": "Kite"})


def test_the_printed_lines_keep_the_old_names(project: Project) -> None:
    """The pin is for the operation that the generated client has under that name."""
    assert "collision" not in _said(project, "generate")
    assert (_calls(project), _classes(project)) == ({"GET /kites": "list"}, ["Kite"])
    head, kites, rest = NEW.partition("  /kites:")
    old, storms, new = rest.partition("  /storms:")
    new = new.partition("components:")[0]
    # The new ones come first.
    project.write("spec/kites.yaml", head + storms + new + kites + old + SCHEMAS + MORE_SCHEMAS)
    said = _said(project, "generate")
    assert 'list is get_kites now; to keep it: calls."GET /kites" = "list"' in said
    new_calls = {"GET /storms": "get_storms", "GET /winds": "get_winds"}
    assert _calls(project) == {"GET /kites": "get_kites", **new_calls}
    assert sorted(_classes(project)) == ["Kite", "KiteLower"]
    lines = re.findall(r"add this line to \[tool\.speclock\.clients\.kites\]: (.+)", said)
    assert lines == ['calls."GET /kites" = "list"', 'names."kite" = "Kite"']
    project.configure("\n".join(lines))
    assert "collision" not in _said(project, "generate")
    assert _calls(project) == {"GET /kites": "list", **new_calls}
    assert sorted(_classes(project)) == ["Kite", "KiteCapitalized"]


def test_init_writes_them(project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    project.write("spec/kites.yaml", NEW)
    said = project.does("init", "spec/kites.yaml").out
    assert _pins(project) == PINS
    assert (
        "spec/speclock.lock: its pins, so that no later command changes names that collide, or"
        in said
    )
    assert '\n  calls."GET /kites" = "list"\n  names."kite" = "Kite"\n' in said
    assert "calls" not in project.read("pyproject.toml")
    assert _calls(project)["GET /kites"] == "list"
    assert "collision" not in _said(project, "check")


def test_a_slice_has_the_names_of_the_whole(project: Project) -> None:
    """The other operations of the description decide, as long as it is whole."""
    (project.root / "pyproject.toml").unlink()
    project.write("up.yaml", NEW)
    project.spec.unlink()
    project.does("init", "up.yaml", "--operation", "GET /kites", "--package", "kites")
    assert _pins(project) == ({"GET /kites": "get_kites"}, {"kite": "KiteLower"})
    project.does("add", "GET /storms", "--yes")
    assert _calls(project) == {"GET /kites": "get_kites", "GET /storms": "get_storms"}
    assert sorted(_classes(project)) == ["Kite", "KiteLower"]
    project.does("remove", "GET /storms", "--yes")
    assert _calls(project) == {"GET /kites": "get_kites"}
    assert _classes(project) == ["KiteLower"]


def test_slice_prints_them(project: Project) -> None:
    project.write("up.yaml", NEW)
    said = project.run("slice", "up.yaml", "--operation", "GET /kites", "-o", "cut.yaml").err
    assert 'calls."GET /kites" = "get_kites"' in said
    assert 'names."kite" = "KiteLower"' in said


def test_an_update_writes_them(project: Project) -> None:
    project.configure('upstream = "up.yaml"\noperations = ["*"]\n')
    project.spec.unlink()
    project.write("up.yaml", OLD + SCHEMAS)
    project.does("update", "--yes")
    before = project.read("pyproject.toml")
    project.write("up.yaml", NEW)
    said = project.run("update", "--dry-run").out
    assert "GET /kites keeps its name list" in said and "kite keeps its name Kite" in said
    project.does("update", "--yes")
    assert project.read("pyproject.toml") == before, "what a person typed stays as it is"
    assert _pins(project) == PINS
    assert "collision" not in _said(project, "generate")
    assert "keeps" not in _said(project, "update")


@pytest.mark.parametrize(
    "table",
    [
        "[tool.speclock.clients.kites]\nspec = 'a'\n",
        "[tool.speclock.clients.kites]  # mine\r\nspec = 'a'\r\ncalls.x = 'y'\r\n",
        "[tool.speclock.clients.kites]\nspec = 'a'\ncalls = { x = 'y' }\n",
        "[tool.speclock.clients.kites]\nspec = 'a'\ncalls = {}\n",
        "[tool.speclock.clients.kites]\nspec = 'a'\n[tool.speclock.clients.kites.calls]\nx = 'y'\n",
        "[tool.speclock.clients]\nkites.spec = 'a'\nkites.calls = { x = 'y' }\nkites.names = {}\n",
        """[tool.speclock.clients.other]\nspec = 'a'\ncalls = { x = 'y' }
[tool.speclock.clients.'kites']\nspec = 'a'\ncalls = { x = 'y' }\n""",
    ],
)
def test_a_pin_joins_the_settings_in_their_own_style(table: str) -> None:
    changes = {"calls": {"GET /a": "list", "GET /b": "all"}, "names": {"a.b": "C"}}
    found = with_settings(table.encode(), "kites", changes, "pyproject.toml").decode()
    clients = tomllib.loads(found)["tool"]["speclock"]["clients"]
    old = tomllib.loads(table)["tool"]["speclock"]["clients"]["kites"].get("calls", {})
    assert clients["kites"]["calls"] == {**old, **changes["calls"]}
    assert clients["kites"]["names"] == changes["names"]
    assert set(table.splitlines()) - set(found.splitlines()) <= {
        line for line in table.splitlines() if " = {" in line
    }


IN_PIECES = """\
[tool.speclock.clients.kites.names]
a = "A"
[tool.other]
[tool.speclock.clients.kites]
spec = "a"
operations = ["e"]
[tool.speclock.clients.kites.calls]
x = "y"
z = "z"
"""
"""A client whose tables are apart, with another one between them."""


def test_settings_that_cannot_be_changed_are_told_as_they_have_to_be() -> None:
    changes: Changes = {"names": {"a": ""}, "calls": {"x": "", "b": "c"}, "operations": ["d", "e"]}
    with pytest.raises(UsageError) as caught:
        with_settings(IN_PIECES.encode(), "kites", changes, "pyproject.toml")
    _, *lines = str(caught.value).splitlines()
    assert lines == [
        "  remove names",
        '  calls = { "z" = "z", "b" = "c" }',
        '  operations = ["d", "e"]',
    ]
