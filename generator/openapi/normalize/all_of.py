"""``allOf``: what several schemas say together, in one.

Sources: OpenAPI 3.1.1 §4.8.24.1 (Composition), JSON Schema 2020-12 §10.2.1.1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from ...document.tree import Location, MappingNode, SequenceNode, Value
from .intersect import ANNOTATIONS, intersect, without_annotations
from .nullability import component_key, is_nullable, listed, made, or_null, short_hash, without_null

if TYPE_CHECKING:
    from .schemas import Schemas

PREFIX = "#/components/schemas/"
UNIONS = ("oneOf", "anyOf")
_MAX_BRANCHES = 256
_MAX_DEPTH = 60


class Composition:
    """Makes intersections on behalf of :class:`Schemas`."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._merges: dict[tuple[str, ...], str] = {}
        """Parts of an intersection that refers to itself from a member, to its component key."""
        self._parts: dict[str, list[MappingNode]] = {}  # the same the other way round

    def all_of(self, parts: Iterable[Value], hint: str, location: Location) -> MappingNode:
        """One schema for an ``allOf``: the parts' intersection, annotations of the last winning."""
        canonical: list[MappingNode] = []
        for part in parts:
            if isinstance(part, MappingNode):
                canonical.append(
                    self._referred(part, hint, location)
                    if "$ref" in part
                    else self.schemas.body(part, hint)
                )
            elif part is False:
                raise self.schemas.findings.refuse(
                    "never", location, "allOf contains false, so no value fits", "Take it out."
                )
        null = [part for part in canonical if is_nullable(part)]
        said = [part for part in canonical if without_annotations(part)]
        merged = self.merged([without_null(part) for part in canonical], hint, location)
        if null and all(is_nullable(part) or not _has_type(part) for part in said):
            return or_null(merged)
        return merged

    def _referred(self, part: MappingNode, hint: str, location: Location) -> MappingNode:
        """A referenced part; one that is a union of what is being made goes without its union.

        That is how a base class with a discriminator lists the classes that extend it: the
        extending class takes the base's own members. Every other circle is refused.
        """
        schemas, components = self.schemas, self.schemas.components
        leads_back = components.raw.leads_back
        target, name = components.target(part)
        if not isinstance(target, MappingNode) or not leads_back(name, target, components.chain):
            return components.reference(part, hint)
        base = made(target.location, {k: v for k, v in target.items() if k not in UNIONS})
        base.positions = target.positions
        if len(base) == len(target) or leads_back("", base, components.chain):
            raise schemas.findings.refuse(
                "allof-cycle",
                location,
                f"allOf contains {components.key_for(name)}, which contains this schema",
                "Break the circle: a schema can't be an intersection with itself.",
            )
        return schemas.body(base, components.key_for(name))

    def merged(self, parts: Iterable[MappingNode], hint: str, location: Location) -> MappingNode:
        """The intersection of canonical schemas."""
        todo = [part for part in parts if part]
        merged: MappingNode | None = None
        for index, part in enumerate(todo):
            if merged is None:
                merged = part
            elif "$ref" in merged and not without_annotations(part, of=self._target(merged)):
                merged = self.schemas.keywords.annotate(merged, part)
            elif "$ref" in part and not without_annotations(merged, of=self._target(part)):
                merged = self.schemas.keywords.annotate(part, merged)
            elif any(self._is_open(one) for one in (merged, *todo[index:])):
                return self._recursive([merged, *todo[index:]], hint, location)
            else:
                left, right = self.opened(merged), self.opened(part)
                merged = self.intersection(left, right, hint)
        if merged is None:
            return MappingNode(location)
        whole = made(location, dict(merged))
        self.schemas.settle(whole)
        return whole

    def _recursive(self, parts: list[MappingNode], hint: str, location: Location) -> MappingNode:
        """An intersection with a schema that is still being made, as a component of its own.

        It refers back from one of its members, so its name stands there before it is whole.
        """
        components = self.schemas.components
        identity = tuple(json.dumps(p, sort_keys=True, default=str) for p in parts)
        key = self._merges.get(identity)
        if key is None or key not in components.made:
            key = component_key(hint)
            if key in components.made:
                key = f"{key}.{short_hash('&'.join(identity))}"
            self._merges[identity] = key
            self._parts[key] = parts
            if len(components.open) > _MAX_DEPTH:
                raise self.schemas.findings.refuse(
                    "allof-cycle",
                    location,
                    "allOf contains schemas that refer to each other without end",
                    "Break the circle.",
                )
            with components.opened(key, MappingNode(location)):
                sources = [self._rebuilt(part) for part in parts]
                body = self.merged([without_null(s) for s in sources], key, location)
            components.made[key] = self.opened(body)
        return made(location, {"$ref": PREFIX + key})

    def _rebuilt(self, part: MappingNode) -> MappingNode:
        """A part with an open component replaced by what that is made from, made again."""
        if not self._is_open(part):
            return self.opened(part)
        components = self.schemas.components
        key = _key(part)
        if key in self._parts:
            sources = [without_null(self._rebuilt(one)) for one in self._parts[key]]
            return self.merged(sources, key, part.location)
        body = self.schemas.body(components.open[key], key)
        return self.schemas.keywords.annotate(body, part)

    def intersection(self, left: MappingNode, right: MappingNode, hint: str) -> MappingNode:
        """The intersection of two schemas that are no references; a union's is by branch."""
        unions = [(side, key) for side in (left, right) for key in UNIONS if key in side]
        if not unions:
            return intersect(left, right, self._combine(hint), self._conflict)
        one, keyword = unions[0]
        other = right if one is left else left
        branches = cast("SequenceNode", one[keyword])
        outside = made(one.location, {k: v for k, v in one.items() if k != keyword})
        if len(branches) > _MAX_BRANCHES:
            raise self.schemas.findings.refuse(
                "union-size",
                branches.location,
                f"an intersection with a union of more than {_MAX_BRANCHES} branches",
                "Describe the result as a schema of its own.",
            )
        kept: list[MappingNode] = []
        for branch in branches:
            assert isinstance(branch, MappingNode)
            word = _key(branch).rpartition(".")[2] if "$ref" in branch else ""
            name = f"{hint}.{word}" if word else hint
            whole = self.merged([branch, other], name, branch.location)
            whole = self.schemas.components.lift(whole, name)
            if whole not in kept:
                kept.append(whole)
        outside[keyword] = listed(branches.location, kept)
        outside.pop("discriminator", None)
        for side in (left, right):
            outside.update({k: v for k, v in side.items() if k in ANNOTATIONS})
        return outside

    def _conflict(self, keyword: str, where: MappingNode) -> None:
        """Say that two parts disagree over a keyword of which only one value can be kept."""
        if keyword in ("type", "enum"):
            self.schemas.findings.warn(
                "allof-contradiction",
                where.location,
                f"the parts of an allOf agree on no {keyword}, so no value fits; the last is taken",
                "Correct one of them.",
            )
            return
        self.schemas.findings.warn(
            "server-checked",
            where.location,
            f"an allOf has two {keyword}s, of which one is checked here; the server checks both",
            "Nothing needs doing; values that break the rule are sent all the same.",
        )

    def _combine(self, hint: str) -> Callable[[Value, Value, str], MappingNode]:
        def combine(left: Value, right: Value, name: str) -> MappingNode:
            assert isinstance(left, MappingNode)
            assert isinstance(right, MappingNode)
            inner = f"{hint}.{name}"
            with self.schemas.components.member():
                both = is_nullable(left) and is_nullable(right)
                sides = [without_null(side) for side in (left, right)]
                whole = self.merged(sides, inner, right.location)
            part = {"$ref": PREFIX + component_key(inner)}  # lifted for this merge alone
            lifted = self.schemas.components.lift(whole, inner, replace=part in (left, right))
            return or_null(lifted) if both else lifted

        return combine

    def _is_open(self, node: MappingNode) -> bool:
        return "$ref" in node and _key(node) in self.schemas.components.open

    def _target(self, node: MappingNode) -> MappingNode:
        return self.schemas.components.made[_key(node)]

    def opened(self, node: MappingNode) -> MappingNode:
        """A canonical schema with its reference, if it is one, replaced by what it names."""
        while "$ref" in node:  # a component may be no more than another one's name
            target = made(node.location, dict(self._target(node)))
            node = self.schemas.keywords.annotate(target, node)
        return node


def _key(node: MappingNode) -> str:
    return cast("str", node["$ref"]).removeprefix(PREFIX)


def _has_type(node: MappingNode) -> bool:
    """Whether a schema names what its values are, so that null isn't among them unsaid."""
    return any(key in node for key in ("$ref", "type", "enum", *UNIONS))
