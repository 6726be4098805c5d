"""``allOf``: several schemas as one.

Sources: OpenAPI 3.1.1 §4.8.24.1 (Composition), JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext
from functools import reduce
from operator import attrgetter

from .....base.budget import BudgetExceeded
from ....document.component_keys import below, component_key, short_hash
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...keywords import KNOWN, ROWS
from ...model.schemas import Schema, Union
from ..nodes.node_values import ANNOTATIONS, UNIONS, branches_of, implied_type, omit
from .canonical import (
    ABSENT,
    annotate,
    annotations_of,
    as_text,
    attributes,
    is_alike,
    or_null,
    placed,
    restrictions,
    same,
    updated,
    without,
    without_null,
)
from .combinations import Combinations
from .components import Components
from .intersect import Combine, admits_nothing, clash, empty, empty_union, intersect, is_empty

_MAX_DEPTH = 60

BY_TYPE = {
    "object": (
        "properties",
        "property_names_at",
        "required",
        "additional_properties",
        *(row.attribute for row in ROWS.values() if row.applies == "object"),
    ),
    "array": (
        "prefix_items",
        *(row.attribute for row in ROWS.values() if row.applies == "array"),
    ),
}
"""The attributes that restrict values of one type alone."""
_VOID = {
    kind: (attrgetter(*names), tuple(ABSENT[name] for name in names))
    for kind, names in BY_TYPE.items()
}


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
        self._parts: dict[str, list[Schema]] = {}  # the same the other way round
        self._is_branch = False
        """True while a branch of a union is merged, which is dropped if it admits nothing."""

    def all_of(
        self, parts: Iterable[Value], hint: str, location: Location, *, is_reference: bool = False
    ) -> Schema:
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
    ) -> list[Schema]:
        """Return the parts of an ``allOf`` in canonical form."""
        schemas: dict[int, Schema] = {}
        implying: list[tuple[int, MappingNode]] = []
        for index, part in enumerate(parts):
            if isinstance(part, MappingNode):
                if implied_type(part):
                    implying.append((index, part))
                elif "$ref" not in part:
                    schemas[index] = self.normalizer.body(part, hint)
                elif is_reference:
                    schemas[index] = self.normalizer.visit(part, hint, location)
                else:
                    schemas[index] = self._referred(part, hint)
            elif part is False:
                self.findings.assume(
                    "never",
                    location,
                    "allOf contains false, so no value is valid; the other parts are used",
                    "Remove `false` from allOf.",
                )
        stated = [self.combinations.kinds(part) for part in schemas.values()] if implying else []
        for index, part in implying:
            schemas[index] = self.normalizer.body(_typed(part, stated), hint)
        return [schemas[index] for index in sorted(schemas)]

    def with_null(self, parts: Sequence[Schema], hint: str, location: Location) -> Schema:
        """Return the intersection of canonical schemas of which some admit null.

        Null is admitted if each part with a type admits it. It is the only value if one part
        admits no other, or if the parts have no other in common. OpenAPI 3.0 has no null type, so
        that an enumeration of null alone means null, whatever is beside it.
        """
        restricting = [part for part in parts if restrictions(part)]
        null = [part.nullable or part.is_null for part in restricting]
        is_admitted = any(null) and all(
            admits or not self._has_type(part)
            for part, admits in zip(restricting, null, strict=True)
        )
        merged = None
        if self.components.context.is_draft_4 or is_admitted:
            merged = next((part for part in restricting if part.is_null), None)
        if merged is None:
            merged = self.merged([without_null(part) for part in parts], hint, location)
            if not is_admitted:
                return merged
            if not is_empty(merged):
                return or_null(merged)
        return reduce(annotate, parts, Schema(location, types=("null",)))

    def _has_type(self, part: Schema) -> bool:
        """Return whether a schema restricts the type of its values, so that null isn't implied."""
        schema = part if self.components.is_open(part) else self.resolve(part)
        lists_values = schema.enum is not None or schema.union is not None
        return _states_type(schema) or is_empty(schema) or bool(schema.ref) or lists_values

    def _referred(self, part: MappingNode, hint: str) -> Schema:
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

    def merged(self, parts: Iterable[Schema], hint: str, location: Location) -> Schema:
        """Return the intersection of canonical schemas."""
        todo = [part for part in parts if attributes(part)]
        if len(todo) < 2:
            return self._merged(todo, hint, location)
        identity = tuple(part.ref or id(part) for part in todo)
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

    def _merged(self, todo: list[Schema], hint: str, location: Location) -> Schema:
        merged: Schema | None = None
        is_open = self.components.is_open
        last_open = max((i for i, part in enumerate(todo) if is_open(part)), default=-1)
        for index, part in enumerate(todo):
            if merged is None:
                merged = part
            elif self._includes(merged, part):
                merged = self._extended(merged, part)
            elif self._includes(part, merged):
                merged = self._extended(part, merged)
            elif index <= last_open or is_open(merged):
                rest = [self.components.plain(one) for one in (merged, *todo[index:])]
                return self._recursive(rest, hint, location)
            else:
                merged = self._intersection(self.resolve(merged), self.resolve(part), hint)
        if merged is None:
            return Schema(location)
        return settle(placed(merged, location))

    def _includes(self, schema: Schema, part: Schema) -> bool:
        """Return whether a schema has all restrictions of another; false for most without a name.

        A branch of a union has those of the union, and so has a union of some of its branches.
        """
        if not schema.ref:
            keys = [branch.ref for branch in schema.branches]
            return bool(keys) and self._branch_keys(part, schema.union).issuperset(keys)
        if schema.ref in self._branch_keys(part):
            return True
        target = self._target(schema)
        return all(same(getattr(target, k), value) for k, value in restrictions(part).items())

    def _branch_keys(self, schema: Schema, inside: Union | None = None) -> set[str]:
        """Return the keys of the branches of a schema that is a union alone.

        They are also those that a union ``inside`` it may have; of one with a discriminator, and
        of ``oneOf`` for ``anyOf``, there are none then.
        """
        components = self.components
        node = components.open.get(components.plain(schema).ref)
        if node is None:
            target = self._target(schema)
            union = target.union
            is_alone = restrictions(target).keys() == {"union"}
            keyword = union.keyword if union else ""
            is_tagged = union is not None and union.discriminator is not None
            keys = {branch.ref for branch in target.branches} - {""}
        else:
            is_alone = sum(k in node for k in UNIONS) == 1 and not _restricts(omit(node, *UNIONS))
            keyword, is_tagged = "oneOf" if "oneOf" in node else "anyOf", "discriminator" in node
            names = (components.target(one)[1] for one in branches_of(node) if "$ref" in one)
            keys = {components.keys[name] for name in names if name in components.keys}
        is_looser = inside is None or (not is_tagged and keyword in ("anyOf", inside.keyword))
        return keys if is_alone and is_looser else set()

    def _extended(self, schema: Schema, part: Schema) -> Schema:
        is_typed = schema.ref and _states_type(part)
        return annotate(self.with_type(schema) if is_typed else schema, part)

    def with_type(self, schema: Schema) -> Schema:
        """Return a schema of which a place states a type, so that it isn't of every JSON type."""
        self.components.stated.add(self.components.plain(schema).ref)
        return schema.replace(is_type_implied=False) if schema.is_type_implied else schema

    def _recursive(self, parts: list[Schema], hint: str, location: Location) -> Schema:
        """Return an intersection with a schema that is still being made, as its own component.

        It refers back from one of its members, so its key is there before it is whole.
        """
        components = self.components
        identity = tuple(map(as_text, parts))
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
            if body.ref:  # one of the parts has all restrictions: no component of its own
                self._merges[identity] = key = body.ref
        components.context.checks.use(key)
        return Schema(location, ref=key)

    def _rebuilt(self, part: Schema) -> Schema:
        """Return a part; of an open component what it is made from, made again."""
        if not self.components.is_open(part):
            return self.resolve(part)
        key = part.ref
        if key in self._parts:
            sources = [without_null(self._rebuilt(one)) for one in self._parts[key]]
            return self.merged(sources, key, part.location)
        with self._merging_branch(is_branch=False):
            return annotate(self.normalizer.body(self.components.open[key], key), part)

    def _intersection(self, left: Schema, right: Schema, hint: str) -> Schema:
        """Return the intersection of two schemas that aren't references; a union's by branch."""
        whole, other = (right, left) if left.union is None else (left, right)
        union = whole.union
        if union is None:
            self.combinations.spend(max(len(side.properties or ()) for side in (left, right)))
            void = self.combinations.void_member(left, right) if self._is_branch else None
            return intersect(left, right, self._combine(hint, void), self._warn_of_conflict)
        distinct: dict[str, tuple[Schema, str]] = {}
        dropped: list[Schema] = []
        for branch in union.branches:
            own = self.resolve(branch)
            word = clash(own, other)
            if word:
                dropped.append(empty(own, other, word))
                continue
            key = branch.ref
            word = self.components.hints.get(key, key).rpartition(".")[2]
            name = below(hint, word) if word and len(union.branches) > 1 else hint
            with self._merging_branch():
                merged = self.merged([branch, other], name, branch.location)
            if key and is_alike(merged, own):
                merged = branch
            if admits_nothing(whole_branch := self.resolve(merged)):
                dropped.append(whole_branch)
            else:
                distinct.setdefault(as_text(merged), (merged, name))
        kept = [*distinct.values()]
        result = whole.replace(union=None)
        if len(kept) > 1:
            lifted = tuple(self.components.lift(schema, name) for schema, name in kept)
            merged_union = Union(union.keyword, lifted, union.location, hint=hint)
            result = result.replace(union=merged_union)
        elif kept:
            only, name = kept[0]
            hints = self.components.hints
            if only.ref in self._parts and hints[only.ref] == component_key(name):
                hints[only.ref] = component_key(hint)  # the only branch needs no word
            result = updated(result, only)
        elif dropped:
            result = updated(result, empty_union(dropped, other.location))
        return result.replace(**{**annotations_of(left), **annotations_of(right)})

    @contextmanager
    def _merging_branch(self, *, is_branch: bool = True) -> Generator[None]:
        before, self._is_branch = self._is_branch, is_branch
        try:
            yield
        finally:
            self._is_branch = before

    def _warn_of_conflict(self, keyword: str, schema: Schema) -> None:
        """Warn that two parts have values of a keyword of which only one can be kept."""
        fact = f"an allOf has two {keyword}s, of which one is checked here; the server checks both"
        self.components.context.checks.warn(schema.location, fact)

    def _combine(self, hint: str, void: str | None) -> Combine:
        """Return the function that intersects the schemas of a member of ``hint``.

        If there is a ``void`` member the others aren't merged: the whole will be dropped.
        """

        def combine(left: Schema, right: Schema, name: str) -> Schema:
            if void not in (None, name):
                return right
            inner = below(hint, name)
            with self.components.member(), self._merging_branch(is_branch=False):
                whole = self.with_null([left, right], inner, right.location)
            part = {"ref": component_key(inner)}  # lifted for this intersection alone
            replaces = part in (attributes(left), attributes(right))
            return self.components.lift(whole, inner, replaces=replaces)

        return combine

    def _target(self, schema: Schema) -> Schema:
        plain = self.components.plain(schema)
        return self.components.schemas[plain.ref] if plain.ref else plain

    def resolve(self, schema: Schema) -> Schema:
        """Return a canonical schema; of a reference the component that it names."""
        while schema.ref:  # a component may be no more than another one's name
            schema = annotate(placed(self._target(schema), schema.location), schema)
        return schema


def settle(schema: Schema) -> Schema:
    """Return a schema without what its type makes void; a map of no properties isn't closed."""
    if schema.types and schema.union is None:
        for kind, (values, absent) in _VOID.items():
            if kind not in schema.types and values(schema) != absent:
                schema = without(schema, *BY_TYPE[kind])
    extra = schema.additional_properties
    if schema.properties == {} and isinstance(extra, Schema) and attributes(extra):
        return without(schema, "properties", "property_names_at")
    return schema


def _states_type(schema: Schema) -> bool:
    return bool(schema.types) and not schema.is_type_implied


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
