"""``--remote`` and ``--root``: references to other hosts and out of the description's folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from generator.project.settings_file import read_settings
from tests.support.command import Outcome, speclock
from tests.support.sockets import Server, answer

KITES = """\
openapi: 3.1.0
info: {title: Kites, version: "1"}
servers: [{url: https://kites.example}]
paths:
  /kites:
    get:
      operationId: kites/list
      responses:
        "200": {description: All., content: {application/json: {schema: {$ref: "TARGET"}}}}
    post:
      operationId: kites/make
      responses: {"204": {description: Made.}}
"""
PARTS = """\
Item: {get: {operationId: far, responses: {}}}
Kite: {type: object, properties: {colour: {type: string}}}
"""


@pytest.fixture(params=["remote", "root"])
def kites(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Path:
    """Return a project with a description beside it, which needs one of the options."""
    project = tmp_path / "project"
    (project / "api").mkdir(parents=True)
    (project / "pyproject.toml").touch()
    (project / "parts.yaml").write_text(PARTS, encoding="utf-8")
    server.answers["/parts.yaml"] = answer(PARTS.encode())
    url = server.url("/parts.yaml") if request.param == "remote" else "../parts.yaml"
    text = KITES.replace("TARGET", f"{url}#/Kite")
    (project / "api/kites.yaml").write_text(text, encoding="utf-8")
    return project


def followed(folder: Path, *command: str) -> Outcome:
    """Run a command that is refused, and then what its remedy says."""
    refused = speclock(folder, *command)
    assert refused.code == 2, refused.out
    (option,) = set(
        re.findall(r"Repeat the command with (--\w+ \S+?)\.?$", refused.err, re.MULTILINE)
    )
    return speclock(folder, *command, *shlex.split(option))


INIT = ("init", "api/kites.yaml", "--insecure", "--no-ci")


def test_what_init_was_given_is_written_and_honoured(kites: Path) -> None:
    found = followed(kites, *INIT, "--operation", "kites/list")
    assert found.code == 0, found.err
    assert found.err == ""
    (client,) = read_settings(kites / "pyproject.toml").clients
    assert bool(client.root) != bool(client.remote)
    assert "Kite:" in (kites / "spec/kites.yaml").read_text("utf-8")
    assert speclock(kites, "update", "--dry-run").code == 0
    revised = (kites / "api/kites.yaml").read_text("utf-8").replace("operationId: kites/list", "")
    (kites / "api/new.yaml").write_text(revised, encoding="utf-8")
    drift = speclock(kites, "drift", "--revision", "api/new.yaml", "--insecure")
    assert "no changes" not in drift.out
    assert "colour" not in drift.out, drift.out


@pytest.mark.slow
def test_add_writes_the_settings_too(kites: Path) -> None:
    assert speclock(kites, *INIT, "--operation", "kites/make").code == 0
    with (kites / "pyproject.toml").open("a") as settings:
        settings.write("insecure = true\n")
    add = ("add", "kites/list", "--yes")
    first = speclock(kites, *add)
    assert first.code == 2, first.out
    assert "Add " in first.err or "Set `root`" in first.err
    port = re.search(r"127\.0\.0\.1:\d+", (kites / "api/kites.yaml").read_text("utf-8"))
    option = ("--remote", port[0]) if port else ("--root", ".")
    found = speclock(kites, *add, *option)
    assert found.code == 0, found.err
    (client,) = read_settings(kites / "pyproject.toml").clients
    assert (client.remote, client.root) == ((port[0],) if port else (), "" if port else ".")
    assert speclock(kites, "update", "--dry-run").code == 0


def test_show(kites: Path) -> None:
    found = followed(kites, "show", "kites/list", "api/kites.yaml", "--insecure")
    assert found.code == 0, found.err
    assert "colour" in found.out


@pytest.mark.parametrize("command", [("ls",), ("slice", "--operation", "far", "-o", "cut.yaml")])
def test_a_path_item_elsewhere(command: tuple[str, ...], kites: Path) -> None:
    """``slice`` keeps a schema on another host as it is, but needs the operations."""
    spec = kites / "api/kites.yaml"
    item = "#/Item".join(re.findall(r'\$ref: ("[^#]*)#/Kite(")', spec.read_text("utf-8"))[0])
    head = KITES.partition("paths:")[0]
    spec.write_text(f"{head}paths: {{/kites: {{$ref: {item}}}}}\n", encoding="utf-8")
    found = followed(kites, command[0], "api/kites.yaml", "--insecure", *command[1:])
    assert found.code == 0, found.err
    assert "far" in found.out or "far" in (kites / "cut.yaml").read_text("utf-8")


def test_the_remedy_of_generate_is_right(kites: Path) -> None:
    where = ("--package", "kites", "--output", "out")
    first = speclock(
        kites, "generate", "--spec", "api/kites.yaml", "--operation", "kites/list", *where
    )
    assert first.code == 2
    if "slice" in first.err:
        (command,) = re.findall(r"speclock (slice .*)$", first.err, re.MULTILINE)
        words = ["bundled.yaml" if word == "FILE" else word for word in shlex.split(command)]
        assert speclock(kites, *words, "--insecure").code == 0
        found = speclock(kites, "generate", "--spec", "bundled.yaml", *where)
    else:
        (root,) = re.findall(r"Use (--root \S+),", first.err)
        found = speclock(kites, "generate", "--spec", "api/kites.yaml", *root.split(), *where)
    assert found.code == 0, found.err
    assert "colour" in (kites / "out/kites/models.py").read_text("utf-8")
