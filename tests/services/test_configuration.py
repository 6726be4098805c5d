"""``generate`` and ``check`` with several clients, pins, selections and faults."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.support.checked_project import SPEC, Project, both_modes, names

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
    found = project.run("generate", "--strict")
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
    found = project.run("generate", "--strict")
    assert found.code == 2
    assert "nothing was written" in found.err
    assert project.tree() == before


@pytest.mark.parametrize(
    ("wanted", "command"),
    [("baskets", "speclock {} baskets\n"), ("Fruit", "speclock {} orchard --client CLASS\n")],
)
@both_modes
def test_a_class_is_of_one_client(
    mode: list[str], wanted: str, command: str, project: Project
) -> None:
    """With several, ``--client`` is taken for a package by mistake."""
    project.configure(TWO)
    assert project.run("generate").code == 0
    before = project.tree()
    found = project.run(*mode, "--client", wanted)
    assert found.code == 2
    assert found.err.endswith(command.format(mode[0]))
    assert project.run("generate", "--client", wanted).code == 2
    assert project.tree() == before
    assert project.run("check", "baskets", "--client", "Fruit").code == 1


def test_a_section_without_a_client(project: Project) -> None:
    (project.root / "pyproject.toml").write_text("[tool.speclock]\n", encoding="utf-8")
    found = project.run("check")
    assert found.code == 2
    assert found.err.endswith("To add one: speclock init FILE|URL\n")


def test_a_missing_description_is_told_with_its_setting(project: Project) -> None:
    project.spec.unlink()
    for command in ("check", "generate", "drift"):
        found = project.run(command, *(["--revision", "x.yaml"] if command == "drift" else []))
        assert found.code == 2
        assert "Check the path, spec of [tool.speclock.clients.orchard]" in found.err
        assert ("nothing was written" in found.err) == (command == "generate")


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
        ("operations = []\n", "operations is empty. List selectors, or remove it."),
        ("pagination = {style = 'link', operations = []}\n", "operations is empty"),
        ("operations = [1]\n", "operations must be a list of text"),
        ("calls = { a = 1 }\n", "calls must be a table of text"),
        ('names = {Tree = "9"}\n', "'9' cannot be a Python name"),
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


def test_a_violation_beside_what_is_emitted_is_nothing_to_say(project: Project) -> None:
    project.replace("weight: {type: number}", "weight: {type: number, minimum: light}")
    assert project.generate("--operation", "trees/list").err == ""


def test_a_violation_inside_what_is_emitted(project: Project) -> None:
    line = project.replace("weight: {type: number}", "weight: {type: number, minimum: light}")
    before = project.tree()
    found = project.run("generate", "--operation", "baskets/list", "--strict")
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
    tests = (project.tests / "test_baskets.py").read_text(encoding="utf-8")
    assert '"weight": 3.5' in tests
    assert '"light"' not in tests
    assert project.run("check").code == 0


def test_a_client_without_tests_and_without_the_fake(project: Project) -> None:
    """What an earlier run wrote of them goes; the rest is the same and works."""
    with_all = {name for name in project.tree() if name.startswith("orchard/")}
    project.configure("tests = false\nfake = false\n")
    project.generate()
    assert not project.tests.exists()
    assert with_all - project.tree().keys() == {
        f"orchard/{name}"
        for name in (
            "_fake.py",
            "_recorder.py",
            "testing.py",
            "pytest_plugin.py",
            "_examples.json",
        )
    }
    assert not any(name.startswith("tests/") for name in project.tree())
    assert b"the fake" not in project.tree()["orchard/_client.py"]
    assert project.run("check").code == 0
    assert project.run("check", "--full").code == 0
    assert project.run("verify", "generated/orchard").code == 0
    copied = project.run("vendor", "lib/fruit", "--tests", "lib/tests")
    assert (copied.code, "has no tests" in copied.err) == (2, True)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("x = " + "[" * 100_000 + "\n", "nested too deep"),
        ('allowed = "a\\u0000b"\n', "allowed: 'a\\x00b' contains a NUL"),
        (f'allowed = "{"a" * 300}"\n', "is too long"),
        (f'overlays = ["{"a/" * 1_000}"]\n', "is too long"),
    ],
)
def test_a_configuration_that_cannot_be_read(more: str, says: str, project: Project) -> None:
    project.configure(more)
    for command in ("generate", "check", "update", "drift", "ls", "verify --all"):
        found = project.run(*command.split())
        assert (found.code, says in found.err) == (2, True), (command, found.err)
        assert len(found.err) < 1_000


def test_a_deep_allow_list(project: Project) -> None:
    project.spec.with_suffix(".allowed.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    found = project.run("drift", "--revision", str(project.spec))
    assert (found.code, "orchard.allowed.toml: nested too deep" in found.err) == (2, True)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
@pytest.mark.parametrize("kind", ["device", "link to a device", "pipe", "folder", "circle"])
@pytest.mark.parametrize("key", ["spec", "upstream", "overlays", "root"])
def test_a_path_that_is_no_file(key: str, kind: str, project: Project) -> None:
    """It is neither waited for nor read without end."""
    path = project.root / "odd.yaml"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "circle":
            path.symlink_to(path.name)
        case _:
            path.symlink_to("/dev/zero")
    name = "/dev/zero" if kind == "device" else path.name
    if key != "upstream":
        project.configure('upstream = "spec/orchard.yaml"\n')
    if key == "spec":
        text = (project.root / "pyproject.toml").read_text(encoding="utf-8")
        text = text.replace("spec/orchard.yaml", name, 1)
        (project.root / "pyproject.toml").write_text(text, encoding="utf-8")
    else:
        project.configure(f"{key} = {json.dumps([name] if key == 'overlays' else name)}\n")
    for command in ("generate", "check", "update --yes", "drift", "ls", "show trees/list"):
        found = project.run(*command.split())
        assert found.code in (0, 1, 2), (command, found.err)
        assert "internal error" not in found.err
    commands = {"upstream": ("update --yes", "drift"), "root": ()}.get(key, ("generate", "drift"))
    for command in commands:
        found = project.run(*command.split())
        assert (found.code, Path(name).name in found.err) == (2, True), (command, found.err)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_links_to_a_device_among_the_files_of_a_client(project: Project) -> None:
    project.generate()
    for folder in (project.package, project.tests):
        (folder / "endless.py").symlink_to("/dev/zero")
    for command in ("check", "check --full", "generate", "drift --revision spec/orchard.yaml"):
        found = project.run(*command.split())
        assert found.code in (0, 1, 2), (command, found.err)
        assert "internal error" not in found.err
