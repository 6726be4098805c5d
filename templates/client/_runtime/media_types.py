"""Operations and responses with several media types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Self, TypeVar

from .content import bare_type
from .deviations import Report
from .errors import RequestError
from .operation import Body, Operation, RequestBuilder
from .responses import UNTOLD, ResponseReader, each_of, fits

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

    def choose_media_types(self, content_type: str = "", accept: str | None = None) -> Self:
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


class OneOf:
    """The reader of a response for each of its media types, the default first."""

    media_type = "*/*"

    def __init__(self, *readers: ResponseReader) -> None:
        self.readers = readers

    @property
    def of_default_kind(self) -> OneOf:
        """Those that read the same kind of body as the default."""
        kind = type(self.readers[0])
        return OneOf(*(reader for reader in self.readers if isinstance(reader, kind)))

    def takes(self, value: object) -> bool:
        """Return whether a value is one of those that they read."""
        return any(reader.takes(value) for reader in self.readers)

    def select(self, content_type: str, accept: str, report: Report) -> ResponseReader:
        """Return the reader of a Content-Type: of its media type, or else its range.

        Of equal media types it is the one with most of the parameters. Another media type is
        reported: the reader of the one that the call accepts reads it, or the first.
        """
        content_type = content_type or UNTOLD
        fitting = [reader for reader in self.readers if fits(reader, content_type)]
        if not fitting:
            report("response/body/media-type/added")
            fitting = [reader for reader in self.readers if reader.media_type == accept]
            return fitting[0] if fitting else self.readers[0]
        return max(fitting, key=lambda reader: _closeness(reader.media_type, content_type))

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value of the first one that can read a body."""
        faults: list[ValueError] = []
        for reader in self.readers:
            try:
                return reader.read(content, content_type, report)
            except ValueError as fault:
                faults.append(fault)
        raise faults[0]


def _closeness(described: str, content_type: str) -> tuple[bool, int, int]:
    """Return how close a described media type is to a Content-Type that it fits."""
    kind, name = bare_type(content_type), bare_type(described)
    parameters = _parameters(described)
    common = len(parameters) if parameters <= _parameters(content_type) else -1
    return name == kind, len(name), common


@lru_cache(maxsize=128)
def _parameters(media_type: str) -> frozenset[str]:
    """Return the parameters of a media type in lower case (RFC 9110 §5.6.6 and §8.3.1)."""
    _, *parameters = media_type.lower().replace('"', "").split(";")
    return frozenset("".join(parameter.split()) for parameter in parameters)
