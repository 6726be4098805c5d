"""``oneOf`` and ``anyOf``: unions are kept, and each branch gets the base that stands beside them.

Sources: JSON Schema 2020-12 §10.2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ...document.tree import MappingNode, SequenceNode, Value
from .all_of import PREFIX
from .discriminators import discriminator
from .intersect import ANNOTATIONS
from .nullability import is_nullable, listed, made, short_hash, without_null
from .schema_analysis import is_null_30
from .server_side_constraints import keep, plain

if TYPE_CHECKING:
    from .schemas import Schemas


class Unions:
    """Makes unions on behalf of :class:`Schemas`."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def union(
        self, node: MappingNode, out: MappingNode, keyword: str, hint: str
    ) -> tuple[MappingNode, bool]:
        """The union in ``node[keyword]``, with ``out`` as its base; and whether it admits null."""
        branches = node[keyword]
        if not isinstance(branches, SequenceNode):
            raise self.schemas.findings.refuse(
                "shape", node.at(keyword), f"{keyword} must be a list", "Correct its shape."
            )
        if all(_adds_no_type(branch) for branch in branches):
            self.schemas.keywords.note(node, keyword)  # "one of these members is required"
            keep(out, {keyword: plain(branches, self.schemas.refs)})
            return out, False
        nullable = False
        found: list[MappingNode] = []
        raw: list[Value] = []
        objects = [b for b in branches if isinstance(b, MappingNode) and "properties" in b]
        for index, branch in enumerate(branches):
            if isinstance(branch, MappingNode) and is_null_30(branch, is_30=self.schemas.is_30):
                nullable = True
                continue
            name = hint if len(objects) < 2 else f"{hint}.{_branch_word(branch, index)}"
            canonical = self.schemas.visit(branch, name, branches.at(index))
            nullable |= canonical.get("type") == "null" or is_nullable(canonical)
            canonical = without_null(canonical)
            if canonical.get("type") != "null" and canonical not in found:
                found.append(canonical)
                raw.append(branch)
        base = _base(node, out)
        kept = found
        if base and (base != {"type": "object"} or len(found) == 1):
            kept = [self._with_base(base, branch, hint) for branch in found]
        result = MappingNode(node.location)
        result.positions = node.positions
        tags = discriminator(self.schemas, node, list(zip(raw, found, kept, strict=True)))
        if len(kept) == 1:
            result.update(kept[0])
        elif kept:
            result[keyword] = listed(branches.location, kept)
            if tags is not None:
                result["discriminator"] = tags
        for key in ANNOTATIONS:
            if key in out:
                result[key] = out[key]
        return result, nullable

    def _with_base(self, base: MappingNode, branch: MappingNode, hint: str) -> MappingNode:
        """A branch with what the union says of each; itself where that adds nothing."""
        word = cast("str", branch["$ref"]).removeprefix(PREFIX) if "$ref" in branch else ""
        name = f"{hint}.{word}" if word else hint
        whole = self.schemas.composition.merged([base, branch], name, base.location)
        if word and "$ref" not in whole:
            target = self.schemas.composition.opened(branch)
            if _bare(whole) == _bare(target):
                return branch  # it extends the base already
        return self.schemas.components.lift(whole, name)


def _base(node: MappingNode, out: MappingNode) -> MappingNode:
    """What stands beside a union and restricts its branches."""
    base = made(out.location, {k: v for k, v in out.items() if k not in ANNOTATIONS})
    if base.get("additionalProperties") is True:
        del base["additionalProperties"]
    if "type" not in node and "properties" not in base:
        base.pop("type", None)  # said by no one
    return base


def _bare(value: Value) -> object:
    """A canonical schema without its annotations, at any depth, to compare."""
    if isinstance(value, MappingNode):
        members = value.get("properties")
        bare = {k: _bare(v) for k, v in value.items() if k not in ANNOTATIONS}
        if isinstance(members, MappingNode):
            bare["properties"] = {name: _bare(schema) for name, schema in members.items()}
        for key in ("required", "enum"):  # in no order
            if isinstance(value.get(key), SequenceNode):
                bare[key] = sorted(map(repr, cast("SequenceNode", value[key])))
        return bare
    return [_bare(item) for item in value] if isinstance(value, SequenceNode) else value


def _adds_no_type(branch: Value) -> bool:
    return (
        isinstance(branch, MappingNode)
        and bool(branch)
        and all(key in ("required", "not", *ANNOTATIONS, "title") for key in branch)
    )


def _branch_word(branch: Value, index: int) -> str:
    """A word for one object of a union: from what it requires, never from its place."""
    if isinstance(branch, MappingNode):
        properties, required = branch.get("properties"), branch.get("required")
        if isinstance(properties, MappingNode):
            for schema in properties.values():
                if isinstance(schema, MappingNode):
                    constant = schema.get("const", schema.get("enum"))
                    value = (
                        constant[0]
                        if isinstance(constant, SequenceNode) and len(constant) == 1
                        else constant
                    )
                    if isinstance(value, str):
                        return value
            names = (
                required if isinstance(required, SequenceNode) and required else list(properties)
            )
            if names:
                return str(names[0])
    return short_hash(str(index))
