"""Bytes that are sent as a text: in base64 (RFC 4648 §4)."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema


def _as_text(value: Any) -> Any:
    """Return bytes in base64, with padding; other values as they are."""
    return b64encode(value).decode() if isinstance(value, bytes) else value


class _Base64:
    """Marks a text in base64, for which bytes are taken, too; in JSON it is text."""

    def __get_pydantic_core_schema__(self, source_type: Any, handler: GetCoreSchemaHandler) -> Any:
        text = handler(source_type)
        from_bytes = core_schema.no_info_before_validator_function(_as_text, text)
        return core_schema.json_or_python_schema(text, from_bytes)


BASE64 = _Base64()
Base64Text = Annotated[str, BASE64]
"""A text in base64 without limits."""
