"""The kinds of change and what each means in each direction: the table behind the rules."""

from __future__ import annotations

from dataclasses import dataclass

from ..changes import BREAKING, RISK, SAFE

REQUEST, RESPONSE = "request", "response"
LOOK = "Regenerate the client and look at the code that uses it."
PULL = "Take the change into the checked-in description when it suits you."
SEND = "Change what your program sends before the API enforces it."
READ = "Change what your program reads before the API sends it."


@dataclass(frozen=True, slots=True)
class Side:
    """What a kind means in one direction."""

    wire: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change, of both directions."""

    id: str
    """area/kind/action."""
    opposite: str
    what: str
    request: Side | None = None
    response: Side | None = None
    neutral: Side | None = None
    """For what has no direction: servers, security, the operation itself."""
    alone: str = ""
    """Why a direction is missing."""

    def side(self, direction: str) -> Side:
        """What it means in a direction; for one without, what it means at all."""
        found = {REQUEST: self.request, RESPONSE: self.response, "": self.neutral}[direction]
        assert found is not None, (self.id, direction)
        return found


KINDS: dict[str, Kind] = {}


def kind(
    id: str,  # noqa: A002 - what it is
    opposite: str,
    what: str,
    request: tuple[str, str] | None = None,
    response: tuple[str, str] | None = None,
    neutral: tuple[str, str] | None = None,
    alone: str = "",
) -> None:
    area, name, _ = id.split("/")
    sides = [
        Side(given[0], given[1], (act if given[0] in (RISK, BREAKING) else PULL)) if given else None
        for given, act in ((request, SEND), (response, READ), (neutral, LOOK))
    ]
    first, second, third = sides
    KINDS[id] = Kind(id, f"{area}/{name}/{opposite}", what, first, second, third, alone)


# What more or fewer values mean; the reasons that many kinds share.
FEWER = (BREAKING, "a value that was taken may now be refused")
MORE = (SAFE, "every value that was taken still is")
FEWER_COME = (SAFE, "every value that may come could come before")
MORE_COME = (RISK, "a value may come that could not come before")
ALL_COME = (BREAKING, "a program that relies on the old form fails on a value of the new one")
ONLY_SENT = "only requests have it"
ONLY_READ = "only responses have it"
NEUTRAL = "it belongs to the operation, not to one direction"
