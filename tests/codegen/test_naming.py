"""Names of calls and classes: independent of the order, and stable when one is added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.codegen.build.naming import call_paths, class_names
from generator.config import Client
from generator.document.load import parse
from generator.drift.inputs import ComparedDescription
from generator.errors import UsageError
from generator.services.descriptions import no_progress
from tests.support.cases import CASES

Names = dict[str, str]


def _names(
    document: Any, *, calls: Names | None = None, names: Names | None = None
) -> tuple[Names, Names]:
    """Return the calls by ``METHOD /path``, and the classes by key."""
    source = parse(yaml.safe_dump(document).encode(), path=Path("spec.yaml"), name="spec.yaml")
    client = Client(spec="spec.yaml", package="kiosk", calls=calls or {}, names=names or {})
    compared = ComparedDescription(source, no_progress)
    canonical = compared.read(compared.select(()), client).canonical
    paths, _ = call_paths(canonical, client)
    classes, _ = class_names(canonical, client)
    named = {
        op.spellings[1]: path.call for op, path in zip(canonical.operations, paths, strict=True)
    }
    return named, {**classes}


def _reversed(document: Any) -> Any:
    return json.loads(
        json.dumps(document), object_pairs_hook=lambda members: dict(reversed(members))
    )


def _document(operations: dict[str, Any], schemas: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a document with operations by ``METHOD /path``, whose responses have the schemas."""
    paths: dict[str, Any] = {}
    for place, operation in operations.items():
        method, path = place.split()
        paths.setdefault(path, {})[method.lower()] = {
            "responses": {"204": {"description": "Done."}}, **operation,
        }  # fmt: skip
    for index, key in enumerate(schemas or {}):
        schema = {"$ref": f"#/components/schemas/{key}"}
        content = {"application/json": {"schema": schema}}
        response = {"200": {"description": "It.", "content": content}}
        paths[f"/schemas/{index}"] = {
            "get": {"operationId": f"schema{index}", "responses": response}
        }
    info = {"title": "Kiosk", "version": "1"}
    return {
        "openapi": "3.1.0",
        "info": info,
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }


@pytest.mark.parametrize(
    "topic", ["colliding_names", "inline_names", "given_names", "one_of", "all_of", "recursion"]
)
def test_the_order_of_members_is_no_matter(topic: str) -> None:
    document = yaml.safe_load((CASES / topic / "spec.yaml").read_text(encoding="utf-8"))
    assert _names(document) == _names(_reversed(document))


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
    before, _ = _names(_document(operations))
    after, _ = _names(_document({**operations, "POST /c": {"operationId": added}}))
    assert {**before, **changed} == after


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
    _, before = _names(_document({}, dict.fromkeys(keys, schema)))
    _, after = _names(_document({}, dict.fromkeys([*keys, added], schema)))
    assert {**before, **changed} == after


def test_a_component_keeps_its_name_beside_an_inline_schema() -> None:
    state = {"type": "string", "enum": ["open", "shut"]}
    shop: dict[str, Any] = {
        "type": "object",
        "properties": {"state": state, "door": {"type": "object", "properties": {"id": {}}}},
    }
    other = {"type": "object", "properties": {"since": {"type": "string"}}}
    _, alone = _names(_document({}, {"Shop": shop}))
    assert alone == {"Shop": "Shop", "Shop.state": "ShopState", "Shop.door": "ShopDoor"}
    _, beside = _names(_document({}, {"Shop": shop, "ShopState": other, "ShopDoor": other}))
    assert beside == {
        "Shop": "Shop", "ShopState": "ShopState", "ShopDoor": "ShopDoor",
        "Shop.state": "ShopStateEnum", "Shop.door": "ShopDoorObject",
    }  # fmt: skip


def test_a_pin_keeps_a_name_and_its_rival_yields() -> None:
    document = _document({"GET /a": {"operationId": "list"}, "GET /b": {"operationId": "list"}})
    calls, _ = _names(document, calls={"GET /b": "list"})
    assert calls == {"GET /a": "get_a", "GET /b": "list"}
    calls, _ = _names(document, calls={"list": "shops.all"})  # two have that id
    assert calls == {"GET /a": "get_a", "GET /b": "get_b"}
    resource = _document({"GET /a": {"operationId": "shops"}, "GET /b": {"operationId": "shops/b"}})
    assert _names(resource)[0] == {"GET /a": "get_a", "GET /b": "shops.b"}
    pinned, _ = _names(resource, calls={"GET /a": "shops"})
    assert pinned == {"GET /a": "shops", "GET /b": "shops_operations.b"}


def test_pins_that_contradict_each_other() -> None:
    document = _document({"GET /a": {"operationId": "shops"}, "GET /b": {"operationId": "shops/b"}})
    with pytest.raises(UsageError, match="'GET /a' and 'GET /b' are both pinned to 'c'"):
        _names(document, calls={"GET /a": "c", "GET /b": "c"})
    with pytest.raises(UsageError, match=r"'shops\.b' is pinned, and so is 'shops'"):
        _names(document, calls={"GET /a": "shops", "GET /b": "shops.b"})
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    with pytest.raises(UsageError, match="names two classes 'C'"):
        _names(_document({}, {"A": schema, "B": schema}), names={"A": "C", "B": "C"})
