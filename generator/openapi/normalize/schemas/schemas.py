"""Schemas of OpenAPI 3.0, 3.1 and 3.2 in one canonical form: a subset of JSON Schema 2020-12.

In canonical form

- an object with properties, an enumeration and a union of components are components of their own;
  an inline one gets the key ``Parent.property``;
- there is no ``allOf`` or ``const``; bounds are numbers; ``nullable`` is true where null is a value
  besides others, and then null is neither a type nor a branch;
- a component that is only a scalar, an array or a map is copied to where it is used, unless it
  contains a reference to itself;
- titles and extensions are left out.

Sources: OpenAPI 3.0.4 §4.7.24 and 3.1.1 §4.8.24 (Schema Object), JSON Schema 2020-12.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from typing import TypeVar

from ....document.component_keys import PREFIX, below, component_key
from ....document.declared import reference_to
from ....document.subtypes import marks_null
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ....errors import Unsupported
from ...keywords import KNOWN, ROWS, Compare, SchemaKeyword
from ..nodes.confusables import warn_of_confusables
from ..nodes.context import Context
from ..nodes.enums import Values
from ..nodes.intersect import ANNOTATIONS, IMPLIED
from ..nodes.node_values import UNIONS, is_closed, omit, pick, sequence, states_type
from ..nodes.nullability import or_null
from ..nodes.schema_analysis import dynamic_anchors
from ..nodes.schema_keywords import Keywords, boolean
from ..nodes.server_side_constraints import add_server_checked, server_checked
from .all_of import BY_TYPE, Composition
from .components import Components
from .resource_schemas import ResourceSchemas
from .subtypes import SubtypeUnions
from .unions import Unions

_SUBSCHEMAS = tuple(
    row.name
    for row in ROWS.values()
    if isinstance(row, SchemaKeyword) and row.compare is not Compare.APART
)
T = TypeVar("T")
_BESIDE_REF = ("$ref", *ANNOTATIONS, "default")
_DYNAMIC = ("$dynamicRef", "$recursiveRef")


def _static(node: MappingNode) -> MappingNode:
    """Return a schema with a dynamic reference whose anchor nobody binds as a plain one."""
    key = next((key for key in _DYNAMIC if key in node), "")
    if not key:
        return node
    positions = node.positions or {}
    at = {**positions, "$ref": positions.get(key, (1, 1))}
    return MappingNode(node.location, {**omit(node, key), "$ref": node[key]}, at)


class SchemaNormalizer:
    """The normalisation of schemas; :attr:`components` has those that they refer to."""

    def __init__(self, context: Context) -> None:
        self.refs = context.refs
        self.findings = context.findings
        self.is_draft_4 = context.is_draft_4
        self.components = Components(context, self)
        self.resources = ResourceSchemas(
            context.refs.main.root,
            self.components.origins,
            self.components.subtypes,
            self.components.definitions,
        )
        self.scope: Mapping[str, MappingNode] = {}
        self.checks = context.checks
        self._keeps_refusals = context.keeps_refusals
        self._keywords = Keywords(context)
        self._values = Values(context.findings, context.checks)
        self._composition = Composition(self.components)
        self._subtypes = SubtypeUnions(self.components)
        self._unions = Unions(self._composition, self._keywords)

    def visit(self, value: Value, hint: str, location: Location) -> MappingNode:
        """Return the canonical form of a schema; ``hint`` is its key if it becomes a component."""
        if isinstance(value, bool):
            if not value and location.key not in _SUBSCHEMAS:
                fact = "no value is valid for a schema that is false; the server alone checks it"
                self.checks.warn(location, fact)
            return boolean(value, location)
        node = self.refs.mapping(value, location, "a schema", "any value is assumed")
        hint = self.resources.hint(node, hint)
        return self.components.lift(self.body(node, hint), hint)

    def _reference(self, node: MappingNode, hint: str) -> MappingNode:
        """Return the canonical form of a reference, and of the keywords beside it."""
        name = node.get("$dynamicRef")
        bound = self.scope.get(name.rpartition("#")[2]) if isinstance(name, str) else None
        if bound is not None:
            return self.components.refer(bound, bound.location.name, node, hint)
        static = _static(node)
        if static is not node and not self.refs.has_anchor(static):
            self.findings.assume(
                "dynamic-ref",
                static.at("$ref"),
                f"no schema has the dynamic anchor {static['$ref']!r}; any value is admitted",
                "Add `$dynamicAnchor` to the schema that is meant.",
            )
            return MappingNode(node.location)
        node = static
        if self.is_draft_4 or all(key in _BESIDE_REF for key in node if key in KNOWN):
            schema = self._subtypes.reference(node) or self.components.reference(node, hint)
            self._subtypes.make()
            is_nullable = self.is_draft_4 and marks_null(omit(node, "nullable"))
            return or_null(schema) if is_nullable else schema
        # From 3.1 on, keywords beside $ref restrict as well (JSON Schema 2020-12 §8.2.3.1).
        parts = [pick(node, ["$ref"]), omit(node, "$ref")]
        return self._composition.all_of(parts, hint, node.location)

    def declare(self, key: str) -> tuple[MappingNode, MappingNode | None]:
        """Return a reference to a schema that the main file declares, which gets a component.

        The second is one to the union of it and its subtypes, if it is a base of such.
        """
        components = self.components
        node, place = components.main[key], components.main.at(key)
        reference = reference_to(components.main, key)
        if isinstance(node, MappingNode) and not components.analysis.is_alias(node):
            made = components.component(node.location.name, node)
            if not components.analysis.is_named(node) and components.analysis.may_be_null(node):
                components.schemas[made] = or_null(components.schemas[made])
            union = self._subtypes.reference(reference)
            self._subtypes.make()
            return MappingNode(place, {"$ref": PREFIX + made}), union
        schema = self.visit(node, key, place)
        own = PREFIX + component_key(key)
        if schema.get("$ref") != own:  # else it is another file's schema of that key
            key = component_key(key)
            key = components.unique_key(key, place.name) if key in components.schemas else key
            components.schemas[key] = MappingNode(place, schema)
            own = PREFIX + key
        return MappingNode(place, {"$ref": own}), None

    @contextmanager
    def dynamic_scope(self, node: MappingNode, *, outermost: bool = False) -> Generator[None]:
        """Bind the dynamic anchors of a schema that aren't bound further out.

        The outermost schema that binds an anchor is the one that dynamic references lead to (JSON
        Schema 2020-12 §8.2.3.2).
        """
        anchors = {} if self.is_draft_4 else dynamic_anchors(node)
        if not anchors and not (outermost and self.scope):
            yield
            return
        before = self.scope
        self.scope = anchors if outermost else {**anchors, **before}
        try:
            yield
        finally:
            self.scope = before

    def part(self, make: Callable[[], T], bare: T, loss: str) -> T:
        """Return a part that its operation can do without; ``bare`` if something in it is refused.

        Then the components that were made for it are forgotten, and the fact begins with ``loss``.
        """
        count, made = len(self.components.schemas), bare
        if self._keeps_refusals:
            with suppress(Unsupported):
                return make()
            return bare
        with self.findings.part(loss) as scope:
            made = make()
        if not scope.failed:
            return made
        self.components.discard(count)
        return bare

    def put(self, node: MappingNode, key: str, out: MappingNode, hint: str) -> None:
        """Set ``out[key]`` to the canonical form of the schema ``node[key]``, if there is one."""
        if key in node:
            out[key] = self.member(node[key], hint, node.at(key))

    def member(self, value: Value, hint: str, location: Location) -> MappingNode:
        """Return the canonical form of a schema of a part of the value, where a circle may end."""
        with self.components.member():
            return self.visit(value, hint, location)

    def body(self, node: MappingNode, hint: str) -> MappingNode:
        """Return the canonical form of a schema, itself no component yet."""
        with self.dynamic_scope(node):
            return self._body(node, hint)

    def _body(self, node: MappingNode, hint: str) -> MappingNode:
        self.refs.touch(node)
        if "$ref" in node or (not self.is_draft_4 and any(key in node for key in _DYNAMIC)):
            return self._reference(node, hint)
        if not self.is_draft_4:  # there the meta-schema finds them
            self._keywords.warn_of_misspelt(node)
        parts = node.get("allOf")
        if isinstance(parts, SequenceNode) and parts:
            parts = [*parts, omit(node, "allOf")]
            is_reference = self._is_reference(node)
            merged = self._composition.all_of(parts, hint, node.location, is_reference=is_reference)
            return or_null(merged) if self.is_draft_4 and marks_null(node) else merged
        node = self._values.moved_to_items(node)
        out = MappingNode(node.location, positions=node.positions)
        nullable = self._keywords.type(node, out)
        is_marked, is_typed = self.is_draft_4 and marks_null(node), "type" in out
        self._keywords.assertions(node, out)
        self._keywords.annotations(node, out)
        self._object(node, out, hint)
        self._array(node, out, hint)
        for key in filter(node.__contains__, _SUBSCHEMAS):
            self.put(node, key, out, below(hint, key))
        nullable |= self._values.enumeration(node, out)
        for keyword in UNIONS:
            if keyword in node:
                out, null = self._unions.union(node, out, keyword, hint)
                if null is not None:
                    nullable = (nullable and null) if is_typed else (nullable or null)
        nullable |= is_marked  # a type or a union beside it needs no null of its own
        self._values.default(node, out, nullable=nullable)
        add_server_checked(out, server_checked(node, self.refs, has_pattern="pattern" in out))
        self._keywords.warn_every_server_only(node)
        self._composition.settle(out)
        out = self._by_type(out, hint)
        return or_null(out) if nullable else out

    def _is_reference(self, node: MappingNode) -> bool:
        """Return whether an ``allOf`` is a reference to a base with annotations, not a subtype."""
        parts = sequence(node.get("allOf"))
        beside = node.keys() - {"allOf", "type", "nullable", "default", *ANNOTATIONS}
        if len(parts) != 1 or any(key in KNOWN for key in beside):
            return False
        part, subtypes = parts[0], self.components.subtypes
        if not isinstance(part, MappingNode) or "$ref" not in part:
            return False
        target, name = self.components.target(part)
        return subtypes.base(name, target) is not None and not subtypes.extends(node)

    def _by_type(self, out: MappingNode, hint: str) -> MappingNode:
        """Make an object with properties that is one of several types a branch of its own."""
        kinds = list(sequence(out.get("type")))
        if "properties" not in out or not kinds or any(key in out for key in UNIONS):
            return out
        key = below(hint, "object") if hint in self.components.open else hint
        whole = pick(out, ("type", *BY_TYPE["object"]))
        whole["type"] = "object"
        rest = omit(out, *BY_TYPE["object"], *ANNOTATIONS)
        others = [kind for kind in kinds if kind != "object"]
        rest["type"] = others[0] if len(others) == 1 else SequenceNode(out.at("type"), others)
        branches = SequenceNode(out.location, [rest, self.components.lift(whole, key)])
        return MappingNode(out.location, {"anyOf": branches, **pick(out, ANNOTATIONS)})

    def _object(self, node: MappingNode, out: MappingNode, hint: str) -> None:
        if "properties" in node:
            out["properties"] = self._properties(node, hint)
            if not states_type(node):
                out[IMPLIED] = True
            out.setdefault("type", "object")
        elif is_closed(node):
            out["properties"] = MappingNode(node.location)
        if "additionalProperties" in node:
            others = self._other_members(node)
            if isinstance(others, bool):
                out["additionalProperties"] = others
            else:
                place = node.at("additionalProperties")
                out["additionalProperties"] = self.member(others, below(hint, "value"), place)
            out.setdefault("type", "object")
        elif node.get("unevaluatedProperties") is False and "properties" in node:
            out["additionalProperties"] = False

    def _other_members(self, node: MappingNode) -> Value:
        """Return the schema of the members that aren't listed, as it is written, or a flag.

        It doesn't apply to names that ``patternProperties`` matches (JSON Schema 2020-12 core
        §10.3.2.3), so those have a schema of any of both.
        """
        others, patterns = node["additionalProperties"], node.get("patternProperties")
        if not isinstance(patterns, MappingNode) or others is True:
            return others
        schemas = [*patterns.values()] if others is False else [others, *patterns.values()]
        schemas = [schema for schema in schemas if isinstance(schema, MappingNode)]
        if len(schemas) < 2:
            return schemas[0] if schemas else others
        place = node.at("additionalProperties")
        return MappingNode(place, {"anyOf": SequenceNode(place, schemas)})

    def _properties(self, node: MappingNode, hint: str) -> MappingNode:
        place = node.at("properties")
        found = self.refs.mapping(node["properties"], place, "properties", "ignored")
        properties = MappingNode(found.location, positions=found.positions)
        for name in found:
            if not name:
                fact = "a property has an empty name, for which there is no field"
                if name in sequence(node.get("required")):
                    self.findings.refuse(
                        "empty-name", found.at(name), fact, "Name it, or don't require it."
                    )
                else:
                    self.findings.omit(
                        "empty-name",
                        found.at(name),
                        f"{fact}; left out",
                        "Read its value from `model_extra`.",
                    )
                continue
            warn_of_confusables(name, found.at(name), self.findings)
            with suppress(Unsupported):
                self.put(found, name, properties, below(hint, name))
        return properties

    def _array(self, node: MappingNode, out: MappingNode, hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, SequenceNode):
            items = [self.member(v, below(hint, i), prefix.at(i)) for i, v in enumerate(prefix)]
            out["prefixItems"] = SequenceNode(prefix.location, items)
            out.setdefault("type", "array")
        if "items" in node:
            self.put(node, "items", out, below(hint, "item"))
            out.setdefault("type", "array")
