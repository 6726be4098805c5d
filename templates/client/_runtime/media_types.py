"""Operations whose caller can choose a media type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

from .errors import RequestError
from .operation import Body, Operation, RequestBuilder
from .responses import each_of

T = TypeVar("T")


@dataclass(eq=False, repr=False)
class NegotiatedOperation(Operation[T]):
    """An operation with several media types for its body or its response."""

    bodies: Mapping[str, Body] = field(default_factory=dict[str, Body])
    """The writers of the body by media type, the default first; empty unless there are several."""
    fault: str = ""
    """What is wrong with the chosen media type."""

    def __post_init__(self) -> None:
        if self.body is None and self.bodies:
            self.body = next(iter(self.bodies.values()))

    def choose(self, content_type: str = "", accept: str | None = None) -> Self:
        """Return this operation with a media type of its body, or of its response, chosen.

        A call raises :class:`RequestError` for one that the description doesn't offer.
        """
        chosen = self
        if content_type and self.bodies:
            fault = _fault("content_type", content_type, self.bodies)
            chosen = replace(chosen, body=self.bodies.get(content_type), fault=fault)
        if accept is not None:
            known = [one.media_type for answer in self.answers.values() for one in each_of(answer)]
            fault = _fault("accept", accept, filter(None, dict.fromkeys(known)))
            chosen = replace(chosen, accept=accept, fault=chosen.fault or fault)
        return chosen

    def build(
        self, arguments: Sequence[Any], body: Any, *, has_other_body: bool = False
    ) -> RequestBuilder:
        if self.fault:
            raise RequestError(self.fault)
        return super().build(arguments, body, has_other_body=has_other_body)


def _fault(argument: str, value: str, known: Iterable[str]) -> str:
    """Return what is wrong with a media type, or nothing."""
    offered = [*known]
    if value in offered:
        return ""
    return f"{argument}={value!r}: the API offers {', '.join(offered)}; nothing was sent"
