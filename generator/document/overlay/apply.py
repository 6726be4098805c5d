"""Application of overlays to a description.

Overlays are applied to the whole document, before operations are selected. A node from an overlay
keeps the file and line of the overlay in messages. An action that matches nothing is an error
unless it is allowed, which is stricter than the specification.

Sources: OpenAPI Overlay 1.0.0 and 1.1.0, RFC 9535 (JSONPath).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ...errors import Findings
from ..load import load
from ..tree import Container, Location, MappingNode, SequenceNode, SourceFile, Value, descend
from .jsonpath import Query, QueryError, Selected
from .overlay_file import Action, Overlay, read
from .tree_edit import (
    Copies,
    MergeError,
    collect_positions,
    copy_document,
    kind_of,
    position_of,
    remove,
    replace_scalar,
)

UNMATCHED = "overlay-unmatched"
_ALLOW = "Correct the target, remove the action, or allow it with --allow-unmatched."


def load_overlay(path: Path, name: str | None = None) -> SourceFile:
    """Read an overlay in YAML or JSON; raises as :func:`.document.load.load`."""
    return load(path, name, "overlay")


def apply_overlays(
    document: SourceFile, overlays: Sequence[SourceFile], *, allow_unmatched: bool = False
) -> SourceFile:
    """Return a copy of a description with overlays applied; the document itself without any.

    Raises :class:`SpecError` with every action that isn't well-formed, matches nothing (unless
    allowed: then it is a warning) or cannot be merged.
    """
    if not overlays:
        return document
    findings = Findings()
    parsed = [read(copy_document(one, foreign=one.name), findings) for one in overlays]
    findings.raise_refusals()
    result = copy_document(document)
    copies = Copies(result)
    for overlay in parsed:
        _check_extends(overlay, document, findings)
        result.warnings += overlay.document.warnings
        for action in overlay.actions:
            _Application(result, overlay, copies, findings, allow_unmatched).apply(action)
    findings.raise_refusals()
    result.warnings += findings.warnings
    result.overlays = tuple(overlay.document for overlay in parsed)
    if result.is_json:
        result.positions = collect_positions(result.root)
    return result


def _check_extends(overlay: Overlay, document: SourceFile, findings: Findings) -> None:
    """Warn of an overlay that extends another file; URLs aren't compared."""
    root = overlay.document.root
    extends = root.get("extends")
    if not isinstance(extends, str) or urlsplit(extends).scheme:
        return
    if (overlay.document.path.parent / extends).resolve() != document.path.resolve():
        findings.warn(
            "overlay-extends",
            root.at("extends"),
            f"the overlay extends {extends!r} and is applied to {document.name}",
            "Correct 'extends', or remove it.",
        )


@dataclass(slots=True)
class _Application:
    document: SourceFile
    overlay: Overlay
    copies: Copies
    findings: Findings
    allow_unmatched: bool

    def apply(self, action: Action) -> None:
        """Apply an action, or record why it cannot be applied."""
        place = action.node.at("target")
        targets = self._select(action.target, place)
        if targets is None:
            return
        if not targets:
            self._unmatched(action.target, place)
        elif self.overlay.version == "1.0" and any(kind_of(t.node) == "a scalar" for t in targets):
            self._refuse(
                place,
                "the target is a scalar; in Overlay 1.0 it must be a mapping or a list",
                "Write 'overlay: 1.1.0', or select the mapping that contains it.",
            )
        elif action.remove:
            self._remove(targets, place)
        elif action.copy is not None:
            self._copy(action, action.copy, targets)
        elif action.updates:
            self._merge(action, "update", action.update, targets)

    def _select(self, query: Query, place: Location) -> list[Selected] | None:
        try:
            return query.select(self.document.root)
        except QueryError as error:
            self._refuse(place, f"{query.text!r} {error}", "Write a simpler expression.")
            return None

    def _unmatched(self, query: Query, place: Location) -> None:
        fact = f"{query.text!r} matches nothing in {self.document.name}"
        if self.allow_unmatched:
            remedy = "The action has no effect. Correct the target, or remove the action."
            self.findings.warn(UNMATCHED, place, fact, remedy)
        else:
            self._refuse(place, fact, query.hint(self.document.root) + _ALLOW, UNMATCHED)

    def _remove(self, targets: list[Selected], place: Location) -> None:
        if not all(target.keys_path for target in targets):
            remedy = "Select a member of it, for instance $.paths."
            self._refuse(place, "the root cannot be removed", remedy)
            return
        by_container: dict[tuple[str | int, ...], list[str | int]] = {}
        for target in targets:
            by_container.setdefault(target.keys_path[:-1], []).append(target.keys_path[-1])
        containers = [(self._at(above), keys) for above, keys in by_container.items()]
        for container, keys in containers:
            remove(container, keys)

    def _copy(self, action: Action, query: Query, targets: list[Selected]) -> None:
        place = action.node.at("copy")
        sources = self._select(query, place)
        if sources is None:
            return
        if len(sources) != 1:
            count = f"{len(sources):,} nodes" if sources else "nothing"
            hint = "" if sources else query.hint(self.document.root)
            self._refuse(
                place,
                f"{query.text!r} matches {count} in {self.document.name}; "
                "only one node can be copied",
                hint + "Correct the expression.",
                "overlay" if sources else UNMATCHED,
            )
            return
        keys_path, node = sources[0].keys_path, sources[0].node
        position = self.document.root.location.position or (1, 1)
        if keys_path:
            position = position_of(self._at(keys_path[:-1]), str(keys_path[-1]))
        try:  # a snapshot: the target may be a part of the node
            snapshot = self.copies.copy(node, None, "", position, len(keys_path))
        except MergeError as misfit:
            self._refuse(place, misfit.fact, "Copy a smaller node.", "limit")
            return
        self._merge(action, "copy", snapshot, targets, position)

    def _merge(
        self,
        action: Action,
        member: str,
        value: Value,
        targets: list[Selected],
        position: tuple[int, int] | None = None,
    ) -> None:
        """Merge ``value`` into mappings, append it to lists, or replace scalars by it."""
        place = action.node.at(member)
        kinds = sorted({kind_of(target.node) for target in targets})
        if len(kinds) > 1:
            self._refuse(
                action.node.at("target"),
                f"the target selects {' and '.join(kinds)}; all must be of one kind",
                "Write an action for each kind.",
            )
            return
        if kinds[0] != "a list" and kind_of(value) != kinds[0]:
            self._refuse(
                place,
                f"{kind_of(value)} cannot be merged into {kinds[0]}",
                f"Write {kinds[0]}, or select another target.",
            )
            return
        own = position or position_of(action.node, member)
        if (
            self.overlay.version == "1.0"
            and member == "update"
            and isinstance(value, SequenceNode)
            and kinds[0] == "a list"
        ):
            self.findings.warn(
                "overlay",
                place,
                "Overlay 1.0 appends a list as one item; its items are appended, as in 1.1",
                "Write 'overlay: 1.1.0'.",
            )
        try:
            for target in targets:
                self._into(target, value, own)
        except MergeError as misfit:
            if misfit.location:
                where = misfit.location if member == "update" else place
                remedy = "Remove the old value by an action before this one, or write its kind."
                self._refuse(where, misfit.fact, remedy)
            else:
                self._refuse(place, misfit.fact, "Select fewer nodes, or write less.", "limit")

    def _into(self, target: Selected, value: Value, position: tuple[int, int]) -> None:
        node, depth = target.node, len(target.keys_path)
        if isinstance(node, MappingNode) and isinstance(value, MappingNode):
            self.copies.merge(node, value, depth)
        elif isinstance(node, SequenceNode) and isinstance(value, SequenceNode):
            self.copies.extend(node, value, depth)
        elif isinstance(node, SequenceNode):
            self.copies.append(node, value, position, depth)
        else:
            *above, key = target.keys_path
            replace_scalar(self._at(above), str(key), value, position)

    def _at(self, keys: Sequence[str | int]) -> Container:
        node = descend(self.document.root, keys)
        assert isinstance(node, (MappingNode, SequenceNode))
        return node

    def _refuse(self, where: Location, fact: str, remedy: str, code: str = "overlay") -> None:
        self.findings.refuse(code, where, fact, remedy)
