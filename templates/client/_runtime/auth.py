"""Secrets, and where they go. Nothing here shows one in a repr, a message or a log."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from .errors import RequestError
from .headers import header_fault
from .http import httpx
from .operation import RequestBuilder
from .options import check_kind

Token = str | Callable[[], str] | httpx.Auth
"""A bearer token, something that returns one for each request, or an ``httpx.Auth``."""
AsyncToken = Token | Callable[[], Awaitable[str]]
"""As :data:`Token`; the callable may also be async."""


class NoCredentials(httpx.Auth):
    """The type of :data:`NO_CREDENTIALS`."""


NO_CREDENTIALS = NoCredentials()
"""Given in place of a secret: nothing is sent for it. Headers that you set yourself are sent."""


class Secret:
    """One secret of the caller."""

    __slots__ = ("_value", "auth")

    def __init__(self, value: Any) -> None:
        check_kind("a credential", value, httpx.Auth)
        self._value = value
        self.auth: httpx.Auth | None = value if isinstance(value, httpx.Auth) else None
        """The caller's own ``httpx.Auth``, which then does all of it."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: hidden>"

    def secret(self) -> Any:
        """Return the secret, or an awaitable of it; asked once for each request."""
        return self._value() if callable(self._value) and self.auth is None else self._value

    def write(self, builder: RequestBuilder, secret: Any) -> str:  # noqa: ARG002 - for all
        """Put the secret where the API wants it; returns what is wrong with it, or nothing.

        It doesn't raise, so that no traceback has a frame that holds the secret.
        """
        return "a secret is given by the name of its argument; nothing was sent"


class Bearer(Secret):
    """A bearer token (RFC 6750 §2.1)."""

    __slots__ = ()

    def write(self, builder: RequestBuilder, secret: Any) -> str:
        if not isinstance(secret, str) or not secret.strip():
            return "the token must be text that isn't empty, or NO_CREDENTIALS; nothing was sent"
        builder.secrets.append(secret)
        builder.headers["authorization"] = f"Bearer {secret}"
        return header_fault("authorization", builder.headers["authorization"])


def needed_env(name: str, error: type[RequestError]) -> str:
    """Return an environment variable; raise ``error`` if it isn't set, or is empty."""
    if not os.environ.get(name):
        raise error(f"the environment variable {name} is not set")
    return os.environ[name]
