"""Reports in SARIF of a project in a folder of a repository: results are in its files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.code_scanning import check_code_scanning
from tests.support.project import ORCHARD, Project, make_project
from tests.support.sockets import Server, answer
from tests.watch.traffic.exchanges import Exchange, ndjson

INSIDE = "services/orchard"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    return make_project(tmp_path / "repository" / INSIDE, ORCHARD, client="Orchard")


def results(project: Project, *words: str, code: int) -> list[tuple[str, int, str]]:
    """Return the file, the line and the text of each result."""
    text = project.run("drift", *words, "--format", "sarif", code=code).out
    check_code_scanning(project.root.parents[1], text)
    places: list[tuple[str, int, str]] = []
    for result in json.loads(text)["runs"][0]["results"]:
        physical: Any = result["locations"][0]["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        places.append((uri, physical["region"]["startLine"], result["message"]["text"]))
    return places


def test_upstream_is_a_url(project: Project, server: Server) -> None:
    """What is new there lies at the nearest place of the checked-in description."""
    added = ORCHARD.replace(
        "      parameters:\n",
        "      parameters:\n        - {name: new, in: query, required: true}\n",
    )
    added = added.replace("        age: {", "        height: {type: integer}\n        age: {")
    server.answers["/orchard.yaml"] = answer(added.encode())
    url = server.url("/orchard.yaml")
    lines = project.read("spec/orchard.yaml").splitlines()
    found = results(project, "--revision", url, "--insecure", code=1)
    assert len(found) > 1
    assert {uri for uri, _, _ in found} == {f"{INSIDE}/spec/orchard.yaml"}
    assert all(f"New place: {url}:" in text for _, _, text in found)
    shown = {lines[line - 1].strip() for _, line, _ in found}
    assert {"parameters:", "properties:"} <= shown


def test_a_recording_is_elsewhere(project: Project, tmp_path: Path) -> None:
    recording = tmp_path / "r.ndjson"
    exchange = Exchange("GET", "https://orchard.example/baskets", 200, b'[{"weight": "x"}]')
    recording.write_bytes(ndjson([exchange]) + b"{\n")
    found = results(project, "--traffic", str(recording), code=1)
    assert len(found) > 1
    assert {uri for uri, _, _ in found} == {f"{INSIDE}/spec/orchard.yaml"}
    assert all("r.ndjson" in text for _, _, text in found)
