"""Schemas of OpenAPI 3.0, 3.1 and 3.2 in one canonical form: a subset of JSON Schema 2020-12.

In canonical form

- an object with properties, an enumeration and a union of components is a component of its own:
  an inline one is lifted to ``Parent.property``;
- ``allOf`` is flattened, ``const`` and ``nullable`` are gone, bounds are numbers, a type that may
  be null says so in a list (``[string, "null"]``) or by ``anyOf`` with ``{"type": "null"}``;
- a component that is only a scalar, an array or a map stands where it is used, unless it recurs;
- titles and extensions are dropped: they say nothing about the wire.

Sources: OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24 (Schema Object), JSON Schema 2020-12.
"""

from __future__ import annotations

from ...document.references import References
from ...document.tree import Location, MappingNode, SequenceNode, Value
from ...errors import Findings, Unsupported
from .all_of import Composition
from .components import Components
from .confusables import note_scripts
from .enums import Values
from .intersect import ANNOTATIONS
from .nullability import listed, made, or_null
from .schema_keywords import KNOWN, SUBSCHEMAS, Keywords, boolean
from .server_side_constraints import keep, kept_of
from .unions import Unions

_INFORMATIVE = ("$ref", *ANNOTATIONS, "default")
_DYNAMIC = ("$dynamicRef", "$recursiveRef")


class Schemas:
    """Brings schemas to canonical form; :class:`Components` collects those that they need."""

    def __init__(self, refs: References, findings: Findings, *, version: str) -> None:
        self.refs = refs
        self.findings = findings
        self.is_30 = version.startswith("3.0")
        self.keywords = Keywords(findings, is_30=self.is_30)
        self.values = Values(findings)
        self.components = Components(self)
        self.composition = Composition(self)
        self._unions = Unions(self)

    def visit(self, value: Value, hint: str, location: Location) -> MappingNode:
        """The canonical form of the schema ``value``; ``hint`` names it if it must be lifted."""
        if isinstance(value, bool):
            if not value and location.key not in SUBSCHEMAS:
                self.findings.warn(
                    "server-checked",
                    location,
                    "no value fits a schema that is false; the server alone checks it",
                    "Nothing needs doing; a value that is given is sent all the same.",
                )
            return boolean(value, location)
        node = self._static(self.refs.mapping(value, location, "a schema"))
        if "$ref" not in node:
            return self.components.lift(self.body(node, hint), hint)
        siblings = [key for key in node if key in KNOWN and key not in _INFORMATIVE]
        if self.is_30 or not siblings:
            return self.components.reference(node, hint)
        # From 3.1 on, keywords beside $ref restrict as well (JSON Schema 2020-12 §8.2.3.1).
        rest = MappingNode(node.location)
        rest.positions = node.positions
        rest.update({key: item for key, item in node.items() if key != "$ref"})
        only = made(node.location, {"$ref": node["$ref"]})
        only.positions = node.positions
        whole = self.composition.all_of([only, rest], hint, node.location)
        return self.components.lift(whole, hint)

    def member(self, value: Value, hint: str, location: Location) -> MappingNode:
        """As :meth:`visit`, for a schema of a part of the value: a circle ends there."""
        with self.components.member():
            return self.visit(value, hint, location)

    def body(self, node: MappingNode, hint: str) -> MappingNode:
        """The canonical form of a schema that is no reference, not yet lifted."""
        self.refs.touch(node)
        node = self._static(node)
        if not self.is_30:  # 3.0's meta-schema says it itself
            self.keywords.unknown(node)
        if "$ref" in node:
            return made(node.location, dict(self.visit(node, hint, node.location)))
        parts = node.get("allOf")
        if isinstance(parts, SequenceNode) and parts:
            rest = MappingNode(node.location)
            rest.positions = node.positions
            rest.update({key: item for key, item in node.items() if key != "allOf"})
            merged = self.composition.all_of([*parts, rest], hint, node.location)
            return or_null(merged) if self.is_30 and node.get("nullable") is True else merged
        out = MappingNode(node.location)
        out.positions = node.positions
        nullable = self.keywords.type(node, out)
        self.keywords.plain(node, out)
        self.keywords.annotations(node, out)
        self._object(node, out, hint)
        self._array(node, out, hint)
        for key in SUBSCHEMAS:
            if key in node:
                out[key] = self.member(node[key], f"{hint}.{key}", node.at(key))
        nullable |= self.values.enumeration(node, out)
        for keyword in ("oneOf", "anyOf"):
            if keyword in node:
                out, null = self._unions.union(node, out, keyword, hint)
                nullable |= null
        self.values.default(node, out, nullable=nullable)
        keep(out, kept_of(node, self.refs, has_pattern="pattern" in out))
        self.keywords.notes(node)
        self.settle(out)
        return or_null(out) if nullable else out

    def settle(self, out: MappingNode) -> None:
        """What holds of a canonical schema as a whole, whether it was written or merged.

        An object that describes no property, only what all are like, is a map.
        """
        if "properties" not in out:
            return
        values, extra = out.get("enum"), out.get("additionalProperties")
        if isinstance(values, SequenceNode) and not any(
            isinstance(value, dict) for value in values
        ):
            raise self.findings.refuse(
                "never",
                out.location,
                "an object with an enumeration of which no value is an object, so no value fits",
                "Take out the enumeration, or the properties.",
            )
        if not out["properties"] and isinstance(extra, MappingNode) and extra:
            del out["properties"]

    def _static(self, node: MappingNode) -> MappingNode:
        """A dynamic reference as a plain one (JSON Schema 2020-12 §8.2.3.2).

        Without another anchor of that name on the way it leads where a plain one does.
        """
        key = next((key for key in _DYNAMIC if key in node), "")
        if not key or self.is_30:
            return node
        name = node[key]
        if isinstance(name, str) and self.refs.is_overridden(name):
            raise self.findings.refuse(
                "dynamic-ref",
                node.at(key),
                f"{key} {name!r} may lead to several schemas",
                "Write a $ref to the one that is meant.",
            )
        copy = MappingNode(node.location)
        copy.positions = {**(node.positions or {}), "$ref": (node.positions or {}).get(key, (1, 1))}
        copy.update({k: v for k, v in node.items() if k != key})
        copy["$ref"] = name
        return copy

    def _object(self, node: MappingNode, out: MappingNode, hint: str) -> None:
        if "properties" in node:
            out["properties"] = self._properties(node, hint)
            out.setdefault("type", "object")
        if "additionalProperties" in node:
            extra = node["additionalProperties"]
            if isinstance(extra, bool):
                out["additionalProperties"] = extra
            else:
                out["additionalProperties"] = self.member(
                    extra, f"{hint}.value", node.at("additionalProperties")
                )
            out.setdefault("type", "object")
        elif node.get("unevaluatedProperties") is False and "properties" in node:
            out["additionalProperties"] = False

    def _properties(self, node: MappingNode, hint: str) -> MappingNode:
        found = self.refs.mapping(node["properties"], node.at("properties"), "properties")
        properties = MappingNode(found.location)
        properties.positions = found.positions
        required = node.get("required")
        for name, schema in found.items():
            if not name:
                fact = "a property without a name, for which no field can stand"
                if isinstance(required, SequenceNode) and name in required:
                    self.findings.refuse(
                        "empty-name", found.at(name), fact, "Name it, or don't require it."
                    )
                else:
                    self.findings.omit(
                        "empty-name",
                        found.at(name),
                        f"{fact}; read into model_extra",
                        "Nothing needs doing.",
                    )
                continue
            note_scripts(name, found.at(name), self.findings)
            try:
                properties[name] = self.member(schema, f"{hint}.{name}", found.at(name))
            except Unsupported:
                continue
        return properties

    def _array(self, node: MappingNode, out: MappingNode, hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, SequenceNode):
            items = [self.member(v, f"{hint}.{i}", prefix.at(i)) for i, v in enumerate(prefix)]
            out["prefixItems"] = listed(prefix.location, items)
            out.setdefault("type", "array")
        if "items" in node:
            out["items"] = self.member(node["items"], f"{hint}.item", node.at("items"))
            out.setdefault("type", "array")
