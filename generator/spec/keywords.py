"""The keywords of one schema that need no other schema: types, bounds, values, patterns.

Sources: OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24 (Schema Object), JSON Schema 2020-12 §6 to §9.
"""

from __future__ import annotations

import difflib
import json
import re
from contextlib import suppress
from functools import cache

import jsonschema_rs

from ..errors import Findings
from .merge import ANNOTATIONS
from .nodes import Map, Origin, Seq, Value
from .patterns import ascii_pattern
from .shapes import listed, made

MAX_VALUES = 10_000
"""Of an enumeration; one with more is text or a number that the server checks."""
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
COPIED = (
    "format", "multipleOf", "maximum", "minimum", "exclusiveMaximum",
    "exclusiveMinimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties", "contentEncoding", "contentMediaType", "dependentRequired",
    "minContains", "maxContains",
)  # fmt: skip
SUBSCHEMAS = (
    "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "contentSchema",
)  # fmt: skip
KNOWN = {
    *COPIED, *SUBSCHEMAS, *ANNOTATIONS, "$ref", "type", "enum", "const", "nullable", "default",
    "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems",
    "allOf", "anyOf", "oneOf", "discriminator", "pattern", "unevaluatedProperties",
    "dependentSchemas", "$dynamicRef", "$recursiveRef",
}  # fmt: skip
_IGNORED = {
    "title", "xml", "example", "externalDocs", "$schema", "$id", "$anchor", "$comment", "$defs",
    "definitions", "$dynamicAnchor", "$vocabulary", "id", "$recursiveAnchor",
}  # fmt: skip
_NOTED = ("dependentSchemas", "dependentRequired", "if", "not", "contains", "propertyNames",
          "unevaluatedItems", "patternProperties", "contentSchema")  # fmt: skip
_SCALAR = (
    "format", "pattern", "minLength", "maxLength", "multipleOf", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum",
)  # fmt: skip
_PYTHON: dict[str, tuple[type, ...]] = {
    "string": (str,), "number": (int, float), "integer": (int,), "boolean": (bool,),
    "array": (list,), "object": (dict,), "null": (type(None),),
}  # fmt: skip


_DATES = ("date", "date-time", "time")
_NEVER_A_DATE = re.compile(r"[^\w\s:.,+/-]")  # "today" is slovenly, a quote or a bracket hostile


class Keywords:
    """Brings the keywords of one schema to canonical form."""

    def __init__(self, findings: Findings, *, is_30: bool) -> None:
        self.findings = findings
        self.is_30 = is_30

    def unknown(self, node: Map) -> None:
        """Refuse what looks like a keyword misspelt; JSON Schema lets other members be."""
        for key in node.keys() - KNOWN - _IGNORED:
            near = "" if key.startswith("x-") else _near(key)
            if near:
                fact = f"JSON Schema knows no {key!r}"
                self.findings.refuse(
                    "keyword", node.at(key), fact, f"Write {near!r}, if that is meant."
                )

    def note(self, node: Map, keyword: str) -> None:
        """Say that a keyword has no counterpart among Python's types."""
        self.findings.warn(
            "server-checked",
            node.at(keyword),
            f"{keyword} has no Python type; the server alone checks it",
            "Nothing needs doing; values that break the rule are sent all the same.",
        )

    def notes(self, node: Map) -> None:
        """Say it of each such keyword that ``node`` has."""
        for keyword in _NOTED:
            if keyword in node and node[keyword] is not True:
                self.note(node, keyword)
        if isinstance(node.get("unevaluatedProperties"), Map):
            self.note(node, "unevaluatedProperties")

    def type(self, node: Map, out: Map) -> bool:
        """Set the type without null; returns whether null is one of the types."""
        kinds = node.get("type")
        nullable = self.is_30 and node.get("nullable") is True
        if kinds is None:
            return nullable
        given = list(kinds) if isinstance(kinds, Seq) else [kinds]
        for kind in given:
            if kind not in TYPES:
                raise self.findings.refuse(
                    "type",
                    node.at("type"),
                    f"{kind!r} is no type of JSON Schema",
                    f"Use one of {', '.join(TYPES)}.",
                )
        nullable |= "null" in given
        rest = [kind for kind in dict.fromkeys(given) if kind != "null"]
        if "number" in rest and "integer" in rest:
            rest.remove("integer")
        if len(rest) == 1:
            out["type"] = rest[0]
        elif rest:
            out["type"] = listed(node.at("type"), rest)
        else:
            out["type"] = "null"
            return False
        return nullable

    def plain(self, node: Map, out: Map) -> None:
        """The keywords that keep their form, the bounds in 2020-12's form, and the pattern."""
        for key in COPIED:
            if key in node:
                out[key] = node[key]
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            exclusive = out.get(bound)
            if isinstance(exclusive, bool):  # OpenAPI 3.0, after JSON Schema draft 5
                del out[bound]
                if exclusive and limit in out:
                    out[bound] = out.pop(limit)
        if "pattern" in node:
            self._pattern(node, out)
        required = node.get("required")
        if isinstance(required, Seq) and required:
            names = [name for name in required if isinstance(name, str)]
            out["required"] = listed(node.at("required"), dict.fromkeys(names))

    def _pattern(self, node: Map, out: Map) -> None:
        pattern = node["pattern"]
        translated = ascii_pattern(pattern) if isinstance(pattern, str) else None
        if translated is None:
            self.findings.warn(
                "pattern",
                node.at("pattern"),
                "the pattern can't be checked in Python; the server alone checks it",
                "Use a regular expression without look-around, back references or \\p{…} names "
                "that the engine lacks.",
            )
            return
        out["pattern"] = translated

    def annotations(self, node: Map, out: Map) -> None:
        """What describes values without restricting them."""
        for key in ANNOTATIONS:
            if key in node and key != "examples":
                out[key] = node[key]
        examples = node.get("examples")
        if isinstance(examples, Seq):
            out["examples"] = examples
        elif "example" in node:
            out["examples"] = listed(node.at("example"), [node["example"]])

    def annotate(self, result: Map, node: Map) -> Map:
        """``result`` with the annotations that stand in ``node``, beside a reference."""
        found = {key: node[key] for key in ANNOTATIONS if key in node and key != "examples"}
        if not found:
            return result
        copy = made(result.origin, dict(result))
        copy.update(found)
        return copy

    def values(self, node: Map, out: Map) -> bool:
        """``enum`` and ``const``, without null; returns whether null is one of the values."""
        values = node.get("enum")
        if "const" in node:
            values = listed(node.at("const"), [node["const"]])
            if out.get("type") == "string" and not isinstance(node["const"], str | None):
                raise self.findings.refuse(
                    "const",
                    node.at("const"),
                    f"the constant {_short(node['const'])} of a string isn't text",
                    "Put it in quotes.",
                )
        if values is None:
            return False
        if not isinstance(values, Seq):
            raise self.findings.refuse(
                "shape", node.at("enum"), "enum must be a list", "Correct its shape."
            )
        if len(values) > MAX_VALUES:
            self.findings.warn(
                "server-checked",
                node.at("enum"),
                f"an enumeration of {len(values):,} values; the server alone checks them",
                f"Nothing needs doing. Up to {MAX_VALUES:,} values become a class.",
            )
            kinds = {type(value) for value in values}
            if out.get("type") is None and kinds == {str}:
                out["type"] = "string"
            return None in values
        if out.get("type") == "string" and "const" not in node:
            values = self._texts(values, node.at("enum"))
        distinct: dict[tuple[type, str], Value] = {}
        for value in values:
            if value is not None:
                distinct.setdefault((type(value), repr(value)), value)
        if distinct:
            out["enum"] = listed(values.origin, distinct.values())
            if out.get("type") is None and all(kind is str for kind, _ in distinct):
                out["type"] = "string"
        elif None in values:
            out["type"] = "null"
            return False
        return None in values

    def _texts(self, values: Seq, origin: Origin) -> Seq:
        """The values of a string's enumeration: each that isn't text as it is written.

        In YAML 1.2 ``012`` is the number 12, and ``~`` is null; null stays null.
        """
        odd = {i: value for i, value in enumerate(values) if not isinstance(value, str)}
        if not odd:
            return values
        made = listed(values.origin, values)
        shown: list[str] = []
        for index, value in odd.items():
            written = values.texts[index] if values.texts else json.dumps(value)
            shown.append(written)
            if value is not None:
                made[index] = written
        self.findings.warn(
            "enum",
            origin,
            f"a string's enumeration has values that aren't text: {', '.join(shown)}; null is "
            "null, the others are read as they are written",
            "Put them in quotes.",
        )
        return made

    def default(self, node: Map, out: Map, *, nullable: bool) -> None:
        """The default, unless the schema doesn't admit it."""
        if "default" not in node:
            return
        value = node["default"]
        fault = _misfit(value, out, nullable=nullable)
        if not fault:
            out["default"] = value
            return
        if isinstance(value, str) and out.get("format") in _DATES and _NEVER_A_DATE.search(value):
            self.findings.refuse(
                "default",
                node.at("default"),
                f"the default {_short(value)} is no {out['format']}, nor meant as one",
                "Write one as in RFC 3339, or take it out.",
            )
            return
        self.findings.warn(
            "default",
            node.at("default"),
            f"the default {_short(value)} {fault}; left out",
            "Correct it, or the type.",
        )


@cache
def _near(key: str) -> str:
    found = difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.8)
    return found[0] if found else ""


def _misfit(value: Value, schema: Map, *, nullable: bool) -> str:
    """Why a default can't be a value of a schema, by type and enumeration; empty if it may be."""
    kind, values = schema.get("type"), schema.get("enum")
    if value is None:
        return "" if nullable or kind in (None, "null") else "isn't null's to be"
    kinds = list(kind) if isinstance(kind, Seq) else [kind] if kind is not None else []
    if kinds and not any(_is(value, one) for one in kinds):
        return f"is no {' or '.join(map(str, kinds))}"
    if isinstance(values, Seq) and value not in values:
        return "isn't one of the enumeration"
    if isinstance(value, (str, int, float)) and "$ref" not in schema:
        scalar = {key: schema[key] for key in _SCALAR if key in schema}
        with suppress(ValueError, jsonschema_rs.ValidationError):  # a pattern beyond its engine
            checker = jsonschema_rs.Draft202012Validator(scalar, validate_formats=True)
            for error in checker.iter_errors(value):
                return f"doesn't fit: {error.message}"
    return ""


def _is(value: Value, kind: Value) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _PYTHON.get(str(kind), ()))


def _short(value: Value, limit: int = 40) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}…"


def boolean(value: bool, origin: Origin) -> Map:
    """The schema that a boolean stands for (JSON Schema 2020-12 §4.3.2)."""
    return made(origin, {} if value else {"not": Map(origin)})
