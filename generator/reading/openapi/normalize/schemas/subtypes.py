"""References to a base with a discriminator, as references to the union of it and its subtypes.

Sources: OpenAPI 3.0.4 §4.7.24.3 and 3.1.1 §4.8.24.1 (Models with Polymorphism Support).
"""

from __future__ import annotations

from ....document.component_keys import component_key, key_of_reference
from ....document.subtypes import Base, NamedSchema
from ....document.tree import MappingNode
from ...model.schemas import Part, Schema, Union
from .canonical import annotate, without_null
from .components import Components
from .discriminators import Discriminators


class SubtypeUnions:
    """The unions of bases and their subtypes in one document."""

    def __init__(self, components: Components) -> None:
        self.components = components
        self._discriminators = Discriminators(components)
        self._is_making = False

    def reference(self, node: MappingNode) -> Schema | None:
        """Return a reference to the union that a ``$ref`` to a base means; None for another."""
        components = self.components
        target, name = components.target(node)
        base = components.subtypes.base(name, target)
        if base is None:
            return None
        nullable = components.analysis.may_be_null(base.schema.node)
        schema = Schema(node.location, ref=self._key(base), nullable=nullable)
        return components.annotated(schema, node)

    def _key(self, base: Base) -> str:
        components = self.components
        name = f"{base.schema.name}?union"
        key = components.keys.get(name)
        if key is None:
            key = component_key(f"{key_of_reference(base.schema.name)}.Union")
            if key in components.schemas or key in components.main:
                key = components.unique_key(key, base.schema.name)
            components.keys[name] = key
            components.schemas[key] = Schema(base.schema.node.location)
            components.bases[key] = base
            components.unmade[key] = base
        components.context.checks.use(key)
        return key

    def make(self) -> None:
        """Make the unions that were referred to, unless a component is being made."""
        if self._is_making or self.components.open:
            return
        self._is_making = True
        try:
            while self.components.unmade:
                key, base = next(iter(self.components.unmade.items()))
                with self.components.member(), self.components.context.checks.within(key):
                    schema = self._union(base)
                self.components.schemas[key] = schema
                self.components.unmade.pop(key, None)
        finally:
            self._is_making = False

    def _union(self, base: Base) -> Schema:
        location = base.schema.node.location
        plain = self._branch(base.schema)
        own = plain.ref if plain is not None else ""
        branches: list[tuple[MappingNode, Schema, Schema]] = []
        for schema in base.subtypes:
            found = self._branch(schema)
            if found is not None:
                inner = self.components.subtypes.base(schema.name, schema.node)
                is_union = inner is not None and inner.property_name != base.property_name
                whole = self.reference(schema.reference) if is_union else None
                branches.append((schema.reference, found, without_null(whole or found)))
        if plain is not None:
            branches.append((base.schema.reference, plain, plain))
        if len(branches) < 2:
            return self.components.reference(base.schema.reference, "")
        node = MappingNode(location, {"discriminator": base.discriminator})
        discriminator = self._discriminators.of(node, branches, own, base.inner)
        listed = tuple(branch for _, _, branch in branches)
        union = Schema(location, union=Union("anyOf", listed, location, discriminator))
        return annotate(union, self.components.schemas.get(own, union))

    def _branch(self, schema: NamedSchema) -> Schema | None:
        """Return a reference to the class of one branch; None where it isn't an object."""
        reference = without_null(self.components.reference(schema.reference, ""))
        if reference.ref:
            return reference
        if reference.types not in ((), ("object",)):
            return None
        names_at = Part(reference.location)
        base = reference.replace(types=("object",), properties={}, property_names_at=names_at)
        return self.components.lift(base, key_of_reference(schema.name))
