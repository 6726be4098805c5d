"""The inputs of a comparison: the operations in use of each description, and their client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..apidiff.from_ir import from_ir
from ..changes.change import Side
from ..config import Client
from ..document.component_keys import PREFIX
from ..document.operations import OperationNode, iter_operations, webhooks
from ..document.references import References
from ..document.selectors import filter_operations
from ..document.tree import SourceFile
from ..errors import Findings, Place, Problem, SpecError, SpeclockError, UsageError
from ..openapi.model.document import Document as CanonicalDocument
from ..openapi.model.document import IncomingRequest, Operation
from ..openapi.normalize.document import canonicalise
from .differences.display import wire_path
from .python_api import ClientApi


class ComparedDescription:
    """A description, and its operations and webhooks before any is selected."""

    def __init__(self, document: SourceFile, progress: Callable[[str], None]) -> None:
        self.document = document
        self.progress = progress
        self.findings = Findings()
        self.refs = References(document, self.findings)
        self.operations = (*iter_operations(self.refs), *webhooks(self.refs))
        self._unrelated = len(self.findings.refusals)

    def select(self, selectors: Sequence[str]) -> tuple[OperationNode, ...]:
        """Return the operations that selectors name; all without selectors.

        Raises :class:`UsageError` for a selector that matches nothing.
        """
        if not self.operations:
            return ()
        return filter_operations(self.operations, selectors, self.document.name)

    def match(self, others: Sequence[OperationNode]) -> dict[OperationNode, OperationNode]:
        """Return the counterparts of another description's operations.

        They match by method and path, else by the path without parameter names, else by
        operationId.
        """
        result: dict[OperationNode, OperationNode] = {}
        identities: tuple[Callable[[OperationNode], tuple[str, str]], ...] = (
            lambda op: (op.method, op.incoming or op.path),
            lambda op: (op.method, op.incoming or wire_path(op.path)),
            lambda op: ("operationId", op.operation_id),
        )
        for identity in identities:
            here: dict[tuple[str, str], OperationNode] = {}
            matched = {*result.values()}
            for op in self.operations:
                if op not in matched:
                    here.setdefault(identity(op), op)
            for op in others:
                if op not in result and all(identity(op)) and identity(op) in here:
                    result[op] = here.pop(identity(op))
        return result

    def added(
        self, operation_nodes: Sequence[OperationNode], selectors: Sequence[str]
    ) -> tuple[OperationNode, ...]:
        """Return the operations that selectors name and that aren't ``operation_nodes``."""
        remaining: list[str] = []
        for selector in selectors:
            with suppress(UsageError):  # it selects an operation that was removed
                self.select([selector])
                remaining.append(selector)
        operations = self.select(remaining) if remaining or not selectors else ()
        return tuple(op for op in operations if op not in operation_nodes)

    def read(
        self,
        operations: Sequence[OperationNode],
        settings: Client,
        others: Sequence[OperationNode] | None = None,
    ) -> Input:
        """Return operations as they are compared, without the parts that cannot be read.

        With ``models`` in ``settings`` all schemas are compared, too. The names of ``others``
        count, by default those of all operations.
        """
        others = self.operations if others is None else others
        others = tuple(op for op in others if not op.incoming)
        hooks = tuple(op for op in operations if op.incoming)
        operations = tuple(op for op in operations if not op.incoming)
        canonical = canonicalise(
            self.document,
            self.refs,
            operations,
            self.findings,
            self.progress,
            partial=True,
            models=settings.models,
            others=others,
        )
        unreadable = [*self.findings.refusals[self._unrelated :]]
        unreadable += [
            fault
            for fault in self.document.faults
            if not fault.place.pointer
            or canonical.users_of(fault.place)
            or (settings.models and f"#{fault.place.pointer}".startswith(PREFIX))
        ]
        return Input(
            self.document,
            canonical,
            settings,
            tuple(unreadable),
            self.refs,
            operations,
            hooks,
            others,
        )


@dataclass(frozen=True, slots=True)
class IncomingRequests:
    """The webhooks of a description, and the callbacks of the operations that are compared."""

    document: CanonicalDocument
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
class Input:
    """The operations of one description that are compared."""

    source: SourceFile
    canonical: CanonicalDocument
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
    """Why no client, or not all of it, can be generated; known once :attr:`client` is."""

    @cached_property
    def side(self) -> Side:
        """The description's name, title, version and hash."""
        document = self.canonical
        return Side(self.source.name, document.title, document.version, self.source.sha256)

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
        left_out = (*earlier, *findings.left_out)
        unreadable = {gap.operation: gap.problem.fact for gap in left_out}
        return IncomingRequests(document, unreadable, webhooks, callbacks)

    @property
    def has_incoming(self) -> bool:
        """True if the API sends requests too."""
        return bool(self.hooks) or any("callbacks" in op.node for op in self.nodes)

    @property
    def generated(self) -> CanonicalDocument:
        """The document that the client is generated from."""
        return self.incoming.document if self.has_incoming else self.canonical

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Operation]:
        return {(op.path, op.method): op for op in self.canonical.operations}

    def operation(self, op: OperationNode) -> Operation | None:
        """Return an operation in its typed form, None where it cannot be read."""
        return self._operations.get((op.path, op.method))

    @cached_property
    def client(self) -> ClientApi | None:
        """The client that would be generated; None where generation is refused."""
        from ..codegen.build import build

        document = self.generated
        if not (document.operations or document.webhooks or document.models):
            return None
        findings = Findings()
        settings = self.fitting_settings()
        try:
            api = build(document, settings, findings)
        except SpecError as error:
            self.refused = error.problems
            return None
        except SpeclockError as error:
            self.refused = (Problem("client", str(error), "", Place(self.source.name)),)
            return None
        self.refused = tuple(findings.refusals)
        return ClientApi(api, from_ir(api), {key: name for name, key in api.keys.items()})

    def fitting_settings(self) -> Client:
        """Return the settings without those that must fit each operation; others have no effect
        where they don't fit.
        """
        default = "" if self.settings.package else "Client"
        return replace(
            self.settings,
            client=self.settings.client or default,
            pagination=(),
            poll={},
            path_slashes=(),
        )
