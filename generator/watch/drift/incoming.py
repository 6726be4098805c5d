"""Webhooks and callbacks compared: the requests that an API sends.

Sources: OpenAPI 3.1.1 §4.8.1 (webhooks), §4.8.18 (Callback).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from ...base.immutable import immutable
from ...codegen.description.selection import Selection
from ...reading.document.operations import OperationNode, callback_names, webhook_names
from ...reading.document.pointer import escape
from ...reading.document.selectors import selects_webhook
from ...reading.document.tree import Location
from ...reading.openapi.model.document import IncomingRequest
from ...reading.openapi.model.schemas import Part
from .compare.operations import OperationComparer
from .differences.differences import Comparison, DifferenceRecorder
from .schemas.schemas import SchemaComparer

_Pair: TypeAlias = tuple[IncomingRequest | None, IncomingRequest | None]


class IncomingComparer:
    """Compares the requests that the APIs of two descriptions send."""

    def __init__(self, old: Selection, new: Selection) -> None:
        self.old = old
        self.new = new

    @cached_property
    def _operations(self) -> OperationComparer:
        documents = self.old.incoming.document, self.new.incoming.document
        return OperationComparer(*documents, SchemaComparer(*documents))

    def webhooks(
        self, selectors: Sequence[str], *, counts_added: bool
    ) -> Iterator[tuple[str, Sequence[Comparison]]]:
        """Yield the comparisons of each webhook that selectors take, with its label."""
        roots = self.old.refs.root, self.new.refs.root
        old, new = (_Side(root.location, webhook_names(root)) for root in roots)
        group = _Group("webhook", old, new)
        for name in group.names:
            if selects_webhook(selectors, name) and (counts_added or name in old.names):
                yield f"webhook {name}", self._compare(group, name)

    def callbacks(self, old: OperationNode, new: OperationNode) -> list[Comparison]:
        """Return the comparisons of the callbacks of two operations."""
        sides = [_Side(op.node.location, callback_names(op), op) for op in (old, new)]
        group = _Group("callback", *sides)
        return [comparison for name in group.names for comparison in self._compare(group, name)]

    def _compare(self, group: _Group, name: str) -> list[Comparison]:
        comparison = Comparison("")
        if any(name not in side.names for side in group.sides):
            group.record_presence(comparison, name)
            return [comparison]
        sides = (self.old, group.sides[0].owner), (self.new, group.sides[1].owner)
        requests = [side.incoming.named(owner, name) for side, owner in sides]
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


@immutable
class _Side:
    """The webhooks of a description, or the callbacks of an operation."""

    location: Location
    """Of the description's root, or of the operation."""
    names: Mapping[str, Location]
    owner: OperationNode | None = None


class _Group:
    """The webhooks of two descriptions, or the callbacks of two operations."""

    def __init__(self, kind: str, old: _Side, new: _Side) -> None:
        self.kind = kind
        self.sides = old, new
        self.names = tuple({**old.names, **new.names})

    def label(self, name: str, owner: OperationNode | None) -> str:
        """Return what messages call the requests of a name."""
        return f"{self.kind} {name}" + (f" of {owner.verb} {owner.path}" if owner else "")

    def record_presence(self, comparison: Comparison, name: str, pair: _Pair | None = None) -> None:
        """Record a name that only one side has, or one request of it."""
        recorder, parts = self._recorder(comparison, name)
        if pair is not None:
            recorder.subject = f"{self.kind} {name}"
        title = next((f"{op.verb} {op.path}" for op in pair or () if op), name)
        sides = pair or parts
        recorder.record_presence(f"incoming/{self.kind}", *sides, title, at=recorder.at)

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
        old, new = (Part(side.names[name]) if name in side.names else None for side in self.sides)
        parents = Part(self.sides[0].location), Part(self.sides[1].location)
        at = f"{parents[0].location.pointer}/{self.kind}s/{escape(name)}"
        recorder = DifferenceRecorder(
            comparison, old or parents[0], new or parents[1], at=at, subject=""
        )
        return recorder, (old, new)


def _pairs(old: Sequence[IncomingRequest], new: Sequence[IncomingRequest]) -> Iterator[_Pair]:
    """Yield the requests of one name that belong together: by URL and method, else in order."""
    olds, news = ({(op.path, op.method): op for op in side} for side in (old, new))
    yield from ((op, news[place]) for place, op in olds.items() if place in news)
    removed = [op for place, op in olds.items() if place not in news]
    right = [op for place, op in news.items() if place not in olds]
    yield from zip(removed, right, strict=False)
    yield from ((op, None) for op in removed[len(right) :])
    yield from ((None, op) for op in right[len(removed) :])
