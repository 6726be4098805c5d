"""Which Python values can be written: the table in docs/calls.md, executed."""

from __future__ import annotations

import re
from collections import deque
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pinterest_audiences._runtime.model import Model, Typed
from pinterest_audiences.models import Audience, Currency, LineItem
from pydantic import ValidationError, create_model

pytestmark = pytest.mark.usefixtures("dates")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "calls.md"
TYPES: dict[str, Any] = {
    "text": str, "integer": int, "number": float, "boolean": bool, "array": list[str],
    "object": dict[str, str], "class": LineItem, "enumeration": Currency, "date": date,
    "time of a day": datetime, "time": time, "duration": timedelta, "UUID": UUID, "anything": Any,
}  # fmt: skip
NAMES: dict[str, Any] = {
    **{kind.__name__: kind for kind in (Audience, Currency, Decimal, LineItem, UUID, deque)},
    **{kind.__name__: kind for kind in (date, datetime, time, timedelta)},
}


def table() -> list[tuple[str, str, bool]]:
    """Return each value in the table, with its type and whether it is accepted."""
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return [
        (row[0].strip(), source, index == 1)
        for row in rows
        if len(row) == 3 and row[0].strip() in TYPES
        for index in (1, 2)
        for source in re.findall("`([^`]+)`", row[index])
    ]


@pytest.mark.parametrize(("kind", "source", "is_accepted"), table())
def test_a_value_to_write(kind: str, source: str, is_accepted: bool, exact_values: Any) -> None:
    """In an argument, a constructor and an assignment."""
    type_ = exact_values.Number if kind == "number" else TYPES[kind]
    field: Any = (type_, None)
    holder: Any = create_model("Holder", __base__=Model, value=field)

    def write() -> list[Any]:
        holder_by_field = holder()
        holder_by_field.value = value()
        return [
            Typed(lambda: type_).check(value()), holder(value=value()).value, holder_by_field.value,
        ]  # fmt: skip

    def value() -> Any:
        return eval(source, NAMES)  # noqa: S307 - of our own page

    if is_accepted:
        read, *others = write()
        assert others == [read, read]
        assert str(read) in {str(value()), *map(str, _forms(type_, value()))}
        return
    for step in (
        lambda: Typed(lambda: type_).check(value()),
        lambda: holder(value=value()),
        lambda: setattr(holder(), "value", value()),
    ):
        with pytest.raises(ValidationError):
            step()


def _forms(type_: Any, value: Any) -> list[Any]:
    """Return what a value may become: the described type's own form of it."""
    made: list[Any] = [[*value]] if isinstance(value, tuple) else []
    if isinstance(value, dict):
        made += [LineItem.model_validate(value)]
    if isinstance(value, str):
        made += [Typed(lambda: type_).adapter.validate_python(value)]
    if isinstance(value, float | Decimal):
        made += [int(value), float(value)]
    return made


@pytest.fixture(scope="module")
def exact_values(load_case: Any) -> Any:
    """Return the module of numbers with all their digits."""
    return load_case("exact_values").modules["_runtime.exact"]


def test_the_table_has_all_types() -> None:
    assert {kind for kind, _, _ in table()} == set(TYPES)
