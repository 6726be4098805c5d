"""``speclock ls``: which operations a description has, and which of them are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.services.table import cells, table
from tests.support.command import speclock

HARBOUR = """\
openapi: 3.1.0
info: {title: Harbour, version: "1"}
paths:
  /boats:
    get:
      operationId: boats/list
      tags: [boats, public]
      summary: Every boat
      responses: {"204": {description: Fine.}}
    post:
      operationId: boats/add
      tags: [boats]
      summary: "Moor a boat\\e[31m in red"
      deprecated: true
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Nowhere"}}}}
      responses: {"204": {description: Fine.}}
  /boats/{id}:
    delete:
      parameters: [{name: id, in: nowhere}]
      responses: wrong
"""
CONFIG = """\
[tool.speclock.clients.harbour]
spec = "spec/harbour.yaml"
operations = ["boats/list"]

[tool.speclock.clients.boats]
spec = "spec/harbour.yaml"
operations = ["tag:boats", "!boats/list", "gone"]
"""


@pytest.fixture(autouse=True)
def _no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-xdist sets them."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(CONFIG, encoding="utf-8")
    return tmp_path


@pytest.fixture
def alone(project: Path) -> Path:
    (project / "pyproject.toml").unlink()
    return project


def as_json(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    found = speclock(folder, "ls", "--format", "json", *arguments)
    assert found.code == 0, found.err
    listed: list[dict[str, Any]] = json.loads(found.out)
    return listed


def marks(one: dict[str, Any]) -> list[bool | None]:
    return [operation["selected"] for operation in one["operations"]]


def test_a_file_alone_lists_every_operation_whatever_is_wrong_in_them(alone: Path) -> None:
    found = speclock(alone, "ls", "spec/harbour.yaml")
    assert found.code == 0
    assert found.err == ""
    assert found.out.splitlines() == [
        "ID          METHOD  PATH         TAG            SUMMARY",
        "boats/list  GET     /boats       boats, public  Every boat",
        "boats/add   POST    /boats       boats          (deprecated) Moor a boat\\x1b[31m in red",
        "            DELETE  /boats/{id}",
        "3 operations",
    ]


def test_json_has_the_lines_of_the_file(alone: Path) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml")
    assert (one["client"], one["file"]) == (None, "spec/harbour.yaml")
    lines = HARBOUR.splitlines()
    assert [lines[op["line"] - 1].strip() for op in one["operations"]] == [
        "get:",
        "post:",
        "delete:",
    ]
    assert one["operations"][0] == {
        "id": "boats/list", "method": "GET", "path": "/boats", "tags": ["boats", "public"],
        "summary": "Every boat", "deprecated": False, "line": 5, "selected": None,
    }  # fmt: skip


def test_the_selection_of_each_client_is_marked(project: Path) -> None:
    harbour, boats = as_json(project)
    assert (harbour["client"], marks(harbour)) == ("harbour", [True, False, False])
    assert (boats["client"], marks(boats)) == ("boats", [False, True, False])


def test_a_selector_that_matches_nothing_is_told_and_stops_nothing(project: Path) -> None:
    found = speclock(project, "ls", "boats")
    assert found.code == 0
    assert "no operation 'gone'" in found.err
    assert "boats: spec/harbour.yaml" in found.out
    assert "3 operations, 1 selected" in found.out


def test_a_file_of_clients_is_marked_for_each(project: Path) -> None:
    assert [one["client"] for one in as_json(project, "spec/harbour.yaml")] == ["harbour", "boats"]


def test_selectors_can_be_tried(alone: Path) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "method:post")
    assert marks(one) == [False, True, False]
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "GET *", "--selected")
    assert [op["id"] for op in one["operations"]] == ["boats/list"]


def test_nothing_known_selects_nothing(alone: Path) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "gone", "--operation", "!boats/add")
    assert marks(one) == [False, False, False]


def test_from_a_folder_below(project: Path) -> None:
    below = project / "src" / "deep"
    below.mkdir(parents=True)
    assert as_json(below, "harbour")[0]["file"] == "../../spec/harbour.yaml"


def test_overlays_come_first(project: Path) -> None:
    (project / "more.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: More, version: '1'}\nactions:\n"
        "- target: $.paths['/boats'].get\n  update: {summary: Corrected}\n",
        encoding="utf-8",
    )
    path = project / "pyproject.toml"
    path.write_text(CONFIG.replace("\n\n", '\noverlays = ["more.yaml"]\n\n'), encoding="utf-8")
    harbour, boats = as_json(project)
    assert harbour["operations"][0]["summary"] == "Corrected"
    assert boats["operations"][0]["summary"] == "Every boat"


def test_a_narrow_terminal_gets_narrow_lines(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = speclock(alone, "ls", "spec/harbour.yaml").out.splitlines()
    assert max(map(len, lines)) == 60
    assert lines[2].endswith("…")


def test_wide_letters_keep_the_columns() -> None:
    lines = table([("船", "x"), ("boat", "y")], 0, (1, 1))
    assert [cells(line) for line in lines] == [7, 7]
    (cut,) = table([("船船船船", "x")], 8, (2, 1))
    assert cells(cut) == 8


def test_what_is_neither_a_file_nor_a_client(project: Path) -> None:
    found = speclock(project, "ls", "habour")
    assert found.code == 2
    assert "'habour' is neither a file nor a client. Clients here: harbour, boats." in found.err


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("harbour.example/api.yaml", "write the scheme: https://harbour.example/api.yaml\n"),
        ("localhost:8000/api.yaml", "write the scheme: https://localhost:8000/api.yaml\n"),
        ("specs/api.yaml", "Clients here: harbour, boats.\n"),
        ("../api.yaml", "Clients here: harbour, boats.\n"),
    ],
)
def test_a_url_without_its_scheme(project: Path, text: str, hint: str) -> None:
    assert speclock(project, "ls", text).err.endswith(hint)


def test_a_refusal_of_a_list_tells_of_no_file(alone: Path) -> None:
    (alone / "broken.yaml").write_text("a: [", encoding="utf-8")
    assert speclock(alone, "ls", "broken.yaml").err.endswith("\n1 refused.\n")


def test_without_anything(alone: Path) -> None:
    found = speclock(alone, "ls")
    assert found.code == 2
    assert "speclock ls FILE" in found.err


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("swagger: '2.0'\npaths: {}\n", "swagger2openapi"),
        ("openapi: 3.0.0\npaths: [no]\n", "paths must be a mapping"),
        ("a: [", "broken.yaml:1:"),
    ],
)
def test_a_file_without_operations_says_why(alone: Path, text: str, fact: str) -> None:
    (alone / "broken.yaml").write_text(text, encoding="utf-8")
    found = speclock(alone, "ls", "broken.yaml")
    assert found.code == 2
    assert fact in found.err


def test_a_path_item_that_leads_nowhere_is_a_warning(alone: Path) -> None:
    path = alone / "spec" / "harbour.yaml"
    path.write_text(HARBOUR + "  /lost: {$ref: '#/nowhere'}\n", encoding="utf-8")
    found = speclock(alone, "ls", "spec/harbour.yaml")
    assert found.code == 0
    assert "3 operations" in found.out
    assert "doesn't resolve" in found.err
