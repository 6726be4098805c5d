"""The types of recorded values as a schema; never the values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ...base.budget import Budget
from ...reading.openapi.json_values import type_of
from ...reading.openapi.model.schemas import Json
from .shown import MASK, UNSHOWN, is_data, shown_name

MOST_NAMES: Final = 30
"""The members of an object; more of them are data."""
_DEEPEST: Final = 20


class SeenTypes:
    """The types that values have at one place, with those of their members and items."""

    def __init__(self) -> None:
        self.kinds: dict[str, None] = {}
        """Types of JSON Schema."""
        self.members: dict[str, SeenTypes] = {}
        self.is_empty = True
        """True if no object had a member."""
        self._items: SeenTypes | None = None

    def add(
        self, value: Json, budget: Budget, is_secret: Callable[[str, object], bool], depth: int = 0
    ) -> None:
        """Add a value; a masked one, or a secret, has no type.

        Names that there is no budget for any more are left out.
        """
        if value == MASK or depth > _DEEPEST:
            return
        self.kinds[type_of(value)] = None
        if isinstance(value, dict):
            self.is_empty &= not value
            for name, member in value.items():
                if name not in self.members:
                    if len(name) >= budget.remaining:
                        continue
                    budget.spend(len(name) + 1)
                member = MASK if is_secret(name, member) else member
                self.members.setdefault(name, SeenTypes()).add(member, budget, is_secret, depth + 1)
        elif isinstance(value, list):
            self._items = self._items or SeenTypes()
            for item in value:
                self._items.add(item, budget, is_secret, depth + 1)

    def join(self, other: SeenTypes) -> None:
        """Add what another place has."""
        self.kinds |= other.kinds
        self.is_empty &= other.is_empty
        for name, member in other.members.items():
            self.members.setdefault(name, SeenTypes()).join(member)
        if other._items is not None:
            self._items = self._items or SeenTypes()
            self._items.join(other._items)

    @property
    def others(self) -> list[str]:
        """The types besides null; an integer is a number among numbers."""
        return [
            kind
            for kind in self.kinds
            if kind != "null" and (kind != "integer" or "number" not in self.kinds)
        ]

    def branches(self, *, null_keyword: str) -> list[Json]:
        """Return a schema for each type, null the last one, which another schema may be beside.

        ``null_keyword`` is the one that admits null; empty where null is a type.
        """
        made: list[Json] = [self._of(kind, null_keyword=null_keyword) for kind in self.others]
        if self.is_empty and {"type": "object"} in made:
            made[made.index({"type": "object"})] = {"type": "object", "maxProperties": 0}
        if "null" in self.kinds:
            made.append({null_keyword: True, "enum": [None]} if null_keyword else {"type": "null"})
        return made

    def schema(self, *, null_keyword: str) -> dict[str, Json]:
        """Return a schema of the values; ``null_keyword`` is as in :meth:`branches`."""
        kinds = self.others
        if not kinds:
            return {} if null_keyword or not self.kinds else {"type": "null"}
        if len(kinds) > 1 and (null_keyword or {"array", "object"} & {*kinds}):
            return {"anyOf": self.branches(null_keyword=null_keyword)}
        whole = self._of(kinds[0], null_keyword=null_keyword)
        if not null_keyword and len(self.kinds) > 1:
            whole["type"] = [*kinds, *(["null"] if "null" in self.kinds else [])]
        elif "null" in self.kinds:
            whole[null_keyword] = True
        if not null_keyword and whole["type"] == [kinds[0]]:
            whole["type"] = kinds[0]
        return whole

    def _of(self, kind: str, *, null_keyword: str) -> dict[str, Json]:
        whole: dict[str, Json] = {"type": kind}
        if kind == "array":
            whole["items"] = self._items.schema(null_keyword=null_keyword) if self._items else {}
        elif kind == "object":
            names = [name for name in self.members if not is_data(name)]
            names = [] if len(names) > MOST_NAMES else names
            shown = [name for name in names if shown_name(name) != UNSHOWN]
            if shown:
                whole["properties"] = {
                    name: self.members[name].schema(null_keyword=null_keyword) for name in shown
                }
            others = [member for name, member in self.members.items() if name not in shown]
            if len(names) < len(self.members):
                whole["additionalProperties"] = joined(others).schema(null_keyword=null_keyword)
            elif others:
                whole["additionalProperties"] = True
        return whole


def joined(parts: Iterable[SeenTypes]) -> SeenTypes:
    """Return what several places have."""
    whole = SeenTypes()
    for part in parts:
        whole.join(part)
    return whole
