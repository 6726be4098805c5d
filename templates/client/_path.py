"""Parameters in the path."""

from __future__ import annotations

from typing import Any

from ._encoding import as_text, quoted
from ._model import Typed
from ._operation import RequestBuilder
from .errors import RequestError


class Path(Typed):
    """A parameter that replaces ``{name}`` in the path."""

    required = True

    def __init__(self, name: str, type_: Any, wire: str = "") -> None:
        super().__init__(type_)
        self.name = name
        self.wire = wire or name

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Put the value into the path, percent-encoded as one segment (RFC 3986 §3.3)."""
        text = as_text(self.check(value))
        if text in ("", ".", ".."):
            raise RequestError(f"{self.name}={text!r} can't be in a path; nothing was sent")
        builder.path = builder.path.replace(f"{{{self.wire}}}", quoted(text))
