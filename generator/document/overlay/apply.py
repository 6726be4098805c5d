"""Overlays: corrections of a description that stand in files of their own.

Applied to the document before anything is selected, so that everything after sees the outcome only.
A node that came from an overlay says so in messages, with that file's line.

Stricter than the specification: an action that matches nothing is an error unless allowed.
Sources: OpenAPI Overlay 1.0.0 and 1.1.0, RFC 9535 (JSONPath).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from ...errors import Findings, SpecError
from ..load import load
from ..tree import Document, Location, MappingNode, SequenceNode, Value
from .jsonpath import Query, QueryError, Selected
from .overlay_file import Action, Overlay, read
from .tree_edit import Copies, Misfit, all_marks, kind, position_of, remove, unshared

UNMATCHED = "overlay-unmatched"
_ALLOW = "Correct the target, take the action out, or allow it with --allow-unmatched."


def load_overlay(path: Path, name: str | None = None) -> Document:
    """Read an overlay's file in YAML or JSON; raises as :func:`.document.load` does."""
    return load(path, name, "overlay")


def overlaid(
    document: Document, overlays: Sequence[Document], *, allow_unmatched: bool = False
) -> Document:
    """A description with overlays applied in their order; the same document if there are none.

    ``document`` itself isn't changed. Raises :class:`SpecError` with every place where an overlay
    isn't well-formed, matches nothing (unless allowed: then a warning), or can't be merged.
    """
    if not overlays:
        return document
    findings = Findings()
    read_in: list[Overlay] = []
    for one in overlays:
        try:
            read_in.append(read(unshared(one, foreign=one.name)))
        except SpecError as error:
            findings.refusals += error.problems
    findings.raise_refusals()
    made = unshared(document)
    copies = Copies(made)
    for overlay in read_in:
        _check_extends(overlay, document, findings)
        made.warnings += overlay.document.warnings
        for action in overlay.actions:
            _Application(made, overlay, copies, findings, allow_unmatched).apply(action)
    findings.raise_refusals()
    made.warnings += findings.warnings
    made.overlays = tuple(overlay.document for overlay in read_in)
    if made.is_json:
        made.positions = all_marks(made.root)
    return made


def _check_extends(overlay: Overlay, document: Document, findings: Findings) -> None:
    """Warn of an overlay that says it is for another file; a URL can't be compared with a file."""
    root = overlay.document.root
    extends = root.get("extends")
    if not isinstance(extends, str) or urlsplit(extends).scheme:
        return
    if (overlay.document.path.parent / extends).resolve() != document.path.resolve():
        findings.warn(
            "overlay-extends",
            root.at("extends"),
            f"the overlay extends {extends!r} and is applied to {document.name}",
            "Correct 'extends', or take it out.",
        )


class _Application:
    """One overlay's actions on one document."""

    def __init__(
        self,
        document: Document,
        overlay: Overlay,
        copies: Copies,
        findings: Findings,
        allow_unmatched: bool,
    ) -> None:
        self.document = document
        self.overlay = overlay
        self.copies = copies
        self.findings = findings
        self.allow_unmatched = allow_unmatched

    def apply(self, action: Action) -> None:
        """Do what an action says, or record why it can't be done."""
        place = action.node.at("target")
        targets = self._select(action.target, place)
        if targets is None:
            return
        if not targets:
            self._unmatched(action.target, place)
        elif self.overlay.version == "1.0" and any(kind(t.node) == "a scalar" for t in targets):
            self._refuse(
                place,
                "the target is a scalar, and in Overlay 1.0 it must be a mapping or a list",
                "Write 'overlay: 1.1.0', or select the mapping that holds it.",
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
            remedy = "The action did nothing. Correct the target, or take it out."
            self.findings.warn(UNMATCHED, place, fact, remedy)
        else:
            self._refuse(place, fact, query.hint(self.document.root) + _ALLOW, UNMATCHED)

    def _remove(self, targets: list[Selected], place: Location) -> None:
        held: dict[tuple[str | int, ...], list[str | int]] = {}
        for target in targets:
            if not target.keys_path:
                self._refuse(
                    place, "the root can't be removed", "Select what stands in it: $.paths, say."
                )
                return
            held.setdefault(target.keys_path[:-1], []).append(target.keys_path[-1])
        containers = [(self._at(keys_path), keys) for keys_path, keys in held.items()]
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
                f"{query.text!r} matches {count} in {self.document.name}; what is copied is one",
                hint + "Correct the expression.",
                "overlay" if sources else UNMATCHED,
            )
            return
        keys_path, node = sources[0].keys_path, sources[0].node
        try:  # as it is now: the target may be a part of it
            position = self._position(sources[0])
            as_it_is = self.copies.copy(node, None, "", position, len(keys_path))
        except Misfit as misfit:
            self._refuse(place, misfit.fact, "Copy less.", "limit")
            return
        self._merge(action, "copy", as_it_is, targets, self._position(sources[0]))

    def _position(self, selected: Selected) -> tuple[int, int]:
        if not selected.keys_path:
            return self.document.root.location.position or (1, 1)
        return position_of(self._at(selected.keys_path[:-1]), str(selected.keys_path[-1]))

    def _merge(
        self,
        action: Action,
        member: str,
        value: Value,
        targets: list[Selected],
        position: tuple[int, int] | None = None,
    ) -> None:
        """Merge ``value`` into mappings, append it to lists, or put it in the place of scalars."""
        place = action.node.at(member)
        kinds = sorted({kind(target.node) for target in targets})
        if len(kinds) > 1:
            self._refuse(
                action.node.at("target"),
                f"the target selects {' and '.join(kinds)}; it must be all of one kind",
                "Write an action for each kind.",
            )
            return
        if kinds[0] != "a list" and kind(value) != kinds[0]:
            self._refuse(
                place,
                f"{kind(value)} can't be merged into {kinds[0]}",
                f"Write {kinds[0]}, or select something else.",
            )
            return
        own = position or position_of(action.node, member)
        if member == "update" and isinstance(value, SequenceNode) and kinds[0] == "a list":
            self._warn_of_list(place)
        try:
            for target in targets:
                self._into(target, value, own)
        except Misfit as misfit:
            where = misfit.location if misfit.location and member == "update" else place
            if misfit.location:
                remedy = "Remove what is there by an action before this one, or write its kind."
                self._refuse(where, misfit.fact, remedy)
            else:
                self._refuse(place, misfit.fact, "Select less, or write less.", "limit")

    def _into(self, target: Selected, value: Value, position: tuple[int, int]) -> None:
        node, depth = target.node, len(target.keys_path)
        if isinstance(node, MappingNode) and isinstance(value, MappingNode):
            self.copies.merge(node, value, depth)
        elif isinstance(node, SequenceNode) and isinstance(value, SequenceNode):
            self.copies.extend(node, value, depth)
        elif isinstance(node, SequenceNode):
            self.copies.append(node, value, position, depth)
        else:
            container = self._at(target.keys_path[:-1])
            self.copies.replace(container, target.keys_path[-1], value, position)

    def _warn_of_list(self, place: Location) -> None:
        if self.overlay.version == "1.0":
            self.findings.warn(
                "overlay",
                place,
                "Overlay 1.0 calls the value one entry; its items are appended, as in 1.1",
                "Write 'overlay: 1.1.0'.",
            )

    def _at(self, keys_path: tuple[str | int, ...]) -> MappingNode | SequenceNode:
        node: Value = self.document.root
        for key in keys_path:
            if isinstance(node, MappingNode):
                node = node[str(key)]
            elif isinstance(node, SequenceNode):
                node = node[int(key)]
        assert isinstance(node, (MappingNode, SequenceNode))
        return node

    def _refuse(self, where: Location, fact: str, remedy: str, code: str = "overlay") -> None:
        self.findings.refuse(code, where, fact, remedy)
