"""The formats of text that have a Python type (OpenAPI format registry)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from .model.schemas import Schema

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_TYPES: Final[Mapping[str, type]] = {
    "date-time": datetime, "date": date, "time": time, "duration": timedelta, "uuid": UUID,
    "decimal": Decimal,
}  # fmt: skip
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""RFC 9562 §4."""


def typed_format(schema: Schema) -> str:
    """Return the format of text that is a value of another Python type; empty for plain text."""
    return schema.format if schema.format in _TYPES and schema.pattern is None else ""


@cache
def adapter_of(form: str) -> TypeAdapter[Any]:
    """Return what reads and writes text in a format that has a Python type."""
    from pydantic import TypeAdapter  # most descriptions have no such value

    return TypeAdapter(_TYPES[form])


def is_readable(form: str, text: str) -> bool:
    """Return whether a generated client reads text in a format."""
    if form == "uuid":  # pydantic reads more
        return _UUID.fullmatch(text) is not None
    try:
        adapter_of(form).validate_strings(text, strict=True)
    except ValueError:
        return False
    return True
