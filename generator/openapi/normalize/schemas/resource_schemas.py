"""The inline schemas that several operations of one resource have at the same place.

What a description repeats at the same path below the operations of a resource is one class, named
by the resource and that path. All operations of the description count, not the selected ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256

from ....document.component_keys import below, component_key
from ....document.operations import OperationNode
from ....document.tree import MappingNode, SequenceNode, Value
from .. import swagger2
from ..nodes.node_values import mappings, members

_COMPOSED = ("allOf", "oneOf", "anyOf", "not", "if", "then", "else")
"""The keywords whose schemas depend on what is beside them."""
_NAMED = ("properties", "enum", "const", *_COMPOSED)
_Places = defaultdict[str, defaultdict[bytes, list[tuple[OperationNode, MappingNode]]]]


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
        self._hint = ""
        self._at_hand: Mapping[int, str] = {}
        self._label = ""

    def add(self, operations: Iterable[OperationNode], hints: Mapping[OperationNode, str]) -> None:
        """Take the operations of the description, with the beginnings of their keys."""
        self._hints |= hints
        for found in operations:
            if resource := found.names.calls[0].resource:
                self._resources[resource].append(found)

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
            shared = self._shared[resource] = _shared(resource, operations, self._hints)
            self._firsts[resource] = frozenset((resource, *shared.values()))
        self._at_hand, self._beginnings = self._shared[resource], self._firsts[resource]
        self._hint = hint

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
    resource: str, operations: Iterable[OperationNode], hints: Mapping[OperationNode, str]
) -> dict[int, str]:
    """Return the beginning of the key of each schema that several operations have, by the ``id`` of
    its location.

    It is the resource. If a place has several such schemas, it is the first operation of each.
    """
    places: _Places = defaultdict(lambda: defaultdict(list))
    for found in operations:
        for place, node in _inline(found):
            _Walk(places, found).add(node, place)
    result: dict[int, str] = {}
    for schemas in places.values():
        several = [uses for uses in schemas.values() if len({id(op) for op, _ in uses}) > 1]
        for uses in several:
            first = min((op for op, _ in uses), key=lambda op: (op.path, op.method))
            beginning = resource if len(several) == 1 else hints[first]
            result |= {id(node.location): beginning for _, node in uses}
    return result


def _inline(found: OperationNode) -> Iterator[tuple[str, MappingNode]]:
    """Yield what an operation contains itself, with its place: parameters, body and responses."""
    parameters: dict[str, MappingNode] = {}
    for level in (found.item, found.node):
        for node in mappings(level.get("parameters")):
            parameters[f"{node.get('in')} {node.get('name')}"] = node
    for key, node in parameters.items():
        if node.get("in") == "body":
            yield "requestBody", node
        else:
            has_own = "schema" in node or "content" in node
            yield f"parameters/{key}", node if has_own else swagger2.schema(node)
    body = found.node.get("requestBody")
    if isinstance(body, MappingNode):
        yield "requestBody", body
    for status, node in members(found.node.get("responses")):
        yield f"responses/{status}", node


class _Walk:
    """The schemas of an operation, added to a table by their places and digests."""

    def __init__(self, places: _Places, found: OperationNode) -> None:
        self.places = places
        self.found = found
        self.digests: dict[int, bytes] = {}

    def add(self, node: MappingNode, place: str) -> None:
        """Add a node and those below it."""
        todo: list[tuple[Value, str]] = [(node, place)]
        while todo:
            value, at = todo.pop()
            if isinstance(value, SequenceNode):
                todo += ((item, f"{at}/{index}") for index, item in enumerate(value))
            elif isinstance(value, MappingNode) and "$ref" not in value:
                digest = self.digest(value)
                if any(key in value for key in _NAMED):
                    self.places[at][digest].append((self.found, value))
                for key, item in value.items():
                    own = f"{at} {digest.hex()}" if key in _COMPOSED else at
                    todo.append((item, f"{own}/{key}"))

    def digest(self, value: Value) -> bytes:
        """Return a hash that equal values have."""
        if not isinstance(value, MappingNode | SequenceNode):
            return f"{type(value).__name__} {value!r}".encode("utf-8", "surrogatepass")
        if id(value) not in self.digests:
            whole = sha256()
            if isinstance(value, MappingNode):
                for key in sorted(value):
                    whole.update(f"{len(key)} {key} ".encode("utf-8", "surrogatepass"))
                    whole.update(self.digest(value[key]))
            else:
                for item in value:
                    whole.update(b"[" + self.digest(item))
            self.digests[id(value)] = whole.digest()
        return self.digests[id(value)]
