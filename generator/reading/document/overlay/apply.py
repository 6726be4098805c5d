"""Application of overlays to a description.

Overlays are applied to the whole document, before operations are selected. A node from an overlay
keeps the file and line of the overlay in messages. An action that matches nothing is an error
unless it is allowed, which is stricter than the specification.

Sources: OpenAPI Overlay 1.0.0 and 1.1.0, RFC 9535 (JSONPath).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from ....base.errors import Findings, Unsupported
from ....base.portable import resolved
from ..pointer import KeysPath
from ..tree import (
    Container,
    Location,
    MappingNode,
    SequenceNode,
    SourceFile,
    Value,
    descend,
)
from .jsonpath import Query, QueryError, hint, keys_of, path_to, select
from .other_version import path_in
from .overlay_file import Action, read_actions
from .tree_edit import MergeError, OverlaidDocument, Position, kind_of, remove, replace_scalar

UNMATCHED = "overlay-unmatched"
_ALLOW = "Correct the target, remove the action, or allow it with --allow-unmatched."


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
    actions = [(source_file, read_actions(source_file, findings)) for source_file in overlays]
    findings.raise_refusals()
    overlaid = OverlaidDocument.copy_of(document)
    result = overlaid.document
    for overlay, listed in actions:
        _check_extends(overlay, document, findings)
        result.warnings += overlay.warnings
        for action in listed:
            with suppress(Unsupported):
                _Application(overlaid, action, findings, allow_unmatched).apply()
    findings.raise_refusals()
    result.warnings += findings.warnings
    result.overlays = tuple(overlays)
    return result


def _check_extends(overlay: SourceFile, document: SourceFile, findings: Findings) -> None:
    """Warn of an overlay that extends another file; URLs aren't compared."""
    extends = overlay.root.get("extends")
    if not isinstance(extends, str) or urlsplit(extends).scheme:
        return
    if resolved(overlay.path.parent / extends) != resolved(document.path):
        findings.warn(
            "overlay-extends",
            overlay.root.at("extends"),
            f"the overlay extends {extends!r} and is applied to {document.name}",
            "Correct 'extends', or remove it.",
        )


@dataclass(slots=True)
class _Application:
    """The application of one action; raises ``Unsupported`` if that isn't possible."""

    overlaid: OverlaidDocument
    action: Action
    findings: Findings
    allow_unmatched: bool

    def apply(self) -> None:
        action, place = self.action, self.action.node.at("target")
        targets = self._select(action.target, "target")
        if not targets:
            root = self.overlaid.document.root
            fact = f"{action.node['target']!r} matches nothing in {self.overlaid.document.name}"
            keys = keys_of(action.target)
            if keys and (moved := path_in(root, keys)):
                fact = f"{fact}, which is in another version of OpenAPI; the action has no effect"
                remedy = f"Write the target as '{path_to(moved)}', and the rest as in that version."
                self.findings.warn(UNMATCHED, place, fact, remedy)
                return
            if not self.allow_unmatched:
                remedy = self._hint(action.target) + _ALLOW
                raise self.findings.refuse(UNMATCHED, place, fact, remedy)
            remedy = "The action has no effect. Correct the target, or remove the action."
            self.findings.warn(UNMATCHED, place, fact, remedy)
        elif action.remove:
            self._remove(targets, place)
        elif action.copy is not None:
            self._merge("copy", *self._source(action.copy), targets)
        elif "update" in action.node:
            position = self.overlaid.position_of(action.node, "update")
            self._merge("update", action.node["update"], position, targets)

    def _select(self, query: Query, member: str) -> dict[KeysPath, Value]:
        try:
            return select(query, self.overlaid.document.root, self.overlaid.steps)
        except QueryError as error:
            fact = f"{self.action.node[member]!r} {error}"
            place = self.action.node.at(member)
            raise self.findings.refuse(
                "overlay", place, fact, "Write a simpler expression."
            ) from None

    def _hint(self, query: Query) -> str:
        return hint(query, self.overlaid.document.root, self.overlaid.steps)

    def _remove(self, targets: Mapping[KeysPath, Value], place: Location) -> None:
        if () in targets:
            remedy = "Select a member of it, for instance $.paths."
            raise self.findings.refuse("overlay", place, "the root cannot be removed", remedy)
        by_container: dict[int, tuple[Container, dict[str | int, None]]] = {}
        for path in targets:  # several paths may lead to one container, through references
            container = self._at(path[:-1])
            by_container.setdefault(id(container), (container, {}))[1][path[-1]] = None
        for container, keys in by_container.values():
            remove(container, [*keys])

    def _source(self, query: Query) -> tuple[Value, Position]:
        """Return a copy of the one node to copy, since the target may be a part of it."""
        root, place = self.overlaid.document.root, self.action.node.at("copy")
        sources = self._distinct(self._select(query, "copy"))
        if len(sources) != 1:
            count = f"{len(sources):,} nodes" if sources else "nothing"
            text, name = self.action.node["copy"], self.overlaid.document.name
            fact = f"{text!r} matches {count} in {name}; only one node can be copied"
            remedy = ("" if sources else self._hint(query)) + "Correct the expression."
            raise self.findings.refuse("overlay" if sources else UNMATCHED, place, fact, remedy)
        ((path, node),) = sources.items()
        position = root.location.position or (1, 1)
        if path:
            position = self.overlaid.position_of(self._at(path[:-1]), str(path[-1]))
        try:
            return self.overlaid.copy(node, None, "", position, len(path)), position
        except MergeError as error:
            raise self.findings.refuse("limit", place, error.fact, "Copy a smaller node.") from None

    def _merge(
        self, member: str, value: Value, position: Position, targets: Mapping[KeysPath, Value]
    ) -> None:
        """Merge ``value`` into mappings, append it to lists, or replace scalars by it."""
        node = self.action.node
        place = node.at(member)
        is_1_0 = str(node.location.document.root["overlay"]).startswith("1.0")
        kinds = sorted({kind_of(target) for target in targets.values()})
        if len(kinds) > 1:
            fact = f"the target selects {' and '.join(kinds)}; all must be of one kind"
            raise self.findings.refuse(
                "overlay", node.at("target"), fact, "Write an action for each kind."
            )
        if kinds[0] != "a list" and kind_of(value) != kinds[0]:
            fact = f"{kind_of(value)} cannot be merged into {kinds[0]}"
            raise self.findings.refuse(
                "overlay", place, fact, f"Write {kinds[0]}, or select another target."
            )
        if kinds[0] == kind_of(value) == "a list" and is_1_0 and member == "update":
            fact = "Overlay 1.0 appends a list as one item; its items are appended, as in 1.1"
            self.findings.warn("overlay", place, fact, "Write 'overlay: 1.1.0'.")
        try:
            for path, target in self._distinct(targets).items():
                self._into(path, target, value, position)
        except MergeError as error:
            if error.location is None:
                remedy = "Select fewer nodes, or write less."
                raise self.findings.refuse("limit", place, error.fact, remedy) from None
            where = error.location if member == "update" else place
            remedy = "Remove the old value by an action before this one, or write its kind."
            raise self.findings.refuse("overlay", where, error.fact, remedy) from None

    def _distinct(self, targets: Mapping[KeysPath, Value]) -> dict[KeysPath, Value]:
        """Return each target once: several paths may lead to one, through references."""
        result: dict[tuple[int, str | int], KeysPath] = {}
        for path, target in targets.items():
            is_container = isinstance(target, (MappingNode, SequenceNode))
            key = (id(target), "") if is_container else (id(self._at(path[:-1])), path[-1])
            result.setdefault(key, path)
        return {path: targets[path] for path in result.values()}

    def _into(self, path: KeysPath, target: Value, value: Value, position: Position) -> None:
        if isinstance(target, MappingNode) and isinstance(value, MappingNode):
            self.overlaid.merge(target, value, len(path))
        elif isinstance(target, SequenceNode) and isinstance(value, SequenceNode):
            self.overlaid.extend(target, value, len(path))
        elif isinstance(target, SequenceNode):
            self.overlaid.append(target, value, position, len(path))
        else:
            replace_scalar(self._at(path[:-1]), str(path[-1]), value, position)

    def _at(self, keys: Sequence[str | int]) -> Container:
        node = descend(self.overlaid.document.root, keys)
        assert isinstance(node, (MappingNode, SequenceNode))
        return node
