"""The models of a description without operations, and no client."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.support.cases import package_of
from tests.support.generated_case import Case, GeneratedCases, load_spec, refused

PRODUCT = {"name": "Moby Dick", "kind": "book"}


def dumped(value: Any) -> Any:
    """Return a model as JSON data."""
    return json.loads(value.model_dump_json(exclude_unset=True))


def test_the_files(case: Case) -> None:
    folder = Path(str(case.package.__file__)).parent
    files = (path.relative_to(folder) for path in folder.rglob("*.*"))
    assert sorted(path.as_posix() for path in files if "__pycache__" not in path.parts) == [
        "AGENTS.md", "README.md", "__init__.py", "_runtime/__init__.py", "_runtime/budget.py",
        "_runtime/composed.py", "_runtime/exact.py",
        "_runtime/exact_texts.py", "_runtime/formats.py", "_runtime/model.py", "_runtime/notes.py",
        "_runtime/numbers.py", "_runtime/readers.py", "_runtime/reading.py", "_runtime/scalars.py",
        "_runtime/unions.py", "models.py", "py.typed", "speclock.json",
    ]  # fmt: skip
    tests = folder.parent / "tests" / folder.name
    assert sorted(path.name for path in tests.iterdir() if path.is_file()) == [
        "conftest.py", "openapi.json", "test_models.py",
    ]  # fmt: skip


def test_it_needs_no_http_library(case: Case, cases: GeneratedCases) -> None:
    name = case.package.__name__
    code = f"import sys; sys.modules['httpx'] = None; import {name}; print({name}.models.Product)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cases.folder, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (f"<class '{name}.models.Product'>\n", "")


def test_every_declared_schema_has_a_name(case: Case) -> None:
    declared = """Product Kind Grade Labels Products Stock Sku Remark Item Code Anything Whatever
        Payment Cash Card Event Sold Closed"""
    assert [name for name in declared.split() if not hasattr(case.models, name)] == []


def test_members_of_one_direction_are_optional(case: Case) -> None:
    written = case.models.Product(name="Moby Dick", kind=case.models.Kind.BOOK)
    assert dumped(written) == PRODUCT
    read = case.models.Product.model_validate_json('{"id": 1, "name": "Moby Dick", "kind": "book"}')
    assert (read.id, read.note) == (1, None)
    both = case.models.Product(id=1, note="n", name="Moby Dick", kind="book")
    assert dumped(both) == {"id": 1, "note": "n", **PRODUCT}


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({"name": "M"}, ["string_too_short"]),
        ({"kind": "film"}, ["enum"]),
        ({"title": "M"}, ["extra_forbidden"]),
        ({"price": -1}, ["greater_than_equal"]),
        ({"parts": [{"name": "Part"}]}, ["missing"]),
        ({"size": {"width": "wide"}}, ["int_parsing"]),
        ({"price": None}, ["float_type"]),
    ],
)
def test_writing_is_strict(case: Case, values: dict[str, Any], kinds: list[str]) -> None:
    assert refused(case.models.Product, **{**PRODUCT, **values}) == kinds


def test_reading_is_lenient(case: Case) -> None:
    value = {**PRODUCT, "kind": "film", "new": 1, "parts": [{**PRODUCT, "kind": "box set"}]}
    product = case.models.Product.model_validate_json(json.dumps(value))
    assert (product.kind, product.new, product.model_extra) == ("film", 1, {"new": 1})
    assert product.parts[0].kind is case.models.Kind.BOX_SET


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("Stock", '{"a": 1}', {"a": 1}),
        ("Sku", '"ABC"', "ABC"),
        ("Code", '"ABC"', "ABC"),
        ("Remark", "null", None),
        ("Remark", '"x"', "x"),
        ("Anything", "[1]", [1]),
        ("Whatever", "null", None),
        ("Grade", "2", 2),
    ],
)
def test_a_name_that_is_no_class(case: Case, name: str, text: str, wanted: object) -> None:
    assert TypeAdapter(getattr(case.models, name)).validate_json(text) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [("Stock", '{"a": "x"}'), ("Sku", '"abc"'), ("Code", '"abcd"'), ("Products", "[]")],
)
def test_a_name_that_is_no_class_has_its_limits(case: Case, name: str, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(getattr(case.models, name)).validate_json(text)


def test_names_of_classes(case: Case) -> None:
    models = case.models
    one = json.dumps(PRODUCT)
    assert type(TypeAdapter(models.Item).validate_json(one)) is models.Product
    (product,) = TypeAdapter(models.Products).validate_json(f"[{one}]")
    assert type(product) is models.Product
    labels = models.Labels.model_validate_json('{"title": "a", "other": "b"}')
    assert labels.model_extra == {"other": "b"}
    assert refused(models.Labels, other=[]) == ["string_type"]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Payment", {"method": "cash", "paid": 1.5}, "Cash"),
        ("Payment", {"method": "card", "digits": "1"}, "Card"),
        ("EventUnion", {"type": "Sold", "product": PRODUCT}, "Sold"),
        ("EventUnion", {"type": "Closed", "cause": {"type": "Sold", "product": PRODUCT}}, "Closed"),
        ("EventUnion", {"type": "Opened"}, "Event"),
    ],
)
def test_the_value_picks_the_class(case: Case, name: str, value: dict[str, Any], kind: str) -> None:
    read = TypeAdapter(getattr(case.models, name)).validate_json(json.dumps(value))
    assert type(read).__name__ == kind
    assert dumped(read) == value


def test_a_message_is_written_and_read_again(case: Case) -> None:
    models = case.models
    product = models.Product(name="Moby Dick", kind="book")
    sold = models.Sold(
        type="Sold",
        at=datetime(2026, 1, 2, tzinfo=UTC),
        product=product,
        payment=models.Cash(method="cash", paid=9),
    )
    text = sold.model_dump_json(exclude_unset=True)
    assert json.loads(text)["at"] == "2026-01-02T00:00:00Z"
    assert TypeAdapter(models.EventUnion).validate_json(text) == sold


SPEC_30 = """\
openapi: 3.0.3
info: {title: Lamps, version: "1"}
paths:
  /lamps:
    get: {operationId: lamps/list, responses: {"204": {description: none}}}
components:
  schemas:
    Lamp: {type: object, properties: {watts: {type: integer, nullable: true}}}
    Watts: {type: integer, nullable: true, maximum: 100}
"""


def test_the_models_alone_of_a_description_with_operations(cases: GeneratedCases) -> None:
    case = load_spec(cases, "models_of_30", SPEC_30, "models = true")
    package = cases.folder / package_of("models_of_30")
    assert not (package / "client.py").exists()
    assert not (package / "errors.py").exists()
    assert json.loads((package / "speclock.json").read_bytes())["operations"] == []
    assert dumped(case.models.Lamp(watts=None)) == {"watts": None}
    assert TypeAdapter(case.models.Watts).validate_python(None) is None
    with pytest.raises(ValidationError):
        TypeAdapter(case.models.Watts).validate_python(101)
