"""One way in which an exchange isn't as the description has it."""

from __future__ import annotations

from ...base.immutable import immutable
from ...reading.document.tree import Location
from ...reading.openapi.model.schemas import MISSING, Json, Missing
from ..changes.rules import API
from ..changes.symbols import ApiSymbol


@immutable
class Deviation:
    """One way in which an exchange isn't as the description has it."""

    direction: str
    """``request``, ``response``, or empty for what has no direction."""
    name: str
    """The rule without its direction."""
    location: Location
    """Of the part of the description that it deviates from."""
    expected: str
    """What is described there, or the name of what isn't described; never a recorded value."""
    pointer: str = ""
    """The JSON pointer of the value in the body."""
    value: Json | Missing = MISSING
    """What was recorded."""
    place: str = ""
    """The pointer of the location where it is written: equal schemas that are written several times
    have one location. Empty if that is the location's own."""
    site: str = ""
    """The pointer of what refers to the schema; of a missing member, of what requires it."""
    symbol: ApiSymbol | None = None
    """The declaration in the client that it concerns."""
    is_unread: bool = False
    """True if the client raises because of it, or its value isn't of the described type."""

    @property
    def rule(self) -> str:
        """The rule of the drift check for the change of the description that would describe it."""
        return f"{self.direction or API}/{self.name}"
