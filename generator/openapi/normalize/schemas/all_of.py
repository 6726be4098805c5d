"""``allOf``: several schemas as one.

Sources: OpenAPI 3.1.1 §4.8.24.1 (Composition), JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from functools import reduce

from ....budget import BudgetExceeded
from ....document.component_keys import PREFIX, below, component_key, short_hash
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...keywords import KNOWN, ROWS
from ..nodes.intersect import (
    ANNOTATIONS,
    IMPLIED,
    Combine,
    admits_nothing,
    annotate,
    bare,
    clash,
    empty,
    empty_union,
    intersect,
    is_empty,
    without_annotations,
)
from ..nodes.node_values import (
    UNIONS,
    child,
    implied_type,
    json_text,
    key_of,
    kinds_of,
    mappings,
    omit,
)
from ..nodes.nullability import is_null, is_nullable, or_null, without_null
from .combinations import Combinations
from .components import Components

_MAX_DEPTH = 60

BY_TYPE = {
    "object": (
        "properties", "required", "additionalProperties",
        *(row.name for row in ROWS.values() if row.applies == "object"),
    ),
    "array": ("prefixItems", *(row.name for row in ROWS.values() if row.applies == "array")),
}  # fmt: skip
"""The keywords that restrict values of one type alone."""


class Composition:
    """The intersections of one document; those that need a name become components."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self.findings = components.findings
        self.normalizer = components.normalizer
        self.combinations = Combinations(components.context, self.resolve)
        self._merges: dict[tuple[str, ...], str] = {}
        """Parts of an intersection that refers to itself from a member → its component key."""
        self._merging: set[tuple[str | int, ...]] = set()
        """The parts of the intersections that are being made: keys, or ids of inline schemas."""
        self._parts: dict[str, list[MappingNode]] = {}  # the same the other way round

    def all_of(
        self, parts: Iterable[Value], hint: str, location: Location, *, is_reference: bool = False
    ) -> MappingNode:
        """Return the intersection of the parts of an ``allOf``, with the last one's annotations.

        With ``is_reference`` there are only annotations beside a reference, which isn't extended.
        """
        parts = [*parts]
        is_alone = sum(map(_restricts, parts)) < 2
        with nullcontext() if is_alone else self.components.intersecting():
            canonical = self._canonical(parts, hint, location, is_reference=is_reference)
        return self.with_null(canonical, hint, location)

    def _canonical(
        self, parts: Iterable[Value], hint: str, location: Location, *, is_reference: bool
    ) -> list[MappingNode]:
        """Return the parts of an ``allOf`` in canonical form."""
        nodes: dict[int, MappingNode] = {}
        implying: list[tuple[int, MappingNode]] = []
        for index, part in enumerate(parts):
            if isinstance(part, MappingNode):
                if implied_type(part):
                    implying.append((index, part))
                elif "$ref" not in part:
                    nodes[index] = self.normalizer.body(part, hint)
                elif is_reference:
                    nodes[index] = self.normalizer.visit(part, hint, location)
                else:
                    nodes[index] = self._referred(part, hint)
            elif part is False:
                self.findings.assume(
                    "never",
                    location,
                    "allOf contains false, so no value is valid; the other parts are used",
                    "Remove `false` from allOf.",
                )
        stated = [self.combinations.kinds(part) for part in nodes.values()] if implying else []
        for index, part in implying:
            nodes[index] = self.normalizer.body(_typed(part, stated), hint)
        return [nodes[index] for index in sorted(nodes)]

    def with_null(self, parts: Sequence[MappingNode], hint: str, location: Location) -> MappingNode:
        """Return the intersection of canonical schemas of which some admit null.

        Null is admitted if each part with a type admits it. It is the only value if one part
        admits no other, or if the parts have no other in common. OpenAPI 3.0 has no null type, so
        that an enumeration of null alone means null, whatever is beside it.
        """
        restricting = [part for part in parts if without_annotations(part)]
        null = [is_nullable(part) or is_null(part) for part in restricting]
        is_admitted = any(null) and all(
            admits or not self._has_type(part)
            for part, admits in zip(restricting, null, strict=True)
        )
        merged = None
        if self.components.context.is_draft_4 or is_admitted:
            merged = next(filter(is_null, restricting), None)
        if merged is None:
            merged = self.merged([without_null(part) for part in parts], hint, location)
            if not is_admitted:
                return merged
            if not is_empty(merged):
                return or_null(merged)
        alone = MappingNode(location, {"type": "null"})
        return reduce(annotate, parts, alone)

    def _has_type(self, part: MappingNode) -> bool:
        """Return whether a schema restricts the type of its values, so that null isn't implied."""
        schema = part if self.components.is_open(part) else self.resolve(part)
        is_stated = "type" in schema and IMPLIED not in schema
        return is_stated or is_empty(schema) or any(k in schema for k in ("$ref", "enum", *UNIONS))

    def _referred(self, part: MappingNode, hint: str) -> MappingNode:
        """Return a part that is a reference; of a union of the schema at hand, what is beside it.

        That is how a base class with a discriminator lists the classes that extend it: the
        extending class takes the base's own members.
        """
        components = self.components
        leads_back = components.analysis.leads_back
        target, name = components.target(part)
        if not isinstance(target, MappingNode) or not leads_back(name, target, components.chain):
            return components.reference(part, hint)
        base = omit(target, *UNIONS)
        if not _restricts(base) and self.components.is_branch(name, target):
            return components.reference(part, hint)  # another name of the union
        key = self.components.own_key(name)
        if len(base) == len(target) or leads_back("", base, components.chain):
            return components.reference(part, hint)
        return self.normalizer.body(base, key)

    def merged(self, parts: Iterable[MappingNode], hint: str, location: Location) -> MappingNode:
        """Return the intersection of canonical schemas."""
        todo = [part for part in parts if part]
        if len(todo) < 2:
            return self._merged(todo, hint, location)
        identity = tuple(key_of(part) or id(part) for part in todo)
        try:
            limited = self.combinations.limited(todo, location)
            if limited is not None:
                return limited
            if identity in self._merging:  # in a member of itself
                return self._recursive([*map(self.components.plain, todo)], hint, location)
            self._merging.add(identity)
            try:
                return self._merged(todo, hint, location)
            finally:
                self._merging.remove(identity)
        except BudgetExceeded as error:
            return self.combinations.open(todo, location, error)

    def _merged(self, todo: list[MappingNode], hint: str, location: Location) -> MappingNode:
        merged: MappingNode | None = None
        is_open = self.components.is_open
        last_open = max((i for i, part in enumerate(todo) if is_open(part)), default=-1)
        for index, part in enumerate(todo):
            if merged is None:
                merged = part
            elif "$ref" in merged and not without_annotations(part, of=self._target(merged)):
                merged = annotate(self.with_type(merged, part), part)
            elif "$ref" in part and not without_annotations(merged, of=self._target(part)):
                merged = annotate(self.with_type(part, merged), merged)
            elif index <= last_open or is_open(merged):
                rest = [self.components.plain(one) for one in (merged, *todo[index:])]
                return self._recursive(rest, hint, location)
            else:
                merged = self._intersection(self.resolve(merged), self.resolve(part), hint)
        if merged is None:
            return MappingNode(location)
        whole = MappingNode(location, merged)
        self.settle(whole)
        return whole

    def settle(self, schema: MappingNode) -> None:
        """Remove what a schema's type makes void; make a map of no properties."""
        kinds = kinds_of(schema)
        if kinds and not any(key in schema for key in UNIONS):
            for keyword in [
                key for kind, keys in BY_TYPE.items() if kind not in kinds for key in keys
            ]:
                schema.pop(keyword, None)
        if "properties" not in schema:
            return
        extra = schema.get("additionalProperties")
        if not schema["properties"] and isinstance(extra, MappingNode) and extra:
            del schema["properties"]

    def with_type(self, schema: MappingNode, place: MappingNode) -> MappingNode:
        """Return a schema, which isn't of every JSON type if a place of it states one."""
        if "type" in place and IMPLIED not in place:
            self.components.stated.add(key_of(self.components.plain(schema)))
            schema.pop(IMPLIED, None)
        return schema

    def _recursive(self, parts: list[MappingNode], hint: str, location: Location) -> MappingNode:
        """Return an intersection with a schema that is still being made, as its own component.

        It refers back from one of its members, so its key is there before it is whole.
        """
        components = self.components
        identity = tuple(map(json_text, parts))
        key = self._merges.get(identity)
        if key is None or key not in components.schemas:
            key = component_key(hint)
            if key in components.schemas:
                key = f"{key}.{short_hash('&'.join(identity))}"
            components.hints[key] = component_key(hint)
            self._merges[identity] = key
            self._parts[key] = parts
            if len(components.open) > _MAX_DEPTH:
                self.findings.assume(
                    "allof-cycle",
                    location,
                    "allOf contains schemas that refer to each other without end; the last one is "
                    "used",
                    "Remove a $ref from the cycle.",
                )
                return parts[-1]
            with components.opened(key, MappingNode(location)):
                sources = [self._rebuilt(part) for part in parts]
                body = self.merged([without_null(s) for s in sources], key, location)
            components.schemas[key] = self.resolve(body)
        components.context.checks.use(key)
        return MappingNode(location, {"$ref": PREFIX + key})

    def _rebuilt(self, part: MappingNode) -> MappingNode:
        """Return a part; of an open component what it is made from, made again."""
        if not self.components.is_open(part):
            return self.resolve(part)
        key = key_of(part)
        if key in self._parts:
            sources = [without_null(self._rebuilt(one)) for one in self._parts[key]]
            return self.merged(sources, key, part.location)
        return annotate(self.normalizer.body(self.components.open[key], key), part)

    def _intersection(self, left: MappingNode, right: MappingNode, hint: str) -> MappingNode:
        """Return the intersection of two schemas that aren't references; a union's by branch."""
        unions = [
            (side, key, branches)
            for side in (left, right)
            for key in UNIONS
            if isinstance(branches := side.get(key), SequenceNode)
        ]
        if not unions:
            members = (len(child(side, "properties")) for side in (left, right))
            self.combinations.spend(max(members))
            return intersect(left, right, self._combine(hint), self._warn_of_conflict)
        one, keyword, branches = unions[0]
        other = right if one is left else left
        kept: list[tuple[MappingNode, str]] = []
        dropped: list[MappingNode] = []
        for branch in mappings(branches):
            own = self.resolve(branch)
            word = clash(own, other)
            if word:
                dropped.append(empty(own, other, word))
                continue
            key = key_of(branch)
            word = self.components.hints.get(key, key).rpartition(".")[2]
            name = below(hint, word) if word and len(branches) > 1 else hint
            whole = self.merged([branch, other], name, branch.location)
            if key and bare(whole) == bare(own):
                whole = branch
            if admits_nothing(whole):
                dropped.append(whole)
            elif all(whole != same for same, _ in kept):
                kept.append((whole, name))
        outside = omit(one, keyword, "discriminator")
        if len(kept) > 1:
            lifted = [self.components.lift(whole, name) for whole, name in kept]
            outside[keyword] = SequenceNode(branches.location, lifted)
        elif kept:
            whole, name = kept[0]
            own, hints = key_of(whole), self.components.hints
            if own in self._parts and hints[own] == component_key(name):
                hints[own] = component_key(hint)  # the only branch needs no word
            outside.update(whole)
        elif dropped:
            outside.update(empty_union(dropped, other.location))
        for side in (left, right):
            outside.update({k: v for k, v in side.items() if k in ANNOTATIONS})
        return outside

    def _warn_of_conflict(self, keyword: str, schema: MappingNode) -> None:
        """Warn that two parts have values of a keyword of which only one can be kept."""
        fact = f"an allOf has two {keyword}s, of which one is checked here; the server checks both"
        self.components.context.checks.warn(schema.location, fact)

    def _combine(self, hint: str) -> Combine:
        """Return the function that intersects the schemas of a member of ``hint``."""

        def combine(left: MappingNode, right: MappingNode, name: str) -> MappingNode:
            inner = below(hint, name)
            with self.components.member():
                whole = self.with_null([left, right], inner, right.location)
            part = {"$ref": PREFIX + component_key(inner)}  # lifted for this intersection alone
            return self.components.lift(whole, inner, replace=part in (left, right))

        return combine

    def _target(self, node: MappingNode) -> MappingNode:
        plain = self.components.plain(node)
        return self.components.schemas[key_of(plain)] if "$ref" in plain else plain

    def resolve(self, node: MappingNode) -> MappingNode:
        """Return a canonical schema; of a reference the component that it names."""
        while "$ref" in node:  # a component may be no more than another one's name
            node = annotate(MappingNode(node.location, self._target(node)), node)
        return node


def _typed(part: MappingNode, stated: Iterable[set[str | None]]) -> MappingNode:
    """Return a part with the types that another states, where its keywords are for none of them.

    ``items`` restricts arrays, but doesn't exclude other values (JSON Schema 2020-12 §7.6.1).
    """
    others = next((kinds for kinds in stated if not {None, implied_type(part)} & kinds), None)
    if others is None:
        return part
    kinds = SequenceNode(part.location, sorted(map(str, others)))
    return MappingNode(part.location, {**part, "type": kinds}, part.positions)


def _restricts(part: Value) -> bool:
    """Return whether a schema, as it is written, restricts values."""
    ignored = (*ANNOTATIONS, "discriminator")
    return not isinstance(part, MappingNode) or any(k in KNOWN and k not in ignored for k in part)
