"""Schemas that extend a base with a discriminator, which doesn't list them itself.

Wherever such a base is referred to, a value may be one of any subtype: a schema that the
discriminator's ``mapping`` names, or one with the base in its ``allOf``, also indirectly.

Sources: OpenAPI 3.0.4 §4.7.24.3 and §4.7.25, 3.1.1 §4.8.24.1 and §4.8.25 (Discriminator Object).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from ...base.errors import Unsupported
from ...base.immutable import immutable
from .declared import reference_to, section
from .references import References
from .tree import MappingNode, SequenceNode, SourceFile, Value

_UNIONS = ("oneOf", "anyOf")


@immutable
class NamedSchema:
    """A schema and the reference to it in absolute form."""

    name: str
    node: MappingNode

    @property
    def reference(self) -> MappingNode:
        """A ``$ref`` to the schema, in its own document."""
        location = self.node.location
        return MappingNode(location, {"$ref": f"#{quote(location.pointer)}"})


@immutable
class Base:
    """A schema with a discriminator, its own or inherited, and the schemas that extend it."""

    schema: NamedSchema
    discriminator: MappingNode
    subtypes: tuple[NamedSchema, ...]
    """Without those of a subtype that has a discriminator of another property."""
    inner: tuple[MappingNode, ...]
    """The subtypes' own discriminators of the same property."""

    @property
    def property_name(self) -> str:
        """The property that tells the subtypes apart."""
        return str(self.discriminator["propertyName"])


@dataclass(slots=True)
class Subtypes:
    """The subtypes of the schemas of one description; each file is read once."""

    refs: References
    _children: dict[str, list[NamedSchema]] = field(default_factory=dict[str, list[NamedSchema]])
    """The schemas that have a schema in their ``allOf``, by its name; in the files' order."""
    _extending: set[int] = field(default_factory=set[int])
    _bases: dict[str, Base | None] = field(default_factory=dict[str, Base | None])
    _discriminators: dict[str, MappingNode | None] = field(
        default_factory=dict[str, "MappingNode | None"]
    )
    _has_discriminator: dict[str, bool] = field(default_factory=dict[str, bool])
    _files: set[str] = field(default_factory=set[str])

    def base(self, name: str, node: Value) -> Base | None:
        """Return the base that the schema ``node`` with the absolute reference ``name`` is.

        None without a discriminator or subtypes, and for a union, which lists them itself.
        """
        if name not in self._bases:
            self._bases[name] = None
            discriminator = self.discriminator(name, node)
            if isinstance(node, MappingNode) and discriminator is not None:
                self._index(node.location.document)
                self._bases[name] = self._base(NamedSchema(name, node), discriminator)
        return self._bases[name]

    def discriminator(self, name: str, node: Value) -> MappingNode | None:
        """Return the discriminator of a schema that isn't a union, its own or an inherited one."""
        if not isinstance(node, MappingNode) or not self._may_have_bases(node.location.document):
            return None
        return self._discriminator(NamedSchema(name, node))

    def extends(self, node: MappingNode) -> bool:
        """Return whether a schema is a component that extends others."""
        self._index(node.location.document)
        return id(node) in self._extending

    def _may_have_bases(self, document: SourceFile) -> bool:
        for file in (self.refs.main, document):
            if file.name not in self._has_discriminator:
                is_used = any("discriminator" in text for text in file.texts)
                self._has_discriminator[file.name] = is_used
        return any(self._has_discriminator[file.name] for file in (self.refs.main, document))

    # ── discriminators ───────────────────────────────────────────────────────────────────────

    def _discriminator(self, schema: NamedSchema) -> MappingNode | None:
        """Return the discriminator of a schema, or else the first one that it inherits."""
        known = self._discriminators
        path = {schema.name: schema}
        while path:
            name, one = next(reversed(path.items()))
            discriminator, is_known = _own_discriminator(one.node)
            if not is_known:
                parents = [p for p in self._parents(one.node) if p.name not in path]
                unread = next((p for p in parents if p.name not in known), None)
                if unread is not None:
                    path[unread.name] = unread
                    continue
                discriminator = next((d for p in parents if (d := known[p.name]) is not None), None)
            known[name] = discriminator
            del path[name]
        return known[schema.name]

    def _base(self, schema: NamedSchema, discriminator: MappingNode) -> Base | None:
        named_schemas: dict[str, NamedSchema] = {}
        inner: list[MappingNode] = []
        todo = [*self._children.get(schema.name, ())]
        if _own_discriminator(schema.node)[0] is discriminator:
            todo += self._mapped(discriminator)
        while todo:
            descendant = todo.pop()
            if descendant.name in named_schemas or descendant.name == schema.name:
                continue
            named_schemas[descendant.name] = descendant
            own = _own_discriminator(descendant.node)[0]
            if own is None or own["propertyName"] == discriminator["propertyName"]:
                todo += self._children.get(descendant.name, ())
                if own is not None:
                    inner.append(own)
                    todo += self._mapped(own)
        if not named_schemas:
            return None
        subtypes = tuple(named_schemas[name] for name in sorted(named_schemas))
        return Base(schema, discriminator, subtypes, tuple(inner))

    def _mapped(self, discriminator: MappingNode) -> Iterator[NamedSchema]:
        """Yield the schemas that a mapping names, by their keys or by reference."""
        mapping = discriminator.get("mapping")
        if not isinstance(mapping, MappingNode):
            return
        components = section(self.refs.root, "schemas")
        for name in mapping.values():
            node = MappingNode(mapping.location, {"$ref": name})
            if isinstance(name, str) and name in components:
                node = reference_to(components, name)
            target = self._resolve(node)
            if target is not None:
                yield target

    # ── the index ────────────────────────────────────────────────────────────────────────────

    def _index(self, document: SourceFile) -> None:
        """Read the components of the main file and of ``document`` unless that was done."""
        for file in (self.refs.main, document):
            if file.name not in self._files:
                self._files.add(file.name)
                root = self.refs.root if file is self.refs.main else file.root
                schemas = section(root, "schemas")
                for key in schemas:
                    schema = self._resolve(reference_to(schemas, key))
                    if schema is not None and id(schema.node) not in self._extending:
                        self._add(schema)

    def _add(self, schema: NamedSchema) -> None:
        if marks_null(schema.node):  # a reference that admits null, as 3.0 spells it
            return
        for parent in self._parents(schema.node):
            self._extending.add(id(schema.node))
            self._children.setdefault(parent.name, []).append(schema)

    def _parents(self, node: MappingNode) -> Iterator[NamedSchema]:
        """Yield the schemas that the ``allOf`` of a schema refers to."""
        for part in [part for whole in _with_parts(node) for part in _parts(whole)]:
            if "$ref" in part:
                parent = self._resolve(part)
                if parent is not None:
                    yield parent

    def _resolve(self, node: MappingNode) -> NamedSchema | None:
        """Return the schema at the end of a chain of references; None if there is none."""
        target: Value = node
        seen: set[str] = set()
        name = ""
        with self.refs.apart():
            try:
                while isinstance(target, MappingNode) and "$ref" in target and name not in seen:
                    seen.add(name)
                    target, name = self.refs.target(target)
            except Unsupported:
                return None
        return NamedSchema(name, target) if isinstance(target, MappingNode) else None


def marks_null(schema: MappingNode) -> bool:
    """Return whether a schema admits null by a keyword of OpenAPI 3.0, or one like it in 2.0."""
    if schema.get("nullable") is True:
        return True
    return schema.get("x-nullable") is True or schema.get("x-isnullable") is True


def discriminator_of(schema: MappingNode) -> MappingNode | None:
    """Return the discriminator of a schema, as an object also where Swagger 2.0 has a name."""
    own = schema.get("discriminator")
    if isinstance(own, str):
        return MappingNode(schema.at("discriminator"), {"propertyName": own})
    return own if isinstance(own, MappingNode) else None


def _own_discriminator(node: MappingNode) -> tuple[MappingNode | None, bool]:
    """Return the discriminator that a schema has itself, and whether it inherits none."""
    parts = _with_parts(node)
    if any(keyword in part for part in parts for keyword in _UNIONS):
        return None, True
    for part in parts:
        own = discriminator_of(part)
        if own is not None and isinstance(own.get("propertyName"), str):
            return own, True
    return None, False


def _parts(node: MappingNode) -> list[MappingNode]:
    parts = node.get("allOf")
    if not isinstance(parts, SequenceNode):
        return []
    return [part for part in parts if isinstance(part, MappingNode)]


def _with_parts(node: MappingNode) -> list[MappingNode]:
    """Return a schema, and the parts of its ``allOf`` that aren't references, also nested ones."""
    schemas = [node]
    for schema in schemas:
        schemas += [part for part in _parts(schema) if "$ref" not in part]
    return schemas
