"""Examples: those of the description, checked; and, where there are none, made from the schema.

A made example depends on nothing but the schema. Checking is jsonschema-rs's work, on the canonical
document (JSON Schema 2020-12), so it never depends on the generated models.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote

import jsonschema_rs

from ...document.tree import MappingNode, Value
from .generate import ExampleGenerator

_BASE = "urn:speclock:canonical"


def plain(value: Value, *, base: str | None = None) -> Any:
    """``value`` in Python's own containers.

    With a ``base`` it is a schema: that is put before its references to components, and these are
    URI references then, with what no URI holds percent-encoded (RFC 3986 §2.1).
    """
    if isinstance(value, dict):
        return {
            key: base + quote(item, safe="#/~")
            if base is not None and key == "$ref" and isinstance(item, str)
            else plain(item, base=base)
            for key, item in cast("dict[str, Value]", value).items()
        }
    if isinstance(value, list):
        return [plain(item, base=base) for item in cast("list[Value]", value)]
    return value


def _closed(schema: object) -> Any:
    """``schema`` with every object closed that names its properties and says nothing of others."""
    if isinstance(schema, dict):
        node = {key: _closed(item) for key, item in cast("dict[str, object]", schema).items()}
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
        return node
    if isinstance(schema, list):
        return [_closed(item) for item in cast("list[object]", schema)]
    return schema


class Examples:
    """Makes and checks examples against the components of one canonical document."""

    def __init__(self, root: MappingNode) -> None:
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, MappingNode) else None
        self.schemas: MappingNode = (
            schemas if isinstance(schemas, MappingNode) else MappingNode(root.location)
        )
        self._registry = jsonschema_rs.Registry(
            [(_BASE, {"components": {"schemas": plain(self.schemas, base="")}})],
            draft=jsonschema_rs.Draft202012,
        )
        self._validators: dict[int, jsonschema_rs.Validator] = {}
        self._closed: jsonschema_rs.Registry | None = None

    def fault(self, value: Value, schema: MappingNode) -> str | None:
        """Why ``value`` doesn't satisfy ``schema``, in one line; None if it does."""
        validator = self._validators.get(id(schema))
        if validator is None:
            try:
                validator = jsonschema_rs.Draft202012Validator(
                    plain(schema, base=_BASE), registry=self._registry, validate_formats=True
                )
            except (jsonschema_rs.ValidationError, ValueError) as error:
                return f"its schema can't be checked: {str(error).splitlines()[0][:200]}"
            self._validators[id(schema)] = validator
        for found in validator.iter_errors(plain(value)):
            at = "/".join(str(part) for part in found.instance_path)
            return f"{found.message[:200]}{f' (at {at})' if at else ''}"
        return None

    def undeclared(self, value: Value, schema: MappingNode) -> bool:
        """Whether ``value`` has members that no schema names, which a reader keeps as extras."""
        if self._closed is None:
            self._closed = jsonschema_rs.Registry(
                [(_BASE, {"components": {"schemas": _closed(plain(self.schemas, base=""))}})],
                draft=jsonschema_rs.Draft202012,
            )
        validator = jsonschema_rs.Draft202012Validator(
            _closed(plain(schema, base=_BASE)), registry=self._closed
        )
        return not validator.is_valid(plain(value))

    def make(self, schema: MappingNode, *, without: str = "") -> Value:
        """A value that satisfies ``schema``, the same on every run; optional members left out
        where they recur. Raises ``LookupError`` if none was found.

        ``without`` is ``readOnly`` for a request, ``writeOnly`` for a response: members marked so
        aren't in it, unless they are required.
        """
        value = ExampleGenerator(self.schemas, self.fault, without).make(schema)
        fault = self.fault(value, schema)
        if fault:
            raise LookupError(fault)
        return value
