"""Which schemas become components, under which keys, and what a reference to one means.

A schema that gets a class or an alias of its own is made once, whoever refers to it; the rest stand
where they are used. Sources: OpenAPI 3.1.1 §4.8.7 (Components), §4.8.23 (Reference Object).
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...document.tree import MappingNode, SequenceNode, Value, walk
from .all_of import PREFIX
from .confusables import note_scripts
from .intersect import ANNOTATIONS
from .nullability import (
    component_key,
    is_enumeration,
    is_nullable,
    made,
    or_null,
    short_hash,
    without_null,
)
from .schema_analysis import LIFTED, NAMED, SchemaAnalysis
from .schema_keywords import KNOWN

if TYPE_CHECKING:
    from .schemas import Schemas

_WORDLESS = ("components", "schema", "properties", "paths", "responses", "content")
_MEDIA = re.compile(r"[^/{}]+/[^/{}]+\Z")


class Components:
    """Follows references on behalf of :class:`Schemas` and keeps what they lead to."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.refs = schemas.refs
        self.findings = schemas.findings
        self.is_30 = schemas.is_30
        self.made: dict[str, MappingNode] = {}
        """Component key to canonical schema; an open one is empty so far."""
        self.open: dict[str, MappingNode] = {}
        """Keys of the components that are being made, with the schema each is made from."""
        self.chain: list[str] = []
        """What the schema at hand is composed from, outside in: references since the last member.

        A schema in its own chain contains itself; one that is only open refers back from a member.
        """
        self.keys: dict[str, str] = {}
        """Absolute reference to component key."""
        self.lifted: set[str] = set()
        """Keys of components that a canonical document says no one declared."""
        self.raw = SchemaAnalysis(schemas.refs, is_30=schemas.is_30)

    @contextmanager
    def member(self) -> Generator[None]:
        """While a property, an item or a value is visited: a new chain begins."""
        before, self.chain = self.chain, []
        try:
            yield
        finally:
            self.chain = before

    def discard(self, kept: frozenset[str]) -> None:
        """Forget every component but ``kept``, so that what failed once fails for the next too."""
        for key in self.made.keys() - kept:
            del self.made[key]
        self.keys = {name: key for name, key in self.keys.items() if key in kept}
        self.open.clear()
        self.chain.clear()

    # ── references ───────────────────────────────────────────────────────────────────────────

    def target(self, node: MappingNode) -> tuple[Value, str]:
        """The schema at the end of a chain of references, and its absolute reference."""
        target, name = self.refs.target(node)
        seen = {name}
        links: list[MappingNode] = []
        while isinstance(target, MappingNode) and "$ref" in target and self._only_ref(target):
            self.refs.touch(target)
            links.append(target)
            target, name = self.refs.target(target)
            if name in seen:
                first = min(links, key=lambda link: link.at("$ref").place.line)
                raise self.findings.refuse(
                    "ref-cycle",
                    first.at("$ref"),
                    "this schema is a $ref to itself",
                    "Break the circle: one of them must say what the value is.",
                )
            seen.add(name)
        return target, name

    def reference(self, node: MappingNode, hint: str) -> MappingNode:
        """The canonical form of a reference: one to a component, or the schema itself."""
        target, name = self.target(node)
        if isinstance(target, bool):
            return self.schemas.visit(target, hint, node.location)
        target = self.refs.mapping(target, node.at("$ref"), "what a schema's $ref names")
        if name in self.chain:
            raise self.findings.refuse(
                "ref-cycle",
                node.at("$ref"),
                "a schema is composed from itself",
                "Break the circle: one of them must say what the value is.",
            )
        if not self.raw.is_named(target) and not self.raw.recurs(name, target):
            self.chain.append(name)
            try:
                result = self.schemas.visit(target, self.key_for(name), target.location)
            finally:
                self.chain.pop()
        else:
            key = self._component(name, target)
            result = made(node.location, {"$ref": PREFIX + key})
            if self.raw.may_be_null(target):
                result = or_null(result)
        return result if self.is_30 else self.schemas.keywords.annotate(result, node)

    def _only_ref(self, node: MappingNode) -> bool:
        if NAMED in node:
            return False
        return self.is_30 or all(k == "$ref" or k in ANNOTATIONS or k not in KNOWN for k in node)

    @staticmethod
    def key_for(name: str) -> str:
        """The component key that an absolute reference asks for."""
        file, _, pointer = name.partition("#")
        parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]
        key = parts[-1] or PurePosixPath(file).stem
        if not pointer.startswith("/components/schemas/") and "$defs" not in parts:
            key = ".".join(p for p in parts[1:] if p not in _WORDLESS and not _MEDIA.match(p))
        return component_key(key) or "Root"

    def _component(self, name: str, target: MappingNode) -> str:
        key = self.keys.get(name)
        if key is None:
            key = self.key_for(name)
            if key in self.made or self._is_of_main(key, name):  # another file's of that name
                key = self._told_apart(key, name)
            self.keys[name] = key
            if LIFTED in target:
                self.lifted.add(key)
            note_scripts(key, target.location, self.findings)
            with self.opened(key, target):
                self.chain.append(name)
                try:
                    body = without_null(self.schemas.body(target, key))
                finally:
                    self.chain.pop()
            self.made[key] = body
        return key

    def _is_of_main(self, key: str, name: str) -> bool:
        """Whether a key is that of a component of the main file, and ``name`` another file's."""
        declared = self.refs.main.root.get("components")
        schemas = declared.get("schemas") if isinstance(declared, MappingNode) else None
        here = name.partition("#")[0] == self.refs.main.name
        return not here and isinstance(schemas, MappingNode) and key in schemas

    def _told_apart(self, key: str, name: str) -> str:
        """A key for another schema of that name: with its file's, else with a hash."""
        file, _, pointer = self.refs.relative(name).partition("#")
        told = component_key(f"{key}.{PurePosixPath(file).stem}")
        return f"{key}.{short_hash(f'{file}#{pointer}')}" if told in self.made else told

    @contextmanager
    def opened(self, key: str, source: MappingNode) -> Generator[None]:
        """While the component ``key`` is being made from ``source``."""
        self.made[key] = made(source.location, {})
        self.open[key] = source
        try:
            yield
        finally:
            self.open.pop(key, None)

    # ── lifting ──────────────────────────────────────────────────────────────────────────────

    def lift(self, node: MappingNode, hint: str, *, replace: bool = False) -> MappingNode:
        """Move a schema that needs a name to the components and return a reference to it.

        With ``replace`` it takes the place of a component of that name.
        """
        if "$ref" in node:
            return node
        bare = without_null(node)
        if not ("properties" in bare or "discriminator" in bare or is_enumeration(bare)):
            return node
        key = component_key(hint)
        if not replace and self.made.get(key, bare) != bare:
            told = short_hash(json.dumps(bare, sort_keys=True, default=str))
            key = component_key(f"{hint}.{told}")
        self.made[key] = bare
        ref = made(node.location, {"$ref": PREFIX + key})
        return or_null(ref) if is_nullable(node) else ref


def add_required(components: dict[str, MappingNode]) -> None:
    """Give each object a property of any value for each name that it requires and doesn't describe
    (JSON Schema 2020-12 validation §6.5.3: ``required`` needs no property), so that it can be sent.
    """
    for node in [m for top in components.values() for m in walk(top)]:
        properties, required = node.get("properties"), node.get("required")
        if (
            isinstance(properties, MappingNode)
            and isinstance(required, SequenceNode)
            and _is_object(node)
        ):
            for name in required:
                if isinstance(name, str) and name:
                    properties.setdefault(name, MappingNode(required.location))


def _is_object(node: MappingNode) -> bool:
    """Not an object's properties, one of which may be called ``properties``."""
    return node.get("type") == "object" or isinstance(node.get("type"), SequenceNode)
