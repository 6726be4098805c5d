"""Bodies of text and of bytes."""

from __future__ import annotations

import codecs
import re

from .deviations import Report
from .errors import RequestError
from .operation import RequestBuilder

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]+)', re.IGNORECASE)


def text_of(content: bytes, content_type: str) -> str:
    """Return text in the charset of its Content-Type (RFC 9110 §8.3.2), in UTF-8 without one.

    Raises ``ValueError`` for an unknown charset, and for bytes that aren't text in it.
    """
    match = _CHARSET.search(content_type)
    charset = match[1] if match else "utf-8"
    try:
        if codecs.lookup(charset).name == "punycode":  # its cost is quadratic
            raise LookupError
        return content.decode(charset)
    except UnicodeDecodeError:
        raise ValueError(f"not {charset.upper()}") from None
    except LookupError:
        raise ValueError(f"the charset {charset!r} is unknown") from None


class Text:
    """Text; it is sent in UTF-8."""

    def __init__(self, media_type: str) -> None:
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: str) -> None:
        """Write the text."""
        try:
            builder.put(value.encode(), self.media_type)
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
