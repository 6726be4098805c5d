"""Pins of names: the line that ``generate`` prints works as printed; others write it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from generator.config import load
from generator.services.pins import Pins
from generator.services.pyproject_edit import with_settings
from tests.support.command import speclock, without_layout

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
SETTINGS = '[tool.speclock.clients.kites]\nspec = "spec/kites.yaml"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "kites.yaml").write_text(OLD + SCHEMAS, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def _run(folder: Path, *arguments: str) -> str:
    with without_layout():
        outcome = speclock(folder, *arguments)
    assert outcome.code == 0, outcome.err
    return outcome.out + outcome.err


def _calls(folder: Path) -> dict[str, str]:
    manifest = json.loads((folder / "generated/kites/speclock.json").read_text(encoding="utf-8"))
    return {f"{op['method']} {op['path']}": op["call"] for op in manifest["operations"]}


def _classes(folder: Path) -> list[str]:
    models = (folder / "generated/kites/models.py").read_text(encoding="utf-8")
    return re.findall(r"^class (\w+)", models, re.MULTILINE)


def test_the_printed_lines_keep_the_old_names(folder: Path) -> None:
    """The pin is for the operation that the generated client has under that name."""
    assert "collision" not in _run(folder, "generate")
    assert (_calls(folder), _classes(folder)) == ({"GET /kites": "list"}, ["Kite"])
    spec = folder / "spec" / "kites.yaml"
    others = [*NEW.partition("  /kites:")]
    moved = others[2].partition("  /storms:")
    spec.write_text(  # the new ones come first
        others[0] + "  /storms:" + moved[2].partition("components:")[0] + "  /kites:" + moved[0]
        + SCHEMAS + MORE_SCHEMAS,
        encoding="utf-8",
    )  # fmt: skip
    said = _run(folder, "generate")
    assert _calls(folder) == {
        "GET /kites": "get_kites", "GET /storms": "get_storms", "GET /winds": "get_winds",
    }  # fmt: skip
    assert sorted(_classes(folder)) == ["Kite", "KiteLower"]
    lines = re.findall(r"add this line to \[tool\.speclock\.clients\.kites\]: (.+)", said)
    assert lines == ['calls."GET /kites" = "list"', 'names."kite" = "Kite"']
    settings = folder / "pyproject.toml"
    settings.write_text(SETTINGS + "\n".join(lines), encoding="utf-8")
    assert "collision" not in _run(folder, "generate")
    assert _calls(folder) == {
        "GET /kites": "list", "GET /storms": "get_storms", "GET /winds": "get_winds",
    }  # fmt: skip
    assert sorted(_classes(folder)) == ["Kite", "KiteCapitalized"]


def test_init_writes_them(folder: Path) -> None:
    (folder / "pyproject.toml").unlink()
    (folder / "spec" / "kites.yaml").write_text(NEW, encoding="utf-8")
    _run(folder, "init", "spec/kites.yaml")
    (client,) = load(folder / "pyproject.toml").clients
    assert (client.calls, client.names) == ({"GET /kites": "list"}, {"kite": "Kite"})
    assert _calls(folder)["GET /kites"] == "list"
    assert "collision" not in _run(folder, "check")


def test_an_update_writes_them(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        SETTINGS + 'upstream = "up.yaml"\noperations = ["*"]\n', encoding="utf-8"
    )
    (folder / "spec" / "kites.yaml").unlink()
    upstream = folder / "up.yaml"
    upstream.write_text(OLD + SCHEMAS, encoding="utf-8")
    _run(folder, "update", "--yes")
    before = (folder / "pyproject.toml").read_bytes()
    upstream.write_text(NEW, encoding="utf-8")
    with without_layout():
        said = speclock(folder, "update", "--dry-run").out
    assert "GET /kites keeps its name list" in said and "kite keeps its name Kite" in said
    assert (folder / "pyproject.toml").read_bytes() == before
    _run(folder, "update", "--yes")
    (client,) = load(folder / "pyproject.toml").clients
    assert (client.calls, client.names) == ({"GET /kites": "list"}, {"kite": "Kite"})
    assert "collision" not in _run(folder, "generate")
    assert "keeps" not in _run(folder, "update")


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
    pins = Pins("kites", {"GET /a": "list", "GET /b": "all"}, {"a.b": "C"})
    changes = {"calls": pins.calls, "names": pins.names}
    found = with_settings(table.encode(), "kites", changes, "pyproject.toml").decode()
    clients = tomllib.loads(found)["tool"]["speclock"]["clients"]
    old = tomllib.loads(table)["tool"]["speclock"]["clients"]["kites"].get("calls", {})
    assert clients["kites"]["calls"] == {**old, **pins.calls}
    assert clients["kites"]["names"] == pins.names
    assert set(table.splitlines()) - set(found.splitlines()) <= {
        line for line in table.splitlines() if " = {" in line
    }
