"""The drift check: two documents and the operations in use to a report.

Every step is a function of values; reading files, fetching and printing are others' business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...config import Client as Settings
from ...document.operations import OperationNode
from ...document.tree import Document
from ...errors import Problem
from ..changes import Change, Report, Signature, Verdict
from ..classify import Classifier, fingerprint, from_python
from ..inputs import Sliced, Taken
from ..kinds import KINDS
from ..python_api import PythonChange, python_changes
from .differences import ApiSymbol, Comparison, Difference
from .operation_pair import Compared
from .operations import OperationComparer
from .schemas import Comparer
from .security import security
from .servers import servers

Progress = Callable[[str], None]


def compare(
    base: Document, revision: Document, settings: Settings, progress: Progress = lambda _: None
) -> Report:
    """What changed between two descriptions under the operations that ``settings`` select.

    Nothing is refused but a selector that matches no operation of the base (:class:`UsageError`):
    a part that can't be read is a change of its own, where only one side has it.
    """
    progress(f"reading {base.name}")
    left = Sliced(base, progress)
    selected = left.select(settings.operations)
    progress(f"reading {revision.name}")
    right = Sliced(revision, progress)
    matched = right.like(selected)
    # A checked-in slice has no selectors and says itself what is in use; of two whole descriptions,
    # or where selectors name groups, what is new counts.
    names_more = bool(settings.operations) or not settings.package
    fresh = right.new([*matched.values()], settings.operations) if names_more else ()
    old = left.taken(selected, settings)
    new = right.taken([*dict.fromkeys((*matched.values(), *fresh))], settings)
    progress("comparing")
    return _Check(old, new, selected, matched, fresh, settings).report()


class _Check:
    def __init__(
        self, old: Taken, new: Taken, selected: Sequence[OperationNode],
        matched: dict[OperationNode, OperationNode], fresh: Sequence[OperationNode],
        settings: Settings,
    ) -> None:  # fmt: skip
        self.old = old
        self.new = new
        self.selected = selected
        self.matched = matched
        self.fresh = fresh
        self.settings = settings
        self.comparer = Comparer(old.canonical.root, new.canonical.root)
        self.judge = Classifier(old.client, new.client)

    def report(self) -> Report:
        operations = OperationComparer(self.comparer)
        roots = (self.old.canonical.root, self.new.canonical.root)
        labels: list[tuple[str, str]] = []
        tops: list[Comparison] = []
        gone: list[str] = []
        for op in self.selected:
            before = self.old.held(op)
            other = self.matched.get(op)
            after = self.new.held(other) if other is not None else None
            if before is None:
                continue
            if after is None:
                self._presence("removed", op)
                gone.append(op.label)
                continue
            compared = operations.compare(before, after)
            access = Comparison("")
            servers(access, before, after, roots)
            security(access, before, after, roots)
            compared.pairs.append(access)
            self.judge.add(compared)
            tops += compared.pairs
            labels.append((before.label, after.label))
        for op in self.fresh:
            self._presence("added", op)
        orphans = self._python(labels, tops, gone)
        names = tuple(op.label for op in self.selected)
        changes = [change for change in self.judge.changes() if not self._hidden(change)]
        changes += [from_python(one, names) for one in orphans]
        changes += self._unread(names)
        return Report(
            package=self.settings.package,
            base=self.old.side,
            revision=self.new.side,
            operations=names,
            changes=tuple(sorted(changes, key=lambda change: change.docs)),
            whole=self.old.whole and self.new.whole,
        )

    def _presence(self, action: str, op: OperationNode) -> None:
        pair = Comparison("")
        location = op.node.location
        gone = action == "removed"
        name = f"{op.verb} {op.path}"
        pair.found.append(
            Difference(
                f"operation/presence/{action}",
                location if gone else None,
                None if gone else location,
                f"{name} is {'gone' if gone else 'new'}",
                name if gone else "",
                "" if gone else name,
                ApiSymbol(op.label, op.label),
                location.pointer,
            )
        )
        self.judge.add(Compared(op.label, [pair]))

    def _python(
        self, labels: Sequence[tuple[str, str]], tops: Sequence[Comparison], gone: Sequence[str]
    ) -> list[PythonChange]:
        """The changes of the client's API that nothing on the wire explains."""
        old, new = self.old.client, self.new.client
        if old is None:
            return []
        renamed = self.comparer.renamed(tops)
        return self.judge.python(python_changes(old, new, renamed, labels, gone))

    def _hidden(self, change: Change) -> bool:
        """Whether a part seems gone, or new, because the other side can't be read there."""
        place, unread = (
            (change.base, self.new.unread) if change.revision is None
            else (change.revision, self.old.unread) if change.base is None
            else (None, ())
        )  # fmt: skip
        return place is not None and any(
            f"{problem.place.pointer}/".startswith(f"{place.pointer}/") for problem in unread
        )

    def _unread(self, names: tuple[str, ...]) -> list[Change]:
        """What one side says in a way that can't be read, or that no client can be made of."""
        changes: list[Change] = []
        for kinds, sides in (
            (("operation/part/readable", "operation/part/unreadable"),
             (self.old.unread, self.new.unread)),
            (("python/client/taken", "python/client/refused"),
             (self.old.refused, self.new.refused)),
        ):  # fmt: skip
            facts = [{(p.code, p.fact) for p in side} for side in sides]
            for index, kind in enumerate(kinds):
                changes += [
                    _faulty(problem, kind, names, new=index == 1)
                    for problem in sides[index]
                    if (problem.code, problem.fact) not in facts[1 - index]
                ]
        return changes


def _faulty(problem: Problem, kind: str, names: tuple[str, ...], *, new: bool) -> Change:
    return Change(
        verdicts=(Verdict(f"api/{kind}", "", KINDS[kind].side("").wire),),
        operations=names,
        pointer=problem.place.pointer,
        message=f"{KINDS[kind].what}: {problem.fact}",
        before="",
        after="",
        base=None if new else problem.place,
        revision=problem.place if new else None,
        fingerprint=fingerprint(kind, problem.place.pointer, "", problem.fact),
        signatures=(Signature(names[0] if names else "", "", "", breaks=True),) if new else (),
    )
