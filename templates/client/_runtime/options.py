"""What a caller can tune for one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from .retry import Retry

if TYPE_CHECKING:
    from .http import httpx


@dataclass
class ResponseInfo:
    """What happened on the wire; a call fills it in if it is given as ``Options(response=…)``.

    It is filled in for errors too; without a complete response, ``status_code`` stays 0.
    """

    status_code: int = 0
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """The response's headers, names in lower case."""
    body: bytes = field(default=b"", repr=False)
    """The response's body; empty where it is read as a stream."""
    request_id: str | None = None
    """The server's id of the request, which the API's support may ask for."""
    attempts: int = 0
    """How many times the request went out."""
    elapsed: float = 0.0
    """Seconds from the call to its end, pauses included."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of one call, each None to leave the setting of the client as it is."""

    timeout: float | httpx.Timeout | None = None
    """Seconds to wait for a connection, for each read and each write, and for the pool."""
    deadline: float | None = None
    """Seconds that the call may take altogether; ``float("inf")`` for no limit."""
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    """More headers; they win over the client's own."""
    query: Mapping[str, Any] | None = field(default=None, repr=False)
    """More of the query: values, lists as repeated parameters, the members of a mapping."""
    body: Any = field(default=None, repr=False)
    """Another body, unchecked, in place of the described one if there is one: JSON data, or with
    ``content_type`` text or bytes."""
    content_type: str = ""
    """The media type of ``body``, by default the described one, or else ``application/json``."""
    retry: Retry | None = None
    """Another policy, for instance ``Retry(attempts=1)`` for none."""
    response: ResponseInfo | None = None
    """Where to note status, headers and request id."""

    def __post_init__(self) -> None:
        """Raises ``TypeError`` for a value of another type."""
        kinds = {"query": Mapping, "retry": Retry, "response": ResponseInfo}
        for name, kind in kinds.items():
            value = vars(self)[name]
            if value is not None and not isinstance(value, kind):
                raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")


DEFAULTS = Options()


def checked_options(method: str, options: Options | None) -> Options:
    """Return the options of a call; raises ``TypeError`` for what are none."""
    if options is None:
        return DEFAULTS
    if not isinstance(cast("object", options), Options):
        fact = f"options must be Options(…), not {type(options).__name__}"
        raise TypeError(f"{method}: {fact}; nothing was sent")
    return options
