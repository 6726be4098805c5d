"""The setting ``error_when`` that a description shows: a flag beside an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import Schema
from ..build.error_responses import schemas_of, success_schemas

_FLAGS = ("ok", "success")
"""The names of a boolean that is false in an error."""


def propose_error_when(document: Document) -> str | Mapping[str, str]:
    """Return the setting that a description shows; empty if it shows none.

    A success shows it by a boolean member ``ok`` or ``success`` beside one whose name begins with
    ``error``; the response ``default`` may have that one. The setting is for all operations, unless
    some use another flag, or the same one without an error.
    """
    conditions: dict[str, str] = {}
    used: set[str] = set()
    is_for_all = True
    for operation in document.operations:
        flags = _flags(document, success_schemas(operation))
        in_default = _flags(document, schemas_of(operation, "default"))
        used.update(flags)
        for flag, has_error in flags.items():
            if has_error or in_default.get(flag):
                conditions[operation.label] = f"{flag} == false"
            else:
                is_for_all = False
    if conditions and is_for_all and len(used) == 1:
        return f"{used.pop()} == false"
    return conditions or ""


def _flags(document: Document, schemas: Iterable[Schema]) -> dict[str, bool]:
    """Return the flags that schemas describe, and whether there is an error beside them."""
    flags: dict[str, bool] = {}
    for schema in schemas:
        for branch in document.leaves(schema):
            members = branch.properties or {}
            has_error = any(name.lower().startswith("error") for name in members)
            for flag in _FLAGS:
                if flag in members and _is_boolean(document, members[flag]):
                    flags[flag] = flags.get(flag, False) or has_error
    return flags


def _is_boolean(document: Document, schema: Schema) -> bool:
    values = document.resolve(schema).enum
    if values is not None:
        return all(isinstance(value, bool) for value in values)
    return document.kinds(schema) <= {"boolean"}
