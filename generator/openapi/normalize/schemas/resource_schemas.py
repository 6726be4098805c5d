"""The inline schemas that several operations of one resource have at the same place.

What a description repeats at the same path below the operations of a resource is one class, named
by the resource and that path. All operations of the description count, not the selected ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple

from ....document.component_keys import below, casefolded, component_key
from ....document.declared import section
from ....document.operations import OperationNode
from ....document.tree import MappingNode, SequenceNode, Value
from .. import swagger2
from ..nodes.node_values import mappings, members
from .key_words import media_type_words, response_word

_COMPOSED = ("allOf", "oneOf", "anyOf", "not", "if", "then", "else")
"""The keywords whose schemas depend on what is beside them."""
_NAMED = ("properties", "enum", "const", *_COMPOSED)
_WORDS = {
    "items": "item", "additionalProperties": "value", "itemSchema": "item",
    **dict.fromkeys(("properties", "headers", "content", "schema", "allOf"), ""),
}  # fmt: skip
"""The words that keys have for members, where it isn't the member's name."""
_MAPPINGS = ("properties", "headers", "content")
"""The members whose own members have any names."""
_SECTIONS = {"schemas": "", "parameters": "", "responses": "response", "requestBodies": "request"}
"""The sections of components with the word that keys have after one's own."""
_Places = defaultdict[str, defaultdict[bytes, "list[tuple[OperationNode, _Use]]"]]


class _Use(NamedTuple):
    """A schema of one operation, or of a component."""

    node: MappingNode
    key: str
    """The key that it has below its resource, its operation or its component."""
    whole: bytes
    """The digest of the schema that it is composed into; else its own."""


class ResourceSchemas:
    """The keys of inline schemas below the operations of one description."""

    def __init__(self) -> None:
        self.origins: defaultdict[str, dict[str, None]] = defaultdict(dict)
        """The beginning of a key → the places that it is for: an operation and the rest of a key,
        or the operation alone."""
        self._hints: dict[OperationNode, str] = {}
        self._resources: defaultdict[str, list[OperationNode]] = defaultdict(list)
        self._shared: dict[str, dict[int, str]] = {}
        self._firsts: dict[str, frozenset[str]] = {}
        self._beginnings: Collection[str] = ()
        self._components: list[tuple[str, bool, MappingNode]] = []
        """The beginnings of the keys of components, whether they are schemas, and their nodes."""
        self._hint = ""
        self._at_hand: Mapping[int, str] = {}
        self._label = ""

    def add(
        self,
        root: MappingNode,
        operations: Iterable[OperationNode],
        hints: Mapping[OperationNode, str],
    ) -> None:
        """Take the components and operations of a description; ``hints`` begin their keys."""
        self._hints |= hints
        for found in operations:
            if resource := found.names.calls[0].resource:
                self._resources[resource].append(found)
        self._components = [
            (key if casefolded(key).endswith(word) else below(key, word), kind == "schemas", node)
            for kind, word in _SECTIONS.items()
            for key, node in members(section(root, kind))
        ]

    def begin(self, found: OperationNode, hint: str) -> None:
        """Begin an operation, whose inline schemas have keys that begin with ``hint``."""
        id_, place = found.spellings
        self._label = " ".join((place, id_, *found.tags[:1]))
        self.origins[component_key(hint)][self._label] = None
        resource = found.names.calls[0].resource
        operations = () if found.incoming else self._resources.get(resource, ())
        if len(operations) < 2:
            self._at_hand, self._beginnings = {}, ()
            return
        if resource not in self._shared:
            shared = self._shared[resource] = _shared(
                resource, operations, self._hints, self._rivals(resource)
            )
            self._firsts[resource] = frozenset((resource, *shared.values()))
        self._at_hand, self._beginnings = self._shared[resource], self._firsts[resource]
        self._hint = hint

    def _rivals(self, resource: str) -> Iterator[tuple[str, bytes]]:
        """Yield the keys, with digests, of other schemas whose keys begin like a resource's."""
        start = casefolded(resource)
        for found, hint in self._hints.items():
            if casefolded(hint).startswith(start):
                for place, word, node in _inline(found):
                    for _, _, use in _uses(node, place, below(hint, word)):
                        yield use.key, use.whole
        for key, is_schema, node in self._components:
            if casefolded(key).startswith(start):
                for _, _, use in _uses(node, "", key):
                    if not (is_schema and use.node is node):  # a class yields to a declared one
                        yield use.key, use.whole

    def hint(self, value: MappingNode, hint: str) -> str:
        """Return the key of a schema, which is ``hint`` unless other operations have it too."""
        beginning = self._at_hand.get(id(value.location))
        if beginning is None:
            return hint
        is_own = hint.startswith(f"{self._hint}.")
        others = (one for one in self._beginnings if hint.startswith(f"{one}."))
        other = self._hint if is_own else max(others, key=len, default="")
        if not other:
            return hint
        rest = hint.removeprefix(other)
        shared = below(beginning, rest[1:])
        self.origins[component_key(shared)][f"{self._label}.{component_key(rest)}"] = None
        return shared


def _shared(
    resource: str,
    operations: Iterable[OperationNode],
    hints: Mapping[OperationNode, str],
    others: Iterable[tuple[str, bytes]],
) -> dict[int, str]:
    """Return the beginning of the key of each schema that several operations have, by the ``id`` of
    its location.

    It is the resource. If a place has several such schemas, or if several places, or ``others``,
    have one key, it is the first operation of each.
    """
    places: _Places = defaultdict(lambda: defaultdict(list))
    for found in operations:
        for place, key, node in _inline(found):
            for at, digest, use in _uses(node, place, below(resource, key)):
                places[at][digest].append((found, use))
    several = [
        (place, uses)
        for place, schemas in sorted(places.items())
        for uses in schemas.values()
        if len({id(found) for found, _ in uses}) > 1
    ]
    rivals: defaultdict[str, set[tuple[str, bytes]]] = defaultdict(set)
    for key, whole in others:
        rivals[casefolded(key)].add((key, whole))
    for place, uses in several:
        for _, use in uses:
            rivals[place].add(("", use.whole))
            rivals[casefolded(use.key)].add((use.key, use.whole))
    result: dict[int, str] = {}
    for place, uses in several:
        keys = (place, *(casefolded(use.key) for _, use in uses))
        is_alone = all(len(rivals[key]) == 1 for key in keys)
        firsts: dict[str, OperationNode] = {}
        for found, use in sorted(uses, key=lambda pair: (pair[0].path, pair[0].method)):
            first = firsts.setdefault(use.key, found)
            result[id(use.node.location)] = resource if is_alone else hints[first]
    return result


def _inline(found: OperationNode) -> Iterator[tuple[str, str, MappingNode]]:
    """Yield what an operation contains itself: parameters, body and responses.

    Each has its place and the word that keys have for it.
    """
    parameters: dict[str, MappingNode] = {}
    for level in (found.item, found.node):
        for node in mappings(level.get("parameters")):
            parameters[f"{node.get('in')} {node.get('name')}"] = node
    for key, node in parameters.items():
        if node.get("in") == "body":
            yield "requestBody", "request", node
        else:
            has_own = "schema" in node or "content" in node
            schema = node if has_own else swagger2.schema(node)
            yield f"parameters/{key}", str(node.get("name")), schema
    body = found.node.get("requestBody")
    if isinstance(body, MappingNode):
        yield "requestBody", "request", body
    responses = found.node.get("responses")
    if isinstance(responses, MappingNode):
        for status, node in members(responses):
            yield f"responses/{status}", response_word(status, responses), node


def _uses(node: MappingNode, place: str, key: str) -> Iterator[tuple[str, bytes, _Use]]:
    """Yield the schemas at and below a node, whose keys begin with ``key``: place, digest, use."""
    digests: dict[int, bytes] = {}
    todo: list[tuple[Value, str, str, str, bytes]] = [(node, place, "", key, b"")]
    while todo:
        value, at, member, own, whole = todo.pop()
        if isinstance(value, SequenceNode):
            for index, item in enumerate(value):
                inner = below(own, index) if member == "prefixItems" else own
                todo.append((item, f"{at}/{index}", "", inner, whole))
        elif isinstance(value, MappingNode) and "$ref" not in value:
            digest = _digest(value, digests)
            if any(name in value for name in _NAMED):
                yield at, digest, _Use(value, component_key(own), whole or digest)
            words = _words(value, member)
            for name, item in value.items():
                is_composed = name in _COMPOSED
                outer = f"{at} {digest.hex()}" if is_composed else at
                inner = below(own, words[name]) if words[name] else own
                kind = "" if member in _MAPPINGS else name
                root = whole or (digest if is_composed else b"")
                todo.append((item, f"{outer}/{name}", kind, inner, root))


def _digest(value: Value, digests: dict[int, bytes]) -> bytes:
    """Return a hash that equal values have; ``digests`` has those that are known."""
    if not isinstance(value, MappingNode | SequenceNode):
        return f"{type(value).__name__} {value!r}".encode("utf-8", "surrogatepass")
    if id(value) not in digests:
        whole = sha256()
        if isinstance(value, MappingNode):
            for key in sorted(value):
                whole.update(f"{len(key)} {key} ".encode("utf-8", "surrogatepass"))
                whole.update(_digest(value[key], digests))
        else:
            for item in value:
                whole.update(b"[" + _digest(item, digests))
        digests[id(value)] = whole.digest()
    return digests[id(value)]


def _words(node: MappingNode, member: str) -> Mapping[str, str]:
    """Return the word that keys have for each member of a node, which is a member itself."""
    if member == "content":
        return media_type_words(node)
    return {name: name if member in _MAPPINGS else _WORDS.get(name, name) for name in node}
