"""A credential whose scheme the caller's own code does."""

from __future__ import annotations

from typing import Any

from .auth import Secret
from .operation import RequestBuilder


class HttpAuth(Secret):
    """A scheme that an ``httpx.Auth`` of the caller does, for instance digest (RFC 7616)."""

    __slots__ = ()

    def write(self, builder: RequestBuilder, secret: Any) -> str:  # noqa: ARG002 - as every Secret
        return f"an httpx.Auth is needed, not {type(secret).__name__}; NO_CREDENTIALS sends none"
