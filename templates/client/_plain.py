"""Bodies of text and of bytes."""

from __future__ import annotations

from ._deviations import Report
from ._operation import RequestBuilder
from .errors import RequestError


class Text:
    """Text in UTF-8."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: str) -> None:
        """Write the text."""
        try:
            builder.put(value.encode(), self.media_type)
        except UnicodeEncodeError as cause:
            raise RequestError(f"the body can't be written: {cause.reason}") from cause

    def read(self, content: bytes, _content_type: str, _report: Report, /) -> str:
        """Return the text of a response."""
        return content.decode()


class BytesBody:
    """Bytes, as they are."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def read(self, content: bytes, _content_type: str, _report: Report, /) -> bytes:
        """Return the bytes of a response."""
        return content
