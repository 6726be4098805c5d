"""One side of a comparison: a description, sliced to operations, in canonical form, as a client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from ..apidiff.from_ir import from_ir
from ..config import Client as Settings
from ..document.operations import OperationNode, operations_of
from ..document.references import References
from ..document.selectors import chosen
from ..document.tree import Document, MappingNode, walk
from ..errors import Findings, Place, Problem, SpecError, SpeclockError, UsageError
from ..openapi.normalize.document import Canonical, canonicalise
from .changes import Side
from .compare.operation_pair import Held, bare
from .python_api import Client


class Sliced:
    """The operations of one description that are compared."""

    def __init__(self, document: Document, progress: Callable[[str], None]) -> None:
        self.document = document
        self.progress = progress
        self.findings = Findings()
        self.refs = References(document, self.findings)
        self.every = tuple(operations_of(document, self.refs))
        self._elsewhere = len(self.findings.refusals)

    def select(self, selectors: Sequence[str]) -> tuple[OperationNode, ...]:
        """The operations that selectors name; raises :class:`UsageError` as the generator does."""
        if not self.every:
            return ()
        return chosen(self.every, selectors, self.document.name)

    def like(self, others: Sequence[OperationNode]) -> dict[OperationNode, OperationNode]:
        """For each operation of another description the same one here.

        By its path as it is written, else by what of it goes over the wire, else by its id.
        """
        result: dict[OperationNode, OperationNode] = {}
        taken: set[int] = set()
        for identity in (_as_written, _on_the_wire, _by_id):
            here: dict[tuple[str, str], OperationNode] = {}
            for op in self.every:
                if id(op) not in taken:
                    here.setdefault(identity(op), op)
            for op in others:
                same = here.get(identity(op)) if op not in result and all(identity(op)) else None
                if same is not None and id(same) not in taken:
                    result[op] = same
                    taken.add(id(same))
        return result

    def new(
        self, known: Sequence[OperationNode], selectors: Sequence[str]
    ) -> tuple[OperationNode, ...]:
        """The operations that the selectors name and that nothing matched."""
        found: tuple[OperationNode, ...] = ()
        with suppress(UsageError):  # a selector for what is gone
            found = self.select([s for s in selectors if self._matches(s)] if selectors else ())
        return tuple(op for op in found if op not in known)

    def _matches(self, selector: str) -> bool:
        if selector.startswith("!"):
            return True
        try:
            chosen(self.every, [selector], self.document.name)
        except UsageError:
            return False
        return True

    def taken(self, operations: Sequence[OperationNode], settings: Settings) -> Taken:
        """The canonical form of these operations, whatever can't be read left out."""
        canonical = canonicalise(
            self.document, self.refs, operations, self.findings, self.progress, partial=True
        )
        side = Side(
            self.document.name,
            str(cast("MappingNode", canonical.root["info"])["title"]),
            str(cast("MappingNode", canonical.root["info"])["version"]),
            self.document.sha256,
        )
        whole = len(self.refs.documents) == 1
        unread = (*self.findings.refusals[self._elsewhere :], *self._faults(canonical))
        return Taken(side, canonical, settings, whole, unread)

    def _faults(self, canonical: Canonical) -> list[Problem]:
        """The faults of the text that stand in what is compared."""
        if not self.document.faults:
            return []
        used = {node.location.pointer for node in walk(canonical.root)}
        return [f for f in self.document.faults if f.place.pointer in used or not f.place.pointer]


def _as_written(op: OperationNode) -> tuple[str, str]:
    return op.method, op.path


def _on_the_wire(op: OperationNode) -> tuple[str, str]:
    return op.method, bare(op.path)


def _by_id(op: OperationNode) -> tuple[str, str]:
    return "id", op.operation_id


@dataclass(eq=False)
class Taken:
    """The slice of one description in canonical form."""

    side: Side
    canonical: Canonical
    settings: Settings
    whole: bool
    """Whether all of it stands in one file."""
    unread: tuple[Problem, ...]
    """What couldn't be read, and is left out."""
    refused: tuple[Problem, ...] = ()
    """Why no client can be made of it, or not all of one, once :attr:`client` was asked for."""

    def held(self, found: OperationNode) -> Held | None:
        """An operation in the canonical document."""
        paths = cast("MappingNode", self.canonical.root["paths"])
        item = paths.get(found.path)
        node = item.get(found.method) if isinstance(item, MappingNode) else None
        if not isinstance(node, MappingNode):
            return None
        return Held(found.label, found.path, found.method, node)

    @cached_property
    def client(self) -> Client | None:
        """What the generator would make of it; None where it would refuse."""
        from ..codegen.build import build
        from ..codegen.build.types import Types

        if not self.canonical.operations:
            return None
        findings = Findings()
        settings = self._fitting()
        try:
            api = build(self.canonical, settings, findings, tested=False)
            names = Types(self.canonical.root, dict(settings.names), Findings()).names
        except SpecError as error:
            self.refused = error.problems
            return None
        except SpeclockError as error:
            self.refused = (Problem("client", str(error), "", Place(self.side.name)),)
            return None
        self.refused = tuple(findings.refusals)
        return Client(
            api,
            from_ir(api),
            dict(names),
            {f"{op.verb} {op.path}": op.label for op in self.canonical.operations},
        )

    def _fitting(self) -> Settings:
        """The settings without pins that match nothing here."""
        schemas = cast(
            "MappingNode",
            cast("MappingNode", self.canonical.root.get("components", {})).get("schemas", {}),
        )
        spelt = {word for op in self.canonical.operations for word in op.spellings}
        return replace(
            self.settings,
            client=self.settings.client or ("" if self.settings.package else "Client"),
            names={k: v for k, v in self.settings.names.items() if k in schemas},
            calls={k: v for k, v in self.settings.calls.items() if k in spelt},
            pagination=(),
        )
