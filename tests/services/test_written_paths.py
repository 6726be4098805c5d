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

from generator.config import Client
from generator.services import generate
from generator.services.generate import RenderedClient, render_client
from tests.services.test_untrusted_checkout import contents
from tests.support.command import Outcome, speclock

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
CASES = [
    *((setting, shape) for setting in WRITTEN for shape in SHAPES),
    *((setting, shape) for setting in READ for shape in ("parent", "absolute", "link", "git")),
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project to spoil, and what is elsewhere."""
    root = tmp_path_factory.mktemp("paths")
    project, elsewhere = root / "project", root / "elsewhere"
    (project / "spec").mkdir(parents=True)
    (project / "spec/api.yaml").write_text(SPEC, encoding="utf-8")
    (project / "new.yaml").write_text(NEWER, encoding="utf-8")
    (project / "recording.har").write_text(json.dumps(recording()), encoding="utf-8")
    configure(project)
    assert speclock(project, "generate").code == 0
    assert speclock(project, "vendor", str(elsewhere / "lamp")).code == 0
    shutil.rmtree(project / "generated")
    for folder in (elsewhere, project / ".git", project / ".GIT", project / ".git. "):
        folder.mkdir(exist_ok=True)
        (folder / "api.yaml").write_text(SPEC, encoding="utf-8")
        (folder / "overlay.yaml").write_text(OVERLAY, encoding="utf-8")
        (folder / "allowed.toml").touch()
        (folder / "generated").mkdir()
        (folder / "templates").mkdir()
    (elsewhere / ".bash_profile").write_text("mine\n", encoding="utf-8")
    (project / "linked").symlink_to("../elsewhere")  # relative, since the folder is copied
    for name in {*WRITTEN.values(), *READ.values()} - {""}:
        (project / f"link-to-{name}").symlink_to(f"../elsewhere/{name}")
    return root


@pytest.fixture(scope="module")
def rendered(template: Path) -> RenderedClient:
    """The files of the client."""
    client = Client(spec="spec/api.yaml", package="lamp", output="generated")
    return render_client(client, template / "project", lambda _: None)


@pytest.fixture
def root(
    template: Path, rendered: RenderedClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A copy of all that, in which nothing is rendered."""

    def stand_in(client: Client, *_: Any, **__: Any) -> RenderedClient:
        return replace(rendered, files=replace(rendered.files, package=client.package))

    monkeypatch.setattr(generate, "render_client", stand_in)
    monkeypatch.setattr("generator.services.init.render_client", stand_in)
    monkeypatch.setattr(generate, "_model_process", nullcontext)
    return Path(shutil.copytree(template, tmp_path / "root", symlinks=True))


def recording() -> dict[str, Any]:
    """A response with a status that isn't described."""
    request: dict[str, Any] = {"method": "GET", "url": "https://lamp.example/lamp", "headers": []}
    response: dict[str, Any] = {
        "status": 404,
        "headers": [],
        "content": {"mimeType": "", "text": ""},
    }
    return {"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}}


def configure(project: Path, section: str = "", **settings: str) -> None:
    """Write pyproject.toml, with one setting on each line."""
    given = {"spec": "spec/api.yaml", "upstream": "new.yaml", **settings}
    lists = ("overlays", "vendored")
    lines = [f"{k} = {json.dumps([v] if k in lists else v)}" for k, v in given.items()]
    text = "\n".join(["[tool.speclock]", section, "[tool.speclock.clients.lamp]", *lines, ""])
    (project / "pyproject.toml").write_text(text, encoding="utf-8")


def protected(root: Path) -> dict[str, bytes | str]:
    """What no command may change: all outside of the project, and git's folder under any name."""
    own = ("project", ".git/", ".GIT/", ".git. /", "GIT~1", ".g\u200cit", "C:", "nul", "spec:")
    return {
        name: data
        for name, data in contents(root).items()
        if not name.startswith("project/") or name.split("/", 1)[1].startswith(own[1:])
    }


def run_all(root: Path) -> Iterator[tuple[list[str], Outcome]]:
    """Run every command in the project; each must leave alone what is protected."""
    before = protected(root)
    for command in COMMANDS:
        found = speclock(root / "project", *command)
        assert protected(root) == before, command
        assert found.code in (0, 1, 2), (command, found.err)
        yield command, found


@pytest.mark.parametrize(("setting", "shape"), CASES)
def test_nothing_is_written_elsewhere(setting: str, shape: str, root: Path) -> None:
    path = SHAPES[shape].format({**WRITTEN, **READ}[setting], root=root).rstrip("/")
    configure(root / "project", **{setting: path})
    line = 4 if setting == "spec" else 6
    writes = {"spec": ("update", "add"), "output": ("generate", "update", "add", "remove")}
    for command, found in run_all(root):
        if command[0] in writes.get(setting, ()) and "--edits-to-overlay" not in command:
            place = f"pyproject.toml:{line}: {setting}: "
            assert (found.code, place in found.err) == (2, True), (command, found.err)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_output_of_the_section(shape: str, root: Path) -> None:
    path = shape.format("generated", root=root)
    configure(root / "project", section=f"output = {json.dumps(path)}")
    for command, found in run_all(root):
        is_writing = command[0] in ("generate", "update", "add", "remove")
        if is_writing and "--edits-to-overlay" not in command:
            assert (found.code, "pyproject.toml:2: output: " in found.err) == (2, True), command


@pytest.mark.parametrize("file", [".bash_profile", "api.txt", ".api.yaml", "speclock.lock", "up"])
def test_a_description_has_the_name_of_one(file: str, root: Path) -> None:
    configure(root / "project", spec=f"spec/{file}")
    (root / "project/spec" / file).write_text(SPEC, encoding="utf-8")
    before = contents(root)
    found = speclock(root / "project", "update", "--yes", "--replace")
    assert (found.code, contents(root)) == (2, before)
    assert f"pyproject.toml:4: spec: 'spec/{file}' isn't the name of a description" in found.err


@pytest.mark.parametrize("text", ["mine: 1\n", "[1, 2]\n", '{"name": "mine"}\n'])
def test_a_file_that_is_no_description_is_not_replaced(text: str, root: Path) -> None:
    configure(root / "project", spec="spec/data.json")
    (root / "project/spec/data.json").write_text(text, encoding="utf-8")
    before = contents(root)
    for options in ([], ["--replace"]):
        found = speclock(root / "project", "update", "--yes", *options)
        assert (found.code, contents(root)) == (2, before), options
    assert "pyproject.toml:4: spec: spec/data.json exists and isn't an OpenAPI desc" in found.err


@pytest.mark.parametrize("name", ["api.yaml", "speclock.lock"])
@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "device"])
def test_what_is_replaced_is_a_regular_file(kind: str, name: str, root: Path) -> None:
    path = root / "project/spec" / name
    path.unlink(missing_ok=True)
    if kind == "link":
        path.symlink_to(root / "elsewhere/api.yaml")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    configure(root / "project", spec="spec/api.yaml")
    before = contents(root)
    for command in (["update", "--yes", "--replace"], ["add", "cord/show", "--yes"]):
        found = speclock(root / "project", *command)
        assert (found.code, contents(root)) == (2, before), command
        assert "pyproject.toml:4: spec: spec/" in found.err


def test_a_project_below_its_repository(root: Path) -> None:
    """It may write to all of the repository, and not outside of it."""
    (root / "project/clients").mkdir()
    (root / "project/pyproject.toml").rename(root / "project/clients/pyproject.toml")
    inside = {"spec": "../spec/api.yaml", "upstream": "../new.yaml", "output": "../src"}
    configure(root / "project/clients", **inside)
    for command in (["generate"], ["update", "--yes"]):
        done = speclock(root / "project/clients", *command)
        assert done.code == 0, done.err
    assert (root / "project/src/lamp/speclock.json").is_file()
    configure(root / "project/clients", **{**inside, "output": "../../elsewhere/generated"})
    before = protected(root)
    found = speclock(root / "project/clients", "generate")
    assert (found.code, protected(root)) == (2, before)
    assert f"is outside of the project, {root}/project." in found.err


def test_a_repository_of_dotfiles_is_not_that_of_a_project(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(root / "project/.git")
    (root / ".git").mkdir()
    configure(root / "project", output="../elsewhere/generated")
    assert speclock(root / "project", "generate").code == 0
    shutil.rmtree(root / "elsewhere/generated")
    monkeypatch.setenv("HOME", str(root))
    monkeypatch.setenv("USERPROFILE", str(root))
    found = speclock(root / "project", "generate")
    assert (found.code, "is outside of the project" in found.err) == (2, True)


def test_a_folder_that_the_user_types(root: Path) -> None:
    """It is the user's own wish, but for git's folder and a link out of the project."""
    configure(root / "project", output="../nowhere")
    done = speclock(root / "project", "generate", "--output", str(root / "elsewhere/typed"))
    assert done.code == 0, done.err
    before = protected(root)
    for folder in ("linked/x", ".git/x", ".GIT/x"):
        for command in (
            ["generate", "--output", folder],
            ["slice", "new.yaml", "--operation", "lamp/show", "-o", f"{folder}.yaml"],
            ["drift", "--output", f"{folder}.txt"],
            ["init", "new.yaml", "--package", "other", "--output", folder],
        ):
            found = speclock(root / "project", *command)
            assert (found.code, protected(root)) == (2, before), (command, found)
            assert "leads out of the project" in found.err or "git's own files" in found.err


@pytest.mark.parametrize("dest", ["linked/new", "linked/deep/new", ".git/new", "link-to-lamp"])
def test_a_copy_behind_a_link(dest: str, root: Path) -> None:
    configure(root / "project")
    assert speclock(root / "project", "generate").code == 0
    before = protected(root)
    for command in (["vendor", dest, "--force"], ["vendor", "own", "--tests", f"{dest}/tests"]):
        found = speclock(root / "project", *command)
        assert (found.code, protected(root)) == (2, before), (command, found)


def test_copies_outside_of_the_project(root: Path) -> None:
    """They are named, and only written if the user agrees."""
    configure(root / "project", vendored="../elsewhere/lamp")
    assert speclock(root / "project", "generate").code == 0
    models = root / "elsewhere/lamp/models.py"
    models.write_text("mine = 1\n", encoding="utf-8")
    before = protected(root)
    command = ["upgrade", "--all", "--yes", "--force"]
    found = speclock(root / "project", *command)
    assert (found.code, protected(root)) == (2, before)
    assert "outside of the project: ../elsewhere/lamp" in found.err
    assert "add --outside" in found.err
    assert speclock(root / "project", *command, "--outside").code == 0
    assert "mine" not in models.read_text(encoding="utf-8")


def test_a_link_in_place_of_a_report(root: Path) -> None:
    configure(root / "project")
    (root / "project/report.md").symlink_to(root / "elsewhere/.bash_profile")
    (root / "project/inside.md").symlink_to("spec/api.yaml")
    before = protected(root)
    for report in ("report.md", "inside.md"):
        for command in (["drift"], ["update", "--dry-run"]):
            found = speclock(root / "project", *command, "--output", report)
            assert (found.code, protected(root)) == (2, before), (command, found)
    assert (root / "project/spec/api.yaml").read_text(encoding="utf-8") == SPEC
