"""Enumerations, constants and defaults: the values that a schema lists.

Sources: JSON Schema 2020-12 §6.1.2 (enum), §6.1.3 (const), §9.2 (default).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import jsonschema_rs

from .....base.errors import Findings
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...json_values import is_of_type
from ...keywords import ASSERTIONS
from ...model.schemas import Json, Schema
from ...server_checks import ServerChecks, with_server_checked
from .node_values import ENUM_NAMES, child, items, mappings, omit, read_data, sequence, values_of

_DATES = ("date", "date-time", "time")
_CODE = re.compile(r"[\"'`\\]")  # "<6 hours ago>" is a mistake, a quote or a backslash an attack
MAX_VALUES = 10_000
"""The most values of an enumeration that becomes a class."""
_SCALAR = tuple(
    row
    for row in ASSERTIONS
    if row.name == "format" or (row.pydantic and row.applies in ("string", "number"))
)


class Values:
    """The normalisation of enumerations, constants and defaults."""

    def __init__(self, findings: Findings, checks: ServerChecks) -> None:
        self.findings = findings
        self.checks = checks

    def moved_to_items(self, node: MappingNode) -> MappingNode:
        """Return an array with its enumeration in ``items``, if it lists no arrays."""
        values, item = sequence(node.get("enum")), child(node, "items")
        is_array = node.get("type") == "array" and not item.keys() & {"$ref", "enum"}
        if not is_array or not item or not values:
            return node
        if not all(isinstance(value, str | int) for value in values):
            return node
        self.findings.assume(
            "enum",
            node.at("enum"),
            "an enumeration of an array lists values that are none; read as those of its items",
            "Move `enum` into `items`.",
        )
        array = omit(node, "enum")
        array["items"] = MappingNode(item.location, {**item, "enum": node["enum"]}, item.positions)
        return array

    def enumeration(self, node: MappingNode, out: dict[str, Any]) -> bool:
        """Set ``enum`` from ``enum`` or ``const``, null left out; return whether null is one."""
        values = None
        if "const" in node:
            values = SequenceNode(node.at("const"), [node["const"]])
        elif node.get("enum") is not None:
            values = values_of(node, "enum", self.findings)
        if values is None:
            return False
        if len(values) > MAX_VALUES:
            fact = f"an enumeration of {len(values):,} values; the server alone checks them"
            self.checks.warn(node.at("enum"), fact)
            kinds = {type(value) for value in values}
            if not out.get("types") and kinds == {str}:
                out["types"] = ("string",)
            return None in values
        where = node.at("const" if "const" in node else "enum")
        noun = "a constant" if "const" in node else "an enumeration"
        if not values:
            self.findings.assume(
                "enum", where, "an enumeration lists no value; it restricts nothing", "List them."
            )
        elif out.get("types") == ("string",):
            values = self._texts(values, where)
        elif types := out.get("types"):
            values = self._typed(values, types, where, noun)
        distinct: dict[tuple[type, str], Value] = {}
        for value in values:
            if isinstance(value, float) and value.is_integer():
                value = int(value)  # 1.0 and 1 are one number (JSON Schema 2020-12 core §4.2.2)
            if value is not None:
                distinct.setdefault((type(value), repr(value)), value)
        only = len(distinct) == 1  # several integers are a class, one is a literal
        if any(not _has_type(value, is_literal=only) for value in distinct.values()):
            self.checks.warn(
                where,
                f"{noun} of fractions, lists, objects or a number beyond 64 bits has no Python "
                "type; the server alone checks it",
            )
        if {kind for kind, _ in distinct} == {bool} and len(distinct) > 1:
            out["types"] = ("boolean",)  # it lists what the type has
        elif distinct:
            out["enum"] = tuple(map(read_data, distinct.values()))
            if given := names_of_values(node, values):
                out["enum_names"] = given
            if not out.get("types") and all(kind is str for kind, _ in distinct):
                out["types"] = ("string",)
        elif None in values:
            out["types"] = ("null",)
            return False
        return None in values

    def _texts(self, values: SequenceNode, location: Location) -> SequenceNode:
        """Return the values of a string's enumeration, as they are written where they aren't text.

        In YAML 1.2 ``012`` is the number 12, and ``~`` is null; null stays null.
        """
        odd = [i for i, value in enumerate(values) if not isinstance(value, str | None)]
        if not odd:
            return values
        texts = SequenceNode(values.location, values)
        for index in odd:
            texts[index] = values.texts[index] if values.texts else json.dumps(values[index])
        self.findings.assume(
            "enum",
            location,
            "a string's enumeration has values that aren't text, which are read as they are "
            f"written: {', '.join(str(texts[index]) for index in odd)}",
            "Put these values in quotes.",
        )
        return texts

    def _typed(
        self, values: SequenceNode, kinds: Sequence[str], location: Location, noun: str
    ) -> SequenceNode:
        """Return the values of the schema's type: a text that is such a value counts as it."""
        kept = SequenceNode(values.location)
        read: list[str] = []
        left_out: list[str] = []
        for value in values:
            meant = value
            if isinstance(value, str) and "string" not in kinds:
                with suppress(ValueError):
                    meant = json.loads(value.lower())
            fits = meant is None or any(is_of_type(meant, kind) for kind in kinds)
            kept += [meant] if fits else []
            if not fits:
                left_out.append(_short(value))
            elif meant is not value:
                read.append(_short(value))
        for odd, effect in ((read, "are read as such"), (left_out, "are left out")):
            if odd:
                self.findings.assume(
                    "enum",
                    location,
                    f"{noun} of the type {' or '.join(kinds)} has other values, which "
                    f"{effect}: {', '.join(odd)}",
                    "Correct these values, or the type.",
                )
        return kept

    def default(self, node: MappingNode, schema: Schema, *, nullable: bool) -> Schema:
        """Return a schema with its default, unless it doesn't admit that."""
        if "default" not in node:
            return schema
        value = read_data(node["default"])
        fault = _misfit(value, schema, nullable=nullable)
        if not fault:
            return schema.replace(default=value)
        if isinstance(value, str) and schema.format in _DATES and _CODE.search(value):
            self.findings.refuse(
                "default",
                node.at("default"),
                f"the default {_short(value)} isn't a {schema.format}",
                "Write the default as in RFC 3339, or remove it.",
            )
        else:
            self.findings.assume(
                "default",
                node.at("default"),
                f"the default {_short(value)} {fault}; left out",
                "Correct the default, or the type.",
            )
        return with_server_checked(schema, {"default": value})


def _has_type(value: Value, *, is_literal: bool) -> bool:
    """Return whether a Python type expresses a value; type checkers limit integers in literals."""
    if isinstance(value, int):
        return not is_literal or value.bit_length() < 64
    return isinstance(value, str)


def names_of_values(node: MappingNode, values: Sequence[Value]) -> dict[str, str]:
    """Return the names that extensions give to values, by the value as text.

    These are ``x-enum-varnames`` (also by value), ``x-enumNames`` and ``x-ms-enum``.
    """
    for key in (ENUM_NAMES, "x-enumNames"):
        found = node.get(key)
        if isinstance(found, MappingNode):
            return {value: name for value, name in items(found) if isinstance(name, str)}
        if isinstance(found, SequenceNode) and len(found) == len(values):
            pairs = zip(values, found, strict=True)
            return {str(value): name for value, name in pairs if isinstance(name, str)}
    listed_values = mappings(child(node, "x-ms-enum").get("values"))
    named = ((one.get("value"), one.get("name")) for one in listed_values)
    return {str(value): name for value, name in named if isinstance(name, str)}


def _misfit(value: Json, schema: Schema, *, nullable: bool) -> str:
    """Return why a default isn't a value of a schema; empty where it is one."""
    kinds = schema.types
    if value is None:
        return "" if nullable or not kinds or schema.is_null else "isn't allowed by the type"
    if kinds and not any(is_of_type(value, kind) for kind in kinds):
        return f"isn't of type {' or '.join(kinds)}"
    if schema.enum is not None and value not in schema.enum:
        return "isn't a value of the enumeration"
    if isinstance(value, (str, int, float)) and not schema.ref:
        limits = ((row.name, row.get(schema)) for row in _SCALAR)
        scalar = {name: limit for name, limit in limits if limit is not None}
        with suppress(ValueError, jsonschema_rs.ValidationError):  # a pattern beyond its engine
            checker = jsonschema_rs.Draft202012Validator(scalar, validate_formats=True)
            for error in checker.iter_errors(value):
                return f"isn't valid: {error.message}"
    return ""


def _short(value: object, limit: int = 40) -> str:
    text = repr(value) if not isinstance(value, bool | None) else json.dumps(value)
    return text if len(text) <= limit else f"{text[:limit]}…"
