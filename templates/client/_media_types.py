"""Operations whose caller can choose a media type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self, TypeVar

from ._operation import Answer, Body, Operation
from .errors import RequestError

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class NegotiatedOperation(Operation[T]):
    """An operation with several media types for its body or its response."""

    bodies: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """The writers of the body by media type, if there are several."""
    others: Mapping[str, Mapping[str, Answer]] = field(
        default_factory=dict[str, Mapping[str, Answer]]
    )
    """The readers of the success responses in further media types, by media type and status."""

    def choose(self, content_type: str = "", accept: str | None = None) -> Self:
        """Return this operation with a media type of its body, or of its response, chosen.

        Raises :class:`RequestError` for one that the description doesn't offer.
        """
        chosen = self
        if content_type and self.bodies:
            _check("content_type", content_type, self.bodies)
            chosen = replace(chosen, body=self.bodies[content_type])
        if accept is not None:
            usual = {name.strip() for name in self.accept.split(",") if ";q=" not in name}
            _check("accept", accept, [*usual, *self.others])
            answers = {**self.answers, **self.others.get(accept, {})}
            chosen = replace(chosen, answers=answers, accept=accept)
        return chosen


def _check(argument: str, value: str, known: Iterable[str]) -> None:
    if value not in known:
        listed = ", ".join(known)
        raise RequestError(f"{argument}={value!r}: the API offers {listed}; nothing was sent")
