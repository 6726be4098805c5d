"""References where OpenAPI has none: in place of an operation, a list of servers, all headers.

Descriptions in several files have them, and bundlers put their targets in their place. So does this
module; everything else reads a tree with such a reference as one without. References where OpenAPI
has them, and those of schemas, stay: their targets have names.

Sources: OpenAPI 3.1.1 §4.8 and 3.2.0 §4 (fixed fields of each object), Swagger 2.0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeGuard

from ...base.errors import Unsupported
from .declared import METHODS
from .tree import Container, GatheredLocation, Location, MappingNode, SequenceNode, Value, members

DOCUMENT: Final = "a document"
OPERATION: Final = "an operation"
PATH_ITEM: Final = "a path item"
_DEEPEST: Final = 60
"""The levels in which references are replaced at once; those further inside when they are read."""
_ANY: Final = "*"
"""Any member of a mapping from names."""
_ITEM: Final = "[]"
"""Each item of a list."""
_REFERENCES: Final = frozenset(
    (
        PATH_ITEM,
        "a parameter",
        "the request body",
        "a response",
        "a header",
        "an example",
        "a link",
        "a callback",
        "a security scheme",
        "a media type",
    )
)
"""The objects in whose place OpenAPI has references."""
_REFERENCES_20: Final = frozenset((PATH_ITEM, "a parameter", "a response"))
"""Those of Swagger 2.0."""
_NEEDED: Final = frozenset(
    (
        "paths",
        OPERATION,
        "additionalOperations",
        "parameters",
        "content",
        "the responses",
        "security",
        "a security requirement",
    )
)
"""The parts without which an operation cannot be called; others are left out with a warning."""
_EXTENSIBLE: Final = ("paths", "the responses", "a callback")
"""The mappings from names in which a name with ``x-`` is an extension."""
_OWN: Final = {
    "externalDocs": "external documentation",
    "servers": "servers",
    "security": "security",
    "consumes": "media types",
    "produces": "media types",
    "schemes": "schemes",
}
"""The members that a document has, and an operation too."""
_RESPONSE: Final = {
    "headers": "headers",
    "content": "content",
    "links": "links",
    "examples": "values",
}
_PARTS: Final[Mapping[str, Mapping[str, str]]] = {
    DOCUMENT: {
        **_OWN,
        "info": "info",
        "paths": "paths",
        "x-ms-paths": "paths",
        "webhooks": "webhooks",
        "components": "components",
        "tags": "tags",
        "definitions": "schemas",
        "parameters": "parameters of a document",
        "responses": "responses of a document",
        "securityDefinitions": "a section of security schemes",
    },
    "components": {
        "schemas": "schemas",
        "parameters": "a section of parameters",
        "responses": "a section of responses",
        "requestBodies": "a section of request bodies",
        "headers": "headers",
        "examples": "examples",
        "links": "links",
        "callbacks": "callbacks",
        "securitySchemes": "a section of security schemes",
        "pathItems": "webhooks",
        "mediaTypes": "content",
    },
    "parameters of a document": {_ANY: "a parameter of a document"},
    "responses of a document": {_ANY: "a response of a document"},
    "a section of parameters": {_ANY: "a parameter"},
    "a section of responses": {_ANY: "a response"},
    "a section of request bodies": {_ANY: "the request body"},
    "a section of security schemes": {_ANY: "a security scheme"},
    "info": {"contact": "contact", "license": "license"},
    "tags": {_ITEM: "a tag"},
    "a tag": {"externalDocs": "external documentation"},
    "servers": {_ITEM: "a server"},
    "a server": {"variables": "variables"},
    "variables": {_ANY: "a variable"},
    "security": {_ITEM: "a security requirement"},
    "paths": {_ANY: PATH_ITEM},
    "webhooks": {_ANY: PATH_ITEM},
    "a callback": {_ANY: PATH_ITEM},
    PATH_ITEM: {
        **dict.fromkeys(METHODS, OPERATION),
        "additionalOperations": "additionalOperations",
        "parameters": "parameters",
        "servers": "servers",
    },
    "additionalOperations": {_ANY: OPERATION},
    OPERATION: {
        **_OWN,
        "tags": "tags of an operation",
        "parameters": "parameters",
        "requestBody": "the request body",
        "responses": "the responses",
        "callbacks": "callbacks",
    },
    "parameters": {_ITEM: "a parameter"},
    "a parameter": {"content": "content", "examples": "examples"},
    "the request body": {"content": "content"},
    "the responses": {_ANY: "a response"},
    "a response": _RESPONSE,
    "a response of a document": _RESPONSE,
    "a header": {"content": "content", "examples": "examples"},
    "content": {_ANY: "a media type"},
    "a media type": {
        "examples": "examples",
        "encoding": "encodings",
        "itemEncoding": "an encoding",
        "prefixEncoding": "a list of encodings",
    },
    "an encoding": {
        "headers": "headers",
        "encoding": "encodings",
        "itemEncoding": "an encoding",
        "prefixEncoding": "a list of encodings",
    },
    "encodings": {_ANY: "an encoding"},
    "a list of encodings": {_ITEM: "an encoding"},
    "headers": {_ANY: "a header"},
    "examples": {_ANY: "an example"},
    "links": {_ANY: "a link"},
    "callbacks": {_ANY: "a callback"},
    "a link": {"server": "a server"},
    "a security scheme": {"flows": "flows"},
    "flows": {_ANY: "a flow"},
}
"""The members of each object, and what they are; schemas and values have no parts here."""

OF_SECTION: Final = {
    key: kinds[_ANY] for key, what in _PARTS["components"].items() if (kinds := _PARTS.get(what))
}
"""What is in each section of components, but for schemas."""


class Dereferencer:
    """Puts targets in the place of references where OpenAPI has none."""

    def __init__(
        self,
        resolve: Callable[[MappingNode], Value],
        *,
        is_swagger: bool,
        is_for_edits: bool = False,
    ) -> None:
        """``resolve`` returns the end of a chain of references, or raises ``Unsupported``.

        For edits, path items are put in the place of references too, and what doesn't resolve
        stays.
        """
        self._resolve = resolve
        self._references = _REFERENCES_20 if is_swagger else _REFERENCES
        self._is_for_edits = is_for_edits
        self.targets: set[int] = set()
        """The ``id`` of each target that is in the place of a reference."""
        self._results: dict[tuple[int, str], tuple[Value, Value]] = {}
        """Each value, with what it becomes, by its ``id`` and what it is; one that is inside itself
        stays as it is there."""
        self._level = 0
        self.replaced: dict[int, Mapping[str, Location]] = {}
        """The members beside a reference that its target has too, by the ``id`` of the result."""
        self._left_out: dict[int, Sequence[tuple[str, MappingNode]]] = {}
        """The references that were left out of a mapping or list, by its ``id``."""

    def of(self, value: Value, what: str) -> Value:
        """Return a value, which is ``what``, with the targets of its references in their place.

        Of the references that don't resolve, those that are needed stay; others are left out.
        """
        if not isinstance(value, (MappingNode, SequenceNode)):
            return value
        if (id(value), what) in self._results:
            return self._results[id(value), what][1]
        if self._level == _DEEPEST:
            return value
        self._results[id(value), what] = value, value
        self._level += 1
        result = self._with_parts(self._target(value, what), what)
        self._level -= 1
        self._results[id(result), what] = result, result
        if self._is_replaced(value, what) and result is not value:
            self.targets.add(id(result))
        self._results[id(value), what] = value, result
        return result

    def left_out(self, node: MappingNode) -> Iterator[tuple[str, MappingNode]]:
        """Yield the references that a node, or one of its members, lacks, with their keys."""
        if self._left_out:
            for part in (node, *node.values()):
                yield from self._left_out.get(id(part), ())

    def _is_replaced(self, value: Value, what: str) -> TypeGuard[MappingNode]:
        """Return whether a value, which is ``what``, is a reference that its target replaces."""
        if not isinstance(value, MappingNode) or not isinstance(value.get("$ref"), str):
            return False
        return what not in self._references or (
            self._is_for_edits and what == PATH_ITEM and len(value) == 1
        )

    def _can_be_left_out(self, what: str) -> bool:
        return not self._is_for_edits and what not in _NEEDED

    def _target(self, value: Container, what: str) -> Container:
        """Return the target of a reference with the members beside it, or the value itself."""
        if not self._is_replaced(value, what):
            return value
        try:
            target = self._resolve(value)
        except Unsupported:
            return value
        if not isinstance(target, (MappingNode, SequenceNode)):
            return value
        beside = {key: own for key, own in value.items() if key != "$ref"}
        if not beside or isinstance(target, SequenceNode):
            return target
        places = {key: value.at(key) for key in beside}
        location = GatheredLocation(target.location, places)
        merged = MappingNode(location, {**target, **beside}, target.positions)
        if both := {key: places[key] for key in beside if key in target}:
            self.replaced[id(merged)] = both
        return merged

    def _with_parts(self, value: Container, what: str) -> Container:
        """Return a value with its parts as :meth:`of` returns them; itself if all are the same."""
        changed: dict[str, Value] = {}
        left_out: list[tuple[str, MappingNode]] = []
        for key, part, kind in _parts(value, what):
            if kind not in _PARTS and not self._is_replaced(part, kind):
                continue  # most of them: tags, security, schemes
            other = self.of(part, kind)
            if other is not part:
                changed[key] = other
            elif self._is_replaced(part, kind) and self._can_be_left_out(kind):
                left_out.append((key, part))
        result = value
        if changed or left_out:
            result = _with_members(value, changed, [key for key, _ in left_out])
        if left_out:
            self._left_out[id(result)] = left_out
        if id(value) in self.replaced:
            self.replaced[id(result)] = self.replaced[id(value)]
        return result


def _with_members(
    value: Container, changed: Mapping[str, Value], without: Sequence[str]
) -> Container:
    """Return a copy of a mapping or list in which some members or items are others, or missing."""
    kept = {key: changed.get(key, part) for key, part in members(value) if key not in without}
    if isinstance(value, MappingNode):
        return MappingNode(value.location, kept, value.positions and dict(value.positions))
    items = SequenceNode(value.location, kept.values())
    if value.positions:
        items.positions = [value.positions[int(index)] for index in kept]
    return items


def _parts(value: Container, what: str) -> Iterator[tuple[str, Value, str]]:
    """Yield the members and items that may have references, and what they are."""
    table = _PARTS.get(what, {})
    named = table.get(_ITEM if isinstance(value, SequenceNode) else _ANY)
    for key, part in members(value):
        kind = named or table.get(key)
        is_extension = what in _EXTENSIBLE and key.startswith("x-")
        if kind is not None and not is_extension and isinstance(part, (dict, list)):
            yield key, part, kind
