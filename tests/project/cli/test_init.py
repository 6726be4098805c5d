"""``speclock init``: what it writes into an empty folder and into a project, and what it leaves."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from generator.base.config import Client
from generator.base.errors import UsageError
from generator.base.version import REPOSITORY
from generator.project.services.project import ci_workflow
from generator.project.services.project.pyproject_edit import with_client
from generator.project.settings_file import read_settings
from tests.support.command import speclock
from tests.support.project import Project
from tests.support.sockets import Server, answer

KITES = """\
openapi: 3.0.3
info: {title: Kites, version: "1"}
paths:
  /kites:
    get:
      operationId: kites/list
      responses: {"204": {description: None yet.}}
  /storms:
    get:
      operationId: storms/list
      requestBody: {content: {application/json: {schema: {$ref: "storm.yaml"}}}}
      responses: {"204": {description: None yet.}}
"""
SLICE = KITES.partition("  /storms:")[0]
ARGUMENTS = ("kites.yaml", "--operation", "kites/list", "--package", "my_kites")
PROJECT = """\
# mine\x20\x20
[project]
name = 'kite-shop'  # not touched
dependencies = [ "httpx",
]"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / ".git").mkdir()
    project = Project(tmp_path, "my_kites")
    project.write("kites.yaml", KITES)
    return project


def settings(project: Project) -> Client:
    return read_settings(project.root / "pyproject.toml").clients[0]


def test_an_empty_folder_becomes_a_project(project: Project) -> None:
    found = project.run("init", *ARGUMENTS)
    assert (found.code, found.err) == (0, "")
    written = project.files()
    assert written["spec/my-kites.yaml"] == SLICE.encode()
    assert written["pyproject.toml"].decode() == (
        '[tool.speclock.clients.my_kites]\nspec = "spec/my-kites.yaml"\n'
        'operations = ["kites/list"]\nupstream = "kites.yaml"\n'
    )
    lock = json.loads(written["spec/speclock.lock"])["descriptions"]["my-kites.yaml"]
    assert lock["upstream"] == "kites.yaml" and lock["info.version"] == "1"
    project.does("drift")
    assert project.run("update").out.count("up to date") == 1
    assert "generated/my_kites/__init__.py" in written
    assert (
        f"{REPOSITORY}@COMMIT\n".encode() in written[".github/workflows/speclock.yml"]
    )  # from a clone
    assert f"Fill in {REPOSITORY}@COMMIT in .github/workflows/speclock.yml" in found.out
    assert "generated/my_kites/: the client, 1 operation\n" in found.out
    assert "  pip install pytest " in found.out
    assert "  pytest generated/tests/my_kites\n" in found.out
    assert all(name in found.out for name in ("spec/my-kites.yaml", "pyproject.toml"))
    assert "speclock generate" in found.out
    project.does("check", "--full")
    assert project.run("check").out.count("recorded hashes") == 1


def test_a_project_keeps_every_byte(project: Project) -> None:
    project.write("pyproject.toml", PROJECT)
    before = project.files()
    project.does("init", *ARGUMENTS, "--client", "Kites", "--output", "lib")
    after = project.files()
    assert after["pyproject.toml"].startswith(
        before.pop("pyproject.toml") + b"\n\n[tool.speclock]\n"
    )
    assert before.items() <= after.items()
    client = settings(project)
    assert (client.client, client.output) == ("Kites", "lib")
    assert (project.root / "lib" / "my_kites" / "speclock.json").is_file()


@pytest.mark.parametrize(
    ("words", "section", "setting"),
    [
        (("--output", "generated/", "--client", "MyKites"), "", ""),
        (("--output", "./generated", "--client", "my_kites"), "", ""),
        (("--output", "lib"), 'output = "lib"', ""),
        (("--client", "Kites"), "", 'client = "Kites"'),
    ],
)
def test_no_setting_that_equals_the_default_is_written(
    project: Project, words: tuple[str, ...], section: str, setting: str
) -> None:
    project.does("init", *ARGUMENTS, *words)
    table = '[tool.speclock.clients.my_kites]\nspec = "spec/my-kites.yaml"\n'
    table += f"{setting}\n" if setting else ""
    table += 'operations = ["kites/list"]\nupstream = "kites.yaml"\n'
    head = f"[tool.speclock]\n{section}\n\n" if section else ""
    assert project.read("pyproject.toml") == head + table
    project.does("check", "--full")


@pytest.mark.parametrize(("folder", "is_written"), [("spec", False), (".", True)])
def test_the_root_is_written_unless_it_is_the_descriptions_folder(
    project: Project, folder: str, is_written: bool
) -> None:
    project.write("spec/kites.yaml", SLICE)
    project.does("init", "spec/kites.yaml", "--root", folder)
    assert ("root = " in project.read("pyproject.toml")) == is_written
    project.does("check", "--full")


def test_a_second_client_joins_the_section(project: Project) -> None:
    project.does("init", *ARGUMENTS)
    before = project.files()
    words = ("spec/my-kites.yaml", "--operation", "GET /kites", "--package", "others")
    found = project.does("init", *words)
    after = project.files()
    assert after["pyproject.toml"] == before["pyproject.toml"] + (
        b'\n[tool.speclock.clients.others]\nspec = "spec/my-kites.yaml"\n'
        b'operations = ["GET /kites"]\n'
    )
    assert "spec/others.yaml" not in after
    assert ".github/workflows/speclock.yml is unchanged; it checks this client, too.\n" in found.out
    assert "COMMIT" not in found.out
    assert after[".github/workflows/speclock.yml"] == before[".github/workflows/speclock.yml"]
    project.does("check", "--full")


def test_from_a_folder_below_the_project(project: Project) -> None:
    project.write("pyproject.toml", PROJECT)
    below = project.root / "src" / "deep"
    below.mkdir(parents=True)
    found = speclock(below, "init", "../../kites.yaml", *ARGUMENTS[1:])
    assert found.code == 0, found.err
    assert (project.root / "spec" / "my-kites.yaml").is_file()
    assert (
        "../../spec/my-kites.yaml: the description, the selected operations of ../../kites.yaml"
        in found.out
    )
    assert [*below.iterdir()] == []


def test_the_workflow_stands_where_the_repository_begins(project: Project) -> None:
    part = Project(project.root / "parts" / "it's")
    part.write("pyproject.toml", PROJECT)
    part.does("init", "../../kites.yaml", *ARGUMENTS[1:])
    workflow = yaml.safe_load(project.read(".github/workflows/speclock.yml"))
    (*_, last) = workflow["jobs"]["check"]["steps"]
    assert last["with"] == {"arguments": "--full", "working-directory": "parts/it's"}
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", ["calendar", "json", "httpx", "pydantic"])
def test_a_file_named_as_a_module_gives_another_name(project: Project, name: str) -> None:
    project.write(f"{name}.yaml", SLICE)
    found = project.run("init", f"{name}.yaml", "--no-ci")
    assert (found.code, found.err) == (0, "")
    client = settings(project)
    assert client.package == f"{name}_api"
    assert f'-c "import {name}_api"' in found.out


def test_a_package_inside_a_package_may_have_the_name_of_a_module(project: Project) -> None:
    (project.root / "src" / "acme").mkdir(parents=True)
    (project.root / "src" / "acme" / "__init__.py").touch()
    arguments = (*ARGUMENTS[:3], "--package", "json", "--no-ci")
    project.does("init", *arguments, "--output", "src/acme")
    assert (project.root / "src" / "acme" / "json" / "__init__.py").is_file()


def test_an_upstream_outside_of_the_repository_is_told(project: Project) -> None:
    inner = Project(project.root / "project")
    (inner.root / ".git").mkdir(parents=True)
    found = inner.does("init", "../kites.yaml", *ARGUMENTS[1:])
    assert "upstream, ../kites.yaml, is outside of this repository" in found.err
    assert settings(inner).upstream == "../kites.yaml"


UPSTREAM = "https://kites.example/api.yaml"


UPDATES = "uses: o/speclock@c0ffee\n  command: propose\n  spec\n  pyproject.toml"


@pytest.mark.parametrize(
    ("text", "upstream", "inside", "end"),
    [
        ("run: speclock check", "", "", "unchanged; it checks this client, too."),
        ("run: make", "", "", "unchanged. Add to it: speclock check --full"),
        (
            "working-directory: 'a'\nrun: speclock check", "", "b",
            "unchanged. Add to it, in the folder b: speclock check --full",
        ),
        (
            "run: speclock check", UPSTREAM, "",
            "takes nothing from upstream. Do so yourself: speclock update x",
        ),
        (
            UPDATES, UPSTREAM, "",
            "checks and updates this client, too. Add to the PATHS in it: generated",
        ),
    ],
)  # fmt: skip
def test_what_an_existing_workflow_does_for_a_new_client(
    project: Project, text: str, upstream: str, inside: str, end: str
) -> None:
    workflow = project.write("speclock.yml", text)
    client = Client(spec="spec/x.yaml", package="x", output="generated", upstream=upstream)
    assert ci_workflow.coverage(workflow, project.root / inside, client).endswith(end)


def test_a_client_of_that_name_stays(project: Project) -> None:
    project.does("init", *ARGUMENTS)
    error = project.refuses("init", *ARGUMENTS)
    assert "pyproject.toml already has the client 'my_kites'" in error
    assert "speclock generate my_kites" in error


@pytest.mark.parametrize("name", ["My_Kites", "MY_KITES"])
def test_a_client_of_that_name_in_another_case_stays(project: Project, name: str) -> None:
    project.does("init", *ARGUMENTS, "--no-ci")
    words = (*ARGUMENTS[:3], "--no-ci", "--package")
    error = project.refuses("init", *words, name)
    assert "already has the client 'my_kites', which differs from" in error
    assert f"{name!r} only in case: on Windows and macOS they are one folder. Name" in error
    assert f"Name another: --package {name}_2; or change its settings there" in error
    assert error.endswith("speclock generate my_kites\n")
    project.does("init", *words, f"{name}_2")
    assert f"Name another: --package {name}_2_2" in project.refuses("init", *words, f"{name}_2")


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("spec/my-kites.yaml", "is another description"),
        ("generated/my_kites/mine.py", "generated/my_kites exists"),
        ("generated/tests/my_kites/conftest.py", "generated/tests/my_kites exists"),
    ],
)
def test_no_file_is_overwritten(project: Project, path: str, fact: str) -> None:
    project.write(path, "mine")
    assert fact in project.refuses("init", *ARGUMENTS)


def test_a_refused_description_is_named_as_the_user_did(project: Project) -> None:
    error = project.refuses("init", "kites.yaml", "--package", "my_kites")
    line = KITES[: KITES.index('$ref: "storm')].count("\n") + 1
    assert error.startswith(f"kites.yaml:{line}:")
    assert "$ref 'storm.yaml' cannot be read" in error
    assert "speclock-" not in error


def test_a_selector_that_matches_nothing(project: Project) -> None:
    error = project.refuses(
        "init", "kites.yaml", "--operation", "kites/lst", "--package", "my_kites"
    )
    assert "no operation 'kites/lst' in kites.yaml. Did you mean 'kites/list'" in error


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("nowhere.yaml",), "nowhere.yaml cannot be read: No such file"),
        ((*ARGUMENTS[:3], "--package", "my-kites"), "'my-kites' cannot be a package's name"),
        ((*ARGUMENTS[:3], "--package", "class"), "Name another: --package api_class"),
        (("nowhere.yaml", "--package", "class"), "'class' cannot be a package's name: it is a key"),
        ((*ARGUMENTS[:3], "--package", "json"), "Name another: --package json_api"),
        ((*ARGUMENTS[:3], "--package", "httpx"), "Name another: --package httpx_api"),
        ((*ARGUMENTS[:3], "GET /storms"), "Repeat the option: --operation A --operation B."),
    ],
)
def test_misuse(project: Project, arguments: tuple[str, ...], fact: str) -> None:
    assert fact in project.refuses("init", *arguments)


def test_settings_in_an_inline_table_are_left_to_their_owner(project: Project) -> None:
    text = "[tool]\nspeclock = {output = 'x', clients = {old = {spec = 'old.yaml'}}}\n"
    project.write("pyproject.toml", text)
    error = project.refuses("init", *ARGUMENTS)
    assert "no table can be added at its end" in error
    assert '\n[tool.speclock.clients.my_kites]\nspec = "spec/my-kites.yaml"\n' in error
    assert "run: speclock update my_kites\n" in error
    table = error.partition("[tool.speclock.clients.my_kites]\n")[2].strip()
    own = f"{{{', '.join(table.splitlines())}}}"
    text = text.replace("old = {spec = 'old.yaml'}", f"my_kites = {own}")
    project.write("pyproject.toml", text)
    project.does("update", "my_kites", "--yes")
    project.does("check", "my_kites")


def test_what_a_broken_run_left_is_no_obstacle(project: Project) -> None:
    project.does("init", *ARGUMENTS)
    (project.root / "pyproject.toml").unlink()
    project.does("init", *ARGUMENTS)
    project.does("check")


@pytest.mark.parametrize("old", [None, b"", b"\n", b"[a]\nb = 1", b"[a]\nb = '''\n'''\n"])
def test_odd_selectors_come_back_as_they_were(old: bytes | None) -> None:
    selectors = ('GET /"quoted"', "tab\there", "back\\slash", "ünï ✓", "del\x7f", "\x1b")
    client = Client(spec="spec/x.yaml", package="x", operations=selectors)
    text = with_client(old, client, "pyproject.toml")[0].decode()
    assert text.startswith((old or b"").decode())
    section = tomllib.loads(text)["tool"]["speclock"]
    assert section["clients"]["x"] == {"spec": "spec/x.yaml", "operations": list(selectors)}


def test_no_table_after_a_table_that_is_closed() -> None:
    with pytest.raises(UsageError, match="Add this yourself"):
        with_client(b"tool.speclock = {}\n", Client(spec="a", package="x"), "pyproject.toml")


def test_an_address_is_fetched_and_remembered(project: Project, server: Server) -> None:
    server.answers["/api/kites.yaml"] = answer(KITES.encode())
    url = server.url("/api/kites.yaml")
    words = ("--operation", "kites/list", "--insecure", "--package", "my_kites")
    assert "speclock update" in project.does("init", url, *words).out
    client = settings(project)
    assert (client.upstream, client.insecure) == (url, True)
    assert "cron: " in project.read(".github/workflows/speclock.yml")
    project.does("drift")
    before = project.files()
    updated = project.does("update")
    assert (updated.out.count("up to date"), updated.err) == (1, "")
    assert project.files() == before
    server.answers["/api/kites.yaml"] = answer(KITES.replace("None yet", "Still none").encode())
    project.does("update", "--docs", "--yes")
    assert "Still none" in project.read(client.spec)
    project.does("check")


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("https://me:hunter2@kites.example/api.yaml", "a password"),
        ("https://kites.example/api.yaml?token=hunter2", "a secret in 'token'"),
        ("https://kites.example/api.yaml?v=1&X-Api-Key=hunter2", "a secret in 'X-Api-Key'"),
        ("https://kites.example/api.yaml?X-Amz-Signature=hunter2", "a secret in 'X-Amz-Signature'"),
    ],
)
def test_a_secret_is_not_recorded(project: Project, url: str, fact: str) -> None:
    error = project.refuses("init", url, "--package", "x")
    assert f"the URL holds {fact}" in error
    assert "curl -o openapi.yaml URL" in error and "speclock init openapi.yaml" in error
    assert "hunter2" not in error


def test_warnings_are_at_lines_of_the_file_that_exists(project: Project) -> None:
    odd = "{in: query, name: q, schema: {type: string, pattern: '(?<=a)['}}"
    odd = KITES.replace("kites/list\n", f"kites/list\n      parameters: [{odd}]\n")
    project.write("kites.yaml", "# A line.\n# Another.\n" + odd)
    found = project.does("init", *ARGUMENTS)
    places = re.findall(r"^(\S+):(\d+):\d+: warning", found.err, re.MULTILINE)
    assert places
    for name, line in places:
        assert "pattern" in project.read(name).splitlines()[int(line) - 1]
        assert name == "spec/my-kites.yaml"


def test_a_description_of_several_files_becomes_one(project: Project) -> None:
    project.write("storm.yaml", "type: object\nproperties: {wind: {type: integer}}\n")
    project.does("init", "kites.yaml", "--package", "my_kites")
    text = project.read("spec/my-kites.yaml")
    assert "storm.yaml" not in text and "wind" in text
    assert "wind: Opt[int]" in project.read("generated/my_kites/models.py")
    assert project.run("update").out.count("up to date") == 1


@pytest.mark.parametrize(
    ("upstream", "events", "jobs"),
    [
        ("", {"push", "pull_request"}, ["check"]),
        ("../kites.yaml", {"push", "pull_request"}, ["check"]),
        (
            "https://kites.example/api.yaml",
            {"push", "pull_request", "schedule", "workflow_dispatch"},
            ["check", "update", "pull-request"],
        ),
    ],
)
def test_only_a_url_is_looked_up_every_day(
    project: Project, upstream: str, events: set[str], jobs: list[str]
) -> None:
    client = Client(spec="spec/x.yaml", package="x", output="generated", upstream=upstream)
    text = ci_workflow.workflow(project.root, client, "o/speclock@c0ffee")
    found = yaml.safe_load(text)
    assert found[True].keys() == events  # YAML 1.1 reads `on` as a boolean
    assert list(found["jobs"]) == jobs
    assert "# if" not in text
    assert "\n\n\n" not in text
    assert not re.search("ACTION|FOLDER|ALLOWED", text)


def test_an_address_that_gives_nothing(project: Project) -> None:
    before = project.files()
    project.run("init", "https://127.0.0.1:1/api.yaml", "--package", "x", code=3)
    assert project.files() == before
