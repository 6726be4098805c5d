"""The rules of the drift check, one table: what changed, why it matters, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change; the id is direction/area/kind/action."""

    id: str
    wire: str
    what: str
    """What changed."""
    why: str
    """Why it matters to a caller, or why it doesn't."""
    do: str
    """What to do."""


RULES: dict[str, Rule] = {}
"""Every rule by its id."""
