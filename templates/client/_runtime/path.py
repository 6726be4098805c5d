"""Parameters in the path."""

from __future__ import annotations

from typing import Any

from .encoding import as_text, in_path
from .model import Typed
from .operation import RequestBuilder


class Path(Typed):
    """A parameter that replaces ``{name}`` in the path."""

    required = True

    def __init__(self, name: str, type_: Any, wire: str = "", *, reserved: bool = False) -> None:
        """With ``reserved`` its slashes are sent as they are."""
        super().__init__(type_)
        self.name = name
        self.wire = wire or name
        self.reserved = reserved

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Put the value into the path, percent-encoded (RFC 3986 §3.3)."""
        text = in_path(self.name, as_text(self.check(value)), "/" if self.reserved else "")
        builder.path = builder.path.replace(f"{{{self.wire}}}", text)
