"""Some operations of a description in canonical form, and the package that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from ...base.config import Client
from ...base.errors import Findings, Place, Problem, SpecError, SpeclockError
from ...base.immutable import immutable
from ...reading.document.operations import OperationNode
from ...reading.document.references import References
from ...reading.document.tree import SourceFile
from ...reading.openapi.model.document import Document, IncomingRequest, Operation
from ...reading.openapi.normalize.document import canonicalise

if TYPE_CHECKING:
    from ..ir.package import Api


@immutable
class IncomingRequests:
    """The webhooks of a description, and the callbacks of the selected operations."""

    document: Document
    """Apart from that of the operations, which must not depend on them."""
    unreadable: Mapping[str, str]
    """The labels of those that cannot be read, with the reason."""
    webhooks: Mapping[str, Sequence[IncomingRequest]]
    """By name."""
    callbacks: Mapping[tuple[str, str, str], Sequence[IncomingRequest]]
    """By path and method of the operation, and name."""

    def named(self, owner: OperationNode | None, name: str) -> Sequence[IncomingRequest]:
        """Return the callbacks of an operation with a name; the webhooks if it is None."""
        if owner is None:
            return self.webhooks.get(name, ())
        return self.callbacks.get((owner.path, owner.method, name), ())


@dataclass
class Selection:
    """Some operations of one description, without the parts that cannot be read."""

    source: SourceFile
    canonical: Document
    settings: Client
    unreadable: tuple[Problem, ...]
    """The parts that cannot be read, and are left out."""
    refs: References
    nodes: tuple[OperationNode, ...]
    """The operations, as they are described."""
    hooks: tuple[OperationNode, ...]
    """The webhooks, as they are described."""
    others: tuple[OperationNode, ...]
    """The operations whose names count."""
    refused: tuple[Problem, ...] = field(default=(), init=False)
    """Why no client, or not all of it, can be generated; known once :attr:`api` is."""

    @cached_property
    def incoming(self) -> IncomingRequests:
        """The requests that the API sends."""
        earlier = self.refs.findings.left_out
        with self.refs.apart() as findings:
            nodes = [*(self.nodes if self.has_incoming else ()), *self.hooks]
            document = canonicalise(
                self.source,
                self.refs,
                nodes,
                findings,
                partial=True,
                callbacks=True,
                others=self.others,
            )
        webhooks: dict[str, list[IncomingRequest]] = {}
        for hook in document.webhooks:
            webhooks.setdefault(hook.name, []).append(hook)
        callbacks: dict[tuple[str, str, str], list[IncomingRequest]] = {}
        for op in document.operations:
            for hook in op.callbacks:
                callbacks.setdefault((op.path, op.method, hook.name), []).append(hook)
        unreadable: dict[str, str] = {}
        for left in (*earlier, *findings.left_out):
            unreadable[left.operation] = left.problem.fact
        return IncomingRequests(document, unreadable, webhooks, callbacks)

    @property
    def has_incoming(self) -> bool:
        """True if the API sends requests too."""
        return bool(self.hooks) or any("callbacks" in op.node for op in self.nodes)

    @property
    def generated(self) -> Document:
        """The document that the client is generated from."""
        return self.incoming.document if self.has_incoming else self.canonical

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Operation]:
        return {(op.path, op.method): op for op in self.canonical.operations}

    def operation(self, op: OperationNode) -> Operation | None:
        """Return an operation in its typed form, None where it cannot be read."""
        return self._operations.get((op.path, op.method))

    @cached_property
    def api(self) -> Api | None:
        """The package that would be generated; None where generation is refused."""
        from ..build import build

        document = self.generated
        if not (document.operations or document.webhooks or document.models):
            return None
        findings = Findings()
        try:
            api = build(document, self.fitting_settings(), findings)
        except SpecError as error:
            self.refused = error.problems
            return None
        except SpeclockError as error:
            self.refused = (Problem("client", str(error), "", Place(self.source.name)),)
            return None
        self.refused = tuple(findings.refusals)
        return api

    def fitting_settings(self) -> Client:
        """Return the settings without those that must fit each operation; others have no effect
        where they don't fit.
        """
        default = "" if self.settings.package else "Client"
        return replace(self.settings.without_rules(), client=self.settings.client or default)
