"""Two descriptions compared: the report of what changed under the operations in use.

Reading files, fetching and printing are left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ...base.config import Client
from ...base.recursion import deeply_recursive
from ...codegen.description.description import Description
from ...codegen.description.selection import Selection
from ...reading.document.operations import OperationNode
from ...reading.document.selectors import declared_schemas, has_schemas_alone
from ...reading.document.tree import SourceFile
from ...reading.openapi.model.schemas import Part
from ..changes.change import Change, Report, Side
from ..changes.symbols import OperationSymbol
from .classify import Classifier, from_problem, from_python
from .compare.operations import OperationComparer
from .differences.differences import Comparison, DifferenceRecorder
from .incoming import IncomingComparer
from .models import ModelComparer, schema_label
from .python_api import ClientApi, PythonChange, python_changes
from .python_places import DescribedApi, python_places
from .schemas.schemas import SchemaComparer

Progress = Callable[[str], None]


@deeply_recursive
def compare(
    base: SourceFile,
    revision: SourceFile,
    settings: Client,
    progress: Progress = lambda _: None,
    *,
    after: Client | None = None,
) -> Report:
    """Return what changed between two descriptions under the operations of ``settings``.

    For models alone it is what changed in any schema; so it is without a client, if the base has
    schemas alone. ``after`` are the settings for the names of the revision, where they are others.

    A part that one side has in a form that cannot be read is a change, not an error. Raises
    :class:`UsageError` for a selector that matches no operation of the base.
    """
    if not (settings.package or settings.operations) and has_schemas_alone(base):
        settings = replace(settings, models=True)
    progress(f"reading {base.name}")
    left = Description(base, progress)
    in_use = () if settings.models else left.select(settings.operations)
    progress(f"reading {revision.name}")
    right = Description(revision, progress)
    matched = right.match(in_use)
    # A slice without selectors is itself the list of operations in use.
    counts_added = bool(settings.operations) or not (settings.package or settings.models)
    added = right.added([*matched.values()], settings.operations) if counts_added else ()
    # Only operations in use count; an update pins the names that it would change.
    old = left.read(in_use, settings, ())
    new = right.read([*matched.values(), *added], _with_models(after, settings), ())
    progress("comparing")
    comparison = _DocumentComparison(old, new)
    if not settings.models:
        comparison.add_webhooks(settings.operations, counts_added=counts_added)
    return comparison.report(old.nodes, matched, [op for op in added if not op.incoming])


def _with_models(after: Client | None, settings: Client) -> Client:
    """Return the settings of the revision."""
    if after is None:
        return settings
    return replace(after, models=settings.models)


def unchanged(base: SourceFile, name: str, sha256: str, settings: Client) -> Report:
    """Return the report on a revision that is the very document that ``base`` was pulled from.

    ``name`` and ``sha256`` are the revision's. Raises :class:`UsageError` for a selector that
    matches no operation of the base.
    """
    description = Description(base, lambda _: None)
    side = side_of(description.read((), replace(settings, models=False)))
    labels = [op.label for op in description.select(settings.operations)]
    if settings.models:
        labels = [*map(schema_label, declared_schemas(description.refs.root))]
    return Report(
        package=settings.package,
        base=side,
        revision=replace(side, name=name, sha256=sha256),
        operations=tuple(dict.fromkeys(labels)),
        changes=(),
        unchanged=True,
        models=settings.models,
    )


def uncompared(base: SourceFile, revision: SourceFile, settings: Client) -> Report:
    """Return the report on two descriptions of which no operation is known to be in use."""
    nothing = replace(settings, models=False)
    old = Description(base).read((), nothing)
    new = Description(revision).read((), nothing)
    return Report(settings.package, side_of(old), side_of(new), operations=(), changes=())


def side_of(selection: Selection) -> Side:
    """Return a description's name, title, version and hash."""
    source, document = selection.source, selection.canonical
    return Side(source.name, document.title, document.version, source.sha256)


class _DocumentComparison:
    def __init__(self, old: Selection, new: Selection) -> None:
        self.old = old
        self.new = new
        documents = old.canonical, new.canonical
        self.clients = ClientApi.of(old), ClientApi.of(new)
        self.schemas = SchemaComparer(*documents)
        self.operations = OperationComparer(*documents, self.schemas)
        self.incoming = IncomingComparer(old, new)
        self.classifier = Classifier(*self.clients)
        self.webhooks: list[tuple[str, Sequence[Comparison]]] = []

    def add_webhooks(self, selectors: Sequence[str], *, counts_added: bool) -> None:
        """Compare selected webhooks too; those that only the revision has if they count."""
        self.webhooks += self.incoming.webhooks(selectors, counts_added=counts_added)

    def report(
        self,
        selected: Sequence[OperationNode],
        matched: dict[OperationNode, OperationNode],
        added: Sequence[OperationNode],
    ) -> Report:
        """Compare all operations."""
        labels: list[tuple[str, str]] = []
        compared: list[tuple[str, Sequence[Comparison]]] = []
        removed: list[str] = []
        for op in selected:
            before = self.old.operation(op)
            after = self.new.operation(matched[op]) if op in matched else None
            if before is not None and after is not None:
                inner = self.operations.compare(before, after)
                inner += self.incoming.callbacks(op, matched[op])
                compared.append((before.label, inner))
                labels.append((before.label, after.label))
            elif before is not None:
                compared.append(_presence(op, Part(op.node.location), None))
                removed.append(op.label)
        compared += [_presence(op, None, Part(op.node.location)) for op in added]
        compared += self.webhooks
        compared += ModelComparer(self.old, self.new, self.schemas).compare()
        self.classifier.add(compared)
        tops = [top for _, comparisons in compared for top in comparisons]
        unexplained = self._python(labels, tops, removed)
        names = tuple(op.label for op in selected)
        names += tuple(map(schema_label, self.old.canonical.models))
        changes = [c for c in self.classifier.changes() if not self._is_unreadable(c)]
        changes += self._of_python(unexplained, names, labels, tops)
        changes += self._unreadable(names)
        return Report(
            package=self.old.settings.package,
            base=side_of(self.old),
            revision=side_of(self.new),
            operations=tuple(dict.fromkeys((*names, *(op.label for op in self.old.hooks)))),
            changes=tuple(sorted(changes, key=lambda change: change.docs)),
            models=self.old.settings.models,
        )

    def _python(
        self, labels: Sequence[tuple[str, str]], tops: Sequence[Comparison], removed: Sequence[str]
    ) -> list[PythonChange]:
        """Return the changes of the client's API that nothing on the wire explains."""
        old, new = self.clients
        if old is None:
            return []
        renamed = self.schemas.renamed(tops)
        return self.classifier.python(python_changes(old, new, renamed, labels, removed))

    def _of_python(
        self,
        unexplained: Sequence[PythonChange],
        names: Sequence[str],
        labels: Sequence[tuple[str, str]],
        tops: Sequence[Comparison],
    ) -> Iterator[Change]:
        before, after = self.clients
        old, new = DescribedApi(self.old.generated, before), DescribedApi(self.new.generated, after)
        renamed, methods = dict(self.schemas.renamed(tops)), dict(labels)
        for change in unexplained:
            base, revision = python_places(change, old, new, renamed, methods)
            yield replace(from_python(change, names), base=base, revision=revision)

    def _is_unreadable(self, change: Change) -> bool:
        """Return whether a part only seems added or removed: the other side is unreadable there."""
        place, unreadable = change.base, self.new.unreadable
        if change.base is None:
            place, unreadable = change.revision, self.old.unreadable
        elif change.revision is not None:
            return False
        return place is not None and any(
            f"{problem.place.pointer}/".startswith(f"{place.pointer}/") for problem in unreadable
        )

    def _unreadable(self, names: tuple[str, ...]) -> Iterator[Change]:
        """Yield a change for each part that only one side has in a form that cannot be read."""
        old, new = self.old, self.new
        for rule, problems, others, is_new in (
            ("operation/part/readable", old.unreadable, new.unreadable, False),
            ("operation/part/unreadable", new.unreadable, old.unreadable, True),
            ("python/client/taken", old.refused, new.refused, False),
            ("python/client/refused", new.refused, old.refused, True),
        ):
            causes = {(problem.code, problem.fact) for problem in others}
            for problem in problems:
                if (problem.code, problem.fact) not in causes:
                    yield from_problem(rule, problem, names, is_new=is_new)


def _presence(
    op: OperationNode, old: Part | None, new: Part | None
) -> tuple[str, list[Comparison]]:
    """Return the difference of an operation that only one side has, with its label."""
    comparison, part = Comparison(""), Part(op.node.location)
    recorder = DifferenceRecorder(comparison, part, part, OperationSymbol(op.label))
    at = op.node.location.pointer
    recorder.record_presence("operation/presence", old, new, f"{op.verb} {op.path}", at=at)
    return op.label, [comparison]
