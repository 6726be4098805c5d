"""No setting of a checkout leads a command to write outside of the project, or into git's folder.

Each setting that names a path is tried with each shape of a path that leads elsewhere, in a project
with a file that is worth overwriting behind it, and every command that writes is run there. The
clients aren't rendered: their files are made once.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.base.config import Client
from generator.project.services.generation import generate
from generator.project.services.generation.generate import RenderedClient, render_client
from generator.project.services.new_client import plan
from tests.project.services.test_untrusted_checkout import contents
from tests.support.command import Outcome
from tests.support.project import Project

SPEC = """\
openapi: 3.1.0
info: {title: Lamp, version: "1"}
servers: [{url: https://lamp.example}]
paths:
  /lamp:
    get:
      operationId: lamp/show
      responses: {"204": {description: It is lit.}}
  /cord:
    get:
      operationId: cord/show
      responses: {"204": {description: It is long.}}
"""
NEWER = SPEC.replace('version: "1"', 'version: "2"').replace("It is lit", "It is bright")
OVERLAY = """\
overlay: 1.0.0
info: {title: Corrections, version: "1"}
actions: [{target: $.info, update: {x-note: corrected}}]
"""
COMMANDS = [
    ["generate"],
    ["update", "--yes"],
    ["update", "--yes", "--replace"],
    ["update", "--yes", "--edits-to-overlay", "edits.yaml"],
    ["add", "cord/show", "--yes"],
    ["remove", "cord/show", "--yes"],
    ["drift", "--output", "report.txt"],
    ["drift", "--traffic", "recording.har", "--write-overlay", "traffic.yaml", "--yes"],
    ["vendor", "copied/lamp"],
    ["upgrade", "copied/lamp", "--yes", "--force"],
    ["upgrade", "--all", "--yes", "--force"],
    ["check"],
    ["slice", "new.yaml", "--operation", "lamp/show", "-o", "slice.yaml"],
    ["init", "new.yaml", "--package", "other"],
]
"""Every command that can write, and with each option that names or changes what is written."""
SHAPES = {
    "parent": "../elsewhere/{}",
    "parent within": "spec/../../elsewhere/{}",
    "absolute": "{root}/elsewhere/{}",
    "network": "//{root}/elsewhere/{}",
    "link": "linked/{}",
    "parent of a link": "linked/../elsewhere/{}",
    "link in place": "link-to-{}",
    "git": ".git/{}",
    "git in another case": ".GIT/{}",
    "git as Windows takes it": ".git. /{}",
    "short name of git": "GIT~1/{}",
    "git as macOS takes it": ".g\u200cit/{}",
    "drive": "C:/{}",
    "drive's folder": "C:{}",
    "stream": "spec:{}",
    "device": "nul/{}",
}
WRITTEN = {"spec": "api.yaml", "output": "generated", "vendored": "lamp"}
"""The settings with a path that is written, and the last part of that path."""
READ = {
    "upstream": "api.yaml",
    "overlays": "overlay.yaml",
    "allowed": "allowed.toml",
    "templates": "templates",
    "root": "",
}
"""The same for those with a path that is only read."""
USUAL = ("parent", "absolute", "link", "link in place", "git")
CASES = [
    *(("spec", shape) for shape in SHAPES),
    *((setting, shape) for setting in ("output", "vendored") for shape in USUAL),
    *((setting, shape) for setting in READ for shape in ("parent", "link")),
]
MORE = [
    pytest.param(setting, shape, marks=pytest.mark.nightly)
    for setting in ("output", "vendored", *READ)
    for shape in (USUAL if setting in READ else SHAPES)
    if (setting, shape) not in CASES
]

pytestmark = pytest.mark.slow


class Checkout(Project):
    def __init__(self, root: Path) -> None:
        super().__init__(root, "lamp")
        self.home = root.parent

    def configure_lamp(self, section: str = "", **settings: str) -> None:
        """Write pyproject.toml, with one setting on each line."""
        given = {"spec": "spec/api.yaml", "upstream": "new.yaml", **settings}
        lists = ("overlays", "vendored")
        lines = [f"{k} = {json.dumps([v] if k in lists else v)}" for k, v in given.items()]
        head = ["[tool.speclock]", section, "[tool.speclock.clients.lamp]"]
        self.write("pyproject.toml", "\n".join([*head, *lines, ""]))

    def rejects(self, *words: str) -> str:
        before = contents(self.home)
        error = self.run(*words, code=2).err
        assert contents(self.home) == before, words
        return error


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A folder with a project to spoil, and what is elsewhere."""
    project = Checkout(tmp_path_factory.mktemp("paths") / "project")
    elsewhere = project.home / "elsewhere"
    project.write("spec/api.yaml", SPEC)
    project.write("new.yaml", NEWER)
    project.write("recording.har", json.dumps(recording()))
    project.configure_lamp()
    project.generate()
    project.does("vendor", elsewhere / "lamp")
    shutil.rmtree(project.output)
    for name in ("../elsewhere", ".git", ".GIT", ".git. "):
        project.write(f"{name}/api.yaml", SPEC)
        project.write(f"{name}/overlay.yaml", OVERLAY)
        project.write(f"{name}/allowed.toml", "")
        (project.root / name / "generated").mkdir()
        (project.root / name / "templates").mkdir()
    project.write("../elsewhere/.bash_profile", "mine\n")
    (project.root / "linked").symlink_to("../elsewhere")  # relative, since the folder is copied
    for name in {*WRITTEN.values(), *READ.values()} - {""}:
        (project.root / f"link-to-{name}").symlink_to(f"../elsewhere/{name}")
    return project


@pytest.fixture(scope="module")
def rendered(template: Checkout) -> RenderedClient:
    client = Client(spec="spec/api.yaml", package="lamp", output="generated")
    return render_client(client, template.root, lambda _: None)


@pytest.fixture
def project(
    template: Checkout, rendered: RenderedClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Checkout:
    """A copy of all that, in which nothing is rendered."""

    def stand_in(client: Client, *_: Any, **__: Any) -> RenderedClient:
        return replace(rendered, files=replace(rendered.files, package=client.package))

    monkeypatch.setattr(generate, "render_client", stand_in)
    monkeypatch.setattr(plan, "render_client", stand_in)
    monkeypatch.setattr(generate, "_model_process", lambda *_: nullcontext())
    copied = shutil.copytree(template.home, tmp_path / "root", symlinks=True)
    return Checkout(Path(copied) / "project")


def recording() -> dict[str, Any]:
    """A response that is described, and one with a status that isn't."""
    request: dict[str, Any] = {"method": "GET", "url": "https://lamp.example/lamp", "headers": []}
    content = {"mimeType": "", "text": ""}
    responses: list[dict[str, Any]] = [
        {"status": status, "headers": [], "content": content} for status in (204, 404)
    ]
    entries = [{"request": request, "response": response} for response in responses]
    return {"log": {"version": "1.2", "entries": entries}}


def protected(root: Path) -> dict[str, bytes | str]:
    """What no command may change: all outside of the project, and git's folder under any name."""
    own = ("project", ".git/", ".GIT/", ".git. /", "GIT~1", ".g\u200cit", "C:", "nul", "spec:")
    return {
        name: data
        for name, data in contents(root).items()
        if not name.startswith("project/") or name.split("/", 1)[1].startswith(own[1:])
    }


def run_all(project: Checkout) -> Iterator[tuple[list[str], Outcome]]:
    """Run every command in the project; each must leave alone what is protected."""
    before = protected(project.home)
    for command in COMMANDS:
        found = project.run(*command)
        assert protected(project.home) == before, command
        assert found.code in (0, 1, 2), (command, found.err)
        yield command, found


@pytest.mark.parametrize(("setting", "shape"), [*CASES, *MORE])
def test_nothing_is_written_elsewhere(setting: str, shape: str, project: Checkout) -> None:
    path = SHAPES[shape].format({**WRITTEN, **READ}[setting], root=project.home).rstrip("/")
    project.configure_lamp(**{setting: path})
    line = 4 if setting == "spec" else 6
    writes = {"spec": ("update", "add"), "output": ("generate", "update", "add", "remove")}
    for command, found in run_all(project):
        if command[0] in writes.get(setting, ()) and "--edits-to-overlay" not in command:
            place = f"pyproject.toml:{line}: {setting}: "
            assert (found.code, place in found.err) == (2, True), (command, found.err)


@pytest.mark.parametrize("shape", USUAL)
def test_the_output_of_the_section(shape: str, project: Checkout) -> None:
    path = SHAPES[shape].format("generated", root=project.home)
    project.configure_lamp(section=f"output = {json.dumps(path)}")
    for command, found in run_all(project):
        is_writing = command[0] in ("generate", "update", "add", "remove")
        if is_writing and "--edits-to-overlay" not in command:
            assert (found.code, "pyproject.toml:2: output: " in found.err) == (2, True), command


@pytest.mark.parametrize(
    "file",
    [
        ".bash_profile",
        "api.txt",
        ".api.yaml",
        "speclock.lock",
        "up",
        ".github/workflows/api.yml",
        ".vscode/tasks.json",
        "a/.b/api.yaml",
    ],
)
def test_a_description_has_the_name_of_one(file: str, project: Checkout) -> None:
    project.configure_lamp(spec=f"spec/{file}")
    (project.root / "spec" / file).parent.mkdir(parents=True, exist_ok=True)
    (project.root / "spec" / file).write_text(SPEC, encoding="utf-8")
    error = project.rejects("update", "--yes", "--replace")
    assert f"pyproject.toml:4: spec: 'spec/{file}' isn't the name of a description" in error


@pytest.mark.parametrize("text", ["mine: 1\n", "[1, 2]\n", '{"name": "mine"}\n'])
def test_a_file_that_is_no_description_is_not_replaced(text: str, project: Checkout) -> None:
    project.configure_lamp(spec="spec/data.json")
    (project.root / "spec/data.json").write_text(text, encoding="utf-8")
    for options in ([], ["--replace"]):
        error = project.rejects("update", "--yes", *options)
    assert "pyproject.toml:4: spec: spec/data.json exists and isn't an OpenAPI desc" in error


@pytest.mark.parametrize("name", ["api.yaml", "speclock.lock"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "device"])
def test_what_is_replaced_is_a_regular_file(kind: str, name: str, project: Checkout) -> None:
    path = project.root / "spec" / name
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to(project.home / "elsewhere/api.yaml")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    project.configure_lamp(spec="spec/api.yaml")
    for command in (["update", "--yes", "--replace"], ["add", "cord/show", "--yes"]):
        error = project.rejects(*command)
        assert "pyproject.toml:4: spec: spec/" in error


def test_a_project_below_its_repository(project: Checkout) -> None:
    """It may write to all of the repository, and not outside of it."""
    below = Checkout(project.root / "clients")
    below.home = project.home
    (project.root / "pyproject.toml").unlink()
    inside = {"spec": "../spec/api.yaml", "upstream": "../new.yaml", "output": "../src"}
    below.configure_lamp(**inside)
    below.generate()
    below.does("update", "--yes")
    assert (project.root / "src/lamp/speclock.json").is_file()
    below.configure_lamp(**{**inside, "output": "../../elsewhere/generated"})
    assert f"is outside of the project, {project.root}." in below.rejects("generate")


def test_a_repository_of_dotfiles_is_not_that_of_a_project(
    project: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(project.root / ".git")
    (project.home / ".git").mkdir()
    project.configure_lamp(output="../elsewhere/generated")
    project.generate()
    shutil.rmtree(project.home / "elsewhere/generated")
    monkeypatch.setenv("HOME", str(project.home))
    monkeypatch.setenv("USERPROFILE", str(project.home))
    assert "is outside of the project" in project.rejects("generate")


def test_a_folder_that_the_user_types(project: Checkout) -> None:
    """It is the user's own wish, but for git's folder and a link out of the project."""
    project.configure_lamp(output="../nowhere")
    project.generate("--output", str(project.home / "elsewhere/typed"))
    for folder in ("linked/x", ".git/x", ".GIT/x"):
        for command in (
            ["generate", "--output", folder],
            ["slice", "new.yaml", "--operation", "lamp/show", "-o", f"{folder}.yaml"],
            ["drift", "--output", f"{folder}.txt"],
            ["init", "new.yaml", "--package", "other", "--output", folder],
        ):
            error = project.rejects(*command)
            assert "leads out of the project" in error or "git's own files" in error


@pytest.mark.parametrize("dest", ["linked/new", "linked/deep/new", ".git/new", "link-to-lamp"])
def test_a_copy_behind_a_link(dest: str, project: Checkout) -> None:
    project.configure_lamp()
    project.generate()
    for command in (["vendor", dest, "--force"], ["vendor", "own", "--tests", f"{dest}/tests"]):
        project.rejects(*command)


def test_copies_outside_of_the_project(project: Checkout) -> None:
    """They are named, and only written if the user agrees."""
    project.configure_lamp(vendored="../elsewhere/lamp")
    project.generate()
    project.write("../elsewhere/lamp/models.py", "mine = 1\n")
    command = ["upgrade", "--all", "--yes", "--force"]
    error = project.rejects(*command)
    assert "outside of the project: ../elsewhere/lamp" in error
    assert "add --outside" in error
    project.does(*command, "--outside")
    assert "mine" not in project.read("../elsewhere/lamp/models.py")


def test_a_link_in_place_of_a_report(project: Checkout) -> None:
    project.configure_lamp()
    (project.root / "report.md").symlink_to(project.home / "elsewhere/.bash_profile")
    (project.root / "inside.md").symlink_to("spec/api.yaml")
    for report in ("report.md", "inside.md"):
        for command in (["drift"], ["update", "--dry-run"]):
            project.rejects(*command, "--output", report)
    assert project.read("spec/api.yaml") == SPEC
