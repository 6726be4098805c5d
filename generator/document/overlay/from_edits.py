"""The overlay that makes one description out of another.

Parameters and other items with a name are selected by it, so that upstream may reorder them.

Source: OpenAPI Overlay 1.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from ...errors import UsageError
from ..edit.dump import is_same_tree, json_text, yaml_text
from ..load import parse
from ..tree import MappingNode, SequenceNode, SourceFile, Value
from .apply import apply_overlays
from .jsonpath import literal, path_to
from .tree_edit import kind_of

Action: TypeAlias = Mapping[str, Value]


def overlay_from_edits(old: SourceFile, new: SourceFile, title: str, path: Path) -> str:
    """Return the overlay that changes ``old`` to ``new``, in the format of the name ``path``.

    Raise :class:`UsageError` if no overlay does that.
    """
    edits = _Edits()
    edits.mapping("$", old.root, new.root)
    actions = [*edits.removals, *edits.updates]
    text = overlay_text(title, actions, as_json=path.suffix.lower() == ".json")
    written = parse(text.encode(), path=path, name=path.name)
    if not actions or _json(apply_overlays(old, [written]).root) != _json(new.root):
        raise UsageError(
            f"the edits of {new.name} cannot be written as an overlay. Write one yourself; see "
            "docs/descriptions.md#corrections."
        )
    return text


def overlay_text(title: str, actions: Sequence[Action], *, as_json: bool = False) -> str:
    """Return the text of an overlay."""
    overlay = {"overlay": "1.1.0", "info": {"title": title, "version": "1"}, "actions": actions}
    plain: Value = json.loads(json.dumps(overlay))  # without the texts of numbers
    return json_text(plain) if as_json else yaml_text(plain)


@dataclass(slots=True)
class _Edits:
    """Actions that remove, and then those that update."""

    removals: list[Action] = field(default_factory=list[Action])
    updates: list[Action] = field(default_factory=list[Action])

    def mapping(self, target: str, old: MappingNode, new: MappingNode) -> None:
        """Add the actions that change the members of a mapping."""
        members: dict[str, Value] = {}
        for key in (key for key in old if key not in new):
            self._remove(_member(target, key))
        for key, value in new.items():
            if key not in old:
                members[key] = value
            elif not is_same_tree(old[key], value):
                self._member(target, key, old[key], value, members)
        if members:
            self.updates.append({"target": target, "update": members})

    def _member(
        self, target: str, key: str, old: Value, new: Value, members: dict[str, Value]
    ) -> None:
        inside = _member(target, key)
        if isinstance(old, MappingNode) and isinstance(new, MappingNode):
            self.mapping(inside, old, new)
        elif isinstance(old, SequenceNode) and isinstance(new, SequenceNode):
            if not self._items(inside, old, new):
                self._remove(inside)
                members[key] = new
        else:
            if kind_of(old) != kind_of(new):
                self._remove(inside)
            members[key] = new

    def _items(self, target: str, old: SequenceNode, new: SequenceNode) -> bool:
        """Add the actions that change a list; return False if it has to be replaced."""
        before, after = ({_selector(item): item for item in items} for items in (old, new))
        if (len(before), len(after)) != (len(old), len(new)) or "" in before.keys() | after.keys():
            return False
        kept = [name for name in before if name in after]
        if kept != list(after)[: len(kept)]:
            return False
        for name in (name for name in before if name not in after):
            self._remove(f"{target}[?{name}]")
        for name in kept:
            one, other = before[name], after[name]
            if isinstance(one, MappingNode) and isinstance(other, MappingNode):
                self.mapping(f"{target}[?{name}]", one, other)
        if added := [*after.values()][len(kept) :]:
            self.updates.append({"target": target, "update": added})
        return True

    def _remove(self, target: str) -> None:
        self.removals.append({"target": target, "remove": True})


def _member(target: str, key: str) -> str:
    return target + path_to([key]).removeprefix("$")


def _selector(item: Value) -> str:
    """Return the filter that selects an item of a list; empty if it has no name."""
    if isinstance(item, str):
        return f"@ == {literal(item)}"
    if not isinstance(item, MappingNode):
        return ""
    reference = item.get("$ref")
    if isinstance(reference, str):
        return f"@['$ref'] == {literal(reference)}"
    parts = [(key, item.get(key)) for key in ("name", "in") if key in item]
    tests = [f"@.{key} == {literal(v)}" for key, v in parts if isinstance(v, str)]
    return " && ".join(tests) if "name" in item and len(tests) == len(parts) else ""


def _json(root: MappingNode) -> str:
    """Return the content of a tree, in which 1, 1.0 and true differ."""
    return json.dumps(root, sort_keys=True)
