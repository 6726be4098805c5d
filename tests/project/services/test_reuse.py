"""Files that ``generate`` takes from the last run: only those that it wrote itself, and never all
that it trusts by ``check --full`` or ``generate --fresh``.
"""

from __future__ import annotations

import pytest

from generator.base.portable import sha256_of
from generator.codegen.templates import templates_folder
from tests.support.project import Project, edit_manifest

pytestmark = pytest.mark.slow

FILES = ["models.py", "resources/trees.py", "client.py"]
EDIT = b"x = 1\n"


def edit(project: Project, *, forged: bool) -> dict[str, bytes]:
    """Add a line to files, with ``forged`` also their hashes; return the former bytes."""
    originals = {name: (project.package / name).read_bytes() for name in FILES}
    for name, data in originals.items():
        (project.package / name).write_bytes(data + EDIT)
    if forged:
        hashes = {name: sha256_of(data + EDIT) for name, data in originals.items()}
        edit_manifest(project.package, lambda data: data["files"].update(hashes))
    return originals


def contents(project: Project) -> dict[str, bytes]:
    return {name: (project.package / name).read_bytes() for name in FILES}


def test_an_edited_file_is_made_again(project: Project) -> None:
    originals = edit(project, forged=False)
    project.generate()
    assert contents(project) == originals


def test_a_forged_manifest_deceives_neither_a_full_check_nor_a_fresh_run(project: Project) -> None:
    originals = edit(project, forged=True)
    project.does("check")
    assert project.run("check", "--full", code=1).err.count("-x = 1\n") == len(FILES)
    project.generate()
    forged = {name: data + EDIT for name, data in originals.items()}
    assert contents(project) == forged, "they are reused"
    project.generate("--fresh")
    assert contents(project) == originals
    project.does("check", "--full")


def test_a_forged_file_whose_sources_changed_is_made_again(project: Project) -> None:
    edit(project, forged=True)
    project.replace("Basket:\n", "Basket:\n      description: Woven.\n")
    project.replace("operationId: trees/plant", "operationId: trees/grow")
    project.replace('client = "Orchard"', 'client = "Grove"', "pyproject.toml")
    project.generate()
    assert not any(data.endswith(EDIT) for data in contents(project).values())
    project.does("check", "--full")


def test_what_changed_is_made_as_from_nothing(project: Project) -> None:
    project.replace("weight: {type: number}", "weight: {type: number, description: In grams.}")
    changed = project.generate().out
    again = project.files()
    project.generate("--fresh")
    assert project.files() == again
    assert "2 files changed" in changed  # models.py and the manifest


def test_a_template_of_the_models_is_one_of_their_sources(project: Project) -> None:
    text = (templates_folder() / "models/module.py.jinja").read_text(encoding="utf-8")
    project.write("own/models/module.py.jinja", text)
    project.configure('templates = "own"\n')
    project.generate()
    project.replace("{{ module.doc | docstring(0) }}", '"""Ours."""', "own/models/module.py.jinja")
    project.generate()
    assert "Ours." in project.read("generated/orchard/models.py")


def test_line_ends_of_a_checkout_do_not_prevent_it(project: Project) -> None:
    edit(project, forged=True)
    path = project.package / "models.py"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    project.generate()
    assert path.read_bytes().endswith(b"x = 1\r\n")
