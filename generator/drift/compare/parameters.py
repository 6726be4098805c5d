"""Parameters compared: their presence, serialization, defaults and schemas.

Source: OpenAPI 3.1.1 §4.8.12 (Parameter).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from ...document.tree import MappingNode, SequenceNode, Value
from ..kinds import REQUEST
from .differences import ApiSymbol, Comparison
from .media_types import schemas_of
from .operation_pair import Held
from .part_differences import note_between, note_deprecation, note_examples, note_part, note_prose
from .resolved_schema import ResolvedSchema, shown
from .schemas import Comparer

_MISSING = object()
_SCALARS = frozenset(("string", "integer", "number", "boolean", "null"))
_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


def compare_parameters(comparer: Comparer, old: Held, new: Held, pair: Comparison) -> None:
    before, after = _parameters(old), _parameters(new)
    for key, node in before.items():
        other = after.get(key)
        if other is None:
            note_part(
                pair,
                f"parameter/{_need(node)}/removed",
                node,
                None,
                old.label,
                f"the {node['in']} parameter {node['name']} is gone",
                owner=ApiSymbol(old.label, new.label, f"{node['in']}:{node['name']}"),
            )
        else:
            _parameter(comparer, pair, node, other, old.label)
    for key, node in after.items():
        if key not in before:
            words = f"the {_need(node)} {node['in']} parameter {node['name']} is new"
            note_part(
                pair,
                f"parameter/{_need(node)}/added",
                None,
                node,
                old.label,
                words,
                at=f"{old.node.location.pointer}/parameters/{node['in']}:{node['name']}",
                owner=ApiSymbol(old.label, new.label, f"{node['in']}:{node['name']}"),
            )


def _parameter(
    comparer: Comparer, pair: Comparison, old: MappingNode, new: MappingNode, label: str
) -> None:
    owner = ApiSymbol(label, label, f"{old['in']}:{old['name']}")
    name = f"{old['in']} parameter {old['name']}"
    if _need(old) != _need(new):
        kind = f"parameter/presence/{_need(new)}"
        note_between(
            pair,
            kind,
            old,
            new,
            "required",
            f"the {name} is {_need(new)}",
            owner,
            (_need(old), _need(new)),
        )
    read = comparer.open_old, comparer.open_new
    left, right = (
        _serialization(node, is_scalar=_is_scalar(node.get("schema"), opening))
        for node, opening in zip((old, new), read, strict=True)
    )
    if left != right:
        note_between(
            pair,
            "parameter/serialization/changed",
            old,
            new,
            "style",
            f"the {name} is written otherwise",
            owner,
            (left, right),
        )
    note_deprecation(pair, "parameter", old, new, f"the {name}")
    note_prose(pair, old, new, ("description",))
    note_examples(pair, old, new)
    for before, after in schemas_of(old, new):
        defaults = [
            side.core.get("default", side.checked.get("default", _MISSING))
            for side in (comparer.open_old(before), comparer.open_new(after))
        ]
        inner = comparer.pair(before, after, REQUEST, owner)
        if defaults[0] != defaults[1]:
            inner = _without_default(inner)
            action = (
                "added"
                if defaults[0] is _MISSING
                else "removed"
                if defaults[1] is _MISSING
                else "changed"
            )
            said = ["" if value is _MISSING else shown(value) for value in defaults]
            words = f"the {name} defaults to {said[1] or 'nothing'}"
            note_between(
                pair,
                f"parameter/default/{action}",
                old,
                new,
                "schema",
                words,
                owner,
                (said[0], said[1]),
            )
        pair.inner.append(inner)


def _parameters(held: Held) -> dict[tuple[str, str], MappingNode]:
    """The parameters by place and name; those of the path by their position in it."""
    found = held.node.get("parameters")
    positions = {name: str(i) for i, name in enumerate(re.findall(r"\{([^{}]*)\}", held.path))}
    result: dict[tuple[str, str], MappingNode] = {}
    for node in found if isinstance(found, SequenceNode) else ():
        if isinstance(node, MappingNode):
            place, name = str(node["in"]), str(node["name"])
            key = positions.get(name, name) if place == "path" else name
            result[place, key.lower() if place == "header" else key] = node
    return result


def _need(node: MappingNode) -> str:
    return "required" if node.get("required") is True else "optional"


def _serialization(node: MappingNode, *, is_scalar: bool) -> str:
    if isinstance(node.get("content"), MappingNode):
        return ", ".join(cast("MappingNode", node["content"]))
    style = str(node.get("style", _STYLES.get(str(node["in"]), "form")))
    explode = node.get("explode", style in ("form", "deepObject", "cookie"))
    reserved = ", allowReserved" if node.get("allowReserved") is True else ""
    if is_scalar and style in ("form", "simple"):
        return style + reserved
    return f"{style}{', explode' if explode else ''}{reserved}"


def _is_scalar(schema: Value, opening: Callable[[MappingNode], ResolvedSchema]) -> bool:
    """Whether no value has parts, so that ``explode`` says nothing."""
    if not isinstance(schema, MappingNode):
        return False
    found = opening(schema)
    if found.branches:
        return all(_is_scalar(branch, opening) for branch in found.branches)
    return bool(found.types) and found.types <= _SCALARS


def _without_default(pair: Comparison) -> Comparison:
    """A parameter's own default is judged by the parameter's rules."""
    made = Comparison(pair.direction, list(pair.found), [])
    for inner in pair.inner:
        kept = [found for found in inner.found if not found.kind.startswith("schema/default/")]
        made.inner.append(Comparison(inner.direction, kept, inner.inner))
    return made
