"""Files that ``generate`` takes from the last run: only those that it wrote itself, and never all
that it trusts by ``check --full`` or ``generate --fresh``.
"""

from __future__ import annotations

import json

import pytest

from generator.hashing import sha256_of
from tests.support.checked_project import Project

pytestmark = pytest.mark.slow

FILES = ["models.py", "resources/trees.py", "_client.py"]
EDIT = b"x = 1\n"


def edit(project: Project, name: str, *, forged: bool) -> bytes:
    """Add a line to a file, and with ``forged`` its hash to the manifest; return the original."""
    path, manifest = project.package / name, project.package / "speclock.json"
    original = path.read_bytes()
    path.write_bytes(original + EDIT)
    if forged:
        data = json.loads(manifest.read_text(encoding="utf-8"))
        data["files"][name] = sha256_of(original + EDIT)
        manifest.write_text(json.dumps(data), encoding="utf-8")
    return original


@pytest.mark.parametrize("name", FILES)
def test_an_edited_file_is_made_again(name: str, project: Project) -> None:
    original = edit(project, name, forged=False)
    project.generate()
    assert (project.package / name).read_bytes() == original


@pytest.mark.parametrize("name", FILES)
def test_a_forged_manifest_deceives_neither_a_full_check_nor_a_fresh_run(
    name: str, project: Project
) -> None:
    original = edit(project, name, forged=True)
    assert project.run("check").code == 0
    found = project.run("check", "--full")
    assert found.code == 1
    assert "-x = 1\n" in found.err
    project.generate()
    assert (project.package / name).read_bytes() == original + EDIT  # it is reused
    project.generate("--fresh")
    assert (project.package / name).read_bytes() == original
    assert project.run("check", "--full").code == 0


@pytest.mark.parametrize("name", FILES)
def test_a_forged_file_whose_sources_changed_is_made_again(name: str, project: Project) -> None:
    edit(project, name, forged=True)
    project.replace("kind: {type: string}", "kind: {type: string, description: Its species.}")
    project.replace("operationId: trees/plant", "operationId: trees/grow")
    project.replace('client = "Orchard"', 'client = "Grove"', project.root / "pyproject.toml")
    project.generate()
    assert not (project.package / name).read_bytes().endswith(EDIT)
    assert project.run("check", "--full").code == 0


def test_what_changed_is_made_as_from_nothing(project: Project) -> None:
    project.replace("weight: {type: number}", "weight: {type: number, description: In grams.}")
    changed = project.generate().out
    again = project.tree()
    project.generate("--fresh")
    assert project.tree() == again
    assert "3 files changed" in changed  # models.py, openapi.json and the manifest


def test_a_template_of_the_models_is_one_of_their_sources(project: Project) -> None:
    own = project.root / "own" / "models"
    own.mkdir(parents=True)
    template = own / "module.py.jinja"
    from generator.codegen.render.templates import templates_folder

    text = (templates_folder() / "models/module.py.jinja").read_text(encoding="utf-8")
    template.write_text(text, encoding="utf-8")
    project.configure('templates = "own"\n')
    project.generate()
    text = text.replace("{{ module.doc | docstring(0) }}", '"""Ours."""')
    template.write_text(text, encoding="utf-8")
    project.generate()
    assert "Ours." in (project.package / "models.py").read_text(encoding="utf-8")


def test_line_ends_of_a_checkout_do_not_prevent_it(project: Project) -> None:
    edit(project, "models.py", forged=True)
    path = project.package / "models.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    project.generate()
    assert path.read_bytes().endswith(b"x = 1\r\n")
