"""The members of objects and the items of lists.

Source: JSON Schema 2020-12 §10.3; OpenAPI 3.1.1 §4.8.24 (readOnly, writeOnly).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...document.tree import MappingNode, SequenceNode, Value
from ..kinds import REQUEST
from .differences import ApiSymbol
from .resolved_schema import ResolvedSchema, described, kinds_of
from .schema_differences import DifferenceRecorder

if TYPE_CHECKING:
    from .schemas import Comparer


def compare_members(comparer: Comparer, say: DifferenceRecorder) -> None:
    """Note what differs in members and items; pairs of their schemas become inner pairs."""
    _properties(comparer, say)
    _additional(comparer, say)
    _items(comparer, say)


def _properties(comparer: Comparer, say: DifferenceRecorder) -> None:
    hidden = "readOnly" if say.pair.direction == REQUEST else "writeOnly"
    before, after = _members(say.old), _members(say.new)
    required = [_required(o) for o in (say.old, say.new)]
    for name in (*before, *(name for name in after if name not in before)):
        old, new = before.get(name), after.get(name)
        owner = ApiSymbol(say.owner.old, say.owner.new, name) if say.owner else None
        if old is None and new is not None:
            if comparer.open_new(new).notes.get(hidden, (False,))[0] is True:
                continue
            kind = "added-required" if name in required[1] else "added"
            say.member("property", kind, name, None, new, owner, described(comparer.open_new(new)))
        elif new is None and old is not None:
            if comparer.open_old(old).notes.get(hidden, (False,))[0] is True:
                continue
            kind = "removed-required" if name in required[0] else "removed"
            say.member("property", kind, name, old, None, owner, described(comparer.open_old(old)))
        elif old is not None and new is not None:
            say.pair.inner.append(comparer.pair(old, new, say.pair.direction, owner))
            sides = [
                side.notes.get(hidden, (False,))[0] is True
                for side in (comparer.open_old(old), comparer.open_new(new))
            ]
            if (name in required[0]) != (name in required[1]) and not all(sides):
                kind = "added" if name in required[1] else "removed"
                words = "is required" if kind == "added" else "is optional"
                say.member("required", kind, name, old, new, owner, words=words)


def _additional(comparer: Comparer, say: DifferenceRecorder) -> None:
    before, after = (o.core.get("additionalProperties") for o in (say.old, say.new))
    if "object" not in (kinds_of(say.old) | kinds_of(say.new)):
        return
    if before is not False and after is not False:
        left, right = (v if isinstance(v, MappingNode) else None for v in (before, after))
        if left or right:
            nothing = MappingNode(say.old.core.location)
            inner = comparer.pair(left or nothing, right or nothing, say.pair.direction, say.owner)
            say.pair.inner.append(inner)
    elif before is not False or after is not False:
        said = after if before is False else before
        closes = after is False
        if said is None:
            kind = "forbidden" if closes else "allowed"
        else:
            kind = "closed" if closes else "opened"
        words = f"takes {'no ' if closes else ''}members that aren't described"
        say.differs("additionalProperties", f"additionalProperties/{kind}", words)


def _items(comparer: Comparer, say: DifferenceRecorder) -> None:
    before, after = say.old.core.get("items"), say.new.core.get("items")
    left = before if isinstance(before, MappingNode) else None
    right = after if isinstance(after, MappingNode) else None
    if left is not None and right is not None:
        say.pair.inner.append(comparer.pair(left, right, say.pair.direction, say.owner))
    elif left or right:
        action = "added" if right else "removed"
        words = "says what its items are" if right else "no longer says what its items are"
        say.differs("items", f"items/{action}", words)
    lists = [o.core.get("prefixItems") for o in (say.old, say.new)]
    first, second = (list(v) if isinstance(v, SequenceNode) else list[Value]() for v in lists)
    for old, new in zip(first, second, strict=False):
        if isinstance(old, MappingNode) and isinstance(new, MappingNode):
            say.pair.inner.append(comparer.pair(old, new, say.pair.direction, say.owner))
    if len(first) != len(second):
        action = "added" if len(second) > len(first) else "removed"
        words = f"says what its first {len(second)} items are, not {len(first)}"
        say.differs("prefixItems", f"prefixItems/{action}", words)


def _members(side: ResolvedSchema) -> dict[str, MappingNode]:
    found = side.core.get("properties")
    return (
        {k: v for k, v in found.items() if isinstance(v, MappingNode)}
        if isinstance(found, MappingNode)
        else {}
    )


def _required(side: ResolvedSchema) -> frozenset[str]:
    found = side.core.get("required")
    return frozenset(map(str, found)) if isinstance(found, SequenceNode) else frozenset()
