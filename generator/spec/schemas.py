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

from ..errors import Findings, Unsupported
from .checked import keep, kept_of
from .components import Components
from .composition import Composition
from .keywords import KNOWN, SUBSCHEMAS, Keywords, boolean
from .merge import ANNOTATIONS
from .nodes import Map, Origin, Seq, Value
from .refs import References
from .scripts import note_scripts
from .shapes import listed, made, or_null
from .unions import Unions
from .values import Values

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

    def visit(self, value: Value, hint: str, origin: Origin) -> Map:
        """The canonical form of the schema ``value``; ``hint`` names it if it must be lifted."""
        if isinstance(value, bool):
            if not value and origin.key not in SUBSCHEMAS:
                self.findings.warn(
                    "server-checked",
                    origin,
                    "no value fits a schema that is false; the server alone checks it",
                    "Nothing needs doing; a value that is given is sent all the same.",
                )
            return boolean(value, origin)
        node = self._static(self.refs.mapping(value, origin, "a schema"))
        if "$ref" not in node:
            return self.components.lift(self.body(node, hint), hint)
        siblings = [key for key in node if key in KNOWN and key not in _INFORMATIVE]
        if self.is_30 or not siblings:
            return self.components.reference(node, hint)
        # From 3.1 on, keywords beside $ref restrict as well (JSON Schema 2020-12 §8.2.3.1).
        rest = Map(node.origin)
        rest.marks = node.marks
        rest.update({key: item for key, item in node.items() if key != "$ref"})
        only = made(node.origin, {"$ref": node["$ref"]})
        only.marks = node.marks
        whole = self.composition.all_of([only, rest], hint, node.origin)
        return self.components.lift(whole, hint)

    def member(self, value: Value, hint: str, origin: Origin) -> Map:
        """As :meth:`visit`, for a schema of a part of the value: a circle ends there."""
        with self.components.member():
            return self.visit(value, hint, origin)

    def body(self, node: Map, hint: str) -> Map:
        """The canonical form of a schema that is no reference, not yet lifted."""
        self.refs.touch(node)
        node = self._static(node)
        if not self.is_30:  # 3.0's meta-schema says it itself
            self.keywords.unknown(node)
        if "$ref" in node:
            return made(node.origin, dict(self.visit(node, hint, node.origin)))
        parts = node.get("allOf")
        if isinstance(parts, Seq) and parts:
            rest = Map(node.origin)
            rest.marks = node.marks
            rest.update({key: item for key, item in node.items() if key != "allOf"})
            merged = self.composition.all_of([*parts, rest], hint, node.origin)
            return or_null(merged) if self.is_30 and node.get("nullable") is True else merged
        out = Map(node.origin)
        out.marks = node.marks
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

    def settle(self, out: Map) -> None:
        """What holds of a canonical schema as a whole, whether it was written or merged.

        An object that describes no property, only what all are like, is a map.
        """
        if "properties" not in out:
            return
        values, extra = out.get("enum"), out.get("additionalProperties")
        if isinstance(values, Seq) and not any(isinstance(value, dict) for value in values):
            raise self.findings.refuse(
                "never",
                out.origin,
                "an object with an enumeration of which no value is an object, so no value fits",
                "Take out the enumeration, or the properties.",
            )
        if not out["properties"] and isinstance(extra, Map) and extra:
            del out["properties"]

    def _static(self, node: Map) -> Map:
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
        copy = Map(node.origin)
        copy.marks = {**(node.marks or {}), "$ref": (node.marks or {}).get(key, (1, 1))}
        copy.update({k: v for k, v in node.items() if k != key})
        copy["$ref"] = name
        return copy

    def _object(self, node: Map, out: Map, hint: str) -> None:
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

    def _properties(self, node: Map, hint: str) -> Map:
        found = self.refs.mapping(node["properties"], node.at("properties"), "properties")
        properties = Map(found.origin)
        properties.marks = found.marks
        required = node.get("required")
        for name, schema in found.items():
            if not name:
                fact = "a property without a name, for which no field can stand"
                if isinstance(required, Seq) and name in required:
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

    def _array(self, node: Map, out: Map, hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, Seq):
            items = [self.member(v, f"{hint}.{i}", prefix.at(i)) for i, v in enumerate(prefix)]
            out["prefixItems"] = listed(prefix.origin, items)
            out.setdefault("type", "array")
        if "items" in node:
            out["items"] = self.member(node["items"], f"{hint}.item", node.at("items"))
            out.setdefault("type", "array")
