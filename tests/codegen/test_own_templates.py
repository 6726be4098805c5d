"""Templates of the user's own: which file counts, what they may do, and what is recorded."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from docs.tools import templates
from tests.support.command import ROOT, speclock
from tests.support.project import Project, make_project, tree

pytestmark = pytest.mark.slow

OURS = ROOT / "templates"
CLIENT, METHOD = "client/client.py.jinja", "client/_method.py.jinja"
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

MORE = """\
  /pets/{id}:
    get: {operationId: pets/show, tags: [pets], parameters: [{$ref: "#/components/parameters/Id"}],
      responses: {"204": {description: None.}}}
  /count:
    get: {operationId: pets/count, tags: [pets], responses: {"204": {description: None.}}}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string}}
"""
REQUEST = {"method": "GET", "url": "https://shop.example/pets", "headers": []}
CONTENT = {"mimeType": "application/json", "text": '{"name": 7}'}
RESPONSE = {"status": 200, "headers": [], "content": CONTENT}
RECORDING = {"log": {"version": "1.2", "entries": [{"request": REQUEST, "response": RESPONSE}]}}


class Templated(Project):
    def fails(self, says: str) -> None:
        """``generate`` explains a fault and writes nothing."""
        found = self.run("generate")
        assert found.code == 2, found.err
        assert re.search(says, found.err), found.err
        assert "internal error" not in found.err
        assert not self.output.exists()

    def template(self, name: str, text: str) -> Path:
        return self.write(f"own/{name}", text)

    def change(self, name: str, old: str, new: str) -> None:
        text = (OURS / name).read_text("utf-8")
        assert old in text
        self.template(name, text.replace(old, new, 1))

    def made(self, name: str) -> str:
        return (self.package / name).read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Templated:
    make_project(tmp_path, SPEC, "shop", templates="own")
    (tmp_path / "own").mkdir()
    return Templated(tmp_path, "shop")


def test_an_empty_folder_changes_nothing_but_the_setting(project: Templated) -> None:
    assert project.run("generate").code == 0
    where = ("--spec", "spec/shop.yaml", "--package", "shop", "--output", "plain")
    project.does("generate", *where)
    plain = tree(project.root / "plain")
    assert [name for name, data in project.files("generated").items() if data != plain[name]] == [
        "shop/speclock.json"
    ]
    assert "templates" not in json.loads(project.made("speclock.json"))


def test_each_kind_of_template_stands_in_for_ours(
    project: Templated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With holes, included, without holes, of the models, of the tests."""
    project.change(CLIENT, "The two clients", "Both clients, ours")
    project.change(
        "client/_method.py.jinja", "{% for method", "    # ours, included\n{% for method"
    )
    headers = "client/_runtime/headers.py"
    project.template(headers, (OURS / headers).read_text("utf-8") + "\nOWN  =  1\n")
    project.change("models/pydantic_v2/BaseModel.jinja2", "class {{", "# A model, ours.\nclass {{")
    project.change("tests/conftest.py.jinja", "The fake server", "Our fake server")
    project.run("generate", code=0, layout=True)
    assert "Both clients, ours" in project.made("client.py")
    assert "# ours, included" in project.made("resources/pets.py")
    assert project.made("_runtime/headers.py").endswith("\nOWN = 1\n")  # laid out
    assert "# A model, ours.\nclass Pet(Model, ResponseOnly):" in project.made("models.py")
    assert "Our fake server" in (project.tests / "conftest.py").read_text("utf-8")
    monkeypatch.syspath_prepend(project.output)
    assert importlib.import_module("shop._runtime.headers").OWN == 1


def test_they_are_recorded_and_checked(project: Templated) -> None:
    project.change(CLIENT, "The two clients", "Both clients")
    assert project.run("generate").code == 0
    (recorded,) = json.loads(project.made("speclock.json"))["templates"].items()
    assert recorded[0] == "client/client.py.jinja"
    assert len(recorded[1]) == 64
    assert "by recorded hashes" in project.run("check").out

    project.template("client/.notes", "hidden files don't count")
    assert "by recorded hashes" in project.run("check").out
    project.change(CLIENT, "The two clients", "Two clients")
    found = project.run("check")
    assert found.code == 1
    assert "Two clients" in found.err
    (project.root / "own/client/client.py.jinja").unlink()
    assert project.run("check").code == 1
    assert project.run("generate").code == 0
    assert "by recorded hashes" in project.run("check").out


def test_the_option_is_relative_to_where_the_user_stands(project: Templated) -> None:
    text = (OURS / "client/_runtime/headers.py").read_text("utf-8")
    project.write("below/other/client/_runtime/headers.py", f"{text}\nOTHER = 1\n")
    below = project.root / "below"
    assert speclock(below, "generate", "--templates", "other", layout=False).code == 0
    assert "OTHER" in project.made("_runtime/headers.py")


COMMANDS = [
    ["generate"],
    ["check"],
    ["check", "--full"],
    ["update", "--dry-run"],
    ["add", "pets/count", "--dry-run"],
    ["remove", "pets/show", "--dry-run"],
]
"""Every command that runs templates, as .github/SECURITY.md lists them."""
HARMLESS = [
    ["drift"],
    ["drift", "--traffic", "recording.har"],
    ["ls"],
    ["show", "pets/list"],
    ["verify", "generated/shop"],
    ["vendor", "copy"],
]
MARK = "{% set _ = cycler.__init__.__globals__.os.makedirs('ran', exist_ok=True) %}"
"""A template can run any code, here to make a folder."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project whose template has come to run code."""
    keys = {"upstream": "new.yaml", "operations": ["pets/list", "pets/show"], "templates": "own"}
    text = SPEC.replace("components:\n", MORE)
    root = make_project(tmp_path_factory.mktemp("generated"), text, "shop", **keys).root
    project = Templated(root, "shop")
    project.write("new.yaml", text.replace("Fine.", "Good."))
    project.write("recording.har", json.dumps(RECORDING))
    project.change(CLIENT, "import", "import")
    project.generate()
    project.change(CLIENT, "import", f"{MARK}import")
    return root


@pytest.mark.parametrize("command", [*COMMANDS, *HARMLESS], ids=" ".join)
def test_no_templates(command: list[str], generated: Path, tmp_path: Path) -> None:
    project = Project(shutil.copytree(generated, tmp_path / "copy"))
    ran = project.root / "ran"
    if command in COMMANDS:
        done = project.run(*command, "--no-templates")
        assert (done.code in (0, 1), ran.exists()) == (True, False), done.err
    assert project.run(*command).code != 70
    assert ran.exists() == (command in COMMANDS)


def test_templates_and_no_templates(project: Templated) -> None:
    done = project.run("generate", "--templates", "own", "--no-templates")
    assert (done.code, "not both" in done.err) == (2, True)


@pytest.mark.parametrize("kind", ["link to a device", "pipe"])
def test_a_template_that_is_no_regular_file(kind: str, project: Templated) -> None:
    path = project.root / "own/client/_runtime/files.py"
    path.parent.mkdir(parents=True)
    path.symlink_to("/dev/zero") if kind == "link to a device" else os.mkfifo(path)
    project.fails("own/client/_runtime/files.py isn't a regular file")
    assert project.run("check").code == 2


def test_a_folder_that_cannot_be_one(project: Templated) -> None:
    (project.root / "own").rmdir()
    project.fails(r"own doesn't exist\. Create it, or correct the path\.")
    project.replace('"own"', '"/"', "pyproject.toml")
    project.fails("has more than 1,000 files and folders")


BASE_MODEL = "models/pydantic_v2/BaseModel.jinja2"
MADE = r"; nothing was written\. A template of yours made it: own/client/client\.py\.jinja"
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
    "not Python": ("def (", rf"shop/client.py isn't Python: .* at 'def \('{MADE}"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_rules_hold_for_them(case: str, project: Templated) -> None:
    name, line, says = WRONG[case]
    first, _, rest = (OURS / name).read_text("utf-8").partition("\n")
    project.template(name, f"{first.replace('-#}', '#}')}\n{line}\n{rest}")
    project.fails(says)


@pytest.mark.parametrize("case", CODE)
def test_the_fence_holds_for_what_they_make(case: str, project: Templated) -> None:
    line, says = CODE[case]
    project.template(CLIENT, f"{(OURS / CLIENT).read_text('utf-8')}\n{line}\n")
    project.fails(says)


NONE_OF_OURS = "replaces no template of speclock\\. "


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("client/_clent.py.jinja", "", f"{NONE_OF_OURS}Did you mean client/client.py.jinja"),
        ("client.py.jinja", "", f"{NONE_OF_OURS}Did you mean .*client/client.py.jinja"),
        ("client/client.py", "", f"{NONE_OF_OURS}Did you mean client/client.py.jinja"),
        ("models/BaseModel.jinja2", "", f"{NONE_OF_OURS}.* models/pydantic_v2/BaseModel.jinja2"),
        ("NOTES.txt", "", f"{NONE_OF_OURS}See docs/templates.md"),
        (
            "client/_runtime/headers.py",
            "x = 1\ndef (\n",
            ":2: the template isn't Python: invalid syntax",
        ),
        (BASE_MODEL, "{% if %}", rf"cannot be rendered \({BASE_MODEL} in "),
    ],
)
def test_a_file_that_is_no_template(name: str, text: str, says: str, project: Templated) -> None:
    project.template(name, text)
    project.fails(says)


def test_a_model_template_cannot_bring_code_in(project: Templated) -> None:
    project.change(BASE_MODEL, "class {{", "X = eval\nclass {{")
    project.fails(
        r"the builtin eval, which no client needs \(models.py:8 in X\); "
        "nothing was written. A template of yours made it"
    )


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_leaves_no_name_out() -> None:
    """A value that a template uses has a section, with each attribute that is asked of it."""
    text = templates.context()
    for name in templates.names():
        if name.endswith(".py.jinja"):
            tree = jinja2.Environment(autoescape=False).parse((OURS / name).read_text("utf-8"))
            for node in tree.find_all(nodes.Getattr):
                if isinstance(node.node, nodes.Name) and node.node.name != "loop":
                    section = text.split(f"### `{node.node.name}`")[1].split("### ")[0]
                    found = re.search(rf"`{node.attr}(\(\))?`", section)
                    assert found, f"{name}: {node.node.name}.{node.attr}"
