"""The way from a description to a package: operations, canonical document, names and types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from ...base.config import Client
from ...base.errors import Findings, LeftOut, Problem, SpecError, SpeclockError, UsageError
from ...base.printable import counted
from ...reading.document.component_keys import PREFIX
from ...reading.document.operations import OperationNode, iter_operations, webhooks
from ...reading.document.references import References
from ...reading.document.selectors import (
    check_schemas,
    filter_operations,
    named_operations,
    select_operations,
)
from ...reading.document.tree import SourceFile
from ...reading.document.version import read_version
from ...reading.openapi.keywords import KNOWN
from ...reading.openapi.model.document import Document
from ...reading.openapi.model.path_templates import wire_path
from ...reading.openapi.normalize.document import canonicalise, read_access
from .selection import Selection

if TYPE_CHECKING:
    from ..ir.package import Api

_NOTHING: Mapping[str, str] = {}


class Description:
    """A description with its overlays applied, and its operations before any is selected."""

    def __init__(
        self,
        source: SourceFile,
        progress: Callable[[str], None] = lambda _: None,
        findings: Findings | None = None,
    ) -> None:
        self.source = source
        self.progress = progress
        self.findings = Findings() if findings is None else findings
        self.refs = References(source, self.findings)
        self._unrelated = 0
        """The number of refusals that are about no operation."""

    @cached_property
    def operations(self) -> tuple[OperationNode, ...]:
        """All operations and webhooks that can be read."""
        operations = (*iter_operations(self.refs), *webhooks(self.refs))
        self._unrelated = len(self.findings.refusals)
        return operations

    def select(self, selectors: Sequence[str]) -> tuple[OperationNode, ...]:
        """Return the operations that selectors name; all without selectors.

        Raises :class:`UsageError` for a selector that matches nothing.
        """
        if not self.operations:
            return ()
        return filter_operations(self.operations, selectors, self.source.name)

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
    ) -> Selection:
        """Return operations in canonical form, without the parts that cannot be read.

        With ``models`` in ``settings`` all schemas are in it, too. The names of ``others`` count,
        by default those of all operations.
        """
        every = self.operations
        others, _ = _divided(every if others is None else others)
        operations, hooks = _divided(operations)
        canonical = canonicalise(
            self.source,
            self.refs,
            operations,
            self.findings,
            self.progress,
            partial=True,
            models=settings.models,
            others=others,
        )
        return Selection(
            self.source,
            canonical,
            settings,
            self._unreadable(canonical, settings),
            self.refs,
            operations,
            hooks,
            others,
        )

    def _unreadable(self, canonical: Document, settings: Client) -> tuple[Problem, ...]:
        """Return the faults of what was read, those of the text of the description too."""
        unreadable = [*self.findings.refusals[self._unrelated :]]
        for fault in self.source.faults:
            is_of_model = settings.models and f"#{fault.place.pointer}".startswith(PREFIX)
            if not fault.place.pointer or canonical.users_of(fault.place) or is_of_model:
                unreadable.append(fault)
        return tuple(unreadable)

    def api(
        self, settings: Client, previous: Mapping[str, str] = _NOTHING, *, is_slice: bool = False
    ) -> tuple[Document, Api]:
        """Return the operations that settings select in canonical form, and their package.

        An operation that has an unusable part is left out, unless the settings name it.
        ``previous`` has the calls of an earlier run by ``METHOD /path``, for warnings about names.
        ``is_slice`` is True for a description without the operations that the settings exclude.

        Raise :class:`SpecError` with all problems, :class:`NoSuchOperation` for a selector that
        matches nothing, :class:`UsageError` for other settings that don't fit.
        """
        from ..build import build

        findings = self.findings
        operations = self._selected(settings, is_slice=is_slice)
        unsendable = self._unsendable(operations, settings)
        labels = {left.operation for left in unsendable}
        canonical = canonicalise(
            self.source,
            self.refs,
            [op for op in operations if op.incoming or op.label not in labels],
            findings,
            self.progress,
            callbacks=True,
            models=settings.models,
        )
        findings.left_out += unsendable
        if findings.refusals:  # what building the rest refuses belongs to the same run
            with suppress(SpeclockError):
                build(canonical, settings, findings)
            findings.raise_refusals()
        if not (canonical.operations or canonical.webhooks or canonical.models):
            raise SpecError(left.problem for left in findings.left_out)
        count = counted(len(canonical.operations), "operation")
        if settings.models:
            count = counted(len(canonical.models), "schema")
        self.progress(f"deciding names and types of {count}")
        api = build(canonical, settings, findings, previous)
        findings.raise_refusals()
        return canonical, api

    def _selected(self, settings: Client, *, is_slice: bool) -> tuple[OperationNode, ...]:
        """Return the operations that settings select, none for models; raise as :meth:`api`."""
        from ...reading.document.meta_schemas.violations import find_violations

        findings, refs = self.findings, self.refs
        refs.faults = find_violations(refs.root, read_version(self.source), KNOWN)
        if not isinstance(refs.root.get("paths", {}), dict):  # no operation can be read
            for faults in refs.faults.values():
                for problem in faults:
                    findings.add(problem)
        findings.required = ()
        if settings.models:
            check_schemas(refs)
            return ()
        operations = select_operations(refs, settings.operations, is_slice=is_slice)
        findings.required = named_operations(operations, settings.operations)
        return operations

    def _unsendable(self, operations: Sequence[OperationNode], settings: Client) -> list[LeftOut]:
        """Return the operations that no client can send, without those that must not be left out.

        Building the package refuses these.
        """
        from .unsendable import find_unsendable

        access = read_access(self.source, self.refs, operations)
        unsendable: list[LeftOut] = []
        for left in find_unsendable(access, settings):
            if not self.findings.is_required(left.operation):
                unsendable.append(left)
        return unsendable


def _divided(
    nodes: Sequence[OperationNode],
) -> tuple[tuple[OperationNode, ...], tuple[OperationNode, ...]]:
    """Return the operations among some nodes, and the webhooks."""
    operations = tuple(node for node in nodes if not node.incoming)
    return operations, tuple(node for node in nodes if node.incoming)
