"""The settings of pagination that ``init``, ``add``, ``update`` and ``remove`` write."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project.services.update.conftest import Shop
from tests.support.project import Project
from tests.support.sockets import Server

ITEMS = {"type": "array", "items": {"type": "string"}}
CURSOR = {"style": "cursor", "parameter": "cursor", "items": "data", "next": "next_cursor"}
PAGE = {"style": "page", "parameter": "page"}


def operation(name: str, schema: dict[str, Any], *parameters: str, **keywords: Any) -> Any:
    """Return a GET operation with query parameters, written ``name:type``."""
    return {
        "operationId": f"{name}/list",
        "parameters": [
            {"name": each, "in": "query", "schema": {"type": kind, **keywords}}
            for each, kind in (one.split(":") for one in parameters)
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": schema}}}
        },
    }


def cursors(name: str) -> Any:
    members = {"data": ITEMS, "next_cursor": {"type": "string"}}
    return operation(name, {"type": "object", "properties": members}, "cursor:string")


def pages(name: str) -> Any:
    return operation(name, ITEMS, "page:integer", "limit:integer", default=1)


def plain(name: str) -> Any:
    return operation(name, ITEMS)


def described(**operations: Any) -> str:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Kites", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {f"/{name}": {"get": make(name)} for name, make in operations.items()},
    }
    return yaml.safe_dump(document, sort_keys=False)


def add_rule(shop: Shop, rule: dict[str, Any]) -> None:
    """Add a rule by hand, as an array of tables."""
    lines = ["", "[[tool.speclock.clients.shop.pagination]]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in rule.items()]
    shop.write("pyproject.toml", "\n".join([shop.read("pyproject.toml"), *lines, ""]))


def rules_in(project: Project) -> list[dict[str, Any]]:
    settings = tomllib.loads(project.read("pyproject.toml"))["tool"]["speclock"]
    (client,) = settings["clients"].values()
    rules: list[dict[str, Any]] = client.get("pagination", [])
    return rules


@pytest.fixture
def kites(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project", "kites")
    project.write(".git/HEAD", "")
    return project


@pytest.fixture
def shop(server: Server, tmp_path: Path) -> Shop:
    return Shop(server, tmp_path / "project")


def test_init_writes_and_shows_them(kites: Project) -> None:
    kites.write("kites.yaml", described(kites=cursors, tails=pages, strings=plain))
    shown = kites.does("init", "kites.yaml").out
    text = kites.read("pyproject.toml")
    assert "its pagination, for you to review: kites.list_all, tails.list_all\n" in shown
    written = text[text.index("[[tool") :]
    assert written in shown.replace("\n  ", "\n")
    assert rules_in(kites) == [CURSOR, PAGE]
    assert "def list_all(" in kites.read("generated/kites/resources/tails.py")
    assert "def list_all(" not in kites.read("generated/kites/resources/strings.py")
    listed = kites.does("ls", "--pagination").out
    assert "2 operations with pages: 2 iterated, 0 proposed, 0 unclear" in listed
    kites.does("check", "--full")


def test_init_without_them(kites: Project) -> None:
    kites.write("kites.yaml", described(kites=cursors))
    shown = kites.does("init", "kites.yaml", "--no-pagination").out
    assert "pagination" not in shown + kites.read("pyproject.toml")
    listed = kites.does("ls", "--pagination").out
    assert "proposed  kites/list  kites.list_all: cursor parameter=cursor items=data" in listed
    assert '[[tool.speclock.clients.kites.pagination]]\nstyle = "cursor"\n' in listed


def test_one_rule_for_lists_of_several_names(kites: Project) -> None:
    """``items`` is left out where each response has one list alone."""

    def named(name: str) -> Any:
        members = {name: ITEMS, "next_cursor": {"type": "string"}}
        return operation(name, {"type": "object", "properties": members}, "cursor:string")

    kites.write("kites.yaml", described(kites=named, tails=named))
    kites.does("init", "kites.yaml")
    assert rules_in(kites) == [{"style": "cursor", "parameter": "cursor", "next": "next_cursor"}]
    kites.does("check", "--full")


def test_add_proposes_for_what_it_adds(shop: Shop) -> None:
    """What was declined before stays without an iterator."""
    shop.publish(described(kites=cursors, tails=pages, boards=cursors))
    shop.settings(upstream=shop.server.url(), operations=["kites/list"])
    shop.update("--no-pagination")
    assert rules_in(shop) == []
    shown = shop.does("add", "tails/list", "boards/list", "--yes").out
    assert "pyproject.toml: operations, pagination of [tool.speclock.clients.shop]\n" in shown
    assert '    [[tool.speclock.clients.shop.pagination]]\n    style = "page"\n' in shown
    assert rules_in(shop) == [
        PAGE,
        CURSOR | {"operations": ["boards/list"]},
    ]
    assert "list_all" not in shop.read("generated/shop/resources/kites.py")
    assert shop.does("update", "--yes").out.count("up to date") == 1


def test_add_without_them(shop: Shop) -> None:
    shop.publish(described(kites=plain, tails=pages))
    shop.settings(upstream=shop.server.url(), operations=["kites/list"])
    shop.update()
    shop.does("add", "tails/list", "--yes", "--no-pagination")
    assert rules_in(shop) == []


def test_update_proposes_for_new_pages_alone(shop: Shop) -> None:
    shop.publish(described(kites=plain, tails=pages))
    shop.settings(upstream=shop.server.url(), operations=["*"])
    shop.update("--no-pagination")
    shop.publish(described(kites=cursors, tails=pages))
    assert "pagination of [tool" in shop.update().out
    assert rules_in(shop) == [CURSOR]
    assert "list_all" not in shop.read("generated/shop/resources/tails.py")


def test_update_without_them(shop: Shop) -> None:
    shop.publish(described(kites=plain))
    shop.settings(upstream=shop.server.url(), operations=["*"])
    shop.update()
    shop.publish(described(kites=cursors))
    shop.update("--no-pagination")
    assert rules_in(shop) == []


def test_rules_that_are_there_stay(shop: Shop) -> None:
    """With their comments, and as a table alone."""
    shop.publish(described(kites=cursors))
    shop.settings(upstream=shop.server.url(), operations=["kites/list"])
    table = '\n[tool.speclock.clients.shop.pagination]  # ours\nstyle = "cursor"\n'
    table += 'operations = ["kites/list"]  # this one\nparameter = "cursor"\nitems = "data"\n'
    shop.write("pyproject.toml", f'{shop.read("pyproject.toml")}{table}next = "next_cursor"\n')
    shop.update()
    shop.publish(described(kites=cursors, tails=pages))
    shop.does("add", "tails/list", "--yes")
    assert rules_in(shop) == [CURSOR | {"operations": ["kites/list"]}, PAGE]
    assert "# this one" in shop.read("pyproject.toml")


@pytest.mark.parametrize("operations", [["kites/list"], ["kites/list", "tails/list"], None])
def test_rules_of_removed_operations_go(shop: Shop, operations: list[str] | None) -> None:
    shop.publish(described(kites=cursors, tails=cursors, strings=plain))
    shop.settings(
        upstream=shop.server.url(),
        operations=["kites/list", "tails/list", "strings/list"],
    )
    add_rule(shop, CURSOR | ({"operations": operations} if operations else {}))
    shop.update("--no-pagination")
    shop.does("remove", "kites/list", "--yes")
    left = {None: [CURSOR], 1: [], 2: [CURSOR | {"operations": ["tails/list"]}]}
    assert rules_in(shop) == left[len(operations) if operations else None]
    shop.does("remove", "tails/list", "--yes")
    assert rules_in(shop) == []
    shop.does("check", "--full")


def test_rules_follow_a_new_id(shop: Shop) -> None:
    shop.publish(described(kites=cursors, tails=cursors))
    shop.settings(
        upstream=shop.server.url(),
        operations=["*"],
    )
    add_rule(shop, CURSOR | {"operations": ["kites/list"]})
    shop.update("--no-pagination")
    shop.publish(described(kites=cursors, tails=cursors).replace("kites/list", "kites/all"))
    shop.update()
    assert rules_in(shop) == [CURSOR | {"operations": ["kites/all"]}]
