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
from typing import Any, TypeVar

from .....base.errors import Unsupported
from ....document.component_keys import below, component_key
from ....document.declared import reference_to
from ....document.subtypes import marks_null
from ....document.tree import Location, MappingNode, SequenceNode, Value
from ...keywords import KNOWN, ROWS, Compare, SchemaKeyword
from ...model.schemas import Part, Schema, Union
from ...server_checks import with_server_checked
from ..nodes.confusables import warn_of_confusables
from ..nodes.context import Context
from ..nodes.enums import Values
from ..nodes.node_values import (
    ANNOTATIONS,
    UNIONS,
    has_items,
    is_closed,
    omit,
    pick,
    sequence,
    states_type,
)
from ..nodes.schema_analysis import dynamic_anchors
from ..nodes.schema_keywords import Keywords, boolean, read_annotations
from ..nodes.server_side_constraints import server_checked
from .all_of import BY_TYPE, Composition, settle
from .canonical import ANNOTATION_ATTRIBUTES, only, or_null, placed, without
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
_RENAMED = {"const": "enum", "example": "examples"}
"""Keywords whose values canonical schemas have under another one."""


def _static(node: MappingNode) -> MappingNode:
    """Return a schema with a dynamic reference whose anchor nobody binds as a plain one."""
    key = next((key for key in _DYNAMIC if key in node), "")
    if not key:
        return node
    positions = node.positions or {}
    at = {**positions, "$ref": positions.get(key, (1, 1))}
    return MappingNode(node.location, {**omit(node, key), "$ref": node[key]}, at)


_MAPPINGS = ("properties", "patternProperties", "dependentSchemas")
"""Keywords whose values are mappings from names to schemas."""


class SchemaNormalizer:
    """The normalisation of schemas; :attr:`components` has those that they refer to."""

    def __init__(self, context: Context) -> None:
        self.refs = context.refs
        self.findings = context.findings
        self.is_draft_4 = context.is_draft_4
        self.components = Components(context, self)
        self.resources = ResourceSchemas(
            context.refs.root,
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

    def visit(self, value: Value, hint: str, location: Location) -> Schema:
        """Return the canonical form of a schema; ``hint`` is its key if it becomes a component."""
        if isinstance(value, bool):
            if not value and location.key not in _SUBSCHEMAS:
                fact = "no value is valid for a schema that is false; the server alone checks it"
                self.checks.warn(location, fact)
            return boolean(value, location)
        node = self.refs.mapping(value, location, "a schema", "any value is assumed")
        hint = self.resources.hint(node, hint)
        return self.components.lift(self.body(node, hint), hint)

    def _reference(self, node: MappingNode, hint: str) -> Schema:
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
            return Schema(node.location)
        node = static
        if self.is_draft_4 or all(key in _BESIDE_REF for key in node if key in KNOWN):
            schema = self._subtypes.reference(node) or self.components.reference(node, hint)
            self._subtypes.make()
            is_nullable = self.is_draft_4 and marks_null(omit(node, "nullable"))
            return or_null(schema) if is_nullable else schema
        # From 3.1 on, keywords beside $ref restrict as well (JSON Schema 2020-12 §8.2.3.1).
        parts = [pick(node, ["$ref"]), omit(node, "$ref")]
        return self._composition.all_of(parts, hint, node.location)

    def declare(self, key: str) -> tuple[Schema, Schema | None]:
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
            return Schema(place, ref=made), union
        schema = self.visit(node, key, place)
        own = component_key(key)
        if schema.ref != own:  # else it is another file's schema of that key
            own = components.unique_key(own, place.name) if own in components.schemas else own
            components.schemas[own] = placed(schema, place)
        return Schema(place, ref=own), None

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

    def member(self, value: Value, hint: str, location: Location) -> Schema:
        """Return the canonical form of a schema of a part of the value, where a circle may end."""
        with self.components.member():
            return self.visit(value, hint, location)

    def body(self, node: MappingNode, hint: str) -> Schema:
        """Return the canonical form of a schema, itself no component yet."""
        with self.dynamic_scope(node):
            return self._body(node, hint)

    def _body(self, node: MappingNode, hint: str) -> Schema:
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
        out: dict[str, Any] = {}
        nullable = self._keywords.type(node, out)
        is_marked, is_typed = self.is_draft_4 and marks_null(node), "types" in out
        self._keywords.assertions(node, out)
        out |= read_annotations(node)
        self._object(node, out, hint)
        self._array(node, out, hint)
        for key in filter(node.__contains__, _SUBSCHEMAS):
            out[ROWS[key].attribute] = self.member(node[key], below(hint, key), node.at(key))
        nullable |= self._values.enumeration(node, out)
        schema = Schema(node.location, positions=_positions(node), **out)
        for keyword in UNIONS:
            if keyword in node:
                schema, null = self._unions.union(node, schema, keyword, hint)
                if null is not None:
                    nullable = (nullable and null) if is_typed else (nullable or null)
        nullable |= is_marked  # a type or a union beside it needs no null of its own
        schema = self._values.default(node, schema, nullable=nullable)
        checked = server_checked(node, self.refs, has_pattern=schema.pattern is not None)
        schema = with_server_checked(schema, checked)
        self._keywords.warn_every_server_only(node)
        schema = self._by_type(settle(schema), hint)
        return or_null(schema) if nullable else schema

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

    def _by_type(self, schema: Schema, hint: str) -> Schema:
        """Make an object with properties that is one of several types a branch of its own."""
        if schema.properties is None or len(schema.types) < 2 or schema.union is not None:
            return schema
        key = below(hint, "object") if hint in self.components.open else hint
        whole = only(schema, BY_TYPE["object"]).replace(types=("object",))
        others = tuple(kind for kind in schema.types if kind != "object")
        rest = without(schema, *BY_TYPE["object"], *ANNOTATION_ATTRIBUTES).replace(types=others)
        branches = (rest, self.components.lift(whole, key))
        union = Union("anyOf", branches, schema.location, hint=hint)
        return only(schema, ANNOTATION_ATTRIBUTES).replace(union=union)

    def _object(self, node: MappingNode, out: dict[str, Any], hint: str) -> None:
        self._report_references(node)
        if "properties" in node:
            out["properties"], out["property_names_at"] = self._properties(node, hint)
            out["is_type_implied"] = not states_type(node)
            out.setdefault("types", ("object",))
        elif is_closed(node):
            out["properties"], out["property_names_at"] = {}, Part(node.location)
        if "additionalProperties" in node:
            others = self._other_members(node)
            if not isinstance(others, bool):
                place = node.at("additionalProperties")
                others = self.member(others, below(hint, "value"), place)
            out["additional_properties"] = others
            out.setdefault("types", ("object",))
        elif node.get("unevaluatedProperties") is False and "properties" in node:
            out["additional_properties"] = False

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

    def _report_references(self, node: MappingNode) -> None:
        """Record references in place of mappings from names to schemas; they aren't followed."""
        for keyword in _MAPPINGS:
            schemas = node.get(keyword)
            if isinstance(schemas, MappingNode) and isinstance(schemas.get("$ref"), str):
                fact = f"$ref isn't a reference in {keyword!r}, whose members are schemas; left out"
                remedy = f"Write the members here, or {keyword!r} in the file and a $ref to that."
                self.findings.assume("ref", schemas.at("$ref"), fact, remedy)

    def _properties(self, node: MappingNode, hint: str) -> tuple[dict[str, Schema], Part]:
        """Return the properties, and the locations of their names."""
        place = node.at("properties")
        found = self.refs.mapping(node["properties"], place, "properties", "ignored")
        properties: dict[str, Schema] = {}
        for name in found:
            if name == "$ref" and isinstance(found[name], str):
                continue  # reported
            if not name:
                fact = "a property has an empty name, for which there is no field"
                remedy = "Read its value from `model_extra`."
                if name in sequence(node.get("required")):
                    remedy += " To send it, pass the body as Options(body=…)."
                self.findings.omit("empty-name", found.at(name), f"{fact}; left out", remedy)
                continue
            warn_of_confusables(name, found.at(name), self.findings)
            with suppress(Unsupported):
                properties[name] = self.member(found[name], below(hint, name), found.at(name))
        return properties, Part(found.location, positions=_positions(found))

    def _array(self, node: MappingNode, out: dict[str, Any], hint: str) -> None:
        prefix = node.get("prefixItems")
        if isinstance(prefix, SequenceNode):
            first = (self.member(v, below(hint, i), prefix.at(i)) for i, v in enumerate(prefix))
            out["prefix_items"] = tuple(first)
            out.setdefault("types", ("array",))
        if "items" in node:
            items = self.member(node["items"], below(hint, "item"), node.at("items"))
            if has_items(node):
                out.setdefault("types", ("array",))
            if "types" in out:  # else items that aren't a schema restrict nothing
                out["items"] = items


def _positions(node: MappingNode) -> MappingNode | Mapping[str, tuple[int, int] | None]:
    """Return the positions of members; those of a schema also by the names that they get."""
    if _RENAMED.keys().isdisjoint(node):
        return node
    positions = node.positions or dict.fromkeys(node)
    others = {new: positions[old] for old, new in _RENAMED.items() if old in positions}
    return {**others, **positions}
