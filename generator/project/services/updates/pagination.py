"""The rules of pagination that an update changes: those of operations that are gone, new or named
otherwise."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from ....base.config import Client, KeyKind, Pagination
from ....base.errors import SpeclockError
from ....base.immutable import immutable
from ....codegen.description.description import Description
from ....reading.document.operations import OperationNode
from ....reading.document.selectors import matches
from ....reading.document.tree import SourceFile
from ..generation.pagination import iterators, proposals
from ..project.descriptions import Progress, overlaid

_Key: TypeAlias = tuple[str, str]
"""The method and the path of an operation."""


class _UsedRule(NamedTuple):
    """A rule of the client, with its iterators by operation."""

    rule: Pagination
    calls: Mapping[_Key, str]


@immutable
class NewRules:
    """The rules of a client after a change."""

    rules: tuple[Pagination, ...]
    lost: tuple[str, ...] = ()
    """A sentence for each operation that had pages and has none any more."""


@immutable
class PaginationChange:
    """The change of a client's rules."""

    client: Client
    root: Path
    progress: Progress

    def following(
        self,
        old: SourceFile | None,
        new: SourceFile,
        selectors: Sequence[str],
        *,
        is_proposing: bool,
    ) -> NewRules:
        """Return the rules for another description and selection.

        A rule that ``old`` proposes is left out where it doesn't fit ``new``. Where
        ``is_proposing``, there is a rule for each list in pages, but for those that ``old`` has,
        too, and that have no rule.
        """
        rules = self.client.pagination
        selected = replace(self._settings, operations=tuple(selectors))
        matched: dict[OperationNode, OperationNode] = {}
        lost: dict[_Key, str] = {}
        if old is not None:
            before, after = (Description(each, self.progress) for each in (old, new))
            matched = after.match(before.operations)
            names: dict[str, str] = {}
            for op in before.operations:
                label = matched[op].label if op in matched else ""
                gone = (name for name in op.spellings if not matches(after.operations, name))
                names |= {name: label for name in gone if name}
            with suppress(SpeclockError):  # generation reports it
                used = self._used_rules(old, {_key(op) for op in matched}, names)
                rules = tuple(one.rule for one in used)
                rules, lost = self._fitting(old, new, selected, used, matched)
        if is_proposing:
            earlier = self._without_rule(old) if old is not None else set[_Key]()
            declined = {_key(other) for op, other in matched.items() if _key(op) in earlier}
            paged = proposals(
                replace(selected, pagination=rules),
                self.root,
                self._with_overlays(new),
                self.progress,
                lambda op: (op.verb, op.path) not in declined,
            )
            if paged is not None:
                rules = (*rules, *paged.rules)
                for each in paged.operations:
                    if each.state != "unclear":
                        lost.pop((each.operation.verb, each.operation.path), None)
        return NewRules(rules, tuple(lost.values()))

    def keeping(
        self, old: SourceFile, remaining: Container[_Key], names: Mapping[str, str]
    ) -> tuple[Pagination, ...]:
        """Return the rules for the operations that remain, by method and path.

        ``names`` has the new selector of an operation by the old one, empty if it is gone.
        """
        return tuple(one.rule for one in self._used_rules(old, remaining, names))

    def _used_rules(
        self, old: SourceFile, remaining: Container[_Key], names: Mapping[str, str]
    ) -> list[_UsedRule]:
        rules = self.client.pagination
        if not rules:
            return []
        document = self._with_overlays(old)
        used: list[_UsedRule] = []
        calls = iterators(self._settings, self.root, document, rules, self.progress)
        for rule, calls_of_rule in zip(rules, calls, strict=True):
            selectors = tuple(s for each in rule.operations if (s := names.get(each, each)))
            if any(operation in remaining for operation in calls_of_rule):
                used.append(_UsedRule(replace(rule, operations=selectors), calls_of_rule))
        return used

    def _fitting(
        self,
        old: SourceFile,
        new: SourceFile,
        selected: Client,
        used: Sequence[_UsedRule],
        matched: Mapping[OperationNode, OperationNode],
    ) -> tuple[tuple[Pagination, ...], dict[_Key, str]]:
        """Return the rules as far as they fit ``new``, and a sentence for each operation that has
        no pages there, by method and path there.
        """
        rules = [one.rule for one in used]
        if not rules:
            return (), {}
        after = iterators(selected, self.root, self._with_overlays(new), rules, self.progress)
        proposed = [_without_names(rule) for rule in self._proposed(old)]
        fitting: list[Pagination] = []
        lost: dict[_Key, str] = {}
        for (rule, before), now in zip(used, after, strict=True):
            losing: dict[_Key, str] = {}
            having: list[str] = []
            for op, other in matched.items():
                call = before.get(_key(op))
                if call is not None and _key(other) in now:
                    having.append(other.label)
                elif call is not None:
                    losing[_key(other)] = f"{other.label} has no pages any more: {call} is gone"
            is_own = _without_names(rule) in proposed
            if losing and rule.operations and is_own:
                rule = replace(rule, operations=tuple(having))
            if having or not (losing and is_own):
                fitting.append(rule)
            lost |= losing
        return tuple(fitting), lost

    def _proposed(self, document: SourceFile) -> Sequence[Pagination]:
        """Return the rules that a description shows, with the one list's name or without."""
        settings = replace(self._settings, pagination=())
        paged = proposals(settings, self.root, self._with_overlays(document), self.progress)
        if paged is None:
            return ()
        return [*paged.rules, *(one.rule for one in paged.operations if one.rule)]

    def _without_rule(self, document: SourceFile) -> set[_Key]:
        """Return the operations, by method and path, that have pages but no rule."""
        paged = proposals(self._settings, self.root, self._with_overlays(document), self.progress)
        listed = paged.operations if paged is not None else ()
        return {(o.operation.verb, o.operation.path) for o in listed if o.state == "proposed"}

    @property
    def _settings(self) -> Client:
        """The client without its pins, which may be those of operations that are gone."""
        return self.client.without_entries(KeyKind.OPERATION)

    def _with_overlays(self, document: SourceFile) -> SourceFile:
        return overlaid(document, self.client, self.root)


def _key(op: OperationNode) -> _Key:
    return op.verb, op.path


def _without_names(rule: Pagination) -> Pagination:
    return replace(rule, operations=())
