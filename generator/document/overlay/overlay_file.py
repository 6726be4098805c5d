"""Parsing and validation of an overlay: its version, its info and its actions.

Sources: OpenAPI Overlay 1.0.0 and 1.1.0 (Overlay Object, Info Object, Action Object).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ...errors import Findings
from ..tree import Location, MappingNode, SequenceNode, SourceFile, Value
from .jsonpath import Query, QueryError

_VERSION = re.compile(r"(1\.[01])\.\d+\Z")
_SINCE_10, _SINCE_11 = "1.0", "1.1"
_MEMBERS: Mapping[str, Mapping[str, str]] = {
    "an overlay": dict.fromkeys(("overlay", "info", "extends", "actions"), _SINCE_10),
    "info": {"title": _SINCE_10, "version": _SINCE_10, "description": _SINCE_11},
    "an action": {
        "target": _SINCE_10,
        "description": _SINCE_10,
        "update": _SINCE_10,
        "remove": _SINCE_10,
        "copy": _SINCE_11,
    },
}
"""The members of each object, with the version that introduced them."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action: exactly one of remove, copy and update is set, or none (``remove: false``)."""

    node: MappingNode
    """The action's own node, for messages."""
    target: Query
    remove: bool
    copy: Query | None
    updates: bool

    @property
    def update(self) -> Value:
        """The value to merge or append, if ``updates`` is set."""
        return self.node["update"]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One valid overlay file."""

    document: SourceFile
    version: str
    """``1.0`` or ``1.1``."""
    actions: tuple[Action, ...]


def read(document: SourceFile, findings: Findings) -> Overlay:
    """Parse an overlay; its problems become refusals."""
    parser = _OverlayParser(document, findings)
    return Overlay(document, parser.version, tuple(parser.actions()))


class _OverlayParser:
    def __init__(self, document: SourceFile, findings: Findings) -> None:
        self.document = document
        self.findings = findings
        self.version = self._version(document.root)

    def _version(self, root: MappingNode) -> str:
        given = root.get("overlay")
        match = _VERSION.match(given) if isinstance(given, str) else None
        if match:
            return match[1]
        if "overlay" not in root:
            self._refuse(
                root.location, "'overlay', the version, is missing", "Add 'overlay: 1.1.0'."
            )
        else:
            shown = repr(given) if isinstance(given, (str, int, float)) else _kind(given)
            self._refuse(
                root.at("overlay"),
                f"the Overlay version {shown} isn't supported",
                "Write 'overlay: 1.1.0' (or 1.0.0), as text of three numbers.",
            )
        return _SINCE_11

    def actions(self) -> Iterator[Action]:
        root = self.document.root
        self._members(root, "an overlay")
        info = root.get("info")
        if isinstance(info, MappingNode):
            self._members(info, "info")
            for name in ("title", "version"):
                self._text(info, name, needed=True)
            self._text(info, "description")
        else:
            self._wrong(root, "info", info, "a mapping with a title and a version")
        self._text(root, "extends")
        actions = root.get("actions")
        if not isinstance(actions, SequenceNode) or not actions:
            self._wrong(root, "actions", actions, "a list of at least one action")
            return
        for index, node in enumerate(actions):
            if isinstance(node, MappingNode):
                action = self._action(node)
                if action:
                    yield action
            else:
                fact = f"an action must be a mapping, not {_kind(node)}"
                self._refuse(
                    actions.at(index),
                    fact,
                    "Write a mapping with a target, and update, copy or remove.",
                )

    def _action(self, node: MappingNode) -> Action | None:
        before = len(self.findings.refusals)
        self._members(node, "an action")
        self._text(node, "description")
        remove = node.get("remove", False)
        if not isinstance(remove, bool):
            self._wrong(node, "remove", remove, "true or false")
        given = [name for name in ("update", "copy") if name in node]
        if not given and "remove" not in node:
            self._refuse(
                node.location, "the action does nothing", "Add 'update', 'copy' or 'remove: true'."
            )
        if len(given) == 2 and remove is not True:
            self._refuse(
                node.at("copy"),
                "an action has both 'update' and 'copy'",
                "Remove one of the two, or write two actions.",
            )
        target = self._query(node, "target", needed=True)
        copy = self._query(node, "copy")
        if len(self.findings.refusals) > before or target is None:
            return None
        updates = "update" in node and not remove
        return Action(node, target, bool(remove), None if remove else copy, updates)

    def _query(self, node: MappingNode, name: str, *, needed: bool = False) -> Query | None:
        text = self._text(node, name, needed=needed)
        if text is None:
            return None
        try:
            return Query.of(text)
        except QueryError as error:
            self._refuse(
                node.at(name),
                f"{text!r} isn't a JSONPath expression: {error}",
                "Write it as in RFC 9535, for instance $.paths['/pets'].get.",
            )
            return None

    def _members(self, node: MappingNode, what: str) -> None:
        known = _MEMBERS[what]
        for name in node:
            if name.startswith("x-") or known.get(name, "9") <= self.version:
                continue
            near = difflib.get_close_matches(name, known, n=1)
            fact = f"{what} has no member {name!r} in Overlay {self.version}"
            if name in known:
                remedy = f"Write 'overlay: {known[name]}.0', which has it, or remove the member."
            elif near:
                remedy = f"Did you mean {near[0]!r}?"
            else:
                remedy = f"Remove it, or begin its name with 'x-'. Known: {', '.join(known)}."
            self._refuse(node.at(name), fact, remedy)

    def _text(self, node: MappingNode, name: str, *, needed: bool = False) -> str | None:
        value = node.get(name)
        if isinstance(value, str):
            return value
        if needed or name in node:
            self._wrong(node, name, value, "text")
        return None

    def _wrong(self, node: MappingNode, name: str, value: Value, wanted: str) -> None:
        if name in node:
            fact = f"{name!r} must be {wanted}, not {_kind(value)}"
            remedy = "Put it in quotes." if wanted == "text" else f"Write {wanted}."
            self._refuse(node.at(name), fact, remedy)
        else:
            self._refuse(node.location, f"{name!r} is missing", f"Add it: {wanted}.")

    def _refuse(self, where: Location, fact: str, remedy: str) -> None:
        self.findings.refuse("overlay", where, fact, remedy)


def _kind(value: Value) -> str:
    if isinstance(value, (MappingNode, SequenceNode)):
        return ("a mapping" if isinstance(value, MappingNode) else "a list") if value else "empty"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    return "null" if value is None else "text"
