"""``oneOf`` and ``anyOf``: unions are kept, and each branch gets what is beside them.

Sources: JSON Schema 2020-12 §10.2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import TypeGuard

from ....document.component_keys import below, component_key
from ....document.tree import MappingNode, SequenceNode, Value
from ...keywords import ASSERTIONS, SERVER_ONLY
from ..nodes.distinct_words import branch_words
from ..nodes.intersect import (
    ANNOTATIONS,
    admits_nothing,
    annotate,
    bare,
    empty_union,
    without_annotations,
)
from ..nodes.node_values import UNIONS, child, key_of, mappings, sequence, states_null, values_of
from ..nodes.nullability import is_null, is_nullable, without_null
from ..nodes.schema_keywords import Keywords
from ..nodes.server_side_constraints import add_server_checked, plain
from .all_of import Composition
from .discriminators import DECLARED, Discriminators

_NO_TYPE = frozenset(
    (
        *("required", "then", "else", "title", *ANNOTATIONS, *SERVER_ONLY),
        *(row.name for row in ASSERTIONS if row.server_only),
    )
)
"""The keywords of a branch that restricts which members, or how many, a value has."""


class Unions:
    """The unions of one document."""

    def __init__(self, composition: Composition, keywords: Keywords) -> None:
        self.composition = composition
        self.components = composition.components
        self.keywords = keywords
        self._discriminators = Discriminators(composition.components)

    def union(
        self, node: MappingNode, out: MappingNode, keyword: str, hint: str
    ) -> tuple[MappingNode, bool | None]:
        """Return the union in ``node[keyword]`` with ``out`` as its base, and if it admits null,
        None if it leaves that to what is beside it.
        """
        components = self.components
        branches = values_of(node, keyword, components.findings)
        if branches is None:
            return out, None
        if all(_adds_no_type(branch) for branch in branches):
            self.keywords.warn_server_only(node, keyword)  # "one of these members is required"
            add_server_checked(out, {keyword: plain(branches, components.refs)})
            properties = child(out, "properties")
            for name in (n for b in mappings(branches) for n in sequence(b.get("required"))):
                if "properties" in out and isinstance(name, str) and name:
                    properties.setdefault(name, MappingNode(branches.location))  # may be sent
            return out, None
        nullable = False
        found: list[MappingNode] = []
        written: list[Value] = []
        places: list[int] = []
        is_alone = sum(not self._is_null(branch) for branch in branches) == 1
        is_own = "discriminator" in node or hint in components.open
        words = branch_words(
            branches, components.written, is_own=is_own, is_object="properties" in out
        )
        base = _base(node, out)
        is_extended = bool(base) and base != {"type": "object"}
        for index, branch in enumerate(branches):
            if components.analysis.is_null_30(branch):
                nullable = True
                continue
            name = below(hint, words[index]) if words[index] and not is_alone else hint
            with components.intersecting() if is_extended else nullcontext():
                if self._lists_subtypes(branch, branches):
                    canonical = components.reference(branch, name)
                elif is_alone and isinstance(branch, MappingNode) and "$ref" not in branch:
                    canonical = components.normalizer.body(branch, hint)  # the union itself
                else:
                    canonical = components.normalizer.visit(branch, name, branches.at(index))
            # A branch of any value admits null as well.
            is_any = not without_annotations(canonical)
            nullable |= is_null(canonical) or is_nullable(canonical) or is_any
            canonical = self.composition.with_type(without_null(canonical), node)
            if not is_null(canonical) and canonical not in found:
                found.append(canonical)
                written.append(branch)
                places.append(index)
        if nullable and not found:
            alone = MappingNode(branches.location, {"type": "null"})
            whole = self.composition.with_null([base, alone], hint, base.location)
            return annotate(whole, out), False
        if any(key in base for key in UNIONS):
            beside = MappingNode(node.location, {keyword: SequenceNode(branches.location, found)})
            limited = self.composition.combinations.limited([base, beside], branches.location)
            if limited is not None:
                return annotate(limited, out), nullable
        kept = found
        if is_extended or (base and len(found) == 1):
            wholes = [
                self._with_base(base, branch, hint, None if is_alone else words[at])
                for branch, at in zip(found, places, strict=True)
            ]
            rest = [i for i, (whole, _) in enumerate(wholes) if not admits_nothing(whole)]
            if wholes and not rest:
                empty = empty_union([whole for whole, _ in wholes], base.location)
                return annotate(empty, out), nullable
            kept = [
                whole if is_alone else components.lift(whole, name)
                for whole, name in (wholes[i] for i in rest)
            ]
            found, written = [found[i] for i in rest], [written[i] for i in rest]
        union = MappingNode(node.location, positions=node.positions)
        bases = map(components.plain, found)
        triples = list(zip(written, bases, kept, strict=True))
        discriminator = self._discriminators.of(node, triples, "", self._inherited(node, written))
        # A union that leads back to itself without a member between is cut later.
        if len(kept) == 1 and not (components.chain and components.is_open(kept[0])):
            union.update(kept[0])
        elif kept:
            # A value of another branch may fit the default one, too.
            is_any = discriminator is not None and DECLARED in discriminator
            union["anyOf" if is_any else keyword] = SequenceNode(branches.location, kept)
            if discriminator is not None:
                union["discriminator"] = discriminator
        union.update({key: out[key] for key in ANNOTATIONS if key in out})
        return union, nullable

    def _is_null(self, branch: Value) -> bool:
        """Return whether a branch, as it is written, is null alone."""
        return states_null(branch) or self.components.analysis.is_null_30(branch)

    def _inherited(self, node: MappingNode, branches: Iterable[Value]) -> list[MappingNode]:
        """Return the discriminators that the branches of a union with one have or inherit."""
        unique: dict[int, MappingNode] = {}
        for branch in branches if "discriminator" in node else ():
            if isinstance(branch, MappingNode) and "$ref" in branch:
                target, name = self.components.target(branch)
                one = self.components.subtypes.discriminator(name, target)
                if one is not None:
                    unique[id(one)] = one
        return list(unique.values())

    def _lists_subtypes(self, branch: Value, branches: SequenceNode) -> TypeGuard[MappingNode]:
        """Return whether a branch is a base whose subtypes are all branches themselves."""
        refs = [b for b in branches if isinstance(b, MappingNode) and "$ref" in b]
        if len(refs) < 2 or not any(branch is ref for ref in refs):
            return False
        assert isinstance(branch, MappingNode)
        target, name = self.components.target(branch)
        base = self.components.subtypes.base(name, target)
        if base is None:
            return False
        names = {self.components.target(ref)[1] for ref in refs}
        return all(subtype.name in names for subtype in base.subtypes)

    def _with_base(
        self, base: MappingNode, branch: MappingNode, hint: str, word: str | None
    ) -> tuple[MappingNode, str]:
        """Return a branch with what is beside the union, itself where that adds nothing; its key.

        ``word`` is None for the only branch, which is the union itself.
        """
        key = key_of(self.components.plain(branch))
        own = f"{self.components.hints.get(key, key)}.".removeprefix(f"{component_key(hint)}.")
        suffix = "" if word is None else word or own.strip(".")
        name = below(hint, suffix) if suffix else hint
        whole = self.composition.merged([base, branch], name, base.location)
        if key and "$ref" not in whole:
            target = self.composition.resolve(branch)
            if bare(whole) == bare(target):
                return branch, name  # it extends the base already
        return whole, name


def _base(node: MappingNode, out: MappingNode) -> MappingNode:
    """Return what is beside a union and restricts its branches."""
    base = MappingNode(out.location, without_annotations(out))
    if base.get("additionalProperties") is True:
        del base["additionalProperties"]
    if "type" not in node and "properties" not in base:
        base.pop("type", None)  # it was inferred
    return base


def _adds_no_type(branch: Value) -> bool:
    return (
        isinstance(branch, MappingNode) and bool(branch) and all(key in _NO_TYPE for key in branch)
    )
