"""A parameter that is the whole query of a URL.

Sources: OpenAPI 3.2.0 §4.12 (``in: querystring``), RFC 3986 §3.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .encoding import as_json, as_text, quoted
from .operation import RequestBuilder
from .parameters import JsonParameter, add_query


class WholeQuery(JsonParameter):
    """A parameter whose percent-encoded JSON is the query, or with ``text`` its text."""

    def __init__(
        self, name: str, type_: Callable[[], Any], *, text: bool = False, required: bool = False
    ) -> None:
        super().__init__(name, type_, "querystring", required=required)
        self.text = text

    def write(self, builder: RequestBuilder, value: Any) -> None:
        """Put the value into the query; an empty text is no query."""
        plain = self.plain(value)
        query = quoted(as_text(plain) if self.text else as_json(plain).decode())
        add_query(builder, [query] if query else [])
