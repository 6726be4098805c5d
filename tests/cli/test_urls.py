"""``speclock ls`` and ``speclock show`` of a description at a URL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.answers import Server, answer
from tests.support.command import speclock

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
COMMON = "Boat: {type: object, properties: {sail: {$ref: 'sails.yaml#/Sail'}}}\n"
SAILS = "Sail: {type: object, properties: {area: {type: number}}}\n"


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        server.answers["/pier.yaml"] = answer(PIER.replace("REFERENCE", OWN).encode())
        yield server


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder where the command runs."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def test_the_operations(server: Server, here: Path) -> None:
    url = server.url("/pier.yaml")
    found = speclock(here, "ls", url, "--insecure", "--format", "json")
    assert found.code == 0, found.err
    (one,) = json.loads(found.out)
    assert (one["client"], one["file"]) == (None, url)
    assert [op["id"] for op in one["operations"]] == ["boats/add", "boats/list"]
    assert [*here.iterdir()] == []


def test_one_operation(server: Server, here: Path) -> None:
    url = server.url("/pier.yaml")
    found = speclock(here, "show", "boats/add", url, "--insecure")
    assert found.code == 0, found.err
    assert found.out.startswith(f"boats/add of {url}: ")
    assert "from pier import Pier, models" in found.out
    assert "name: str | None = None" in found.out
    assert [*here.iterdir()] == []


@pytest.mark.parametrize("command", [["ls"], ["show", "boats/add"]])
def test_http_must_be_allowed(command: list[str], server: Server, here: Path) -> None:
    found = speclock(here, *command, server.url("/pier.yaml"))
    assert (found.code, found.out) == (2, "")
    assert "--insecure" in found.err
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
    command: list[str], path: str, code: int, fact: str, server: Server, here: Path
) -> None:
    server.answers["/broken.yaml"] = answer(b"a: [")
    server.answers["/list.yaml"] = answer(b"[]")
    found = speclock(here, *command, server.url(path), "--insecure")
    assert (found.code, found.out) == (code, "")
    assert fact in found.err


def test_references_to_documents_of_the_same_host(server: Server, here: Path) -> None:
    text = PIER.replace("REFERENCE", "parts/common.yaml#/Boat")
    server.answers["/pier.yaml"] = answer(text.encode())
    server.answers["/parts/common.yaml"] = answer(COMMON.encode())
    server.answers["/parts/sails.yaml"] = answer(SAILS.encode())
    found = speclock(here, "show", "boats/add", server.url("/pier.yaml"), "--insecure")
    assert found.code == 0, found.err
    assert "sail: models.Sail | None = None" in found.out


def _file(folder: Path) -> str:
    return (folder / "common.yaml").as_uri()


def _path(folder: Path) -> str:
    return str(folder / "common.yaml")


def _relative(_: Path) -> str:
    return "common.yaml"


@pytest.mark.parametrize("place", [_file, _path, _relative])
def test_a_reference_reads_no_file_of_this_machine(
    place: Callable[[Path], str], server: Server, here: Path
) -> None:
    (here / "common.yaml").write_text(COMMON.replace("sail", "secret"), encoding="utf-8")
    text = PIER.replace("REFERENCE", f"{place(here)}#/Boat")
    server.answers["/pier.yaml"] = answer(text.encode())
    found = speclock(here, "show", "boats/add", server.url("/pier.yaml"), "--insecure")
    assert found.code in (2, 3)
    assert "secret" not in found.out + found.err


def test_a_url_is_named_without_its_password(server: Server, here: Path) -> None:
    url = server.url("/pier.yaml?key=hidden").replace("http://", "http://user:hidden@")
    server.answers["/pier.yaml?key=hidden"] = server.answers["/pier.yaml"]
    for command in (["ls", url, "--format", "json"], ["show", "boats/list", url]):
        found = speclock(here, *command, "--insecure")
        assert found.code == 0, found.err
        assert "hidden" not in found.out + found.err
