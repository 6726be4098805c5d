"""The operations of a description as nodes.

Sources: OpenAPI 3.1.1 §4.8.8 (Paths Object), §4.8.9 (Path Item Object).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeAlias
from urllib.parse import unquote

from ...base.errors import Findings, Unsupported
from ...base.immutable import immutable
from .declared import METHODS, is_swagger
from .dereference import OPERATION, PATH_ITEM
from .operation_names import OperationNames, names_of_operation
from .pointer import join
from .references import References
from .tree import Location, MappingNode, SequenceNode, SourceFile, Value

_MORE = "additionalOperations"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")  # RFC 9110 §9.1
_BESIDE_METHODS = ("parameters", "servers", "summary", "description", "$ref")
PATHS: Final = ("paths", "x-ms-paths")
"""The members of the root that have paths; AutoRest's in Swagger 2.0 have the same path with other
queries.
"""
REDIRECTS: Final = ("301", "302", "303", "307", "308")
"""The statuses of redirects (RFC 9110 §15.4); 300, 304 and ``3XX`` are none."""
WEBHOOK = "webhook "
"""What the name of a webhook begins with, in settings, commands and messages."""


_Method: TypeAlias = tuple[str, Value, Location]
"""A method in lower case, its operation, and the place of that."""


@immutable(eq=False)
class OperationNode:
    """One operation of a description, compared by identity."""

    path: str
    method: str
    """In lower case."""
    node: MappingNode
    item: MappingNode
    shares_id: bool = False
    """True if another operation of the description has the same operationId."""
    incoming: str = ""
    """What messages call it, if the API sends it; ``path`` is then the name of a webhook, or the
    expression of a callback's URL."""
    key: str = ""
    """The path as it is written, if that is without its leading slash."""

    @property
    def path_key(self) -> str:
        """The key of the path item."""
        return self.key or self.path

    @property
    def operation_id(self) -> str:
        """The operationId, or ``""``."""
        return self._text("operationId")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        value = self.node.get("tags")
        listed = value if isinstance(value, SequenceNode) else ()
        return tuple(tag for tag in listed if isinstance(tag, str))

    @property
    def names(self) -> OperationNames:
        """The names that it may have."""
        return names_of_operation(self.operation_id, self.tags, self.method, self.path)

    @property
    def pointer(self) -> str:
        """The JSON pointer by which links lead to it, wherever it is written."""
        members = [self.method] if self.method in METHODS else [_MORE, self.verb]
        return join(["paths", self.path_key, *members])

    @property
    def verb(self) -> str:
        """The method in upper case, as it is sent."""
        return self.method.upper()

    @property
    def spellings(self) -> tuple[str, str]:
        """The names of the operation in settings and commands."""
        if self.incoming:
            return "", self.incoming
        return self.operation_id, f"{self.verb} {self.path}"

    @property
    def label(self) -> str:
        """The name in messages: the operationId if no other has it, else ``METHOD /path``."""
        operation_id, place = self.spellings
        return self.incoming or (place if self.shares_id else operation_id or place)

    @property
    def summary(self) -> str:
        """The summary; empty if it has none."""
        return self._text("summary").strip()

    def _text(self, key: str) -> str:
        value = self.node.get(key)
        return value if isinstance(value, str) else ""

    @property
    def deprecated(self) -> bool:
        """True if it is marked as deprecated."""
        return self.node.get("deprecated") is True

    @property
    def line(self) -> int:
        """The line of its method."""
        at = self.item.at(self.method) if self.method in self.item else self.node.location
        return at.place.line


def webhook_names(root: MappingNode) -> dict[str, Location]:
    """Return the names of the webhooks of a document with their locations."""
    return _names(root.get("webhooks"))


def callback_names(owner: OperationNode) -> dict[str, Location]:
    """Return the names of the callbacks of an operation with their locations."""
    return _names(owner.node.get("callbacks"))


def _names(value: Value) -> dict[str, Location]:
    """Return the names of the members that aren't empty."""
    if not isinstance(value, MappingNode):
        return {}
    return {k: value.at(k) for k, item in value.items() if isinstance(item, MappingNode) and item}


def webhooks(refs: References) -> Iterator[OperationNode]:
    """Yield the webhooks of the document, with their names as paths (OpenAPI 3.1.1 §4.8.1)."""
    hooks = _mapping(refs.root, "webhooks", "webhooks", refs)
    for name, value in hooks.items():
        yield from _incoming(f"{WEBHOOK}{name}", name, value, hooks.at(name), refs)


def callbacks(owner: OperationNode, refs: References) -> Iterator[tuple[str, OperationNode]]:
    """Yield the callbacks of an operation with their names (OpenAPI 3.1.1 §4.8.18)."""
    found = _mapping(owner.node, "callbacks", f"callbacks of {owner.verb} {owner.path}", refs)
    for name, value in found.items():
        label = f"callback {name} of {owner.verb} {owner.path}"
        callback = MappingNode(owner.node.location)
        with refs.findings.operation(label, is_optional=True):
            callback = refs.follow(value, found.at(name), "a callback")
        for path, item in callback.items():
            if not path.startswith("x-"):
                for node in _incoming(label, path, item, callback.at(path), refs):
                    yield name, node


def _mapping(node: MappingNode, key: str, label: str, refs: References) -> MappingNode:
    """Return the webhooks or callbacks of a node by name; record those that cannot be read."""
    result = MappingNode(node.location)
    if node.get(key) is not None:
        with refs.findings.operation(label, is_optional=True):
            result = refs.follow(node[key], node.at(key), key)
    return result


def _incoming(
    label: str, path: str, value: Value, location: Location, refs: References
) -> Iterator[OperationNode]:
    nodes: list[OperationNode] = []
    with refs.findings.operation(label, is_optional=True):
        item = _item(value, location, refs)
        for method, operation, place in _methods(item, refs):
            node = refs.follow(operation, place, OPERATION)
            nodes.append(OperationNode(path, method, node, item))
    yield from (replace(node, incoming=label) for node in nodes)


def iter_operations(refs: References) -> Iterator[OperationNode]:
    """Yield the operations of the document in order; record the paths and members left out."""
    operations = tuple(_operations(refs))
    counts = Counter(op.operation_id for op in operations if op.operation_id)
    yield from (replace(op, shares_id=counts[op.operation_id] > 1) for op in operations)


def _operations(refs: References) -> Iterator[OperationNode]:
    root = refs.root
    for key in PATHS if is_swagger(root) else PATHS[:1]:
        if key in root:
            with suppress(Unsupported):
                paths = refs.follow(root[key], root.at(key), "paths")
                yield from _of_paths(paths, refs)


def _of_paths(paths: MappingNode, refs: References) -> Iterator[OperationNode]:
    findings = refs.findings
    for key, value in paths.items():
        if key.startswith("x-"):
            continue
        path = key if key.startswith("/") else _with_slash(key, paths, findings)
        if not path:
            continue
        item = MappingNode(paths.location)
        methods: list[_Method] = []
        with findings.operation(path):
            item = _item(value, paths.at(key), refs)
            methods += _methods(item, refs)
        nodes: list[OperationNode] = []
        for method, operation, place in methods:
            with findings.operation(f"{method.upper()} {path}"):
                node = refs.follow(operation, place, OPERATION)
                written = "" if path == key else key
                nodes.append(OperationNode(path, method, node, item, key=written))
        yield from nodes


def _with_slash(key: str, paths: MappingNode, findings: Findings) -> str:
    """Return a path with the slash that it should begin with; empty if it isn't one."""
    path = f"/{key}"
    fact = f"the path {key!r} doesn't begin with '/'"
    if "://" in key or path in paths:
        fact = f"{fact}, and {path!r} is another one" if path in paths else f"{fact}; it is a URL"
        remedy = "Begin the path with '/', or remove it."
        findings.warn("path", paths.at(key), f"{fact}; it is left out", remedy)
        return ""
    findings.assume("path", paths.at(key), f"{fact}; read as {path!r}", "Begin the path with '/'.")
    return path


def _item(value: Value, location: Location, refs: References) -> MappingNode:
    """Return a path item joined with the members beside its ``$ref`` (OpenAPI 3.1.1 §4.8.9)."""
    item = refs.follow(value, location, PATH_ITEM)
    if value is item or not isinstance(value, MappingNode):
        return item
    beside = {k: v for k, v in value.items() if k != "$ref" and not k.startswith("x-")}
    if not beside:
        return item
    for key in beside.keys() & item.keys():
        refs.findings.assume(
            "path-item",
            value.at(key),
            f"{key!r} is both here and in the target of $ref; the one here is used",
            "Remove one of the two: OpenAPI leaves open which one applies.",
        )
    return MappingNode(item.location, {**item, **beside}, item.positions)


def _methods(item: MappingNode, refs: References) -> Iterator[_Method]:
    """Yield the methods of a path item with their operations, which may be references."""
    for key in item:
        if key in METHODS:
            yield key, item[key], item.at(key)
        elif key == _MORE:
            yield from _additional(item, refs)
        elif key not in _BESIDE_METHODS and not key.startswith("x-"):
            refs.findings.warn(
                "path-item",
                item.at(key),
                f"{key!r} isn't an HTTP method; left out",
                "Remove it, or correct the spelling.",
            )


def _additional(item: MappingNode, refs: References) -> Iterator[_Method]:
    """Yield the methods in ``additionalOperations`` (OpenAPI 3.2.0 §4.10)."""
    more = refs.follow(item[_MORE], item.at(_MORE), _MORE)
    for method in more:
        if not _TOKEN.match(method) or method != method.upper() or method.lower() in METHODS:
            refs.findings.refuse(
                "method",
                more.at(method),
                f"{method!r} cannot be an additional method",
                "Use an upper-case token that isn't a field of the path item: Python's HTTP "
                "libraries send methods in upper case.",
            )
            continue
        yield method.lower(), more[method], more.at(method)


def operation_ref(reference: str, link: MappingNode, main: SourceFile) -> str:
    """Return a link's reference to an operation relative to the main document, as it is if it
    leads to another description (OpenAPI 3.1.1 §4.8.20).
    """
    file, _, fragment = reference.partition("#")
    document = link.location.document
    place = os.path.normpath(document.path.parent / unquote(file)) if file else str(document.path)
    if place == os.path.normpath(main.path):
        return f"#{fragment}"
    return reference if file else f"{document.path.name}#{fragment}"


def is_error(status: str, statuses: Collection[str]) -> bool:
    """Return whether a response of an operation with some ``statuses`` is never a success."""
    if status.lower() == "default":
        return any(status.startswith("2") or status in REDIRECTS for status in statuses)
    if status in REDIRECTS:
        return any(status.startswith("2") for status in statuses)
    return not status.startswith("2")
