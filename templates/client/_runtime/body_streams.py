"""Bodies for the HTTP library, of either kind of client."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from .http import httpx


class BodyStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that is read while it is sent."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self.is_repeatable: bool = content.is_repeatable
        """True if another attempt can send it again."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._content)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._content)
