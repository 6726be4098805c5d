"""Schemas with their references followed, annotations and null apart."""

from __future__ import annotations

from collections.abc import Mapping

from ....base.immutable import immutable
from ....reading.openapi.json_values import type_of
from ....reading.openapi.model.schemas import Json, Schema


@immutable
class ResolvedSchema:
    """A schema where it is used, and the schema that its references lead to."""

    chain: tuple[Schema, ...]
    """The schema where it is used, and each one that a reference leads to from there."""
    components: Mapping[str, Schema]
    key: str
    """The key of the last component; empty where the schema is inline."""
    nullable: bool

    @property
    def site(self) -> Schema:
        """The schema where it is used."""
        return self.chain[0]

    @property
    def core(self) -> Schema:
        """The schema that restricts the values other than null."""
        return self.chain[-1]

    @property
    def identity(self) -> str | Schema:
        """The same for every use of the same restrictions."""
        return self.key or self.site

    @property
    def annotated(self) -> tuple[Schema, ...]:
        """The schemas whose annotations describe a value here, the nearest first.

        A union of one branch, which is what null leaves of two, has those of the branch, too.
        """
        schemas = [*self.chain]
        while len(schemas[-1].branches) == 1:
            branch = self.resolve(schemas[-1].branches[0])
            if branch.core in schemas:
                break
            schemas.extend(branch.chain)
        return tuple(schemas)

    @property
    def checked(self) -> Mapping[str, Json]:
        """The keywords that only the server checks."""
        origin = next((schema for schema in self.chain if schema.server_checked), self.site)
        return origin.server_checked

    @property
    def types(self) -> frozenset[str]:
        """The types; empty for any, ``null`` only where no other value is allowed."""
        return frozenset(self.core.types)

    @property
    def value_types(self) -> frozenset[str]:
        """The types, or else those of the values that it lists; empty for any."""
        if self.core.types or self.core.enum is None:
            return self.types
        return frozenset(type_of(value) for value in self.core.enum)

    @property
    def branches(self) -> tuple[Schema, ...]:
        """The branches of a union; none where it isn't one."""
        return self.core.branches

    @property
    def properties(self) -> Mapping[str, Schema]:
        """The properties by name."""
        return self.core.properties or {}

    def resolve(self, schema: Schema) -> ResolvedSchema:
        """Return a schema of the same description, resolved."""
        return resolved(schema, self.components)


def resolved(schema: Schema, components: Mapping[str, Schema]) -> ResolvedSchema:
    """Follow the references of a schema; one that leads to itself, or nowhere, allows any value."""
    chain, key = [schema], ""
    while chain[-1].ref:
        key = chain[-1].ref
        target = components.get(key)
        if target is None or target in chain:
            target = Schema(chain[-1].location)
        chain.append(target)
    return ResolvedSchema(tuple(chain), components, key, any(schema.nullable for schema in chain))
