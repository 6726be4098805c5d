"""Operations whose caller can choose a media type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from .errors import RequestError
from .operation import Body, Operation
from .responses import each_of

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class NegotiatedOperation(Operation[T]):
    """An operation with several media types for its body or its response."""

    bodies: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """The writers of the body by media type, the default first; empty unless there are several."""

    def __post_init__(self) -> None:
        if self.body is None and self.bodies:
            vars(self)["body"] = next(iter(self.bodies.values()))

    def choose(self, content_type: str = "", accept: str | None = None) -> Self:
        """Return this operation with a media type of its body, or of its response, chosen.

        Raises :class:`RequestError` for one that the description doesn't offer.
        """
        chosen = self
        if content_type and self.bodies:
            _check("content_type", content_type, self.bodies)
            chosen = replace(chosen, body=self.bodies[content_type])
        if accept is not None:
            known = [one.media_type for answer in self.answers.values() for one in each_of(answer)]
            _check("accept", accept, filter(None, dict.fromkeys(known)))
            chosen = replace(chosen, accept=accept)
        return chosen


def _check(argument: str, value: str, known: Iterable[str]) -> None:
    offered = [*known]
    if value not in offered:
        listed = ", ".join(offered)
        raise RequestError(f"{argument}={value!r}: the API offers {listed}; nothing was sent")
