"""A pulled description that a person edited: the edits are shown, made an overlay, or dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.base.errors import UsageError
from generator.reading.document.load import parse
from generator.reading.document.overlay.apply import apply_overlays
from generator.reading.document.overlay.from_edits import overlay_from_edits
from tests.project.services.update.conftest import SLICE, UPSTREAM, Shop
from tests.support.project import commit, git

pytestmark = pytest.mark.slow

EDITED = SLICE.replace("type: string", "type: integer").replace("  title", "  title")


@pytest.fixture
def edited(project: Shop) -> Shop:
    """A project in git whose pulled description was edited, and whose upstream moved on."""
    project.update()
    commit(project.root)
    project.describe_by_hand("# Mine.\n" + EDITED)
    commit(project.root)
    project.publish(UPSTREAM.replace("1.0.0", "1.1.0").replace("description: OK", "description: A"))
    return project


def test_the_edits_are_shown_and_nothing_is_written(edited: Shop) -> None:
    error = edited.update(code=2).err
    assert "-          type: string" in error and "+          type: integer" in error
    assert "description: A" not in error, "upstream's changes aren't among the edits"
    assert "spec/shop.yaml was edited since it was pulled" in error
    remedy = "speclock update shop --edits-to-overlay spec/shop.overlay.yaml"
    assert remedy in error and "speclock update shop --replace" in error


def test_they_become_an_overlay(edited: Shop) -> None:
    edited.update("shop", "--edits-to-overlay", "spec/shop.overlay.yaml")
    text = edited.described
    new = UPSTREAM.replace("1.0.0", "1.1.0").replace("description: OK", "description: A")
    assert "type: string" in text and "version: 1.1.0" in text and "description: A" in text
    assert text.startswith("# Mine.\n"), "comments stay"
    overlay = yaml.safe_load(edited.read("spec/shop.overlay.yaml"))
    assert overlay["actions"] == [
        {
            "target": "$.components.schemas.Pet.properties.id",
            "update": {"type": "integer"},
        }
    ]
    assert 'overlays = ["spec/shop.overlay.yaml"]' in edited.read("pyproject.toml")
    assert "id: Opt[int] = None" in edited.read("generated/shop/models.py")
    edited.publish(new.replace("1.1.0", "1.2.0"))
    edited.update()
    assert "version: 1.2.0" in edited.described
    edited.does("drift")
    assert (
        "spec/shop.yaml has no edits"
        in edited.update("--edits-to-overlay", "other.yaml", code=2).err
    )


def test_they_are_dropped(edited: Shop) -> None:
    edited.update("--replace")
    assert "type: string" in edited.described
    assert "version: 1.1.0" in edited.described
    edited.update()


@pytest.mark.parametrize("how", ["no git", "shallow", "not committed"])
def test_without_the_version_that_was_pulled(how: str, project: Shop) -> None:
    """The difference to upstream is shown, since the edits cannot be told from it."""
    project.update()
    if how == "not committed":
        git(project.root, "init", "-q")
    project.describe_by_hand(EDITED)
    if how == "shallow":
        commit(project.root)
    project.publish(UPSTREAM.replace("description: OK", "description: A"))
    error = project.update(code=2).err
    assert "git has no version of it with the content" in error
    assert "-          type: integer" in error and "+          description: A" in error
    project.update("--edits-to-overlay", "spec/shop.overlay.yaml", code=2)
    project.refuses("remove", "pets/list")


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"enum": ["x", "y"]}}}
BASE = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "paths": {
        "/a": {
            "get": {
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                    {"name": "x y", "in": "header", "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/p"},
                ],
                "responses": {"200": {"description": "OK"}},
            }
        }
    },
    "components": {"schemas": {"S": SCHEMA}},
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: string", "type: integer"),
        ("enum: [x, y]", "enum: [x, y, z]"),
        ("enum: [x, y]", "enum: [z, x]"),
        ("enum: [x, y]", "enum: [1, 2]"),
        ("b:", "c:"),
        ("a: {type: string}", "a: {type: [string, 'null']}"),
        ("a: {type: string}", "'a''b': {type: string}"),
        ("a: {type: string}", "a: true"),
        ("description: OK", "description: null"),
        ("in: query", "in: query, required: true"),
        ("name: q", "name: r"),
        ("{$ref: '#/components/parameters/p'}", "{name: n, in: query}"),
        ("version: '1'", "version: 2"),
        ("/a", "/b"),
    ],
)
def test_an_overlay_does_what_the_edits_do(old: str, new: str, tmp_path: Path) -> None:
    text = yaml.safe_dump(BASE, default_flow_style=None, sort_keys=False)
    new = new.replace(", required", "\n        required")
    assert old in text, text
    base, other = (
        parse(one.encode(), path=tmp_path / "a.yaml", name="a.yaml")
        for one in (text, text.replace(old, new))
    )
    for name in ("o.yaml", "o.json"):
        written = overlay_from_edits(base, other, "Edits", tmp_path / name)
        overlay = parse(written.encode(), path=tmp_path / name, name=name)
        assert apply_overlays(base, [overlay]).root == other.root


def test_nothing_to_write(tmp_path: Path) -> None:
    base = parse(yaml.safe_dump(BASE).encode(), path=tmp_path / "a.yaml", name="a.yaml")
    with pytest.raises(UsageError, match="cannot be written as an overlay"):
        overlay_from_edits(base, base, "Edits", tmp_path / "o.yaml")


def test_the_actions_are_in_the_order_of_the_description(tmp_path: Path) -> None:
    """So that the same edits give the same overlay in each run."""
    names = [f"n{number}" for number in (5, 3, 9, 1, 7)]
    old, new = (
        parse(yaml.safe_dump(one, sort_keys=False).encode(), path=tmp_path / "a.yaml", name="a")
        for one in ({**BASE, "x-a": dict.fromkeys(names, 1)}, {**BASE, "x-a": {}})
    )
    actions = yaml.safe_load(overlay_from_edits(old, new, "Edits", tmp_path / "o.yaml"))["actions"]
    assert [one["target"].rpartition(".")[2] for one in actions] == names


class Killed(BaseException):
    """A stop that nothing catches."""


def killed(*_: object) -> None:
    raise Killed


def test_an_overlay_is_listed_once(edited: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the run was cut off after it wrote the settings, and is repeated."""
    words = ("update", "shop", "--edits-to-overlay", "spec/shop.overlay.yaml", "--yes")
    with monkeypatch.context() as patch:
        patch.setattr("generator.project.services.updates.hand_edits.write_description", killed)
        with pytest.raises(Killed):
            edited.run(*words)
    line = 'overlays = ["spec/shop.overlay.yaml"]'
    assert line in edited.read("pyproject.toml")
    edited.does(*words)
    settings = edited.read("pyproject.toml")
    assert line in settings and settings.count("shop.overlay.yaml") == 1
    assert "id: Opt[int] = None" in edited.read("generated/shop/models.py")


@pytest.mark.parametrize("last", ["update", "remove"])
def test_an_update_that_was_cut_off_is_no_edit(
    last: str, project: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The description is new already, and the lock not yet; nobody edited it by hand."""
    project.settings(upstream=project.server.url(), operations=["pets/list", "pets/make"])
    project.update()
    project.publish(UPSTREAM.replace("1.0.0", "1.1.0").replace("description: OK", "description: A"))
    with monkeypatch.context() as patch:
        patch.setattr("generator.project.services.updates.result.write", killed)
        with pytest.raises(Killed):
            project.run("update", "--yes")
    assert "description: A" in project.described
    for word in ("drift", "check"):
        said = project.run(word)
        assert "edited" not in said.out + said.err, said
    words = ("update", "--yes") if last == "update" else ("remove", "pets/make", "--yes")
    project.does(*words)
    project.does("check", "--full")
    assert "version: 1.1.0" in project.described
    project.update()
    assert project.lock["shop.yaml"]["info.version"] == "1.1.0"
