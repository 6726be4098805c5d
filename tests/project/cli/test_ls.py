"""``speclock ls``: which operations a description has, and which of them are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator.base.table import cells, table
from tests.support.project import Project, make_project, settings

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
CLIENTS: dict[str, dict[str, Any]] = {
    "harbour": {"spec": "spec/harbour.yaml", "operations": ["boats/list"]},
    "boats": {
        "spec": "spec/harbour.yaml", "operations": ["tag:boats", "!boats/list", "gone"]
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """pytest-xdist sets them."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = make_project(tmp_path, HARBOUR, "harbour")
    project.write("pyproject.toml", settings(CLIENTS))
    return project


@pytest.fixture
def alone(project: Project) -> Project:
    (project.root / "pyproject.toml").unlink()
    return project


def as_json(project: Project, *words: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(project.does("ls", "--format", "json", *words).out)
    return listed


def marks(one: dict[str, Any]) -> list[bool | None]:
    return [operation["selected"] for operation in one["operations"]]


def test_a_file_alone_lists_every_operation_whatever_is_wrong_in_them(alone: Project) -> None:
    found = alone.does("ls", "spec/harbour.yaml")
    assert found.err == ""
    assert found.out.splitlines() == [
        "ID          METHOD  PATH         TAG            SUMMARY",
        "boats/list  GET     /boats       boats, public  Every boat",
        "boats/add   POST    /boats       boats          (deprecated) Moor a boat\\x1b[31m in red",
        "            DELETE  /boats/{id}",
        "3 operations",
    ]


def test_json_has_the_lines_of_the_file(alone: Project) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml")
    assert (one["client"], one["file"]) == (None, "spec/harbour.yaml")
    lines = HARBOUR.splitlines()
    assert [lines[int(op["line"]) - 1].strip() for op in one["operations"]] == [
        "get:",
        "post:",
        "delete:",
    ]
    assert one["operations"][0] == {
        "id": "boats/list", "method": "GET", "path": "/boats", "tags": ["boats", "public"],
        "summary": "Every boat", "deprecated": False, "line": 5, "selected": None,
    }  # fmt: skip


def test_the_selection_of_each_client_is_marked(project: Project) -> None:
    harbour, boats = as_json(project)
    assert (harbour["client"], marks(harbour)) == ("harbour", [True, False, False])
    assert (boats["client"], marks(boats)) == ("boats", [False, True, False])


def test_a_selector_that_matches_nothing_is_told_and_stops_nothing(project: Project) -> None:
    found = project.does("ls", "boats")
    assert "no operation 'gone'" in found.err
    assert "boats: spec/harbour.yaml" in found.out
    assert "3 operations, 1 selected" in found.out


def test_a_file_of_clients_is_marked_for_each(project: Project) -> None:
    assert [one["client"] for one in as_json(project, "spec/harbour.yaml")] == ["harbour", "boats"]


def test_selectors_can_be_tried(alone: Project) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "method:post")
    assert marks(one) == [False, True, False]
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "GET *", "--selected")
    assert [op["id"] for op in one["operations"]] == ["boats/list"]


def test_nothing_known_selects_nothing(alone: Project) -> None:
    (one,) = as_json(alone, "spec/harbour.yaml", "--operation", "gone", "--operation", "!boats/add")
    assert marks(one) == [False, False, False]


def test_overlays_come_first(project: Project) -> None:
    project.write(
        "more.yaml",
        "overlay: 1.0.0\ninfo: {title: More, version: '1'}\nactions:\n"
        "- target: $.paths['/boats'].get\n  update: {summary: Corrected}\n",
    )
    harbour = {**CLIENTS["harbour"], "overlays": ["more.yaml"]}
    project.write("pyproject.toml", settings({**CLIENTS, "harbour": harbour}))
    harbour, boats = as_json(project)
    assert harbour["operations"][0]["summary"] == "Corrected"
    assert boats["operations"][0]["summary"] == "Every boat"


def test_a_narrow_terminal_gets_narrow_lines(
    alone: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = alone.run("ls", "spec/harbour.yaml").out.splitlines()
    assert max(map(len, lines)) == 60
    assert lines[2].endswith("…")


LONG = """\
openapi: 3.1.0
info: {title: Long, version: "1"}
paths:
  /short: {get: {operationId: short, summary: Brief, responses: {}}}
  /long:
    get:
      operationId: long
      tags: [one, two]
      summary: "SENTENCE"
      parameters: [{name: cursor, in: query, schema: {type: string}}]
      responses: {"200": {description: "SENTENCE"}}
"""
SENTENCES = {
    "a long sentence": "All that anybody ever wanted to know. " * 300,
    "wide letters": "船" * 500,
    "controls": "\\u202e\\e" * 150,
    "commands of a log": "##[x]" * 100,
}


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
@pytest.mark.parametrize("of_client", [False, True])
def test_a_pipe_gets_lines_of_at_most_200_columns(
    project: Project, sentence: str, *, of_client: bool
) -> None:
    project.write("spec/harbour.yaml", LONG.replace("SENTENCE", sentence))
    found = project.run("ls", *(("harbour",) if of_client else ("spec/harbour.yaml",)))
    lines = found.out.splitlines()
    assert max(map(cells, lines)) <= 200
    for line in (line for line in lines if "/long" in line):
        assert line.endswith("…") and cells(line) >= 199, "no more is cut than has to be"
    assert "Brief" in found.out
    (one, *_) = as_json(project, "spec/harbour.yaml")
    assert len(one["operations"][1]["summary"]) > 200, "the whole text is in JSON"


def test_a_pipe_keeps_ids_and_paths_whole_beside_a_long_summary(alone: Project) -> None:
    name, path = "o" * 80, f"/{'p' * 80}"
    text = LONG.replace("operationId: long", f"operationId: {name}").replace("/long", path)
    alone.write("spec/harbour.yaml", text.replace("SENTENCE", "word " * 100))
    found = alone.does("ls", "spec/harbour.yaml")
    assert name in found.out and path in found.out
    assert max(map(cells, found.out.splitlines())) == 200


def test_a_pipe_gets_long_names_of_pages_in_several_lines(alone: Project) -> None:
    text = LONG.replace("operationId: long", f"operationId: {'page/' * 30}")
    alone.write("spec/harbour.yaml", text.replace("SENTENCE", "Next. " * 100))
    found = alone.does("ls", "--pagination", "spec/harbour.yaml")
    assert max(map(cells, found.out.splitlines())) <= 200


def test_wide_letters_keep_the_columns() -> None:
    lines = table([("船", "x"), ("boat", "y")], 0, (1, 1))
    assert [cells(line) for line in lines] == [7, 7]
    (cut,) = table([("船船船船", "x")], 8, (2, 1))
    assert cells(cut) == 8


@pytest.mark.parametrize("text", ["habour", "specs/api.yaml", "../api.yaml"])
def test_what_is_neither_a_file_nor_a_client(project: Project, text: str) -> None:
    error = project.refuses("ls", text)
    assert f"'{text}' is neither a file nor a client. " in error
    assert error.endswith("Clients here: harbour, boats.\n")


def test_without_anything(alone: Project) -> None:
    assert "speclock ls FILE" in alone.refuses("ls")
    assert "speclock show OPERATION FILE" in alone.refuses("show", "boats")


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("swagger: '1.2'\npaths: {}\n", "Swagger '1.2' isn't supported"),
        ("openapi: 3.0.0\npaths: [no]\n", "paths must be a mapping"),
        ("a: [", "broken.yaml:1:"),
    ],
)
def test_a_file_without_operations_says_why(alone: Project, text: str, fact: str) -> None:
    alone.write("broken.yaml", text)
    error = alone.refuses("ls", "broken.yaml")
    assert fact in error
    assert error.endswith("\n1 refused.\n")


def test_a_path_item_that_leads_nowhere_is_a_warning(alone: Project) -> None:
    path = alone.root / "spec" / "harbour.yaml"
    path.write_text(HARBOUR + "  /lost: {$ref: '#/nowhere'}\n", encoding="utf-8")
    found = alone.does("ls", "spec/harbour.yaml")
    assert "3 operations" in found.out
    assert "doesn't resolve" in found.err
