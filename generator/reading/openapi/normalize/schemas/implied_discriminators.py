"""Discriminators that a description implies: a member with another constant in each branch.

A union has one if each branch for objects requires a member whose only value no other branch has.
Of several such members the first described one counts. An inline union that only requests have
stays as it is.

Source: JSON Schema 2020-12 §10.2.1 (oneOf, anyOf) and validation §6.1.3 (const).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .....base.budget import Budget, BudgetExceeded
from ....document.component_keys import below, component_key
from ...discriminator_values import tag_text
from ...model.document import IncomingRequest, Operation
from ...model.schemas import (
    Discriminator,
    Schema,
    Union,
    map_inside,
    map_schemas,
)
from .canonical import same
from .components import Components

_LEAST = 10_000
"""The values of branches that are read in any description, again for each union around them."""
_Values = Mapping[str, tuple[str, ...]]
"""The values, as text, of each member that tells the objects of a schema apart from others."""


class ImpliedDiscriminators:
    """The implied discriminators of one document, whose components have no final keys yet.

    An inline union with one becomes a component, as one with a declared discriminator is.
    """

    def __init__(self, components: Components) -> None:
        self._components = components
        self._schemas = components.schemas
        self._known: dict[str, _Values | None] = {}
        """The values of components; None for one that no object is valid for."""
        self._budget = Budget(_LEAST + components.refs.nodes, "values of branches")

    def add(
        self, operations: Sequence[Operation], webhooks: Sequence[IncomingRequest]
    ) -> tuple[tuple[Operation, ...], tuple[IncomingRequest, ...]]:
        """Return operations and webhooks whose received unions have discriminators.

        Components get theirs, too.
        """
        for key in sorted(self._schemas):
            self._schemas[key] = self._tagged(self._schemas[key])
        return tuple(map(self._operation, operations)), tuple(map(self._incoming, webhooks))

    def _operation(self, operation: Operation) -> Operation:
        responses = map_schemas(operation.responses, self._inline)
        callbacks = tuple(map(self._incoming, operation.callbacks))
        return replace(operation, responses=responses, callbacks=callbacks)

    def _incoming(self, request: IncomingRequest) -> IncomingRequest:
        parameters = map_schemas(request.parameters, self._inline)
        body = map_schemas(request.request_body, self._inline)
        return replace(request, parameters=parameters, request_body=body)

    def _inline(self, schema: Schema) -> Schema:
        """Return a schema that isn't a component; of a union with a discriminator a reference."""
        tagged = self._tagged(schema)
        tag = tagged.union.discriminator if tagged.union is not None else None
        return self._lifted(tagged) if tag is not None and tag.is_implied else tagged

    def _tagged(self, schema: Schema) -> Schema:
        """Return a schema with the discriminators of its union and of those in it."""
        schema = map_inside(schema, self._inline)
        union = schema.union
        if union is None or union.discriminator is not None:
            return schema
        values = self._values_of_branches(union)
        name = next(iter(values), "")
        if not name or len(values[name]) < 2:
            return schema
        branches = tuple(map(self._branch, union.branches))
        mapping: dict[str, str] = {}
        for branch in branches:
            own = self._values(branch) or {}
            mapping.update(dict.fromkeys(own.get(name, ()), branch.ref))
        tag = Discriminator(schema.location, property_name=name, mapping=mapping, is_implied=True)
        return schema.replace(union=replace(union, branches=branches, discriminator=tag))

    def _branch(self, schema: Schema) -> Schema:
        """Return a branch of a union with a discriminator; a union of objects as a reference."""
        is_inline_union = not schema.ref and self._values(schema) is not None
        return self._lifted(schema) if is_inline_union else schema

    def _lifted(self, schema: Schema) -> Schema:
        """Return a reference to a union, which becomes a component with a key of its own."""
        assert schema.union is not None
        hint = schema.union.hint
        other = self._schemas.get(component_key(hint))
        if other is not None and not same(other, schema):
            hint = below(hint, "union")  # a branch has the name of their place
        return self._components.lift(schema, hint, is_class=True)

    # ── the values of members ────────────────────────────────────────────────────────────────

    def _values(self, schema: Schema) -> _Values | None:
        """Return the values of the members that each object has; None if no object is valid."""
        key = schema.ref
        if key:
            if key not in self._known:
                self._known[key] = {}  # of a union in itself
                self._known[key] = self._values(self._schemas[key])
            return self._known[key]
        if schema.union is not None:
            return self._values_of_union(schema.union)
        if schema.properties is not None:
            return self._values_of_object(schema)
        if schema.enum is not None:
            return {} if any(isinstance(value, dict) for value in schema.enum) else None
        return {} if not schema.types or "object" in schema.types else None

    def _values_of_object(self, schema: Schema) -> _Values:
        values: dict[str, tuple[str, ...]] = {}
        for name, member in (schema.properties or {}).items():
            only = self._only_value(member) if name in schema.required else None
            if only is not None:
                values[name] = (only,)
        return values

    def _only_value(self, member: Schema) -> str | None:
        """Return the only value that a member may have, as text."""
        while member.ref and not member.nullable:
            member = self._schemas[member.ref]
        if member.nullable or member.enum is None or len(member.enum) != 1:
            return None
        only = member.enum[0]
        return tag_text(only) if isinstance(only, str | int | float) else None

    def _values_of_union(self, union: Union) -> _Values | None:
        """Return the values that all branches for objects have; None if there is no such branch."""
        branches = [one for one in map(self._values, union.branches) if one is not None]
        tag = union.discriminator
        if tag is not None and not tag.is_implied and not tag.default_mapping:
            return {tag.property_name: tuple(tag.mapping)}
        return self._values_of_branches(union) if branches else None

    def _values_of_branches(self, union: Union) -> _Values:
        """Return the values of the members that have another one in each branch for objects."""
        branches = [one for one in map(self._values, union.branches) if one is not None]
        common: dict[str, tuple[str, ...]] = {}
        for name in branches[0] if branches else ():
            if all(name in branch for branch in branches):
                values = [value for branch in branches for value in branch[name]]
                if self._is_affordable(len(values)) and len({*values}) == len(values):
                    common[name] = tuple(values)
        return common

    def _is_affordable(self, count: int) -> bool:
        """Return whether so many values more may be read: unions in each other repeat theirs."""
        try:
            self._budget.spend(count)
        except BudgetExceeded:
            return False
        return True
