"""The commands of the page about one's own API, with Schemathesis where it is installed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Outcome
from tests.support.project import Project
from tests.support.sockets import Peer, Server

SCHEMATHESIS = os.environ.get("SPECLOCK_SCHEMATHESIS", "")
PAGE = (Path(__file__).parents[5] / "docs" / "your-own-api.md").read_text(encoding="utf-8")
SERVER = "http://127.0.0.1:8000"
BOOKS = """\
openapi: 3.0.3
info: {title: Books, version: "1.0"}
servers: [{url: https://books.example}]
paths:
  /books:
    get:
      operationId: books/list
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 10}}
      responses:
        "200":
          description: The books.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Book"}}
components:
  schemas:
    Book:
      type: object
      required: [title]
      properties:
        title: {type: string}
        format: {type: string, enum: [paper, audio]}
"""


def shown(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


COMMANDS = [line for block in shown("sh") for line in block.splitlines()]


def books(peer: Peer) -> None:
    peer.answer(200, [{"title": "Dune", "format": "braille", "pages": 612}])


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(books, life=120) as made:
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository whose working tree has two changes."""
    made = Project(tmp_path)
    made.spec = made.write("openapi.yaml", BOOKS)
    *settings, calls = shown("toml")
    made.write("pyproject.toml", "\n".join(settings))
    made.write("probe.toml", calls)
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@books.example")
    for words in (("init", "-q"), ("add", "."), (*who, "commit", "-qm", "Books")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    subprocess.run(
        ["git", "update-ref", "refs/remotes/origin/main", "HEAD"], cwd=tmp_path, check=True
    )
    made.replace("maximum: 10", "maximum: 5")
    made.replace("[paper, audio]", "[paper, audio, film]")
    return made


def run(project: Project, server: Server, start: str) -> Outcome:
    """Run the one command of the page that begins so, with the address of the server."""
    (command,) = (one for one in COMMANDS if one.startswith(start))
    words = shlex.split(command.replace(SERVER, server.url("")))
    return project.run(*words[1:])


def test_the_pull_request(project: Project, server: Server) -> None:
    found = run(project, server, "speclock drift --base")
    assert found.code == 1
    assert "query parameter limit: maximum decreased from 10 to 5" in found.out
    both = re.findall(
        r"^(\w+): git:origin/main:openapi.yaml .* → openapi.yaml", found.out, re.MULTILINE
    )
    assert both == ["bookshop", "bookshop_models"]
    assert found.out.count("  Book.format: enum gained film\n") == 2


def test_the_deployed_server(project: Project, server: Server) -> None:
    found = run(project, server, "speclock probe")
    assert (found.code, [one.target for one in server.requests]) == (0, ["/books?limit=2"])
    assert "risk" in found.out and "the member pages, which isn't described" in found.out


@pytest.mark.slow
@pytest.mark.skipif(not SCHEMATHESIS, reason="SPECLOCK_SCHEMATHESIS names no program")
def test_schemathesis_beside_it(project: Project, server: Server) -> None:
    """It fails for the value; the recording has that, and the member that it takes for fine."""
    (command,) = (one for one in COMMANDS if one.startswith("st run"))
    words = shlex.split(command.replace(SERVER, server.url("")))
    fewer = ("--max-examples", "3", "--phases", "fuzzing")
    done = subprocess.run(
        [SCHEMATHESIS, *words[1:], *fewer],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "'braille' is not one of" in done.stdout.replace('"', "'")
    found = run(project, server, "speclock drift bookshop --traffic")
    assert found.code == 0, found.err
    for text in ("the member pages, which isn't described", "response/schema/enum/value-added"):
        assert text in found.out
    assert all(one.method == "GET" for one in server.requests)
