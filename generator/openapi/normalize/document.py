"""One OpenAPI 3.1 document that holds the selected operations and nothing else.

References to parameters, headers, responses, request bodies and examples are resolved where they
stand, so ``components`` holds schemas and security schemes only. The generator, the generated tests
and the drift check all read this form.

Sources: OpenAPI 3.0.4 and 3.1.1, §4.7/§4.8 (Schema of the document).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from ...document.operations import METHODS, MORE_METHODS, OperationNode
from ...document.references import References
from ...document.tree import Document, Location, MappingNode, SequenceNode, Value, walk
from ...document.version import version_of
from ...errors import Findings, Place, Unsupported
from .. import model
from . import typed
from .all_of import PREFIX
from .components import add_required
from .discriminators import tag_branches
from .operations import Operations
from .read_write_only import relax
from .schema_analysis import LIFTED, NAMED
from .schemas import Schemas

_SERVER = ("url", "description", "variables")
_TAG = ("name", "summary", "description", "parent", "kind")
_EVERY = 50  # operations between two reports of progress


@dataclass(frozen=True)
class Canonical:
    """The canonical document as a tree, and what it was made from."""

    root: MappingNode
    openapi: str
    """The version that the description was written in."""
    operations: tuple[OperationNode, ...]
    """Those that are in the document."""

    @cached_property
    def document(self) -> model.Document:
        """The typed form of the document."""
        return typed.document(self.root, self.openapi, self.operations)


def canonicalise(
    document: Document,
    refs: References,
    operations: Sequence[OperationNode],
    findings: Findings,
    progress: Callable[[str], None] = lambda _: None,
    *,
    partial: bool = False,
) -> Canonical:
    """Bring ``operations`` and what they reach to canonical form.

    An operation with a part that can't be represented is recorded in ``findings`` and isn't in the
    result, and neither is anything that was made for it alone. With ``partial`` it is there
    without that part.
    """
    version = version_of(document)
    writer = _Writer(document, refs, findings, version, partial=partial)
    root = writer.document(operations, progress)
    return Canonical(root, version, tuple(writer.written))


def reachable(node: Value, components: Mapping[str, Value]) -> set[str]:
    """The keys of the components that references at or below ``node`` lead to, transitively."""
    found: set[str] = set()
    todo: list[Value] = [node]
    while todo:
        value = todo.pop()
        if isinstance(value, MappingNode):
            ref = value.get("$ref")
            key = ref.removeprefix(PREFIX) if isinstance(ref, str) else ""
            if key in components and key not in found:
                found.add(key)
                todo.append(components[key])
            todo += value.values()
        elif isinstance(value, SequenceNode):
            todo += value
    return found


def users_of(canonical: Canonical, place: Place) -> set[OperationNode]:
    """The operations that hold the node at ``place``, or a member of which stands there.

    A node that they hold by reference, and a security scheme that they name, count as well.
    """
    components = cast(
        "MappingNode", canonical.root.get("components", MappingNode(canonical.root.location))
    )
    schemas, schemes = (
        cast("MappingNode", components.get(key, MappingNode(canonical.root.location)))
        for key in ("schemas", "securitySchemes")
    )
    pointers = {place.pointer, place.pointer.rpartition("/")[0]}
    users: set[OperationNode] = set()
    for found in canonical.operations:
        paths = cast("MappingNode", canonical.root["paths"])
        operation = cast("MappingNode", cast("MappingNode", paths[found.path])[found.method])
        held = [operation, *(schemas[key] for key in reachable(operation, schemas))]
        for alternative in _items(operation.get("security")):
            held += [schemes[name] for name in cast("MappingNode", alternative) if name in schemes]
        if any(
            place.file in node.location.document.files and node.location.pointer in pointers
            for top in held
            for node in walk(top)
        ):
            users.add(found)
    return users


class _Writer:
    def __init__(
        self,
        document: Document,
        refs: References,
        findings: Findings,
        version: str,
        *,
        partial: bool,
    ) -> None:
        self.partial = partial
        self.source = document
        self.refs = refs
        self.findings = findings
        self.schemas = Schemas(refs, findings, version=version)
        self.operations = Operations(refs, self.schemas, findings)
        self.schemes: dict[str, MappingNode] = {}
        self.written: list[OperationNode] = []

    def document(
        self, operations: Sequence[OperationNode], progress: Callable[[str], None]
    ) -> MappingNode:
        root = MappingNode(self.source.root.location)
        root["openapi"] = "3.1.0"
        root["info"] = self._info()
        servers = self._servers(self.source.root)
        if servers is not None:
            root["servers"] = servers
        paths = MappingNode(self.source.root.location)
        for index, found in enumerate(operations):
            if index % _EVERY == 0:
                progress(f"reading operation {index + 1} of {len(operations)}")
            self._add(found, paths)
        tags = self._tags(self.written)
        if tags:
            root["tags"] = tags
        root["paths"] = paths
        components = MappingNode(self.source.root.location)
        made = self.schemas.components.made
        add_required(made)
        tag_branches(paths, made)
        relax(paths, made, reachable)
        reached = reachable(paths, made)
        if reached:
            schemas = MappingNode(self.source.root.location)
            alike = Counter(map(_plainly, reached))
            for key in sorted(reached):
                gives_way = alike[_plainly(key)] > 1 and self._is_lifted(key)
                named = not self.schemas.components.raw.is_named(made[key])
                schemas[key] = _marked(made[key], named=named, lifted=gives_way)
            components["schemas"] = schemas
        if self.schemes:
            schemes = MappingNode(self.source.root.location)
            schemes.update(sorted(self.schemes.items()))
            components["securitySchemes"] = schemes
        if components:
            root["components"] = components
        return root

    def _is_lifted(self, key: str) -> bool:
        """Whether no one declared a component."""
        components = self.schemas.components
        pointer = components.made[key].location.pointer
        declared = pointer.startswith("/components/schemas/") and pointer.count("/") == 3
        return key in components.lifted or not declared

    def _add(self, found: OperationNode, paths: MappingNode) -> None:
        """Write one operation into ``paths``, unless something in it was refused."""
        made, schemes = frozenset(self.schemas.components.made), dict(self.schemes)
        with self.findings.operation(found.label) as scope:
            operation = self.operations.write(found)
            security = found.node.get("security", self.source.root.get("security"))
            for level in (found.node, found.item):
                servers = self._servers(level)
                if servers is not None:
                    operation["servers"] = servers
                    break
            if self.partial:
                self._written(found, operation, paths)
            if security is not None:
                operation["security"] = security
                self._security(security, found.node)
            if not scope.failed:
                self._written(found, operation, paths)
                return
        if self.partial:
            return
        # What failed once must fail for the next that needs it, not stand there half made.
        self.schemas.components.discard(made)
        self.schemes = schemes

    def _written(self, found: OperationNode, operation: MappingNode, paths: MappingNode) -> None:
        item = cast("MappingNode", paths.setdefault(found.path, MappingNode(found.item.location)))
        if found.method not in item:
            self.written.append(found)
            if found.method not in METHODS:
                more = item.setdefault(MORE_METHODS, SequenceNode(found.item.location))
                cast("SequenceNode", more).append(found.method)
        item[found.method] = operation

    def _info(self) -> MappingNode:
        found = self.source.root.get("info")
        info = MappingNode(self.source.root.location)
        source = found if isinstance(found, MappingNode) else MappingNode(info.location)
        for key in ("title", "version", "summary", "description"):
            value = source.get(key)
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                info[key] = str(value)
        info.setdefault("title", "API")
        info.setdefault("version", "")
        return info

    def _servers(self, node: MappingNode) -> SequenceNode | None:
        found = node.get("servers")
        if not isinstance(found, SequenceNode):
            return None
        servers = SequenceNode(found.location)
        for index, value in enumerate(found):
            with suppress(Unsupported):
                server = self.refs.mapping(value, found.at(index), "a server")
                copy = MappingNode(server.location)
                copy.positions = server.positions
                copy.update({key: server[key] for key in _SERVER if key in server})
                servers.append(copy)
        return servers

    def _tags(self, operations: Sequence[OperationNode]) -> SequenceNode:
        used = {
            name
            for op in operations
            for name in _items(op.node.get("tags"))
            if isinstance(name, str)
        }
        tags = SequenceNode(self.source.root.location)
        found = self.source.root.get("tags")
        for value in found if isinstance(found, SequenceNode) else ():
            if isinstance(value, MappingNode) and str(value.get("name")) in used:
                tag = MappingNode(value.location)
                tag.update({k: value[k] for k in _TAG if k in value})
                tags.append(tag)
        return tags

    # ── security ─────────────────────────────────────────────────────────────────────────────

    def _security(self, value: Value, node: MappingNode) -> None:
        location = node.at("security") if "security" in node else self.source.root.at("security")
        if not isinstance(value, SequenceNode):
            raise self.findings.refuse(
                "shape", location, "security must be a list", "Correct its shape."
            )
        for alternative in value:
            if isinstance(alternative, MappingNode):
                for name in alternative:
                    self._scheme(name, alternative.at(name))

    def _scheme(self, name: str, location: Location) -> None:
        if name in self.schemes:
            return
        components = self.source.root.get("components")
        declared = (
            components.get("securitySchemes") if isinstance(components, MappingNode) else None
        )
        if not isinstance(declared, MappingNode) or name not in declared:
            raise self.findings.refuse(
                "security-scheme",
                location.place,
                f"no security scheme is called {name!r}",
                "Declare it under components/securitySchemes.",
            )
        scheme = self.refs.follow(declared[name], declared.at(name), "a security scheme")
        copy = MappingNode(scheme.location)
        copy.positions = scheme.positions
        copy.update({key: value for key, value in scheme.items() if not key.startswith("x-")})
        self.schemes[name] = copy


def _marked(component: MappingNode, *, named: bool, lifted: bool) -> MappingNode:
    """A component with what reading it again wouldn't see: that it has a name of its own, and that
    its class gives way to another of that name."""
    marks: dict[str, Value] = {}
    if named or "$ref" in component:
        marks[NAMED] = True
    if lifted:
        marks[LIFTED] = True
    if not marks:
        return component
    copy = MappingNode(component.location)
    copy.positions = component.positions
    copy.update({**component, **marks})
    return copy


def _plainly(key: str) -> str:
    """A key without what doesn't show in a class's name."""
    return "".join(filter(str.isalnum, key)).casefold()


def _items(value: Value) -> Sequence[Value]:
    return value if isinstance(value, SequenceNode) else ()
