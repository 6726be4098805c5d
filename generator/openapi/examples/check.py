"""Validation of example values, and generation of missing ones.

jsonschema-rs validates them (JSON Schema 2020-12), independently of the generated models.
"""

from __future__ import annotations

import jsonschema_rs

from ..json_schema import BASE, components, json_schema
from ..model import Document, Json, Schema
from .generate import ExampleGenerator, Without

_LONGEST = 200
"""The maximum length of a validator's message."""


class Examples:
    """The generator and validator of values for the schemas of one canonical document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._schemas = components(document)
        self._open = _Validators(self._schemas)
        self._closed: _Validators | None = None

    def fault(self, value: Json, schema: Schema) -> str | None:
        """Return the reason why ``value`` doesn't satisfy ``schema``; None if it does."""
        if value is None and schema.nullable:
            return None
        try:
            validator = self._open.validator(schema)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            return f"its schema cannot be checked: {str(error).splitlines()[0][:_LONGEST]}"
        for found in validator.iter_errors(value):
            at = "/".join(str(part) for part in found.instance_path)
            return f"{found.message[:_LONGEST]}{f' (at {at})' if at else ''}"
        return None

    def undeclared(self, value: Json, schema: Schema) -> bool:
        """Return whether ``value`` has members that no schema declares."""
        if self._closed is None:
            self._closed = _Validators(self._schemas, closed=True)
        return not self._closed.validator(schema).is_valid(value)

    def make(self, schema: Schema, *, without: Without = "") -> Json:
        """Return a value that satisfies ``schema``, the same on every run.

        Optional members are left out where they recur, and those with the mark ``without``
        (``readOnly`` for a request, ``writeOnly`` for a response) unless they are required.
        Raises ``LookupError`` if no value was found.
        """
        value = ExampleGenerator(self.document, self.fault, without).make(schema)
        fault = self.fault(value, schema)
        if fault:
            raise LookupError(fault)
        return value


class _Validators:
    """The compiled validators, one for each component."""

    def __init__(self, schemas: dict[str, Json], *, closed: bool = False) -> None:
        self.closed = closed
        self._registry = jsonschema_rs.Registry(
            [(BASE, _closed(schemas) if closed else schemas)], draft=jsonschema_rs.Draft202012
        )
        self._made: dict[Schema | tuple[str, bool], jsonschema_rs.Validator] = {}

    def validator(self, schema: Schema) -> jsonschema_rs.Validator:
        """Return the validator of a schema; raises ``ValueError`` for an invalid schema."""
        key = (schema.ref, schema.nullable) if schema.ref else schema
        made = self._made.get(key)
        if made is None:
            data = json_schema(schema)
            made = self._made[key] = jsonschema_rs.Draft202012Validator(
                _closed(data) if self.closed else data,
                registry=self._registry,
                validate_formats=not self.closed,
            )
        return made


def _closed(schema: dict[str, Json]) -> dict[str, Json]:
    """Return a schema whose objects with properties allow no undeclared ones."""
    node = {key: _closed_inside(value) for key, value in schema.items()}
    if isinstance(node.get("properties"), dict) and node.get("type") == "object":
        node.setdefault("additionalProperties", False)
    return node


def _closed_inside(value: Json) -> Json:
    match value:
        case dict():
            return _closed(value)
        case list():
            return [_closed_inside(item) for item in value]
        case _:
            return value
