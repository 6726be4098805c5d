"""Noting what differs between parts of operations that aren't schemas."""

from __future__ import annotations

from ...document.tree import Location, MappingNode, Value
from .differences import ApiSymbol, Comparison, Difference
from .resolved_schema import shown
from .schema_differences import shown_text


def note_part(
    pair: Comparison,
    kind: str,
    old: MappingNode | None,
    new: MappingNode | None,
    label: str,
    words: str,
    owner: ApiSymbol | None,
    at: str = "",
    before: str = "",
    after: str = "",
) -> None:
    """A part of an operation that came or went."""
    node = old if old is not None else new
    name = str(node["name"]) if node is not None and "name" in node else ""
    pair.found.append(
        Difference(
            kind,
            old.location if old is not None else None,
            new.location if new is not None else None,
            words,
            before or (name if old is not None else ""),
            after or (name if new is not None else ""),
            owner or ApiSymbol(label, label),
            at or (old.location.pointer if old is not None else ""),
        )
    )


def note_between(
    pair: Comparison,
    kind: str,
    old: MappingNode,
    new: MappingNode,
    key: str,
    words: str,
    owner: ApiSymbol | None,
    values: tuple[str, str] | None = None,
) -> None:
    """Something that both have, said otherwise."""
    before, after = values or (
        shown(old[key]) if key in old else "",
        shown(new[key]) if key in new else "",
    )
    pair.found.append(
        Difference(
            kind,
            _place(old, key),
            _place(new, key),
            words,
            before,
            after,
            owner,
            old.location.pointer,
        )
    )


def _place(node: MappingNode, key: str) -> Location:
    return node.at(key) if key in node else node.location


def note_deprecation(
    pair: Comparison, area: str, old: MappingNode, new: MappingNode, what: str
) -> None:
    flags = [node.get("deprecated") is True for node in (old, new)]
    if flags[0] != flags[1]:
        action = "added" if flags[1] else "removed"
        words = f"{what} is deprecated" if flags[1] else f"{what} is no longer deprecated"
        note_between(pair, f"{area}/deprecated/{action}", old, new, "deprecated", words, None)
    dates = [node.get("x-sunset") for node in (old, new)]
    if dates[0] != dates[1]:
        action = "added" if dates[0] is None else "removed" if dates[1] is None else "changed"
        words = f"{what} ends on {shown(dates[1])}" if dates[1] else f"{what} ends on no given day"
        note_between(pair, f"{area}/sunset/{action}", old, new, "x-sunset", words, None)


def note_prose(pair: Comparison, old: MappingNode, new: MappingNode, keys: tuple[str, ...]) -> None:
    for key in keys:
        before, after = (shown_text(node.get(key) or "") for node in (old, new))
        if before != after:
            action = "added" if not before else "removed" if not after else "changed"
            said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
            pair.found.append(
                Difference(
                    f"docs/text/{action}",
                    _place(old, key),
                    _place(new, key),
                    f"the {key} {said}",
                    before,
                    after,
                    None,
                    old.location.pointer,
                )
            )


def note_examples(pair: Comparison, old: MappingNode, new: MappingNode) -> None:
    before, after = (_values(node) for node in (old, new))
    if before != after:
        action = "added" if not before else "removed" if not after else "changed"
        said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
        pair.found.append(
            Difference(
                f"docs/example/{action}",
                _examples(old),
                _examples(new),
                f"an example {said}",
                shown(before) if before else "",
                shown(after) if after else "",
                None,
                old.location.pointer,
            )
        )


def _examples(node: MappingNode) -> Location:
    """Where the examples stand, in the singular or the plural; else where they would."""
    found = node.get("examples")
    return found.location if isinstance(found, MappingNode) else node.location


def _values(node: MappingNode) -> list[Value]:
    found = node.get("examples")
    if not isinstance(found, MappingNode):
        return []
    return [one.get("value") for one in found.values() if isinstance(one, MappingNode)]


def note(
    pair: Comparison,
    kind: str,
    base: Location,
    revision: Location,
    words: str,
    before: str,
    after: str,
    at: str,
) -> None:
    """Something of both sides that has no node of its own."""
    pair.found.append(Difference(kind, base, revision, words, before, after, None, at))
