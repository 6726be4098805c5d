"""``oneOf`` and ``anyOf``: unions are kept, and each branch gets the base that stands beside them.

Sources: OpenAPI 3.1.1 §4.8.25 and 3.2.0 §4.25 (Discriminator Object), JSON Schema 2020-12 §10.2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .components import is_null_30
from .composition import PREFIX
from .merge import ANNOTATIONS, without_annotations
from .nodes import Map, Seq, Value, walk
from .shapes import is_nullable, listed, made, short_hash, without_null

if TYPE_CHECKING:
    from .schemas import Schemas


class Unions:
    """Makes unions on behalf of :class:`Schemas`."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def union(self, node: Map, out: Map, keyword: str, hint: str) -> tuple[Map, bool]:
        """The union in ``node[keyword]``, with ``out`` as its base; and whether it admits null."""
        branches = node[keyword]
        if not isinstance(branches, Seq):
            raise self.schemas.findings.refuse(
                "shape", node.at(keyword), f"{keyword} must be a list", "Correct its shape."
            )
        if all(_adds_no_type(branch) for branch in branches):
            self.schemas.keywords.note(node, keyword)  # "one of these members is required"
            return out, False
        nullable = False
        kept: list[Map] = []
        objects = [b for b in branches if isinstance(b, Map) and "properties" in b]
        for index, branch in enumerate(branches):
            if isinstance(branch, Map) and is_null_30(branch, is_30=self.schemas.is_30):
                nullable = True
                continue
            name = hint if len(objects) < 2 else f"{hint}.{_branch_word(branch, index)}"
            canonical = self.schemas.visit(branch, name, branches.at(index))
            nullable |= canonical.get("type") == "null" or is_nullable(canonical)
            canonical = without_null(canonical)
            if canonical.get("type") != "null" and canonical not in kept:
                kept.append(canonical)
        base = {k: v for k, v in out.items() if k not in ANNOTATIONS}
        if base and (base != {"type": "object"} or len(kept) == 1):
            kept = [
                self.schemas.components.lift(self._with_base(out, branch, hint), hint)
                for branch in kept
            ]
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
        whole = self.schemas.composition.merged([base, branch], hint, out.origin)
        if "$ref" in branch and "$ref" not in whole:
            target = self.schemas.composition.opened(branch)
            if without_annotations(whole) == without_annotations(target):
                return branch  # it extends the base already
        return whole

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
                key = _component_of(name)
                if key in keys:
                    values[value] = PREFIX + key
        for key in keys:
            if PREFIX + key not in values.values():
                values[key] = PREFIX + key
        result["mapping"] = made(found.origin, values)
        default = _component_of(found.get("defaultMapping"))
        if default in keys:
            result["defaultMapping"] = PREFIX + default
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


def _component_of(name: Value) -> str:
    """The component that a value of a discriminator's mapping names, by reference or by key."""
    return name.rpartition("/")[2] if isinstance(name, str) else ""


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
