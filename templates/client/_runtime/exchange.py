"""A request and its response, for readers and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from traceback import clear_frames

from .words import one_line


def clear_variables(cause: BaseException | None, handled: BaseException | None) -> None:
    """Clear the variables of the calls that an error and its causes ended: they hold secrets.

    Those of an error that the caller handles stay.
    """
    while cause is not None and cause is not handled:
        clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__


@dataclass(slots=True)
class Exchange:
    """A request and its response."""

    method: str
    url: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes
    retry_after: float | None
    request_id: str | None = None
    """The server's name for the request."""
    secrets: Sequence[str] = field(default=(), repr=False)
    """What the credentials of the request were."""

    def shown(self, text: str, limit: int = 80) -> str:
        """Return the server's text on one line, without the credentials of the request."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return one_line(text, limit)

    def __str__(self) -> str:
        return f"{self.method} {self.url} → {self.status_code}"

    @property
    def content_type(self) -> str:
        """The media type of the content; empty if the server doesn't send it."""
        return self.headers.get("content-type", "")
