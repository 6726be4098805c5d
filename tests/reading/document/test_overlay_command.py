"""Overlays through the command: faults, and what is recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.support.command import Outcome, speclock
from tests.support.overlays import OWN, overlay_of
from tests.support.project import Project, make_project, manifest

SPEC = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /pets:
    get:
      operationId: pets/list
      tags: [pets]
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
  /plants:
    get: {operationId: plants/list, tags: [plants], responses: {"204": {description: None.}}}
components:
  schemas:
    Pet:
      type: object
      properties:
        name: {type: string}
"""

HEAD = 'overlay: 1.1.0\ninfo: {title: Fix, version: "1"}\nactions:\n'

RENAME = (
    HEAD
    + "  - target: $.components.schemas.Pet\n    update: {properties: {nick: {type: string}}}\n"
)


def run(folder: Path, overlay: str, *arguments: str, command: str = "generate") -> Outcome:
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    (folder / "fix.yaml").write_text(overlay, encoding="utf-8")
    return speclock(
        folder, command, "--spec", "spec.yaml", "--package", "shop", "--output", "out",
        "--overlay", "fix.yaml", *arguments, layout=False,
    )  # fmt: skip


REFUSED = {case["what"]: case for case in yaml.safe_load((OWN / "refused.yaml").read_text("utf-8"))}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_overlay(case: str, tmp_path: Path) -> None:
    found = run(tmp_path, REFUSED[case]["overlay"])
    assert found.code == 2
    lines = [line for line in found.err.splitlines() if line.startswith("fix.yaml:")]
    assert any(REFUSED[case]["says"] in line.replace("error: ", "") for line in lines), found.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("$.paths['/pest'].get", "Did you mean '/pets'?"),
        ("$.components.schemas.Pet.propertys.name", "Did you mean 'properties'?"),
        ("$.tags[0]", "'$' exists, but not the rest of the path. Correct"),
        ("$..[?@.operationId == 'pets']", "allow it with --allow-unmatched"),
    ],
)
def test_a_near_miss_is_shown(target: str, says: str, tmp_path: Path) -> None:
    found = run(tmp_path, f'{HEAD}  - target: "{target}"\n    remove: true\n')
    assert found.code == 2
    assert says in found.err


def test_what_is_allowed_to_match_nothing_is_a_warning(tmp_path: Path) -> None:
    found = run(tmp_path, f"{RENAME}  - {{target: $.tags, remove: true}}\n", "--allow-unmatched")
    assert found.code == 0
    assert "fix.yaml:6:6: warning: '$.tags' matches nothing in spec.yaml" in found.err
    assert "nick" in (tmp_path / "out/shop/models.py").read_text("utf-8")

    shop = project(tmp_path, allow_unmatched=True)
    shop.write("spec/one.yaml", HEAD + "  - {target: $.x, remove: true}\n")
    shop.generate()
    (tmp_path / "spec/two.yaml").unlink()
    assert shop.refuses("generate").startswith("spec/two.yaml: error: cannot be read: No such file")


def test_every_fault_is_reported_in_one_run(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - {target: $.x, remove: true}\n  - {target: $.info, update: []}\n"
        "  - {target: $.y, remove: true}\n",
    )
    assert [line.split(": ")[0] for line in found.err.splitlines() if line[:4] == "fix."] == [
        "fix.yaml:4:6", "fix.yaml:5:22", "fix.yaml:6:6",
    ]  # fmt: skip


def test_a_fault_that_an_overlay_brings_stands_in_the_overlay(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - target: $.components.schemas.Pet.properties\n    update:\n"
        "      age: {type: intager}\n      owner:\n        $ref: '#/components/schemas/Owner'\n",
        "--strict",
    )
    assert found.code == 2
    lines = [line for line in found.err.splitlines() if "error:" in line]
    assert [line.split(": ")[0] for line in lines] == ["fix.yaml:6:13", "fix.yaml:8:9"]
    assert "(#/components/schemas/Pet/properties/age/type)" in lines[0]


def test_an_operation_that_an_overlay_breaks_is_left_out(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        HEAD + "  - target: $.components.schemas.Pet.properties\n    update:\n"
        "      age: {$ref: 'https://elsewhere.example/age.yaml'}\n",
    )
    assert found.code == 0, found.err
    manifest = json.loads((tmp_path / "out/shop/speclock.json").read_text("utf-8"))
    assert [op["operation_id"] for op in manifest["operations"]] == ["plants/list"]
    (left,) = manifest["left_out"]
    assert (left["file"], left["line"]) == ("fix.yaml", 6)


def test_a_json_description_is_located_after_a_removal(tmp_path: Path) -> None:
    """The second server moves up, and its fault is still said at its own line."""
    spec = yaml.safe_load(SPEC)
    spec["servers"] = [{"url": "https://old.example"}, {"url": 7}]
    text = json.dumps(spec, indent=1)
    (tmp_path / "spec.json").write_text(text, encoding="utf-8")
    (tmp_path / "fix.json").write_text(
        json.dumps(overlay_of([{"target": "$.servers[0]", "remove": True}])), encoding="utf-8"
    )
    found = speclock(
        tmp_path, "generate", "--spec", "spec.json", "--package", "shop", "--output", "out",
        "--overlay", "fix.json", layout=False,
    )  # fmt: skip
    line = text[: text.index('"url": 7')].count("\n") + 1
    assert f"spec.json:{line}:4: warning:" in found.err
    assert "(#/servers/0/url)" in found.err


def test_an_anchor_that_an_overlay_brings_is_found(tmp_path: Path) -> None:
    overlay = (
        HEAD + "  - {target: $.openapi, update: 3.1.0}\n"
        "  - target: $.components.schemas\n    update:\n"
        "      Owner: {$anchor: owner, type: object, properties: {name: {type: string}}}\n"
        "  - target: $.components.schemas.Pet.properties\n"
        "    update: {owner: {$ref: '#owner'}}\n"
    )
    found = run(tmp_path, overlay)
    assert found.code == 0, found.err
    assert "owner: Opt[Owner]" in (tmp_path / "out/shop/models.py").read_text("utf-8")


def project(folder: Path, **keys: object) -> Project:
    made = make_project(folder, SPEC, "shop", overlays=["spec/one.yaml", "spec/two.yaml"], **keys)
    made.write("spec/one.yaml", RENAME)
    made.write("spec/two.yaml", RENAME.replace("nick", "pet_name"))
    return made


def test_overlays_of_the_configuration_are_recorded_and_checked(tmp_path: Path) -> None:
    shop = project(tmp_path)
    shop.generate()
    models = shop.read("generated/shop/models.py")
    assert models.index("nick") < models.index("pet_name")
    recorded = manifest(shop.package)["spec"]["overlays"]
    assert [overlay["file"] for overlay in recorded] == ["one.yaml", "two.yaml"]
    assert all(len(overlay["sha256"]) == 64 for overlay in recorded)
    assert "by recorded hashes" in speclock(tmp_path / "spec", "check").out

    order = '"spec/one.yaml", "spec/two.yaml"', '"spec/two.yaml", "spec/one.yaml"'
    shop.replace(*order, "pyproject.toml")
    shop.run("check", code=1)
    shop.replace(*order[::-1], "pyproject.toml")

    shop.write("spec/one.yaml", RENAME.replace("\n", "\r\n"))
    assert "by recorded hashes" in shop.run("check").out
    shop.write("spec/one.yaml", RENAME.replace("nick", "nicks"))
    assert "nicks" in shop.run("check", code=1).err


def test_an_overlay_of_the_command_line_is_found_from_where_the_user_stands(tmp_path: Path) -> None:
    shop = project(tmp_path)
    shop.write("spec/three.yaml", RENAME.replace("nick", "third"))
    speclock(tmp_path / "spec", "generate", "--overlay", "three.yaml", layout=False)
    models = shop.read("generated/shop/models.py")
    assert "third" in models
    assert "nick" not in models
