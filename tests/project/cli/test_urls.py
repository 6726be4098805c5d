"""``speclock ls`` and ``speclock show`` of a description at a URL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.project import Project
from tests.support.sockets import Server, answer

PIER = """\
openapi: 3.1.0
info: {title: Pier, version: "1"}
servers: [{url: https://pier.example}]
paths:
  /boats:
    post:
      operationId: boats/add
      tags: [boats]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "REFERENCE"}}}
      responses: {"204": {description: Fine.}}
    get: {operationId: boats/list, tags: [boats], responses: {"204": {description: Fine.}}}
components:
  schemas:
    Boat: {type: object, properties: {name: {type: string}}}
"""
OWN = "#/components/schemas/Boat"
COMMON = "Boat: {type: object, properties: {secret: {type: string}}}\n"


@pytest.fixture
def here(server: Server, tmp_path: Path) -> Project:
    server.answers["/pier.yaml"] = answer(PIER.replace("REFERENCE", OWN).encode())
    (tmp_path / "here").mkdir()
    return Project(tmp_path / "here")


def test_the_operations_and_one_of_them(server: Server, here: Project) -> None:
    url = server.url("/pier.yaml")
    (one,) = json.loads(here.does("ls", url, "--insecure", "--format", "json").out)
    assert (one["client"], one["file"]) == (None, url)
    assert [op["id"] for op in one["operations"]] == ["boats/add", "boats/list"]
    shown = here.does("show", "boats/add", url, "--insecure").out
    assert shown.startswith(f"boats/add of {url}: ")
    assert "from pier import Pier, models" in shown
    assert "name: str | None = None" in shown
    assert here.files() == {}


@pytest.mark.parametrize("command", [["ls"], ["show", "boats/add"]])
def test_http_must_be_allowed(command: list[str], server: Server, here: Project) -> None:
    assert "--insecure" in here.refuses(*command, server.url("/pier.yaml"))
    assert server.requests == []


@pytest.mark.parametrize("command", [["ls"], ["show", "boats/add"]])
@pytest.mark.parametrize(
    ("path", "code", "fact"),
    [
        ("/gone.yaml", 3, "404"),
        ("/broken.yaml", 2, "/broken.yaml:1:"),
        ("/list.yaml", 2, "its root isn't a mapping"),
    ],
)
def test_what_cannot_be_read(
    command: list[str], path: str, code: int, fact: str, server: Server, here: Project
) -> None:
    server.answers["/broken.yaml"] = answer(b"a: [")
    server.answers["/list.yaml"] = answer(b"[]")
    found = here.run(*command, server.url(path), "--insecure")
    assert (found.code, found.out) == (code, "")
    assert fact in found.err


@pytest.mark.parametrize("place", ["file://{}/common.yaml", "{}/common.yaml", "common.yaml"])
def test_a_reference_reads_no_file_of_this_machine(
    place: str, server: Server, here: Project
) -> None:
    here.write("common.yaml", COMMON)
    text = PIER.replace("REFERENCE", f"{place.format(here.root.as_posix())}#/Boat")
    server.answers["/pier.yaml"] = answer(text.encode())
    found = here.run("show", "boats/add", server.url("/pier.yaml"), "--insecure")
    assert found.code in (2, 3)
    assert "secret" not in found.out + found.err


def test_a_url_is_named_without_its_password(server: Server, here: Project) -> None:
    url = server.url("/pier.yaml?key=hidden").replace("http://", "http://user:hidden@")
    server.answers["/pier.yaml?key=hidden"] = server.answers["/pier.yaml"]
    for command in (["ls", url, "--format", "json"], ["show", "boats/list", url]):
        found = here.does(*command, "--insecure")
        assert "hidden" not in found.out + found.err
