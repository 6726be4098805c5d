"""JSON bodies: checked when they are written, read with tolerance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import PydanticSerializationError

from .deviations import Report
from .errors import RequestError
from .model import Typed
from .numbers import NUMBER, with_numbers
from .operation import RequestBuilder
from .readers import STRICT
from .words import one_line


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
        try:
            content = self.adapter.serializer.to_json(
                value, exclude_unset=True, by_alias=True, warnings=False, context=NUMBER
            )
        except (PydanticSerializationError, UnicodeEncodeError) as cause:
            text = f"the body can't be written: {one_line(str(cause))}; nothing was sent"
            raise RequestError(text) from cause
        builder.put(with_numbers(content), self.media_type)

    def read_strictly(self, content: bytes) -> Any:
        """Return the value of a request, which the fake got; raises ``ValidationError``."""
        return self.adapter.validate_json(content, **STRICT)

    def read(self, content: bytes, content_type: str, report: Report, /) -> Any:
        """Return the value of a response; text instead of JSON only where the type takes any."""
        kind = content_type.partition(";")[0].strip().lower()
        is_text = kind and "json" not in kind and kind != self.media_type
        is_text = is_text and content.lstrip()[:1] not in (b"{", b"[", b'"')
        if is_text and self.annotation in (Any, str):
            return content.decode()
        return self.read_json(content, report)
