"""Noting what differs between two schemas, with the places on both sides."""

from __future__ import annotations

from typing import cast

from ...document.pointer import escape
from ...document.tree import Location, MappingNode, SequenceNode, Value
from .differences import ApiSymbol, Comparison, Difference
from .resolved_schema import ResolvedSchema, shown


class DifferenceRecorder:
    """Notes differences of one pair."""

    def __init__(
        self, pair: Comparison, old: ResolvedSchema, new: ResolvedSchema, owner: ApiSymbol | None
    ) -> None:
        self.pair = pair
        self.old = old
        self.new = new
        self.owner = owner

    def differs(
        self, keyword: str, kind: str, words: str, values: tuple[str, str] = ("", "")
    ) -> None:
        """A keyword that differs; ``values`` say what of it."""
        before, after = (
            shown(side.core[keyword]) if keyword in side.core else ""
            for side in (self.old, self.new)
        )
        self.pair.found.append(
            Difference(
                f"schema/{kind}",
                place_of(self.old, keyword),
                place_of(self.new, keyword),
                words,
                before,
                after,
                self.owner,
                self.old.core.location.pointer,
                values,
            )
        )

    def limit(self, keyword: str, tighter: bool, before: str, after: str, other: str = "") -> None:
        """A bound that moved."""
        action = "narrowed" if tighter else "widened"
        words = f"{keyword} is {after or 'gone'}" + (f", was {before}" if before else "")
        used = [keyword if keyword in o.core else other or keyword for o in (self.old, self.new)]
        self.pair.found.append(
            Difference(
                f"schema/{keyword}/{action}",
                place_of(self.old, used[0]),
                place_of(self.new, used[1]),
                words,
                before,
                after,
                self.owner,
                self.old.core.location.pointer,
            )
        )

    def assertion(
        self,
        keyword: str,
        before: Value,
        after: Value,
        old: MappingNode | None = None,
        new: MappingNode | None = None,
    ) -> None:
        """A keyword that is there or isn't, or says something else."""
        if same(before, after):
            return
        action = "added" if before is None else "removed" if after is None else "changed"
        words = {
            "added": f"{keyword} is {shown(after)}",
            "removed": f"{keyword} is no longer said",
            "changed": f"{keyword} is {shown(after)}, was {shown(before)}",
        }[action]
        self.pair.found.append(
            Difference(
                f"schema/{keyword}/{action}",
                _value_place(old, keyword) or place_of(self.old, keyword),
                _value_place(new, keyword) or place_of(self.new, keyword),
                words,
                shown(before) if before is not None else "",
                shown(after) if after is not None else "",
                self.owner,
                self.old.core.location.pointer,
            )
        )

    def repeated(self, keyword: str, before: tuple[Value, ...], after: tuple[Value, ...]) -> None:
        """A keyword of which several values may hold at once."""
        if before == after:
            return
        old, new = set(before), set(after)
        action = "added" if old < new else "removed" if new < old else "changed"
        left, right = (" and ".join(map(shown, side)) for side in (before, after))
        words = f"{keyword} is {right}" if right else f"{keyword} is no longer said"
        self.pair.found.append(
            Difference(
                f"schema/{keyword}/{action}",
                place_of(self.old, keyword),
                place_of(self.new, keyword),
                f"{words}, was {left}" if left and right else words,
                left,
                right,
                self.owner,
                self.old.core.location.pointer,
            )
        )

    def member(
        self,
        kind: str,
        action: str,
        name: str,
        old: MappingNode | None,
        new: MappingNode | None,
        owner: ApiSymbol | None,
        text: str = "",
        words: str = "",
    ) -> None:
        """A member that came, went, or is required or not."""
        places = [
            cast("MappingNode", side.core["properties"]).at(name) if node is not None else None
            for side, node in ((self.old, old), (self.new, new))
        ]
        base = self.old.core.location.pointer
        said = {
            "added": "is new",
            "removed": "is gone",
            "added-required": "is new and required",
            "removed-required": "is gone",
        }
        optional = ("optional", "required") if action == "added" else ("required", "optional")
        self.pair.found.append(
            Difference(
                f"schema/{kind}/{action}",
                places[0],
                places[1],
                f"{name} {words or said[action]}",
                text
                if old is not None and new is None
                else ""
                if new is None or old is None
                else optional[0],
                text
                if new is not None and old is None
                else ""
                if new is None or old is None
                else optional[1],
                owner,
                f"{base}/properties/{escape(name)}",
            )
        )


def note_docs(
    pair: Comparison,
    word: str,
    before: tuple[Value, Location] | None,
    after: tuple[Value, Location] | None,
    old: ResolvedSchema,
    new: ResolvedSchema,
) -> None:
    left, right = (shown_text(side[0]) if side else "" for side in (before, after))
    if left == right:
        return
    action = "added" if not left else "removed" if not right else "changed"
    pair.found.append(
        Difference(
            f"docs/{word}/{action}",
            before[1] if before else old.site.location,
            after[1] if after else new.site.location,
            f"{'the description' if word == 'text' else 'an example'} {_SAID[action]}",
            left,
            right,
            None,
            old.site.location.pointer,
        )
    )


_SAID = {"added": "is new", "removed": "is gone", "changed": "is another one"}


def shown_text(value: Value) -> str:
    """Prose, or examples, with white space that doesn't count made one blank."""
    return " ".join(value.split()) if isinstance(value, str) else shown(value)


def place_of(side: ResolvedSchema, keyword: str) -> Location:
    return side.core.at(keyword) if keyword in side.core else side.core.location


def _value_place(node: MappingNode | None, keyword: str) -> Location | None:
    value = node.get(keyword) if node is not None else None
    return value.location if isinstance(value, (MappingNode, SequenceNode)) else None


def same(left: Value, right: Value) -> bool:
    """Equal, and not a boolean on one side only."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)
