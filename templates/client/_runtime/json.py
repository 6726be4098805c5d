"""JSON bodies: checked when they are written, read with tolerance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pydantic_core import from_json

from .budget import TooManyValues
from .content import bare_type, is_html, stated_value
from .deviations import Report
from .encoding import as_json
from .model import Typed
from .operation import RequestBuilder
from .readers import STRICT

_PAGE = (
    "not JSON but a web page. Its text is read if an overlay adds its media type to the "
    'description; if the description has that beside JSON, with the feature "text"'
)


class Json(Typed):
    """A body of JSON."""

    is_json = True

    def __init__(self, type_: Callable[[], Any], media_type: str = "application/json") -> None:
        super().__init__(type_)
        self.media_type = media_type

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Write the value; fields that were never set are left out."""
        if self.model is None or not isinstance(value, self.model):
            value = self.check(value)
        builder.set_body(as_json(value, self.adapter), self.media_type)

    def read_strictly(self, content: bytes) -> Any:
        """Return the value of a request, which the fake got; raises ``ValidationError``."""
        return self.adapter.validate_json(content, **STRICT)

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value of a response.

        A body whose Content-Type isn't one of JSON is read as JSON only where it is an object or an
        array, or has the described type; otherwise it is the text or the bytes that the
        Content-Type states. A web page is an error, unless any value or its text is described.
        """
        kind = bare_type(content_type)
        if "json" in kind:
            return self.read_json(content, report)
        takes_text = str in self._reader.kinds
        if not kind or self._is_described(content):
            try:
                return self.read_json(content, report)
            except ValueError as cause:
                if isinstance(cause, TooManyValues) or not (kind or takes_text):
                    raise
        is_range = "*" in self.media_type
        if is_html(kind) and self.annotation is not Any and not (is_range and takes_text):
            raise ValueError(_PAGE)
        value = stated_value(content, content_type)
        if is_range:
            return self.read_value(value, report)
        return self.read_value(value)  # another media type is reported already

    def _is_described(self, content: bytes) -> bool:
        """Return whether a body begins like JSON of the described type, and is no text by it."""
        kinds = self._reader.kinds
        if self.annotation is Any or kinds <= {str}:
            return False
        text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
        if text[:1] in (b"{", b"["):
            return True
        with suppress(ValueError):
            return str not in kinds and type(from_json(text)) in kinds
        return False
