"""The keywords of one schema that need no other schema: types, bounds, values, patterns.

Sources: OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24 (Schema Object), JSON Schema 2020-12 §6 to §9.
"""

from __future__ import annotations

import difflib
from functools import cache

from ...document.tree import Location, MappingNode, SequenceNode
from ...errors import Findings
from ..bounds import expected, make_whole
from ..patterns import ascii_pattern
from .intersect import ANNOTATIONS, CHECKED, joined_map
from .nullability import listed, made

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


class Keywords:
    """Brings the keywords of one schema to canonical form."""

    def __init__(self, findings: Findings, *, is_30: bool) -> None:
        self.findings = findings
        self.is_30 = is_30

    def unknown(self, node: MappingNode) -> None:
        """Refuse what looks like a keyword misspelt; JSON Schema lets other members be."""
        for key in node.keys() - KNOWN - _IGNORED:
            near = "" if key.startswith("x-") else _near(key)
            if near:
                fact = f"JSON Schema knows no {key!r}"
                self.findings.refuse(
                    "keyword", node.at(key), fact, f"Write {near!r}, if that is meant."
                )

    def note(self, node: MappingNode, keyword: str) -> None:
        """Say that a keyword has no counterpart among Python's types."""
        self.findings.warn(
            "server-checked",
            node.at(keyword),
            f"{keyword} has no Python type; the server alone checks it",
            "Nothing needs doing; values that break the rule are sent all the same.",
        )

    def notes(self, node: MappingNode) -> None:
        """Say it of each such keyword that ``node`` has."""
        for keyword in _NOTED:
            if keyword in node and node[keyword] is not True:
                self.note(node, keyword)
        if node.get("uniqueItems") is True:
            self.note(node, "uniqueItems")
        for keyword in ("minProperties", "maxProperties"):
            if isinstance(node.get(keyword), int | float) and node[keyword] != 0:
                self.note(node, keyword)
        if isinstance(node.get("unevaluatedProperties"), MappingNode):
            self.note(node, "unevaluatedProperties")

    def type(self, node: MappingNode, out: MappingNode) -> bool:
        """Set the type without null; returns whether null is one of the types."""
        kinds = node.get("type")
        nullable = self.is_30 and node.get("nullable") is True
        if kinds is None:
            return nullable
        given = list(kinds) if isinstance(kinds, SequenceNode) else [kinds]
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

    def plain(self, node: MappingNode, out: MappingNode) -> None:
        """The keywords that keep their form, the bounds in 2020-12's form, and the pattern."""
        for key in COPIED:
            if key in node and self._has_shape(node, key):
                out[key] = node[key]
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            exclusive = out.get(bound)
            if isinstance(exclusive, bool):  # OpenAPI 3.0, after JSON Schema draft 5
                del out[bound]
                if exclusive and limit in out:
                    out[bound] = out.pop(limit)
        make_whole(out)
        if "pattern" in node:
            self._pattern(node, out)
        required = node.get("required")
        if isinstance(required, SequenceNode) and required:
            names = [name for name in required if isinstance(name, str)]
            out["required"] = listed(node.at("required"), dict.fromkeys(names))

    def _has_shape(self, node: MappingNode, key: str) -> bool:
        """Whether a keyword has the value that it must have; null is as if it weren't there."""
        value = node[key]
        if value is None:
            self.findings.warn(
                "keyword", node.at(key), f"{key} is null, so it restricts nothing", "Take it out."
            )
            return False
        wanted = expected(key, value)
        if wanted:
            raise self.findings.refuse(
                "keyword", node.at(key), f"{key} must be {wanted}", "Correct its value."
            )
        return True

    def _pattern(self, node: MappingNode, out: MappingNode) -> None:
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

    def annotations(self, node: MappingNode, out: MappingNode) -> None:
        """What describes values without restricting them."""
        for key in ANNOTATIONS:
            if key in node and key != "examples":
                out[key] = node[key]
        examples = node.get("examples")
        if isinstance(examples, SequenceNode):
            out["examples"] = examples
        elif "example" in node:
            out["examples"] = listed(node.at("example"), [node["example"]])

    def annotate(self, result: MappingNode, node: MappingNode) -> MappingNode:
        """``result`` with the annotations that stand in ``node``, beside a reference."""
        found = {key: node[key] for key in ANNOTATIONS if key in node and key != "examples"}
        if not found:
            return result
        copy = made(result.location, dict(result))
        before, after = copy.get(CHECKED), found.get(CHECKED)
        copy.update(found)
        if isinstance(before, MappingNode) and isinstance(after, MappingNode):
            copy[CHECKED] = joined_map(before, after)
        return copy


@cache
def _near(key: str) -> str:
    found = difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.8)
    return found[0] if found else ""


def boolean(value: bool, location: Location) -> MappingNode:
    """The schema that a boolean stands for (JSON Schema 2020-12 §4.3.2)."""
    return made(location, {} if value else {"not": MappingNode(location)})
