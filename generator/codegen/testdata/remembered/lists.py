"""The answers with all items of a collection."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....reading.openapi.model.schemas import Json, Schema
from ...ir.operations import ClientOperation
from ...ir.remembered import RememberedList
from ...ir.types import Text
from .values import ItemValues

_COUNT = re.compile(r"total|count", re.IGNORECASE)


def find_list(
    values: ItemValues, operation: ClientOperation, item: Schema
) -> RememberedList | None:
    """Return the form of a list of items; None if an operation answers with another thing."""
    schemas = values.schemas
    schema = schemas.answer(operation)
    if schema is None:
        return None
    page, first_page = _page_parameter(operation)
    if schemas.has_items(schema, item):
        return RememberedList(Text(""), {}, (), Text(page), first_page)
    members = schema.properties or {}
    lists: list[str] = []
    counts: list[str] = []
    for name, member in members.items():
        if schemas.has_items(member, item):
            lists.append(name)
        if _COUNT.search(name) and "integer" in values.document.kinds(member):
            counts.append(name)
    if len(lists) != 1:
        return None
    envelope = _envelope(values, schema, (*lists, *counts))
    return RememberedList(Text(lists[0]), envelope, tuple(counts), Text(page), first_page)


def _envelope(values: ItemValues, schema: Schema, others: Sequence[str]) -> dict[str, Json]:
    """Return the required members beside the items, those of a list without another page."""
    envelope: dict[str, Json] = {}
    for name, member in (schema.properties or {}).items():
        if name in schema.required and name not in others:
            envelope[name] = _last_page_value(values, member)
    return envelope


def _last_page_value(values: ItemValues, schema: Schema) -> Json:
    """Return null, false or an empty text where a schema has it, or else its example."""
    empty: tuple[Json, ...] = (None, False, "")
    for value in empty:
        if values.is_valid(value, schema):
            return value
    target = values.document.resolve(schema)
    if target.properties:
        value = _envelope(values, target, ())
        if values.is_valid(value, schema):
            return value
    return values.value(schema)


def _page_parameter(operation: ClientOperation) -> tuple[str, str]:
    """Return the parameter that asks for another page, and its value for the first one."""
    pages = operation.pages
    if pages is None:
        return "", ""
    first = ""
    if pages.style == "offset":
        first = "0"
    elif pages.style == "page":
        first = str(pages.start)
    for parameter in operation.parameters:
        if parameter.name == pages.parameter:
            return parameter.wire, first
    return "", ""
