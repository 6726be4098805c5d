"""Upstream drops the pages of an operation: ``update`` goes on, and tells which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.project.services.cases.pagination.test_case import (
    CURSOR,
    add_rule,
    cursors,
    described,
    operation,
    plain,
    rules_in,
)
from tests.project.services.update.conftest import Shop
from tests.support.sockets import Server

OWN = {"type": "object", "properties": {"messages": {"type": "array", "items": {"type": "string"}}}}


def without_cursor(name: str) -> Any:
    """Return an operation that takes a cursor and gives none."""
    return operation(name, OWN, "cursor:string")


def ended(name: str) -> Any:
    """Return an operation that gave cursors, and gives none."""
    document = cursors(name)
    del document["responses"]["200"]["content"]["application/json"]["schema"]["properties"][
        "next_cursor"
    ]
    return document


@pytest.fixture
def shop(server: Server, tmp_path: Path) -> Shop:
    shop = Shop(server, tmp_path / "project")
    shop.settings(upstream=server.url(), operations=["*"])
    return shop


def test_the_only_pages_are_gone(shop: Shop) -> None:
    shop.publish(described(history=without_cursor, kites=cursors))
    shop.update()
    assert rules_in(shop) == [CURSOR]
    shop.publish(described(history=without_cursor, kites=ended))
    assert shop.run("drift", code=1).out.startswith(
        "breaking: the only change can break kites/list"
    )
    shown = shop.update().out
    assert shown.startswith("breaking: the only change can break kites/list")
    assert "shop: kites/list has no pages any more: kites.list_all is gone" in shown
    assert rules_in(shop) == []
    assert "list_all" not in shop.read("generated/shop/resources/kites.py")
    shop.does("check", "--full")


@pytest.mark.parametrize("is_named", [True, False])
def test_the_pages_of_one_of_several_are_gone(is_named: bool, shop: Shop) -> None:
    """A table keeps the others, also where it names its operations."""
    others: dict[str, Any] = {"logs": cursors} if is_named else {}
    shop.publish(described(kites=cursors, tails=cursors, **others))
    shop.settings(upstream=shop.server.url(), operations=["kites/list", "tails/list"])
    add_rule(shop, CURSOR | ({"operations": ["kites/list", "tails/list"]} if is_named else {}))
    shop.update()
    shop.publish(described(kites=ended, tails=cursors, **others))
    shown = shop.update().out
    assert "kites/list has no pages any more" in shown and "tails/list has" not in shown
    assert rules_in(shop) == [CURSOR | ({"operations": ["tails/list"]} if is_named else {})]
    assert "def list_all(" in shop.read("generated/shop/resources/tails.py")
    shop.does("check", "--full")


def test_pages_of_another_shape_have_another_table(shop: Shop) -> None:
    shop.publish(described(kites=cursors))
    shop.update()
    shop.publish(described(kites=cursors).replace("next_cursor", "nextCursor"))
    shown = shop.update().out
    assert "no pages any more" not in shown
    assert rules_in(shop) == [CURSOR | {"next": "nextCursor"}]
    assert "def list_all(" in shop.read("generated/shop/resources/kites.py")


@pytest.mark.parametrize("part", ["parameter", "items", "response"])
def test_what_else_pages_need_is_gone(part: str, shop: Shop) -> None:
    shop.publish(described(kites=cursors, tails=plain))
    shop.update()
    document = yaml.safe_load(described(kites=cursors, tails=plain))
    get = document["paths"]["/kites"]["get"]
    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    if part == "parameter":
        get["parameters"] = []
    elif part == "items":
        schema["properties"]["data"] = {"type": "object", "properties": {"id": {"type": "string"}}}
    else:
        get["responses"] = {"204": {"description": "None"}}
    shop.publish(yaml.safe_dump(document))
    assert "kites/list has no pages any more: kites.list_all is gone" in shop.update().out
    assert rules_in(shop) == []


def test_a_table_that_somebody_made_up_stays(shop: Shop) -> None:
    """The error names it with its line, and the operation that it was for."""
    made_up = {"style": "cursor", "parameter": "cursor", "items": "data", "next": "onwards"}
    upstream = described(history=without_cursor, kites=cursors).replace("next_cursor", "onwards")
    shop.publish(upstream)
    add_rule(shop, made_up)
    shop.update()
    before = shop.files()
    shop.publish(described(history=without_cursor, kites=ended))
    refused = shop.update(code=2).err
    line = (
        shop.read("pyproject.toml").splitlines().index("[[tool.speclock.clients.shop.pagination]]")
    )
    assert f"pyproject.toml:{line + 1}:1: [tool.speclock.clients.shop.pagination] " in refused
    assert "next = 'onwards': kites/list has no member 'onwards' in its answer" in refused
    assert "history" not in refused and "messages" not in refused and "'data'" not in refused
    assert "If no operation has such pages, remove this table." in refused
    assert shop.files() == before
    shop.write("pyproject.toml", shop.read("pyproject.toml").partition("\n[[")[0])
    shop.update()


def test_an_operation_that_is_no_longer_selected_is_only_reported(shop: Shop) -> None:
    shop.publish(described(kites=cursors, tails=cursors, logs=cursors))
    shop.settings(upstream=shop.server.url(), operations=["kites/list"])
    add_rule(shop, CURSOR | {"operations": ["kites/list", "tails/list"]})
    said = shop.update().err
    assert "'tails/list' in `operations` of a table `pagination` names no operation" in said
    assert "def list_all(" in shop.read("generated/shop/resources/kites.py")
