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

import difflib
import json
from collections.abc import Iterable
from typing import cast

from ..errors import Findings, Unsupported
from .composition import PREFIX, Composition
from .merge import ANNOTATIONS
from .nodes import Map, Origin, Seq, Value
from .patterns import ascii_pattern
from .refs import References
from .shapes import (
    component_key,
    is_enumeration,
    is_nullable,
    listed,
    made,
    or_null,
    same,
    short_hash,
    without_null,
)

_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_COPIED = (
    "format", "default", "multipleOf", "maximum", "minimum", "exclusiveMaximum",
    "exclusiveMinimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties", "contentEncoding", "contentMediaType", "dependentRequired",
    "minContains", "maxContains",
)  # fmt: skip
_SUBSCHEMAS = ("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems")
KNOWN = {
    *_COPIED, *_SUBSCHEMAS, *ANNOTATIONS, "$ref", "type", "enum", "const", "nullable",
    "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems",
    "allOf", "anyOf", "oneOf", "discriminator", "pattern", "unevaluatedProperties",
    "dependentSchemas", "$dynamicRef",
}  # fmt: skip
_IGNORED = {
    "title", "xml", "example", "externalDocs", "$schema", "$id", "$anchor", "$comment", "$defs",
    "definitions", "$dynamicAnchor", "$vocabulary", "id",
}  # fmt: skip


class Schemas:
    """Brings schemas to canonical form and collects the components that they need."""

    def __init__(self, refs: References, findings: Findings, *, version: str) -> None:
        self.refs = refs
        self.findings = findings
        self.is_30 = version.startswith("3.0")
        self.components: dict[str, Map] = {}
        self._composition = Composition(self)
        self._keys: dict[str, str] = {}  # absolute reference -> component key
        self.open_keys: list[str] = []
        self._inlining: list[str] = []
        self._recursive: dict[str, bool] = {}
        self._null: dict[int, bool] = {}

    # ── entry points ─────────────────────────────────────────────────────────────────────────

    def visit(self, value: Value, hint: str, origin: Origin) -> Map:
        """The canonical form of the schema ``value``; ``hint`` names it if it must be lifted."""
        if isinstance(value, bool):
            return made(origin, {} if value else {"not": Map(origin)})
        node = self.refs.mapping(value, origin, "a schema")
        if "$ref" in node:
            siblings = [key for key in node if key in KNOWN and key not in ("$ref", *ANNOTATIONS)]
            if self.is_30 or not siblings:
                return self.reference(node, hint)
            rest = Map(node.origin)
            rest.update({key: item for key, item in node.items() if key != "$ref"})
            only = Map(node.origin)
            only["$ref"] = node["$ref"]
            return self.lift(self._composition.all_of([only, rest], hint, node.origin), hint)
        return self.lift(self.body(node, hint), hint)

    # ── references ───────────────────────────────────────────────────────────────────────────

    def reference(self, node: Map, hint: str) -> Map:
        target, name = self.refs.target(node)
        seen = {name}
        chain: list[Map] = []
        while isinstance(target, Map) and "$ref" in target and self._only_ref(target):
            self.refs.touch(target)
            chain.append(target)
            target, name = self.refs.target(target)
            if name in seen:
                first = min(chain, key=lambda link: link.at("$ref").place.line)
                raise self.findings.refuse(
                    "ref-cycle",
                    first.at("$ref"),
                    "this schema is a $ref to itself",
                    "Break the circle: one of them must say what the value is.",
                )
            seen.add(name)
        if isinstance(target, bool):
            return self.visit(target, hint, node.origin)
        target = self.refs.mapping(target, node.at("$ref"), "what a schema's $ref names")
        if not self._is_named(target) and not self._recurs(name, target):
            if name in self._inlining:  # only through composition; a recursive type is named
                raise self.findings.refuse(
                    "ref-cycle", node.at("$ref"), "a schema contains itself", "Break the circle."
                )
            self._inlining.append(name)
            result = self.visit(target, self._key_for(name), target.origin)
            self._inlining.pop()
        else:
            key = self._component(name, target)
            result = made(node.origin, {"$ref": PREFIX + key})
            if self._may_be_null(target):
                result = or_null(result)
        return self.annotate(result, node) if not self.is_30 else result

    def _only_ref(self, node: Map) -> bool:
        return self.is_30 or all(k == "$ref" or k in ANNOTATIONS or k not in KNOWN for k in node)

    def _key_for(self, name: str) -> str:
        file, _, pointer = name.partition("#")
        parts = pointer.split("/")
        key = parts[-1].replace("~1", "/").replace("~0", "~") if parts[-1] else file.split(".")[0]
        if not pointer.startswith("/components/schemas/") and "$defs" not in parts:
            key = ".".join(p for p in parts[1:] if p not in ("components", "schema", "properties"))
        return component_key(key) or "Root"

    def _component(self, name: str, target: Map) -> str:
        key = self._keys.get(name)
        if key is None:
            key = self._key_for(name)
            if key in self.components:  # another file's component of that name
                key = f"{key}.{short_hash(name)}"
            self._keys[name] = key
            self.components[key] = made(target.origin, {})
            self.open_keys.append(key)
            try:
                body = self.body(target, key)
                body = without_null(body)
            finally:
                self.open_keys.pop()
            self.components[key] = body
        return key

    def _is_named(self, node: Map) -> bool:
        """Whether a schema gets a class or an alias of its own, seen from its raw form."""
        if "properties" in node or "oneOf" in node or "anyOf" in node:
            return True
        if is_enumeration(node):
            return True
        parts = node.get("allOf")
        if isinstance(parts, Seq):
            return any(
                isinstance(part, Map) and ("$ref" in part or self._is_named(part)) for part in parts
            )
        return False

    def _recurs(self, name: str, target: Map) -> bool:
        """Whether a schema without a name contains a reference to itself."""
        if name not in self._recursive:
            found = False
            stack: list[Value] = [target]
            seen: set[str] = set()
            while stack and not found:
                node = stack.pop()
                if isinstance(node, Map):
                    if isinstance(node.get("$ref"), str):
                        try:
                            inner, inner_name = self.refs.target(node)
                        except Unsupported:
                            continue
                        found = inner_name == name
                        if inner_name not in seen:
                            seen.add(inner_name)
                            if isinstance(inner, Map) and not self._is_named(inner):
                                stack.append(inner)
                    else:
                        stack += [v for k, v in node.items() if k not in ("example", "default")]
                elif isinstance(node, Seq):
                    stack += node
            self._recursive[name] = found
        return self._recursive[name]

    def _may_be_null(self, node: Map) -> bool:
        known = self._null.get(id(node))
        if known is None:
            self._null[id(node)] = False  # what a circle gives
            known = self._null[id(node)] = self._admits_null(node)
        return known

    def _admits_null(self, node: Map) -> bool:
        if node.get("nullable") is True and self.is_30:
            return True
        kind, enum = node.get("type"), node.get("enum")
        if isinstance(kind, Seq):
            return "null" in kind
        if isinstance(enum, Seq) and None in enum:
            return True
        for keyword in ("oneOf", "anyOf"):
            for branch in cast("Iterable[Value]", node.get(keyword) or ()):
                if isinstance(branch, Map):
                    if branch.get("type") == "null":
                        return True
                    if "$ref" in branch:
                        target, _ = self.refs.target(branch)
                        if isinstance(target, Map) and self._may_be_null(target):
                            return True
        return False

    # ── one schema ───────────────────────────────────────────────────────────────────────────

    def body(self, node: Map, hint: str) -> Map:
        """The canonical form of a schema that is no reference, not yet lifted."""
        self.refs.touch(node)
        if not self.is_30:  # 3.0's meta-schema says it itself
            self._unknown(node)
        if "$ref" in node:
            return made(node.origin, dict(self.visit(node, hint, node.origin)))
        parts = node.get("allOf")
        if isinstance(parts, Seq) and parts:
            rest = Map(node.origin)
            rest.marks = node.marks
            rest.update({key: item for key, item in node.items() if key != "allOf"})
            merged = self._composition.all_of([*parts, rest], hint, node.origin)
            return or_null(merged) if self.is_30 and node.get("nullable") is True else merged
        out = Map(node.origin)
        out.marks = node.marks
        nullable = self._type(node, out)
        for key in _COPIED:
            if key in node:
                out[key] = node[key]
        self._bounds(out)
        self._annotations(node, out)
        if "pattern" in node:
            self._pattern(node, out)
        self._object(node, out, hint)
        self._array(node, out, hint)
        for key in _SUBSCHEMAS:
            if key in node:
                out[key] = self.visit(node[key], f"{hint}.{key}", node.at(key))
        nullable |= self._enum(node, out)
        for keyword in ("oneOf", "anyOf"):
            if keyword in node:
                out, null = self._composition.union(node, out, keyword, hint)
                nullable |= null
        for key in ("$dynamicRef", "dependentSchemas", "unevaluatedProperties"):
            if key in node and node[key] is not True:
                self.note(node, key)
        return or_null(out) if nullable else out

    def _unknown(self, node: Map) -> None:
        for key in node.keys() - KNOWN - _IGNORED:
            near = difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.8)
            if near and not key.startswith("x-"):
                fact = f"JSON Schema knows no {key!r}"
                self.findings.refuse(
                    "keyword", node.at(key), fact, f"Write {near[0]!r}, if that is meant."
                )

    def note(self, node: Map, keyword: str) -> None:
        self.findings.warn(
            "server-checked",
            node.at(keyword),
            f"{keyword} has no Python type; the server alone checks it",
            "Nothing needs doing; values that break the rule are sent all the same.",
        )

    def _type(self, node: Map, out: Map) -> bool:
        kinds = node.get("type")
        nullable = self.is_30 and node.get("nullable") is True
        if kinds is None:
            return nullable
        given = list(kinds) if isinstance(kinds, Seq) else [kinds]
        for kind in given:
            if kind not in _TYPES:
                raise self.findings.refuse(
                    "type",
                    node.at("type"),
                    f"{kind!r} is no type of JSON Schema",
                    f"Use one of {', '.join(_TYPES)}.",
                )
        nullable |= "null" in given
        rest = [kind for kind in given if kind != "null"]
        if len(rest) == 1:
            out["type"] = rest[0]
        elif rest:
            out["type"] = listed(node.at("type"), rest)
        else:
            out["type"] = "null"
            return False
        return nullable

    def _bounds(self, out: Map) -> None:
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            exclusive = out.get(bound)
            if isinstance(exclusive, bool):
                del out[bound]
                if exclusive and limit in out:
                    out[bound] = out.pop(limit)

    def _annotations(self, node: Map, out: Map) -> None:
        for key in ANNOTATIONS:
            if key in node and key != "examples":
                out[key] = node[key]
        examples = node.get("examples")
        if isinstance(examples, Seq):
            out["examples"] = examples
        elif "example" in node:
            out["examples"] = listed(node.at("example"), [node["example"]])

    def annotate(self, result: Map, node: Map) -> Map:
        found = {key: node[key] for key in ANNOTATIONS if key in node and key != "examples"}
        if not found:
            return result
        copy = made(result.origin, dict(result))
        copy.update(found)
        return copy

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

    def _object(self, node: Map, out: Map, hint: str) -> None:
        if "properties" in node:
            found = self.refs.mapping(node["properties"], node.at("properties"), "properties")
            properties = Map(found.origin)
            properties.marks = found.marks
            for name, schema in found.items():
                if not name:
                    self.findings.refuse(
                        "empty-name",
                        found.at(name),
                        "a property without a name",
                        "Name it; no pydantic field can stand for the empty name.",
                    )
                try:
                    properties[name] = self.visit(schema, f"{hint}.{name}", found.at(name))
                except Unsupported:
                    continue
            out["properties"] = properties
            out.setdefault("type", "object")
        required = node.get("required")
        if isinstance(required, Seq) and required:
            names = [name for name in required if isinstance(name, str)]
            out["required"] = listed(node.at("required"), dict.fromkeys(names))
        if "additionalProperties" in node:
            extra = node["additionalProperties"]
            if isinstance(extra, bool):
                out["additionalProperties"] = extra
            else:
                out["additionalProperties"] = self.visit(
                    extra, f"{hint}.value", node.at("additionalProperties")
                )
            out.setdefault("type", "object")
        elif node.get("unevaluatedProperties") is False and "properties" in node:
            out["additionalProperties"] = False
        if "patternProperties" in node:
            self.note(node, "patternProperties")

    def _array(self, node: Map, out: Map, hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, Seq):
            items = [self.visit(v, f"{hint}.{i}", prefix.at(i)) for i, v in enumerate(prefix)]
            out["prefixItems"] = listed(prefix.origin, items)
            out.setdefault("type", "array")
        if "items" in node:
            out["items"] = self.visit(node["items"], f"{hint}.item", node.at("items"))
            out.setdefault("type", "array")

    def _enum(self, node: Map, out: Map) -> bool:
        values = node.get("enum")
        if "const" in node:
            values = listed(node.at("const"), [node["const"]])
        if values is None:
            return False
        if not isinstance(values, Seq):
            raise self.findings.refuse(
                "shape", node.at("enum"), "enum must be a list", "Correct its shape."
            )
        distinct: list[Value] = []
        for value in values:
            if value is not None and not any(same(value, other) for other in distinct):
                distinct.append(value)
        if distinct:
            out["enum"] = listed(values.origin, distinct)
            kind = out.get("type")
            if kind is None and all(isinstance(value, str) for value in distinct):
                out["type"] = "string"
        elif None in values:
            out["type"] = "null"
            return False
        return None in values

    # ── lifting ──────────────────────────────────────────────────────────────────────────────

    def lift(self, node: Map, hint: str, *, replace: bool = False) -> Map:
        """Move a schema that needs a name to the components and return a reference to it.

        With ``replace`` it takes the place of a component of that name.
        """
        if "$ref" in node:
            return node
        bare = without_null(node)
        if not ("properties" in bare or "discriminator" in bare or is_enumeration(bare)):
            return node
        key = component_key(hint)
        if not replace and self.components.get(key, bare) != bare:
            key = f"{hint}.{short_hash(json.dumps(bare, sort_keys=True, default=str))}"
        self.components[key] = bare
        ref = made(node.origin, {"$ref": PREFIX + key})
        return or_null(ref) if is_nullable(node) else ref
