"""``speclock init``: what it writes into an empty folder and into a project, and what it leaves."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from generator.config import Client, load
from generator.errors import UsageError
from generator.services import ci_workflow
from generator.services.pyproject_edit import with_client
from tests.support.answers import Server, answer
from tests.support.command import speclock

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
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "kites.yaml").write_text(KITES, encoding="utf-8")
    return tmp_path


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_empty_folder_becomes_a_project(folder: Path) -> None:
    found = speclock(folder, "init", *ARGUMENTS)
    assert (found.code, found.err) == (0, "")
    written = tree(folder)
    assert written["spec/my-kites.yaml"] == SLICE.encode()
    assert written["pyproject.toml"].decode() == (
        '[tool.speclock]\noutput = "generated"\n\n'
        '[tool.speclock.clients.my_kites]\nspec = "spec/my-kites.yaml"\n'
        'operations = ["kites/list"]\nupstream = "kites.yaml"\n'
    )
    lock = json.loads(written["spec/speclock.lock"])["my-kites.yaml"]
    assert lock["upstream"] == "kites.yaml" and lock["info.version"] == "1"
    assert speclock(folder, "drift").code == 0
    assert speclock(folder, "update").out.count("up to date") == 1
    assert "generated/my_kites/__init__.py" in written
    assert b"SPECLOCK: ''\n" in written[".github/workflows/speclock.yml"]  # run from a clone
    assert "Fill in SPECLOCK in .github/workflows/speclock.yml: the pip requirement" in found.out
    assert "generated/my_kites/: the client, 1 operation\n" in found.out
    assert "  pip install pytest jsonschema-rs" in found.out
    assert "  pytest generated/tests/my_kites\n" in found.out
    for name in (
        "spec/my-kites.yaml",
        "generated/my_kites/",
        "pyproject.toml",
        "speclock generate",
    ):
        assert name in found.out
    assert speclock(folder, "check", "--full").code == 0
    assert speclock(folder, "check").out.count("recorded hashes") == 1


def test_a_project_keeps_every_byte(folder: Path) -> None:
    path = folder / "pyproject.toml"
    path.write_text(PROJECT, encoding="utf-8")
    before = tree(folder)
    assert speclock(folder, "init", *ARGUMENTS, "--client", "Kites", "--output", "lib").code == 0
    after = tree(folder)
    assert after["pyproject.toml"].startswith(
        before.pop("pyproject.toml") + b"\n\n[tool.speclock]\n"
    )
    assert before.items() <= after.items()
    (client,) = load(path).clients
    assert (client.client, client.output) == ("Kites", "lib")
    assert (folder / "lib" / "my_kites" / "speclock.json").is_file()


def test_a_second_client_joins_the_section(folder: Path) -> None:
    assert speclock(folder, "init", *ARGUMENTS).code == 0
    before = tree(folder)
    found = speclock(
        folder, "init", "spec/my-kites.yaml", "--operation", "GET /kites", "--package", "others"
    )
    assert found.code == 0, found.err
    after = tree(folder)
    assert after["pyproject.toml"] == before["pyproject.toml"] + (
        b'\n[tool.speclock.clients.others]\nspec = "spec/my-kites.yaml"\n'
        b'operations = ["GET /kites"]\n'
    )
    assert "spec/others.yaml" not in after
    assert ".github/workflows/speclock.yml is unchanged; it checks this client, too.\n" in found.out
    assert "SPECLOCK" not in found.out
    assert after[".github/workflows/speclock.yml"] == before[".github/workflows/speclock.yml"]
    assert speclock(folder, "check", "--full").code == 0


def test_line_ends_are_the_files_own(folder: Path) -> None:
    (folder / "pyproject.toml").write_bytes(b"[project]\r\nname = 'x'\r\n")
    assert speclock(folder, "init", *ARGUMENTS).code == 0
    text = (folder / "pyproject.toml").read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 5


def test_from_a_folder_below_the_project(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    below = folder / "src" / "deep"
    below.mkdir(parents=True)
    found = speclock(below, "init", "../../kites.yaml", *ARGUMENTS[1:])
    assert found.code == 0, found.err
    assert (folder / "spec" / "my-kites.yaml").is_file()
    assert (
        "../../spec/my-kites.yaml: the description, the selected operations of ../../kites.yaml"
        in found.out
    )
    assert tree(below) == {}


def test_the_workflow_stands_where_the_repository_begins(folder: Path) -> None:
    import yaml

    project = folder / "parts" / "it's"
    project.mkdir(parents=True)
    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    assert speclock(project, "init", "../../kites.yaml", *ARGUMENTS[1:]).code == 0
    workflow = yaml.safe_load((folder / ".github/workflows/speclock.yml").read_text("utf-8"))
    assert workflow["jobs"]["check"]["defaults"]["run"]["working-directory"] == "parts/it's"
    assert workflow["permissions"] == {"contents": "read"}


def test_the_name_is_the_files_unless_given(folder: Path) -> None:
    assert speclock(folder, "init", "kites.yaml", "--operation", "kites/list", "--no-ci").code == 0
    assert (folder / "generated" / "kites" / "__init__.py").is_file()
    assert not (folder / ".github").exists()


@pytest.mark.parametrize("name", ["calendar", "json", "httpx", "pydantic"])
def test_a_file_named_as_a_module_gives_another_name(folder: Path, name: str) -> None:
    (folder / f"{name}.yaml").write_text(SLICE, encoding="utf-8")
    found = speclock(folder, "init", f"{name}.yaml", "--no-ci")
    assert (found.code, found.err) == (0, "")
    (client,) = load(folder / "pyproject.toml").clients
    assert client.package == f"{name}_api"
    assert f'-c "import {name}_api"' in found.out


def test_a_package_inside_a_package_may_have_the_name_of_a_module(folder: Path) -> None:
    (folder / "src" / "acme").mkdir(parents=True)
    (folder / "src" / "acme" / "__init__.py").touch()
    arguments = (*ARGUMENTS[:3], "--package", "json", "--no-ci")
    assert speclock(folder, "init", *arguments, "--output", "src/acme").code == 0
    assert (folder / "src" / "acme" / "json" / "__init__.py").is_file()


def test_an_upstream_outside_of_the_repository_is_told(folder: Path) -> None:
    project = folder / "project"
    (project / ".git").mkdir(parents=True)
    found = speclock(project, "init", "../kites.yaml", *ARGUMENTS[1:])
    assert found.code == 0
    assert "upstream, ../kites.yaml, is outside of this repository" in found.err
    (client,) = load(project / "pyproject.toml").clients
    assert client.upstream == "../kites.yaml"


@pytest.mark.parametrize(
    ("text", "upstream", "project", "facts"),
    [
        ("run: speclock check", "", "", ["unchanged; it checks this client, too."]),
        ("run: make", "", "", ["unchanged. Add to it: speclock check --full"]),
        (
            "working-directory: 'a'\nrun: speclock check",
            "",
            "b",
            ["unchanged. Add to it, in the folder b: speclock check --full"],
        ),
        (
            "run: speclock check",
            "https://kites.example/api.yaml",
            "",
            ["takes nothing from upstream. Do so yourself: speclock update x"],
        ),
        (
            "run: speclock check\nrun: speclock update\nPATHS:\n  spec\n  pyproject.toml",
            "https://kites.example/api.yaml",
            "",
            ["checks and updates this client, too. Add to the PATHS in it: generated"],
        ),
    ],
)
def test_what_an_existing_workflow_does_for_a_new_client(
    folder: Path, text: str, upstream: str, project: str, facts: list[str]
) -> None:
    workflow = folder / "speclock.yml"
    workflow.write_text(text, encoding="utf-8")
    client = Client(spec="spec/x.yaml", package="x", output="generated", upstream=upstream)
    found = ci_workflow.coverage(workflow, folder / project, client)
    for fact in facts:
        assert found.endswith(fact)


# ── refusals: nothing is written ─────────────────────────────────────────────────────────────────


def refused(folder: Path, *arguments: str) -> str:
    before = tree(folder)
    found = speclock(folder, "init", *arguments)
    assert found.code == 2
    assert tree(folder) == before
    return found.err


def test_a_client_of_that_name_stays(folder: Path) -> None:
    assert speclock(folder, "init", *ARGUMENTS).code == 0
    error = refused(folder, *ARGUMENTS)
    assert "pyproject.toml already has the client 'my_kites'" in error
    assert "speclock generate my_kites" in error


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("spec/my-kites.yaml", "is another description"),
        ("generated/my_kites/mine.py", "generated/my_kites exists"),
        ("generated/tests/my_kites/conftest.py", "generated/tests/my_kites exists"),
    ],
)
def test_no_file_is_overwritten(folder: Path, path: str, fact: str) -> None:
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("mine", encoding="utf-8")
    assert fact in refused(folder, *ARGUMENTS)


def test_a_refused_description_is_named_as_the_user_did(folder: Path) -> None:
    error = refused(folder, "kites.yaml", "--package", "my_kites")
    line = KITES[: KITES.index('$ref: "storm')].count("\n") + 1
    assert error.startswith(f"kites.yaml:{line}:")
    assert "$ref 'storm.yaml' cannot be read" in error
    assert "speclock-" not in error


def test_a_selector_that_matches_nothing(folder: Path) -> None:
    error = refused(folder, "kites.yaml", "--operation", "kites/lst", "--package", "my_kites")
    assert "no operation 'kites/lst' in kites.yaml. Did you mean 'kites/list'" in error


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (("nowhere.yaml",), "nowhere.yaml cannot be read: No such file"),
        ((*ARGUMENTS[:3], "--package", "my-kites"), "'my-kites' cannot be a package's name"),
        ((*ARGUMENTS[:3], "--package", "json"), "Name another: --package json_api"),
        ((*ARGUMENTS[:3], "--package", "httpx"), "Name another: --package httpx_api"),
        ((*ARGUMENTS[:3], "GET /storms"), "Repeat the option: --operation A --operation B."),
    ],
)
def test_misuse(folder: Path, arguments: tuple[str, ...], fact: str) -> None:
    assert fact in refused(folder, *arguments)


def test_settings_in_an_inline_table_are_left_to_their_owner(folder: Path) -> None:
    text = "[tool]\nspeclock = {output = 'x', clients = {old = {spec = 'old.yaml'}}}\n"
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    error = refused(folder, *ARGUMENTS)
    assert "no table can be added at its end" in error
    assert '\n[tool.speclock.clients.my_kites]\nspec = "spec/my-kites.yaml"\n' in error


def test_broken_settings_are_told(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.speclock\n", encoding="utf-8")
    assert "not well-formed TOML" in refused(folder, *ARGUMENTS)


def test_what_a_broken_run_left_is_no_obstacle(folder: Path) -> None:
    assert speclock(folder, "init", *ARGUMENTS).code == 0
    (folder / "pyproject.toml").unlink()
    assert speclock(folder, "init", *ARGUMENTS).code == 0
    assert speclock(folder, "check").code == 0


# ── the text ─────────────────────────────────────────────────────────────────────────────────────


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


# ── from upstream ────────────────────────────────────────────────────────────────────────────────


def test_an_address_is_fetched_and_remembered(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    with Server() as server:
        server.answers["/api/kites.yaml"] = answer(KITES.encode())
        url = server.url("/api/kites.yaml")
        found = speclock(
            folder, "init", url, "--operation", "kites/list", "--insecure", "--package", "kites"
        )
        assert found.code == 0, found.err
        (client,) = load(folder / "pyproject.toml").clients
        assert client.upstream == url
        workflow = (folder / ".github/workflows/speclock.yml").read_text(encoding="utf-8")
        assert "cron: " in workflow
        assert client.insecure
        assert speclock(folder, "drift").code == 0
        before = tree(folder)
        updated = speclock(folder, "update")
        assert (updated.code, updated.err) == (0, "")
        assert "up to date" in updated.out
        assert tree(folder) == before
        newer = KITES.replace("None yet", "Still none").encode()
        server.answers["/api/kites.yaml"] = answer(newer)
        assert speclock(folder, "update", "--yes").code == 0
        assert b"Still none" in (folder / client.spec).read_bytes()
    assert "speclock update" in found.out
    assert speclock(folder, "check").code == 0


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("https://me:hunter2@kites.example/api.yaml", "a password"),
        ("https://kites.example/api.yaml?token=hunter2", "a secret in 'token'"),
        ("https://kites.example/api.yaml?v=1&X-Api-Key=hunter2", "a secret in 'X-Api-Key'"),
        ("https://kites.example/api.yaml?X-Amz-Signature=hunter2", "a secret in 'X-Amz-Signature'"),
    ],
)
def test_a_secret_is_not_recorded(folder: Path, url: str, fact: str) -> None:
    error = refused(folder, url, "--package", "x")
    assert f"the URL holds {fact}" in error
    assert "curl -o openapi.yaml URL" in error and "speclock init openapi.yaml" in error
    assert "hunter2" not in error


def test_warnings_are_at_lines_of_the_file_that_exists(folder: Path) -> None:
    odd = "{in: query, name: q, schema: {type: string, pattern: '(?<=a)['}}"
    odd = KITES.replace("kites/list\n", f"kites/list\n      parameters: [{odd}]\n")
    (folder / "kites.yaml").write_text("# A line.\n# Another.\n" + odd, encoding="utf-8")
    found = speclock(folder, "init", *ARGUMENTS)
    assert found.code == 0
    places = re.findall(r"^(\S+):(\d+):\d+: warning", found.err, re.MULTILINE)
    assert places
    for name, line in places:
        assert "pattern" in (folder / name).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert name == "spec/my-kites.yaml"


def test_a_description_of_several_files_becomes_one(folder: Path) -> None:
    (folder / "storm.yaml").write_text("type: object\nproperties: {wind: {type: integer}}\n")
    assert speclock(folder, "init", "kites.yaml", "--package", "my_kites").code == 0
    text = (folder / "spec" / "my-kites.yaml").read_text(encoding="utf-8")
    assert "storm.yaml" not in text and "wind" in text
    assert "wind: int" in (folder / "generated/my_kites/models.py").read_text(encoding="utf-8")
    assert speclock(folder, "update").out.count("up to date") == 1


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
    folder: Path, upstream: str, events: set[str], jobs: list[str]
) -> None:
    import yaml

    client = Client(spec="spec/x.yaml", package="x", output="generated", upstream=upstream)
    text = ci_workflow.workflow(folder, client, "speclock==1.0")
    found = yaml.safe_load(text)
    assert found[True].keys() == events  # YAML 1.1 reads `on` as a boolean
    assert list(found["jobs"]) == jobs
    assert "# if" not in text
    assert "\n\n\n" not in text
    assert not re.search("VERSION|FOLDER|ALLOWED", text)


def test_an_address_that_gives_nothing(folder: Path) -> None:
    before = tree(folder)
    found = speclock(folder, "init", "https://127.0.0.1:1/api.yaml", "--package", "x")
    assert found.code == 3
    assert tree(folder) == before
