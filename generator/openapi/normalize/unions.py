"""``oneOf`` and ``anyOf``: unions are kept, and each branch gets what is beside them.

Sources: JSON Schema 2020-12 §10.2.1.
"""

from __future__ import annotations

from typing import TypeGuard

from ...document.component_keys import short_hash
from ...document.tree import MappingNode, SequenceNode, Value
from .all_of import Composition, key_of
from .discriminators import Discriminators
from .intersect import ANNOTATIONS, without_annotations
from .node_values import child, listed, members, sequence
from .nullability import is_null, is_nullable, without_null
from .schema_keywords import Keywords
from .server_side_constraints import add_server_checked, plain


class Unions:
    """The unions of one document."""

    def __init__(self, composition: Composition, keywords: Keywords) -> None:
        self.composition = composition
        self.components = composition.components
        self.keywords = keywords
        self._discriminators = Discriminators(composition.components)

    def union(
        self, node: MappingNode, out: MappingNode, keyword: str, hint: str
    ) -> tuple[MappingNode, bool]:
        """Return the union in ``node[keyword]`` with ``out`` as its base, and if it admits null."""
        components = self.components
        branches = listed(node, keyword, components.findings, of="schemas")
        if all(_adds_no_type(branch) for branch in branches):
            self.keywords.warn_server_only(node, keyword)  # "one of these members is required"
            add_server_checked(out, {keyword: plain(branches, components.refs)})
            return out, False
        nullable = False
        found: list[MappingNode] = []
        written: list[Value] = []
        objects = [b for b in branches if isinstance(b, MappingNode) and "properties" in b]
        for index, branch in enumerate(branches):
            if components.analysis.is_null_30(branch):
                nullable = True
                continue
            name = hint if len(objects) < 2 else f"{hint}.{_branch_word(branch, index)}"
            if self._lists_subtypes(branch, branches):
                canonical = components.reference(branch, name)
            else:
                canonical = components.normalizer.visit(branch, name, branches.at(index))
            nullable |= is_null(canonical) or is_nullable(canonical)
            canonical = without_null(canonical)
            if not is_null(canonical) and canonical not in found:
                found.append(canonical)
                written.append(branch)
        base = _base(node, out)
        kept = found
        if base and (base != {"type": "object"} or len(found) == 1):
            kept = [self._with_base(base, branch, hint) for branch in found]
        union = MappingNode(node.location, positions=node.positions)
        bases = map(components.plain, found)
        discriminator = self._discriminators.of(node, list(zip(written, bases, kept, strict=True)))
        if len(kept) == 1:
            union.update(kept[0])
        elif kept:
            union[keyword] = SequenceNode(branches.location, kept)
            if discriminator is not None:
                union["discriminator"] = discriminator
        union.update({key: out[key] for key in ANNOTATIONS if key in out})
        return union, nullable

    def _lists_subtypes(self, branch: Value, branches: SequenceNode) -> TypeGuard[MappingNode]:
        """Return whether a branch is a base whose subtypes are all branches themselves."""
        refs = [b for b in branches if isinstance(b, MappingNode) and "$ref" in b]
        if len(refs) < 2 or not any(branch is one for one in refs):
            return False
        assert isinstance(branch, MappingNode)
        target, name = self.components.target(branch)
        base = self.components.subtypes.base(name, target)
        if base is None:
            return False
        names = {self.components.target(one)[1] for one in refs}
        return all(subtype.name in names for subtype in base.subtypes)

    def _with_base(self, base: MappingNode, branch: MappingNode, hint: str) -> MappingNode:
        """Return a branch with what is beside the union; itself where that adds nothing."""
        word = key_of(self.components.plain(branch))
        name = f"{hint}.{word}" if word else hint
        whole = self.composition.merged([base, branch], name, base.location)
        if word and "$ref" not in whole:
            target = self.composition.resolve(branch)
            if _bare(whole) == _bare(target):
                return branch  # it extends the base already
        return self.components.lift(whole, name)


def _base(node: MappingNode, out: MappingNode) -> MappingNode:
    """Return what is beside a union and restricts its branches."""
    base = MappingNode(out.location, without_annotations(out))
    if base.get("additionalProperties") is True:
        del base["additionalProperties"]
    if "type" not in node and "properties" not in base:
        base.pop("type", None)  # it was inferred
    return base


def _bare(value: Value) -> object:
    """Return a canonical schema without annotations, at any depth, to compare."""
    if isinstance(value, MappingNode):
        members = value.get("properties")
        bare = {k: _bare(v) for k, v in value.items() if k not in ANNOTATIONS}
        if isinstance(members, MappingNode):
            bare["properties"] = {name: _bare(schema) for name, schema in members.items()}
        for key in ("required", "enum"):  # their order doesn't count
            values = value.get(key)
            if isinstance(values, SequenceNode):
                bare[key] = sorted(map(repr, values))
        return bare
    return [_bare(item) for item in value] if isinstance(value, SequenceNode) else value


def _adds_no_type(branch: Value) -> bool:
    return (
        isinstance(branch, MappingNode)
        and bool(branch)
        and all(key in ("required", "not", *ANNOTATIONS, "title") for key in branch)
    )


def _branch_word(branch: Value, index: int) -> str:
    """Return a word for one object of a union: from what it requires, never from its index."""
    if isinstance(branch, MappingNode) and isinstance(branch.get("properties"), MappingNode):
        properties = child(branch, "properties")
        for _, schema in members(properties):
            value = schema.get("const", schema.get("enum"))
            if isinstance(value, SequenceNode) and len(value) == 1:
                value = value[0]
            if isinstance(value, str):
                return value
        for name in sequence(branch.get("required")) or properties:
            return str(name)
    return short_hash(str(index))
