"""Webhooks and callbacks compared: the requests that an API sends.

Sources: OpenAPI 3.1.1 §4.8.1 (webhooks), §4.8.18 (Callback).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

from ...document.operations import OperationNode
from ...document.pointer import escape
from ...document.tree import MappingNode
from ...openapi.model import IncomingRequest, Part
from ..inputs import Input
from .differences import Comparison, DifferenceRecorder
from .operations import OperationComparer
from .schemas import SchemaComparer

_Pair: TypeAlias = tuple[IncomingRequest | None, IncomingRequest | None]


class IncomingComparer:
    """Compares the requests that the APIs of two descriptions send."""

    def __init__(self, old: Input, new: Input) -> None:
        self.old = old
        self.new = new

    @cached_property
    def _operations(self) -> OperationComparer:
        documents = self.old.incoming.document, self.new.incoming.document
        return OperationComparer(*documents, SchemaComparer(*documents))

    def webhooks(self, *, counts_added: bool) -> Iterator[tuple[str, Sequence[Comparison]]]:
        """Yield the comparisons of each webhook, with its label."""
        group = _Group("webhook", self.old.source.root, self.new.source.root, "webhooks")
        for name in group.names:
            if counts_added or name in group.old:
                yield f"webhook {name}", self._compare(group, name)

    def callbacks(self, old: OperationNode, new: OperationNode) -> list[Comparison]:
        """Return the comparisons of the callbacks of two operations."""
        group = _Group("callback", old.node, new.node, "callbacks", (old, new))
        return [one for name in group.names for one in self._compare(group, name)]

    def _compare(self, group: _Group, name: str) -> list[Comparison]:
        comparison = Comparison("")
        if not (name in group.old and name in group.new):
            group.record_presence(comparison, name)
            return [comparison]
        sides = (self.old, group.owners[0]), (self.new, group.owners[1])
        requests = [
            side.incoming.named.get(
                (owner.path if owner else "", owner.method if owner else "", name), ()
            )
            for side, owner in sides
        ]
        faults = [side.incoming.unreadable.get(group.label(name, owner)) for side, owner in sides]
        compared = [comparison]
        for pair in _pairs(*requests):
            before, after = pair
            if before is not None and after is not None:
                compared += self._operations.compare_incoming(before, after)
            elif fault := faults[before is not None]:
                group.record_unreadable(comparison, name, fault, is_new=before is not None)
                break
            else:
                group.record_presence(comparison, name, pair)
        return compared


class _Group:
    """The webhooks of two descriptions, or the callbacks of two operations."""

    def __init__(
        self,
        kind: str,
        old: MappingNode,
        new: MappingNode,
        member: str,
        owners: tuple[OperationNode | None, OperationNode | None] = (None, None),
    ) -> None:
        self.kind = kind
        self.owners = owners
        self.parents = old, new
        self.old, self.new = (
            found
            if isinstance(found := node.get(member), MappingNode)
            else MappingNode(node.at(member))
            for node in (old, new)
        )
        self.names = tuple({**self.old, **self.new})

    def label(self, name: str, owner: OperationNode | None) -> str:
        """Return what messages call the requests of a name."""
        return f"{self.kind} {name}" + (f" of {owner.verb} {owner.path}" if owner else "")

    def record_presence(self, comparison: Comparison, name: str, pair: _Pair | None = None) -> None:
        """Record a name that only one side has, or one request of it."""
        recorder, parts = self._recorder(comparison, name)
        if pair is not None:
            recorder.subject = f"{self.kind} {name}"
        shown = next((f"{one.verb} {one.path}" for one in pair or () if one), name)
        sides = pair or parts
        recorder.record_presence(f"incoming/{self.kind}", *sides, shown, at=recorder.at)

    def record_unreadable(
        self, comparison: Comparison, name: str, fact: str, *, is_new: bool
    ) -> None:
        """Record that one side has requests in a form that cannot be read."""
        recorder, _ = self._recorder(comparison, name)
        rule = "unreadable" if is_new else "readable"
        recorder.record(f"operation/part/{rule}", fact=f"{self.kind} {name}: {fact}")

    def _recorder(
        self, comparison: Comparison, name: str
    ) -> tuple[DifferenceRecorder, tuple[Part | None, Part | None]]:
        parts = [Part(names.at(name)) if name in names else None for names in (self.old, self.new)]
        old, new = parts
        parents = Part(self.parents[0].location), Part(self.parents[1].location)
        at = f"{self.old.location.pointer}/{escape(name)}"
        recorder = DifferenceRecorder(
            comparison, old or parents[0], new or parents[1], at=at, subject=""
        )
        return recorder, (old, new)


def _pairs(old: Sequence[IncomingRequest], new: Sequence[IncomingRequest]) -> Iterator[_Pair]:
    """Yield the requests of one name that belong together: by URL and method, else in order."""
    known = {(one.path, one.method): one for one in new}
    same = [(one, known[one.path, one.method]) for one in old if (one.path, one.method) in known]
    yield from same
    left = [one for one in old if (one.path, one.method) not in known]
    right = [one for one in new if one not in {after for _, after in same}]
    yield from zip(left, right, strict=False)
    yield from ((one, None) for one in left[len(right) :])
    yield from ((None, one) for one in right[len(left) :])
