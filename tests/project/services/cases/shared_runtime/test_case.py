"""``runtime = "acme.shared"``: one folder of modules for several clients."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import CALL, ORCHARD, Project, edit_manifest, manifest, settings, tree

pytestmark = pytest.mark.slow

BIRDS = """\
openapi: 3.0.3
info: {title: Birds, version: "2.0"}
servers: [{url: https://birds.example}]
paths:
  /birds:
    post:
      operationId: trees/plant
      tags: [trees]
      requestBody:
        content:
          multipart/form-data:
            schema:
              type: object
              properties: {picture: {type: string, format: binary}}
      responses:
        "200":
          description: The bird.
          content:
            application/json:
              schema: {type: object, properties: {hatched: {type: string, format: date}}}
"""
"""It needs modules that the orchard doesn't: those of uploads and of formats."""
BOTH = """\
import asyncio
import logging

import birds
import birds.testing
import orchard
import orchard.testing

logging.basicConfig(format="%(name)s: %(message)s", level=logging.INFO)
more = orchard.testing.Reply(200, {"id": "7", "more": 1})


async def call() -> None:
    fake = orchard.testing.Fake()
    fake.trees_plant.answers(more)
    async with orchard.AsyncOrchard("token", transport=fake) as client:
        print((await client.trees.plant(orchard.models.Tree(kind="APPLE"))).id)


fake = birds.testing.Fake()
fake.trees_plant.answers(birds.testing.Reply(200, {"hatched": "2020-02-02", "more": 1}))
with birds.Birds(transport=fake) as client:
    print(client.trees.plant(birds.models.TreesPlantRequest(picture=b"picture")).hatched)
    print(fake.trees_plant.calls[0].request.headers["user-agent"])
asyncio.run(call())
assert birds.Options is orchard.Options
assert birds.errors is not orchard.errors
"""

CAUGHT = """\
from typing import assert_type

import birds
import orchard
from acme.shared._runtime.errors import ApiError


def plant(trees: orchard.Orchard, nests: birds.Birds) -> str:
    try:
        trees.trees.plant({"kind": "APPLE"})
        nests.trees.plant({"picture": b"picture"})
    except orchard.errors.NotFoundError as error:
        assert_type(error, orchard.errors.NotFoundError)
        return error.url
    except birds.errors.RateLimitError as error:
        assert_type(error.retry_after, float | None)
        return str(error.retry_after)
    except (orchard.errors.OrchardError, birds.errors.BirdsError) as error:
        return str(error)
    except ApiError as error:
        return str(error.status_code)
    return ""
"""
"""A program that tells the errors of both apart."""


def configured(**more: object) -> str:
    """Return settings of both clients; ``more`` are those of the second."""
    shared = {"runtime": "acme.shared"}
    return settings(
        {
            "orchard": {"spec": "spec/orchard.yaml", "client": "Orchard", **shared},
            "birds": {"spec": "spec/birds.yaml", "client": "Birds", **shared, **more},
        }
    )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project with both clients, generated."""
    project = Project(tmp_path / "project")
    project.write("spec/orchard.yaml", ORCHARD)
    project.write("spec/birds.yaml", BIRDS)
    project.write("pyproject.toml", configured())
    project.generate()
    return project


def modules(project: Project) -> set[str]:
    """Return the names of the modules of the runtime."""
    return {path.stem for path in (project.output / "acme/shared/_runtime").glob("*.py")}


def python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False
    )


def test_two_clients_use_one_runtime(project: Project) -> None:
    """They log, name themselves and keep what they logged apart."""
    assert not list(project.output.glob("*/_runtime"))
    assert {"uploads", "formats", "fake", "call"} < modules(project)
    done = python(project.output, "-c", BOTH)
    assert done.stdout.splitlines() == ["2020-02-02", "birds/2.0", "7"], done.stderr
    assert [line for line in done.stderr.splitlines() if "undocumented member" in line] == [
        f"{name}: trees.plant: response has the undocumented member /more "
        "(response/schema/property/added)"
        for name in ("birds", "orchard")
    ]
    assert (
        python(project.output, "-m", "pytest", "-q", "--import-mode=importlib", "tests").returncode
        == 0
    )
    for mode in (["check"], ["check", "--full"], ["check", "orchard"]):
        assert "unchanged" in project.does(*mode).out


def test_types_are_strict_over_both(project: Project) -> None:
    project.write("generated/caught.py", CAUGHT)
    packages = "orchard", "birds", "acme", "caught.py"
    assert python(project.output, "-m", "mypy", "--strict", *packages).returncode == 0
    project.write("generated/pyrightconfig.json", '{"typeCheckingMode": "strict"}')
    done = python(project.output, "-m", "basedpyright", "--pythonpath", sys.executable, *packages)
    assert done.returncode == 0, done.stdout
    config = ["--isolated", "--select=I,F", "--line-length=100"]
    assert python(project.output, "-m", "ruff", "check", *config, *packages).returncode == 0


def test_one_alone_keeps_what_the_other_needs(project: Project) -> None:
    before, everything = project.files("generated"), modules(project)
    project.generate("orchard", "--fresh")
    assert project.files("generated") == before
    project.generate("birds", "--fresh")
    assert project.files("generated") == before
    project.write("spec/birds.yaml", BIRDS.replace(", format: date", ""))
    project.generate("birds")
    assert everything - modules(project) == {"exact_texts", "formats"}
    project.does("check", "--full")


def test_a_client_that_is_removed(project: Project) -> None:
    """What it alone needed is an extra file, which the next run removes."""
    text = configured()
    project.write("pyproject.toml", text[: text.index("[tool.speclock.clients.birds]")])
    assert (
        "not generated any more: generated/acme/shared/_runtime/uploads.py"
        in project.run("check", code=1).err
    )
    project.generate()
    assert {"uploads", "formats"}.isdisjoint(modules(project))
    assert python(project.output, "-c", CALL.format(name="orchard")).returncode == 0
    project.does("check")
    project.write("pyproject.toml", text.replace('runtime = "acme.shared"\n', ""))
    project.generate()
    assert not list(project.output.glob("acme/**/*.py"))
    assert (project.package / "_runtime").is_dir()


def test_what_somebody_else_wrote(project: Project) -> None:
    """A package that is there stays; modules of theirs in the runtime's folder are reported."""
    own = project.write("generated/mine/__init__.py", "x = 1\n")
    project.write("pyproject.toml", configured().replace("acme.shared", "mine"))
    project.generate()
    assert own.read_text() == "x = 1\n"
    assert (project.output / "mine/_runtime/http.py").is_file()
    assert not (project.output / "mine/py.typed").exists()
    theirs = project.write("generated/mine/_runtime/more.py", "x = 1\n")
    for mode in (["check"], ["check", "--full"]):
        assert (
            "not written by speclock: generated/mine/_runtime/more.py"
            in project.run(*mode, code=1).err
        )
    project.generate()
    assert theirs.exists()
    (project.output / "mine/_runtime/retry.py").write_text("# mine\n")
    shutil.rmtree(project.package)
    assert "was not written by speclock" in project.refuses("generate", "orchard")


def test_an_edit_of_the_runtime(project: Project) -> None:
    path = project.output / "acme/shared/_runtime/retry.py"
    path.write_text(path.read_text() + "\nx = 1\n")
    for mode in ("check", "check --full", "check birds"):
        found = project.run(*mode.split(), code=1)
        assert "hand-edited: generated/acme/shared/_runtime/retry.py" in found.err
    assert "retry.py: edited" in project.run("verify", project.package, code=1).err
    assert "retry.py: edited" in project.refuses("vendor", "copy/fruit", "orchard")
    project.generate("birds")
    project.does("check")


def test_another_version(project: Project) -> None:
    edit_manifest(project.package, lambda data: data["tool"].update(speclock="0.0.1"))
    error = project.refuses("generate", "birds")
    assert "orchard shares the runtime acme.shared with birds, and was generated by" in error
    assert error.rstrip().endswith("speclock generate birds orchard")
    project.generate("birds", "orchard")
    edit_manifest(project.package, lambda data: data["tool"].update(speclock="0.0.1"))
    project.generate()
    project.does("check")


def test_a_copy_has_its_own_runtime(project: Project) -> None:
    copy, tests = project.root / "farm/fruit", project.root / "farm/tests"
    project.does("vendor", copy, "orchard", "--tests", tests)
    assert "formats.py" not in {path.name for path in (copy / "_runtime").glob("*.py")}
    assert not [
        name
        for name, text in tree(copy).items()
        if b"acme.shared" in text and name != "speclock.json"
    ]
    assert "runtime" not in manifest(copy) or "files" not in manifest(copy)["runtime"]
    done = python(copy.parent, "-c", CALL.format(name="fruit"))
    assert done.stdout == "fruit.models 3\n", done.stderr
    assert (
        python(copy.parent, "-m", "pytest", "-q", "--import-mode=importlib", "tests").returncode
        == 0
    )
    against = "--against", project.package
    for words in ((), ("--from", project.package), against):
        assert "untouched" in project.does("verify", copy, *words).out
    project.does("upgrade", copy, "orchard")
    project.replace("PLUM]", "PLUM, FIG]")
    project.generate()
    for words in ((), ("--from", project.package), against):
        found = project.run("verify", copy, *words, code=1).err
        assert "models.py" in found and "client.py" not in found
    (copy / "client.py").write_text((copy / "client.py").read_text() + "x = 1\n")
    assert "edited" in project.run("verify", copy, *against, code=1).err


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("acme..shared", "runtime"), ("../evil", "runtime"), ("acme.class", "runtime"),
        ("acme.con", "runtime"), ("json", "hides a module"), ("httpx.more", "hides a module"),
        ("orchard", "a folder of orchard"), ("orchard.inner", "a folder of orchard"),
        ("Birds", "a folder of birds"), ("tests", "tests"), ("a b", "runtime"),
    ],
)  # fmt: skip
def test_a_name_that_no_runtime_can_have(tmp_path: Path, name: str, fault: str) -> None:
    project = Project(tmp_path / "project")
    project.write("spec/orchard.yaml", ORCHARD)
    project.write("pyproject.toml", configured().replace("acme.shared", name))
    assert fault in project.refuses("generate")


def test_settings_that_one_runtime_has_once(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    for more in ({"http": "httpx2"}, {"output": "src"}, {"runtime": "ACME.shared"}):
        project.write("pyproject.toml", configured(**more))
        assert f"{next(iter(more))} differs from that of" in project.refuses("generate")


def test_the_output_is_in_the_package(tmp_path: Path) -> None:
    """The runtime's folder is found from the first part of its name that ``output`` has."""
    project = Project(tmp_path / "project")
    project.write("spec/orchard.yaml", ORCHARD)
    project.write("spec/birds.yaml", BIRDS)
    for name in ("acme", "acme/clients"):
        project.write(f"src/{name}/__init__.py", "")
    for runtime, folder in (
        ("acme.shared", "shared/_runtime"),
        ("acme.clients", "clients/_runtime"),
    ):
        text = configured().replace("acme.shared", runtime)
        project.write(
            "pyproject.toml",
            text.replace("[tool.speclock]", '[tool.speclock]\noutput = "src/acme/clients"'),
        )
        project.generate()
        project.does("check", "--full")
        assert (project.root / "src/acme" / folder / "call.py").is_file()
        done = python(project.root / "src", "-c", CALL.format(name="acme.clients.orchard"))
        assert done.stdout == "acme.clients.orchard.models 3\n", done.stderr
        done = python(project.root, "-m", "pytest", "-q", "src/acme/clients/tests/orchard")
        assert done.returncode == 0, done.stdout
    project.does("verify", "src/acme/clients/orchard")


def test_a_manifest_that_somebody_else_wrote(project: Project) -> None:
    """It leads to no file that speclock didn't write."""
    mine = project.write("generated/mine/_runtime/x.py", "x = 1\n")
    for name in ("../mine/_runtime/x.py", "../../../mine.py", "/etc/passwd", "_runtime/../x.py"):
        before = project.read("generated/orchard/speclock.json")
        first = '"files": {\n      "../acme/'
        entry = f'"files": {{\n      "{name}": "{"0" * 64}",\n      "../acme/'
        assert before.count(first) == 1
        project.write("generated/orchard/speclock.json", before.replace(first, entry))
        outcome = project.run("generate", "orchard")
        assert outcome.code == (0 if name.startswith("../") else 2), outcome
        assert mine.exists()
        project.write("generated/orchard/speclock.json", before)
