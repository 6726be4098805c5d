"""A user name and a password as a credential."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, cast

from .auth import Secret
from .operation import RequestBuilder


class Basic(Secret):
    """A user name and a password (RFC 7617), as a pair."""

    __slots__ = ()

    def write(self, builder: RequestBuilder, secret: Any) -> str:
        given = cast("Sequence[object]", secret) if isinstance(secret, (tuple, list)) else ()
        user, password = given if len(given) == 2 else (None, None)
        if not isinstance(user, str) or not isinstance(password, str):
            return "basic takes a user name and a password, both text, or NO_CREDENTIALS"
        if ":" in user or not (user + password).isprintable():
            return "a user name can't hold a colon, nor it or the password a control character"
        builder.secrets.append(password)
        pair = f"{user}:{password}".encode()
        builder.headers["authorization"] = "Basic " + base64.b64encode(pair).decode()
        return ""


def login(user: str, password: str) -> tuple[str, str]:
    """Return a user name and a password as a pair."""
    return user, password
