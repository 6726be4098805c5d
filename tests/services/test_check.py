"""``generate`` and ``check`` on a project: what is noticed, what is written, what is left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command_line import Outcome, speclock

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


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, generated once."""
    root = tmp_path_factory.mktemp("project")
    (root / "spec").mkdir()
    (root / "spec" / "orchard.yaml").write_text(SPEC, encoding="utf-8", newline="\n")
    (root / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    found = speclock(root, "generate")
    assert found.code == 0, found.err
    return root


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Project:
    """A copy of that project, to spoil."""
    return Project(Path(shutil.copytree(template, tmp_path / "project")))


# ── equal ────────────────────────────────────────────────────────────────────────────────────────


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


# ── edited, deleted, added ───────────────────────────────────────────────────────────────────────

FILES = sorted(
    {"orchard/__init__.py", "orchard/models.py", "orchard/_client.py", "orchard/_operation.py",
     "orchard/errors.py", "orchard/speclock.json", "tests/orchard/conftest.py",
     "tests/orchard/test_requests.py", "tests/orchard/cases.json", "tests/orchard/openapi.json"}
)  # fmt: skip


def names(found: Outcome, path: str, kind: str, fix: str) -> bool:
    """Whether a check names a file, says what became of it, and how to fix it."""
    shown = str(Path("generated") / path)
    return found.code == 1 and f"{kind}: {shown}\n" in found.err and fix in found.err


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
@pytest.mark.parametrize("name", ["orchard/models.py", "tests/orchard/test_requests.py"])
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


# ── the description and the configuration move on ────────────────────────────────────────────────


@both_modes
def test_a_typo_in_the_description(mode: list[str], project: Project) -> None:
    line = project.replace("          type: integer", "          type: integr")
    before = project.tree()
    for command in (mode, ["generate"]):
        found = project.run(*command)
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


# ── what is written, removed and left alone ──────────────────────────────────────────────────────


def test_what_is_no_longer_wanted_is_removed(project: Project) -> None:
    """Files that an earlier run recorded, and folders that this leaves empty."""
    manifest = project.package / "speclock.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["files"]["old/_former.py"] = "0" * 64
    data["tests"]["test_former.py"] = "0" * 64
    manifest.write_text(json.dumps(data), encoding="utf-8")
    (project.package / "old").mkdir()
    former = project.package / "old" / "_former.py", project.tests / "test_former.py"
    for path in former:
        path.write_text("# Generated by speclock\n", encoding="utf-8")
    project.generate()
    assert not any(path.exists() for path in former)
    assert not (project.package / "old").exists()
    assert project.run("check", "--full").code == 0


def test_a_removed_operation_takes_its_code_along(project: Project) -> None:
    at = SPEC.index("  /baskets:")
    project.spec.write_text(SPEC[:at] + SPEC[SPEC.index("components:") :], encoding="utf-8")
    project.generate()
    assert all(b"asket" not in data for data in project.tree().values())
    assert project.calls() == {"trees/list": "trees.list", "trees/plant": "trees.plant"}
    assert project.run("check").code == 0


def test_a_module_that_is_no_longer_needed_is_removed(project: Project) -> None:
    """``_parameters.py`` is there for parameters that need it only."""
    project.replace(
        "operationId: baskets/list",
        "operationId: baskets/list\n"
        "      parameters: [{name: page, in: query, schema: {type: integer}}]",
    )
    project.generate()
    assert (project.package / "_parameters.py").is_file()
    project.spec.write_text(SPEC, encoding="utf-8")
    project.generate()
    assert not (project.package / "_parameters.py").exists()
    assert project.run("check", "--full").code == 0


def test_a_recorded_path_cannot_lead_outside(project: Project) -> None:
    """A manifest is a file like another: one that was tampered with deletes nothing elsewhere."""
    outside = project.root / "precious.py"
    outside.write_text("x = 1\n", encoding="utf-8")
    manifest = project.package / "speclock.json"
    data = json.loads(manifest.read_text(encoding="utf-8"))
    data["files"]["../../precious.py"] = "0" * 64
    manifest.write_text(json.dumps(data), encoding="utf-8")
    project.run("generate")
    assert outside.read_text(encoding="utf-8") == "x = 1\n"


def test_other_files_are_never_touched(project: Project) -> None:
    others = {
        project.package / "mine.py": "x = 1\n",
        project.tests / "test_mine.py": "# Generated by speclock; edits are lost.\n",
        project.output / "README.md": "Mine.\n",
        project.output / "tests" / "test_all.py": "x = 1\n",
    }
    for path, text in others.items():
        path.write_text(text, encoding="utf-8")
    project.replace("kind: {type: string}", "kind: {type: string, maxLength: 9}")
    project.generate()
    for path, text in others.items():
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "name",
    ["models.py", "errors.py", "py.typed", "_http.py/x", "../tests/orchard/cases.json"],
)
def test_a_foreign_file_in_the_way(name: str, project: Project) -> None:
    """Nothing that somebody else wrote is overwritten, and nothing else is written then."""
    shutil.rmtree(project.output)
    path = project.package / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (project.package).mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    before = project.tree()
    found = project.run("generate")
    assert found.code == 2, found.out
    assert path.parent.name in found.err
    assert "not written by speclock" in found.err
    assert project.tree() == before


def test_a_hand_edited_file_is_written_again(project: Project) -> None:
    path = project.package / "models.py"
    good = path.read_bytes()
    path.write_text("oh = 1\n", encoding="utf-8")
    project.generate()
    assert path.read_bytes() == good


def test_a_refused_description_leaves_the_old_tree_whole(project: Project) -> None:
    before = project.tree()
    project.spec.write_text("openapi: 3.0.3\n", encoding="utf-8")
    assert project.run("generate").code == 2
    assert project.tree() == before


@pytest.mark.parametrize("broken", ["os.replace", "os.rename", "Path.write_bytes", "Path.mkdir"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_failed_write_leaves_the_old_tree_whole(
    broken: str, after: int, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of the file system, at the first file, the second, or a later one; it passes."""
    owner, name = (os, broken[3:]) if broken.startswith("os.") else (Path, broken[5:])
    real: Callable[..., object] = getattr(owner, name)
    done = 0

    def fails(*args: object, **kwargs: object) -> object:
        nonlocal done
        if any(str(project.root) in str(arg) for arg in args):
            done += 1
            if done == after + 1:
                raise OSError(28, "No space left on device")
        return real(*args, **kwargs)

    project.replace("Tree:\n      type", "Tree:\n      description: It grows.\n      type")
    project.replace("title: Orchard", "title: Old orchard")
    project.replace('version: "1.0"', 'version: "1.1"')
    before = project.tree()
    monkeypatch.setattr(owner, name, fails)
    fault = ""
    try:
        found = project.run("generate")
    except OSError as error:
        found, fault = Outcome(1, "", ""), f"a traceback: {error}"
    monkeypatch.undo()
    if found.code == 0:
        assert project.run("check", "--full").code == 0  # that step isn't taken so often
        return
    assert project.tree() == before, "the old tree isn't whole"
    assert {path.name for path in project.output.iterdir()} == {"orchard", "tests"}
    assert not fault, fault
    assert "No space left" in found.err
    project.generate()
    assert project.run("check", "--full").code == 0


def test_a_manifest_with_merge_conflicts_is_mended(project: Project) -> None:
    manifest = project.package / "speclock.json"
    good = manifest.read_bytes()
    manifest.write_bytes(b"<<<<<<< HEAD\n" + good + b"=======\n>>>>>>> other\n")
    for mode in MODES:
        assert names(project.run(*mode), "orchard/speclock.json", "changed", "To fix: ")
    project.generate()
    assert manifest.read_bytes() == good


# ── several clients, pins, selections ────────────────────────────────────────────────────────────

TWO = """
[tool.speclock.clients.baskets]
spec = "spec/orchard.yaml"
operations = ["baskets/list"]
"""


@both_modes
def test_two_clients(mode: list[str], project: Project) -> None:
    project.configure(TWO)
    assert names(project.run(*mode), "baskets/models.py", "missing", "To fix: ")
    found = project.generate("baskets")
    assert found.out.count("\n") == 1
    found = project.run(*mode)
    assert (found.code, found.out.count("up to date")) == (0, 2)
    (project.output / "baskets" / "models.py").unlink()
    found = project.run(*mode)
    assert names(found, "baskets/models.py", "missing", "To fix: ")
    assert "orchard: up to date" in found.out
    assert project.run(*mode, "orchard").code == 0


def test_a_refused_client_does_not_hide_another(project: Project) -> None:
    """Both are looked at; nothing of either is written when one is refused."""
    project.configure(TWO.replace("spec/orchard.yaml", "spec/bad.yaml"))
    shutil.copy(project.spec, project.spec.with_name("bad.yaml"))
    bad = project.spec.with_name("bad.yaml")
    line = project.replace("{type: number}", "{type: nmber}", bad)
    project.replace("kind: {type: string}", "kind: {type: strng}")
    found = project.run("generate")
    assert found.code == 2
    assert f"spec/bad.yaml:{line}:" in found.err
    assert "spec/orchard.yaml:" in found.err


def test_a_refused_client_stops_the_others(project: Project) -> None:
    """A run is one thing: it says that nothing was written, so nothing may be."""
    project.configure(TWO.replace("spec/orchard.yaml", "spec/bad.yaml"))
    shutil.copy(project.spec, project.spec.with_name("bad.yaml"))
    project.replace("{type: number}", "{type: nmber}", project.spec.with_name("bad.yaml"))
    project.replace("kind: {type: string}", "kind: {type: string, maxLength: 9}")
    before = project.tree()
    found = project.run("generate")
    assert found.code == 2
    assert "nothing was written" in found.err
    assert project.tree() == before


def test_an_unknown_client(project: Project) -> None:
    found = project.run("generate", "orchid")
    assert found.code == 2
    assert "'orchid'" in found.err
    assert "orchard" in found.err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('clent = "X"\n', "'clent'. Did you mean 'client'?"),
        ('operation = ["trees/list"]\n', "Did you mean 'operations'?"),
        ("client2 = 1\n", "'client2'"),
        ("operations = 1\n", "operations must be a list"),
        ('http = "requests"\n', "'httpx' or 'httpx2'"),
        ('rate_limit_reset_unit = "hours"\n', "'seconds' or 'epoch'"),
        ("names = 1\n", "names must be a table"),
        ("operations = [1]\n", "'1'"),
        ('names = {Tree = "9"}\n', "'9' can't be a Python name"),
        ('names = {Tree = ["x"]}\n', "names"),
        ("\n[tool.speclock.clients.empty]\n", "lacks 'spec'"),
        ("\n[tool.speclock.clients.a-b]\nspec = 'x'\n", "'a-b'"),
        ("oops\n", "TOML"),
    ],
)
def test_a_wrong_configuration(more: str, says: str, project: Project) -> None:
    project.configure(more)
    before = project.tree()
    found = project.run("generate")
    assert found.code == 2, found.out
    assert says in found.err
    assert project.tree() == before


def test_pins(project: Project) -> None:
    project.configure(
        'calls = {"trees/list" = "forest.all", "GET /baskets" = "weigh"}\n'
        'names = {Tree = "Plant"}\n'
    )
    project.generate()
    assert project.calls() == {
        "trees/list": "forest.all", "trees/plant": "trees.plant", "baskets/list": "weigh",
    }  # fmt: skip
    models = (project.package / "models.py").read_text(encoding="utf-8")
    assert "class Plant(" in models
    assert "class Tree(" not in models
    assert project.run("check").code == 0


@pytest.mark.parametrize(
    ("pin", "says"),
    [
        ('calls = {"trees/lst" = "forest.all"}', "'trees/lst'"),
        ('names = {Tre = "Plant"}', "'Tre'"),
        ('calls = {"trees/list" = "a.b.c"}', "'a.b'"),
        ('calls = {"trees/list" = "class"}', "'class'"),
        ('calls = {"trees/list" = ""}', "trees/list"),
        ('calls = {"trees/list" = "close"}', "close"),
        ('names = {Tree = "Basket"}', "Basket"),
        ('calls = {"trees/list" = "trees.plant"}', "trees.plant"),
    ],
)
def test_a_pin_that_cannot_be(pin: str, says: str, project: Project) -> None:
    project.configure(f"{pin}\n")
    before = project.tree()
    found = project.run("generate")
    assert found.code == 2, found.out
    assert says in found.err
    assert project.tree() == before


def test_a_selection(project: Project) -> None:
    shutil.rmtree(project.output)
    project.generate("--operation", "baskets/list")
    assert project.calls() == {"baskets/list": "baskets.list"}
    assert all(b"Tree" not in data for data in project.tree().values())
    manifest = json.loads((project.package / "speclock.json").read_text(encoding="utf-8"))
    assert manifest["selection"] == ["baskets/list"]
    project.generate("--operation", "POST /trees")
    assert project.calls() == {"trees/plant": "trees.plant"}
    assert all(b"asket" not in data for data in project.tree().values())


@pytest.mark.parametrize(
    ("wanted", "near"),
    [("tree/list", "'trees/list'"), ("trees_plant", "'trees/plant'"),
     ("BASKETS/LIST", "'baskets/list'"), ("GET /tree", "'GET /trees'")],
)  # fmt: skip
def test_an_unknown_operation(wanted: str, near: str, project: Project) -> None:
    found = project.run("generate", "--operation", wanted)
    assert found.code == 2
    assert repr(wanted) in found.err
    assert near in found.err


# ── violations of OpenAPI's own schema ───────────────────────────────────────────────────────────


def test_a_violation_beside_what_is_emitted_is_a_warning(project: Project) -> None:
    line = project.replace("weight: {type: number}", "weight: {type: number, minimum: light}")
    found = project.generate("--operation", "trees/list")
    assert f"spec/orchard.yaml:{line}:" in found.err
    assert "warning: " in found.err
    assert project.run("generate", "--quiet", "--operation", "trees/list").err == ""


def test_a_violation_inside_what_is_emitted_is_a_refusal(project: Project) -> None:
    line = project.replace("weight: {type: number}", "weight: {type: number, minimum: light}")
    before = project.tree()
    found = project.run("generate", "--operation", "baskets/list")
    assert found.code == 2
    assert f"spec/orchard.yaml:{line}:" in found.err
    assert project.tree() == before


def test_a_warning_points_at_the_example(project: Project) -> None:
    """An example that doesn't satisfy its schema isn't used, and the manifest lists it."""
    project.spec.write_text(
        SPEC.replace(
            '              schema: {$ref: "#/components/schemas/Basket"}',
            '              schema: {$ref: "#/components/schemas/Basket"}\n'
            "              examples:\n"
            "                light: {value: {weight: light}}\n"
            "                heavy: {value: {weight: 3.5}}",
        ),
        encoding="utf-8",
    )
    text = project.spec.read_text(encoding="utf-8")
    line = text[: text.index("light: {value")].count("\n") + 1
    found = project.generate()
    assert re.match(rf"spec/orchard\.yaml:{line}:\d+: warning: the example 'light' ", found.err)
    manifest = json.loads((project.package / "speclock.json").read_text(encoding="utf-8"))
    (unused,) = manifest["unused_examples"]
    assert "/examples/light" in unused
    cases = (project.tests / "cases.json").read_text(encoding="utf-8")
    assert "3.5" in cases
    assert '"light"' not in cases
    assert project.run("check").code == 0
