"""The inline schemas that several operations of one resource have at the same place.

What a description repeats at the same path below the operations of a resource is one class, named
by the resource and that path. All operations of the description count, not the selected ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ....document.component_keys import below, casefolded, component_key
from ....document.operations import OperationNode
from ....document.subtypes import Subtypes
from ....document.tree import MappingNode
from .inline_keys import Definitions, InlineKeys, InlineSchema


class ResourceSchemas:
    """The keys of inline schemas below the operations of one description."""

    def __init__(
        self,
        root: MappingNode,
        origins: Mapping[str, dict[str, None]],
        subtypes: Subtypes,
        definitions: Definitions,
    ) -> None:
        self.origins = origins
        """The beginning of a key → the places that it is for."""
        self.inline = InlineKeys(root, subtypes, definitions)
        self._shared: dict[OperationNode, Mapping[int, str]] = {}
        self._at_hand: Mapping[int, str] = {}
        self._hint = self._label = ""

    def add(self, operations: Sequence[OperationNode]) -> None:
        """Take the components and all operations of the description."""
        self.inline.add(operations)
        resources: defaultdict[str, list[OperationNode]] = defaultdict(list)
        for operation in operations:
            resources[casefolded(operation.names.calls[0].resource)].append(operation)
        for resource, listed in resources.items():
            if resource and len(listed) > 1:
                name = min(op.names.calls[0].resource for op in listed)
                self._shared |= dict.fromkeys(listed, self._keys(name, listed))

    def begin(self, op: OperationNode, hint: str) -> None:
        """Begin an operation, whose inline schemas have keys that begin with ``hint``."""
        id_, place = op.spellings
        self._label = " ".join((place, id_, *op.tags[:1]))
        self.origins[component_key(hint)][self._label] = None
        self._at_hand, self._hint = self._shared.get(op, {}), hint

    def hint(self, value: MappingNode, hint: str) -> str:
        """Return the key of a schema, which is ``hint`` unless other operations have it too."""
        beginning = self._at_hand.get(id(value.location))
        if beginning is None:
            return hint
        is_own = hint.startswith(f"{self._hint}.")
        others = (key for key in self._at_hand.values() if hint.startswith(f"{key}."))
        other = self._hint if is_own else max(others, key=len, default="")
        if not other:
            return hint
        rest = hint.removeprefix(other)
        shared = below(beginning, rest[1:])
        self.origins[component_key(shared)][f"{self._label}.{component_key(rest)}"] = None
        return shared

    def _keys(self, resource: str, operations: Iterable[OperationNode]) -> dict[int, str]:
        """Return the beginning of the key of each schema that several operations have, by the
        ``id`` of its location.

        It is the resource. If a place has several such schemas, or if several places, or others,
        have one key, it is the first operation of each.
        """
        places: defaultdict[str, defaultdict[int, list[tuple[OperationNode, InlineSchema]]]]
        places = defaultdict(lambda: defaultdict(list))
        for op in operations:
            for schema in self.inline.schemas[op]:
                places[schema.place][schema.number].append((op, schema))
        several: list[tuple[str, list[tuple[OperationNode, InlineSchema]]]] = []
        for place, schemas in sorted(places.items()):
            for uses in schemas.values():
                if len({id(op) for op, _ in uses}) > 1:
                    several.append((place, uses))
        rivals: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
        for place, uses in several:
            for _, schema in uses:
                key = schema.key(resource)
                rivals[place].add(("", schema.whole))
                rivals[casefolded(key)] |= {(key, schema.whole), *self.inline.numbers(key)}
        result: dict[int, str] = {}
        for place, uses in several:
            keys = (place, *(casefolded(schema.key(resource)) for _, schema in uses))
            is_alone = all(len(rivals[key]) == 1 for key in keys)
            firsts: dict[str, OperationNode] = {}
            for op, schema in sorted(uses, key=lambda pair: (pair[0].path, pair[0].method)):
                first = firsts.setdefault(schema.rest, op)
                beginning = resource if is_alone else self.inline.beginnings[first]
                result[id(schema.node.location)] = beginning
        return result
