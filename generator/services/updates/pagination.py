"""The rules of pagination that an update changes: those of operations that are gone, new or named
otherwise."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ...config import Client, Pagination
from ...document.overlay.apply import apply_overlays
from ...document.selectors import matches
from ...document.tree import SourceFile
from ...drift.inputs import ComparedDescription
from ...errors import SpeclockError
from ..generation.pagination import kept_rules, proposals
from ..project.descriptions import Progress, load_overlays


@dataclass(frozen=True, slots=True)
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
    ) -> tuple[Pagination, ...]:
        """Return the rules for another description and selection.

        Where ``is_proposing``, there is a rule for each list in pages, but for those that ``old``
        has, too, and that have no rule.
        """
        declined: set[tuple[str, str]] = set()
        rules = self.client.pagination
        if old is not None:
            before, after = (ComparedDescription(each, self.progress) for each in (old, new))
            matched = after.match(before.operations)
            names: dict[str, str] = {}
            for op in before.operations:
                label = matched[op].label if op in matched else ""
                lost = (name for name in op.spellings if not matches(after.operations, name))
                names |= {name: label for name in lost if name}
            remaining = {(op.verb, op.path) for op in matched}
            with suppress(SpeclockError):  # generation reports it
                rules = self.keeping(old, remaining, names)
            earlier = self._without_rule(old)
            declined = {
                (other.verb, other.path)
                for op, other in matched.items()
                if (op.verb, op.path) in earlier
            }
        if not is_proposing:
            return rules
        settings = replace(self._settings, operations=tuple(selectors), pagination=rules)
        paged = proposals(
            settings,
            self.root,
            self._with_overlays(new),
            self.progress,
            lambda op: (op.verb, op.path) not in declined,
        )
        return (*rules, *(paged.rules if paged is not None else ()))

    def keeping(
        self, old: SourceFile, remaining: Container[tuple[str, str]], names: Mapping[str, str]
    ) -> tuple[Pagination, ...]:
        """Return the rules for the operations that remain, by method and path.

        ``names`` has the new selector of an operation by the old one, empty if it is gone.
        """
        if not self.client.pagination:
            return ()
        document = self._with_overlays(old)
        return kept_rules(self._settings, self.root, document, self.progress, remaining, names)

    def _without_rule(self, document: SourceFile) -> set[tuple[str, str]]:
        """Return the operations, by method and path, that have pages but no rule."""
        found = proposals(self._settings, self.root, self._with_overlays(document), self.progress)
        paged = found.operations if found is not None else ()
        return {(o.operation.verb, o.operation.path) for o in paged if o.state == "proposed"}

    @property
    def _settings(self) -> Client:
        """The client without its pins, which may be those of operations that are gone."""
        return self.client.with_pins_of(())

    def _with_overlays(self, document: SourceFile) -> SourceFile:
        overlays = load_overlays(self.client, self.root)
        return apply_overlays(document, overlays, allow_unmatched=True)
