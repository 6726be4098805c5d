"""Noting what differs between parts of operations that aren't schemas."""

from __future__ import annotations

from ..spec.nodes import Map, Origin, Value
from .found import Found, Owner, Pair
from .opened import shown
from .sayer import shown_text


def note_part(
    pair: Pair,
    kind: str,
    old: Map | None,
    new: Map | None,
    label: str,
    words: str,
    owner: Owner | None,
    at: str = "",
    before: str = "",
    after: str = "",
) -> None:
    """A part of an operation that came or went."""
    node = old if old is not None else new
    name = str(node["name"]) if node is not None and "name" in node else ""
    pair.found.append(
        Found(
            kind,
            old.origin if old is not None else None,
            new.origin if new is not None else None,
            words,
            before or (name if old is not None else ""),
            after or (name if new is not None else ""),
            owner or Owner(label, label),
            at or (old.origin.pointer if old is not None else ""),
        )
    )


def note_between(
    pair: Pair,
    kind: str,
    old: Map,
    new: Map,
    key: str,
    words: str,
    owner: Owner | None,
    values: tuple[str, str] | None = None,
) -> None:
    """Something that both have, said otherwise."""
    before, after = values or (
        shown(old[key]) if key in old else "",
        shown(new[key]) if key in new else "",
    )
    pair.found.append(
        Found(
            kind,
            _place(old, key),
            _place(new, key),
            words,
            before,
            after,
            owner,
            old.origin.pointer,
        )
    )


def _place(node: Map, key: str) -> Origin:
    return node.at(key) if key in node else node.origin


def note_deprecation(pair: Pair, area: str, old: Map, new: Map, what: str) -> None:
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


def note_prose(pair: Pair, old: Map, new: Map, keys: tuple[str, ...]) -> None:
    for key in keys:
        before, after = (shown_text(node.get(key) or "") for node in (old, new))
        if before != after:
            action = "added" if not before else "removed" if not after else "changed"
            said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
            pair.found.append(
                Found(
                    f"docs/text/{action}",
                    _place(old, key),
                    _place(new, key),
                    f"the {key} {said}",
                    before,
                    after,
                    None,
                    old.origin.pointer,
                )
            )


def note_examples(pair: Pair, old: Map, new: Map) -> None:
    before, after = (_values(node) for node in (old, new))
    if before != after:
        action = "added" if not before else "removed" if not after else "changed"
        said = {"added": "is new", "removed": "is gone", "changed": "is another one"}[action]
        pair.found.append(
            Found(
                f"docs/example/{action}",
                _examples(old),
                _examples(new),
                f"an example {said}",
                shown(before) if before else "",
                shown(after) if after else "",
                None,
                old.origin.pointer,
            )
        )


def _examples(node: Map) -> Origin:
    """Where the examples stand, in the singular or the plural; else where they would."""
    found = node.get("examples")
    return found.origin if isinstance(found, Map) else node.origin


def _values(node: Map) -> list[Value]:
    found = node.get("examples")
    if not isinstance(found, Map):
        return []
    return [one.get("value") for one in found.values() if isinstance(one, Map)]


def note(
    pair: Pair,
    kind: str,
    base: Origin,
    revision: Origin,
    words: str,
    before: str,
    after: str,
    at: str,
) -> None:
    """Something of both sides that has no node of its own."""
    pair.found.append(Found(kind, base, revision, words, before, after, None, at))
