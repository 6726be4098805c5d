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

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import cast

from ..errors import Findings, Unsupported
from .document import Map, Origin, Seq, Value
from .merge import ANNOTATIONS, intersect, without_annotations
from .patterns import ascii_pattern
from .refs import References

PREFIX = "#/components/schemas/"
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_COPIED = (
    "format", "default", "multipleOf", "maximum", "minimum", "exclusiveMaximum",
    "exclusiveMinimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems",
    "maxProperties", "minProperties", "contentEncoding", "contentMediaType", "dependentRequired",
    "minContains", "maxContains",
)  # fmt: skip
_SUBSCHEMAS = ("not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems")
_KNOWN = {
    *_COPIED, *_SUBSCHEMAS, *ANNOTATIONS, "$ref", "type", "enum", "const", "nullable",
    "properties", "required", "additionalProperties", "patternProperties", "items", "prefixItems",
    "allOf", "anyOf", "oneOf", "discriminator", "pattern", "unevaluatedProperties",
    "dependentSchemas", "$dynamicRef",
}  # fmt: skip


class Schemas:
    """Brings schemas to canonical form and collects the components that they need."""

    def __init__(self, refs: References, findings: Findings, *, version: str) -> None:
        self.refs = refs
        self.findings = findings
        self.is_30 = version.startswith("3.0")
        self.components: dict[str, Map] = {}
        self._keys: dict[str, str] = {}  # absolute reference -> component key
        self._open: list[str] = []
        self._inlining: list[str] = []
        self._recursive: dict[str, bool] = {}
        self._null: dict[int, bool] = {}

    # ── entry points ─────────────────────────────────────────────────────────────────────────

    def visit(self, value: Value, hint: str, origin: Origin) -> Map:
        """The canonical form of the schema ``value``; ``hint`` names it if it must be lifted."""
        if isinstance(value, bool):
            return _made(origin, {} if value else {"not": Map(origin)})
        node = self.refs.mapping(value, origin, "a schema")
        if "$ref" in node:
            siblings = [key for key in node if key in _KNOWN and key not in ("$ref", *ANNOTATIONS)]
            if self.is_30 or not siblings:
                return self._reference(node, hint)
            rest = Map(node.origin)
            rest.update({key: item for key, item in node.items() if key != "$ref"})
            only = Map(node.origin)
            only["$ref"] = node["$ref"]
            return self._lift(self._all_of([only, rest], hint, node.origin), hint)
        return self._lift(self._body(node, hint), hint)

    # ── references ───────────────────────────────────────────────────────────────────────────

    def _reference(self, node: Map, hint: str) -> Map:
        target, name = self.refs.target(node)
        seen = {name}
        while isinstance(target, Map) and "$ref" in target and self._only_ref(target):
            self.refs.touch(target)
            target, name = self.refs.target(target)
            if name in seen:
                raise self.findings.refuse(
                    "ref-cycle",
                    node.at("$ref"),
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
            result = _made(node.origin, {"$ref": PREFIX + key})
            if self._may_be_null(target):
                result = _nullable(result)
        return self._annotate(result, node) if not self.is_30 else result

    def _only_ref(self, node: Map) -> bool:
        return self.is_30 or all(k == "$ref" or k in ANNOTATIONS or k not in _KNOWN for k in node)

    def _key_for(self, name: str) -> str:
        file, _, pointer = name.partition("#")
        parts = pointer.split("/")
        key = parts[-1].replace("~1", "/").replace("~0", "~") if parts[-1] else file.split(".")[0]
        if not pointer.startswith("/components/schemas/") and "$defs" not in parts:
            key = ".".join(p for p in parts[1:] if p not in ("components", "schema", "properties"))
        return key or "Root"

    def _component(self, name: str, target: Map) -> str:
        key = self._keys.get(name)
        if key is None:
            key = self._key_for(name)
            if key in self.components:  # another file's component of that name
                key = f"{key}.{_short_hash(name)}"
            self._keys[name] = key
            self.components[key] = _made(target.origin, {})
            self._open.append(key)
            try:
                body = self._body(target, key)
                body = _without_null(body)
            finally:
                self._open.pop()
            self.components[key] = body
        return key

    def _is_named(self, node: Map) -> bool:
        """Whether a schema gets a class or an alias of its own, seen from its raw form."""
        if "properties" in node or "oneOf" in node or "anyOf" in node:
            return True
        enum = node.get("enum")
        if isinstance(enum, Seq) and len([v for v in enum if v is not None]) > 1:
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

    def _body(self, node: Map, hint: str) -> Map:
        """The canonical form of a schema that is no reference, not yet lifted."""
        self.refs.touch(node)
        if "$ref" in node:
            return _made(node.origin, dict(self.visit(node, hint, node.origin)))
        parts = node.get("allOf")
        if isinstance(parts, Seq) and parts:
            rest = Map(node.origin)
            rest.marks = node.marks
            rest.update({key: item for key, item in node.items() if key != "allOf"})
            return self._all_of([*parts, rest], hint, node.origin)
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
                out, null = self._union(node, out, keyword, hint)
                nullable |= null
        for key in ("$dynamicRef", "dependentSchemas", "unevaluatedProperties"):
            if key in node and node[key] is not True:
                self._note(node, key)
        return _nullable(out) if nullable else out

    def _note(self, node: Map, keyword: str) -> None:
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
        listed = list(kinds) if isinstance(kinds, Seq) else [kinds]
        for kind in listed:
            if kind not in _TYPES:
                raise self.findings.refuse(
                    "type",
                    node.at("type"),
                    f"{kind!r} is no type of JSON Schema",
                    f"Use one of {', '.join(_TYPES)}.",
                )
        nullable |= "null" in listed
        rest = [kind for kind in listed if kind != "null"]
        if len(rest) == 1:
            out["type"] = rest[0]
        elif rest:
            out["type"] = _listed(node.at("type"), rest)
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
            out["examples"] = _listed(node.at("example"), [node["example"]])

    def _annotate(self, result: Map, node: Map) -> Map:
        found = {key: node[key] for key in ANNOTATIONS if key in node and key != "examples"}
        if not found:
            return result
        copy = _made(result.origin, dict(result))
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
                try:
                    properties[name] = self.visit(schema, f"{hint}.{name}", found.at(name))
                except Unsupported:
                    continue
            out["properties"] = properties
            out.setdefault("type", "object")
        required = node.get("required")
        if isinstance(required, Seq) and required:
            names = [name for name in required if isinstance(name, str)]
            out["required"] = _listed(node.at("required"), dict.fromkeys(names))
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
            self._note(node, "patternProperties")

    def _array(self, node: Map, out: Map, hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, Seq):
            items = [self.visit(v, f"{hint}.{i}", prefix.at(i)) for i, v in enumerate(prefix)]
            out["prefixItems"] = _listed(prefix.origin, items)
            out.setdefault("type", "array")
        if "items" in node:
            out["items"] = self.visit(node["items"], f"{hint}.item", node.at("items"))
            out.setdefault("type", "array")

    def _enum(self, node: Map, out: Map) -> bool:
        values = node.get("enum")
        if "const" in node:
            values = _listed(node.at("const"), [node["const"]])
        if values is None:
            return False
        if not isinstance(values, Seq):
            raise self.findings.refuse(
                "shape", node.at("enum"), "enum must be a list", "Correct its shape."
            )
        distinct: list[Value] = []
        for value in values:
            if value is not None and not any(_same(value, other) for other in distinct):
                distinct.append(value)
        if distinct:
            out["enum"] = _listed(values.origin, distinct)
            kind = out.get("type")
            if kind is None and all(isinstance(value, str) for value in distinct):
                out["type"] = "string"
        elif None in values:
            out["type"] = "null"
            return False
        return None in values

    # ── composition ──────────────────────────────────────────────────────────────────────────

    def _all_of(self, parts: Iterable[Value], hint: str, origin: Origin) -> Map:
        """One schema for an ``allOf``: the parts' intersection, annotations of the last winning."""
        canonical: list[Map] = []
        for part in parts:
            if isinstance(part, Map):
                is_ref = "$ref" in part
                canonical.append(self._reference(part, hint) if is_ref else self._body(part, hint))
        return self._merged(canonical, hint, origin)

    def _merged(self, parts: Iterable[Map], hint: str, origin: Origin) -> Map:
        merged: Map | None = None
        for part in parts:
            if not part:
                continue
            if merged is None:
                merged = part
            elif "$ref" in merged and not without_annotations(part, of=self._target(merged)):
                merged = self._annotate(merged, part)
            elif "$ref" in part and not without_annotations(merged, of=self._target(part)):
                merged = self._annotate(part, merged)
            else:
                left, right = self._opened(merged, origin), self._opened(part, origin)
                merged = intersect(left, right, self._combine(hint))
        return _made(origin, dict(merged)) if merged is not None else Map(origin)

    def _combine(self, hint: str) -> Callable[[Value, Value, str], Map]:
        def combine(left: Value, right: Value, name: str) -> Map:
            assert isinstance(left, Map)
            assert isinstance(right, Map)
            inner = f"{hint}.{name}"
            return self._lift(self._merged([left, right], inner, right.origin), inner)

        return combine

    def _target(self, node: Map) -> Map:
        return self.components[cast("str", node["$ref"]).removeprefix(PREFIX)]

    def _opened(self, node: Map, origin: Origin) -> Map:
        """A canonical schema with its reference, if it is one, replaced by what it names."""
        if "$ref" not in node:
            return node
        key = cast("str", node["$ref"]).removeprefix(PREFIX)
        if key in self._open:
            raise self.findings.refuse(
                "allof-cycle",
                origin,
                f"allOf contains {key}, which contains this schema",
                "Break the circle: a schema can't be an intersection with itself.",
            )
        return self._annotate(_made(node.origin, dict(self.components[key])), node)

    def _union(self, node: Map, out: Map, keyword: str, hint: str) -> tuple[Map, bool]:
        branches = node[keyword]
        if not isinstance(branches, Seq):
            raise self.findings.refuse(
                "shape", node.at(keyword), f"{keyword} must be a list", "Correct its shape."
            )
        if all(_adds_no_type(branch) for branch in branches):
            self._note(node, keyword)  # e.g. "one of these sets of properties is required"
            return out, False
        nullable = False
        kept: list[Map] = []
        objects = [b for b in branches if isinstance(b, Map) and "properties" in b]
        for index, branch in enumerate(branches):
            name = hint if len(objects) < 2 else f"{hint}.{_branch_word(branch, index)}"
            canonical = self.visit(branch, name, branches.at(index))
            null = canonical.get("type") == "null" or _is_nullable(canonical)
            nullable |= null
            canonical = _without_null(canonical)
            if canonical.get("type") != "null" and canonical not in kept:
                kept.append(canonical)
        base = {k: v for k, v in out.items() if k not in ANNOTATIONS}
        if base and (base != {"type": "object"} or len(kept) == 1):
            kept = [self._lift(self._with_base(out, branch, hint), hint) for branch in kept]
        result = Map(node.origin)
        result.marks = node.marks
        if len(kept) == 1:
            result.update(kept[0])
        elif kept:
            result[keyword] = _listed(branches.origin, kept)
            mapping = self._discriminator(node, kept)
            if mapping is not None:
                result["discriminator"] = mapping
        for key in ANNOTATIONS:
            if key in out:
                result[key] = out[key]
        return result, nullable

    def _with_base(self, out: Map, branch: Map, hint: str) -> Map:
        base = _made(out.origin, {k: v for k, v in out.items() if k not in ANNOTATIONS})
        if "$ref" in branch and not without_annotations(base, of=self._target(branch)):
            return branch
        return intersect(base, self._opened(branch, out.origin), self._combine(hint))

    def _discriminator(self, node: Map, kept: list[Map]) -> Map | None:
        found = node.get("discriminator")
        if not isinstance(found, Map):
            return None
        result = Map(found.origin)
        result["propertyName"] = found.get("propertyName")
        mapping = found.get("mapping")
        keys = [cast("str", b["$ref"]).removeprefix(PREFIX) for b in kept if "$ref" in b]
        values: dict[str, Value] = {}
        if isinstance(mapping, Map):
            for value, name in mapping.items():
                key = str(name).rpartition("/")[2]
                if key in keys:
                    values[value] = PREFIX + key
        for key in keys:
            if PREFIX + key not in values.values():
                values[key] = PREFIX + key
        result["mapping"] = _made(found.origin, values)
        return result

    # ── lifting ──────────────────────────────────────────────────────────────────────────────

    def _lift(self, node: Map, hint: str) -> Map:
        """Move a schema that needs a name to the components and return a reference to it."""
        if "$ref" in node:
            return node
        bare = _without_null(node)
        enum = bare.get("enum")
        named = (
            "properties" in bare
            or (isinstance(enum, Seq) and len(enum) > 1)
            or ("discriminator" in bare)
        )
        if not named:
            return node
        key = hint
        if key in self.components and self.components[key] != bare:
            key = f"{hint}.{_short_hash(json.dumps(bare, sort_keys=True, default=str))}"
        self.components[key] = bare
        ref = _made(node.origin, {"$ref": PREFIX + key})
        return _nullable(ref) if _is_nullable(node) else ref


def _made(origin: Origin, content: dict[str, Value]) -> Map:
    node = Map(origin)
    node.update(content)
    return node


def _listed(origin: Origin, items: Iterable[Value]) -> Seq:
    result = Seq(origin)
    result.extend(items)
    return result


def _nullable(node: Map) -> Map:
    """``node`` or null."""
    if _is_nullable(node) or not without_annotations(node):
        return node
    kind = node.get("type")
    if isinstance(kind, str) and "enum" not in node:
        copy = _made(node.origin, dict(node))
        copy.marks = node.marks
        copy["type"] = _listed(node.origin, [kind, "null"])
        return copy
    if isinstance(kind, Seq):
        copy = _made(node.origin, dict(node))
        copy["type"] = _listed(node.origin, [*kind, "null"])
        return copy
    outer = Map(node.origin)
    outer.marks = node.marks
    null = _made(node.origin, {"type": "null"})
    if "anyOf" in node:
        outer.update(node)
        outer["anyOf"] = _listed(node.origin, [*cast("Seq", node["anyOf"]), null])
        return outer
    inner = _made(node.origin, {k: v for k, v in node.items() if k not in ANNOTATIONS})
    outer["anyOf"] = _listed(node.origin, [inner, null])
    outer.update({k: v for k, v in node.items() if k in ANNOTATIONS})
    return outer


def _is_nullable(node: Map) -> bool:
    kind, branches = node.get("type"), node.get("anyOf")
    if isinstance(kind, Seq):
        return "null" in kind
    return isinstance(branches, Seq) and any(
        isinstance(b, Map) and b.get("type") == "null" for b in branches
    )


def _without_null(node: Map) -> Map:
    if not _is_nullable(node):
        return node
    copy = _made(node.origin, dict(node))
    copy.marks = node.marks
    kind = node.get("type")
    if isinstance(kind, Seq):
        rest = [k for k in kind if k != "null"]
        copy["type"] = rest[0] if len(rest) == 1 else _listed(kind.origin, rest)
        return copy
    branches = cast("Seq", node["anyOf"])
    kept = [b for b in branches if not (isinstance(b, Map) and b.get("type") == "null")]
    if len(kept) == 1 and isinstance(kept[0], Map):
        del copy["anyOf"]
        for key, value in kept[0].items():
            copy.setdefault(key, value)
        return copy
    copy["anyOf"] = _listed(branches.origin, kept)
    return copy


def _adds_no_type(branch: Value) -> bool:
    return (
        isinstance(branch, Map)
        and bool(branch)
        and all(key in ("required", "not", *ANNOTATIONS, "title") for key in branch)
    )


def _branch_word(branch: Value, index: int) -> str:
    """A word for one object of a union: from what it requires, never from its place."""
    if isinstance(branch, Map):
        properties, required = branch.get("properties"), branch.get("required")
        if isinstance(properties, Map):
            for schema in properties.values():
                if isinstance(schema, Map):
                    constant = schema.get("const", schema.get("enum"))
                    value = (
                        constant[0]
                        if isinstance(constant, Seq) and len(constant) == 1
                        else constant
                    )
                    if isinstance(value, str):
                        return value
            names = required if isinstance(required, Seq) and required else list(properties)
            if names:
                return str(names[0])
    return _short_hash(str(index))


def _same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
