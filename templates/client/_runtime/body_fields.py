"""The fields of a body as keyword arguments of a call."""

from __future__ import annotations

from typing import Any


def body_or_fields(body: Any, fields: dict[str, Any]) -> Any:
    """Return the body of a call, or else its fields; raise ``TypeError`` for both."""
    if body is not None and fields:
        names = ", ".join(fields)
        raise TypeError(f"body has all fields: {names} can't be given beside it; nothing was sent")
    return fields if body is None else body
