"""Two descriptions compared: the report of what changed under the operations in use.

Reading files, fetching and printing are left to the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ...config import Client
from ...document.operations import OperationNode
from ...document.tree import SourceFile
from ...errors import Problem
from ...recursion import deeply_recursive
from ..changes import Change, Report, Signature, Verdict
from ..classify import Classifier, fingerprint, from_python
from ..inputs import ComparedDescription, Input
from ..python_api import PythonChange, python_changes
from ..rules import rule_of
from .differences import Comparison, DifferenceRecorder, OperationSymbol
from .operations import OperationComparer
from .schemas import SchemaComparer

Progress = Callable[[str], None]


@deeply_recursive
def compare(
    base: SourceFile, revision: SourceFile, settings: Client, progress: Progress = lambda _: None
) -> Report:
    """Return what changed between two descriptions under the operations of ``settings``.

    A part that one side has in a form that cannot be read is a change, not an error. Raises
    :class:`UsageError` for a selector that matches no operation of the base.
    """
    progress(f"reading {base.name}")
    left = ComparedDescription(base, progress)
    selected = left.select(settings.operations)
    progress(f"reading {revision.name}")
    right = ComparedDescription(revision, progress)
    matched = right.match(selected)
    # A slice without selectors is itself the list of operations in use.
    counts_added = bool(settings.operations) or not settings.package
    added = right.added([*matched.values()], settings.operations) if counts_added else ()
    old = left.read(selected, settings)
    new = right.read([*matched.values(), *added], settings)
    progress("comparing")
    return _DocumentComparison(old, new).report(selected, matched, added)


def unchanged(base: SourceFile, name: str, sha256: str, settings: Client) -> Report:
    """Return the report on a revision that is the very document that ``base`` was pulled from.

    ``name`` and ``sha256`` are the revision's. Raises :class:`UsageError` for a selector that
    matches no operation of the base.
    """
    description = ComparedDescription(base, lambda _: None)
    side = description.read((), settings).side
    return Report(
        package=settings.package,
        base=side,
        revision=replace(side, name=name, sha256=sha256),
        operations=tuple(op.label for op in description.select(settings.operations)),
        changes=(),
        unchanged=True,
    )


class _DocumentComparison:
    def __init__(self, old: Input, new: Input) -> None:
        self.old = old
        self.new = new
        documents = old.canonical, new.canonical
        self.schemas = SchemaComparer(*documents)
        self.operations = OperationComparer(*documents, self.schemas)
        self.classifier = Classifier(old.client, new.client)

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
                compared.append((before.label, self.operations.compare(before, after)))
                labels.append((before.label, after.label))
            elif before is not None:
                compared.append(_presence("removed", op))
                removed.append(op.label)
        compared += [_presence("added", op) for op in added]
        self.classifier.add(compared)
        tops = [top for _, comparisons in compared for top in comparisons]
        unexplained = self._python(labels, tops, removed)
        names = tuple(op.label for op in selected)
        changes = [c for c in self.classifier.changes() if not self._is_unreadable(c)]
        changes += [from_python(one, names) for one in unexplained]
        changes += self._unreadable(names)
        return Report(
            package=self.old.settings.package,
            base=self.old.side,
            revision=self.new.side,
            operations=names,
            changes=tuple(sorted(changes, key=lambda change: change.docs)),
        )

    def _python(
        self, labels: Sequence[tuple[str, str]], tops: Sequence[Comparison], removed: Sequence[str]
    ) -> list[PythonChange]:
        """Return the changes of the client's API that nothing on the wire explains."""
        old, new = self.old.client, self.new.client
        if old is None:
            return []
        renamed = self.schemas.renamed(tops)
        return self.classifier.python(python_changes(old, new, renamed, labels, removed))

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

    def _unreadable(self, names: tuple[str, ...]) -> list[Change]:
        """Return a change for each part that only one side has in a form that cannot be read."""
        changes: list[Change] = []
        for rules, sides in (
            (("operation/part/readable", "operation/part/unreadable"),
             (self.old.unreadable, self.new.unreadable)),
            (("python/client/taken", "python/client/refused"),
             (self.old.refused, self.new.refused)),
        ):  # fmt: skip
            known = [{(problem.code, problem.fact) for problem in side} for side in sides]
            for index, rule in enumerate(rules):
                changes += [
                    _unreadable_part(problem, rule, names, is_new=index == 1)
                    for problem in sides[index]
                    if (problem.code, problem.fact) not in known[1 - index]
                ]
        return changes


def _presence(action: str, op: OperationNode) -> tuple[str, list[Comparison]]:
    """Return the difference of an operation that only one side has, with its label."""
    comparison, location = Comparison(""), op.node.location
    is_added, name = action == "added", f"{op.verb} {op.path}"
    DifferenceRecorder(comparison, location.pointer, OperationSymbol(op.label)).record(
        rule=f"operation/presence/{action}",
        base=None if is_added else location,
        revision=location if is_added else None,
        old="" if is_added else name,
        new=name if is_added else "",
    )
    return op.label, [comparison]


def _unreadable_part(
    problem: Problem, name: str, operations: tuple[str, ...], *, is_new: bool
) -> Change:
    rule = rule_of(name, "")
    signature = Signature(operations[0] if operations else "", "", "", breaks=True)
    return Change(
        verdicts=(Verdict(rule.id, "", rule.wire),),
        operations=operations,
        pointer=problem.place.pointer,
        message=rule.message({"fact": problem.fact}),
        before="",
        after="",
        base=None if is_new else problem.place,
        revision=problem.place if is_new else None,
        fingerprint=fingerprint(name, problem.place.pointer, "", problem.code),
        signatures=(signature,) if is_new else (),
    )
