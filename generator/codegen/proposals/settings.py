"""Settings that a description shows: ``error_when`` by a flag beside an error, ``globals``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ...reading.openapi.model.document import Document
from ...reading.openapi.model.schemas import Schema
from ..build.client_arguments import Key, free_name, parameter_key
from ..build.error_responses import schemas_of, success_schemas
from ..ir.package import Api
from ..ir.types import Nullable

_FLAGS = ("ok", "success")
"""The names of a boolean that is false in an error."""
_LEAST = 3
"""The number of operations that a parameter needs to be proposed."""
_SHARE = 0.8
"""The part of the operations that have to require it."""


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


def propose_globals(api: Api) -> tuple[str, ...]:
    """Return the parameters that most operations require, as the setting has them, sorted.

    A parameter that cannot be an argument of the client isn't among them.
    """
    users: Counter[Key] = Counter()
    settings: dict[Key, str] = {}
    impossible: set[Key] = set()
    for operation in api.operations:
        for parameter in operation.parameters:
            key = parameter_key(parameter.place, parameter.wire)
            if isinstance(parameter.type, Nullable) or parameter.place == "querystring":
                impossible.add(key)
            if parameter.required:
                users[key] += 1
                settings.setdefault(key, f"{parameter.place} {parameter.wire}")
    least = max(_LEAST, _SHARE * len(api.operations))
    proposed: dict[str, str] = {}
    for key, count in sorted(users.items()):
        name = free_name(api, key)
        if count >= least and name and key not in impossible:
            proposed.setdefault(name, settings[key])
    return tuple(proposed.values())
