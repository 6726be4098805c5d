"""``speclock drift --code`` for a program that calls the API without a generated client."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.project import Project, settings

OLD = """\
openapi: 3.1.0
info: {title: Harbour, version: "1"}
servers: [{url: https://api.harbour.example/v1}]
paths:
  /boats:
    get:
      operationId: boats/list
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 100}}]
      responses: {"204": {description: Fine.}}
    post: {operationId: boats/add, responses: {"204": {description: Fine.}}}
  /ports/{id}:
    get: {operationId: ports/get, responses: {"204": {description: Fine.}}}
  /tides:
    get:
      operationId: tides
      parameters: [{name: days, in: query, schema: {type: integer, maximum: 9}}]
      responses: {"204": {description: Fine.}}
"""
LIMIT = ("maximum: 100", "maximum: 50")
DAYS = ("maximum: 9", "maximum: 7")
GONE = ('    post: {operationId: boats/add, responses: {"204": {description: Fine.}}}\n', "")
MOVED = ("  /ports/{id}:", "  /harbours/{id}:")
PROGRAM = """\
import requests

BASE = "https://api.harbour.example/v1"


def boats(limit):
    return requests.get(f"{BASE}/boats", params={"limit": limit})


def add():
    return requests.post(f"{BASE}/boats")


def port(id):
    return requests.get(f"{BASE}/ports/{id}")


def other(limit):
    return requests.get("https://other.example/boats", params={"limit": limit})
"""
UNKNOWN = """\


def send(path):
    return requests.post(BASE + path)
"""
TWO = ("--base", "old.yaml", "--revision", "new.yaml", "--code", "src")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path, "harbour")
    project.write("old.yaml", OLD)
    project.write("src/api.py", PROGRAM)
    return project


def release(project: Project, *changes: tuple[str, str]) -> None:
    text = OLD
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    project.write("new.yaml", text)


def places(project: Project, *words: str, code: int = 1) -> dict[str, list[str]]:
    """Return the places of each change by its rule."""
    out = project.run("drift", *words, "--format", "json", code=code).out
    found: dict[str, list[str]] = {}
    for change in json.loads(out)["changes"]:
        used = [f"{use['place']['line']} {use['expression']}" for use in change["uses"]]
        found[change["id"].partition("/")[2]] = used
    return found


def test_the_operations_in_use_are_compared(project: Project) -> None:
    release(project, LIMIT, DAYS)
    assert places(project, *TWO) == {"schema/maximum/narrowed": ['7 "limit"']}
    report = json.loads(project.run("drift", *TWO, "--format", "json", code=1).out)
    assert report["operations"] == ["boats/list", "boats/add", "ports/get"]
    assert report["usage"]["calls"] == {"understood": 3, "unknown": []}


def test_a_remedy_does_not_speak_of_a_client_that_is_not_there(project: Project) -> None:
    release(project, GONE)
    printed = project.run("drift", *TWO, "--format", "sarif", code=1).out
    assert "review the code that calls the API" in printed
    assert "the client" not in printed


def test_a_selection_wins(project: Project) -> None:
    release(project, LIMIT, DAYS)
    assert places(project, *TWO, "--operation", "tides") == {"schema/maximum/narrowed": []}


def test_an_operation_is_called_by_either_description(project: Project) -> None:
    release(project, GONE, MOVED)
    removed = ['11 requests.post(f"{BASE}/boats")']
    moved = ['15 requests.get(f"{BASE}/ports/{id}")']
    expected = {"operation/presence/removed": removed, "operation/path/changed": moved}
    assert places(project, *TWO) == expected
    project.write("src/api.py", PROGRAM.replace("/ports/", "/harbours/"))
    moved = ['15 requests.get(f"{BASE}/harbours/{id}")']
    assert places(project, *TWO) == {**expected, "operation/path/changed": moved}


def test_calls_that_are_not_understood_are_counted(project: Project) -> None:
    release(project, DAYS)
    project.write("src/api.py", PROGRAM + UNKNOWN)
    found = project.run("drift", *TWO)
    assert found.code == 0
    assert found.out.splitlines()[0].startswith("none: nothing changed for boats/list")
    assert found.out.splitlines()[0].endswith("; 1 call isn't understood")
    assert "Not understood: src/api.py:23:12: a POST whose path isn't known." in found.out
    assert "Calls of the API: 3 understood, 1 not understood." in found.out
    assert "1 call isn't understood" in project.run("drift", *TWO, "--format", "github").out
    assert "1 call isn't understood" in project.run("drift", *TWO, "--format", "markdown").out


@pytest.mark.parametrize("program", ["x = 1\n", PROGRAM[:60] + UNKNOWN])
def test_without_a_call_that_is_understood_the_exit_code_is_3(
    project: Project, program: str
) -> None:
    release(project, LIMIT)
    project.write("src/api.py", program)
    found = project.run("drift", *TWO)
    assert found.code == 3
    assert found.out.startswith("none: no call of the API is understood")
    assert "whether a change concerns it is unknown" in found.err


def test_formats_have_the_lines(project: Project) -> None:
    release(project, LIMIT)
    for form in ("text", "markdown", "html"):
        printed = project.run("drift", *TWO, "--format", form, code=1).out
        assert "src/api.py:7:50" in printed and "other.example" not in printed, form
    github = project.run("drift", *TWO, "--format", "github", code=1).out
    assert "::error file=src/api.py,line=7,col=50," in github
    sarif = project.run("drift", *TWO, "--format", "sarif", code=1).out
    (result,) = json.loads(sarif)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 7, "startColumn": 50}


def test_a_name_is_bound_to_a_server(project: Project) -> None:
    release(project, LIMIT)
    text = PROGRAM.replace('BASE = "https://api.harbour.example/v1"', "from shop import BASE")
    project.write("src/api.py", text.partition("def add")[0])
    assert project.run("drift", *TWO).code == 3
    bound = ("--base-url", "BASE=https://api.harbour.example/v1")
    assert places(project, *TWO, *bound) == {"schema/maximum/narrowed": ['7 "limit"']}


def test_settings_of_an_api_without_a_client(project: Project) -> None:
    release(project, LIMIT)
    client = {"spec": "old.yaml", "upstream": "new.yaml", "allowed": "harbour.allowed.toml"}
    project.write("pyproject.toml", settings({"harbour": client}))
    words = ("--code", "src")
    assert places(project, *words) == {"schema/maximum/narrowed": ['7 "limit"']}
    report = json.loads(project.run("drift", *words, "--format", "json", code=1).out)
    project.write(
        "harbour.allowed.toml",
        "[[allowed]]\n"
        f'fingerprint = "{report["changes"][0]["fingerprint"]}"\n'
        'change = "limit"\nreason = "less is enough"\nowner = "me"\nexpires = 2100-01-01\n',
    )
    assert project.run("drift", *words).code == 0
    shutil.rmtree(project.root / "src")
    project.write("src/api.py", "from harbour import Harbour\n")
    assert "Run: speclock generate harbour" in project.refuses("drift", *words)


def test_update_lists_the_lines_before_it_writes(project: Project) -> None:
    release(project, LIMIT)
    client = {"spec": "old.yaml", "upstream": "new.yaml", "operations": ["boats/list"]}
    project.write("pyproject.toml", settings({"harbour": client}))
    shown = project.run("update", "--dry-run", "--code", "src", code=1).out
    assert 'used at      src/api.py:7:50  "limit"' in shown
    project.write("src/api.py", PROGRAM.replace("api.harbour.example", "other.example"))
    error = project.refuses("update", "--dry-run", "--code", "src")
    assert "Run: speclock generate harbour" in error


def test_settings_name_the_program_and_bind_its_names(project: Project) -> None:
    release(project, LIMIT)
    call = 'requests.get(BASE + "/boats", params={"limit": 5})\n'
    project.write("src/shop/api.py", f"import requests\nfrom shop.servers import BASE\n{call}")
    project.write("src/shop/other.py", f"import requests\nfrom servers import BASE\n{call}")
    project.write("src/api.py", f"import requests\nBASE = open('x').read()\n{call}")
    client = {"spec": "old.yaml", "upstream": "new.yaml", "code": ["src"]}
    bindings = {"shop.servers.BASE": "https://api.harbour.example/v1"}
    for table in ({}, {"other.servers.BASE": "https://api.harbour.example/v1"}):
        project.write("pyproject.toml", settings({"harbour": client}, bindings=table))
        assert project.run("drift").code == 3
    project.write("pyproject.toml", settings({"harbour": client}, bindings=bindings))
    report = json.loads(project.run("drift", "--format", "json", code=1).out)
    (change,) = report["changes"]
    (use,) = change["uses"]
    assert (use["place"]["file"], use["place"]["line"]) == ("src/shop/api.py", 3)
    assert report["usage"]["calls"]["understood"] == 1
    called = json.loads(project.does("ls", "harbour", "--code", "src", "--format", "json").out)
    assert called[0]["operations"][0]["places"] == ["src/shop/api.py:3"]


@pytest.mark.parametrize(
    ("name", "value"), [("BASE", "https://x.example"), ("shop.BASE", "x.example")]
)
def test_a_binding_has_a_full_name_and_a_url(project: Project, name: str, value: str) -> None:
    client = {"spec": "old.yaml", "upstream": "old.yaml"}
    project.write("pyproject.toml", settings({"harbour": client}, bindings={name: value}))
    assert "bindings" in project.refuses("drift")


ALBUMS = """\
openapi: 3.1.0
info: {title: Albums, version: "1"}
servers: [{url: https://albums.example}]
paths:
  /albums:
    get:
      operationId: albums
      responses:
        "200":
          description: Fine.
          content: {application/json: {schema: {$ref: "#/components/schemas/AlbumObject"}}}
components:
  schemas:
    AlbumObject: {type: object, properties: {name: {type: string}, label: {type: string}}}
"""


def test_a_class_is_bound_to_a_schema(project: Project) -> None:
    project.write("old.yaml", ALBUMS)
    project.write("new.yaml", ALBUMS.replace(", label: {type: string}", ""))
    project.write(
        "src/shop/models.py",
        "from typing import TypedDict\nclass Album(TypedDict):\n    label: str\n"
        "class Other(TypedDict):\n    label: str\n",
    )
    project.write(
        "src/shop/api.py",
        "import requests\nfrom shop.models import Album, Other\n"
        'parse(requests.get("https://albums.example/albums"))\n'
        'def show(album: Album, other: Other):\n    print(album["label"])\n    other["label"]\n',
    )
    client = {"spec": "old.yaml", "upstream": "new.yaml", "code": ["src"]}
    project.write("pyproject.toml", settings({"shop": client}))
    call = ['3 requests.get("https://albums.example/albums")']
    assert places(project) == {"schema/property/removed": call}
    bindings = {"shop.models.Album": "#/components/schemas/AlbumObject"}
    project.write("pyproject.toml", settings({"shop": client}, bindings=bindings))
    assert places(project) == {"schema/property/removed": ['5 "label"', "3 label"]}


def test_update_of_an_api_without_a_client_generates_none(project: Project) -> None:
    """Its table has `code`: the description follows upstream, with the lines that break."""
    release(project)
    table = {"spec": "spec/harbour.yaml", "upstream": "new.yaml", "allowed": "allowed.toml"}
    project.write("pyproject.toml", settings({"harbour": {**table, "code": ["src"]}}))
    first = project.does("update", "--yes").out
    assert "upgrade DEST" not in first
    written = (project.root / "pyproject.toml").read_bytes()
    release(project, LIMIT)
    assert 'src/api.py:7:50  "limit"' in project.run("update", "--dry-run", code=1).out
    updated = project.does("update", "--yes").out
    assert 'src/api.py:7:50  "limit"' in updated
    assert "maximum: 50" in (project.root / "spec" / "harbour.yaml").read_text(encoding="utf-8")
    assert project.does("drift").out.startswith("none: ")
    checked = project.does("check").out
    assert "harbour: no client; `code` names a program that calls the API" in checked
    assert not (project.root / "generated").exists()
    assert (project.root / "pyproject.toml").read_bytes() == written
    remedy = checked.partition("To begin a client: ")[2].split()
    project.does(*remedy[remedy.index("generate") :])
    assert "harbour: up to date" in project.does("check").out


def test_update_lists_the_changes_of_the_operations_in_use(project: Project) -> None:
    """The description gets the others, too."""
    table = {"spec": "spec/harbour.yaml", "upstream": "new.yaml", "code": ["src"]}
    project.write("pyproject.toml", settings({"harbour": table}))
    release(project)
    project.does("update", "--yes")
    release(project, LIMIT, DAYS)
    shown = project.run("update", "--dry-run", code=1).out
    assert "query parameter limit: maximum" in shown and "query parameter days" not in shown
    release(project, DAYS)
    assert "query parameter days" not in project.run("update", "--dry-run", code=1).out
    project.does("update", "--yes")
    assert "maximum: 7" in (project.root / "spec" / "harbour.yaml").read_text(encoding="utf-8")


def test_update_lists_every_change_where_no_call_is_understood(project: Project) -> None:
    table = {"spec": "old.yaml", "upstream": "new.yaml", "code": ["src"]}
    project.write("pyproject.toml", settings({"harbour": table}))
    project.write("src/api.py", PROGRAM[:60] + UNKNOWN)
    release(project, DAYS)
    assert "query parameter days" in project.run("update", "--dry-run", code=1).out


def test_an_allowed_change_of_an_api_without_a_client(project: Project) -> None:
    table = {"spec": "old.yaml", "upstream": "new.yaml", "allowed": "allowed.toml", "code": ["src"]}
    project.write("pyproject.toml", settings({"harbour": table}))
    release(project, LIMIT)
    out = project.run("drift", code=1).out
    entry = out[out.index("\n[[allowed]]") :].replace('reason = ""', 'reason = "fine"')
    project.write("allowed.toml", entry.replace('owner = ""', 'owner = "me"'))
    assert "none: nothing changed" in (allowed := project.does("drift").out)
    assert "fine (me" in allowed
