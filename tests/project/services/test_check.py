"""``generate`` and ``check`` on a project: what is noticed, what is written, what is left alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.command import Outcome, python, speclock
from tests.support.project import Project, manifest, names, replace

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.slow

GENERATE = "-m generator generate\n"


def test_equal(mode: list[str], project: Project) -> None:
    by = "regenerated" if "--full" in mode else "by recorded hashes"
    assert project.run(*mode) == Outcome(
        0, f"orchard: up to date ({by}).\nruntime: speclock 0.2.0, unchanged, 29 files\n", ""
    )
    assert project.run(*mode, "--quiet") == Outcome(0, "", "")
    assert speclock(project.package, *mode, layout=False).code == 0


def test_a_check_by_hashes_loads_little(project: Project) -> None:
    """It runs at each commit, and reading the modules takes most of its time."""
    program = (
        "import sys; from generator.project.cli import main; main(['check'])\nprint(*sys.modules)"
    )
    first, runtime, modules = python(project.root, "-c", program, path=[ROOT]).out.splitlines()
    assert "by recorded hashes" in first and runtime.startswith("runtime: speclock ")
    names = modules.split()
    assert {"difflib", "jsonschema_rs", "pydantic_core", "shutil", "yaml"}.isdisjoint(names)
    ours = [name for name in names if name.partition(".")[0] == "generator"]
    houses = {name.split(".")[1] for name in ours if "." in name}
    assert houses == {"base", "codegen", "project"}
    assert not [name for name in ours if name.startswith("generator.codegen.apidiff")]
    assert len(ours) <= 32


def test_generate_again_changes_nothing(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in project.output.rglob("*")}
    assert "already up to date" in project.generate().out
    assert {path: path.stat().st_mtime_ns for path in project.output.rglob("*")} == before


def test_generate_of_what_is_recorded_loads_little(project: Project) -> None:
    program = (
        "import sys; from generator.project.cli import main; main(['generate'])\n"
        "print(*sys.modules)"
    )
    said, modules = python(project.root, "-c", program, path=[ROOT]).out.splitlines()
    assert re.fullmatch(r"orchard: 2 operations, \d+ files; already up to date\.", said)
    assert {"jinja2", "pydantic_core", "yaml"}.isdisjoint(modules.split())
    assert project.generate("--fresh").out == f"{said}\n"


def test_generate_tells_of_the_warnings_of_a_client_that_is_recorded(project: Project) -> None:
    replace(project.spec, ("maximum: 500}", "maximum: 500, not: {enum: [13]}}"))
    first = project.generate()
    assert "warning" in first.err
    again = project.generate()
    fresh = project.generate("--fresh")
    assert "already up to date. 1 warning as before; to list them: " in again.out
    assert again == fresh
    assert "warning" in project.generate("--verbose").err


def test_line_ends_and_caches_do_not_matter(mode: list[str], project: Project) -> None:
    for path in [project.spec, *project.output.rglob("*")]:
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for folder in (project.package / "__pycache__", project.tests / "__pycache__"):
        folder.mkdir()
        (folder / "x.cpython-311.pyc").write_bytes(b"x")
    project.does(*mode)
    assert "already up to date" in project.generate().out


def test_without_a_configuration(mode: list[str], project: Project) -> None:
    (project.root / "pyproject.toml").unlink()
    arguments = ("--spec", "spec/orchard.yaml", "--package", "trees", "--output", "out",
                 "--operation", "trees/plant", "--operation", "GET /baskets")  # fmt: skip
    project.generate(*arguments)
    project.does(*mode, *arguments)
    (project.root / "out" / "trees" / "models.py").unlink()
    found = project.run(*mode, *arguments, code=1)
    (fix,) = re.findall(r"To fix: \S+ -m \w+ (.*)\n", found.err)
    project.does(*(word.strip("'") for word in re.findall(r"'[^']*'|\S+", fix)))
    project.does(*mode, *arguments)


def test_every_edit_is_noticed(mode: list[str], project: Project) -> None:
    """One character of each generated file."""
    record = "orchard/speclock.json"
    before = project.files("generated")
    for name, data in before.items():
        place = len(data) // 2
        other = b"x" if data[place : place + 1] != b"x" else b"y"
        edited = data[:place] + other + data[place + 1 :] if data else b"x"
        if name != record:
            (project.output / name).write_bytes(edited)
    found = project.run(*mode)
    for name in before.keys() - {record}:
        assert names(found, name, "hand-edited", GENERATE), (name, found.err)
    assert "`generate` overwrites edits by hand. To keep one, write it as an overlay" in found.err
    assert "To undo the edits: " in found.err
    project.generate()
    data = before[record]
    place = data.rindex(b'": "') + 5  # its hashes of sources only tell what to make again
    (project.output / record).write_bytes(data[:place] + b"x" + data[place + 1 :])
    assert names(project.run(*mode), record, "changed", GENERATE)


def test_another_runtime_is_named(project: Project) -> None:
    """Templates of the project replace some of its modules."""
    own = project.root / "own/client/_runtime/retry.py"
    own.parent.mkdir(parents=True)
    own.write_bytes((ROOT / "templates/client/_runtime/retry.py").read_bytes() + b"\n# Ours.\n")
    project.configure('templates = "own"\n')
    project.generate()
    last = project.does("check").out.splitlines()[-1]
    assert last == "runtime: speclock 0.2.0, 1 of 29 files changed: retry.py"


def test_every_deletion_is_noticed(mode: list[str], project: Project) -> None:
    files = project.files("generated").keys()
    for name in files - {"orchard/speclock.json"}:
        (project.output / name).unlink()
    found = project.run(*mode)
    for name in files - {"orchard/speclock.json"}:
        assert names(found, name, "missing", GENERATE), (name, found.err)
    shutil.rmtree(project.output)
    found = project.run(*mode)
    assert all(names(found, name, "missing", GENERATE) for name in files), found.err


@pytest.mark.parametrize(
    "name",
    ["orchard/extra.py", "tests/orchard/test_extra.py", "orchard/sub/extra.py", "orchard/a.txt"],
)
def test_a_stray_file_is_noticed(mode: list[str], name: str, project: Project) -> None:
    text = "# Generated by speclock; left over.\n"
    path = project.write(f"generated/{name}", text)
    found = project.run(*mode)
    assert names(found, name, "not written by speclock", "client's folders.\n"), found.err
    project.generate()
    assert path.read_text(encoding="utf-8") == text  # never ours to remove


def test_a_check_writes_nothing(mode: list[str], project: Project) -> None:
    project.write("generated/orchard/models.py", "x = 1\n")
    (project.package / "errors.py").unlink()
    before = project.files()
    project.run(*mode, code=1)
    assert project.files() == before


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("", "maximum: 500", "maximum: 90", "models.py"),
        # The recorded hash is another, and nothing else.
        ("", "components:\n", "# a comment\ncomponents:\n", "speclock.json"),
        ("pyproject.toml", "client =", 'request_id_header = "x-id"\nclient =', "client.py"),
    ],
)
def test_a_change_of_a_source(
    file: str, old: str, new: str, changed: str, mode: list[str], project: Project
) -> None:
    project.replace(old, new, file)
    found = project.run(*mode)
    assert names(found, f"orchard/{changed}", "changed")
    assert ("generated/orchard/models.py\n" in found.err) == (changed == "models.py")
    assert not re.search("[0-9a-f]{64}", found.err)
    assert ("Only hashes of the description" in found.err) == (changed == "speclock.json")
    project.generate()
    project.does(*mode)


def test_a_change_of_a_second_file(mode: list[str], project: Project) -> None:
    project.replace('items: {$ref: "#/components/schemas/Basket"}', "items: {$ref: more.yaml#/B}")
    project.write("spec/more.yaml", "B: {type: object, properties: {a: {type: string}}}\n")
    project.generate()
    project.does(*mode)
    project.write("spec/more.yaml", "B: {type: object, properties: {b: {type: string}}}\n")
    assert names(project.run(*mode), "orchard/models.py", "changed")


def test_the_manifest(project: Project) -> None:
    data = manifest(project.package)
    assert re.fullmatch(r"[0-9a-f]{64}", data["spec"].pop("sha256"))
    assert data["spec"] == {"file": "orchard.yaml", "info.version": "1.0", "openapi": "3.0.3"}
    assert data["selection"] == []
    assert {"speclock", "datamodel-code-generator", "ruff"} <= set(data["tool"])
    assert {"operation_id": "trees/plant", "method": "POST", "path": "/trees",
            "call": "trees.plant"} in data["operations"]  # fmt: skip
    recorded = {f"orchard/{name}" for name in data["files"]}
    recorded |= {f"tests/orchard/{name}" for name in data["tests"]}
    assert recorded | {"orchard/speclock.json"} == project.files("generated").keys()
