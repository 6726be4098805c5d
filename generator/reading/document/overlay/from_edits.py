"""The overlay that makes one description out of another.

Parameters and other items with a name are selected by it, so that upstream may reorder them.

Source: OpenAPI Overlay 1.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from ....base.errors import UsageError
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
    actions = sorted(_of_mapping("$", old.root, new.root), key=lambda action: "update" in action)
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


def _of_mapping(target: str, old: MappingNode, new: MappingNode) -> Iterator[Action]:
    """Yield the actions that change the members of a mapping."""
    members: dict[str, Value] = {}
    for key in (key for key in old if key not in new):
        yield _removal(_member(target, key))
    for key, value in new.items():
        one, inside = old.get(key), _member(target, key)
        if key not in old:
            members[key] = value
        elif is_same_tree(one, value):
            continue
        elif isinstance(one, MappingNode) and isinstance(value, MappingNode):
            yield from _of_mapping(inside, one, value)
        elif isinstance(one, SequenceNode) and isinstance(value, SequenceNode):
            actions = _of_list(inside, one, value)
            if actions is None:
                members[key] = value
                actions = [_removal(inside)]
            yield from actions
        else:
            if kind_of(one) != kind_of(value):
                yield _removal(inside)
            members[key] = value
    if members:
        yield {"target": target, "update": members}


def _of_list(target: str, old: SequenceNode, new: SequenceNode) -> list[Action] | None:
    """Return the actions that change the items of a list; None if it has to be replaced."""
    before, after = ({_selector(item): item for item in items} for items in (old, new))
    if (len(before), len(after)) != (len(old), len(new)) or "" in before.keys() | after.keys():
        return None
    kept = [name for name in before if name in after]
    if kept != list(after)[: len(kept)]:
        return None
    actions = [_removal(f"{target}[?{name}]") for name in before if name not in after]
    for name in kept:
        one, other = before[name], after[name]
        if isinstance(one, MappingNode) and isinstance(other, MappingNode):
            actions += _of_mapping(f"{target}[?{name}]", one, other)
    if added := [*after.values()][len(kept) :]:
        actions.append({"target": target, "update": added})
    return actions


def _removal(target: str) -> Action:
    return {"target": target, "remove": True}


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
