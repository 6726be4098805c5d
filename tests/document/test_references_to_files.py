"""References to files outside of the description's folder."""

from __future__ import annotations

from pathlib import Path

from tests.support.command import speclock

SPEC = """\
openapi: 3.1.0
info: {title: Quarry, version: "1"}
servers: [{url: "https://quarry.example"}]
paths:
  /stones:
    get:
      operationId: list_stones
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "../common/stone.yaml#/Stone"}}}
"""
STONE = "Stone: {type: object, properties: {weight: {type: integer}}}\n"
SETTINGS = """\
[tool.speclock]
output = "out"
[tool.speclock.clients.quarry]
spec = "spec/api/quarry.yaml"
"""


def write(folder: Path, settings: str = SETTINGS) -> None:
    for name, text in (
        ("spec/api/quarry.yaml", SPEC),
        ("spec/common/stone.yaml", STONE),
        ("pyproject.toml", settings),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def test_outside_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path)
    outcome = speclock(tmp_path, "generate")
    assert outcome.code == 2
    assert "spec/api/quarry.yaml:11:" in outcome.err
    assert "[ref-outside]" in outcome.err
    assert "Set `root` of the client" in outcome.err


def test_within_the_root(tmp_path: Path) -> None:
    write(tmp_path, f'{SETTINGS}root = "spec"\n')
    outcome = speclock(tmp_path, "generate")
    assert outcome.code == 0, outcome.err
    assert "weight: int" in (tmp_path / "out/quarry/models.py").read_text("utf-8")
    assert '"common/stone.yaml"' in (tmp_path / "out/quarry/speclock.json").read_text("utf-8")
    assert "by recorded hashes" in speclock(tmp_path, "check").out
    stone = tmp_path / "spec/common/stone.yaml"
    stone.write_text(STONE.replace("weight", "mass"), encoding="utf-8")
    assert speclock(tmp_path, "check").code == 1


def test_outside_of_the_root(tmp_path: Path) -> None:
    write(tmp_path, f'{SETTINGS}root = "spec/api"\n')
    assert "[ref-outside]" in speclock(tmp_path, "generate").err


def test_without_settings(tmp_path: Path) -> None:
    write(tmp_path)
    outcome = speclock(
        tmp_path, "generate", "--spec", "spec/api/quarry.yaml", "--package", "quarry",
        "--output", "out", "--root", "spec",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
