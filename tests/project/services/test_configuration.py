"""``generate`` and ``check`` with several clients, pins, selections, faults and large settings."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from generator.base.errors import UsageError
from generator.base.portable import MAX_TEXT
from generator.project.lockfile import LOCK, read_entries
from generator.project.settings_file import parse_settings
from generator.watch.changes import allowlist
from tests.support.command import speclock
from tests.support.project import Project, manifest, names

TWO = """
[tool.speclock.clients.baskets]
spec = "spec/orchard.yaml"
operations = ["baskets/list"]
"""


@pytest.mark.slow
def test_two_clients(mode: list[str], project: Project) -> None:
    project.configure(TWO)
    assert names(project.run(*mode), "baskets/models.py", "missing")
    assert project.generate("baskets").out.count("\n") == 1
    assert project.does(*mode).out.count("up to date") == 2
    (project.output / "baskets" / "models.py").unlink()
    found = project.run(*mode)
    assert names(found, "baskets/models.py", "missing")
    assert "orchard: up to date" in found.out
    project.does(*mode, "orchard")


@pytest.mark.parametrize("also", [True, False])
def test_a_refused_client_does_not_stop_the_others(also: bool, project: Project) -> None:
    project.configure(TWO.replace("spec/orchard.yaml", "spec/bad.yaml"))
    shutil.copy(project.spec, project.spec.with_name("bad.yaml"))
    line = project.replace("{type: number}", "{type: nmber}", "spec/bad.yaml")
    new = "age: {type: integr" if also else "age: {minimum: 1, type: integer"
    project.replace("age: {type: integer", new)
    for command in ("check", "check --full", "generate"):
        error = project.run(*command.split(), "--strict", code=2).err
        assert f"spec/bad.yaml:{line}:18: error: 'nmber' " in error
        assert ("spec/orchard.yaml:" in error) == also
    assert "1 refused; nothing was written for baskets.\n" in error
    assert ("ge=1" in project.read("generated/orchard/models.py")) != also


@pytest.mark.parametrize(
    ("wanted", "command"),
    [("baskets", "speclock {} baskets\n"), ("Fruit", "speclock {} orchard --client CLASS\n")],
)
def test_a_class_is_of_one_client(wanted: str, command: str, project: Project) -> None:
    """With several, ``--client`` is taken for a package by mistake."""
    project.configure(TWO)
    project.generate()
    for word in ("check", "generate"):
        error = project.refuses(word, "--client", wanted)
        assert error.endswith(command.format(word))
    project.run("check", "baskets", "--client", "Fruit", code=1)


def test_a_section_without_a_client(project: Project) -> None:
    project.write("pyproject.toml", "[tool.speclock]\n")
    found = project.run("check", code=2)
    assert found.err.endswith("To add one: speclock init FILE|URL\n")


def test_a_missing_description_is_told_with_its_setting(project: Project) -> None:
    project.spec.unlink()
    for command in ("check", "generate", "drift --revision x.yaml"):
        found = project.run(*command.split(), code=2)
        assert "Check the path, spec of [tool.speclock.clients.orchard]" in found.err
        assert ("nothing was written" in found.err) == (command == "generate")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('clent = "X"\n', "'clent'. Did you mean 'client'?"),
        ('operation = ["trees/list"]\n', "Did you mean 'operations'?"),
        ("client2 = 1\n", "'client2'"),
        ("operations = 1\n", "operations must be a list"),
        ('http = "requests"\n', "http must be one of httpx, httpx2, not 'requests'"),
        ('rate_limit_reset_unit = "hours"\n', "must be one of seconds, epoch, not 'hours'"),
        ("names = 1\n", "names must be a table"),
        ("operations = []\n", "operations is empty. Give it a value, or remove it."),
        ("pagination = {style = 'link', operations = []}\n", "operations is empty"),
        ("operations = [1]\n", "operations must be a list of text"),
        ("calls = { a = 1 }\n", "calls must be a table of text"),
        ('names = {Tree = "9"}\n', "'9' cannot be a Python name"),
        ('names = {Tree = ["x"]}\n', "names"),
        ("\n[tool.speclock.clients.empty]\n", "lacks 'spec'"),
        ("\n[tool.speclock.clients.a-b]\nspec = 'x'\n", "'a-b'"),
        ("oops\n", "TOML"),
        ('error_when = "ok is false"\n', "error_when must be a member and a JSON value, as `ok =="),
        ('error_when = { a = "ok" }\n', "error_when must be a member and a JSON value"),
        ('idempotency_header = "my key"\n', "idempotency_header must be the name of a header"),
        ('webhook_signature = {scheme = "hmac", header = "a b"}', "header must be the name"),
        ('webhook_signature = {scheme = "hmac", header = "X", prefix = "é"}', "printable ASCII"),
        (
            'webhook_signature = {scheme = "none", header = "X"}',
            "has no setting 'header' without the scheme 'hmac'",
        ),
        ('models = true\noperations = ["a"]\n', "operations must be left out with models = true"),
        ('calls = {"trees/plant" = "a.b.c"}', "'a.b'"),
        ('calls = {"trees/plant" = "class"}', "'class'"),
        ('calls = {"trees/plant" = ""}', "trees/plant"),
        ('calls = {"trees/plant" = "close"}', "close"),
    ],
)
def test_a_wrong_configuration(more: str, says: str, project: Project) -> None:
    project.configure(more)
    error = project.refuses("generate")
    assert says in error


def test_a_violation_matters_where_it_is_emitted(project: Project) -> None:
    line = project.replace("weight: {type: number}", "weight: {type: number, minimum: light}")
    error = project.refuses("generate", "--operation", "baskets/list", "--strict")
    assert f"spec/orchard.yaml:{line}:" in error
    assert project.generate("--operation", "trees/plant").err == ""


def test_a_warning_points_at_the_example(project: Project) -> None:
    """An example that doesn't satisfy its schema isn't used, and the manifest lists it."""
    schema = 'schema: {type: array, items: {$ref: "#/components/schemas/Basket"}}'
    light, heavy = "light: {value: [{weight: light}]}", "heavy: {value: [{weight: 3.5}]}"
    indent = "\n              "
    examples = f"{indent}examples:{indent}  {light}{indent}  {heavy}"
    line = project.replace(schema, schema + examples) + 2
    found = project.generate()
    assert re.match(rf"spec/orchard\.yaml:{line}:\d+: warning: the example 'light' ", found.err)
    (unused,) = manifest(project.package)["unused_examples"]
    assert "/examples/light" in unused
    tests = project.read("generated/tests/orchard/test_baskets.py")
    assert "3.5" in tests
    assert "'light'" not in tests and '"light"' not in tests
    project.does("check")


def test_a_client_without_tests_and_without_the_fake(project: Project) -> None:
    """What an earlier run wrote of them goes; the rest is the same and works."""
    before = project.files("generated/orchard").keys()
    project.replace('tests = "all"', "tests = false\nfake = false", "pyproject.toml")
    project.generate()
    assert not project.tests.exists()
    assert before - project.files("generated/orchard").keys() == {
        "_runtime/fake.py", "testing.py", "_examples.json",
    }  # fmt: skip
    assert "the fake" not in project.read("generated/orchard/client.py")
    for command in ("check", "check --full", "verify generated/orchard"):
        project.does(*command.split())
    copied = project.run("vendor", "lib/fruit", "--tests", "lib/tests", code=2)
    assert "has no tests" in copied.err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("x = " + "[" * 100_000 + "\n", "nested too deep"),
        ('allowed = "a\\u0000b"\n', "allowed contains a control character: 'a\\x00b'"),
        (f'allowed = "{"a" * 300}"\n', "is too long"),
        (f'overlays = ["{"a/" * 1_000}"]\n', "is too long"),
    ],
)
def test_a_configuration_that_cannot_be_read(more: str, says: str, project: Project) -> None:
    project.configure(more)
    for command in ("generate", "check", "update", "drift", "ls", "verify --all"):
        found = project.run(*command.split(), code=2)
        assert says in found.err, (command, found.err)
        assert len(found.err) < 1_000


def test_a_deep_allow_list(project: Project) -> None:
    project.spec.with_suffix(".allowed.toml").write_text("x = " + "[" * 100_000, encoding="utf-8")
    assert "orchard.allowed.toml: nested too deep" in project.refuses(
        "drift", "--revision", str(project.spec)
    )


@pytest.mark.slow
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
        text = project.read("pyproject.toml")
        project.write("pyproject.toml", text.replace("spec/orchard.yaml", name, 1))
    else:
        project.configure(f"{key} = {json.dumps([name] if key == 'overlays' else name)}\n")
    for command in ("generate", "check", "update --yes", "drift", "ls", "show trees/plant"):
        found = project.run(*command.split())
        assert found.code in (0, 1, 2), (command, found.err)
        assert "internal error" not in found.err
    commands = {"upstream": ("update --yes", "drift"), "root": ()}.get(key, ("generate", "drift"))
    for command in commands:
        assert Path(name).name in project.refuses(*command.split())


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_links_to_a_device_among_the_files_of_a_client(project: Project) -> None:
    for folder in (project.package, project.tests):
        (folder / "endless.py").symlink_to("/dev/zero")
    for command in ("check", "check --full", "generate", "drift --revision spec/orchard.yaml"):
        found = project.run(*command.split())
        assert found.code in (0, 1, 2), (command, found.err)
        assert "internal error" not in found.err


HOSTILE = {
    "a = " + "[" * 100_000: "nested too deep",
    "a = " + "{a = " * 10_000: "nested too deep",
    "a" + ".a" * 100_000 + " = 1": ":1: a key of more than 100 names",
    "\n[" + "a." * 100_000 + "a]": ":2: a key of more than 100 names",
    '"a b"' + '."a b"' * 1_000 + " = 1": ":1: a key of more than 100 names",
    "a = " + "1" * 5_000: "not well-formed TOML",
}


@pytest.mark.parametrize(("text", "fact"), HOSTILE.items(), ids=[*map(str, range(len(HOSTILE)))])
def test_settings_and_allow_lists_are_refused(text: str, fact: str) -> None:
    with pytest.raises(UsageError, match=f"pyproject.toml.*{fact}"):
        parse_settings(text, Path("pyproject.toml"))
    with pytest.raises(UsageError, match=f"a.allowed.toml.*{fact}"):
        allowlist.read_allowances(text, "a.allowed.toml")


def test_a_text_with_many_dots_is_no_key() -> None:
    settings = parse_settings(
        f"[tool.other]\na = '{'.' * 500}'\nb = '{'a.' * 90}'", Path("pyproject.toml")
    )
    assert not settings.clients


def test_large_settings_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.speclock]\n" + "#" * MAX_TEXT)
    outcome = speclock(tmp_path, "ls")
    assert outcome.code == 2
    assert "pyproject.toml has more than 1,048,576 bytes" in outcome.err


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' * 100_000, " " * (MAX_TEXT + 1)])
def test_a_lock_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / LOCK).write_text(text)
    with pytest.raises(UsageError, match="isn't the lock file that speclock wrote"):
        read_entries(tmp_path)
