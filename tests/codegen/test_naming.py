"""Names of calls and classes: stable when one is added, or pinned.

That the order is no matter: test_names_by_form.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from generator.base.config import Client
from generator.base.errors import UsageError
from generator.codegen.build.naming import call_paths, class_names, reserved_calls
from tests.codegen.kiosk import Names, calls_of, document, read, source, success


def _names(whole: Any, **pins: Any) -> tuple[Names, Names]:
    """Return the calls by ``METHOD /path``, and the classes by key."""
    canonical, settings = read(source(whole), Client(spec="s.yaml", package="kiosk", **pins))
    return calls_of(canonical, settings), {**class_names(canonical, settings)[0]}


def _schemas(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return a document with an operation for each schema, which responds with it."""
    operations = {
        f"GET /schemas/{index}": {
            "operationId": f"schema{index}", **success({"$ref": f"#/components/schemas/{key}"}),
        }
        for index, key in enumerate(schemas)
    }  # fmt: skip
    return document(operations, schemas=schemas)


def _operations() -> Iterator[tuple[dict[str, Any], str, Names]]:
    """Yield operations, one more to add to them, and the calls that change."""
    pair = {"GET /a": {"operationId": "list"}, "GET /b": {"operationId": "other"}}
    yield pair, "list", {"GET /a": "get_a", "POST /c": "post_c"}
    yield pair, "third", {"POST /c": "third"}
    yield {**pair, "GET /c": {"operationId": "list"}}, "list", {"POST /c": "post_c"}
    yield {"GET /x": {"tags": ["post"], "operationId": "y"}}, "post", {"POST /c": "post_c"}


@pytest.mark.parametrize(("operations", "added", "changed"), [*_operations()])
def test_an_operation_that_is_added_renames_no_third(
    operations: dict[str, Any], added: str, changed: Names
) -> None:
    before, _ = _names(document(operations))
    after, _ = _names(document({**operations, "POST /c": {"operationId": added}}))
    assert {**before, **changed} == after


def test_a_second_method_has_the_same_name_whatever_is_selected() -> None:
    described = source(
        document({"GET /a": {"operationId": "a"}, "GET /b": {"operationId": "aAll"}})
    )
    client = Client(spec="s.yaml", package="kiosk")
    for selected in (), ("a",):
        paths, _ = call_paths(*read(described, client, selected))
        second = paths["GET /a"].second("_all", reserved_calls(paths))
        assert (second.call, second.constant) == ("a_all_", "a_all_")


@pytest.mark.parametrize(
    ("keys", "added", "changed"),
    [
        (["Paper", "Page"], "paper", {"paper": "PaperLower"}),
        (["my_paper", "Page"], "MyPaper", {"my_paper": "My_Paper", "MyPaper": "MyPaper"}),
        (["my-paper", "Page"], "my_paper",
         {"my-paper": "MyHyphenPaper", "my_paper": "MyUnderscorePaper"}),
        (["Paper", "Page"], "Sheet", {"Sheet": "Sheet"}),
    ],
)  # fmt: skip
def test_a_schema_that_is_added_renames_no_third(
    keys: list[str], added: str, changed: Names
) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    _, before = _names(_schemas(dict.fromkeys(keys, schema)))
    _, after = _names(_schemas(dict.fromkeys([*keys, added], schema)))
    assert {**before, **changed} == after


def test_a_component_keeps_its_name_beside_an_inline_schema() -> None:
    state = {"type": "string", "enum": ["open", "shut"]}
    shop: dict[str, Any] = {
        "type": "object",
        "properties": {"state": state, "door": {"type": "object", "properties": {"id": {}}}},
    }
    other = {"type": "object", "properties": {"since": {"type": "string"}}}
    _, alone = _names(_schemas({"Shop": shop}))
    assert alone == {"Shop": "Shop", "Shop.state": "ShopState", "Shop.door": "ShopDoor"}
    _, beside = _names(_schemas({"Shop": shop, "ShopState": other, "ShopDoor": other}))
    assert beside == {
        "Shop": "Shop", "ShopState": "ShopState", "ShopDoor": "ShopDoor",
        "Shop.state": "ShopStateEnum", "Shop.door": "ShopDoorObject",
    }  # fmt: skip


def test_a_pin_keeps_a_name_and_its_rival_yields() -> None:
    lists = document({"GET /a": {"operationId": "list"}, "GET /b": {"operationId": "list"}})
    calls, _ = _names(lists, calls={"GET /b": "list"})
    assert calls == {"GET /a": "get_a", "GET /b": "list"}
    calls, _ = _names(lists, calls={"list": "shops.all"})  # two have that id
    assert calls == {"GET /a": "get_a", "GET /b": "get_b"}
    resource = document({"GET /a": {"operationId": "shops"}, "GET /b": {"operationId": "shops/b"}})
    assert _names(resource)[0] == {"GET /a": "get_a", "GET /b": "shops.b"}
    pinned, _ = _names(resource, calls={"GET /a": "shops"})
    assert pinned == {"GET /a": "shops", "GET /b": "shops_operations.b"}


def test_pins_that_contradict_each_other() -> None:
    shops = document({"GET /a": {"operationId": "shops"}, "GET /b": {"operationId": "shops/b"}})
    with pytest.raises(UsageError, match="'GET /a' and 'GET /b' are both pinned to 'c'"):
        _names(shops, calls={"GET /a": "c", "GET /b": "c"})
    with pytest.raises(UsageError, match=r"'shops\.b' is pinned, and so is 'shops'"):
        _names(shops, calls={"GET /a": "shops", "GET /b": "shops.b"})
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    with pytest.raises(UsageError, match="are both named 'C'"):
        _names(_schemas({"A": schema, "B": schema}), names={"A": "C", "B": "C"})
