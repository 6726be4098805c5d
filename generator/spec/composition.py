"""``allOf``, ``oneOf`` and ``anyOf``: intersections are flattened, unions kept.

Sources: OpenAPI 3.1.1 §4.8.24.1 and §4.8.25 (Discriminator Object), JSON Schema 2020-12 §10.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from .merge import ANNOTATIONS, intersect, without_annotations
from .nodes import Map, Origin, Seq, Value, walk
from .shapes import component_key, is_nullable, listed, made, short_hash, without_null

if TYPE_CHECKING:
    from .schemas import Schemas

PREFIX = "#/components/schemas/"


class Composition:
    """Composes schemas on behalf of :class:`Schemas`."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def all_of(self, parts: Iterable[Value], hint: str, origin: Origin) -> Map:
        """One schema for an ``allOf``: the parts' intersection, annotations of the last winning."""
        canonical: list[Map] = []
        for part in parts:
            if isinstance(part, Map):
                is_ref = "$ref" in part
                canonical.append(
                    self.schemas.reference(part, hint) if is_ref else self.schemas.body(part, hint)
                )
        return self.merged(canonical, hint, origin)

    def merged(self, parts: Iterable[Map], hint: str, origin: Origin) -> Map:
        merged: Map | None = None
        for part in parts:
            if not part:
                continue
            if merged is None:
                merged = part
            elif "$ref" in merged and not without_annotations(part, of=self._target(merged)):
                merged = self.schemas.annotate(merged, part)
            elif "$ref" in part and not without_annotations(merged, of=self._target(part)):
                merged = self.schemas.annotate(part, merged)
            else:
                left, right = self._opened(merged, origin), self._opened(part, origin)
                merged = intersect(left, right, self._combine(hint))
        return made(origin, dict(merged)) if merged is not None else Map(origin)

    def _combine(self, hint: str) -> Callable[[Value, Value, str], Map]:
        def combine(left: Value, right: Value, name: str) -> Map:
            assert isinstance(left, Map)
            assert isinstance(right, Map)
            inner = f"{hint}.{name}"
            whole = self.merged([left, right], inner, right.origin)
            part = {"$ref": PREFIX + component_key(inner)}  # lifted for this merge alone
            return self.schemas.lift(whole, inner, replace=part in (left, right))

        return combine

    def _target(self, node: Map) -> Map:
        return self.schemas.components[cast("str", node["$ref"]).removeprefix(PREFIX)]

    def _opened(self, node: Map, origin: Origin) -> Map:
        """A canonical schema with its reference, if it is one, replaced by what it names."""
        if "$ref" not in node:
            return node
        key = cast("str", node["$ref"]).removeprefix(PREFIX)
        if key in self.schemas.open_keys:
            raise self.schemas.findings.refuse(
                "allof-cycle",
                origin,
                f"allOf contains {key}, which contains this schema",
                "Break the circle: a schema can't be an intersection with itself.",
            )
        return self.schemas.annotate(made(node.origin, dict(self.schemas.components[key])), node)

    def union(self, node: Map, out: Map, keyword: str, hint: str) -> tuple[Map, bool]:
        branches = node[keyword]
        if not isinstance(branches, Seq):
            raise self.schemas.findings.refuse(
                "shape", node.at(keyword), f"{keyword} must be a list", "Correct its shape."
            )
        if all(_adds_no_type(branch) for branch in branches):
            self.schemas.note(node, keyword)  # e.g. "one of these sets of properties is required"
            return out, False
        nullable = False
        kept: list[Map] = []
        objects = [b for b in branches if isinstance(b, Map) and "properties" in b]
        for index, branch in enumerate(branches):
            name = hint if len(objects) < 2 else f"{hint}.{_branch_word(branch, index)}"
            canonical = self.schemas.visit(branch, name, branches.at(index))
            null = canonical.get("type") == "null" or is_nullable(canonical)
            nullable |= null
            canonical = without_null(canonical)
            if canonical.get("type") != "null" and canonical not in kept:
                kept.append(canonical)
        base = {k: v for k, v in out.items() if k not in ANNOTATIONS}
        if base and (base != {"type": "object"} or len(kept) == 1):
            kept = [self.schemas.lift(self._with_base(out, branch, hint), hint) for branch in kept]
        result = Map(node.origin)
        result.marks = node.marks
        if len(kept) == 1:
            result.update(kept[0])
        elif kept:
            result[keyword] = listed(branches.origin, kept)
            mapping = self._discriminator(node, kept)
            if mapping is not None:
                result["discriminator"] = mapping
        for key in ANNOTATIONS:
            if key in out:
                result[key] = out[key]
        return result, nullable

    def _with_base(self, out: Map, branch: Map, hint: str) -> Map:
        base = made(out.origin, {k: v for k, v in out.items() if k not in ANNOTATIONS})
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
        result["mapping"] = made(found.origin, values)
        return result


def tag_branches(root: Map, components: dict[str, Map]) -> None:
    """Give each branch of a discriminated union its value, so that a reader tells them apart.

    A branch that stands for several values, or lacks the property, is left as it is.
    """
    tags: dict[tuple[str, str], set[str]] = {}
    for node in [m for top in (root, *components.values()) for m in walk(top)]:
        found = node.get("discriminator")
        mapping = found.get("mapping") if isinstance(found, Map) else None
        if isinstance(found, Map) and isinstance(mapping, Map):
            for value, ref in mapping.items():
                key = str(ref).removeprefix(PREFIX)
                tags.setdefault((key, str(found["propertyName"])), set()).add(value)
    for (key, name), values in tags.items():
        properties = components[key].get("properties") if key in components else None
        old = properties.get(name) if isinstance(properties, Map) else None
        if isinstance(properties, Map) and isinstance(old, Map) and len(values) == 1:
            constant = made(old.origin, {"type": "string", "enum": listed(old.origin, values)})
            constant.update({k: v for k, v in old.items() if k in ANNOTATIONS and k != "examples"})
            properties[name] = constant


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
    return short_hash(str(index))
