"""Values and schemas of a description as short text."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet

from ....reading.document.pointer import split
from ....reading.openapi.json_schema import assertions, with_null
from ....reading.openapi.model.schemas import MISSING, Json, Schema
from .resolved_schema import ResolvedSchema


class SchemasAsJson:
    """Schemas as JSON Schema, each made once; references are component keys."""

    def __init__(self) -> None:
        self._made: dict[Schema, dict[str, Json]] = {}

    def __call__(self, schema: Schema) -> dict[str, Json]:
        """Return the keywords of a schema."""
        out = self.without_null(schema)
        return with_null(out) if schema.nullable and out else out

    def without_null(self, schema: Schema) -> dict[str, Json]:
        """Return the keywords by which a schema restricts values other than null."""
        texts = self._made.get(schema)
        if texts is None:
            texts = self._made[schema] = assertions(schema, self, str)
        return texts


def keywords(schema: Schema) -> AbstractSet[str]:
    """Return the names of the keywords by which a schema restricts values other than null."""
    return assertions(schema, lambda _: {}, str).keys()


def is_empty(schema: Schema) -> bool:
    """Return whether a schema neither restricts nor documents anything."""
    documents = schema.description or schema.examples or schema.deprecated or schema.sunset
    is_open = schema.nullable or schema.default is not MISSING
    return not (keywords(schema) or schema.server_checked or documents or is_open)


def need(*, required: bool) -> str:
    """Return ``required`` or ``optional``."""
    return "required" if required else "optional"


def shown(value: Json) -> str:
    """Return a value as text on one line; a string without quotes."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(text.split())


def shown_or_none(value: Json) -> str | None:
    """Return a value as text, None where it is None."""
    return None if value is None else shown(value)


def described(schema: ResolvedSchema) -> str:
    """Return a schema in a few words: its type, its component, its format."""
    core = schema.core
    if core.is_null:
        words = "null"
    elif schema.branches:
        words = "one of " + ", ".join(map(_branch, schema.branches))
    else:
        words = " or ".join(sorted(schema.value_types)) or "any"
        if words == "object" and schema.key:
            words = f"object {schema.key}"
        if core.format:
            words += f" ({core.format})"
        if core.enum is not None:
            words += f" of {shown([*core.enum])}"
    return f"{words} or null" if schema.nullable else words


def _branch(branch: Schema) -> str:
    return branch.ref or " or ".join(branch.types) or "any"


def subject_of(pointer: str, parameter: str = "") -> str:
    """Return the name of what a JSON pointer leads to: ``AudienceRule.url``, ``response 200``.

    ``parameter`` names it where the pointer leads to the schema of a parameter.
    """
    prefix, keys = "", split(pointer)
    match keys:
        case ["webhooks", name, *rest]:
            prefix, keys = f"webhook {name}", ["paths", "", *rest]
        case ["paths", _, _, "callbacks", name, *rest]:
            prefix, keys = f"callback {name}", ["paths", *rest]
        case _:
            pass
    match keys:
        case ["components", _, name, *rest]:
            subject = name
        case ["definitions" | "parameters" | "responses", name, *rest]:  # Swagger 2.0
            subject = parameter or name
        case ["paths" | "x-ms-paths", _, _, "responses", status, *rest]:
            subject = f"response {status}"
        case ["paths", _, _, "requestBody", *rest]:
            subject = "request body"
        case ["paths" | "x-ms-paths", _, *rest] if parameter and (
            "schema" in rest or "parameters" in rest
        ):
            subject = parameter
        case [*rest]:
            subject = ""
    names = iter(rest)
    for name in names:
        if name == "properties":
            subject += f".{next(names, '')}"
        elif name == "items":
            subject += "[]"
        elif name == "encoding":
            subject += f" part {next(names, '')}"
        elif name == "headers":
            subject += f" header {next(names, '')}"
    return f"{prefix} {subject.removeprefix('.')}".strip()
