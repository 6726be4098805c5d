"""The rules of the drift check, one table: what changed, why it matters, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from .kinds import KINDS, REQUEST, RESPONSE


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change in one direction; the id is direction/area/kind/action."""

    id: str
    wire: str
    what: str
    """What changed."""
    why: str
    """Why it matters to a caller, or why it doesn't."""
    do: str
    """What to do."""
    opposite: str = ""
    """The rule for the same change the other way round."""


def _rules() -> dict[str, Rule]:
    made: dict[str, Rule] = {}
    for kind in KINDS.values():
        for direction, side in (
            (REQUEST, kind.request), (RESPONSE, kind.response), ("api", kind.neutral),
        ):  # fmt: skip
            if side is not None:
                name = f"{direction}/{kind.id}"
                opposite = f"{direction}/{kind.opposite}"
                made[name] = Rule(name, side.wire, kind.what, side.why, side.do, opposite)
    return made


RULES: dict[str, Rule] = _rules()
"""Every rule by its id."""
