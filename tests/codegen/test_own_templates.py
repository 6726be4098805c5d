"""Templates of the user's own: which file counts, what they may do, and what is recorded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import write_templates_page
from tests.support.command import Outcome, speclock

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "templates"
SPEC = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example}]
paths:
  /pets:
    get:
      operationId: pets/list
      tags: [pets]
      description: 'Ends a docstring: \"\"\" and says {{ api }}.'
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
"""

SHOW = """\
  /pets/{id}:
    get:
      operationId: pets/show
      tags: [pets]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: None.}}
"""
RECORDING = {
    "log": {
        "version": "1.2",
        "entries": [
            {
                "request": {"method": "GET", "url": "https://shop.example/pets", "headers": []},
                "response": {
                    "status": 200,
                    "headers": [],
                    "content": {"mimeType": "application/json", "text": '{"name": 7}'},
                },
            }
        ],
    }
}


class Project:
    """A project with a folder of templates."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
        (folder / "pyproject.toml").write_text(
            '[tool.speclock]\noutput = "out"\n\n[tool.speclock.clients.shop]\nspec = "spec.yaml"\n'
            'templates = "own"\n',
            encoding="utf-8",
        )
        (folder / "own").mkdir()

    def run(self, *arguments: str) -> Outcome:
        return speclock(self.folder, *arguments)

    def write(self, name: str, text: str) -> None:
        path = self.folder / "own" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """One of speclock's templates, with a change."""
        text = (OURS / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new, 1))

    def made(self, name: str) -> str:
        return (self.folder / "out/shop" / name).read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_an_empty_folder_changes_nothing_but_the_setting(project: Project) -> None:
    assert project.run("generate").code == 0
    assert speclock(
        project.folder, "generate", "--spec", "spec.yaml", "--package", "shop", "--output", "plain"
    ).code == 0  # fmt: skip
    for path in (project.folder / "plain").rglob("*.py"):
        twin = project.folder / "out" / path.relative_to(project.folder / "plain")
        assert twin.read_bytes() == path.read_bytes()
    assert "templates" not in json.loads(project.made("speclock.json"))


def test_each_kind_of_template_stands_in_for_ours(project: Project) -> None:
    """With holes, included, without holes, of the models, of the tests."""
    project.change("client/_client.py.jinja", "The two clients", "Both clients, ours")
    project.change(
        "client/_method.py.jinja", "{% for method", "    # ours, included\n{% for method"
    )
    project.write(
        "client/_headers.py", (OURS / "client/_headers.py").read_text("utf-8") + "\nOWN  =  1\n"
    )
    project.change("models/pydantic_v2/BaseModel.jinja2", "class {{", "# A model, ours.\nclass {{")
    project.change("tests/conftest.py.jinja", "The client under test", "Our client under test")
    found = project.run("generate")
    assert found.code == 0, found.err
    assert "Both clients, ours" in project.made("_client.py")
    assert "# ours, included" in project.made("resources/pets.py")
    assert project.made("_headers.py").endswith("\nOWN = 1\n")  # laid out
    assert "# A model, ours.\nclass Pet(Model):" in project.made("models.py")
    tests = project.folder / "out/tests/shop"
    assert "Our client under test" in (tests / "conftest.py").read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import shop; from shop._headers import OWN; shop.Shop; print(OWN)"],
        cwd=project.folder / "out",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1\n"


def test_they_are_recorded_and_checked(project: Project) -> None:
    project.change("client/_client.py.jinja", "The two clients", "Both clients")
    assert project.run("generate").code == 0
    (recorded,) = json.loads(project.made("speclock.json"))["templates"].items()
    assert recorded[0] == "client/_client.py.jinja"
    assert len(recorded[1]) == 64
    assert "by recorded hashes" in project.run("check").out

    project.write("client/.notes", "hidden files don't count")
    assert "by recorded hashes" in project.run("check").out
    project.change("client/_client.py.jinja", "The two clients", "Two clients")
    found = project.run("check")
    assert found.code == 1
    assert "Two clients" in found.err
    (project.folder / "own/client/_client.py.jinja").unlink()
    assert project.run("check").code == 1
    assert project.run("generate").code == 0
    assert "by recorded hashes" in project.run("check").out


def test_the_option_is_relative_to_where_the_user_stands(project: Project) -> None:
    other = project.folder / "below/other/client"
    other.mkdir(parents=True)
    shutil.copy(OURS / "client/_headers.py", other)
    with (other / "_headers.py").open("a", encoding="utf-8") as file:
        file.write("\nOTHER = 1\n")
    below = project.folder / "below"
    assert speclock(below, "generate", "--templates", "other").code == 0
    assert "OTHER" in project.made("_headers.py")


COMMANDS = [
    ["generate"],
    ["check"],
    ["check", "--full"],
    ["update", "--dry-run"],
    ["add", "pets/show", "--dry-run"],
    ["remove", "pets/show", "--dry-run"],
    ["drift", "--traffic", "recording.har"],
]
"""Every command that runs templates, as .github/SECURITY.md lists them."""
HARMLESS = [["drift"], ["ls"], ["show", "pets/list"], ["verify", "out/shop"], ["vendor", "copy"]]
MARK = "{% set _ = cycler.__init__.__globals__.os.makedirs('ran', exist_ok=True) %}"
"""A template can run any code, here to make a folder."""


@pytest.mark.parametrize("command", [*COMMANDS, *HARMLESS], ids=" ".join)
def test_no_templates(command: list[str], project: Project) -> None:
    two = SPEC.replace("components:", SHOW + "components:")
    (project.folder / "spec.yaml").write_text(two, encoding="utf-8")
    (project.folder / "new.yaml").write_text(two.replace("Fine.", "Good."), encoding="utf-8")
    (project.folder / "recording.har").write_text(json.dumps(RECORDING), encoding="utf-8")
    settings = project.folder / "pyproject.toml"
    more = 'upstream = "new.yaml"\noperations = ["pets/list", "pets/show"]\n'
    if command[0] == "add":
        more = more.replace(', "pets/show"', "")
    settings.write_text(settings.read_text(encoding="utf-8") + more, encoding="utf-8")
    project.change("client/_client.py.jinja", "import", "import")
    assert project.run("generate").code == 0
    project.change("client/_client.py.jinja", "import", f"{MARK}import")
    ran = project.folder / "ran"
    if command in COMMANDS:
        done = project.run(*command, "--no-templates")
        assert (done.code in (0, 1), ran.exists()) == (True, False), done.err
    assert project.run(*command).code != 70
    assert ran.exists() == (command in COMMANDS)


def test_templates_and_no_templates(project: Project) -> None:
    done = project.run("generate", "--templates", "own", "--no-templates")
    assert (done.code, "not both" in done.err) == (2, True)


@pytest.mark.parametrize("kind", ["link to a device", "pipe"])
def test_a_template_that_is_no_regular_file(kind: str, project: Project) -> None:
    path = project.folder / "own/client/files.py"
    path.parent.mkdir()
    path.symlink_to("/dev/zero") if kind == "link to a device" else os.mkfifo(path)
    for command in ("generate", "check"):
        done = project.run(command)
        assert (done.code, "own/client/files.py isn't a regular file" in done.err) == (2, True)


def test_a_folder_with_too_many_files(project: Project) -> None:
    settings = project.folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8").replace('"own"', '"/"')
    settings.write_text(text, encoding="utf-8")
    done = project.run("generate")
    assert (done.code, "has more than 1,000 files and folders" in done.err) == (2, True), done.err


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("client/_clent.py.jinja", "Did you mean client/_client.py.jinja"),
        ("_client.py.jinja", "Did you mean client/_client.py.jinja"),
        ("client/_client.py", "Did you mean client/_client.py.jinja"),
        ("models/BaseModel.jinja2", "models/pydantic_v2/BaseModel.jinja2"),
        ("README.md", "See docs/templates.md."),
    ],
)
def test_a_name_that_is_none_of_ours_is_an_error(name: str, near: str, project: Project) -> None:
    project.write(name, "")
    found = project.run("generate")
    assert found.code == 2
    assert f"own/{name} replaces no template of speclock." in found.err
    assert near in found.err
    assert not (project.folder / "out").exists()


def test_a_folder_that_is_not_there(project: Project) -> None:
    (project.folder / "own").rmdir()
    found = project.run("generate")
    assert found.code == 2
    assert "own doesn't exist. Create it, or correct the path." in found.err


CLIENT, METHOD = "client/_client.py.jinja", "client/_method.py.jinja"
MADE = r"; nothing was written\. A template of yours made it: own/client/_client\.py\.jinja"
WRONG = {
    "raw text": (METHOD, "{{ operation.doc }}", r"own/\S+_method.py.jinja:2: .* printed raw text"),
    "raw text of the API": (CLIENT, "{{ api.title }}", r"own/\S+:2: .* printed raw"),
    "a name that isn't there": (CLIENT, "{{ api.titel.x }}", r"own/\S+:2: .*titel"),
    "an unknown name": (CLIENT, "{{ nothing }}", r"own/\S+:2: .*'nothing' is undefined"),
    "not Jinja": (CLIENT, "{% fro %}", r"own/\S+:2: .*unknown tag 'fro'"),
    "an unknown filter": (CLIENT, "{{ api | upper2 }}", r"own/\S+:2: .*No filter named 'upper2'"),
    "an include of nothing": (CLIENT, '{% include "x.jinja" %}', r"own/\S+:2: .*x\.jinja"),
}
CODE = {
    "an import": ("import os\nX = os", rf"an import of os, .*\){MADE}"),
    "a builtin": ("X = eval", rf"the builtin eval, .*\){MADE}"),
    "not Python": ("def (", rf"shop/_client.py isn't Python: .* at 'def \('{MADE}"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_rules_hold_for_them(case: str, project: Project) -> None:
    name, line, says = WRONG[case]
    first, _, rest = (OURS / name).read_text("utf-8").partition("\n")
    project.write(name, f"{first.replace('-#}', '#}')}\n{line}\n{rest}")
    found = project.run("generate")
    assert found.code == 2, found.err
    assert re.search(says, found.err), found.err
    assert "internal error" not in found.err
    assert not (project.folder / "out").exists()


@pytest.mark.parametrize("case", CODE)
def test_the_fence_holds_for_what_they_make(case: str, project: Project) -> None:
    line, says = CODE[case]
    project.write(CLIENT, f"{(OURS / CLIENT).read_text('utf-8')}\n{line}\n")
    found = project.run("generate")
    assert found.code == 2, found.err
    assert re.search(says, found.err), found.err
    assert not (project.folder / "out").exists()


def test_a_file_without_holes_that_is_not_python(project: Project) -> None:
    project.write("client/_headers.py", "x = 1\ndef (\n")
    found = project.run("generate")
    assert found.code == 2
    assert "own/client/_headers.py:2: the template isn't Python: invalid syntax." in found.err


def test_a_model_template_that_cannot_be_rendered(project: Project) -> None:
    project.write("models/pydantic_v2/BaseModel.jinja2", "{% if %}")
    found = project.run("generate")
    assert found.code == 2
    assert "cannot be rendered (models/pydantic_v2/BaseModel.jinja2 in " in found.err


def test_a_model_template_cannot_bring_code_in(project: Project) -> None:
    project.change("models/pydantic_v2/BaseModel.jinja2", "class {{", "X = eval\nclass {{")
    found = project.run("generate")
    assert found.code == 2
    assert (
        "the builtin eval, which no client needs (models.py:7 in X); "
        "nothing was written. A template of yours made it" in found.err
    )


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_lists_every_template_and_what_each_is_given() -> None:
    text = write_templates_page.PAGE.read_text("utf-8")
    fix = "to fix: python tests/house/write_templates_page.py"
    assert write_templates_page.page(text) == text, fix


def test_the_page_knows_every_name_that_a_template_uses() -> None:
    """What templates call values is what the page explains: a new loop variable needs a section."""
    import jinja2
    from jinja2 import nodes

    used: set[str] = set()
    for name in write_templates_page.names():
        if name.endswith(".py.jinja"):
            tree = jinja2.Environment(autoescape=False).parse((OURS / name).read_text("utf-8"))
            for node in tree.find_all(nodes.Getattr):
                if isinstance(node.node, nodes.Name):
                    used.add(node.node.name)
    assert used - {"loop"} <= write_templates_page.GIVEN.keys()


def test_the_page_leaves_no_attribute_out() -> None:
    """Every attribute that a template asks of a value is on the page."""
    text = write_templates_page.context()
    for name in write_templates_page.names():
        if name.endswith(".py.jinja"):
            source = (OURS / name).read_text("utf-8")
            for value, attribute in re.findall(
                r"\b(\w+)\.(\w+)", " ".join(re.findall(r"{[{%].*?[%}]}", source))
            ):
                if value in write_templates_page.GIVEN:
                    section = text.split(f"### `{value}`")[1].split("### ")[0]
                    assert re.search(rf"`{attribute}(\(\))?`", section), (
                        f"{name}: {value}.{attribute}"
                    )
