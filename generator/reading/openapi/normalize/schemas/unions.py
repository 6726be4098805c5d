"""``oneOf`` and ``anyOf``: unions are kept, and each branch gets what is beside them.

Sources: JSON Schema 2020-12 §10.2.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import chain
from typing import Literal, TypeGuard

from ....document.component_keys import below, component_key
from ....document.tree import MappingNode, SequenceNode, Value
from ...keywords import ASSERTIONS, SERVER_ONLY
from ...model.schemas import Schema, Union
from ...server_checks import with_server_checked
from ..nodes.distinct_words import branch_words
from ..nodes.node_values import ANNOTATIONS, mappings, states_null, texts, values_of
from ..nodes.schema_keywords import Keywords
from ..nodes.server_side_constraints import plain
from .all_of import Composition
from .canonical import (
    ANNOTATION_ATTRIBUTES,
    annotate,
    annotations_of,
    as_text,
    attributes,
    is_alike,
    placed,
    restrictions,
    without,
    without_null,
)
from .discriminators import Discriminators
from .intersect import admits_nothing, empty_union

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
        self, node: MappingNode, out: Schema, keyword: Literal["oneOf", "anyOf"], hint: str
    ) -> tuple[Schema, bool | None]:
        """Return the union in ``node[keyword]`` with ``out`` as its base, and if it admits null,
        None if it leaves that to what is beside it.
        """
        components = self.components
        branches = values_of(node, keyword, components.findings)
        if branches is None:
            return out, None
        if all(_adds_no_type(branch) for branch in branches):
            self.keywords.warn_server_only(node, keyword)  # "one of these members is required"
            out = with_server_checked(out, {keyword: plain(branches, components.refs)})
            if out.properties is None:
                return out, None
            required = (texts(branch.get("required")) for branch in mappings(branches))
            names = chain.from_iterable(required)
            new = dict.fromkeys(name for name in names if name and name not in out.properties)
            may_be_sent = {name: Schema(branches.location) for name in new}
            return out.replace(properties={**out.properties, **may_be_sent}), None
        nullable = False
        found: list[Schema] = []
        distinct: set[str] = set()
        written: list[Value] = []
        places: list[int] = []
        is_alone = sum(not self._is_null(branch) for branch in branches) == 1
        is_own = "discriminator" in node or hint in components.open
        words = branch_words(
            branches, components.written, is_own=is_own, is_object=out.properties is not None
        )
        base = _base(node, out)
        is_empty = not attributes(base)
        is_extended = not is_empty and attributes(base) != {"types": ("object",)}
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
            nullable |= canonical.is_null or canonical.nullable or not restrictions(canonical)
            canonical = without_null(canonical)
            if "type" in node:
                canonical = self.composition.with_type(canonical)
            if not canonical.is_null and (text := as_text(canonical)) not in distinct:
                distinct.add(text)
                found.append(canonical)
                written.append(branch)
                places.append(index)
        if nullable and not found:
            alone = Schema(branches.location, types=("null",))
            whole = self.composition.with_null([base, alone], hint, base.location)
            return annotate(whole, out), False
        if base.union is not None:
            own = Union(keyword, tuple(found), branches.location, hint=hint)
            beside = Schema(node.location, union=own)
            limited = self.composition.combinations.limited([base, beside], branches.location)
            if limited is not None:
                return annotate(limited, out), nullable
        kept = found
        if is_extended or (not is_empty and len(found) == 1):
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
        bases = map(components.plain, found)
        triples = list(zip(written, bases, kept, strict=True))
        discriminator = self._discriminators.of(node, triples, "", self._inherited(node, written))
        # A union that leads back to itself without a member between is cut later.
        if len(kept) == 1 and not (components.chain and components.is_open(kept[0])):
            return placed(kept[0], node.location).replace(**annotations_of(out)), nullable
        if discriminator is not None and discriminator.is_default_declared:
            keyword = "anyOf"  # a value of another branch may fit the default one, too
        union = None
        if kept:
            union = Union(keyword, tuple(kept), branches.location, discriminator, hint)
        whole = Schema(node.location, positions=out.positions, union=union, **annotations_of(out))
        return whole, nullable

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
        self, base: Schema, branch: Schema, hint: str, word: str | None
    ) -> tuple[Schema, str]:
        """Return a branch with what is beside the union, itself where that adds nothing; its key.

        ``word`` is None for the only branch, which is the union itself.
        """
        key = self.components.plain(branch).ref
        own = f"{self.components.hints.get(key, key)}.".removeprefix(f"{component_key(hint)}.")
        suffix = "" if word is None else word or own.strip(".")
        name = below(hint, suffix) if suffix else hint
        whole = self.composition.merged([base, branch], name, base.location)
        if key and not whole.ref and is_alike(whole, self.composition.resolve(branch)):
            return branch, name  # it extends the base already
        return whole, name


def _base(node: MappingNode, out: Schema) -> Schema:
    """Return what is beside a union and restricts its branches."""
    base = without(out, *ANNOTATION_ATTRIBUTES)
    if base.additional_properties is True:
        base = base.replace(additional_properties=None)
    if "type" not in node and base.properties is None:
        base = base.replace(types=())  # it was inferred
    return base


def _adds_no_type(branch: Value) -> bool:
    return (
        isinstance(branch, MappingNode) and bool(branch) and all(key in _NO_TYPE for key in branch)
    )
