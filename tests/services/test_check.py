"""``generate`` and ``check`` on a project: what is noticed, what is written, what is left alone."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.support.checked_project import SPEC, Project, both_modes, names
from tests.support.command_line import Outcome, speclock

pytestmark = pytest.mark.slow


@both_modes
def test_equal(mode: list[str], project: Project) -> None:
    found = project.run(*mode)
    assert found == Outcome(0, found.out, "")
    assert re.fullmatch(r"orchard: up to date \(.*\)\.\n", found.out)


def test_equal_is_trusted_or_regenerated(project: Project) -> None:
    assert "recorded hashes" in project.run("check").out
    assert "regenerated" in project.run("check", "--full").out
    assert project.run("check", "--quiet") == Outcome(0, "", "")


def test_generate_again_changes_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.output.rglob("*")}
    assert "already up to date" in project.generate().out
    assert {path: path.stat().st_mtime_ns for path in project.output.rglob("*")} == before


@both_modes
def test_line_ends_of_a_checkout_do_not_matter(mode: list[str], project: Project) -> None:
    for path in [project.spec, *project.output.rglob("*")]:
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert project.run(*mode).code == 0
    assert "already up to date" in project.generate().out


@both_modes
def test_caches_do_not_matter(mode: list[str], project: Project) -> None:
    for folder in (project.package / "__pycache__", project.tests / "__pycache__"):
        folder.mkdir()
        (folder / "x.cpython-311.pyc").write_bytes(b"x")
    assert project.run(*mode).code == 0


@both_modes
def test_works_from_a_folder_below(mode: list[str], project: Project) -> None:
    assert speclock(project.package, *mode).code == 0


@both_modes
def test_without_a_configuration(mode: list[str], project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    arguments = ("--spec", "spec/orchard.yaml", "--package", "trees", "--output", "out",
                 "--operation", "trees/list", "--operation", "GET /baskets")  # fmt: skip
    project.generate(*arguments)
    assert project.run(*mode, *arguments).code == 0
    (project.root / "out" / "trees" / "models.py").unlink()
    found = project.run(*mode, *arguments)
    assert found.code == 1
    (fix,) = re.findall(r"To fix: (?:speclock|python -m \w+) (.*)\n", found.err)
    words = re.findall(r"'[^']*'|\S+", fix)
    assert project.run(*(word.strip("'") for word in words)).code == 0
    assert project.run(*mode, *arguments).code == 0


@both_modes
def test_every_edit_is_noticed(mode: list[str], project: Project) -> None:
    """One character, in each generated file in turn."""
    for name, data in sorted(project.tree().items()):
        path = project.output / name
        place = len(data) // 2
        other = b"x" if data[place : place + 1] != b"x" else b"y"
        path.write_bytes(data[:place] + other + data[place + 1 :] if data else b"x")
        found = project.run(*mode)
        path.write_bytes(data)
        assert found.code == 1, name
        assert str(Path("generated") / name) in found.err, found.err
        assert "generate" in found.err.splitlines()[-1]
    assert project.run(*mode).code == 0


@both_modes
@pytest.mark.parametrize("name", ["orchard/models.py", "tests/orchard/test_trees.py"])
def test_an_edit_is_shown(mode: list[str], name: str, project: Project) -> None:
    path = project.output / name
    path.write_bytes(path.read_bytes() + b"x = 1\n")
    found = project.run(*mode)
    assert names(found, name, "hand-edited", "To fix: python -m generator generate\n")
    assert "  -x = 1\n" in found.err


@both_modes
def test_every_deletion_is_noticed(mode: list[str], project: Project) -> None:
    for name, data in sorted(project.tree().items()):
        path = project.output / name
        path.unlink()
        found = project.run(*mode)
        path.write_bytes(data)
        assert names(found, name, "missing", "To fix: python -m generator generate\n"), found.err


@both_modes
@pytest.mark.parametrize(
    "name",
    [
        "orchard/extra.py",
        "tests/orchard/test_extra.py",
        "orchard/sub/extra.py",
        "orchard/notes.txt",
    ],
)
def test_a_stray_file_is_noticed(mode: list[str], name: str, project: Project) -> None:
    path = project.output / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x = 1\n", encoding="utf-8")
    found = project.run(*mode)
    shown = str(Path("generated") / name)
    assert names(found, name, "extra", f"rm {shown}\n"), found.err
    project.generate()
    assert path.read_text(encoding="utf-8") == "x = 1\n"  # never ours to remove


@both_modes
def test_a_deleted_package_is_noticed(mode: list[str], project: Project) -> None:
    shutil.rmtree(project.output)
    found = project.run(*mode)
    assert names(found, "orchard/models.py", "missing", "To fix: python -m generator generate\n")


@both_modes
def test_a_check_writes_nothing(mode: list[str], project: Project) -> None:
    (project.package / "models.py").write_text("x = 1\n", encoding="utf-8")
    (project.package / "errors.py").unlink()
    before = project.tree()
    assert project.run(*mode).code == 1
    assert project.tree() == before


@both_modes
def test_a_typo_in_the_description(mode: list[str], project: Project) -> None:
    line = project.replace("          type: integer", "          type: integr")
    before = project.tree()
    for command in (mode, ["generate"]):
        found = project.run(*command, "--strict")
        assert found.code == 2
        assert found.err.startswith(f"spec/orchard.yaml:{line}:11: error: 'integr' ")
        assert project.tree() == before


@both_modes
def test_a_change_of_the_description(mode: list[str], project: Project) -> None:
    project.replace("kind: {type: string}", "kind: {type: string, maxLength: 9}")
    assert names(project.run(*mode), "orchard/models.py", "changed", "To fix: ")
    project.generate()
    assert project.run(*mode).code == 0


@both_modes
def test_a_comment_in_the_description(mode: list[str], project: Project) -> None:
    """The recorded hash is another; what would be generated differs in the manifest alone."""
    project.spec.write_text(SPEC + "# a comment\n", encoding="utf-8", newline="\n")
    found = project.run(*mode)
    assert names(found, "orchard/speclock.json", "changed", "To fix: ")
    assert "models.py" not in found.err


@both_modes
def test_a_change_of_the_configuration(mode: list[str], project: Project) -> None:
    project.configure('request_id_header = "x-orchard-id"\n')
    assert names(project.run(*mode), "orchard/_options.py", "changed", "To fix: ")
    project.generate()
    assert project.run(*mode).code == 0


@both_modes
def test_a_change_of_a_second_file(mode: list[str], project: Project) -> None:
    project.replace('{$ref: "#/components/schemas/Basket"}', "{$ref: parts.yaml#/Basket}")
    parts = project.spec.parent / "parts.yaml"
    parts.write_text("Basket: {type: object, properties: {a: {type: string}}}\n", encoding="utf-8")
    project.generate()
    assert project.run(*mode).code == 0
    parts.write_text("Basket: {type: object, properties: {b: {type: string}}}\n", encoding="utf-8")
    assert names(project.run(*mode), "orchard/models.py", "changed", "To fix: ")


@both_modes
def test_a_change_of_a_tool(
    mode: list[str], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.services import provenance

    monkeypatch.setattr(provenance, "TOOLS", (*provenance.TOOLS, "pydantic"))
    found = project.run(*mode)
    assert names(found, "orchard/speclock.json", "changed", "To fix: ")


def test_the_manifest(project: Project) -> None:
    manifest = json.loads((project.package / "speclock.json").read_text(encoding="utf-8"))
    assert manifest["spec"]["file"] == "orchard.yaml"
    assert manifest["spec"]["info.version"] == "1.0"
    assert manifest["spec"]["openapi"] == "3.0.3"
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["spec"]["sha256"])
    assert manifest["selection"] == []
    assert {"speclock", "datamodel-code-generator", "ruff"} <= set(manifest["tool"])
    assert manifest["operations"][0] == {
        "operation_id": "trees/list", "method": "GET", "path": "/trees", "call": "trees.list",
    }  # fmt: skip
    recorded = {f"orchard/{name}" for name in manifest["files"]}
    recorded |= {f"tests/orchard/{name}" for name in manifest["tests"]}
    assert recorded | {"orchard/speclock.json"} == set(project.tree())
