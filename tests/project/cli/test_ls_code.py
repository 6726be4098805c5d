"""``speclock ls --code``: the operations that a program calls by hand."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from generator.project.cli.ls import ABOUT
from tests.support.project import Project, make_project

HARBOUR = """\
openapi: 3.1.0
info: {title: Harbour, version: "1"}
servers: [{url: https://api.harbour.example/v1}]
paths:
  /boats:
    get: {operationId: boats/list, responses: {"204": {description: Fine.}}}
    post: {responses: {"204": {description: Fine.}}}
  /boats/{id}:
    get: {operationId: boats/get, responses: {"204": {description: Fine.}}}
  /ports/near:
    get: {operationId: ports/near, responses: {"204": {description: Fine.}}}
  /ports/far:
    get: {operationId: ports/far, responses: {"204": {description: Fine.}}}
"""
API = """\
import httpx

BASE = "https://api.harbour.example/v1"


class Harbour:
    def __init__(self, token):
        self.client = httpx.Client(base_url=BASE, headers={"token": token})

    def boats(self):
        return self.client.get("/boats")

    def boat(self, id):
        return self.client.get(f"/boats/{id}")
"""
REPORT = """\
import requests
from api import BASE

boats = requests.get(BASE + "/boats", timeout=5).json()
"""
UNSURE = """\
import requests

BASE = "https://api.harbour.example/v1"


def ports(kind):
    return requests.get(f"{BASE}/ports/{kind}")


def send(path):
    return requests.post(BASE + path)


def other():
    return requests.get("https://other.example/boats")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.delenv("COLUMNS", raising=False)
    made = make_project(tmp_path, HARBOUR, "harbour")
    (made.root / "pyproject.toml").unlink()
    made.write("harbour.yaml", HARBOUR)
    made.write("src/api.py", API)
    made.write("src/report.py", REPORT)
    return made


def listed(project: Project, *words: str) -> dict[str, object]:
    out = project.does("ls", "harbour.yaml", "--format", "json", *words).out
    (called,) = json.loads(out)
    assert isinstance(called, dict)
    return called


def test_the_example_of_the_help_is_printed(project: Project) -> None:
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    found = project.does("ls", "harbour.yaml", "--code", "src/")
    assert textwrap.indent(found.out, "  ") in ABOUT
    assert found.err == ""
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before


def test_calls_that_are_not_understood_are_listed(project: Project) -> None:
    project.write("src/report.py", UNSURE)
    lines = project.does("ls", "harbour.yaml", "--code", "src/report.py").out.splitlines()
    assert lines == [
        "",
        "ambiguous:",
        "  src/report.py:7: GET /v1/ports/{…}: ports/near or ports/far",
        "",
        "not understood:",
        "  src/report.py:11: a POST whose path isn't known",
        "0 operations in 0 calls, 1 ambiguous, 1 not understood, 1 of other APIs; 1 file read",
    ]


def test_json_has_the_same(project: Project) -> None:
    project.write("src/report.py", UNSURE)
    called = listed(project, "--code", "src")
    assert called["name"] == "harbour.yaml"
    assert called["operations"] == [
        {"id": "boats/list", "method": "GET", "path": "/boats", "places": ["src/api.py:11"]},
        {"id": "boats/get", "method": "GET", "path": "/boats/{id}", "places": ["src/api.py:14"]},
    ]
    assert called["ambiguous"] == [
        {
            "place": "src/report.py:7",
            "fact": "GET /v1/ports/{…}",
            "candidates": ["ports/near", "ports/far"],
        }
    ]
    assert called["unknown"] == [
        {"place": "src/report.py:11", "fact": "a POST whose path isn't known", "candidates": []}
    ]
    assert (called["others"], called["files"], called["unread"]) == (1, 2, [])


def test_a_file_with_an_error_of_syntax_is_told(project: Project) -> None:
    project.write("src/broken.py", "def f(:\n")
    found = project.does("ls", "harbour.yaml", "--code", "src")
    assert "src/broken.py cannot be read as Python" in found.err
    assert "2 operations in 3 calls; 2 files read" in found.out


def test_the_program_is_not_run(project: Project) -> None:
    project.write("src/run.py", "import pathlib\npathlib.Path('run.txt').write_text('x')\n")
    project.does("ls", "harbour.yaml", "--code", "src")
    assert not (project.root / "run.txt").exists()


UNKNOWN_HOST = """\
import os

import requests

URL = os.environ["HARBOUR"]
boats = requests.get(URL + "/boats")
"""


@pytest.mark.parametrize("name", ["URL", "HARBOUR"])
def test_a_base_url_is_bound_by_name(project: Project, name: str) -> None:
    project.write("src/report.py", UNKNOWN_HOST)
    words = ("--code", "src/report.py")
    assert listed(project, *words)["operations"] == []
    assert listed(project, *words)["ambiguous"] == [
        {
            "place": "src/report.py:6",
            "fact": "GET /boats of a host that isn't known",
            "candidates": ["boats/list"],
        }
    ]
    bound = listed(project, *words, "--base-url", f"{name}=https://staging.example/v1")
    assert bound["operations"] == [
        {"id": "boats/list", "method": "GET", "path": "/boats", "places": ["src/report.py:6"]}
    ]
    assert bound["ambiguous"] == []


def test_a_base_url_is_a_further_server(project: Project) -> None:
    project.write("src/report.py", 'import httpx\nhttpx.post("http://localhost:8000/boats")\n')
    words = ("--code", "src/report.py")
    assert (listed(project, *words)["operations"], listed(project, *words)["others"]) == ([], 1)
    bound = listed(project, *words, "--base-url", "http://localhost:8000")
    assert bound["operations"] == [
        {"id": "", "method": "POST", "path": "/boats", "places": ["src/report.py:2"]}
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--code", "nowhere"), "--code: nowhere doesn't exist"),
        (("--base-url", "https://x.example"), "--base-url is for the calls of a program"),
        (("--code", "src", "--pagination"), "leave out --pagination"),
        (("--code", "src", "--base-url", "URL=x"), "--base-url URL=x: write NAME=https://"),
    ],
)
def test_misuse_is_told(project: Project, words: tuple[str, ...], message: str) -> None:
    found = project.run("ls", "harbour.yaml", *words)
    assert found.code == 2
    assert message in found.err
