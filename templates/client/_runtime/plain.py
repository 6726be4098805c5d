"""Bodies of text and of bytes."""

from __future__ import annotations

from .content import text_of
from .deviations import Report
from .errors import RequestError
from .operation import RequestBuilder


class Text:
    """Text; it is sent in UTF-8."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: str) -> None:
        """Write the text."""
        try:
            builder.set_body(value.encode(), self.media_type)
        except UnicodeEncodeError as cause:
            raise RequestError(
                f"the body can't be written: {cause.reason}; nothing was sent"
            ) from cause

    def takes(self, value: object) -> bool:
        """Return whether a value is text."""
        return isinstance(value, str)

    def read(self, content: bytes, content_type: str, _report: Report, /) -> str:
        """Return the text of a response."""
        return text_of(content, content_type)


class BytesBody:
    """Bytes, as they are."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def takes(self, value: object) -> bool:
        """Return whether a value is bytes."""
        return isinstance(value, bytes)

    def read(self, content: bytes, _content_type: str, _report: Report, /) -> bytes:
        """Return the bytes of a response."""
        return content
