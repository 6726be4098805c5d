"""The schemas that become components, their keys, and references to them.

A schema that gets a class or an alias of its own is made once; others are copied to where they are
used. Sources: OpenAPI 3.1.1 §4.8.7 (Components), §4.8.23 (Reference).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain, islice
from pathlib import PurePosixPath

from .....base.budget import Budget, BudgetExceeded
from .....base.errors import Findings, Unsupported
from ....document.component_keys import (
    casefolded,
    component_key,
    is_component,
    key_of_reference,
    short_hash,
    split_reference,
)
from ....document.declared import section
from ....document.pointer import split
from ....document.subtypes import Base, Subtypes
from ....document.tree import MappingNode, Value, walk
from ...json_values import is_enumeration
from ...keywords import KNOWN
from ...model.schemas import Schema, Union
from ..nodes.confusables import warn_of_confusables
from ..nodes.context import Context, Normalizer
from ..nodes.node_values import UNIONS, child, members
from ..nodes.schema_analysis import SchemaAnalysis, dynamic_anchors
from ..nodes.schema_keywords import read_annotations
from .canonical import annotate, as_text, placed, same, without_null

_INTERSECTION = "allOf"
"""The mark of an intersection in a chain, which no reference equals."""
_LEAST_COPIES = 5000
"""The nodes that may be copied, besides one for each two of the description."""
_DEEPEST = 30
"""The level, inside a schema with a name, at which another one gets a name: an expression of
Python has at most 200 parentheses in each other."""


class Components:
    """The components of one canonical document; references are resolved to them."""

    def __init__(self, context: Context, normalizer: Normalizer) -> None:
        self.context = context
        self.refs = context.refs
        self.findings = context.findings
        self.normalizer = normalizer
        self.schemas: dict[str, Schema] = {}
        """Component key → canonical schema; one of an open component is empty."""
        self.open: dict[str, MappingNode] = {}
        """Keys of the components that are being made, with the schema each is made from."""
        self.chain: list[str] = []
        """The references since the last member that the open schema is composed from, outside in.

        A schema in its own chain contains itself; one that is only open refers back from a member.
        """
        self.keys: dict[str, str] = {}
        """Absolute reference → component key."""
        self.hints: dict[str, str] = {}
        """Keys of schemas that aren't declared → the keys that they would have had alone."""
        self.stated: set[str] = set()
        """The keys of components to which a place that refers to them gives a type."""
        self.origins: defaultdict[str, dict[str, None]] = defaultdict(dict)
        """The beginning of a key → the places that it is for, such as an operation, or an operation
        and the rest of a key."""
        self.subtypes = Subtypes(context.refs)
        self.bases: dict[str, Base] = {}
        """The base of each union of a base and its subtypes, by the union's key."""
        self.unmade: dict[str, Base] = {}
        """Those of the unions that are still empty."""
        self.analysis = SchemaAnalysis(context)
        self._copies = Budget(0, "copied nodes")
        self._level = 0
        """The level of the schema that is read, inside the one with a name."""
        self.main = section(context.refs.root, "schemas")
        """The schemas that the main file declares."""
        self._beginning = f"{self.main.location.name}/"
        """What an absolute reference to one of them begins with."""

    @contextmanager
    def intersecting(self) -> Generator[None]:
        """Mark in the chain that what follows is a part of an intersection."""
        self.chain.append(_INTERSECTION)
        try:
            yield
        finally:
            self.chain.pop()

    @contextmanager
    def member(self) -> Generator[None]:
        """Begin a new chain, for a property, an item or a value."""
        before, self.chain = self.chain, []
        self._level += 1
        try:
            yield
        finally:
            self.chain = before
            self._level -= 1

    def discard(self, count: int) -> None:
        """Forget all but the first ``count``, so that what failed once fails for the next too."""
        for key in [*self.schemas][count:]:
            del self.schemas[key]
        self.keys = {name: key for name, key in self.keys.items() if key in self.schemas}
        self.hints = {key: hint for key, hint in self.hints.items() if key in self.schemas}
        self.open.clear()
        self.unmade.clear()
        self.chain.clear()

    def is_declared(self, key: str) -> bool:
        """Return whether the description has a component under this key."""
        return self._declares(self.schemas[key].location.name) and key not in self.bases

    def _declares(self, name: str) -> bool:
        """Return whether an absolute reference is to a schema that a description declares.

        The main file's may be elsewhere: all of them may be one reference.
        """
        return is_component(split_reference(name)[1]) or self._main_key(name) in self.main

    def _main_key(self, name: str) -> str | None:
        """Return the key of the schema of the main file that an absolute reference is to."""
        if not name.startswith(self._beginning):
            return None
        keys = split(f"/{name.removeprefix(self._beginning)}")
        return keys[0] if len(keys) == 1 else None

    def plain(self, schema: Schema) -> Schema:
        """Return a canonical schema; of a reference to the union of a base the one to the base."""
        base = self.bases.get(schema.ref)
        if base is None:
            return schema
        return annotate(without_null(self.reference(base.schema.reference, "")), schema)

    # ── references ───────────────────────────────────────────────────────────────────────────

    def target(self, node: MappingNode) -> tuple[Value, str]:
        """Return the schema at the end of a chain of references, and its absolute reference."""
        self._warn_of_ignored(node)
        target, name = self.refs.schema(node)
        seen = {name}
        links: list[MappingNode] = []
        while isinstance(target, MappingNode) and self.analysis.is_alias(target):
            self.refs.touch(target)
            links.append(target)
            self._warn_of_ignored(target)
            target, name = self.refs.schema(target)
            if name in seen:
                first = min(links, key=lambda link: link.at("$ref").place.line)
                self.findings.assume(
                    "ref-cycle",
                    first.at("$ref"),
                    "this schema is a $ref to itself; it is read as any value",
                    "Replace one $ref of the cycle by a schema.",
                )
                return True, name
            seen.add(name)
        return target, name

    def written(self, node: MappingNode) -> Value:
        """Return a schema, or what its reference leads to, as it is written; None for nothing."""
        if "$ref" not in node:
            return node
        with suppress(Unsupported):
            return self.refs.schema(node)[0]
        return None

    def _warn_of_ignored(self, node: MappingNode) -> None:
        """Warn of keywords beside a reference, which 3.0 ignores (OpenAPI 3.0.4 §4.7.23)."""
        ignored = [key for key in node if key in KNOWN and key != "$ref"]
        if ignored and self.context.is_draft_4:
            self.findings.assume(
                "ref-siblings",
                node.at(ignored[0]),
                f"{', '.join(ignored)} beside a $ref: ignored in "
                f"{'Swagger 2.0' if self.context.is_swagger else 'OpenAPI 3.0'}",
                "Put the $ref into `allOf`, with these keywords beside it.",
            )

    def reference(self, node: MappingNode, hint: str) -> Schema:
        """Return the canonical form of a reference: one to a component, or the schema itself."""
        return self.refer(*self.target(node), node, hint)

    def refer(self, target: Value, name: str, node: MappingNode, hint: str) -> Schema:
        """Return the canonical form of a reference ``node`` to ``target``, which is at ``name``."""
        if isinstance(target, bool):
            return self.normalizer.visit(target, hint, node.location)
        what, place = "what a schema's $ref names", node.at("$ref")
        target = self.refs.mapping(target, place, what, "any value is assumed")
        if name in self.chain and not self.is_branch(name, target):
            self.findings.assume(
                "ref-cycle",
                node.at("$ref"),
                "a schema is composed from itself; this $ref restricts nothing",
                "Replace one $ref of the cycle by a schema.",
            )
            return Schema(node.location)
        scope = self._scope(name, target)
        if scope:
            schema = self._specialised(target, f"{name}?{scope}", node, hint)
            return self.annotated(schema, node)
        if (
            not self.analysis.is_named(target)
            and not self.analysis.recurs(name, target)
            and self._may_copy(target)
        ):
            self.chain.append(name)
            try:
                key = self.own_key(name)
                if key != (path := self._path_key(name)):
                    self.origins[key][path] = None
                schema = self.normalizer.visit(target, key, target.location)
            finally:
                self.chain.pop()
        else:
            key = self.component(name, target)
            if self.schemas[key].is_null:  # nothing else is left of an intersection
                schema = placed(self.schemas[key], node.location)
            else:
                nullable = self.analysis.may_be_null(target)
                schema = Schema(node.location, ref=key, nullable=nullable)
        return self.annotated(schema, node)

    def annotated(self, schema: Schema, node: MappingNode) -> Schema:
        """Return a schema with the annotations beside a reference to it, which 3.0 ignores."""
        if self.context.is_draft_4 or len(node) < 2:
            return schema
        return annotate(schema, Schema(node.location, **read_annotations(node)))

    def is_branch(self, name: str, target: MappingNode) -> bool:
        """Return whether a schema in the chain is a union that only unions lead back to.

        A reference to it is followed, see :mod:`.union_circles`.
        """
        if name not in self.chain or not any(key in target for key in UNIONS):
            return False
        return _INTERSECTION not in self.chain[self.chain.index(name) :]

    def _may_copy(self, target: MappingNode) -> bool:
        """Return whether one more schema may be copied to where it is used.

        One of a description that copies more than it contains becomes a component.
        """
        self._copies.limit = _LEAST_COPIES + self.refs.nodes // 2
        if self._level >= _DEEPEST:
            return False
        size = sum(1 for _ in islice(walk(target), self._copies.remaining + 1))
        with suppress(BudgetExceeded):
            self._copies.spend(size)
            return True
        return False

    def _scope(self, name: str, target: MappingNode) -> str:
        """Return the bindings of the dynamic scope that a schema depends on, but for its own."""
        scope = self.normalizer.scope
        if not scope:
            return ""
        own = {key: anchor.location.name for key, anchor in dynamic_anchors(target).items()}
        used = self.analysis.dynamic_references(name, target)
        bound = {key: one.location.name for key, one in scope.items() if key in used}
        return "&".join(sorted(bound.values())) if bound.items() - own.items() else ""

    def _specialised(self, target: MappingNode, name: str, node: MappingNode, hint: str) -> Schema:
        """Return a reference to a schema whose own references depend on the dynamic scope.

        The schema, with its scope under ``name``, gets a component, or is the whole of the one
        that is open.
        """
        key = self.keys.get(name)
        if key is None:
            key = component_key(hint)
            if key in self.open:
                self.keys[name] = key
                return self.normalizer.body(target, key)
            if key in self.schemas:
                key = component_key(f"{hint}.{short_hash(name)}")
            self.keys[name] = key
            with self.opened(key, target):
                schema = self._without_circle(self.normalizer.body(target, key))
            self.schemas[key] = schema
        self.context.checks.use(key)
        return Schema(node.location, ref=key, nullable=self.analysis.may_be_null(target))

    def own_key(self, name: str) -> str:
        """Return the key of what is at ``name``; of a definition whose key others have its path."""
        main_key = self._main_key(name)
        key = (
            component_key(main_key)
            if main_key and main_key in self.main
            else key_of_reference(name)
        )
        return key if self._definitions[casefolded(key)] < 2 else self._path_key(name)

    def _path_key(self, name: str) -> str:
        """Return the path to what is at ``name`` as a key.

        It has a word for ``$defs`` only if an inline property beside it would have its key.
        """
        if name in self._beside_properties:
            name = "/defs/".join(name.rsplit("/$defs/", 1))
        return key_of_reference(name, is_unique=False)

    def definitions(self) -> Iterator[tuple[str, MappingNode]]:
        """Yield the schemas in the ``$defs`` of the main file, with their keys."""
        for node in self._defining:
            definitions = child(node, "$defs")
            for name, definition in members(definitions):
                yield self.own_key(definitions.at(name).name), definition

    @cached_property
    def _defining(self) -> list[MappingNode]:
        return [node for node in walk(self.refs.root) if "$defs" in node]

    @cached_property
    def _definitions(self) -> Counter[str]:
        """The number of definitions and schemas in the main file by key, in any case."""
        found = (child(node, "$defs") for node in self._defining)
        declared = (key for key, node in members(self.main) if not self.analysis.is_alias(node))
        return Counter(map(casefolded, chain(declared, *found)))

    @cached_property
    def _beside_properties(self) -> frozenset[str]:
        """The references to definitions that have an inline property of their name beside them."""
        names: set[str] = set()
        for node in self._defining:
            definitions, properties = child(node, "$defs"), members(child(node, "properties"))
            inline = {casefolded(key) for key, schema in properties if "$ref" not in schema}
            names |= {definitions.at(key).name for key in definitions if casefolded(key) in inline}
        return frozenset(names)

    def component(self, name: str, target: MappingNode) -> str:
        """Return the key of the component that is made from ``target``, which is at ``name``."""
        key = self.keys.get(name)
        if key is None:
            key = hint = self.own_key(name)
            is_main = split_reference(name)[0] == self.refs.main.name
            is_declared, is_key = self._declares(name), self._main_key(name) in self.main
            if key in self.schemas or (not is_key and self._is_another(key, name)):
                key = self.unique_key(key, name)
            self.keys[name] = key
            if is_main and not is_declared:
                self.hints[key] = hint
                self.origins[key][self._path_key(name)] = None
            warn_of_confusables(key, target.location, self.findings)
            with self.opened(key, target):
                self.chain.append(name)
                try:
                    with self.normalizer.dynamic_scope(target, outermost=True):
                        schema = self._without_circle(self.normalizer.body(target, key))
                finally:
                    self.chain.pop()
            self.schemas[key] = schema
        self.context.checks.use(key)
        return key

    def is_open(self, schema: Schema) -> bool:
        """Return whether a schema is a reference to a component that is being made."""
        key = self.plain(schema).ref
        while key and key not in self.open:  # it may be no more than another one's name
            key = self.plain(self.schemas[key]).ref
        return bool(key)

    def _without_circle(self, schema: Schema) -> Schema:
        """Return an open component without null; one that refers to an open one as a union.

        So no reference leads back to itself; :mod:`.union_circles` cuts such unions.
        """
        schema = without_null(schema)
        if not self.is_open(schema):
            return schema
        return Schema(schema.location, union=Union("anyOf", (schema,), schema.location))

    def _is_another(self, key: str, name: str) -> bool:
        """Return whether the main file has another schema under a key than the one of ``name``."""
        schema = self.main.get(key)
        if not isinstance(schema, MappingNode) or not self.analysis.is_alias(schema):
            return key in self.main
        with self.refs.apart(), suppress(Unsupported):
            return self.target(schema)[1] != name
        return True

    def unique_key(self, key: str, name: str) -> str:
        """Return a key with the file's name, or a hash, for another schema of the same key."""
        file, pointer = split_reference(self.refs.relative(name))
        unique = component_key(f"{key}.{PurePosixPath(file).stem}")
        return f"{key}.{short_hash(f'{file}#{pointer}')}" if unique in self.schemas else unique

    @contextmanager
    def opened(self, key: str, source: MappingNode) -> Generator[None]:
        """Keep the component ``key`` open while it is made from ``source``."""
        self.schemas[key] = Schema(source.location)
        self.open[key] = source
        before, self._level = self._level, 0
        try:
            with self.context.checks.within(key):
                yield
        finally:
            self.open.pop(key, None)
            self._level = before

    # ── lifting ──────────────────────────────────────────────────────────────────────────────

    def lift(
        self, schema: Schema, hint: str, *, replaces: bool = False, is_class: bool = False
    ) -> Schema:
        """Make a schema that needs a name a component, and return a reference to it.

        With ``is_class`` it always does; with ``replaces`` it takes the place of a component of
        that key.
        """
        if schema.ref:
            return schema
        bare = without_null(schema)
        is_class |= bare.properties is not None or is_enumeration(bare.enum)
        is_class |= bare.union is not None and bare.union.discriminator is not None
        if not is_class and (not self._level or self._level % _DEEPEST):
            return schema
        key = component_key(hint)
        is_taken = key in self.main or not same(self.schemas.get(key, bare), bare)
        if not replaces and is_taken:
            key = component_key(f"{hint}.{short_hash(as_text(bare))}")
        self.schemas[key] = bare
        self.hints[key] = component_key(hint)
        return Schema(schema.location, ref=key, nullable=schema.nullable)


def add_required_properties(schemas: dict[str, Schema], findings: Findings) -> None:
    """Add a property for each name that an object requires and doesn't describe.

    ``required`` needs no property (JSON Schema 2020-12 validation §6.5.3), but it must be sent.
    It has the schema of ``additionalProperties``, else any value.
    """
    for key, schema in schemas.items():  # an object with properties is always a component
        if schema.properties is None:
            continue
        missing = [name for name in schema.required if name and name not in schema.properties]
        if not missing:
            continue
        place, others = schema.at("required"), schema.additional_properties
        if not isinstance(others, Schema):
            names = ", ".join(map(repr, missing))
            fact = f"required lists {names}, without a schema; any value is admitted"
            findings.warn("keyword", place, fact, "Add it to `properties`.")
            others = Schema(place)
        more = dict.fromkeys(missing, others.replace(location=place, positions=None))
        schemas[key] = schema.replace(properties={**schema.properties, **more})
